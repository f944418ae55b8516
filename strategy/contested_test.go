package strategy_test

import (
	"slices"
	"testing"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/strategy"
)

// did lists what a case is forecast to do in so many days, by its letters or steps.
func forecastOf(t *testing.T, p *strategy.Person, from string, days int) (out []string) {
	t.Helper()
	now := at(t, from)
	for _, d := range p.Forecast(0, now, now.AddDate(0, 0, days)) {
		what := d.Letter
		if what == "" {
			what = string(d.Do)
		}
		out = append(out, what)
	}
	return out
}

func TestWhoSaysToHavePaidIsAskedForProofAndWhoIsAnsweredIsTold(t *testing.T) {
	p := person(placeOf(t, "ES", "28001", ""), madrid.situation(t, "case-1"))
	tell(t, p, 0, at(t, "2026-10-05 10:00"), debt.Disputed{ID: "d-1", Reason: debt.AlreadyPaid})
	got := forecastOf(t, p, "2026-10-05 10:00", 60)
	if len(got) < 3 || got[0] != "dispute_proof" || got[1] != "dispute_overdue" || got[2] != "dispute_overdue" {
		t.Fatalf("forecast %v", got)
	}
	tell(t, p, 0, at(t, "2026-10-06 10:00"), debt.DisputeResolved{Dispute: "d-1", State: debt.DisputeCompromise, Agreed: money.EUR(400_00)})
	if got := forecastOf(t, p, "2026-10-06 10:00", 20); len(got) < 2 || got[0] != "dispute_answer" || slices.Contains(got, "dispute_overdue") {
		t.Errorf("answered, forecast %v", got)
	}
	p.Cases[0].Reach = nil
	if d := p.Next(0, at(t, "2026-10-06 10:00")); d.Do != strategy.OpenTask || d.Letter != "dispute_answer" {
		t.Errorf("who cannot be written to is told by %+v", d)
	}
}

func TestADisputeThatNobodyAnsweredIsASupervisors(t *testing.T) {
	p := person(placeOf(t, "ES", "28001", ""), madrid.situation(t, "case-1"))
	tell(t, p, 0, at(t, "2026-10-05 10:00"), debt.Disputed{ID: "d-1", Reason: "defective"})
	if from := p.Cases[0].Case.Disputes[0].AnswerFrom; from != debt.Creditor {
		t.Fatalf("%s answers what was delivered", from)
	}
	play(t, p, at(t, "2026-10-05 10:00"), at(t, "2026-11-30 10:00"))
	if from := p.Cases[0].Case.Disputes[0].AnswerFrom; from != debt.Supervisor {
		t.Errorf("%s still answers", from)
	}
}

const gentle = `
name: gentle
version: 1
country: ES
debtor: business
contact: {days: [mon, tue, wed, thu, fri], hours: ["09:00-20:00"], gap_days: 21, message_max: 1, message_days: 21, calls_max: 1, calls_days: 21}
steps:
  - {name: gentle, stage: negotiation, offset: 1, letter: reminder_1, channels: [email]}
  - {name: claim, stage: extrajudicial_claim, offset: 200, act: claim, letter: extrajudicial_claim, channels: [email]}
  - {name: handoff, stage: legal_handoff, offset: 300, act: handoff}
promises: {max_days: 60}
disputes: {answer_days: 14}
guard: {days: 90}
handoff: {accept_days: 10}
control_days: 60
`

func TestInHardshipACaseIsOnItsOwnStrategyAndGoesBack(t *testing.T) {
	soft, err := strategy.Parse([]byte(gentle))
	if err != nil {
		t.Fatal(err)
	}
	p := person(placeOf(t, "ES", "28001", ""), madrid.situation(t, "case-1"))
	s := &p.Cases[0]
	s.Back = s.Strategy
	put(s.Case, at(t, "2026-10-05 09:30"), debt.HoldPlaced{Hold: debt.Hold{ID: "h-1", Reason: debt.HoldHardship, Until: on("2026-11-03"),
		Strategy: soft.Ref(), Back: s.Case.Strategy}})
	if s.Case.Strategy != "gentle@1" {
		t.Fatalf("the case is on %s", s.Case.Strategy)
	}
	s.Strategy = soft
	var steps []string
	for _, d := range p.Forecast(0, at(t, "2026-10-05 10:00"), at(t, "2026-12-05 10:00")) {
		if d.Step != "" {
			steps = append(steps, d.Step)
		} else {
			steps = append(steps, string(d.Do))
		}
	}
	if len(steps) < 3 || steps[0] != "gentle" || steps[1] != "EndHold" || slices.Contains(steps[2:], "gentle") || steps[2] == "claim" {
		t.Errorf("it does %v", steps)
	}
	if s.Case.Strategy != "gentle@1" {
		t.Error("a forecast moved the case")
	}
}

func TestFaultsAreWhatThePlanDoesNotComeBefore(t *testing.T) {
	now := at(t, "2026-10-05 10:00")
	for _, x := range []struct {
		name string
		with func(*strategy.Person)
		d    strategy.Decision
		want string
	}{
		{"nothing is off while the next act comes in time", func(*strategy.Person) {}, strategy.Decision{Do: strategy.SendEmail, At: now}, ""},
		{"a hold without an end", func(p *strategy.Person) {
			put(p.Cases[0].Case, now, debt.HoldPlaced{Hold: debt.Hold{ID: "h", Reason: debt.HoldPaused}})
		}, strategy.Decision{Do: strategy.EndHold, At: now}, strategy.HoldOver},
		{"a hold that ends before anything looks at it", func(p *strategy.Person) {
			put(p.Cases[0].Case, now, debt.HoldPlaced{Hold: debt.Hold{ID: "h", Reason: debt.HoldPaused, Until: on("2026-10-10")}})
		}, strategy.Decision{Do: strategy.Control, At: now.AddDate(0, 1, 0)}, strategy.HoldOver},
		{"a promise that nothing follows", func(p *strategy.Person) {
			put(p.Cases[0].Case, now, debt.PromiseMade{ID: "p", Amount: money.EUR(1), PayBy: on("2026-10-10"), GraceEnd: on("2026-10-13")})
		}, strategy.Decision{Do: strategy.SendEmail, At: now.AddDate(0, 1, 0)}, strategy.PromiseOverdue},
		{"a firm that nobody asks again", func(p *strategy.Person) {
			put(p.Cases[0].Case, now, debt.HandoffOffered{Handoff: debt.Handoff{ID: "x", Until: on("2026-10-10")}})
		}, strategy.Decision{Do: strategy.SendEmail, At: now.AddDate(0, 1, 0)}, strategy.HandoffOverdue},
		{"a control that is planned too late", func(*strategy.Person) {}, strategy.Decision{Do: strategy.SendEmail, At: now.AddDate(1, 0, 0)}, strategy.ControlOverdue},
		{"a debtor whom nothing reaches", func(p *strategy.Person) { p.Cases[0].Reach = nil }, strategy.Decision{Do: strategy.OpenTask, At: now}, strategy.NoContactPoint},
		{"nothing but controls to come", func(*strategy.Person) {}, strategy.Decision{Do: strategy.Control, At: now}, strategy.NoNextAction},
	} {
		t.Run(x.name, func(t *testing.T) {
			p := person(placeOf(t, "ES", "28001", ""), madrid.situation(t, "case-1"))
			x.with(p)
			got := p.Faults(0, x.d, now)
			if x.want == "" && len(got) > 0 || x.want != "" && (len(got) != 1 || got[0].Rule != x.want || got[0].From.IsZero()) {
				t.Errorf("found %+v, want %q", got, x.want)
			}
		})
	}
}

func TestWhatIsOffIsSaidInEveryLanguage(t *testing.T) {
	for _, rule := range strategy.Rules {
		for _, lang := range []string{"es", "fr", "pt", "en"} {
			if said := strategy.FaultWords(rule, on("2026-10-05"), lang); said == rule || said == "" {
				t.Errorf("%s is not said in %s", rule, lang)
			}
			if strategy.FaultAdvice(rule, lang) == "" {
				t.Errorf("%s has no advice in %s", rule, lang)
			}
		}
	}
}
