package store_test

import (
	"testing"

	"github.com/recobro/recobro/debt"
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
