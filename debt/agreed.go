package debt

import (
	"slices"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

// forever is later than any payment.
var forever = calendar.Day(9999, 12, 31)

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

// owedBy is what will be owed on a day if nothing is paid, with the interest
// that can only be estimated yet, less the credit that is there for it.
func (h hearing) owedBy(day calendar.Date) money.Amount {
	s := h.Statement(h.t, day)
	return money.Of(max(0, s.Balance.Plus(s.Estimate).Minus(s.Credit).Cents), s.Balance.Currency)
}

// paidFor sums what came in for an agreement that was made at an instant: the
// payments that stand, received from one day to another, both included, but for
// those that were known when it was made, since it is about the rest.
func (c *Case) paidFor(made time.Time, from, to calendar.Date) money.Amount {
	sum := money.Of(0, c.Principal.Currency)
	for i := range c.Payments {
		p := &c.Payments[i]
		if p.Bounced.IsZero() && !p.Booked.Before(made) && !p.Received.Before(from) && !p.Received.After(to) {
			sum.Cents += p.Amount.Cents
		}
	}
	return sum
}

// agreementsMet says which promises, plans and offers the money now meets. A
// payment received in time but reported late turns broken into kept.
func (h hearing) agreementsMet(after *Case, facts []Fact) []Fact {
	for _, f := range facts[1:] {
		after.Apply(Event{Seq: h.Seq, At: h.now, Fact: f})
	}
	settled := after.Settled(h.t, h.today)
	var out []Fact
	for _, p := range h.Promises {
		state := after.Missed(&p, h.day(p.Made))
		switch {
		case p.State == PromiseRunning && (settled || state == PromiseKept):
			out = append(out, PromiseEnded{Promise: p.ID, State: PromiseKept})
			out = append(out, h.endHold(p.ID)...)
		case (p.State == PromiseBroken || p.State == PromisePartly) && state != p.State:
			out = append(out, PromiseEnded{Promise: p.ID, State: state})
		}
	}
	for i := range h.Plans {
		switch p := &h.Plans[i]; {
		case p.Stands():
			out = append(out, h.planPaid(p, after, settled)...)
		case p.State == StateDefaulted && !settled:
			out = append(out, h.planInTime(p, after)...)
		}
	}
	for _, o := range h.Offers {
		if (o.State == OfferOpen || o.State == OfferAccepted || o.State == OfferLapsed) &&
			after.paidFor(o.Made, h.day(o.Made), o.Until).Cents >= o.Amount.Cents {
			out = append(out, OfferEnded{Offer: o.ID, State: OfferPaid})
			out = append(out, h.endHold(o.ID)...)
		}
	}
	return out
}

// agreementsMissed says which offers and promises that were met are not, now
// that a payment is gone.
func (h hearing) agreementsMissed(after *Case) []Fact {
	var out []Fact
	for _, o := range h.Offers {
		if o.State == OfferPaid && after.paidFor(o.Made, h.day(o.Made), o.Until).Cents < o.Amount.Cents {
			out = append(out, OfferEnded{Offer: o.ID, State: OfferLapsed})
		}
	}
	for _, p := range h.Promises {
		if p.State != PromiseKept && p.State != PromisePartly {
			continue
		}
		if state := after.Missed(&p, h.day(p.Made)); state != p.State {
			out = append(out, PromiseEnded{Promise: p.ID, State: state})
		}
	}
	return out
}

// plansMissed puts a plan that was kept in force again, now that a payment is
// gone: its instalment is late, as any other would be.
func (h hearing) plansMissed(after *Case) []Fact {
	var out []Fact
	for i := range h.Plans {
		p := &h.Plans[i]
		if p.State != PromiseKept || after.PaidFor(p).Cents >= p.Total().Cents {
			continue
		}
		if h.agreedSince(p) {
			out = append(out, PlanEnded{Plan: p.ID, State: StateDefaulted})
			continue
		}
		out = append(out, PlanRuns{Plan: p.ID, Why: "bounced"}, h.planHold(p))
	}
	return out
}

// planPaid says what the money does to a plan in force: it keeps it, makes good
// a late instalment, or puts the plan into effect.
func (h hearing) planPaid(p *Plan, after *Case, settled bool) []Fact {
	if settled || after.PaidFor(p).Cents >= p.Total().Cents {
		return append([]Fact{PlanEnded{Plan: p.ID, State: PromiseKept}}, h.endHold(p.ID)...)
	}
	out := cured(p, after)
	if k, _, _ := after.OpenInstalment(p); k > 0 && p.State == StateConfirmed {
		out = append(out, PlanRuns{Plan: p.ID, Why: "first_paid"})
	}
	return out
}

// cured lists the late instalments that are paid by now.
func cured(p *Plan, after *Case) []Fact {
	var out []Fact
	open, _, _ := after.OpenInstalment(p)
	for k := range p.Instalments[:open] {
		if p.Instalments[k].Notice != "" {
			out = append(out, InstalmentCured{Plan: p.ID, Instalment: k})
		}
	}
	return out
}

// planInTime puts a plan that ended in default in force again where the money
// for the instalment had come in time, and was told late.
func (h hearing) planInTime(p *Plan, after *Case) []Fact {
	k, _, ok := h.OpenInstalment(p)
	if !ok {
		return nil
	}
	last := p.Instalments[k].GraceEnd
	if cure := p.Instalments[k].Cure; !cure.IsZero() {
		last = cure
	}
	due := money.Of(0, h.Principal.Currency)
	for _, in := range p.Instalments[:k+1] {
		due = due.Plus(in.Amount)
	}
	if after.paidUntil(p, last).Cents < due.Cents || h.agreedSince(p) || h.mayAgree() != nil {
		return nil
	}
	if after.PaidFor(p).Cents >= p.Total().Cents {
		return []Fact{PlanEnded{Plan: p.ID, State: PromiseKept}}
	}
	return append([]Fact{PlanRuns{Plan: p.ID, Why: "paid_in_time"}, h.planHold(p)}, cured(p, after)...)
}

// agreedSince reports whether something else was agreed after a plan.
func (h hearing) agreedSince(p *Plan) bool {
	later := func(at time.Time) bool { return at.After(p.Agreed) }
	return slices.ContainsFunc(h.Plans, func(x Plan) bool { return x.ID != p.ID && later(x.Agreed) && x.State != StateLapsed }) ||
		slices.ContainsFunc(h.Promises, func(x Promise) bool { return later(x.Made) })
}

// endHold ends the hold that stands for the given promise, plan, offer or dispute.
func (h hearing) endHold(of string) []Fact {
	for _, x := range h.Holds {
		if x.Of == of {
			return []Fact{HoldEnded{Hold: x.ID, Reason: x.Reason}}
		}
	}
	return nil
}
