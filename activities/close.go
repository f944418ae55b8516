package activities

import (
	"context"

	"github.com/recobro/recobro/record"
)

// ChangeStage moves the case on, as once its due date is over.
func (a *Activities) ChangeStage(ctx context.Context, in Turn) (record.Next, error) {
	return a.act(ctx, in, plain)
}

// Control records the engine's own look at a case where nothing else is due.
func (a *Activities) Control(ctx context.Context, in Turn) (record.Next, error) {
	return a.act(ctx, in, plain)
}

// CloseCase closes a case that is paid or settled; the rest that the tolerance
// allows is given up. No message goes out for it.
func (a *Activities) CloseCase(ctx context.Context, in Turn) (record.Next, error) {
	return a.act(ctx, in, plain)
}
