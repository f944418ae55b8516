package workflows_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/recobro/recobro/workflows"
	"github.com/recobro/recobro/workflows/workflowstest"
)

const historyFolder = "testdata/history"

// TestHistoriesOfEveryReleaseReplay replays what was recorded from a real server,
// by this release and those before it, with the code of today: a change that a
// running case would trip over fails here.
func TestHistoriesOfEveryReleaseReplay(t *testing.T) {
	for name, h := range histories(t) {
		t.Run(name, func(t *testing.T) {
			assert.NoError(t, replay(h, workflows.Debt))
		})
	}
}

// TestEveryTaskOfAHistoryReplays replays what a worker without a cache does: at
// each task of a run, all that came before it.
func TestEveryTaskOfAHistoryReplays(t *testing.T) {
	tasks := 0
	for name, h := range histories(t) {
		for i, e := range h.Events {
			if e.GetWorkflowTaskStartedEventAttributes() == nil {
				continue
			}
			tasks++
			assert.NoError(t, replay(&historypb.History{Events: h.Events[:i+1]}, workflows.Debt), "%s, up to event %d", name, e.GetEventId())
		}
	}
	t.Logf("%d tasks", tasks)
}

func TestReplayFindsAChangeThatWouldBreakARunningCase(t *testing.T) {
	changed := func(ctx workflow.Context, in workflows.Input) error {
		if err := workflow.Sleep(ctx, time.Minute); err != nil {
			return err
		}
		return workflows.Debt(ctx, in)
	}
	found := 0
	for name, h := range histories(t) {
		if strings.HasSuffix(name, "-01") { // a case's first run begins with its first decision
			assert.Error(t, replay(h, changed), name)
			found++
		}
	}
	assert.Positive(t, found)
}

// personal are the words of the recorded debtor and creditor that must not
// leave PostgreSQL.
var personal = regexp.MustCompile(`(?i)lorca|orea|\+34|ES91|example|calle`)

func TestHistoriesNameNobody(t *testing.T) {
	for name, raw := range files(t) {
		assert.Empty(t, personal.FindString(string(raw)), name)
	}
}

// quiet hears of no panic: the error says it.
var quiet = log.NewStructuredLogger(slog.New(slog.DiscardHandler))

func replay(h *historypb.History, code any, changes ...interceptor.WorkerInterceptor) error {
	r, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{Interceptors: changes})
	if err != nil {
		return err
	}
	r.RegisterWorkflowWithOptions(code, workflow.RegisterOptions{Name: workflows.Type})
	first := h.Events[0].GetWorkflowExecutionStartedEventAttributes()
	return r.ReplayWorkflowHistoryWithOptions(quiet, h, worker.ReplayWorkflowHistoryOptions{
		OriginalExecution: workflow.Execution{ID: first.GetWorkflowId(), RunID: first.GetOriginalExecutionRunId()},
	})
}

// golden is what is kept of the lives: read once, since there is much of it.
type golden struct {
	raw   map[string][]byte
	runs  map[string]*historypb.History
	lives map[string][]*historypb.History // the runs in their order
}

var readGolden = sync.OnceValues(func() (*golden, error) {
	raw, err := workflowstest.Kept(historyFolder)
	if err != nil {
		return nil, err
	}
	g := &golden{raw, map[string]*historypb.History{}, map[string][]*historypb.History{}}
	for name, text := range raw {
		if g.runs[name], err = client.HistoryFromJSON(bytes.NewReader(text), client.HistoryJSONOptions{}); err != nil {
			return nil, fmt.Errorf("read the history %s: %w", name, err)
		}
	}
	for name := range g.runs {
		life := workflowstest.LifeOf(name)
		if g.lives[life] != nil {
			continue
		}
		for n := 1; g.runs[workflowstest.RunOf(life, n)] != nil; n++ {
			g.lives[life] = append(g.lives[life], g.runs[workflowstest.RunOf(life, n)])
		}
		if len(g.lives[life]) == 0 {
			return nil, fmt.Errorf("the first run of %s is missing", life)
		}
	}
	return g, nil
})

// files gives the JSON of every recorded history; there must be some.
func files(t *testing.T) map[string][]byte {
	t.Helper()
	g, err := readGolden()
	require.NoError(t, err)
	return g.raw
}

func histories(t *testing.T) map[string]*historypb.History {
	t.Helper()
	g, err := readGolden()
	require.NoError(t, err)
	return g.runs
}

// goldenLives gives the histories of every life, its runs in their order.
func goldenLives(t *testing.T) map[string][]*historypb.History {
	t.Helper()
	g, err := readGolden()
	require.NoError(t, err)
	return g.lives
}
