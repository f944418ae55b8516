package law

import (
	"slices"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

// YearDays is the year that interest is counted by: actual days over 365. No
// statute of the three countries fixes it, so that act/act stands beside it.
const YearDays = 365

// DayCount is the year over which days of interest are counted.
type DayCount string

// The day counts; none given is the first.
const (
	Act365 DayCount = "act/365" // every year has 365 days
	ActAct DayCount = "act/act" // a day of a leap year is one of 366
)

// Contract and None are the tables of terms that rest on no series.
const (
	Contract = "contract"
	None     = "none"
)

// InterestTerms says which late-payment interest c bears and from which day.
func (j *Jurisdiction) InterestTerms(c Claim) InterestTerms {
	c = normal(c)
	for i := range j.Terms {
		if r := &j.Terms[i]; r.fits(&c) {
			return j.terms(r, &c)
		}
	}
	return InterestTerms{
		Table: None, AskPerson: true, Status: ToConfirm, Flags: []string{"no_rule"},
		Why: "The tables of " + j.Name + " have no interest for this claim.",
	}
}

func (j *Jurisdiction) terms(r *TermsRule, c *Claim) InterestTerms {
	t := InterestTerms{
		Table: r.Table, Article: r.Source.String(), Status: r.Status, AskPerson: r.AskPerson,
		Flags: append(make([]string, 0, len(r.Flags)+2), r.Flags...), Why: r.Why, Margin: r.Margin,
	}
	t.From = firstDay(r, c)
	if r.FixedRate {
		t.FixedOn = halfYear(t.From)
	}
	if r.ScopeFlag != "" && r.Scope.fits(c) {
		t.Flags = append(t.Flags, r.ScopeFlag)
	}
	if c.ContractRate == nil {
		return t
	}
	if r.ContractAsk {
		t.Flags = append(t.Flags, "contract_rate_to_read")
		t.AskPerson = true
	}
	if !r.Contract {
		return t
	}
	if r.UnfairBelow > 0 && !t.From.IsZero() {
		if legal, _ := j.rateOn(r.Table, t.From); legal != nil && *c.ContractRate*100 < legal.Rate*money.Rate(r.UnfairBelow) {
			t.Flags = append(t.Flags, "contract_rate_presumed_unfair")
		}
	}
	rate := *c.ContractRate
	t.Table, t.Rate, t.Floor, t.Margin = Contract, &rate, r.Floor, 0
	return t
}

// firstDay returns the first day that bears interest: the one after the due
// date, or after the demand if that came later and the law asks for one.
func firstDay(r *TermsRule, c *Claim) calendar.Date {
	if c.Due.IsZero() {
		return calendar.Date{}
	}
	if !r.OnDemand {
		return c.Due.AddDays(1)
	}
	if c.Demanded.IsZero() {
		return calendar.Date{}
	}
	if c.Demanded.After(c.Due) {
		return c.Demanded.AddDays(1)
	}
	return c.Due.AddDays(1)
}

// rateOn returns the row of a series that holds on d, and whether there is one:
// else it is the nearest one before, or the first. nil where there is no such
// series.
func (j *Jurisdiction) rateOn(table string, d calendar.Date) (row *RateRow, known bool) {
	s, ok := j.Table(table)
	if !ok {
		return nil, false
	}
	rows := s.rates()
	i := s.at(d)
	if i < 0 {
		return &rows[0], false
	}
	return &rows[i], rows[i].To.IsZero() || !d.After(rows[i].To)
}

// Accrue computes simple interest on base from the first to the last day, both
// included, one line for each row of the rate table; each line is rounded half
// up to the cent. No day before t.From bears any. Days without a published rate
// are lines with Missing set, which no total includes.
func (j *Jurisdiction) Accrue(t InterestTerms, base money.Amount, from, to calendar.Date) []Line {
	return j.accrue(nil, &t, base, days{from, to})
}

// days are those from the first to the last, both included.
type days struct{ from, to calendar.Date }

// accrue is Accrue, with its lines after those given.
func (j *Jurisdiction) accrue(out []Line, t *InterestTerms, base money.Amount, d days) []Line {
	if t.Table == None || t.From.IsZero() || base.Cents <= 0 {
		return out
	}
	if d.from.Before(t.From) {
		d.from = t.From
	}
	if d.from.After(d.to) {
		return out
	}
	switch {
	case t.Rate != nil && t.Floor != "":
		return j.floored(out, t, base, d)
	case t.Rate != nil:
		return add(out, t, base, part{from: d.from, to: d.to, rate: *t.Rate})
	case !t.FixedOn.IsZero():
		row, known := j.rateOn(t.Table, t.FixedOn)
		if row == nil {
			return out
		}
		s, _ := j.Table(t.Table)
		p := s.part(days{d.from, d.to}, row, !known)
		p.rate += t.Margin
		return add(out, t, base, p)
	}
	return j.byRow(out, t, base, d)
}

// add appends the line of p; under act/act one for each run of years of one
// length.
func add(out []Line, t *InterestTerms, base money.Amount, p part) []Line {
	if t.DayCount != ActAct {
		return append(out, line(t, base, p, YearDays))
	}
	for p.from.Year() != p.to.Year() {
		year, end := yearDays(p.from.Year()), p.from.Year()
		for end < p.to.Year() && yearDays(end+1) == year {
			end++
		}
		if end == p.to.Year() {
			break
		}
		first := p
		first.to = calendar.Day(end, 12, 31)
		out = append(out, line(t, base, first, year))
		p.from = first.to.AddDays(1)
	}
	return append(out, line(t, base, p, yearDays(p.from.Year())))
}

// yearDays is the number of days of a year.
func yearDays(year int) int {
	return calendar.Day(year, 1, 1).Days(calendar.Day(year+1, 1, 1))
}

// line is interest on base over the days of p, at its rate.
func line(t *InterestTerms, base money.Amount, p part, year int) Line {
	n := p.from.Days(p.to) + 1
	l := Line{
		From: p.from, To: p.to, Days: n, Rate: p.rate, Base: base, Interest: money.Simple(base, p.rate, n, year),
		Table: t.Table, Article: t.Article, Status: t.Status, Missing: p.missing, Row: p.row, Notice: p.notice,
	}
	switch {
	case p.missing:
		l.Status = ToConfirm
	case p.row != nil && p.row.Status != Verified:
		l.Status = p.row.Status
	}
	if year != YearDays {
		l.YearDays = year
	}
	return l
}

// byRow gives a line for each row of the series that t names.
func (j *Jurisdiction) byRow(out []Line, t *InterestTerms, base money.Amount, d days) []Line {
	s, ok := j.Table(t.Table)
	if !ok {
		return out
	}
	var few [16]part
	parts := s.parts(few[:0], d.from, d.to)
	out = slices.Grow(out, len(parts))
	for _, p := range parts {
		p.rate += t.Margin
		out = add(out, t, base, p)
	}
	return out
}

// floored gives the lines of an agreed rate that the law does not let fall
// below three times the rate of the series t.Floor. Where that rate is not
// published yet, the agreed rate is owed in any case.
func (j *Jurisdiction) floored(out []Line, t *InterestTerms, base money.Amount, d days) []Line {
	agreed := part{from: d.from, to: d.to, rate: *t.Rate}
	s, ok := j.Table(t.Floor)
	if !ok {
		return add(out, t, base, agreed)
	}
	var few [16]part
	start := len(out)
	for _, p := range s.parts(few[:0], d.from, d.to) {
		if p.rate *= 3; p.rate > *t.Rate {
			n := len(out)
			out = add(out, t, base, p)
			for i := range out[n:] {
				out[n+i].Table = t.Floor
			}
			continue
		}
		agreed.from, agreed.to = p.from, p.to
		if n := len(out); n > start && out[n-1].Table == Contract {
			agreed.from = out[n-1].From // the floor changes, the line does not
			out = out[:n-1]
		}
		out = add(out, t, base, agreed)
	}
	return out
}

// part is a stretch of days of one rate.
type part struct {
	from, to calendar.Date
	rate     money.Rate
	row      *RateRow // that the rate was read from; nil for an agreed rate
	missing  bool     // row is but the nearest one
	notice   string   // to look for, where it is missing
}

// part is a stretch of days of one row.
func (s *Series) part(d days, row *RateRow, missing bool) part {
	p := part{from: d.from, to: d.to, rate: row.Rate, row: row, missing: missing}
	if missing {
		p.notice = s.Notice
	}
	return p
}

// parts cuts the days from..to, both included, by the rows of the series, and
// appends them to out. Days without a row get the nearest one before, or the
// first, marked missing.
func (s *Series) parts(out []part, from, to calendar.Date) []part {
	rows := s.rates()
	i := s.at(from)
	if i < 0 {
		last := earlier(to, rows[0].From.AddDays(-1))
		out = append(out, s.part(days{from, last}, &rows[0], true))
		from, i = last.AddDays(1), 0
	}
	for ; i < len(rows) && !from.After(to) && !rows[i].From.After(to); i++ {
		if from.Before(rows[i].From) { // between two rows
			last := rows[i].From.AddDays(-1)
			out = append(out, s.part(days{from, last}, &rows[i-1], true))
			from = rows[i].From
		}
		last := earlier(to, rows[i].To)
		if last.Before(from) {
			continue
		}
		out = append(out, s.part(days{from, last}, &rows[i], false))
		from = last.AddDays(1)
	}
	if !from.After(to) {
		out = append(out, s.part(days{from, to}, &rows[max(i-1, 0)], true))
	}
	return out
}
