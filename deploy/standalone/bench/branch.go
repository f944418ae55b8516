package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/post"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/strategy"
	"github.com/recobro/recobro/worker"
	"github.com/recobro/recobro/workflows"
)

var quiet = slog.New(slog.DiscardHandler)

// branchNamespace is where the cases of branches run, apart from those of the
// installation's own process.
const branchNamespace = "bench"

// branch is a record of its own beside the installation's, on the same
// PostgreSQL and Temporal, whose worker runs in this process. Its wall clock
// may be ahead of the machine's or behind: what the day brings can then be
// measured on any day, at any hour.
type branch struct {
	DatabaseURL string
	store       *store.Store
	temporal    client.Client
	acts        *activities.Activities
	waker       *workflows.Waker
	shift       *atomic.Int64 // nanoseconds from the machine's clock to the branch's
	acted       atomic.Int64  // acts and settlements that were carried out
	rates       map[string]float64
}

// branchOptions say what a branch is like.
type branchOptions struct {
	database string
	shift    time.Duration
	channels post.Config // zero: every channel is an outbox
	tracer   pgx.QueryTracer
	// apart leaves Temporal out.
	apart bool
	// rates limit the activities a second by task queue.
	rates map[string]float64
}

// database makes a database beside the installation's own: a new record, or a
// copy of another that nobody is connected to.
func (s *Site) database(ctx context.Context, name, template string) error {
	conn, err := pgx.Connect(ctx, s.DatabaseURL)
	if err != nil {
		return fmt.Errorf("make database %s: %w", name, err)
	}
	defer conn.Close(ctx)
	sql := "create database " + pgx.Identifier{name}.Sanitize()
	if template != "" {
		sql += " template " + pgx.Identifier{template}.Sanitize()
	}
	if _, err := conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("make database %s: %w", name, err)
	}
	at, err := s.urlOf(name)
	if err != nil {
		return err
	}
	if template == "" {
		return store.Migrate(ctx, at)
	}
	return adopt(ctx, at)
}

// adopt has a copy forget which database it was made from: it was not restored.
func adopt(ctx context.Context, databaseURL string) error {
	conn, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		return fmt.Errorf("adopt a copy: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "update installation set system_identifier = null, timeline = null, database_oid = null, events_oid = null"); err != nil {
		return fmt.Errorf("adopt a copy: %w", err)
	}
	return nil
}

// urlOf gives how to connect to another database of the same server.
func (s *Site) urlOf(database string) (string, error) {
	u, err := url.Parse(s.DatabaseURL)
	if err != nil {
		return "", fmt.Errorf("read the database URL: %w", err)
	}
	u.Path = "/" + database
	return u.String(), nil
}

// branch opens a branch on a database that is there.
func (s *Site) branch(ctx context.Context, o branchOptions) (*branch, error) {
	b := &branch{shift: &atomic.Int64{}, rates: o.rates}
	b.shift.Store(int64(o.shift))
	var err error
	if b.DatabaseURL, err = s.urlOf(o.database); err != nil {
		return nil, err
	}
	b.store, err = store.New(ctx, b.DatabaseURL, store.Options{Wall: b.now, NoJitter: true, Tracer: o.tracer})
	if err != nil {
		return nil, err
	}
	for _, c := range []*post.Channel{&o.channels.Email, &o.channels.SMS, &o.channels.WhatsApp} {
		if c.Mode == "" {
			c.Mode = activities.Outbox
		}
	}
	office, err := post.New(o.channels)
	if err != nil {
		b.store.Close()
		return nil, err
	}
	b.acts = activities.New(activities.Deps{Cases: b, Sends: b, Post: office, Turn: office.Turn})
	if o.apart {
		return b, nil
	}
	b.temporal, err = client.DialContext(ctx, client.Options{HostPort: s.TemporalAddress, Namespace: branchNamespace, Logger: log.NewStructuredLogger(quiet)})
	if err != nil {
		b.store.Close()
		return nil, fmt.Errorf("reach Temporal: %w", err)
	}
	b.waker = workflows.NewWaker(b.temporal)
	if err := command.PrepareNamespace(ctx, b.temporal, branchNamespace); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (b *branch) close() {
	if b.temporal != nil {
		b.temporal.Close()
	}
	b.store.Close()
}

// now is the branch's wall instant.
func (b *branch) now() time.Time { return time.Now().Add(time.Duration(b.shift.Load())) }

// at turns the branch's clock so that it is this instant now.
func (b *branch) at(instant time.Time) { b.shift.Store(int64(time.Until(instant))) }

// wall gives the machine's instant for one of the branch's.
func (b *branch) wall(instant time.Time) time.Time {
	return instant.Add(-time.Duration(b.shift.Load()))
}

// here turns an answer's instant of waking into one of the machine's, by which
// Temporal's timers run.
func (b *branch) here(n record.Next, err error) (record.Next, error) {
	if !n.Wake.IsZero() {
		n.Wake = b.wall(n.Wake)
	}
	return n, err
}

// Decide is the record's.
func (b *branch) Decide(ctx context.Context, caseID string) (record.Next, error) {
	return b.here(b.store.Decide(ctx, caseID))
}

// Act is the record's, and counts the acts that were carried out.
func (b *branch) Act(ctx context.Context, caseID string, want strategy.Decision, do func(*record.Turn) (record.Done, error)) (record.Next, error) {
	did := false
	next, err := b.here(b.store.Act(ctx, caseID, want, func(t *record.Turn) (record.Done, error) {
		did = true
		return do(t)
	}))
	if did && err == nil {
		b.acted.Add(1)
	}
	return next, err
}

// Reserve is the record's.
func (b *branch) Reserve(ctx context.Context, caseID string, want strategy.Decision, do func(*record.Turn) (record.Done, error)) (*record.Message, record.Next, error) {
	m, next, err := b.store.Reserve(ctx, caseID, want, do)
	next, err = b.here(next, err)
	return m, next, err
}

// Settle is the record's, and counts.
func (b *branch) Settle(ctx context.Context, messageID string, d record.Delivery) (record.Next, error) {
	next, err := b.here(b.store.Settle(ctx, messageID, d))
	if err == nil {
		b.acted.Add(1)
	}
	return next, err
}

// run serves the branch's cases until stop is called, which tells how it ended.
func (b *branch) run(ctx context.Context) (stop func() error) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() {
		done <- worker.Run(ctx, worker.Options{Temporal: b.temporal, Activities: b.acts, Store: b.store, Logger: quiet, PerSecond: b.rates})
	}()
	return sync.OnceValue(func() error {
		cancel()
		return <-done
	})
}

// waitFor starts every case's workflow, and returns when all have decided and
// wait for one business instant, which is at begins by the machine's clock.
// First they wait for one that is far away, which tells how long it takes until
// all wait for one that is near.
func (b *branch) waitFor(ctx context.Context, due time.Time, ids []string) (begins time.Time, stop func() error, err error) {
	conn, err := pgx.Connect(ctx, b.DatabaseURL)
	if err != nil {
		return begins, nil, fmt.Errorf("look at the cases: %w", err)
	}
	defer conn.Close(ctx)
	b.at(due.Add(-2 * time.Hour))
	stop = b.run(ctx)
	began := time.Now()
	if err := b.tell(ctx, conn, ids); err != nil {
		return begins, nil, errors.Join(err, stop())
	}
	begins = soon(time.Since(began))
	b.shift.Store(int64(due.Sub(begins)))
	if err := b.tell(ctx, conn, ids); err != nil {
		return begins, nil, errors.Join(err, stop())
	}
	if time.Now().After(begins) {
		return begins, nil, errors.Join(fmt.Errorf("the workflows of %d cases were not ready in time", len(ids)), stop())
	}
	return begins, stop, nil
}

// soon gives an instant by which every workflow waits, where the last time it
// took so long.
func soon(pace time.Duration) time.Time { return time.Now().Add(5*time.Second + 2*pace) }

// tell wakes every case, and returns when all have decided.
func (b *branch) tell(ctx context.Context, conn *pgx.Conn, ids []string) error {
	// Marked as cases are whose next action changed, they show when they have decided.
	if _, err := conn.Exec(ctx, `update cases set nudged = true, wall_woken_at = $1 where open`, b.now()); err != nil {
		return fmt.Errorf("mark the cases: %w", err)
	}
	if err := each(ctx, wakers, ids, b.waker.Wake); err != nil {
		return err
	}
	return until(ctx, 100*time.Millisecond, "every case has decided", func() (bool, error) {
		var left bool
		err := conn.QueryRow(ctx, `select exists (select from cases where nudged)`).Scan(&left)
		return !left, err
	})
}

// perform carries out what a case does next, without Temporal.
func (b *branch) perform(ctx context.Context, caseID string, d strategy.Decision) (record.Next, error) {
	method := reflect.ValueOf(b.acts).MethodByName(string(d.Do))
	if !method.IsValid() {
		return record.Next{}, fmt.Errorf("case %s: no activity carries out %q", caseID, d.Do)
	}
	out := method.Call([]reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(activities.Turn{Case: caseID, Want: d})})
	err, _ := out[1].Interface().(error)
	return out[0].Interface().(record.Next), err
}

// each does something for every id, so many at once, and stops at the first error.
func each(ctx context.Context, width int, ids []string, do func(context.Context, string) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(width, len(ids)) {
		wg.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(ids) && ctx.Err() == nil; i = next.Add(1) - 1 {
				if err := do(ctx, ids[i]); err != nil {
					cancel(err)
				}
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// until asks again and again until it is so, or ctx ends.
func until(ctx context.Context, every time.Duration, what string, so func() (bool, error)) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		is, err := so()
		if is || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("waited in vain: %s", what), context.Cause(ctx))
		case <-tick.C:
		}
	}
}
