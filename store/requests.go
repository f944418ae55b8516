package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/record"
)

// keyBusySeconds is for how long a request with an Idempotency-Key counts as under
// way; one that took longer died with its process.
const keyBusySeconds = 60

// Recall looks whether a request was answered before, and otherwise marks it
// as under way: then the answer says which id the request is to make. found
// tells that the answer is the one given then.
// The error is record.ErrKeyReused where the key was used for another request,
// and record.ErrKeyBusy while the first is under way.
func (s *Store) Recall(ctx context.Context, r record.Request) (a record.Answer, found bool, err error) {
	wall := s.wall()
	err = s.pool.QueryRow(ctx, `insert into idempotency as i (scope, key, request_hash, wall_begun_at, made) values ($1, $2, $3, $4, $6)
		on conflict (scope, key) do update set wall_begun_at = excluded.wall_begun_at
			where i.status is null and i.request_hash = excluded.request_hash
				and i.wall_begun_at < excluded.wall_begun_at - make_interval(secs => $5)
		returning made`, r.Scope, r.Key, r.Hash, wall, float64(keyBusySeconds), newID()).Scan(&a.Made)
	if err == nil {
		return a, false, nil
	}
	if !errors.Is(err, pgx.ErrNoRows) {
		return a, false, fmt.Errorf("look for an earlier request: %w", err)
	}
	var hash string
	var answered *int
	if err := s.pool.QueryRow(ctx, `select request_hash, status, body from idempotency where scope = $1 and key = $2`, r.Scope, r.Key).
		Scan(&hash, &answered, &a.Body); err != nil {
		return a, false, fmt.Errorf("look for an earlier request: %w", err)
	}
	switch {
	case hash != r.Hash:
		return a, false, record.ErrKeyReused
	case answered == nil:
		return a, false, record.ErrKeyBusy
	}
	a.Status = *answered
	return a, true, nil
}

// madeID gives the id of what is to be made: the one that its request chose, or
// a new one.
func madeID(ctx context.Context) string { return cmp.Or(record.Made(ctx), newID()) }

// Remember keeps the answer to a request; where there is none the request may
// be tried again at once. It is to make the same then: what failed may have
// been made, and only the telling of it have failed.
func (s *Store) Remember(ctx context.Context, r record.Request, a record.Answer) error {
	var err error
	if a.Status == 0 {
		_, err = s.pool.Exec(ctx, `update idempotency set wall_begun_at = least(wall_begun_at, $4::timestamptz - make_interval(secs => $5))
			where scope = $1 and key = $2 and request_hash = $3 and status is null`, r.Scope, r.Key, r.Hash, s.wall(), float64(keyBusySeconds+1))
	} else {
		_, err = s.pool.Exec(ctx, `insert into idempotency as i (scope, key, request_hash, status, body, wall_begun_at) values ($1, $2, $3, $4, $5, $6)
			on conflict (scope, key) do update set status = excluded.status, body = excluded.body
				where i.request_hash = excluded.request_hash`, r.Scope, r.Key, r.Hash, a.Status, a.Body, s.wall())
	}
	if err != nil {
		return fmt.Errorf("remember an answer: %w", err)
	}
	return nil
}
