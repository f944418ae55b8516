package command

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// check runs recobro law check and returns what it printed.
func check(files ...string) (string, error) {
	c := lawCommand()
	c.SilenceUsage, c.SilenceErrors = true, true
	var out bytes.Buffer
	c.SetOut(&out)
	c.SetArgs(append([]string{"check"}, files...))
	err := c.Execute()
	return out.String(), err
}

func TestLawCheckRunsTheWorkedExamples(t *testing.T) {
	out, err := check("../law/testdata/examples.md")
	if err != nil || out != "18 records: 18 as expected, 0 otherwise; 0 problems\n" {
		t.Errorf("%v:\n%s", err, out)
	}
}

func TestLawCheckFailsOnADifferenceAProblemAndAMissingFile(t *testing.T) {
	text, err := os.ReadFile("../law/testdata/examples.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ old, new, want string }{
		"a day":   {"last_day: 2026-03-15", "last_day: 2026-03-16", "line 15  last_day  expected 2026-03-16  got 2026-03-15"},
		"a cent":  {"interest: 164.07, principal", "interest: 164.08, principal", "interest  expected 164.08  got 164.07"},
		"a field": {"small_turnover: true", "small_turn_over: true", `unknown field "small_turn_over" in a record`},
	} {
		file := filepath.Join(t.TempDir(), "records.md")
		if err := os.WriteFile(file, []byte(strings.Replace(string(text), c.old, c.new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := check(file); err == nil || !strings.Contains(out, c.want) {
			t.Errorf("%s: %v:\n%s\nwant %s", name, err, out, c.want)
		}
	}
	if _, err := check("nowhere.md"); err == nil || !strings.Contains(err.Error(), "nowhere.md") {
		t.Errorf("a missing file: %v", err)
	}
}
