package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
	"github.com/recobro/recobro/strategy"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// monday is when every test begins: 2 November 2026, ten o'clock in Madrid.
var monday = time.Date(2026, time.November, 2, 9, 0, 0, 0, time.UTC)

// bell is a Waker that remembers whom it woke, or fails.
type bell struct {
	mu    sync.Mutex
	woken chan string
	fail  error
}

func (b *bell) Wake(_ context.Context, id string) error {
	b.woken <- id
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.fail
}

// office is the API over a real record, with two creditors and a key of each role.
type office struct {
	t       *testing.T
	url     string // of the database
	store   *store.Store
	server  *server
	handler http.Handler
	bell    *bell
	log     *bytes.Buffer
	own     record.Creditor
	other   record.Creditor
	firm    record.Firm
	keys    map[string]string // by name: secret
	ids     map[string]string // by name: id of the key
	n       int
}

func open(t *testing.T) *office {
	t.Helper()
	url := storetest.URL(t)
	o := &office{t: t, url: url, store: storetest.Open(t, url), bell: &bell{woken: make(chan string, 1000)}, keys: map[string]string{}, ids: map[string]string{}}
	require.NoError(t, o.store.Freeze(context.Background(), monday))
	o.own, o.other = storetest.Creditor(t, o.store, "Quevedo"), storetest.Creditor(t, o.store, "Lope")
	ctx := context.Background()
	var err error
	o.firm, err = o.store.SaveFirm(ctx, record.Firm{Name: "Abogados", Email: "a@abogados.example", Countries: []string{"ES"}, Active: true})
	require.NoError(t, err)
	stranger, err := o.store.SaveFirm(ctx, record.Firm{Name: "Otros", Email: "o@otros.example", Countries: []string{"PT"}, Active: true})
	require.NoError(t, err)
	for name, k := range map[string]record.Key{
		"operator": {Role: debt.Operator}, "supervisor": {Role: debt.Supervisor}, "agent": {Role: debt.Agent},
		"creditor": {Role: debt.Creditor, Creditor: o.own.ID}, "other": {Role: debt.Creditor, Creditor: o.other.ID},
		"lawyer": {Role: debt.Lawyer, Firm: o.firm.ID}, "stranger": {Role: debt.Lawyer, Firm: stranger.ID}, "revoked": {Role: debt.Operator},
	} {
		made, secret, err := o.store.NewKey(ctx, k)
		require.NoError(t, err)
		o.keys[name], o.ids[name] = secret, made.ID
	}
	require.NoError(t, o.store.RevokeKey(ctx, o.ids["revoked"]))
	o.log = &bytes.Buffer{}
	o.serve(Options{})
	return o
}

// serve makes the API anew, over the same record.
func (o *office) serve(opt Options) {
	s := o.store
	opt.Door, opt.Cases, opt.Findings, opt.Messages, opt.Tasks, opt.Documents = s, s, s, s, s, s
	opt.Debtors, opt.Points, opt.Creditors, opt.Keys, opt.Porter, opt.Stops = s, s, s, s, s, s
	opt.Rates = s
	opt.Firms, opt.Handoffs, opt.Imports, opt.Strategies, opt.Figures = s, s, s, s, s
	opt.Guarantors = s
	opt.Statements, opt.BankLines, opt.BankDesk = s, s, s
	if opt.Memory == nil {
		opt.Memory = s
	}
	opt.Waker, opt.Broken, opt.Version = o.bell, []error{store.ErrState}, "test"
	opt.Logger = slog.New(slog.NewJSONHandler(&locked{w: o.log}, nil))
	if opt.Rate == (Rate{}) {
		opt.Rate = Rate{PerSecond: 1e6, Burst: 1e6} // and as fast as the machine is
	}
	if opt.Failures == (Rate{}) {
		opt.Failures = Rate{PerSecond: 1e6, Burst: 1e6} // tests are wrong on purpose
	}
	o.server = newServer(opt)
	o.handler = o.server.router()
}

// locked lets several requests log into one buffer.
type locked struct {
	mu sync.Mutex
	w  *bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// asked is what a request is made of beside its address.
type asked struct {
	key     string // name of the key; empty: none
	body    any    // string and []byte go as they are, all else as JSON
	media   string
	idem    string // Idempotency-Key; a new one where empty, none where "-"
	headers map[string]string
}

// reply is an answer.
type reply struct {
	*httptest.ResponseRecorder
	t    *testing.T
	what string
}

// ask sends a request, and holds the answer against the contract.
func (o *office) ask(method, path string, a asked) reply {
	o.t.Helper()
	req := o.request(method, path, a)
	w := httptest.NewRecorder()
	o.handler.ServeHTTP(w, req)
	r := reply{w, o.t, method + " " + path}
	o.keepsTheContract(req, r)
	return r
}

func (o *office) request(method, path string, a asked) *http.Request {
	o.t.Helper()
	var body []byte
	switch b := a.body.(type) {
	case nil:
	case string:
		body = []byte(b)
	case []byte:
		body = b
	default:
		var err error
		body, err = json.Marshal(b)
		require.NoError(o.t, err)
	}
	req := httptest.NewRequest(method, path, bytes.NewReader(body))
	if a.media == "" {
		a.media = "application/json"
	}
	if a.body != nil {
		req.Header.Set("Content-Type", a.media)
	}
	if a.key != "" {
		secret, known := o.keys[a.key]
		if !known {
			secret = a.key
		}
		req.Header.Set("Authorization", "Bearer "+secret)
	}
	if a.idem == "" {
		o.n++
		a.idem = fmt.Sprintf("request-%d", o.n)
	}
	if a.idem != "-" && method == http.MethodPost {
		req.Header.Set("Idempotency-Key", a.idem)
	}
	for k, v := range a.headers {
		req.Header.Set(k, v)
	}
	return req
}

// keepsTheContract holds an answer against the contract of its route.
func (o *office) keepsTheContract(req *http.Request, r reply) {
	o.t.Helper()
	pattern := ""
	for _, x := range o.server.routes() {
		if x.method == req.Method && matches(x.path, req.URL.Path) && (pattern == "" || strings.Count(x.path, "{") < strings.Count(pattern, "{")) {
			pattern = x.path
		}
	}
	if pattern == "" {
		return
	}
	op := o.server.contract.operation(route{method: req.Method, path: pattern})
	media := r.Header().Get("Content-Type")
	err := openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, Route: op.route},
		Status:                 r.Code, Header: r.Header(), Body: r.Result().Body,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, ExcludeResponseBody: !strings.HasSuffix(media, "json")},
	})
	require.NoError(o.t, err, "%s %s answers %d: %s", req.Method, req.URL.Path, r.Code, r.Body.String())
}

func matches(pattern, path string) bool {
	a, b := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !strings.HasPrefix(a[i], "{") && a[i] != b[i] {
			return false
		}
	}
	return true
}

// is holds the answer's status.
func (r reply) is(status int) reply {
	r.t.Helper()
	require.Equal(r.t, status, r.Code, "%s: %s", r.what, r.Body.String())
	return r
}

// saysNo holds the answer to be a problem of that status, code and field.
func (r reply) saysNo(status int, code, field string) reply {
	r.t.Helper()
	r.is(status)
	var p problem
	require.NoError(r.t, json.Unmarshal(r.Body.Bytes(), &p), r.Body.String())
	require.Equal(r.t, "application/problem+json", r.Header().Get("Content-Type"))
	require.Equal(r.t, code, p.Code, r.Body.String())
	require.Equal(r.t, field, p.Field, r.Body.String())
	return r
}

// json reads the answer.
func (r reply) json() map[string]any {
	r.t.Helper()
	var m map[string]any
	require.NoError(r.t, json.Unmarshal(r.Body.Bytes(), &m), r.Body.String())
	return m
}

// at gives a value within the answer: "next_action.do".
func (r reply) at(path string) any {
	r.t.Helper()
	var v any = r.json()
	for _, name := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[name]
		case []any:
			var i int
			_, err := fmt.Sscan(name, &i)
			require.NoError(r.t, err)
			require.Less(r.t, i, len(x), "%s: %s", path, r.Body.String())
			v = x[i]
		default:
			require.Fail(r.t, "nothing at "+path, r.Body.String())
		}
	}
	return v
}

func (r reply) text(path string) string {
	r.t.Helper()
	s, ok := r.at(path).(string)
	require.True(r.t, ok, "%s is no text: %s", path, r.Body.String())
	return s
}

// submission is a debt as the contract's own example has it, due a month ago.
func submission(changes map[string]any) map[string]any {
	in := map[string]any{
		"reference": "F-2026-00123", "country": "ES", "region": "CT", "claim": "services",
		"principal": map[string]any{"amount": "1250.00", "currency": "EUR"},
		"issued_on": "2026-09-01", "due_on": "2026-10-01",
		"debtor": map[string]any{
			"reference": "C-77", "kind": "business", "name": "Talleres Ejemplo SL", "tax_id": "B12345674", "language": "es",
			"time_zone": "Europe/Madrid",
			"address":   map[string]any{"street": "Carrer de Mallorca 1", "postal_code": "08001", "city": "Barcelona", "country": "ES"},
			"contacts": []any{map[string]any{"channel": "email", "value": "pagos@talleres.example"},
				map[string]any{"channel": "phone", "value": "+34931234567"}},
		},
		"capacity": "creditor", "strategy": "es-business",
	}
	for path, v := range changes {
		set(in, strings.Split(path, "."), v)
	}
	return in
}

// gone takes a field out of a submission.
type gone struct{}

func set(in map[string]any, path []string, v any) {
	if len(path) > 1 {
		inner, ok := in[path[0]].(map[string]any)
		if !ok {
			inner = map[string]any{}
			in[path[0]] = inner
		}
		set(inner, path[1:], v)
		return
	}
	if _, out := v.(gone); out {
		delete(in, path[0])
		return
	}
	in[path[0]] = v
}

// aCase submits a debt of the own creditor and gives the case's id.
func (o *office) aCase(changes map[string]any) string {
	o.t.Helper()
	return o.ask("POST", "/v1/debts", asked{key: "creditor", body: submission(changes)}).is(201).text("case_id")
}

// withoutAgents leaves nobody to call, so that e-mail comes first.
func (o *office) withoutAgents() {
	o.t.Helper()
	require.NoError(o.t, o.store.RevokeKey(context.Background(), o.ids["agent"]))
}

// perform carries out what the case has decided, whenever it is due, and gives
// what it does next.
func (o *office) perform(caseID string) strategy.Decision {
	o.t.Helper()
	ctx := context.Background()
	next, err := o.store.Decide(ctx, caseID)
	require.NoError(o.t, err)
	now, err := o.store.Now(ctx)
	require.NoError(o.t, err)
	if next.Decision.At.After(now) {
		require.NoError(o.t, o.store.Advance(ctx, next.Decision.At))
	}
	after, err := o.store.Act(ctx, caseID, next.Decision, storetest.Deliver("outbox"))
	require.NoError(o.t, err)
	return after.Decision
}

// performUntil performs until something of that kind was done.
func (o *office) performUntil(caseID string, done func(record.File) bool) {
	o.t.Helper()
	for range 60 {
		f, err := o.store.File(context.Background(), caseID)
		require.NoError(o.t, err)
		if done(f) {
			return
		}
		o.perform(caseID)
	}
	require.Fail(o.t, "it was never done", caseID)
}

// handOff brings a case before the firm and gives the handoff's id.
func (o *office) handOff(caseID string) string {
	o.t.Helper()
	o.ask("POST", "/v1/cases/"+caseID+"/escalate", asked{key: "creditor", body: map[string]any{"reason": "moving abroad"}}).is(201)
	o.performUntil(caseID, func(f record.File) bool { return len(f.Case.Handoffs) > 0 })
	f, err := o.store.File(context.Background(), caseID)
	require.NoError(o.t, err)
	require.Equal(o.t, o.firm.ID, f.Case.Handoffs[0].Firm)
	return f.Case.Handoffs[0].ID
}

// cases counts the cases on the record.
func (o *office) cases() int {
	o.t.Helper()
	rows, err := o.store.Cases(context.Background(), record.Filter{Limit: 1000})
	require.NoError(o.t, err)
	return len(rows)
}

// today is the day at which tests begin, moved.
func today(days int) string { return calendar.DateOf(monday).AddDays(days).String() }
