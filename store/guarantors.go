package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
)

// Guarantors lists those who answer for the debt of a case beside the debtor,
// as they were submitted.
func (s *Store) Guarantors(ctx context.Context, caseID string) ([]debt.Party, error) {
	rows, err := s.pool.Query(ctx, `select party from guarantors where case_id = $1 order by n`, caseID)
	if err != nil {
		return nil, fmt.Errorf("list the guarantors of case %s: %w", caseID, err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[debt.Party])
	if err != nil {
		return nil, fmt.Errorf("list the guarantors of case %s: %w", caseID, err)
	}
	return out, nil
}
