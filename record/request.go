package record

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
}
