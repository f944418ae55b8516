package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
)

// An operator's own rows of the rate series lie in PostgreSQL; the law of every
// place with those that stand is kept in memory. Every docket asks, in the batch
// in which it asks all else, which row is the last, and the rows are read anew
// where another is kept: so from the moment at which a row was acknowledged, all
// that any process calculates rests on it. The id of the last row says it, and not
// a number, which a record that was restored would come to a second time.

// lawBook is the law of every place with the own rows that stand.
type lawBook struct {
	last   string // the id of the last row
	places map[string]*law.Jurisdiction
}

// lastRate is the id of the last own row, nothing where there is none.
const lastRate = `coalesce((select id from rates order by n desc limit 1), '')`

// place finds the law of a country and its region.
func (b *lawBook) place(country, region string) (*law.Jurisdiction, bool) {
	j, ok := countries.For(country, region)
	if own := b.places; ok && own != nil {
		j = own[j.Code]
	}
	return j, ok
}

// lawsAt gives the law with the own rows up to the one that was seen to be the
// last, or to a later one.
func (s *Store) lawsAt(ctx context.Context, q sender, last string) (*lawBook, error) {
	if b := s.laws.Load(); b != nil && b.last == last {
		return b, nil
	}
	b := &lawBook{}
	if last != "" {
		all, err := readRates(ctx, q)
		if err != nil {
			return nil, err
		}
		if len(all) > 0 {
			b.last = all[len(all)-1].Own
		}
		if b.places, err = law.WithOwn(countries.All(), standing(all)); err != nil {
			return nil, err
		}
	}
	s.laws.Store(b)
	return b, nil
}

// know reads the law that the house judges by, once it was asked.
func (x *house) know(ctx context.Context, s *Store, q sender) (err error) {
	x.laws, err = s.lawsAt(ctx, q, x.lastRate)
	return err
}

// Laws gives the law of every place, with the own rows that stand now.
func (s *Store) Laws(ctx context.Context) (law.Places, error) {
	b, err := s.lawsNow(ctx)
	if err != nil {
		return nil, err
	}
	return b.place, nil
}

func (s *Store) lawsNow(ctx context.Context) (*lawBook, error) {
	var last string
	if err := s.pool.QueryRow(ctx, `select `+lastRate).Scan(&last); err != nil {
		return nil, fmt.Errorf("read the own rates: %w", err)
	}
	return s.lawsAt(ctx, s.pool, last)
}

// standing gives the rows that calculations use.
func standing(all []record.OwnRate) []law.RateRow {
	var out []law.RateRow
	for _, r := range all {
		if r.Stands() {
			out = append(out, r.RateRow)
		}
	}
	return out
}

// readRates reads every row in the order in which they came, each with the one
// that stands in its place.
func readRates(ctx context.Context, q sender) ([]record.OwnRate, error) {
	var all []record.OwnRate
	var b pgx.Batch
	b.Queue(`select r.id, r.series, r.from_day, r.to_day, coalesce(r.rate, 0), r.rate is null, r.status, r.source, r.note, r.author,
			coalesce(r.supersedes, ''), coalesce(x.id, ''), r.added_at, r.wall_added_at
		from rates r left join rates x on x.supersedes = r.id order by r.n`).Query(func(rows pgx.Rows) error {
		return each(rows, func(r pgx.Row) error {
			x, err := scanRate(r)
			all = append(all, x)
			return err
		})
	})
	if err := run(ctx, q, &b); err != nil {
		return nil, fmt.Errorf("read the own rates: %w", err)
	}
	return all, nil
}

func scanRate(r pgx.Row) (record.OwnRate, error) {
	var x record.OwnRate
	var from, to *time.Time
	var rate int64
	err := r.Scan(&x.Own, &x.Series, &from, &to, &rate, &x.Withdrawal, &x.Status, &x.Source, &x.Note, &x.Author,
		&x.Supersedes, &x.Superseded, &x.Added, &x.WallAdded)
	x.From, x.To, x.Rate = dayOf(from), dayOf(to), money.Rate(rate)
	x.Added, x.WallAdded = x.Added.UTC(), x.WallAdded.UTC()
	return x, err
}

// dayOf reads a nullable day: no date for NULL.
func dayOf(t *time.Time) calendar.Date {
	if t == nil {
		return calendar.Date{}
	}
	return calendar.DateOf(*t)
}

// OwnRates lists the own rows of a series, or of all where none is given, in the
// order in which they came; those that others stand in the place of, too.
func (s *Store) OwnRates(ctx context.Context, series string) ([]record.OwnRate, error) {
	all, err := readRates(ctx, s.pool)
	if series == "" {
		return all, err
	}
	return slices.DeleteFunc(all, func(r record.OwnRate) bool { return r.Series != series }), err
}

// oneRateAtATime has rows come one after the other, so that each is checked
// against those before it, and the last by number is the last to be seen.
const oneRateAtATime = `select pg_advisory_xact_lock(hashtextextended('rates', 0))`

// AddRate puts an own row on the record, checked by law.CheckOwn, or takes one
// away; all that is wrong with it is told at once, as joined *debt.Refusal. Once
// it returns, whatever is calculated by any process rests on it: statements,
// letters, forecasts, and the interest that payments are imputed to. What was
// booked before stands.
//
// Of what cases do next, only their closing looks at the balance: where a rest
// as small as the tolerance is open, interest decides whether it is written off.
// Those cases decide anew; for all others the same act stays due, and looks at
// the balance when it is carried out.
func (s *Store) AddRate(ctx context.Context, r record.OwnRate) (record.OwnRate, error) {
	id := madeID(ctx)
	if r.Status == "" {
		r.Status = law.ToConfirm
	}
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, oneRateAtATime); err != nil {
			return err
		}
		all, err := readRates(ctx, tx)
		if err != nil {
			return err
		}
		if i := indexOfRate(all, id); i >= 0 { // made by an attempt that could not tell
			r = all[i]
			return nil
		}
		r.Own = id
		if err := checkRate(all, &r); err != nil {
			return err
		}
		return s.insertRate(ctx, tx, &r)
	})
	if err != nil {
		return r, fmt.Errorf("add a rate to %s: %w", r.Series, err)
	}
	_, country, _ := law.SeriesOf(countries.All(), r.Series)
	return r, s.nudge(ctx, `country = $1 and open_principal * 100 <= $2`, country, s.mostTolerated())
}

func (s *Store) insertRate(ctx context.Context, tx pgx.Tx, r *record.OwnRate) error {
	_, now, err := s.clockIn(ctx, tx)
	if err != nil {
		return err
	}
	var from *time.Time
	var rate *int64
	if !r.Withdrawal {
		first, n := r.From.UTC(), int64(r.Rate)
		from, rate = &first, &n
	}
	r.Added, r.WallAdded, r.Confirmed = now.UTC(), s.wall().UTC(), false
	err = tx.QueryRow(ctx, `insert into rates (n, id, series, from_day, to_day, rate, status, source, note, author, supersedes, added_at, wall_added_at)
		select coalesce(max(n), 0) + 1, $1, $2, $3::date, $4::date, $5, $6, $7, $8, $9, $10, $11, $12 from rates returning added_at, wall_added_at`,
		r.Own, r.Series, from, dayOrNull(r.To), rate, string(r.Status), r.Source, r.Note, r.Author, orNull(r.Supersedes), r.Added, r.WallAdded).
		Scan(&r.Added, &r.WallAdded)
	r.Added, r.WallAdded = r.Added.UTC(), r.WallAdded.UTC()
	return err
}

// dayOrNull gives a day to a nullable column: NULL for none.
func dayOrNull(d calendar.Date) *time.Time {
	if d.IsZero() {
		return nil
	}
	t := d.UTC()
	return &t
}

func indexOfRate(all []record.OwnRate, id string) int {
	return slices.IndexFunc(all, func(r record.OwnRate) bool { return r.Own == id })
}

// checkRate refuses a row that may not stand beside those of the record. A row
// that is taken away gives its series to the one that takes it.
func checkRate(all []record.OwnRate, r *record.OwnRate) error {
	left := standing(all)
	if r.Supersedes != "" || r.Withdrawal {
		i := indexOfRate(all, r.Supersedes)
		if i < 0 || all[i].Withdrawal {
			return &debt.Refusal{Field: "supersedes", Rule: "row_unknown", Detail: "supersedes must be the id of an own row"}
		}
		was := all[i]
		if was.Superseded != "" {
			return &debt.Refusal{Field: "supersedes", Rule: "row_superseded", Conflict: true,
				Detail: fmt.Sprintf("row %s does not stand any more: row %s took its place", was.Own, was.Superseded)}
		}
		left = slices.DeleteFunc(left, func(x law.RateRow) bool { return x.Own == was.Own })
		if r.Withdrawal {
			r.Series = was.Series
			return faultsOf(law.CheckWithout(countries.All(), left, r.Series))
		}
		if was.Series != r.Series {
			return &debt.Refusal{Field: "series", Rule: "other_series", Detail: "series must be that of the row that is superseded, " + was.Series}
		}
	}
	return faultsOf(law.CheckOwn(countries.All(), left, r.RateRow, r.Confirmed))
}

// faultsOf gives faults as the store refuses: where a row cannot be taken away
// it is the other rows that forbid it.
func faultsOf(faults []law.RateFault) error {
	var out []error
	for _, f := range faults {
		out = append(out, &debt.Refusal{Field: f.Field, Rule: f.Rule, Detail: f.Detail, Conflict: f.Field == ""})
	}
	return errors.Join(out...)
}

// mostTolerated is the greatest rest, in minor units, that any strategy writes
// off.
func (s *Store) mostTolerated() (most int64) {
	for _, st := range s.strategies.All() {
		most = max(most, st.Rules(debt.Limits{}).Tolerance.Cents)
	}
	return most
}

// Coverage tells up to which day each series of rates is known, shipped and own
// rows together, by the business day in UTC.
func (s *Store) Coverage(ctx context.Context) ([]record.Coverage, error) {
	now, err := s.Now(ctx)
	if err != nil {
		return nil, err
	}
	b, err := s.lawsNow(ctx)
	if err != nil {
		return nil, err
	}
	return b.coverage(calendar.DateOf(now)), nil
}

// coverage lists the series that end, in the order of the places' tables.
func (b *lawBook) coverage(today calendar.Date) []record.Coverage {
	var out []record.Coverage
	for _, j := range countries.All() {
		j, _ := b.place(j.Code, "")
		for _, s := range law.Tables(j) {
			last := s.Last()
			if last.IsZero() {
				continue
			}
			i := slices.IndexFunc(out, func(c record.Coverage) bool { return c.Series == s.Name })
			if i < 0 {
				i = len(out)
				out = append(out, record.Coverage{Series: s.Name, Last: last, Days: today.Days(last), Notice: s.Notice})
			}
			if !slices.Contains(out[i].Countries, j.Country) {
				out[i].Countries = append(out[i].Countries, j.Country)
			}
		}
	}
	return out
}
