package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

// Acts hold the one lock together, for as long as their transaction lasts; who
// places a stop holds it alone. So an act either sees the stop, or is on the
// record before it and is flagged. It is taken before any other lock.
const (
	actUnlessStopped = `select pg_advisory_xact_lock_shared(hashtextextended('stops', 0))`
	stopAllActs      = `select pg_advisory_xact_lock(hashtextextended('stops', 0))`
)

// inScope are the messages that a stop over $1 bears on, by its scope.
var inScope = map[string]string{"installation": `$1::text = ''`, "creditor": `creditor_id = $1`, "case": wentFor, "channel": `channel = $1`}

// PlaceStop places an emergency stop. It binds at once: it waits for the acts
// that have begun, and every later one sees it. What is in flight within its
// scope is flagged late. It gives the cases that are planned anew, to wake; where they are very many the
// rest is marked, and decides as it is woken.
func (s *Store) PlaceStop(ctx context.Context, st record.Stop) (record.Stop, []string, error) {
	if err := s.checkStop(ctx, st); err != nil {
		return st, nil, err
	}
	st.ID = madeID(ctx)
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, stopAllActs); err != nil {
			return err
		}
		_, now, err := s.clockIn(ctx, tx)
		if err != nil {
			return err
		}
		if err = tx.QueryRow(ctx, `insert into stops as s (id, scope, of, reason, placed_by, placed_at) values ($1, $2, $3, $4, $5, $6)
			on conflict (id) do update set id = s.id returning placed_at, coalesce(lifted_at, '0001-01-01 00:00:00Z')`,
			st.ID, st.Scope, st.Of, st.Reason, st.By, now).Scan(&st.Placed, &st.Lifted); err != nil {
			return err
		}
		st.Placed, st.Lifted = st.Placed.UTC(), st.Lifted.UTC()
		_, err = tx.Exec(ctx, `update messages set late = true where state = 'reserved' and `+inScope[st.Scope], st.Of)
		return err
	})
	if err != nil {
		return st, nil, fmt.Errorf("place a stop over %s %s: %w", st.Scope, st.Of, err)
	}
	ids, err := s.replanScope(ctx, st)
	return st, ids, err
}

// checkStop refuses a stop over nothing, and one without a reason.
func (s *Store) checkStop(ctx context.Context, st record.Stop) error {
	if st.Reason == "" {
		return &debt.Refusal{Field: "reason", Rule: "reason_missing", Detail: "say why everything is to stop"}
	}
	known := false
	var err error
	switch st.Scope {
	case "installation":
		known = st.Of == ""
	case "channel":
		known = st.Of == "email" || st.Of == "sms" || st.Of == "whatsapp" || st.Of == "phone"
	case "creditor":
		err = s.pool.QueryRow(ctx, `select exists (select from creditors where id = $1)`, st.Of).Scan(&known)
	case "case":
		err = s.pool.QueryRow(ctx, `select exists (select from cases where id = $1)`, st.Of).Scan(&known)
	default:
		return &debt.Refusal{Field: "scope", Rule: "stop_scope", Detail: "scope must be installation, creditor, case or channel"}
	}
	if err != nil {
		return fmt.Errorf("look for %s %s: %w", st.Scope, st.Of, err)
	}
	if !known {
		return &debt.Refusal{Field: "of", Rule: "stop_of", Detail: "there is no such " + st.Scope}
	}
	return nil
}

// LiftStop lets go on what a stop held up, and gives the cases planned anew. A
// stop that was lifted stays lifted.
func (s *Store) LiftStop(ctx context.Context, id, by string) ([]string, error) {
	var st record.Stop
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		_, now, err := s.clockIn(ctx, tx)
		if err != nil {
			return err
		}
		if err := refuseRestored(ctx, tx, id); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `update stops set lifted_at = coalesce(lifted_at, $2),
			lifted_by = case when lifted_at is null then $3 else lifted_by end where id = $1 returning scope, of`, id, now, by).
			Scan(&st.Scope, &st.Of)
	})
	if err != nil {
		return nil, missing(err, "stop", id)
	}
	return s.replanScope(ctx, st)
}

// Stops lists the stops that stand, then those that were lifted, newest first.
func (s *Store) Stops(ctx context.Context) ([]record.Stop, error) {
	rows, err := s.pool.Query(ctx, `select id, scope, of, reason, placed_by, placed_at, coalesce(lifted_at, '0001-01-01 00:00:00Z')
		from stops order by lifted_at is not null, id desc limit 1000`)
	if err != nil {
		return nil, fmt.Errorf("list stops: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (record.Stop, error) {
		var st record.Stop
		err := r.Scan(&st.ID, &st.Scope, &st.Of, &st.Reason, &st.By, &st.Placed, &st.Lifted)
		st.Placed, st.Lifted = st.Placed.UTC(), st.Lifted.UTC()
		return st, err
	})
}

// replanNow is how many persons are planned anew before the caller has its
// answer; beyond it, cases are marked and decide as they are woken.
const replanNow = 500

// replanScope plans the open cases within a stop's scope anew.
func (s *Store) replanScope(ctx context.Context, st record.Stop) ([]string, error) {
	condition, args := "true", []any{}
	switch st.Scope {
	case "creditor":
		condition, args = "creditor_id = $1", []any{st.Of}
	case "case":
		condition, args = "id = $1", []any{st.Of}
	}
	persons, err := s.caseIDs(ctx, "persons under a stop", fmt.Sprintf(
		`select distinct person_id from cases where open and (%s) limit %d`, condition, replanNow+1), args...)
	if err != nil {
		return nil, err
	}
	if len(persons) > replanNow {
		if err := s.nudge(ctx, condition, args...); err != nil {
			return nil, err
		}
		persons = persons[:replanNow]
	}
	var ids []string
	for _, p := range persons {
		err := s.inPerson(ctx, p, func(d *docket) error {
			for _, h := range d.held {
				ids = append(ids, h.c.ID)
			}
			return nil
		})
		if err != nil {
			return ids, fmt.Errorf("plan anew: %w", err)
		}
	}
	return ids, nil
}

// inPerson locks a person and their open cases, lets change be made, and plans
// anew.
func (s *Store) inPerson(ctx context.Context, personID string, change func(*docket) error) error {
	return s.inTx(ctx, func(tx pgx.Tx) error {
		d, err := s.load(ctx, tx, subject{personID: personID, lock: true})
		if err != nil {
			return err
		}
		if err := change(d); err != nil {
			return err
		}
		return d.save(ctx, tx, nil)
	})
}
