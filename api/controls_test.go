package api

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

func TestADisputeIsAnsweredByWhoMust(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	opened := o.report(id, "/disputes", map[string]any{"reason": "already_paid", "amount": sum("250.00")}).is(201)
	require.Equal(t, "1041.12", opened.text("undisputed.amount")) // four fifths of the balance, interest and all
	doc := o.report(id, "/documents", map[string]any{"type": "other", "name": "transfer.pdf", "media_type": "application/pdf", "content": "JVBERi0xLjcK"}).is(201).text("id")
	path := "/disputes/" + opened.text("id")
	o.report(id, path+"/documents", map[string]any{"document_id": "none"}).saysNo(422, "document_unknown", "document_id")
	o.report(id, path+"/documents", map[string]any{"document_id": doc}).is(201)
	agent := func(body map[string]any) reply {
		return o.ask("POST", "/v1/cases/"+id+path+"/resolve", asked{key: "agent", body: body})
	}
	agent(map[string]any{"upheld": true, "agreed": sum("900.00")}).saysNo(422, "agreed_alone", "agreed")
	done := agent(map[string]any{"agreed": sum("900.00"), "note": "the rest was for another invoice"}).is(201)
	x := done.at("disputes").([]any)[0].(map[string]any)
	require.Equal(t, "compromise", x["state"])
	require.Equal(t, "agent", x["answer_from"])
	require.NotContains(t, done.Body.String(), "undisputed")

	second := o.report(id, "/disputes", map[string]any{"reason": "defective"}).is(201)
	path = "/disputes/" + second.text("id")
	agent(map[string]any{"upheld": false}).saysNo(403, "answer_from_another", "")
	o.report(id, path+"/resolve", map[string]any{"upheld": false}).is(201)
}

func TestControlsShowWhatIsOffToThoseWhoseItIs(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	read := func(key, query string) []any {
		return o.ask("GET", "/v1/reports/controls"+query, asked{key: key}).is(200).at("items").([]any)
	}
	require.Empty(t, read("operator", ""))
	o.ask("GET", "/v1/reports/controls?rule=untidy", asked{key: "agent"}).saysNo(400, "not_one_of", "rule")
	require.NoError(t, o.store.Freeze(context.Background(), monday.AddDate(0, 2, 0)))
	for _, key := range []string{"operator", "agent", "creditor"} {
		found := read(key, "")
		require.Len(t, found, 1, key)
		x := found[0].(map[string]any)
		require.Equal(t, id, x["case_id"])
		require.Equal(t, "action_overdue", x["rule"])
		require.NotEmpty(t, x["words"])
		require.NotEmpty(t, x["do"])
	}
	require.Empty(t, read("other", ""))
	require.Empty(t, read("operator", "?rule=hold_over"))
	require.Len(t, read("operator", "?rule=action_overdue&creditor_id="+o.own.ID), 1)
}

// bureau knows what a debtor has.
type bureau struct{ asked []string }

func (b *bureau) Check(_ context.Context, d record.Debtor) (debt.Solvency, error) {
	b.asked = append(b.asked, d.ID)
	return debt.Solvency{Source: "bureau", Result: "insolvent", Reference: "R-1"}, nil
}

func TestAStudyAsksABureauOrTakesWhatAPersonFoundOut(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	study := func(key string, body map[string]any) reply {
		return o.ask("POST", "/v1/cases/"+id+"/studies", asked{key: key, body: body})
	}
	first := study("agent", map[string]any{"finding": "collectable"}).is(201)
	require.Equal(t, "unknown", first.at("studies").([]any)[0].(map[string]any)["solvency"].(map[string]any)["result"])
	b := &bureau{}
	o.serve(Options{Solvency: b})
	study("agent", map[string]any{"finding": "uncollectable", "close": true}).saysNo(403, "role_forbidden", "close")
	study("creditor", map[string]any{"finding": "collectable", "solvency": map[string]any{"result": "solvent"}}).is(201)
	require.Empty(t, b.asked)
	last := study("creditor", map[string]any{"finding": "uncollectable", "close": true}).is(201)
	require.Len(t, b.asked, 1)
	made := last.at("studies").([]any)[2].(map[string]any)
	require.Equal(t, "bureau", made["solvency"].(map[string]any)["source"])
	require.Contains(t, made["reasons"], "insolvent")
	require.Equal(t, "uncollectable", o.ask("GET", "/v1/cases/"+id, asked{key: "creditor"}).is(200).text("outcome"))
	seen := o.ask("GET", "/v1/cases/"+id+"/studies", asked{key: "creditor"}).is(200)
	require.NotEqual(t, "0.00", seen.text("write_off.amount"))
	require.Equal(t, "Ley 37/1992 art. 80.Cuatro", seen.text("vat.article"))
	study("operator", map[string]any{"finding": "collectable"}).is(201) // it is looked at again
}
