package worked_test

import (
	"strings"
	"testing"

	"github.com/recobro/recobro/law/worked"
)

// one of each kind, good as it stands.
var oneOfEach = map[string]string{
	"interest": `kind: interest
jurisdiction: ES
table: contract
rate: 6.00
principal: 1000.00
due_date: 2025-01-31
until: 2025-12-31
order: [interest, principal]
payments:
  - {date: 2025-03-31, amount: 100.00}
expected: {credit: 0.00}
`,
	"judgment": `kind: judgment_interest
table: es_legal_interest
principal: 1000.00
demand_date: 2025-01-31
judgment_date: 2025-06-30
until: 2025-12-31
expected: {rate_missing: false}
`,
	"debts": `kind: multi_debt
jurisdiction: ES
debts:
  - {ref: A, balance: 100.00}
payment: 50.00
designated: A
expected: {A: 50.00}
`,
	"vat": `kind: vat_window
tax_point: 2025-03-10
small_turnover: true
expected: {option_1y: {claimable_after: 2026-03-10}}
`,
	"masc": `kind: masc
jurisdiction: ES
rule: es_cc_1964
anchor: 2021-06-01
request: {attempted: 2026-05-04, received: 2026-05-06}
expected: {ends_at: 2026-06-05}
`,
	"carriage": `kind: carriage_es
contract_date: 2025-03-15
price_claimable: 2025-05-20
events:
  - {type: written_claim, received: 2026-03-01, rejected_and_papers_returned: 2026-04-10}
expected: {last_day: 2026-07-25}
`,
	"guarantor": `kind: guarantor
jurisdiction: ES
anchor: 2021-02-10
events:
  - {type: burofax_received, date: 2024-03-20, party: debtor}
expected: {debtor_last_day: 2029-03-20}
`,
	"service": `kind: pt_service
anchor: 2026-01-15
filed: 2026-06-01
served: 2026-06-04
delay_by_creditor: false
expected: {effect: interrupts}
`,
	"limitation": `kind: limitation
jurisdiction: PT
rule: pt_cc_310
anchor: 2021-09-01
expected: {last_day: 2026-09-01}
`,
	"deadline": `kind: court_deadline
jurisdiction: ES
notice: 2026-06-01
days: 20
expected: {last_day: 2026-06-29}
`,
}

func TestWhatAKindCannotMeanIsRefusedWithItsLine(t *testing.T) {
	for _, c := range []struct{ kind, old, new, want string }{
		{"interest", "rate: 6.00", "rate: six", `f:4: field "rate": "six" is not a rate in percent a year`},
		{"interest", "table: contract", "table: es_late_payment", `f:4: a rate is given, but the table is not "contract"`},
		{"interest", "table: contract\nrate: 6.00", "table: es_early_payment", `f:3: ES has no table of rates "es_early_payment"`},
		{"interest", "principal: 1000.00", "principal: 1000.005", `f:5: field "principal": "1000.005": not a decimal with at most 2 decimals, such as 1234.56`},
		{"interest", "principal: 1000.00", "principal: -1000.00", `f:5: field "principal": -1000.00 is below zero`},
		{"interest", "principal: 1000.00", "principal:", `f:5: field "principal" must have a value`},
		{"interest", "date: 2025-03-31", "date: 2026-03-31", `f:10: the payment lies after the day that is asked for`},
		{"interest", "  - {date: 2025-03-31", "  - {date: 2025-04-30, amount: 1}\n  - {date: 2025-03-31", `f:11: payments must stand by day`},
		{"interest", "amount: 100.00", "amount: 0", `f:10: a payment of nothing`},
		{"interest", "[interest, principal]", "[interest, interest]", `f:8: field "order": "interest" is no part of a claim, or stands twice`},
		{"interest", "[interest, principal]", "interest", `f:8: field "order" must be a list`},
		{"interest", "jurisdiction: ES", "jurisdiction: ES\nday_count: 30/360", `f:3: field "day_count": unknown "30/360": want one of act/365, act/act`},
		{"interest", "credit: 0.00", "flags: [[a]]", `f:11: field "flags" must be a list of words`},
		{"interest", "payments:", "lines:\n  - {days: many}\npayments:", `f:10: field "days": "many" is no whole number`},
		{"judgment", "judgment_date: 2025-06-30", "judgment_date: 2024-06-30", `f:5: the judgment lies before the demand`},
		{"judgment", "table: es_legal_interest", "table: pt_civil", `f:2: ES has no rule on judgments for the table "pt_civil"`},
		{"debts", "designated: A", "designated: B", `f:3: spread a payment over 1 debts in ES: the debtor chose debt B, which is not among them`},
		{"debts", "payment: 50.00", "payment: 50.00\npaid_on: today", `f:6: field "paid_on": "today": not a date: want YYYY-MM-DD`},
		{"debts", "{A: 50.00}", "{B: 50.00}", `f:7: unknown field "B" in what is expected`},
		{"debts", "A, balance: 100.00}\npayment: 50.00\ndesignated: A\nexpected: {A", "rest, balance: 100.00}\npayment: 50.00\nexpected: {rest", `f:3: a debt may not be called "rest"`},
		{"vat", "small_turnover: true", "small_turnover: maybe", `f:3: field "small_turnover": "maybe" is neither true nor false`},
		{"vat", "claimable_after: 2026-03-10", "claimable: 2026-03-10", `f:4: unknown field "claimable" in option_1y`},
		{"vat", "{option_1y: {claimable_after: 2026-03-10}}", "soon", `f:4: what is expected must be a mapping of fields`},
		{"masc", "received: 2026-05-06", "received: 2026-05-03", `f:5: field "received" lies before the request was attempted`},
		{"masc", "attempted: 2026-05-04, ", "", `f:5: the request lacks the field "attempted"`},
		{"masc", "received: 2026-05-06", "offer_until: 2026-05-06", `f:5: field "offer_until" is of an offer that is not there`},
		{"masc", "request: {attempted: 2026-05-04, received: 2026-05-06}", "request: sent", `f:5: the request must be a mapping of fields`},
		{"masc", "ES\nrule: es_cc_1964", "FR\nrule: fr_cc_2224", `f:2: FR has no rule on requests to negotiate`},
		{"deadline", "days: 20", "days: 20\nmonths: 1", `f:4: a period before a court is given either in days or in months`},
		{"deadline", "days: 20\n", "", `f:1: a period before a court is given either in days or in months`},
		{"deadline", "days: 20", "days: 0", `f:4: field "days": "0" is no whole number from 1 to 1000`},
		{"deadline", "days: 20", "days: 20\nlocal_holidays: [San Isidro]", `f:5: field "local_holidays": "San Isidro": not a date: want YYYY-MM-DD`},
		{"deadline", "ES", "IT", `f:2: the law of "IT" is not known`},
		{"limitation", "anchor: 2021-09-01", "anchor: 2021-09-01\nsuspensions: [es_covid]", `f:5: PT has no suspension of every one of these codes`},
		{"carriage", "rejected_and_papers_returned: 2026-04-10", "rejected_and_papers_returned: 2026-02-10", `f:5: the claim is rejected before it is received`},
		{"carriage", "type: written_claim", "type: letter", `f:5: field "type": unknown "letter": want one of written_claim`},
		{"guarantor", "party: debtor", "party: bank", `f:5: field "party": unknown "bank": want one of debtor, guarantor`},
		{"guarantor", ", party: debtor", "", `f:5: an event lacks the field "party"`},
		{"guarantor", "jurisdiction: ES", "jurisdiction: DE", `f:2: the law of "DE" is not known`},
		{"service", "served: 2026-06-04", "served: 2026-05-04", `f:4: the claim is served before it is filed`},
		{"service", "anchor: 2026-01-15", "anchor: 2026-01-15\nrule: es_cc_1964", `f:3: PT has no rule "es_cc_1964"`},
		{"service", "anchor: 2026-01-15", "anchor: 2026-01-15\njurisdiction: ES", `f:3: field "jurisdiction": unknown "ES": want one of PT`},
	} {
		text := strings.Replace(oneOfEach[c.kind], c.old, c.new, 1)
		records, problems := worked.Read("f", []byte(text))
		if found := len(problems) > 0 && problems[0].String() == c.want; !found || len(records) != 0 {
			t.Errorf("%s, %q: %d records, problems %v; want %s", c.kind, c.new, len(records), problems, c.want)
		}
	}
}

func TestOneOfEachKindComesOut(t *testing.T) {
	for name, text := range oneOfEach {
		records, problems := worked.Read("f", []byte(text))
		if len(problems) > 0 || len(records) != 1 {
			t.Errorf("%s: %v", name, problems)
			continue
		}
		if d := records[0].Check().Differences; len(d) > 0 {
			t.Errorf("%s: %v", name, d)
		}
	}
}
