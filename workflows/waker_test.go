package workflows

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
)

// answers is a Temporal that gives one answer after another, and then success.
type answers struct {
	errs  []error
	calls []string
	at    []time.Time
	seen  *workflowservice.DescribeWorkflowExecutionResponse
}

func (a *answers) DescribeWorkflowExecution(context.Context, string, string) (*workflowservice.DescribeWorkflowExecutionResponse, error) {
	if len(a.errs) == 0 {
		return a.seen, nil
	}
	err := a.errs[0]
	a.errs = a.errs[1:]
	return nil, err
}

func (a *answers) SignalWithStartWorkflow(_ context.Context, id, signal string, _ any, o client.StartWorkflowOptions, workflow any, args ...any) (client.WorkflowRun, error) {
	a.calls = append(a.calls, id+" "+signal+" "+workflow.(string)+" "+o.TaskQueue+" "+args[0].(Input).Case)
	a.at = append(a.at, time.Now())
	if o.WorkflowExecutionTimeout != 0 || o.WorkflowRunTimeout != 0 {
		return nil, errors.New("a case has no timeout")
	}
	if len(a.errs) == 0 {
		return nil, nil
	}
	err := a.errs[0]
	a.errs = a.errs[1:]
	return nil, err
}

func TestWakingStartsTheWorkflowThatIsMissing(t *testing.T) {
	a := &answers{}
	w := &Waker{temporal: a}
	require.NoError(t, w.Wake(t.Context(), "c1"))
	require.NoError(t, w.Due(t.Context(), "c1"))
	require.NoError(t, w.Renew(t.Context(), "c1"))
	assert.Equal(t, []string{"case-c1 news Debt recobro c1", "case-c1 due Debt recobro c1", "case-c1 renew Debt recobro c1"}, a.calls)
}

func TestABusyTemporalIsAskedAgainLessAndLess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := &serviceerror.ResourceExhausted{Message: "one new run of an id each second"}
		a := &answers{errs: []error{busy, busy, busy}}
		require.NoError(t, (&Waker{temporal: a}).Wake(t.Context(), "c1"))
		require.Len(t, a.at, 4)
		assert.Equal(t, 50*time.Millisecond, a.at[1].Sub(a.at[0]))
		assert.Equal(t, 100*time.Millisecond, a.at[2].Sub(a.at[1]))
		assert.Equal(t, 200*time.Millisecond, a.at[3].Sub(a.at[2]))
	})
}

func TestWakingEndsWithItsContextAndNamesTheCase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		a := &answers{}
		for range 1000 {
			a.errs = append(a.errs, &serviceerror.ResourceExhausted{})
		}
		err := (&Waker{temporal: a}).Wake(ctx, "c1")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorContains(t, err, "case c1")
		assert.Less(t, len(a.calls), 50)
	})
}

func TestAnotherErrorIsTheCallersAtOnce(t *testing.T) {
	gone := serviceerror.NewUnavailable("no connection")
	a := &answers{errs: []error{gone}}
	err := (&Waker{temporal: a}).Wake(t.Context(), "c1")
	require.ErrorIs(t, err, gone)
	assert.Len(t, a.calls, 1)
}

func TestWhoOnlyWaitsForItsTurnIsNotReminded(t *testing.T) {
	type described = workflowservice.DescribeWorkflowExecutionResponse
	running := func(d *described) *described {
		d.WorkflowExecutionInfo = &workflowpb.WorkflowExecutionInfo{Status: enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING}
		return d
	}
	task := &workflowpb.PendingWorkflowTaskInfo{}
	activity := func(state enumspb.PendingActivityState, attempt int32) []*workflowpb.PendingActivityInfo {
		return []*workflowpb.PendingActivityInfo{{State: state, Attempt: attempt}}
	}
	for _, x := range []struct {
		name     string
		seen     *described
		reminded int
	}{
		{"at rest, with a timer", running(&described{}), 1},
		{"a workflow task that nobody has begun or ended", running(&described{PendingWorkflowTask: task}), 0},
		{"an activity that nobody has begun", running(&described{PendingActivities: activity(enumspb.PENDING_ACTIVITY_STATE_SCHEDULED, 1)}), 0},
		{"an activity that may have read the record before", running(&described{PendingActivities: activity(enumspb.PENDING_ACTIVITY_STATE_STARTED, 1)}), 1},
		{"an activity that is tried again later", running(&described{PendingActivities: activity(enumspb.PENDING_ACTIVITY_STATE_SCHEDULED, 3)}), 1},
		{"ended", &described{WorkflowExecutionInfo: &workflowpb.WorkflowExecutionInfo{Status: enumspb.WORKFLOW_EXECUTION_STATUS_TERMINATED}}, 1},
	} {
		a := &answers{seen: x.seen}
		require.NoError(t, (&Waker{temporal: a}).Remind(t.Context(), "c1"), x.name)
		assert.Len(t, a.calls, x.reminded, x.name)
	}
	missing := &answers{errs: []error{serviceerror.NewNotFound("no such workflow")}}
	require.NoError(t, (&Waker{temporal: missing}).Remind(t.Context(), "c1"))
	assert.Len(t, missing.calls, 1, "one that is not there is started")
	away := serviceerror.NewUnavailable("no connection")
	require.ErrorIs(t, (&Waker{temporal: &answers{errs: []error{away}}}).Remind(t.Context(), "c1"), away)
}
