package strategy

import (
	"fmt"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
)

// told writes down what the debtor is told of an agreement, by a message or by
// the person who is asked to.
func (f *minutes) told(by string) {
	switch f.d.Letter {
	case "promise_reminder":
		f.add(debt.PromiseReminded{Promise: f.d.Target})
	case "negotiation_offer":
		f.makeOffer()
	case "plan_confirmation", "plan_proposal", "settlement_offer", proofLetter, answerLetter:
		f.add(debt.PutInWriting{Of: f.d.Target, Letter: by})
	case "instalment_reminder":
		if pl := f.plan(); pl != nil {
			if k, ok := instalmentToRemind(f.c, pl, f.today); ok {
				f.add(debt.InstalmentReminded{Plan: pl.ID, Instalment: k})
			}
		}
	case "default_notice":
		if pl := f.plan(); pl != nil {
			if k, _, ok := f.c.OpenInstalment(pl); ok {
				f.add(debt.InstalmentLate{Plan: pl.ID, Instalment: k, Notice: by, Cure: f.today.AddDays(pl.CureDays)})
			}
		}
	}
}

// plan is the plan that the decision is about.
func (f *minutes) plan() *debt.Plan {
	for i := range f.c.Plans {
		if f.c.Plans[i].ID == f.d.Target {
			return &f.c.Plans[i]
		}
	}
	return nil
}

// missed ends a promise whose grace is over, by the money that came in time.
func (f *minutes) missed() {
	state := debt.PromiseBroken
	for i := range f.c.Promises {
		if p := &f.c.Promises[i]; p.ID == f.d.Target {
			state = f.c.Missed(p, calendar.DateOf(p.Made.In(f.d.At.Location())))
		}
	}
	why := "promise_broken"
	if state == debt.PromisePartly {
		why = "promise_partly_kept"
	}
	f.add(debt.PromiseEnded{Promise: f.d.Target, State: state})
	f.onward(why)
	f.release(f.d.Target, why)
}

// defaulted ends a plan; one whose first instalment never came did not begin.
func (f *minutes) defaulted() {
	state := debt.StateDefaulted
	if pl := f.plan(); pl != nil && pl.State == debt.StateConfirmed {
		state = debt.StateLapsed
	}
	f.add(debt.PlanEnded{Plan: f.d.Target, State: state})
	f.onward("plan_broken")
	f.release(f.d.Target, "plan_broken")
}

// makeOffer puts on the record what the letter offers: so much, paid by a day,
// settles the debt. The ladder waits while it stands, and while another does.
func (f *minutes) makeOffer() {
	rules := &f.s.Strategy.Offers
	if rules.Days <= 0 {
		return
	}
	for i := range f.c.Offers {
		if o := &f.c.Offers[i]; o.Stands() || o.State == debt.OfferAwaiting {
			return
		}
	}
	terms := f.s.terms(calendar.Place{})
	balance := f.c.Statement(terms, f.today).Balance
	if balance.Cents <= 0 {
		return
	}
	percent := min(rules.discount(f.c.Claim.Due.Days(f.today), balance), terms.Limits.MaxDiscount)
	whole := money.Rate(100-percent) * money.Percent
	f.add(debt.OfferMade{Offer: debt.Offer{ID: fmt.Sprintf("offer-%s-%d", f.d.Step, f.d.Occurrence),
		Amount: whole.Of(balance), Until: f.today.AddDays(rules.Days)}})
}

// discount is what the ladder's own offers take off a debt, in percent, so many
// days after its due date.
func (r *OfferRules) discount(age int, balance money.Amount) int {
	percent := r.Discount
	for _, x := range r.Ladder {
		if age >= x.FromDays && balance.Cents >= x.FromAmount*100 {
			percent = x.Discount
		}
	}
	return percent
}
