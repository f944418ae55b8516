package workflows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
)

// starter is what a Waker needs of a Temporal client.
type starter interface {
	SignalWithStartWorkflow(ctx context.Context, workflowID, signal string, arg any,
		o client.StartWorkflowOptions, workflow any, args ...any) (client.WorkflowRun, error)
	DescribeWorkflowExecution(ctx context.Context, workflowID, runID string) (*workflowservice.DescribeWorkflowExecutionResponse, error)
}

// Waker tells cases' workflows that there is something for them, and starts
// those that do not run: intake, a signal lost and recovery are the same thing.
type Waker struct{ temporal starter }

// NewWaker returns a Waker that speaks through c.
func NewWaker(c client.Client) *Waker { return &Waker{temporal: c} }

// Wake tells the case that there is news on its record.
func (w *Waker) Wake(ctx context.Context, caseID string) error { return w.tell(ctx, caseID, News) }

// Remind is Wake for a case that may have been told before. It says nothing to a
// workflow that only waits for a worker: that will read the record as it stands
// then, and a signal would be one more thing to wait behind. Where the waiting is
// about something else, the next reminder finds the workflow at rest.
func (w *Waker) Remind(ctx context.Context, caseID string) error {
	d, err := w.temporal.DescribeWorkflowExecution(ctx, ID(caseID), "")
	var none *serviceerror.NotFound
	switch {
	case errors.As(err, &none):
	case err != nil:
		return fmt.Errorf("look whether case %s was told: %w", caseID, err)
	case waits(d):
		return nil
	}
	return w.Wake(ctx, caseID)
}

// waits reports whether a running workflow has work that no worker has begun.
func waits(d *workflowservice.DescribeWorkflowExecutionResponse) bool {
	if d.GetWorkflowExecutionInfo().GetStatus() != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
		return false
	}
	return d.GetPendingWorkflowTask() != nil || slices.ContainsFunc(d.GetPendingActivities(), func(a *workflowpb.PendingActivityInfo) bool {
		return a.GetState() == enumspb.PENDING_ACTIVITY_STATE_SCHEDULED && a.GetAttempt() <= 1
	})
}

// Due tells the case that its pending decision is due, whatever its timer says.
func (w *Waker) Due(ctx context.Context, caseID string) error { return w.tell(ctx, caseID, Due) }

// Renew asks the case's workflow to continue as new.
func (w *Waker) Renew(ctx context.Context, caseID string) error { return w.tell(ctx, caseID, Renew) }

// The pauses while Temporal says that it is busy: it allows one new run of an
// id each second, and so many calls.
const (
	firstBusy = 50 * time.Millisecond
	lastBusy  = 2 * time.Second
)

// tell signals the case, starting its workflow if it does not run, until
// Temporal takes it, answers with another error than being busy, or ctx ends.
func (w *Waker) tell(ctx context.Context, caseID, signal string) error {
	o := client.StartWorkflowOptions{TaskQueue: TaskQueue, StaticSummary: "Debt " + caseID}
	for pause := firstBusy; ; pause = min(2*pause, lastBusy) {
		_, err := w.temporal.SignalWithStartWorkflow(ctx, ID(caseID), signal, nil, o, Type, Input{Case: caseID, Hears: true})
		var busy *serviceerror.ResourceExhausted
		if err == nil {
			return nil
		}
		if !errors.As(err, &busy) {
			return fmt.Errorf("tell case %s %q: %w", caseID, signal, err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("tell case %s %q: %w: Temporal was busy: %w", caseID, signal, ctx.Err(), err)
		case <-time.After(pause):
		}
	}
}
