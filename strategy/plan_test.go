package strategy_test

import (
	"slices"
	"testing"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/strategy"
)

// pair is one debtor with two debts, the second due some days later.
func pair(t *testing.T, second string) *strategy.Person {
	a := life{strategy: "es-business", due: "2026-10-01", opened: "2026-10-05T06:00:00Z"}.situation(t, "case-a")
	b := life{strategy: "es-business", due: second, opened: "2026-10-05T06:00:00Z"}.situation(t, "case-b")
	return person(placeOf(t, "ES", "28001", ""), a, b)
}

func TestSeveralDebtsOfOneCreditorGoOutAsOne(t *testing.T) {
	p := pair(t, "2026-09-28")
	now := at(t, "2026-10-05 08:00")
	plan := p.Plan(now)
	if !plan[0].At.Equal(plan[1].At) || plan[1].Step != "first_contact" {
		t.Fatalf("planned %s at %s and %s at %s", plan[0].Step, plan[0].At, plan[1].Step, plan[1].At)
	}
	for i := range plan { // whoever wakes first covers the other
		others, letter := p.Covers(i, plan[i], plan[i].At)
		if !slices.Equal(others, []int{1 - i}) || letter != "first_contact" {
			t.Errorf("case %d covers %v by %s", i, others, letter)
		}
	}
	perform(p, 1, plan[1], plan[1].At)
	for i, s := range p.Cases {
		if m := s.Case.Marks; len(m) != 1 || m[0].Step != "first_contact" || m[0].State != "sent" {
			t.Errorf("case %d is marked %+v", i, m)
		}
	}
	if len(p.Contacts) != 1 {
		t.Errorf("%d contacts, want one", len(p.Contacts))
	}
}

func TestTheMildestLetterCoversAll(t *testing.T) {
	p := pair(t, "2026-08-03")
	addMark(t, p, "first_contact", "email", "sent", "2026-09-01 09:00")
	p.Cases[0], p.Cases[1] = p.Cases[1], p.Cases[0] // the reminded debt stands second
	now := at(t, "2026-10-05 10:00")
	d := p.Next(1, now)
	if d.Letter != "reminder_1" {
		t.Fatalf("the older debt is at %s", d.Letter)
	}
	others, letter := p.Covers(1, d, now)
	if !slices.Equal(others, []int{0}) || letter != "first_contact" {
		t.Errorf("covers %v by %s, want the other by first_contact", others, letter)
	}
}

func TestWhatAMessageNeverCovers(t *testing.T) {
	now := at(t, "2026-10-05 10:00")
	for _, c := range []struct {
		name string
		due  string
		with func(p *strategy.Person)
	}{
		{"a debt of another creditor", "2026-09-28", func(p *strategy.Person) { p.Cases[1].Case.Creditor = "creditor-2" }},
		{"a debt under a hold", "2026-09-28", func(p *strategy.Person) {
			put(p.Cases[1].Case, now, debt.HoldPlaced{Hold: debt.Hold{ID: "h", Reason: debt.HoldPaused, Until: on("2026-10-05")}})
		}},
		{"a disputed debt", "2026-09-28", func(p *strategy.Person) {
			put(p.Cases[1].Case, now, debt.Disputed{ID: "d", Reason: "defective"})
		}},
		{"a debt that is not due yet", "2026-10-06", func(*strategy.Person) {}},
		{"a debt that is not due yet and had its courtesy", "2026-10-06", func(p *strategy.Person) {
			put(p.Cases[1].Case, now, debt.StepDone{Mark: debt.Mark{Step: "courtesy", At: now.AddDate(0, 0, -8), State: "done"}},
				debt.StageChanged{To: debt.FriendlyContact})
		}},
		{"a debt that is due for nothing this week", "2026-09-28", func(p *strategy.Person) {
			put(p.Cases[1].Case, now, debt.StepDone{Mark: debt.Mark{Step: "first_contact", At: now.AddDate(0, 0, -3), State: "done"}})
		}},
		{"a debt due for another channel", "2026-09-28", func(p *strategy.Person) { p.Cases[1].Reach = []string{"sms"} }},
		{"a debt due for its claim", "2026-07-01", func(p *strategy.Person) {
			put(p.Cases[1].Case, now, debt.StepDone{Mark: debt.Mark{Step: "last_notice", At: now.AddDate(0, 0, -20), State: "done"}})
		}},
		{"a debt that is stopped", "2026-09-28", func(p *strategy.Person) { p.Cases[1].Stopped = "case" }},
		{"a closed case", "2026-09-28", func(p *strategy.Person) { put(p.Cases[1].Case, now, debt.CaseClosed{Outcome: debt.Withdrawn}) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := pair(t, c.due)
			c.with(p)
			d := p.Next(0, now)
			if others, letter := p.Covers(0, d, now); len(others) != 0 || letter != "first_contact" {
				t.Errorf("is covered: %v by %s", others, letter)
			}
		})
	}
}

func TestPlanLetsTheEarlierContactTakeItsPlace(t *testing.T) {
	p := pair(t, "2026-09-28")
	p.Cases[1].Case.Creditor = "creditor-2"
	now := at(t, "2026-10-05 10:00")
	plan := p.Plan(now)
	first, second := calendar.DateOf(plan[0].At.In(p.Place.Zone())), calendar.DateOf(plan[1].At.In(p.Place.Zone()))
	if first != on("2026-10-05") || second != on("2026-10-13") {
		t.Errorf("contacts on %s and %s, want a week between creditors too", first, second)
	}
	if !slices.ContainsFunc(plan[1].Why, func(r strategy.Reason) bool { return r.Code == "other_case" }) {
		t.Errorf("the second does not say why it waits: %+v", plan[1].Why)
	}
	if alone := p.Next(1, now); !alone.At.Before(plan[1].At) {
		t.Errorf("alone it would go at %s", alone.At)
	}
}

func TestADebtThatGoesOutWithAnotherSaysWhatKeptItUntilThen(t *testing.T) {
	p := pair(t, "2026-09-28")
	p.Contacts = append(p.Contacts, strategy.Contact{At: at(t, "2026-10-02 12:00"), Channel: "email", Case: "case-0", Purpose: strategy.Collection})
	now := at(t, "2026-10-05 10:00")
	plan := p.Plan(now)
	if !plan[0].At.Equal(plan[1].At) || plan[1].At.Before(at(t, "2026-10-09 09:00")) {
		t.Fatalf("planned %s at %s and %s at %s", plan[0].Step, plan[0].At, plan[1].Step, plan[1].At)
	}
	for i, d := range plan {
		if !slices.ContainsFunc(d.Why, func(r strategy.Reason) bool { return r.Code == "other_case" && r.On == on("2026-10-02") }) {
			t.Errorf("case %d does not say why it waits until %s: %+v", i, d.At, d.Why)
		}
	}
}

func TestAfterAnOutageOneContactAndNoStepLost(t *testing.T) {
	p := person(placeOf(t, "ES", "28001", ""), madrid.situation(t, "case-1"))
	start := at(t, "2026-10-05 10:00")
	play(t, p, start, at(t, "2026-10-06 10:00"))
	back := at(t, "2026-11-18 11:30") // six weeks over several steps
	var steps []string
	var days []calendar.Date
	for _, d := range play(t, p, back, back.AddDate(0, 2, 0)) {
		if d.Do.Sends() {
			steps, days = append(steps, d.Step), append(days, calendar.DateOf(d.At.In(p.Place.Zone())))
		}
	}
	want := []string{"reminder_1", "reminder_2", "statement_of_account", "final_reminder", "negotiation_offer", "negotiation_second", "last_notice", "extrajudicial_claim"}
	if len(steps) < 7 || !slices.Equal(steps, want[:len(steps)]) {
		t.Errorf("goes on with %v", steps)
	}
	for i := 1; i < len(days); i++ {
		if gap := days[i-1].Days(days[i]); gap < 7 {
			t.Errorf("%s comes %d days after %s", steps[i], gap, steps[i-1])
		}
	}
	if days[0] != calendar.DateOf(back) {
		t.Errorf("it went on only on %s", days[0])
	}
}

func TestMessagesOfAPersonCountOnce(t *testing.T) {
	d := strategy.Decision{Do: strategy.OpenTask, Letter: "call", Channel: "phone", Purpose: strategy.Collection}
	if c, ok := d.Contact("case-1", at(t, "2026-10-05 10:00")); !ok || c.Channel != "phone" {
		t.Errorf("a call counts as a contact: %+v %v", c, ok)
	}
	d = strategy.Decision{Do: strategy.OpenTask, Letter: "study"}
	if c, ok := d.Contact("case-1", at(t, "2026-10-05 10:00")); ok {
		t.Errorf("a study reaches nobody: %+v", c)
	}
}

// TestADailyLimitStarvesNoDebt: of two creditors' debts one waits for its
// creditor's limit; the other, which had its turn, leaves it the next contact,
// though not for ever.
func TestADailyLimitStarvesNoDebt(t *testing.T) {
	for _, c := range []struct {
		acted string // the debt without a limit was last written about
		first int    // who of the two goes first
	}{
		{"2026-10-05 09:00", 0},
		{"2026-09-25 09:00", 1},
	} {
		p := pair(t, "2026-08-03")
		p.Cases[1].Case.Creditor = "creditor-2"
		now := at(t, "2026-10-12 09:00").AddDate(0, 0, 1) // the 12th is a holiday
		put(p.Cases[1].Case, at(t, c.acted), debt.StepDone{Mark: debt.Mark{Step: "first_contact", Channel: "email", State: "sent", At: at(t, c.acted)}})
		p.Cases[0].Full = map[string]calendar.Date{"email": calendar.DateOf(now)}
		plan := p.Plan(now)
		limited := func(r strategy.Reason) bool { return r.Code == "daily_limit" }
		if next := p.Next(0, now); !slices.ContainsFunc(next.Why, limited) || calendar.DateOf(next.At) != on("2026-10-14") {
			t.Fatalf("alone the limited debt goes at %s for %+v", next.At, next.Why)
		}
		if second := plan[1-c.first]; !second.At.After(plan[c.first].At.AddDate(0, 0, 6)) {
			t.Errorf("after %s: case %d at %s, case %d at %s", c.acted, c.first, plan[c.first].At, 1-c.first, second.At)
		}
	}
}
