package api

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

// as reports on a case by another's key.
func (o *office) as(key, caseID, path string, body any) reply {
	o.t.Helper()
	return o.ask("POST", "/v1/cases/"+caseID+path, asked{key: key, body: body})
}

func TestAPlanIsProposedAndConfirmedByTheDebtor(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	p := o.as("agent", id, "/plans", map[string]any{"schedule": map[string]any{"count": 3, "first_on": today(10), "every": "month"},
		"proposed_by": "debtor", "affordability": "420 a month after rent, by her payslip", "waive_rest": true}).is(201)
	plan := p.text("id")
	require.Equal(t, "proposed", p.text("plans.0.state"))
	require.Equal(t, []any{}, p.at("holds"))
	require.Equal(t, today(10), p.text("plans.0.until"), "it is to be confirmed before its first instalment")
	require.Equal(t, "send", p.text("next_action.do"))
	require.Equal(t, "plan_proposal", p.text("next_action.letter"))
	require.NotContains(t, p.Body.String(), "payslip", "what the debtor can afford stays on the timeline")
	require.Equal(t, p.at("plans.0.total"), p.at("balance"))

	paper := o.ask("POST", "/v1/cases/"+id+"/documents", asked{key: "agent", body: map[string]any{
		"type": "contract", "name": "a.txt", "media_type": "text/plain", "content": "eA=="}}).is(201).text("id")
	r := o.as("agent", id, "/plans/"+plan+"/confirm", map[string]any{"how": "signature", "document_id": paper}).is(201)
	require.Equal(t, "running", r.text("plans.0.state"))
	require.Equal(t, "plan", r.text("holds.0.reason"))
	require.Equal(t, "plan_confirmation", r.text("next_action.letter"))
	require.Contains(t, o.kinds(id), "act_noted")
	acts := o.ask("GET", "/v1/cases/"+id+"/limitation", asked{key: "agent"}).is(200).Body.String()
	require.Contains(t, acts, `"acknowledgment"`)
	require.Contains(t, acts, paper)

	o.as("agent", id, "/plans/"+plan+"/confirm", map[string]any{"how": "reply"}).saysNo(409, "plan_confirmed", "")
	paid := o.report(id, "/payments", map[string]any{"amount": sum("10.00"), "received_on": today(0)}).is(201)
	require.Equal(t, "10.00", paid.text("plans.0.instalments.0.paid.amount"))
	require.Equal(t, "open", paid.text("plans.0.instalments.0.state"))
}

func TestAConfirmationIsRefusedForItsReason(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	plan := o.report(id, "/plans", map[string]any{"instalments": []any{
		map[string]any{"due": today(10), "amount": sum("650.00")}, map[string]any{"due": today(40), "amount": sum("600.00")}}}).is(201).text("id")
	for _, x := range []struct {
		name, plan  string
		body        map[string]any
		status      int
		rule, field string
	}{
		{"of no plan", "plan-99", map[string]any{"how": "phone"}, 409, "plan_unknown", ""},
		{"in no known way", plan, map[string]any{"how": "pigeon"}, 422, "enum", "how"},
		{"on a day to come", plan, map[string]any{"how": "reply", "on": today(3)}, 422, "date_in_future", "on"},
		{"by a document that is not there", plan, map[string]any{"how": "reply", "document_id": "none"}, 422, "document_unknown", "document_id"},
	} {
		t.Run(x.name, func(t *testing.T) {
			got := o.report(id, "/plans/"+x.plan+"/confirm", x.body)
			if x.rule == "enum" {
				require.GreaterOrEqual(t, got.Code, 400)
				require.Contains(t, got.Body.String(), `"how"`)
				return
			}
			got.saysNo(x.status, x.rule, x.field)
		})
	}
	require.NotContains(t, o.kinds(id), "plan_confirmed")
}

func TestAnAgentsOfferAboveTheirAuthorityWaitsForASupervisor(t *testing.T) {
	o := open(t)
	for _, x := range []struct {
		verb, state string
		until       int
	}{{"approve", "open", 20}, {"refuse", "refused", 20}} {
		t.Run(x.verb, func(t *testing.T) {
			id := o.aCase(map[string]any{"reference": "F-" + x.verb})
			made := o.as("agent", id, "/offers", map[string]any{"amount": sum("1180.00"), "until": today(x.until)}).is(201)
			offer := made.text("id")
			require.Equal(t, "awaiting_approval", made.text("offers.0.state"))
			require.Equal(t, today(3), made.text("offers.0.approve_by"))
			require.Equal(t, "open_task", made.text("next_action.do"))
			o.as("agent", id, "/offers/"+offer+"/accept", nil).saysNo(409, "offer_awaiting_approval", "")
			o.as("agent", id, "/offers/"+offer+"/"+x.verb, map[string]any{}).saysNo(403, "role_forbidden", "")
			o.as("agent", id, "/offers", map[string]any{"amount": sum("1200.00"), "until": today(9)}).saysNo(409, "offer_stands", "")
			o.perform(id) // the task
			require.Equal(t, "approve_offer", o.ask("GET", "/v1/tasks?state=open", asked{key: "supervisor"}).is(200).text("items.0.kind"))
			r := o.as("supervisor", id, "/offers/"+offer+"/"+x.verb, map[string]any{"note": "seen"}).is(201)
			require.Equal(t, x.state, r.text("offers.0.state"))
			require.Equal(t, []any{}, o.ask("GET", "/v1/tasks?state=open", asked{key: "supervisor"}).is(200).at("items"))
			o.as("supervisor", id, "/offers/"+offer+"/"+x.verb, map[string]any{}).saysNo(409, "offer_"+x.state, "")
		})
	}
}

func TestASupervisorMayGoFurtherThanAnAgentAndTheCreditorsLimitsBindBoth(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	far := func(days int) map[string]any { return map[string]any{"amount": sum("1250.00"), "pay_by": today(days)} }
	o.as("agent", id, "/promises", far(31)).saysNo(422, "promise_too_late", "pay_by")
	o.as("supervisor", id, "/promises", far(45)).is(201)
	o.as("supervisor", id, "/promises", far(46)).saysNo(422, "promise_too_late", "pay_by")
	own := o.own
	own.Limits.PromiseMaxDays = 20
	_, err := o.store.SaveCreditor(t.Context(), own)
	require.NoError(t, err)
	o.as("supervisor", id, "/promises", far(21)).saysNo(422, "promise_too_late", "pay_by")
	o.as("agent", id, "/promises", far(20)).is(201)
}

func TestAPromiseThatIsPaidInPartIsKeptInPart(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	o.report(id, "/promises", map[string]any{"amount": sum("1250.00"), "pay_by": today(4)}).is(201)
	o.report(id, "/payments", map[string]any{"amount": sum("400.00"), "received_on": today(0)}).is(201)
	o.performUntil(id, func(f record.File) bool { return f.Case.Promises[0].State != debt.PromiseRunning })
	r := o.ask("GET", "/v1/cases/"+id, asked{key: "creditor"}).is(200)
	require.Equal(t, "partly_kept", r.text("promises.0.state"))
	require.Equal(t, []any{}, r.at("holds"))
}
