package store_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
	"github.com/recobro/recobro/strategy"
)

// ear remembers what it is told.
type ear struct {
	mu       sync.Mutex
	again    map[string]int
	planned  int
	imported map[string]int
}

func (e *ear) Again(why string) { e.mu.Lock(); e.again[why]++; e.mu.Unlock() }

func (e *ear) Planned(took time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if took >= 0 {
		e.planned++
	}
}

func (e *ear) Imported(state string) { e.mu.Lock(); e.imported[state]++; e.mu.Unlock() }

func heard(t *testing.T, url string) (*store.Store, *ear) {
	t.Helper()
	e := &ear{again: map[string]int{}, imported: map[string]int{}}
	s, err := store.New(ctx, url, store.Options{Strategies: strategy.NewLibrary(), ThirdParty: true, Watch: e})
	ok(t, err)
	t.Cleanup(s.Close)
	ok(t, s.Freeze(ctx, start))
	return s, e
}

func TestWhoWatchesHearsOfTransactionsRunAgain(t *testing.T) {
	url := storetest.URL(t)
	s, e := heard(t, url)
	k := storetest.Creditor(t, s, "Acme")
	id := storetest.Case(t, s, storetest.Submission(k.ID, 1, due)).Case.ID
	conn := must(pgx.Connect(ctx, url))(t)
	defer conn.Close(ctx)
	// The first decision of the case is a deadlock's victim, the second is not.
	must(conn.Exec(ctx, `create sequence turns;
		create function fall() returns trigger language plpgsql as $$ begin
			if nextval('turns') = 1 then raise exception 'deadlock' using errcode = '40P01'; end if; return new; end $$;
		create trigger fall before update on cases for each row execute function fall()`))(t)
	must(s.Decide(ctx, id))(t)
	if e.again["40P01"] != 1 || len(e.again) != 1 {
		t.Errorf("heard of %v", e.again)
	}
	if e.planned < 3 { // opening, and deciding twice
		t.Errorf("heard of %d decisions", e.planned)
	}
}

func TestWhoWatchesHearsOfEachRow(t *testing.T) {
	url := storetest.URL(t)
	s, e := heard(t, url)
	k := storetest.Creditor(t, s, "Acme")
	poison(t, url, "F-00002")
	must(s.StartImport(ctx, k.ID, "x", rows(k.ID, 0, 3)))(t)
	for range 5 {
		s.WorkImport(ctx, 100) // one row fails each time
	}
	if e.imported["accepted"] != 2 || e.imported["failed"] == 0 {
		t.Errorf("heard of %v", e.imported)
	}
}

// reader remembers the statements of batches, with their arguments.
type reader struct{ asked []pgx.TraceBatchQueryData }

func (*reader) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}
func (*reader) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}
func (*reader) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return ctx
}
func (r *reader) TraceBatchQuery(_ context.Context, _ *pgx.Conn, q pgx.TraceBatchQueryData) {
	r.asked = append(r.asked, q)
}
func (*reader) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

func TestStandingIsReadFromIndexes(t *testing.T) {
	url := storetest.URL(t)
	r := &reader{}
	s, err := store.New(ctx, url, store.Options{Strategies: strategy.NewLibrary(), ThirdParty: true, Tracer: r})
	ok(t, err)
	t.Cleanup(s.Close)
	k := storetest.Creditor(t, s, "Acme")
	for n := range 3 {
		storetest.Case(t, s, storetest.Submission(k.ID, n, due))
	}
	r.asked = nil
	must(s.Standing(ctx))(t)
	must(s.Extent(ctx))(t)
	if len(r.asked) < 10 {
		t.Fatalf("only %d statements were seen", len(r.asked))
	}
	conn := must(pgx.Connect(ctx, url))(t)
	defer conn.Close(ctx)
	// A small table is read whole whatever there is: forbid it, and what has no
	// index shows.
	must(conn.Exec(ctx, `set enable_seqscan = off`))(t)
	for _, q := range r.asked {
		plan := must(pgx.CollectRows(must(conn.Query(ctx, `explain `+q.SQL, q.Args...))(t), pgx.RowTo[string]))(t)
		for _, line := range plan {
			if strings.Contains(line, "Seq Scan") {
				t.Errorf("%s reads a whole table: %v", q.SQL, plan)
			}
		}
	}
}

func TestStandingOfAnEmptyRecordIsAllZero(t *testing.T) {
	s, _ := frozen(t)
	got := must(s.Standing(ctx))(t)
	if got.Overdue != (record.Waiting{}) || got.Unknown != (record.Waiting{}) || got.Unacknowledged != (record.Waiting{}) || got.Aimless != 0 {
		t.Errorf("%+v", got)
	}
	if !got.Frozen {
		t.Error("the clock stands still and that is not told")
	}
	c := s.Connections()
	if c.Most == 0 || c.Open == 0 {
		t.Errorf("connections are %+v", c)
	}
}
