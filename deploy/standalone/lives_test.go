package standalone_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/workflows/workflowstest"
)

// asPlayer makes the test binary play golden lives on the server at that
// address, with workers that keep no workflow in memory.
const asPlayer = "RECOBRO_TEST_PLAY"

// What else a player is told.
const (
	playedLives = "RECOBRO_TEST_PLAY_LIVES"
	playedTo    = "RECOBRO_TEST_PLAY_TO"
)

const goldenHistories = "../../workflows/testdata/history"

func playLives() int {
	worker.SetStickyWorkflowCacheSize(0)
	if err := playTo(context.Background(), os.Getenv(playedTo), strings.Fields(os.Getenv(playedLives))); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func playTo(ctx context.Context, folder string, names []string) error {
	const namespace = "forgetful"
	c, err := client.Dial(client.Options{HostPort: os.Getenv(asPlayer), Namespace: namespace, Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	if err != nil {
		return err
	}
	defer c.Close()
	if err := command.PrepareNamespace(ctx, c, namespace); err != nil {
		return err
	}
	lives := slices.DeleteFunc(workflowstest.Lives(), func(l workflowstest.Life) bool { return !slices.Contains(names, l.Name) })
	played, err := workflowstest.Studio{Client: c, Moment: time.Second}.Play(ctx, lives)
	if err != nil {
		return err
	}
	return workflowstest.Keep(folder, played)
}

// acts lists what a life's runs did. A first decision that was taken twice, as
// the first release did, counts once.
func acts(runs []*history.History) (out []string) {
	for _, h := range runs {
		for _, e := range h.Events {
			if a := e.GetActivityTaskScheduledEventAttributes(); a != nil {
				out = append(out, a.GetActivityType().GetName())
			}
		}
	}
	if len(out) > 1 && out[0] == out[1] {
		return out[1:]
	}
	return out
}

// TestGoldenLivesGoAlikeWhereEveryTaskReplays plays lives on the real server
// with the code of today and a cache of none: every task of every workflow
// begins with the replay of all that was before.
func TestGoldenLivesGoAlikeWhereEveryTaskReplays(t *testing.T) {
	names := []string{"plan-in-writing", "settled-in-writing", "bounced", "throttled", "unknown", "dispute-upheld", "cancelled-at-once"}
	if os.Getenv("RECOBRO_PROVE") != "" {
		names = nil
		for _, l := range workflowstest.Lives() {
			names = append(names, l.Name)
		}
	}
	folder := t.TempDir()
	player := exec.CommandContext(t.Context(), os.Args[0])
	player.Env = append(os.Environ(), asPlayer+"="+here.Settings.TemporalAddress, playedTo+"="+folder, playedLives+"="+strings.Join(names, " "))
	var said bytes.Buffer
	player.Stdout, player.Stderr = &said, &said
	if err := player.Run(); err != nil {
		t.Fatalf("%v\n%s", err, said.String())
	}
	golden, played := livesIn(t, goldenHistories), livesIn(t, folder)
	tasks := 0
	for _, life := range names {
		if got, want := acts(played[life]), acts(golden[life]); !slices.Equal(got, want) {
			t.Errorf("%s did\n%v, and when it was recorded\n%v", life, got, want)
		}
		// The first release's recorder cancelled before a run could turn, now and then.
		if got, want := workflowstest.Of(played[life]...), workflowstest.Of(golden[life]...); got.Runs < want.Runs || got.Contacts != want.Contacts {
			t.Errorf("%s: %+v, and when it was recorded %+v", life, got, want)
		}
		for _, h := range played[life] {
			for _, e := range h.Events {
				q := e.GetWorkflowTaskScheduledEventAttributes().GetTaskQueue()
				if q.GetKind() == enums.TASK_QUEUE_KIND_STICKY {
					t.Fatalf("%s: a task went to a worker that remembers", life)
				}
				if e.GetWorkflowTaskFailedEventAttributes() != nil {
					t.Errorf("%s: a task failed: %v", life, e.GetWorkflowTaskFailedEventAttributes().GetFailure().GetMessage())
				}
				if e.GetWorkflowTaskCompletedEventAttributes() != nil {
					tasks++
				}
			}
		}
	}
	t.Logf("%d lives, %d tasks, each replayed from the start", len(names), tasks)
}

// livesIn reads the lives that are kept in a folder, each one's runs in order.
func livesIn(t *testing.T, folder string) map[string][]*history.History {
	t.Helper()
	kept, err := workflowstest.Kept(folder)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]*history.History{}
	for name := range kept {
		life := workflowstest.LifeOf(name)
		if name != workflowstest.RunOf(life, 1) {
			continue
		}
		for n := 1; kept[workflowstest.RunOf(life, n)] != nil; n++ {
			h, err := client.HistoryFromJSON(bytes.NewReader(kept[workflowstest.RunOf(life, n)]), client.HistoryJSONOptions{})
			if err != nil {
				t.Fatal(err)
			}
			out[life] = append(out[life], h)
		}
	}
	return out
}
