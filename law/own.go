package law

import (
	"fmt"
	"slices"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

// An operator's own rows stand beside those that ship with the engine. On each
// day that an own row covers it holds alone, whether the file has a row for that
// day or not; a shipped row that it covers in part keeps its other days, and is
// cut there. Nothing is averaged and no day has two rates.

// What an own row may be at most. No rate of the series was above 30 percent
// since 1990: more is a slip of the decimal point.
const highestOwnRate = 30 * money.Percent

var (
	firstOwnDay = calendar.Day(1990, 1, 1)
	lastOwnDay  = calendar.Day(2100, 12, 31)
)

// Places finds the law of a country and, where given, of its civil-law region;
// ok is false for a place that is not known. countries.For is the one without an
// operator's own rows.
type Places func(country, region string) (j *Jurisdiction, ok bool)

// RateFault says which field of an own row is wrong, and by which rule.
type RateFault struct{ Field, Rule, Detail string }

// Error tells what is wrong.
func (f RateFault) Error() string { return f.Detail }

// SeriesOf finds a series by its name, which no two places use for different
// ones, and the country that has it.
func SeriesOf(places []*Jurisdiction, name string) (s *Series, country string, ok bool) {
	for _, j := range places {
		if s, ok := j.Table(name); ok {
			return s, j.Country, true
		}
	}
	return nil, "", false
}

// farOff is how far a rate may lie from the one that it stands in the place of,
// or follows, before it is asked for again: no series moved by more from one row
// to the next since 2004.
const farOff = 5 * money.Percent

// CheckOwn says what is wrong with a row that is to stand beside the own rows
// that stand already, of any series; nothing where it may. A row must name its
// series, its source and its days, of 1990 to 2100 and no longer than a rate of
// the series holds; its rate lies between 0 and 30 percent; it may not cover a
// day of another own row, nor leave a day without a rate between others. A rate
// that is nothing where there was one, or far off, must be confirmed.
func CheckOwn(places []*Jurisdiction, standing []RateRow, row RateRow, confirmed bool) []RateFault {
	var out []RateFault
	say := func(on bool, field, rule, format string, a ...any) {
		if on {
			out = append(out, RateFault{field, rule, field + " " + fmt.Sprintf(format, a...)})
		}
	}
	s, _, ok := SeriesOf(places, row.Series)
	say(!ok, "series", "series_unknown", "is not the name of a series of rates")
	say(row.Source == "", "source", "missing", "is missing: say where the rate can be read")
	say(row.Status != Verified && row.Status != Secondary && row.Status != ToConfirm, "status", "not_one_of", "must be one of %s, %s, %s", Verified, Secondary, ToConfirm)
	say(row.Rate < 0 || row.Rate > highestOwnRate, "rate", "rate_range", "must lie between 0 and %s percent a year", highestOwnRate)
	say(row.From.IsZero(), "from", "missing", "is missing")
	say(!row.From.IsZero() && outside(row.From), "from", "day_range", "must lie between %s and %s", firstOwnDay, lastOwnDay)
	say(!row.To.IsZero() && outside(row.To), "to", "day_range", "must lie between %s and %s", firstOwnDay, lastOwnDay)
	say(!row.To.IsZero() && row.To.Before(row.From), "to", "ends_before_it_begins", "must not lie before from")
	if len(out) > 0 {
		return out
	}
	if s.Months > 0 {
		say(row.To.IsZero(), "to", "missing", "is missing: a rate of %s holds for %d months at most", s.Name, s.Months)
		last := row.From.AddMonths(s.Months).AddDays(-1)
		say(row.To.After(last), "to", "row_too_long", "must not lie after %s: a rate of %s holds for %d months at most", last, s.Name, s.Months)
	}
	own := ofSeries(standing, s.Name)
	for i := range own {
		say(own[i].meets(&row), "from", "overlaps_own_row", "and to cover days of own row %s (%s): supersede that row", own[i].Own, own[i].days())
	}
	if len(out) > 0 {
		return out
	}
	if first, last, is := s.with(append(own, row)).gap(); is {
		say(true, "from", "gap", "and to leave no rate for %s to %s", first, last)
	}
	if was := s.with(own).odd(&row); was != nil && !confirmed {
		say(true, "rate", "rate_unusual", "%s is far from %s, the rate of %s %s: send confirmed: true if it is so", row.Rate, was.Rate, s.Name, was.days())
	}
	return out
}

// odd gives the row that own stands in the place of, or follows, if its rate is
// far from it, or is nothing where there was one; nil for one that is as expected.
func (s *Series) odd(own *RateRow) *RateRow {
	rows, before := s.rates(), max(s.at(own.From), 0)
	for i := range rows {
		r := &rows[i]
		apart := own.Rate - r.Rate
		if (i == before || r.meets(own)) && (own.Rate == 0 && r.Rate != 0 || apart > farOff || apart < -farOff) {
			return r
		}
	}
	return nil
}

// CheckWithout says what is wrong with leaving out an own row, given those that
// would still stand.
func CheckWithout(places []*Jurisdiction, standing []RateRow, series string) []RateFault {
	s, _, ok := SeriesOf(places, series)
	if !ok {
		return nil
	}
	if first, last, is := s.with(ofSeries(standing, series)).gap(); is {
		return []RateFault{{"", "gap", fmt.Sprintf("without it there is no rate for %s to %s: later rows go first", first, last)}}
	}
	return nil
}

func outside(d calendar.Date) bool { return d.Before(firstOwnDay) || d.After(lastOwnDay) }

// ofSeries gives the rows of one series.
func ofSeries(rows []RateRow, name string) []RateRow {
	return slices.DeleteFunc(slices.Clone(rows), func(r RateRow) bool { return r.Series != name })
}

// meets reports whether two rows have a day in common.
func (r *RateRow) meets(o *RateRow) bool {
	return (r.To.IsZero() || !o.From.After(r.To)) && (o.To.IsZero() || !r.From.After(o.To))
}

func (r *RateRow) days() string {
	if r.To.IsZero() {
		return "from " + r.From.String()
	}
	return r.From.String() + " to " + r.To.String()
}

// with gives the series with other own rows.
func (s *Series) with(own []RateRow) *Series {
	own = slices.Clone(own)
	slices.SortFunc(own, byDay)
	return &Series{Name: s.Name, Column: s.Column, Text: s.Text, Own: own, Notice: s.Notice, Months: s.Months}
}

func byDay(a, b RateRow) int { return a.From.Compare(b.From) }

// gap gives the first days without a rate between others.
func (s *Series) gap() (first, last calendar.Date, is bool) {
	rows := s.rates()
	for i := range rows[1:] {
		if rows[i].To.AddDays(1) != rows[i+1].From {
			return rows[i].To.AddDays(1), rows[i+1].From.AddDays(-1), true
		}
	}
	return first, last, false
}

// WithOwn gives each of places with an operator's own rows in its series, by its
// code. Rows of a series that no place has are left out. Rows that were checked
// when they were added may leave a gap under an older release, which has fewer
// of its own; its days are then without a rate.
func WithOwn(places []*Jurisdiction, rows []RateRow) (map[string]*Jurisdiction, error) {
	made := map[string]*Series{}
	out := map[string]*Jurisdiction{}
	for _, j := range places {
		with := *j
		with.Series = slices.Clone(j.Series)
		for i, s := range with.Series {
			if made[s.Name] == nil {
				made[s.Name] = s.with(ofSeries(rows, s.Name))
				if err := made[s.Name].checkOwn(); err != nil {
					return nil, err
				}
			}
			with.Series[i] = made[s.Name]
		}
		out[j.Code] = &with
	}
	return out, nil
}

// Prolonged gives the rows by which the last rates of places would go on until a
// day, for debts that are played into the future: no notice says so, and each is
// to confirm. A series whose rows have no end needs none.
func Prolonged(places []*Jurisdiction, until calendar.Date) []RateRow {
	var out []RateRow
	for _, j := range places {
		for _, s := range j.Series {
			rows := s.rates()
			if s.Months == 0 || len(ofSeries(out, s.Name)) > 0 {
				continue
			}
			for last := rows[len(rows)-1]; last.To.Before(until); out = append(out, last) {
				from := last.To.AddDays(1)
				last = RateRow{Series: s.Name, From: from, To: from.AddMonths(s.Months).AddDays(-1), Rate: last.Rate, Status: ToConfirm,
					Source: "the rate of the half-year before, carried on"}
			}
		}
	}
	return out
}

// checkOwn refuses own rows of which two cover one day, or one names no source.
func (s *Series) checkOwn() error {
	for i := range s.Own {
		switch r := &s.Own[i]; {
		case r.Source == "":
			return fmt.Errorf("read the own rates of %s: row %s from %s names no source", s.Name, r.Own, r.From)
		case i > 0 && s.Own[i-1].meets(r):
			return fmt.Errorf("read the own rates of %s: rows %s and %s cover the same days", s.Name, s.Own[i-1].Own, r.Own)
		}
	}
	_, err := s.Rows()
	return err
}

// overlaid gives the shipped rows with the own ones in their place.
func overlaid(shipped, own []RateRow) []RateRow {
	if len(own) == 0 {
		return shipped
	}
	out := slices.Clone(own)
	for _, r := range shipped {
		out = r.around(own, out)
	}
	slices.SortFunc(out, byDay)
	return out
}

// around appends what own rows, by their days, leave of r.
func (r RateRow) around(own, out []RateRow) []RateRow {
	for i := range own {
		o := &own[i]
		if !o.meets(&r) {
			continue
		}
		if o.From.After(r.From) {
			before := r
			before.To = o.From.AddDays(-1)
			out = append(out, before)
		}
		if o.To.IsZero() || !r.To.IsZero() && !o.To.Before(r.To) {
			return out
		}
		r.From = o.To.AddDays(1)
	}
	return append(out, r)
}

// Shipped lists the rows that ship with the engine, oldest first, without any
// own ones, and whether own rows cover all or some of the days of each.
func (s *Series) Shipped() (rows []RateRow, overridden []Override, err error) {
	if rows, err = (&Series{Name: s.Name, Column: s.Column, Text: s.Text}).Rows(); err != nil {
		return nil, nil, err
	}
	overridden = make([]Override, len(rows))
	for i, r := range rows {
		left := r.around(s.Own, nil)
		switch {
		case len(left) == 0:
			overridden[i] = Wholly
		case len(left) > 1 || left[0] != r:
			overridden[i] = Partly
		default:
			overridden[i] = NotAtAll
		}
	}
	return rows, overridden, nil
}

// Override is how far own rows stand in the place of a shipped one.
type Override string

// How far a row is overridden.
const (
	NotAtAll Override = "no"
	Partly   Override = "partly"
	Wholly   Override = "wholly"
)
