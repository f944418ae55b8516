package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// engine is who acts when the case's own workflow does.
var engine = debt.Actor{Role: debt.Engine}

// messageKey names the one message that a decision may send: case, step,
// occurrence and channel. What is sent beside the ladder has no step, and is
// named by its letter and what it is about.
func messageKey(caseID string, d strategy.Decision) string {
	step := d.Step
	if step == "" {
		step = d.Letter
	}
	if d.Target != "" {
		step += ":" + d.Target
	}
	return fmt.Sprintf("%s/%s/%d/%s", caseID, step, d.Occurrence, d.Channel)
}

// earlier is a message that is on the record under a key already.
type earlier struct{ id, state string }

// turn is a case whose turn it is, under lock.
type turn struct {
	d      *docket
	h      *held
	i      int
	person *strategy.Person
	went   *earlier
}

// door locks the case's person and cases, and plans anew.
func (s *Store) door(ctx context.Context, tx pgx.Tx, caseID string, want strategy.Decision) (*turn, error) {
	t := &turn{}
	who := subject{caseID: caseID, acting: true, lock: true, offer: want.Do == strategy.OfferHandoff}
	if want.Do.Sends() {
		who.channel = want.Channel
		who.more = func(b *pgx.Batch) {
			b.Queue(`select id, state from messages where key = $1`, messageKey(caseID, want)).Query(func(rows pgx.Rows) error {
				for rows.Next() {
					t.went = &earlier{}
					if err := rows.Scan(&t.went.id, &t.went.state); err != nil {
						return err
					}
				}
				return rows.Err()
			})
		}
	}
	var err error
	t.d, t.h, err = s.loadCase(ctx, tx, who)
	if err != nil {
		return nil, err
	}
	_, t.i = t.d.find(caseID)
	t.person = t.d.decide()
	return t, nil
}

// stands reports whether want is still what the case does, and now.
func (t *turn) stands(want strategy.Decision) bool {
	return t.h.plan.Same(want) && t.h.plan.Due(t.d.now)
}

// Decide plans the case anew, acknowledges what is on its record, and gives
// what it does next. What the workflow is told here wakes it no more.
func (s *Store) Decide(ctx context.Context, caseID string) (record.Next, error) {
	var next record.Next
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		d, h, err := s.loadCase(ctx, tx, subject{caseID: caseID, lock: true})
		if err != nil {
			return err
		}
		if err := d.save(ctx, tx, h); err != nil {
			return err
		}
		next = d.next(h)
		return nil
	})
	if err != nil {
		return next, fmt.Errorf("decide for case %s: %w", caseID, err)
	}
	return next, nil
}

// Act is the door for acting. Under the lock it plans anew; if want is still
// what the case does, and due, it calls do, which must be pure, and records
// what do returns, with the marks of sibling cases that go out in the same
// message. It acknowledges, and gives what the case does next either way.
func (s *Store) Act(ctx context.Context, caseID string, want strategy.Decision, do func(*record.Turn) (record.Done, error)) (record.Next, error) {
	var next record.Next
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		t, err := s.door(ctx, tx, caseID, want)
		if err != nil {
			return err
		}
		stands := t.stands(want)
		if stands {
			if err := t.act(do); err != nil {
				return err
			}
		}
		if err := t.d.save(ctx, tx, t.h); err != nil {
			return err
		}
		next = t.d.next(t.h)
		next.Acted = stands && t.went == nil
		return nil
	})
	if err != nil {
		return next, fmt.Errorf("%s for case %s: %w", want.Do, caseID, err)
	}
	return next, nil
}

// act carries the present decision out, or, where its message went already,
// only marks it as gone.
func (t *turn) act(do func(*record.Turn) (record.Done, error)) error {
	if t.went != nil {
		return t.markGone()
	}
	turn := t.show()
	done, err := do(turn)
	if err != nil {
		return err
	}
	if len(done.Facts) == 0 {
		return errors.New("nothing was recorded, so the same would be done for ever")
	}
	if m := done.Message; m != nil {
		t.insertMessage(m, turn)
		if err := t.markCovered(turn, m); err != nil {
			return err
		}
	}
	if c, ok := t.h.plan.Contact(t.h.c.ID, t.d.now); ok && (done.Message != nil || !t.h.plan.Do.Sends()) {
		id := ""
		if done.Message != nil {
			id = done.Message.ID
		}
		t.d.contact(t.h, c.Channel, c.Purpose, id)
	}
	if err := t.d.add(t.h, engine, "", done.Facts); err != nil {
		return err
	}
	t.insertRows(done)
	return nil
}

// show is the turn as an activity sees it.
func (t *turn) show() *record.Turn {
	covers, letter := t.person.Covers(t.i, t.h.plan, t.d.now)
	r := &record.Turn{Now: t.d.now, Person: t.person, Index: t.i, Decision: t.h.plan, Debtor: *t.d.debtors[t.h.debtor],
		Creditor: t.d.cred[t.h.c.Creditor], Covers: covers, Letter: letter, NewID: newID}
	for _, h := range t.d.held {
		r.Terms = append(r.Terms, h.terms)
	}
	return r
}

// markGone records the step of a message that is on the record already, with
// the state that it has.
func (t *turn) markGone() error {
	facts := strategy.Facts(&t.person.Cases[t.i], t.h.plan, t.d.now, func() string { return t.went.id })
	return t.d.add(t.h, engine, "", inState(facts, t.went.id, t.went.state))
}

// inState turns the facts of a send that is assumed to go out into those of
// message id in the state it is in.
func inState(facts []debt.Fact, id, state string) []debt.Fact {
	var out []debt.Fact
	for _, f := range facts {
		switch f := f.(type) {
		case debt.MessageReserved:
			f.Mark.Message, f.Mark.State = id, "reserved"
			out = append(out, f)
		case debt.MessageEnded:
			if state != "reserved" {
				out = append(out, debt.MessageEnded{Message: id, State: state})
			}
		default:
			out = append(out, f)
		}
	}
	return out
}

// insertMessage queues the message; its key admits one alone.
func (t *turn) insertMessage(m *record.Message, turn *record.Turn) {
	d := t.d
	m.Key = messageKey(t.h.c.ID, t.h.plan)
	m.Case, m.Creditor, m.Person = t.h.c.ID, t.h.c.Creditor, d.personID
	m.Reserved, m.Covers = d.now, nil
	if m.State != "reserved" {
		m.Ended = d.now
	}
	for _, j := range turn.Covers {
		m.Covers = append(m.Covers, d.held[j].c.ID)
	}
	d.queueMessage(m)
}

// queueMessage queues the rows of a message.
func (d *docket) queueMessage(m *record.Message) {
	d.queue.Queue(`insert into messages (id, key, case_id, creditor_id, person_id, step, occurrence, channel, purpose, letter,
			language, sender, recipient, reply_to, subject, body_text, body_html, state, mode, reserved_at, ended_at, wall_begun_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
		m.ID, m.Key, m.Case, m.Creditor, m.Person, m.Step, m.Occurrence, m.Channel, string(m.Purpose), m.Letter,
		m.Language, m.From, m.To, m.ReplyTo, m.Subject, m.Text, m.HTML, m.State, m.Mode, m.Reserved, when(m.Ended), d.wall)
	if m.PayCode != "" {
		d.queue.Queue(`insert into pay_codes (message_id, code) values ($1, $2)`, m.ID, m.PayCode)
	}
	for _, id := range m.Covers {
		d.queue.Queue(`insert into message_cases (message_id, case_id) values ($1, $2)`, m.ID, id)
	}
}

// markCovered puts on every covered sibling the marks of its own step. Its
// workflow is woken, since its record grew.
func (t *turn) markCovered(turn *record.Turn, m *record.Message) error {
	for _, j := range turn.Covers {
		own := t.person.Next(j, t.d.now).Under(turn.Letter)
		facts := strategy.Facts(&t.person.Cases[j], own, t.d.now, func() string { return m.ID })
		if err := t.d.add(t.d.held[j], engine, "", inState(facts, m.ID, m.State)); err != nil {
			return err
		}
	}
	return nil
}

// insertRows queues what was done beside the facts. Handoffs follow from them.
func (t *turn) insertRows(done record.Done) {
	for _, k := range done.Tasks {
		t.d.queue.Queue(`insert into tasks (id, case_id, creditor_id, kind, step, due_on, state, opened_at) values ($1, $2, $3, $4, $5, $6, 'open', $7)`,
			k.ID, t.h.c.ID, t.h.c.Creditor, k.Kind, k.Step, k.Due, t.d.now)
	}
	if x := done.Document; x != nil {
		t.d.insertDocument(t.h, *x)
	}
}

// Reserve is Act for a message that goes to a provider: the message is put on
// the record as reserved, and may be sent once Reserve has returned it. m is
// nil where nothing is to be sent. A reservation that an earlier attempt left
// behind is unknown from here on: it may have gone out, and is not sent again.
func (s *Store) Reserve(ctx context.Context, caseID string, want strategy.Decision, do func(*record.Turn) (record.Done, error)) (*record.Message, record.Next, error) {
	var next record.Next
	var m *record.Message
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		m = nil
		acted := false
		t, err := s.door(ctx, tx, caseID, want)
		if err != nil {
			return err
		}
		switch {
		case t.went != nil && t.went.state == "reserved":
			_, err = t.d.endSend(ctx, tx, t.went.id, record.Delivery{State: "unknown", Code: "no_answer_recorded"})
		case !t.stands(want):
		case !t.d.clock.Real():
			err = &debt.Refusal{Rule: "clock_shifted", Conflict: true,
				Detail: "the clock is not the wall's: nothing leaves the installation"}
		default:
			err = t.act(func(turn *record.Turn) (record.Done, error) {
				done, err := do(turn)
				if m = done.Message; m != nil {
					m.State = "reserved"
				}
				return done, err
			})
			acted = t.went == nil
		}
		if err != nil {
			return err
		}
		if err := t.d.save(ctx, tx, t.h); err != nil {
			return err
		}
		next = t.d.next(t.h)
		next.Acted = acted
		return nil
	})
	if err != nil {
		return nil, next, fmt.Errorf("%s for case %s: %w", want.Do, caseID, err)
	}
	return m, next, nil
}
