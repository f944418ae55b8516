package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// wrong is a submission that is malformed or contradicts itself, and what is
// said to it.
type wrong struct {
	name    string
	changes map[string]any
	status  int
	code    string
	field   string
}

var wrongs = []wrong{
	{"a negative amount", map[string]any{"principal.amount": "-1250.00"}, 422, "amount_not_positive", "principal.amount"},
	{"an amount of zero", map[string]any{"principal.amount": "0.00"}, 422, "amount_not_positive", "principal.amount"},
	{"an amount of twenty digits", map[string]any{"principal.amount": "12345678901234567890.00"}, 400, "malformed", "principal.amount"},
	{"an amount beyond what accounts hold", map[string]any{"principal.amount": "999999999999999.99"}, 400, "malformed", "principal"},
	{"an amount above a hundred thousand million", map[string]any{"principal.amount": "100000000000.01"}, 422, "amount_too_large", "principal.amount"},
	{"an amount with three decimals", map[string]any{"principal.amount": "12.505"}, 400, "malformed", "principal.amount"},
	{"an amount as Spain writes it", map[string]any{"principal.amount": "1.250,00"}, 400, "malformed", "principal.amount"},
	{"an amount in exponents", map[string]any{"principal.amount": "1e3"}, 400, "malformed", "principal.amount"},
	{"an amount as a JSON number", map[string]any{"principal.amount": 1250.00}, 400, "wrong_type", "principal.amount"},
	{"a principal without a currency", map[string]any{"principal.currency": gone{}}, 400, "missing", "principal.currency"},
	{"a currency that is none", map[string]any{"principal.currency": "QQQ"}, 400, "malformed", "principal"},
	{"a currency in small letters", map[string]any{"principal.currency": "eur"}, 400, "malformed", "principal.currency"},
	{"no principal", map[string]any{"principal": gone{}}, 400, "missing", "principal"},
	{"due before it was issued", map[string]any{"due_on": "2026-08-31"}, 422, "due_before_issued", "due_on"},
	{"issued tomorrow", map[string]any{"issued_on": today(1), "due_on": today(30)}, 422, "date_in_future", "issued_on"},
	{"due in ten years", map[string]any{"due_on": "2036-10-01"}, 422, "due_too_far", "due_on"},
	{"a day that no calendar has", map[string]any{"due_on": "2026-02-30"}, 400, "malformed", "due_on"},
	{"a day as Spain writes it", map[string]any{"due_on": "01/10/2026"}, 400, "malformed", "due_on"},
	{"no due date", map[string]any{"due_on": gone{}}, 400, "missing", "due_on"},
	{"a due date that is null", map[string]any{"due_on": nil}, 400, "wrong_type", "due_on"},
	{"a service provided tomorrow", map[string]any{"provided_on": today(1)}, 422, "date_in_future", "provided_on"},
	{"a country whose law is not known", map[string]any{"country": "DE"}, 422, "country_unknown", "country"},
	{"a region of another country", map[string]any{"country": "PT", "strategy": gone{}}, 422, "region_unknown", "region"},
	{"a kind of claim that is none", map[string]any{"claim": "gambling"}, 400, "not_one_of", "claim"},
	{"a capacity that is none", map[string]any{"capacity": "friend"}, 400, "not_one_of", "capacity"},
	{"no reference", map[string]any{"reference": gone{}}, 400, "missing", "reference"},
	{"a reference of spaces", map[string]any{"reference": "   "}, 422, "missing", "reference"},
	{"a reference with a line break", map[string]any{"reference": "F-1\nF-2"}, 422, "control_characters", "reference"},
	{"a line break in a name", map[string]any{"debtor.name": "Talleres\r\nBcc: x"}, 422, "control_characters", "debtor.name"},
	{"a name that is turned round", map[string]any{"debtor.name": "Talleres \u202eLS"}, 422, "control_characters", "debtor.name"},
	{"an isolate in a street", map[string]any{"debtor.address.street": "Calle \u2066 1"}, 422, "control_characters", "debtor.address.street"},
	{"a NUL character in a name", map[string]any{"debtor.name": "Talleres\x00"}, 400, "nul_byte", "debtor.name"},
	{"no debtor", map[string]any{"debtor": gone{}}, 400, "missing", "debtor"},
	{"a debtor as text", map[string]any{"debtor": "Talleres"}, 400, "wrong_type", "debtor"},
	{"a debtor without a name", map[string]any{"debtor.name": ""}, 422, "missing", "debtor.name"},
	{"a debtor of a kind that is none", map[string]any{"debtor.kind": "friend"}, 400, "not_one_of", "debtor.kind"},
	{"a tax id with a wrong check letter", map[string]any{"debtor.tax_id": "B12345678"}, 422, "tax_id_invalid", "debtor.tax_id"},
	{"no way to contact", map[string]any{"debtor.contacts": []any{}}, 422, "no_contact", "debtor.contacts"},
	{"a phone that cannot be", map[string]any{"debtor.contacts": contact("phone", "+3412")}, 422, "contact_invalid", "debtor.contacts[0]"},
	{"an e-mail without a domain", map[string]any{"debtor.contacts": contact("email", "pagos@")}, 422, "contact_invalid", "debtor.contacts[0]"},
	{"a channel that is none", map[string]any{"debtor.contacts": contact("pigeon", "x")}, 400, "not_one_of", "debtor.contacts[0].channel"},
	{"a time zone that is none", map[string]any{"debtor.time_zone": "Europe/Atlantis"}, 422, "place_unknown", "debtor.time_zone"},
	{"a language without letters", map[string]any{"debtor.language": "de"}, 400, "not_one_of", "debtor.language"},
	{"a strategy that there is not", map[string]any{"strategy": "es-nothing"}, 422, "strategy_unknown", "strategy"},
	{"a strategy for consumers", map[string]any{"strategy": "es-consumer"}, 422, "strategy_segment", "strategy"},
	{"a field that is not known", map[string]any{"amout": "1250.00"}, 400, "field_unknown", "amout"},
	{"a field in another case", map[string]any{"Reference": "F-2"}, 400, "field_unknown", "Reference"},
	{"a contract rate of 2000 percent", map[string]any{"contract_rate": "2000"}, 400, "malformed", "contract_rate"},
	{"a contract rate of 101 percent", map[string]any{"contract_rate": "101"}, 422, "rate_range", "contract_rate"},
	{"an earlier payment to come", map[string]any{"earlier.payments": []any{pay("10.00", "EUR", today(1))}}, 422, "date_in_future", "earlier.payments[0].received_on"},
	{"an earlier payment in another currency", map[string]any{"earlier.payments": []any{pay("10.00", "USD", today(-1))}}, 422, "other_currency", "earlier.payments[0].amount"},
	{"an earlier payment on a day that no calendar has", map[string]any{"earlier.payments": []any{pay("10.00", "EUR", "2026-02-30")}}, 400, "malformed", "earlier.payments[0].received_on"},
	{"an earlier act that is done in a day with an end", map[string]any{"earlier.acts": []any{map[string]any{"type": "call", "date": today(-1), "end": today(-1)}}}, 422, "end_none", "earlier.acts[0].end"},
	{"an earlier contact by a channel that is none", map[string]any{"earlier.contacts": []any{map[string]any{"on": today(-1), "channel": "fax"}}}, 400, "not_one_of", "earlier.contacts[0].channel"},
}

func contact(channel, value string) []any {
	return []any{map[string]any{"channel": channel, "value": value}}
}

func pay(amount, currency, on string) map[string]any {
	return map[string]any{"amount": map[string]any{"amount": amount, "currency": currency}, "received_on": on}
}

func TestMalformedOrContradictorySubmissionsAreEachAnsweredWithAFieldAndLeaveNoHalfMadeCase(t *testing.T) {
	o := open(t)
	require.GreaterOrEqual(t, len(wrongs), 40)
	for _, w := range wrongs {
		t.Run(w.name, func(t *testing.T) {
			o.t = t
			r := o.ask("POST", "/v1/debts", asked{key: "creditor", body: submission(w.changes)})
			r.saysNo(w.status, w.code, w.field)
			o.leavesNothing()
		})
	}
}

func TestBodiesThatAreNoSubmissionAreRefusedAndLeaveNoHalfMadeCase(t *testing.T) {
	o := open(t)
	whole, err := json.Marshal(submission(nil))
	require.NoError(t, err)
	for _, x := range []struct {
		name   string
		a      asked
		status int
		code   string
		field  string
	}{
		{"10 MB", asked{body: `{"reference":"` + strings.Repeat("x", 10<<20) + `"}`}, 413, "body_too_large", ""},
		{"nothing", asked{body: ""}, 400, "missing", ""},
		{"half of it", asked{body: string(whole[:len(whole)/2])}, 400, "not_json", ""},
		{"two of it", asked{body: string(whole) + string(whole)}, 400, "not_json", ""},
		{"a list", asked{body: "[" + string(whole) + "]"}, 400, "wrong_type", ""},
		{"a text", asked{body: `"F-1"`}, 400, "wrong_type", ""},
		{"null", asked{body: `null`}, 400, "wrong_type", ""},
		{"a NUL byte", asked{body: "{\"reference\":\"F\x00\"}"}, 400, "nul_byte", ""},
		{"a NUL as an escape", asked{body: strings.Replace(string(whole), "F-2026-00123", `F\u0000`, 1)}, 400, "nul_byte", "reference"},
		{"text that is not UTF-8", asked{body: strings.Replace(string(whole), "Talleres", "Tall\xe9res", 1)}, 400, "not_utf8", ""},
		{"half of a surrogate pair", asked{body: strings.Replace(string(whole), "Talleres", `Talleres\ud83d`, 1)}, 400, "not_utf8", ""},
		{"the other half of one", asked{body: strings.Replace(string(whole), "Talleres", `Talleres\uDE00\uD83D`, 1)}, 400, "not_utf8", ""},
		{"a field given twice", asked{body: strings.Replace(string(whole), `{`, `{"reference":"F-1",`, 1)}, 400, "field_repeated", "reference"},
		{"a field within given twice", asked{body: strings.Replace(string(whole), `"debtor":{`, `"debtor":{"name":"Otros",`, 1)}, 400, "field_repeated", "debtor.name"},
		{"a field of a list given twice", asked{body: strings.Replace(string(whole), `"contacts":[{`, `"contacts":[{"value":"x@y.example",`, 1)}, 400, "field_repeated", "debtor.contacts[0].value"},
		{"deeply nested lists", asked{body: strings.Repeat("[", 400_000)}, 400, "not_json", ""},
		{"XML", asked{body: "<debt/>", media: "application/xml"}, 415, "media_type", "Content-Type"},
		{"no media type", asked{body: string(whole), media: " "}, 415, "media_type", "Content-Type"},
		{"no Idempotency-Key", asked{body: string(whole), idem: "-"}, 400, "idempotency_key_missing", "Idempotency-Key"},
		{"an Idempotency-Key with spaces", asked{body: string(whole), idem: "a b"}, 400, "idempotency_key_malformed", "Idempotency-Key"},
		{"an Idempotency-Key without end", asked{body: string(whole), idem: strings.Repeat("k", 201)}, 400, "idempotency_key_malformed", "Idempotency-Key"},
	} {
		t.Run(x.name, func(t *testing.T) {
			o.t = t
			x.a.key = "creditor"
			o.ask("POST", "/v1/debts", x.a).saysNo(x.status, x.code, x.field)
			o.leavesNothing()
		})
	}
}

// leavesNothing holds the record to be as if nothing had been asked.
func (o *office) leavesNothing() {
	o.t.Helper()
	require.Zero(o.t, o.cases())
	debtors, err := o.store.Debtors(context.Background(), "", "", "", 10)
	require.NoError(o.t, err)
	require.Empty(o.t, debtors)
	left, err := o.store.Unacknowledged(context.Background(), 0, 10, 0)
	require.NoError(o.t, err)
	require.Empty(o.t, left)
}

func TestAllThatIsWrongIsToldAtOnce(t *testing.T) {
	o := open(t)
	r := o.ask("POST", "/v1/debts", asked{key: "creditor", body: submission(map[string]any{"claim": "gambling", "due_on": 7, "surprise": true})}).is(400)
	require.Len(t, r.at("errors"), 3)
	r = o.ask("POST", "/v1/debts", asked{key: "creditor", body: submission(map[string]any{"country": "DE", "principal.amount": "-1.00", "debtor.name": ""})}).is(422)
	require.GreaterOrEqual(t, len(r.at("errors").([]any)), 3)
}

func TestWhatWasSubmittedIsNeverEchoedByTheContractsChecks(t *testing.T) {
	o := open(t)
	secret := "Juana-la-Loca"
	for _, changes := range []map[string]any{
		{"claim": secret}, {"due_on": secret}, {"principal.amount": secret}, {"principal.currency": secret}, {"debtor": secret},
		{"debtor.contacts": secret}, {"contract_rate": secret}, {"country": secret}, {"debtor.kind": secret},
	} {
		r := o.ask("POST", "/v1/debts", asked{key: "creditor", body: submission(changes)}).is(400)
		require.NotContains(t, r.Body.String(), secret)
	}
	require.NotContains(t, o.log.String(), secret)
}

func TestFactsThatCannotBeAreRefusedAndChangeNothing(t *testing.T) {
	o := open(t)
	one := "/v1/cases/" + o.aCase(nil)
	before := o.ask("GET", one, asked{key: "creditor"}).Body.String()
	money := func(amount, currency string) map[string]any {
		return map[string]any{"amount": amount, "currency": currency}
	}
	for _, x := range []struct {
		name, path string
		body       map[string]any
		status     int
		code       string
		field      string
	}{
		{"a payment to come", "/payments", map[string]any{"amount": money("1.00", "EUR"), "received_on": today(1)}, 422, "date_in_future", "received_on"},
		{"a payment in another currency", "/payments", map[string]any{"amount": money("1.00", "USD"), "received_on": today(0)}, 422, "other_currency", "amount"},
		{"a payment of nothing", "/payments", map[string]any{"amount": money("0.00", "EUR"), "received_on": today(0)}, 422, "amount_not_positive", "amount"},
		{"a payment on no day", "/payments", map[string]any{"amount": money("1.00", "EUR")}, 400, "missing", "received_on"},
		{"a bounce of no payment", "/payments/none/bounce", map[string]any{}, 409, "payment_unknown", ""},
		{"a promise for yesterday", "/promises", map[string]any{"amount": money("1250.00", "EUR"), "pay_by": today(-1)}, 422, "promise_in_the_past", "pay_by"},
		{"a promise of another currency", "/promises", map[string]any{"amount": money("1250.00", "CHF"), "pay_by": today(5)}, 422, "other_currency", "amount"},
		{"a promise of an amount that is none", "/promises", map[string]any{"amount": "1250", "pay_by": today(5)}, 400, "wrong_type", "amount"},
		{"a hold without a reason", "/holds", map[string]any{"until": today(5)}, 400, "missing", "reason"},
		{"a hold that follows from a fact", "/holds", map[string]any{"reason": "promise"}, 400, "not_one_of", "reason"},
		{"a pause without an end", "/holds", map[string]any{"reason": "paused"}, 422, "hold_needs_end", "until"},
		{"a pause that is over", "/holds", map[string]any{"reason": "paused", "until": today(-1)}, 422, "hold_end_range", "until"},
		{"a plan of one instalment", "/plans", map[string]any{"instalments": []any{map[string]any{"due": today(5), "amount": money("1250.00", "EUR")}}}, 422, "plan_length", "instalments"},
		{"an instalment on a day that no calendar has", "/plans", map[string]any{"instalments": []any{map[string]any{"due": today(5), "amount": money("1.00", "EUR")},
			map[string]any{"due": "2026-11-31", "amount": money("1.00", "EUR")}}}, 400, "malformed", "instalments[1].due"},
		{"an offer above the balance", "/offers", map[string]any{"amount": money("9999.00", "EUR"), "until": today(5)}, 422, "offer_above_balance", "amount"},
		{"an acceptance of no offer", "/offers/none/accept", nil, 409, "offer_unknown", ""},
		{"a dispute without a reason", "/disputes", map[string]any{}, 400, "missing", "reason"},
		{"a resolution of no dispute", "/disputes/none/resolve", map[string]any{"upheld": false}, 409, "dispute_unknown", ""},
		{"a reduction without upholding", "/disputes/none/resolve", map[string]any{"upheld": false, "reduction": money("1.00", "EUR")}, 422, "reduction_without_upholding", "reduction"},
		{"a lift of no hold", "/holds/none/lift", nil, 409, "hold_unknown", ""},
		{"a call with an outcome that is none", "/calls", map[string]any{"outcome": "shouted"}, 400, "not_one_of", "outcome"},
		{"an act with an outcome that is none", "/acts", map[string]any{"type": "letter", "on": today(0), "outcome": "recieved"}, 422, "outcome_unknown", "outcome"},
		{"an act that is done in a day with an end", "/acts", map[string]any{"type": "burofax_received", "on": today(0), "end": today(0)}, 422, "end_none", "end"},
		{"an act that has no outcome with one", "/acts", map[string]any{"type": "call_back", "on": today(0)}, 422, "act_type_unknown", "type"},
		{"an empty note", "/notes", map[string]any{"text": ""}, 400, "length", "text"},
		{"a note of spaces", "/notes", map[string]any{"text": " \t\u00a0\u200b\n"}, 422, "missing", "text"},
		{"a note with an escape", "/notes", map[string]any{"text": "a\x1b[2J"}, 422, "control_characters", "text"},
		{"a dispute for no reason", "/disputes", map[string]any{"reason": "   "}, 400, "not_one_of", "reason"},
		{"escalated for no reason", "/escalate", map[string]any{"reason": "   "}, 422, "missing", "reason"},
		{"closed for no reason", "/close", map[string]any{"outcome": "withdrawn", "reason": "\n"}, 422, "missing", "reason"},
		{"a document with a line break in its name", "/documents", map[string]any{"type": "other", "name": "a\r\nb", "media_type": "text/plain", "content": "eA=="}, 422, "control_characters", "name"},
		{"a document whose media type is turned round", "/documents", map[string]any{"type": "other", "name": "a", "media_type": "text/\u202eplain", "content": "eA=="}, 422, "control_characters", "media_type"},
		{"a document of a media type that is none", "/documents", map[string]any{"type": "other", "name": "a", "media_type": "plain", "content": "eA=="}, 422, "media_type_malformed", "media_type"},
		{"an acknowledgement to come", "/acknowledgements", map[string]any{"on": today(1)}, 422, "date_in_future", "on"},
		{"closed as paid with a balance", "/close", map[string]any{"outcome": "paid", "reason": "x"}, 409, "not_paid", ""},
		{"closed without a reason", "/close", map[string]any{"outcome": "withdrawn"}, 400, "missing", "reason"},
		{"an open case reopened", "/reopen", map[string]any{"reason": "x"}, 409, "case_open", ""},
		{"a document of no bytes", "/documents", map[string]any{"type": "other", "name": "x", "media_type": "text/plain", "content": ""}, 400, "length", "content"},
		{"a document that is not base64", "/documents", map[string]any{"type": "other", "name": "x", "media_type": "text/plain", "content": "%%%"}, 400, "malformed", "content"},
	} {
		t.Run(x.name, func(t *testing.T) {
			o.t = t
			a := asked{key: "creditor"}
			if x.body != nil {
				a.body = x.body
			}
			o.ask("POST", one+x.path, a).saysNo(x.status, x.code, x.field)
			require.JSONEq(t, before, o.ask("GET", one, asked{key: "creditor"}).Body.String())
		})
	}
}

func TestParametersThatCannotBeAreRefused(t *testing.T) {
	o := open(t)
	one := "/v1/cases/" + o.aCase(nil)
	for _, x := range []struct {
		path, code, field string
		status            int
	}{
		{"/v1/cases?limit=0", "range", "limit", 400}, {"/v1/cases?limit=201", "range", "limit", 400},
		{"/v1/cases?limit=many", "malformed", "limit", 400}, {"/v1/cases?cursor=nonsense", "cursor", "cursor", 400},
		{"/v1/cases?stage=nowhere", "not_one_of", "stage", 400}, {"/v1/cases?open=perhaps", "malformed", "open", 400},
		{"/v1/cases?query=%00", "nul_byte", "query", 400}, {"/v1/cases?query=%ff", "nul_byte", "query", 400},
		{"/v1/cases?open=true&open=false", "parameter_repeated", "open", 400}, {"/v1/cases?page=2", "parameter_unknown", "page", 400},
		{one + "/statement?as_of=2026-02-30", "malformed", "as_of", 400}, {one + "/statement?as_of=yesterday", "malformed", "as_of", 400},
		{one + "/forecast?until=2020-01-01", "range", "until", 400}, {one + "/forecast?until=2099-01-01", "range", "until", 400},
		{one + "/timeline?cursor=" + cursor("x"), "cursor", "cursor", 400},
		{"/v1/cases/%00", "not_found", "", 404}, {"/v1/cases/%ff", "not_found", "", 404}, {"/v1/cases/none", "not_found", "", 404},
		{"/v1/nothing", "no_such_route", "", 404},
	} {
		t.Run(x.path, func(t *testing.T) {
			o.t = t
			o.ask("GET", x.path, asked{key: "creditor"}).saysNo(x.status, x.code, x.field)
		})
	}
	o.t = t
	o.ask("DELETE", one, asked{key: "creditor"}).saysNo(http.StatusMethodNotAllowed, "method_not_allowed", "")
}

func TestADryRunIsDryHoweverTrueIsWritten(t *testing.T) {
	o := open(t)
	for _, yes := range []string{"true", "TRUE", "True", "t", "1"} {
		dry := o.ask("POST", "/v1/debts?dry_run="+yes, asked{key: "creditor", body: submission(nil)}).is(200)
		require.Equal(t, true, dry.at("dry_run"), yes)
		o.leavesNothing()
	}
	for _, broken := range []string{"dry_run=true%", "dry_run=true;open=true", "%zz=1&dry_run=true"} {
		o.ask("POST", "/v1/debts?"+broken, asked{key: "creditor", body: submission(nil)}).saysNo(400, "query_malformed", "?")
		o.leavesNothing()
	}
	o.ask("POST", "/v1/debts?=", asked{key: "creditor", body: submission(nil)}).saysNo(400, "parameter_unknown", "?")
	id := o.aCase(nil)
	require.Equal(t, id, o.ask("GET", "/v1/cases?open=1", asked{key: "creditor"}).is(200).text("items.0.case_id"))
	require.Empty(t, o.ask("GET", "/v1/cases?open=0", asked{key: "creditor"}).is(200).at("items"))
}

const csvHeader = "reference;country;claim;principal;issued_on;due_on;debtor.reference;debtor.kind;debtor.name;contact.email"

func csvRow(reference string) string {
	return fmt.Sprintf("%s;ES;services;1.250,00;01/09/2026;01/10/2026;C-%s;business;Talleres %s;pagos@talleres.example", reference, reference, reference)
}
