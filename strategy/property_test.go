package strategy_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/strategy"
)

// anybody draws a debtor with one to four debts.
func anybody(t *testing.T, r *rapid.T) (*strategy.Person, time.Time) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 400*24*60).Draw(r, "minute")) * time.Minute)
	where := rapid.SampledFrom([]struct{ country, code, name string }{
		{"ES", "08001", "es"}, {"ES", "35001", "es"}, {"FR", "97400", "fr"}, {"FR", "67000", "fr"}, {"PT", "9500-001", "pt"}, {"PT", "1000-001", "pt"},
	}).Draw(r, "place")
	kind := rapid.SampledFrom([]string{"-business", "-consumer"}).Draw(r, "kind")
	p := person(placeOf(t, where.country, where.code, ""))
	p.Jitter = time.Duration(rapid.IntRange(0, 900).Draw(r, "jitter")) * time.Second
	has := rapid.Bool().Draw(r, "agents")
	reach := rapid.SampledFrom([][]string{{"email", "sms", "phone"}, {"email"}, {"sms", "phone", "whatsapp"}, {}}).Draw(r, "reach")
	for i := range rapid.IntRange(1, 4).Draw(r, "cases") {
		l := life{
			strategy: where.name + kind, opened: now.Format(time.RFC3339), reach: reach,
			due:   calendar.DateOf(now).AddDays(rapid.IntRange(-1900, 60).Draw(r, "due")).String(),
			cents: rapid.Int64Range(3000, 900000).Draw(r, "cents"),
		}
		s := l.situation(t, fmt.Sprintf("case-%d", i))
		s.Agents = has
		s.Case.Creditor = rapid.SampledFrom([]string{"creditor-1", "creditor-2"}).Draw(r, "creditor")
		p.Cases = append(p.Cases, s)
	}
	return p, now
}

// copied gives a person whose cases may live another life.
func copied(p *strategy.Person) *strategy.Person {
	q := *p
	q.Cases, q.Contacts = slices.Clone(p.Cases), slices.Clone(p.Contacts)
	for i := range q.Cases {
		q.Cases[i].Case = q.Cases[i].Case.Clone()
	}
	return &q
}

func TestForecastIsWhatHappens(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p, now := anybody(t, r)
		if wrong := unforeseen(t, p, now, now.AddDate(1, 0, 0)); wrong != "" {
			r.Fatal(wrong)
		}
	})
}

// Four debts of one consumer, one of them three years old: on 29 June the claim
// that the limitation guard presses and another debt's own claim fall together.
func TestAPressedClaimTakesItsPlaceBeforeOthers(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p := person(placeOf(t, "ES", "35001", ""))
	for i, due := range []string{"2023-10-27", "2026-01-01", "2026-01-01", "2026-01-01"} {
		s := life{strategy: "es-consumer", due: due, opened: now.Format(time.RFC3339), cents: 3000}.situation(t, fmt.Sprintf("case-%d", i))
		s.Agents = true
		s.Case.Creditor = []string{"creditor-1", "creditor-2", "creditor-2", "creditor-1"}[i]
		p.Cases = append(p.Cases, s)
	}
	if wrong := unforeseen(t, p, now, now.AddDate(1, 0, 0)); wrong != "" {
		t.Error(wrong)
	}
}

// unforeseen tells where the life of the person's cases, each decision taken
// at its own instant, is not as it was forecast.
func unforeseen(t *testing.T, p *strategy.Person, now, end time.Time) string {
	acts := play(t, copied(p), now, end)
	for i := range p.Cases {
		var did []strategy.Decision
		for _, d := range acts {
			if d.of == i {
				did = append(did, d.Decision)
			}
		}
		said := p.Forecast(i, now, end)
		for n := range min(len(said), len(did)) {
			a, b := said[n], did[n]
			if a.Do != b.Do || a.Step != b.Step || a.Channel != b.Channel || a.Letter != b.Letter || !a.At.Equal(b.At) || a.Stage != b.Stage {
				return fmt.Sprintf("case %d, act %d: forecast %s, done %s", i, n, acting(said[n:n+1]), acting(did[n:n+1]))
			}
		}
		if len(said) != len(did) {
			return fmt.Sprintf("case %d: %d acts forecast, %d done\n%s\n%s", i, len(said), len(did), acting(said), acting(did))
		}
	}
	return ""
}

func acting(ds []strategy.Decision) (s string) {
	for _, d := range ds {
		s += fmt.Sprintf("%s %s %s %s\n", d.At.Format(time.RFC3339), d.Do, d.Step, d.Channel)
	}
	return s
}

// news draws something that is reported, and tries to put it on the record; a
// refusal changes nothing.
func news(r *rapid.T, p *strategy.Person, now time.Time) {
	i := rapid.IntRange(0, len(p.Cases)-1).Draw(r, "of")
	s := &p.Cases[i]
	c := s.Case
	today := calendar.DateOf(now.In(p.Place.Zone()))
	part := func(percent int64) money.Amount { return money.EUR(max(c.OpenPrincipal().Cents*percent/100, 1)) }
	facts := []debt.Fact{
		debt.PromiseMade{Amount: part(100), PayBy: today.AddDays(9)},
		debt.Disputed{Reason: "defective"},
		debt.HoldPlaced{Hold: debt.Hold{Reason: debt.HoldPaused, Until: today.AddDays(20)}},
		debt.HoldPlaced{Hold: debt.Hold{Reason: debt.HoldComplaint, Until: today.AddDays(30)}},
		debt.PaymentReceived{ID: fmt.Sprintf("payment-%d", c.Seq), Amount: part(40), Received: today},
		debt.PaymentReceived{ID: fmt.Sprintf("payment-%d", c.Seq), Amount: part(130), Received: today},
		debt.CallLogged{ID: "call", Outcome: debt.CallRightParty},
		debt.EscalationAsked{Reason: "asked"},
		debt.ActNoted{Act: law.Act{Type: "acknowledgment", Date: today}},
		debt.ActNoted{Act: law.Act{Type: "acknowledgment", Date: c.Claim.Due.AddDays(20)}},
		debt.PlanAgreed{Plan: debt.Plan{Instalments: []debt.Instalment{{Due: today.AddDays(12), Amount: part(60)}, {Due: today.AddDays(42), Amount: part(60)}}}},
	}
	for _, h := range c.Holds {
		facts = append(facts, debt.HoldEnded{Hold: h.ID, Note: "go on"})
	}
	for _, pay := range c.Payments {
		facts = append(facts, debt.PaymentBounced{Payment: pay.ID})
	}
	f := rapid.SampledFrom(facts).Draw(r, "news")
	terms := debt.Terms{Law: s.Law, Limits: s.Strategy.Rules(debt.Limits{}), Debtor: p.Place, Home: p.Place}
	if all, err := c.Accept(f, terms, now); err == nil {
		put(c, now, all...)
	}
}

func TestWhateverIsReportedContactStaysLawful(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p, now := anybody(t, r)
		for range rapid.IntRange(1, 6).Draw(r, "news") {
			then := now.Add(time.Duration(rapid.IntRange(1, 90*24*60).Draw(r, "after")) * time.Minute)
			before := len(p.Contacts)
			acts := play(t, p, now, then)
			for _, d := range acts {
				checkAct(r, p, d)
			}
			checkCaps(r, p, before, acts)
			now = then
			news(r, p, now)
			for i, d := range p.Plan(now) {
				switch open := p.Cases[i].Case.Open(); {
				case open && (d.At.Before(now) || d.At.IsZero() || len(d.Why) == 0 || d.At.After(now.AddDate(0, 6, 0))):
					r.Fatalf("case %d is open and next does %+v", i, d)
				case !open && !d.Final():
					r.Fatalf("case %d is closed and next does %+v", i, d)
				}
			}
		}
	})
}

// checkAct checks one act by the record as it stood then, as far as it shows.
func checkAct(r *rapid.T, p *strategy.Person, d done) {
	s := &p.Cases[d.of]
	day := calendar.DateOf(d.At.In(p.Place.Zone()))
	if d.Do.Sends() || d.Channel == "phone" {
		if why := unlawful(s.Strategy, p.Place, d.At); why != "" {
			r.Fatalf("%s of case %d goes out on %s", d.Step, d.of, why)
		}
	}
	if due := s.Case.Claim.Due; d.Purpose == strategy.Collection && d.Step != "courtesy" && !day.After(due) {
		r.Fatalf("%s of case %d goes out on %s, before %s is over", d.Step, d.of, day, due)
	} else if d.Step == "courtesy" && !day.Before(due) {
		r.Fatalf("the courtesy of case %d goes out on %s, due %s", d.of, day, due)
	}
	if c := s.Case; d.Do.Sends() && c.Limited(s.Law, day) {
		r.Fatalf("%s of case %d goes out on %s, though its limitation period ended on %s", d.Letter, d.of, day, c.Clock(s.Law).LastDay)
	}
	for _, h := range s.Case.Holds {
		if d.Purpose == strategy.Collection && h.Placed.Before(d.At) {
			r.Fatalf("%s of case %d went out at %s under a hold of %s", d.Step, d.of, d.At, h.Placed)
		}
	}
}

// checkCaps checks gaps and caps of the person's contacts from the given one on.
// A call makes no gap for the letter that follows it, whatever goes out with it.
func checkCaps(r *rapid.T, p *strategy.Person, from int, acts []done) {
	follows := func(call, letter strategy.Contact) bool {
		return call.Channel == "phone" && slices.ContainsFunc(acts, func(d done) bool {
			return d.Do.Sends() && d.At.Equal(letter.At) && p.Cases[d.of].Case.ID == call.Case
		})
	}
	rules := p.Cases[0].Strategy.Contact
	dayOf := func(c strategy.Contact) calendar.Date { return calendar.DateOf(c.At.In(p.Place.Zone())) }
	for n := from; n < len(p.Contacts); n++ {
		c := p.Contacts[n]
		if c.Purpose != strategy.Collection {
			continue
		}
		messages, calls := 0, 0
		for _, b := range p.Contacts[:n+1] {
			apart := dayOf(b).Days(dayOf(c))
			if apart < rules.MessageDays && b.Channel != "phone" {
				messages++
			}
			if apart < rules.CallsDays && b.Channel == "phone" {
				calls++
			}
			if b != c && apart < rules.GapDays && !follows(b, c) && b.Purpose != strategy.Service {
				r.Fatalf("%s of %s on %s, %d days after one of %s", c.Channel, c.Case, c.At, apart, b.Case)
			}
		}
		if (c.Channel != "phone" && messages > rules.MessageMax) || (c.Channel == "phone" && calls > rules.CallsMax) {
			r.Fatalf("%d messages and %d calls in a week at %s", messages, calls, c.At)
		}
	}
}
