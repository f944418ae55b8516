package question_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/law/question"
	"github.com/recobro/recobro/money"
)

// asked reads a question as it comes in JSON.
func asked[T any](t *testing.T, text string) (q T) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&q); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return q
}

func holds(t *testing.T, got []string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("no line %q in\n%s", w, strings.Join(got, "\n"))
		}
	}
}

func TestTheClockAgainstEachGuarantorIsTold(t *testing.T) {
	for _, text := range []string{
		`{"country":"ES","claim":"other","debtor":"business","due_on":"2021-05-05","acts":[{"type":"burofax_received","date":"2024-06-10"}],"guarantors":[{"joint":false},{"joint":true},{}]}`,
		`{"country":"ES","rule":"es_cc_1964","anchor_on":"2021-05-05","acts":[{"type":"burofax_received","date":"2024-06-10"}],"guarantors":[{"joint":false},{"joint":true},{}]}`,
	} {
		a, err := asked[question.Limitation](t, text).Answer(countries.For, "es")
		if err != nil || len(a.Guarantors) != 3 {
			t.Fatalf("%s: %+v, %v", text, a.Guarantors, err)
		}
		for i, want := range []string{"guarantor 2026-05-05 2026-05-05 []", "joint_guarantor 2029-06-10 2026-05-05 [joint_guarantor_debated]", "guarantor 2026-05-05 2026-05-05 [guarantor_bond_unknown]"} {
			g := a.Guarantors[i]
			if got := fmt.Sprint(g.Bond, " ", g.LastDay, " ", g.Cautious, " ", g.Flags); got != want {
				t.Errorf("%s: guarantor %d: %s, want %s", text, i, got, want)
			}
		}
		if g := a.Guarantors[0]; g.Acts[0].Flag != "not_against_guarantor" || !strings.Contains(g.Acts[0].FlagInWords, "fiador") || !strings.Contains(a.Guarantors[2].FlagsInWords[0], "solidario") {
			t.Errorf("%s: %+v", text, a.Guarantors)
		}
	}
}

func TestALimitationPeriodIsToldWithItsArithmetic(t *testing.T) {
	for name, c := range map[string]struct {
		question, last string
		lines          []string
	}{
		"the 82 days of 2020, and a claim that starts the five years anew": {
			`{"country":"ES","claim":"services","debtor":"business","due_on":"2018-03-15","acts":[{"type":"burofax_received","date":"2022-05-02"}]}`, "2027-05-02",
			[]string{
				"es_cc_1964: 2018-03-15 + 5 years = 2023-03-15 (Código Civil art. 1964.2)",
				"2023-03-15 + 82 days that did not count, es_covid (Real Decreto 463/2020 DA 4, and Real Decreto 537/2020 art. 10) = 2023-06-05",
				"2022-05-02 burofax_received: the period starts anew (Código Civil art. 1973); 2022-05-02 + 5 years = 2027-05-02",
				"time-barred from 2027-05-03, the day after 2027-05-02",
				"in the reading that is hardest on the creditor the last day is 2021-06-05",
			}},
		"a letter does nothing in Portugal": {
			`{"country":"PT","claim":"rent","debtor":"business","due_on":"2021-03-15","acts":[{"type":"letter","date":"2022-01-01"}]}`, "2026-03-16",
			[]string{
				"pt_cc_310: 2021-03-15 + 5 years = 2026-03-15 (Código Civil art. 310)",
				"2026-03-15 is a day of rest: the last day moves to 2026-03-16",
				"2022-01-01 letter: it changes nothing (Código Civil art. 323); last day 2026-03-16",
			}},
		"two years that presume payment, and the twenty that bar the claim": {
			`{"country":"PT","claim":"sale","debtor":"consumer","due_on":"2021-02-10"}`, "2023-02-10",
			[]string{
				"payment is presumed from 2023-02-11, the day after 2023-02-10", "time-barred from 2041-02-12, the day after 2041-02-11",
				"that is the ordinary period, pt_cc_309: 20 years (Código Civil art. 309)",
			}},
		"a letter for the price of carriage": {
			`{"country":"ES","rule":"es_lctt_79","anchor_on":"2025-06-15","acts":[{"type":"burofax_received","date":"2026-03-01"}]}`, "2027-03-01",
			[]string{"in the reading that is hardest on the creditor the last day is 2026-06-15"}},
		"an acknowledgement that nothing proves": {
			`{"country":"FR","claim":"sale","debtor":"business","due_on":"2021-05-05","acts":[{"type":"acknowledgment","date":"2024-06-10","unproved":true}]}`, "2029-06-10",
			[]string{"in the reading that is hardest on the creditor the last day is 2026-05-05"}},
		"the enforcement of a judgment that is claimed on the last day": {
			`{"country":"ES","rule":"es_lec_518","anchor_on":"2021-09-15","acts":[{"type":"enforcement","date":"2026-09-15"}]}`, "2026-09-15",
			[]string{"2026-09-15 enforcement: filed in time, it keeps the right; no new period begins (Ley 1/2000 art. 518); last day 2026-09-15; " +
				"The enforcement claim was filed within the five years, which keeps the right: read whether the enforcement is still open."}},
		"and a day too late": {
			`{"country":"ES","rule":"es_lec_518","anchor_on":"2021-09-15","acts":[{"type":"enforcement","date":"2026-09-17"}]}`, "2026-09-15",
			[]string{"2026-09-17 enforcement: after the last day, it changes nothing (Ley 1/2000 art. 518); last day 2026-09-15", "time-barred from 2026-09-16, the day after 2026-09-15"}},
		"a mediation after which six months remain": {
			`{"country":"FR","rule":"fr_cc_2224","anchor_on":"2019-01-10","acts":[{"type":"mediation","date":"2023-11-01","end":"2024-01-30"}]}`, "2024-07-30",
			[]string{
				"2023-11-01 mediation: the clock stood still (Code civil art. 2238); 2024-01-10 + 90 days = 2024-04-09",
				"at least 6 months remain from 2024-01-30, when it ended: last day 2024-07-30 (Code civil art. 2238)",
			}},
		"a mediation after which more than six months are left": {
			`{"country":"FR","rule":"fr_cc_2224","anchor_on":"2019-01-10","acts":[{"type":"mediation","date":"2020-11-01","end":"2021-01-30"}]}`, "2024-04-09",
			[]string{"2020-11-01 mediation: the clock stood still (Code civil art. 2238); 2024-01-10 + 90 days = 2024-04-09"}},
		"a rule that is named, and a mediation that stops its clock": {
			`{"country":"ES","rule":"es_cc_1964","anchor_on":"2021-01-10","acts":[{"type":"mediation","date":"2022-01-01","end":"2022-03-01"}]}`, "2026-03-10",
			[]string{
				"2022-01-01 mediation: the clock stood still (Ley 5/2012 art. 4); 2026-01-10 + 59 days = 2026-03-10",
			}},
	} {
		a, err := asked[question.Limitation](t, c.question).Answer(countries.For, "en")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if a.LastDay.String() != c.last {
			t.Errorf("%s: last day %s, want %s", name, a.LastDay, c.last)
		}
		holds(t, a.Arithmetic, c.lines...)
	}
}

func TestFlagsAreSaidInTheLanguageAndOtherReadingsStandBeside(t *testing.T) {
	q := asked[question.Limitation](t, `{"country":"ES","claim":"services","debtor":"business","due_on":"2023-03-15"}`)
	for language, want := range map[string]string{
		"es": "Se discute si estos servicios prescriben a los tres años (art. 1967) o a los cinco (art. 1964).",
		"en": "It is debated whether these services fall under three years (art. 1967) or five (art. 1964).",
	} {
		a, err := q.Answer(countries.For, language)
		if err != nil {
			t.Fatal(err)
		}
		holds(t, a.FlagsInWords, want)
		if len(a.Readings) != 1 || a.Readings[0].Rule != "es_cc_1967" || a.Readings[0].Words != want || a.Readings[0].LastDay.String() != "2026-03-15" {
			t.Errorf("readings %+v", a.Readings)
		}
	}
}

func TestWhatIsNotVerifiedIsNamed(t *testing.T) {
	a, err := asked[question.Limitation](t, `{"country":"PT","claim":"sale","debtor":"consumer","due_on":"2022-03-15"}`).Answer(countries.For, "en")
	if err != nil || a.Status == law.Verified {
		t.Fatalf("%v, status %s", err, a.Status)
	}
	holds(t, a.ToConfirm, "rule pt_cc_317, Código Civil art. 317: to confirm")
	b, err := asked[question.Interest](t, `{"country":"ES","claim":"services","debtor":"business","due_on":"2098-10-01","until":"2099-01-31",
		"principal":{"amount":"100.00","currency":"EUR"}}`).Answer(countries.For, "en")
	if err != nil || !b.RateMissing || !b.Interest.IsZero() || b.Estimate.IsZero() {
		t.Fatalf("%v: %+v", err, b)
	}
	holds(t, b.ToConfirm, "rate of es_late_payment from 2098-10-02, not published: to confirm")
}

func TestInterestIsToldLineByLineWithEachPayment(t *testing.T) {
	a, err := asked[question.Interest](t, `{"country":"ES","claim":"services","debtor":"business","due_on":"2025-10-01","until":"2026-06-30",
		"principal":{"amount":"1250.00","currency":"EUR"},"payments":[{"amount":{"amount":"100.00","currency":"EUR"},"received_on":"2026-02-01"}]}`).Answer(countries.For, "en")
	if err != nil {
		t.Fatal(err)
	}
	holds(t, a.Arithmetic,
		"fixed sum for recovery costs: 40.00 EUR (Ley 3/2004 art. 8)",
		"2025-10-02 to 2025-12-31: 1250.00 EUR × 10.15 % × 91 / 365 days = 31.63 EUR (Ley 3/2004 arts. 5 and 7)",
		"2026-01-01 to 2026-02-01: 1250.00 EUR × 10.15 % × 32 / 365 days = 11.12 EUR (Ley 3/2004 arts. 5 and 7)",
		"2026-02-01: payment of 100.00 EUR = 42.75 EUR to interest + 40.00 EUR to fixed sum + 17.25 EUR to principal",
		"2026-02-02 to 2026-06-30: 1232.75 EUR × 10.15 % × 149 / 365 days = 51.08 EUR (Ley 3/2004 arts. 5 and 7)",
		"owed on 2026-06-30: principal 1232.75 EUR + interest 51.08 EUR + fixed sum 0.00 EUR + costs 0.00 EUR = 1283.83 EUR")
}

func TestADebtThatIsNotLateOrNotInEuroBearsNoFixedSum(t *testing.T) {
	for name, changed := range map[string]string{
		"not late": `"until":"2025-10-01","principal":{"amount":"100.00","currency":"EUR"}`,
		"dollars":  `"until":"2026-10-01","principal":{"amount":"100.00","currency":"USD"}`,
		"left out": `"until":"2026-10-01","principal":{"amount":"100.00","currency":"EUR"},"invoices":0`,
	} {
		a, err := asked[question.Interest](t, `{"country":"ES","claim":"services","debtor":"business","due_on":"2025-10-01",`+changed+`}`).Answer(countries.For, "en")
		if err != nil || !a.Fixed.IsZero() || !a.Compensation.IsZero() || a.FixedArticle != "" {
			t.Errorf("%s: %v, %s by %q", name, err, a.Fixed, a.FixedArticle)
		}
	}
}

func TestWithoutADemandFrenchConsumersOweNoInterestAndTheAnswerSaysWhy(t *testing.T) {
	a, err := asked[question.Interest](t, `{"country":"FR","claim":"sale","debtor":"consumer","due_on":"2025-03-01","until":"2026-03-01",
		"principal":{"amount":"900.00","currency":"EUR"}}`).Answer(countries.For, "fr")
	if err != nil || !a.Interest.IsZero() {
		t.Fatalf("%v: %+v", err, a)
	}
	holds(t, a.Arithmetic, "pas d'intérêts avant une mise en demeure (Code civil arts. 1231-6 and 1344-1), et aucune n'est connue")
}

func TestEveryFieldThatIsWrongIsNamed(t *testing.T) {
	limitation := func(text string) error {
		_, err := asked[question.Limitation](t, text).Answer(countries.For, "en")
		return err
	}
	interest := func(text string) error {
		_, err := asked[question.Interest](t, text).Answer(countries.For, "en")
		return err
	}
	const whole = `"country":"ES","claim":"services","debtor":"business","due_on":"2025-10-01"`
	const owed = whole + `,"until":"2026-10-01","principal":{"amount":"100.00","currency":"EUR"}`
	for _, c := range []struct {
		ask         func(string) error
		text, field string
		code        string
	}{
		{limitation, `{}`, "country", "missing"},
		{limitation, `{"country":"DE"}`, "country", "country_unknown"},
		{limitation, `{"country":"ES-CT"}`, "country", "country_unknown"},
		{limitation, `{` + whole + `,"region":"XX"}`, "region", "region_unknown"},
		{limitation, `{"country":"ES"}`, "claim", "missing"},
		{limitation, `{"country":"ES","claim":"gambling"}`, "claim", "not_one_of"},
		{limitation, `{"country":"ES","claim":"sale"}`, "debtor", "missing"},
		{limitation, `{"country":"ES","claim":"sale","debtor":"business"}`, "due_on", "missing"},
		{limitation, `{` + whole + `,"issued_on":"2025-10-02"}`, "due_on", "due_before_issued"},
		{limitation, `{` + whole + `,"creditor":"friend"}`, "creditor", "not_one_of"},
		{limitation, `{` + whole + `,"anchor_on":"2025-10-02"}`, "anchor_on", "without_rule"},
		{limitation, `{"country":"ES","rule":"es_cc_1964"}`, "anchor_on", "missing"},
		{limitation, `{"country":"ES","rule":"es_cc_1964","anchor_on":"2025-10-02","claim":"sale"}`, "rule", "rule_or_claim"},
		{limitation, `{` + whole + `,"rule":"es_cc_1964","anchor_on":"2025-10-02"}`, "rule", "rule_or_claim"},
		{limitation, `{"country":"ES","rule":"es_cc_1964","anchor_on":"2025-10-02","issued_on":"2025-10-01"}`, "rule", "rule_or_claim"},
		{limitation, `{"country":"ES","rule":"fr_cc_2224","anchor_on":"2025-10-02"}`, "rule", "rule_unknown"},
		{limitation, `{` + whole + `,"acts":[{"type":"pigeon","date":"2025-10-02"}]}`, "acts[0].type", "not_one_of"},
		{limitation, `{` + whole + `,"acts":[{"type":"letter","date":"2025-10-02","outcome":"recieved"}]}`, "acts[0].outcome", "not_one_of"},
		{limitation, `{` + whole + `,"acts":[{"type":"acknowledgment","date":"2025-10-02","outcome":"received"}]}`, "acts[0].outcome", "outcome_none"},
		{limitation, `{` + whole + `,"acts":[{"type":"letter"}]}`, "acts[0].date", "missing"},
		{limitation, `{` + whole + `,"acts":[{"type":"mediation","date":"2025-10-02","end":"2025-10-01"}]}`, "acts[0].end", "end_before_start"},
		{limitation, `{` + whole + `,"acts":[{"type":"burofax_received","date":"2025-10-02","end":"2025-11-02"}]}`, "acts[0].end", "end_none"},
		{interest, `{` + whole + `,"until":"2026-10-01"}`, "principal", "amount_not_positive"},
		{interest, `{"country":"ES","claim":"sale","debtor":"business"}`, "due_on", "missing"},
		{interest, `{` + whole + `}`, "until", "missing"},
		{interest, `{` + owed + `,"contract_rate":"101"}`, "contract_rate", "rate_range"},
		{interest, `{` + owed + `,"costs":{"amount":"1.00","currency":"USD"}}`, "costs", "other_currency"},
		{interest, `{` + owed + `,"costs":{"amount":"-1.00","currency":"EUR"}}`, "costs", "amount_negative"},
		{interest, `{` + owed + `,"invoices":-1}`, "invoices", "range"},
		{interest, `{` + owed + `,"day_count":"30/360"}`, "day_count", "not_one_of"},
		{interest, `{` + owed + `,"payments":[{"received_on":"2026-01-01"}]}`, "payments[0].amount", "amount_not_positive"},
		{interest, `{` + owed + `,"payments":[{"amount":{"amount":"1.00","currency":"USD"},"received_on":"2026-01-01"}]}`, "payments[0].amount", "other_currency"},
		{interest, `{` + owed + `,"payments":[{"amount":{"amount":"1.00","currency":"EUR"}}]}`, "payments[0].received_on", "missing"},
		{interest, `{` + owed + `,"payments":[{"amount":{"amount":"1.00","currency":"EUR"},"received_on":"2026-10-02"}]}`, "payments[0].received_on", "after_until"},
	} {
		var f question.Faults
		if err := c.ask(c.text); !errors.As(err, &f) {
			t.Errorf("%s: no fault: %v", c.text, err)
		} else if !slices.ContainsFunc(f, func(x question.Fault) bool { return x.Field == c.field && x.Code == c.code }) {
			t.Errorf("%s: %v, want %s of %s", c.text, f, c.code, c.field)
		}
	}
}

func TestAnOwnRowTakesTheMarkAwayAndSaysWhoseItIs(t *testing.T) {
	q := asked[question.Interest](t, `{"country":"ES","claim":"sale","debtor":"business","due_on":"2026-12-31","until":"2027-01-31",
		"principal":{"amount":"1000.00","currency":"EUR"}}`)
	without, err := q.Answer(countries.For, "en")
	if err != nil {
		t.Fatal(err)
	}
	if !without.RateMissing || !without.Interest.IsZero() || len(without.ToConfirm) != 1 || !strings.Contains(without.Arithmetic[1], "look for: BOE") {
		t.Errorf("without the row: %+v", without)
	}
	own, err := law.WithOwn(countries.All(), []law.RateRow{{Series: "es_late_payment", From: calendar.Must("2027-01-01"), To: calendar.Must("2027-06-30"),
		Rate: 10_650_000, Status: law.Verified, Source: "BOE-A-2026-99999", Own: "row-1", Author: "key-1"}})
	if err != nil {
		t.Fatal(err)
	}
	with, err := q.Answer(func(country, _ string) (*law.Jurisdiction, bool) { j, ok := own[country]; return j, ok }, "en")
	if err != nil {
		t.Fatal(err)
	}
	// 1000.00 × 10.65 % × 31 / 365 = 9.0452…
	steps := strings.Join(with.Arithmetic, "\n")
	if with.RateMissing || with.Interest != money.EUR(9_05) || len(with.ToConfirm) != 0 || !strings.Contains(steps, "own row row-1, added by key key-1: BOE-A-2026-99999") {
		t.Errorf("with the row: %+v", with)
	}
}

func TestASuspensionThatIsToConfirmCountsWhereTheAskerSaysSo(t *testing.T) {
	q := question.Limitation{Place: question.Place{Country: "PT"}, Rule: "pt_cc_310", Anchor: calendar.Must("2019-05-06")}
	plain, err := q.Answer(countries.For, "en")
	if err != nil || plain.LastDay != calendar.Must("2024-05-06") || !slices.Contains(plain.Flags, "pt_covid_2020") {
		t.Fatalf("%v: until %s, flags %v", err, plain.LastDay, plain.Flags)
	}
	q.Suspensions = []string{"pt_covid_2020", "pt_covid_2021"}
	a, err := q.Answer(countries.For, "en")
	if err != nil || a.LastDay != calendar.Must("2024-10-14") || len(a.Flags) != 0 {
		t.Errorf("%v: until %s, flags %v", err, a.LastDay, a.Flags)
	}
	if said := strings.Join(a.Arithmetic, "\n"); !strings.Contains(said, "160 days that did not count") || !strings.Contains(strings.Join(a.ToConfirm, " "), "pt_covid_2021") {
		t.Errorf("%s\n%v", said, a.ToConfirm)
	}
	q.Suspensions = []string{"es_covid"}
	var f question.Faults
	if _, err := q.Answer(countries.For, "en"); !errors.As(err, &f) || f[0].Code != "suspension_unknown" {
		t.Error(err)
	}
}

func TestARateThatWasReadIsNotToConfirmSinceItsTermIs(t *testing.T) {
	a, err := asked[question.Interest](t, `{"country":"FR","claim":"sale","debtor":"public","due_on":"2026-06-30","until":"2026-07-31",
		"principal":{"amount":"1000.00","currency":"EUR"}}`).Answer(countries.For, "en")
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Lines) != 1 || a.Lines[0].Row == nil || a.Lines[0].Row.Status != law.Verified || a.Terms.Status == law.Verified {
		t.Fatalf("no verified rate under a term to confirm: %+v", a)
	}
	if said := strings.Join(a.ToConfirm, "\n"); strings.Contains(said, "rate of") || !strings.Contains(said, "terms of interest") {
		t.Errorf("to confirm: %s", said)
	}
}
