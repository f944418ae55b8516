package standalone_test

import (
	"errors"
	"time"

	"go.temporal.io/api/serviceerror"
	"golang.org/x/sync/errgroup"

	"github.com/recobro/recobro/worker"
	"github.com/recobro/recobro/workflows"
)

// onceMore starts a worker and an API after the last kill, as any start does,
// and parks what the dead left behind, as recover does.
func (c *crash) onceMore() (*branch, string) {
	c.t.Helper()
	b := &branch{branchAddress: c.branchAddress, Provider: c.post.Provider, t: c.t}
	c.wall = c.wall.Add(2 * time.Minute)
	b.wall.Store(c.wall.UnixMicro())
	var err error
	b.parts, err = b.open(c.t.Context(), func() time.Time { return time.UnixMicro(b.wall.Load()).UTC() }, 8*time.Second)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(b.parts.close)
	b.waker = workflows.NewWaker(b.temporal)
	n, err := b.store.ExpireReservations(c.t.Context(), 0) // no worker lives
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Logf("the dead left %d sends behind that nobody had looked at", n)
	if !proving {
		b.forget()
	}
	b.runs()
	if _, err := worker.Recover(c.t.Context(), b.store, b.waker); err != nil {
		c.t.Fatal(err)
	}
	return b, listen(c.t, b.desk(b.store))
}

// forget ends every workflow, as the loss of Temporal does. It spares a test the
// half minute after which Temporal gives up on what a dead worker had begun.
func (b *branch) forget() {
	b.t.Helper()
	for after := ""; ; {
		ids, err := b.store.OpenCases(b.t.Context(), after, 1000)
		if err != nil {
			b.t.Fatal(err)
		}
		if len(ids) == 0 {
			return
		}
		for _, id := range ids {
			err := b.temporal.TerminateWorkflow(b.t.Context(), workflows.ID(id), "", "forgotten")
			var none *serviceerror.NotFound
			if err != nil && !errors.As(err, &none) {
				b.t.Fatal(err)
			}
		}
		after = ids[len(ids)-1]
	}
}

// settle waits until every case is at rest: told of all that is on its record,
// with nothing due and nothing under way. Cases are told again only when nothing
// has moved for a while: more signals would but add to what they have yet to do.
func (c *crash) settle(b *branch) {
	c.t.Helper()
	ctx := c.t.Context()
	seen, moved, told := -1, time.Now(), time.Time{}
	for {
		now, err := b.store.Now(ctx)
		if err != nil {
			c.t.Fatal(err)
		}
		ids, err := b.store.Unrest(ctx, now, 1000)
		if err != nil {
			c.t.Fatal(err)
		}
		if len(ids) == 0 {
			return
		}
		if len(ids) != seen {
			seen, moved = len(ids), time.Now()
		}
		if time.Since(moved) > 2*time.Minute {
			c.t.Fatalf("case %s, one of %d, does not come to rest: next is %+v, messages: %s", ids[0], len(ids), b.next(ids[0]), brief(b.messages(ids[0])))
		}
		if told.IsZero() || time.Since(moved) > 2*time.Second && time.Since(told) > 2*time.Second {
			told = time.Now()
			var all errgroup.Group
			all.SetLimit(16)
			for _, id := range ids {
				all.Go(func() error { return b.waker.Due(ctx, id) })
			}
			if err := all.Wait(); err != nil {
				c.t.Fatal(err)
			}
		}
		<-time.After(20 * time.Millisecond)
	}
}

// goOn lets so many days pass, from what is due to what is due.
func (c *crash) goOn(b *branch, days int) {
	c.t.Helper()
	end := c.wall.AddDate(0, 0, days)
	for {
		at, some, err := b.store.NextInstant(c.t.Context())
		if err != nil {
			c.t.Fatal(err)
		}
		// People are spread over the first three quarters of an hour of a window.
		if at = at.Add(time.Hour); !some || at.After(end) {
			return
		}
		if at.After(c.wall) {
			c.wall = at
			b.wall.Store(at.UnixMicro())
		}
		c.settle(b)
	}
}
