package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// File gives a case with what is shown beside it.
func (s *Store) File(ctx context.Context, caseID string) (record.File, error) {
	d, h, err := s.loadCase(ctx, s.pool, subject{caseID: caseID})
	if err != nil {
		return record.File{}, err
	}
	return d.file(h), nil
}

// Statement computes what is owed on a case as of a day; no day is today, at
// the debtor's.
func (s *Store) Statement(ctx context.Context, caseID string, asOf calendar.Date) (debt.Statement, error) {
	d, h, err := s.loadCase(ctx, s.pool, subject{caseID: caseID})
	if err != nil {
		return debt.Statement{}, err
	}
	if asOf.IsZero() {
		asOf = calendar.DateOf(d.now.In(h.terms.Debtor.Zone()))
	}
	return h.c.Statement(h.terms, asOf), nil
}

// Forecast gives what a case will do until an instant, with no new fact from
// outside, all cases of the person played out together.
func (s *Store) Forecast(ctx context.Context, caseID string, until time.Time) ([]strategy.Decision, error) {
	d, h, err := s.loadCase(ctx, s.pool, subject{caseID: caseID})
	if err != nil {
		return nil, err
	}
	_, i := d.find(h.c.ID)
	return d.person().Forecast(i, d.now, until), nil
}

// Timeline gives what happened to a case, after an event; entries whose
// payload was erased have no data.
func (s *Store) Timeline(ctx context.Context, caseID string, afterSeq int64, limit int) ([]record.Entry, error) {
	var known bool
	var out []record.Entry
	var b pgx.Batch
	b.Queue(`select exists (select from cases where id = $1)`, caseID).QueryRow(func(row pgx.Row) error { return row.Scan(&known) })
	b.Queue(`select e.seq, e.kind, e.at, e.by_role, e.by_id, e.hash, p.payload from events e left join event_payloads p using (case_id, seq)
		where e.case_id = $1 and e.seq > $2 order by e.seq limit $3`, caseID, afterSeq, page(limit)).Query(func(rows pgx.Rows) error {
		return each(rows, func(r pgx.Row) error {
			var x record.Entry
			var hash, payload []byte
			if err := r.Scan(&x.Seq, &x.Kind, &x.At, &x.By.Role, &x.By.ID, &hash, &payload); err != nil {
				return err
			}
			x.At, x.Hash = x.At.UTC(), hex.EncodeToString(hash)
			var err error
			if payload != nil {
				x.Data, err = debt.Decode(x.Kind, payload)
			}
			out = append(out, x)
			return err
		})
	})
	if err := run(ctx, s.pool, &b); err != nil {
		return nil, fmt.Errorf("read the timeline of case %s: %w", caseID, err)
	}
	if !known {
		return nil, fmt.Errorf("case %s: %w", caseID, record.ErrNotFound)
	}
	return out, nil
}

// Cases lists cases by id, after the cursor, as the filter says.
func (s *Store) Cases(ctx context.Context, f record.Filter) ([]record.Row, error) {
	c := &conditions{}
	c.text(`c.id > $`, f.After)
	c.text(`c.creditor_id = $`, f.Creditor)
	c.text(`c.id in (select case_id from handoffs where firm_id = $ and state in ('offered', 'accepted', 'returned'))`, f.Firm)
	c.text(`c.debtor_id = $`, f.Debtor)
	c.text(`c.stage = $`, f.Stage)
	c.text(`c.country = $`, f.Country)
	c.text(`c.outcome = $`, f.Outcome)
	c.text(`c.holds @> array[$::text]`, f.Hold)
	if f.Open != nil {
		c.add(`c.open = $`, *f.Open)
	}
	if f.Query != "" {
		if err := s.searchCases(ctx, c, f.Query, f.Creditor); err != nil {
			return nil, fmt.Errorf("list cases: %w", err)
		}
	}
	if f.Overdue {
		now, err := s.Now(ctx)
		if err != nil {
			return nil, err
		}
		c.add(`c.open and c.next_at < $`, now)
	}
	// Names are looked up for the rows of the page alone.
	rows, err := s.pool.Query(ctx, `select c.id, c.reference, c.creditor_id, d.name, c.country, c.stage, coalesce(c.outcome, ''), c.due_on,
			c.currency, (c.principal * 100)::bigint, (c.open_principal * 100)::bigint, c.holds, c.next,
			i.stop_id is not null and (c.nudged or not i.told)
		from (select id, reference, creditor_id, debtor_id, country, stage, outcome, due_on, currency, principal, open_principal, holds, next, nudged
			from cases c where `+c.all()+fmt.Sprintf(` order by id limit %d`, page(f.Limit))+`) c
		join debtors d on d.id = c.debtor_id cross join installation i order by c.id`, c.given()...)
	if err != nil {
		return nil, fmt.Errorf("list cases: %w", err)
	}
	outdated := map[string]bool{}
	out, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (record.Row, error) {
		x, old, err := scanRow(r)
		if old && x.Stage != debt.Closed {
			outdated[x.ID] = true
		}
		return x, err
	})
	if err := errors.Join(err, s.asHeld(ctx, out, outdated)); err != nil {
		return nil, fmt.Errorf("list cases: %w", err)
	}
	return out, nil
}

// scanRow reads a row of the list; outdated is true where what it says comes
// next was decided before the record was found to be restored.
func scanRow(r pgx.CollectableRow) (x record.Row, outdated bool, err error) {
	var currency string
	var principal, open int64
	err = r.Scan(&x.ID, &x.Reference, &x.Creditor, &x.Debtor, &x.Country, &x.Stage, &x.Outcome, &x.Due,
		&currency, &principal, &open, &x.Holds, &x.Next, &outdated)
	x.Principal, x.Open = money.Of(principal, currency), money.Of(open, currency)
	return x, outdated, err
}

// asHeld says of outdated rows what comes next under the stop of the restore;
// their workflows, or the relay, write it once they have been told.
func (s *Store) asHeld(ctx context.Context, rows []record.Row, outdated map[string]bool) error {
	for i, x := range rows {
		if !outdated[x.ID] {
			continue
		}
		d, _, err := s.loadCase(ctx, s.pool, subject{caseID: x.ID})
		if err != nil {
			return err
		}
		d.decide()
		for j := range rows[i:] { // those of the same person are decided together
			if h, _ := d.find(rows[i+j].ID); h != nil {
				rows[i+j].Next = h.plan
				delete(outdated, h.c.ID)
			}
		}
	}
	return nil
}
