package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/recobro/recobro/workflows"
)

type asks = interceptor.WorkflowOutboundInterceptor

// change alters what the code of today asks of the SDK, as an edit of it would.
type change struct {
	interceptor.WorkerInterceptorBase
	asks func(asks) asks
}

func (c *change) InterceptWorkflow(_ workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	return &changed{interceptor.WorkflowInboundInterceptorBase{Next: next}, c.asks}
}

type changed struct {
	interceptor.WorkflowInboundInterceptorBase
	asks func(asks) asks
}

func (c *changed) Init(out asks) error { return c.Next.Init(c.asks(out)) }

// The changes: another activity, one activity with a marker before it, no
// timer, a timer too many, no search attributes.
type (
	otherActivity struct {
		interceptor.WorkflowOutboundInterceptorBase
	}
	marker struct {
		interceptor.WorkflowOutboundInterceptorBase
	}
	noTimer struct {
		interceptor.WorkflowOutboundInterceptorBase
	}
	twoTimers struct {
		interceptor.WorkflowOutboundInterceptorBase
	}
	noAttributes struct {
		interceptor.WorkflowOutboundInterceptorBase
	}
)

func (o *otherActivity) ExecuteActivity(ctx workflow.Context, name string, args ...any) workflow.Future {
	return o.Next.ExecuteActivity(ctx, name+"Anew", args...)
}

func (m *marker) ExecuteActivity(ctx workflow.Context, name string, args ...any) workflow.Future {
	workflow.SideEffect(ctx, func(workflow.Context) any { return 1 })
	return m.Next.ExecuteActivity(ctx, name, args...)
}

func (*noTimer) NewTimerWithOptions(ctx workflow.Context, _ time.Duration, _ workflow.TimerOptions) workflow.Future {
	rang, ring := workflow.NewFuture(ctx)
	ring.Set(nil, nil)
	return rang
}

func (t *twoTimers) NewTimerWithOptions(ctx workflow.Context, d time.Duration, o workflow.TimerOptions) workflow.Future {
	t.Next.NewTimerWithOptions(ctx, d, o)
	return t.Next.NewTimerWithOptions(ctx, d, o)
}

func (*noAttributes) UpsertTypedSearchAttributes(workflow.Context, ...temporal.SearchAttributeUpdate) error {
	return nil
}

// holds reports whether a history has an event of that type, before its last task.
func holds(h *historypb.History, kind enumspb.EventType) bool {
	for _, e := range h.Events {
		if e.GetEventType() == kind {
			return true
		}
	}
	return false
}

func TestReplayFindsEveryKindOfChangeThatWouldBreakARunningCase(t *testing.T) {
	type base = interceptor.WorkflowOutboundInterceptorBase
	tests := map[string]struct {
		kind enumspb.EventType // histories with this event must trip over it
		asks func(asks) asks
	}{
		"another activity":     {enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED, func(n asks) asks { return &otherActivity{base{Next: n}} }},
		"a marker more":        {enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED, func(n asks) asks { return &marker{base{Next: n}} }},
		"no timer":             {enumspb.EVENT_TYPE_TIMER_STARTED, func(n asks) asks { return &noTimer{base{Next: n}} }},
		"a timer more":         {enumspb.EVENT_TYPE_TIMER_STARTED, func(n asks) asks { return &twoTimers{base{Next: n}} }},
		"no search attributes": {enumspb.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES, func(n asks) asks { return &noAttributes{base{Next: n}} }},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			met := 0
			for run, h := range histories(t) {
				if !holds(h, tt.kind) {
					continue
				}
				met++
				assert.Error(t, replay(h, workflows.Debt, &change{asks: tt.asks}), run)
			}
			assert.Positive(t, met)
		})
	}
}
