package calendar

import (
	"sync"
	"sync/atomic"
	"time"
)

// firstYear and lastYear bound the years for which days are computed; Parse
// admits no others.
const firstYear, lastYear = 1900, 2200

// almanac is the calendar of holidays of one region, computed a year at a time
// and then kept: a decision asks for thousands of days.
type almanac struct {
	country, region string
	years           [lastYear - firstYear + 1]atomic.Pointer[yearDays]
}

// yearDays gives for each day of a year the number of its holiday, or 0.
type yearDays struct {
	first Date
	days  [366]uint8
	names []string
}

var almanacs sync.Map // country+region → *almanac

func almanacOf(country, region string) *almanac {
	key := country + region
	if a, ok := almanacs.Load(key); ok {
		return a.(*almanac)
	}
	a, _ := almanacs.LoadOrStore(key, &almanac{country: country, region: region})
	return a.(*almanac)
}

func (a *almanac) name(d Date) string {
	y := d.Year()
	if y < firstYear || y > lastYear {
		return ""
	}
	at := &a.years[y-firstYear]
	in := at.Load()
	if in == nil {
		in = a.compute(y)
		at.Store(in)
	}
	n := in.days[in.first.Days(d)]
	if n == 0 {
		return ""
	}
	return in.names[n-1]
}

func (a *almanac) compute(year int) *yearDays {
	out := &yearDays{first: Day(year, time.January, 1)}
	for _, h := range holidays(a.country, a.region, year) {
		if h.day.Year() != year {
			continue
		}
		at := &out.days[out.first.Days(h.day)]
		if *at != 0 {
			continue // the national day's name comes first
		}
		out.names = append(out.names, h.name)
		*at = uint8(len(out.names))
	}
	return out
}

// holiday is one day of one year with its name.
type holiday struct {
	day  Date
	name string
}

// holidays lists the holidays of a year, national days before regional ones.
func holidays(country, region string, year int) []holiday {
	e := Easter(year)
	switch country {
	case "ES":
		return append(spanishNational(e), spanishRegional(region, e)...)
	case "FR":
		return append(frenchNational(e), frenchRegional(region, e)...)
	case "PT":
		return append(portugueseNational(e), portugueseRegional(region, e)...)
	}
	if _, known := capitals[country]; known {
		return []holiday{{Day(year, time.January, 1), "New Year"}, {Day(year, time.December, 25), "Christmas"}}
	}
	return nil
}

// Easter gives Easter Sunday of the Gregorian calendar.
// Source: J. Meeus, Astronomical Algorithms, chapter 8 (the anonymous method).
func Easter(year int) Date {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return Day(year, time.Month(n/31), n%31+1)
}

func on(year int, m time.Month, day int, name string) holiday {
	return holiday{Day(year, m, day), name}
}
