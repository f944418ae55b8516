package store_test

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store/storetest"
)

// BenchmarkAct measures one act of a case, from lock to commit: fsync is off,
// so it tells of round trips and of our own work alone.
func BenchmarkAct(b *testing.B) {
	s := storetest.New(b)
	if err := s.Freeze(ctx, start); err != nil {
		b.Fatal(err)
	}
	k := storetest.Creditor(b, s, "Acme")
	var ids []string
	for n := range 50 {
		ids = append(ids, storetest.Case(b, s, storetest.Submission(k.ID, n, due)).Case.ID)
	}
	b.ResetTimer()
	for n := range b.N {
		id := ids[n%len(ids)]
		f, err := s.File(ctx, id)
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if now, _, _, _ := s.ClockState(ctx); f.Next.At.After(now) {
			if err := s.Advance(ctx, f.Next.At); err != nil {
				b.Fatal(err)
			}
		}
		b.StartTimer()
		if _, err := s.Act(ctx, id, f.Next, storetest.Deliver("outbox")); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen measures the opening of a case for a debtor not known before.
func BenchmarkOpen(b *testing.B) {
	s := storetest.New(b)
	if err := s.Freeze(ctx, start); err != nil {
		b.Fatal(err)
	}
	k := storetest.Creditor(b, s, "Acme")
	b.ResetTimer()
	for n := range b.N {
		if _, err := s.Open(ctx, storetest.Submission(k.ID, n, due), debt.Actor{Role: debt.Operator}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSearchOfOneCreditor searches for what a creditor has a few of, and
// another one has many: 60,000 debtors with a case each.
func BenchmarkSearchOfOneCreditor(b *testing.B) {
	url := storetest.URL(b)
	s := storetest.Open(b, url)
	many, few := storetest.Creditor(b, s, "Vega"), storetest.Creditor(b, s, "Arlanza")
	for n := range 20 {
		in := storetest.Submission(few.ID, n, due)
		in.Reference, in.Debtor.Name = fmt.Sprint("F-", n), fmt.Sprint("Talleres Quevedo ", n)
		storetest.Case(b, s, in)
	}
	among(b, url, many.ID, 60000)
	for name, f := range map[string]record.Filter{
		"a name":      {Query: "quevedo", Creditor: few.ID},
		"a reference": {Query: "F-", Creditor: few.ID},
		"nobody":      {Query: "nobody", Creditor: few.ID},
		"many":        {Query: "quevedo", Creditor: many.ID, Limit: 50},
		"everything":  {Limit: 100},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Cases(ctx, f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("a debtor", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Debtors(ctx, few.ID, "quevedo", "", 50); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// among adds debtors with a case each to a creditor: they are called as those
// that are there already.
func among(t testing.TB, url, creditor string, n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, text := range []string{
		`insert into debtors (id, creditor_id, person_id, reference, kind, name, created_at)
			select 'z-' || n, $1::text, (select min(id) from persons), 'X-' || n, 'business', 'Talleres Quevedo ' || n, '2026-01-01'
			from generate_series(1, $2::int) n`,
		`insert into cases (id, creditor_id, debtor_id, person_id, reference, submission_hash, country, region, stage, due_on, currency, principal,
				open_principal, strategy, holds, state, head, last_seq, decided_seq, next_do, next_at, next, opened_at)
			select 'z-' || n, $1::text, 'z-' || n, person_id, 'F-' || n, submission_hash, country, region, stage, due_on, currency, principal,
				open_principal, strategy, holds, state, head, last_seq, decided_seq, next_do, next_at, next, opened_at
			from (select * from cases order by id limit 1) c, generate_series(1, $2::int) n`,
	} {
		if _, err := conn.Exec(t.Context(), text, creditor, n); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := conn.Exec(t.Context(), `analyze debtors, cases`); err != nil {
		t.Fatal(err)
	}
}
