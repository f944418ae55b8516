package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"golang.org/x/sync/errgroup"

	"github.com/recobro/recobro/api"
	"github.com/recobro/recobro/workflows"
)

// What is too long for a relay that works every half second, and for a worker
// that asks its queue at least once a minute.
const (
	mostLag     = 2 * time.Minute
	mostSilence = 3 * time.Minute
)

// checks are what /readyz of the API asks: PostgreSQL, Temporal, whether any
// worker takes the cases' tasks, and whether the relay keeps up. What cannot be
// told since the part that would tell is away is unknown, and not at fault.
func (p *Parts) checks() []api.Check {
	return []api.Check{
		{Name: "record", Ask: p.Store.Ping, Needed: true},
		{Name: "temporal", Ask: p.askTemporal},
		{Name: "worker", Ask: p.askWorker},
		{Name: "relay", Ask: func(ctx context.Context) error {
			err := p.standing.Lag(ctx, mostLag)
			if err != nil && p.Store.Ping(ctx) != nil {
				return fmt.Errorf("%w: %w", api.ErrUntold, err)
			}
			return err
		}},
	}
}

// workerChecks are what /readyz of a worker asks. It can do nothing without
// PostgreSQL, nor without Temporal.
func (p *Parts) workerChecks() []api.Check {
	return []api.Check{
		{Name: "record", Ask: p.Store.Ping, Needed: true},
		{Name: "temporal", Ask: p.askTemporal, Needed: true},
		{Name: "relay", Ask: func(context.Context) error { return p.Watch.RelayRuns(mostLag) }},
	}
}

func (p *Parts) askTemporal(ctx context.Context) error {
	_, err := p.Temporal.CheckHealth(ctx, &client.CheckHealthRequest{})
	return err
}

// askWorker fails where nobody has asked the cases' queue for work lately.
func (p *Parts) askWorker(ctx context.Context) error {
	queue, err := p.Temporal.DescribeTaskQueue(ctx, workflows.TaskQueue, enums.TASK_QUEUE_TYPE_WORKFLOW)
	if err != nil {
		return fmt.Errorf("%w: ask who serves task queue %s: %w", api.ErrUntold, workflows.TaskQueue, err)
	}
	for _, poller := range queue.GetPollers() {
		if time.Since(poller.GetLastAccessTime().AsTime()) < mostSilence {
			return nil
		}
	}
	return errors.New("no worker asks task queue " + workflows.TaskQueue + " for work")
}

// Role is which of the processes this one is.
type Role int

// The roles. Both is a process that serves the API and runs the cases.
const (
	APIRole Role = iota
	WorkerRole
	BothRoles
)

// ListenWatch opens the address that RECOBRO_METRICS names; nil where it names
// none. It is opened before anything else, so that one that is taken is known
// before the process says that it runs.
func (c Config) ListenWatch(ctx context.Context) (net.Listener, error) {
	if c.Metrics == "" {
		return nil, nil
	}
	l, err := Listen(ctx, c.Metrics)
	var taken *AddressTaken
	if errors.As(err, &taken) {
		taken.Setting = "RECOBRO_METRICS"
	}
	return l, err
}

// ServeWatch serves /metrics, /healthz and /readyz on l until ctx ends; without
// a listener it only waits.
func (p *Parts) ServeWatch(ctx context.Context, l net.Listener, role Role) error {
	if l == nil {
		<-ctx.Done()
		return nil
	}
	p.Logger.InfoContext(ctx, "serving the figures", "address", l.Addr().String())
	return Serve(ctx, l, p.WatchHandler(role))
}

// WatchHandler answers /metrics, /healthz and /readyz for a process of a role.
func (p *Parts) WatchHandler(role Role) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", p.Watch.Handler())
	mux.Handle("/", api.Health(p.checksOf(role), p.Version, p.Logger))
	return mux
}

// checksOf are what /readyz asks on the metrics listener of a process of a role.
func (p *Parts) checksOf(role Role) []api.Check {
	switch role {
	case WorkerRole:
		return p.workerChecks()
	case BothRoles:
		return append(p.checks(), api.Check{Name: "rounds", Ask: func(context.Context) error { return p.Watch.RelayRuns(mostLag) }})
	}
	return p.checks()
}

// beside does a process's work with its figures served beside it; the end of
// either ends both.
func (p *Parts) beside(ctx context.Context, role Role, work func(context.Context) error) error {
	l, err := p.Config.ListenWatch(ctx)
	if err != nil {
		return err
	}
	both, ctx := errgroup.WithContext(ctx)
	done, stop := context.WithCancel(ctx)
	both.Go(func() error {
		defer stop()
		return work(ctx)
	})
	both.Go(func() error { return p.ServeWatch(done, l, role) })
	return both.Wait()
}
