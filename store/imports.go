package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/record"
)

// content is what an import holds, and by what it is known again.
type content struct {
	owed   record.Creditor
	digest []byte
	rows   [][]any // submission and errors of each row, as JSON
}

// contentOf gives the content of rows. What kind of creditor they are of, which
// bears on the law, is read from the record.
func (s *Store) contentOf(ctx context.Context, creditor string, rows []record.ImportRow) (content, error) {
	owed, err := s.Creditor(ctx, creditor)
	if errors.Is(err, record.ErrNotFound) {
		return content{}, &debt.Refusal{Field: "creditor_id", Rule: "creditor_unknown", Detail: "there is no such creditor"}
	}
	if err != nil {
		return content{}, fmt.Errorf("import rows: %w", err)
	}
	out := content{owed: owed, rows: make([][]any, len(rows))}
	digest := sha256.New()
	for i, r := range rows {
		r.Submission.Creditor, r.Submission.Claim.Creditor = creditor, owed.Kind
		submission, err := json.Marshal(r.Submission)
		if err != nil {
			return content{}, fmt.Errorf("import row %d: %w", r.Row, err)
		}
		wrong, err := json.Marshal(append([]record.ImportError{}, r.Errors...))
		if err != nil {
			return content{}, fmt.Errorf("import row %d: %w", r.Row, err)
		}
		fmt.Fprintf(digest, "%d\n%s\n%s\n", r.Row, submission, wrong)
		out.rows[i] = []any{submission, wrong}
	}
	out.digest = digest.Sum(nil)
	return out, nil
}

// StartImport puts the rows of an import on the record before it returns; they
// are opened by WorkImport. The same content of the same creditor again gives
// the import that is there, whichever way it comes in.
func (s *Store) StartImport(ctx context.Context, creditor, name string, rows []record.ImportRow) (record.Import, error) {
	c, err := s.contentOf(ctx, creditor, rows)
	if err != nil {
		return record.Import{}, err
	}
	id := newID()
	values := make([][]any, len(rows))
	for i, r := range rows {
		values[i] = append([]any{id, r.Row, "pending"}, c.rows[i]...)
		if len(r.Errors) > 0 {
			values[i][2], values[i][3] = "rejected", nil
		}
	}
	err = s.inTx(ctx, func(tx pgx.Tx) error {
		_, now, err := s.clockIn(ctx, tx)
		if err != nil {
			return err
		}
		var made string
		err = tx.QueryRow(ctx, `insert into imports (id, creditor_id, name, digest, total, created_at) values ($1, $2, $3, $4, $5, $6)
			on conflict (creditor_id, digest) do update set name = imports.name returning id`,
			id, creditor, name, c.digest, len(rows), now).Scan(&made)
		if err != nil || made != id {
			id = made
			return err
		}
		_, err = tx.CopyFrom(ctx, pgx.Identifier{"import_rows"}, []string{"import_id", "row", "state", "submission", "errors"}, pgx.CopyFromRows(values))
		return err
	})
	if err != nil {
		return record.Import{}, fmt.Errorf("import %d rows of creditor %s: %w", len(rows), creditor, err)
	}
	return s.Import(ctx, id)
}

// importErrors is how many rejected rows, and how many with a warning, an
// import shows.
const importErrors = 10_000

// Import gives an import and how far it has come, counted from its rows.
func (s *Store) Import(ctx context.Context, id string) (record.Import, error) {
	i := record.Import{ID: id, Errors: []record.ImportError{}, Warnings: []record.ImportError{}}
	pending := 0
	var b pgx.Batch
	b.Queue(`select creditor_id, name, total, created_at, coalesce(finished_at, '0001-01-01 00:00:00Z') from imports where id = $1`, id).
		QueryRow(func(row pgx.Row) error { return row.Scan(&i.Creditor, &i.Name, &i.Total, &i.Created, &i.Finished) })
	b.Queue(`select count(*) filter (where state = 'accepted'), count(*) filter (where state = 'known'),
		count(*) filter (where state = 'rejected'), count(*) filter (where state = 'pending') from import_rows where import_id = $1`, id).
		QueryRow(func(row pgx.Row) error { return row.Scan(&i.Accepted, &i.Known, &i.Rejected, &pending) })
	told := func(into *[]record.ImportError, where string) {
		b.Queue(`select errors from import_rows where import_id = $1 and `+where+` order by row limit $2`, id, importErrors).
			Query(func(rows pgx.Rows) error {
				return each(rows, func(r pgx.Row) error {
					var some []record.ImportError
					err := r.Scan(&some)
					*into = append(*into, some...)
					return err
				})
			})
	}
	told(&i.Errors, `state = 'rejected'`)
	told(&i.Warnings, `state = 'accepted' and errors <> '[]'`)
	if err := run(ctx, s.pool, &b); err != nil {
		return i, missing(err, "import", id)
	}
	i.Created, i.Finished = i.Created.UTC(), i.Finished.UTC()
	i.State = "done"
	if pending > 0 {
		i.State = "running"
	}
	return i, nil
}

// importers is how many rows are opened side by side.
const importers = 4

// importAttempts is how often a row is tried that fails for no reason of its
// own that is known; then it is rejected, so that an import always ends.
const importAttempts = 5

// pendingRow is a row that waits to be opened.
type pendingRow struct {
	importID   string
	n          int
	attempts   int // made before
	submission []byte
}

// WorkImport opens up to limit pending rows of any import. Rows of debtors that
// are all new are opened together; every other in its own transaction, so that
// no two persons are ever locked at once. Each is counted once whatever crashes.
// Several processes may work at once. wake lists the cases that were opened. A
// row that fails without being refused is told in the error and tried again in
// a later round; it holds up no other.
func (s *Store) WorkImport(ctx context.Context, limit int) (worked int, wake []string, err error) {
	rows, err := s.pendingRows(ctx, limit)
	if err != nil || len(rows) == 0 {
		return 0, nil, err
	}
	r := &round{rows: rows}
	var wg sync.WaitGroup
	for range importers {
		wg.Go(func() {
			for rows := r.take(); len(rows) > 0; rows = r.take() {
				opened, left := s.openTogether(ctx, rows)
				r.told(len(opened), opened, nil, nil)
				for _, row := range left {
					if r.halted() {
						return
					}
					worked, opened, failure := s.workRow(ctx, row)
					r.told(worked, opened, failure, s.putOff(ctx, row, failure))
				}
			}
		})
	}
	wg.Wait()
	if r.halt == nil {
		r.halt = s.finishImports(ctx)
	}
	return r.worked, r.wake, errors.Join(append(r.failed, r.halt)...)
}

// round is a round of WorkImport, shared by those who open its rows.
type round struct {
	mu     sync.Mutex
	rows   []pendingRow // not taken yet
	worked int
	wake   []string
	failed []error
	halt   error // why no further row is taken
}

// take gives the next rows to open, none at the end.
func (r *round) take() []pendingRow {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.halt != nil {
		return nil
	}
	n := min(together, len(r.rows))
	out := r.rows[:n:n]
	r.rows = r.rows[n:]
	return out
}

func (r *round) halted() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.halt != nil
}

// told counts what became of rows.
func (r *round) told(worked int, opened []string, failure, halt error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.worked += worked
	r.wake = append(r.wake, opened...)
	if failure != nil && len(r.failed) < mostErrors {
		r.failed = append(r.failed, failure)
	}
	if r.halt == nil {
		r.halt = halt
	}
}

// putOff counts a row's failure, and rejects the row at the last. Where not
// even that can be written the record is away, no row is to blame, and the
// round ends.
func (s *Store) putOff(ctx context.Context, row pendingRow, failure error) error {
	if failure == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	s.watch.Imported("failed")
	no := []record.ImportError{{Row: row.n, Rule: "internal", Detail: fmt.Sprintf(
		"row %d could not be opened in %d attempts; the cause is in the installation's log", row.n, importAttempts)}}
	_, err := s.pool.Exec(ctx, `update import_rows set attempts = attempts + 1,
			state = case when attempts + 1 >= $3 then 'rejected' else state end,
			submission = case when attempts + 1 >= $3 then null else submission end,
			errors = case when attempts + 1 >= $3 then $4::jsonb else errors end
		where import_id = $1 and row = $2 and state = 'pending'`, row.importID, row.n, importAttempts, no)
	if err != nil {
		return fmt.Errorf("put off row %d of import %s: %w", row.n, row.importID, err)
	}
	return nil
}

// pendingRows lists rows that wait, of all imports in turn, so that none waits
// for another's end; rows that failed before come last.
func (s *Store) pendingRows(ctx context.Context, limit int) ([]pendingRow, error) {
	rows, err := s.pool.Query(ctx, `select r.import_id, r.row, r.attempts from imports i
		cross join lateral (select x.import_id, x.row, x.attempts, row_number() over (order by x.attempts, x.row) as turn
			from import_rows x where x.import_id = i.id and x.state = 'pending' order by x.attempts, x.row limit $1) r
		where i.finished_at is null order by r.turn, r.import_id limit $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("find rows to import: %w", err)
	}
	out, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (pendingRow, error) {
		var x pendingRow
		err := r.Scan(&x.importID, &x.n, &x.attempts)
		return x, err
	})
	if err != nil {
		return nil, fmt.Errorf("find rows to import: %w", err)
	}
	if len(out) == 0 {
		return nil, s.finishImports(ctx) // one may have no row to open
	}
	return out, nil
}

// workRow opens a row, unless somebody else has it or had it.
func (s *Store) workRow(ctx context.Context, row pendingRow) (worked int, opened []string, err error) {
	var state string
	err = s.inTx(ctx, func(tx pgx.Tx) error {
		worked, opened = 0, nil
		err := tx.QueryRow(ctx, `select submission from import_rows where import_id = $1 and row = $2 and state = 'pending'
			for update skip locked`, row.importID, row.n).Scan(&row.submission)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("import %s, row %d: %w", row.importID, row.n, err)
		}
		worked = 1
		var caseID string
		var wrong []record.ImportError
		state, caseID, wrong, err = s.openRow(ctx, tx, row)
		if err != nil {
			return fmt.Errorf("import %s, row %d: %w", row.importID, row.n, err)
		}
		if state == "accepted" {
			opened = []string{caseID}
		}
		_, err = tx.Exec(ctx, `update import_rows set state = $3, submission = null, case_id = nullif($4, ''), errors = $5
			where import_id = $1 and row = $2`, row.importID, row.n, state, caseID, wrong)
		return err
	})
	if err != nil {
		return 0, nil, err
	}
	if len(opened) > 0 {
		s.grown(ctx)
	}
	if worked > 0 {
		s.watch.Imported(state)
	}
	return worked, opened, nil
}

// importer is who brings the debts of an import.
var importer = debt.Actor{Role: debt.Creditor, ID: "import"}

// openRow opens one row under a savepoint, so that a row that is refused
// leaves nothing but its reason.
func (s *Store) openRow(ctx context.Context, tx pgx.Tx, row pendingRow) (state, caseID string, wrong []record.ImportError, err error) {
	var file record.File
	err = pgx.BeginFunc(ctx, tx, func(sp pgx.Tx) error {
		var in debt.Submission
		if err := json.Unmarshal(row.submission, &in); err != nil {
			return &debt.Refusal{Rule: "unreadable", Detail: "the row cannot be read: " + err.Error()}
		}
		file, err = s.openIn(ctx, sp, newOpening(in, importer))
		return overtaken(err)
	})
	wrong = []record.ImportError{}
	for _, no := range refusals(err) {
		wrong = append(wrong, record.ImportError{Row: row.n, Field: no.Field, Rule: no.Rule, Detail: no.Detail})
	}
	if code := sqlState(err); strings.HasPrefix(code, "22") || code == "23514" { // what the schema itself does not take
		wrong = append(wrong, record.ImportError{Row: row.n, Rule: "not_storable", Detail: err.Error()})
	}
	switch {
	case len(wrong) > 0:
		return "rejected", "", wrong, nil
	case err != nil:
		return "", "", nil, err
	case file.Created:
		return "accepted", file.Case.ID, limitationWarnings(row.n, file.Clock, file.Today), nil
	}
	return "known", file.Case.ID, wrong, nil
}

// limitationWarnings tell of a row that was accepted and whose debt is limited,
// or nearly: nothing of it is claimed as due before a person has decided.
func limitationWarnings(row int, k law.Clock, today calendar.Date) []record.ImportError {
	state := debt.StateOf(k, today)
	if !state.Presses() {
		return []record.ImportError{}
	}
	detail := fmt.Sprintf("the limitation period (%s) ends on %s", k.Article, k.Cautious)
	switch state {
	case debt.ClockLimited:
		detail = fmt.Sprintf("the limitation period (%s) ended on %s: the debt is not claimed as due, and a person is asked", k.Article, k.LastDay)
	case debt.ClockDoubtful:
		detail = fmt.Sprintf("in one reading the limitation period ended on %s, in another it runs until %s (%s): a person is asked", k.Cautious, k.LastDay, k.Article)
	case debt.ClockPresumed:
		detail = fmt.Sprintf("since %s the law presumes that the debt was paid (%s): a person is told", k.LastDay, k.Article)
	}
	return []record.ImportError{{Row: row, Field: "due_on", Rule: string(state), Detail: detail}}
}

// refusals lists every refusal joined in err.
func refusals(err error) []*debt.Refusal {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var out []*debt.Refusal
		for _, e := range many.Unwrap() {
			out = append(out, refusals(e)...)
		}
		return out
	}
	var no *debt.Refusal
	if errors.As(err, &no) {
		return []*debt.Refusal{no}
	}
	return nil
}

// finishImports dates the end of imports with no row left.
func (s *Store) finishImports(ctx context.Context) error {
	now, err := s.Now(ctx)
	if err != nil {
		return err
	}
	_, err = s.pool.Exec(ctx, `update imports i set finished_at = $1 where finished_at is null
		and not exists (select from import_rows r where r.import_id = i.id and r.state = 'pending')`, now)
	if err != nil {
		return fmt.Errorf("finish imports: %w", err)
	}
	return nil
}
