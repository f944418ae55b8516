package worked_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/recobro/recobro/law/worked"
)

const good = `id: T1
kind: limitation
title: a plain claim
jurisdiction: ES
rule: es_cc_1964
anchor: 2021-03-15
events:
  - {type: burofax_received, date: 2024-06-10, effect: interrupts}
expected: {last_day: 2029-06-10, prescribed_from: 2029-06-11}
`

// TestWhatTheFormDoesNotKnowIsRefusedWithItsLine breaks the good record in one
// place at a time.
func TestWhatTheFormDoesNotKnowIsRefusedWithItsLine(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"kind: limitation", "kind: limitations", `f:2: unknown kind "limitations": want one of carriage_es, court_deadline, guarantor, interest, judgment_interest, limitation, masc, multi_debt, pt_service, vat_window`},
		{"kind: limitation\n", "", `f:1: a record lacks the field "kind"`},
		{"anchor: 2021-03-15", "anchor: 2021-02-29", `f:6: field "anchor": "2021-02-29": not a date: want YYYY-MM-DD`},
		{"anchor: 2021-03-15", "anchor: 1821-03-15", `f:6: field "anchor": "1821-03-15": date out of range: want a year from 1900 to 2200`},
		{"anchor: 2021-03-15\n", "", `f:1: a record lacks the field "anchor"`},
		{"anchor: 2021-03-15", "anchor: 2021-03-15\nancor: 2021-03-15", `f:7: unknown field "ancor" in a record`},
		{"anchor: 2021-03-15", "anchor: 2021-03-15\nanchor: 2022-03-15", `f:7: field "anchor" stands twice in a record: first on line 6`},
		{"title: a plain claim", "title: [a, b]", `f:3: field "title" must be one value`},
		{"jurisdiction: ES", "jurisdiction: XX", `f:4: the law of "XX" is not known`},
		{"rule: es_cc_1964", "rule: es_cc_1999", `f:5: ES has no rule "es_cc_1999"`},
		{"rule: es_cc_1964", "rule: fr_cc_2224", `f:5: ES has no rule "fr_cc_2224"`},
		{"type: burofax_received", "type: pigeon", `f:8: unknown type of event "pigeon"`},
		{"type: burofax_received", "type: burofax", `f:8: a burofax needs its outcome: received, refused, left_notice or returned_unknown`},
		{"effect: interrupts", "effect: stops", `f:8: field "effect": unknown "stops": want one of interrupts, suspends, keeps, none, late`},
		{"effect: interrupts", "outcome: upheld", `f:8: burofax_received has no outcome`},
		{"effect: interrupts", "end: 2024-07-01", `f:8: burofax_received is done in a day: it has no end`},
		{"effect: interrupts", "colour: red", `f:8: unknown field "colour" in an event`},
		{"date: 2024-06-10,", "date: 2024-06-10, start: 2024-06-11,", `f:8: field "start" says again what another field says`},
		{"type: burofax_received", "type: mediation, end: 2024-01-01", `f:8: the event ends before it begins`},
		{"events:\n  - {type", "events:\n  - [type]\n  - {type", `f:8: an event must be a mapping of fields`},
		{"prescribed_from: 2029-06-11", "first_day: 2029-06-11", `f:9: unknown field "first_day" in what is expected`},
		{"last_day: 2029-06-10, prescribed_from: 2029-06-11", "", `f:9: the record expects nothing`},
		{"kind: limitation", "kind: [limitation", `f:1: did not find expected ',' or ']'`},
	} {
		text := strings.Replace(good, c.old, c.new, 1)
		if c.new == "" && strings.HasPrefix(c.old, "last_day") { // nor may an event expect anything
			text = strings.Replace(text, ", effect: interrupts", "", 1)
		}
		records, problems := worked.Read("f", []byte(text))
		if len(records) != 0 || len(problems) != 1 || problems[0].String() != c.want {
			t.Errorf("%q: %d records, problems %v; want %s", c.new, len(records), problems, c.want)
		}
	}
}

func TestAGoodRecordIsReadWhereverItStands(t *testing.T) {
	fenced := "# Cases\n\n```go\nkind: nothing\n```\n\n```yaml\n" + good + "```\n\nand\n\n~~~ yml\n" + good + "~~~\n"
	for name, c := range map[string]struct {
		text  string
		lines []int
	}{
		"stream":                {good + "---\n" + good, []int{1, 11}},
		"stream, empty between": {"---\n" + good + "---\n---\n" + good + "...\n", []int{2, 13}},
		"Markdown":              {fenced, []int{8, 22}},
		"Windows":               {strings.ReplaceAll(fenced, "\n", "\r\n"), []int{8, 22}},
	} {
		records, problems := worked.Read("f", []byte(c.text))
		if len(problems) != 0 || len(records) != len(c.lines) {
			t.Errorf("%s: %d records, problems %v", name, len(records), problems)
			continue
		}
		for i, r := range records {
			if r.Line != c.lines[i] || r.ID != "T1" || r.Kind != "limitation" || len(r.Check().Differences) != 0 {
				t.Errorf("%s: record %d is %s on line %d, want T1 on %d; %v", name, i, r.ID, r.Line, c.lines[i], r.Check().Differences)
			}
		}
	}
}

func TestAFileWithoutRecordsOrWithAnOpenBlockIsAProblem(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "f: no records: want fenced yaml blocks or a YAML stream",
		"# comment\n":         "f: no records: want fenced yaml blocks or a YAML stream",
		"just words\n":        "f:1: a record must be a mapping of fields",
		"x\n```yaml\n" + good: "f:2: the block that begins here is not closed",
	} {
		if _, problems := worked.Read("f", []byte(text)); len(problems) != 1 || problems[0].String() != want {
			t.Errorf("%q: %v, want %s", text, problems, want)
		}
	}
}

func TestEachFieldThatComesOutOtherwiseIsTold(t *testing.T) {
	text := strings.NewReplacer("last_day: 2029-06-10", "last_day: 2026-03-15", "effect: interrupts", "effect: none, flag: lost").Replace(good)
	var out bytes.Buffer
	var tally worked.Tally
	if err := tally.Report(&out, "f.yaml", []byte(text+"---\n"+good)); err != nil {
		t.Fatal(err)
	}
	want := `f.yaml:1: limitation T1, a plain claim: 3 differences
  line 8  events[0].effect  expected none        got interrupts
  line 8  events[0].flag    expected lost        got none
  line 9  last_day          expected 2026-03-15  got 2029-06-10
  by Código Civil art. 1964.2
  by Código Civil art. 1973
`
	if out.String() != want {
		t.Errorf("printed\n%s\nwant\n%s", out.String(), want)
	}
	if s := tally.String(); tally.Good() || s != "2 records: 1 as expected, 1 otherwise; 0 problems" {
		t.Error("the tally says " + s)
	}
}

// TestSynonymsMeanTheSame runs each name of an act beside its own.
func TestSynonymsMeanTheSame(t *testing.T) {
	for other, own := range map[string]string{
		"{type: burofax, outcome: received, date: 2024-06-10}":                 "{type: burofax_received, date: 2024-06-10}",
		"{type: burofax, outcome: returned_unknown, date: 2024-06-10}":         "{type: burofax_returned_unknown, date: 2024-06-10}",
		"{type: acknowledgement, date: 2024-06-10}":                            "{type: acknowledgment, date: 2024-06-10}",
		"{type: partial_payment, start: 2024-06-10}":                           "{type: part_payment, date: 2024-06-10}",
		"{type: mediation_request, from: 2024-06-10, until: 2024-08-10}":       "{type: mediation, start: 2024-06-10, end: 2024-08-10}",
		"{type: court_action, date: 2024-06-10, until: 2025-01-01}":            "{type: court_claim, date: 2024-06-10, end: 2025-01-01}",
		"{type: formal_notice, outcome: sent, date: 2024-06-10}":               "{type: registered_letter, outcome: sent, date: 2024-06-10}",
		"{type: e-mail, outcome: received, date: 2024-06-10}":                  "{type: email, outcome: received, date: 2024-06-10}",
		"{type: masc_request, date: 2024-06-10, outcome: null, end: 2024-7-1}": "",
	} {
		differences := func(event string) string {
			text := strings.Replace(good, "{type: burofax_received, date: 2024-06-10, effect: interrupts}", event, 1)
			text = strings.Replace(text, "last_day: 2029-06-10, prescribed_from: 2029-06-11", "last_day: 1999-01-01, flags: [x]", 1)
			records, problems := worked.Read("f", []byte(text))
			if len(problems) > 0 {
				return fmt.Sprint(problems)
			}
			return fmt.Sprint(records[0].Check().Differences)
		}
		if own == "" {
			if got := differences(other); !strings.Contains(got, "not a date") {
				t.Errorf("%s: %s", other, got)
			}
			continue
		}
		if a, b := differences(other), differences(own); a != b || !strings.Contains(a, "1999-01-01") {
			t.Errorf("%s gives %s, %s gives %s", other, a, own, b)
		}
	}
}
