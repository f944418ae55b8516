package api

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store/storetest"
)

var update = flag.Bool("update", false, "write the table of who may do what anew")

// caller is who asks: with which key, and whose things the path names.
type caller struct {
	name, key string
	counsel   bool // the path names the case that the firm has accepted
}

// callers stand in the order in which they ask: those who are let through come
// last, since they change what is there.
var callers = []caller{
	{name: "none"}, {name: "misshapen", key: "sesame"}, {name: "unknown", key: "rcb_made-up"}, {name: "revoked", key: "revoked"},
	{name: "other", key: "other"}, {name: "stranger", key: "stranger"}, {name: "lawyer", key: "lawyer"},
	{name: "counsel", key: "lawyer", counsel: true}, {name: "creditor", key: "creditor"},
	{name: "agent", key: "agent"}, {name: "supervisor", key: "supervisor"}, {name: "operator", key: "operator"},
}

// filledOffice is an installation in which two creditors and a firm have one of
// everything; ids are of the own creditor's case, accepted of one that the firm
// has accepted, and secrets are words that are the other creditor's alone.
type filledOffice struct {
	furnished
	accepted map[string]string
	own, not []string
}

func fill(t *testing.T) filledOffice {
	t.Helper()
	f := filledOffice{furnished: furnish(t)}
	ctx := context.Background()
	// What is revoked and rotated is nobody's who asks.
	spare, _, err := f.store.NewKey(ctx, record.Key{Role: debt.Creditor, Creditor: f.furnished.office.own.ID, Label: "spare"})
	require.NoError(t, err)
	f.ids["key"] = spare.ID
	f.ids["stop"] = f.ask("POST", "/v1/stops", asked{key: "operator", body: map[string]any{"scope": "channel", "of": "whatsapp", "reason": "a trial"}}).is(201).text("id")
	f.ids["row"] = f.ask("POST", "/v1/rates", asked{key: "operator", body: map[string]any{"series": "fr_late_payment", "from": "2027-01-01",
		"to": "2027-06-30", "rate": "12.40", "source": "ECB"}}).is(201).text("id")
	_, secret, err := f.store.NewKey(ctx, record.Key{Role: debt.Agent})
	require.NoError(t, err)
	f.keys["agent"] = secret

	second := f.aCase(map[string]any{"reference": "F-COUNSEL", "debtor.reference": "C-COUNSEL", "debtor.name": "Hierros Cuenca", "debtor.tax_id": gone{},
		"debtor.contacts": []any{map[string]any{"channel": "email", "value": "cuenca@hierros.example"}}})
	handoff := f.handOff(second)
	f.ask("POST", "/v1/handoffs/"+handoff+"/accept", asked{key: "lawyer"}).is(201)
	f.accepted = maps.Clone(f.ids)
	f.accepted["cases"], f.accepted["handoffs"] = second, handoff
	f.accepted["document"] = f.ask("POST", "/v1/cases/"+second+"/documents", asked{key: "creditor", body: map[string]any{
		"type": "invoice", "name": "cuenca.pdf", "media_type": "application/pdf", "content": "JVBERi0xLjcK"}}).is(201).text("id")
	if sent := f.ask("GET", "/v1/messages?case_id="+second, asked{key: "operator"}).is(200).at("items").([]any); len(sent) > 0 {
		f.accepted["messages"], _ = sent[0].(map[string]any)["id"].(string)
	}
	f.fillOther(t)
	return f
}

// fillOther gives the other creditor a case of the same person, and gathers the
// words by which each creditor's things are known.
func (f *filledOffice) fillOther(t *testing.T) {
	t.Helper()
	id := f.ask("POST", "/v1/debts", asked{key: "other", body: submission(map[string]any{"reference": "L-OTHER-1", "debtor.reference": "LC-OTHER",
		"debtor.name": "Talleres Ejemplo (Lope)", "debtor.contacts": []any{map[string]any{"channel": "email", "value": "lope-only@talleres.example"}}})}).is(201).text("case_id")
	f.ask("POST", "/v1/cases/"+id+"/notes", asked{key: "other", body: map[string]any{"text": "lope-note"}}).is(201)
	paid := f.ask("POST", "/v1/cases/"+id+"/payments", asked{key: "other", body: map[string]any{
		"amount": map[string]any{"amount": "13.37", "currency": "EUR"}, "received_on": today(0), "reference": "lope-payment"}}).is(201).text("id")
	file, err := f.store.File(context.Background(), id)
	require.NoError(t, err)
	o := f.office
	f.not = []string{o.other.ID, id, "L-OTHER-1", "LC-OTHER", "(Lope)", "lope-only", "lope-note", "lope-payment", file.Debtor.ID, o.ids["other"], "Lope S.L."}
	f.not = append(f.not, paid)
	// Not what the contract's examples say, which everybody sends.
	f.own = []string{o.own.ID, f.ids["cases"], f.accepted["cases"], "F-COUNSEL", "C-COUNSEL", "cuenca@hierros", "Hierros Cuenca",
		f.ids["debtors"], f.ids["payment"], f.ids["document"], f.ids["handoffs"], f.ids["messages"], o.ids["creditor"], "Quevedo S.L."}
}

// copies gives installations that are alike: each is a copy of one that was
// filled once.
func (f filledOffice) copies(t *testing.T) func() *office {
	t.Helper()
	f.store.Close()
	at := strings.LastIndex(f.url, "/")
	end := at + 1 + strings.IndexAny(f.url[at+1:]+"?", "?")
	template, n, ctx := f.url[at+1:end], 0, context.Background()
	run := func(statement string) {
		db, err := pgx.Connect(ctx, f.url[:at+1]+"postgres"+f.url[end:])
		require.NoError(t, err)
		defer db.Close(ctx)
		_, err = db.Exec(ctx, statement)
		require.NoError(t, err)
	}
	return func() *office {
		n++
		name := fmt.Sprintf("%s_%d", template, n)
		run("create database " + name + " template " + template + " strategy file_copy")
		t.Cleanup(func() { run("drop database " + name + " with (force)") })
		o := *f.office
		o.url = f.url[:at+1] + name + f.url[end:]
		o.store, o.log = storetest.Open(t, o.url), &bytes.Buffer{}
		o.serve(Options{Rate: Rate{PerSecond: 1e6, Burst: 1e6}})
		return &o
	}
}

// documented lists every method and path of the contract, as routes.
func documented(s *server) []route {
	var all []route
	by := map[string]route{}
	for _, r := range s.routes() {
		by[r.method+" "+r.path] = r
	}
	for path, item := range s.contract.doc.Paths.Map() {
		for method := range item.Operations() {
			r, ok := by[method+" "+path]
			if !ok {
				r = route{method: method, path: path}
			}
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b route) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return all
}

// TestWhoMayDoWhat walks every route of the contract as everybody, and holds
// the answers against testdata/access.txt.
func TestWhoMayDoWhat(t *testing.T) {
	f := fill(t)
	routes := documented(f.server)
	next := f.copies(t)
	var table bytes.Buffer
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "route")
	for _, c := range callers {
		fmt.Fprint(w, "\t", c.name)
	}
	fmt.Fprintln(w)
	untouched := next()
	for _, r := range routes {
		o := untouched
		if r.method != get {
			o = next() // what was changed by one route is not there for the next
		}
		fmt.Fprint(w, r.method, " ", r.path)
		for _, c := range callers {
			fmt.Fprint(w, "\t", f.asks(o, r, c))
		}
		fmt.Fprintln(w)
		if r.method != get {
			o.store.Close()
		}
	}
	require.NoError(t, w.Flush())
	const golden = "testdata/access.txt"
	if *update {
		require.NoError(t, os.WriteFile(golden, table.Bytes(), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), table.String(), "who may do what has changed: look at it, then run with -update")
}

// asks sends a request as one caller and gives the answer's status. Whatever it
// is, it tells nothing of what is not the caller's.
func (f filledOffice) asks(o *office, r route, c caller) int {
	f.t.Helper()
	in := f.furnished
	in.office = o
	if c.counsel {
		in.ids = f.accepted
	}
	got := in.try(r, c.key)
	what := fmt.Sprintf("%s as %s answers %d: %s", got.what, c.name, got.Code, got.Body.String())
	require.Less(f.t, got.Code, 500, what)
	if !strings.HasPrefix(r.path, "/v1/") {
		require.Equal(f.t, 200, got.Code, r.path)
		return got.Code
	}
	f.tellsNothing(got, c, what)
	role, scoped := roleOf(c), strings.Contains(r.path, "{id}")
	switch {
	case role == "":
		require.Equal(f.t, 401, got.Code, what)
	case !slices.Contains(r.roles, role):
		got.saysNo(403, "role_forbidden", "")
	case (c.name == "other" || c.name == "stranger") && scoped:
		got.saysNo(404, "not_found", "")
		f.saysTheSameOfNothing(o, r, c, got)
	case role == debt.Operator || role == debt.Supervisor:
		require.NotContains(f.t, []int{401, 403}, got.Code, what)
	}
	return got.Code
}

func roleOf(c caller) debt.Role {
	switch c.name {
	case "none", "misshapen", "unknown", "revoked":
		return ""
	case "other":
		return debt.Creditor
	case "stranger", "counsel":
		return debt.Lawyer
	}
	return debt.Role(c.name)
}

// tellsNothing holds an answer's bytes to be free of what is not the caller's.
func (f filledOffice) tellsNothing(got reply, c caller, what string) {
	f.t.Helper()
	var not []string
	switch c.name {
	case "none", "misshapen", "unknown", "revoked", "stranger":
		not = slices.Concat(f.own, f.not)
	case "other":
		not = f.own
	case "creditor", "lawyer", "counsel":
		not = f.not
	}
	head := fmt.Sprint(got.Header())
	for _, word := range not {
		require.NotContains(f.t, got.Body.String(), word, what)
		require.NotContains(f.t, head, word, what)
	}
}

// saysTheSameOfNothing holds a refusal to be, byte for byte, the answer about
// something that was never there.
func (f filledOffice) saysTheSameOfNothing(o *office, r route, c caller, got reply) {
	f.t.Helper()
	nothing := f.furnished
	nothing.office, nothing.ids = o, map[string]string{}
	for name := range f.ids {
		nothing.ids[name] = "01900000-0000-7000-8000-000000000000"
	}
	other := nothing.try(r, c.key)
	require.Equal(f.t, other.Code, got.Code)
	require.Equal(f.t, other.Body.String(), got.Body.String())
	a, b := headerNames(got.ResponseRecorder), headerNames(other.ResponseRecorder)
	require.Equal(f.t, b, a)
}

func headerNames(w *httptest.ResponseRecorder) []string { return slices.Sorted(maps.Keys(w.Header())) }
