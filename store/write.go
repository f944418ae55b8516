package store

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/evidence"
)

// add puts facts on the record of h: it chains each as an event, applies it,
// and queues the rows that follow from it. key marks the first of them.
func (d *docket) add(h *held, by debt.Actor, key string, facts []debt.Fact) error {
	for _, f := range facts {
		payload, err := json.Marshal(f)
		if err != nil {
			return fmt.Errorf("write %s of case %s: %w", f.Kind(), h.c.ID, err)
		}
		// The case is what can be read back, not what was in memory.
		kept, err := debt.Decode(f.Kind(), payload)
		if err != nil {
			return fmt.Errorf("write %s of case %s: %w", f.Kind(), h.c.ID, err)
		}
		e := debt.Event{Seq: h.last + 1, At: d.instant(h), By: by, Fact: kept}
		d.chain(h, e, key, payload)
		key = ""
		before := h.c.Stage
		h.c.Apply(e)
		h.last, h.at = e.Seq, e.At
		d.project(h, e, before)
	}
	return nil
}

// instant is when the next event of h is: now, but not before the last one,
// should the machine's clock have been set back.
func (d *docket) instant(h *held) time.Time {
	if d.now.Before(h.at) {
		return h.at
	}
	return d.now
}

// chain queues the event and its payload, linked to the event before.
func (d *docket) chain(h *held, e debt.Event, key string, payload []byte) {
	salt := make([]byte, 32)
	rand.Read(salt) // never fails
	commitment := evidence.Commit(salt, payload)
	id := h.c.ID
	if opened, ok := e.Fact.(debt.CaseOpened); ok {
		id = opened.Case.ID
	}
	h.head = evidence.Link(h.head, evidence.Event{Case: id, Seq: e.Seq, Kind: e.Fact.Kind(), At: e.At,
		Role: string(e.By.Role), By: e.By.ID, Commitment: commitment})
	d.put(events, id, e.Seq, e.Fact.Kind(), e.At, string(e.By.Role), e.By.ID, commitment, h.head, orNull(key))
	d.put(payloads, id, e.Seq, salt, payload)
}

// save plans the person anew and writes what changed. A case in told has its
// workflow told by the answer to this very call; every other case whose record
// or next action changed is woken.
func (d *docket) save(ctx context.Context, q sender, told *held) error {
	var b pgx.Batch
	if err := d.planned(&b, told); err != nil {
		return err
	}
	return run(ctx, q, &b)
}

// planned is save up to what is to be written, which it queues.
func (d *docket) planned(b *pgx.Batch, told *held) error {
	for _, h := range d.held {
		if err := d.moved(h); err != nil {
			return fmt.Errorf("case %s: %w", h.c.ID, err)
		}
	}
	p := d.decide()
	for i, h := range d.held {
		h.faults = h.known(p.Faults(i, h.plan, d.now))
		if err := d.saveCase(b, h, h == told); err != nil {
			return err
		}
	}
	b.QueuedQueries = append(b.QueuedQueries, d.queue.QueuedQueries...)
	d.queue = pgx.Batch{}
	return nil
}

// saveCase queues the row of h where it changed.
func (d *docket) saveCase(b *pgx.Batch, h *held, told bool) error {
	fresh := h.hash != nil
	decided, nudged := h.decided, h.nudged
	if !fresh && (!h.plan.Same(h.was) || h.plan.At.Before(h.was.At)) {
		nudged = true
	}
	// A closed case that stays closed has no workflow to tell.
	if told || (!h.open && !h.c.Open() && !fresh) {
		decided, nudged = h.last, false
	}
	if !fresh && h.last == h.from && decided == h.decided && nudged == h.nudged && same(h.plan, h.was) && slices.Equal(h.faults, h.off) {
		return nil
	}
	if h.c.Open() == h.plan.Final() {
		return fmt.Errorf("decide for case %s: its stage is %s, but next is %s", h.c.ID, h.c.Stage, h.plan.Do)
	}
	h.decided, h.nudged = decided, nudged
	return d.caseRow(b, h)
}

// caseRow queues the row of h as it is now.
func (d *docket) caseRow(b *pgx.Batch, h *held) error {
	c := h.c
	state, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("write the state of case %s: %w", c.ID, err)
	}
	next, err := json.Marshal(h.plan)
	if err != nil {
		return fmt.Errorf("write the decision of case %s: %w", c.ID, err)
	}
	holds := make([]string, len(c.Holds))
	for i, x := range c.Holds {
		holds[i] = string(x.Reason)
	}
	woken := when(d.wall)
	if h.decided == h.last && !h.nudged {
		woken = nil
	}
	off, offOn, err := writeOff(h.faults)
	if err != nil {
		return fmt.Errorf("write what is off with case %s: %w", c.ID, err)
	}
	args := []any{c.ID, string(c.Stage), orNull(string(c.Outcome)), c.OpenPrincipal().Decimal(), c.Strategy, holds,
		state, h.head, h.last, h.decided, h.nudged, string(h.plan.Do), when(h.plan.At), next, when(c.ClosedAt), woken, when(h.at), off, offOn}
	if h.hash == nil {
		b.Queue(`update cases set stage = $2, outcome = $3, open_principal = $4, strategy = $5, holds = $6,
				state = $7, head = $8, last_seq = $9, decided_seq = $10, nudged = $11, next_do = $12, next_at = $13,
				next = $14, closed_at = $15, last_at = $17, off = $18, off_on = $19,
				wall_woken_at = case when $16::timestamptz is not null then coalesce(wall_woken_at, $16) end
			where id = $1`, args...)
		return nil
	}
	d.putIn(b, cases, append(args, c.Creditor, h.debtor, d.personID, c.Reference, h.hash, c.Country, c.Region, c.Claim.Due,
		c.Principal.Currency, c.Principal.Decimal(), c.Opened)...)
	return nil
}
