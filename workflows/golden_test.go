package workflows_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/recobro/recobro/activities/activitiestest"
	"github.com/recobro/recobro/workflows/workflowstest"
)

// scene plays a golden life in the SDK's environment.
type scene struct{ l *life }

func (s scene) File() *activitiestest.File { return s.l.file }

func (s scene) Tell(signal string) error {
	s.l.told++
	if s.l.env != nil {
		s.l.env.SignalWorkflow(signal, nil)
	}
	return nil
}

func (s scene) Cancel() error {
	s.l.env.CancelWorkflow()
	return nil
}

// play plays a golden life from its submission to its end.
func play(t *testing.T, g workflowstest.Life) *life {
	t.Helper()
	l := &life{t: t, caseID: g.Name}
	f, err := g.Open(g.Name, func() time.Time { return l.now })
	require.NoError(t, err)
	l.file, l.now, l.acts = f, g.Begins(f), g.Activities(f, f)
	done := 0
	for i, p := range g.Plans {
		l.plans = append(l.plans, plan{p.Noon(f), func(l *life) {
			require.NoError(t, p.Do(scene{l}), "plan %d", i)
			done++
		}})
	}
	for {
		err := l.run()
		var cancelled *temporal.CanceledError
		require.True(t, err == nil || errors.As(err, &cancelled), "%v", err)
		if done == len(l.plans) {
			return l
		}
		next := l.plans[done] // it wakes a case whose workflow has ended
		l.env, l.now = nil, next.at
		next.do(l)
	}
}

func TestGoldenLivesComeToTheirEnd(t *testing.T) {
	for _, g := range workflowstest.Lives() {
		t.Run(g.Name, func(t *testing.T) {
			if g.OnServer {
				t.Skip("it speaks of a real server's pauses")
			}
			l := play(t, g)
			t.Log(l.debt().Stage, l.debt().Outcome, l.runs, l.began)
		})
	}
}
