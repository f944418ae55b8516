package law_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/lawtest"
	"github.com/recobro/recobro/money"
)

// ownRow is an operator's row of the Spanish rate of late payment.
func ownRow(from, to, rate string) law.RateRow {
	r := law.RateRow{Series: "es_late_payment", From: on(from), Status: law.Verified, Source: "BOE-A-2026-99999", Own: "row-" + from, Author: "key-1"}
	if to != "" {
		r.To = on(to)
	}
	var err error
	if r.Rate, err = money.ParseRate(rate); err != nil {
		panic(err)
	}
	return r
}

// withOwn is the law of a place with own rows.
func withOwn(t *testing.T, code string, rows ...law.RateRow) *law.Jurisdiction {
	t.Helper()
	all, err := law.WithOwn(lawtest.All(), rows)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != len(lawtest.All()) || all[code] == nil {
		t.Fatalf("%d places, %s is %v", len(all), code, all[code])
	}
	return all[code]
}

// told writes lines as from-to rate, with whose row it is and what is marked.
func told(lines []law.Line) string {
	var out []string
	for _, l := range lines {
		s := fmt.Sprintf("%s..%s %s", l.From, l.To, l.Rate)
		if l.Row != nil && l.Row.Author != "" {
			s += " own of " + l.Row.From.String()
		}
		if l.Missing {
			s += " missing"
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

func TestAnOwnRowHoldsAloneOnItsDaysAndTheFilesOnTheOthers(t *testing.T) {
	c := claim(law.Sale, law.Business)
	c.Due = on("2026-05-31")
	for _, tt := range []struct {
		name string
		own  []law.RateRow
		want string
	}{
		{"without own rows a half-year that nobody published is marked", nil,
			"2026-06-01..2026-06-30 10.15, 2026-07-01..2026-12-31 10.40, 2027-01-01..2027-02-28 10.40 missing"},
		{"a row after the file takes the mark away", []law.RateRow{ownRow("2027-01-01", "2027-06-30", "10.65")},
			"2026-06-01..2026-06-30 10.15, 2026-07-01..2026-12-31 10.40, 2027-01-01..2027-02-28 10.65 own of 2027-01-01"},
		{"a row for the same days takes the place of the file's", []law.RateRow{ownRow("2026-07-01", "2026-12-31", "10.50")},
			"2026-06-01..2026-06-30 10.15, 2026-07-01..2026-12-31 10.50 own of 2026-07-01, 2027-01-01..2027-02-28 10.50 own of 2026-07-01 missing"},
		{"a row inside one of the file leaves its other days", []law.RateRow{ownRow("2026-08-01", "2026-08-31", "11")},
			"2026-06-01..2026-06-30 10.15, 2026-07-01..2026-07-31 10.40, 2026-08-01..2026-08-31 11.00 own of 2026-08-01, " +
				"2026-09-01..2026-12-31 10.40, 2027-01-01..2027-02-28 10.40 missing"},
		{"a row across two of the file cuts both", []law.RateRow{ownRow("2026-06-16", "2026-07-15", "9")},
			"2026-06-01..2026-06-15 10.15, 2026-06-16..2026-07-15 9.00 own of 2026-06-16, 2026-07-16..2026-12-31 10.40, 2027-01-01..2027-02-28 10.40 missing"},
		{"two rows within one of the file, in any order", []law.RateRow{ownRow("2026-11-01", "2026-11-30", "12"), ownRow("2026-08-01", "2026-08-31", "11")},
			"2026-06-01..2026-06-30 10.15, 2026-07-01..2026-07-31 10.40, 2026-08-01..2026-08-31 11.00 own of 2026-08-01, 2026-09-01..2026-10-31 10.40, " +
				"2026-11-01..2026-11-30 12.00 own of 2026-11-01, 2026-12-01..2026-12-31 10.40, 2027-01-01..2027-02-28 10.40 missing"},
		{"under a release with fewer rows of its own, the days between are without a rate", []law.RateRow{ownRow("2027-02-01", "2027-06-30", "10.65")},
			"2026-06-01..2026-06-30 10.15, 2026-07-01..2026-12-31 10.40, 2027-01-01..2027-01-31 10.40 missing, 2027-02-01..2027-02-28 10.65 own of 2027-02-01"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, code := range []string{"ES", "ES-CT"} { // one series for both
				j := withOwn(t, code, tt.own...)
				if got := told(j.Accrue(j.InterestTerms(c), money.EUR(1000_00), on("2026-06-01"), on("2027-02-28"))); got != tt.want {
					t.Errorf("%s:\n%s\nwant\n%s", code, got, tt.want)
				}
			}
		})
	}
	if got := told(place(t, "ES").Accrue(place(t, "ES").InterestTerms(c), money.EUR(1000_00), on("2027-01-01"), on("2027-01-31"))); !strings.Contains(got, "missing") {
		t.Errorf("the shipped tables were changed: %s", got)
	}
}

func TestALineSaysWhichRowItUsedAndWhatToLookFor(t *testing.T) {
	own := ownRow("2027-01-01", "2027-06-30", "10.65")
	own.Status = law.Secondary
	j := withOwn(t, "ES", own)
	c := claim(law.Sale, law.Business)
	c.Due = on("2026-12-30")
	lines := j.Accrue(j.InterestTerms(c), money.EUR(1000_00), on("2026-12-31"), on("2027-07-31"))
	if len(lines) != 3 {
		t.Fatalf("%d lines", len(lines))
	}
	shipped, mine, missing := lines[0], lines[1], lines[2]
	if shipped.Row.Series != "es_late_payment" || shipped.Row.From != on("2026-07-01") || shipped.Row.Author != "" || !strings.Contains(shipped.Row.Source, "boe.es") {
		t.Errorf("shipped: %+v", shipped.Row)
	}
	if *mine.Row != own || mine.Status != law.Secondary || mine.Notice != "" {
		t.Errorf("own: %+v, %s", mine.Row, mine.Status)
	}
	if !missing.Missing || *missing.Row != own || missing.Status != law.ToConfirm || !strings.Contains(missing.Notice, "Tesoro") {
		t.Errorf("missing: %+v %+v", missing, missing.Row)
	}
	rate := money.Rate(12_000_000)
	c.ContractRate = &rate
	if l := j.Accrue(j.InterestTerms(c), money.EUR(1000_00), on("2027-01-01"), on("2027-01-31")); len(l) != 1 || l[0].Row != nil {
		t.Errorf("an agreed rate names a row: %+v", l)
	}
}

func TestARateThatStaysForGoodKeepsTheStatusOfItsRow(t *testing.T) {
	own := ownRow("2026-06-17", "2026-09-15", "2.50")
	own.Series, own.Status = "ecb_mro", law.ToConfirm
	for _, tt := range []struct {
		j      *law.Jurisdiction
		want   string
		status law.Status
	}{{place(t, "FR"), "10.40", law.Secondary}, {withOwn(t, "FR", own), "10.50", law.ToConfirm}} {
		c := claim(law.Sale, law.Public)
		c.Due = on("2026-07-31")
		l := tt.j.Accrue(tt.j.InterestTerms(c), money.EUR(1000_00), on("2026-08-01"), on("2026-12-31"))
		if len(l) != 1 || l[0].Rate.String() != tt.want || l[0].Status != tt.status || l[0].Row.Series != "ecb_mro" {
			t.Errorf("%+v, want %s", l, tt.want)
		}
	}
}

func TestARowThatMayNotStandIsRefusedByFieldAndRule(t *testing.T) {
	standing := []law.RateRow{ownRow("2027-01-01", "2027-06-30", "10.65")}
	civil := func(from, to string) law.RateRow {
		r := ownRow(from, to, "3")
		r.Series = "pt_civil"
		return r
	}
	change := func(r law.RateRow, how func(*law.RateRow)) law.RateRow { how(&r); return r }
	good := ownRow("2027-07-01", "2027-12-31", "10.65")
	for _, tt := range []struct {
		name string
		row  law.RateRow
		want string
	}{
		{"the next half-year", good, ""},
		{"a past half-year of the file", ownRow("2025-01-01", "2025-06-30", "11.15"), ""},
		{"before the file's first row, next to it", ownRow("2005-07-01", "2005-12-31", "9"), ""},
		{"nothing at all", ownRow("2027-07-01", "2027-12-31", "0"), ""},
		{"a rate that goes on until it is changed", civil("2028-01-01", ""), ""},
		{"some days of such a rate", civil("2028-01-01", "2028-12-31"), ""},
		{"no such series", change(good, func(r *law.RateRow) { r.Series = "es_moratorio" }), "series series_unknown"},
		{"no source", change(good, func(r *law.RateRow) { r.Source = "" }), "source missing"},
		{"no such status", change(good, func(r *law.RateRow) { r.Status = "sure" }), "status not_one_of"},
		{"a slip of the decimal point", ownRow("2027-07-01", "2027-12-31", "106.5"), "rate rate_range"},
		{"below nothing", change(good, func(r *law.RateRow) { r.Rate = -1 }), "rate rate_range"},
		{"no first day", change(good, func(r *law.RateRow) { r.From = calendar.Date{} }), "from missing"},
		{"before 1990", ownRow("1989-12-31", "1990-01-31", "10"), "from day_range"},
		{"after 2100", ownRow("2100-12-01", "2101-01-31", "10"), "to day_range"},
		{"the wrong way round", ownRow("2027-12-31", "2027-07-01", "10"), "to ends_before_it_begins"},
		{"without an end, for a rate of half a year", ownRow("2027-07-01", "", "10"), "to missing"},
		{"for a whole year, for a rate of half a year", ownRow("2027-07-01", "2028-06-30", "10"), "to row_too_long"},
		{"on a day of another own row", ownRow("2027-06-30", "2027-12-29", "10"), "from overlaps_own_row"},
		{"a day after the last that is known", ownRow("2027-07-02", "2027-12-31", "10"), "from gap"},
		{"long before the first that is known", ownRow("2005-01-01", "2005-06-30", "10"), "from gap"},
		{"several at once", change(good, func(r *law.RateRow) { r.Source, r.Rate = "", 40*money.Percent }), "source missing, rate rate_range"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range law.CheckOwn(lawtest.All(), standing, tt.row, true) {
				got = append(got, f.Field+" "+f.Rule)
				if !strings.HasPrefix(f.Error(), f.Field) || len(f.Detail) < len(f.Field)+8 {
					t.Errorf("%q does not say what is wrong with %s", f.Detail, f.Field)
				}
			}
			if s := strings.Join(got, ", "); s != tt.want {
				t.Errorf("%q, want %q", s, tt.want)
			}
		})
	}
}

func TestAnOwnRowIsNotTakenAwayFromBeforeAnother(t *testing.T) {
	first, second := ownRow("2027-01-01", "2027-06-30", "10.65"), ownRow("2027-07-01", "2027-12-31", "10.40")
	over := ownRow("2026-07-01", "2026-12-31", "10.50")
	for _, tt := range []struct {
		name string
		left []law.RateRow
		want int
	}{
		{"the first of two goes", []law.RateRow{second, over}, 1},
		{"the second goes", []law.RateRow{first, over}, 0},
		{"one over the file's goes", []law.RateRow{first, second}, 0},
	} {
		if got := law.CheckWithout(lawtest.All(), tt.left, "es_late_payment"); len(got) != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestRowsThatCannotStandTogetherAreNotCalculatedWith(t *testing.T) {
	none := ownRow("2027-01-01", "2027-06-30", "10")
	none.Source = ""
	for name, rows := range map[string][]law.RateRow{
		"two of one day": {ownRow("2027-01-01", "2027-06-30", "10"), ownRow("2027-06-30", "2027-12-29", "11")},
		"no source":      {none},
	} {
		if _, err := law.WithOwn(lawtest.All(), rows); err == nil || !strings.Contains(err.Error(), "es_late_payment") {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := ownRow("2027-01-01", "2027-06-30", "10")
	other.Series = "de_basiszins"
	if _, err := law.WithOwn(lawtest.All(), []law.RateRow{other}); err != nil {
		t.Errorf("a row of a series that this release does not have: %v", err)
	}
}

func TestASeriesTellsWhichOfItsRowsAreOverridden(t *testing.T) {
	j := withOwn(t, "ES", ownRow("2026-07-01", "2026-12-31", "10.50"), ownRow("2026-02-01", "2026-02-28", "10"), ownRow("2027-01-01", "2027-06-30", "10.65"))
	s, _ := j.Table("es_late_payment")
	rows, how, err := s.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]law.Override{"2026-07-01": law.Wholly, "2026-01-01": law.Partly}
	for i, r := range rows {
		if w, ok := want[r.From.String()]; ok && how[i] != w || !ok && how[i] != law.NotAtAll || r.Author != "" {
			t.Errorf("%s: %s", r.From, how[i])
		}
	}
	if last := s.Last(); last != on("2027-06-30") || len(rows) < 40 {
		t.Errorf("%d rows, up to %s", len(rows), last)
	}
	gap, _ := withOwn(t, "ES", ownRow("2027-02-01", "2027-06-30", "10")).Table("es_late_payment")
	if last := gap.Last(); last != on("2026-12-31") {
		t.Errorf("with a gap: up to %s", last)
	}
}

func TestARateThatIsNothingOrFarOffIsAskedForAgain(t *testing.T) {
	standing := []law.RateRow{ownRow("2027-01-01", "2027-06-30", "10.65")}
	for _, tt := range []struct {
		name, from, to, rate string
		odd                  bool
	}{
		{"nothing, over a shipped row", "2026-07-01", "2026-12-31", "0", true},
		{"nothing, after the last one", "2027-07-01", "2027-12-31", "0", true},
		{"a slip of the decimal point, over a shipped row", "2026-07-01", "2026-12-31", "1.04", true},
		{"six points above an own row that it follows", "2027-07-01", "2027-12-31", "16.65", true},
		{"far from one of the two rows that it covers", "2022-12-01", "2023-01-31", "13.25", true},
		{"far from the first row of all, before it", "2005-07-01", "2005-12-31", "15", true},
		{"five points off", "2027-07-01", "2027-12-31", "15.65", false},
		{"as the last one", "2027-07-01", "2027-12-31", "10.65", false},
		{"over a shipped row, half a point off", "2026-07-01", "2026-12-31", "10.90", false},
	} {
		row := ownRow(tt.from, tt.to, tt.rate)
		got := law.CheckOwn(lawtest.All(), standing, row, false)
		if odd := len(got) == 1 && got[0].Field == "rate" && got[0].Rule == "rate_unusual" && strings.Contains(got[0].Detail, "confirmed: true"); odd != tt.odd || !tt.odd && len(got) != 0 {
			t.Errorf("%s: %v", tt.name, got)
		}
		if got := law.CheckOwn(lawtest.All(), standing, row, true); len(got) != 0 {
			t.Errorf("%s, confirmed: %v", tt.name, got)
		}
	}
}
