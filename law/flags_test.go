package law_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
)

func TestEveryFlagIsPutIntoWordsInFourLanguages(t *testing.T) {
	names := law.FlagNames()
	for _, name := range names {
		seen := map[string]bool{}
		for _, language := range law.Languages {
			s := law.InWords(name, language)
			if !strings.HasSuffix(s, ".") || strings.Contains(s, "_") || seen[s] {
				t.Errorf("%s in %s: %q", name, language, s)
			}
			seen[s] = true
		}
		if law.InWords(name, "de") != law.InWords(name, "en") {
			t.Errorf("%s: another language is not answered in English", name)
		}
	}
	for _, j := range countries.All() {
		flags := append(slices.Clone(j.Flags), j.WaiverFlag)
		for _, p := range j.Periods {
			for _, n := range p.Notes {
				flags = append(flags, n.Flag)
			}
		}
		for _, a := range j.Acts {
			flags = append(flags, a.Flag)
			for _, o := range a.Void {
				flags = append(flags, "void_"+o)
			}
			for _, o := range a.Doubt {
				flags = append(flags, "court_claim_"+o)
			}
		}
		for _, s := range j.Suspensions {
			if s.Off {
				flags = append(flags, s.Code)
			}
		}
		if j.LongStop != nil {
			flags = append(flags, j.LongStop.Code)
		}
		for _, r := range j.Terms {
			flags = append(append(flags, r.ScopeFlag), r.Flags...)
		}
		for _, r := range j.Reach {
			flags = append(flags, r.Flag)
		}
		for _, c := range j.Courts {
			flags = append(flags, c.Flags...)
			for _, p := range c.Prior {
				flags = append(flags, p.Flag)
			}
		}
		for _, r := range j.Judgments {
			flags = append(flags, r.Flags...)
		}
		for _, r := range j.PaymentTerms {
			flags = append(flags, r.Flags...)
		}
		for _, f := range flags {
			if f != "" && !slices.Contains(names, f) {
				t.Errorf("%s: flag %s has no words", j.Code, f)
			}
		}
	}
}

// TestEveryFlagThatIsShownHasWords collects the flags that the sources of every
// room set or speak of: what an answer can show is in the table.
func TestEveryFlagThatIsShownHasWords(t *testing.T) {
	var files []string
	for _, room := range []string{".", "es", "fr", "pt", "question", "../debt", "../api", "../strategy"} {
		some, err := filepath.Glob(filepath.Join(room, "*.go"))
		if err != nil || len(some) == 0 {
			t.Fatalf("%s: %v", room, err)
		}
		files = append(files, some...)
	}
	inLaw := regexp.MustCompile(`(?:flag\(|doubt\(|Flags, |Flag = |Flag: |Flags: \[\]string\{|return )"([a-z][a-z_0-9]*_[a-z0-9]+)"[,)}]?`)
	beyond := regexp.MustCompile(`(?:Flags, |Flag\w* = |HasPrefix\(flag, |add\()"([a-z][a-z_0-9]*_[a-z0-9]+)"\)?`)
	found := 0
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		set := inLaw
		if strings.HasPrefix(f, "..") {
			set = beyond
		}
		for _, m := range set.FindAllStringSubmatch(string(b), -1) {
			found++
			if !slices.Contains(law.FlagNames(), m[1]) && m[1] != "court_claim_" && m[1] != "void_" {
				t.Errorf("%s: flag %s has no words", f, m[1])
			}
		}
	}
	if found < 20 {
		t.Errorf("%d flags found in the sources: the search is wrong", found)
	}
}

func TestAFlagWithoutWordsIsGivenAsItStands(t *testing.T) {
	if s := law.InWords("no_such_flag", "es"); s != "no such flag" {
		t.Error(s)
	}
	if got := law.Explained([]string{"no_rule", "only_once"}, "en"); len(got) != 2 || got[1] != "Such an act counts once only." {
		t.Errorf("%v", got)
	}
}
