package activities

import (
	"context"

	"github.com/recobro/recobro/record"
)

// OfferHandoff puts the case before the firm that the decision names, with a
// day until which it may accept. The handoff's row follows from the fact.
func (a *Activities) OfferHandoff(ctx context.Context, in Turn) (record.Next, error) {
	return a.act(ctx, in, plain)
}

// LapseHandoff records that a firm did not answer in time.
func (a *Activities) LapseHandoff(ctx context.Context, in Turn) (record.Next, error) {
	return a.act(ctx, in, plain)
}
