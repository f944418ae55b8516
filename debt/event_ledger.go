package debt

import (
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

// The facts of the ledger, beside payments and what they are imputed to.
type (
	// PaymentReversed takes back a payment that was booked by mistake: on the
	// wrong case, twice, or with another sum. Unlike one that bounced it never was.
	PaymentReversed struct {
		Payment string        `json:"payment"`
		On      calendar.Date `json:"on"` // the day it was found out
		Reason  string        `json:"reason"`
	}
	// Refunded is money of a credit that leaves the case: paid back to the
	// debtor, or moved to another debt of theirs.
	Refunded struct {
		Refund    Refund `json:"refund"`
		Reference string `json:"reference,omitempty"`
		Note      string `json:"note,omitempty"`
	}
	// BalanceGivenUp is what the closing of a case gives up beyond what it did,
	// since what was paid on it turned out to be less; below zero where it is more.
	BalanceGivenUp struct {
		Amount money.Amount `json:"amount"`
		// Refunded is money that was paid back and then taken back from us: a
		// person decides whether it is asked for.
		Refunded money.Amount `json:"refunded,omitzero"`
	}
)

// Kind gives the names on the record.
func (PaymentReversed) Kind() string { return "payment_reversed" }

// Kind gives the names on the record.
func (Refunded) Kind() string { return "refunded" }

// Kind gives the names on the record.
func (BalanceGivenUp) Kind() string { return "balance_given_up" }

// Refund is money of a credit that left a case.
type Refund struct {
	ID     string        `json:"id"`
	Amount money.Amount  `json:"amount"`
	On     calendar.Date `json:"on"`
	To     string        `json:"to_case_id,omitempty"` // empty: to the debtor
	Of     []Share       `json:"of"`                   // which payments the money came from
}

// Share is a part of the money of one payment.
type Share struct {
	Payment string       `json:"payment"`
	Amount  money.Amount `json:"amount"`
}

// Cost is a cost of collecting a debt. What the law lets claim of the debtor is
// owed with the debt; the rest is the creditor's own, and in no letter.
type Cost struct {
	ID      string        `json:"id"`
	On      calendar.Date `json:"on"`
	Amount  money.Amount  `json:"amount"`
	Claimed money.Amount  `json:"claimed"`           // of the debtor
	Counts  bool          `json:"counts,omitempty"`  // toward what the law lets claim above the fixed sum
	Rule    string        `json:"rule,omitempty"`    // code of the row of law that says so
	Handoff string        `json:"handoff,omitempty"` // empty: the creditor reported it
}

// The kinds of adjustment.
const (
	DisputeUpheld = "dispute_upheld"
	CreditNote    = "credit_note"
	WriteOff      = "write_off"
	// RefundRecalled raises what is owed: money was paid back that was taken
	// back later. It bears no interest.
	RefundRecalled = "refund_recalled"
)

// PaidBack is what was refunded, or moved, of a payment.
func (c *Case) PaidBack(payment string) money.Amount {
	sum := money.Of(0, c.Principal.Currency)
	for _, r := range c.Refunds {
		for _, s := range r.Of {
			if s.Payment == payment {
				sum = sum.Plus(s.Amount)
			}
		}
	}
	return sum
}

// paid gives a payment by its id.
func (c *Case) paid(id string) (Payment, bool) {
	for _, p := range c.Payments {
		if p.ID == id {
			return p, true
		}
	}
	return Payment{}, false
}

// refunds sums what was refunded up to a day of payments that stand.
func (c *Case) refunds(until calendar.Date) money.Amount {
	sum := money.Of(0, c.Principal.Currency)
	for _, r := range c.Refunds {
		if r.On.After(until) {
			continue
		}
		for _, s := range r.Of {
			if p, ok := c.paid(s.Payment); ok && p.Bounced.IsZero() {
				sum = sum.Plus(s.Amount)
			}
		}
	}
	return sum
}

// recalledAfter sums the refunds that are owed again from days after the given
// one on.
func (c *Case) recalledAfter(day calendar.Date) money.Amount {
	sum := money.Of(0, c.Principal.Currency)
	for _, x := range c.Adjustments {
		if x.Kind == RefundRecalled && x.On.After(day) {
			sum = sum.Minus(x.Amount)
		}
	}
	return sum
}
