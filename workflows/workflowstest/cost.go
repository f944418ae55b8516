package workflowstest

import (
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"google.golang.org/protobuf/proto"

	"github.com/recobro/recobro/strategy"
)

// Cost is what a life, or a part of one, costs on a Temporal server.
type Cost struct {
	Runs     int // of the workflow
	Contacts int // acts that send
	Events   int // in the histories of all runs
	// Actions are what Temporal Cloud charges for: every start, continuation,
	// timer, activity, repeated attempt, signal and setting of search attributes.
	//
	// Source: Temporal's documentation, "Temporal Cloud Actions".
	Actions int
	Bytes   int // of the histories
}

// Of adds up what histories cost.
func Of(runs ...*history.History) Cost {
	c := Cost{Runs: len(runs)}
	for _, h := range runs {
		c.Events += len(h.Events)
		c.Bytes += proto.Size(h)
		for _, e := range h.Events {
			c.Actions += actions(e)
			if Sends(e) {
				c.Contacts++
			}
		}
	}
	return c
}

// Sends reports whether an event begins an act that sends.
func Sends(e *history.HistoryEvent) bool {
	a := e.GetActivityTaskScheduledEventAttributes()
	return a != nil && strategy.Act(a.GetActivityType().GetName()).Sends()
}

// actions is how many actions an event is charged as. A run that continues
// another is the action of continuing it.
func actions(e *history.HistoryEvent) int {
	switch e.GetEventType() {
	case enums.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED, enums.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
		enums.EVENT_TYPE_TIMER_STARTED, enums.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
		enums.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES, enums.EVENT_TYPE_MARKER_RECORDED:
		return 1
	case enums.EVENT_TYPE_ACTIVITY_TASK_STARTED:
		return int(e.GetActivityTaskStartedEventAttributes().GetAttempt()) - 1
	}
	return 0
}

// Steady gives what the dearest automatic contact costs that follows another in
// the same stage, with nothing heard in between and at the first attempt: from the
// one's begin to the other's. It is nothing where no two follow each other so.
func Steady(h *history.History) Cost {
	var dearest Cost
	last := -1 // where the contact before began
	for i, e := range h.Events {
		switch {
		case Sends(e):
			if last >= 0 {
				c := Of(&history.History{Events: h.Events[last:i]})
				dearest.Events, dearest.Actions = max(dearest.Events, c.Events), max(dearest.Actions, c.Actions)
				dearest.Bytes = max(dearest.Bytes, c.Bytes)
			}
			last = i
		case e.GetActivityTaskScheduledEventAttributes() != nil, e.GetWorkflowExecutionSignaledEventAttributes() != nil,
			e.GetActivityTaskStartedEventAttributes().GetAttempt() > 1:
			last = -1 // another act, news, or an attempt that failed
		}
	}
	return dearest
}
