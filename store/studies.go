package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
)

// study puts a study on a case, with what the record knows of its debtor at the
// same creditor: nobody learns of the debts at others.
func (s *Store) study(ctx context.Context, caseID, key string, by debt.Actor, f debt.StudyMade) (record.File, error) {
	return s.record(ctx, caseID, key, by, func(tx pgx.Tx, d *docket, h *held) (debt.Fact, error) {
		var err error
		f.Study.History, err = history(ctx, tx, h)
		return f, err
	})
}

// history reads what the debtor of h did before.
func history(ctx context.Context, tx pgx.Tx, h *held) (debt.History, error) {
	var x debt.History
	var volume, paid int64
	var since *time.Time
	err := tx.QueryRow(ctx, `select count(*), count(*) filter (where c.open), (coalesce(sum(c.principal) filter (where c.currency = $3), 0) * 100)::bigint,
			(coalesce(sum(p.paid) filter (where c.currency = $3), 0) * 100)::bigint,
			coalesce(avg(greatest(p.last - c.due_on, 0)) filter (where c.outcome in ('paid', 'settled')), 0)::int, min(c.opened_at)
		from cases c left join lateral (
			select -sum(amount) filter (where kind in ('payment', 'bounce', 'payment_reversal', 'refund')) as paid,
				max(effective) filter (where kind = 'payment') as last
			from ledger_entries where case_id = c.id) p on true
		where c.debtor_id = $1 and c.id <> $2`, h.debtor, h.c.ID, h.c.Principal.Currency).
		Scan(&x.Debts, &x.Open, &volume, &paid, &x.DaysLate, &since)
	if err != nil {
		return x, fmt.Errorf("study case %s: read its debtor's other debts: %w", h.c.ID, err)
	}
	x.Volume, x.Paid = money.Of(volume, h.c.Principal.Currency), money.Of(paid, h.c.Principal.Currency)
	if volume > 0 {
		x.Share = int(min(max(paid, 0)*100/volume, 100))
	}
	if since != nil {
		x.Since = calendar.DateOf(since.In(h.terms.Debtor.Zone()))
	}
	err = tx.QueryRow(ctx, `select count(*), count(*) filter (where p.state in ('broken', 'partly_kept')) from promises p join cases c on c.id = p.case_id
		where c.debtor_id = $1`, h.debtor).Scan(&x.Promises, &x.Broken)
	if err == nil {
		err = tx.QueryRow(ctx, `select count(*) from guarantors where case_id = $1`, h.c.ID).Scan(&x.Guarded)
	}
	if err != nil {
		return x, fmt.Errorf("study case %s: %w", h.c.ID, err)
	}
	return x, nil
}

// The tasks that outlive the closing of their case: the look at a debt that was
// found uncollectable, the letter to who was right, and the money that was refunded
// before it turned out never to have come in.
const (
	lookAgain  = "look_again"
	answerTask = "dispute_answer"
	refundTask = "refund_unpaid"
)

// answerDays are the working days in which who was right is told so, and in which
// a person says whether a refund is asked back.
const answerDays = 5

// later opens a task that does not end with its case.
func (d *docket) later(h *held, kind string, due calendar.Date) {
	d.queue.Queue(`insert into tasks (id, case_id, creditor_id, kind, step, due_on, state, opened_at) values ($1, $2, $3, $4, '', $5, 'open', $6)`,
		newID(), h.c.ID, h.c.Creditor, kind, due, d.now)
}

// noMore ends the look at a debt on another day.
func (d *docket) noMore(h *held, kind, why string) {
	d.queue.Queue(`update tasks set state = 'expired', done_at = $2, result = $3 where case_id = $1 and kind = $4 and state = 'open'`,
		h.c.ID, d.now, why, kind)
}

// soon is the last of answerDays from today.
func (d *docket) soon(h *held) calendar.Date {
	return h.terms.Home.AddWorkingDays(calendar.DateOf(d.now.In(h.terms.Home.Zone())), answerDays)
}

// projectLater keeps what has to be done on a day, whether the case is open then
// or not.
func (d *docket) projectLater(h *held, e debt.Event) {
	switch f := e.Fact.(type) {
	case debt.StudyMade:
		d.noMore(h, lookAgain, "studied_again")
		d.later(h, lookAgain, f.Study.Review)
	case debt.CaseClosed:
		if f.Outcome != debt.Uncollectable {
			d.noMore(h, lookAgain, "case_closed")
		}
	case debt.CaseReopened:
		d.noMore(h, lookAgain, "case_reopened")
		d.noMore(h, refundTask, "case_reopened") // what was refunded is claimed again
	case debt.DisputeResolved:
		if f.State == debt.DisputeWon && !f.On.IsZero() { // it closed the case, which writes no more
			d.later(h, answerTask, d.soon(h))
		}
	case debt.BalanceGivenUp:
		if f.Refunded.Cents > 0 {
			d.later(h, refundTask, d.soon(h))
		}
	}
}
