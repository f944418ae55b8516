package worker

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// shelf is a desk with answers, by how old they are.
type shelf struct {
	*desk
	ages []time.Duration
}

func (s *shelf) PruneAnswers(_ context.Context, olderThan time.Duration, limit int) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var kept []time.Duration
	n := 0
	for _, age := range s.ages {
		if age > olderThan && n < limit {
			n++
			continue
		}
		kept = append(kept, age)
	}
	s.ages = kept
	return n, s.down
}

func (d *desk) PruneAnswers(context.Context, time.Duration, int) (int, error) { return 0, d.down }

func TestTheRelayForgetsAnswersOfLongAgoAndNoOthers(t *testing.T) {
	const day = 24 * time.Hour
	for _, x := range []struct {
		keep time.Duration
		left int
	}{{0, 31}, {day, 2}, {400 * day, 40 + 2*pruneAtOnce}} {
		t.Run(fmt.Sprint(x.keep), func(t *testing.T) {
			s := &shelf{desk: &desk{}}
			for age := range 40 {
				s.ages = append(s.ages, time.Duration(age)*day)
			}
			for range 2 * pruneAtOnce { // more than go at once
				s.ages = append(s.ages, 300*day)
			}
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), pruneEvery+time.Second)
				defer cancel()
				r := &relay{store: s, waker: s, log: slog.New(slog.DiscardHandler), keep: x.keep}
				r.run(ctx)
			})
			require.Len(t, s.ages, x.left)
		})
	}
}
