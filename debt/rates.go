package debt

import (
	"slices"

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

// book takes what accrued as booked by an imputation, and gives the sum of it.
// What it reserved stays to be booked by a later one.
func (a *account) book(reserved []Stretch) money.Amount {
	all := a.unbooked
	a.unbooked = money.Of(0, a.c.Principal.Currency)
	if len(reserved) > 0 {
		var carried []law.Line
		for _, l := range a.since() {
			if !l.Missing && slices.ContainsFunc(reserved, func(r Stretch) bool { return !l.From.Before(r.From) && !l.To.After(r.To) }) {
				carried = append(carried, l)
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
