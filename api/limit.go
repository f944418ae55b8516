package api

import (
	"cmp"
	"sync"

	"golang.org/x/time/rate"
)

// Rate is how many requests each key may make: so many a second, and so many
// at once after a pause.
type Rate struct {
	PerSecond float64
	Burst     int
}

// DefaultRate stops a loop that ran wild, and nobody at work.
var DefaultRate = Rate{PerSecond: 200, Burst: 400}

// buckets hold one token bucket for each key that was used. Keys are few and
// made by people, so none is ever dropped.
type buckets struct {
	rate Rate
	mu   sync.Mutex
	of   map[string]*rate.Limiter
}

func newBuckets(r Rate) *buckets {
	return &buckets{
		rate: Rate{cmp.Or(r.PerSecond, DefaultRate.PerSecond), cmp.Or(r.Burst, DefaultRate.Burst)},
		of:   map[string]*rate.Limiter{},
	}
}

// take reports whether the key may make one more request now.
func (b *buckets) take(key string) bool {
	b.mu.Lock()
	l, ok := b.of[key]
	if !ok {
		l = rate.NewLimiter(rate.Limit(b.rate.PerSecond), b.rate.Burst)
		b.of[key] = l
	}
	b.mu.Unlock()
	return l.Allow()
}
