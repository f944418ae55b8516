package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"
)

// readsAlone is how many of a request that is asked alone are timed.
const readsAlone = 10

// reader asks an API.
type reader struct{ url, key string }

func (r reader) get(ctx context.Context, path string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url+path, nil)
	if err != nil {
		return fmt.Errorf("GET %s: %w", path, err)
	}
	req.Header.Set("Authorization", "Bearer "+r.key)
	res, err := callers.Do(req)
	if err != nil {
		return fmt.Errorf("GET %s: %w", path, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("GET %s: %w", path, err)
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s: %s", path, res.Status, text)
	}
	return nil
}

// offer asks n times, at a steady pace whatever the answers take, and gives how
// long each took from the instant it was due. A tenth goes before, untimed.
func (a ask) offer(ctx context.Context, from reader, n int) ([]time.Duration, error) {
	chance := rand.New(rand.NewPCG(1, uint64(len(a.name))))
	if a.alone {
		return a.alone1by1(ctx, from, chance)
	}
	before := n / 10
	took := make([]time.Duration, before+n)
	wrong := make([]error, before+n)
	var wg sync.WaitGroup
	slots := make(chan struct{}, readsAtOnce)
	began := time.Now()
	for i := range before + n {
		due := began.Add(time.Duration(i) * time.Second / readsPerSecond)
		select {
		case <-time.After(time.Until(due)):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		path := a.path(chance)
		slots <- struct{}{}
		wg.Go(func() {
			wrong[i] = from.get(ctx, path)
			took[i] = time.Since(due)
			<-slots
		})
	}
	wg.Wait()
	return took[before:], errors.Join(wrong...)
}

func (a ask) alone1by1(ctx context.Context, from reader, chance *rand.Rand) ([]time.Duration, error) {
	var took []time.Duration
	for range readsAlone {
		began := time.Now()
		if err := from.get(ctx, a.path(chance)); err != nil {
			return nil, err
		}
		took = append(took, time.Since(began))
	}
	return took, nil
}

// percentile gives the value in milliseconds that so many of a hundred do not
// exceed: the nearest rank.
func percentile(took []time.Duration, of float64) float64 {
	sorted := slices.Sorted(slices.Values(took))
	i := max(int(math.Ceil(of/100*float64(len(sorted))))-1, 0)
	return float64(sorted[i].Microseconds()) / 1000
}
