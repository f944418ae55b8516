package strategy_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/strategy"
)

// old is a debt taken up so late that its period is nearly over.
func old(t *testing.T, name, country, code, due, opened string, kind law.ClaimKind) (*strategy.Person, time.Time) {
	t.Helper()
	s := life{strategy: name, due: due, opened: opened, kind: kind}.situation(t, "case-1")
	now, _ := time.Parse(time.RFC3339, opened)
	return person(placeOf(t, country, code, ""), s), now
}

// until lists what the case does, up to and with the first act of a kind.
func until(p *strategy.Person, now time.Time, act strategy.Act) (before []strategy.Decision, d strategy.Decision, ok bool) {
	for _, d := range p.Forecast(0, now, now.AddDate(3, 0, 0)) {
		if d.Do == act {
			return before, d, true
		}
		before = append(before, d)
	}
	return before, d, false
}

func TestGuardClaimsInSpainNinetyDaysBeforeTheCautiousDate(t *testing.T) {
	// Five years from 1 October 2021: the guard acts on 3 July 2026.
	p, now := old(t, "es-business", "ES", "28001", "2021-10-01", "2026-06-22T06:00:00Z", law.Other)
	before, d, ok := until(p, now, strategy.IssueClaim)
	if !ok || d.Why[0].Code != "limitation_guard" || d.Why[0].On != on("2026-10-01") {
		t.Fatalf("the guard did not claim: %+v after %d acts", d, len(before))
	}
	if got := calendar.DateOf(d.At.In(p.Place.Zone())); got != on("2026-07-03") {
		t.Errorf("it claims on %s, want 2026-07-03", got)
	}
	if len(d.Skips) != 6 || d.Skips[0] != "reminder_2" || slices.Contains(d.Skips, "negotiation_call") {
		t.Errorf("it skips %v, want the six steps that this debt still had before it", d.Skips)
	}
	var skipped []string
	for _, f := range strategy.Facts(&p.Cases[0], d, d.At, ids()) {
		if s, is := f.(debt.StepSkipped); is {
			skipped = append(skipped, s.Step+" "+s.Why)
		}
	}
	if len(skipped) != 6 || skipped[0] != "reminder_2 limitation_guard" {
		t.Errorf("the record says %v", skipped)
	}
}

func TestGuardGoesToCourtWhereAClaimInterruptsNothing(t *testing.T) {
	for _, c := range []struct {
		name, strategy, country, code, due, opened string
		kind                                       law.ClaimKind
		at                                         string
	}{
		{"FR: business sales, five years", "fr-business", "FR", "75001", "2021-10-01", "2026-06-22T06:00:00Z", law.Sale, "2026-07-03"},
		{"FR: consumer sales, two years", "fr-consumer", "FR", "75001", "2024-10-01", "2026-06-22T06:00:00Z", law.Sale, "2026-07-03"},
		// Six months for essential services: half of them is nearer than 90 days.
		{"PT: water and power, six months", "pt-consumer", "PT", "1000-001", "2026-03-02", "2026-03-05T08:00:00Z", law.Utilities, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, now := old(t, c.strategy, c.country, c.code, c.due, c.opened, c.kind)
			_, d, ok := until(p, now, strategy.OfferHandoff)
			if !ok || d.Why[0].Code != "limitation_guard" || len(d.Skips) == 0 {
				t.Fatalf("the guard did not hand over: %+v", d)
			}
			got := calendar.DateOf(d.At.In(p.Place.Zone()))
			clock := p.Cases[0].Case.Clock(p.Cases[0].Law)
			lead := got.Days(clock.Cautious)
			if c.at != "" && got != on(c.at) {
				t.Errorf("it hands over on %s, want %s", got, c.at)
			}
			if most := min(90, clock.Anchor.Days(clock.Cautious)/2); lead > most || lead < most-4 {
				t.Errorf("it hands over %d days before %s, want %d", lead, clock.Cautious, most)
			}
		})
	}
}

func TestGuardAsksAPersonUnderAHold(t *testing.T) {
	p, now := old(t, "es-business", "ES", "28001", "2021-10-01", "2026-06-22T06:00:00Z", law.Other)
	put(p.Cases[0].Case, now, debt.HoldPlaced{Hold: debt.Hold{ID: "hold-1", Reason: debt.HoldDispute, Until: on("2027-06-01")}})
	tasks := 0
	for _, d := range p.Forecast(0, now, now.AddDate(0, 4, 0)) {
		if d.Do.Sends() {
			t.Errorf("%s went out on %s, under the hold", d.Step, d.At)
		}
		if d.Do == strategy.OpenTask && d.Letter == "limitation_claim" {
			tasks++
			if got := calendar.DateOf(d.At.In(p.Place.Zone())); got != on("2026-07-03") {
				t.Errorf("a person is asked on %s, want 2026-07-03", got)
			}
		}
	}
	if tasks != 1 {
		t.Errorf("a person was asked %d times, want once", tasks)
	}
}

func TestAlarms(t *testing.T) {
	t.Run("180, 90 and 30 days before, once each, and when it is over", func(t *testing.T) {
		p, now := old(t, "fr-business", "FR", "75001", "2021-10-01", "2026-03-02T06:00:00Z", law.Sale)
		checkAlarms(t, p, now, []string{
			"limitation_180 2026-04-04", "limitation_90 2026-07-03", "limitation_30 2026-09-01", "limitation_reached 2026-10-02",
		})
	})
	t.Run("of those past only the most urgent", func(t *testing.T) {
		p, now := old(t, "fr-business", "FR", "75001", "2021-10-01", "2026-07-20T06:00:00Z", law.Sale)
		checkAlarms(t, p, now, []string{"limitation_90 2026-07-20", "limitation_30 2026-09-01", "limitation_reached 2026-10-02"})
	})
	t.Run("under an emergency stop too", func(t *testing.T) {
		p, now := old(t, "fr-business", "FR", "75001", "2021-10-01", "2026-07-20T06:00:00Z", law.Sale)
		p.Cases[0].Stopped = "installation"
		for _, d := range p.Forecast(0, now, now.AddDate(1, 0, 0)) {
			if d.Do.Sends() || d.Do == strategy.OfferHandoff || d.Do == strategy.OpenTask {
				t.Errorf("%s on %s, under the stop", d.Do, d.At)
			}
		}
		checkAlarms(t, p, now, []string{"limitation_90 2026-07-20", "limitation_30 2026-09-01", "limitation_reached 2026-10-02"})
	})
	t.Run("anew when the period began anew", func(t *testing.T) {
		p, now := old(t, "es-business", "ES", "28001", "2021-10-01", "2026-07-20T06:00:00Z", law.Other)
		play(t, p, now, now.AddDate(0, 0, 1))
		tell(t, p, 0, now.AddDate(0, 0, 2), debt.ActNoted{Act: law.Act{Type: "acknowledgment", Date: on("2026-07-21"), Ref: "doc-1"}})
		if next := p.Cases[0].Case.Clock(p.Cases[0].Law).Cautious; next != on("2031-07-21") {
			t.Fatalf("the acknowledgement moved the date to %s", next)
		}
		var got []string
		for _, d := range p.Forecast(0, now.AddDate(0, 0, 2), now.AddDate(5, 0, 0)) {
			if d.Do == strategy.RaiseAlarm {
				got = append(got, d.Letter)
			}
		}
		if strings.Join(got, " ") != "limitation_180 limitation_90 limitation_30" {
			t.Errorf("alarms of the new period: %v", got)
		}
	})
}

func checkAlarms(t *testing.T, p *strategy.Person, now time.Time, want []string) {
	t.Helper()
	var got []string
	for _, d := range play(t, p, now, now.AddDate(2, 0, 0)) {
		if d.Do == strategy.RaiseAlarm {
			got = append(got, d.Letter+" "+calendar.DateOf(d.At.In(p.Place.Zone())).String())
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("alarms %v, want %v", got, want)
	}
}

func TestLimitedCaseAsksAPersonAndClosesNothing(t *testing.T) {
	p, now := old(t, "fr-consumer", "FR", "75001", "2021-10-01", "2026-07-20T06:00:00Z", law.Sale)
	reached := 0
	for _, d := range play(t, p, now, now.AddDate(2, 0, 0)) {
		switch {
		case d.Do == strategy.RaiseAlarm && d.Letter == "limitation_reached":
			reached++
		case d.Do.Sends() || d.Do == strategy.CloseCase || d.Do == strategy.OfferHandoff:
			t.Errorf("%s on %s, although the period was over", d.Do, d.At)
		}
	}
	c := p.Cases[0].Case
	if h, held := c.Hold(); !held || h.Reason != debt.HoldLimited || reached != 1 || !c.Open() {
		t.Errorf("want one alarm, a hold and an open case: %d alarms, %+v, stage %s", reached, h, c.Stage)
	}
	if d := p.Plan(now.AddDate(2, 0, 0))[0]; d.At.IsZero() {
		t.Errorf("it has no dated next act: %+v", d)
	}
}
