// Package calendar counts days, months and years as the civil codes do, and
// knows which days and hours are working ones where a debtor lives.
package calendar

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"
)

// Date is a day of the Gregorian calendar, without time or zone. The zero
// value means no date. Dates compare with ==, Before and After.
type Date struct {
	n int32 // days since 31 December of the year 0, so that 0 is no date
}

// epoch is 1 January 1970 in Date's own count.
const epoch = 719163

// Day returns the given day; a day that the month lacks runs on into the next
// month, as time.Date does.
func Day(year int, month time.Month, day int) Date {
	return Date{int32(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()/86400 + epoch)}
}

// DateOf returns the day that t falls on in its own location.
func DateOf(t time.Time) Date {
	_, off := t.Zone()
	s := t.Unix() + int64(off)
	d := s / 86400
	if s%86400 < 0 {
		d--
	}
	return Date{int32(d + epoch)}
}

// Parse reads an ISO 8601 day, 2026-10-01, between the years 1900 and 2200.
func Parse(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("not a date: want YYYY-MM-DD")
	}
	if t.Year() < 1900 || t.Year() > 2200 {
		return Date{}, fmt.Errorf("date out of range: want a year from 1900 to 2200")
	}
	return DateOf(t), nil
}

// Must is Parse for dates written in the program; it panics on a wrong one.
func Must(s string) Date {
	d, err := Parse(s)
	if err != nil {
		panic("calendar: " + s + ": " + err.Error())
	}
	return d
}

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d.n == 0 }

// Before reports whether d lies before e.
func (d Date) Before(e Date) bool { return d.n < e.n }

// After reports whether d lies after e.
func (d Date) After(e Date) bool { return d.n > e.n }

// Equal reports whether d and e are the same day, or both no date.
func (d Date) Equal(e Date) bool { return d == e }

// Compare gives -1, 0 or 1.
func (d Date) Compare(e Date) int {
	switch {
	case d.n < e.n:
		return -1
	case d.n > e.n:
		return 1
	}
	return 0
}

// AddDays returns the day n days on.
func (d Date) AddDays(n int) Date { return Date{d.n + int32(n)} }

// Days returns how many days e lies after d; negative where before.
func (d Date) Days(e Date) int { return int(e.n - d.n) }

// Weekday gives the day of the week.
func (d Date) Weekday() time.Weekday { return time.Weekday(((d.n % 7) + 7) % 7) }

// Civil gives year, month and day.
func (d Date) Civil() (int, time.Month, int) { return d.UTC().Date() }

// Year gives the year.
func (d Date) Year() int { y, _, _ := d.Civil(); return y }

// UTC gives midnight of the day in UTC.
func (d Date) UTC() time.Time { return time.Unix(int64(d.n-epoch)*86400, 0).UTC() }

// At gives the instant of hour and minute of the day in zone. Where the clocks
// go forward over it, the instant lies after the gap.
func (d Date) At(hour, minute int, zone *time.Location) time.Time {
	y, m, day := d.Civil()
	return time.Date(y, m, day, hour, minute, 0, 0, zone)
}

// AddMonths returns the same day n months on, or the last day of that month
// where the day does not exist.
//
// Source: Código Civil (ES), art. 5.1; Código Civil (PT), art. 279 c).
func (d Date) AddMonths(n int) Date {
	y, m, day := d.Civil()
	first := Day(y, m+time.Month(n), 1)
	ly, lm, last := Day(y, m+time.Month(n)+1, 0).Civil()
	if day > last {
		return Day(ly, lm, last)
	}
	return first.AddDays(day - 1)
}

// AddYears returns the same day n years on, or the last day of that month
// where the day does not exist (29 February).
//
// Source: Código Civil (ES), art. 5.1; Código Civil (PT), art. 279 c).
func (d Date) AddYears(n int) Date { return d.AddMonths(12 * n) }

// String gives the ISO form, or nothing for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.UTC().Format(time.DateOnly)
}

// MarshalJSON gives the ISO form, or null for no date.
func (d Date) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(d.String())
}

// UnmarshalJSON reads an ISO day; null and "" mean no date.
func (d *Date) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("not a date: want YYYY-MM-DD")
	}
	if s == nil || *s == "" {
		*d = Date{}
		return nil
	}
	got, err := Parse(*s)
	if err != nil {
		return err
	}
	*d = got
	return nil
}

// Value gives the day to a database as midnight UTC, or NULL for no date.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.UTC(), nil
}

// Scan takes a day from a database.
func (d *Date) Scan(v any) error {
	switch t := v.(type) {
	case nil:
		*d = Date{}
	case time.Time:
		*d = Day(t.Year(), t.Month(), t.Day())
	default:
		return fmt.Errorf("calendar: cannot read a date from %T", v)
	}
	return nil
}
