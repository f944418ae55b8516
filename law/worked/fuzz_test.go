package worked_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/worked"
)

// FuzzRecords holds every file to be refused with file and reason, or to give
// records that run: none without an article that its answer rests on.
func FuzzRecords(f *testing.F) {
	for _, text := range recordFiles(f) {
		f.Add(string(text[:min(len(text), 4000)]))
		for i, part := range bytes.Split(text, []byte("---\n")) {
			if i%7 == 0 {
				f.Add(string(part))
			}
		}
	}
	f.Add("```yaml\n" + good + "```\n")
	f.Add("kind: interest\njurisdiction: FR\ntable: contract\nrate: 1000\nprincipal: 999999999999.99\ndue_date: 1990-01-01\nuntil: 2100-12-31\nexpected: {total: 1}\n")
	f.Add("a: &x [1]\nb: *x\n<<: *x\n")
	f.Fuzz(func(t *testing.T, text string) {
		records, problems := worked.Read("f", []byte(text))
		if len(records) == 0 && len(problems) == 0 {
			t.Fatal("neither records nor a reason")
		}
		for _, p := range problems {
			if p.What == "" || p.Line < 0 || p.Line > strings.Count(text, "\n")+strings.Count(text, "\r")+1 {
				t.Fatalf("a problem that says nothing, or of no line: %q on %d", p.What, p.Line)
			}
		}
		for _, r := range records {
			res := r.Check()
			if len(res.Articles) == 0 {
				t.Fatalf("%s on line %d: an answer that rests on nothing", r.Kind, r.Line)
			}
			for _, d := range res.Differences {
				if d.Expected == d.Got || d.Field == "" {
					t.Fatalf("a difference that is none: %+v", d)
				}
			}
		}
		var out bytes.Buffer
		var tally worked.Tally
		if err := tally.Report(&out, "f", []byte(text)); err != nil || tally.Good() != (out.Len() == 0) {
			t.Fatalf("the report says %q, the tally %s: %v", out.String(), tally, err)
		}
	})
}

// lengthsInOrder are the codes that both calculations know.
func lengthsInOrder() []string {
	codes := make([]string, 0, len(lengths))
	for c := range lengths {
		codes = append(codes, c)
	}
	slices.Sort(codes)
	return codes
}

// agreement draws a record of limitation and wants both calculations to give
// the same days and effects.
func agreement(t *rapid.T) {
	rule := rapid.SampledFrom(lengthsInOrder()).Draw(t, "rule")
	day := func(name string, from, to int) string {
		return shown(next(on("1990-01-01"), rapid.IntRange(from, to).Draw(t, name)))
	}
	first := 0
	if strings.HasPrefix(rule, "pt_") {
		first = 26 * 366 // the holidays of the second calculation are those since 2016
	}
	anchor := rapid.IntRange(first, 40000).Draw(t, "anchor") // to 2099
	var text strings.Builder
	place := strings.ToUpper(rule[:2])
	fmt.Fprintf(&text, "id: R\nkind: limitation\njurisdiction: %s\nrule: %s\nanchor: %s\nevents:\n", place, rule, shown(next(on("1990-01-01"), anchor)))
	lasting := slices.Concat(courtActs, []string{"mediation", "conciliation", "small_claims_procedure_accepted", "negotiation_request", "written_claim"})
	for i := range rapid.IntRange(0, 5).Draw(t, "events") {
		kind := rapid.SampledFrom(law.ActTypes).Draw(t, "type")
		at := rapid.IntRange(anchor, anchor+int(30.5*float64(lengths[rule]*(i+1)))).Draw(t, "day")
		fmt.Fprintf(&text, "  - {type: %s, start: %s", kind, day("start", at, at))
		if slices.Contains(lasting, kind) && rapid.Bool().Draw(t, "ends") {
			fmt.Fprintf(&text, ", end: %s", day("end", at+1, at+400))
		}
		switch {
		case slices.Contains(courtActs, kind):
			fmt.Fprintf(&text, ", outcome: %s", rapid.SampledFrom([]string{"upheld", "dismissed", "withdrawn", "lapsed", "procedural_flaw", "pending"}).Draw(t, "outcome"))
		case slices.Contains([]string{"letter", "registered_letter", "email", "call", "written_claim"}, kind):
			fmt.Fprintf(&text, ", outcome: %s", rapid.SampledFrom([]string{"received", "refused", "left_notice", "returned_unknown", "sent"}).Draw(t, "outcome"))
		}
		if rapid.IntRange(0, 3).Draw(t, "proof") == 0 {
			text.WriteString(", unproved: true")
		}
		text.WriteString(", effect: none}\n")
	}
	text.WriteString("expected: {last_day: 1900-01-01, cautious: 1900-01-01}\n")
	compare(t, text.String())
}

// compare runs a record of which nothing is right, so that every field that
// the engine gives is told.
func compare(t *rapid.T, text string) {
	records, problems := worked.Read("r", []byte(text))
	if len(problems) > 0 || len(records) != 1 {
		t.Fatalf("%v\n%s", problems, text)
	}
	got := map[string]string{}
	for _, d := range records[0].Check().Differences {
		got[d.Field] = d.Got
	}
	r := documents(t, []byte(text))[0]
	c := counted{rule: word(r, "rule"), anchor: on(word(r, "anchor"))}
	c.place = placeIn(word(r, "jurisdiction"), c.rule)
	events := list(r["events"])
	last, _, effects := count(c, events)
	c.strict = true
	strict, _, _ := count(c, events)
	if strict.After(last) {
		strict = last
	}
	if got["last_day"] != shown(last) || got["cautious"] != shown(strict) {
		t.Errorf("the tables give %s, cautiously %s; the second calculation %s and %s:\n%s", got["last_day"], got["cautious"], shown(last), shown(strict), text)
	}
	for i, e := range effects {
		had := got[fmt.Sprintf("events[%d].effect", i)]
		if had == "" {
			had = "none" // as the record says of every event
		}
		if had != e {
			t.Errorf("event %d: the tables say %s, the second calculation %s:\n%s", i, had, e, text)
		}
	}
}

func TestBothCalculationsAgreeOnAnyClaim(t *testing.T) { rapid.Check(t, agreement) }

// FuzzAgreement is the same for as long as it is asked for.
func FuzzAgreement(f *testing.F) { f.Fuzz(rapid.MakeFuzz(agreement)) }
