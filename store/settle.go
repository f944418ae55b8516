package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

// Settle records what became of a reserved message, or of one whose outcome
// was unknown; a message that was settled before stays as it is. It gives what
// the case does next, and acknowledges where the message was still reserved:
// otherwise another attempt, or a person, has answered for it meanwhile, and
// nobody listens to this one.
func (s *Store) Settle(ctx context.Context, messageID string, out record.Delivery) (record.Next, error) {
	return s.settle(ctx, messageID, out, true)
}

// settle is Settle; where tell is false the case's workflow is not the caller,
// and is woken.
func (s *Store) settle(ctx context.Context, messageID string, out record.Delivery, tell bool) (record.Next, error) {
	var next record.Next
	var caseID string
	if err := s.pool.QueryRow(ctx, `select case_id from messages where id = $1`, messageID).Scan(&caseID); err != nil {
		return next, missing(err, "message", messageID)
	}
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		d, h, err := s.loadCase(ctx, tx, subject{caseID: caseID, lock: true})
		if err != nil {
			return err
		}
		reserved, err := d.endSend(ctx, tx, messageID, out)
		if err != nil {
			return err
		}
		told := h
		if !tell || !reserved {
			told = nil
		}
		if err := d.save(ctx, tx, told); err != nil {
			return err
		}
		next = d.next(h)
		return nil
	})
	if err != nil {
		return next, fmt.Errorf("settle message %s of case %s: %w", messageID, caseID, err)
	}
	return next, nil
}

// endSend records the outcome of a message on every case it went out for, and
// reports whether it was reserved until now.
func (d *docket) endSend(ctx context.Context, tx pgx.Tx, messageID string, out record.Delivery) (reserved bool, err error) {
	if !slices.Contains([]string{"sent", "failed", "unknown"}, out.State) {
		return false, fmt.Errorf("a message cannot end as %q", out.State)
	}
	var state, recipient, channel, caseID string
	var late bool
	var covers []string
	err = tx.QueryRow(ctx, `select m.state, m.recipient, m.channel, m.late, m.case_id,
			array(select case_id from message_cases where message_id = m.id order by case_id)
		from messages m where id = $1 for update`, messageID).Scan(&state, &recipient, &channel, &late, &caseID, &covers)
	if err != nil {
		return false, missing(err, "message", messageID)
	}
	reserved = state == "reserved"
	if !reserved && (state != "unknown" || out.State == "unknown") {
		return false, nil
	}
	for _, id := range append([]string{caseID}, covers...) {
		h, err := d.bring(ctx, tx, id)
		if err != nil {
			return reserved, err
		}
		facts := []debt.Fact{debt.MessageEnded{Message: messageID, State: out.State, Code: out.Code, Provider: out.Provider, Late: late, Retry: out.Retry}}
		if err := d.add(h, provider, "", facts); err != nil {
			return reserved, err
		}
		if out.DeadPoint {
			d.deadPoint(h, recipient)
		}
	}
	if out.OptedOut {
		d.optOut(channel, "provider")
		return reserved, d.tellOthers(nil, told{by: provider}, debt.OptedOut{Channel: channel, How: "provider"})
	}
	return reserved, nil
}

// provider is who reports what became of a message.
var provider = debt.Actor{Role: debt.Provider}

// bring gives the held case with an id, and reads it where it is closed.
func (d *docket) bring(ctx context.Context, tx pgx.Tx, caseID string) (*held, error) {
	if h, _ := d.find(caseID); h != nil {
		return h, nil
	}
	// What the asker has seen is of its own case, and says nothing about this one.
	other, h, err := d.s.loadCase(record.WithSeen(ctx, record.Seen{}), tx, subject{caseID: caseID, lock: true})
	if err != nil {
		return nil, err
	}
	if other.debtors[h.debtor] != nil && d.debtors[h.debtor] == nil {
		d.debtors[h.debtor] = other.debtors[h.debtor]
	}
	d.cred[h.c.Creditor] = other.cred[h.c.Creditor]
	d.insert(h)
	return h, nil
}

// deadPoint marks a contact point as not valid: the provider said that it does
// not exist.
func (d *docket) deadPoint(h *held, value string) {
	points := d.debtors[h.debtor].Points
	for i := range points {
		if points[i].Value == value {
			points[i].Valid = false
		}
	}
	d.queue.Queue(`update contact_points set valid = false where debtor_id = $1 and value = $2`, h.debtor, value)
}

// ExpireReservations turns reservations that have been open for longer than
// olderThan, by the wall, into unknown ones, and gives how many there were.
// Whoever reserved them is gone; the message may have gone out.
// One that cannot be settled is told in the error, and holds up no other.
func (s *Store) ExpireReservations(ctx context.Context, olderThan time.Duration) (int, error) {
	expired, after, before := 0, "", s.wall().Add(-olderThan)
	var wrong []error
	for {
		ids, err := s.reservations(ctx, before, after)
		if err != nil || len(ids) == 0 {
			return expired, errors.Join(append(wrong, err)...)
		}
		for _, id := range ids {
			_, err := s.settle(ctx, id, record.Delivery{State: "unknown", Code: "expired"}, false)
			switch {
			case ctx.Err() != nil:
				return expired, err
			case err == nil:
				expired++
			case len(wrong) < mostErrors:
				wrong = append(wrong, err)
			}
		}
		after = ids[len(ids)-1]
	}
}

// mostErrors is how many failures of one round are told; more say no more.
const mostErrors = 10

// reservations lists open reservations of before an instant of the wall, by
// id, after the given one.
func (s *Store) reservations(ctx context.Context, before time.Time, after string) ([]string, error) {
	rows, err := s.pool.Query(ctx, `select id from messages where state = 'reserved' and wall_begun_at < $1 and id > $2 order by id limit 1000`,
		before, after)
	if err != nil {
		return nil, fmt.Errorf("find open reservations: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("find open reservations: %w", err)
	}
	return ids, nil
}

// SettleMessage records what a person found out of a message whose outcome is
// unknown, on every case that it went out for: out.State is sent or failed. A
// second call with the same key changes nothing. The error is a *debt.Refusal
// where the message is not of unknown outcome, or record.ErrNotFound.
func (s *Store) SettleMessage(ctx context.Context, id, key string, by debt.Actor, out debt.MessageEnded) (record.File, error) {
	var caseID string
	if err := s.pool.QueryRow(ctx, `select case_id from messages where id = $1`, id).Scan(&caseID); err != nil {
		return record.File{}, missing(err, "message", id)
	}
	out.Message = id
	file, err := s.record(ctx, caseID, key, by, func(tx pgx.Tx, d *docket, _ *held) (debt.Fact, error) {
		var state string
		var covers []string
		err := tx.QueryRow(ctx, `select m.state, m.late, array(select case_id from message_cases where message_id = m.id order by case_id)
			from messages m where id = $1 for update`, id).Scan(&state, &out.Late, &covers)
		if err != nil {
			return nil, err
		}
		if state != "unknown" {
			return nil, &debt.Refusal{Rule: "message_" + state, Detail: fmt.Sprintf("message %s is %s", id, state), Conflict: true}
		}
		for _, other := range covers {
			if err := d.settleCovered(ctx, tx, other, by, out); err != nil {
				return nil, err
			}
		}
		return out, nil
	})
	if err != nil {
		return file, fmt.Errorf("settle message %s of case %s: %w", id, caseID, err)
	}
	return file, nil
}

// settleCovered puts what became of a message on a case that it also covered.
func (d *docket) settleCovered(ctx context.Context, tx pgx.Tx, caseID string, by debt.Actor, out debt.MessageEnded) error {
	h, err := d.bring(ctx, tx, caseID)
	if err != nil {
		return err
	}
	facts, err := h.c.Accept(out, h.terms, d.now)
	if err != nil {
		return err
	}
	return d.add(h, by, "", facts)
}
