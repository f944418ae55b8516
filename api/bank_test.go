package api

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/ident"
)

// statementExample is the contract's own bank statement.
func statementExample(t *testing.T, o *office) string {
	t.Helper()
	text, ok := o.server.contract.doc.Paths.Value("/v1/bank-statements").Post.RequestBody.Value.Content["text/plain"].Example.(string)
	require.True(t, ok)
	return text
}

func TestAStatementBooksWhatIsSure(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	rf, err := ident.PaymentReference(id)
	require.NoError(t, err)
	file := strings.Replace(statementExample(t, o), "TRANSFERENCIA DE LUCIA EJEMPLO", ident.Grouped(rf), 1)
	got := o.ask("POST", "/v1/bank-statements?name=septiembre.n43", asked{key: "creditor", media: "text/plain", body: file}).is(201)
	require.EqualValues(t, 1, got.at("booked"), got.Body.String())
	require.Equal(t, "norma43", got.text("format"))
	require.Contains(t, o.ask("GET", "/v1/cases/"+id+"/timeline", asked{key: "creditor"}).is(200).Body.String(), `"bank_transfer"`)
	require.Equal(t, id, <-o.bell.woken)

	again := o.ask("POST", "/v1/bank-statements", asked{key: "creditor", media: "application/octet-stream", body: file}).is(201)
	require.Equal(t, got.text("id"), again.text("id"), "the same file is the same statement")
	body, media := upload(t, "extracto.n43", "text/plain", []byte(file+"\r\n"), nil)
	other := o.ask("POST", "/v1/bank-statements", asked{key: "creditor", media: media, body: body}).is(201)
	require.EqualValues(t, 1, other.at("known"))
	require.EqualValues(t, 0, other.at("booked"), "the other file had brought it")
	require.Equal(t, other.Body.String(), o.ask("GET", "/v1/bank-statements/"+other.text("id"), asked{key: "creditor"}).is(200).Body.String())

	lines := o.ask("GET", "/v1/bank-lines?state=booked", asked{key: "creditor"}).is(200)
	require.Len(t, lines.at("items"), 1)
	require.Equal(t, "42.00", lines.text("items.0.amount.amount"))
	require.Equal(t, rf, lines.text("items.0.reference"))
	require.Equal(t, id, lines.text("items.0.parts.0.case_id"))
	require.Equal(t, "reference", lines.text("items.0.candidates.0.reasons.0.code"))
	require.NotEmpty(t, lines.text("items.0.parts.0.payment_id"))
	require.Len(t, o.ask("GET", "/v1/bank-lines", asked{key: "other"}).is(200).at("items"), 0)
}

func TestAStatementThatIsMalformedIsRefusedWithItsLine(t *testing.T) {
	o := open(t)
	file := strings.Replace(statementExample(t, o), "00000000104200", "00000000104201", 1)
	r := o.ask("POST", "/v1/bank-statements", asked{key: "creditor", media: "text/plain", body: file})
	r.saysNo(422, "statement_malformed", "file")
	require.EqualValues(t, 4, r.at("errors").([]any)[0].(map[string]any)["line"])
	require.Contains(t, r.text("detail"), "closing balance (columns 60-73)")
	o.ask("POST", "/v1/bank-statements", asked{key: "creditor", media: "application/xml", body: "<Document>"}).saysNo(422, "statement_malformed", "file")
	o.ask("POST", "/v1/bank-statements", asked{key: "operator", media: "text/plain", body: statementExample(t, o)}).saysNo(422, "missing", "creditor_id")
	o.ask("POST", "/v1/bank-statements?creditor_id="+o.own.ID, asked{key: "operator", media: "text/plain", body: statementExample(t, o)}).is(201)
	o.ask("POST", "/v1/bank-statements", asked{key: "other", media: "text/plain", body: statementExample(t, o)}).saysNo(409, "account_of_another", "file")
	require.Len(t, o.ask("GET", "/v1/bank-lines", asked{key: "operator"}).is(200).at("items"), 1, "what was refused left nothing")
}

func TestSamplesOfSeveralBanksAreTaken(t *testing.T) {
	o := open(t)
	for name, total := range map[string]int{"es_camt053_v08.xml": 10, "fr_camt053_v02_prefix.xml": 6, "pt_camt053_v02_plain.xml": 4,
		"es_norma43_latin1.n43": 9, "es_norma43_cp850_short.n43": 3} {
		content, err := os.ReadFile(filepath.Join("..", "bank", "testdata", name))
		require.NoError(t, err)
		got := o.ask("POST", "/v1/bank-statements?name="+name, asked{key: "creditor", media: "application/octet-stream", body: content}).is(201)
		require.EqualValues(t, total, got.at("total"), name)
		require.EqualValues(t, 0, got.at("pending"), name)
		require.EqualValues(t, 0, got.at("booked"), "none of these debts is here: %s", name)
	}
}

func TestAPersonMatchesALine(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	o.ask("POST", "/v1/bank-statements", asked{key: "creditor", media: "text/plain", body: statementExample(t, o)}).is(201)
	line := "/v1/bank-lines/" + o.ask("GET", "/v1/bank-lines?state=unmatched", asked{key: "agent"}).is(200).text("items.0.id")
	share := func(caseID, amount string) map[string]any {
		return map[string]any{"parts": []any{map[string]any{"case_id": caseID, "amount": map[string]any{"amount": amount, "currency": "EUR"}}}}
	}
	o.ask("POST", line+"/match", asked{key: "agent", body: share(id, "41.00")}).saysNo(422, "sum_differs", "parts")
	o.ask("POST", line+"/match", asked{key: "agent", body: share("nobody", "42.00")}).saysNo(422, "case_unknown", "parts.case_id")
	o.ask("POST", line+"/match", asked{key: "agent", body: map[string]any{}}).saysNo(422, "missing", "parts")
	o.ask("POST", line+"/match", asked{key: "other", body: share(id, "42.00")}).saysNo(404, "not_found", "")
	got := o.ask("POST", line+"/match", asked{key: "agent", body: share(id, "42.00")}).is(200)
	require.Equal(t, "booked", got.text("state"))
	require.Equal(t, o.ids["agent"], got.text("decided_by"))
	o.ask("POST", line+"/match", asked{key: "agent", body: share(id, "42.00")}).is(200)
	o.ask("POST", line+"/match", asked{key: "agent", body: map[string]any{"set_aside": true}}).saysNo(409, "line_booked", "")
	require.Equal(t, got.Body.String(), o.ask("GET", line, asked{key: "creditor"}).is(200).Body.String())
	require.Equal(t, 1, strings.Count(o.ask("GET", "/v1/cases/"+id+"/timeline", asked{key: "creditor"}).is(200).Body.String(), `"payment_received"`))
}

func TestALineIsTakenBackAndAFileGivenBack(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	rf, err := ident.PaymentReference(id)
	require.NoError(t, err)
	file := strings.Replace(statementExample(t, o), "TRANSFERENCIA DE LUCIA EJEMPLO", ident.Grouped(rf), 1)
	f := o.ask("POST", "/v1/bank-statements?name=septiembre.n43", asked{key: "creditor", media: "text/plain", body: file}).is(201).text("id")
	got := o.ask("GET", "/v1/bank-statements/"+f+"/file", asked{key: "supervisor"}).is(200)
	require.Equal(t, file, got.Body.String())
	require.Contains(t, got.Header().Get("Content-Disposition"), "septiembre.n43")
	o.ask("GET", "/v1/bank-statements/nobody/file", asked{key: "supervisor"}).is(404)

	payment := map[string]any{"amount": map[string]any{"amount": "42.00", "currency": "EUR"}, "received_on": "2026-09-25"}
	o.ask("POST", "/v1/cases/"+id+"/payments", asked{key: "creditor", body: payment}).saysNo(409, "known_from_bank", "another")
	line := "/v1/bank-lines/" + o.ask("GET", "/v1/bank-lines?state=booked", asked{key: "agent"}).is(200).text("items.0.id")
	o.ask("POST", line+"/undo", asked{key: "other", body: map[string]any{"reason": "x"}}).saysNo(404, "not_found", "")
	o.ask("POST", line+"/undo", asked{key: "agent", body: map[string]any{"reason": ""}}).is(400)
	back := o.ask("POST", line+"/undo", asked{key: "agent", body: map[string]any{"reason": "paid by another"}}).is(200)
	require.Equal(t, "doubtful", back.text("state"))
	require.Equal(t, "undone", back.text("why"))
	require.NotEmpty(t, back.text("task_id"))
	o.ask("POST", "/v1/tasks/"+back.text("task_id")+"/finish", asked{key: "agent", body: map[string]any{"result": "done"}}).saysNo(409, "task_of_bank_line", "")
	o.ask("POST", line+"/match", asked{key: "agent", body: map[string]any{"set_aside": true}}).is(200)
	o.ask("POST", line+"/undo", asked{key: "agent", body: map[string]any{"reason": "x"}}).saysNo(409, "line_set_aside", "")
	o.ask("POST", "/v1/cases/"+id+"/payments", asked{key: "creditor", body: payment}).is(201)
}

func TestAStatementOfASharedAccountIsForTheOperatorsOwnPeople(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	rf, err := ident.PaymentReference(id)
	require.NoError(t, err)
	file := strings.Replace(statementExample(t, o), "TRANSFERENCIA DE LUCIA EJEMPLO", ident.Grouped(rf), 1)
	o.ask("POST", "/v1/bank-statements?shared=true", asked{key: "creditor", media: "text/plain", body: file}).saysNo(403, "role_forbidden", "shared")
	o.ask("POST", "/v1/bank-statements?shared=true&creditor_id="+o.own.ID, asked{key: "operator", media: "text/plain", body: file}).saysNo(422, "shared_has_no_creditor", "creditor_id")
	f := o.ask("POST", "/v1/bank-statements?shared=true", asked{key: "operator", media: "text/plain", body: file}).is(201)
	require.EqualValues(t, 1, f.at("booked"), f.Body.String())
	o.ask("GET", "/v1/bank-statements/"+f.text("id"), asked{key: "creditor"}).is(404)
	line := o.ask("GET", "/v1/bank-lines", asked{key: "agent"}).is(200).text("items.0.id")
	o.ask("GET", "/v1/bank-lines/"+line, asked{key: "creditor"}).is(404)
	require.Len(t, o.ask("GET", "/v1/bank-lines", asked{key: "creditor"}).is(200).at("items"), 0)
	require.Contains(t, o.ask("GET", "/v1/cases/"+id+"/timeline", asked{key: "creditor"}).is(200).Body.String(), `"bank_transfer"`)
}
