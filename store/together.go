package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

// together is how many rows are opened in one transaction at most. Statements
// cost as much for one row as for a hundred; much longer, and whoever submits
// one of the same debts meanwhile would wait.
const together = 125

// joint is a transaction that opens rows together: those whose debt, debtor
// and person are all new to the record and to the rows before them. Nobody else
// sees a new person, so that no two persons are ever waited for at once.
// Whatever is not as plain as that is left to be opened by itself, with all the
// questions and answers of a single submission.
type joint struct {
	s        *Store
	openings []*opening
	of       []pendingRow // parallel to openings: the row
	house    house
	creditor map[string]record.Creditor
	known    map[string]bool // names (see names) that are on the record
	met      map[string]bool // … or belong to a row before
	sheet    *sheet
	rest     pgx.Batch // what is written after the sheet
	opened   []string
	done     []pendingRow // parallel to opened
	warned   []string     // parallel to opened: what the row is told, as JSON
}

// openTogether opens those of rows that it can in one transaction, and gives
// their cases and the rows that are left. Should anything go wrong, nothing has
// been done and all are left: which row is to blame is seen when each is opened
// by itself.
func (s *Store) openTogether(ctx context.Context, rows []pendingRow) (opened []string, left []pendingRow) {
	first := slices.DeleteFunc(slices.Clone(rows), func(r pendingRow) bool { return r.attempts > 0 })
	if len(first) < 2 {
		return nil, rows
	}
	var j *joint
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		j = &joint{s: s, creditor: map[string]record.Creditor{}, known: map[string]bool{}, met: map[string]bool{}, sheet: newSheet()}
		return j.work(ctx, tx, first)
	})
	if err != nil {
		return nil, rows
	}
	for range j.opened {
		s.grown(ctx)
		s.watch.Imported("accepted")
	}
	return j.opened, slices.DeleteFunc(slices.Clone(rows), func(r pendingRow) bool {
		return slices.ContainsFunc(j.done, func(x pendingRow) bool { return x.importID == r.importID && x.n == r.n })
	})
}

// work is the transaction.
func (j *joint) work(ctx context.Context, tx pgx.Tx, rows []pendingRow) error {
	if err := j.claim(ctx, tx, rows); err != nil || len(j.openings) == 0 {
		return err
	}
	if err := j.ask(ctx, tx); err != nil {
		return err
	}
	for i, o := range j.openings {
		if !j.new(o) {
			continue
		}
		if err := j.open(ctx, o); err != nil {
			var back *errSetBack
			if errors.As(err, &back) {
				return err
			}
			continue // it is told why when it is opened by itself
		}
		warned, err := json.Marshal(o.warnings)
		if err != nil {
			return fmt.Errorf("tell of row %d: %w", o.row, err)
		}
		j.opened, j.done = append(j.opened, o.ids.Case), append(j.done, j.of[i])
		j.warned = append(j.warned, string(warned))
	}
	return j.write(ctx, tx)
}

// claim locks the rows that still wait, unless somebody else has them, and
// reads what they submit.
func (j *joint) claim(ctx context.Context, tx pgx.Tx, rows []pendingRow) error {
	imports, numbers := keysOf(rows)
	got, err := tx.Query(ctx, `select r.import_id, r.row, r.submission from unnest($1::text[], $2::int[]) x(import_id, row)
		join import_rows r on r.import_id = x.import_id and r.row = x.row
		where r.state = 'pending' order by r.import_id, r.row for update of r skip locked`, imports, numbers)
	if err != nil {
		return fmt.Errorf("claim %d rows: %w", len(rows), err)
	}
	var row pendingRow
	_, err = pgx.ForEachRow(got, []any{&row.importID, &row.n, &row.submission}, func() error {
		var in debt.Submission
		if json.Unmarshal(row.submission, &in) != nil {
			return nil // it is told so when it is opened by itself
		}
		o := newOpening(in, importer)
		var err error
		if o.hash, err = submissionHash(o.Submission); err != nil {
			return err
		}
		o.row = row.n
		j.openings, j.of = append(j.openings, o), append(j.of, pendingRow{importID: row.importID, n: row.n})
		return nil
	})
	if err != nil {
		return fmt.Errorf("claim %d rows: %w", len(rows), err)
	}
	return nil
}

// keysOf gives the keys of rows as two columns.
func keysOf(rows []pendingRow) (imports []string, numbers []int) {
	for _, r := range rows {
		imports, numbers = append(imports, r.importID), append(numbers, r.n)
	}
	return imports, numbers
}

// The names by which a debt, a debtor and a person are unique.
func caseName(creditor, reference string) string { return "case\x00" + creditor + "\x00" + reference }
func debtorName(creditor, reference string) string {
	return "debtor\x00" + creditor + "\x00" + reference
}
func keyName(key []byte) string { return "key\x00" + string(key) }

// names lists those of an opening.
func (o *opening) names() []string {
	out := []string{caseName(o.Creditor, o.Reference), debtorName(o.Creditor, o.Debtor.Reference)}
	for _, x := range identities(o.Debtor) {
		out = append(out, keyName(x.key))
	}
	return out
}

// ask reads once what every opening looks at, and which of their names the
// record knows.
func (j *joint) ask(ctx context.Context, tx pgx.Tx) error {
	var creditors, references, theirs []string
	var keys [][]byte
	for _, o := range j.openings {
		creditors, references, theirs = append(creditors, o.Creditor), append(references, o.Reference), append(theirs, o.Debtor.Reference)
		for _, x := range identities(o.Debtor) {
			keys = append(keys, x.key)
		}
	}
	var b pgx.Batch
	ask := func(read func(pgx.Row) error, sql string, args ...any) {
		b.Queue(sql, args...).Query(func(rows pgx.Rows) error { return each(rows, read) })
	}
	pair := func(name func(string, string) string) func(pgx.Row) error {
		return func(r pgx.Row) error {
			var creditor, reference string
			err := r.Scan(&creditor, &reference)
			j.known[name(creditor, reference)] = true
			return err
		}
	}
	ask(func(r pgx.Row) error {
		k, err := scanCreditor(r)
		j.creditor[k.ID] = k
		return err
	}, `select `+creditorColumns+` from creditors k where id = any($1)`, creditors)
	ask(pair(caseName), `select c.creditor_id, c.reference from unnest($1::text[], $2::text[]) x(creditor, reference)
		join cases c on c.creditor_id = x.creditor and c.reference = x.reference`, creditors, references)
	ask(pair(debtorName), `select d.creditor_id, d.reference from unnest($1::text[], $2::text[]) x(creditor, reference)
		join debtors d on d.creditor_id = x.creditor and d.reference = x.reference`, creditors, theirs)
	ask(func(r pgx.Row) error {
		var key []byte
		err := r.Scan(&key)
		j.known[keyName(key)] = true
		return err
	}, `select k.key from unnest($1::bytea[]) x(key) join person_keys k on k.key = x.key`, keys)
	var strategies int64
	b.Queue(`select count(*) from strategies`).QueryRow(func(row pgx.Row) error { return row.Scan(&strategies) })
	j.house.ask(&b)
	if err := run(ctx, tx, &b); err != nil {
		return fmt.Errorf("ask what %d rows look at: %w", len(j.openings), err)
	}
	if err := j.house.know(ctx, j.s, tx); err != nil {
		return err
	}
	if strategies > j.s.read.Load() {
		return j.s.readStrategies(ctx)
	}
	return nil
}

// new reports whether nothing that an opening names is known, or was named by a
// row before it: what that row becomes may bear on this one.
func (j *joint) new(o *opening) bool {
	fresh := true
	for _, name := range o.names() {
		fresh = fresh && !j.known[name] && !j.met[name]
		j.met[name] = true
	}
	return fresh
}

// open puts the case of an opening, and its debtor, on the sheet. A refusal
// leaves nothing there.
func (j *joint) open(ctx context.Context, o *opening) error {
	k, ok := j.creditor[o.Creditor]
	if !ok {
		return record.ErrNotFound
	}
	o.creditor, o.house, o.now = k, &j.house, j.house.clock.Now(j.s.wall())
	if err := j.s.validate(o); err != nil {
		return err
	}
	d, err := j.s.alone(ctx, o)
	if err != nil {
		return err
	}
	d.put(persons, j.s.personRow(o)...)
	for _, x := range identities(o.Debtor) {
		d.put(personKeys, x.key, x.kind, o.ids.Person)
	}
	d.put(debtors, o.debtorRow()...)
	for _, p := range o.points {
		d.put(points, p.ID, o.ids.Debtor, p.Channel, p.Value)
	}
	var b pgx.Batch
	if err := d.planned(&b, nil); err != nil {
		return err
	}
	j.sheet.join(d.sheet)
	j.rest.QueuedQueries = append(j.rest.QueuedQueries, b.QueuedQueries...)
	return nil
}

// alone opens an opening whose debtor and person are held for new, on a docket
// and a sheet of its own: nothing of it is written yet.
func (s *Store) alone(ctx context.Context, o *opening) (*docket, error) {
	o.ids.Person, o.ids.Debtor = newID(), newID()
	o.newPoints()
	d, err := s.newcomer(ctx, o)
	if err != nil {
		return nil, err
	}
	d.sheet = newSheet()
	h, err := d.open(o)
	if err != nil {
		return nil, err
	}
	o.warnings = limitationWarnings(o.row, h.c.Clock(h.terms.Law), calendar.DateOf(d.now.In(h.terms.Debtor.Zone())))
	return d, nil
}

// write writes the sheet, and that its rows are worked.
func (j *joint) write(ctx context.Context, tx pgx.Tx) error {
	if len(j.opened) == 0 {
		return nil
	}
	// In one order, so that no two transactions wait for each other's names.
	order := func(t *table, columns ...string) {
		slices.SortFunc(j.sheet.rows[t], func(a, b []any) int {
			for _, c := range columns {
				i := slices.Index(t.columns, c)
				if n := strings.Compare(fmt.Sprintf("%s", a[i]), fmt.Sprintf("%s", b[i])); n != 0 {
					return n
				}
			}
			return 0
		})
	}
	order(personKeys, "key")
	order(debtors, "creditor_id", "reference")
	order(cases, "creditor_id", "reference")
	if err := j.sheet.write(ctx, tx); err != nil {
		return err
	}
	imports, numbers := keysOf(j.done)
	j.rest.Queue(`update import_rows r set state = 'accepted', submission = null, case_id = x.case_id, errors = x.warned::jsonb
		from unnest($1::text[], $2::int[], $3::text[], $4::text[]) x(import_id, row, case_id, warned)
		where r.import_id = x.import_id and r.row = x.row`, imports, numbers, j.opened, j.warned)
	if err := run(ctx, tx, &j.rest); err != nil {
		return fmt.Errorf("write %d rows that were opened: %w", len(j.opened), err)
	}
	return nil
}
