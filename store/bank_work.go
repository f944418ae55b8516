package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/bank"
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

// WorkBank looks at up to limit lines of bank statements that wait, and books
// those that are sure. It may be cut off anywhere and run again: a line is put
// down as being booked before it is, and each booking has the line's key, so
// that none is lost and none is booked twice. The lines of a creditor are worked
// one after the other, since each changes what the next one finds. wake lists
// the cases that changed. A line that fails without being refused is told in the
// error and tried again later; it holds up no other. Where another call is at it
// in this process nothing is done: each holds a connection and needs another, and
// many at once would wait for each other.
func (s *Store) WorkBank(ctx context.Context, limit int) (worked int, wake []string, err error) {
	if !s.teller.TryLock() {
		return 0, nil, nil
	}
	defer s.teller.Unlock()
	rows, err := s.pool.Query(ctx, `select distinct creditor_id from bank_lines where state in ('pending', 'booking')`)
	if err != nil {
		return 0, nil, fmt.Errorf("find bank lines to work: %w", err)
	}
	creditors, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return 0, nil, fmt.Errorf("find bank lines to work: %w", err)
	}
	var failed []error
	for _, k := range creditors {
		n, woken, err := s.workBankOf(ctx, k, limit-worked)
		worked, wake = worked+n, append(wake, woken...)
		if err != nil && len(failed) < mostErrors {
			failed = append(failed, err)
		}
	}
	return worked, wake, errors.Join(failed...)
}

// workBankOf works lines of one creditor, unless somebody else does.
func (s *Store) workBankOf(ctx context.Context, creditor string, limit int) (worked int, wake []string, err error) {
	var failed []error
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error { // holds the lock, and nothing else
		var mine bool
		if err := tx.QueryRow(ctx, `select pg_try_advisory_xact_lock(hashtextextended('bank/' || $1, 0))`, creditor).Scan(&mine); err != nil || !mine {
			return err
		}
		rows, err := s.pool.Query(ctx, `select `+bankLineColumns+` from bank_lines l
			where l.creditor_id = $1 and l.state in ('pending', 'booking') order by l.booked_on, l.id limit $2`, creditor, max(limit, 0))
		if err != nil {
			return err
		}
		lines, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (record.BankLine, error) { return scanBankLine(r) })
		if err != nil {
			return err
		}
		for _, x := range lines {
			woken, err := s.workLine(ctx, x)
			wake = append(wake, woken...)
			switch {
			case err == nil:
				worked++
			case len(failed) < mostErrors:
				failed = append(failed, fmt.Errorf("bank line %s: %w", x.ID, err))
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		return nil
	})
	if err != nil {
		err = fmt.Errorf("work the bank lines of creditor %s: %w", creditor, err)
	}
	return worked, wake, errors.Join(append(failed, err)...)
}

// workLine judges a line that nobody looked at, and books one that is to be.
func (s *Store) workLine(ctx context.Context, x record.BankLine) ([]string, error) {
	if x.State == "pending" {
		m, err := s.judge(ctx, x)
		if err != nil {
			return nil, err
		}
		booking, err := s.putDown(ctx, x, m)
		if err != nil || !booking {
			return nil, err
		}
	}
	wake, _, err := s.bookLine(ctx, x.ID)
	return wake, err
}

// judge holds a line against the cases that it points to. What may be on the
// record already is for a person: where a statement in the other format has a
// movement of the same day and sum on the account, it may be the same one under
// another name, and somebody may have reported the payment before the bank did.
func (s *Store) judge(ctx context.Context, x record.BankLine) (bank.Match, error) {
	book, err := s.bookFor(ctx, x.Creditor, x.Line)
	if err != nil {
		return bank.Match{}, err
	}
	m := book.Match(x.Line)
	if m.Verdict != bank.Sure {
		return m, nil
	}
	var twice bool
	err = s.pool.QueryRow(ctx, `select exists (select from bank_lines o join bank_files g on g.id = o.file_id join bank_files f on f.id = $1
		where o.account = $2 and o.amount = $3::numeric / 100 and o.booked_on = $4 and o.id <> $5 and g.format <> f.format)`,
		x.File, x.Line.Account, x.Line.Amount.Cents, x.Line.Booked, x.ID).Scan(&twice)
	if twice {
		m.Verdict, m.Why = bank.Doubtful, "known_from_other_format"
	}
	if err != nil || twice || !x.Line.Credit() {
		return m, err
	}
	for _, p := range m.Candidates[0].Parts {
		err := notReported(ctx, s.pool, p.Case, debt.PaymentReceived{Amount: p.Amount, Received: x.Line.Booked})
		var no *debt.Refusal
		if errors.As(err, &no) {
			m.Verdict, m.Why = bank.Doubtful, no.Rule
			return m, nil
		}
		if err != nil {
			return m, err
		}
	}
	return m, nil
}

// putDown writes what a line was held to be. One that is sure is put down as
// being booked, with its parts; one that is doubtful becomes a task.
func (s *Store) putDown(ctx context.Context, x record.BankLine, m bank.Match) (booking bool, err error) {
	candidates, err := json.Marshal(m.Candidates)
	if err != nil {
		return false, err
	}
	state := string(m.Verdict)
	if m.Verdict == bank.Sure {
		state = "booking"
	}
	err = s.inTx(ctx, func(tx pgx.Tx) error {
		done, err := tx.Exec(ctx, `update bank_lines set state = $2, why = $3, candidates = $4 where id = $1 and state = 'pending'`,
			x.ID, state, m.Why, candidates)
		if err != nil || done.RowsAffected() == 0 {
			return err
		}
		switch m.Verdict {
		case bank.Sure:
			booking = true
			return insertParts(ctx, tx, x.ID, m.Candidates[0].Parts)
		case bank.Doubtful:
			return s.askPerson(ctx, tx, x.ID, m.Candidates[0].Parts[0].Case)
		}
		return nil
	})
	return booking, err
}

// insertParts adds what a line is to be booked as, after the parts it has.
func insertParts(ctx context.Context, tx pgx.Tx, line string, parts []bank.Part) error {
	var b pgx.Batch
	for _, p := range parts {
		b.Queue(`insert into bank_parts (line_id, n, case_id, amount, payment)
			select $1, coalesce(max(n), 0) + 1, $2, $3::numeric / 100, $4 from bank_parts where line_id = $1`,
			line, p.Case, p.Amount.Cents, p.Payment)
	}
	return run(ctx, tx, &b)
}

// matchPayment is the kind of a task that asks what a bank line is.
const matchPayment = "match_payment"

// askPerson opens the task of a line on the case that it points to best, unless
// the line has an open one.
func (s *Store) askPerson(ctx context.Context, tx pgx.Tx, line, caseID string) error {
	_, now, err := s.clockIn(ctx, tx)
	if err != nil {
		return err
	}
	id := newID()
	_, err = tx.Exec(ctx, `with opened as (insert into tasks (id, case_id, creditor_id, kind, step, due_on, state, opened_at)
			select $1, c.id, c.creditor_id, '`+matchPayment+`', 'bank_line/' || $2, $4, 'open', $5 from cases c
			where c.id = $3 and not exists (select from bank_lines l join tasks t on t.id = l.task_id where l.id = $2 and t.state = 'open')
			returning id)
		update bank_lines set task_id = opened.id from opened where bank_lines.id = $2`, id, line, caseID, calendar.DateOf(now).AddDays(1), now)
	return err
}

// bookLine books the parts of a line that are not booked yet, through the one
// door. Where a case refuses its part, the line goes to a person with what
// is left of it, and the refusal is given back.
func (s *Store) bookLine(ctx context.Context, id string) (wake []string, refused *debt.Refusal, err error) {
	x, err := s.BankLine(ctx, id)
	if err != nil || x.State != "booking" {
		return nil, nil, err
	}
	by, err := s.broughtBy(ctx, x)
	if err != nil {
		return nil, nil, err
	}
	for n, p := range x.Parts {
		if p.Booked {
			continue
		}
		payment, err := s.bookPart(ctx, x, n+1, by)
		if errors.As(err, &refused) {
			return wake, refused, s.giveUp(ctx, x, refused)
		}
		if err != nil {
			return wake, nil, err
		}
		wake = append(wake, p.Case)
		if _, err := s.pool.Exec(ctx, `update bank_parts set booked = true, payment = $3 where line_id = $1 and n = $2`, id, n+1, payment); err != nil {
			return wake, nil, err
		}
	}
	_, err = s.pool.Exec(ctx, `update bank_lines set state = 'booked', why = '' where id = $1 and state = 'booking'`, id)
	return wake, nil, err
}

// broughtBy is whose word a booking is: of the person who decided, or of who
// brought the statement.
func (s *Store) broughtBy(ctx context.Context, x record.BankLine) (debt.Actor, error) {
	var by debt.Actor
	err := s.pool.QueryRow(ctx, `select coalesce(k.role, f.by_role), coalesce(k.id, f.by_id) from bank_files f
		left join api_keys k on k.id = $2 where f.id = $1`, x.File, x.Decided).Scan(&by.Role, &by.ID)
	return by, err
}

// bookPart books one part, once, and gives the payment that it made or took back.
func (s *Store) bookPart(ctx context.Context, x record.BankLine, n int, by debt.Actor) (string, error) {
	p := x.Parts[n-1]
	key := fmt.Sprintf("bank/%s/%d", x.ID, n)
	if p.Payment != "" {
		_, err := s.Record(ctx, p.Case, key, by, debt.PaymentBounced{Payment: p.Payment, On: x.Line.Booked, Reason: x.Line.Reason})
		return p.Payment, err
	}
	f := debt.PaymentReceived{Amount: p.Amount, Received: x.Line.Booked, Reference: x.Line.Reference, Method: "bank_transfer"}
	file, err := s.recordIf(ctx, report{p.Case, key, by, f}, func(tx pgx.Tx) error {
		if x.Decided != "" { // a person knows of it
			return nil
		}
		return notReported(ctx, tx, p.Case, f)
	})
	if err != nil {
		return "", err
	}
	made, ok := file.Made.(debt.PaymentReceived)
	if !ok {
		return "", fmt.Errorf("book bank line %s on case %s: what its key made cannot be read", x.ID, p.Case)
	}
	return made.ID, nil
}

// giveUp takes the parts away that were not booked, and asks a person.
func (s *Store) giveUp(ctx context.Context, x record.BankLine, no *debt.Refusal) error {
	return s.inTx(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `delete from bank_parts where line_id = $1 and not booked`, x.ID); err != nil {
			return err
		}
		why := no.Rule
		if why != knownFromReport {
			why = "refused_" + why
		}
		if _, err := tx.Exec(ctx, `update bank_lines set state = 'doubtful', why = $2 where id = $1 and state = 'booking'`, x.ID, why); err != nil {
			return err
		}
		return s.askPerson(ctx, tx, x.ID, x.Parts[len(x.Parts)-1].Case)
	})
}

// MatchLine books a line as a person says, or sets it aside, and ends its task.
// The parts must come to the line, and be on its creditor's cases; those of a
// reversal name the payments that it takes back. The same said again changes
// nothing. The error is a *debt.Refusal where it cannot be. wake lists the cases
// that changed.
func (s *Store) MatchLine(ctx context.Context, id, key string, m record.BankMatch) (x record.BankLine, wake []string, err error) {
	err = s.inTx(ctx, func(tx pgx.Tx) error {
		x, err = scanBankLine(tx.QueryRow(ctx, `select `+bankLineColumns+` from bank_lines l where l.id = $1 for update of l`, id))
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
		if _, err := tx.Exec(ctx, `update bank_lines set state = $2, why = '', decided_by = $3, note = $4 where id = $1`, id, state, key, m.Note); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update tasks set state = 'done', done_at = $2, result = $3 where id = $1 and state = 'open'`, x.Task, now, state); err != nil {
			return err
		}
		return insertParts(ctx, tx, id, m.Parts)
	})
	if err != nil {
		return x, nil, fmt.Errorf("match bank line %s: %w", id, err)
	}
	wake, refused, err := s.bookLine(ctx, id)
	if err == nil && refused != nil {
		err = refused
	}
	if err != nil {
		return x, wake, fmt.Errorf("match bank line %s: %w", id, err)
	}
	x, err = s.BankLine(ctx, id)
	return x, wake, err
}
