package debt

import (
	"fmt"
	"slices"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// adjust lowers what is owed by a credit note or a write-off.
func (h hearing) adjust(f Adjusted) ([]Fact, *Refusal) {
	if no := h.sum("amount", f.Adjustment.Amount); no != nil {
		return nil, no
	}
	if f.Note == "" {
		return nil, wrong("reason", "reason_missing", "say why less is owed")
	}
	f.Adjustment.ID = h.id("adjustment")
	switch f.Adjustment.Kind {
	case CreditNote:
		return h.creditNote(f)
	case WriteOff:
		return h.writeOff(f)
	}
	return nil, conflict("engine_only", "an adjustment of kind %q cannot be reported", f.Adjustment.Kind)
}

// creditNote lowers the principal by what the creditor never was to have: from
// the due date on, as where a dispute is upheld in part. One for the whole
// withdraws the claim, and what was paid on it is a credit.
func (h hearing) creditNote(f Adjusted) ([]Fact, *Refusal) {
	a := &f.Adjustment
	if !h.Open() && h.Outcome != Paid && h.Outcome != Settled {
		return nil, conflict("case_closed", "case %s is closed as %s", h.ID, h.Outcome)
	}
	if a.Number == "" {
		return nil, wrong("number", "missing", "number is missing: that of the credit note")
	}
	if no := h.past("on", a.Issued); no != nil {
		return nil, no
	}
	if a.Issued.Before(h.Claim.Issued) {
		return nil, wrong("on", "before_issue", "the claim was issued on %s", h.Claim.Issued)
	}
	for _, x := range h.Adjustments {
		if x.Kind == CreditNote && x.Number == a.Number {
			return nil, conflict("credit_note_known", "credit note %s is on case %s already", a.Number, h.ID)
		}
	}
	left := h.claimed()
	if a.Amount.Cents > left.Cents {
		return nil, wrong("amount", "above_principal", "of the principal %s is claimed", left)
	}
	a.On = h.neverOwedFrom()
	day := a.On
	if a.Amount.Cents > h.OpenPrincipal().Minus(h.recalledAfter(a.On)).Cents { // what was paid on it is not owed either
		day = calendar.Date{}
	}
	after := h.Clone()
	after.Apply(Event{Seq: h.Seq, At: h.now, Fact: f})
	out := append([]Fact{f}, h.reimpute(after, day, CreditNote)...)
	met := h.agreementsMet(after, out) // after has heard all of out now
	if a.Amount.Cents < left.Cents || !h.Open() || after.OpenPrincipal().Cents > 0 {
		return append(out, met...), nil
	}
	out = append(out, h.EndAll()...)
	return append(out, CaseClosed{Outcome: Withdrawn, Reason: CreditNote, WrittenOff: after.Statement(h.t, h.today).Balance}), nil
}

// claimed is the principal less what was never owed of it, or was given up.
func (c *Case) claimed() money.Amount {
	left := c.Principal
	for _, x := range c.Adjustments {
		if x.Kind != RefundRecalled {
			left = left.Minus(x.Amount)
		}
	}
	return left
}

// writeOff gives a part of the principal up from today on: until then it was
// owed, and bore interest. To give up the rest the case is closed.
func (h hearing) writeOff(f Adjusted) ([]Fact, *Refusal) {
	if !h.Open() {
		return nil, conflict("case_closed", "case %s is closed as %s", h.ID, h.Outcome)
	}
	if open := h.OpenPrincipal(); f.Adjustment.Amount.Cents >= open.Cents {
		return nil, wrong("amount", "above_principal", "less than the open principal of %s can be given up: to give up all of it, close the case", open)
	}
	f.Adjustment.On, f.Adjustment.Number, f.Adjustment.Issued = h.today, "", calendar.Date{}
	after := h.Clone()
	after.Apply(Event{Seq: h.Seq, At: h.now, Fact: f})
	out := append([]Fact{f}, h.reimpute(after, h.today, WriteOff)...)
	return append(out, h.agreementsMet(after, out)...), nil
}

// refund pays a credit back, or moves it. It is of the payments received last.
func (h hearing) refund(f Refunded) ([]Fact, *Refusal) {
	r := &f.Refund
	if r.On.IsZero() {
		r.On = h.today
	}
	if no := h.sum("amount", r.Amount); no != nil {
		return nil, no
	}
	if no := h.past("on", r.On); no != nil {
		return nil, no
	}
	r.ID, r.Of = h.id("refund"), nil
	rest := r.Amount
	for _, p := range slices.Backward(h.inOrder()) {
		if part := money.Min(rest, h.creditOf(p)); part.Cents > 0 && !p.Received.After(r.On) {
			r.Of = append(r.Of, Share{Payment: p.ID, Amount: part})
			rest = rest.Minus(part)
		}
	}
	if rest.Cents > 0 {
		return nil, wrong("amount", "above_credit", "on %s there is a credit of %s", r.On, r.Amount.Minus(rest))
	}
	return []Fact{f}, nil
}

// inOrder gives the payments that stand in the order received.
func (c *Case) inOrder() []Payment {
	out := slices.DeleteFunc(slices.Clone(c.Payments), func(p Payment) bool { return !p.Bounced.IsZero() })
	slices.SortStableFunc(out, func(a, b Payment) int { return a.Received.Compare(b.Received) })
	return out
}

// creditOf is how much of a payment is a credit that is still here: all of it
// where the debt was shown never to have been owed.
func (c *Case) creditOf(p Payment) money.Amount {
	if !c.Open() && c.Outcome == Upheld {
		return p.Amount.Minus(c.PaidBack(p.ID))
	}
	for _, i := range c.Imputations {
		if i.Payment == p.ID {
			return i.Surplus.Minus(c.PaidBack(p.ID))
		}
	}
	return money.Of(0, c.Principal.Currency)
}

// creditsAgain imputes again, in a case that is reopened, what was a credit
// while nothing was owed.
func (h hearing) creditsAgain(reopened []Fact) []Fact {
	return h.reimpute(h.with(reopened), h.firstCredit(), "reopened")
}

// firstCredit is the day of the first payment of which a part is, or was, a
// credit; forever where none is.
func (c *Case) firstCredit() calendar.Date {
	day := forever
	for _, i := range c.Imputations {
		if i.On.Before(day) && (i.Surplus.Cents > 0 || c.PaidBack(i.Payment).Cents > 0) {
			day = i.On
		}
	}
	return day
}

// CreditsDue imputes credits again where more is owed by now than on the days on
// which they came, so that nobody is asked for money that is here: the rate of
// days before them has been published since. None where that would use no credit.
func (c *Case) CreditsDue(t Terms, on calendar.Date) []Fact {
	first := c.firstCredit()
	if !c.Open() || first.After(on) {
		return nil
	}
	if s := c.Statement(t, on); s.Balance.Cents <= 0 || s.Credit.Cents <= 0 {
		return nil
	}
	h := hearing{Case: c, t: t, today: on}
	out := h.reimpute(c, first, "owed_since")
	if surplus(h.with(out)) >= surplus(c) {
		return nil
	}
	return out
}

// surplus sums what payments came to above the balance, in minor units.
func surplus(c *Case) int64 {
	sum := int64(0)
	for i := range c.Imputations {
		sum += c.Imputations[i].Surplus.Cents
	}
	return sum
}

// givenUp says what a case that stays closed gives up, now that facts are heard,
// beyond what it did.
func (h hearing) givenUp(facts []Fact) []Fact {
	if h.Open() || !slices.ContainsFunc(facts, moves) {
		return nil
	}
	after := h.with(facts)
	if after.Open() {
		return nil
	}
	more := after.Statement(h.t, h.latestToday()).WrittenOff.Minus(h.Statement(h.t, h.latestToday()).WrittenOff)
	if more.Cents == 0 {
		return nil
	}
	f := BalanceGivenUp{Amount: more}
	for _, x := range facts {
		if a, is := x.(Adjusted); is && a.Adjustment.Kind == RefundRecalled {
			f.Refunded = f.Refunded.Minus(a.Adjustment.Amount)
		}
	}
	return []Fact{f}
}

// moves reports whether a fact may change what is owed.
func moves(f Fact) bool {
	switch f.(type) {
	case PaymentImputed, ImputationReversed, Adjusted:
		return true
	}
	return false
}

// Why a cost is claimed of the debtor, or is not.
const (
	CostClaimed     = "claimed"
	CostBelowFixed  = "covered_by_fixed_sum"
	CostNotByLaw    = "law_gives_none"
	CostOfCourt     = "court_decides"
	CostUnproved    = "no_proof"
	CostBeforeDue   = "before_the_delay"
	CostNotStrategy = "strategy_claims_none"
	CostAfterEnd    = "case_closed"
)

// cost books a cost of collecting. Of the debtor it is claimed where the law
// allows it, and by as much; the rest stays the creditor's own.
func (h hearing) cost(f CostIncurred) ([]Fact, *Refusal) {
	if f.Handoff != "" {
		if no := h.withLawyer(f.Handoff); no != nil {
			return nil, no
		}
	}
	if no := h.sum("amount", f.Amount); no != nil {
		return nil, no
	}
	if no := h.past("on", f.On); no != nil {
		return nil, no
	}
	f.ID, f.Claimed = h.id("cost"), money.Of(0, f.Amount.Currency)
	rule, _ := h.t.Law.CostRule(h.Claim, law.Capacity(h.Capacity))
	f.Rule, f.Why = rule.Code, h.costWhy(f, rule)
	if f.Why != CostClaimed {
		return []Fact{f}, nil
	}
	f.Counts = true
	if f.Claimed = h.aboveFixed(f.Amount); f.Claimed.Cents == 0 {
		f.Why = CostBelowFixed
		return []Fact{f}, nil
	}
	after := h.Clone()
	after.Apply(Event{Seq: h.Seq, At: h.now, Fact: f})
	day := f.On
	if credit := h.firstCredit(); credit.Before(day) { // it pays the cost
		day = credit
	}
	out := append([]Fact{f}, h.reimpute(after, day, "cost")...)
	return append(out, h.agreementsMissed(after)...), nil
}

// costWhy says whether a cost counts toward what may be claimed, and else why not.
func (h hearing) costWhy(f CostIncurred, rule law.CostRule) string {
	switch {
	case f.Court:
		return CostOfCourt
	case !rule.Claim:
		return CostNotByLaw
	case !h.Open():
		return CostAfterEnd
	case !h.t.Limits.ClaimCompensation:
		return CostNotStrategy
	case !f.On.After(h.Claim.Due):
		return CostBeforeDue
	case f.Document == "":
		return CostUnproved
	}
	return CostClaimed
}

// aboveFixed is how much of a further cost lies above the fixed sum, which the
// costs before it have been counted against too.
func (h hearing) aboveFixed(sum money.Amount) money.Amount {
	fixed, _ := h.t.Law.Compensation(h.Claim)
	if fixed.Currency != sum.Currency {
		fixed = money.Of(0, sum.Currency)
	}
	before, claimed := money.Of(0, sum.Currency), money.Of(0, sum.Currency)
	for _, x := range h.Costs {
		if x.Counts {
			before, claimed = before.Plus(x.Amount), claimed.Plus(x.Claimed)
		}
	}
	above := before.Plus(sum).Minus(fixed).Minus(claimed)
	if above.Cents < 0 {
		return money.Of(0, sum.Currency)
	}
	return money.Min(above, sum)
}

// recalled are the refunds of a payment that is taken back, as what is owed
// again from their days on.
func (h hearing) recalled(payment string) []Fact {
	var out []Fact
	for _, r := range h.Refunds {
		for _, s := range r.Of {
			if s.Payment == payment {
				a := Adjustment{ID: h.id(fmt.Sprintf("adjustment-%d", len(out)+1)), Kind: RefundRecalled, Amount: s.Amount.Neg(), On: r.On}
				out = append(out, Adjusted{Adjustment: a})
			}
		}
	}
	return out
}

// neverOwedFrom is from when what was never owed is taken off: the due date,
// since it bore no interest; before the debt is due today, so that who pays the
// rest has paid, and is not asked for it until the day.
func (h hearing) neverOwedFrom() calendar.Date {
	if h.today.Before(h.Claim.Due) {
		return h.today
	}
	return h.Claim.Due
}
