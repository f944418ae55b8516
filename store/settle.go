package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

// Settle records what became of a reserved message, or of one whose outcome
// was unknown; a message that was settled before stays as it is. It
// acknowledges, and gives what the case does next.
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
		if err := d.endSend(ctx, tx, messageID, out); err != nil {
			return err
		}
		told := h
		if !tell {
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

// endSend records the outcome of a message on every case it went out for.
func (d *docket) endSend(ctx context.Context, tx pgx.Tx, messageID string, out record.Delivery) error {
	if !slices.Contains([]string{"sent", "failed", "unknown"}, out.State) {
		return fmt.Errorf("a message cannot end as %q", out.State)
	}
	var state, recipient, channel, caseID string
	var late bool
	var covers []string
	err := tx.QueryRow(ctx, `select m.state, m.recipient, m.channel, m.late, m.case_id,
			array(select case_id from message_cases where message_id = m.id order by case_id)
		from messages m where id = $1 for update`, messageID).Scan(&state, &recipient, &channel, &late, &caseID, &covers)
	if err != nil {
		return missing(err, "message", messageID)
	}
	if state != "reserved" && (state != "unknown" || out.State == "unknown") {
		return nil
	}
	for _, id := range append([]string{caseID}, covers...) {
		h, err := d.bring(ctx, tx, id)
		if err != nil {
			return err
		}
		facts := []debt.Fact{debt.MessageEnded{Message: messageID, State: out.State, Code: out.Code, Provider: out.Provider, Late: late, Retry: out.Retry}}
		if err := d.add(h, provider, "", facts); err != nil {
			return err
		}
		if out.DeadPoint {
			d.deadPoint(h, recipient)
		}
	}
	if out.OptedOut {
		d.optOut(channel, "provider")
		return d.optOutOthers(nil, provider, debt.OptedOut{Channel: channel, How: "provider"})
	}
	return nil
}

// provider is who reports what became of a message.
var provider = debt.Actor{Role: debt.Provider}

// bring gives the held case with an id, and reads it where it is closed.
func (d *docket) bring(ctx context.Context, tx pgx.Tx, caseID string) (*held, error) {
	if h, _ := d.find(caseID); h != nil {
		return h, nil
	}
	other, h, err := d.s.loadCase(ctx, tx, subject{caseID: caseID, lock: true})
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
func (s *Store) ExpireReservations(ctx context.Context, olderThan time.Duration) (int, error) {
	rows, err := s.pool.Query(ctx, `select id from messages where state = 'reserved' and wall_begun_at < $1 order by id limit 1000`,
		s.wall().Add(-olderThan))
	if err != nil {
		return 0, fmt.Errorf("find open reservations: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return 0, fmt.Errorf("find open reservations: %w", err)
	}
	for n, id := range ids {
		if _, err := s.settle(ctx, id, record.Delivery{State: "unknown", Code: "expired"}, false); err != nil {
			return n, err
		}
	}
	return len(ids), nil
}
