package workflows_test

import (
	"bytes"
	"compress/gzip"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/recobro/recobro/workflows"
)

// update has the histories recorded anew, on the Temporal server whose address
// RECOBRO_TEMPORAL gives: go test ./workflows -run Histories -update
var update = flag.Bool("update", false, "record the histories anew, on the server that RECOBRO_TEMPORAL names")

const historyFolder = "testdata/history"

// TestHistoriesOfEveryReleaseReplay replays what was recorded from a real server,
// by this release and those before it, with the code of today: a change that a
// running case would trip over fails here.
func TestHistoriesOfEveryReleaseReplay(t *testing.T) {
	if *update {
		recordLives(t)
	}
	for name, h := range histories(t) {
		t.Run(name, func(t *testing.T) {
			assert.NoError(t, replay(h, workflows.Debt))
		})
	}
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

// An automatic contact costs its timer and its activity: eleven events.
const eventsOfContact, eventsOfStage = 12, 20

func TestAHistoryStaysSmall(t *testing.T) {
	for name, h := range histories(t) {
		timers, acts := 0, 0
		for _, e := range h.Events {
			switch {
			case e.GetTimerStartedEventAttributes() != nil:
				timers++
			case e.GetActivityTaskScheduledEventAttributes() != nil:
				acts++
			}
		}
		if strings.HasPrefix(name, "unpaid") {
			assert.LessOrEqual(t, len(h.Events), eventsOfContact*max(timers, acts)+eventsOfStage, name)
		}
	}
}

func replay(h *historypb.History, code any) error {
	r := worker.NewWorkflowReplayer()
	r.RegisterWorkflowWithOptions(code, workflow.RegisterOptions{Name: workflows.Type})
	first := h.Events[0].GetWorkflowExecutionStartedEventAttributes()
	return r.ReplayWorkflowHistoryWithOptions(nil, h, worker.ReplayWorkflowHistoryOptions{
		OriginalExecution: workflow.Execution{ID: first.GetWorkflowId(), RunID: first.GetOriginalExecutionRunId()},
	})
}

// files reads every recorded history; there must be some.
func files(t *testing.T) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(historyFolder, "*.json.gz"))
	require.NoError(t, err)
	require.NotEmpty(t, paths, "no histories are recorded in %s", historyFolder)
	out := map[string][]byte{}
	for _, p := range paths {
		f, err := os.Open(p)
		require.NoError(t, err)
		z, err := gzip.NewReader(f)
		require.NoError(t, err, p)
		raw, err := io.ReadAll(z)
		require.NoError(t, err, p)
		require.NoError(t, f.Close())
		out[strings.TrimSuffix(filepath.Base(p), ".json.gz")] = raw
	}
	return out
}

func histories(t *testing.T) map[string]*historypb.History {
	t.Helper()
	out := map[string]*historypb.History{}
	for name, raw := range files(t) {
		h, err := client.HistoryFromJSON(bytes.NewReader(raw), client.HistoryJSONOptions{})
		require.NoError(t, err, name)
		out[name] = h
	}
	return out
}
