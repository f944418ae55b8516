package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Backlog knows which cases must be woken.
type Backlog interface {
	// Unacknowledged lists cases with facts that no decision has seen for
	// longer than olderThan; the longest waiting first, without the first skip.
	Unacknowledged(ctx context.Context, olderThan time.Duration, limit, skip int) ([]string, error)
	// Overdue lists open cases whose next action should have been taken long
	// ago; the longest due first, without the first skip.
	Overdue(ctx context.Context, by time.Duration, limit, skip int) ([]string, error)
	// OpenCases lists the ids of open cases in their order, those after one.
	OpenCases(ctx context.Context, after string, limit int) ([]string, error)
}

// Chores are what is worked off beside the cases.
type Chores interface {
	Queues
	// ExpireReservations turns sends begun long ago into sends of unknown outcome.
	ExpireReservations(ctx context.Context, olderThan time.Duration) (int, error)
	// PruneAnswers forgets answers to requests of long ago, and tells how many.
	PruneAnswers(ctx context.Context, olderThan time.Duration, limit int) (int, error)
}

// Queues are what was taken in and waits.
type Queues interface {
	// WorkImport opens the next rows of an import and lists the cases to wake.
	WorkImport(ctx context.Context, limit int) (worked int, wake []string, err error)
	// WorkBank looks at the next lines of bank statements, books those that are
	// sure, and lists the cases to wake.
	WorkBank(ctx context.Context, limit int) (worked int, wake []string, err error)
}

// Record is the part of the record that the relay works from.
type Record interface {
	Backlog
	Chores
	Rates
}

// Waker tells cases' workflows that there is something for them, and starts
// those that do not run.
type Waker interface {
	Wake(ctx context.Context, caseID string) error
	Due(ctx context.Context, caseID string) error
}

// Reminder is a Waker of cases that may have been told before: to a workflow that
// only waits for its turn Remind says nothing.
type Reminder interface {
	Waker
	Remind(ctx context.Context, caseID string) error
}

// Watch hears how the relay's work goes.
type Watch interface {
	// Round is one round of a kind of work (resend, sweep, expire, import, prune,
	// rates): how many it dealt with, and the error that it ended with.
	Round(work string, n int, err error)
}

// deaf is who listens where nobody does.
type deaf struct{}

func (deaf) Round(string, int, error) {}

// How often the relay looks, and at what. These are instants of the machine,
// not of the business: they pace the work and decide nothing.
const (
	relayEvery   = 500 * time.Millisecond
	relayAge     = 2 * time.Second // a signal on its way is given so long
	sweepEvery   = 30 * time.Second
	sweepAge     = 5 * time.Minute
	importEvery  = time.Second // when there was nothing to import
	importRows   = 500
	longestPause = 30 * time.Second
	page         = 1000
	remindPage   = 100 // a round; more would only be in the way of what they wait for
	atOnce       = 16
)

// relay wakes the cases whose signal was lost, or whose workflow is missing,
// and works off imports and reservations left behind by a crash.
type relay struct {
	store Record
	waker Reminder
	log   *slog.Logger
	watch Watch         // nil: nobody listens
	keep  time.Duration // how long answers are kept; zero: keepAnswers
}

// chore is one thing that the relay does again and again.
type chore struct {
	work  string // its short name
	what  string // its name in the log
	every time.Duration
	once  func(context.Context) (int, error) // how many it dealt with
}

// run works until ctx ends.
func (r *relay) run(ctx context.Context) {
	resend := &resend{relay: r, told: newMemory(relayAge, time.Minute)}
	sweep := &sweep{relay: r}
	var wg sync.WaitGroup
	for _, c := range []chore{
		{"resend", "wake cases not acknowledged", relayEvery, resend.once},
		{"sweep", "wake overdue cases", sweepEvery, sweep.once},
		{"expire", "expire reservations", sweepEvery, r.expire},
		{"import", "work off imports", importEvery, r.imports},
		{"prune", "forget old answers", pruneEvery, r.prune},
		{"rates", "look which rates end", ratesEvery, (&almanac{store: r.store, log: r.log}).once},
	} {
		wg.Go(func() { r.loop(ctx, c) })
	}
	wg.Wait()
}

// loop does one thing again and again; after a failure it waits longer each
// time, up to half a minute.
func (r *relay) loop(ctx context.Context, c chore) {
	watch := r.watch
	if watch == nil {
		watch = deaf{}
	}
	pause := c.every
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		n, err := c.once(ctx)
		if ctx.Err() != nil {
			return
		}
		watch.Round(c.work, n, err)
		switch {
		case err != nil:
			pause = max(c.every, min(2*pause, longestPause))
			r.log.Error("the relay could not do its work", "what", c.what, "again_in", pause.String(), "error", err)
		default:
			pause = c.every
		}
	}
}

// turns go through a long list a page at a time, so that what stays at its head
// keeps nobody else from being seen.
type turns struct{ skip int }

// next takes the next turn after a page of n.
func (t *turns) next(n int) {
	if t.skip += n; n < remindPage {
		t.skip = 0
	}
}

// resend reminds cases, each less and less often: under load a case waits in
// the queue with its signal, and more signals would only add to it.
type resend struct {
	*relay
	turns
	told *memory
}

func (r *resend) once(ctx context.Context) (int, error) {
	ids, err := r.store.Unacknowledged(ctx, relayAge, remindPage, r.skip)
	if err != nil {
		return 0, err
	}
	r.next(len(ids))
	ids = r.told.pick(ids, time.Now(), true)
	return len(ids), each(ctx, ids, r.waker.Remind)
}

// sweep reminds cases that should have acted long ago.
type sweep struct {
	*relay
	turns
}

func (r *sweep) once(ctx context.Context) (int, error) {
	var all int
	defer func() {
		if all > 0 {
			r.log.Warn("cases are overdue and are woken", "cases", all)
		}
	}()
	for {
		ids, err := r.store.Overdue(ctx, sweepAge, remindPage, r.skip)
		if err != nil {
			return all, err
		}
		r.next(len(ids))
		all += len(ids)
		if err := each(ctx, ids, r.waker.Remind); err != nil || all >= page || r.skip == 0 {
			return all, err
		}
	}
}

func (r *relay) expire(ctx context.Context) (int, error) {
	n, err := r.store.ExpireReservations(ctx, sweepAge)
	if n > 0 {
		r.log.Warn("sends begun and never ended are now of unknown outcome", "messages", n)
	}
	return n, err
}

// imports works until there is nothing left to import: debts first, then the
// lines of bank statements, which may pay them. Neither waits for the other's
// failure to pass.
func (r *relay) imports(ctx context.Context) (int, error) {
	debts, failed := r.workOff(ctx, r.store.WorkImport)
	lines, err := r.workOff(ctx, r.store.WorkBank)
	return debts + lines, errors.Join(failed, err)
}

func (r *relay) workOff(ctx context.Context, work func(context.Context, int) (int, []string, error)) (int, error) {
	for all := 0; ; {
		worked, wake, err := work(ctx, importRows)
		all += worked
		if err := errors.Join(err, each(ctx, wake, r.waker.Wake)); err != nil || worked == 0 {
			return all, err
		}
	}
}

// Recover wakes every open case, as after the loss of Temporal's database, and
// returns how many. It may be run at any time and again.
func Recover(ctx context.Context, backlog Backlog, waker Waker) (int, error) {
	woken := 0
	for after := ""; ; {
		ids, err := backlog.OpenCases(ctx, after, page)
		if err != nil {
			return woken, fmt.Errorf("list the open cases after %q: %w", after, err)
		}
		if len(ids) == 0 {
			return woken, nil
		}
		if err := each(ctx, ids, waker.Wake); err != nil {
			return woken, err
		}
		woken += len(ids)
		after = ids[len(ids)-1]
	}
}

// each tells the cases, sixteen at once. It goes on past failures, unless so
// many fail that whoever is told must be away, and returns the first few.
func each(ctx context.Context, ids []string, tell func(context.Context, string) error) error {
	return eachOf(ctx, atOnce, ids, tell)
}

func eachOf(ctx context.Context, width int, ids []string, tell func(context.Context, string) error) error {
	const shown = 3
	work := make(chan string)
	var mu sync.Mutex
	var failures []error
	failed := 0
	var wg sync.WaitGroup
	for range min(width, len(ids)) {
		wg.Go(func() {
			for id := range work {
				err := tell(ctx, id)
				if err == nil {
					continue
				}
				mu.Lock()
				if failed++; failed <= shown {
					failures = append(failures, err)
				}
				mu.Unlock()
			}
		})
	}
	away := func() bool { // as many failed as are told at once: the rest would fail as well
		mu.Lock()
		defer mu.Unlock()
		return failed > width
	}
	told := 0
	for _, id := range ids {
		if ctx.Err() != nil || away() {
			break
		}
		work <- id
		told++
	}
	close(work)
	wg.Wait()
	if failed > shown {
		failures = append(failures, fmt.Errorf("and %d more", failed-shown))
	}
	if left := len(ids) - told; left > 0 && ctx.Err() == nil {
		failures = append(failures, fmt.Errorf("%d are left for later", left))
	}
	return errors.Join(append(failures, ctx.Err())...)
}
