package worked_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/law/worked"
)

// recordFiles are the worked records that ship with the engine.
func recordFiles(t testing.TB) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("../testdata/records/*.yaml")
	if err != nil || len(names) < 10 {
		t.Fatalf("%d files of records: %v", len(names), err)
	}
	out := map[string][]byte{}
	for _, name := range append(names, "../testdata/examples.md") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(name)] = text
	}
	return out
}

func TestEveryRecordComesOutAsWritten(t *testing.T) {
	seen := map[string]string{}
	kinds := map[string]int{}
	for name, text := range recordFiles(t) {
		records, problems := worked.Read(name, text)
		for _, p := range problems {
			t.Error(p)
		}
		for _, r := range records {
			if first := seen[r.ID]; first != "" || r.ID == "" || r.Title == "" {
				t.Errorf("%s:%d: record %q stands in %s too, or lacks its title", name, r.Line, r.ID, first)
			}
			seen[r.ID] = name
			kinds[r.Kind]++
			res := r.Check()
			for _, d := range res.Differences {
				t.Errorf("%s:%d: %s: %s: expected %s, got %s", name, d.Line, r.ID, d.Field, d.Expected, d.Got)
			}
			if len(res.Articles) == 0 {
				t.Errorf("%s:%d: %s: no article", name, r.Line, r.ID)
			}
		}
	}
	if len(seen) < 300 {
		t.Errorf("%d records, want 300 at least", len(seen))
	}
	if len(kinds) != 10 {
		t.Errorf("records of %d kinds, want all ten: %v", len(kinds), kinds)
	}
	t.Log(len(seen), "records: ", kinds)
}

// TestEachRuleHasARecord finds every code of every table of periods, and every
// type of act in every country, among the records.
func TestEachRuleHasARecord(t *testing.T) {
	rules, acts := map[string]bool{}, map[string]bool{}
	for _, text := range recordFiles(t) {
		for _, r := range documents(t, text) {
			rule, _ := r["rule"].(string)
			rules[rule] = true
			place, _ := r["jurisdiction"].(string)
			for _, e := range list(r["events"]) {
				acts[place[:min(2, len(place))]+" "+e["type"].(string)] = true
			}
			if r["kind"] == "carriage_es" {
				rules["es_lctt_79"] = true
			}
			if a, _ := r["arithmetic"].(string); len(a) < 10 {
				t.Errorf("%v: no arithmetic", r["id"])
			}
		}
	}
	for _, j := range countries.All() {
		for i := range j.Periods {
			if code := j.Periods[i].Code; !rules[code] {
				t.Errorf("no record of %s", code)
				rules[code] = true
			}
		}
		if j.LongStop != nil && !slices.ContainsFunc(longStops(t), func(s string) bool { return strings.Contains(s, j.LongStop.Code) }) {
			t.Errorf("no record of %s", j.LongStop.Code)
		}
		for i := range j.Acts {
			if a := j.Country + " " + j.Acts[i].Type; !acts[a] {
				t.Errorf("no record of %s", a)
				acts[a] = true
			}
		}
	}
}

// longStops are the flags that the records expect.
func longStops(t *testing.T) (out []string) {
	for _, text := range recordFiles(t) {
		for _, line := range strings.Split(string(text), "\n") {
			if strings.HasPrefix(line, "expected:") {
				out = append(out, line)
			}
		}
	}
	return out
}
