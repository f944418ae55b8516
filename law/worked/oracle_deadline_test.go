package worked_test

import (
	"slices"
	"strconv"
	"testing"
	"time"
)

// restES: national holidays that fall on these days whatever the weekday; the
// records keep away from those that regions move.
func restES(d time.Time) bool {
	switch d.Format("01-02") {
	case "01-01", "01-06", "05-01", "08-15", "10-12", "11-01", "12-06", "12-08", "12-25":
		return true
	}
	return d.Equal(next(easterOf(d.Year()), -2))
}

// restFR: art. L3133-1 of the Code du travail.
func restFR(d time.Time) bool {
	switch d.Format("01-02") {
	case "01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25":
		return true
	}
	e := easterOf(d.Year())
	return d.Equal(next(e, 1)) || d.Equal(next(e, 39)) || d.Equal(next(e, 50))
}

// sits: whether a court of the country sits on d; away are its holidays.
func sits(country string, d time.Time, away []string) bool {
	if d.Weekday() == time.Saturday || d.Weekday() == time.Sunday || slices.Contains(away, shown(d)) {
		return false
	}
	day := d.Format("01-02")
	switch country {
	case "ES": // art. 130.2 LEC
		return !restES(d) && d.Month() != time.August && day < "12-24" && day > "01-06"
	case "FR":
		return !restFR(d)
	}
	return !holidayPT(d) && !recessPT(d)
}

// recessPT: art. 28 Lei 62/2013, without the days around Easter.
func recessPT(d time.Time) bool {
	day := d.Format("01-02")
	return day >= "07-16" && day <= "08-31" || day >= "12-22" || day <= "01-03"
}

// confirmDeadline: arts. 130, 133 and 135.5 LEC, 641 and 642 CPC (FR), 138 CPC (PT).
func confirmDeadline(t *testing.T, r map[string]any) {
	country := word(r, "jurisdiction")[:2]
	var away []string
	for _, x := range asList(r["local_holidays"]) {
		s, _ := x.(string)
		away = append(away, s)
	}
	d := on(word(r, "notice"))
	if n, _ := strconv.Atoi(word(r, "months")); n > 0 {
		d = monthsOn(d, n)
	}
	for n, _ := strconv.Atoi(word(r, "days")); n > 0; {
		d = next(d, 1)
		if country == "FR" || country == "PT" && !recessPT(d) || country == "ES" && sits(country, d, away) {
			n--
		}
	}
	last, moved := d, "false"
	for ; !sits(country, last, away); last = next(last, 1) {
		moved = "true"
	}
	got := map[string]string{"last_day": shown(last), "moved": moved, "lodge_until": "", "lodge_hour": ""}
	if country == "ES" {
		writ := next(last, 1)
		for ; !sits(country, writ, away); writ = next(writ, 1) {
		}
		got["lodge_until"], got["lodge_hour"] = shown(writ), "15"
	}
	got["ask_person"] = "false"
	for x := next(on(word(r, "notice")), 1); country == "PT" && !x.After(last); x = next(x, 1) { // art. 28: Palm Sunday to Easter Monday
		if e := easterOf(x.Year()); !x.Before(next(e, -7)) && !x.After(next(e, 1)) {
			got["ask_person"] = "true"
		}
	}
	confirm(t, expected(r), got)
}

func asList(v any) []any { l, _ := v.([]any); return l }
