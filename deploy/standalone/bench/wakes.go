package bench

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/deploy/standalone"
	"github.com/recobro/recobro/workflows"
)

// wakesMeasure compares waking new cases with starting workflows that do
// nothing.
var wakesMeasure = Measure{
	Name: "wakes",
	About: "Cases woken a second, sixteen at once as the relay does, for the first time: signal-with-start, the workflow's first decision on the record, and a " +
		"timer until what comes next; over signal-with-start of a workflow that only waits. Both in turn, on the same Temporal and from the same process.",
	Run: measureWakes,
}

// wakers is how many are told at once, as by the relay.
const wakers = 16

func measureWakes(ctx context.Context, s *Site) ([]Figure, error) {
	standalone.Sweep()
	n, rounds := s.Size(3000, 500), s.Size(5, 3)
	if err := s.database(ctx, "wakes", ""); err != nil {
		return nil, err
	}
	b, err := s.branch(ctx, branchOptions{database: "wakes"})
	if err != nil {
		return nil, err
	}
	defer b.close()
	by, err := b.store.SaveCreditor(ctx, vega)
	if err != nil {
		return nil, err
	}
	var told, ready, bareTold, bareReady []time.Duration
	for round := range rounds {
		all := make([]debt.Submission, n)
		for i := range all {
			all[i] = owed(by.ID, round*n+i, calendar.DateOf(time.Now()).AddDays(20), "email")
		}
		ids, err := open(ctx, b.store, all)
		if err != nil {
			return nil, err
		}
		t, r, err := b.wakeAll(ctx, ids)
		if err != nil {
			return nil, err
		}
		bt, br, err := b.startIdle(ctx, ids)
		if err != nil {
			return nil, err
		}
		told, ready, bareTold, bareReady = append(told, t), append(ready, r), append(bareTold, bt), append(bareReady, br)
		s.Logf("round %d: ours %s, bare %s", round+1, r.Round(time.Millisecond), br.Round(time.Millisecond))
	}
	rate := func(all []time.Duration) float64 {
		return median(all, func(d time.Duration) float64 { return float64(n) / d.Seconds() })
	}
	return []Figure{
		{Name: fmt.Sprintf("ours: %d cases signalled, median of %d runs", n, rounds), Value: rate(told), Unit: "1/s"},
		{Name: "ours: until every case has decided and waits", Value: rate(ready), Unit: "1/s"},
		{Name: "bare: signalled", Value: rate(bareTold), Unit: "1/s"},
		{Name: "bare: until every workflow waits", Value: rate(bareReady), Unit: "1/s"},
		{Name: "ours over bare, signalled", Value: rate(told) / rate(bareTold)},
		{Name: "ours over bare, until all wait", Value: rate(ready) / rate(bareReady)},
	}, nil
}

// wakeAll wakes cases for the first time, and tells how long until all were
// signalled, and until all had decided.
func (b *branch) wakeAll(ctx context.Context, ids []string) (told, ready time.Duration, err error) {
	conn, err := pgx.Connect(ctx, b.DatabaseURL)
	if err != nil {
		return 0, 0, err
	}
	defer conn.Close(ctx)
	stop := b.run(ctx)
	began := time.Now()
	err = each(ctx, wakers, ids, b.waker.Wake)
	told = time.Since(began)
	if err == nil {
		err = until(ctx, 50*time.Millisecond, "every case has decided", func() (bool, error) {
			var left bool
			err := conn.QueryRow(ctx, `select exists (select from cases where decided_seq < last_seq or nudged)`).Scan(&left)
			return !left, err
		})
	}
	ready = time.Since(began)
	if wrong := stop(); err == nil {
		err = wrong
	}
	return told, ready, err
}

// idlers is the task queue of workflows that only wait.
const idlers = "idle"

// startIdle starts workflows that only wait, and tells how long until all were
// signalled, and until all waited.
func (b *branch) startIdle(ctx context.Context, ids []string) (told, ready time.Duration, err error) {
	var waiting atomic.Int64
	idle := func(ctx workflow.Context) error {
		workflow.GetSignalChannel(ctx, workflows.News).Receive(ctx, nil)
		if !workflow.IsReplaying(ctx) {
			waiting.Add(1)
		}
		return workflow.Sleep(ctx, 30*24*time.Hour)
	}
	w := sdk.New(b.temporal, idlers, sdk.Options{})
	w.RegisterWorkflowWithOptions(idle, workflow.RegisterOptions{Name: "Idle"})
	if err := w.Start(); err != nil {
		return 0, 0, fmt.Errorf("serve task queue %s: %w", idlers, err)
	}
	defer w.Stop()
	began := time.Now()
	err = each(ctx, wakers, ids, func(ctx context.Context, id string) error {
		_, err := b.temporal.SignalWithStartWorkflow(ctx, "idle-"+id, workflows.News, nil, client.StartWorkflowOptions{TaskQueue: idlers}, "Idle")
		return err
	})
	told = time.Since(began)
	if err == nil {
		err = until(ctx, 5*time.Millisecond, "every workflow waits", func() (bool, error) { return int(waiting.Load()) >= len(ids), nil })
	}
	return told, time.Since(began), err
}
