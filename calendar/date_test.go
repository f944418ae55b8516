package calendar

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestMonthsAndYearsAreCountedAsTheCivilCodesDo(t *testing.T) {
	for _, tt := range []struct {
		name  string
		from  string
		month int
		want  string
	}{
		{"31 January and a month is the last of February", "2026-01-31", 1, "2026-02-28"},
		{"in a leap year the 29th", "2028-01-31", 1, "2028-02-29"},
		{"29 February and a year is the 28th", "2024-02-29", 12, "2025-02-28"},
		{"29 February and four years is the 29th", "2024-02-29", 48, "2028-02-29"},
		{"the 30th stays the 30th", "2026-04-30", 1, "2026-05-30"},
		{"over the year's end", "2026-11-30", 3, "2027-02-28"},
		{"backwards", "2026-03-31", -1, "2026-02-28"},
		{"five years", "2021-10-07", 60, "2026-10-07"},
		{"1900 was no leap year", "1899-12-31", 2, "1900-02-28"},
	} {
		y, m, d := 0, time.Month(0), 0
		at, err := time.Parse(time.DateOnly, tt.from)
		if err != nil {
			t.Fatal(err)
		}
		y, m, d = at.Date()
		if got := Day(y, m, d).AddMonths(tt.month).String(); got != tt.want {
			t.Errorf("%s: %s and %d months = %s, want %s", tt.name, tt.from, tt.month, got, tt.want)
		}
	}
	if got := Must("2024-02-29").AddYears(1); got != Must("2025-02-28") {
		t.Errorf("29 February and a year = %s", got)
	}
}

func TestDatesAgreeWithTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 109000).Draw(t, "day") // 1900 to 2198
		at := time.Date(1900, time.January, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n)
		d := Day(at.Year(), at.Month(), at.Day())
		if d.String() != at.Format(time.DateOnly) || d.Weekday() != at.Weekday() || !d.UTC().Equal(at) {
			t.Fatalf("%s %s is %s %s", d, d.Weekday(), at.Format(time.DateOnly), at.Weekday())
		}
		if back, err := Parse(d.String()); err != nil || back != d {
			t.Fatalf("%s reads back as %s, %v", d, back, err)
		}
		more := rapid.IntRange(-1000, 1000).Draw(t, "more")
		if e := d.AddDays(more); d.Days(e) != more || e.After(d) != (more > 0) || e.Before(d) != (more < 0) {
			t.Fatalf("%s and %d days = %s", d, more, e)
		}
		if e := d.AddMonths(more); e.Year()*12 != d.Year()*12 && e.AddDays(31).Before(d.AddMonths(more)) {
			t.Fatalf("%s and %d months = %s", d, more, e)
		}
	})
}

func TestADayIsTheOneOfItsZone(t *testing.T) {
	at := time.Date(2026, time.March, 31, 22, 30, 0, 0, time.UTC)
	for zone, want := range map[string]string{
		"Europe/Madrid": "2026-04-01", "Atlantic/Canary": "2026-03-31", "Indian/Reunion": "2026-04-01", "Atlantic/Azores": "2026-03-31",
	} {
		loc, err := location(zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := DateOf(at.In(loc)); got != Must(want) {
			t.Errorf("%s in %s is %s, want %s", at, zone, got, want)
		}
	}
	if got := DateOf(time.Date(1969, time.December, 31, 23, 0, 0, 0, time.UTC)); got != Must("1969-12-31") {
		t.Errorf("before 1970: %s", got)
	}
}

func TestHoursHoldOverBothClockChanges(t *testing.T) {
	for _, tt := range []struct {
		name, country, code, date string
		hour                      int
		want                      string // UTC
	}{
		{"Madrid before the spring change", "ES", "28001", "2026-03-28", 9, "2026-03-28T08:00:00Z"},
		{"Madrid on the day of the spring change", "ES", "28001", "2026-03-29", 9, "2026-03-29T07:00:00Z"},
		{"Madrid on the day of the autumn change", "ES", "28001", "2026-10-25", 9, "2026-10-25T08:00:00Z"},
		{"Madrid in the hour that is left out: after the gap", "ES", "28001", "2026-03-29", 2, "2026-03-29T01:00:00Z"},
		{"the Canaries in summer", "ES", "35001", "2026-07-01", 9, "2026-07-01T08:00:00Z"},
		{"the Canaries on the day of the autumn change", "ES", "38001", "2026-10-25", 9, "2026-10-25T09:00:00Z"},
		{"the Azores in summer", "PT", "9500-150", "2026-07-01", 9, "2026-07-01T09:00:00Z"},
		{"the Azores on the day of the spring change", "PT", "9500-150", "2026-03-29", 9, "2026-03-29T09:00:00Z"},
		{"Réunion knows no summer time", "FR", "97400", "2026-07-01", 9, "2026-07-01T05:00:00Z"},
		{"Martinique", "FR", "97200", "2026-01-02", 9, "2026-01-02T13:00:00Z"},
	} {
		p, err := PlaceOf(tt.country, tt.code, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := Must(tt.date).At(tt.hour, 0, p.Zone()).UTC().Format(time.RFC3339); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestDatesFromOutside(t *testing.T) {
	for _, bad := range []string{"", "2026-2-01", "2026-02-30", "01/02/2026", "1899-12-31", "2201-01-01", "2026-02-01T00:00:00Z", " 2026-02-01"} {
		if d, err := Parse(bad); err == nil {
			t.Errorf("Parse(%q) = %s", bad, d)
		}
	}
	var x struct{ A, B, C Date }
	if err := json.Unmarshal([]byte(`{"A":"2026-02-28","B":null,"C":""}`), &x); err != nil {
		t.Fatal(err)
	}
	if x.A != Must("2026-02-28") || !x.B.IsZero() || !x.C.IsZero() {
		t.Errorf("read %v", x)
	}
	b, err := json.Marshal(x)
	if err != nil || string(b) != `{"A":"2026-02-28","B":null,"C":null}` {
		t.Errorf("wrote %s, %v", b, err)
	}
	for _, bad := range []string{`{"A":20260228}`, `{"A":"28.02.2026"}`} {
		if err := json.Unmarshal([]byte(bad), &x); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
}

func TestDatesInADatabase(t *testing.T) {
	d := Must("2026-02-28")
	v, err := d.Value()
	if err != nil {
		t.Fatal(err)
	}
	var back Date
	if err := back.Scan(v); err != nil || back != d {
		t.Errorf("%s comes back as %s, %v", d, back, err)
	}
	if v, err := (Date{}).Value(); v != nil || err != nil {
		t.Errorf("no date is stored as %v, %v", v, err)
	}
	if err := back.Scan(nil); err != nil || !back.IsZero() {
		t.Errorf("NULL comes back as %s, %v", back, err)
	}
	if err := back.Scan("2026-02-28"); err == nil {
		t.Error("text was read as a date")
	}
}

func TestCompareOrdersDates(t *testing.T) {
	a, b := Must("2026-01-01"), Must("2026-01-02")
	if a.Compare(b) != -1 || b.Compare(a) != 1 || a.Compare(a) != 0 {
		t.Error("dates are out of order")
	}
}
