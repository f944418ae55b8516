package law

import (
	"slices"
	"time"

	"github.com/recobro/recobro/calendar"
)

// CourtTime says how a place counts periods before its courts. It is not how
// limitation periods are counted.
type CourtTime struct {
	// Working: of a period in days only working days count, and none of a
	// recess; else all days count.
	Working bool
	Recess  []Recess
	// Suspends: a period in days stands still in a recess.
	Suspends bool
	// Lodging lets a writ come after the last day; nil where nothing does.
	Lodging *Lodging
	// Home is the place with its national holidays alone, for what is asked
	// without a court.
	Home calendar.Place
	// Flag is what is not in the table: it asks a person about a period with one
	// of the days that Flagged is about.
	Flag    string
	Flagged func(calendar.Date) bool
	Source  Source
	Status  Status
}

// Lodging lets a writ still be lodged on the first day of court time after the
// last day, until an hour. It moves no day: what comes within it is for a person
// to read, and nobody plans on it.
type Lodging struct {
	Code   string
	Hour   int
	Source Source
	Status Status
}

// Recess is a stretch of days of every year without court time, both included.
type Recess struct {
	FromMonth time.Month
	FromDay   int
	ToMonth   time.Month // before FromMonth: of the year after
	ToDay     int
	Source    Source
	Status    Status
}

// Deadline is the last day of a period before a court.
type Deadline struct {
	LastDay calendar.Date `json:"last_day"`
	Moved   bool          `json:"moved"` // off a day without court time
	Ended   calendar.Date `json:"-"`     // the last day before it moved
	// LodgeUntil is the day on which a writ may still be lodged, until
	// LodgeHour; zero where the law gives none. Nobody plans on it.
	LodgeUntil calendar.Date `json:"lodge_until,omitzero"`
	LodgeHour  int           `json:"lodge_hour,omitempty"`
	Article    string        `json:"article"`
	Status     Status        `json:"status"`
	Flags      []string      `json:"flags"`
	AskPerson  bool          `json:"ask_person"`
}

// CourtDays returns the last day of a period of n days, one at least, before a
// court at the place; the day of the notice is not counted.
//
// Source: Ley 1/2000 (ES), arts. 130 and 133; Code de procédure civile (FR),
// arts. 641 and 642; Código de Processo Civil (PT), art. 138.
func (j *Jurisdiction) CourtDays(notice calendar.Date, n int, at calendar.Place) Deadline {
	d := notice
	t := &j.CourtTime
	for left := max(n, 1); left > 0; {
		d = d.AddDays(1)
		if t.Working && !t.open(d, at) || t.Suspends && t.recess(d) {
			continue
		}
		left--
	}
	return t.end(notice, d, at)
}

// CourtMonths returns the last day of a period of n months before a court at
// the place, counted date to date.
//
// Source: as CourtDays.
func (j *Jurisdiction) CourtMonths(notice calendar.Date, n int, at calendar.Place) Deadline {
	return j.CourtTime.end(notice, notice.AddMonths(n), at)
}

// end moves d, the last day of a period from a notice, to the next day of court
// time.
func (t *CourtTime) end(notice, d calendar.Date, at calendar.Place) Deadline {
	out := Deadline{LastDay: d, Ended: d, Article: t.Source.String(), Status: t.Status, Flags: []string{}}
	for !t.open(out.LastDay, at) {
		out.LastDay = out.LastDay.AddDays(1)
		out.Moved = true
	}
	if l := t.Lodging; l != nil {
		out.LodgeUntil, out.LodgeHour = t.next(out.LastDay, at), l.Hour
		out.Flags = append(out.Flags, l.Code)
	}
	if t.Flag != "" && anyDay(notice, out.LastDay, t.Flagged) {
		out.Flags = append(out.Flags, t.Flag)
		out.AskPerson = true
	}
	if !at.Confirmed(out.LastDay.Year()) {
		out.Flags = append(out.Flags, "holidays_to_confirm")
	}
	return out
}

// anyDay reports whether a day after from, up to the last, is one of those.
func anyDay(from, last calendar.Date, is func(calendar.Date) bool) bool {
	for d := from.AddDays(1); !d.After(last); d = d.AddDays(1) {
		if is(d) {
			return true
		}
	}
	return false
}

// next is the first day of court time after d.
func (t *CourtTime) next(d calendar.Date, at calendar.Place) calendar.Date {
	for d = d.AddDays(1); !t.open(d, at); d = d.AddDays(1) {
	}
	return d
}

// lodges reports whether a writ of that day, for a period that ended on last,
// comes in time to be lodged still.
func (t *CourtTime) lodges(writ, last calendar.Date) bool {
	return t.Lodging != nil && !writ.After(t.next(last, t.Home))
}

// open reports whether a court sits on d.
func (t *CourtTime) open(d calendar.Date, at calendar.Place) bool {
	return at.Working(d) && !t.recess(d)
}

func (t *CourtTime) recess(d calendar.Date) bool {
	return slices.ContainsFunc(t.Recess, func(r Recess) bool { return r.Holds(d) })
}

// Holds reports whether d is a day of the recess.
func (r Recess) Holds(d calendar.Date) bool {
	_, m, day := d.Civil()
	now, from, to := int(m)*100+day, int(r.FromMonth)*100+r.FromDay, int(r.ToMonth)*100+r.ToDay
	if from > to {
		return now >= from || now <= to
	}
	return now >= from && now <= to
}
