package command

import (
	"context"
	"errors"
)

// absence is why no record is named to work on, and what to do.
type absence struct{ says, do string }

type absent struct{}

// WithoutRecord has the commands that need a record, and are given none, say
// why and what to do in these words, for a program that knows better than that
// DATABASE_URL is not set.
func WithoutRecord(ctx context.Context, says, do string) context.Context {
	return context.WithValue(ctx, absent{}, absence{says, do})
}

func absenceOf(ctx context.Context) absence {
	if a, ok := ctx.Value(absent{}).(absence); ok {
		return a
	}
	return absence{"DATABASE_URL is not set", "set it to the PostgreSQL that keeps the record, as postgres://user:password@host/database"}
}

// noRecord is the error of a command that needs a record and is given none.
func noRecord(ctx context.Context) error {
	a := absenceOf(ctx)
	return errors.New(a.says + ": " + a.do)
}
