package bench

import (
	"os"
	"strings"
	"testing"
)

// What every measure sees at sizes that take seconds says nothing of speed; it
// must work all the same, and what no load excuses must hold.
func TestEveryMeasureWorks(t *testing.T) {
	if os.Getenv("RECOBRO_PROVE") == "" {
		t.Skip("takes minutes: RECOBRO_PROVE=1 runs it")
	}
	var out strings.Builder
	all, err := Run(t.Context(), Options{Try: true, Out: &out})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if r.Err != nil || len(r.Figures) == 0 {
			t.Errorf("%s: %d figures, %v", r.Measure.Name, len(r.Figures), r.Err)
		}
		for _, f := range r.Figures {
			if f.Bar == "= 0" && !f.Kept {
				t.Errorf("%s: %s: %v", r.Measure.Name, f.Name, f.Value)
			}
		}
	}
	t.Log(out.String())
}
