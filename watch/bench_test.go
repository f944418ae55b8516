package watch_test

import (
	"context"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store/storetest"
	"github.com/recobro/recobro/strategy"
	"github.com/recobro/recobro/watch"
)

// free is a door that costs nothing, so that what is measured is the watching.
type free struct{ next record.Next }

func (f free) Decide(context.Context, string) (record.Next, error) { return f.next, nil }
func (f free) Act(_ context.Context, _ string, _ strategy.Decision, do func(*record.Turn) (record.Done, error)) (record.Next, error) {
	_, err := do(nil)
	return f.next, err
}

func BenchmarkAnActBeingWatched(b *testing.B) {
	w, err := watch.New(ctx, watch.Options{Logger: still})
	require.NoError(b, err)
	d := w.Door(free{record.Next{Decision: strategy.Decision{Why: []strategy.Reason{{Code: "step_offset"}, {Code: "weekend"}, {Code: "gap"}}}}})
	want := strategy.Decision{Do: strategy.SendEmail}
	do := func(*record.Turn) (record.Done, error) { return record.Done{}, nil }
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Act(ctx, "case", want, do); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadingHowTheRecordStands(b *testing.B) {
	s := storetest.New(b)
	k := storetest.Creditor(b, s, "Quevedo")
	for n := range 300 {
		storetest.Case(b, s, storetest.Submission(k.ID, n, dayOf(start)))
	}
	b.ResetTimer()
	for b.Loop() {
		if _, err := s.Standing(ctx); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAScrape(b *testing.B) {
	w, err := watch.New(ctx, watch.Options{Logger: still})
	require.NoError(b, err)
	_, err = w.Record(storetest.New(b))
	require.NoError(b, err)
	for b.Loop() {
		w.Handler().ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/metrics", nil))
	}
}
