package api

import (
	"cmp"
	"crypto/sha256"
	"math"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rate is how many requests may be made: so many a second, and so many at once
// after a pause.
type Rate struct {
	PerSecond float64
	Burst     int
}

// What holds where nothing is set. DefaultRate stops a loop of one key that ran
// wild, and nobody at work; DefaultFailures is how often an address may be
// wrong about its key.
var (
	DefaultRate     = Rate{PerSecond: 200, Burst: 400}
	DefaultFailures = Rate{PerSecond: 1, Burst: 30}
)

func (r Rate) or(other Rate) Rate {
	return Rate{cmp.Or(r.PerSecond, other.PerSecond), cmp.Or(r.Burst, other.Burst)}
}

// mostBuckets is how many buckets are held at once. Buckets that are full again
// make room; names beyond that share one bucket, so that memory has an end.
const mostBuckets = 10_000

// buckets hold one token bucket for each name that asks: a key, or an address.
type buckets struct {
	rate   Rate
	mu     sync.Mutex
	of     map[string]*rate.Limiter
	shared *rate.Limiter
	swept  time.Time
}

func newBuckets(r Rate) *buckets {
	return &buckets{rate: r, of: map[string]*rate.Limiter{}, shared: r.limiter()}
}

func (r Rate) limiter() *rate.Limiter { return rate.NewLimiter(rate.Limit(r.PerSecond), r.Burst) }

// bucket gives the bucket of a name.
func (b *buckets) bucket(name string) *rate.Limiter {
	b.mu.Lock()
	defer b.mu.Unlock()
	if l, ok := b.of[name]; ok {
		return l
	}
	if len(b.of) >= mostBuckets {
		if b.sweep(); len(b.of) >= mostBuckets {
			return b.shared
		}
	}
	l := b.rate.limiter()
	b.of[name] = l
	return l
}

// sweep drops the buckets that are full again, at most once a second: where all
// are in use, looking through them would be work for whoever fills them.
func (b *buckets) sweep() {
	now := time.Now()
	if now.Sub(b.swept) < time.Second {
		return
	}
	b.swept = now
	for n, l := range b.of {
		if l.TokensAt(now) >= float64(b.rate.Burst) {
			delete(b.of, n)
		}
	}
}

// take takes a token for one more request, and tells how long to wait where
// there is none.
func (b *buckets) take(name string) (wait time.Duration, ok bool) {
	l := b.bucket(name)
	if l.Allow() {
		return 0, true
	}
	return b.until(l), false
}

// empty tells how long to wait where no token is left; none is taken.
func (b *buckets) empty(name string) (wait time.Duration, is bool) {
	l := b.bucket(name)
	if l.Tokens() >= 1 {
		return 0, false
	}
	return b.until(l), true
}

// until is when the next token is there.
func (b *buckets) until(l *rate.Limiter) time.Duration {
	return time.Duration((1 - min(l.Tokens(), 1)) / b.rate.PerSecond * float64(time.Second))
}

// wholeSeconds writes a wait as Retry-After says it.
func wholeSeconds(d time.Duration) int {
	return max(1, int(math.Ceil(min(d, time.Hour).Seconds())))
}

// origin is where a request comes from, as failures are counted: an address, or
// for IPv6 the network of 64 bits that one customer has.
func origin(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return "unknown"
	}
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	p, _ := a.Prefix(64)
	return p.String()
}

// acquainted remembers, by its hash, that a secret opened something a while ago:
// whoever has such a one is looked up although the address they share with
// others has guessed too often. The look-up still decides.
type acquainted struct {
	mu sync.Mutex
	of map[[sha256.Size]byte]bool
}

func (q *acquainted) add(secret string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.of == nil || len(q.of) >= mostBuckets {
		q.of = map[[sha256.Size]byte]bool{}
	}
	q.of[sha256.Sum256([]byte(secret))] = true
}

func (q *acquainted) knows(secret string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.of[sha256.Sum256([]byte(secret))]
}
