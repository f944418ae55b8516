package bench

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// statement is one statement as it was issued.
type statement struct {
	sql  string
	args []any
}

// trip is what went to PostgreSQL in one round trip.
type trip []statement

// tape writes down every statement that one connection at a time issues.
type tape struct{ trips []trip }

// TraceQueryStart writes down a statement of its own.
func (t *tape) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	t.trips = append(t.trips, trip{{d.SQL, d.Args}})
	return ctx
}

// TraceQueryEnd has nothing to say.
func (t *tape) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceBatchStart writes down the statements of a batch.
func (t *tape) TraceBatchStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceBatchStartData) context.Context {
	var all trip
	for _, q := range d.Batch.QueuedQueries {
		all = append(all, statement{q.SQL, q.Arguments})
	}
	t.trips = append(t.trips, all)
	return ctx
}

// TraceBatchQuery has nothing to say: the batch was written down at its start.
func (t *tape) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd has nothing to say.
func (t *tape) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// take gives what was written down, and begins anew.
func (t *tape) take() []trip {
	all := t.trips
	t.trips = nil
	return all
}

// writes leaves out what only reads.
func writes(all []trip) []trip {
	var out []trip
	for _, some := range all {
		var kept trip
		for _, st := range some {
			verb, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(st.sql)), " ")
			switch verb {
			case "begin", "commit", "insert", "update", "delete":
				kept = append(kept, st)
			}
		}
		if len(kept) > 0 {
			out = append(out, kept)
		}
	}
	return out
}

// replay issues what was written down once more, on a copy of the database that
// it was issued on, in the same round trips, and reads every answer.
func replay(ctx context.Context, pool *pgxpool.Pool, all []trip) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("replay statements: %w", err)
	}
	defer conn.Release()
	for _, some := range all {
		if len(some) == 1 {
			rows, err := conn.Query(ctx, some[0].sql, some[0].args...)
			if err == nil {
				rows.Close()
				err = rows.Err()
			}
			if err != nil {
				return fmt.Errorf("replay %q: %w", some[0].sql, err)
			}
			continue
		}
		var b pgx.Batch
		for _, st := range some {
			b.Queue(st.sql, st.args...)
		}
		if err := conn.SendBatch(ctx, &b).Close(); err != nil {
			return fmt.Errorf("replay %d statements: %w", len(some), err)
		}
	}
	return nil
}
