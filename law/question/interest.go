package question

import (
	"fmt"
	"strings"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// Interest asks what a debt has grown to on a day: late-payment interest, the
// fixed sum for recovery costs, and where each payment went.
type Interest struct {
	Place
	Claim
	Principal money.Amount  `json:"principal"`
	Until     calendar.Date `json:"until"`
	Payments  []Payment     `json:"payments"`
	Costs     *money.Amount `json:"costs,omitempty"`
	Invoices  *int          `json:"invoices,omitempty"` // for the fixed sum; 1 where left out
	DayCount  law.DayCount  `json:"day_count,omitempty"`
}

// Payment is money that came in.
type Payment struct {
	Amount   money.Amount  `json:"amount"`
	Received calendar.Date `json:"received_on"`
}

// InterestAnswer is what is owed, line by line, and by which terms.
type InterestAnswer struct {
	Jurisdiction string            `json:"jurisdiction"`
	Until        calendar.Date     `json:"until"`
	Terms        law.InterestTerms `json:"terms"`
	law.Reckoning
	// Fixed is the fixed sum for recovery costs that the claim bears, before
	// any payment; FixedArticle is empty where the law gives none.
	Fixed        money.Amount    `json:"fixed_sum"`
	FixedArticle string          `json:"fixed_sum_article,omitempty"`
	Order        []law.Component `json:"imputation_order"`
	Words
}

// mostInvoices bounds what one question may be about.
const mostInvoices = 10_000

var dayCounts = []law.DayCount{law.Act365, law.ActAct}

// Answer reckons the debt by the given laws, with flags in the given language. The error is of
// type Faults.
func (q Interest) Answer(laws law.Places, language string) (InterestAnswer, error) {
	var f Faults
	j := q.law(laws, &f)
	q.check(&f)
	if err := f.err(); err != nil {
		return InterestAnswer{}, err
	}
	c := q.claim()
	out := InterestAnswer{Jurisdiction: j.Code, Until: q.Until, Terms: j.InterestTerms(c), Order: j.Order()}
	out.Terms.DayCount = q.DayCount
	o := law.Owed{Principal: q.Principal, Until: q.Until, Payments: make([]law.Paid, len(q.Payments))}
	for i, p := range q.Payments {
		o.Payments[i] = law.Paid{Date: p.Received, Amount: p.Amount}
	}
	if q.Costs != nil {
		o.Costs = *q.Costs
	}
	source := out.fix(j, &q)
	o.Compensation = out.Fixed
	out.Reckoning = j.Reckon(out.Terms, o)
	out.Words = words(out.Flags, language)
	if source.Text != "" {
		out.fixedWords(j, source)
	}
	out.lines()
	out.sums()
	return out, nil
}

// check refuses what cannot be reckoned.
func (q *Interest) check(f *Faults) {
	q.Claim.check(f)
	f.add(q.Due.IsZero(), "due_on", "missing", "is missing")
	f.add(q.Until.IsZero(), "until", "missing", "is missing")
	f.add(q.Principal.Cents <= 0, "principal", "amount_not_positive", "must be more than nothing")
	f.add(q.Principal.Cents > 0 && !money.Known(q.Principal.Currency), "principal", "currency_unknown", "must be in a currency that is known")
	for i, p := range q.Payments {
		at := fmt.Sprintf("payments[%d].", i)
		f.add(p.Amount.Cents <= 0, at+"amount", "amount_not_positive", "must be more than nothing")
		f.add(p.Amount.Cents > 0 && p.Amount.Currency != q.Principal.Currency, at+"amount", "other_currency", "must be in the principal's currency")
		f.add(p.Received.IsZero(), at+"received_on", "missing", "is missing")
		f.add(p.Received.After(q.Until) && !q.Until.IsZero(), at+"received_on", "after_until", "must not lie after until")
	}
	if q.Costs != nil {
		f.add(q.Costs.Cents < 0, "costs", "amount_negative", "must not be below nothing")
		f.add(q.Costs.Cents > 0 && q.Costs.Currency != q.Principal.Currency, "costs", "other_currency", "must be in the principal's currency")
	}
	if q.Invoices != nil {
		f.add(*q.Invoices < 0 || *q.Invoices > mostInvoices, "invoices", "range", fmt.Sprintf("must be between 0 and %d", mostInvoices))
	}
	maybe(f, "day_count", q.DayCount, dayCounts)
}

// fix finds the fixed sum for recovery costs; it is owed on debts in euro that
// are late on the day.
func (o *InterestAnswer) fix(j *law.Jurisdiction, q *Interest) law.Source {
	n := 1
	if q.Invoices != nil {
		n = *q.Invoices
	}
	o.Fixed = money.Of(0, q.Principal.Currency)
	sum, source := j.CompensationFor(q.claim(), n)
	if sum.IsZero() || sum.Currency != q.Principal.Currency || !q.Until.After(q.Due) {
		return law.Source{}
	}
	o.Fixed, o.FixedArticle = sum, source.String()
	return source
}

func (o *InterestAnswer) fixedWords(j *law.Jurisdiction, source law.Source) {
	o.step("fixed sum for recovery costs: %s (%s)", o.Fixed, source)
	for _, r := range j.Fixed {
		if r.Source == source {
			o.confirm(r.Status, "fixed sum, %s", source)
		}
	}
}

// lines says how each line of interest and each payment came about, by day.
func (o *InterestAnswer) lines() {
	o.confirm(o.Terms.Status, "terms of interest, %s", o.Terms.Article)
	switch {
	case o.Terms.Table == law.None:
		o.step("no interest: the tables have no rate for it")
	case o.Terms.From.IsZero():
		o.step("no interest before a demand (%s), and none is known", o.Terms.Article)
	}
	paid := o.Payments
	for i := range o.Lines {
		l := &o.Lines[i]
		for len(paid) > 0 && paid[0].Date.Before(l.From) {
			o.payment(&paid[0])
			paid = paid[1:]
		}
		year := law.YearDays
		if l.YearDays != 0 {
			year = l.YearDays
		}
		note := ""
		if l.Missing {
			note = o.say("; no rate is published for these days: an estimate, in no total; look for: %s", l.Notice)
			o.confirm(law.ToConfirm, "rate of %s from %s, not published", l.Table, l.From)
		} else if l.Row != nil { // the line's own mark may be that of the terms
			o.confirm(l.Row.Status, "rate of %s from %s", l.Table, l.From)
		}
		if l.Row != nil && l.Row.Own != "" {
			note += o.say("; rate of the operator's own row %s, added by key %s: %s", l.Row.Own, l.Row.Author, l.Row.Source)
		}
		o.step("%s", o.say("%s to %s: %s × %s %% × %d / %d days = %s (%s)", l.From, l.To, l.Base, l.Rate, l.Days, year, l.Interest, l.Article)+note)
	}
	for i := range paid {
		o.payment(&paid[i])
	}
}

func (o *InterestAnswer) payment(p *law.Imputed) {
	var to []string
	add := func(phrase string, part money.Amount) {
		if !part.IsZero() {
			to = append(to, o.say(phrase, part))
		}
	}
	add("%s to costs", p.ToCosts)
	add("%s to interest", p.ToInterest)
	add("%s to fixed sum", p.ToCompensation)
	add("%s to principal", p.ToPrincipal)
	add("%s to surplus", p.Surplus)
	o.step("%s: payment of %s = %s", p.Date, p.Amount, strings.Join(to, " + "))
}

// sums says what is still owed on the day.
func (o *InterestAnswer) sums() {
	o.step("owed on %s: principal %s + interest %s + fixed sum %s + costs %s = %s",
		o.Until, o.Principal, o.Interest, o.Compensation, o.Costs, o.Total)
	if !o.Credit.IsZero() {
		o.step("paid beyond what was owed: %s", o.Credit)
	}
}
