package law_test

import (
	"strings"
	"testing"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
)

func TestPeriodsBeforeACourt(t *testing.T) {
	for _, tt := range []struct {
		name, country, code, zone, notice string
		days, months                      int
		last                              string
		moved                             bool
	}{
		{"ES 133: the twenty days of a monitorio skip weekends", "ES", "28001", "Europe/Madrid", "2026-06-01", 20, 0, "2026-06-29", false},
		{"ES 130: and August", "ES", "28001", "Europe/Madrid", "2026-07-30", 2, 0, "2026-09-01", false},
		{"ES 130: and the days from 24 December to 6 January", "ES", "28001", "Europe/Madrid", "2026-12-22", 2, 0, "2027-01-07", false},
		{"ES 133: a month ends on the same day", "ES", "28001", "Europe/Madrid", "2026-02-10", 0, 1, "2026-03-10", false},
		{"ES 133.4: a month that ends on a Saturday, on Monday", "ES", "28001", "Europe/Madrid", "2026-01-28", 0, 1, "2026-03-02", true},
		{"ES: a month that ends in August, in September", "ES", "28001", "Europe/Madrid", "2026-07-10", 0, 1, "2026-09-01", true},
		{"FR 641: a month from the service of an order", "FR", "75001", "Europe/Paris", "2026-03-10", 0, 1, "2026-04-10", false},
		{"FR 642: not on a Saturday, Sunday or holiday", "FR", "75001", "Europe/Paris", "2026-04-11", 0, 1, "2026-05-11", false},
		{"FR 642: fifteen days that end on Ascension Day", "FR", "75001", "Europe/Paris", "2026-04-29", 15, 0, "2026-05-15", true},
		{"PT 138: the fifteen days of an injunção count every day", "PT", "1000-001", "Europe/Lisbon", "2026-05-04", 15, 0, "2026-05-19", false},
		{"PT 138: but not those of the courts' summer", "PT", "1000-001", "Europe/Lisbon", "2026-07-10", 15, 0, "2026-09-10", false},
		{"PT 138: a last Sunday moves to Monday", "PT", "1000-001", "Europe/Lisbon", "2026-05-02", 15, 0, "2026-05-18", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			at, err := calendar.PlaceOf(tt.country, tt.code, tt.zone)
			if err != nil {
				t.Fatal(err)
			}
			j := place(t, tt.country)
			got := j.CourtDays(on(tt.notice), tt.days, at)
			if tt.months > 0 {
				got = j.CourtMonths(on(tt.notice), tt.months, at)
			}
			if got.LastDay != on(tt.last) || got.Moved != tt.moved || got.Article == "" || got.AskPerson {
				t.Errorf("%+v, want %s, moved %t", got, tt.last, tt.moved)
			}
		})
	}
	for _, j := range countries.All() {
		sourced(t, j, "court time", j.CourtTime.Source, j.CourtTime.Status)
		for _, r := range j.CourtTime.Recess {
			sourced(t, j, "recess", r.Source, r.Status)
		}
	}
}

func TestAWritMayComeOnTheNextDayOfCourtTimeInSpain(t *testing.T) {
	madrid, err := calendar.PlaceOf("ES", "28001", "")
	if err != nil {
		t.Fatal(err)
	}
	isidro := madrid.WithLocal(on("2026-05-15"))
	for _, tt := range []struct {
		name   string
		at     calendar.Place
		notice string
		days   int
		last   string
		lodge  string
	}{
		{"the next working day", madrid, "2026-06-19", 5, "2026-06-26", "2026-06-29"},
		{"not in August", madrid, "2026-07-24", 5, "2026-07-31", "2026-09-01"},
		{"a local holiday that nobody gave is a working day", madrid, "2026-05-07", 5, "2026-05-14", "2026-05-15"},
		{"a local holiday that was given is none", isidro, "2026-05-07", 5, "2026-05-14", "2026-05-18"},
		{"a local holiday within the period", isidro, "2026-05-11", 5, "2026-05-19", "2026-05-20"},
	} {
		got := place(t, "ES").CourtDays(on(tt.notice), tt.days, tt.at)
		if got.LastDay != on(tt.last) || got.LodgeUntil != on(tt.lodge) || got.LodgeHour != 15 || !strings.Contains(strings.Join(got.Flags, " "), "es_lec_135_5") {
			t.Errorf("%s: %+v, want %s and %s", tt.name, got, tt.last, tt.lodge)
		}
	}
	for _, code := range []string{"FR", "PT"} {
		if got := place(t, code).CourtDays(on("2026-06-01"), 5, place(t, code).CourtTime.Home); !got.LodgeUntil.IsZero() {
			t.Errorf("%s: %+v", code, got)
		}
	}
	lodging := place(t, "ES").CourtTime.Lodging
	sourced(t, place(t, "ES"), lodging.Code, lodging.Source, lodging.Status)
}

func TestOnlyAWritToACourtHasTheHoursOfTheNextWorkingDay(t *testing.T) {
	c := claim(law.Sale, law.Consumer)
	c.Due = on("2023-06-05") // three years end on Friday 5 June 2026
	for act, want := range map[law.Act]string{
		{Type: "court_claim", Date: on("2026-06-08")}:            "es_lec_135_5",
		{Type: "payment_order_petition", Date: on("2026-06-06")}: "es_lec_135_5",
		{Type: "court_claim", Date: on("2026-06-09")}:            "",
		{Type: "burofax_received", Date: on("2026-06-08")}:       "",
		{Type: "acknowledgment", Date: on("2026-06-08")}:         "possible_waiver_art_1935",
	} {
		k := place(t, "ES").Limitation(c, []law.Act{act})
		if e := k.Acts[0]; e.Effect != law.Late || e.Flag != want || k.LastDay != on("2026-06-05") || k.AskPerson != (want != "") {
			t.Errorf("%s on %s: %s %q, until %s", act.Type, act.Date, e.Effect, e.Flag, k.LastDay)
		}
	}
}

func TestSuspensionsToConfirmCountOnceConfirmed(t *testing.T) {
	pt := place(t, "PT")
	both, ok := pt.WithSuspensions("pt_covid_2020", "pt_covid_2021")
	if !ok {
		t.Fatal("no such suspension")
	}
	before, _ := pt.ClockFor("pt_cc_310", on("2019-05-06"), nil)
	after, _ := both.ClockFor("pt_cc_310", on("2019-05-06"), nil)
	// 2024-05-06 and 86 + 74 days are 2024-10-13, a Sunday.
	if before.LastDay != on("2024-05-06") || after.LastDay != on("2024-10-14") || strings.Contains(strings.Join(after.Flags, " "), "covid") {
		t.Errorf("until %s, confirmed until %s %v", before.LastDay, after.LastDay, after.Flags)
	}
	if again, _ := pt.ClockFor("pt_cc_310", on("2019-05-06"), nil); again.LastDay != before.LastDay {
		t.Error("the shared tables were changed")
	}
	if _, ok := pt.WithSuspensions("es_covid"); ok {
		t.Error("a suspension of another place was taken")
	}
	if on := law.InWords("pt_covid_2020", "en"); !strings.Contains(on, "86 days") {
		t.Error(on)
	}
}

func TestAFrenchActThatTheEmergencyDelayedIsForAPerson(t *testing.T) {
	fr := place(t, "FR")
	sourced(t, fr, fr.Grace.Code, fr.Grace.Source, fr.Grace.Status)
	for _, tt := range []struct {
		name, anchor, act string
		flag, waiver      bool
	}{
		{"the last day fell in it, and the act in the two months after", "2015-04-01", "2020-08-23", true, false},
		{"the act came after them", "2015-04-01", "2020-08-24", true, true},
		{"the last day fell before it", "2015-03-11", "2020-05-01", false, true},
		{"the last day fell after it", "2015-06-24", "2020-06-25", false, true},
	} {
		k, _ := fr.ClockFor("fr_cc_2224", on(tt.anchor), []law.Act{{Type: "part_payment", Date: on(tt.act)}})
		flagged := strings.Contains(strings.Join(k.Flags, " "), "fr_covid_2020")
		e := k.Acts[0]
		if e.Effect != law.Late || !k.AskPerson || flagged != tt.flag || (e.Flag == "possible_waiver_art_2251") != tt.waiver {
			t.Errorf("%s: %s %q, flags %v", tt.name, e.Effect, e.Flag, k.Flags)
		}
	}
}
