package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

// triedAtOnce is how many rows of a trial are asked about in one round.
const triedAtOnce = 1000

// TryImport says what would become of every row if they were imported now, and
// records nothing: the answer has the counts, errors and warnings that Import
// would have at the end, and no id. Rows that were imported before give the
// import that is there, as StartImport does, since nothing more would be done.
func (s *Store) TryImport(ctx context.Context, creditor, name string, rows []record.ImportRow) (record.Import, error) {
	content, err := s.contentOf(ctx, creditor, rows)
	if err != nil {
		return record.Import{}, err
	}
	var id string
	err = s.pool.QueryRow(ctx, `select id from imports where creditor_id = $1 and digest = $2`, creditor, content.digest).Scan(&id)
	if err == nil {
		i, err := s.Import(ctx, id)
		i.DryRun = true
		return i, err
	}
	if !errors.Is(err, pgx.ErrNoRows) {
		return record.Import{}, fmt.Errorf("look for an earlier import of creditor %s: %w", creditor, err)
	}
	x := record.Import{Creditor: creditor, Name: name, State: "done", Total: len(rows), DryRun: true,
		Errors: []record.ImportError{}, Warnings: []record.ImportError{}}
	t := &trial{s: s, out: &x, creditor: content.owed, cases: map[string]caseOf{}, debtors: map[string]debt.Party{}}
	for len(rows) > 0 {
		n := min(triedAtOnce, len(rows))
		if err := t.try(ctx, rows[:n]); err != nil {
			return record.Import{}, fmt.Errorf("try %d rows of creditor %s: %w", x.Total, creditor, err)
		}
		rows = rows[n:]
	}
	return x, nil
}

// trial goes through the rows of an import in their order, and remembers what
// each would have left for those behind it. It reads the record and locks
// nothing, so that no work on the record waits for it.
type trial struct {
	s        *Store
	out      *record.Import
	creditor record.Creditor
	house    house
	cases    map[string]caseOf     // by reference: on the record, or opened by a row before
	debtors  map[string]debt.Party // by reference, as they would be known by now
	warned   int                   // rows that are accepted with a warning
}

// caseOf is the case that has a reference.
type caseOf struct {
	id   string // empty where a row before would open it
	hash []byte // of its submission
}

// try tries some rows.
func (t *trial) try(ctx context.Context, rows []record.ImportRow) error {
	openings := make([]*opening, len(rows))
	for i, r := range rows {
		if len(r.Errors) > 0 {
			continue
		}
		r.Submission.Creditor, r.Submission.Claim.Creditor = t.creditor.ID, t.creditor.Kind
		o := newOpening(r.Submission, importer)
		o.row = r.Row
		var err error
		if o.hash, err = submissionHash(o.Submission); err != nil {
			return err
		}
		openings[i] = o
	}
	return t.s.inTx(ctx, func(tx pgx.Tx) error {
		if err := t.ask(ctx, tx, openings); err != nil {
			return err
		}
		for i, o := range openings {
			if o == nil {
				t.reject(rows[i].Errors)
				continue
			}
			if err := t.open(ctx, o); err != nil {
				return err
			}
		}
		return nil
	})
}

// ask reads what the record knows of the debts and debtors of some rows; what a
// row before made of them stands.
func (t *trial) ask(ctx context.Context, tx pgx.Tx, openings []*opening) error {
	var references, theirs []string
	for _, o := range openings {
		if o != nil {
			references, theirs = append(references, o.Reference), append(theirs, o.Debtor.Reference)
		}
	}
	var b pgx.Batch
	b.Queue(`select reference, id, submission_hash from cases where creditor_id = $1 and reference = any($2)`, t.creditor.ID, references).
		Query(func(rows pgx.Rows) error {
			return each(rows, func(r pgx.Row) error {
				var reference string
				var c caseOf
				err := r.Scan(&reference, &c.id, &c.hash)
				if _, met := t.cases[reference]; !met {
					t.cases[reference] = c
				}
				return err
			})
		})
	b.Queue(`select `+debtorColumns+` from debtors d where creditor_id = $1 and reference = any($2)`, t.creditor.ID, theirs).
		Query(func(rows pgx.Rows) error {
			return each(rows, func(r pgx.Row) error {
				d, err := scanDebtor(r)
				if _, met := t.debtors[d.Party.Reference]; !met {
					t.debtors[d.Party.Reference] = d.Party
				}
				return err
			})
		})
	var strategies int64
	b.Queue(`select count(*) from strategies`).QueryRow(func(row pgx.Row) error { return row.Scan(&strategies) })
	t.house = house{}
	t.house.ask(&b)
	if err := run(ctx, tx, &b); err != nil {
		return fmt.Errorf("ask what %d rows look at: %w", len(openings), err)
	}
	if strategies > t.s.read.Load() {
		if err := t.s.readStrategies(ctx); err != nil {
			return err
		}
	}
	return t.house.know(ctx, t.s, tx)
}

// open opens a row in mind alone, and counts what becomes of it.
func (t *trial) open(ctx context.Context, o *opening) error {
	c, known := t.cases[o.Reference]
	if known && bytes.Equal(c.hash, o.hash) {
		t.out.Known++
		return nil
	}
	var err error
	if known {
		err = referenceTaken(o.Reference, c.id)
	} else {
		err = t.judge(ctx, o)
	}
	var wrong []record.ImportError
	for _, no := range refusals(err) {
		wrong = append(wrong, record.ImportError{Row: o.row, Field: no.Field, Rule: no.Rule, Detail: no.Detail})
	}
	switch {
	case len(wrong) > 0:
		t.reject(wrong)
		return nil
	case err != nil:
		return fmt.Errorf("row %d: %w", o.row, err)
	}
	t.cases[o.Reference], t.debtors[o.Debtor.Reference] = caseOf{hash: o.hash}, o.Debtor
	t.out.Accepted++
	if len(o.warnings) > 0 {
		if t.warned++; t.warned <= importErrors {
			t.out.Warnings = append(t.out.Warnings, o.warnings...)
		}
	}
	return nil
}

// judge says whether a debt that is new could be opened. To whom else its debtor
// owes something bears on when they are written to, and not on that.
func (t *trial) judge(ctx context.Context, o *opening) error {
	o.creditor, o.house, o.now = t.creditor, &t.house, t.house.clock.Now(t.s.wall())
	if err := t.s.validate(o); err != nil {
		return err
	}
	if known, met := t.debtors[o.Debtor.Reference]; met {
		if err := contradictions(known, o.Debtor); err != nil {
			return err
		}
		o.Debtor = newest(known, o.given, o.Debtor)
	}
	_, err := t.s.alone(ctx, o)
	return err
}

// reject counts a row that would be rejected.
func (t *trial) reject(wrong []record.ImportError) {
	if t.out.Rejected++; t.out.Rejected <= importErrors {
		t.out.Errors = append(t.out.Errors, wrong...)
	}
}
