package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/evidence"
	"github.com/recobro/recobro/record"
)

// ErrState says that the row of a case is not what its events add up to.
var ErrState = errors.New("the state is not what the events add up to")

// Verify checks the record of a case: the chain of its events is whole, each
// payload is the one committed to, and the row is what they add up to. Where
// payloads were erased, the chain alone is checked.
func (s *Store) Verify(ctx context.Context, caseID string) error {
	var rows []evidence.Row
	var state, head []byte
	var last int64
	err := pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, `select state, head, last_seq from cases where id = $1`, caseID).Scan(&state, &head, &last); err != nil {
			return missing(err, "case", caseID)
		}
		r, err := tx.Query(ctx, `select e.case_id, e.seq, e.kind, e.at, e.by_role, e.by_id, e.commitment, e.hash, p.salt, p.payload
			from events e left join event_payloads p using (case_id, seq) where e.case_id = $1 order by e.seq`, caseID)
		if err != nil {
			return err
		}
		rows, err = pgx.CollectRows(r, func(r pgx.CollectableRow) (evidence.Row, error) {
			var x evidence.Row
			err := r.Scan(&x.Case, &x.Seq, &x.Kind, &x.At, &x.Role, &x.By, &x.Commitment, &x.Hash, &x.Salt, &x.Payload)
			return x, err
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("verify case %s: %w", caseID, err)
	}
	if err := evidence.Verify(rows); err != nil {
		return err
	}
	if n := len(rows); int64(n) != last || !bytes.Equal(rows[n-1].Hash, head) {
		return fmt.Errorf("verify case %s: %d events, %d on the row: %w", caseID, n, last, evidence.ErrGap)
	}
	return folds(caseID, rows, state)
}

// folds checks that events add up to a state.
func folds(caseID string, rows []evidence.Row, state []byte) error {
	var events []debt.Event
	for _, r := range rows {
		if r.Payload == nil {
			return nil // erased: what it said is no longer known
		}
		f, err := debt.Decode(r.Kind, r.Payload)
		if err != nil {
			return fmt.Errorf("verify case %s, event %d: %w", caseID, r.Seq, err)
		}
		events = append(events, debt.Event{Seq: r.Seq, At: r.At.UTC(), By: debt.Actor{Role: debt.Role(r.Role), ID: r.By}, Fact: f})
	}
	want, err := json.Marshal(debt.Fold(events))
	if err != nil {
		return fmt.Errorf("verify case %s: %w", caseID, err)
	}
	var kept debt.Case
	if err := json.Unmarshal(state, &kept); err != nil {
		return fmt.Errorf("verify case %s: %w", caseID, err)
	}
	have, err := json.Marshal(&kept)
	if err != nil {
		return fmt.Errorf("verify case %s: %w", caseID, err)
	}
	if !bytes.Equal(have, want) {
		return fmt.Errorf("verify case %s: %w", caseID, ErrState)
	}
	return nil
}

// keyBusy is for how long a request with an Idempotency-Key counts as under
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
