package debt

import (
	"slices"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

// The states of an offer.
const (
	OfferAwaiting = "awaiting_approval" // it takes off more than who made it may give
	OfferOpen     = "open"
	OfferAccepted = "accepted"
	OfferPaid     = "paid"
	OfferLapsed   = "lapsed"
	OfferRefused  = "refused" // by a supervisor
)

// Offer is a settlement offered by the creditor.
type Offer struct {
	ID     string        `json:"id"`
	Amount money.Amount  `json:"amount"` // settles the case if paid by Until
	Until  calendar.Date `json:"until"`
	Made   time.Time     `json:"made"`
	State  string        `json:"state"`
	// Approve is the last day for a supervisor to approve it, where it takes one.
	Approve calendar.Date `json:"approve_by,omitzero"`
	Letter  string        `json:"letter,omitempty"` // LetterDue, or what put it in writing
}

// Stands reports whether the debtor may still take up, or pay, the offer.
func (o *Offer) Stands() bool { return o.State == OfferOpen || o.State == OfferAccepted }

// offerDays is how far ahead an offer may reach.
const offerDays = 180

// offerMade takes an offer within the creditor's limits; above those of who
// makes it, it waits for a supervisor.
func (h hearing) offerMade(f OfferMade) ([]Fact, *Refusal) {
	if no := h.mayAgree(); no != nil {
		return nil, no
	}
	if no := h.sum("amount", f.Offer.Amount); no != nil {
		return nil, no
	}
	l, balance := h.t.Limits, h.Statement(h.t, h.today).Balance
	// A part of a cent is nobody's to refuse.
	gives := func(percent int) bool { return f.Offer.Amount.Cents >= balance.Cents*int64(100-percent)/100 }
	switch {
	case f.Offer.Amount.Cents > balance.Cents:
		return nil, wrong("amount", "offer_above_balance", "the balance is %s", balance)
	case !gives(l.MaxDiscount):
		return nil, wrong("amount", "discount_above_limit", "the discount may be at most %d %% of %s", l.MaxDiscount, balance)
	case f.Offer.Until.Before(h.today) || h.today.Days(f.Offer.Until) > offerDays:
		return nil, wrong("until", "offer_end_range", "until must lie from today to %d days ahead", offerDays)
	}
	for i := range h.Offers {
		if o := &h.Offers[i]; o.Stands() || o.State == OfferAwaiting {
			return nil, conflict("offer_stands", "offer %s still stands", o.ID)
		}
	}
	f.Offer.ID, f.Offer.Letter = h.id("offer"), LetterDue
	if l.DiscountToApprove > 0 && !gives(l.DiscountToApprove-1) {
		f.Offer.State, f.Offer.Approve = OfferAwaiting, h.today.AddDays(max(l.ApprovalDays, 1))
		if f.Offer.Until.Before(f.Offer.Approve) {
			f.Offer.Approve = f.Offer.Until
		}
	}
	return []Fact{f}, nil
}

// found gives the offer of that id.
func (h hearing) found(id string) (*Offer, *Refusal) {
	i := slices.IndexFunc(h.Offers, func(o Offer) bool { return o.ID == id })
	if i < 0 {
		return nil, conflict("offer_unknown", "case %s has no offer %s", h.ID, id)
	}
	return &h.Offers[i], nil
}

// offerApproved lets an offer be put to the debtor. What is owed may have become
// less meanwhile; then it is no offer any more.
func (h hearing) offerApproved(f OfferApproved) ([]Fact, *Refusal) {
	o, no := h.found(f.Offer)
	if no == nil {
		no = h.awaits(o)
	}
	if no == nil {
		no = h.mayAgree()
	}
	if no != nil {
		return nil, no
	}
	if balance := h.Statement(h.t, h.today).Balance; o.Amount.Cents > balance.Cents {
		return nil, conflict("offer_above_balance", "the balance is %s by now", balance)
	}
	return []Fact{f}, nil
}

// awaits refuses what is asked of an offer that waits for nobody, or no longer.
func (h hearing) awaits(o *Offer) *Refusal {
	switch {
	case o.State != OfferAwaiting:
		return conflict("offer_"+o.State, "offer %s is %s", o.ID, o.State)
	case h.today.After(o.Approve):
		return conflict("offer_over", "offer %s was to be approved by %s", o.ID, o.Approve)
	}
	return nil
}

// offerAnswered takes the debtor's acceptance, or a supervisor's refusal.
func (h hearing) offerAnswered(f OfferEnded) ([]Fact, *Refusal) {
	o, no := h.found(f.Offer)
	if no != nil {
		return nil, no
	}
	switch {
	case f.State == OfferRefused:
		return []Fact{f}, h.awaits(o)
	case f.State != OfferAccepted || o.State != OfferOpen:
		return nil, conflict("offer_"+o.State, "offer %s is %s", o.ID, o.State)
	case h.today.After(o.Until):
		return nil, conflict("offer_over", "offer %s stood until %s", o.ID, o.Until)
	}
	f.On = h.today
	return []Fact{f, HoldPlaced{Hold: Hold{ID: h.id("hold"), Reason: HoldPromise, Until: o.Until, Of: o.ID}}}, nil
}
