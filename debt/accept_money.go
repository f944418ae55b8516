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
	if no := h.converted(f); no != nil {
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
// of it is owed again, and so a credit of before it is used.
func (h hearing) takenBack(f Fact, p Payment, why string) ([]Fact, *Refusal) {
	out := append([]Fact{f}, h.recalled(p.ID)...)
	taken := h.with(out)
	moved, missed := h.reimpute(taken, p.Received, why), h.agreementsMissed(taken)
	reopens := func() bool { // as it stood when it was closed
		return (h.Outcome == Paid || h.Outcome == Settled) && !h.with(slices.Concat(out, moved, missed)).Settled(h.t, h.day(h.ClosedAt))
	}
	if credit := h.firstCredit(); credit.Before(p.Received) && (h.Open() || reopens()) {
		moved = h.reimpute(taken, credit, why)
	}
	reopened := reopens()
	out = slices.Concat(out, moved, missed)
	if reopened {
		out = append(out, h.reopen(CaseReopened{Reason: "payment_" + why})...)
	}
	if reopened || h.Open() {
		out = append(out, h.plansMissed(taken)...)
	}
	return out, nil
}

// with is the case once facts are on its record as well.
func (h hearing) with(facts []Fact) *Case {
	after := h.Clone()
	for _, f := range facts {
		after.Apply(Event{Seq: h.Seq, At: h.now, Fact: f})
	}
	return after
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
