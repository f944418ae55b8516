package store

import (
	"context"
	"fmt"
	"time"
)

// PruneAnswers forgets the answers to requests begun longer ago than olderThan,
// the oldest first and at most limit of them, and tells how many. After that
// the same Idempotency-Key is a new request; a fact that it put on a case is
// still put there once, since its event carries the key.
func (s *Store) PruneAnswers(ctx context.Context, olderThan time.Duration, limit int) (int, error) {
	tag, err := s.pool.Exec(ctx, `delete from idempotency where ctid = any(array(
			select ctid from idempotency where wall_begun_at < $1 order by wall_begun_at limit $2 for update skip locked))`,
		s.wall().Add(-olderThan), limit)
	if err != nil {
		return 0, fmt.Errorf("forget answers older than %s: %w", olderThan, err)
	}
	return int(tag.RowsAffected()), nil
}
