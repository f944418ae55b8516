package law

import (
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

// VATOption is one way of taking back the VAT of an unpaid invoice: the
// corrective invoice may be issued after ClaimableAfter, up to WindowLastDay.
type VATOption struct {
	ClaimableAfter calendar.Date `json:"claimable_after"`
	WindowLastDay  calendar.Date `json:"window_last_day"`
}

// VATWindows are the ways open to a creditor: SixMonths is nil where the
// turnover of the year before was too large for it.
type VATWindows struct {
	SixMonths *VATOption `json:"option_6m,omitempty"`
	OneYear   VATOption  `json:"option_1y"`
}

// VATWindow says when a Spanish creditor may take back the VAT of an invoice
// that stays unpaid. The small turnover is one of up to 6,010,121.04 EUR in
// the previous year; the tax agency is told within a month of the corrective
// invoice. Where payment is deferred by more than a year, the time runs from
// the unpaid due date in place of the tax point.
//
// Source: Ley 37/1992 (ES), art. 80.Cuatro; RD 1624/1992, art. 24.
func VATWindow(taxPoint calendar.Date, smallTurnover bool) VATWindows {
	after := func(months int) VATOption {
		d := taxPoint.AddMonths(months)
		return VATOption{ClaimableAfter: d, WindowLastDay: d.AddMonths(6)}
	}
	w := VATWindows{OneYear: after(12)}
	if smallTurnover {
		six := after(6)
		w.SixMonths = &six
	}
	return w
}

// VATRule is one row of the table of VAT on bad debts: a fact to read.
type VATRule struct {
	Code   string
	Rule   string
	Source Source
	Status Status
}

// VATFacts is what taking back the VAT of an unpaid invoice turns on in Spain.
type VATFacts struct {
	TaxPoint      calendar.Date `json:"tax_point"`
	Due           calendar.Date `json:"due"` // of the unpaid part
	SmallTurnover bool          `json:"small_turnover"`
	Debtor        Party         `json:"debtor"`
	Base          money.Amount  `json:"base"`      // taxable base
	Booked        bool          `json:"booked"`    // the invoice was recorded in time
	Claimed       bool          `json:"claimed"`   // in court, by notary, or otherwise with proof
	Covered       bool          `json:"covered"`   // secured, guaranteed or insured, as far as the invoice goes
	Related       bool          `json:"related"`   // creditor and debtor are related parties
	Abroad        bool          `json:"abroad"`    // the debtor is not established in Spain
	Corrected     calendar.Date `json:"corrected"` // day of the corrective invoice; zero: not yet
}

// VATTest is one condition of taking VAT back, and whether it is met.
type VATTest struct {
	Code   string `json:"code"`
	OK     bool   `json:"ok"`
	Reason string `json:"reason"`
}

// VATRecovery says whether and when the VAT of an unpaid invoice comes back.
type VATRecovery struct {
	From    calendar.Date `json:"from"` // the day that the waiting time runs from
	Windows VATWindows    `json:"windows"`
	Tests   []VATTest     `json:"tests"`
	OK      bool          `json:"ok"` // every condition is met
	// TellBy is the last day to tell the tax agency; zero before the
	// corrective invoice.
	TellBy    calendar.Date `json:"tell_by"`
	Article   string        `json:"article"`
	Status    Status        `json:"status"`
	Flags     []string      `json:"flags"`
	AskPerson bool          `json:"ask_person"`
}

// leastBase is the taxable base that the debt of a consumer must exceed.
const leastBase = 50_00

// RecoverVAT goes through the conditions of art. 80.Cuatro. ok is false outside
// of Spain: what is known of other countries is in the rows VAT, to confirm.
//
// Source: Ley 37/1992 (ES), art. 80.Cuatro and Cinco; RD 1624/1992, art. 24.
func (j *Jurisdiction) RecoverVAT(f VATFacts) (r VATRecovery, ok bool) {
	if j.Country != "ES" {
		return VATRecovery{}, false
	}
	r = VATRecovery{From: f.TaxPoint, Article: "Ley 37/1992 art. 80.Cuatro", Status: Verified, Flags: []string{}}
	if f.Due.After(f.TaxPoint.AddYears(1)) {
		r.From = f.Due
		r.Flags = append(r.Flags, "vat_deferred_price")
	}
	r.Windows = VATWindow(r.From, f.SmallTurnover)
	consumer := f.Debtor == Consumer
	r.Tests = []VATTest{
		{"booked", f.Booked, "The invoice must be recorded in the books in time."},
		{"claimed", f.Claimed, "The debt must be claimed in court, by a notary, or in a way that proves the demand."},
		{"not_covered", !f.Covered, "What is secured, guaranteed or insured is left out."},
		{"not_related", !f.Related, "Related parties are left out."},
		{"established", !f.Abroad, "The debtor must be established in Spain."},
		{"base", !consumer || more(f.Base, money.EUR(leastBase)), "Where the debtor is no business, the taxable base must be over 50 EUR."},
	}
	if f.Debtor == Public {
		r.Flags = append(r.Flags, "vat_public_debtor")
		r.AskPerson = true
	}
	if !f.Corrected.IsZero() {
		r.TellBy = f.Corrected.AddMonths(1)
		r.Tests = append(r.Tests, VATTest{"in_window", r.Windows.open(f.Corrected), "The corrective invoice must be issued within six months after the waiting time."})
	}
	r.OK = true
	for _, t := range r.Tests {
		r.OK = r.OK && t.OK
	}
	return r, true
}

// open reports whether a corrective invoice of that day is in time in one of
// the ways.
func (w VATWindows) open(d calendar.Date) bool {
	in := func(o *VATOption) bool { return o != nil && d.After(o.ClaimableAfter) && !d.After(o.WindowLastDay) }
	return in(&w.OneYear) || in(w.SixMonths)
}
