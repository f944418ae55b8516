package store

import (
	"context"
	"fmt"

	"github.com/recobro/recobro/record"
)

// keyBusySeconds is for how long a request with an Idempotency-Key counts as under
// way; one that took longer died with its process.
const keyBusySeconds = 60

// Recall looks whether a request was answered before, and otherwise marks it
// as under way. found tells that status and body are the answer given then.
// The error is record.ErrKeyReused where the key was used for another request,
// and record.ErrKeyBusy while the first is under way.
func (s *Store) Recall(ctx context.Context, scope, key, requestHash string) (status int, body []byte, found bool, err error) {
	wall := s.wall()
	tag, err := s.pool.Exec(ctx, `insert into idempotency as i (scope, key, request_hash, wall_begun_at) values ($1, $2, $3, $4)
		on conflict (scope, key) do update set wall_begun_at = excluded.wall_begun_at
			where i.status is null and i.request_hash = excluded.request_hash
				and i.wall_begun_at < excluded.wall_begun_at - make_interval(secs => $5)`, scope, key, requestHash, wall, float64(keyBusySeconds))
	if err != nil {
		return 0, nil, false, fmt.Errorf("look for an earlier request: %w", err)
	}
	if tag.RowsAffected() == 1 {
		return 0, nil, false, nil
	}
	var hash string
	var answered *int
	if err := s.pool.QueryRow(ctx, `select request_hash, status, body from idempotency where scope = $1 and key = $2`, scope, key).
		Scan(&hash, &answered, &body); err != nil {
		return 0, nil, false, fmt.Errorf("look for an earlier request: %w", err)
	}
	switch {
	case hash != requestHash:
		return 0, nil, false, record.ErrKeyReused
	case answered == nil:
		return 0, nil, false, record.ErrKeyBusy
	}
	return *answered, body, true, nil
}

// Remember keeps the answer to a request; status 0 forgets the request, so
// that it may be tried again.
func (s *Store) Remember(ctx context.Context, scope, key, requestHash string, status int, body []byte) error {
	var err error
	if status == 0 {
		_, err = s.pool.Exec(ctx, `delete from idempotency where scope = $1 and key = $2 and request_hash = $3 and status is null`, scope, key, requestHash)
	} else {
		_, err = s.pool.Exec(ctx, `insert into idempotency as i (scope, key, request_hash, status, body, wall_begun_at) values ($1, $2, $3, $4, $5, $6)
			on conflict (scope, key) do update set status = excluded.status, body = excluded.body
				where i.request_hash = excluded.request_hash`, scope, key, requestHash, status, body, s.wall())
	}
	if err != nil {
		return fmt.Errorf("remember an answer: %w", err)
	}
	return nil
}
