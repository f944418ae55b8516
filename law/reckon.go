package law

import (
	"slices"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

// Owed is a debt whose interest and payments are to be reckoned up to a day.
// All amounts are of one currency.
type Owed struct {
	Principal    money.Amount
	Compensation money.Amount // fixed sums owed from the start; zero for none
	Costs        money.Amount // recovery costs owed from the start; zero for none
	Payments     []Paid       // in any order
	Until        calendar.Date
	Order        []Component // in which a payment is imputed; empty: the country's
}

// Paid is a payment by the day it was received; that day still bears interest.
type Paid struct {
	Date   calendar.Date `json:"date"`
	Amount money.Amount  `json:"amount"`
}

// Imputed is a payment with the parts of the debt it went to.
type Imputed struct {
	Paid
	ToCosts        money.Amount `json:"to_costs"`
	ToInterest     money.Amount `json:"to_interest"`
	ToCompensation money.Amount `json:"to_compensation"`
	ToPrincipal    money.Amount `json:"to_principal"`
	Surplus        money.Amount `json:"surplus"`
}

// Reckoning is what is owed on a day, and how it came about.
type Reckoning struct {
	Lines        []Line       `json:"lines"`
	Payments     []Imputed    `json:"payments"`
	Costs        money.Amount `json:"costs"` // this and what follows: still open
	Interest     money.Amount `json:"interest"`
	Compensation money.Amount `json:"compensation"`
	Principal    money.Amount `json:"principal"`
	Total        money.Amount `json:"total"`
	Credit       money.Amount `json:"credit"` // paid beyond what was owed
	// Estimate is the interest of days without a published rate; no total and
	// no imputation includes it.
	Estimate    money.Amount `json:"estimate"`
	RateMissing bool         `json:"rate_missing"`
	Flags       []string     `json:"flags"`
	AskPerson   bool         `json:"ask_person"`
}

// Reckon accrues interest under t line by line, and imputes each payment on its
// day. Payments after the last day do not count, which a flag says.
func (j *Jurisdiction) Reckon(t InterestTerms, o Owed) Reckoning {
	zero := money.Of(0, o.Principal.Currency)
	r := Reckoning{
		Costs: zero.Plus(o.Costs), Interest: zero, Compensation: zero.Plus(o.Compensation), Principal: o.Principal,
		Credit: zero, Estimate: zero, AskPerson: t.AskPerson, Flags: append(make([]string, 0, len(t.Flags)+1), t.Flags...),
		Payments: make([]Imputed, 0, len(o.Payments)), Lines: make([]Line, 0, 2*len(o.Payments)+8),
	}
	if t.Table != Contract && t.Table != None && o.Principal.Currency != "EUR" {
		// The rates of the tables are those of debts in euro.
		t.Table = None
		r.flag("currency_without_rate")
		r.AskPerson = true
	}
	if len(o.Order) == 0 {
		o.Order = j.Imputation
	}
	from := t.From
	for _, p := range inOrder(o.Payments) {
		switch {
		case p.Amount.Cents <= 0:
			r.flag("payment_not_positive")
			r.AskPerson = true
			continue
		case p.Date.After(o.Until):
			r.flag("payment_after_until")
			continue
		}
		from = r.accrue(j, &t, from, p.Date)
		r.impute(p, o.Order)
	}
	r.accrue(j, &t, from, o.Until)
	r.Total = r.Costs.Plus(r.Interest).Plus(r.Compensation).Plus(r.Principal)
	return r
}

func (p Paid) on() calendar.Date { return p.Date }

// accrue adds the interest of the days up to the given one, and returns the
// first day after them.
func (r *Reckoning) accrue(j *Jurisdiction, t *InterestTerms, from, to calendar.Date) calendar.Date {
	if from.After(to) {
		return from
	}
	n := len(r.Lines)
	r.Lines = j.accrue(r.Lines, t, r.Principal, days{from, to})
	for i := range r.Lines[n:] {
		if l := &r.Lines[n+i]; l.Missing {
			r.RateMissing = true
			r.Estimate = r.Estimate.Plus(l.Interest)
		} else {
			r.Interest = r.Interest.Plus(l.Interest)
		}
	}
	return to.AddDays(1)
}

func (r *Reckoning) impute(p Paid, order []Component) {
	zero := money.Of(0, r.Principal.Currency)
	m := Imputed{Paid: p, ToCosts: zero, ToInterest: zero, ToCompensation: zero, ToPrincipal: zero}
	rest := p.Amount
	take := func(open, part *money.Amount) {
		got := money.Min(rest, *open)
		*part, *open, rest = part.Plus(got), open.Minus(got), rest.Minus(got)
	}
	for _, c := range order {
		switch c {
		case Costs:
			take(&r.Costs, &m.ToCosts)
		case Interest:
			take(&r.Interest, &m.ToInterest)
		case Compensation:
			take(&r.Compensation, &m.ToCompensation)
		case Principal:
			take(&r.Principal, &m.ToPrincipal)
		}
	}
	m.Surplus = rest
	r.Credit = r.Credit.Plus(rest)
	r.Payments = append(r.Payments, m)
}

func (r *Reckoning) flag(f string) {
	if !slices.Contains(r.Flags, f) {
		r.Flags = append(r.Flags, f)
	}
}

// CompensationFor is the fixed sum for recovery costs of so many late invoices.
// It is in euro, and owed only on debts in euro; zero, of no currency, where
// the law gives none.
func (j *Jurisdiction) CompensationFor(c Claim, invoices int) (money.Amount, Source) {
	sum, s := j.Compensation(c)
	sum.Cents *= int64(invoices)
	return sum, s
}
