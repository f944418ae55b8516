package api

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/strategy"
)

// upload makes a form with one file.
func upload(t *testing.T, name, media string, content []byte, fields map[string]string) (body []byte, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range fields {
		require.NoError(t, w.WriteField(k, v))
	}
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="file"; filename=%q`, name))
	h.Set("Content-Type", media)
	p, err := w.CreatePart(h)
	require.NoError(t, err)
	_, err = p.Write(content)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes(), w.FormDataContentType()
}

func TestADocumentComesBackAsItWasSent(t *testing.T) {
	o := open(t)
	one := "/v1/cases/" + o.aCase(nil) + "/documents"
	content := append([]byte("%PDF-1.7\x00\xff"), bytes.Repeat([]byte{7}, 3<<20)...)
	asJSON := o.ask("POST", one, asked{key: "creditor", body: map[string]any{
		"type": "invoice", "name": "F-1.pdf", "media_type": "application/pdf", "content": base64.StdEncoding.EncodeToString(content)}}).is(201)
	body, media := upload(t, "albarán.pdf", "application/pdf", content, map[string]string{"type": "delivery_note"})
	asForm := o.ask("POST", one, asked{key: "creditor", body: body, media: media}).is(201)
	require.Equal(t, asJSON.text("sha256"), asForm.text("sha256"))
	require.Len(t, o.ask("GET", one, asked{key: "agent"}).is(200).at("items"), 2)
	for _, id := range []string{asJSON.text("id"), asForm.text("id")} {
		r := o.ask("GET", one+"/"+id, asked{key: "creditor"}).is(200)
		require.Equal(t, content, r.Body.Bytes())
		require.Equal(t, "application/octet-stream", r.Header().Get("Content-Type"), "a browser saves it and runs nothing")
		require.Contains(t, r.Header().Get("Content-Disposition"), "attachment")
	}
	sibling := o.aCase(map[string]any{"reference": "F-2"})
	o.ask("GET", "/v1/cases/"+sibling+"/documents/"+asJSON.text("id"), asked{key: "creditor"}).saysNo(404, "not_found", "")
}

func TestADocumentHasAtMost20MB(t *testing.T) {
	o := open(t)
	one := "/v1/cases/" + o.aCase(nil) + "/documents"
	for size, status := range map[int]int{20 << 20: 201, 20<<20 + 1: 413, 30 << 20: 413} {
		body, media := upload(t, "a.bin", "application/octet-stream", make([]byte, size), map[string]string{"type": "other"})
		o.ask("POST", one, asked{key: "creditor", body: body, media: media}).is(status)
	}
	body, media := upload(t, "a.bin", "application/octet-stream", []byte("x"), map[string]string{"type": "song"})
	o.ask("POST", one, asked{key: "creditor", body: body, media: media}).saysNo(400, "not_one_of", "type")
	body, media = upload(t, "a.bin", "application/octet-stream", nil, map[string]string{"type": "other"})
	o.ask("POST", one, asked{key: "creditor", body: body, media: media}).saysNo(400, "missing", "file")
	o.ask("POST", one, asked{key: "creditor", body: "nonsense", media: "multipart/form-data; boundary=x"}).is(400)
}

// work opens what imports left to be opened.
func (o *office) work() {
	o.t.Helper()
	for {
		n, _, err := o.store.WorkImport(context.Background(), 100)
		require.NoError(o.t, err)
		if n == 0 {
			return
		}
	}
}

func TestAFileOfDebtsIsTakenAndEachRejectedRowHasItsReason(t *testing.T) {
	o := open(t)
	file := strings.Join([]string{csvHeader, csvRow("F-1"), csvRow("F-2"), strings.Replace(csvRow("F-3"), "01/10/2026", "01/08/2026", 1), csvRow("F-4")}, "\r\n")
	started := o.ask("POST", "/v1/imports?name=octubre.csv", asked{key: "creditor", body: "\ufeff" + file, media: "text/csv; charset=utf-8"}).is(202)
	require.Equal(t, "running", started.text("state"))
	o.work()
	one := "/v1/imports/" + started.text("import_id")
	done := o.ask("GET", one, asked{key: "creditor"}).is(200)
	require.Equal(t, "done", done.text("state"))
	for name, n := range map[string]int{"total": 4, "accepted": 3, "rejected": 1, "known": 0} {
		require.EqualValues(t, n, done.at(name), name)
	}
	require.EqualValues(t, 4, done.at("errors.0.row"))
	require.Equal(t, "due_before_issued", done.text("errors.0.rule"))
	require.Equal(t, "due_on", done.text("errors.0.field"))
	require.Equal(t, 3, o.cases())

	body, media := upload(t, "otra.csv", "text/csv", []byte(file), nil)
	same := o.ask("POST", "/v1/imports", asked{key: "creditor", body: body, media: media}).is(202)
	require.Equal(t, started.text("import_id"), same.text("import_id"), "the same content is the same import")
	o.ask("POST", "/v1/imports", asked{key: "operator", body: file, media: "text/csv"}).saysNo(422, "missing", "creditor_id")
	body, media = upload(t, "x.csv", "text/csv", []byte(file), map[string]string{"creditor_id": o.own.ID})
	o.ask("POST", "/v1/imports", asked{key: "operator", body: body, media: media}).is(202)
	o.ask("POST", "/v1/imports?creditor_id="+o.own.ID, asked{key: "other", body: file, media: "text/csv"}).saysNo(403, "other_creditor", "creditor_id")
}

func TestAFileThatIsNoneIsRefused(t *testing.T) {
	o := open(t)
	for name, x := range map[string]struct {
		file   string
		status int
	}{
		"no such columns": {"a;b\n1;2", 422}, "empty": {"", 400}, "a picture": {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", 422},
	} {
		t.Run(name, func(t *testing.T) {
			o.t = t
			r := o.ask("POST", "/v1/imports", asked{key: "creditor", body: x.file, media: "text/csv"}).is(x.status)
			require.NotEmpty(t, r.text("code"))
		})
	}
	o.t = t
	nul := o.ask("POST", "/v1/imports", asked{key: "creditor", media: "text/csv", body: csvHeader + "\n" + strings.Replace(csvRow("F-1"), "Talleres", "Tall\x00eres", 1)})
	require.Less(t, nul.Code, 500, nul.Body.String())
	o.work()
	require.Zero(t, o.cases())
	large := strings.Repeat("x", 65<<20)
	o.ask("POST", "/v1/imports", asked{key: "creditor", body: large, media: "text/csv"}).saysNo(413, "body_too_large", "")
}

func TestADebtorsContactPointsAreKept(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	<-o.bell.woken
	debtor := o.ask("GET", "/v1/cases/"+id, asked{key: "creditor"}).text("debtor.id")
	one := "/v1/debtors/" + debtor
	shown := o.ask("GET", one, asked{key: "creditor"}).is(200)
	require.NotContains(t, shown.json(), "person", "whom other creditors share is not shown")
	require.Equal(t, "Barcelona", shown.text("address.city"))
	require.Len(t, o.ask("GET", "/v1/debtors?query=talleres", asked{key: "creditor"}).at("items"), 1)

	added := o.ask("POST", one+"/contact-points", asked{key: "creditor", body: map[string]any{"channel": "phone", "value": "600 123 456"}}).is(201)
	require.Equal(t, id, <-o.bell.woken)
	points := added.at("contact_points").([]any)
	point := points[len(points)-1].(map[string]any)
	require.Equal(t, "+34600123456", point["value"])
	o.ask("POST", one+"/contact-points", asked{key: "creditor", body: map[string]any{"channel": "phone", "value": "12"}}).saysNo(422, "contact_invalid", "value")

	path := one + "/contact-points/" + point["id"].(string)
	set := func(key string, body map[string]any) reply { return o.ask("PATCH", path, asked{key: key, body: body}) }
	of := func(r reply) map[string]any {
		for _, p := range r.is(200).at("contact_points").([]any) {
			if p.(map[string]any)["id"] == point["id"] {
				return p.(map[string]any)
			}
		}
		return nil
	}
	require.Equal(t, false, of(set("agent", map[string]any{"valid": false}))["valid"])
	require.Equal(t, true, of(set("agent", map[string]any{"opted_out": true}))["opted_out"])
	set("creditor", map[string]any{"opted_out": false}).saysNo(403, "role_forbidden", "opted_out")
	require.Equal(t, false, of(set("supervisor", map[string]any{"opted_out": false}))["opted_out"])
	corrected := of(set("agent", map[string]any{"value": "+34600123457"}))
	require.Equal(t, "+34600123457", corrected["value"])
	require.Equal(t, true, corrected["valid"])
	o.ask("PATCH", one+"/contact-points/none", asked{key: "agent", body: map[string]any{"valid": true}}).saysNo(404, "not_found", "")

	out := o.ask("POST", one+"/opt-outs", asked{key: "agent", body: map[string]any{"channel": "email", "how": "by phone"}}).is(201)
	require.Contains(t, o.kinds(id), "opted_out")
	require.Equal(t, debtor, out.text("id"))
}

func TestACreditorIsKeptWithNormalIdentifiers(t *testing.T) {
	o := open(t)
	in := map[string]any{
		"name": "Nuevo", "tax_id": "b-12345674", "country": "ES", "address": map[string]any{"postal_code": "28001", "city": "Madrid"},
		"iban": "es91 2100 0418 4502 0005 1332", "email": "Cobros@Nuevo.EXAMPLE", "phone": "910 000 000",
		"brand": map[string]any{"sender": "Nuevo", "color": "#0a5c36"}, "limits": map[string]any{"daily_email": 100},
		"strategies": map[string]any{"ES/business": "es-business"},
	}
	made := o.ask("POST", "/v1/creditors", asked{key: "supervisor", body: in}).is(201)
	require.Equal(t, "B12345674", made.text("tax_id"))
	require.Equal(t, "ES9121000418450200051332", made.text("iban"))
	require.Equal(t, "+34910000000", made.text("phone"))
	require.Equal(t, "Madrid", made.text("address.city"))
	in["name"] = "Renombrado"
	require.Equal(t, "Renombrado", o.ask("PUT", "/v1/creditors/"+made.text("id"), asked{key: "operator", body: in}).is(200).text("name"))
	require.Len(t, o.ask("GET", "/v1/creditors", asked{key: "operator"}).is(200).at("items"), 3)

	for field, v := range map[string]any{"iban": "ES9121000418450200051333", "tax_id": "B12345678", "email": "x", "phone": "1"} {
		old := in[field]
		in[field] = v
		require.Equal(t, field, o.ask("POST", "/v1/creditors", asked{key: "operator", body: in}).is(422).text("field"))
		in[field] = old
	}
	in["strategies"] = map[string]any{"ES/business": "nothing"}
	o.ask("POST", "/v1/creditors", asked{key: "operator", body: in}).saysNo(422, "strategy_unknown", "strategies.ES/business")

	brand := o.ask("PUT", "/v1/creditors/"+o.own.ID+"/brand", asked{key: "creditor", body: map[string]any{"sender": "Q", "color": "#ffffff"}}).is(200)
	require.Equal(t, "Q", brand.text("brand.sender"))
	o.ask("PUT", "/v1/creditors/"+o.own.ID+"/brand", asked{key: "creditor", body: map[string]any{"from_email": "boss@bank.example"}}).saysNo(400, "field_unknown", "from_email")
}

func TestAKeysSecretIsShownOnceAndRotatingAndRevokingWorkAtOnce(t *testing.T) {
	o := open(t)
	keys := "/v1/creditors/" + o.own.ID + "/keys"
	a := asked{key: "supervisor", body: map[string]any{"label": "billing"}, idem: "new-key"}
	made := o.ask("POST", keys, a).is(201)
	secret := made.text("secret")
	require.True(t, strings.HasPrefix(secret, "rcb_"))
	again := o.ask("POST", keys, a).is(201)
	require.Equal(t, made.text("id"), again.text("id"))
	require.NotContains(t, again.json(), "secret")
	require.NotContains(t, o.ask("GET", keys, asked{key: "creditor"}).is(200).Body.String(), "secret")
	o.ask("GET", "/v1/clock", asked{key: secret}).is(200)

	rotated := o.ask("POST", keys+"/"+made.text("id")+"/rotate", asked{key: "creditor"}).is(201)
	require.Equal(t, "billing", rotated.text("label"))
	o.ask("GET", "/v1/clock", asked{key: secret}).saysNo(401, "key_unknown", "Authorization")
	fresh := rotated.text("secret")
	o.ask("GET", "/v1/clock", asked{key: fresh}).is(200)
	o.ask("POST", keys+"/"+made.text("id")+"/rotate", asked{key: "creditor"}).saysNo(409, "key_revoked", "")

	require.NotNil(t, o.ask("POST", keys+"/"+rotated.text("id")+"/revoke", asked{key: "creditor"}).is(200).at("revoked"))
	o.ask("GET", "/v1/clock", asked{key: fresh}).saysNo(401, "key_unknown", "Authorization")
	for _, verb := range []string{"rotate", "revoke"} {
		o.ask("POST", keys+"/"+o.ids["operator"]+"/"+verb, asked{key: "creditor"}).saysNo(404, "not_found", "")
		o.ask("POST", keys+"/"+o.ids["other"]+"/"+verb, asked{key: "creditor"}).saysNo(404, "not_found", "")
	}
	o.ask("GET", "/v1/clock", asked{key: "operator"}).is(200)

	agent := o.ask("POST", "/v1/keys", asked{key: "operator", body: map[string]any{"role": "agent", "label": "Ana"}}).is(201)
	o.ask("GET", "/v1/tasks", asked{key: agent.text("secret")}).is(200)
	o.ask("POST", "/v1/keys", asked{key: "operator", body: map[string]any{"role": "lawyer"}}).saysNo(422, "key_scope", "firm_id")
	o.ask("POST", "/v1/keys", asked{key: "operator", body: map[string]any{"role": "agent", "creditor_id": o.own.ID}}).saysNo(422, "key_scope", "creditor_id")
	swapped := o.ask("POST", "/v1/keys/"+agent.text("id")+"/rotate", asked{key: "operator"}).is(201)
	o.ask("POST", "/v1/keys/"+swapped.text("id")+"/revoke", asked{key: "operator"}).is(200)
	o.ask("GET", "/v1/tasks", asked{key: swapped.text("secret")}).is(401)
}

func TestAStrategyIsReadAsItIsWrittenAndItsProblemsHaveLines(t *testing.T) {
	o := open(t)
	for _, s := range o.ask("GET", "/v1/strategies", asked{key: "creditor"}).is(200).at("items").([]any) {
		ref := s.(map[string]any)["strategy"].(string)
		text := o.ask("GET", "/v1/strategies/"+ref, asked{key: "creditor"}).is(200)
		read, err := strategy.Parse(text.Body.Bytes())
		require.NoError(t, err, ref)
		require.Equal(t, ref, read.Ref())
	}
	o.ask("GET", "/v1/strategies/none", asked{key: "creditor"}).saysNo(404, "not_found", "")
	text := o.ask("GET", "/v1/strategies/es-business", asked{key: "creditor"}).Body.String()
	next := strings.Replace(text, "version: 1", "version: 2", 1)
	require.NotEqual(t, text, next)

	wrong := o.ask("POST", "/v1/strategies", asked{key: "supervisor", media: "application/yaml", body: strings.Replace(next, "country: ES", "country: DE", 1)})
	wrong.saysNo(422, "strategy_invalid", "yaml")
	require.NotZero(t, wrong.at("errors.0.line"))
	o.ask("POST", "/v1/strategies?dry_run=true", asked{key: "supervisor", media: "application/yaml", body: next}).is(200)
	o.ask("GET", "/v1/strategies/es-business@2", asked{key: "creditor"}).is(404)
	require.Equal(t, "es-business@2", o.ask("POST", "/v1/strategies", asked{key: "supervisor", media: "application/yaml", body: next}).is(201).text("strategy"))
	changed := strings.Replace(next, "message_max: 2", "message_max: 1", 1)
	require.NotEqual(t, next, changed)
	o.ask("POST", "/v1/strategies", asked{key: "supervisor", media: "application/yaml", body: changed}).saysNo(409, "strategy_kept", "version")
	require.Equal(t, "es-business@2", mustRef(t, o.ask("GET", "/v1/strategies/es-business", asked{key: "creditor"}).Body.Bytes()))
}

func mustRef(t *testing.T, text []byte) string {
	t.Helper()
	s, err := strategy.Parse(text)
	require.NoError(t, err)
	return s.Ref()
}

func TestAnEmergencyStopHoldsEverythingUntilItIsLifted(t *testing.T) {
	o := open(t)
	o.withoutAgents()
	id := o.aCase(nil)
	<-o.bell.woken
	placed := o.ask("POST", "/v1/stops", asked{key: "supervisor", body: map[string]any{"scope": "channel", "of": "email", "reason": "wrong text"}}).is(201)
	require.Equal(t, id, <-o.bell.woken)
	one := func() reply { return o.ask("GET", "/v1/cases/"+id, asked{key: "creditor"}).is(200) }
	require.Equal(t, "sms", one().text("next_action.channel"))
	whole := o.ask("POST", "/v1/stops", asked{key: "supervisor", body: map[string]any{"scope": "installation", "reason": "audit"}}).is(201)
	require.Equal(t, id, <-o.bell.woken)
	require.NotEqual(t, "send", one().text("next_action.do"))
	require.Contains(t, one().text("next_action.why"), "an emergency stop over the whole installation")
	require.Len(t, o.ask("GET", "/v1/stops", asked{key: "supervisor"}).is(200).at("items"), 2)
	o.ask("POST", "/v1/stops/"+whole.text("id")+"/lift", asked{key: "supervisor"}).is(200)
	require.Equal(t, id, <-o.bell.woken)
	lifted := o.ask("POST", "/v1/stops/"+placed.text("id")+"/lift", asked{key: "supervisor"}).is(200)
	require.NotNil(t, lifted.at("lifted_at"))
	require.Equal(t, id, <-o.bell.woken)
	require.Equal(t, "email", one().text("next_action.channel"))
	o.ask("POST", "/v1/stops", asked{key: "supervisor", body: map[string]any{"scope": "case", "of": "none", "reason": "x"}}).saysNo(422, "stop_of", "of")
	o.ask("POST", "/v1/stops", asked{key: "supervisor", body: map[string]any{"scope": "channel", "of": "sms", "reason": "  "}}).saysNo(422, "missing", "reason")
	o.ask("POST", "/v1/stops/none/lift", asked{key: "supervisor"}).saysNo(404, "not_found", "")
}

func TestATaskIsWorkedByOneKeyAtATime(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	o.perform(id) // opens the call task
	tasks := o.ask("GET", "/v1/tasks?state=open", asked{key: "agent"}).is(200)
	task := "/v1/tasks/" + tasks.text("items.0.id")
	require.Equal(t, id, tasks.text("items.0.case_id"))
	require.Nil(t, tasks.at("items.0.done_at"))
	require.Equal(t, o.ids["agent"], o.ask("POST", task+"/claim", asked{key: "agent"}).is(200).text("claimed_by"))
	o.ask("POST", task+"/claim", asked{key: "supervisor"}).saysNo(409, "task_claimed", "")
	o.ask("POST", task+"/finish", asked{key: "supervisor", body: map[string]any{"result": "x"}}).saysNo(409, "task_claimed", "")
	require.Equal(t, "done", o.ask("POST", task+"/finish", asked{key: "agent", body: map[string]any{"result": "will pay"}}).is(200).text("state"))
	again := o.ask("POST", task+"/finish", asked{key: "agent", body: map[string]any{"result": "will pay"}}).is(200)
	require.Equal(t, "will pay", again.text("result"), "said again under another Idempotency-Key")
	o.ask("POST", task+"/finish", asked{key: "agent", body: map[string]any{"result": "will not pay"}}).saysNo(409, "task_done", "")
	o.ask("POST", task+"/finish", asked{key: "supervisor", body: map[string]any{"result": "will pay"}}).saysNo(409, "task_done", "")
	o.ask("POST", "/v1/tasks/none/claim", asked{key: "agent"}).saysNo(404, "not_found", "")
}

func TestMessagesAreListedWithoutTheirContentAndShownWithIt(t *testing.T) {
	f := furnish(t)
	list := f.ask("GET", "/v1/messages", asked{key: "creditor"}).is(200)
	require.NotContains(t, list.at("items.0"), "text")
	one := f.ask("GET", "/v1/messages/"+f.ids["messages"], asked{key: "creditor"}).is(200)
	require.NotEmpty(t, one.text("text"))
	require.Equal(t, "sent", one.text("state"))
	require.Equal(t, "outbox", one.text("mode"))
}

func TestFirmsAndLettersAndFiguresAndTheClockAreShown(t *testing.T) {
	o := open(t)
	o.aCase(nil)
	firm := o.ask("POST", "/v1/firms", asked{key: "operator", body: map[string]any{"name": "Nueva", "countries": []any{"FR"}, "capacity": 3}}).is(201)
	require.Equal(t, true, firm.at("active"))
	changed := o.ask("PUT", "/v1/firms/"+firm.text("id"), asked{key: "operator", body: map[string]any{"name": "Nueva", "countries": []any{"FR"}, "active": false}}).is(200)
	require.Equal(t, false, changed.at("active"))
	require.Len(t, o.ask("GET", "/v1/firms", asked{key: "agent"}).is(200).at("items"), 3)
	o.ask("PUT", "/v1/firms/none", asked{key: "operator", body: map[string]any{"name": "N", "countries": []any{"FR"}}}).saysNo(404, "not_found", "")

	letters := o.ask("GET", "/v1/letters", asked{key: "creditor"}).is(200)
	require.Contains(t, letters.Body.String(), `"first_contact"`)

	sums := o.ask("GET", "/v1/reports/summary", asked{key: "supervisor"}).is(200)
	require.EqualValues(t, 1, sums.at("cases"))
	require.Equal(t, "1250.00", sums.text("principal.0.amount"))

	clock := o.ask("GET", "/v1/clock", asked{key: "lawyer"}).is(200)
	require.Equal(t, "2026-11-02T09:00:00Z", clock.text("now"))
	require.Equal(t, true, clock.at("frozen"))
}

func TestReadinessTellsWhatIsAwayAndOnlyWhatIsNeededMatters(t *testing.T) {
	o := open(t)
	away := map[string]bool{}
	check := func(name string, needed bool) Check {
		return Check{Name: name, Needed: needed, Ask: func(context.Context) error {
			if away[name] {
				return errors.New("secret address refused")
			}
			return nil
		}}
	}
	o.serve(Options{Checks: []Check{{Name: "postgresql", Needed: true, Ask: o.store.Ping}, check("needed", true), check("temporal", false)}})
	o.ask("GET", "/healthz", asked{}).is(200)
	ready := o.ask("GET", "/readyz", asked{}).is(200)
	require.Equal(t, "ok", ready.text("status"))
	away["temporal"] = true
	ready = o.ask("GET", "/readyz", asked{}).is(200)
	require.Equal(t, "degraded", ready.text("status"))
	require.Equal(t, "failed", ready.text("checks.temporal"))
	require.Equal(t, "ok", ready.text("checks.postgresql"))
	require.NotContains(t, ready.Body.String(), "secret")
	away["needed"] = true
	require.Equal(t, "not_ready", o.ask("GET", "/readyz", asked{}).is(503).text("status"))
}

func TestTheDocsAreServedFromHereAlone(t *testing.T) {
	o := open(t)
	require.Equal(t, "/docs/", o.ask("GET", "/docs", asked{}).is(302).Header().Get("Location"))
	page := o.ask("GET", "/docs/", asked{}).is(200)
	require.NotContains(t, page.Body.String(), "http://")
	require.NotContains(t, page.Body.String(), "https://")
	policy := page.Header().Get("Content-Security-Policy")
	require.Contains(t, policy, "script-src 'self';")
	require.NotContains(t, policy, "unsafe")
	for _, file := range []string{"start.js", "static/swagger-ui.css", "static/swagger-ui-bundle.js", "static/LICENSE"} {
		require.NotEmpty(t, o.ask("GET", "/docs/"+file, asked{}).is(200).Body.Bytes())
	}
	require.Contains(t, o.ask("GET", "/docs/start.js", asked{}).Body.String(), "validatorUrl: null")
	o.ask("GET", "/docs/../api.go", asked{}).is(404)
	contract := o.ask("GET", "/openapi.json", asked{}).is(200)
	require.Equal(t, "3.0.3", contract.text("openapi"))
	require.Equal(t, "test", contract.text("info.version"))
}

func TestEveryAnswerHasAnIdOfItsOwnAndKeepsBrowsersCareful(t *testing.T) {
	o := open(t)
	seen := map[string]bool{}
	for _, path := range []string{"/healthz", "/v1/clock", "/v1/nothing", "/docs/", "/openapi.json"} {
		req := httptest.NewRequest(http.MethodGet, path, nil)
		req.Header.Set("X-Request-Id", "forged")
		w := httptest.NewRecorder()
		o.handler.ServeHTTP(w, req)
		id := w.Header().Get("X-Request-Id")
		require.NotEqual(t, "forged", id)
		require.False(t, seen[id])
		seen[id] = true
		require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"), path)
		require.Equal(t, "no-referrer", w.Header().Get("Referrer-Policy"), path)
		require.Contains(t, w.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'", path)
	}
}

func TestEveryExampleOfTheContractIsWhatItAsksFor(t *testing.T) {
	s := &server{contract: loadContract("test")}
	n := 0
	for _, r := range s.routes() {
		op := s.contract.operation(r)
		m := op.media["application/json"]
		if m == nil {
			continue
		}
		if m.Example != nil {
			require.NoError(t, op.checkBody(m, m.Example), r.path)
			n++
		}
		for name, e := range m.Examples {
			require.NoError(t, op.checkBody(m, e.Value.Value), "%s %s", r.path, name)
			n++
		}
	}
	require.Greater(t, n, 30)
}
