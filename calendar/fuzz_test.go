package calendar

import (
	"encoding/json"
	"testing"
	"time"
)

// FuzzDate holds days to be read back as they are written, and to count as
// package time does.
func FuzzDate(f *testing.F) {
	for _, s := range []string{"2026-10-01", "2024-02-29", "2025-02-29", "1900-01-01", "2200-12-31", "0000-01-01", "9999-12-31",
		"2026-1-1", "2026-10-01T00:00:00Z", "２０２６-10-01", "", "\x00"} {
		f.Add(s, 12, 365)
	}
	f.Add("2024-02-29", -1, -1)
	f.Fuzz(func(t *testing.T, s string, months, days int) {
		d, err := Parse(s)
		if err != nil {
			return
		}
		if d.IsZero() || d.String() != s {
			t.Fatalf("Parse(%q) = %q", s, d)
		}
		b, err := json.Marshal(d)
		var back Date
		if err != nil || json.Unmarshal(b, &back) != nil || back != d {
			t.Fatalf("%s is written as %s and read back as %s", d, b, back)
		}
		if v, err := d.Value(); err != nil || back.Scan(v) != nil || back != d {
			t.Fatalf("%s goes to the database and comes back as %s", d, back)
		}
		if d.Weekday() != d.UTC().Weekday() {
			t.Fatalf("%s is a %s", d, d.Weekday())
		}
		checkMoved(t, d, months%2400, days%800_000)
	})
}

// checkMoved holds a day that was moved against package time.
func checkMoved(t *testing.T, d Date, months, days int) {
	on := d.AddDays(days)
	if on.Days(d) != -days || !on.UTC().Equal(d.UTC().AddDate(0, 0, days)) {
		t.Fatalf("%s and %d days is %s", d, days, on)
	}
	m := d.AddMonths(months)
	_, _, day := d.Civil()
	my, mm, mday := m.Civil()
	dy, dm, _ := d.Civil()
	if (my-dy)*12+int(mm-dm) != months {
		t.Fatalf("%s and %d months is %s", d, months, m)
	}
	if last := time.Date(my, mm+1, 0, 0, 0, 0, 0, time.UTC).Day(); mday != min(day, last) {
		t.Fatalf("%s and %d months is %s, of a month of %d days", d, months, m, last)
	}
}

// FuzzDateJSON holds what is read from JSON to be written and read alike.
func FuzzDateJSON(f *testing.F) {
	for _, s := range []string{`"2026-10-01"`, `null`, `""`, `20261001`, `"2026-02-30"`, `"0001-01-01"`, `["2026-10-01"]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var d, back Date
		if json.Unmarshal(b, &d) != nil {
			return
		}
		out, err := json.Marshal(d)
		if err != nil || json.Unmarshal(out, &back) != nil || back != d {
			t.Fatalf("%q is %s, written as %s, and read back as %s", b, d, out, back)
		}
	})
}

// FuzzPlace holds every postal code to a place with a time zone, or a reason.
func FuzzPlace(f *testing.F) {
	for _, s := range [][3]string{{"ES", "08001", ""}, {"ES", "35001", ""}, {"FR", "97110", ""}, {"FR", "98000", ""}, {"PT", "9000-001", ""},
		{"PT", "1000", "Europe/Lisbon"}, {"ES", "", "../../etc/passwd"}, {"ES", "\x00", "Local"}, {"DE", "1", "UTC"}, {"", "", ""}} {
		f.Add(s[0], s[1], s[2])
	}
	f.Fuzz(func(t *testing.T, country, code, zone string) {
		p, err := PlaceOf(country, code, zone)
		if err != nil {
			return
		}
		if p.Zone() == nil || p.Zone() == time.Local {
			t.Fatalf("PlaceOf(%q, %q, %q) has no zone of its own: %v", country, code, zone, p.Zone())
		}
		if again, err := PlaceOf(country, code, zone); err != nil || again.Zone().String() != p.Zone().String() {
			t.Fatalf("PlaceOf(%q, %q, %q) is once %v and once %v", country, code, zone, p, again)
		}
	})
}
