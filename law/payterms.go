package law

import (
	"github.com/recobro/recobro/calendar"
)

// PaymentTerm is one row of the table of payment terms.
type PaymentTerm struct {
	Code string
	When
	Silent int // days where the contract says nothing
	Event  TermStart
	Max    int       // the most days that may be agreed; zero: the text sets none
	MaxOf  TermStart // from which the most is counted
	// MonthEnd is the other way of agreeing the most: so many days and the end
	// of that month; zero for none.
	MonthEnd int
	// Soft: more may be agreed expressly, if it is fair.
	Soft   bool
	Note   string
	Flags  []string
	Source Source
	Status Status
}

// TermStart is the day from which a payment term runs.
type TermStart string

// The days from which a term runs.
const (
	FromReceipt  TermStart = "receipt of the goods or service"
	FromApproval TermStart = "approval, within thirty days of delivery"
	FromInvoice  TermStart = "the day of the invoice"
	FromEither   TermStart = "receipt of the invoice, or of the goods or service"
)

// PayBy says by when a claim is to be paid, and by when at the latest it could
// be agreed.
type PayBy struct {
	Rule      string        `json:"rule"`
	Silent    calendar.Date `json:"silent"`  // last day in time where the contract says nothing
	Latest    calendar.Date `json:"latest"`  // last day that may be agreed; zero: the text sets none
	Counted   string        `json:"counted"` // from what the silent term runs
	Article   string        `json:"article"`
	Status    Status        `json:"status"`
	Flags     []string      `json:"flags"`
	AskPerson bool          `json:"ask_person"`
	Why       string        `json:"why"`
}

// Delivery is the days that a payment term may run from; zero where not known.
type Delivery struct {
	Received calendar.Date // of the goods or service
	Approved calendar.Date // by a public body
	Invoiced calendar.Date // the invoice's own day
	GotBill  calendar.Date // on which the debtor got the invoice
}

// PayBy says by when c is to be paid where the contract is silent, and the
// latest day that may be agreed. Where the day to count from is not known, or
// the table has no term for the claim, it asks a person.
func (j *Jurisdiction) PayBy(c Claim, d Delivery) PayBy {
	c = normal(c)
	for i := range j.PaymentTerms {
		if r := &j.PaymentTerms[i]; r.fits(&c) {
			return r.payBy(&d)
		}
	}
	return PayBy{
		Status: ToConfirm, AskPerson: true, Flags: []string{"no_payment_term"},
		Why: "The tables of " + j.Name + " have no payment term for this claim: the contract says when it is due.",
	}
}

func (r *PaymentTerm) payBy(d *Delivery) PayBy {
	out := PayBy{Rule: r.Code, Counted: string(r.Event), Article: r.Source.String(), Status: r.Status, Why: r.Note + " (" + r.Source.String() + ")."}
	out.Flags = append(make([]string, 0, len(r.Flags)+1), r.Flags...)
	if from := r.Event.of(d); from.IsZero() {
		out.Flags = append(out.Flags, "term_start_unknown")
		out.AskPerson = true
	} else {
		out.Silent = from.AddDays(r.Silent)
	}
	from := r.MaxOf.of(d)
	if r.Max == 0 || from.IsZero() {
		return out
	}
	out.Latest = from.AddDays(r.Max)
	if r.MonthEnd > 0 {
		y, m, _ := from.AddDays(r.MonthEnd).Civil()
		if end := calendar.Day(y, m+1, 0); end.After(out.Latest) {
			out.Latest = end
		}
	}
	if r.Soft {
		out.Flags = append(out.Flags, "longer_term_if_fair")
	}
	return out
}

// of returns the day that the term runs from, zero where it is not known.
func (e TermStart) of(d *Delivery) calendar.Date {
	switch e {
	case FromApproval:
		return d.Approved
	case FromInvoice:
		return d.Invoiced
	case FromEither:
		if d.GotBill.After(d.Received) {
			return d.GotBill
		}
		return d.Received
	}
	return d.Received
}

// CapitalRule is one row of the table of interest on interest: a fact to read,
// which no calculation here applies.
type CapitalRule struct {
	Code string
	When
	Rule   string
	Source Source
	Status Status
}

// Capitalised says what the law of the place makes of interest on the interest
// of c; the calculations here add none.
func (j *Jurisdiction) Capitalised(c Claim) []CapitalRule {
	c = normal(c)
	var out []CapitalRule
	for _, r := range j.Capital {
		if r.fits(&c) {
			out = append(out, r)
		}
	}
	return out
}
