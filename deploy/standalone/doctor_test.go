package standalone_test

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"

	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/deploy/standalone"
)

// examined runs recobro doctor on an installation that runs, and gives how each
// check ended, the worst where one is done several times.
func examined(t *testing.T) map[string]string {
	t.Helper()
	var out bytes.Buffer
	root := command.Root("test")
	root.SetOut(&out)
	root.SetErr(io.Discard)
	root.SetArgs([]string{"doctor", "--json"})
	failed := root.ExecuteContext(t.Context())
	var all struct {
		OK     bool
		Checks []struct{ Check, State string }
	}
	if err := json.Unmarshal(out.Bytes(), &all); err != nil || all.OK != (failed == nil) {
		t.Fatalf("%v, %v: %s", err, failed, &out)
	}
	worse := map[string]int{"ok": 1, "warn": 2, "fail": 3}
	states := map[string]string{}
	for _, c := range all.Checks {
		if worse[c.State] > worse[states[c.Check]] {
			states[c.Check] = c.State
		}
	}
	return states
}

func TestTheDoctorFindsARunningInstallationWell(t *testing.T) {
	running, err := standalone.Find(here.environ["RECOBRO_DATA"])
	if err != nil || running == nil {
		t.Fatalf("what runs: %v, %v", running, err)
	}
	for name, value := range running {
		t.Setenv(name, value)
	}
	here.debt(t, "100.00", 3)
	// Temporal shows a worker a moment after it first asks for work.
	await(t, "a worker asks for work", func() bool { return examined(t)["worker"] == "ok" })
	for check, state := range examined(t) {
		// The other tests have moved the clock by months, beyond the rates that are
		// shipped, and every channel is an outbox.
		if state != "ok" && check != "rates" && check != "channels" {
			t.Errorf("%s: %s", check, state)
		}
	}
	t.Setenv("TEMPORAL_NAMESPACE", "nobodys")
	if got := examined(t); got["temporal"] != "ok" || got["namespace"] != "fail" || got["database"] != "ok" {
		t.Errorf("without its namespace: %v", got)
	}
}
