package workflows_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/activities/activitiestest"
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/workflows"
)

// outbox is a post that must never be asked to send.
type outbox struct{ t *testing.T }

func (o outbox) Mode(string) string { return activities.Outbox }

func (o outbox) Send(_ context.Context, m record.Message) record.Delivery {
	o.t.Errorf("message %s was handed to a provider in outbox mode", m.ID)
	return record.Delivery{State: "failed"}
}

// life is the life of one case: the workflow and the real activities, run after
// run, over a file kept in memory and a clock that skips what is empty.
type life struct {
	t      *testing.T
	file   *activitiestest.File
	acts   *activities.Activities
	caseID string
	now    time.Time
	plans  []plan
	ahead  time.Duration    // of the business clock before the wall's
	ticks  func() time.Time // the business clock, where it is not the environment's

	runs   int               // runs of the workflow so far
	inputs []workflows.Input // what each began with
	began  []string          // activities started, in order
	stages []string          // values of the stage attribute, in order
	timers int
	told   int // signals from outside
	tries  int // attempts of activities
	env    *testsuite.TestWorkflowEnvironment
}

// plan is something that happens from outside.
type plan struct {
	at time.Time
	do func(*life)
}

// at plans something for a day at ten in the morning in Madrid, or for an
// instant.
func (l *life) at(when string, do func(*life)) {
	l.t.Helper()
	layout := "2006-01-02"
	if strings.Contains(when, " ") {
		layout = "2006-01-02 15:04"
	} else {
		when, layout = when+" 10:00", "2006-01-02 15:04"
	}
	at, err := time.ParseInLocation(layout, when, l.file.Person.Place.Zone())
	require.NoError(l.t, err)
	l.plans = append(l.plans, plan{at, do})
}

// reports puts a fact on the record and tells the workflow.
func reports(f debt.Fact) func(*life) {
	return func(l *life) {
		require.NoError(l.t, l.file.Record(l.caseID, f))
		l.env.SignalWorkflow(workflows.News, nil)
	}
}

func signals(name string) func(*life) {
	return func(l *life) { l.env.SignalWorkflow(name, nil) }
}

func cancels(l *life) { l.env.CancelWorkflow() }

// run runs the case until its workflow ends, and returns what it ended with.
func (l *life) run() error {
	l.t.Helper()
	in := workflows.Input{Case: l.caseID}
	for l.runs < 50 {
		err := l.once(in)
		var renewed *workflow.ContinueAsNewError
		if !errors.As(err, &renewed) {
			return err
		}
		require.Equal(l.t, workflows.Type, renewed.WorkflowType.Name)
		in = workflows.Input{} // decoding adds to what is there
		require.NoError(l.t, converter.GetDefaultDataConverter().FromPayloads(renewed.Input, &in))
	}
	l.t.Fatal("the case continued as new again and again")
	return nil
}

// once is one run of the workflow.
func (l *life) once(in workflows.Input) error {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestWorkflowEnvironment()
	l.env, l.runs, l.inputs = env, l.runs+1, append(l.inputs, in)
	env.SetStartTime(l.now)
	env.SetTestTimeout(time.Minute)
	l.file.Now = func() time.Time { return env.Now().Add(l.ahead) }
	l.file.Wake = func(at time.Time) time.Time { return at.Add(-l.ahead) }
	if l.ticks != nil {
		l.file.Now = l.ticks
	}
	env.RegisterWorkflowWithOptions(workflows.Debt, workflow.RegisterOptions{Name: workflows.Type})
	env.RegisterActivity(l.acts)
	l.watch(env)
	for _, p := range l.plans {
		if p.at.After(l.now) {
			env.RegisterDelayedCallback(func() { p.do(l) }, p.at.Sub(l.now))
		}
	}
	env.ExecuteWorkflow(workflows.Type, in)
	require.True(l.t, env.IsWorkflowCompleted(), "the workflow neither ended nor continued")
	l.now = env.Now()
	return env.GetWorkflowError()
}

// watch notes which activities ran, and under which stage the case was shown.
func (l *life) watch(env *testsuite.TestWorkflowEnvironment) {
	env.SetOnActivityStartedListener(func(info *activity.Info, _ context.Context, _ converter.EncodedValues) {
		l.tries++
		if info.Attempt == 1 {
			l.began = append(l.began, info.ActivityType.Name)
		}
	})
	stage := temporal.NewSearchAttributeKeyKeyword(workflows.AttributeStage)
	env.OnUpsertTypedSearchAttributes(mock.Anything).Run(func(args mock.Arguments) {
		value, _ := args.Get(0).(temporal.SearchAttributes).GetKeyword(stage)
		l.stages = append(l.stages, value)
	}).Return(nil).Maybe()
	env.SetOnTimerScheduledListener(func(string, time.Duration) { l.timers++ })
}

// newLife gives a case of a country that falls due on the day, at eight in the
// morning of the day it is submitted.
func newLife(t *testing.T, country string, kind law.Party, submitted, due string) *life {
	t.Helper()
	l := &life{t: t, caseID: "case-1"}
	f, err := activitiestest.New(country, kind, func() time.Time { return l.now })
	require.NoError(t, err)
	l.acts = activities.New(activities.Deps{Cases: f, Sends: f, Post: outbox{t}})
	l.file, l.now = f, calendar.Must(submitted).At(8, 0, f.Person.Place.Zone())
	require.NoError(t, f.Open("case-1", calendar.Must(due)))
	return l
}

func (l *life) debt() *debt.Case { return l.file.Case(l.caseID) }
