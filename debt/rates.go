package debt

import (
	"slices"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// Interest of days without a published rate is an estimate that no payment is
// imputed to. An imputation notes those days, so that their interest is owed
// once the rate is known, as letters say, and is not mistaken for a rate that
// was corrected after it was booked.

// ratesOf lists the rows that lines of interest were reckoned by, each once.
// Agreed rates have none, and days without a published rate are not booked.
func ratesOf(lines []law.Line) []law.RateRow {
	var out []law.RateRow
	var last *law.RateRow
	for i := range lines {
		if l := &lines[i]; !l.Missing && l.Row != nil && l.Row != last {
			out, last = append(out, *l.Row), l.Row
		}
	}
	return out
}

// reservedOf gives the stretches of days that have no published rate.
func reservedOf(lines []law.Line) []Stretch {
	var out []Stretch
	for i := range lines {
		l := &lines[i]
		switch n := len(out); {
		case !l.Missing:
		case n > 0 && out[n-1].To.AddDays(1) == l.From:
			out[n-1].To = l.To
		default:
			out = append(out, Stretch{l.From, l.To})
		}
	}
	return out
}

// accrueUpTo brings interest up to the day of an imputation, with lines that end
// where what it reserved begins and ends.
func (a *account) accrueUpTo(i *Imputation) {
	for _, r := range i.Reserved {
		a.accrue(r.From.AddDays(-1))
		a.accrue(r.To)
	}
	a.accrue(i.On)
}

// since lists the lines of interest that no imputation has booked.
func (a *account) since() []law.Line {
	if len(a.carried) == 0 {
		return a.lines[a.booked:]
	}
	return slices.Concat(a.carried, a.lines[a.booked:])
}

// within reports whether a line lies in one of the stretches.
func within(list []Stretch, l *law.Line) bool {
	return slices.ContainsFunc(list, func(r Stretch) bool { return !l.From.Before(r.From) && !l.To.After(r.To) })
}

// book takes what accrued as booked by an imputation, and gives the sum of it.
// What it reserved stays to be booked by a later one.
func (a *account) book(reserved []Stretch) money.Amount {
	all := a.unbooked
	a.unbooked = money.Of(0, a.c.Principal.Currency)
	if len(reserved) > 0 {
		var carried []law.Line
		for _, l := range a.since() {
			if !within(reserved, &l) {
				continue
			}
			carried = append(carried, l)
			if !l.Missing {
				a.unbooked = a.unbooked.Plus(l.Interest)
			}
		}
		a.carried = carried
	} else {
		a.carried = nil
	}
	a.booked = len(a.lines)
	return all.Minus(a.unbooked)
}

// corrected shows what an imputation booked by the rows that it notes, where
// today's rates give another sum: so its lines come to what was booked. unbooked
// are the lines that were open before it. A record from before rows were noted
// keeps today's lines; a flag says in any case that they differ.
func (a *account) corrected(i *Imputation, unbooked []law.Line) {
	if flag := "rate_corrected_since_imputation"; !slices.Contains(a.flags, flag) {
		a.flags = append(a.flags, flag)
	}
	laws, err := law.WithOwn([]*law.Jurisdiction{a.t.Law}, i.Rates)
	if err != nil || len(i.Rates) == 0 {
		return
	}
	gone := slices.DeleteFunc(slices.Clone(unbooked), func(l law.Line) bool { return within(i.Reserved, &l) })
	var now []law.Line
	sum := money.Of(0, a.c.Principal.Currency)
	for n := 0; n < len(gone); {
		first := gone[n]
		last := first.To
		for n++; n < len(gone) && gone[n].Base == first.Base && gone[n].From == last.AddDays(1); n++ {
			last = gone[n].To
		}
		now = append(now, laws[a.t.Law.Code].Accrue(a.terms, first.Base, first.From, last)...)
	}
	for n := range now {
		if now[n].Missing {
			return
		}
		sum = sum.Plus(now[n].Interest)
	}
	if sum.Cents != i.Accrued[law.Interest].Cents {
		return
	}
	a.lines = append(slices.DeleteFunc(a.lines, func(l law.Line) bool {
		return slices.ContainsFunc(gone, func(g law.Line) bool { return g.From == l.From && g.To == l.To })
	}), now...)
	slices.SortStableFunc(a.lines, func(x, y law.Line) int { return x.From.Compare(y.From) })
	a.booked, a.missing, a.estimate = len(a.lines), false, money.Of(0, a.c.Principal.Currency)
	for n := range a.lines {
		if a.lines[n].Missing {
			a.missing, a.estimate = true, a.estimate.Plus(a.lines[n].Interest)
		}
	}
}

// Awaited is the interest, at the last known rate, of days whose rate is still
// to be published: no balance includes it. Days from before the first row of a
// series are not awaited, since no notice will come for them.
func (s *Statement) Awaited() money.Amount {
	sum := money.Of(0, s.Balance.Currency)
	for i := range s.Lines {
		if l := &s.Lines[i]; l.Missing && l.Row != nil && l.Row.From.Before(l.From) {
			sum = sum.Plus(l.Interest)
		}
	}
	return sum
}

// AwaitsRate reports whether nothing is left to pay on a day, or no more than
// the tolerance, but the interest of days whose rate is still to be published:
// nothing is claimed meanwhile, and nothing given up. A credit counts, since it
// goes to that interest once the rate is known: CreditsDue.
func (c *Case) AwaitsRate(t Terms, on calendar.Date) bool {
	if c.OpenPrincipal().Cents > t.Limits.Tolerance.Cents || len(c.Imputations)+len(c.Adjustments) == 0 {
		return false
	}
	s := c.Statement(t, on)
	return s.Balance.Minus(s.Credit).Cents <= t.Limits.Tolerance.Cents && !c.Settled(t, on)
}

// unpaid says what stands against calling a case paid.
func (h hearing) unpaid() string {
	s := h.Statement(h.t, h.today)
	said := "its balance is " + s.Balance.String()
	if a := s.Awaited(); a.Cents != 0 {
		said += ", and interest of about " + a.String() + " is owed once its rate is published"
	}
	return said
}
