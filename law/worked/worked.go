// Package worked reads and runs worked records of the law: a claim or a sum of
// which somebody has written down what must come out, with the arithmetic. Law
// firms bring their own; docs/law-records.md describes the form. What a record
// says is compared field by field with what the tables give; what the form does
// not know is refused with its line, never skipped. The package is pure: it is
// handed the text of a file.
package worked

import (
	"fmt"
	"sort"
	"strings"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/money"
)

// Problem is what keeps a record from being run, and where it stands.
type Problem struct {
	File string
	Line int // of the file, from 1; 0 where the whole file is meant
	What string
}

// String gives the problem with file and line, as compilers do.
func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.What
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.What)
}

// Record is one worked record that could be read.
type Record struct {
	ID, Kind, Title string
	File            string
	Line            int // of the file, from 1

	want []want
	run  func() answer
}

// want is one field that the record expects.
type want struct {
	field, value string
	line         int
}

// answer is what the law gives: fields by name, such as "last_day" or
// "events[0].effect", with the articles that it rests on.
type answer struct {
	fields   map[string]string
	articles []string
}

// Difference is one field that came out otherwise than expected.
type Difference struct {
	Field         string
	Line          int // where the record says what it expects
	Expected, Got string
}

// Result is what became of a record.
type Result struct {
	Record
	Articles    []string // what the answer rests on
	Differences []Difference
}

// Check runs a record and compares each field that it expects; the order is
// that of the record.
func (r Record) Check() Result {
	a := r.run()
	out := Result{Record: r, Articles: a.articles}
	for _, w := range r.want {
		got, ok := a.fields[w.field]
		if !ok {
			got = none
		}
		if got != w.value {
			out.Differences = append(out.Differences, Difference{Field: w.field, Line: w.line, Expected: w.value, Got: got})
		}
	}
	return out
}

// none is how a date or flag that there is none of is written.
const none = "none"

func newAnswer(articles ...string) answer {
	a := answer{fields: map[string]string{}}
	for _, s := range articles {
		a.rest(s)
	}
	return a
}

// rest adds an article, once.
func (a *answer) rest(article string) {
	for _, s := range a.articles {
		if s == article {
			return
		}
	}
	if article != "" {
		a.articles = append(a.articles, article)
	}
}

func (a *answer) day(field string, d calendar.Date) { a.fields[field] = dayText(d) }

func (a *answer) amount(field string, m money.Amount) { a.fields[field] = m.Decimal() }

func (a *answer) word(field, s string) {
	if s == "" {
		s = none
	}
	a.fields[field] = s
}

func (a *answer) yes(field string, b bool) { a.fields[field] = fmt.Sprint(b) }

// flags are compared as a set.
func (a *answer) flags(field string, flags []string) { a.fields[field] = setText(flags) }

func dayText(d calendar.Date) string {
	if d.IsZero() {
		return none
	}
	return d.String()
}

func setText(words []string) string {
	if len(words) == 0 {
		return none
	}
	sorted := append([]string(nil), words...)
	sort.Strings(sorted)
	return strings.Join(sorted, ", ")
}

// placeOf returns the law of a record: that of its jurisdiction, or of the
// region of the same country that has the rule, so that ES with a Catalan rule
// means Catalonia.
func placeOf(code, rule string) (*law.Jurisdiction, bool) {
	country, region, _ := strings.Cut(code, "-")
	j, ok := countries.For(country, region)
	if !ok || rule == "" || has(j, rule) {
		return j, ok
	}
	for _, other := range countries.All() {
		if region == "" && other.Country == country && has(other, rule) {
			return other, true
		}
	}
	return nil, false
}

func has(j *law.Jurisdiction, rule string) bool {
	for i := range j.Periods {
		if j.Periods[i].Code == rule {
			return true
		}
	}
	return false
}
