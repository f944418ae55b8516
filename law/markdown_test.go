package law_test

import (
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
)

var update = flag.Bool("update", false, "write docs/law.md from the tables")

const pageFile = "../docs/law.md"

func pageOfTheLaw(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	if err := law.Page(&b, countries.All()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestThePageOfTheLawIsThatOfTheTables(t *testing.T) {
	want := pageOfTheLaw(t)
	if *update {
		if err := os.WriteFile(pageFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(pageFile)
	if err != nil {
		t.Fatal(err)
	}
	has, wants := strings.Split(string(b), "\n"), strings.Split(want, "\n")
	for i := range max(len(has), len(wants)) {
		if i >= len(has) || i >= len(wants) || has[i] != wants[i] {
			t.Fatalf("docs/law.md:%d is not what the tables say: run go generate ./law/...", i+1)
		}
	}
}

// TestThePageHoldsEveryRow finds the codes, sources, days and rates of all
// tables on the page.
func TestThePageHoldsEveryRow(t *testing.T) {
	page := pageOfTheLaw(t)
	var want []string
	row := func(code string, s law.Source) { want = append(want, "`"+code+"`", s.String(), s.URL) }
	for _, j := range countries.All() {
		want = append(want, j.Name, law.InWords(j.WaiverFlag, "en"))
		for _, p := range j.Periods {
			row(p.Code, p.Source)
			for _, l := range p.Lengths {
				want = append(want, l.Value.String())
				if !l.From.IsZero() {
					want = append(want, l.From.String())
				}
			}
		}
		for _, a := range j.Acts {
			row(a.Type, a.Source)
		}
		for _, s := range j.Suspensions {
			row(s.Code, s.Source)
		}
		for _, r := range j.Reach {
			want = append(want, r.Source.String())
		}
		for _, r := range j.Terms {
			row(r.Code, r.Source)
		}
		for _, r := range j.Judgments {
			row(r.Code, r.Source)
		}
		for _, r := range j.PaymentTerms {
			row(r.Code, r.Source)
		}
		for _, r := range j.VAT {
			row(r.Code, r.Source)
		}
		for _, r := range slices.Concat(j.Attempts, j.Remarks) {
			row(r.Code, r.Source)
			want = append(want, r.Rule)
		}
		for _, c := range j.Courts {
			row(c.Code, c.Source)
			want = append(append(want, c.Limits...), c.LawyerText)
		}
		for _, r := range j.Rulebook {
			row(r.Code, r.Source)
			want = append(want, r.Rule)
		}
		for _, n := range j.NoticeRules {
			row(n.Code, n.Source)
			want = append(want, n.Items...)
		}
		for _, r := range j.Capital {
			row(r.Code, r.Source)
		}
		for _, s := range j.Series {
			rows, err := s.Rows()
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				want = append(want, "| "+r.From.String()+" | ", " | "+r.Rate.String()+" | "+strings.ReplaceAll(r.Source, "|", "\\|"))
			}
		}
	}
	for _, f := range law.FlagNames() {
		want = append(want, "- `"+f+"`\n", law.InWords(f, "pt"))
	}
	slices.Sort(want)
	for _, s := range slices.Compact(want) {
		if !strings.Contains(page, s) {
			t.Errorf("the page lacks %q", s)
		}
	}
}

func TestThePageIsSoundMarkdown(t *testing.T) {
	page := pageOfTheLaw(t)
	bar := regexp.MustCompile(`(^|[^\\\\])\|`)
	width := 0
	for i, line := range strings.Split(page, "\n") {
		if !strings.HasPrefix(line, "|") {
			width = 0
			continue
		}
		n := len(bar.FindAllString(line, -1))
		if width != 0 && n != width {
			t.Errorf("line %d has %d bars, its table %d: %s", i+1, n, width, line)
		}
		width = n
	}
	headings := map[string]bool{}
	for _, line := range strings.Split(page, "\n") {
		if h, ok := strings.CutPrefix(line, "## "); ok {
			headings[h] = true
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^- \[([^\]]+)\]\(#`).FindAllStringSubmatch(page, -1) {
		if !headings[m[1]] {
			t.Errorf("the contents name %q, which is no heading", m[1])
		}
	}
	for _, bad := range []string{"%!", "<nil>", "TODO", "XXX"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page says %q", bad)
		}
	}
}

func TestAPageThatCannotBeWrittenIsAnError(t *testing.T) {
	if err := law.Page(full{}, countries.All()); err == nil {
		t.Error("no error")
	}
}
