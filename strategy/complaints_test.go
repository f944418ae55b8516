package strategy_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/strategy"
)

// unlawful tells what is wrong with contacting somebody who lives at place at
// an instant; nothing where it is lawful. It reads the strategy's own words.
func unlawful(s *strategy.Strategy, place calendar.Place, at time.Time) string {
	local := at.In(place.Zone())
	day := calendar.DateOf(local)
	names := []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	if !slices.Contains(s.Contact.Days, names[local.Weekday()]) {
		return "a " + local.Weekday().String()
	}
	if name, is := place.Holiday(day); is {
		return "a holiday: " + name
	}
	clock := local.Format("15:04")
	for _, span := range s.Contact.Hours {
		if clock >= span[:5] && clock < span[6:] {
			return ""
		}
	}
	return "at " + clock
}

const oneStep = `
name: one-step
version: 1
country: %s
debtor: business
contact: {days: [mon, tue, wed, thu, fri], hours: [%s], gap_days: 7, message_max: 2, message_days: 7, calls_max: 2, calls_days: 7}
steps:
%s  - {name: claim, stage: extrajudicial_claim, offset: 100, act: claim, letter: extrajudicial_claim, channels: [email]}
  - {name: handoff, stage: legal_handoff, offset: 140, act: handoff}
promises: {max_days: 30}
disputes: {answer_days: 14}
guard: {days: 90}
handoff: {accept_days: 10}
control_days: 60
`

// offsetStrategy has steps at one offset and, where that is before the due
// date, at the day after it.
func offsetStrategy(t *testing.T, country string, offset int) *strategy.Strategy {
	t.Helper()
	hours, steps := `"09:00-20:00"`, ""
	if country == "FR" {
		hours = `"10:00-13:00", "14:00-20:00"`
	}
	if offset < 0 {
		steps = fmt.Sprintf("  - {name: before, stage: upcoming, offset: %d, letter: courtesy_reminder, channels: [email]}\n", offset)
		offset = 1
	}
	steps += fmt.Sprintf("  - {name: after, stage: friendly_contact, offset: %d, letter: first_contact, channels: [email]}\n", offset)
	s, err := strategy.Parse(fmt.Appendf(nil, oneStep, country, hours, steps))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestComplaint9NothingGoesOutOnAWrongDay(t *testing.T) {
	places := []struct{ country, code, zone string }{
		{"ES", "28001", ""}, {"ES", "08001", ""}, {"ES", "41001", ""}, {"ES", "46001", ""}, {"ES", "48001", ""},
		{"ES", "35001", ""}, {"ES", "38001", ""}, // Canaries
		{"FR", "75001", ""}, {"FR", "67000", ""}, {"FR", "97400", ""}, // Alsace, Réunion
		{"PT", "1000-001", ""}, {"PT", "9500-001", ""}, {"PT", "9000-001", ""}, // Azores, Madeira
		{"ES", "28001", "Pacific/Auckland"}, {"PT", "1000-001", "Pacific/Honolulu"},
	}
	// Both clock changes, Easter, the turn of the year, the leap day.
	dues := []string{"2026-03-29", "2026-10-25", "2026-04-03", "2026-12-31", "2028-02-29"}
	checked := 0
	for offset := -7; offset <= 60; offset++ {
		if offset == 0 {
			continue // refused: see TestStrategyIsRefusedWithLineAndReason
		}
		for _, where := range places {
			st := offsetStrategy(t, where.country, offset)
			place := placeOf(t, where.country, where.code, where.zone)
			for _, due := range dues {
				opened := on(due).AddDays(-12).UTC().Add(23*time.Hour + 30*time.Minute)
				s := life{strategy: "es-business", due: due, opened: opened.Format(time.RFC3339)}.situation(t, "case-1")
				s.Strategy, s.Case.Country = st, where.country
				checked += checkDays(t, person(place, s), opened, offset)
			}
		}
	}
	if checked < 67*15*5 {
		t.Errorf("only %d messages were looked at", checked)
	}
}

// checkDays lets a case live until its claim and checks each message's day.
func checkDays(t *testing.T, p *strategy.Person, opened time.Time, offset int) (messages int) {
	t.Helper()
	s := p.Cases[0]
	due := s.Case.Claim.Due
	var last time.Time
	var order []string
	for _, d := range p.Forecast(0, opened, opened.AddDate(0, 0, 150)) {
		if !d.Do.Sends() {
			continue
		}
		messages++
		order = append(order, d.Step)
		day := calendar.DateOf(d.At.In(p.Place.Zone()))
		where := fmt.Sprintf("%s, due %s, offset %d: %s on %s", p.Place.Zone(), due, offset, d.Step, d.At)
		if why := unlawful(s.Strategy, p.Place, d.At); why != "" {
			t.Errorf("%s falls on %s", where, why)
		}
		switch {
		case d.Step == "before" && (!day.Before(due) || day.Before(due.AddDays(offset))):
			t.Errorf("%s: a courtesy belongs to the days before", where)
		case d.Step == "after" && day.Before(due.AddDays(max(offset, 1))):
			t.Errorf("%s: too early", where)
		case d.Step == "claim" && day.Before(due.AddDays(100)):
			t.Errorf("%s: too early", where)
		case !last.IsZero() && d.At.Before(last.AddDate(0, 0, 6)):
			t.Errorf("%s follows too soon after %s", where, last)
		}
		last = d.At
	}
	want := []string{"before", "after", "claim"}
	if offset > 0 {
		want = want[1:]
	}
	if !slices.Equal(order, want) && !slices.Equal(order, want[1:]) || !slices.Contains(order, "after") {
		t.Errorf("%s, due %s, offset %d: steps went %v, want %v", p.Place.Zone(), due, offset, order, want)
	}
	return messages
}

func TestComplaint8PromiseAndDisputeHoldTheMachine(t *testing.T) {
	place := placeOf(t, "ES", "28001", "")
	now := time.Date(2026, 10, 12, 10, 0, 0, 0, time.UTC)
	fresh := func() *strategy.Person {
		opened := "2026-09-20T08:00:00Z"
		p := person(place,
			life{strategy: "es-business", due: "2026-10-01", opened: opened}.situation(t, "case-1"),
			life{strategy: "es-business", due: "2026-10-01", opened: opened}.situation(t, "case-2"))
		p.Cases[1].Case.Creditor = "creditor-2"
		play(t, p, time.Date(2026, 9, 20, 8, 0, 0, 0, time.UTC), now)
		return p
	}
	t.Run("nothing is sent until the day and the grace are over", func(t *testing.T) {
		p := fresh()
		clock := p.Cases[0].Case.Clock(p.Cases[0].Law)
		tell(t, p, 0, now, debt.PromiseMade{ID: "promise-1", Amount: money.EUR(125000), PayBy: on("2026-10-30")})
		grace := p.Cases[0].Case.Promises[0].GraceEnd
		broken := grace.AddDays(1).At(0, 0, place.Zone())
		for _, d := range play(t, p, now, broken.Add(-time.Minute)) {
			if d.of == 0 && d.Purpose == strategy.Collection {
				t.Errorf("%s was sent on %s, under the promise", d.Step, d.At)
			}
		}
		d := p.Plan(broken.Add(-time.Minute))[0]
		if d.Do != strategy.BreakPromise || d.At.Sub(broken) != 0 {
			t.Fatalf("after grace until %s: %s at %s, want the promise broken at %s", grace, d.Do, d.At, broken)
		}
		perform(p, 0, d, broken)
		d = p.Plan(broken)[0]
		if d.Step != "reminder_1" || len(p.Cases[0].Case.Holds) != 0 {
			t.Errorf("then goes on with %s at %s, want reminder_1", d.Step, d.At)
		}
		if after := p.Cases[0].Case.Clock(p.Cases[0].Law); after.LastDay != clock.LastDay {
			t.Errorf("the promise moved the limitation date from %s to %s", clock.LastDay, after.LastDay)
		}
	})
	t.Run("a dispute mutes that debt and no other, and is asked about", func(t *testing.T) {
		p := fresh()
		tell(t, p, 0, now, debt.Disputed{ID: "dispute-1", Reason: "goods_not_received"})
		reviews, others := 0, 0
		for _, d := range play(t, p, now, now.AddDate(0, 2, 0)) {
			switch {
			case d.of == 0 && d.Do.Sends():
				t.Errorf("%s was sent on %s, under the dispute", d.Step, d.At)
			case d.of == 0 && d.Do == strategy.ReviewHold:
				reviews++
			case d.of == 1 && d.Do.Sends():
				others++
			}
		}
		if reviews < 3 || others < 4 {
			t.Errorf("%d reviews of the dispute and %d messages on the other debt, want at least 3 and 4", reviews, others)
		}
	})
}

func TestComplaint4OldDebtsAreTakenUp(t *testing.T) {
	now := time.Date(2026, 9, 15, 16, 40, 0, 0, time.UTC)
	kinds := []string{"es-business", "es-consumer", "fr-business", "fr-consumer", "pt-business", "pt-consumer"}
	codes := map[string][]string{"es": {"28001", "08001", "35001"}, "fr": {"75001", "67000", "97400"}, "pt": {"1000-001", "9500-001"}}
	for n := range 500 {
		name := kinds[n%len(kinds)]
		days := -400 + n*430/499
		code := codes[name[:2]][n%len(codes[name[:2]])]
		place := placeOf(t, map[string]string{"es": "ES", "fr": "FR", "pt": "PT"}[name[:2]], code, "")
		due := calendar.DateOf(now).AddDays(days)
		l := life{strategy: name, due: due.String(), opened: now.Format(time.RFC3339), cents: int64(3000 + n*16000)}
		p := person(place, l.situation(t, fmt.Sprintf("case-%d", n)))
		p.Jitter = time.Duration(n) * time.Minute / 4
		d := p.Plan(now)[0]
		if d.At.IsZero() || d.At.Before(now) || d.At.After(now.AddDate(0, 0, 60)) || len(d.Why) == 0 {
			t.Errorf("%s due %s: next is %s at %s for %v", name, due, d.Do, d.At, d.Why)
		}
		checkOld(t, p, now, due)
	}
}

// checkOld checks that a debt taken up late is treated as one taken up in time:
// from the friendly step on, and never twice in a week.
func checkOld(t *testing.T, p *strategy.Person, now time.Time, due calendar.Date) {
	t.Helper()
	s := p.Cases[0]
	first := true
	var last time.Time
	for _, d := range p.Forecast(0, now, now.AddDate(1, 0, 0)) {
		if !d.Do.Sends() {
			continue
		}
		if why := unlawful(s.Strategy, p.Place, d.At); why != "" {
			t.Errorf("%s due %s: %s goes out on %s", s.Strategy.Name, due, d.Step, why)
		}
		if first && d.Step != "first_contact" && d.Step != "courtesy" && d.Why[0].Code != "limitation_guard" {
			t.Errorf("%s due %s begins with %s", s.Strategy.Name, due, d.Step)
		}
		zone := p.Place.Zone()
		if !first && d.Why[0].Code != "limitation_guard" && calendar.DateOf(last.In(zone)).Days(calendar.DateOf(d.At.In(zone))) < 7 {
			t.Errorf("%s due %s: contacts on %s and %s", s.Strategy.Name, due, last, d.At)
		}
		first, last = false, d.At
	}
	if first {
		t.Errorf("%s due %s: silence", s.Strategy.Name, due)
	}
}
