package api

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/recobro/recobro/strategy"
)

// walled is the API before a wall, with its routes.
func walled(f testing.TB) (*wall, http.Handler, []route) {
	f.Helper()
	w := &wall{shipped: strategy.NewLibrary().All()}
	s := newServer(Options{Rate: Rate{PerSecond: 1e9, Burst: 1e9}, Door: w, Cases: w, Findings: w, Messages: w, Tasks: w, Documents: w, Debtors: w, Points: w, Creditors: w, Keys: w,
		Porter: w, Stops: w, Firms: w, Handoffs: w, Imports: w, Statements: w, BankLines: w, BankDesk: w, Strategies: w, Rates: w, Guarantors: w, Memory: w, Figures: w, Logger: slog.New(slog.DiscardHandler)})
	return w, s.router(), s.routes()
}

// filled is a route's path with a name in each place.
func filled(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if strings.HasPrefix(p, "{") {
			parts[i] = "x"
		}
	}
	return strings.Join(parts, "/")
}

// whole are the rules that are about a body as a whole, and name no field.
var whole = []string{"missing", "not_json", "not_utf8", "nul_byte", "wrong_type", "reached", "body_too_large", "length", "field_unknown",
	"no_rows", "not_found", "text_not_storable", "too_deep"}

// holdProblem holds an answer to be a problem with a rule, which names the field that
// it is about, and a fault of ours never.
func holdProblem(t *testing.T, w *wall, what string, r *httptest.ResponseRecorder) {
	t.Helper()
	if w.failure != nil {
		t.Fatalf("%s: %v", what, w.failure)
	}
	if r.Code < 400 {
		return // what asks nothing of the record: letters and strategies
	}
	var p problem
	if err := json.Unmarshal(r.Body.Bytes(), &p); err != nil {
		t.Fatalf("%s answers %d: %v: %s", what, r.Code, err, r.Body.String())
	}
	if r.Code >= 500 || p.Code == "" || p.Detail == "" {
		t.Fatalf("%s answers %d: %s", what, r.Code, r.Body.String())
	}
	if p.Field == "" && !slices.Contains(whole, p.Code) {
		t.Fatalf("%s answers %d and names no field: %s", what, r.Code, r.Body.String())
	}
	if len(p.Errors) > mostFaults || r.Body.Len() > 64<<10 {
		t.Fatalf("%s answers %d faults in %d bytes", what, len(p.Errors), r.Body.Len())
	}
}

// FuzzBody holds every body, sent to any route that takes one, to be refused
// with a rule and a field, or to come through as something that can be kept.
func FuzzBody(f *testing.F) {
	w, api, all := walled(f)
	var with []route
	contract := loadContract("test")
	for _, r := range all {
		op := contract.operation(r)
		m := op.media["application/json"]
		if m == nil {
			continue
		}
		with = append(with, r)
		n := uint8(len(with) - 1)
		examples := []any{m.Example}
		for _, e := range m.Examples {
			examples = append(examples, e.Value.Value)
		}
		for _, e := range examples {
			if b, err := json.Marshal(e); err == nil && e != nil {
				f.Add(n, b)
				f.Add(n, bytes.ReplaceAll(b, []byte(`"2026-`), []byte(`"9999-`)))
				f.Add(n, bytes.ReplaceAll(b, []byte(`.00"`), []byte(`e999"`)))
			}
		}
	}
	for _, s := range []string{`{"amount":{"amount":"NaN","currency":"EUR"}}`, `{"reference":"\ud83d"}`, `{"a":{"a":{"a":1e999}}}`, "[[[[", `{"debtor":{"contacts":[{},{},{}]}}`, "ÿ", `{"":0}`} {
		f.Add(uint8(0), []byte(s))
	}
	f.Fuzz(func(t *testing.T, n uint8, body []byte) {
		r := with[int(n)%len(with)]
		req := httptest.NewRequest(r.method, filled(r.path), bytes.NewReader(body))
		req.Header.Set("Authorization", "Bearer rcb_x")
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", "x")
		rec := httptest.NewRecorder()
		api.ServeHTTP(rec, req)
		holdProblem(t, w, r.method+" "+r.path, rec)
	})
}

// FuzzQuery holds every query, sent to any route, to be refused with the
// parameter that is wrong, or to come through.
func FuzzQuery(f *testing.F) {
	w, api, all := walled(f)
	for i := range all {
		f.Add(uint8(i), "limit=10&cursor="+cursor("x"))
	}
	for _, s := range []string{"limit=-1", "limit=1e9", "open=true&open=false", "query=%00", "query=%ff", "cursor=%%%", "as_of=9999-12-31", "as_of=0000-00-00",
		"until=2027-02-29", "overdue", "=", ";", "a=b;c=d", "limit=%C2%B2", "stage=closed&outcome=paid&hold=dispute&country=ES", "dry_run=TRUE", "creditor_id=", "%"} {
		for i := range all {
			f.Add(uint8(i), s)
		}
	}
	f.Fuzz(func(t *testing.T, n uint8, query string) {
		r := all[int(n)%len(all)]
		req := httptest.NewRequest(r.method, filled(r.path), strings.NewReader("{}"))
		req.URL.RawQuery = query
		req.Header.Set("Authorization", "Bearer rcb_x")
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", "x")
		rec := httptest.NewRecorder()
		api.ServeHTTP(rec, req)
		if rec.Code != http.StatusUnsupportedMediaType {
			holdProblem(t, w, r.method+" "+r.path+"?"+url.QueryEscape(query), rec)
		}
	})
}
