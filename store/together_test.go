package store_test

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
	"github.com/recobro/recobro/strategy"
)

// tap sees every statement before it is sent, and how many cases were copied.
type tap struct {
	before func()
	cases  atomic.Int64
}

func (p *tap) seen(ctx context.Context) context.Context {
	if p.before != nil {
		p.before()
	}
	return ctx
}

func (p *tap) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return p.seen(ctx)
}

func (p *tap) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (p *tap) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return p.seen(ctx)
}

func (p *tap) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

func (p *tap) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

type copiedTable struct{}

func (p *tap) TraceCopyFromStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceCopyFromStartData) context.Context {
	return context.WithValue(p.seen(ctx), copiedTable{}, d.TableName[0])
}

func (p *tap) TraceCopyFromEnd(ctx context.Context, _ *pgx.Conn, d pgx.TraceCopyFromEndData) {
	if ctx.Value(copiedTable{}) == "cases" && d.Err == nil {
		p.cases.Add(d.CommandTag.RowsAffected())
	}
}

// tapped gives a store with a database of its own whose clocks both stand still.
func tapped(t *testing.T, p *tap) (*store.Store, string) {
	t.Helper()
	url := storetest.URL(t)
	s := must(store.New(ctx, url, store.Options{Strategies: strategy.NewLibrary(), ThirdParty: true, NoJitter: true,
		Wall: func() time.Time { return start }, Tracer: p}))(t)
	t.Cleanup(s.Close)
	ok(t, s.Freeze(ctx, start))
	return s, url
}

// mixed is a file in which everything happens: plain new debts, debtors and
// persons who are known or come twice, debts that are known, and rows that are
// refused.
func mixed(creditor string) []record.ImportRow {
	var rows []record.ImportRow
	next := 0
	add := func(change func(*debt.Submission)) {
		in := storetest.Submission(creditor, next, due)
		in.Debtor.Contacts = append(in.Debtor.Contacts, debt.ContactPoint{Channel: "phone", Value: fmt.Sprintf("+3460000%04d", next)})
		if change != nil {
			change(&in)
		}
		rows = append(rows, record.ImportRow{Row: next + 2, Submission: in})
		next++
	}
	same := func(n int) debt.Submission { return rows[n].Submission }
	for range 6 {
		add(nil)
	}
	for _, change := range []func(*debt.Submission){
		func(in *debt.Submission) { in.Debtor.Reference, in.Debtor.PostalCode = "C-900", "35001" }, // a known debtor, who moved
		func(in *debt.Submission) { in.Debtor.TaxID = "A58818501" },                                // known to another creditor
		func(in *debt.Submission) { in.Debtor = same(0).Debtor; in.Debtor.Reference = "C-again" },  // the person of the first
		func(in *debt.Submission) { in.Debtor = same(1).Debtor },                                   // a second debt of the second
		func(in *debt.Submission) { *in = same(2) },                                                // the third once more
		func(in *debt.Submission) { *in = same(3); in.Principal = money.EUR(9900) },                // the fourth, with another sum
		func(in *debt.Submission) { *in = storetest.Submission(creditor, 900, due) },               // known
		func(in *debt.Submission) { in.Principal = money.EUR(-1) },                                 // refused
		func(in *debt.Submission) { in.Country = "JP" },                                            // refused
		func(in *debt.Submission) { in.Debtor.Contacts = nil; in.Debtor.Street = "" },              // out of reach
		func(in *debt.Submission) { // the first of a chain, in which each shares an address …
			in.Debtor.Name, in.Debtor.Contacts[1] = "Cadena", debt.ContactPoint{Channel: "email", Value: "PAGOS@chain.example"}
		},
		func(in *debt.Submission) { in.Debtor = chained(*in, "pagos@chain.example", "two@chain.example") }, // … with the one before …
		func(in *debt.Submission) { in.Debtor = chained(*in, "two@chain.example", "three@chain.example") }, // … but not the first
		func(in *debt.Submission) { in.Guarantors = []debt.Party{same(4).Debtor} },
		func(in *debt.Submission) { // with a past
			paid := calendar.DateOf(start).AddDays(-2)
			in.Earlier.Payments = []debt.PaymentReceived{{ID: "p1", Amount: money.EUR(20000), Received: paid, Method: "transfer"}}
			in.Earlier.Contacts = []debt.EarlierContact{{Channel: "email", On: paid}, {Channel: "phone", On: paid.AddDays(-1)}}
		},
		func(in *debt.Submission) { // paid more than is owed
			in.Earlier.Payments = []debt.PaymentReceived{{ID: "p2", Amount: money.EUR(20000000), Received: calendar.DateOf(start).AddDays(-2), Method: "transfer"}}
		},
		func(in *debt.Submission) { // one address in two spellings
			in.Debtor.Contacts = append(in.Debtor.Contacts, debt.ContactPoint{Channel: "email", Value: strings.ToUpper(in.Debtor.Contacts[0].Value)})
		},
		func(in *debt.Submission) { in.Strategy = "none_such" }, // refused
	} {
		add(change)
	}
	for range 4 {
		add(nil)
	}
	return rows
}

// chained is the debtor of the chain with two addresses.
func chained(in debt.Submission, one, other string) debt.Party {
	p := in.Debtor
	p.Name = "Cadena"
	p.Contacts = []debt.ContactPoint{{Channel: "email", Value: one}, {Channel: "email", Value: other}}
	return p
}

// taken gives what the record holds after the mixed file, and one with a text
// that cannot be stored, were imported limit rows at a time.
func taken(t *testing.T, limit int) (rows map[string][]string, copied int64) {
	t.Helper()
	var p tap
	s, url := tapped(t, &p)
	k, other := storetest.Creditor(t, s, "Acme"), storetest.Creditor(t, s, "Beta")
	storetest.Case(t, s, storetest.Submission(k.ID, 900, due))
	theirs := storetest.Submission(other.ID, 901, due)
	theirs.Debtor.TaxID = "A58818501"
	storetest.Case(t, s, theirs)
	must(s.SaveFirm(ctx, record.Firm{Name: "Lex", Countries: []string{"ES"}, Active: true}))(t)
	if _, _, err := s.PlaceStop(ctx, record.Stop{Scope: "channel", Of: "sms", Reason: "wrong texts", By: "k1"}); err != nil {
		t.Fatal(err)
	}
	spoilt := []record.ImportRow{{Row: 2, Submission: storetest.Submission("", 700, due)}, {Row: 3, Submission: storetest.Submission("", 701, due)}}
	spoilt[1].Submission.Debtor.City = "Madrid\x00"
	for name, file := range map[string][]record.ImportRow{"mixed": mixed(k.ID), "spoilt": spoilt} {
		must(s.StartImport(ctx, k.ID, name, file))(t)
	}
	for worked := 1; worked > 0; {
		var err error
		worked, _, err = s.WorkImport(ctx, limit)
		ok(t, err)
	}
	verified(t, s, all[string](t, url, `select id from cases`)...)
	return named(t, url), p.cases.Load()
}

func all[T any](t *testing.T, url, query string) []T {
	t.Helper()
	conn := must(pgx.Connect(ctx, url))(t)
	defer conn.Close(ctx)
	rows := must(conn.Query(ctx, query))(t)
	return must(pgx.CollectRows(rows, pgx.RowTo[T]))(t)
}

var anID = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// named gives every row of every table, without what is drawn anew each time
// (salts, and the hashes over them) and with names in the place of ids.
func named(t *testing.T, url string) map[string][]string {
	t.Helper()
	names := map[string]string{}
	for _, pair := range all[[]string](t, url, `select array[id, 'creditor ' || name] from creditors union all select array[id, 'firm'] from firms
		union all select array[id, 'stop'] from stops union all select array[id, 'import ' || name] from imports
		union all select array[id, 'case ' || reference] from cases union all select array[id, 'debtor ' || reference] from debtors
		union all select array[p.id, 'person of ' || (select min(reference) from debtors d where d.person_id = p.id)] from persons p
		union all select array[p.id, 'point ' || d.reference || ' ' || p.channel || ' ' || p.value] from contact_points p join debtors d on d.id = p.debtor_id`) {
		names[pair[0]] = pair[1]
	}
	drawn := map[string]string{"cases": "head,submission_hash", "events": "commitment,hash", "event_payloads": "salt,payload",
		"contacts": "id", "imports": "digest"}
	out := map[string][]string{}
	for _, table := range all[string](t, url, `select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
		and relname not in ('goose_db_version', 'installation')`) {
		more := "'{}'"
		if table == "event_payloads" {
			more = "jsonb_build_object('said', convert_from(payload, 'UTF8')::jsonb)"
		}
		for _, row := range all[string](t, url, fmt.Sprintf(`select (to_jsonb(x) - string_to_array('%s', ',') || %s)::text from %s x`, drawn[table], more, table)) {
			out[table] = append(out[table], anID.ReplaceAllStringFunc(row, func(id string) string {
				if name, ok := names[id]; ok {
					return name
				}
				return "some id"
			}))
		}
		slices.Sort(out[table])
	}
	return out
}

func TestRowsOpenedTogetherAreWhatTheyAreOneByOne(t *testing.T) {
	want, none := taken(t, 1)
	got, many := taken(t, 500)
	if none != 0 || many < 12 {
		t.Fatalf("%d cases were copied one by one, %d together; want none, and a dozen", none, many)
	}
	for _, table := range []string{"persons", "person_keys", "debtors", "contact_points", "cases", "guarantors", "events", "event_payloads",
		"ledger_entries", "contacts", "import_rows"} {
		if len(want[table]) == 0 {
			t.Errorf("nothing in %s: the file tests too little", table)
		}
	}
	for table := range maps.Keys(want) {
		if len(got[table]) != len(want[table]) {
			t.Errorf("%s: %d rows, one by one %d", table, len(got[table]), len(want[table]))
		}
		for _, row := range want[table] {
			if !slices.Contains(got[table], row) {
				t.Errorf("%s: not found together:\n%s", table, row)
			}
		}
		for _, row := range got[table] {
			if !slices.Contains(want[table], row) {
				t.Errorf("%s: not found one by one:\n%s", table, row)
			}
		}
	}
}

// halves counts what a round that was cut off may have left half done.
const halves = `select (select count(*) from import_rows r where (r.state = 'accepted') <> exists (select from cases c where c.id = r.case_id))
	+ (select count(*) from persons p where not exists (select from cases c where c.person_id = p.id))
	+ (select count(*) from person_keys k where not exists (select from cases c where c.person_id = k.person_id))
	+ (select count(*) from debtors d where not exists (select from cases c where c.debtor_id = d.id))
	+ (select count(*) from cases c where not exists (select from import_rows r where r.case_id = c.id))
	+ (select count(*) from cases c where c.last_seq <> (select count(*) from events e join event_payloads p using (case_id, seq) where e.case_id = c.id))`

func TestARoundThatIsCutOffAtAnyStatementLeavesNothingHalfDone(t *testing.T) {
	var p tap
	s, url := tapped(t, &p)
	k := storetest.Creditor(t, s, "Acme")
	cut := true
	for n := 1; cut; n++ {
		i := must(s.StartImport(ctx, k.ID, "x", rows(k.ID, 10*n, 3)))(t)
		short, cancel := context.WithCancel(ctx)
		var seen atomic.Int64
		cut = false
		p.before = func() {
			if seen.Add(1) == int64(n) {
				cut = true
				cancel()
			}
		}
		_, _, err := s.WorkImport(short, 100)
		p.before = nil
		cancel()
		if cut != (err != nil) && imported(t, s, i.ID).State != "done" {
			t.Errorf("cut off at statement %d: %v, the error is %v", n, cut, err)
		}
		if half := one[int](t, url, halves); half != 0 {
			t.Fatalf("cut off at statement %d: %d things are half done", n, half)
		}
		for range 500 { // as below, rows stay locked until the server has ended what was cut off
			if _, _, err := s.WorkImport(ctx, 100); err != nil {
				t.Fatal(err)
			}
			if imported(t, s, i.ID).State == "done" {
				break
			}
		}
		if got := imported(t, s, i.ID); got.State != "done" || got.Accepted != 3 {
			t.Fatalf("cut off at statement %d, the import ends as %+v", n, got)
		}
		if n > 200 {
			t.Fatal("a round never ends")
		}
	}
	verified(t, s, all[string](t, url, `select id from cases`)...)
}

func TestAConnectionLostAmongRowsOpenedTogetherLosesNone(t *testing.T) {
	var p tap
	s, url := tapped(t, &p)
	k := storetest.Creditor(t, s, "Acme")
	ok(t, sql(t, url, `create sequence written`))
	ok(t, sql(t, url, `create function cut() returns trigger language plpgsql as $$
		begin if nextval('written') = 5 then perform pg_terminate_backend(pg_backend_pid()); end if; return new; end $$`))
	ok(t, sql(t, url, `create trigger cut before insert on event_payloads for each row execute function cut()`))
	i := must(s.StartImport(ctx, k.ID, "x", rows(k.ID, 0, 9)))(t)
	var wake []string
	for range 500 { // rows stay locked until the server has ended the lost connection, and are left for a later round
		_, some, err := s.WorkImport(ctx, 100)
		ok(t, err)
		wake = append(wake, some...)
		if imported(t, s, i.ID).State == "done" {
			break
		}
	}
	if len(wake) != 9 {
		t.Errorf("%d cases to wake", len(wake))
	}
	if got := imported(t, s, i.ID); got.State != "done" || got.Accepted != 9 {
		t.Errorf("the import is %+v", got)
	}
	if n := one[int](t, url, `select last_value::int from written`); n < 14 {
		t.Errorf("%d payloads were begun, want five that were cut off and nine", n)
	}
	if half := one[int](t, url, halves); half != 0 {
		t.Errorf("%d things are half done", half)
	}
	verified(t, s, wake...)
}

func TestADebtSubmittedWhileItsRowIsOpenedTogetherIsOpenedOnce(t *testing.T) {
	var p tap
	s, url := tapped(t, &p)
	k := storetest.Creditor(t, s, "Acme")
	file := rows(k.ID, 0, 20)
	must(s.StartImport(ctx, k.ID, "x", file))(t)
	done := make(chan error, 1)
	go func() {
		var failed error
		for _, r := range slices.Backward(file) {
			if _, err := s.Open(ctx, r.Submission, operator); err != nil {
				failed = err
			}
		}
		done <- failed
	}()
	if _, _, err := s.WorkImport(ctx, 100); err != nil {
		t.Error(err)
	}
	ok(t, <-done)
	if n := one[int](t, url, `select count(*) from cases`); n != 20 {
		t.Errorf("%d cases of 20 debts", n)
	}
	if n := one[int](t, url, `select count(*) from persons`); n != 20 {
		t.Errorf("%d persons of 20 debtors", n)
	}
	if n := one[int](t, url, `select count(*) from import_rows where state in ('accepted', 'known') and case_id is not null`); n != 20 {
		t.Errorf("%d of 20 rows are accepted or known", n)
	}
	verified(t, s, all[string](t, url, `select id from cases`)...)
}
