package strategy_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/strategy"
)

func TestComplaint8PlansAndOffersHoldTheMachine(t *testing.T) {
	place := placeOf(t, "ES", "28001", "")
	now := time.Date(2026, 10, 12, 10, 0, 0, 0, time.UTC)
	halves := debt.Plan{Instalments: []debt.Instalment{{Due: on("2026-10-20"), Amount: money.EUR(62500)}, {Due: on("2026-11-20"), Amount: money.EUR(62500)}}}
	proposed := debt.Plan{By: debt.Agent, Instalments: []debt.Instalment{{Due: on("2026-11-02"), Amount: money.EUR(62500)}, {Due: on("2026-12-01"), Amount: money.EUR(62500)}}}
	offer := debt.OfferMade{Offer: debt.Offer{Amount: money.EUR(125000), Until: on("2026-10-30")}}
	first := func(c *debt.Case) debt.Fact { return debt.OfferEnded{Offer: c.Offers[0].ID, State: debt.OfferAccepted} }
	confirmed := func(c *debt.Case) debt.Fact { return debt.PlanConfirmed{Plan: c.Plans[0].ID, How: "phone"} }
	for _, x := range []struct {
		name  string
		facts []func(*debt.Case) debt.Fact
		do    strategy.Act // what ends it …
		ends  string       // … and on which day
	}{
		// Due on 20 October, three working days of grace, told on the 26th, ten days.
		{"a plan agreed on the telephone", []func(*debt.Case) debt.Fact{func(*debt.Case) debt.Fact { return debt.PlanAgreed{Plan: halves} }}, strategy.DefaultPlan, "2026-11-06"},
		{"a plan proposed", []func(*debt.Case) debt.Fact{func(*debt.Case) debt.Fact { return debt.PlanProposed{Plan: proposed} }}, strategy.LapseOffer, "2026-10-27"},
		{"a plan proposed and confirmed", []func(*debt.Case) debt.Fact{func(*debt.Case) debt.Fact { return debt.PlanProposed{Plan: proposed} }, confirmed}, strategy.DefaultPlan, "2026-11-17"},
		{"an offer", []func(*debt.Case) debt.Fact{func(*debt.Case) debt.Fact { return offer }}, strategy.LapseOffer, "2026-10-31"},
		{"an offer accepted", []func(*debt.Case) debt.Fact{func(*debt.Case) debt.Fact { return offer }, first}, strategy.LapseOffer, "2026-10-31"},
	} {
		t.Run(x.name, func(t *testing.T) {
			opened := "2026-09-20T08:00:00Z"
			p := person(place, life{strategy: "es-business", due: "2026-10-01", opened: opened}.situation(t, "case-1"),
				life{strategy: "es-business", due: "2026-10-01", opened: opened}.situation(t, "case-2"))
			p.Cases[1].Case.Creditor = "creditor-2"
			play(t, p, time.Date(2026, 9, 20, 8, 0, 0, 0, time.UTC), now)
			before := p.Cases[0].Case.Clock(p.Cases[0].Law)
			for _, f := range x.facts {
				tell(t, p, 0, now, f(p.Cases[0].Case))
			}
			over, others := on(x.ends).At(0, 0, place.Zone()), 0
			for _, d := range play(t, p, now, over.Add(-time.Minute)) {
				if d.of == 0 && d.Purpose == strategy.Collection {
					t.Errorf("%s was sent on %s", d.Step, d.At)
				}
				if d.of == 1 && d.Do.Sends() {
					others++
				}
			}
			if others == 0 {
				t.Error("the other debt is muted too")
			}
			d := p.Plan(over.Add(-time.Minute))[0]
			if d.Do != x.do || !d.At.Equal(over) {
				t.Fatalf("it ends by %s at %s, want %s at %s; %s", d.Do, d.At.In(place.Zone()), x.do, over, d.Sentence("en"))
			}
			perform(p, 0, d, over)
			if d = p.Plan(over)[0]; d.Step != "reminder_1" || d.At.Sub(over) > 8*24*time.Hour || len(p.Cases[0].Case.Holds) != 0 {
				t.Errorf("then goes on with %s %q at %s, want reminder_1; holds %+v", d.Do, d.Step, d.At, p.Cases[0].Case.Holds)
			}
			if after := p.Cases[0].Case.Clock(p.Cases[0].Law); after.Cautious != before.Cautious {
				t.Errorf("words moved the cautious limitation date from %s to %s", before.Cautious, after.Cautious)
			}
		})
	}
}

func TestWhatIsForecastOfAPlanAndAnOfferIsWhatHappens(t *testing.T) {
	now := at(t, "2026-10-05 10:00")
	for name, agree := range map[string]func(*testing.T, *strategy.Person){
		"a plan": plan, "a proposal": propose("2026-10-20", false), "a plan at once": both(propose("2026-10-05", true), confirm),
		"an offer": offered(100), "one to approve": offered(94),
	} {
		t.Run(name, func(t *testing.T) {
			p := person(placeOf(t, "ES", "28001", ""), madrid.situation(t, "case-1"))
			agree(t, p)
			var want, got []string
			for _, d := range p.Forecast(0, now, now.AddDate(0, 3, 0)) {
				want = append(want, fmt.Sprintf("%s %s %s at %s", d.Do, d.Step, d.Target, d.At))
			}
			for _, d := range play(t, p, now, now.AddDate(0, 3, 0)) {
				got = append(got, fmt.Sprintf("%s %s %s at %s", d.Do, d.Step, d.Target, d.At))
			}
			if len(want) < 4 || !slices.Equal(got, want) {
				t.Errorf("went\n%v, forecast\n%v", got, want)
			}
		})
	}
}

func TestABrokenPromiseThatWasPaidInPartIsKeptInPart(t *testing.T) {
	p := person(placeOf(t, "ES", "28001", ""), madrid.situation(t, "case-1"))
	promise("2026-10-16")(t, p)
	paid(5000, "2026-10-16")(t, p)
	play(t, p, at(t, "2026-10-17 10:00"), at(t, "2026-10-21 01:00"))
	c := p.Cases[0].Case
	if c.Promises[0].State != debt.PromisePartly || len(c.Holds) != 0 {
		t.Errorf("%+v, holds %+v", c.Promises[0], c.Holds)
	}
}

func TestTheLaddersDiscountGoesByAgeAndAmount(t *testing.T) {
	text, err := os.ReadFile("standard/es-business.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := strategy.Parse([]byte(strings.Replace(string(text), "    - from_days: 180\n      discount: 10\n",
		"    - {from_days: 180, discount: 8}\n    - {from_amount: 5000, discount: 2}\n    - {from_days: 360, from_amount: 5000, discount: 10}\n", 1)))
	if err != nil || len(s.Offers.Ladder) != 3 {
		t.Fatal(err, s)
	}
	for _, x := range []struct {
		cents int64
		due   string
		want  int64 // percent of the balance that is asked for
	}{{125000, "2026-09-01", 95}, {125000, "2026-03-01", 92}, {600000, "2026-09-01", 98}, {600000, "2025-09-01", 90}} {
		l := life{strategy: "es-business", due: x.due, opened: "2026-10-01T08:00:00Z"}
		sit := l.situation(t, "case-1")
		sit.Strategy, sit.Case.Principal = s, money.EUR(x.cents)
		now := at(t, "2026-10-05 10:00")
		d := strategy.Decision{Do: strategy.SendEmail, At: now, Step: "negotiation_offer", Letter: "negotiation_offer", Channel: "email", Purpose: strategy.Collection, Occurrence: 1,
			Why: []strategy.Reason{{Code: "step_offset"}}}
		var made *debt.OfferMade
		for _, f := range strategy.Facts(&sit, d, now, func() string { return "m" }) {
			if o, ok := f.(debt.OfferMade); ok {
				made = &o
			}
		}
		if made == nil {
			t.Fatalf("%d due %s: no offer", x.cents, x.due)
		}
		terms := debt.Terms{Law: sit.Law, Limits: s.Rules(debt.Limits{}), Debtor: placeOf(t, "ES", "28001", ""), Home: placeOf(t, "ES", "28001", "")}
		balance := sit.Case.Statement(terms, on("2026-10-05")).Balance.Cents
		if want := (balance*x.want + 50) / 100; made.Offer.Amount.Cents != want {
			t.Errorf("%d due %s: offered %s, want %d %% of %d", x.cents, x.due, made.Offer.Amount, x.want, balance)
		}
	}
}
