package worker

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// ear remembers the relay's rounds.
type ear struct {
	mu     sync.Mutex
	dealt  map[string]int
	failed map[string]int
}

func (e *ear) Round(work string, n int, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.dealt[work] += n
	if err != nil {
		e.failed[work]++
	}
}

func TestWhoWatchesHearsOfEachRound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{hears: true, unheard: []string{"a", "b"}, overdue: []string{"c"}, reserved: 4, imports: [][]string{{"d", "e"}, {"f"}}}
		e := &ear{dealt: map[string]int{}, failed: map[string]int{}}
		ctx, cancel := context.WithCancel(t.Context())
		r := &relay{store: d, waker: d, log: slog.New(slog.DiscardHandler), watch: e}
		done := make(chan struct{})
		go func() { r.run(ctx); close(done) }()
		time.Sleep(sweepEvery + time.Second)
		e.mu.Lock()
		assert.Equal(t, map[string]int{"resend": 2, "sweep": 1, "expire": 4, "import": 3}, without(e.dealt, "prune"))
		assert.Empty(t, e.failed)
		e.mu.Unlock()
		d.mu.Lock()
		d.down = errors.New("away")
		d.mu.Unlock()
		time.Sleep(sweepEvery + time.Second)
		e.mu.Lock()
		assert.Positive(t, e.failed["resend"])
		assert.Positive(t, e.failed["sweep"])
		e.mu.Unlock()
		cancel()
		<-done
	})
}

func without(m map[string]int, key string) map[string]int {
	delete(m, key)
	return m
}
