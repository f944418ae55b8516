package standalone_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/deploy/standalone"
	"github.com/recobro/recobro/fake"
	"github.com/recobro/recobro/worker"
)

// private is what may stand in the record and nowhere else: words that occur
// nowhere but in one debtor's life, and secrets.
type private map[string]string

// someone is a consumer as nobody else is called.
func someone() private {
	return private{
		"name": "Casimira Zarzaparrilla", "e-mail": "casimira.z@zarzaparrilla.example", "phone": "+34655443322", "tax id": "54362315K",
		"street": "Calle Secretisima 77", "city": "Villaoculta", "note": "nota-xilofono", "document": "contenido-saxofon", "file": "escrito-fagot.txt",
		"promise": "promesa-clarinete", "dispute": "queja-oboe", "call": "llamada-trombon", "payment": "TRANSFER-CORNAMUSA", "iban": "ES7921000813610123456789",
		"query": "busca-celesta", "broken": "json-mandolina", "key": "rcb_robada-zambomba",
	}
}

// found lists what of p occurs in b: as it is, escaped as JSON or a URL does,
// in base64 and in hex.
func (p private) found(b []byte) []string {
	var found []string
	for what, word := range p {
		quoted, _ := json.Marshal(word)
		forms := []string{word, strings.Trim(string(quoted), `"`), strings.ReplaceAll(word, " ", "%20"), strings.ReplaceAll(word, " ", "+"),
			strings.ReplaceAll(word, "@", "%40"), hex.EncodeToString([]byte(word))}
		for shift := range 3 { // wherever in a text it begins
			whole := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + word))
			forms = append(forms, whole[4:len(whole)-4])
		}
		for _, form := range forms {
			if len(form) > 6 && bytes.Contains(b, []byte(form)) {
				found = append(found, what)
				break
			}
		}
	}
	return found
}

func (p private) absent(t *testing.T, where string, b []byte) {
	t.Helper()
	for _, what := range p.found(b) {
		at := max(0, bytes.Index(b, []byte(p[what])))
		t.Errorf("%s holds %s: …%q…", where, what, b[max(0, at-200):min(len(b), at+200)])
	}
}

// bytesOf gives every row of every table of a database, as PostgreSQL's binary
// copies have them.
func bytesOf(t *testing.T, url string) []byte {
	t.Helper()
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	found, err := conn.Query(ctx, `select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables
		where schemaname not in ('pg_catalog', 'information_schema')`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	for _, table := range tables {
		if _, err := conn.PgConn().CopyTo(ctx, &all, "copy "+table+" to stdout (format binary)"); err != nil {
			t.Fatalf("copy %s: %v", table, err)
		}
	}
	return all.Bytes()
}

// temporals are the databases that Temporal keeps beside ours.
func temporals(t *testing.T, url string) []string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	found, err := conn.Query(t.Context(), `select datname from pg_database where datname like '%temporal%'`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil || len(names) < 2 {
		t.Fatalf("Temporal's databases: %v, %v", names, err)
	}
	own := conn.Config().Database
	for i, name := range names {
		names[i] = strings.Replace(url, "/"+own, "/"+name, 1)
	}
	return names
}

// logs gives what lies in an installation's folder but the record itself and
// the operator's key, which is kept for the operator.
func logs(t *testing.T, folder string) []byte {
	t.Helper()
	var all bytes.Buffer
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (d.Name() == "base" || d.Name() == "pg_wal" || d.Name() == "global") {
			return fs.SkipDir
		}
		if d.IsDir() || !d.Type().IsRegular() || d.Name() == "operator.key" || d.Name() == "running.json" {
			return nil
		}
		text, err := os.ReadFile(path)
		all.WriteString(path + "\n")
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.Bytes()
}

// said gathers what the API answers beside what was asked of it in order.
type said struct {
	*house
	refusals bytes.Buffer
	n        int
}

// today is the business day, as a process of its own tells it.
func (s *said) today(t *testing.T) calendar.Date {
	t.Helper()
	return calendar.DateOf(instant(t, s.get(t, "/v1/clock"), "now"))
}

// wrong sends a request that is refused, raw.
func (s *said) wrong(t *testing.T, method, path, body string, headers ...string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	s.n++
	req.Header.Set("Authorization", "Bearer "+s.Key)
	req.Header.Set("Idempotency-Key", fmt.Sprintf("wrong-%d", s.n))
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode < 400 && method != http.MethodGet {
		t.Fatalf("%s %s answers %d: %s, %v", method, path, res.StatusCode, answer, err)
	}
	if res.StatusCode >= 400 {
		fmt.Fprintln(&s.refusals, method, res.Header)
		s.refusals.Write(answer)
	}
}

// TestNothingPrivateLeavesTheRecord lives a debtor's life on an installation at
// its most talkative, with every kind of wrong request on the way, and looks in
// the bytes of all that is kept or said elsewhere.
func TestNothingPrivateLeavesTheRecord(t *testing.T) {
	folder := newFolder(t)
	t.Setenv("RECOBRO_LOG_LEVEL", "debug")
	c := launch(t, folder)
	p := someone()
	s := &said{house: &c.house}
	env, err := standalone.Find(folder)
	if err != nil {
		t.Fatal(err)
	}
	id, secret := s.live(t, p)
	p["operator's key"], p["creditor's key"] = c.Key, secret
	s.err(t, p, id)

	record, where := env["DATABASE_URL"], []byte("case-"+id)
	if found := p.found(bytesOf(t, record)); len(found) < 12 {
		t.Fatalf("the search finds no more than %v in the record itself", found)
	}
	for _, url := range temporals(t, record) {
		all := bytesOf(t, url)
		if !bytes.Contains(all, where) {
			t.Fatalf("the search does not find the case in Temporal's %s", url)
		}
		p.absent(t, "a database of Temporal", all)
		t.Logf("searched %d bytes of %s", len(all), url[strings.LastIndex(url, "/"):])
	}
	stderr, _ := c.cmd.Stderr.(*strings.Builder)
	c.stop(t)
	kept := logs(t, folder)
	if !bytes.Contains(kept, []byte(`"route":"/v1/cases/:id"`)) || !bytes.Contains(kept, []byte(`"DEBUG"`)) {
		t.Errorf("the search does not find the log:\n%.2000s", kept)
	}
	p.absent(t, "the installation's folder", kept)
	p.absent(t, "stderr", []byte(stderr.String()))
	p.absent(t, "a refusal", s.refusals.Bytes())
	t.Logf("searched %d bytes of logs, %d of stderr, %d of refusals", len(kept), stderr.Len(), s.refusals.Len())
}

// live leads a debtor through what can happen, and gives the case's id and a
// creditor's key.
func (s *said) live(t *testing.T, p private) (id, secret string) {
	t.Helper()
	creditor := s.creditor(t)
	secret = s.post(t, "/v1/creditors/"+creditor+"/keys", object{"label": "erp"}).text("secret")
	due := s.today(t).AddDays(-20)
	in := submission(creditor, "F-1", "1250.00", due)
	in["debtor"] = object{"reference": "C-1", "kind": "consumer", "name": p["name"], "tax_id": p["tax id"], "language": "es",
		"address":  object{"street": p["street"], "postal_code": "39001", "city": p["city"], "country": "ES"},
		"contacts": []object{{"channel": "email", "value": p["e-mail"]}, {"channel": "phone", "value": p["phone"]}}}
	id = s.post(t, "/v1/debts", in).text("case_id")
	one := "/v1/cases/" + id
	s.run(t, "advance", "--days", "12")
	money := func(amount string) object { return object{"amount": amount, "currency": "EUR"} }
	s.post(t, one+"/notes", object{"text": p["note"]})
	s.post(t, one+"/calls", object{"outcome": "right_party", "note": p["call"]})
	s.post(t, one+"/documents", object{"type": "other", "name": p["file"], "media_type": "text/plain", "content": base64.StdEncoding.EncodeToString([]byte(p["document"]))})
	s.post(t, one+"/promises", object{"amount": money("1250.00"), "pay_by": s.today(t).AddDays(5), "note": p["promise"]})
	s.run(t, "advance", "--days", "12")
	s.post(t, one+"/payments", object{"amount": money("250.00"), "received_on": s.today(t), "reference": p["payment"], "method": "transfer"})
	dispute := s.post(t, one+"/disputes", object{"reason": "goods_not_received", "note": p["dispute"]}).text("id")
	s.call(t, http.StatusCreated, http.MethodPost, one+"/disputes/"+dispute+"/resolve", object{"upheld": false, "note": p["dispute"]})
	s.run(t, "advance", "--days", "60")
	for _, path := range []string{"", "/timeline", "/statement", "/forecast", "/documents"} {
		s.get(t, one+path)
	}
	s.get(t, "/v1/debtors?query=Zarzaparrilla")
	if len(s.messages(t, id)) == 0 {
		t.Fatal("nobody was written to")
	}
	return id, secret
}

// err asks for all that is refused, with what is private where it may stand.
func (s *said) err(t *testing.T, p private, id string) {
	t.Helper()
	one := "/v1/cases/" + id
	debt := func(change func(in object)) string {
		in := submission("nobody", p["note"], "1.00", s.today(t).AddDays(-5))
		in["debtor"] = object{"reference": p["note"], "kind": "consumer", "name": p["name"], "tax_id": p["tax id"],
			"address":  object{"street": p["street"], "postal_code": "39001", "city": p["city"], "country": "ES"},
			"contacts": []object{{"channel": "email", "value": p["e-mail"]}}}
		change(in)
		text, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	s.wrong(t, "POST", "/v1/debts", debt(func(object) {}))
	s.wrong(t, "POST", "/v1/debts", debt(func(in object) { in["country"] = p["name"] }))
	s.wrong(t, "POST", "/v1/debts", debt(func(in object) { in["region"], in["strategy"], in["claim"] = p["name"], p["note"], p["city"] }))
	s.wrong(t, "POST", "/v1/debts", debt(func(in object) { in["due_on"], in["principal"] = p["note"], p["iban"] }))
	s.wrong(t, "POST", "/v1/debts", debt(func(in object) { in["debtor"] = p["name"] }))
	creditor := s.creditor(t)
	for _, field := range []string{"tax_id", "language", "time_zone", "kind"} {
		s.wrong(t, "POST", "/v1/debts", debt(func(in object) {
			d, _ := in["debtor"].(object)
			in["creditor_id"], d[field] = creditor, p["name"]
		}))
	}
	s.wrong(t, "POST", "/v1/debts", debt(func(in object) {
		d, _ := in["debtor"].(object)
		in["creditor_id"], d["contacts"] = creditor, []object{{"channel": "email", "value": p["e-mail"] + ".."}, {"channel": "phone", "value": p["phone"] + "99999999"}}
	}))
	s.wrong(t, "POST", "/v1/debts", debt(func(in object) {
		d, _ := in["debtor"].(object)
		in["creditor_id"], d["address"] = creditor, object{"postal_code": "99999", "city": p["city"], "country": "ES", "street": p["street"]}
	}))
	s.wrong(t, "POST", "/v1/debts", `{"broken": "`+p["broken"]+`", `)
	s.wrong(t, "POST", "/v1/debts", p["broken"], "Content-Type", "text/"+strings.ReplaceAll(p["broken"], "-", ""))
	s.wrong(t, "POST", "/v1/imports?name="+p["query"], p["broken"]+";"+p["name"]+"\n1;2;3", "Content-Type", "text/csv")
	s.wrong(t, "POST", one+"/payments", `{"amount": {"amount": "`+p["iban"]+`", "currency": "EUR"}, "received_on": "`+p["note"]+`"}`)
	s.wrong(t, "POST", one+"/close", `{"outcome": "paid", "reason": "`+p["note"]+`"}`)
	s.wrong(t, "POST", one+"/calls", `{"outcome": "right_party", "task_id": "`+p["note"]+`"}`)
	s.wrong(t, "POST", one+"/acts", `{"type": "`+p["note"]+`", "on": "2026-01-01"}`)
	s.wrong(t, "POST", one+"/strategy", `{"strategy": "`+p["note"]+`", "note": "`+p["note"]+`"}`)
	s.wrong(t, "POST", "/v1/stops", `{"scope": "creditor", "of": "`+p["note"]+`", "reason": "`+p["note"]+`"}`)
	s.wrong(t, "POST", "/v1/keys", `{"role": "creditor", "creditor_id": "`+p["note"]+`"}`)
	s.wrong(t, "POST", "/v1/strategies", "name: "+p["note"]+"\nsteps: ["+p["name"], "Content-Type", "application/yaml")
	s.wrong(t, "POST", "/v1/creditors", `{"name": "x", "country": "ES", "iban": "`+p["iban"]+`0", "email": "`+p["e-mail"]+`..", "phone": "`+p["phone"]+`9999999", "tax_id": "`+p["tax id"]+`X"}`)
	s.wrong(t, "GET", "/v1/cases/"+p["e-mail"], "")
	s.wrong(t, "GET", "/v1/debtors/"+p["phone"], "")
	s.wrong(t, "GET", "/"+p["query"]+"/"+p["e-mail"], "")
	s.wrong(t, "GET", "/v1/debtors?query="+p["query"]+"%ff", "")
	s.wrong(t, "GET", "/v1/debtors?query="+p["query"], "", "Referer", "http://x/"+p["e-mail"], "User-Agent", p["query"], "X-Request-Id", p["query"], "Accept-Language", p["query"])
	s.wrong(t, "GET", "/v1/cases?cursor="+p["query"], "")
	s.wrong(t, "GET", "/v1/clock", "", "Authorization", "Bearer "+p["key"])
	s.wrong(t, "GET", "/v1/clock", "", "Authorization", "Basic "+p["key"])
	s.wrong(t, "POST", one+"/notes", `{"text": "x"}`, "Idempotency-Key", p["name"])
}

// aloud is a log that many write to.
type aloud struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (a *aloud) Write(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.b.Write(p)
}

// TestProvidersThatFailTellNoLogAndNoHistoryWhomTheyWereToReach has letters
// fail in each way that providers know, under a worker that logs all it can.
func TestProvidersThatFailTellNoLogAndNoHistoryWhomTheyWereToReach(t *testing.T) {
	b := newBranch(t)
	heard := &aloud{}
	logger := slog.New(slog.NewJSONHandler(heard, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c, err := client.DialContext(t.Context(), client.Options{HostPort: b.Temporal, Namespace: b.Namespace, Logger: log.NewStructuredLogger(logger)})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	defer func() {
		if t.Failed() {
			t.Logf("the log ends:\n%s", heard.b.Bytes()[max(0, heard.b.Len()-6000):])
		}
	}()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- worker.Run(ctx, worker.Options{Temporal: c, Activities: b.acts, Store: b.store, Logger: logger})
	}()
	p := private{"key of the account": "Bearer key", "secret of the account": "0123456789abcdef:secret"}
	does := []fake.Behaviour{fake.Accept, fake.AcceptDrop, fake.AcceptFail, fake.AcceptGarbage, fake.Refuse(400)}
	for i, does := range does {
		name := fmt.Sprintf("zarza%dparrilla", i)
		p[name] = name
		id := b.debt(name, does, "email", "phone")
		b.step(id)
		b.step(id)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	states := map[string]int{}
	for _, m := range b.messages("") {
		states[m.State]++
	}
	if states["sent"] == 0 || states["unknown"] == 0 || states["failed"] == 0 {
		t.Fatalf("the letters ended as %v", states)
	}
	if found := p.found(bytesOf(t, b.Database)); len(found) < len(does) {
		t.Fatalf("the search finds no more than %v in the record itself", found)
	}
	for _, url := range temporals(t, here.Settings.DatabaseURL) {
		p.absent(t, "a database of Temporal", bytesOf(t, url))
	}
	p.absent(t, "the log", heard.b.Bytes())
	t.Logf("letters: %v; searched %d bytes of log", states, heard.b.Len())
}
