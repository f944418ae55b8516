package worked_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"
)

// The second calculation: written from the text of the law by counting single
// days. It shares no code with the tables or the engine, nor its days.

func on(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

func next(d time.Time, n int) time.Time { return d.AddDate(0, 0, n) }

// monthsOn is the same day n months on, or the last day of that month.
func monthsOn(d time.Time, n int) time.Time {
	first := time.Date(d.Year(), d.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	for day := d.Day(); ; day-- {
		if got := next(first, day-1); got.Month() == first.Month() {
			return got
		}
	}
}

func shown(d time.Time) string {
	if d.IsZero() {
		return ""
	}
	return d.Format(time.DateOnly)
}

// lengths are the periods in months, by article.
var lengths = map[string]int{
	"es_cc_1964": 60, "es_cc_1966": 60, "es_cc_1967": 36, "es_cc_1964_mort": 240, "es_cc_1968": 12, "es_lctt_79": 12, "es_lnm_286": 12,
	"es_lcch_88": 36, "es_lcch_88b": 12, "es_lcch_157": 6, "es_lcs_23": 24, "es_lgp_25": 48, "es_lec_518": 60,
	"es_lcs_23_persons": 60, "es_lctt_79_wilful": 24, "pt_cmr_32_wilful": 36,
	"es_ct_121_20": 120, "es_ct_121_21": 36, "es_ct_121_21_home": 36, "es_nc_35": 60,
	"fr_cc_2224": 60, "fr_ccom_l110_4": 60, "fr_conso_l218_2": 24, "fr_conso_r312_35": 24, "fr_cpce_l34_2": 12, "fr_ccom_l133_6": 12,
	"fr_rent_7_1": 36, "fr_cpcex_l111_4": 120, "fr_1968_1": 48,
	"pt_cc_309": 240, "pt_cc_310": 60, "pt_cc_317": 24, "pt_cc_316": 6, "pt_lspe_10": 6, "pt_lspe_10_4": 6, "pt_cmr_32": 12,
}

// caducity: periods that only a court stops.
var caducity = []string{"es_lec_518", "fr_conso_r312_35", "pt_lspe_10_4"}

// counted is a period while it is counted.
type counted struct {
	place, rule   string // ES, CT, NC, FR or PT
	strict        bool   // the reading that is hardest on the creditor
	birth, anchor time.Time
	stops         [][2]time.Time
	floor         time.Time
	court         bool
	claimed       time.Time // by the first claim in writing for the price of carriage
}

func placeIn(jurisdiction, rule string) string {
	switch {
	case rule == "es_ct_121_21_home": // a reading of the common law, with its acts
		return "ES"
	case strings.HasPrefix(rule, "es_ct_"):
		return "CT"
	case strings.HasPrefix(rule, "es_nc_"):
		return "NC"
	}
	return jurisdiction[:2]
}

func (c *counted) spain() bool { return strings.HasPrefix(c.rule, "es_") }

func (c *counted) stands(d time.Time) bool {
	if c.spain() && !d.Before(on("2020-03-14")) && d.Before(on("2020-06-04")) {
		return true
	}
	return slices.ContainsFunc(c.stops, func(s [2]time.Time) bool { return !d.Before(s[0]) && d.Before(s[1]) })
}

// run counts the days from one to end one by one, leaving out those on which
// the period stands still.
func (c *counted) run(from, end time.Time) time.Time {
	need := 0
	for d := from; d.Before(end); d = next(d, 1) {
		need++
	}
	d := from
	for need > 0 {
		d = next(d, 1)
		if !c.stands(d) {
			need--
		}
	}
	return d
}

// last is the last day of the period; raw is the day before it moves off a day
// of rest.
func (c *counted) last() (last, raw time.Time) {
	d := c.run(c.anchor, monthsOn(c.anchor, lengths[c.rule]))
	if c.rule == "es_cc_1964" && c.anchor.Before(on("2015-10-07")) {
		// Art. 1939 CC: the old fifteen years, or the whole of the new five from
		// the day that Ley 42/2015 came into force, whichever is over first.
		d = c.run(c.anchor, monthsOn(c.anchor, 180))
		if five := c.run(on("2015-10-07"), on("2020-10-07")); five.Before(d) {
			d = five
		}
	}
	if d.Before(c.floor) {
		d = c.floor
	}
	years := map[string]int{"CT": 30, "FR": 20}[c.place]
	if years > 0 && (c.place == "CT" || !c.court) {
		if stop := monthsOn(c.birth, 12*years); d.After(stop) {
			d = stop
		}
	}
	raw = d
	if c.place == "PT" && !c.strict && (d.Weekday() == time.Sunday || holidayPT(d)) {
		for d.Weekday() == time.Saturday || d.Weekday() == time.Sunday || holidayPT(d) {
			d = next(d, 1)
		}
	}
	return d, raw
}

// holidayPT: art. 234 of the Código do Trabalho, since 2016.
func holidayPT(d time.Time) bool {
	switch d.Format("01-02") {
	case "01-01", "04-25", "05-01", "06-10", "08-15", "10-05", "11-01", "12-01", "12-08", "12-25":
		return true
	}
	e := easterOf(d.Year())
	return d.Equal(next(e, -2)) || d.Equal(e) || d.Equal(next(e, 60))
}

// easterOf is the Sunday after the paschal full moon, by epacts.
func easterOf(year int) time.Time {
	golden := year%19 + 1
	epact := (11*golden + 18) % 30 // of the Gregorian calendar in these centuries
	if year >= 2200 || year < 1900 {
		panic("outside of the table")
	}
	if epact == 25 && golden > 11 || epact == 24 {
		epact++
	}
	full := 44 - epact
	if full < 21 {
		full += 30
	}
	moon := next(time.Date(year, 3, 1, 0, 0, 0, 0, time.UTC), full-1)
	for moon = next(moon, 1); moon.Weekday() != time.Sunday; moon = next(moon, 1) {
	}
	return moon
}

var (
	courtActs  = []string{"court_claim", "payment_order_petition", "payment_order_served", "enforcement", "conservatory_measure"}
	debtorActs = []string{"acknowledgment", "part_payment", "instalment_request"}
)

// does is what an event can do here: interrupt, suspend or nothing; from is the
// day on which it counts, anew the anchor of the period that follows.
func (c *counted) does(e map[string]any) (what string, from, anew time.Time) {
	kind, outcome := word(e, "type"), word(e, "outcome")
	from = on(word(e, "date") + word(e, "start"))
	anew = from
	end := word(e, "end")
	court := slices.Contains(courtActs, kind)
	settling := kind == "mediation" || kind == "conciliation"
	if slices.Contains(caducity, c.rule) && !court && !(settling && c.rule == "pt_lspe_10_4") { // art. 15 Lei 23/96
		return "none", from, anew
	}
	switch {
	case c.rule == "es_lec_518": // art. 518 LEC: the enforcement claim, and no other
		if kind == "enforcement" {
			return "keeps", from, anew
		}
		return "none", from, anew
	case court:
		return c.courtAct(kind, outcome, from, end)
	case slices.Contains(debtorActs, kind):
		return "interrupts", from, anew
	case settling, kind == "small_claims_procedure_accepted":
		switch {
		case kind == "conciliation" && c.place == "NC":
			return "interrupts", from, anew
		case kind == "small_claims_procedure_accepted" && c.place != "FR":
			return "none", from, anew
		}
		return "suspends", from, anew
	case kind == "written_claim" && (c.carriage() || strings.HasPrefix(c.rule, "pt_cmr_32")):
		return c.claim(from), from, anew
	case !c.spain() || kind == "promise_of_payment" || kind == "burofax_returned_unknown":
		return "none", from, anew
	case kind == "negotiation_request":
		if anew = next(from, 30); end != "" {
			anew = on(end)
		}
		return "interrupts", from, anew
	}
	known := outcome == "received" || outcome == "refused" || outcome == "left_notice"
	if c.strict && c.carriage() { // art. 79.3 Ley 15/2009: what is written suspends, once
		if arrived := strings.HasPrefix(kind, "burofax_") || known; !arrived || kind == "call" {
			return "none", from, anew
		}
		return c.claim(from), from, anew
	}
	if strings.HasPrefix(kind, "burofax_") || known || kind == "registered_letter" && outcome == "" && !c.strict {
		return "interrupts", from, anew
	}
	return "none", from, anew
}

func (c *counted) carriage() bool { return strings.HasPrefix(c.rule, "es_lctt_79") }

// claim is what a claim in writing does for the price of carriage: the first
// suspends, and what is noted of its own day is the same one.
func (c *counted) claim(day time.Time) string {
	if !c.claimed.IsZero() && !c.claimed.Equal(day) {
		return "none"
	}
	return "suspends"
}

func (c *counted) courtAct(kind, outcome string, from time.Time, end string) (what string, counts, anew time.Time) {
	void, fromItself, doubtful := []string{}, []string{}, []string{}
	switch c.place {
	case "FR": // arts. 2241 to 2243
		if kind == "payment_order_petition" {
			return "none", from, from
		}
		void = []string{"withdrawn", "lapsed", "dismissed"}
	case "PT": // arts. 323 and 327
		fromItself, doubtful = []string{"withdrawn", "lapsed", "procedural_flaw"}, []string{"dismissed"}
		switch {
		case c.deemed(kind):
			from = next(from, 5)
		case kind != "payment_order_served": // art. 10.4 Lei 23/96 asks for the filing
			fromItself, doubtful = nil, []string{"dismissed", "withdrawn", "lapsed", "procedural_flaw"}
		}
	case "CT": // 121-14 b
		fromItself, doubtful = []string{"procedural_flaw"}, []string{"dismissed", "withdrawn", "lapsed"}
	default:
		doubtful = []string{"dismissed", "withdrawn", "lapsed", "procedural_flaw"}
	}
	if slices.Contains(void, outcome) || c.strict && slices.Contains(doubtful, outcome) {
		return "none", from, from
	}
	if end != "" && !slices.Contains(fromItself, outcome) && on(end).After(from) {
		return "interrupts", from, on(end)
	}
	return "interrupts", from, from
}

func word(m map[string]any, name string) string { s, _ := m[name].(string); return s }

// take goes through one event and says what it did.
func (c *counted) take(e map[string]any) string {
	if c.strict && word(e, "unproved") == "true" {
		return "none"
	}
	what, from, anew := c.does(e)
	last, _ := c.last()
	switch {
	case what == "none":
		return what
	case from.After(last):
		return "late"
	case what == "keeps":
		return what
	case what == "suspends":
		if kind := word(e, "type"); !slices.Contains([]string{"mediation", "conciliation", "small_claims_procedure_accepted"}, kind) {
			c.claimed = from
		}
		if end := word(e, "end"); end != "" {
			c.stops = append(c.stops, [2]time.Time{from, on(end)})
			if c.place == "FR" { // art. 2238
				if f := monthsOn(on(end), 6); f.After(c.floor) {
					c.floor = f
				}
			}
		}
	case from.Before(c.birth):
		return "none"
	case !from.Before(c.anchor) || anew.After(c.anchor): // of two that overlap, the one that ends last
		was := *c
		c.anchor, c.court = anew, slices.Contains(courtActs, word(e, "type"))
		if now, _ := c.last(); c.place == "FR" && was.court && now.Before(last) { // art. 2232: twenty years bound what it adds
			*c = was
			return "none"
		}
	}
	return what
}

// deemed reports whether an act before a Portuguese court counts only from five
// days after it (art. 323.2 CC).
func (c *counted) deemed(kind string) bool {
	filing := kind == "court_claim" || kind == "payment_order_petition"
	return slices.Contains(courtActs, kind) && kind != "payment_order_served" && !(filing && c.rule == "pt_lspe_10_4")
}

// count runs a period through events, which it takes by the day from which they
// count, and what counts from one day by its own; the effects stand as the events
// are listed.
func count(c counted, events []map[string]any) (last, raw time.Time, effects []string) {
	order := make([]int, len(events))
	for i := range order {
		order[i] = i
	}
	day := func(i int) string { // from which it counts: in Portugal a court's acts five days later
		d := on(word(events[i], "date") + word(events[i], "start"))
		if c.place == "PT" && c.deemed(word(events[i], "type")) {
			d = next(d, 5)
		}
		return shown(d)
	}
	own := func(i int) string { return word(events[i], "date") + word(events[i], "start") }
	slices.SortStableFunc(order, func(i, k int) int {
		return cmp.Or(strings.Compare(day(i), day(k)), strings.Compare(own(i), own(k)))
	})
	c.birth = c.anchor
	effects = make([]string, len(events))
	for _, i := range order {
		effects[i] = c.take(events[i])
	}
	last, raw = c.last()
	return last, raw, effects
}

// confirm holds what a record expects against the second calculation. Words
// are for the tables to give: flags, and whether a person is asked.
func confirm(t *testing.T, what map[string]any, got map[string]string) {
	t.Helper()
	for name, v := range what {
		want, plain := v.(string)
		have, known := got[name]
		switch {
		case name == "flags" || name == "ask_person" || name == "flag" || strings.HasSuffix(name, "_flags"):
		case !plain || !known:
			t.Errorf("the second calculation has no %s", name)
		case want != have:
			t.Errorf("%s: the record says %s, the second calculation %s", name, want, have)
		}
	}
}

func expected(r map[string]any) map[string]any { m, _ := r["expected"].(map[string]any); return m }

func confirmLimitation(t *testing.T, r map[string]any) {
	c := counted{rule: word(r, "rule"), anchor: on(word(r, "anchor"))}
	c.place = placeIn(word(r, "jurisdiction"), c.rule)
	for _, code := range asList(r["suspensions"]) { // Lei 1-A/2020 and 16/2020, Lei 4-B/2021 and 13-B/2021
		c.stops = append(c.stops, map[any][2]time.Time{
			"pt_covid_2020": {on("2020-03-09"), on("2020-06-03")}, "pt_covid_2021": {on("2021-01-22"), on("2021-04-06")},
		}[code])
	}
	events := list(r["events"])
	last, raw, effects := count(c, events)
	c.strict = true
	strict, _, _ := count(c, events)
	if strict.After(last) {
		strict = last
	}
	got := map[string]string{
		"last_day": shown(last), "prescribed_from": shown(next(last, 1)), "last_day_raw": shown(raw), "cautious": shown(strict),
		"ordinary_rule": "", "ordinary_last_day": "", "ordinary_prescribed_from": "",
	}
	if c.rule == "pt_cc_316" || c.rule == "pt_cc_317" { // art. 312: they presume; the twenty years of art. 309 bar
		c.rule, c.strict = "pt_cc_309", false
		twenty, _, _ := count(c, events)
		got["ordinary_rule"], got["ordinary_last_day"], got["ordinary_prescribed_from"] = c.rule, shown(twenty), shown(next(twenty, 1))
	}
	confirm(t, expected(r), got)
	for i, e := range events {
		if want := word(e, "effect"); want != "" && want != effects[i] {
			t.Errorf("event %d: the record says %s, the second calculation %s", i, want, effects[i])
		}
	}
}
