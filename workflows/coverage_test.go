package workflows_test

import (
	"encoding/json"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
	"github.com/recobro/recobro/workflows/workflowstest"
)

// constants gives the values of the constants of a type in a file, so that one
// added there is known here.
func constants(t *testing.T, file, typ string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	require.NoError(t, err)
	var out []string
	ast.Inspect(f, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := v.Type.(*ast.Ident); ok && name.Name == typ {
			for _, x := range v.Values {
				if lit, ok := x.(*ast.BasicLit); ok {
					out = append(out, constant.StringVal(constant.MakeFromLiteral(lit.Value, lit.Kind, 0)))
				}
			}
		}
		return true
	})
	require.NotEmpty(t, out, "%s holds no constant of type %s", file, typ)
	return out
}

// told gives every decision that the activities of a run answered with, and the
// one that the run began with.
func told(t *testing.T, h *historypb.History) []record.Next {
	t.Helper()
	var out []record.Next
	for _, e := range h.Events {
		if a := e.GetActivityTaskCompletedEventAttributes(); a != nil {
			var n record.Next
			require.NoError(t, json.Unmarshal(a.GetResult().GetPayloads()[0].GetData(), &n))
			out = append(out, n)
		}
	}
	return out
}

// seen counts what the golden histories hold of each kind of thing.
type seen map[string]map[string]int

func (s seen) note(kind, what string) {
	if s[kind] == nil {
		s[kind] = map[string]int{}
	}
	s[kind][what]++
}

// holdReasons are why a case that stands under a hold waits, where that does
// not name the hold.
var holdReasons = map[string]string{"promise_due": "promise", "instalment_due": "plan"}

func look(t *testing.T) seen {
	t.Helper()
	s := seen{}
	for name, h := range histories(t) {
		for _, e := range h.Events {
			s.note("event", e.GetEventType().String())
			if a := e.GetActivityTaskScheduledEventAttributes(); a != nil {
				s.note("act", a.GetActivityType().GetName())
			}
			if a := e.GetWorkflowExecutionSignaledEventAttributes(); a != nil {
				s.note("signal", a.GetSignalName())
			}
			if a := e.GetActivityTaskStartedEventAttributes(); a != nil && a.GetAttempt() > 1 {
				s.note("attempt", "another")
			}
		}
		for _, n := range told(t, h) {
			s.note("stage", string(n.Stage))
			if n.Decision.Final() {
				s.note("act", string(n.Decision.Do))
				s.note("outcome", string(n.Decision.Outcome))
				s.note("closed", workflowstest.LifeOf(name))
			}
			for _, w := range n.Decision.Why {
				s.note("why", w.Code)
				if w.Code == "hold_until" {
					s.note("hold", w.What)
				}
				if hold := holdReasons[w.Code]; hold != "" {
					s.note("hold", hold)
				}
			}
		}
	}
	return s
}

func TestEveryActStageHoldAndOutcomeIsInAGoldenLife(t *testing.T) {
	s := look(t)
	wanted := map[string][]string{
		"act":     append(constants(t, "../strategy/decision.go", "Act"), activities.DecideName),
		"stage":   constants(t, "../debt/case.go", "Stage"),
		"outcome": constants(t, "../debt/case.go", "Outcome"),
		"hold":    constants(t, "../debt/case.go", "HoldReason"),
		"signal":  {"news", "due", "renew"},
		"attempt": {"another"},
		"why": {"stopped", "with_lawyer", "handoff_deadline", "handoff_declined", "handoff_lapsed", "handoff_returned", "handoff_none",
			"escalated", "offer_until", "limitation_alarm", "limitation_reached", "no_channel", "call_unanswered"},
		"event": {
			enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW.String(),
			enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED.String(),
			enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED.String(),
			enumspb.EVENT_TYPE_TIMER_CANCELED.String(),
			enumspb.EVENT_TYPE_ACTIVITY_TASK_FAILED.String(),
		},
	}
	for kind, all := range wanted {
		for _, what := range all {
			assert.Positive(t, s[kind][what], "no golden life shows the %s %s: add one to workflowstest and run make histories", kind, what)
		}
	}
	t.Logf("acts %v", s["act"])
}

// A case that has ended goes on as a new run of the same id.
func TestAGoldenLifeIsReopened(t *testing.T) {
	reopened := 0
	for life, runs := range goldenLives(t) {
		for i, h := range runs[:len(runs)-1] {
			if h.Events[len(h.Events)-1].GetWorkflowExecutionCompletedEventAttributes() == nil {
				continue
			}
			began := runs[i+1].Events[0].GetWorkflowExecutionStartedEventAttributes()
			assert.Empty(t, began.GetContinuedExecutionRunId(), "%s: the run after the end was continued", life)
			answers := told(t, runs[i+1])
			require.NotEmpty(t, answers, life)
			assert.NotEqual(t, strategy.Nothing, answers[0].Decision.Do, "%s: the case is still closed", life)
			reopened++
		}
	}
	assert.Positive(t, reopened)
}

func TestEveryGoldenLifeIsKeptWhole(t *testing.T) {
	kept := goldenLives(t)
	named := map[string]bool{}
	for _, l := range workflowstest.Lives() {
		assert.False(t, named[l.Name], "two lives bear the name %s", l.Name)
		named[l.Name] = true
		assert.NotEmpty(t, kept[l.Name], "no history of %s is kept: run make histories", l.Name)
	}
	for _, life := range workflowstest.Retired {
		assert.False(t, named[life], "%s is played, and no longer", life)
		assert.NotEmpty(t, kept[life], "the histories of %s are gone", life)
		named[life] = true
	}
	for life, runs := range kept {
		assert.True(t, named[life], "%s is kept, and no life of that name is known", life)
		for i, h := range runs {
			last := h.Events[len(h.Events)-1]
			next := last.GetWorkflowExecutionContinuedAsNewEventAttributes().GetNewExecutionRunId()
			if next != "" && assert.Less(t, i, len(runs)-1, "%s ends with a run that goes on", life) {
				assert.Equal(t, next, runs[i+1].Events[0].GetWorkflowExecutionStartedEventAttributes().GetOriginalExecutionRunId(), "%s: run %d does not follow", life, i+2)
			}
		}
	}
}
