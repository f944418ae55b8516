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
