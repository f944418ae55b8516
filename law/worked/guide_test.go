package worked

import (
	"os"
	"strings"
	"testing"

	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
)

// TestTheGuideNamesAllThatIsRead holds docs/law-records.md to every kind, type
// of event, synonym, outcome, table and default that the reader knows.
func TestTheGuideNamesAllThatIsRead(t *testing.T) {
	text, err := os.ReadFile("../../docs/law-records.md")
	if err != nil {
		t.Fatal(err)
	}
	words := []string{"burofax", law.Contract}
	for k := range kinds {
		words = append(words, k)
	}
	for other := range synonyms {
		words = append(words, other)
	}
	words = append(words, law.ActTypes...)
	words = append(words, law.CourtOutcomes...)
	words = append(words, law.Deliveries...)
	words = append(words, effects...)
	words = append(words, dayCounts...)
	for _, forms := range [][]namedForm{clockFields, talkFields, sumFields, judgedFields, guarantorFields, serviceFields, deadlineFields} {
		for _, f := range forms {
			words = append(words, f.name)
		}
	}
	for _, j := range countries.All() {
		for _, s := range j.Series {
			words = append(words, s.Name)
		}
		if len(j.Code) == 2 {
			words = append(words, defaults(j.Code))
		}
	}
	for _, w := range words {
		if !strings.Contains(string(text), "`"+w+"`") {
			t.Errorf("docs/law-records.md does not name %q", w)
		}
	}
	records, problems := Read("law-records.md", text)
	if len(records) == 0 || len(problems) > 0 {
		t.Errorf("the example cannot be read: %v", problems)
	}
	for _, r := range records {
		if d := r.Check().Differences; len(d) > 0 {
			t.Errorf("%s comes out otherwise: %v", r.ID, d)
		}
	}
}
