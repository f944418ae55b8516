package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func (o *office) statementOf(caseID string) reply {
	return o.ask("GET", "/v1/cases/"+caseID+"/statement", asked{key: "creditor"}).is(200)
}

func TestACreditNoteLowersTheDebtAndOneForTheWholeWithdrawsIt(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	note := map[string]any{"number": "R-1", "amount": sum("250.00"), "on": today(0), "reason": "two pallets came back"}
	r := o.report(id, "/credit-notes", note).is(201)
	require.Equal(t, "credit_note", r.text("adjustments.0.kind"))
	require.Equal(t, r.text("id"), r.text("adjustments.0.id"))
	require.Equal(t, "1000.00", o.statementOf(id).text("open.principal.amount"))
	o.report(id, "/credit-notes", note).saysNo(409, "credit_note_known", "")
	note["number"] = "R-2"
	o.report(id, "/credit-notes", note).is(201)
	note["number"], note["amount"] = "R-3", sum("750.01")
	o.report(id, "/credit-notes", note).saysNo(422, "above_principal", "amount")
	note["amount"] = sum("750.00")
	require.Equal(t, "withdrawn", o.report(id, "/credit-notes", note).is(201).text("outcome"))
}

func TestAPartIsGivenUpWithAReason(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	o.report(id, "/write-offs", map[string]any{"amount": sum("1250.00"), "reason": "goodwill"}).saysNo(422, "above_principal", "amount")
	o.report(id, "/write-offs", map[string]any{"amount": sum("50.00")}).saysNo(400, "missing", "reason")
	require.Equal(t, "write_off", o.report(id, "/write-offs", map[string]any{"amount": sum("50.00"), "reason": "goodwill"}).is(201).text("adjustments.0.kind"))
}

func TestACreditIsPaidBackOrMovedAndNoMoreThanIt(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	second := o.aCase(map[string]any{"reference": "F-SECOND"})
	balance := o.statementOf(id).text("balance.amount")
	o.report(id, "/refunds", map[string]any{"amount": sum("1.00")}).saysNo(422, "above_credit", "amount")
	o.report(id, "/payments", map[string]any{"amount": sum(balance), "received_on": today(0)}).is(201)
	o.report(id, "/payments", map[string]any{"amount": sum("100.00"), "received_on": today(0)}).is(201)
	back := o.report(id, "/refunds", map[string]any{"amount": sum("30.00"), "reference": "TRF 1"}).is(201)
	require.Equal(t, back.text("id"), back.text("refunds.0.id"))
	before := o.statementOf(second)
	moved := o.report(id, "/refunds", map[string]any{"amount": sum("50.00"), "to_case_id": second}).is(201)
	require.Equal(t, second, moved.text("refunds.1.to_case_id"))
	o.report(id, "/refunds", map[string]any{"amount": sum("1.00"), "to_case_id": id}).saysNo(422, "case_not_of_debtor", "to_case_id")
	st := o.statementOf(id)
	require.Equal(t, []string{"20.00", "80.00"}, []string{st.text("credit.amount"), st.text("refunded.amount")})
	require.Equal(t, "50.00", o.statementOf(second).text("received.amount"))
	require.NotEqual(t, before.text("balance.amount"), o.statementOf(second).text("balance.amount"))
	require.Equal(t, id, o.ask("GET", "/v1/cases/"+second, asked{key: "creditor"}).is(200).text("payments.0.from_case_id"))
}

func TestAPaymentOfAnotherIsTakenBackWithItsReason(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	before := o.statementOf(id).text("balance.amount")
	paid := o.report(id, "/payments", map[string]any{"amount": sum("400.00"), "received_on": today(0)}).is(201).text("id")
	o.report(id, "/payments/"+paid+"/reverse", map[string]any{}).saysNo(400, "missing", "reason")
	o.report(id, "/payments/none/reverse", map[string]any{"reason": "another's"}).saysNo(409, "payment_unknown", "")
	r := o.report(id, "/payments/"+paid+"/reverse", map[string]any{"reason": "another's"}).is(201)
	require.Equal(t, true, r.at("payments.0.reversed"))
	require.Equal(t, before, o.statementOf(id).text("balance.amount"))
	o.ask("GET", "/v1/cases/"+id+"/payments/"+paid+"/receipt", asked{key: "creditor"}).saysNo(409, "payment_taken_back", "")
}

func TestAReceiptSaysWhatThePaymentWentTo(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	paid := o.report(id, "/payments", map[string]any{"amount": sum("400.00"), "received_on": today(0)}).is(201).text("id")
	path := "/v1/cases/" + id + "/payments/"
	r := o.ask("GET", path+paid+"/receipt", asked{key: "creditor"}).is(200)
	require.Equal(t, paid, r.text("payment"))
	require.Contains(t, r.text("text"), "A qué se ha aplicado este pago")
	require.Contains(t, r.text("text"), "art. 1110 del Código Civil")
	require.Contains(t, r.text("html"), "400,00")
	o.ask("GET", path+"none/receipt", asked{key: "creditor"}).saysNo(404, "not_found", "")
	o.ask("GET", path+paid+"/receipt", asked{key: "other"}).saysNo(404, "not_found", "")
}

func TestACostIsClaimedWhereItIsProvedAndElseTheCreditorsOwn(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	document := o.report(id, "/documents", map[string]any{"type": "invoice", "name": "burofax.pdf", "media_type": "application/pdf", "content": "JVBERi0xLjcK"}).is(201).text("id")
	cost := map[string]any{"amount": sum("96.00"), "on": today(0), "what": "burofax", "document_id": document}
	r := o.report(id, "/costs", cost).is(201)
	require.Equal(t, []string{"56.00", "es_l3_8_costs"}, []string{r.text("costs.0.claimed.amount"), r.text("costs.0.rule")})
	cost["document_id"] = "none"
	o.report(id, "/costs", cost).saysNo(422, "document_unknown", "document_id")
	delete(cost, "document_id")
	require.Equal(t, "0.00", o.report(id, "/costs", cost).is(201).text("costs.1.claimed.amount"))
	st := o.statementOf(id)
	require.Equal(t, []string{"56.00", "136.00"}, []string{st.text("open.costs.amount"), st.text("own_costs.amount")})
}

func TestMoneyInAnotherCurrencyIsBookedAtAStatedRateAlone(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	came := map[string]any{"amount": map[string]any{"amount": "100.00", "currency": "USD"}, "rate": "0.91235", "on": today(-1), "source": "ECB"}
	body := map[string]any{"amount": sum("91.24"), "received_on": today(0), "converted": came}
	require.Equal(t, "0.91235", o.report(id, "/payments", body).is(201).text("payments.0.converted.rate"))
	body["amount"] = sum("91.25")
	o.report(id, "/payments", body).saysNo(422, "conversion_differs", "converted.rate")
	delete(came, "source")
	o.report(id, "/payments", body).saysNo(400, "missing", "converted.source")
}
