package debt

import (
	"slices"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// payment books money that came in. It goes to the parts of the claim in the
// order of the law; a payment reported late takes back the imputation of those
// received after it, and imputes them again.
func (h hearing) payment(f PaymentReceived) ([]Fact, *Refusal) {
	if no := h.sum("amount", f.Amount); no != nil {
		return nil, no
	}
	if no := h.past("received_on", f.Received); no != nil {
		return nil, no
	}
	if f.Received.Before(h.Claim.Issued.AddYears(-1)) {
		return nil, wrong("received_on", "before_issue", "the claim was issued on %s", h.Claim.Issued)
	}
	if f.ID == "" {
		f.ID = h.id("payment")
	}
	out := []Fact{f}
	if !h.Open() { // nothing is owed any more: all of it is a credit
		return append(out, PaymentImputed{Imputation: Imputation{Payment: f.ID, On: f.Received, Surplus: f.Amount,
			Parts: map[law.Component]money.Amount{}, Accrued: map[law.Component]money.Amount{}}}), nil
	}
	after := h.Clone()
	after.Apply(Event{Seq: h.Seq, At: h.now, Fact: f})
	out = append(out, h.reimpute(after, f.Received.AddDays(1), "earlier_payment")...)
	return append(out, h.agreementsMet(after, out)...), nil
}

// bounce takes a payment back, and reopens what it closed.
func (h hearing) bounce(f PaymentBounced) ([]Fact, *Refusal) {
	if f.On.IsZero() {
		f.On = h.today
	}
	p, no := h.standing(f.Payment, f.On)
	if no != nil {
		return nil, no
	}
	return h.takenBack(f, p, "bounced")
}

// reverse takes a payment back that was booked by mistake; it opens again what
// it closed, as a bounce does.
func (h hearing) reverse(f PaymentReversed) ([]Fact, *Refusal) {
	if f.Reason == "" {
		return nil, wrong("reason", "reason_missing", "say why the payment was booked wrongly")
	}
	if f.On.IsZero() {
		f.On = h.today
	}
	p, no := h.standing(f.Payment, f.On)
	if no != nil {
		return nil, no
	}
	return h.takenBack(f, p, "reversed")
}

// standing gives a payment that stands and may be taken back on a day.
func (h hearing) standing(id string, on calendar.Date) (Payment, *Refusal) {
	p, ok := h.paid(id)
	switch {
	case !ok:
		return p, conflict("payment_unknown", "case %s has no payment %s", h.ID, id)
	case p.Reversed:
		return p, conflict("payment_reversed", "payment %s is reversed already", id)
	case !p.Bounced.IsZero():
		return p, conflict("payment_bounced", "payment %s has bounced already", id)
	case p.From != "":
		return p, conflict("payment_moved", "payment %s is a credit of case %s: take back the payment there", id, p.From)
	}
	if no := h.past("on", on); no != nil {
		return p, no
	}
	if on.Before(p.Received) {
		return p, wrong("on", "before_payment", "the payment was received on %s", p.Received)
	}
	return p, nil
}

// takenBack says what follows where f takes payment p back. What was refunded
// of it is owed again.
func (h hearing) takenBack(f Fact, p Payment, why string) ([]Fact, *Refusal) {
	out := append([]Fact{f}, h.recalled(p.ID)...)
	after := h.Clone()
	for _, x := range out {
		after.Apply(Event{Seq: h.Seq, At: h.now, Fact: x})
	}
	done := len(out)
	out = append(out, h.reimpute(after, p.Received, why)...)
	out = append(out, h.agreementsMissed(after)...)
	if h.Open() || (h.Outcome != Paid && h.Outcome != Settled) {
		return out, nil
	}
	for _, x := range out[done:] {
		after.Apply(Event{Seq: h.Seq, At: h.now, Fact: x})
	}
	if !after.Settled(h.t, h.day(h.ClosedAt)) { // as it stood when it was closed
		out = append(out, h.reopen(CaseReopened{Reason: "payment_" + why})...)
	}
	return out, nil
}

// agreementsMissed says which offers, promises and plans that were met are not,
// now that a payment is gone.
func (h hearing) agreementsMissed(after *Case) []Fact {
	var out []Fact
	for _, o := range h.Offers {
		if o.State == OfferPaid && after.paidBetween(h.day(o.Made), o.Until).Cents < o.Amount.Cents {
			out = append(out, OfferEnded{Offer: o.ID, State: OfferLapsed})
		}
	}
	for _, p := range h.Promises {
		if p.State == PromiseKept && after.paidBetween(h.day(p.Made), p.GraceEnd).Cents < p.Amount.Cents {
			out = append(out, PromiseEnded{Promise: p.ID, State: PromiseBroken})
		}
	}
	for _, p := range h.Plans {
		if p.State == PromiseKept && after.PaidSince(p.From).Cents < p.Total().Cents {
			out = append(out, PlanEnded{Plan: p.ID, State: PromiseBroken})
		}
	}
	return out
}

// reimpute reverses the imputations of payments received from day on, or bounced
// since, and imputes all that now have none, in the order received. after is
// the case with the new fact applied.
func (h hearing) reimpute(after *Case, day calendar.Date, why string) []Fact {
	var out []Fact
	var stand []Imputation
	for _, i := range h.Imputations {
		p := after.Payments[slices.IndexFunc(after.Payments, func(p Payment) bool { return p.ID == i.Payment })]
		if p.Bounced.IsZero() && i.On.Before(day) {
			stand = append(stand, i)
			continue
		}
		out = append(out, ImputationReversed{Imputation: i, Why: why})
	}
	todo := slices.DeleteFunc(slices.Clone(after.Payments), func(p Payment) bool {
		return !p.Bounced.IsZero() || slices.ContainsFunc(stand, func(i Imputation) bool { return i.Payment == p.ID })
	})
	slices.SortStableFunc(todo, func(a, b Payment) int { return a.Received.Compare(b.Received) })
	for _, p := range todo {
		i := after.impute(h.t, stand, p)
		stand = append(stand, i)
		out = append(out, PaymentImputed{Imputation: i})
	}
	return out
}

// paidBetween sums the payments that stand, received from one day to another,
// both included.
func (c *Case) paidBetween(from, to calendar.Date) money.Amount {
	sum := money.Of(0, c.Principal.Currency)
	for _, p := range c.Payments {
		if p.Bounced.IsZero() && !p.Received.Before(from) && !p.Received.After(to) {
			sum.Cents += p.Amount.Cents
		}
	}
	return sum
}

// PaidSince sums the payments that stand, received from a day on.
func (c *Case) PaidSince(from calendar.Date) money.Amount {
	return c.paidBetween(from, calendar.Day(9999, 12, 31))
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
		if p.State != PromiseRunning && p.State != PromiseBroken {
			continue
		}
		if after.paidBetween(h.day(p.Made), p.GraceEnd).Cents >= p.Amount.Cents || (settled && p.State == PromiseRunning) {
			out = append(out, PromiseEnded{Promise: p.ID, State: PromiseKept})
			out = append(out, h.endHold(p.ID)...)
		}
	}
	for _, p := range h.Plans {
		if p.State == PromiseRunning && (settled || after.PaidSince(p.From).Cents >= p.Total().Cents) {
			out = append(out, PlanEnded{Plan: p.ID, State: PromiseKept})
			out = append(out, h.endHold(p.ID)...)
		}
	}
	for _, o := range h.Offers {
		if (o.State == OfferOpen || o.State == OfferAccepted || o.State == OfferLapsed) &&
			after.paidBetween(h.day(o.Made), o.Until).Cents >= o.Amount.Cents {
			out = append(out, OfferEnded{Offer: o.ID, State: OfferPaid})
			out = append(out, h.endHold(o.ID)...)
		}
	}
	return out
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

// Total is the sum of the plan's instalments.
func (p Plan) Total() money.Amount {
	var sum money.Amount
	for _, i := range p.Instalments {
		sum = sum.Plus(i.Amount)
	}
	return sum
}
