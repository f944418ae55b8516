package question_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/law/question"
)

func TestAPaymentTermIsToldWithTheDayItRunsFrom(t *testing.T) {
	for name, c := range map[string]struct {
		question, silent, latest string
		lines                    []string
	}{
		"Spanish businesses: thirty days, at most sixty": {
			`{"country":"ES","claim":"services","debtor":"business","received_on":"2026-01-10"}`, "2026-02-09", "2026-03-11",
			[]string{
				"the goods or service were received: 2026-01-10",
				"2026-01-10 + 30 days from receipt of the goods or service = 2026-02-09 (Ley 3/2004 art. 4)",
				"the most that may be agreed: 2026-01-10 + 60 days from receipt of the goods or service = 2026-03-11",
			},
		},
		"a Spanish public body that has not approved it": {
			`{"country":"ES","claim":"services","debtor":"public","received_on":"2026-01-10"}`, "0000-00-00", "0000-00-00", nil,
		},
	} {
		a, err := asked[question.Terms](t, c.question).Answer(countries.For, "en")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if c.lines == nil {
			if !a.Silent.IsZero() || !a.AskPerson || !slices.Contains(a.Flags, "term_start_unknown") || len(a.FlagsInWords) != len(a.Flags) {
				t.Errorf("%s: %+v", name, a)
			}
			continue
		}
		if a.Silent.String() != c.silent || a.Latest.String() != c.latest {
			t.Errorf("%s: %s, at most %s", name, a.Silent, a.Latest)
		}
		holds(t, a.Arithmetic, c.lines...)
	}
}

func TestVATComesBackInItsWindowsAndOutsideOfSpainAPersonIsAsked(t *testing.T) {
	a, err := asked[question.VAT](t, `{"country":"ES","debtor":"business","tax_point_on":"2025-08-31","base":{"amount":"100.00","currency":"EUR"},
		"small_turnover":true,"booked":true,"claimed":true,"corrected_on":"2026-03-15"}`).Answer(countries.For, "en")
	if err != nil || a.Recovery == nil || !a.Recovery.OK {
		t.Fatalf("%v: %+v", err, a)
	}
	holds(t, a.Arithmetic,
		"2025-08-31 + 6 months = 2026-02-28; the corrective invoice is issued after that, by 2026-02-28 + 6 months = 2026-08-28",
		"2025-08-31 + 12 months = 2026-08-31; the corrective invoice is issued after that, by 2026-08-31 + 6 months = 2027-02-28",
		"the tax agency is told by 2026-03-15 + 1 month = 2026-04-15")
	b, err := asked[question.VAT](t, `{"country":"PT","debtor":"business","tax_point_on":"2025-08-31","base":{"amount":"100.00","currency":"EUR"}}`).Answer(countries.For, "en")
	if err != nil || b.Recovery != nil || !b.AskPerson || len(b.Rules) == 0 || len(b.ToConfirm) == 0 {
		t.Errorf("%v: %+v", err, b)
	}
}

func TestRoutesStandOpenOnesFirstAndSayWhyNot(t *testing.T) {
	a, err := asked[question.Routes](t, `{"country":"ES","claim":"services","debtor":"business","document":"invoice",
		"amount":{"amount":"1250.00","currency":"EUR"}}`).Answer(countries.For, "es")
	if err != nil || len(a.Routes) < 3 || !a.Routes[0].Fits {
		t.Fatalf("%v: %+v", err, a)
	}
	open := true
	for _, r := range a.Routes {
		if r.Fits && !open {
			t.Errorf("%s is open, and stands after one that is not", r.Code)
		}
		open = r.Fits
		if !r.Fits && len(r.WhyNot) == 0 || r.Article == "" || len(r.FlagsInWords) != len(r.Flags) {
			t.Errorf("%+v", r)
		}
		if i := slices.Index(r.Flags, "fee_not_in_table"); i >= 0 && r.FlagsInWords[i] != law.InWords("fee_not_in_table", "es") {
			t.Errorf("%s: %q", r.Code, r.FlagsInWords[i])
		}
	}
}

func TestEveryFieldThatIsWrongIsNamedInTheOtherQuestionsToo(t *testing.T) {
	terms := func(text string) error {
		_, err := asked[question.Terms](t, text).Answer(countries.For, "en")
		return err
	}
	vat := func(text string) error {
		_, err := asked[question.VAT](t, text).Answer(countries.For, "en")
		return err
	}
	routes := func(text string) error {
		_, err := asked[question.Routes](t, text).Answer(countries.For, "en")
		return err
	}
	for _, c := range []struct {
		ask               func(string) error
		text, field, code string
	}{
		{terms, `{}`, "country", "missing"},
		{terms, `{}`, "claim", "missing"},
		{terms, `{"invoiced_on":"2026-01-02","bill_received_on":"2026-01-01"}`, "bill_received_on", "before_invoice"},
		{terms, `{"received_on":"2026-01-02","approved_on":"2026-01-01"}`, "approved_on", "before_receipt"},
		{vat, `{"country":"IT"}`, "country", "country_unknown"},
		{vat, `{}`, "debtor", "missing"},
		{vat, `{}`, "tax_point_on", "missing"},
		{vat, `{}`, "base", "amount_not_positive"},
		{vat, `{"tax_point_on":"2026-01-02","corrected_on":"2026-01-01"}`, "corrected_on", "before_tax_point"},
		{routes, `{"country":"ES","region":"XX"}`, "region", "region_unknown"},
		{routes, `{}`, "claim", "missing"},
		{routes, `{}`, "debtor", "missing"},
		{routes, `{}`, "amount", "amount_not_positive"},
		{routes, `{"document":"napkin"}`, "document", "not_one_of"},
	} {
		var f question.Faults
		if err := c.ask(c.text); !errors.As(err, &f) {
			t.Errorf("%s: no fault: %v", c.text, err)
		} else if !slices.ContainsFunc(f, func(x question.Fault) bool { return x.Field == c.field && x.Code == c.code }) {
			t.Errorf("%s: %v, want %s of %s", c.text, f, c.code, c.field)
		}
	}
}
