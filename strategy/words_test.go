package strategy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/recobro/recobro/strategy"
)

func TestReasonsAreSaidInFourLanguages(t *testing.T) {
	r := strategy.Reason{Code: "due_passed", On: on("2026-10-01")}
	for lang, want := range map[string]string{
		"en": "the debt fell due on 1 October", "es": "la deuda venció el 1 de octubre",
		"fr": "la dette est échue depuis le 1er octobre", "pt": "a dívida venceu em 1 de outubro",
	} {
		if got := strategy.Words(r, lang); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
	d := strategy.Decision{Why: []strategy.Reason{r, {Code: "holiday", On: on("2026-10-12"), What: "Fiesta Nacional"}, {Code: "gap", On: on("2026-10-05"), N: 7}}}
	if got := d.Sentence("en"); got != "the debt fell due on 1 October; 12 October is a holiday (Fiesta Nacional); 7 days between contacts, the last on 5 October" {
		t.Errorf("said %q", got)
	}
	if got := strategy.Words(strategy.Reason{Code: "hold", On: on("2026-10-12"), What: "dispute"}, "fr"); got != "suspension jusqu'au 12 octobre : créance contestée" {
		t.Errorf("said %q", got)
	}
}

func TestEveryReasonCodeHasWords(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	code := regexp.MustCompile(`Code(?::| =) "([a-z_]+)"`)
	found := 0
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range code.FindAllStringSubmatch(string(text), -1) {
			if m[1] == "handoff_" {
				continue // completed by the state: the three below
			}
			found++
			checkWords(t, m[1])
		}
	}
	for _, c := range []string{"paid", "settled", "study", "handoff_none", "limitation_claim", "limitation_waiver", "promise_reminder", "instalment_reminder", "handoff_declined", "handoff_lapsed", "handoff_returned"} {
		checkWords(t, c)
	}
	if found < 20 {
		t.Errorf("only %d codes were found in the source", found)
	}
}

func checkWords(t *testing.T, code string) {
	t.Helper()
	r := strategy.Reason{Code: code, On: on("2026-10-12"), N: 3, What: "email"}
	said := map[string]bool{}
	for _, lang := range []string{"es", "fr", "pt", "en"} {
		w := strategy.Words(r, lang)
		if w == code || w == "" || strings.ContainsAny(w, "{}") {
			t.Errorf("%s has no words in %s: %q", code, lang, w)
		}
		said[w] = true
	}
	if len(said) != 4 {
		t.Errorf("%s says the same in two languages: %v", code, said)
	}
}
