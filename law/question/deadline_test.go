package question_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/law/question"
)

func TestADeadlineSaysHowItWasCounted(t *testing.T) {
	day := calendar.Must
	spain, france, portugal := question.Place{Country: "ES"}, question.Place{Country: "FR"}, question.Place{Country: "PT"}
	for _, c := range []struct {
		name  string
		q     question.Deadline
		last  string
		lodge string
		steps string // that are among the arithmetic
	}{
		{"working days", question.Deadline{Place: spain, Notice: day("2026-06-01"), Days: 20}, "2026-06-29", "2026-06-30",
			"2026-06-01 is not counted; + 20 days, working days alone, none of a recess = 2026-06-29 (Ley 1/2000 art. 133)"},
		{"a town's holiday that is given", question.Deadline{Place: spain, PostalCode: "28001", Notice: day("2026-05-11"), Days: 5, LocalHolidays: []calendar.Date{day("2026-05-15")}},
			"2026-05-19", "2026-05-20", "until 15:00 of 2026-05-20 (Ley 1/2000 art. 135.5)"},
		{"a month that ends on a Saturday", question.Deadline{Place: spain, Notice: day("2026-01-28"), Months: 1}, "2026-03-02", "2026-03-03",
			"+ 1 month, from date to date = 2026-02-28 (Ley 1/2000 art. 133)"},
		{"every day counts in France", question.Deadline{Place: france, Notice: day("2026-03-10"), Days: 30}, "2026-04-09", "", "every day counts = 2026-04-09"},
		{"a last day that is a Sunday", question.Deadline{Place: portugal, Notice: day("2026-12-10"), Days: 10}, "2026-12-21", "",
			"every day counts, none of a recess = 2026-12-20 (Código de Processo Civil (PT) art. 138)\n2026-12-20 is a day without court time: the last day moves to 2026-12-21"},
		{"a recess stands still in Portugal", question.Deadline{Place: portugal, Notice: day("2026-07-10"), Days: 15}, "2026-09-10", "", "every day counts, none of a recess = 2026-09-10"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := c.q.Answer(countries.For, "en")
			if err != nil {
				t.Fatal(err)
			}
			if a.LastDay.String() != c.last || a.LodgeUntil.String() != c.lodge || len(a.FlagsInWords) != len(a.Flags) {
				t.Errorf("%+v, want %s and %q", a, c.last, c.lodge)
			}
			if !strings.Contains(strings.Join(a.Arithmetic, "\n"), c.steps) {
				t.Errorf("%q lacks %q", a.Arithmetic, c.steps)
			}
		})
	}
}

func TestADeadlineNamesARecessThatItRestsOn(t *testing.T) {
	for notice, want := range map[string]string{"2026-06-01": "", "2026-07-24": "the recess from 1 August to 31 August", "2026-12-17": "the recess from 24 December to 6 January"} {
		a, err := question.Deadline{Place: question.Place{Country: "ES"}, Notice: calendar.Must(notice), Days: 5}.Answer(countries.For, "en")
		said := strings.Join(a.ToConfirm, "\n")
		if err != nil || strings.Contains(said, "recess") != (want != "") || !strings.Contains(said, want) {
			t.Errorf("%s: %v %q, want %q", notice, err, said, want)
		}
	}
}

// Easter of 2026 is on 5 April: the holidays last from 29 March to 6 April.
func TestTheEasterHolidaysOfPortugalAskAPersonAboutADeadlineThatTouchesThem(t *testing.T) {
	for _, c := range []struct {
		notice string
		days   int
		asks   bool
	}{{"2026-12-10", 10, false}, {"2026-03-17", 10, false}, {"2026-03-18", 10, true}, {"2026-03-10", 60, true}, {"2026-04-05", 10, true}, {"2026-04-06", 10, false}, {"2026-12-10", 200, true}} {
		a, err := question.Deadline{Place: question.Place{Country: "PT"}, Notice: calendar.Must(c.notice), Days: c.days}.Answer(countries.For, "en")
		if err != nil || a.AskPerson != c.asks || slices.Contains(a.Flags, "easter_recess_to_confirm") != c.asks {
			t.Errorf("%s + %d days: %+v, %v", c.notice, c.days, a.Deadline, err)
		}
	}
}

func TestADeadlineThatCannotBeCountedNamesItsField(t *testing.T) {
	good := question.Deadline{Place: question.Place{Country: "ES"}, Notice: calendar.Must("2026-06-01"), Days: 20}
	for name, c := range map[string]struct {
		change      func(*question.Deadline)
		field, code string
	}{
		"no notice":      {func(q *question.Deadline) { q.Notice = calendar.Date{} }, "notice_on", "missing"},
		"no length":      {func(q *question.Deadline) { q.Days = 0 }, "days", "days_or_months"},
		"two lengths":    {func(q *question.Deadline) { q.Months = 1 }, "days", "days_or_months"},
		"too long":       {func(q *question.Deadline) { q.Days = 1001 }, "days", "range"},
		"below nothing":  {func(q *question.Deadline) { q.Days, q.Months = 0, -1 }, "months", "range"},
		"no such place":  {func(q *question.Deadline) { q.Country = "IT" }, "country", "country_unknown"},
		"a year of them": {func(q *question.Deadline) { q.LocalHolidays = make([]calendar.Date, 101) }, "local_holidays", "range"},
	} {
		q := good
		c.change(&q)
		_, err := q.Answer(countries.For, "en")
		var f question.Faults
		if !errors.As(err, &f) || !slices.ContainsFunc(f, func(x question.Fault) bool { return x.Field == c.field && x.Code == c.code }) {
			t.Errorf("%s: %v, want %s of %s", name, err, c.code, c.field)
		}
	}
}
