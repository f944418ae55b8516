package strategy_test

import (
	"testing"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/strategy"
)

func TestAProviderThatIsAwayIsTriedAgainAndTheStepIsKept(t *testing.T) {
	p := person(placeOf(t, "ES", "28001", ""), madrid.situation(t, "case-1"))
	p.Cases[0].Reach = []string{"email", "sms", "phone"}
	now := at(t, "2026-10-05 10:00")
	first := p.Next(0, now)
	fails := func(now time.Time) {
		c := p.Cases[0].Case
		c.Marks = append(c.Marks, debt.Mark{Step: first.Step, Occurrence: len(c.Marks) + 1, Channel: first.Channel, At: now, State: "failed", Retry: true})
	}
	for try, pause := range []time.Duration{time.Hour, 2 * time.Hour, 4 * time.Hour} {
		fails(now)
		d := p.Next(0, now)
		if d.Do != first.Do || d.Step != first.Step || d.Occurrence != try+2 {
			t.Fatalf("after failure %d it does %s %s, occurrence %d", try+1, d.Do, d.Step, d.Occurrence)
		}
		if want := now.Add(pause); d.At.Before(want) || (try < 2 && !d.At.Equal(want)) {
			t.Errorf("after failure %d it tries at %s, want %s or the next opening after it", try+1, d.At, want)
		}
		now = d.At
	}
	for range 3 {
		fails(now)
	}
	if d := p.Next(0, now); d.Do != strategy.SendSMS || d.Step != first.Step {
		t.Errorf("tried six times it does %s %s, want the next channel", d.Do, d.Step)
	}
}

func TestAPeriodThatBeganAnewIsGuardedAnew(t *testing.T) {
	p, _ := old(t, "es-business", "ES", "28001", "2021-10-01", "2026-06-22T06:00:00Z", law.Other)
	c := p.Cases[0].Case
	for _, st := range p.Cases[0].Strategy.Steps {
		state := "skipped"
		if st.Act == "claim" {
			state = "sent"
		}
		c.Marks = append(c.Marks, debt.Mark{Step: st.Name, Occurrence: 1, Channel: "email", At: at(t, "2026-07-03 09:00"), State: state})
	}
	c.Marks = append(c.Marks, debt.Mark{Step: "handoff_none", Occurrence: 1, At: at(t, "2026-08-20 00:00"), State: "done"})
	c.Handoffs = []debt.Handoff{{ID: "h1", Firm: "f1", State: "lapsed"}}
	c.Acts = append(c.Acts, law.Act{Type: "burofax_received", Date: on("2026-07-06"), Ref: "doc-1"})
	_, d, ok := until(p, at(t, "2030-06-01 10:00"), strategy.IssueClaim)
	if !ok || d.Why[0].Code != "limitation_guard" {
		t.Fatalf("five years on nothing claims: %+v", d)
	}
	if got := calendar.DateOf(d.At.In(p.Place.Zone())); got != on("2031-04-07") { // 90 days before 6 July 2031 is 7 April
		t.Errorf("it claims on %s", got)
	}
}
