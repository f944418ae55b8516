package debt

import (
	"slices"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// entries lists the ledger up to a day: what was owed from the start, what was
// booked and taken off since, what has accrued and is not booked yet, and the
// money that came and went. The entries of a part of the
// claim add up to what is open of it, those of all parts to the balance; money
// is of no part, and what came in is what it was imputed to and the credits.
func (c *Case) entries(accrued []Entry, asOf calendar.Date) []Entry {
	out := []Entry{{On: c.Claim.Issued, Kind: "principal", Component: law.Principal, Amount: c.Principal}}
	for _, m := range c.movements(c.Imputations, asOf) {
		switch {
		case m.cost != nil:
			out = append(out, Entry{On: m.on, Kind: "cost", Component: law.Costs, Amount: m.cost.Claimed, Ref: m.cost.ID})
		case m.adjustment != nil:
			out = append(out, Entry{On: m.on, Kind: m.adjustment.Kind, Component: law.Principal, Amount: m.adjustment.Amount.Neg(), Ref: m.adjustment.ID})
		case m.paid != nil: // an entry of its imputation
		default:
			out = append(out, c.moneyIn(m.imputation.Payment)...)
			for _, e := range m.imputation.Entries() {
				if !e.On.After(asOf) {
					out = append(out, e)
				}
			}
		}
	}
	out = append(out, c.refundEntries(asOf)...)
	out = append(out, accrued...)
	slices.SortStableFunc(out, func(x, y Entry) int { return x.On.Compare(y.On) })
	return out
}

// accrued gives what has accrued up to a day and is not booked: interest, and
// the fixed sum where it fell due.
func (a *account) accrued(on calendar.Date, fixed money.Amount) []Entry {
	var out []Entry
	for _, e := range []Entry{{Component: law.Interest, Amount: a.unbooked}, {Component: law.Compensation, Amount: fixed}} {
		if e.Amount.Cents != 0 {
			e.On, e.Kind, e.Accrued = on, string(e.Component), true
			out = append(out, e)
		}
	}
	return out
}

// moneyIn is a payment as it came in; one that was moved here came from a credit.
func (c *Case) moneyIn(id string) []Entry {
	p, ok := c.paid(id)
	if !ok {
		return nil
	}
	return []Entry{{On: p.Received, Kind: "payment", Amount: p.Amount.Neg(), Payment: p.ID, Ref: p.From}}
}

// refundEntries are the credits that left the case up to a day.
func (c *Case) refundEntries(until calendar.Date) []Entry {
	var out []Entry
	for _, r := range c.Refunds {
		for _, s := range r.Of {
			if p, ok := c.paid(s.Payment); ok && p.Bounced.IsZero() && !r.On.After(until) {
				out = append(out, Entry{On: r.On, Kind: r.kind(), Amount: s.Amount, Payment: s.Payment, Ref: r.ID})
			}
		}
	}
	return out
}

// kind is what the ledger calls it.
func (r Refund) kind() string {
	if r.To != "" {
		return "transfer"
	}
	return "refund"
}

// ownCosts sums the costs up to a day that are the creditor's own.
func (c *Case) ownCosts(until calendar.Date) money.Amount {
	sum := money.Of(0, c.Principal.Currency)
	for _, x := range c.Costs {
		if !x.On.After(until) {
			sum = sum.Plus(x.Amount).Minus(x.Claimed)
		}
	}
	return sum
}

// parts is the order in which the parts of an imputation are listed.
var parts = []law.Component{law.Costs, law.Compensation, law.Interest, law.Principal}

// Entries are the bookings of the imputation: first what accrued, then what
// the payment took off each part, and the credit.
func (i Imputation) Entries() []Entry {
	var out []Entry
	for _, part := range parts {
		if sum, ok := i.Accrued[part]; ok {
			out = append(out, Entry{On: i.On, Kind: string(part), Component: part, Amount: sum, Payment: i.Payment})
		}
	}
	for _, part := range parts {
		if sum, ok := i.Parts[part]; ok {
			out = append(out, Entry{On: i.On, Kind: "imputation", Component: part, Amount: sum.Neg(), Payment: i.Payment})
		}
	}
	if credit := i.Credit(); credit.Cents != 0 {
		out = append(out, Entry{On: i.On, Kind: "credit", Amount: credit.Neg(), Payment: i.Payment})
	}
	for _, x := range i.Costs {
		out = append(out, Entry{On: x.On, Kind: "credit", Amount: x.Amount, Payment: i.Payment},
			Entry{On: x.On, Kind: "imputation", Component: law.Costs, Amount: x.Amount.Neg(), Payment: i.Payment})
	}
	return out
}

// Credit is what was above the balance on the day of the payment; Surplus is what
// the costs claimed since have left of it.
func (i Imputation) Credit() money.Amount {
	sum := i.Surplus
	for _, x := range i.Costs {
		sum = sum.Plus(x.Amount)
	}
	return sum
}
