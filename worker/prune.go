package worker

import (
	"cmp"
	"context"
	"time"
)

// How long answers are kept where nothing is set, how often old ones are looked
// for, and how many are forgotten at once: few enough to hold up nobody.
const (
	keepAnswers = 30 * 24 * time.Hour
	pruneEvery  = 10 * time.Minute
	pruneAtOnce = 1000
)

// prune forgets old answers until none is left, and tells how many.
func (r *relay) prune(ctx context.Context) (int, error) {
	forgotten := 0
	for {
		n, err := r.store.PruneAnswers(ctx, cmp.Or(r.keep, keepAnswers), pruneAtOnce)
		forgotten += n
		if err != nil || n < pruneAtOnce {
			return forgotten, err
		}
	}
}
