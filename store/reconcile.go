package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// reconcileStep is how many persons are looked for at a time.
const reconcileStep = 500

// refuseRestored refuses to lift the stop of a restore as any other is lifted:
// what was sent meanwhile would be sent again.
func refuseRestored(ctx context.Context, tx pgx.Tx, id string) error {
	_, stop, _, err := kept(ctx, tx, "for share")
	if err != nil {
		return err
	}
	if stop != nil && *stop == id {
		return &debt.Refusal{Rule: "record_restored", Conflict: true,
			Detail: "the record was restored to an earlier point: reconcile says what may have been sent since, and lifts this stop"}
	}
	return nil
}

// errOvertaken ends a lift that another one, or another restore, came before.
var errOvertaken = &debt.Refusal{Rule: "lift_overtaken", Conflict: true, Detail: "meanwhile the record was restored once more, or somebody else lifted it"}

// errNotRestored refuses to lift what does not stand.
var errNotRestored = &debt.Refusal{Rule: "not_restored", Conflict: true, Detail: "the record is not known to have been restored: there is nothing to reconcile"}

// Restored tells of a restore that waits to be lifted; ok is false where none
// does, and then only Blind is set.
func (s *Store) Restored(ctx context.Context) (r record.Restored, ok bool, err error) {
	now, err := imprintOf(ctx, s.pool)
	if err != nil {
		return r, false, err
	}
	var placed, last, until *time.Time
	err = s.pool.QueryRow(ctx, `select coalesce(stop_id, ''), placed_at, found, i.last_at, lift_until, coalesce(lift_assume, ''), due_cases,
			(select count(*) from cases where open), (select count(*) from messages where state = 'reserved')
		from installation i left join stops on stops.id = stop_id`).
		Scan(&r.Stop, &placed, &r.Found, &last, &until, &r.Assume, &r.Due, &r.Open, &r.Reserved)
	if err != nil {
		return r, false, fmt.Errorf("ask whether the record was restored: %w", err)
	}
	if r.Stop == "" {
		return record.Restored{Blind: now.blind()}, false, nil
	}
	r.Since, r.Last, r.Until, r.Blind = since(placed), since(last), since(until), now.blind()
	return r, true, nil
}

// Reconcile lets a restored record go on. What was due between its last instant
// and the lift's is put on each case as possibly sent, or is not, as the lift
// says; either is an event of the case. Then the stop is lifted. Cut off, it is
// run again and goes on; nothing is done twice. It gives the cases to wake.
func (s *Store) Reconcile(ctx context.Context, l record.Lift) (out record.Lifted, wake []string, err error) {
	r, err := s.beginLift(ctx, &l)
	if err != nil {
		return out, nil, err
	}
	// Whoever reserved them did so before the restore, or was overtaken by it.
	if out.Reserved, err = s.ExpireReservations(ctx, 0); err != nil {
		if ctx.Err() != nil {
			return out, nil, err
		}
		out.Left = err.Error() // a reservation is never sent again: it holds up nothing
	}
	for {
		if err := s.liftPersons(ctx, r, l, &out); err != nil {
			return out, nil, err
		}
		whole, err := s.endLift(ctx, r, l)
		if err != nil {
			return out, nil, err
		}
		if whole {
			break
		}
	}
	wake, err = s.replanScope(ctx, record.Stop{Scope: "installation"})
	return out, wake, err
}

// beginLift puts on the record how the restore is lifted; one that was begun
// goes on in the same way.
func (s *Store) beginLift(ctx context.Context, l *record.Lift) (record.Restored, error) {
	var r record.Restored
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		var stop, assume *string
		var placed, last, until *time.Time
		if err := tx.QueryRow(ctx, `select stop_id, found, last_at, lift_until, lift_assume from installation for update`).
			Scan(&stop, &r.Found, &last, &until, &assume); err != nil {
			return err
		}
		if stop == nil {
			return errNotRestored
		}
		if err := tx.QueryRow(ctx, `select placed_at from stops where id = $1`, *stop).Scan(&placed); err != nil {
			return err
		}
		r.Stop, r.Last, r.Since = *stop, since(last), since(placed)
		if until != nil {
			return goOn(l, since(until), *assume)
		}
		_, now, err := s.clockIn(ctx, tx)
		if err != nil {
			return err
		}
		if err := checkLift(l, r, now); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `update installation set lift_until = $1, lift_assume = $2`, l.Until, l.Assume)
		return err
	})
	if err != nil {
		return r, fmt.Errorf("begin to lift a restore: %w", err)
	}
	return r, nil
}

// goOn completes a lift by the one that was begun, and refuses another.
func goOn(l *record.Lift, until time.Time, assume string) error {
	if (l.Assume != "" && l.Assume != assume) || (!l.Until.IsZero() && !l.Until.Equal(until)) {
		return &debt.Refusal{Rule: "lift_under_way", Conflict: true,
			Detail: fmt.Sprintf("a lift until %s that assumes %s was begun: it can only be gone on with", until.Format(time.RFC3339), assume)}
	}
	l.Until, l.Assume = until, assume
	return nil
}

// checkLift completes a lift, and refuses one that says nothing that can be.
func checkLift(l *record.Lift, r record.Restored, now time.Time) error {
	if l.Until.IsZero() {
		l.Until = r.Since
	}
	if l.Assume == "" {
		l.Assume = record.AssumeSent
	}
	switch {
	case l.Assume != record.AssumeSent && l.Assume != record.AssumeNothing:
		return &debt.Refusal{Field: "assume", Rule: "lift_assume", Detail: "assume must be sent or nothing"}
	case l.Until.Before(r.Last):
		return &debt.Refusal{Field: "until", Rule: "lift_until", Detail: fmt.Sprintf("the record knows all until %s: until must not be before", r.Last.Format(time.RFC3339))}
	case l.Until.After(now):
		return &debt.Refusal{Field: "until", Rule: "lift_until", Detail: fmt.Sprintf("it is %s: nothing was sent after that", now.Format(time.RFC3339))}
	}
	return nil
}

// liftKey marks the cases that go on after a restore.
func liftKey(r record.Restored) string { return "reconcile/" + r.Stop }

// unlifted holds for the open cases that a restored record, whose last instant
// is $1, knew, and that key $2 does not mark.
const unlifted = `open and opened_at <= $1 and not exists (select from events e where e.case_id = cases.id and e.key = $2)`

// liftPersons lets the cases of every person go on.
func (s *Store) liftPersons(ctx context.Context, r record.Restored, l record.Lift, out *record.Lifted) error {
	for after := ""; ; {
		ids, err := s.caseIDs(ctx, "persons to reconcile", fmt.Sprintf(
			`select distinct person_id from cases where %s and person_id > $3 order by 1 limit %d`, unlifted, reconcileStep),
			r.Last, liftKey(r), after)
		if err != nil || len(ids) == 0 {
			return err
		}
		after = ids[len(ids)-1]
		for _, id := range ids {
			var cases, messages int
			err := s.inPerson(ctx, id, func(d *docket) (err error) {
				cases, messages, err = d.lift(r, l)
				return err
			})
			if err != nil {
				return fmt.Errorf("reconcile person %s: %w", id, err)
			}
			out.Cases, out.Messages = out.Cases+cases, out.Messages+messages
		}
	}
}

// endLift lifts the stop, unless a case has come up that was not looked at.
func (s *Store) endLift(ctx context.Context, r record.Restored, l record.Lift) (whole bool, err error) {
	err = s.inTx(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, stopAllActs); err != nil {
			return err
		}
		_, now, err := s.clockIn(ctx, tx)
		if err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, `select not exists (select from cases where `+unlifted+`)`, r.Last, liftKey(r)).Scan(&whole); err != nil || !whole {
			return err
		}
		var before string
		if err := tx.QueryRow(ctx, `select epoch from installation for update`).Scan(&before); err != nil {
			return err
		}
		// A restore in the meantime keeps the stop, and begins its lift anew.
		tag, err := tx.Exec(ctx, `update installation set epoch = $3, stop_id = null, found = '', last_at = null, due_cases = 0, told = true,
			lift_until = null, lift_assume = null where stop_id = $1 and lift_until = $2`, r.Stop, l.Until, epochAfter(before, r.Stop))
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return errOvertaken
		}
		_, err = tx.Exec(ctx, `update stops set lifted_at = $2, lifted_by = $3 where id = $1`, r.Stop, now, l.By.ID)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("lift the stop of a restore: %w", err)
	}
	return whole, nil
}

// lift puts on the record of a person's cases what may have become of them
// after its last instant, and gives how many cases and messages there were.
func (d *docket) lift(r record.Restored, l record.Lift) (cases, messages int, err error) {
	if d.restored != r.Stop {
		return 0, 0, errOvertaken
	}
	var known []*held
	for _, h := range d.held {
		if h.c.Open() && !h.c.Opened.After(r.Last) {
			known = append(known, h)
		}
	}
	presumed := make([][]debt.Fact, len(known))
	if l.Assume == record.AssumeSent {
		d.asOf(known).Elapsed(r.Last, l.Until, func(m strategy.Moment) {
			if d.presume(known, m, l, presumed) {
				messages++
			}
		})
	}
	for i, h := range known {
		event := debt.Reconciled{Found: r.Found, From: r.Last, Until: l.Until, Assume: l.Assume, Messages: sends(presumed[i]), Note: l.Note}
		if err := d.add(h, l.By, liftKey(r), []debt.Fact{event}); err != nil {
			return 0, 0, err
		}
		if err := d.add(h, l.By, "", onward(h.c.Stage, presumed[i])); err != nil {
			return 0, 0, err
		}
	}
	return len(known), messages, nil
}

// asOf is the person as the strategy saw them before the restore was noticed:
// with the cases that were known, and without its stop.
func (d *docket) asOf(known []*held) *strategy.Person {
	q := *d
	q.held, q.restored = known, ""
	q.stops = slices.DeleteFunc(slices.Clone(d.stops), func(st record.Stop) bool { return st.ID == d.restored })
	return q.person()
}

// presume queues the rows of a contact that may have been made, and adds to the
// facts of each case that it was for; it reports whether it was a message. Of a
// call only the contact is kept: its task is opened anew, since nobody knows
// what came of it.
func (d *docket) presume(known []*held, m strategy.Moment, l record.Lift, facts [][]debt.Fact) bool {
	h, x := known[m.Case], m.Decision
	c, _ := x.Contact(h.c.ID, m.At)
	if !x.Do.Sends() {
		d.reached(c, "")
		return false
	}
	msg := record.Message{ID: newID(), Key: messageKey(h.c.ID, x), Case: h.c.ID, Creditor: h.c.Creditor, Person: d.personID,
		Step: x.Step, Occurrence: x.Occurrence, Channel: x.Channel, Purpose: x.Purpose, Letter: x.Letter, Language: h.c.Language,
		To: address(record.Whom(d.debtors[h.debtor].Points, h.c.Represented()), x.Channel), State: "unknown", Code: restoredReason, Mode: l.Mode(x.Channel),
		Reserved: m.At, Ended: d.now}
	for _, y := range append([]strategy.Moment{m}, m.Covers...) {
		f := strategy.Facts(y.Situation, y.Decision, y.At, func() string { return msg.ID })
		facts[y.Case] = append(facts[y.Case], inState(f, msg.ID, msg.State)...)
		if y.Case != m.Case {
			msg.Covers = append(msg.Covers, known[y.Case].c.ID)
		}
	}
	d.queueMessage(&msg)
	d.reached(c, msg.ID)
	return true
}

// address is where a channel reaches a debtor; empty where it does not.
func address(points []record.Point, channel string) string {
	for _, p := range points {
		if p.Carries(channel) && p.Valid && !p.OptedOut {
			return p.Value
		}
	}
	return ""
}

// sends counts the messages among facts.
func sends(facts []debt.Fact) (n int) {
	for _, f := range facts {
		if _, is := f.(debt.MessageReserved); is {
			n++
		}
	}
	return n
}

// onward makes facts that were made up one after the other fit a case in stage:
// what else the case did meanwhile is not among them.
func onward(stage debt.Stage, facts []debt.Fact) []debt.Fact {
	var out []debt.Fact
	for _, f := range facts {
		switch x := f.(type) {
		case debt.StageChanged:
			if x.To.Rank() <= stage.Rank() {
				continue
			}
			x.From, stage = stage, x.To
			f = x
		case debt.MessageEnded:
			x.Code = restoredReason
			f = x
		}
		out = append(out, f)
	}
	return out
}
