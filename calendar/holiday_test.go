package calendar

import (
	"strings"
	"testing"
	"time"
)

// Known dates of Easter Sunday. Source: U.S. Census Bureau, "Easter dates from
// 1600 to 2099"; 2100 from the Astronomical Society of South Australia.
func TestEasterFallsOnItsKnownDays(t *testing.T) {
	known := map[int]string{
		1990: "04-15", 1991: "03-31", 1992: "04-19", 1993: "04-11", 1994: "04-03", 1995: "04-16", 1996: "04-07", 1997: "03-30",
		1998: "04-12", 1999: "04-04", 2000: "04-23", 2001: "04-15", 2002: "03-31", 2003: "04-20", 2004: "04-11", 2005: "03-27",
		2006: "04-16", 2007: "04-08", 2008: "03-23", 2009: "04-12", 2010: "04-04", 2011: "04-24", 2012: "04-08", 2013: "03-31",
		2014: "04-20", 2015: "04-05", 2016: "03-27", 2017: "04-16", 2018: "04-01", 2019: "04-21", 2020: "04-12", 2021: "04-04",
		2022: "04-17", 2023: "04-09", 2024: "03-31", 2025: "04-20", 2026: "04-05", 2027: "03-28", 2028: "04-16", 2029: "04-01",
		2030: "04-21", 2031: "04-13", 2032: "03-28", 2033: "04-17", 2034: "04-09", 2035: "03-25", 2036: "04-13", 2037: "04-05",
		2038: "04-25", 2039: "04-10", 2040: "04-01", 2041: "04-21", 2042: "04-06", 2043: "03-29", 2044: "04-17", 2045: "04-09",
		2046: "03-25", 2047: "04-14", 2048: "04-05", 2049: "04-18", 2050: "04-10", 2075: "04-07", 2079: "04-23", 2089: "04-03",
		2099: "04-12", 2100: "03-28",
	}
	for year, want := range known {
		if got := Easter(year).String()[5:]; got != want {
			t.Errorf("Easter %d is %s, want %s", year, got, want)
		}
	}
}

// byHand computes Easter from the Church's own tables: the golden number, the
// epact with its solar and lunar corrections, and the Sunday after the full moon.
func byHand(year int) Date {
	golden := year%19 + 1
	century := year/100 + 1
	solar := 3*century/4 - 12
	lunar := (8*century+5)/25 - 5
	sunday := 5*year/4 - solar - 10
	epact := ((11*golden+20+lunar-solar)%30 + 30) % 30
	if epact == 25 && golden > 11 || epact == 24 {
		epact++
	}
	moon := 44 - epact
	if moon < 21 {
		moon += 30
	}
	moon += 7 - (sunday+moon)%7
	return Day(year, time.March, moon)
}

func TestEasterAgreesWithTheTablesOfTheChurch(t *testing.T) {
	for year := firstYear; year <= lastYear; year++ {
		e := Easter(year)
		if e != byHand(year) || e.Weekday() != time.Sunday || e.Before(Day(year, time.March, 22)) || e.After(Day(year, time.April, 25)) {
			t.Errorf("Easter %d is %s, a %s; by the tables %s", year, e, e.Weekday(), byHand(year))
		}
	}
}

func TestNationalHolidaysHoldInAnyYear(t *testing.T) {
	for _, tt := range []struct {
		country, code string
		year          int
		days          string
	}{
		{"FR", "75001", 2026, "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25"},
		{"FR", "75001", 2008, "01-01 03-24 05-01 05-08 05-12 07-14 08-15 11-01 11-11 12-25"}, // Ascension on 1 May
		{"FR", "75001", 2040, "01-01 04-02 05-01 05-08 05-10 05-21 07-14 08-15 11-01 11-11 12-25"},
		{"PT", "1000-001", 2026, "01-01 04-03 04-05 04-25 05-01 06-04 06-10 08-15 10-05 11-01 12-01 12-08 12-25"},
		{"PT", "1000-001", 2014, "01-01 04-18 04-20 04-25 05-01 06-10 08-15 12-08 12-25"}, // four suspended
		{"PT", "1000-001", 2035, "01-01 03-23 03-25 04-25 05-01 05-24 06-10 08-15 10-05 11-01 12-01 12-08 12-25"},
		{"ES", "", 2026, "01-01 01-06 04-03 05-01 08-15 10-12 11-01 12-06 12-08 12-25"},
		{"ES", "", 2038, "01-01 01-06 04-23 05-01 08-15 10-12 11-01 12-06 12-08 12-25"},
		{"ES", "28013", 2026, "01-01 01-06 04-02 04-03 05-01 05-02 08-15 10-12 11-01 11-02 12-06 12-07 12-08 12-25"},
		{"ES", "08001", 2025, "01-01 01-06 04-18 04-21 05-01 06-24 08-15 09-11 10-12 11-01 12-06 12-08 12-25 12-26"},
		{"PT", "9000-018", 2026, "01-01 04-02 04-03 04-05 04-25 05-01 06-04 06-10 07-01 08-15 10-05 11-01 12-01 12-08 12-25 12-26"},
		{"PT", "9500-150", 2026, "01-01 04-03 04-05 04-25 05-01 05-25 06-04 06-10 08-15 10-05 11-01 12-01 12-08 12-25"},
		{"FR", "67000", 2026, "01-01 04-03 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25 12-26"},
		{"FR", "97400", 2026, "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-20 12-25"},
		{"DE", "10115", 2026, "01-01 12-25"},
	} {
		p := place(t, tt.country, tt.code)
		var got []string
		for d := Day(tt.year, time.January, 1); d.Year() == tt.year; d = d.AddDays(1) {
			if name, ok := p.Holiday(d); ok {
				if name == "" {
					t.Errorf("%s has no name", d)
				}
				got = append(got, d.String()[5:])
			}
		}
		if s := strings.Join(got, " "); s != tt.days {
			t.Errorf("%s %s %d rests on\n%s, want\n%s", tt.country, tt.code, tt.year, s, tt.days)
		}
	}
}

func TestRegionalHolidays(t *testing.T) {
	for _, tt := range []struct {
		country, code, day string
		want               bool
	}{
		{"ES", "41001", "2025-02-28", true}, // Andalucía
		{"ES", "28013", "2025-02-28", false},
		{"ES", "28013", "2024-05-02", true}, // Madrid
		{"ES", "08001", "2026-09-11", true}, // Cataluña
		{"ES", "08001", "2026-06-24", true},
		{"ES", "08001", "2026-04-06", true},  // Easter Monday
		{"ES", "08001", "2026-04-02", false}, // Maundy Thursday
		{"ES", "46001", "2026-10-09", true},  // Valencia
		{"ES", "46001", "2026-04-02", false},
		{"ES", "07001", "2024-03-01", true},  // Baleares
		{"ES", "07001", "2026-03-02", true},  // 1 March on a Sunday
		{"ES", "35001", "2025-05-30", true},  // Canarias
		{"ES", "48001", "2026-07-25", true},  // País Vasco
		{"ES", "31001", "2026-12-03", true},  // Navarra
		{"ES", "15001", "2024-05-17", true},  // Galicia
		{"ES", "33001", "2024-09-09", true},  // Asturias: the 8th on a Sunday
		{"ES", "50001", "2026-04-23", true},  // Aragón
		{"ES", "26001", "2026-06-09", true},  // La Rioja
		{"ES", "45001", "2026-06-04", true},  // Castilla-La Mancha: Corpus Christi
		{"ES", "39001", "2026-09-15", true},  // Cantabria
		{"ES", "52001", "2026-09-17", true},  // Melilla
		{"ES", "41001", "2040-02-28", true},  // beyond the table, by custom
		{"ES", "41001", "2021-03-01", true},  // 28 February 2021 is a Sunday
		{"ES", "08001", "2033-09-12", true},  // 11 September 2033 is a Sunday
		{"ES", "28013", "2023-05-02", true},  // before the table
		{"FR", "97110", "2026-05-27", true},  // abolition, Guadeloupe
		{"FR", "97200", "2026-05-22", true},  // Martinique
		{"FR", "97300", "2026-06-10", true},  // Guyane
		{"FR", "97600", "2026-04-27", true},  // Mayotte
		{"FR", "97150", "2026-05-28", true},  // Saint-Martin
		{"FR", "97133", "2026-10-09", true},  // Saint-Barthélemy
		{"FR", "98800", "2026-09-24", true},  // Nouvelle-Calédonie
		{"FR", "98714", "2026-11-20", true},  // Polynésie, since 2025
		{"FR", "98714", "2024-06-29", true},  // … and before
		{"FR", "75001", "2026-12-26", false}, // Paris
		{"PT", "9000-018", "2024-04-02", false},
		{"PT", "9000-018", "2025-04-02", true},
	} {
		if _, got := place(t, tt.country, tt.code).Holiday(Must(tt.day)); got != tt.want {
			t.Errorf("%s in %s %s is a holiday: %v, want %v", tt.day, tt.country, tt.code, got, tt.want)
		}
	}
}

// Each community has twelve days a year beside its municipalities' two, one
// more where it may add one, and the autonomous cities their own.
func TestTheTableOfCommunitiesIsWhole(t *testing.T) {
	rows := 0
	seen := map[string]bool{}
	for i, line := range strings.Split(strings.TrimSpace(decrees), "\n") {
		if i == 0 {
			continue
		}
		rows++
		f := strings.Split(line, ";")
		if f[3] != "secondary" && f[3] != "verified" && f[3] != "to_confirm" || f[4] == "" || f[2] == "" {
			t.Errorf("row %d has no name, status or source: %s", i+1, line)
		}
		if seen[f[0]+f[1]] {
			t.Errorf("row %d comes twice: %s", i+1, line)
		}
		seen[f[0]+f[1]] = true
	}
	if rows < 200 {
		t.Errorf("%d rows", rows)
	}
	for province, region := range communities {
		for year := 2024; year <= LastDecreed(); year++ {
			in, ok := decreed()[decreeKey{region, year}]
			if !ok {
				t.Errorf("%s %d is not in the table", region, year)
				continue
			}
			p := place(t, "ES", province+"001")
			if year < 2027 && !p.Confirmed(year) || p.Confirmed(LastDecreed()+1) {
				t.Errorf("%s %d confirmed: %v", region, year, p.Confirmed(year))
			}
			if in.confirmed && (len(in.days) < 2 || len(in.days) > 6) {
				t.Errorf("%s %d has %d days of its own", region, year, len(in.days))
			}
		}
	}
	if !place(t, "FR", "75001").Confirmed(2040) || !place(t, "ES", "").Confirmed(2040) {
		t.Error("where no decree is needed, a year is to confirm")
	}
}

func TestASpanishSundayOfAYearToConfirmRestsTheMondayToo(t *testing.T) {
	p := place(t, "ES", "08001")
	d := Day(LastDecreed()+1, time.August, 15)
	for d.Weekday() != time.Sunday {
		d = Day(d.Year()+1, time.August, 15)
	}
	if name, ok := p.Holiday(d.AddDays(1)); !ok || !strings.Contains(name, "Asunción") {
		t.Errorf("%s is %q", d.AddDays(1), name)
	}
}

func TestYearsOutOfRangeHaveNoHolidays(t *testing.T) {
	p := place(t, "FR", "75001")
	for _, d := range []Date{Day(1899, time.December, 25), Day(2201, time.January, 1), {}} {
		if name, ok := p.Holiday(d); ok {
			t.Errorf("%s is %s", d, name)
		}
	}
	if _, ok := p.Holiday(Day(2200, time.December, 25)); !ok {
		t.Error("the last year has no Christmas")
	}
	if _, ok := p.Holiday(Day(2024, time.December, 31)); ok {
		t.Error("31 December of a leap year is a holiday")
	}
}
