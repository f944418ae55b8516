package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/record"
)

const handoffColumns = `id, case_id, creditor_id, firm_id, state, offered_at, until, coalesce(ended_at, '0001-01-01 00:00:00Z')`

func scanHandoff(r pgx.Row) (record.Handoff, error) {
	var h record.Handoff
	err := r.Scan(&h.ID, &h.Case, &h.Creditor, &h.Firm, &h.State, &h.Offered, &h.Until, &h.Ended)
	h.Offered, h.Ended = h.Offered.UTC(), h.Ended.UTC()
	return h, err
}

// Handoffs lists handoffs by id, after the given one; an empty firm or state
// does not filter.
func (s *Store) Handoffs(ctx context.Context, firm, state, after string, limit int) ([]record.Handoff, error) {
	c := &conditions{}
	c.text(`firm_id = $`, firm)
	c.text(`state = $`, state)
	c.text(`id > $`, after)
	rows, err := s.pool.Query(ctx, `select `+handoffColumns+` from handoffs where `+c.all()+fmt.Sprintf(` order by id limit %d`, page(limit)), c.given()...)
	if err != nil {
		return nil, fmt.Errorf("list handoffs: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (record.Handoff, error) { return scanHandoff(r) })
}

// Handoff gives a handoff.
func (s *Store) Handoff(ctx context.Context, id string) (record.Handoff, error) {
	h, err := scanHandoff(s.pool.QueryRow(ctx, `select `+handoffColumns+` from handoffs where id = $1`, id))
	return h, missing(err, "handoff", id)
}

// Parties gives whose a case is, in one look-up. At most one firm has it at a
// time.
func (s *Store) Parties(ctx context.Context, caseID string) (record.Parties, error) {
	var p record.Parties
	err := s.pool.QueryRow(ctx, `select c.creditor_id, coalesce(h.firm_id, ''), coalesce(h.state = 'accepted', false) from cases c
		left join handoffs h on h.case_id = c.id and h.state in ('offered', 'accepted') where c.id = $1`, caseID).
		Scan(&p.Creditor, &p.Firm, &p.Accepted)
	return p, missing(err, "case", caseID)
}
