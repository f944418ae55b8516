package question_test

import (
	"encoding/csv"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/law/lawtest"
	"github.com/recobro/recobro/law/question"
)

// TestMain holds the tables of rates, so that a row that is published changes
// no question that was asked before it.
func TestMain(m *testing.M) {
	lawtest.Hold()
	os.Exit(m.Run())
}

var verb = regexp.MustCompile(`%[sd%]`)

// phraseRows are the rows of the file of phrases, without its head.
func phraseRows(t *testing.T) [][]string {
	t.Helper()
	f, err := os.Open("phrases.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes = '|', true
	rows, err := r.ReadAll()
	if err != nil || !slices.Equal(rows[0], law.Languages) {
		t.Fatalf("%v: %v", err, rows[0])
	}
	return rows[1:]
}

func TestAPhraseTakesTheSameFiguresInEveryLanguage(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range phraseRows(t) {
		if seen[row[0]] {
			t.Errorf("%q stands twice", row[0])
		}
		seen[row[0]] = true
		want := verb.FindAllString(row[0], -1)
		for i, s := range row {
			if got := verb.FindAllString(s, -1); s == "" || !slices.Equal(got, want) {
				t.Errorf("%q: %s has %v, want %v", row[0], law.Languages[i], got, want)
			}
		}
	}
}

// TestNothingIsSaidThatHasNoPhrase reads every phrase that the package says, and
// finds it in the file; what holds no word of its own needs none.
func TestNothingIsSaidThatHasNoPhrase(t *testing.T) {
	var known []string
	for _, row := range phraseRows(t) {
		known = append(known, row[0])
	}
	letter, said := regexp.MustCompile(`\pL`), 0
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			f, ok := call.Fun.(*ast.SelectorExpr)
			at := map[string]int{"say": 0, "step": 0, "confirm": 1}
			if i, is := at[selected(f)]; ok && is && i < len(call.Args) {
				if text, is := call.Args[i].(*ast.BasicLit); is {
					phrase, _ := strconv.Unquote(text.Value)
					said++
					if letter.MatchString(verb.ReplaceAllString(phrase, "")) && !slices.Contains(known, phrase) {
						t.Errorf("%s: no phrase %q", name, phrase)
					}
				}
			}
			return true
		})
	}
	if said < 40 {
		t.Errorf("%d phrases were found", said)
	}
	for _, s := range []law.TermStart{law.FromReceipt, law.FromApproval, law.FromInvoice, law.FromEither} {
		if !slices.Contains(known, string(s)) {
			t.Errorf("no phrase %q", s)
		}
	}
}

func selected(f *ast.SelectorExpr) string {
	if f == nil {
		return ""
	}
	return f.Sel.Name
}

func TestTheArithmeticIsToldInTheLanguageAskedFor(t *testing.T) {
	period := asked[question.Limitation](t, `{"country":"ES","claim":"sale","debtor":"business","due_on":"2017-03-15","acts":[{"type":"burofax_received","date":"2019-05-02"},
		{"type":"mediation","date":"2022-01-01","end":"2022-03-01"},{"type":"call","date":"2023-01-01"}]}`)
	for language, want := range map[string][]string{
		"en": {
			"es_cc_1964: 2017-03-15 + 5 years = 2022-03-15 (Código Civil art. 1964.2)",
			"2019-05-02 burofax_received: the period starts anew (Código Civil art. 1973); 2019-05-02 + 5 years = 2024-05-02",
			"2024-05-02 + 82 days that did not count, es_covid (Real Decreto 463/2020 DA 4, and Real Decreto 537/2020 art. 10) = 2024-07-23",
			"2022-01-01 mediation: the clock stood still (Ley 5/2012 art. 4); 2024-07-23 + 59 days = 2024-09-20",
		},
		"es": {
			"es_cc_1964: 2017-03-15 + 5 años = 2022-03-15 (Código Civil art. 1964.2)",
			"2019-05-02 burofax_received: el plazo empieza de nuevo (Código Civil art. 1973); 2019-05-02 + 5 años = 2024-05-02",
			"2024-05-02 + 82 días que no contaron, es_covid (Real Decreto 463/2020 DA 4, and Real Decreto 537/2020 art. 10) = 2024-07-23",
			"prescrito desde 2024-09-21, el día siguiente a 2024-09-20",
		},
		"fr": {"2022-01-01 mediation: le délai a été suspendu (Ley 5/2012 art. 4); 2024-07-23 + 59 jours = 2024-09-20"},
		"pt": {"último dia antes de qualquer ato: 2022-06-05"},
	} {
		a, err := period.Answer(countries.For, language)
		if err != nil {
			t.Fatal(err)
		}
		holds(t, a.Arithmetic, want...)
	}
	debt := asked[question.Interest](t, `{"country":"ES","claim":"services","debtor":"business","due_on":"2026-10-01","until":"2027-01-31",
		"principal":{"amount":"1250.00","currency":"EUR"},"payments":[{"amount":{"amount":"100.00","currency":"EUR"},"received_on":"2026-12-01"}]}`)
	a, err := debt.Answer(countries.For, "es")
	if err != nil {
		t.Fatal(err)
	}
	holds(t, a.Arithmetic, "2026-10-02 a 2026-12-01: 1250.00 EUR × 10.40 % × 61 / 365 días = 21.73 EUR (Ley 3/2004 arts. 5 and 7)",
		"2026-12-01: pago de 100.00 EUR = 21.73 EUR a intereses + 40.00 EUR a la cantidad fija + 38.27 EUR al principal")
	holds(t, a.ToConfirm, "tipo de es_late_payment desde 2026-10-02: por confirmar, no se leyó el texto oficial",
		"tipo de es_late_payment desde 2027-01-01, no publicado: por confirmar")
}
