package bench

import (
	"context"
	"sync"
	"time"
)

// lookEvery is how often a measure looks whether something has come about.
const lookEvery = 50 * time.Millisecond

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// ticks counts what comes, and how fast.
type ticks struct {
	mu          sync.Mutex
	n           int
	first, last time.Time
}

func (t *ticks) tick() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = time.Now()
	if t.n++; t.n == 1 {
		t.first = t.last
	}
}

func (t *ticks) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.n, t.first, t.last = 0, time.Time{}, time.Time{}
}

func (t *ticks) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.n
}

// rate is how many came in a second, between the first and the last.
func (t *ticks) rate() float64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n < 2 {
		return 0
	}
	return float64(t.n-1) / t.last.Sub(t.first).Seconds()
}
