package store_test

import (
	"fmt"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
)

// sql runs a statement on an office's database, beside its store.
func (o *office) sql(t *testing.T, text string) {
	t.Helper()
	conn := must(pgx.Connect(ctx, o.url))(t)
	defer conn.Close(ctx)
	must(conn.Exec(ctx, text))(t)
}

func TestAServerThatIsAnotherIsNoticedByTheNextConnection(t *testing.T) {
	for found, change := range map[string]string{
		"another server":   `system_identifier = '1'`,
		"another timeline": `timeline = timeline - 1`,
		"another database": `database_oid = 1`,
		"other tables":     `events_oid = 1`,
	} {
		t.Run(found, func(t *testing.T) {
			o := openOffice(t)
			id := o.family(t, 1)[0]
			o.sql(t, "update installation set "+change)
			later := at(t, o.url, o.wall)
			if r := later.restored(t); r.Found != found {
				t.Errorf("it is held for %q", r.Found)
			}
			if d := must(o.Decide(ctx, id))(t).Decision; d.Do.Sends() {
				t.Errorf("a store that was connected before would %s", d.Do)
			}
		})
	}
}

func TestTheSameServerIsNoRestore(t *testing.T) {
	o := openOffice(t)
	id := o.family(t, 1)[0]
	for range 3 {
		later := at(t, o.url, o.wall)
		if _, held, err := later.Restored(ctx); held || err != nil {
			t.Fatalf("held: %v, %v", held, err)
		}
		if d := must(later.Decide(ctx, id))(t); d.Epoch != "" {
			t.Errorf("a record that was never restored is of epoch %q", d.Epoch)
		}
	}
}

// TestADumpReadIntoARunningDatabaseIsNoticed replaces the table of events under
// a store that stays connected, as pg_restore --clean does.
func TestADumpReadIntoARunningDatabaseIsNoticed(t *testing.T) {
	o := openOffice(t)
	id := o.family(t, 1)[0]
	want := o.toSend(t, id)
	o.sql(t, `alter table events rename to events_before;
		create table events (like events_before including all);
		insert into events select * from events_before;
		alter table event_payloads drop constraint event_payloads_case_id_seq_fkey;
		alter table ledger_entries drop constraint ledger_entries_case_id_seq_fkey;
		drop table events_before`)
	if m, _, err := o.Reserve(ctx, id, want, storetest.Deliver("smtp")); err != nil || m != nil {
		t.Errorf("it reserves %v, %v", m, err)
	}
	if r := o.restored(t); r.Found != "other tables" {
		t.Errorf("it is held for %q", r.Found)
	}
}

// ahead names a restore as a machine would whose clock is years ahead.
const ahead = "0bcdef01-2345-7000-8000-000000000000"

// TestALiftHoldsHoweverTheMachinesClockWasSet lifts three restores, the first
// of them while the machine's clock was years ahead.
func TestALiftHoldsHoweverTheMachinesClockWasSet(t *testing.T) {
	o := openOffice(t)
	id := o.family(t, 1)[0]
	must(o.Decide(ctx, id))(t)
	o.sql(t, "update installation set epoch = '"+ahead+"'")
	seen := must(o.Decide(ctx, id))(t).Seen()
	if seen.Epoch != ahead {
		t.Fatalf("it is told of epoch %q", seen.Epoch)
	}
	for n := range 2 {
		ok(t, o.DeclareRestored(ctx, "the operator says so"))
		_, _, err := o.Reconcile(ctx, record.Lift{By: operator, Mode: smtp})
		ok(t, err)
		next := must(o.Decide(record.WithSeen(ctx, seen), id))(t)
		if r, held, err := o.Restored(ctx); held || err != nil {
			t.Fatalf("lift %d: held again by %q, %v", n, r.Found, err)
		}
		if next.Epoch <= seen.Epoch {
			t.Errorf("lift %d: epoch %q comes after %q", n, next.Epoch, seen.Epoch)
		}
		seen = next.Seen()
	}
	// One whose restore the record no longer knows comes while it is held.
	o.sql(t, "update installation set epoch = ''")
	ok(t, o.DeclareRestored(ctx, "the operator says so"))
	must(o.Decide(record.WithSeen(ctx, seen), id))(t)
	_, _, err := o.Reconcile(ctx, record.Lift{By: operator, Mode: smtp})
	ok(t, err)
	must(o.Decide(record.WithSeen(ctx, seen), id))(t)
	if r, held, err := o.Restored(ctx); held || err != nil {
		t.Errorf("held again by %q, %v", r.Found, err)
	}
}

func TestAWorkflowThatHasSeenMoreThanIsOnTheRecordHoldsIt(t *testing.T) {
	for name, seen := range map[string]func(record.Next) (string, record.Seen){
		"a later event":         func(n record.Next) (string, record.Seen) { return n.Case, record.Seen{Seq: n.Seq + 1} },
		"a case that is gone":   func(record.Next) (string, record.Seen) { return "case-of-yesterday", record.Seen{Seq: 3} },
		"a restore that is not": func(n record.Next) (string, record.Seen) { return n.Case, record.Seen{Seq: 1, Epoch: "0"} },
		"a restore that is not, by a clock that was ahead": func(n record.Next) (string, record.Seen) {
			return n.Case, record.Seen{Seq: 1, Epoch: ahead}
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := openOffice(t)
			id := o.family(t, 1)[0]
			want := o.toSend(t, id)
			next := must(o.Decide(record.WithSeen(ctx, must(o.Decide(ctx, id))(t).Seen()), id))(t)
			if _, held, err := o.Restored(ctx); held || err != nil {
				t.Fatalf("one that has seen what there is holds it: %v, %v", held, err)
			}
			of, saw := seen(next)
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					m, _, err := o.Reserve(record.WithSeen(ctx, saw), of, want, storetest.Deliver("smtp"))
					if m != nil || (err != nil && of == id) {
						t.Errorf("it reserves %v, %v", m, err)
					}
				})
			}
			wg.Wait()
			r := o.restored(t)
			if stops := must(o.Stops(ctx))(t); len(stops) != 1 {
				t.Errorf("%d stops", len(stops))
			}
			_, _, err := o.Reconcile(ctx, record.Lift{By: operator, Mode: smtp})
			ok(t, err)
			again, err := o.Decide(record.WithSeen(ctx, saw), id)
			ok(t, err)
			if _, held, err := o.Restored(ctx); held || err != nil {
				t.Errorf("after the lift who slept through it holds it again: %v, %v", held, err)
			}
			if saw.Epoch != ahead && again.Epoch != r.Stop || again.Epoch <= saw.Epoch {
				t.Errorf("it is told of epoch %q", again.Epoch)
			}
		})
	}
}

// TestWhatMayNotBeAskedIsSaid has a role that may not read what PostgreSQL says
// of its files: a copy is still noticed.
func TestWhatMayNotBeAskedIsSaid(t *testing.T) {
	o := openOffice(t)
	ids := o.mixed(t)
	role := fmt.Sprintf("limited_%d", time.Now().UnixNano())
	o.sql(t, fmt.Sprintf(`create role %[1]s login; grant all on all tables in schema public to %[1]s; grant all on all sequences in schema public to %[1]s;
		revoke execute on function pg_control_system() from public; update installation set system_identifier = null`, role))
	t.Cleanup(func() { o.sql(t, fmt.Sprintf(`drop owned by %[1]s; drop role %[1]s`, role)) })
	as := func(databaseURL string) string {
		u := must(url.Parse(databaseURL))(t)
		u.User = url.User(role)
		return u.String()
	}
	limited := at(t, as(o.url), o.wall)
	r, held, err := limited.Restored(ctx)
	ok(t, err)
	if held || len(r.Blind) != 1 {
		t.Errorf("held %v, blind to %v", held, r.Blind)
	}
	limited.Close()
	o.sql(t, "update installation set events_oid = 1")
	c := at(t, as(o.url), o.wall)
	if r := c.restored(t); r.Open != len(ids) || len(r.Blind) != 1 {
		t.Errorf("it says %+v", r)
	}
	o.sql(t, fmt.Sprintf(`drop owned by %s`, role))
}

func TestEveryOpenCaseOfARestoredRecordIsMarkedToDecideAnew(t *testing.T) {
	o := openOffice(t)
	ids := o.mixed(t)
	for _, id := range ids {
		must(o.Decide(ctx, id))(t)
	}
	ok(t, o.DeclareRestored(ctx, "the operator says so"))
	var marked []string
	for deadline := time.Now().Add(time.Minute); len(marked) < len(ids) && time.Now().Before(deadline); {
		marked = must(o.Unacknowledged(ctx, 0, 100, 0))(t)
	}
	slices.Sort(marked)
	if !slices.Equal(marked, ids) {
		t.Errorf("marked are %v of %v", marked, ids)
	}
}

// TestTheClockSetBackAnHour sets the machine's clock back between and within
// transactions.
func TestTheClockSetBackAnHour(t *testing.T) {
	o := openOffice(t)
	ids := o.mixed(t)
	o.lives(t, ids, start.AddDate(0, 0, 8))
	back := time.Duration(0)
	jumping := must(store.New(ctx, o.url, store.Options{Wall: func() time.Time {
		back = time.Hour - back // at every second look, and so within a transaction
		return o.wall.Add(-back)
	}}))(t)
	t.Cleanup(jumping.Close)
	steady := o.Store
	o.Store = jumping
	for day := range 30 {
		for _, id := range ids {
			d := must(o.Decide(ctx, id))(t).Decision
			for range 2 { // the second attempt of the same
				m, _, err := o.Reserve(ctx, id, d, storetest.Deliver("smtp"))
				if d.Do.Sends() {
					ok(t, err)
				}
				if m != nil {
					must(o.Settle(ctx, m.ID, record.Delivery{State: "sent"}))(t)
				}
			}
			if !d.Do.Sends() {
				must(o.Act(ctx, id, d, storetest.Deliver("outbox")))(t)
			}
			must(o.Record(ctx, id, "", operator, debt.Noted{Text: fmt.Sprint("day ", day)}))(t)
		}
		o.wall = o.wall.Add(24 * time.Hour)
	}
	o.Store = steady
	seen := map[string]bool{}
	for _, m := range o.messages(t) {
		step := fmt.Sprint(m.Case, m.Step)
		if seen[step] {
			t.Errorf("%s was sent twice", m.Key)
		}
		seen[step] = true
	}
	t.Logf("%d messages of %d cases in 30 days", len(seen), len(ids))
	if len(seen) < len(ids) {
		t.Errorf("only %d messages: this shows little", len(seen))
	}
	o.gaps(t, ids)
	for _, id := range ids {
		var last time.Time
		for _, e := range must(o.Timeline(ctx, id, 0, 1000))(t) {
			if e.At.Before(last) {
				t.Errorf("event %d of case %s, %s, is of %s, the one before of %s", e.Seq, id, e.Kind, e.At, last)
			}
			last = e.At
		}
	}
	verified(t, o.Store, ids...)
}
