package activities

import (
	"context"

	"github.com/recobro/recobro/record"
)

// DecideName is the name of the activity Decide in Temporal.
const DecideName = "Decide"

// Decide plans the case anew, acknowledges all that is on its record, and gives
// what it does next. It is asked at the start of a run and after news.
func (a *Activities) Decide(ctx context.Context, in Turn) (record.Next, error) {
	next, err := a.cases.Decide(record.WithSeen(ctx, in.Seen), in.Case)
	return next, failed("decide", in.Case, err)
}
