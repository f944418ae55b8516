package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/bank"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
)

// TakeStatements puts a file of bank statements on the record, with its lines:
// all of it or nothing. It books nothing: WorkBank does. The same file of the
// same creditor again gives the one that is there, and a line that another file
// brought before stays as it is. The error is a *bank.Malformed or a
// *debt.Refusal where the file is refused.
func (s *Store) TakeStatements(ctx context.Context, f record.BankFile, content []byte, by debt.Actor) (record.BankFile, error) {
	all, err := bank.Read(content)
	if err != nil {
		return record.BankFile{}, err
	}
	if f.Creditor == "" { // the operator's own
	} else if _, err := s.Creditor(ctx, f.Creditor); errors.Is(err, record.ErrNotFound) {
		return record.BankFile{}, &debt.Refusal{Field: "creditor_id", Rule: "creditor_unknown", Detail: "there is no such creditor"}
	} else if err != nil {
		return record.BankFile{}, fmt.Errorf("take bank statements: %w", err)
	}
	sum := sha256.Sum256(content)
	id, lines := newID(), []bank.Line{}
	f.Format, f.Accounts = all[0].Format, []string{}
	for _, st := range all {
		lines = append(lines, st.Lines...)
		if !slices.Contains(f.Accounts, st.Account) {
			f.Accounts = append(f.Accounts, st.Account)
		}
	}
	err = s.inTx(ctx, func(tx pgx.Tx) error {
		_, now, err := s.clockIn(ctx, tx)
		if err != nil {
			return err
		}
		if err := ownAccounts(ctx, tx, f); err != nil {
			return err
		}
		var made string
		err = tx.QueryRow(ctx, `insert into bank_files (id, creditor_id, name, format, accounts, sha256, bytes, total, known, by_role, by_id, created_at)
			values ($1, nullif($2, ''), $3, $4, $5, $6, $7, $8, 0, $9, $10, $11)
			on conflict (coalesce(creditor_id, ''), sha256) do update set name = bank_files.name returning id`,
			id, f.Creditor, f.Name, f.Format, f.Accounts, sum[:], content, len(lines), by.Role, by.ID, now).Scan(&made)
		if err != nil || made != id {
			id = made
			return err
		}
		return takeLines(ctx, tx, id, f.Creditor, lines)
	})
	if err != nil {
		return record.BankFile{}, fmt.Errorf("take bank statements of creditor %s: %w", f.Creditor, err)
	}
	return s.BankFile(ctx, id)
}

// ownAccounts refuses statements of an account of which somebody else brought
// some, or that another creditor has: each movement is booked once, on debts of
// that creditor alone or, where the account is the operator's, on those of all.
func ownAccounts(ctx context.Context, tx pgx.Tx, f record.BankFile) error {
	for _, a := range slices.Sorted(slices.Values(f.Accounts)) { // one after the other, in one order
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended('account/' || $1, 0))`, a); err != nil {
			return err
		}
	}
	var brought, others, own bool
	err := tx.QueryRow(ctx, `select exists (select from bank_files where accounts && $1 and creditor_id is distinct from nullif($2, '')),
		exists (select from creditors where iban = any($1) and id <> $2 and $2 <> ''), exists (select from creditors where iban = any($1) and id = $2)`,
		f.Accounts, f.Creditor).Scan(&brought, &others, &own)
	if err == nil && (brought || others && !own) {
		return &debt.Refusal{Field: "file", Rule: "account_of_another", Conflict: true,
			Detail: "this account is another's, or its statements were taken in for another"}
	}
	return err
}

// takeLines adds the lines that are new, and counts the others.
func takeLines(ctx context.Context, tx pgx.Tx, file, creditor string, lines []bank.Line) error {
	var b pgx.Batch
	known := 0
	for _, l := range lines {
		said, err := json.Marshal(l)
		if err != nil {
			return err
		}
		b.Queue(`insert into bank_lines (id, mark, creditor_id, file_id, account, booked_on, amount, currency, iban, line, state)
			values ($1, $2, nullif($3, ''), $4, $5, $6, $7::numeric / 100, $8, $9, $10, 'pending') on conflict (mark) do nothing returning true`,
			newID(), l.ID, creditor, file, l.Account, l.Booked, l.Amount.Cents, l.Amount.Currency, l.IBAN, said).QueryRow(func(row pgx.Row) error {
			var fresh bool
			err := row.Scan(&fresh)
			if errors.Is(err, pgx.ErrNoRows) {
				known++
				return nil
			}
			return err
		})
	}
	if err := run(ctx, tx, &b); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `update bank_files set known = $2 where id = $1`, file, known)
	return err
}

// BankFile gives a file of statements with what became of the lines that it
// brought first.
func (s *Store) BankFile(ctx context.Context, id string) (record.BankFile, error) {
	var f record.BankFile
	var sum []byte
	err := s.pool.QueryRow(ctx, `select f.id, coalesce(f.creditor_id, ''), f.name, f.format, f.accounts,
			array(select a from unnest(f.accounts) a where not exists (select from creditors where coalesce(f.creditor_id = id, true) and iban = a)
				and exists (select from creditors where coalesce(f.creditor_id = id, true) and iban <> '')), f.sha256, f.total, f.known, f.created_at,
			count(*) filter (where l.state in ('pending', 'booking', 'undoing')), count(*) filter (where l.state = 'booked'),
			count(*) filter (where l.state = 'doubtful'), count(*) filter (where l.state = 'unmatched'),
			count(*) filter (where l.state in ('other', 'set_aside'))
		from bank_files f left join bank_lines l on l.file_id = f.id where f.id = $1 group by f.id`, id).
		Scan(&f.ID, &f.Creditor, &f.Name, &f.Format, &f.Accounts, &f.Strange, &sum, &f.Total, &f.Known, &f.Created,
			&f.Pending, &f.Booked, &f.Doubtful, &f.Unmatched, &f.Other)
	f.SHA256, f.Created = hex.EncodeToString(sum), f.Created.UTC()
	return f, missing(err, "bank file", id)
}

// BankFileBytes gives a file of statements as it came.
func (s *Store) BankFileBytes(ctx context.Context, id string) (content []byte, err error) {
	err = s.pool.QueryRow(ctx, `select bytes from bank_files where id = $1`, id).Scan(&content)
	return content, missing(err, "bank file", id)
}

const bankLineColumns = `l.id, coalesce(l.creditor_id, ''), l.file_id, l.line, l.state, l.why, l.candidates, coalesce(l.task_id, ''), l.decided_by, l.note,
	l.tries, l.failure,
	coalesce((select jsonb_agg(jsonb_build_array(p.case_id, (p.amount * 100)::bigint, p.payment, p.booked, p.n) order by p.n)
		from bank_parts p where p.line_id = l.id), '[]')`

func scanBankLine(r pgx.Row) (record.BankLine, error) {
	var x record.BankLine
	var said, candidates, parts []byte
	if err := r.Scan(&x.ID, &x.Creditor, &x.File, &said, &x.State, &x.Why, &candidates, &x.Task, &x.Decided, &x.Note, &x.Tries, &x.Failure, &parts); err != nil {
		return x, err
	}
	var rows [][5]any
	if err := errors.Join(json.Unmarshal(said, &x.Line), json.Unmarshal(candidates, &x.Candidates), json.Unmarshal(parts, &rows)); err != nil {
		return x, fmt.Errorf("read bank line %s: %w", x.ID, err)
	}
	x.Parts = []record.BankPart{}
	for _, p := range rows {
		caseID, _ := p[0].(string)
		cents, _ := p[1].(float64) // at most 15 digits, which it holds whole
		payment, _ := p[2].(string)
		booked, _ := p[3].(bool)
		n, _ := p[4].(float64)
		x.Parts = append(x.Parts, record.BankPart{Booked: booked, N: int(n),
			Part: bank.Part{Case: caseID, Amount: money.Of(int64(cents), x.Line.Amount.Currency), Payment: payment}})
	}
	return x, nil
}

// BankLine gives a line of a bank statement.
func (s *Store) BankLine(ctx context.Context, id string) (record.BankLine, error) {
	x, err := scanBankLine(s.pool.QueryRow(ctx, `select `+bankLineColumns+` from bank_lines l where l.id = $1`, id))
	return x, missing(err, "bank line", id)
}

// BankLines lists lines by id, after the given one; an empty creditor or state
// does not filter.
func (s *Store) BankLines(ctx context.Context, creditor, state, after string, limit int) ([]record.BankLine, error) {
	c := &conditions{}
	c.text(`l.creditor_id = $`, creditor)
	c.text(`l.state = $`, state)
	c.text(`l.id > $`, after)
	rows, err := s.pool.Query(ctx, `select `+bankLineColumns+` from bank_lines l where `+c.all()+fmt.Sprintf(` order by l.id limit %d`, page(limit)), c.given()...)
	if err != nil {
		return nil, fmt.Errorf("list bank lines: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (record.BankLine, error) { return scanBankLine(r) })
}
