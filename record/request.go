package record

import "context"

// Request is a write as its Idempotency-Key names it.
type Request struct {
	Scope string // the API key that asks
	Key   string // the Idempotency-Key
	Hash  string // of route and content
}

// Answer is what a request was answered; Status 0 is none.
type Answer struct {
	Status int
	Body   []byte
	// Made is, of a request that has no answer yet, the id that what it makes is
	// to bear: the same one however often its process dies on the way.
	Made string
}

// making is where a context keeps the id that is to be made.
type making struct{}

// Making has what is made under ctx bear id, once: a second making under the
// same id finds the first.
func Making(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, making{}, id)
}

// Made gives the id that what is made under ctx is to bear; empty where none
// was chosen.
func Made(ctx context.Context) string {
	id, _ := ctx.Value(making{}).(string)
	return id
}
