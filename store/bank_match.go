package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
)

// asSaid reports whether a line is what a person says it is already, or is being
// booked so.
func asSaid(x record.BankLine, m record.BankMatch) bool {
	if m.SetAside {
		return x.State == "set_aside"
	}
	if x.State != "booked" && x.State != "booking" || len(x.Parts) < len(m.Parts) {
		return false
	}
	last := x.Parts[len(x.Parts)-len(m.Parts):] // earlier ones were booked before a case refused its part
	for i, p := range inOrder(m.Parts) {
		if last[i].Case != p.Case || last[i].Amount != p.Amount || p.Payment != "" && last[i].Payment != p.Payment {
			return false
		}
	}
	return len(m.Parts) > 0
}

// mayMatch says why a line cannot be booked as a person says; nil where it can.
func mayMatch(x record.BankLine, m record.BankMatch) *debt.Refusal {
	no := func(field, rule, detail string) *debt.Refusal {
		return &debt.Refusal{Field: field, Rule: rule, Detail: detail}
	}
	switch x.State {
	case "booked", "booking", "undoing", "set_aside":
		return &debt.Refusal{Rule: "line_" + x.State, Detail: "the line is " + x.State, Conflict: true}
	case "pending":
		return &debt.Refusal{Rule: "line_pending", Detail: "the line has not been looked at yet", Conflict: true}
	}
	left := x.Line.Amount
	if left.Cents < 0 {
		left = left.Neg()
	}
	booked := false
	for _, p := range x.Parts {
		booked, left = true, left.Minus(p.Amount)
	}
	switch {
	case m.SetAside && len(m.Parts) > 0:
		return no("parts", "set_aside_has_parts", "a line that is for no case has no parts")
	case m.SetAside && booked:
		return no("set_aside", "line_booked_in_part", "a part of the line is booked: the rest must be shared too")
	case m.SetAside:
		return nil
	case len(m.Parts) == 0:
		return no("parts", "missing", "say which cases the line is for, or set it aside")
	case !x.Line.Credit() && !x.Line.Reversal:
		return no("parts", "not_money_in", "the line is neither money in nor a payment taken back")
	}
	sum := money.Of(0, left.Currency)
	for _, p := range m.Parts {
		switch {
		case p.Amount.Currency != left.Currency:
			return no("parts.amount", "currency_differs", "the line is in "+left.Currency)
		case p.Amount.Cents <= 0:
			return no("parts.amount", "not_positive", "a part is more than nothing")
		case x.Line.Credit() == (p.Payment != ""):
			return no("parts.payment_id", "payment_of_reversal", "a reversal names the payments that it takes back, and money in names none")
		}
		sum = sum.Plus(p.Amount)
	}
	if sum != left {
		return no("parts", "sum_differs", "the parts come to "+sum.String()+", and the line to "+left.String())
	}
	return nil
}

// ofCreditor refuses parts on cases of another creditor than the account's, as if
// there were none, and payments that are not of the sum that is taken back.
func ofCreditor(ctx context.Context, tx pgx.Tx, x record.BankLine, m record.BankMatch) error {
	for _, p := range m.Parts {
		var known, paid bool
		err := tx.QueryRow(ctx, `select exists (select from cases where id = $1 and (creditor_id = $2 or $2 = '')), $3 = '' or exists (
			select from ledger_entries where case_id = $1 and kind = 'payment' and payment = $3 and amount = -($4::numeric / 100))`,
			p.Case, x.Creditor, p.Payment, p.Amount.Cents).Scan(&known, &paid)
		switch {
		case err != nil:
			return err
		case !known:
			return &debt.Refusal{Field: "parts.case_id", Rule: "case_unknown", Detail: "the creditor has no such case"}
		case !paid:
			return &debt.Refusal{Field: "parts.payment_id", Rule: "payment_unknown", Detail: "the case has no such payment of that sum"}
		}
	}
	return nil
}

// MatchLine books a line as a person says, or sets it aside, and ends its task.
// The parts must come to the line, and be on its creditor's cases; those of a
// reversal name the payments that it takes back. The same said again changes
// nothing. The error is a *debt.Refusal where it cannot be. wake lists the cases
// that changed.
func (s *Store) MatchLine(ctx context.Context, id, key string, m record.BankMatch) (x record.BankLine, wake []string, err error) {
	if x, err = s.BankLine(ctx, id); err != nil {
		return x, nil, err
	}
	err = s.atTill(ctx, x.Creditor, func() error {
		if err := s.decide(ctx, id, key, m); err != nil {
			return err
		}
		var refused *debt.Refusal
		if wake, refused, err = s.bookLine(ctx, id); err == nil && refused != nil {
			err = refused
		}
		return err
	})
	if err != nil {
		return x, wake, fmt.Errorf("match bank line %s: %w", id, err)
	}
	x, err = s.BankLine(ctx, id)
	return x, wake, err
}

// decide puts down what a person says of a line.
func (s *Store) decide(ctx context.Context, id, key string, m record.BankMatch) error {
	return s.inTx(ctx, func(tx pgx.Tx) error {
		x, err := scanBankLine(tx.QueryRow(ctx, `select `+bankLineColumns+` from bank_lines l where l.id = $1 for update of l`, id))
		if err != nil {
			return missing(err, "bank line", id)
		}
		if asSaid(x, m) {
			return nil
		}
		if no := mayMatch(x, m); no != nil {
			return no
		}
		if err := ofCreditor(ctx, tx, x, m); err != nil {
			return err
		}
		state := "booking"
		if m.SetAside {
			state = "set_aside"
		}
		_, now, err := s.clockIn(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update bank_lines set state = $2, why = '', decided_by = $3, note = $4, tries = 0, retry_at = null, failure = ''
			where id = $1`, id, state, key, m.Note); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update tasks set state = 'done', done_at = $2, result = $3 where id = $1 and state = 'open'`, x.Task, now, state); err != nil {
			return err
		}
		if x.Line.Credit() && !m.SetAside { // what takes it back may have come before
			if _, err := tx.Exec(ctx, `update bank_lines set state = 'pending' where account = $1 and amount = -($2::numeric / 100)
				and state = 'unmatched' and why = 'no_payment_to_take_back'`, x.Line.Account, x.Line.Amount.Cents); err != nil {
				return err
			}
		}
		return insertParts(ctx, tx, id, m.Parts)
	})
}
