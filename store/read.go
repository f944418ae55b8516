package store

import (
	"context"
	"encoding/hex"
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
			c.currency, (c.principal * 100)::bigint, (c.open_principal * 100)::bigint, c.holds, c.next
		from (select id, reference, creditor_id, debtor_id, country, stage, outcome, due_on, currency, principal, open_principal, holds, next
			from cases c where `+c.all()+fmt.Sprintf(` order by id limit %d`, page(f.Limit))+`) c
		join debtors d on d.id = c.debtor_id order by c.id`, c.args...)
	if err != nil {
		return nil, fmt.Errorf("list cases: %w", err)
	}
	out, err := pgx.CollectRows(rows, scanRow)
	if err != nil {
		return nil, fmt.Errorf("list cases: %w", err)
	}
	return out, nil
}

func scanRow(r pgx.CollectableRow) (record.Row, error) {
	var x record.Row
	var currency string
	var principal, open int64
	err := r.Scan(&x.ID, &x.Reference, &x.Creditor, &x.Debtor, &x.Country, &x.Stage, &x.Outcome, &x.Due,
		&currency, &principal, &open, &x.Holds, &x.Next)
	x.Principal, x.Open = money.Of(principal, currency), money.Of(open, currency)
	return x, err
}
