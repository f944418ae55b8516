package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// Open opens the case of a submission. The creditor's reference is unique: the
// same content under it again gives the case that is there, other content is
// refused as a conflict, rule "reference_taken". All that is wrong with a
// submission is told at once, as joined *debt.Refusal.
func (s *Store) Open(ctx context.Context, in debt.Submission, by debt.Actor) (record.File, error) {
	var file record.File
	err := s.inTx(ctx, func(tx pgx.Tx) (err error) {
		file, err = s.openIn(ctx, tx, newOpening(in, by))
		return overtaken(err)
	})
	if err != nil {
		return file, fmt.Errorf("open %s of creditor %s: %w", in.Reference, in.Creditor, err)
	}
	if file.Created {
		s.grown(ctx)
	}
	return file, nil
}

// Preview says what Open would do, and what would happen next for two years,
// with no new fact from outside. Nothing is written. What other creditors have
// with the same person bears on nothing in it, so that it tells nothing of them.
func (s *Store) Preview(ctx context.Context, in debt.Submission) (record.File, []strategy.Decision, error) {
	var file record.File
	var steps []strategy.Decision
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		o := newOpening(in, engine)
		o.trial = true
		got, err := s.openIn(ctx, tx, o)
		if err != nil {
			return err
		}
		d, h, err := s.loadCase(ctx, tx, subject{caseID: got.Case.ID})
		if err != nil {
			return err
		}
		if got.Created {
			if err := d.keepTo(ctx, tx, o.Creditor); err != nil {
				return err
			}
		}
		_, i := d.find(h.c.ID)
		file, steps = got, d.person().Forecast(i, d.now, d.now.AddDate(2, 0, 0))
		return errDryRun
	})
	if err != nil && !errors.Is(err, errDryRun) {
		return file, nil, fmt.Errorf("preview %s of creditor %s: %w", in.Reference, in.Creditor, err)
	}
	return file, steps, nil
}

// opening is a submission on its way to becoming a case.
type opening struct {
	debt.Submission            // in normal form
	given           debt.Party // the debtor as submitted
	by              debt.Actor
	// trial says that nothing of it will stay, and that its creditor is told
	// nothing of others.
	trial    bool
	hash     []byte
	creditor record.Creditor
	strategy *strategy.Strategy
	now      time.Time
	ids      debt.IDs
	points   []record.Point       // new ones
	house    *house               // where the person is new
	row      int                  // of an import, where it is opened with others …
	warnings []record.ImportError // … and what that row is told
}

func newOpening(in debt.Submission, by debt.Actor) *opening {
	return &opening{Submission: in.Normal(), given: in.Debtor, by: by}
}

// submissionHash is over the canonical JSON of a normal submission.
func submissionHash(in debt.Submission) ([]byte, error) {
	b, err := json.Marshal(in)
	if err != nil {
		return nil, fmt.Errorf("read the submission: %w", err)
	}
	h := sha256.Sum256(b)
	return h[:], nil
}

// openIn opens a submission within a transaction.
func (s *Store) openIn(ctx context.Context, tx pgx.Tx, o *opening) (record.File, error) {
	var err error
	if o.hash, err = submissionHash(o.Submission); err != nil {
		return record.File{}, err
	}
	known, err := s.prepare(ctx, tx, o)
	if err != nil {
		return record.File{}, err
	}
	if known != "" {
		d, h, err := s.loadCase(ctx, tx, subject{caseID: known})
		if err != nil {
			return record.File{}, err
		}
		return d.file(h), nil
	}
	if err := s.findDebtor(ctx, tx, o); err != nil {
		return record.File{}, err
	}
	return s.openCase(ctx, tx, o)
}

// prepare reads the creditor, the clock, and whether the reference is known
// (then it gives the case), and validates.
func (s *Store) prepare(ctx context.Context, tx pgx.Tx, o *opening) (known string, err error) {
	var hash []byte
	var b pgx.Batch
	b.Queue(`select `+creditorColumns+` from creditors k where id = $1`, o.Creditor).QueryRow(func(row pgx.Row) error {
		k, err := scanCreditor(row)
		if errors.Is(err, pgx.ErrNoRows) {
			return &debt.Refusal{Field: "creditor_id", Rule: "creditor_unknown", Detail: "there is no such creditor"}
		}
		o.creditor = k
		return err
	})
	b.Queue(`select offset_us, frozen_at from clock`).QueryRow(func(row pgx.Row) error {
		st, err := scanClock(row)
		o.now = st.Now(s.wall())
		return err
	})
	b.Queue(`select id, submission_hash from cases where creditor_id = $1 and reference = $2`, o.Creditor, o.Reference).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			if err := rows.Scan(&known, &hash); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	var strategies int64
	b.Queue(`select count(*) from strategies`).QueryRow(func(row pgx.Row) error { return row.Scan(&strategies) })
	if err := run(ctx, tx, &b); err != nil {
		return "", err
	}
	if strategies > s.read.Load() {
		if err := s.readStrategies(ctx); err != nil {
			return "", err
		}
	}
	if known != "" {
		if !bytes.Equal(hash, o.hash) {
			return "", referenceTaken(o.Reference, known)
		}
		return known, nil
	}
	return "", s.validate(o)
}

// referenceTaken refuses a reference that a case has with other content; without
// a case it is that of a row before.
func referenceTaken(reference, caseID string) error {
	of := "case " + caseID
	if caseID == "" {
		of = "a row before"
	}
	return &debt.Refusal{Field: "reference", Rule: "reference_taken", Conflict: true,
		Detail: fmt.Sprintf("reference %s is that of %s, with other content", reference, of)}
}

// validate checks the submission by itself and against law and strategies.
func (s *Store) validate(o *opening) error {
	home := s.place(o.creditor.Country, o.creditor.PostalCode, "")
	var wrong []error
	for _, no := range o.Validate(calendar.DateOf(o.now.In(home.Zone()))) {
		wrong = append(wrong, no)
	}
	if o.Capacity == debt.AsThirdParty && !s.thirdParty {
		wrong = append(wrong, &debt.Refusal{Field: "capacity", Rule: "collector_unnamed", Detail: "letters on behalf of another must name the firm that collects, " +
			"and this installation has none: set RECOBRO_OPERATOR_NAME and RECOBRO_OPERATOR_ADDRESS"})
	}
	if len(wrong) > 0 {
		return errors.Join(wrong...)
	}
	if _, ok := countries.For(o.Country, o.Region); !ok {
		return &debt.Refusal{Field: "country", Rule: "country_unknown", Detail: "the law of this place is not known to the engine"}
	}
	name := o.Submission.Strategy
	if name == "" {
		name = o.creditor.Strategies[segment(o.Country, o.Debtor.Kind)]
	}
	st, ok := s.strategies.Pick(o.Country, o.Debtor.Kind, name)
	if !ok {
		return noStrategy()
	}
	o.strategy = st
	return fits(st, o.Country, o.Debtor.Kind)
}

// keepTo drops the cases and contacts that the person has with other creditors.
func (d *docket) keepTo(ctx context.Context, tx pgx.Tx, creditor string) error {
	rows, err := tx.Query(ctx, `select id from cases where person_id = $1 and creditor_id = $2`, d.personID, creditor)
	if err != nil {
		return fmt.Errorf("find the cases of creditor %s: %w", creditor, err)
	}
	own, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("find the cases of creditor %s: %w", creditor, err)
	}
	d.held = slices.DeleteFunc(d.held, func(h *held) bool { return h.c.Creditor != creditor })
	for i := len(d.contacts) - 1; i >= 0; i-- {
		if !slices.Contains(own, d.contacts[i].Case) {
			d.contacts, d.contactBy = slices.Delete(d.contacts, i, i+1), slices.Delete(d.contactBy, i, i+1)
		}
	}
	return nil
}

// openCase puts the case on the record, with what happened before.
func (s *Store) openCase(ctx context.Context, tx pgx.Tx, o *opening) (record.File, error) {
	d, err := s.docketOf(ctx, tx, o)
	if err != nil {
		return record.File{}, err
	}
	if o.trial {
		if err := d.keepTo(ctx, tx, o.Creditor); err != nil {
			return record.File{}, err
		}
	}
	h, err := d.open(o)
	if err != nil {
		return record.File{}, err
	}
	if err := d.save(ctx, tx, nil); err != nil {
		return record.File{}, err
	}
	file := d.file(h)
	file.Created = true
	return file, nil
}

// docketOf gives the docket of the person of an opening, locked.
func (s *Store) docketOf(ctx context.Context, tx pgx.Tx, o *opening) (*docket, error) {
	if o.house != nil {
		return s.newcomer(ctx, o)
	}
	return s.load(ctx, tx, subject{personID: o.ids.Person, lock: true})
}

// newcomer is the docket of a person who was made in this transaction. What
// there is of them is what the submission says, and nobody else sees them yet.
func (s *Store) newcomer(ctx context.Context, o *opening) (*docket, error) {
	p := o.Debtor
	p.Contacts = nil
	for _, x := range o.points {
		p.Contacts = append(p.Contacts, debt.ContactPoint{Channel: x.Channel, Value: x.Value})
	}
	d := &docket{s: s, house: *o.house, wall: s.wall(), personID: o.ids.Person, zone: p.TimeZone,
		place: s.place(p.Country, p.PostalCode, p.TimeZone), cred: map[string]record.Creditor{},
		debtors: map[string]*record.Debtor{o.ids.Debtor: {ID: o.ids.Debtor, Creditor: o.Creditor, Person: o.ids.Person, Party: p, Points: o.points}}}
	d.now = d.clock.Now(d.wall)
	if err := d.whole(record.SeenBy(ctx), ""); err != nil {
		return nil, err
	}
	return d, d.complete(nil)
}

// open puts the case of an opening on the record of its person, and the facts
// of before the submission.
func (d *docket) open(o *opening) (*held, error) {
	o.ids.Case = newID()
	d.cred[o.Creditor] = o.creditor
	h := &held{c: &debt.Case{}, debtor: o.ids.Debtor, hash: o.hash, strategy: o.strategy}
	zone := d.s.place(o.Debtor.Country, o.Debtor.PostalCode, o.Debtor.TimeZone).Zone()
	first := o.Opening(o.ids, o.strategy.Ref(), calendar.DateOf(d.now.In(zone)))
	h.c.ID, h.c.Country, h.c.Region, h.c.Creditor = o.ids.Case, o.Country, o.Region, o.Creditor
	h.c.Principal = o.Principal
	if err := d.terms(h, func(string) (*strategy.Strategy, error) { return o.strategy, nil }); err != nil {
		return nil, err
	}
	d.insert(h)
	if err := d.add(h, o.by, "", []debt.Fact{first}); err != nil {
		return nil, err
	}
	if err := d.addEarlier(h, o, zone); err != nil {
		return nil, err
	}
	for n, g := range o.Guarantors {
		party, err := json.Marshal(g)
		if err != nil {
			return nil, fmt.Errorf("read guarantor %d: %w", n+1, err)
		}
		d.put(guarantors, h.c.ID, n+1, party)
	}
	return h, nil
}

// addEarlier records the payments and contacts of before the submission.
func (d *docket) addEarlier(h *held, o *opening, zone *time.Location) error {
	for i, p := range o.Earlier.Payments {
		facts, err := h.c.Accept(p, h.terms, d.now)
		var no *debt.Refusal
		if errors.As(err, &no) {
			at := *no
			at.Field = fmt.Sprintf("earlier.payments[%d].%s", i, no.Field)
			return &at
		}
		if err != nil {
			return err
		}
		if err := d.add(h, o.by, "", facts); err != nil {
			return err
		}
	}
	for _, c := range o.Earlier.Contacts {
		at := c.On.At(12, 0, zone).UTC()
		d.contacts = append(d.contacts, strategy.Contact{At: at, Channel: c.Channel, Case: h.c.ID, Purpose: strategy.Collection})
		d.contactBy = append(d.contactBy, "")
		d.put(contacts, d.personID, at, c.Channel, h.c.ID, string(strategy.Collection), nil)
	}
	return nil
}

// segment names a segment as a creditor's settings do: "ES/business".
func segment(country string, debtor law.Party) string { return country + "/" + string(debtor) }
