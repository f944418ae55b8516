package question

import (
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// Terms asks by when a claim is to be paid where the contract is silent.
type Terms struct {
	Place
	Claim
	Received calendar.Date `json:"received_on,omitzero"`      // of the goods or service
	Approved calendar.Date `json:"approved_on,omitzero"`      // by a public body
	Invoiced calendar.Date `json:"invoiced_on,omitzero"`      // the invoice's own day
	GotBill  calendar.Date `json:"bill_received_on,omitzero"` // on which the debtor got the invoice
}

// TermsAnswer is the last day in time, and the latest that may be agreed.
type TermsAnswer struct {
	Jurisdiction string `json:"jurisdiction"`
	law.PayBy
	Words
}

// Answer reckons the term by the given laws, with flags in the given language. The error is of
// type Faults.
func (q Terms) Answer(laws law.Places, language string) (TermsAnswer, error) {
	var f Faults
	j := q.law(laws, &f)
	q.check(&f)
	f.add(!q.GotBill.IsZero() && q.GotBill.Before(q.Invoiced), "bill_received_on", "before_invoice", "must not lie before invoiced_on")
	f.add(!q.Approved.IsZero() && q.Approved.Before(q.Received), "approved_on", "before_receipt", "must not lie before received_on")
	if err := f.err(); err != nil {
		return TermsAnswer{}, err
	}
	p := j.PayBy(q.claim(), law.Delivery{Received: q.Received, Approved: q.Approved, Invoiced: q.Invoiced, GotBill: q.GotBill})
	out := TermsAnswer{Jurisdiction: j.Code, PayBy: p, Words: words(p.Flags, language)}
	if p.Rule == "" {
		out.confirm(p.Status, "no payment term of the tables fits the claim")
		return out, nil
	}
	out.confirm(p.Status, "rule %s, %s", p.Rule, p.Article)
	out.count(j, &q)
	return out, nil
}

// count says from which day each term runs, and how long.
func (o *TermsAnswer) count(j *law.Jurisdiction, q *Terms) {
	for _, x := range []struct {
		phrase string
		day    calendar.Date
	}{
		{"the goods or service were received: %s", q.Received}, {"it was approved: %s", q.Approved},
		{"the invoice is of: %s", q.Invoiced}, {"the invoice was received: %s", q.GotBill},
	} {
		if !x.day.IsZero() {
			o.step(x.phrase, x.day)
		}
	}
	for i := range j.PaymentTerms {
		r := &j.PaymentTerms[i]
		if r.Code != o.Rule || r.Source.String() != o.Article {
			continue
		}
		if !o.Silent.IsZero() {
			o.step("%s + %s from %s = %s (%s)", o.Silent.AddDays(-r.Silent), o.days(r.Silent), o.say(string(r.Event)), o.Silent, o.Article)
		}
		if !o.Latest.IsZero() {
			from := o.Latest.AddDays(-r.Max)
			if r.MonthEnd > 0 {
				o.step("the most that may be agreed: %s from %s, or %s and the end of that month, whichever is later: %s",
					o.days(r.Max), o.say(string(r.MaxOf)), o.days(r.MonthEnd), o.Latest)
			} else {
				o.step("the most that may be agreed: %s + %s from %s = %s", from, o.days(r.Max), o.say(string(r.MaxOf)), o.Latest)
			}
		}
		return
	}
}

// VAT asks whether and when the VAT of an unpaid invoice comes back.
type VAT struct {
	Place
	Debtor        law.Party     `json:"debtor"`
	TaxPoint      calendar.Date `json:"tax_point_on,omitzero"`
	Due           calendar.Date `json:"due_on,omitzero"`
	Base          money.Amount  `json:"base"` // taxable base
	SmallTurnover bool          `json:"small_turnover"`
	Booked        bool          `json:"booked"`
	Claimed       bool          `json:"claimed"`
	Covered       bool          `json:"covered"`
	Related       bool          `json:"related"`
	Abroad        bool          `json:"abroad"`
	Corrected     calendar.Date `json:"corrected_on,omitzero"`
}

// VATAnswer is the conditions and windows in Spain; elsewhere Recovery is nil,
// and the rules are what is known, for a person to read.
type VATAnswer struct {
	Jurisdiction string           `json:"jurisdiction"`
	Recovery     *law.VATRecovery `json:"recovery"`
	Rules        []VATRule        `json:"rules"`
	Flags        []string         `json:"flags"`
	AskPerson    bool             `json:"ask_person"`
	Words
}

// VATRule is what the law of the place says of VAT on bad debts.
type VATRule struct {
	Code    string     `json:"code"`
	Rule    string     `json:"rule"`
	Article string     `json:"article"`
	Status  law.Status `json:"status"`
}

// Answer goes through the conditions by the given laws, with flags in the given language. The
// error is of type Faults.
func (q VAT) Answer(laws law.Places, language string) (VATAnswer, error) {
	var f Faults
	j := q.law(laws, &f)
	one(&f, "debtor", q.Debtor, parties)
	f.add(q.TaxPoint.IsZero(), "tax_point_on", "missing", "is missing")
	f.add(q.Base.Cents <= 0, "base", "amount_not_positive", "must be more than nothing")
	f.add(!q.Corrected.IsZero() && q.Corrected.Before(q.TaxPoint), "corrected_on", "before_tax_point", "must not lie before tax_point_on")
	if err := f.err(); err != nil {
		return VATAnswer{}, err
	}
	out := VATAnswer{Jurisdiction: j.Code, Rules: []VATRule{}, Flags: []string{}, Words: words(nil, language)}
	for _, r := range j.VAT {
		out.Rules = append(out.Rules, VATRule{r.Code, r.Rule, r.Source.String(), r.Status})
	}
	r, ok := j.RecoverVAT(law.VATFacts{
		TaxPoint: q.TaxPoint, Due: q.Due, SmallTurnover: q.SmallTurnover, Debtor: q.Debtor, Base: q.Base, Booked: q.Booked, Claimed: q.Claimed,
		Covered: q.Covered, Related: q.Related, Abroad: q.Abroad, Corrected: q.Corrected,
	})
	if !ok {
		out.AskPerson = true
		for _, r := range out.Rules {
			out.confirm(r.Status, "%s, %s", r.Code, r.Article)
		}
		out.step("%s: no day is reckoned; the rules are for a person to read", j.Code)
		return out, nil
	}
	out.Recovery, out.Flags, out.AskPerson = &r, r.Flags, r.AskPerson
	out.Words = words(r.Flags, language)
	out.confirm(r.Status, "%s", r.Article)
	if w := r.Windows.SixMonths; w != nil {
		out.window(r.From, 6, w)
	}
	out.window(r.From, 12, &r.Windows.OneYear)
	if !r.TellBy.IsZero() {
		out.step("the tax agency is told by %s + 1 month = %s", q.Corrected, r.TellBy)
	}
	return out, nil
}

// window says how one way of taking VAT back was reckoned.
func (o *VATAnswer) window(from calendar.Date, months int, w *law.VATOption) {
	o.step("%s + %s = %s; the corrective invoice is issued after that, by %s + 6 months = %s",
		from, o.months(months), w.ClaimableAfter, w.ClaimableAfter, w.WindowLastDay)
}

// Routes asks which ways to court are open to a claim.
type Routes struct {
	Place
	Kind            law.ClaimKind `json:"claim"`
	Creditor        law.Party     `json:"creditor,omitempty"`
	Debtor          law.Party     `json:"debtor"`
	Amount          money.Amount  `json:"amount"` // principal and interest claimed
	Document        law.Document  `json:"document,omitempty"`
	CrossBorder     bool          `json:"cross_border"`
	NaturalCreditor bool          `json:"natural_creditor"`
}

// Route is a way to court, its flags in words.
type Route struct {
	law.Route
	FlagsInWords []string `json:"flags_in_words"`
}

// RoutesAnswer is every route of the place, those that are open first.
type RoutesAnswer struct {
	Jurisdiction string   `json:"jurisdiction"`
	Routes       []Route  `json:"routes"`
	ToConfirm    []string `json:"to_confirm"`
}

// Answer weighs every route by the given laws, with flags in the given language. The error is of
// type Faults.
func (q Routes) Answer(laws law.Places, language string) (RoutesAnswer, error) {
	var f Faults
	j := q.law(laws, &f)
	one(&f, "claim", q.Kind, law.ClaimKinds)
	maybe(&f, "creditor", q.Creditor, parties)
	one(&f, "debtor", q.Debtor, parties)
	f.add(q.Amount.Cents <= 0, "amount", "amount_not_positive", "must be more than nothing")
	maybe(&f, "document", q.Document, law.Documents)
	if err := f.err(); err != nil {
		return RoutesAnswer{}, err
	}
	if q.Document == "" {
		q.Document = law.NoDocument
	}
	out := RoutesAnswer{Jurisdiction: j.Code, Routes: []Route{}}
	said := words(nil, language)
	for _, r := range j.Routes(law.Suit{
		Kind: q.Kind, Creditor: q.Creditor, Debtor: q.Debtor, Amount: q.Amount, Document: q.Document,
		CrossBorder: q.CrossBorder, NaturalCreditor: q.NaturalCreditor,
	}) {
		out.Routes = append(out.Routes, Route{Route: r, FlagsInWords: law.Explained(r.Flags, language)})
		if !r.Fits {
			continue
		}
		said.confirm(r.Status, "%s, %s", r.Code, r.Article)
		if r.Fee != nil {
			said.confirm(r.FeeStatus, "fee of %s", r.Code)
		}
		if r.Prior != nil {
			said.confirm(r.Prior.Status, "%s before %s, %s", r.Prior.Code, r.Code, r.Prior.Article)
		}
	}
	out.ToConfirm = said.ToConfirm
	return out, nil
}
