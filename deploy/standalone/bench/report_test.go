package bench

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOnlyWhatStandsBetweenItsMarkersIsWrittenAnew(t *testing.T) {
	file := filepath.Join(t.TempDir(), "benchmarks.md")
	if err := os.WriteFile(file, []byte("# Figures\n\nwords before\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	write := func(name string, value float64) string {
		t.Helper()
		if err := Write(file, []Result{{Measure: Measure{Name: name, About: "about " + name}, Figures: []Figure{{Name: "rate", Value: value}}}}); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	write("one", 11)
	doc := write("two", 22)
	if err := os.WriteFile(file, []byte(doc+"\nwords after\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	doc = write("one", 33)
	for _, want := range []string{"words before", "words after", "| rate | 33 |", "| rate | 22 |", "about one"} {
		if strings.Count(doc, want) != 1 {
			t.Errorf("%q stands %d times in:\n%s", want, strings.Count(doc, want), doc)
		}
	}
	if strings.Contains(doc, "| rate | 11 |") {
		t.Errorf("the old figure is still there:\n%s", doc)
	}
}

func TestABarIsKeptOrMissed(t *testing.T) {
	for _, c := range []struct {
		f    Figure
		kept bool
	}{
		{AtLeast("a", 0.8, "", 0.8), true},
		{AtLeast("a", 0.79, "", 0.8), false},
		{Below("a", 0.99, "s", 1), true},
		{Below("a", 1, "s", 1), false},
		{Figure{Name: "told only"}, true},
	} {
		if got := (Result{Figures: []Figure{c.f}}).Kept(); got != c.kept {
			t.Errorf("%+v: kept is %v", c.f, got)
		}
	}
}

func TestNumbersShowWhatCounts(t *testing.T) {
	for want, f := range map[string]Figure{
		"0.812": {Value: 0.8123}, "1,234,568 1/s": {Value: 1234567.8, Unit: "1/s"}, "12": {Value: 12}, "12.3 ms": {Value: 12.34, Unit: "ms"}, "-123": {Value: -123},
	} {
		if got := f.number(); got != want {
			t.Errorf("%v is shown as %q, want %q", f.Value, got, want)
		}
	}
}
