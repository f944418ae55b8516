package workflowstest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"golang.org/x/sync/errgroup"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/activities/activitiestest"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/workflows"
)

// still is how long nothing may move in the studio before a life is given up.
const still = 10 * time.Minute

// Studio is a real server on which lives are played.
type Studio struct {
	// Client is connected to the server, in a namespace where no other worker
	// listens.
	Client client.Client
	// Moment is how long every timer lasts. One that is over before the workflow
	// is told of it is never set, and missing from the history.
	Moment time.Duration
}

// Play plays lives side by side and gives the histories of their runs by the
// life's name, the first first. The case bears the life's name; another life of
// that name may not run on the server.
func (r Studio) Play(ctx context.Context, lives []Life) (map[string][]*history.History, error) {
	h := house{}
	all := make([]*studio, len(lives))
	for i, l := range lives {
		s, err := r.open(l)
		if err != nil {
			return nil, fmt.Errorf("play %s: %w", l.Name, err)
		}
		d := &door{s.file, s}
		all[i], h[s.caseID] = s, l.Activities(d, d)
	}
	stop, err := h.serve(r.Client)
	defer stop()
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	played := map[string][]*history.History{}
	together, ctx := errgroup.WithContext(ctx)
	for _, s := range all {
		together.Go(func() error {
			runs, err := s.play(ctx)
			if err != nil {
				return fmt.Errorf("play %s: %w", s.caseID, err)
			}
			mu.Lock()
			defer mu.Unlock()
			played[s.caseID] = runs
			return nil
		})
	}
	return played, together.Wait()
}

// house has the activities of each case that is played.
type house map[string]*activities.Activities

// serve starts workers on every task queue; stop ends those that were started.
func (h house) serve(c client.Client) (stop func(), err error) {
	var started []worker.Worker
	stop = func() {
		for _, w := range started {
			w.Stop()
		}
	}
	for _, queue := range workflows.Queues {
		w := worker.New(c, queue, worker.Options{Identity: "recorder", DisableWorkflowWorker: queue != workflows.TaskQueue})
		if queue == workflows.TaskQueue {
			w.RegisterWorkflowWithOptions(workflows.Debt, workflow.RegisterOptions{Name: workflows.Type})
		}
		h.register(w)
		if err := w.Start(); err != nil {
			return stop, fmt.Errorf("serve %s: %w", queue, err)
		}
		started = append(started, w)
	}
	return stop, nil
}

type act = func(*activities.Activities, context.Context, activities.Turn) (record.Next, error)

// register has each act carried out by the activities of its case.
func (h house) register(w worker.Worker) {
	t := reflect.TypeFor[*activities.Activities]()
	for m := range t.Methods() {
		do := m.Func.Interface().(act)
		w.RegisterActivityWithOptions(func(ctx context.Context, in activities.Turn) (record.Next, error) {
			return do(h[in.Case], ctx, in)
		}, activity.RegisterOptions{Name: m.Name})
	}
}

// studio is one life being played on a real server: the business clock leaps to
// whatever comes next, so that every timer lasts a moment.
type studio struct {
	Studio
	waker  *workflows.Waker
	file   *activitiestest.File
	caseID string
	asleep chan struct{} // the case waits for something later than the next plan

	mu    sync.Mutex
	now   time.Time
	plans []Plan
}

func (r Studio) open(l Life) (*studio, error) {
	s := &studio{Studio: r, waker: workflows.NewWaker(r.Client), caseID: l.Name, plans: l.Plans, asleep: make(chan struct{}, 64)}
	f, err := l.Open(s.caseID, s.clock)
	if err != nil {
		return nil, err
	}
	s.file, s.now = f, l.Begins(f)
	return s, nil
}

// File is the record of the case.
func (s *studio) File() *activitiestest.File { return s.file }

// Tell signals the case as the engine does.
func (s *studio) Tell(signal string) error {
	ctx := context.Background()
	switch signal {
	case workflows.Due:
		s.leap()
		return s.waker.Due(ctx, s.caseID)
	case workflows.Renew:
		defer s.sleeps() // the new run asks nobody, and sleeps on
		return s.waker.Renew(ctx, s.caseID)
	}
	return s.waker.Wake(ctx, s.caseID)
}

// Cancel asks for the run's cancellation.
func (s *studio) Cancel() error {
	return s.Client.CancelWorkflow(context.Background(), workflows.ID(s.caseID), "")
}

// leap goes to the instant that the case waits for.
func (s *studio) leap() {
	at := s.file.Person.Plan(s.clock())[0].At
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = at
}

func (s *studio) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// wake leaps to the instant that the case waits for, unless a plan comes first,
// and gives the wall instant of its wake-up.
func (s *studio) wake(at time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.plans) > 0 && !s.plans[0].Noon(s.file).After(at) {
		s.sleeps()
		return time.Now().Add(time.Hour)
	}
	if !at.After(s.now) {
		return time.Now() // due at once
	}
	s.now = at
	return time.Now().Add(s.Moment)
}

func (s *studio) sleeps() { s.asleep <- struct{}{} }

// next goes to the next plan and carries it out.
func (s *studio) next() error {
	s.mu.Lock()
	p := s.plans[0]
	if noon := p.Noon(s.file); noon.After(s.now) {
		s.now = noon
	}
	s.plans = s.plans[1:]
	s.mu.Unlock()
	return p.Do(s)
}

func (s *studio) left() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.plans)
}

// play runs the case until its plans are over and its workflow has ended. What
// is planned after an end wakes the case anew.
func (s *studio) play(ctx context.Context) ([]*history.History, error) {
	var runs []*history.History
	if err := s.waker.Wake(ctx, s.caseID); err != nil {
		return nil, err
	}
	for {
		if err := s.untilEnd(ctx); err != nil {
			return nil, err
		}
		more, err := chain(ctx, s.Client, workflows.ID(s.caseID))
		if runs = append(runs, more...); err != nil || s.left() == 0 {
			return runs, err
		}
		if err := s.next(); err != nil {
			return nil, err
		}
	}
}

// untilEnd follows the plans until the workflow has ended.
func (s *studio) untilEnd(ctx context.Context) error {
	done := make(chan error, 1)
	go func() { done <- s.Client.GetWorkflow(ctx, workflows.ID(s.caseID), "").Get(ctx, nil) }()
	for {
		select {
		case <-s.asleep:
			if s.left() == 0 {
				continue
			}
			if err := s.rest(ctx); err != nil {
				return err
			}
			if err := s.next(); err != nil {
				return err
			}
		case err := <-done:
			for len(s.asleep) > 0 {
				<-s.asleep
			}
			var cancelled *temporal.CanceledError
			if errors.As(err, &cancelled) {
				return nil
			}
			return err
		case <-time.After(still):
			return fmt.Errorf("nothing has moved for %s, with %d plans left", still, s.left())
		}
	}
}

// rest waits until the workflow has nothing to do but to wait.
func (s *studio) rest(ctx context.Context) error {
	for {
		d, err := s.Client.DescribeWorkflowExecution(ctx, workflows.ID(s.caseID), "")
		if err != nil {
			return fmt.Errorf("look what the workflow does: %w", err)
		}
		if len(d.GetPendingActivities()) == 0 && d.GetPendingWorkflowTask() == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// chain reads the histories of the latest run of a workflow and of those that
// continued as it, the first first.
func chain(ctx context.Context, c client.Client, id string) ([]*history.History, error) {
	last, err := c.DescribeWorkflowExecution(ctx, id, "")
	if err != nil {
		return nil, fmt.Errorf("look for the last run of %s: %w", id, err)
	}
	var out []*history.History
	for run := last.GetWorkflowExecutionInfo().GetExecution().GetRunId(); run != ""; {
		h := &history.History{}
		events := c.GetWorkflowHistory(ctx, id, run, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		for events.HasNext() {
			e, err := events.Next()
			if err != nil {
				return nil, fmt.Errorf("read the history of %s: %w", id, err)
			}
			h.Events = append(h.Events, e)
		}
		out = append([]*history.History{h}, out...)
		run = h.Events[0].GetWorkflowExecutionStartedEventAttributes().GetContinuedExecutionRunId()
	}
	return out, nil
}
