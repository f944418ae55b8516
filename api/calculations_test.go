package api

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/record"
)

// question is the contract's own example of a calculation, changed.
func (o *office) question(what string, changes map[string]any) map[string]any {
	o.t.Helper()
	media := o.server.contract.operation(route{method: post, path: "/v1/calculations/" + what}).media["application/json"]
	q, known := media.Example.(map[string]any)
	require.True(o.t, known)
	q = maps.Clone(q)
	for name, v := range changes {
		if _, out := v.(gone); out {
			delete(q, name)
			continue
		}
		q[name] = v
	}
	return q
}

func TestCalculationsAnswerEveryRoleWithLinesArticlesAndArithmetic(t *testing.T) {
	o := open(t)
	for _, c := range []struct {
		what    string
		changes map[string]any
		holds   map[string]any // by path of the answer
	}{
		{"limitation", nil, map[string]any{
			"rule": "es_cc_1964", "article": "Código Civil art. 1964.2", "status": "verified", "last_day": "2027-05-02", "prescribed_from": "2027-05-03",
			"cautious": "2021-06-05", "acts.0.effect": "interrupts", "acts.0.article": "Código Civil art. 1973",
			"arithmetic.0":     "es_cc_1964: 2018-03-15 + 5 años = 2023-03-15 (Código Civil art. 1964.2)",
			"flags_in_words.1": "Se discute si estos servicios prescriben a los tres años (art. 1967) o a los cinco (art. 1964).",
			"readings.0.rule":  "es_cc_1967", "readings.0.last_day": "2021-06-05",
		}},
		{"limitation", map[string]any{"country": "PT", "claim": "sale", "debtor": "consumer", "due_on": "2022-03-15", "acts": gone{}}, map[string]any{
			"rule": "pt_cc_317", "status": "to_confirm", "to_confirm.0": "regla pt_cc_317, Código Civil art. 317: por confirmar",
		}},
		{"limitation", map[string]any{"rule": "es_cc_1964", "anchor_on": "2020-06-05", "claim": gone{}, "debtor": gone{}, "due_on": gone{}, "acts": gone{}}, map[string]any{
			"last_day": "2025-06-05",
		}},
		{"interest", nil, map[string]any{
			"interest.amount": "51.08", "total.amount": "1283.83", "fixed_sum.amount": "40.00", "fixed_sum_article": "Ley 3/2004 art. 8",
			"lines.0.rate": "10.15", "lines.0.days": 91.0, "lines.0.article": "Ley 3/2004 arts. 5 and 7", "lines.0.status": "secondary",
			"payments.0.to_principal.amount": "17.25", "terms.table": "es_late_payment",
			"arithmetic.1": "2025-10-02 a 2025-12-31: 1250.00 EUR × 10.15 % × 91 / 365 días = 31.63 EUR (Ley 3/2004 arts. 5 and 7)",
		}},
		{"interest", map[string]any{"until": "2099-06-30"}, map[string]any{"rate_missing": true}},
		{"interest", map[string]any{"country": "FR", "debtor": "consumer"}, map[string]any{"terms.from": nil, "interest.amount": "0.00"}},
		{"vat", nil, map[string]any{
			"recovery.ok": true, "recovery.windows.option_6m.window_last_day": "2026-08-28", "recovery.windows.option_1y.claimable_after": "2026-08-31",
			"recovery.article": "Ley 37/1992 art. 80.Cuatro", "recovery.tell_by": nil, "rules.0.code": "es_liva_80_4",
		}},
		{"vat", map[string]any{"country": "FR"}, map[string]any{"recovery": nil, "ask_person": true}},
		{"routes", nil, map[string]any{"routes.0.fits": true}},
		{"routes", map[string]any{"country": "PT", "debtor": "consumer", "cross_border": true}, map[string]any{"routes.0.fits": true}},
		{"terms", nil, map[string]any{
			"rule": "es_l3_4", "silent": "2026-02-09", "latest": "2026-03-11", "article": "Ley 3/2004 art. 4", "status": "verified",
			"arithmetic.1": "2026-01-10 + 30 días desde la recepción del bien o servicio = 2026-02-09 (Ley 3/2004 art. 4)",
		}},
		{"terms", map[string]any{"debtor": "consumer"}, map[string]any{"rule": "", "ask_person": true, "silent": nil}},
		{"deadlines", nil, map[string]any{
			"jurisdiction": "ES", "last_day": "2026-06-09", "lodge_until": "2026-06-10", "lodge_hour": 15.0, "moved": false,
			"article": "Ley 1/2000 art. 133",
		}},
		{"deadlines", map[string]any{"local_holidays": gone{}}, map[string]any{"last_day": "2026-06-08"}},
		{"deadlines", map[string]any{"days": gone{}, "months": 2}, map[string]any{"last_day": "2026-07-13", "moved": true}},
		{"deadlines", map[string]any{"country": "FR", "postal_code": "75001", "local_holidays": gone{}}, map[string]any{"lodge_until": nil}},
	} {
		for _, role := range everyone {
			got := o.ask(post, "/v1/calculations/"+c.what, asked{key: string(role), body: o.question(c.what, c.changes), headers: map[string]string{"Accept-Language": "es"}}).is(200)
			for path, want := range c.holds {
				require.Equal(t, want, got.at(path), "%s: %s", path, got.Body.String())
			}
		}
	}
}

func TestACalculationThatCannotBeIsA400ThatNamesTheField(t *testing.T) {
	o := open(t)
	euro := func(amount string) map[string]any { return map[string]any{"amount": amount, "currency": "EUR"} }
	paid := func(amount, currency, on string) []any { return []any{pay(amount, currency, on)} }
	for _, x := range []struct {
		name, what  string
		changes     map[string]any
		code, field string
	}{
		{"a country whose law is not known", "limitation", map[string]any{"country": "DE"}, "country_unknown", "country"},
		{"no country", "limitation", map[string]any{"country": gone{}}, "missing", "country"},
		{"a region of another country", "limitation", map[string]any{"country": "PT", "region": "CT"}, "region_unknown", "region"},
		{"no claim", "limitation", map[string]any{"claim": gone{}}, "missing", "claim"},
		{"a claim that is none", "limitation", map[string]any{"claim": "gambling"}, "not_one_of", "claim"},
		{"no day to count from", "limitation", map[string]any{"due_on": gone{}}, "missing", "due_on"},
		{"a day that no calendar has", "limitation", map[string]any{"due_on": "2026-02-30"}, "malformed", "due_on"},
		{"an act that no table knows", "limitation", map[string]any{"acts": []any{map[string]any{"type": "pigeon", "date": "2022-01-01"}}}, "not_one_of", "acts[0].type"},
		{"an act on no day", "limitation", map[string]any{"acts": []any{map[string]any{"type": "letter"}}}, "missing", "acts[0].date"},
		{"an act that ends before it began", "limitation", map[string]any{"acts": []any{map[string]any{"type": "mediation", "date": "2022-01-02", "end": "2022-01-01"}}}, "end_before_start", "acts[0].end"},
		{"an act that is done in a day with an end", "limitation", map[string]any{"acts": []any{map[string]any{"type": "burofax_received", "date": "2022-01-02", "end": "2022-02-01"}}}, "end_none", "acts[0].end"},
		{"a rule of another country", "limitation", map[string]any{"rule": "fr_cc_2224", "anchor_on": "2022-01-01", "claim": gone{}, "debtor": gone{}, "due_on": gone{}}, "rule_unknown", "rule"},
		{"a rule beside a claim", "limitation", map[string]any{"rule": "es_cc_1964", "anchor_on": "2022-01-01"}, "rule_or_claim", "rule"},
		{"a rule that runs from no day", "limitation", map[string]any{"rule": "es_cc_1964", "claim": gone{}, "debtor": gone{}, "due_on": gone{}}, "missing", "anchor_on"},
		{"a field that is not known", "limitation", map[string]any{"principal": euro("1.00")}, "field_unknown", "principal"},
		{"no principal", "interest", map[string]any{"principal": gone{}}, "missing", "principal"},
		{"a principal of nothing", "interest", map[string]any{"principal": euro("0.00"), "payments": gone{}}, "amount_not_positive", "principal"},
		{"a principal as a number", "interest", map[string]any{"principal": 1250.5}, "wrong_type", "principal"},
		{"a payment in another currency", "interest", map[string]any{"payments": paid("1.00", "USD", "2026-01-01")}, "other_currency", "payments[0].amount"},
		{"a payment after the day asked for", "interest", map[string]any{"payments": paid("1.00", "EUR", "2026-07-01")}, "after_until", "payments[0].received_on"},
		{"a payment on a day that no calendar has", "interest", map[string]any{"payments": paid("1.00", "EUR", "2026-02-30")}, "malformed", "payments[0].received_on"},
		{"costs below nothing", "interest", map[string]any{"costs": euro("-1.00")}, "amount_negative", "costs"},
		{"a rate of 101 percent", "interest", map[string]any{"contract_rate": "101"}, "rate_range", "contract_rate"},
		{"a year of 360 days", "interest", map[string]any{"day_count": "30/360"}, "not_one_of", "day_count"},
		{"no tax point", "vat", map[string]any{"tax_point_on": gone{}}, "missing", "tax_point_on"},
		{"a base below nothing", "vat", map[string]any{"base": euro("-1.00")}, "amount_not_positive", "base"},
		{"corrected before it was due", "vat", map[string]any{"corrected_on": "2025-08-30"}, "before_tax_point", "corrected_on"},
		{"perhaps booked", "vat", map[string]any{"booked": "perhaps"}, "wrong_type", "booked"},
		{"a claim of nothing", "routes", map[string]any{"amount": euro("0.00")}, "amount_not_positive", "amount"},
		{"a document that is none", "routes", map[string]any{"document": "napkin"}, "not_one_of", "document"},
		{"a region of no country", "routes", map[string]any{"region": "XX"}, "region_unknown", "region"},
		{"a bill received before it was written", "terms", map[string]any{"invoiced_on": "2026-01-02", "bill_received_on": "2026-01-01"}, "before_invoice", "bill_received_on"},
		{"approved before it was received", "terms", map[string]any{"approved_on": "2026-01-09"}, "before_receipt", "approved_on"},
		{"no day of the notice", "deadlines", map[string]any{"notice_on": gone{}}, "missing", "notice_on"},
		{"a notice on a day that no calendar has", "deadlines", map[string]any{"notice_on": "2026-02-30"}, "malformed", "notice_on"},
		{"neither days nor months", "deadlines", map[string]any{"days": gone{}}, "days_or_months", "days"},
		{"no days", "deadlines", map[string]any{"days": 0}, "days_or_months", "days"},
		{"days and months", "deadlines", map[string]any{"months": 1}, "days_or_months", "days"},
		{"days below nothing", "deadlines", map[string]any{"days": -1}, "range", "days"},
		{"more months than are counted", "deadlines", map[string]any{"days": gone{}, "months": 1001}, "range", "months"},
		{"half a day", "deadlines", map[string]any{"days": 0.5}, "wrong_type", "days"},
		{"a local holiday that is none", "deadlines", map[string]any{"local_holidays": []any{"2026-02-30"}}, "malformed", "local_holidays[0]"},
		{"too many local holidays", "deadlines", map[string]any{"local_holidays": slices.Repeat([]any{"2026-05-15"}, 101)}, "range", "local_holidays"},
		{"a court of no place", "deadlines", map[string]any{"postal_code": "99999"}, "postal_code_invalid", "postal_code"},
		{"a court of a country whose law is not known", "deadlines", map[string]any{"country": "DE"}, "country_unknown", "country"},
		{"half an invoice", "interest", map[string]any{"invoices": 0.5}, "wrong_type", "invoices"},
	} {
		t.Run(x.name, func(t *testing.T) {
			o.t = t
			o.ask(post, "/v1/calculations/"+x.what, asked{key: "lawyer", body: o.question(x.what, x.changes)}).saysNo(400, x.code, x.field)
		})
	}
}

// sealed is a memory that nothing may be put into.
type sealed struct{ t *testing.T }

func (m sealed) Recall(context.Context, record.Request) (record.Answer, bool, error) {
	require.Fail(m.t, "a calculation looked for an earlier answer")
	return record.Answer{}, false, nil
}

func (m sealed) Remember(context.Context, record.Request, record.Answer) error {
	require.Fail(m.t, "a calculation was remembered")
	return nil
}

func TestACalculationKeepsNothing(t *testing.T) {
	o := open(t)
	o.serve(Options{Memory: sealed{t}})
	for _, what := range []string{"limitation", "interest", "vat", "routes", "terms", "deadlines"} {
		for range 2 {
			o.ask(post, "/v1/calculations/"+what, asked{key: "creditor", idem: "again", body: o.question(what, nil)}).is(200)
		}
		o.ask(post, "/v1/calculations/"+what, asked{key: "creditor", idem: "-", body: o.question(what, nil)}).saysNo(400, "idempotency_key_missing", "Idempotency-Key")
	}
	o.leavesNothing()
}
