package watch

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Waker tells a case's workflow that there is news on the record.
type Waker interface {
	Wake(ctx context.Context, caseID string) error
}

// Waker returns k, counted: what it cannot tell is left to the relay.
func (w *Watch) Waker(k Waker) Waker { return &waker{w, k} }

type waker struct {
	watch *Watch
	Waker
}

func (k *waker) Wake(ctx context.Context, caseID string) error {
	err := k.Waker.Wake(ctx, caseID)
	result := "told"
	if err != nil {
		result = "left_to_relay"
	}
	k.watch.counters[apiWakes].WithLabelValues(result).Inc()
	return err
}

// rounds remember when each work of the relay last went well.
type rounds struct {
	*sync.Mutex
	began time.Time
	last  map[string]time.Time
}

func newRounds() rounds {
	return rounds{Mutex: &sync.Mutex{}, began: time.Now(), last: map[string]time.Time{}}
}

// Round counts a round of the relay.
func (w *Watch) Round(work string, n int, err error) {
	work = known(work, works)
	result := "ok"
	if err != nil {
		result = "failed"
	} else {
		w.rounds.Lock()
		w.rounds.last[work] = time.Now()
		w.rounds.Unlock()
	}
	w.counters[relayRounds].WithLabelValues(work, result).Inc()
	w.counters[relayDealt].WithLabelValues(work).Add(float64(n))
}

// wakes are the works by which no case is forgotten. The others may take long,
// or come seldom.
var wakes = []string{"resend", "sweep"}

// RelayRuns fails where the relay of this process has not woken what was to be
// woken for longer than within.
func (w *Watch) RelayRuns(within time.Duration) error {
	w.rounds.Lock()
	defer w.rounds.Unlock()
	for _, work := range wakes {
		last, ok := w.rounds.last[work]
		if !ok {
			last = w.rounds.began
		}
		if age := time.Since(last); age > within {
			return fmt.Errorf("the relay's work %q last went well %s ago", work, age.Round(time.Second))
		}
	}
	return nil
}
