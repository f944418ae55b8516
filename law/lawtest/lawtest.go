// Package lawtest holds the tables of rates still for tests. A published rate
// is a new row, and no test may fail for it: what a test says of days without a
// rate is said of the tables as they stood on one day, whatever was added since.
package lawtest

import (
	"slices"
	"strings"
	"sync"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
)

// Last is the last day that has a rate in tables that are held; half-years
// begin on the day after it.
var Last = calendar.Day(2026, 12, 31)

// Hold takes the rows that begin after Last out of the tables of the program,
// for a TestMain: it must come before any rate is read.
func Hold() {
	for _, j := range countries.All() {
		for _, s := range j.Series {
			s.Text = held(s.Text)
		}
	}
}

// All lists the jurisdictions with their tables held, in order of their codes.
// The tables of the program stay as they are.
func All() []*law.Jurisdiction { return slices.Clone(all()) }

var all = sync.OnceValue(func() []*law.Jurisdiction {
	out := countries.All()
	same := map[string]*law.Series{}
	for i, j := range out {
		with := *j
		with.Series = slices.Clone(j.Series)
		for n, s := range with.Series {
			if same[s.Name] == nil {
				same[s.Name] = &law.Series{Name: s.Name, Column: s.Column, Text: held(s.Text), Notice: s.Notice, Months: s.Months}
			}
			with.Series[n] = same[s.Name]
		}
		out[i] = &with
	}
	return out
})

// For finds the law of a place with its tables held, by its code; nil for a
// place without tables of its own.
func For(code string) *law.Jurisdiction {
	for _, j := range all() {
		if j.Code == code {
			return j
		}
	}
	return nil
}

// held leaves out the lines of a file of rates whose first day comes after Last.
func held(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		first, _, _ := strings.Cut(line, ",")
		if d, err := calendar.Parse(first); err != nil || !d.After(Last) {
			out.WriteString(line)
		}
	}
	return out.String()
}
