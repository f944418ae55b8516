// Package worker runs the cases: it serves the task queues with the workflow
// and its activities, and it makes sure that no case is forgotten, by waking
// again whatever was not acknowledged.
package worker

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/workflows"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// Options are what a worker process needs and may be told.
type Options struct {
	Temporal   client.Client
	Activities *activities.Activities
	Store      Record
	Logger     *slog.Logger // slog.Default where nil
	// PerSecond limits how many activities a second all workers together take
	// from a task queue; a queue without an entry has no limit.
	PerSecond map[string]float64
	// StickyCache is how many workflows are kept in memory between tasks: zero
	// for the SDK's own number, negative for none.
	StickyCache int
	// KeepAnswers is how long the answer to a request is kept for its
	// Idempotency-Key; zero: thirty days.
	KeepAnswers time.Duration
	Deployment  Deployment
	// Watch hears how the relay's work goes; nil: nobody listens.
	Watch Watch
	// Interceptors stand around the activities.
	Interceptors []interceptor.WorkerInterceptor
}

// Deployment names this build where several are run side by side; the zero
// value runs without versions, as one process does.
type Deployment struct {
	Name    string
	BuildID string
	// Pinned keeps a run on the build it began with, until it continues as new.
	Pinned bool
}

// drain is how long activities under way may take to end when the worker stops.
const drain = 8 * time.Second

// Run serves every task queue and the relay until ctx ends, then stops: first
// the relay, then the workers, whose activities under way have 8 seconds to
// end. It returns nil after such a stop, and an error if serving failed.
func Run(ctx context.Context, o Options) error {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	setCache(o.StickyCache)
	serving, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	started, err := start(o, fail)
	defer stop(started)
	if err != nil {
		return err
	}
	relay := &relay{store: o.Store, waker: workflows.NewWaker(o.Temporal), log: o.Logger, watch: o.Watch, keep: o.KeepAnswers}
	relay.run(serving)
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("serve the cases: %w", context.Cause(serving))
}

func setCache(n int) {
	switch {
	case n < 0:
		worker.SetStickyWorkflowCacheSize(0)
	case n > 0:
		worker.SetStickyWorkflowCacheSize(n)
	}
}

// start starts one worker for each task queue; those started are returned even
// where a later one fails.
func start(o Options, fail func(error)) ([]worker.Worker, error) {
	var started []worker.Worker
	for _, queue := range workflows.Queues {
		w := worker.New(o.Temporal, queue, optionsFor(queue, o, fail))
		if queue == workflows.TaskQueue {
			w.RegisterWorkflowWithOptions(workflows.Debt, workflow.RegisterOptions{Name: workflows.Type})
		}
		w.RegisterActivity(o.Activities)
		if err := w.Start(); err != nil {
			return started, fmt.Errorf("serve task queue %s: %w", queue, err)
		}
		started = append(started, w)
	}
	return started, nil
}

// optionsFor leaves the number of pollers unset, so that the SDK finds it.
func optionsFor(queue string, o Options, fail func(error)) worker.Options {
	opts := worker.Options{
		TaskQueueActivitiesPerSecond: o.PerSecond[queue],
		DisableWorkflowWorker:        queue != workflows.TaskQueue,
		WorkerStopTimeout:            drain,
		Interceptors:                 o.Interceptors,
		OnFatalError:                 func(err error) { fail(fmt.Errorf("task queue %s: %w", queue, err)) },
	}
	if o.Deployment.Name == "" {
		return opts
	}
	behaviour := workflow.VersioningBehaviorAutoUpgrade
	if o.Deployment.Pinned {
		behaviour = workflow.VersioningBehaviorPinned
	}
	opts.DeploymentOptions = worker.DeploymentOptions{
		UseVersioning:             true,
		Version:                   worker.WorkerDeploymentVersion{DeploymentName: o.Deployment.Name, BuildID: o.Deployment.BuildID},
		DefaultVersioningBehavior: behaviour,
	}
	return opts
}

// stop stops all workers at once, so that they drain side by side.
func stop(started []worker.Worker) {
	var wg sync.WaitGroup
	for _, w := range started {
		wg.Go(w.Stop)
	}
	wg.Wait()
}
