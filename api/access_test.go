package api

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

// furnished is an office with one of everything that belongs to the own
// creditor and the firm, by the parameter of the path that names it.
type furnished struct {
	*office
	ids map[string]string
}

func furnish(t *testing.T) furnished {
	t.Helper()
	o := open(t)
	o.withoutAgents()
	caseID := o.aCase(nil)
	o.performUntil(caseID, func(f record.File) bool { return len(f.Case.Marks) > 0 && f.Case.Marks[0].State == "sent" })
	payment := o.ask("POST", "/v1/cases/"+caseID+"/payments", asked{key: "creditor", body: map[string]any{
		"amount": map[string]any{"amount": "10.00", "currency": "EUR"}, "received_on": today(0)}}).is(201).text("id")
	document := o.ask("POST", "/v1/cases/"+caseID+"/documents", asked{key: "creditor", body: map[string]any{
		"type": "invoice", "name": "a.pdf", "media_type": "application/pdf", "content": "JVBERi0xLjcK"}}).is(201).text("id")
	imported := o.ask("POST", "/v1/imports", asked{key: "creditor", media: "text/csv", body: csvHeader + "\n" + csvRow("I-1")}).is(202).text("import_id")
	statement := o.ask("POST", "/v1/bank-statements", asked{key: "creditor", media: "text/plain", body: statementExample(t, o)}).is(201).text("id")
	line := o.ask("GET", "/v1/bank-lines?state=unmatched", asked{key: "creditor"}).is(200).text("items.0.id")
	handoff := o.handOff(caseID)
	f, err := o.store.File(context.Background(), caseID)
	require.NoError(t, err)
	messages := o.ask("GET", "/v1/messages?case_id="+caseID, asked{key: "creditor"}).is(200)
	tasks, err := o.store.Tasks(context.Background(), "", "", "", 1)
	require.NoError(t, err)
	task := "none"
	if len(tasks) > 0 {
		task = tasks[0].ID
	}
	key, err := o.store.Keys(context.Background(), o.own.ID)
	require.NoError(t, err)
	return furnished{o, map[string]string{
		"cases": caseID, "debtors": f.Debtor.ID, "creditors": o.own.ID, "imports": imported, "handoffs": handoff,
		"messages": messages.text("items.0.id"), "tasks": task, "payment": payment, "document": document, "offer": "offer-1", "plan": "plan-1", "act": "act-1",
		"dispute": "dispute-1", "hold": "hold-1", "point": f.Debtor.Points[0].ID, "key": key[0].ID, "firm": o.firm.ID,
		"ref": "es-business", "stop": "none", "series": "es_late_payment", "row": "none",
		"bank-statements": statement, "bank-lines": line,
	}}
}

// path fills a route's path with what belongs to the own creditor.
func (f furnished) path(r route) string {
	parts := strings.Split(r.path, "/")
	for i, p := range parts {
		name, ok := strings.CutPrefix(p, "{")
		if !ok {
			continue
		}
		name = strings.TrimSuffix(name, "}")
		if name == "id" {
			name = parts[2]
		}
		id, known := f.ids[name]
		require.True(f.t, known, "nothing for %s of %s", name, r.path)
		parts[i] = id
	}
	return strings.Join(parts, "/")
}

// body gives the contract's own example of a route's body.
func (f furnished) body(r route) (any, string) {
	op := f.server.contract.operation(r)
	if m := op.media["application/json"]; m != nil {
		if m.Example != nil {
			return m.Example, "application/json"
		}
		for _, name := range slices.Sorted(maps.Keys(m.Examples)) {
			return m.Examples[name].Value.Value, "application/json"
		}
		require.Fail(f.t, "no example", r.path)
	}
	for media, m := range op.media {
		if text, ok := m.Example.(string); ok {
			return text, media
		}
	}
	return nil, ""
}

func (f furnished) try(r route, key string) reply {
	f.t.Helper()
	body, media := f.body(r)
	return f.ask(r.method, f.path(r), asked{key: key, body: body, media: media})
}

func TestWithoutAKeyNothingIsTold(t *testing.T) {
	f := furnish(t)
	for _, r := range f.server.routes() {
		none := f.try(r, "").saysNo(401, "key_missing", "Authorization")
		require.Equal(t, "Bearer", none.Header().Get("WWW-Authenticate"))
		f.try(r, "revoked").saysNo(401, "key_unknown", "Authorization")
		f.try(r, "rcb_made-up").saysNo(401, "key_unknown", "Authorization")
		f.try(r, "sesame").saysNo(401, "key_unknown", "Authorization")
	}
}

func TestARoleThatMayNotAskIsRefused(t *testing.T) {
	f := furnish(t)
	_, secret, err := f.store.NewKey(context.Background(), record.Key{Role: debt.Agent})
	require.NoError(t, err)
	f.keys["agent"] = secret
	refused := 0
	for _, r := range f.server.routes() {
		for _, role := range everyone {
			if slices.Contains(r.roles, role) {
				continue
			}
			f.try(r, string(role)).saysNo(403, "role_forbidden", "")
			refused++
		}
	}
	require.Greater(t, refused, 100)
}

func TestWhatIsAnotherCreditorsIsNotThere(t *testing.T) {
	f := furnish(t)
	before, err := json.Marshal(f.whole())
	require.NoError(t, err)
	tried := 0
	for _, r := range f.server.routes() {
		if !strings.Contains(r.path, "/{id}") || !slices.Contains(r.roles, debt.Creditor) {
			continue
		}
		f.try(r, "other").saysNo(404, "not_found", "")
		tried++
	}
	require.Greater(t, tried, 30)
	for _, list := range []string{"/v1/cases", "/v1/debtors", "/v1/messages"} {
		require.Empty(t, f.ask("GET", list, asked{key: "other"}).is(200).at("items"), list)
		require.NotEmpty(t, f.ask("GET", list, asked{key: "creditor"}).is(200).at("items"), list)
		f.ask("GET", list+"?creditor_id="+f.own.ID, asked{key: "other"}).saysNo(403, "other_creditor", "creditor_id")
	}
	f.ask("GET", "/v1/messages?case_id="+f.ids["cases"], asked{key: "other"}).saysNo(404, "not_found", "")
	own := f.ask("GET", "/v1/creditors", asked{key: "other"}).is(200)
	require.Len(t, own.at("items"), 1)
	require.Equal(t, f.office.other.ID, own.text("items.0.id"))
	after, err := json.Marshal(f.whole())
	require.NoError(t, err)
	require.JSONEq(t, string(before), string(after), "a refused request changed the case")
}

// whole is the case as its own creditor sees it.
func (f furnished) whole() map[string]any {
	return f.ask("GET", "/v1/cases/"+f.ids["cases"], asked{key: "creditor"}).is(200).json()
}

func TestALawyerSeesTheOutlineOfWhatIsOfferedAndTheWholeOfWhatIsAccepted(t *testing.T) {
	f := furnish(t)
	one := "/v1/cases/" + f.ids["cases"]
	outline := f.ask("GET", one, asked{key: "lawyer"}).is(200)
	require.Equal(t, "Talleres Ejemplo SL", outline.at("debtor"))
	require.NotContains(t, outline.Body.String(), "talleres.example", "an address is no part of an outline")
	for _, r := range f.server.routes() {
		if strings.HasPrefix(r.path, "/v1/cases/{id}/") && slices.Contains(r.roles, debt.Lawyer) {
			f.try(r, "lawyer").saysNo(404, "not_found", "")
		}
		if strings.HasPrefix(r.path, "/v1/handoffs/{id}") || strings.HasPrefix(r.path, "/v1/cases/{id}") && slices.Contains(r.roles, debt.Lawyer) {
			f.try(r, "stranger").saysNo(404, "not_found", "")
		}
	}
	require.Empty(t, f.ask("GET", "/v1/handoffs", asked{key: "stranger"}).is(200).at("items"))
	require.Len(t, f.ask("GET", "/v1/handoffs", asked{key: "lawyer"}).is(200).at("items"), 1)
	handoff := "/v1/handoffs/" + f.ids["handoffs"]
	f.ask("GET", handoff+"/dossier", asked{key: "lawyer"}).saysNo(409, "handoff_not_accepted", "")
	f.ask("POST", handoff+"/recoveries", asked{key: "lawyer", body: map[string]any{"amount": map[string]any{"amount": "1.00", "currency": "EUR"}, "received_on": today(0)}}).
		saysNo(409, "handoff_not_accepted", "")
	f.ask("GET", "/v1/messages", asked{key: "lawyer"}).saysNo(400, "missing", "case_id")
	f.ask("GET", "/v1/messages?case_id="+f.ids["cases"], asked{key: "lawyer"}).saysNo(404, "not_found", "")
	f.ask("GET", "/v1/messages/"+f.ids["messages"], asked{key: "lawyer"}).saysNo(404, "not_found", "")

	require.Equal(t, "accepted", f.ask("POST", handoff+"/accept", asked{key: "lawyer"}).is(201).text("state"))
	whole := f.ask("GET", one, asked{key: "lawyer"}).is(200)
	require.Equal(t, "legal_handoff", whole.text("stage"))
	for _, path := range []string{"/timeline", "/statement", "/forecast", "/limitation", "/evidence", "/documents"} {
		f.ask("GET", one+path, asked{key: "lawyer"}).is(200)
	}
	f.ask("GET", "/v1/messages/"+f.ids["messages"], asked{key: "lawyer"}).is(200)
	f.ask("GET", one, asked{key: "stranger"}).saysNo(404, "not_found", "")

	dossier := f.ask("GET", handoff+"/dossier", asked{key: "lawyer"}).is(200)
	require.Equal(t, f.ids["cases"], dossier.text("case.case_id"))
	require.Contains(t, dossier.Body.String(), "pagos@talleres.example")
	require.Len(t, dossier.at("documents"), 1)
	require.NotEmpty(t, dossier.at("messages"))
	events, ok := dossier.at("events").([]any)
	require.True(t, ok)
	require.EqualValues(t, dossier.at("case_seq"), len(events))

	for path, body := range map[string]any{
		"/milestones": map[string]any{"name": "filed", "on": dayNow(f.office)},
		"/costs":      map[string]any{"amount": map[string]any{"amount": "96.00", "currency": "EUR"}, "on": dayNow(f.office), "what": "court fee"},
		"/recoveries": map[string]any{"amount": map[string]any{"amount": "300.00", "currency": "EUR"}, "received_on": dayNow(f.office)},
	} {
		f.ask("POST", handoff+path, asked{key: "lawyer", body: body}).is(201)
	}
	f.ask("POST", one+"/notes", asked{key: "lawyer", body: map[string]any{"text": "filed today"}}).is(201)
	require.Equal(t, "returned", f.ask("POST", handoff+"/return", asked{key: "lawyer", body: map[string]any{"note": "no assets"}}).is(201).text("state"))
	f.ask("GET", one, asked{key: "lawyer"}).saysNo(404, "not_found", "")
}

func dayNow(o *office) string {
	now, err := o.store.Now(context.Background())
	require.NoError(o.t, err)
	return now.Format("2006-01-02")
}

func TestADeclinedCaseIsGoneFromTheFirmsSight(t *testing.T) {
	f := furnish(t)
	handoff := "/v1/handoffs/" + f.ids["handoffs"]
	f.ask("POST", handoff+"/decline", asked{key: "lawyer", body: map[string]any{}}).saysNo(422, "reason_missing", "note")
	declined := f.ask("POST", handoff+"/decline", asked{key: "lawyer", body: map[string]any{"note": "conflict of interest"}}).is(201)
	require.Equal(t, "declined", declined.text("state"))
	require.NotContains(t, declined.json(), "case")
	f.ask("GET", "/v1/cases/"+f.ids["cases"], asked{key: "lawyer"}).saysNo(404, "not_found", "")
	f.ask("POST", handoff+"/accept", asked{key: "lawyer"}).saysNo(409, "handoff_declined", "")
}
