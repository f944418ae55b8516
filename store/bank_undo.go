package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

// undone is why a line waits whose bookings were taken back.
const undone = "undone"

// UndoLine takes back what a line was booked as, since it was matched wrongly, and
// gives the line to a person again. Each payment is reversed with the reason on
// its case: the bank took nothing back. The same asked again changes nothing. The
// error is a *debt.Refusal where it cannot be. wake lists the cases that changed.
func (s *Store) UndoLine(ctx context.Context, id, key, reason string) (x record.BankLine, wake []string, err error) {
	if x, err = s.BankLine(ctx, id); err != nil {
		return x, nil, err
	}
	err = s.atTill(ctx, x.Creditor, func() error {
		if err := s.decideUndo(ctx, id, key, reason); err != nil {
			return err
		}
		var refused *debt.Refusal
		if wake, refused, err = s.takeBack(ctx, id); err == nil && refused != nil {
			err = refused
		}
		return err
	})
	if err != nil {
		return x, wake, fmt.Errorf("undo bank line %s: %w", id, err)
	}
	x, err = s.BankLine(ctx, id)
	return x, wake, err
}

// decideUndo puts down that the bookings of a line are to be taken back.
func (s *Store) decideUndo(ctx context.Context, id, key, reason string) error {
	return s.inTx(ctx, func(tx pgx.Tx) error {
		x, err := scanBankLine(tx.QueryRow(ctx, `select `+bankLineColumns+` from bank_lines l where l.id = $1 for update of l`, id))
		switch {
		case err != nil:
			return missing(err, "bank line", id)
		case x.State == "undoing" || x.State == "doubtful" && x.Why == undone:
			return nil
		case x.State != "booked":
			return &debt.Refusal{Rule: "line_" + x.State, Detail: "the line is " + x.State + ": there is no booking to take back", Conflict: true}
		case !x.Line.Credit():
			return &debt.Refusal{Rule: "reversal_stands", Conflict: true,
				Detail: "the line took a payment back: where that was another one, report the payment again on its case"}
		case reason == "":
			return &debt.Refusal{Field: "reason", Rule: "missing", Detail: "say why the line was matched wrongly"}
		}
		for _, p := range x.Parts {
			var gone bool
			err := tx.QueryRow(ctx, `select exists (select from ledger_entries where case_id = $1 and payment = $2 and kind in ('bounce', 'payment_reversal'))`,
				p.Case, p.Payment).Scan(&gone)
			if err != nil {
				return err
			}
			if gone {
				return &debt.Refusal{Rule: "payment_taken_back", Conflict: true, Detail: fmt.Sprintf("%s of case %s was taken back already", p.Payment, p.Case)}
			}
		}
		_, err = tx.Exec(ctx, `update bank_lines set state = 'undoing', decided_by = $2, note = $3 where id = $1`, id, key, reason)
		return err
	})
}

// takeBack reverses the payments of a line that is being undone. Where a case
// refuses, the parts that are left stay booked, and a person is asked.
func (s *Store) takeBack(ctx context.Context, id string) (wake []string, refused *debt.Refusal, err error) {
	x, err := s.BankLine(ctx, id)
	if err != nil || x.State != "undoing" {
		return nil, nil, err
	}
	by, err := s.broughtBy(ctx, x)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range x.Parts {
		_, err := s.Record(ctx, p.Case, keyOf(x.ID, p.N)+"/undo", by, debt.PaymentReversed{Payment: p.Payment, Reason: x.Note})
		if errors.As(err, &refused) {
			return wake, refused, s.openAgain(ctx, x, p.Case, "refused_"+refused.Rule)
		}
		if err != nil {
			return wake, nil, err
		}
		wake = append(wake, p.Case)
		if _, err := s.pool.Exec(ctx, `delete from bank_parts where line_id = $1 and n = $2`, id, p.N); err != nil {
			return wake, nil, err
		}
	}
	first := ""
	switch {
	case len(x.Parts) > 0:
		first = x.Parts[0].Case
	case len(x.Candidates) > 0: // cut off here before
		first = x.Candidates[0].Parts[0].Case
	}
	return wake, nil, s.openAgain(ctx, x, first, undone)
}

// openAgain gives a line that was being undone to a person.
func (s *Store) openAgain(ctx context.Context, x record.BankLine, caseID, why string) error {
	return s.inTx(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `update bank_lines set state = 'doubtful', why = $2, tries = 0, retry_at = null, failure = '' where id = $1 and state = 'undoing'`, x.ID, why)
		if err != nil {
			return err
		}
		return s.askPerson(ctx, tx, x.ID, caseID)
	})
}
