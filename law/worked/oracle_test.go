package worked_test

import (
	"slices"
	"testing"
	"time"
)

// TestASecondCalculationConfirmsEveryRecord holds what each record expects
// against a calculation written from the text of the law alone.
func TestASecondCalculationConfirmsEveryRecord(t *testing.T) {
	confirms := map[string]func(*testing.T, map[string]any){
		"limitation": confirmLimitation, "masc": confirmTalks, "interest": confirmInterest, "judgment_interest": confirmJudgment,
		"vat_window": confirmVAT, "multi_debt": confirmDebts, "carriage_es": confirmCarriage, "guarantor": confirmGuarantor, "pt_service": confirmService,
		"court_deadline": confirmDeadline,
	}
	for _, text := range recordFiles(t) {
		for _, r := range documents(t, text) {
			t.Run(word(r, "id"), func(t *testing.T) { confirms[word(r, "kind")](t, r) })
		}
	}
}

func TestTheSecondCalculationCountsTheDaysOfKnownCases(t *testing.T) {
	for year, want := range map[int]string{1998: "1998-04-12", 2000: "2000-04-23", 2019: "2019-04-21", 2024: "2024-03-31", 2026: "2026-04-05", 2038: "2038-04-25"} {
		if got := shown(easterOf(year)); got != want {
			t.Errorf("Easter of %d: %s, want %s", year, got, want)
		}
	}
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{{"2024-02-29", 12, "2025-02-28"}, {"2025-08-31", 6, "2026-02-28"}, {"2023-08-31", 6, "2024-02-29"}, {"2025-12-31", 2, "2026-02-28"}} {
		if got := shown(monthsOn(on(c.from), c.months)); got != c.want {
			t.Errorf("%s + %d months: %s, want %s", c.from, c.months, got, c.want)
		}
	}
	for sum, want := range map[string]string{"0.005": "0.01", "0.00499": "0.00", "1.015": "1.02", "7": "7.00"} {
		if got := cents(rat(sum)).FloatString(2); got != want {
			t.Errorf("%s rounds to %s, want %s", sum, got, want)
		}
	}
}

// confirmTalks: LO 1/2025 arts. 7.1, 7.3 and 10.4.
func confirmTalks(t *testing.T, r map[string]any) {
	q, _ := r["request"].(map[string]any)
	day := func(name string) time.Time {
		if s := word(q, name); s != "" {
			return on(s)
		}
		return time.Time{}
	}
	first := func(days ...time.Time) (f time.Time) {
		for _, d := range days {
			if !d.IsZero() && (f.IsZero() || d.Before(f)) {
				f = d
			}
		}
		return f
	}
	var ends, limit, deadline time.Time
	received, closed := day("received"), day("closed")
	if !received.IsZero() {
		limit = next(received, 30)
		heard := first(day("answered"), day("met"), day("proposed"))
		if heard.IsZero() || heard.After(limit) {
			if ends, deadline = limit, monthsOn(received, 12); !closed.IsZero() && closed.Before(limit) {
				ends, deadline = closed, monthsOn(closed, 12)
			}
		} else {
			var lapsed, over time.Time
			if p := day("proposed"); !p.IsZero() {
				lapsed = next(p, 30)
			}
			if m := day("met"); !m.IsZero() {
				over = monthsOn(m, 3)
			}
			if ends = first(closed, lapsed, over); !ends.IsZero() {
				deadline = monthsOn(ends, 12)
			}
		}
	}
	got := map[string]string{"earliest_filing": "", "interrupted_at": ""}
	if o := day("offered"); !o.IsZero() { // art. 17: a month at least, unless refused in writing before
		ends = monthsOn(o, 1)
		if u := day("offer_until"); u.After(ends) {
			ends = u
		}
		if ends = first(ends, closed); !ends.IsZero() {
			deadline = monthsOn(ends, 12)
		}
	}
	got["ends_at"], got["filing_deadline"] = shown(ends), shown(deadline)
	if !ends.IsZero() {
		got["earliest_filing"] = shown(next(ends, 1))
	}
	c := counted{rule: word(r, "rule"), anchor: on(word(r, "anchor"))}
	c.place = placeIn(word(r, "jurisdiction"), c.rule)
	asked := map[string]any{"type": "negotiation_request", "date": word(q, "attempted"), "end": shown(ends)}
	last, _, effects := count(c, append(list(r["events"]), asked))
	if effects[len(effects)-1] == "interrupts" {
		got["interrupted_at"] = word(q, "attempted")
	}
	got["last_day"], got["prescribed_from"] = shown(last), shown(next(last, 1))
	confirm(t, expected(r), got)
}

// confirmVAT: art. 80.Cuatro Ley 37/1992.
func confirmVAT(t *testing.T, r map[string]any) {
	point := on(word(r, "tax_point"))
	for name, wait := range map[string]int{"option_6m": 6, "option_1y": 12} {
		want, open := expected(r)[name].(map[string]any)
		if name == "option_6m" && open != (word(r, "small_turnover") == "true") {
			t.Errorf("the six months are open to small creditors alone")
		}
		from := monthsOn(point, wait)
		confirm(t, want, map[string]string{"claimable_after": shown(from), "window_last_day": shown(monthsOn(from, 6))})
	}
}

// confirmCarriage: art. 79 Ley 15/2009.
func confirmCarriage(t *testing.T, r map[string]any) {
	anchor := monthsOn(on(word(r, "contract_date")), 3)
	if price := on(word(r, "price_claimable")); price.After(anchor) {
		anchor = price
	}
	var claims []map[string]any
	for _, e := range list(r["events"]) {
		claims = append(claims, map[string]any{"type": "written_claim", "date": word(e, "received"), "end": word(e, "rejected_and_papers_returned")})
	}
	last, _, effects := count(counted{place: "ES", rule: "es_lctt_79", anchor: anchor}, claims)
	confirm(t, expected(r), map[string]string{"anchor": shown(anchor), "last_day": shown(last), "prescribed_from": shown(next(last, 1))})
	for i, e := range list(r["events"]) {
		if effects[i] != word(e, "effect") {
			t.Errorf("event %d: the record says %s, the second calculation %s", i, word(e, "effect"), effects[i])
		}
	}
}

// confirmGuarantor: arts. 1975 CC (ES), 2246 C. civ. (FR) and 636 CC (PT).
func confirmGuarantor(t *testing.T, r map[string]any) {
	rule, place, joint := word(r, "rule"), word(r, "jurisdiction"), word(r, "bond") == "joint_guarantor"
	got := map[string]string{}
	for _, who := range []string{"debtor", "guarantor"} {
		var mine, sure []map[string]any // sure: of those that reach in every reading
		var at []int
		effects := make([]string, len(list(r["events"])))
		for i, e := range list(r["events"]) {
			reaches := word(e, "party") == who
			certain := reaches
			if who == "guarantor" && !reaches { // an act towards the debtor
				court := slices.Contains(courtActs, word(e, "type"))
				certain = place == "ES" && court || place == "FR" && (court || slices.Contains(debtorActs, word(e, "type")))
				reaches = certain || place == "ES" && joint // art. 1974 CC, in one reading
			}
			if effects[i] = "none"; reaches {
				mine, at = append(mine, e), append(at, i)
			}
			if certain {
				sure = append(sure, e)
			}
		}
		last, _, did := count(counted{place: place, rule: rule, anchor: on(word(r, "anchor"))}, mine)
		for n, i := range at {
			effects[i] = did[n]
		}
		strict, _, _ := count(counted{place: place, rule: rule, anchor: on(word(r, "anchor")), strict: true}, sure)
		got[who+"_last_day"], got[who+"_cautious"] = shown(last), shown(strict)
		for i, e := range list(r["events"]) {
			if effects[i] != word(e, "effect_"+who) {
				t.Errorf("event %d: the record says %s for the %s, the second calculation %s", i, word(e, "effect_"+who), who, effects[i])
			}
		}
	}
	confirm(t, expected(r), got)
}

// confirmService: art. 323 CC (PT).
func confirmService(t *testing.T, r map[string]any) {
	c := counted{place: "PT", rule: word(r, "rule"), anchor: on(word(r, "anchor"))}
	last, _ := c.last()
	filed := on(word(r, "filed"))
	deemed, effect := "", "none"
	switch served, own := word(r, "served"), word(r, "delay_by_creditor") == "true"; {
	case slices.Contains(caducity, c.rule): // art. 331.1: the filing itself
		deemed = shown(filed)
	case served != "" && (own || !on(served).After(next(filed, 5))):
		deemed = served
	case !own:
		deemed = shown(next(filed, 5))
	}
	if deemed != "" {
		if effect = "interrupts"; on(deemed).After(last) {
			effect = "late"
		}
	}
	confirm(t, expected(r), map[string]string{
		"last_day": shown(last), "deemed_interruption": deemed, "effect": effect,
		"filed_in_time": map[bool]string{true: "true", false: "false"}[!filed.After(last)],
	})
}
