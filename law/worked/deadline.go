package worked

import (
	"strconv"

	"github.com/recobro/recobro/calendar"
)

var deadlineFields = []namedForm{
	{"last_day", aDay}, {"moved", aTruth}, {"lodge_until", aDay}, {"lodge_hour", aCount}, {"flags", aSet}, {"ask_person", aTruth},
}

// longestDeadline bounds a period before a court, in days or months.
const longestDeadline = 1000

// courtDeadline is a period before a court, counted from the notice of its
// decision. Holidays of the court's town are given by the record.
func courtDeadline(g *given) func() answer {
	code := g.word("jurisdiction", need)
	j, ok := placeOf(code, "")
	if !ok && code != "" {
		g.wrong("jurisdiction", "the law of %q is not known", code)
	}
	notice := g.day("notice", need)
	days, months := g.count("days"), g.count("months")
	if (days == 0) == (months == 0) {
		g.wrong("days", "a period before a court is given either in days or in months")
	}
	postal := g.word("postal_code", may)
	var local []calendar.Date
	for _, n := range g.list("local_holidays", may) {
		d, err := calendar.Parse(n.Value)
		if err != nil {
			g.wrong("local_holidays", "field %q: %q: %v", "local_holidays", n.Value, err)
			continue
		}
		local = append(local, d)
	}
	return func() answer {
		at, err := calendar.PlaceOf(j.Country, postal, "")
		if err != nil {
			panic(err) // the zones of the countries with tables are known
		}
		at = at.WithLocal(local...)
		d := j.CourtDays(notice, days, at)
		if months > 0 {
			d = j.CourtMonths(notice, months, at)
		}
		a := newAnswer(d.Article)
		a.day("last_day", d.LastDay)
		a.yes("moved", d.Moved)
		a.day("lodge_until", d.LodgeUntil)
		a.fields["lodge_hour"] = strconv.Itoa(d.LodgeHour)
		if l := j.CourtTime.Lodging; l != nil {
			a.rest(l.Source.String())
		} else {
			a.word("lodge_hour", "")
		}
		a.flags("flags", d.Flags)
		a.yes("ask_person", d.AskPerson)
		return a
	}
}

// count reads a whole number above nought that may be left out.
func (f *fields) count(name string) int {
	s, ok := f.scalar(name, may)
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > longestDeadline {
		f.wrong(name, "field %q: %q is no whole number from 1 to %d", name, s, longestDeadline)
		return 0
	}
	return n
}
