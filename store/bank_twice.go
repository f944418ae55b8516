package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
)

// twin finds a payment that stands on a case and may be the same as another one:
// of the same sum, and of a day within a week, since who reports one tells the
// day on which it was paid. $4 says whether it is looked for among those that
// came by bank statements, or among those that were reported.
const twin = `select e.payment, coalesce(v.key, '') from ledger_entries e join events v using (case_id, seq)
	where e.case_id = $1 and e.kind = 'payment' and e.amount = -($2::numeric / 100) and e.effective between $3::date - 7 and $3::date + 7
		and starts_with(coalesce(v.key, ''), 'bank/') = $4
		and not exists (select from ledger_entries b where b.case_id = e.case_id and b.kind in ('bounce', 'payment_reversal') and b.payment = e.payment)
	order by e.seq limit 1`

// twinOf looks for the twin of a payment; found is false where there is none.
func twinOf(ctx context.Context, q sender, caseID string, f debt.PaymentReceived, byBank bool) (payment, key string, found bool, err error) {
	var b pgx.Batch
	b.Queue(twin, caseID, f.Amount.Cents, f.Received, byBank).QueryRow(func(row pgx.Row) error {
		err := row.Scan(&payment, &key)
		found = err == nil
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	if err := run(ctx, q, &b); err != nil {
		return "", "", false, fmt.Errorf("look for the payment of case %s that this one may be: %w", caseID, err)
	}
	return payment, key, found, nil
}

// notByBank refuses a reported payment that a bank statement may have brought
// already, unless who reports it says that it is another one.
func notByBank(ctx context.Context, q sender, caseID string, f debt.PaymentReceived) error {
	if f.Another {
		return nil
	}
	payment, key, found, err := twinOf(ctx, q, caseID, f, true)
	if err != nil || !found {
		return err
	}
	line, _, _ := strings.Cut(strings.TrimPrefix(key, "bank/"), "/")
	return &debt.Refusal{Field: "another", Rule: "known_from_bank", Conflict: true, Detail: fmt.Sprintf(
		"%s of case %s, of the same sum and of a day within a week, came by the bank (line %s): if this is another payment, say another: true", payment, caseID, line)}
}

// knownFromReport is why a line waits that may be a payment that was reported.
const knownFromReport = "known_from_report"

// notReported refuses a payment of a bank line that somebody may have reported
// already.
func notReported(ctx context.Context, q sender, caseID string, f debt.PaymentReceived) error {
	payment, _, found, err := twinOf(ctx, q, caseID, f, false)
	if err != nil || !found {
		return err
	}
	return &debt.Refusal{Rule: knownFromReport, Conflict: true, Detail: fmt.Sprintf(
		"%s of case %s, of the same sum and of a day within a week, was reported", payment, caseID)}
}
