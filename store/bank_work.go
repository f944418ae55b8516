package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/bank"
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

// WorkBank looks at up to limit lines of bank statements that wait, and books
// those that are sure. It may be cut off anywhere and run again: a line is put
// down as being booked before it is, and each booking has the line's key, so
// that none is lost and none is booked twice. wake lists the cases that changed.
// A line that fails without being refused is told in the error; those that
// failed less often go before it, it is left alone for a while, and after some
// tries it is a person's. Where another call is at it in this process nothing is
// done.
func (s *Store) WorkBank(ctx context.Context, limit int) (worked int, wake []string, err error) {
	if !s.teller.TryLock() {
		return 0, nil, nil
	}
	defer s.teller.Unlock()
	rows, err := s.pool.Query(ctx, `select `+bankLineColumns+` from bank_lines l where l.state in ('pending', 'booking', 'undoing')
		and (l.retry_at is null or l.retry_at <= $1) order by l.tries, l.booked_on, l.id limit $2`, s.wall(), max(limit, 0))
	if err != nil {
		return 0, nil, fmt.Errorf("find bank lines to work: %w", err)
	}
	lines, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (record.BankLine, error) { return scanBankLine(r) })
	if err != nil {
		return 0, nil, fmt.Errorf("find bank lines to work: %w", err)
	}
	var failed []error
	for _, x := range lines {
		var woken []string
		err := s.atTill(ctx, x.Creditor, func() (err error) {
			woken, err = s.workLine(ctx, x.ID)
			return err
		})
		wake = append(wake, woken...)
		if err == nil {
			worked++
			continue
		}
		if ctx.Err() != nil {
			return worked, wake, fmt.Errorf("work bank lines: %w", ctx.Err())
		}
		if err = errors.Join(err, s.setBack(ctx, x.ID, err)); len(failed) < mostErrors {
			failed = append(failed, fmt.Errorf("work bank line %s: %w", x.ID, err))
		}
	}
	return worked, wake, errors.Join(failed...)
}

// atTill runs do while nobody else works lines of a creditor: the lines are worked
// one after the other, since each changes what the next one finds. Within this
// process there is one at a time, whosever the lines are: each holds a connection
// and needs another, and many at once would wait for each other.
func (s *Store) atTill(ctx context.Context, creditor string, do func() error) error {
	s.till.Lock()
	defer s.till.Unlock()
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error { // holds the lock, and nothing else
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended('bank/' || $1, 0))`, creditor); err != nil {
			return err
		}
		return do()
	})
}

// workLine judges a line that nobody looked at, and books one that is to be, as it
// stands now.
func (s *Store) workLine(ctx context.Context, id string) ([]string, error) {
	x, err := s.BankLine(ctx, id)
	if err != nil {
		return nil, err
	}
	switch x.State {
	case "pending":
		m, err := s.judge(ctx, x)
		if err != nil {
			return nil, err
		}
		if booking, err := s.putDown(ctx, x, m); err != nil || !booking {
			return nil, err
		}
	case "undoing":
		wake, _, err := s.takeBack(ctx, id)
		return wake, err
	}
	wake, _, err := s.bookLine(ctx, id)
	return wake, err
}

// mostTries is how often a line is tried before a person is asked, and firstRest
// how long it is left alone after its second failure: twice as long each time.
const (
	mostTries = 6
	firstRest = time.Minute
)

// setBack notes that a line failed, and why, and leaves it alone for a while. One
// that failed too often becomes a person's; one whose bookings are being taken
// back is tried on.
func (s *Store) setBack(ctx context.Context, id string, cause error) error {
	var tries int
	var state string
	why := cause.Error()
	if r := []rune(why); len(r) > 500 {
		why = string(r[:500])
	}
	err := s.pool.QueryRow(ctx, `update bank_lines set tries = tries + 1, failure = $2,
			retry_at = case when tries = 0 then null else $3::timestamptz + $4::interval * power(2, least(tries, 7) - 1) end
		where id = $1 and state in ('pending', 'booking', 'undoing') returning tries, state`, id, why, s.wall(), firstRest).Scan(&tries, &state)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil || tries < mostTries {
		return err
	}
	switch state {
	case "pending": // nothing is known of it: it waits with those that point to no case
		_, err = s.pool.Exec(ctx, `update bank_lines set state = 'unmatched', why = 'failed' where id = $1 and state = 'pending'`, id)
	case "booking":
		var x record.BankLine
		if x, err = s.BankLine(ctx, id); err == nil {
			err = s.atTill(ctx, x.Creditor, func() error { return s.giveUp(ctx, id, "failed") })
		}
	}
	return err
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

// insertParts adds what a line is to be booked as, each part under a number that
// the line never gave out before. The cases come in one order, since each is
// locked.
func insertParts(ctx context.Context, tx pgx.Tx, line string, parts []bank.Part) error {
	if len(parts) == 0 {
		return nil
	}
	var made int
	if err := tx.QueryRow(ctx, `update bank_lines set parts_made = $2 + greatest(parts_made, (select coalesce(max(n), 0) from bank_parts where line_id = $1))
		where id = $1 returning parts_made`, line, len(parts)).Scan(&made); err != nil {
		return err
	}
	var b pgx.Batch
	for i, p := range inOrder(parts) {
		b.Queue(`insert into bank_parts (line_id, n, case_id, amount, payment) values ($1, $2, $3, $4::numeric / 100, $5)`,
			line, made-len(parts)+i+1, p.Case, p.Amount.Cents, p.Payment)
	}
	return run(ctx, tx, &b)
}

// inOrder gives parts in the order of their cases, which is that of all locks.
func inOrder(parts []bank.Part) []bank.Part {
	out := slices.Clone(parts)
	slices.SortStableFunc(out, func(a, b bank.Part) int { return cmp.Compare(a.Case, b.Case) })
	return out
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
	for _, p := range x.Parts {
		if p.Booked {
			continue
		}
		payment, err := s.bookPart(ctx, x, p, by)
		if errors.As(err, &refused) {
			why := refused.Rule
			if why != knownFromReport {
				why = "refused_" + why
			}
			return wake, refused, s.giveUp(ctx, id, why)
		}
		if err != nil {
			return wake, nil, err
		}
		wake = append(wake, p.Case)
		if _, err := s.pool.Exec(ctx, `update bank_parts set booked = true, payment = $3 where line_id = $1 and n = $2`, id, p.N, payment); err != nil {
			return wake, nil, err
		}
	}
	_, err = s.pool.Exec(ctx, `update bank_lines set state = 'booked', why = '', tries = 0, retry_at = null, failure = '' where id = $1 and state = 'booking'`, id)
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

// keyOf is the key of a part's booking, which its case keeps.
func keyOf(line string, n int) string { return fmt.Sprintf("bank/%s/%d", line, n) }

// bookPart books one part, once, and gives the payment that it made or took back.
func (s *Store) bookPart(ctx context.Context, x record.BankLine, p record.BankPart, by debt.Actor) (string, error) {
	key := keyOf(x.ID, p.N)
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

// giveUp takes the parts away that were not booked, and asks a person. A part
// whose booking stands on its case, though the line did not hear of it, is booked.
func (s *Store) giveUp(ctx context.Context, id, why string) error {
	return s.inTx(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select id from cases where id in (select case_id from bank_parts where line_id = $1) order by id for key share`, id)
		if err != nil {
			return err
		}
		cases, err := pgx.CollectRows(rows, pgx.RowTo[string]) // once what is being recorded on them is recorded
		if err != nil || len(cases) == 0 {
			return err
		}
		if _, err := tx.Exec(ctx, `update bank_parts p set booked = true, payment = case when p.payment <> '' then p.payment else l.payment end
			from events e left join ledger_entries l on l.case_id = e.case_id and l.seq = e.seq and l.kind = 'payment'
			where p.line_id = $1 and not p.booked and e.case_id = p.case_id and e.key = 'bank/' || $1 || '/' || p.n`, id); err != nil {
			return err
		}
		gone, err := tx.Exec(ctx, `delete from bank_parts where line_id = $1 and not booked`, id)
		if err != nil {
			return err
		}
		state := "doubtful"
		if gone.RowsAffected() == 0 {
			state, why = "booked", ""
		}
		_, err = tx.Exec(ctx, `update bank_lines set state = $2, why = $3, tries = 0, retry_at = null where id = $1 and state in ('booking', 'undoing')`, id, state, why)
		if err != nil || state == "booked" {
			return err
		}
		return s.askPerson(ctx, tx, id, cases[0])
	})
}
