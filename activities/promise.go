package activities

import (
	"context"

	"github.com/recobro/recobro/record"
)

// BreakPromise records that a promise's day and its grace passed without the
// money, and ends the hold that it kept.
func (a *Activities) BreakPromise(ctx context.Context, in Turn) (record.Next, error) {
	return a.act(ctx, in, plain)
}

// DefaultPlan records that an instalment was not paid, which ends the plan and
// its hold.
func (a *Activities) DefaultPlan(ctx context.Context, in Turn) (record.Next, error) {
	return a.act(ctx, in, plain)
}

// LapseOffer records that an offer's last day passed.
func (a *Activities) LapseOffer(ctx context.Context, in Turn) (record.Next, error) {
	return a.act(ctx, in, plain)
}

// EndHold ends a hold whose day is over.
func (a *Activities) EndHold(ctx context.Context, in Turn) (record.Next, error) {
	return a.act(ctx, in, plain)
}
