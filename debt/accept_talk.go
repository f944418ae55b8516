package debt

import (
	"slices"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

// mayAgree refuses agreements that are no longer the collector's to make.
func (h hearing) mayAgree() *Refusal {
	if x, ok := h.Handoff(); ok && x.State == "accepted" {
		return conflict("with_lawyer", "case %s is with a lawyer: agreements go through them", h.ID)
	}
	if h.limited() {
		return conflict("limited", "case %s is past its limitation period: a person decides whether a new agreement may be made", h.ID)
	}
	return nil
}

// promiseMade takes the debtor's word to pay. It holds contact at once, until
// the day and its working days of grace are over; a running promise is
// renegotiated by it, not broken.
func (h hearing) promiseMade(f PromiseMade) ([]Fact, *Refusal) {
	if no := h.mayAgree(); no != nil {
		return nil, no
	}
	if no := h.promiseLimits(f); no != nil {
		return nil, no
	}
	if f.ID == "" {
		f.ID = h.id("promise")
	}
	f.On = h.today
	f.GraceEnd = h.t.Home.AddWorkingDays(f.PayBy, h.t.Limits.PromiseGraceDays)
	last := h.Clock(h.t.Law).LastDay
	f.AfterLimitation = !last.IsZero() && f.PayBy.After(last)
	var out []Fact
	if p, ok := h.Running(); ok {
		out = append(out, PromiseEnded{Promise: p.ID, State: PromiseReplaced})
		out = append(out, h.endHold(p.ID)...)
	}
	return append(out, f, HoldPlaced{Hold: Hold{ID: h.id("hold"), Reason: HoldPromise, Until: f.GraceEnd, Of: f.ID}}), nil
}

func (h hearing) promiseLimits(f PromiseMade) *Refusal {
	if no := h.sum("amount", f.Amount); no != nil {
		return no
	}
	l := h.t.Limits
	switch {
	case f.PayBy.IsZero():
		return wrong("pay_by", "date_missing", "pay_by is missing")
	case f.PayBy.Before(h.today):
		return wrong("pay_by", "promise_in_the_past", "pay_by %s is past: today is %s", f.PayBy, h.today)
	case h.today.Days(f.PayBy) > l.PromiseMaxDays:
		return wrong("pay_by", "promise_too_late", "a promise may reach at most %d days ahead, to %s", l.PromiseMaxDays, h.today.AddDays(l.PromiseMaxDays))
	}
	if x, ok := h.RunningPlan(); ok {
		return conflict("plan_running", "case %s has an instalment plan, %s", h.ID, x.ID)
	}
	balance := h.Statement(h.t, h.today).Balance
	if most := h.owedBy(f.PayBy); f.Amount.Cents > most.Cents {
		return wrong("amount", "promise_above_balance", "by %s no more than %s will be owed", f.PayBy, most)
	}
	if f.Amount.Cents*100 < balance.Cents*int64(l.PromiseMinShare) {
		return wrong("amount", "promise_too_small", "a promise covers at least %d %% of the balance of %s", l.PromiseMinShare, balance)
	}
	broken, since := 0, 0
	for _, p := range h.Promises {
		if p.State == PromiseBroken {
			broken++
		} else if broken > 0 {
			since++
		}
	}
	if broken > 0 && broken-1+since >= l.PromisesAfterBroken {
		return conflict("promises_used_up", "after a broken promise at most %d more may be made", l.PromisesAfterBroken)
	}
	return nil
}

// owedBy is what will be owed on a day if nothing is paid, with the interest
// that can only be estimated yet.
func (h hearing) owedBy(day calendar.Date) money.Amount {
	s := h.Statement(h.t, day)
	return s.Balance.Plus(s.Estimate)
}

// planAgreed takes an instalment plan within the creditor's limits.
func (h hearing) planAgreed(f PlanAgreed) ([]Fact, *Refusal) {
	if no := h.mayAgree(); no != nil {
		return nil, no
	}
	l, in := h.t.Limits, f.Plan.Instalments
	if len(in) < 2 || len(in) > l.PlanMaxInstalments {
		return nil, wrong("instalments", "plan_length", "a plan has 2 to %d instalments", l.PlanMaxInstalments)
	}
	for i, x := range in {
		if no := h.sum("instalments", x.Amount); no != nil {
			return nil, no
		}
		if x.Due.Before(h.today) || (i > 0 && !x.Due.After(in[i-1].Due)) {
			return nil, wrong("instalments", "plan_dates", "instalment %d: days must rise and none be past", i+1)
		}
		if x.Amount.Cents < l.PlanMinInstalment.Cents && i < len(in)-1 {
			return nil, wrong("instalments", "instalment_too_small", "instalment %d is below %s", i+1, l.PlanMinInstalment)
		}
	}
	last := in[len(in)-1].Due
	if last.After(h.today.AddMonths(l.PlanMaxMonths)) {
		return nil, wrong("instalments", "plan_too_long", "a plan ends within %d months", l.PlanMaxMonths)
	}
	balance := h.Statement(h.t, h.today).Balance
	if most := h.owedBy(last); f.Plan.Total().Cents > most.Cents {
		return nil, wrong("instalments", "plan_above_balance", "by %s no more than %s will be owed", last, most)
	}
	if total := f.Plan.Total(); total.Cents*100 < balance.Cents*int64(100-l.MaxDiscount) {
		return nil, wrong("instalments", "plan_too_small", "the plan sums to %s; the balance is %s", total, balance)
	}
	return h.startPlan(f, last), nil
}

func (h hearing) startPlan(f PlanAgreed, last calendar.Date) []Fact {
	f.Plan.ID, f.Plan.From, f.Plan.GraceDays = h.id("plan"), h.today, h.t.Limits.PlanGraceDays
	f.On = h.today
	f.Plan.Instalments = slices.Clone(f.Plan.Instalments)
	for i := range f.Plan.Instalments {
		in := &f.Plan.Instalments[i]
		in.GraceEnd = h.t.Home.AddWorkingDays(in.Due, f.Plan.GraceDays)
	}
	var out []Fact
	if p, ok := h.Running(); ok {
		out = append(out, PromiseEnded{Promise: p.ID, State: PromiseReplaced})
		out = append(out, h.endHold(p.ID)...)
	}
	if p, ok := h.RunningPlan(); ok {
		out = append(out, PlanEnded{Plan: p.ID, State: PromiseReplaced})
		out = append(out, h.endHold(p.ID)...)
	}
	until := h.t.Home.AddWorkingDays(last, f.Plan.GraceDays)
	return append(out, f, HoldPlaced{Hold: Hold{ID: h.id("hold"), Reason: HoldPlan, Until: until, Of: f.Plan.ID}})
}

func (h hearing) offerMade(f OfferMade) ([]Fact, *Refusal) {
	if no := h.mayAgree(); no != nil {
		return nil, no
	}
	if no := h.sum("amount", f.Offer.Amount); no != nil {
		return nil, no
	}
	balance := h.Statement(h.t, h.today).Balance
	if f.Offer.Amount.Cents > balance.Cents {
		return nil, wrong("amount", "offer_above_balance", "the balance is %s", balance)
	}
	if f.Offer.Amount.Cents*100 < balance.Cents*int64(100-h.t.Limits.MaxDiscount) {
		return nil, wrong("amount", "discount_above_limit", "the discount may be at most %d %% of %s", h.t.Limits.MaxDiscount, balance)
	}
	if f.Offer.Until.Before(h.today) || h.today.Days(f.Offer.Until) > 180 {
		return nil, wrong("until", "offer_end_range", "until must lie from today to 180 days ahead")
	}
	for _, o := range h.Offers {
		if o.State == OfferOpen || o.State == OfferAccepted {
			return nil, conflict("offer_stands", "offer %s still stands", o.ID)
		}
	}
	f.Offer.ID = h.id("offer")
	return []Fact{f}, nil
}

func (h hearing) offerAnswered(f OfferEnded) ([]Fact, *Refusal) {
	for _, o := range h.Offers {
		if o.ID != f.Offer {
			continue
		}
		if f.State != OfferAccepted || o.State != OfferOpen {
			return nil, conflict("offer_"+o.State, "offer %s is %s", o.ID, o.State)
		}
		if h.today.After(o.Until) {
			return nil, conflict("offer_over", "offer %s stood until %s", o.ID, o.Until)
		}
		f.On = h.today
		return []Fact{f, HoldPlaced{Hold: Hold{ID: h.id("hold"), Reason: HoldPromise, Until: o.Until, Of: o.ID}}}, nil
	}
	return nil, conflict("offer_unknown", "case %s has no offer %s", h.ID, f.Offer)
}
