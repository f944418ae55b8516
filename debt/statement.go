package debt

import (
	"slices"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// account walks the movements of a case in the order of their effective days
// and keeps what is open of each part. Interest is booked where it was imputed;
// since then it accrues by calculation.
type account struct {
	c        *Case
	t        Terms
	terms    law.InterestTerms
	day      calendar.Date // up to and including which interest has accrued
	open     map[law.Component]money.Amount
	unbooked money.Amount // interest accrued since the last imputation, and what was reserved before
	lines    []law.Line
	booked   int        // how many of them have been booked, or given way to what was
	carried  []law.Line // of those, the ones that an imputation reserved
	estimate money.Amount
	recalled money.Amount // of the principal: refunds owed again, which bear no interest
	missing  bool
	flags    []string
}

func (c *Case) account(t Terms) *account {
	zero := money.Of(0, c.Principal.Currency)
	a := &account{c: c, t: t, estimate: zero, unbooked: zero, recalled: zero, open: map[law.Component]money.Amount{
		law.Principal: c.Principal, law.Interest: zero, law.Compensation: zero, law.Costs: zero,
	}}
	a.terms = law.InterestTerms{Table: "none", Why: "the strategy does not claim late-payment interest"}
	if t.Limits.ClaimInterest {
		a.terms = t.Law.InterestTerms(c.Claim)
	}
	a.day = a.terms.From.AddDays(-1)
	return a
}

// accrue brings interest up to day, included.
func (a *account) accrue(day calendar.Date) {
	if a.terms.From.IsZero() || !day.After(a.day) {
		return
	}
	sum := money.Of(0, a.c.Principal.Currency)
	base := a.open[law.Principal].Minus(a.recalled)
	if base.Cents > 0 && a.terms.Table != "none" {
		for _, l := range a.t.Law.Accrue(a.terms, base, a.day.AddDays(1), day) {
			a.lines = append(a.lines, l)
			if l.Missing {
				a.missing = true
				a.estimate = a.estimate.Plus(l.Interest)
				continue
			}
			sum = sum.Plus(l.Interest)
		}
	}
	a.day = day
	a.unbooked = a.unbooked.Plus(sum)
	a.open[law.Interest] = a.open[law.Interest].Plus(sum)
}

// late makes the fixed compensation due once day lies after the due date. It
// is owed once for each invoice, however often it is looked at.
func (a *account) late(day calendar.Date, booked bool) money.Amount {
	none := money.Of(0, a.c.Principal.Currency)
	if booked || !a.t.Limits.ClaimCompensation || !day.After(a.c.Claim.Due) || !a.unpaidWhenDue() {
		return none
	}
	sum, _ := a.t.Law.Compensation(a.c.Claim)
	if sum.Currency != a.c.Principal.Currency {
		return none // the law states the sum in euro; other currencies need a person
	}
	a.open[law.Compensation] = a.open[law.Compensation].Plus(sum)
	return sum
}

// unpaidWhenDue reports whether anything was still owed after the due date.
func (a *account) unpaidWhenDue() bool {
	paid := int64(0)
	for _, p := range a.c.Payments {
		if p.Bounced.IsZero() && !p.Received.After(a.c.Claim.Due) {
			paid += p.Amount.Cents
		}
	}
	for _, x := range a.c.Adjustments {
		if !x.On.After(a.c.Claim.Due) {
			paid += x.Amount.Cents
		}
	}
	return paid < a.c.Principal.Cents
}

// take lowers a part of what is open.
func (a *account) take(part law.Component, sum money.Amount) {
	a.open[part] = a.open[part].Minus(sum)
}

// replay applies the imputations and adjustments that took effect up to day,
// and reports whether the compensation has been booked by then.
func (a *account) replay(imputations []Imputation, day calendar.Date) (booked bool) {
	for _, m := range a.c.movements(imputations, day) {
		if m.cost != nil {
			a.open[law.Costs] = a.open[law.Costs].Plus(m.cost.Claimed)
			continue
		}
		if m.paid != nil {
			a.take(law.Costs, m.paid.Amount)
			continue
		}
		if m.adjustment != nil {
			a.accrue(m.on)
			a.take(law.Principal, m.adjustment.Amount)
			if m.adjustment.Kind == RefundRecalled {
				a.recalled = a.recalled.Minus(m.adjustment.Amount)
			}
			continue
		}
		i := m.imputation
		if len(i.Parts) == 0 && len(i.Accrued) == 0 { // a credit books nothing
			continue
		}
		a.accrueUpTo(i)
		unbooked := a.since()
		calculated, recorded := a.book(i.Reserved), i.Accrued[law.Interest]
		if recorded.Cents != calculated.Cents { // a rate was corrected since: what was booked stands
			a.open[law.Interest] = a.open[law.Interest].Minus(calculated).Plus(recorded)
			a.corrected(i, unbooked)
		}
		if comp := i.Accrued[law.Compensation]; comp.Cents != 0 {
			a.open[law.Compensation] = a.open[law.Compensation].Plus(comp)
			booked = true
		}
		for part, sum := range i.Parts {
			a.take(part, sum)
		}
	}
	return booked
}

// impute says which parts of the claim payment p goes to, after the given
// imputations.
func (c *Case) impute(t Terms, before []Imputation, p Payment) Imputation {
	a := c.account(t)
	booked := a.replay(before, p.Received)
	i := Imputation{Payment: p.ID, On: p.Received, Surplus: money.Of(0, p.Amount.Currency),
		Parts: map[law.Component]money.Amount{}, Accrued: map[law.Component]money.Amount{}}
	a.accrue(p.Received)
	if a.unbooked.Cents != 0 {
		i.Accrued[law.Interest] = a.unbooked
		i.Rates = ratesOf(a.since())
	}
	i.Reserved = reservedOf(a.lines)
	if sum := a.late(p.Received, booked); sum.Cents != 0 {
		i.Accrued[law.Compensation] = sum
	}
	rest := p.Amount.Minus(c.PaidBack(p.ID)) // what was paid back is not here to be imputed
	for _, part := range t.Law.Order() {
		open := a.open[part]
		if part == law.Principal { // what was given up since is not there to be paid, on whatever day
			open = money.Min(open, c.principalAfter(before).Minus(c.recalledAfter(p.Received)))
		}
		if got := money.Min(rest, open); got.Cents > 0 {
			i.Parts[part] = got
			rest = rest.Minus(got)
		}
	}
	i.Costs = c.costsAfter(before, p.Received, rest)
	for _, x := range i.Costs {
		rest = rest.Minus(x.Amount)
	}
	i.Surplus = rest.Plus(c.PaidBack(p.ID))
	return i
}

// costsAfter says which costs that were claimed after a day a credit of it pays,
// as far as the given imputations leave them open.
func (c *Case) costsAfter(before []Imputation, day calendar.Date, credit money.Amount) []CostPaid {
	var out []CostPaid
	for i := range c.Costs {
		x := &c.Costs[i]
		left := x.Claimed
		for _, b := range before {
			for _, paid := range b.Costs {
				if paid.Cost == x.ID {
					left = left.Minus(paid.Amount)
				}
			}
		}
		if got := money.Min(credit, left); x.On.After(day) && got.Cents > 0 {
			out = append(out, CostPaid{Cost: x.ID, On: x.On, Amount: got})
			credit = credit.Minus(got)
		}
	}
	return out
}

// movement is a claimed cost, what an earlier credit paid of one, an adjustment or
// an imputation on its effective day.
type movement struct {
	on         calendar.Date
	cost       *Cost
	paid       *CostPaid
	adjustment *Adjustment
	imputation *Imputation
}

// movements are what moves the parts of the claim up to a day, in order, with
// the given imputations.
func (c *Case) movements(imputations []Imputation, until calendar.Date) []movement {
	out := make([]movement, 0, len(imputations)+len(c.Adjustments)+len(c.Costs))
	for i := range c.Costs {
		if x := &c.Costs[i]; !x.On.After(until) && x.Claimed.Cents > 0 {
			out = append(out, movement{on: x.On, cost: x})
		}
	}
	for i := range c.Adjustments {
		if x := &c.Adjustments[i]; !x.On.After(until) {
			out = append(out, movement{on: x.On, adjustment: x})
		}
	}
	for i := range imputations {
		if !imputations[i].On.After(until) {
			out = append(out, movement{on: imputations[i].On, imputation: &imputations[i]})
		}
		for n := range imputations[i].Costs {
			if x := &imputations[i].Costs[n]; !x.On.After(until) {
				out = append(out, movement{on: x.On, paid: x})
			}
		}
	}
	slices.SortStableFunc(out, func(x, y movement) int { return x.on.Compare(y.on) })
	return out
}

// Statement computes what is owed as of a day, with each line's rate, days and
// article. Facts of later days do not count, whenever they became known.
func (c *Case) Statement(t Terms, asOf calendar.Date) Statement {
	closed := calendar.DateOf(c.ClosedAt.In(t.Debtor.Zone()))
	over := !c.Open() && !asOf.Before(closed)
	accruing := asOf
	if over { // nothing grows on a closed case
		accruing = closed
	}
	a := c.account(t)
	if asOf.Before(c.Claim.Issued) { // nothing is owed yet
		a.open[law.Principal] = money.Of(0, c.Principal.Currency)
		return c.ahead(a, asOf)
	}
	booked := a.replay(c.Imputations, asOf)
	a.accrue(accruing)
	fixed := a.late(accruing, booked)
	s := Statement{AsOf: asOf, Principal: c.Principal, Open: a.open, Lines: a.lines, Terms: a.terms,
		RateMissing: a.missing, Estimate: a.estimate, Flags: append(a.flags, a.terms.Flags...)}
	zero := money.Of(0, c.Principal.Currency)
	s.Received, s.Credit, s.Balance, s.Compensation, s.OwnCosts = zero, zero, zero, zero, c.ownCosts(asOf)
	if sum, _ := t.Law.Compensation(c.Claim); t.Limits.ClaimCompensation && sum.Currency == zero.Currency {
		s.Compensation = sum
	}
	for _, p := range c.Payments {
		if p.Bounced.IsZero() && !p.Received.After(asOf) {
			s.Received = s.Received.Plus(p.Amount)
		}
	}
	for _, i := range c.Imputations {
		if !i.On.After(asOf) {
			s.Credit = s.Credit.Plus(i.Surplus)
		}
		for _, x := range i.Costs {
			if !i.On.After(asOf) && x.On.After(asOf) { // not used yet
				s.Credit = s.Credit.Plus(x.Amount)
			}
		}
	}
	s.Refunded = c.refunds(asOf)
	s.Credit = s.Credit.Minus(s.Refunded)
	for _, part := range a.open {
		s.Balance = s.Balance.Plus(part)
	}
	s.WrittenOff = zero
	s.Entries = c.entries(a.accrued(accruing, fixed), asOf)
	if over {
		s.giveUp(c.Outcome, closed)
	}
	return s
}

// ahead is the statement of a day before the claim was issued: what was paid by
// then is a credit.
func (c *Case) ahead(a *account, asOf calendar.Date) Statement {
	zero := money.Of(0, c.Principal.Currency)
	s := Statement{AsOf: asOf, Principal: c.Principal, Open: a.open, Terms: a.terms, Compensation: zero, Received: zero,
		Balance: zero, WrittenOff: zero, Estimate: zero, Flags: append([]string{"before_issue"}, a.terms.Flags...)}
	for _, p := range c.Payments {
		if p.Bounced.IsZero() && !p.Received.After(asOf) {
			s.Received = s.Received.Plus(p.Amount)
			s.Entries = append(s.Entries, Entry{On: p.Received, Kind: "payment", Amount: p.Amount.Neg(), Payment: p.ID},
				Entry{On: p.Received, Kind: "credit", Amount: p.Amount.Neg(), Payment: p.ID})
		}
	}
	s.Refunded, s.OwnCosts = c.refunds(asOf), c.ownCosts(asOf)
	s.Credit = s.Received.Minus(s.Refunded)
	s.Entries = append(s.Entries, c.refundEntries(asOf)...)
	return s
}

// giveUp leaves nothing owed on a closed case. Where the dispute was upheld
// nothing ever was, so that all that came in is a credit.
func (s *Statement) giveUp(out Outcome, on calendar.Date) {
	kind := "write_off"
	if out == Settled {
		kind = "discount"
	}
	for _, part := range parts {
		if a := s.Open[part]; a.Cents != 0 {
			s.Entries = append(s.Entries, Entry{On: on, Kind: kind, Component: part, Amount: a.Neg()})
		}
	}
	s.WrittenOff, s.Balance = s.Balance, money.Of(0, s.Balance.Currency)
	for part := range s.Open {
		s.Open[part] = s.Balance
	}
	if out == Upheld {
		s.Credit = s.Received.Minus(s.Refunded)
	}
}

// Settled reports whether nothing, or no more than the tolerance, is owed on a
// day, with the interest of days whose rate is still to be published. An offer
// that was paid in time settles the whole.
func (c *Case) Settled(t Terms, on calendar.Date) bool {
	for i := range c.Offers {
		if c.Offers[i].State == OfferPaid {
			return true
		}
	}
	if len(c.Imputations) == 0 && len(c.Adjustments) == 0 {
		return false
	}
	tolerance := t.Limits.Tolerance.Cents
	if c.OpenPrincipal().Cents > tolerance {
		return false
	}
	s := c.Statement(t, on)
	return s.Balance.Plus(s.Awaited()).Cents <= tolerance
}
