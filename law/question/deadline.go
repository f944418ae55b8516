package question

import (
	"fmt"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
)

// Deadline asks for the last day of a period before a court. The postal code is
// the court's; holidays of its town are in no table and are given here.
type Deadline struct {
	Place
	Notice        calendar.Date   `json:"notice_on,omitzero"` // the day of the notice, which is not counted
	Days          int             `json:"days,omitempty"`     // either so many days …
	Months        int             `json:"months,omitempty"`   // … or so many months
	PostalCode    string          `json:"postal_code,omitempty"`
	LocalHolidays []calendar.Date `json:"local_holidays,omitempty"`
}

// DeadlineAnswer is the last day, until when a writ may still come after it,
// and how it was counted.
type DeadlineAnswer struct {
	Jurisdiction string `json:"jurisdiction"`
	law.Deadline
	Words
}

// Bounds of what one question may be about.
const (
	longestDeadline   = 1000 // days or months
	mostLocalHolidays = 100
)

// Answer counts the period by the given laws, with flags in the given language.
// The error is of type Faults.
func (q Deadline) Answer(laws law.Places, language string) (DeadlineAnswer, error) {
	var f Faults
	j := q.law(laws, &f)
	f.add(q.Notice.IsZero(), "notice_on", "missing", "is missing")
	f.add((q.Days == 0) == (q.Months == 0), "days", "days_or_months", fmt.Sprintf("or months must be given, 1 to %d, and not both", longestDeadline))
	f.add(q.Days < 0 || q.Days > longestDeadline, "days", "range", fmt.Sprintf("must be 1 to %d", longestDeadline))
	f.add(q.Months < 0 || q.Months > longestDeadline, "months", "range", fmt.Sprintf("must be 1 to %d", longestDeadline))
	f.add(len(q.LocalHolidays) > mostLocalHolidays, "local_holidays", "range", fmt.Sprintf("must be %d at most", mostLocalHolidays))
	f.add(j != nil && q.PostalCode != "" && !calendar.PostalCode(j.Country, q.PostalCode), "postal_code", "postal_code_invalid", "is none of that country")
	if err := f.err(); err != nil {
		return DeadlineAnswer{}, err
	}
	at, err := calendar.PlaceOf(j.Country, q.PostalCode, "")
	if err != nil {
		f.add(true, "postal_code", "place_unknown", "must be of a place that is known")
		return DeadlineAnswer{}, f
	}
	at = at.WithLocal(q.LocalHolidays...)
	out := DeadlineAnswer{Jurisdiction: j.Code}
	if q.Months > 0 {
		out.Deadline = j.CourtMonths(q.Notice, q.Months, at)
	} else {
		out.Deadline = j.CourtDays(q.Notice, q.Days, at)
	}
	out.Words = words(out.Flags, language)
	period := out.days(q.Days)
	if q.Months > 0 {
		period = out.months(q.Months)
	}
	out.count(j, &q, period)
	return out, nil
}

// count says how the days were counted.
func (o *DeadlineAnswer) count(j *law.Jurisdiction, q *Deadline, period string) {
	t := &j.CourtTime
	how := "every day counts"
	switch {
	case q.Months > 0:
		how = "from date to date"
	case t.Working:
		how = "working days alone, none of a recess"
	case t.Suspends:
		how = "every day counts, none of a recess"
	}
	o.step("%s is not counted; + %s, %s = %s (%s)", q.Notice, period, o.say(how), o.Ended, o.Article)
	if o.Moved {
		o.step("%s is a day without court time: the last day moves to %s", o.Ended, o.LastDay)
	}
	if !o.LodgeUntil.IsZero() {
		o.step("a writ may still come until %d:00 of %s (%s); nobody plans on it", o.LodgeHour, o.LodgeUntil, t.Lodging.Source)
		o.confirm(t.Lodging.Status, "%s", t.Lodging.Source)
	}
	o.confirm(o.Status, "how periods are counted, %s", o.Article)
	for _, r := range t.Recess {
		if !touches(r, q.Notice, o.ends()) {
			continue
		}
		o.confirm(r.Status, "the recess from %d %s to %d %s, %s", r.FromDay, o.say(r.FromMonth.String()), r.ToDay, o.say(r.ToMonth.String()), r.Source)
	}
}

// ends is the last day that the answer speaks of.
func (o *DeadlineAnswer) ends() calendar.Date {
	if o.LodgeUntil.IsZero() {
		return o.LastDay
	}
	return o.LodgeUntil
}

// touches reports whether a day after from, up to the last, is one of the recess.
func touches(r law.Recess, from, last calendar.Date) bool {
	for d := from.AddDays(1); !d.After(last); d = d.AddDays(1) {
		if r.Holds(d) {
			return true
		}
	}
	return false
}
