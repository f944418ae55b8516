package api

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func sum(amount string) map[string]any { return map[string]any{"amount": amount, "currency": "EUR"} }

// report puts a fact on a case, as the creditor.
func (o *office) report(caseID, path string, body any) reply {
	o.t.Helper()
	return o.ask("POST", "/v1/cases/"+caseID+path, asked{key: "creditor", body: body})
}

func (o *office) kinds(caseID string) []string {
	o.t.Helper()
	all, err := o.store.Timeline(context.Background(), caseID, 0, 1000)
	require.NoError(o.t, err)
	out := make([]string, len(all))
	for i, e := range all {
		out[i] = e.Kind
	}
	return out
}

func TestAPaymentLowersTheBalanceAndABounceBringsItBack(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	before := o.ask("GET", "/v1/cases/"+id, asked{key: "creditor"}).text("balance.amount")
	paid := o.report(id, "/payments", map[string]any{"amount": sum("400.00"), "received_on": today(0), "reference": "TRF 1", "method": "transfer"}).is(201)
	require.NotEqual(t, before, paid.text("balance.amount"))
	payment := paid.text("id")
	require.Equal(t, payment, paid.text("payments.0.id"))
	back := o.report(id, "/payments/"+payment+"/bounce", map[string]any{"reason": "no funds"}).is(201)
	require.Equal(t, before, back.text("balance.amount"))
	require.Equal(t, today(0), back.text("payments.0.bounced"))
}

func TestPaidInFullClosesTheCaseAndTheBounceReopensIt(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	paid := o.report(id, "/payments", map[string]any{"amount": sum("5000.00"), "received_on": today(0)}).is(201)
	require.Equal(t, "close_case", paid.text("next_action.do"))
	o.perform(id)
	closed := o.ask("GET", "/v1/cases/"+id, asked{key: "creditor"})
	require.Equal(t, "closed", closed.text("stage"))
	require.Equal(t, "paid", closed.text("outcome"))
	require.Equal(t, "nothing", closed.text("next_action.do"))
	require.NotNil(t, closed.at("closed_at"))
	open := o.report(id, "/payments/"+paid.text("id")+"/bounce", map[string]any{}).is(201)
	require.NotEqual(t, "closed", open.text("stage"))
	require.Nil(t, open.at("closed_at"))
}

func TestAPromiseHoldsTheCaseUntilItsDay(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	r := o.report(id, "/promises", map[string]any{"amount": sum("1250.00"), "pay_by": today(10), "channel": "phone", "note": "after pay day"}).is(201)
	require.Equal(t, "running", r.text("promises.0.state"))
	require.Equal(t, "promise", r.text("holds.0.reason"))
	require.Equal(t, r.text("id"), r.text("holds.0.of"))
	require.Equal(t, o.ask("GET", "/v1/cases/"+id+"/forecast", asked{key: "creditor"}).at("steps.0.on"), r.at("next_action.on"))
}

func TestAPlanIsAgreed(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	r := o.report(id, "/plans", map[string]any{"instalments": []any{
		map[string]any{"due": today(10), "amount": sum("650.00")}, map[string]any{"due": today(40), "amount": sum("600.00")}}}).is(201)
	require.Equal(t, r.text("id"), r.text("plans.0.id"))
	require.Equal(t, "plan", r.text("holds.0.reason"))
}

func TestAnOfferIsAccepted(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	made := o.report(id, "/offers", map[string]any{"amount": sum("1250.00"), "until": today(20)}).is(201)
	require.Equal(t, "open", made.text("offers.0.state"))
	require.Equal(t, "accepted", o.report(id, "/offers/"+made.text("id")+"/accept", nil).is(201).text("offers.0.state"))
}

func TestADisputeIsAnsweredInOneOfThreeWays(t *testing.T) {
	for _, x := range []struct {
		answer       map[string]any
		state, stage string
	}{
		{map[string]any{"upheld": false, "note": "the note is signed"}, "rejected", "reminders"},
		{map[string]any{"upheld": true, "reduction": sum("250.00")}, "partly", "reminders"},
		{map[string]any{"upheld": true}, "upheld", "closed"},
		{map[string]any{"upheld": true, "reduction": sum("1250.00")}, "upheld", "closed"},
	} {
		t.Run(x.state, func(t *testing.T) {
			o := open(t)
			id := o.aCase(nil)
			open := o.report(id, "/disputes", map[string]any{"reason": "goods_not_received", "note": "no pallet"}).is(201)
			require.Equal(t, "dispute", open.text("holds.0.reason"))
			done := o.report(id, "/disputes/"+open.text("id")+"/resolve", x.answer).is(201)
			require.Equal(t, x.state, done.text("disputes.0.state"))
			require.Equal(t, x.stage, done.text("stage"))
			require.Empty(t, done.at("holds"))
		})
	}
}

func TestWhatProvesAnActIsADocumentOfTheCase(t *testing.T) {
	o := open(t)
	id, sibling := o.aCase(nil), o.aCase(map[string]any{"reference": "F-2"})
	document := func(caseID string) string {
		return o.report(caseID, "/documents", map[string]any{"type": "other", "name": "a.txt", "media_type": "text/plain", "content": "eA=="}).is(201).text("id")
	}
	own, foreign := document(id), document(sibling)
	for path, body := range map[string]map[string]any{
		"/acknowledgements": {"on": today(-1)}, "/acts": {"type": "letter", "on": today(-1)},
	} {
		for _, unknown := range []string{"none", foreign} {
			body["document_id"] = unknown
			o.report(id, path, body).saysNo(422, "document_unknown", "document_id")
		}
		body["document_id"] = own
		o.report(id, path, body).is(201)
	}
	o.report(id, "/acts", map[string]any{"type": "court_claim", "on": today(-5), "end": today(-6)}).saysNo(422, "date_range", "end")
	o.report(id, "/acts", map[string]any{"type": "court_claim", "on": today(-5), "end": today(-5)}).is(201)
}

func TestAHoldStandsUntilItIsLifted(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	held := o.report(id, "/holds", map[string]any{"reason": "paused", "until": today(30), "note": "asked by sales"}).is(201)
	require.Equal(t, held.text("id"), held.text("holds.0.id"))
	require.Len(t, o.ask("GET", "/v1/cases?hold=paused", asked{key: "creditor"}).at("items"), 1)
	require.Empty(t, o.report(id, "/holds/"+held.text("id")+"/lift", map[string]any{"note": "go on"}).is(201).at("holds"))
}

func TestWhatPeopleReportAndDecideIsOnTheTimeline(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	for _, x := range []struct {
		key, path string
		body      map[string]any
		kind      string
	}{
		{"agent", "/calls", map[string]any{"outcome": "no_answer"}, "call_logged"},
		{"agent", "/notes", map[string]any{"text": "prefers mornings"}, "noted"},
		{"creditor", "/acknowledgements", map[string]any{"on": today(0), "note": "by e-mail"}, "act_noted"},
		{"creditor", "/acts", map[string]any{"type": "burofax_received", "on": today(0)}, "act_noted"},
		{"agent", "/control", map[string]any{"note": "in order"}, "controlled"},
		{"supervisor", "/strategy", map[string]any{"strategy": "es-business"}, "strategy_moved"},
		{"creditor", "/close", map[string]any{"outcome": "withdrawn", "reason": "by mistake"}, "case_closed"},
		{"creditor", "/reopen", map[string]any{"reason": "it was no mistake"}, "case_reopened"},
		{"creditor", "/escalate", map[string]any{"reason": "moving abroad"}, "escalation_asked"},
	} {
		o.ask("POST", "/v1/cases/"+id+x.path, asked{key: x.key, body: x.body}).is(201)
		require.Contains(t, o.kinds(id), x.kind)
		last := o.ask("GET", "/v1/cases/"+id+"/timeline?limit=200", asked{key: "creditor"}).is(200)
		events := last.at("events").([]any)
		by := events[len(events)-1].(map[string]any)["by"].(map[string]any)
		require.Equal(t, x.key, by["role"])
		require.Equal(t, o.ids[x.key], by["id"])
	}
}

func TestTheTimelineIsReadInPages(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	for i := range 7 {
		o.report(id, "/notes", map[string]any{"text": fmt.Sprint("note ", i)}).is(201)
	}
	var seqs []any
	path := "/v1/cases/" + id + "/timeline?limit=3"
	for next := ""; ; {
		r := o.ask("GET", path+next, asked{key: "creditor"}).is(200)
		for _, e := range r.at("events").([]any) {
			seqs = append(seqs, e.(map[string]any)["seq"])
		}
		c, more := r.json()["next_cursor"].(string)
		if !more {
			break
		}
		next = "&cursor=" + c
	}
	require.Len(t, seqs, len(o.kinds(id)))
	for i, s := range seqs {
		require.EqualValues(t, i+1, s)
	}
}

func TestCasesAreListedInPagesAndFound(t *testing.T) {
	o := open(t)
	for i := range 5 {
		o.aCase(map[string]any{"reference": fmt.Sprintf("F-%d", i)})
	}
	seen := map[any]bool{}
	for next := ""; ; {
		r := o.ask("GET", "/v1/cases?limit=2"+next, asked{key: "agent"}).is(200)
		for _, x := range r.at("items").([]any) {
			seen[x.(map[string]any)["case_id"]] = true
		}
		c, more := r.json()["next_cursor"].(string)
		if !more {
			break
		}
		next = "&cursor=" + c
	}
	require.Len(t, seen, 5)
	for query, n := range map[string]int{"query=f-3": 1, "query=talleres": 5, "stage=friendly_contact&open=true": 5, "stage=closed": 0, "country=FR": 0, "open=false": 0, "query=%25": 0} {
		require.Len(t, o.ask("GET", "/v1/cases?"+query, asked{key: "agent"}).is(200).at("items"), n, query)
	}
}

func TestTheStatementAddsUpOnAnyDay(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	o.report(id, "/payments", map[string]any{"amount": sum("400.00"), "received_on": "2026-10-20"}).is(201)
	for _, day := range []string{"2026-09-01", "2026-10-01", "2026-10-02", "2026-10-20", "2026-11-02", "2027-12-31"} {
		r := o.ask("GET", "/v1/cases/"+id+"/statement?as_of="+day, asked{key: "creditor"}).is(200)
		require.Equal(t, day, r.text("as_of"))
		open := 0.0
		for _, part := range []string{"principal", "interest", "compensation", "costs"} {
			var v float64
			require.NoError(t, json.Unmarshal([]byte(r.text("open."+part+".amount")), &v))
			open += v
		}
		require.Equal(t, r.text("balance.amount"), fmt.Sprintf("%.2f", open), day)
	}
}

func TestTheRecordIsVerifiedAndAChangeBehindItsBackIsTold(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	whole := o.ask("GET", "/v1/cases/"+id+"/evidence", asked{key: "creditor"}).is(200)
	require.Equal(t, true, whole.at("intact"))
	require.EqualValues(t, len(o.kinds(id)), whole.at("events"))
	last, err := o.store.Timeline(context.Background(), id, int64(len(o.kinds(id)))-1, 1)
	require.NoError(t, err)
	require.Equal(t, last[0].Hash, whole.text("head"))

	db, err := pgx.Connect(context.Background(), o.url)
	require.NoError(t, err)
	defer db.Close(context.Background())
	_, err = db.Exec(context.Background(), `update cases set state = jsonb_set(state, '{principal,amount}', '"1.00"')`)
	require.NoError(t, err)
	broken := o.ask("GET", "/v1/cases/"+id+"/evidence", asked{key: "creditor"}).is(200)
	require.Equal(t, false, broken.at("intact"))
	require.NotEmpty(t, broken.text("problem"))
	require.NotContains(t, broken.Body.String(), "Talleres")
}

func TestForecastAndCaseAgree(t *testing.T) {
	o := open(t)
	o.withoutAgents()
	id := o.aCase(nil)
	r := o.ask("GET", "/v1/cases/"+id+"/forecast?until=2027-06-30", asked{key: "creditor"}).is(200)
	steps := r.at("steps").([]any)
	require.Greater(t, len(steps), 3)
	for _, s := range steps[:3] {
		next := o.ask("GET", "/v1/cases/"+id, asked{key: "creditor"}).at("next_action")
		require.Equal(t, s, next)
		o.perform(id)
	}
}
