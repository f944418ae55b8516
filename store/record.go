package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// Record puts a reported fact on the record of a case, with what follows from
// it. A second call with the same key changes nothing: it answers the present
// state, and what the first one made; an empty key is none. The error is a *debt.Refusal where the ground
// floor says no, or record.ErrNotFound.
func (s *Store) Record(ctx context.Context, caseID, key string, by debt.Actor, f debt.Fact) (record.File, error) {
	if st, is := f.(debt.StudyMade); is {
		return s.study(ctx, caseID, key, by, st)
	}
	return s.recordIf(ctx, report{caseID, key, by, f}, func(tx pgx.Tx) error {
		switch f := f.(type) {
		case debt.CallLogged:
			if f.Task != "" {
				return checkTask(ctx, tx, caseID, f.Task)
			}
		case debt.PaymentReceived:
			return notByBank(ctx, tx, caseID, f)
		}
		return nil
	})
}

// report is a fact that is brought to a case, under a key.
type report struct {
	caseID, key string
	by          debt.Actor
	fact        debt.Fact
}

// recordIf is Record for a fact that may has a look at first, under the lock.
func (s *Store) recordIf(ctx context.Context, r report, may func(pgx.Tx) error) (record.File, error) {
	file, err := s.record(ctx, r.caseID, r.key, r.by, func(tx pgx.Tx, _ *docket, _ *held) (debt.Fact, error) {
		return r.fact, may(tx)
	})
	if err != nil {
		return file, fmt.Errorf("record %s on case %s: %w", r.fact.Kind(), r.caseID, err)
	}
	if file.Made == nil {
		file.Made, err = s.madeUnder(ctx, r.caseID, r.key, r.fact.Kind())
	}
	return file, err
}

// madeUnder gives the fact of a kind that was put on a case under a key, or nil
// where its words are erased. The error is record.ErrKeyReused where the key
// belongs to another kind.
func (s *Store) madeUnder(ctx context.Context, caseID, key, kind string) (debt.Fact, error) {
	var was string
	var payload []byte
	err := s.pool.QueryRow(ctx, `select e.kind, p.payload from events e left join event_payloads p using (case_id, seq)
		where e.case_id = $1 and e.key = $2`, caseID, key).Scan(&was, &payload)
	switch {
	case err != nil:
		return nil, fmt.Errorf("read what key %s made on case %s: %w", key, caseID, err)
	case was != kind:
		return nil, fmt.Errorf("read what key %s made on case %s: %w", key, caseID, record.ErrKeyReused)
	case payload == nil:
		return nil, nil
	}
	return debt.Decode(was, payload)
}

// record is Record for a fact that is made under the lock; rows that belong to
// it may be queued meanwhile.
func (s *Store) record(ctx context.Context, caseID, key string, by debt.Actor, report func(pgx.Tx, *docket, *held) (debt.Fact, error)) (record.File, error) {
	var file record.File
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		var known int
		d, h, err := s.loadCase(ctx, tx, subject{caseID: caseID, lock: true, more: func(b *pgx.Batch) {
			b.Queue(`select count(*) from events where case_id = $1 and key = $2`, caseID, key).QueryRow(func(row pgx.Row) error {
				return row.Scan(&known)
			})
		}})
		if err != nil {
			return err
		}
		if known == 0 {
			f, err := report(tx, d, h)
			if err != nil {
				return err
			}
			if err := d.hear(ctx, h, by, key, f); err != nil {
				return err
			}
			if err := d.save(ctx, tx, nil); err != nil {
				return err
			}
		}
		file = d.file(h)
		return nil
	})
	return file, err
}

// checkTask refuses a call for a task that is not an open one of the case, and
// keeps it open for this transaction.
func checkTask(ctx context.Context, tx pgx.Tx, caseID, task string) error {
	var state, kind string
	err := tx.QueryRow(ctx, `select state, kind from tasks where id = $1 and case_id = $2 for update`, task, caseID).Scan(&state, &kind)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return &debt.Refusal{Field: "task_id", Rule: "task_unknown", Detail: fmt.Sprintf("case %s has no such task", caseID)}
	case err != nil:
		return fmt.Errorf("look for task %s: %w", task, err)
	case kind == matchPayment:
		return &debt.Refusal{Field: "task_id", Rule: "task_of_bank_line", Detail: fmt.Sprintf("task %s asks what a bank line is: a call does not say it", task), Conflict: true}
	case state != "open":
		return &debt.Refusal{Field: "task_id", Rule: "task_" + state, Detail: fmt.Sprintf("task %s is %s", task, state), Conflict: true}
	}
	return nil
}

// hear asks the case whether it accepts f, and adds what it answers. An opt-out,
// or one taken back, binds all debts of the person, and is put on each that is open.
func (d *docket) hear(ctx context.Context, h *held, by debt.Actor, key string, f debt.Fact) error {
	moved, isMove := f.(debt.StrategyMoved)
	var to *strategy.Strategy
	if isMove && moved.Strategy != "" {
		var err error
		if to, err = d.s.fitting(ctx, moved.Strategy, h.c.Country, h.c.Claim.Debtor); err != nil {
			return err
		}
		moved.Strategy = to.Ref()
		f = moved
	}
	terms := h.terms
	terms.By = by.Role
	if placed, is := f.(debt.HoldPlaced); is && placed.Hold.Reason == debt.HoldHardship {
		placed.Hold.Strategy = d.softer(ctx, h)
		f = placed
	}
	facts, err := h.c.Accept(f, terms, d.now)
	if err != nil {
		return err
	}
	// The key is that of what was reported, not of what that ends.
	at := max(0, slices.IndexFunc(facts, func(x debt.Fact) bool { return x.Kind() == f.Kind() }))
	h.made = facts[at]
	if err := errors.Join(d.add(h, by, "", facts[:at]), d.add(h, by, key, facts[at:])); err != nil {
		return err
	}
	if to != nil {
		return d.terms(h, func(string) (*strategy.Strategy, error) { return to, nil })
	}
	switch f.(type) {
	case debt.OptedOut, debt.OptedIn:
		return d.tellOthers(h, told{h.c.Creditor, by}, f)
	case debt.Refunded:
		if r := h.made.(debt.Refunded).Refund; r.To != "" {
			return d.moveCredit(h, by, r)
		}
	}
	return nil
}

// told is who reported a fact, and of which creditor the debt is that it was
// reported on.
type told struct {
	creditor string
	by       debt.Actor
}

// tellOthers puts what binds the whole person on every open case but h. No
// creditor learns who at another reported it, or in what words.
func (d *docket) tellOthers(h *held, from told, f debt.Fact) error {
	for _, x := range d.held {
		if x == h || !x.c.Open() {
			continue
		}
		by, fact := from.by, f
		if x.c.Creditor != from.creditor && by.ID != "" {
			by, fact = engine, unsaid(f)
		}
		if err := d.add(x, by, "", []debt.Fact{fact}); err != nil {
			return err
		}
	}
	return nil
}

// unsaid is a fact that binds a person without the words it was reported in.
func unsaid(f debt.Fact) debt.Fact {
	const elsewhere = "elsewhere"
	switch f := f.(type) {
	case debt.OptedOut:
		f.How = elsewhere
		return f
	case debt.OptedIn:
		f.How = elsewhere
		return f
	}
	return f
}
