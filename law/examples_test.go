package law_test

import (
	"os"
	"testing"

	"github.com/recobro/recobro/law/worked"
)

func TestTheWorkedExamplesComeOutToTheCentAndTheDay(t *testing.T) {
	text, err := os.ReadFile("testdata/examples.md")
	if err != nil {
		t.Fatal(err)
	}
	all, problems := worked.Read("examples.md", text)
	for _, p := range problems {
		t.Error(p)
	}
	if len(all) != 18 {
		t.Fatalf("%d records, want the 18 worked examples", len(all))
	}
	for _, r := range all {
		t.Run(r.ID+" "+r.Title, func(t *testing.T) {
			for _, d := range r.Check().Differences {
				t.Errorf("%s:%d: %s: expected %s, got %s", r.File, d.Line, d.Field, d.Expected, d.Got)
			}
		})
	}
}
