package law

import (
	"fmt"
	"slices"

	"github.com/recobro/recobro/money"
)

// Document is what proves a debt.
type Document string

// The documents.
const (
	NoDocument  Document = "none"
	Invoice     Document = "invoice" // invoices, delivery notes, certificates of the creditor
	Signed      Document = "signed"  // signed by the debtor, or a contract
	Bill        Document = "bill"    // bill of exchange, promissory note or cheque
	Certificate Document = "condominium_certificate"
)

// Documents lists every document.
var Documents = []Document{NoDocument, Invoice, Signed, Bill, Certificate}

// Suit is what a choice of court route turns on.
type Suit struct {
	Kind        ClaimKind    `json:"kind"`
	Creditor    Party        `json:"creditor"`
	Debtor      Party        `json:"debtor"`
	Amount      money.Amount `json:"amount"` // principal and interest claimed
	Document    Document     `json:"document"`
	CrossBorder bool         `json:"cross_border"` // the debtor lives in another country of the Union
	// NaturalCreditor: the creditor is a natural person, for court fees.
	NaturalCreditor bool `json:"natural_creditor"`
}

// Court is one row of the table of court routes.
type Court struct {
	Code, Name string
	When
	Cap         money.Amount // the most that may be claimed; zero: no cap
	CapUnless   []When       // claims that the cap does not hold for
	Above       money.Amount // only claims above it; zero: all
	AboveUnless []When       // claims that go elsewhere whatever their amount
	Documents   []Document   // that the route wants; empty: any
	CrossBorder bool         // only across a border of the Union
	LawyerAbove *money.Amount
	LawyerText  string     // what the text says of lawyers
	Fees        []CourtFee // the first that fits; none: not in the table
	Prior       []Prior    // steps before it; the first that fits
	Limits      []string   // times that run once it is begun
	Note        string     // what else to know
	Flags       []string
	Source      Source
	Status      Status
}

// CourtFee is one row of the table of court fees of a route.
type CourtFee struct {
	Natural bool         // for natural persons only
	UpTo    money.Amount // zero: any amount
	Fee     money.Amount
	Why     string
	Source  Source
	Status  Status
}

// Prior is a step that must come before a route.
type Prior struct {
	When
	Code   string // empty: nothing needs to come before
	Name   string
	UpTo   money.Amount // zero: any amount
	Flag   string       // what is debated about it
	Source Source
	Status Status
}

// Route is a way to court, whether it is open to a claim, and why.
type Route struct {
	Code   string   `json:"code"`
	Name   string   `json:"name"`
	Fits   bool     `json:"fits"`
	WhyNot []string `json:"why_not,omitempty"`
	// Cap is the most that may be claimed by it; nil where there is none.
	Cap       *money.Amount `json:"cap,omitempty"`
	Lawyer    bool          `json:"lawyer_needed"`
	LawyerWhy string        `json:"lawyer_why"`
	// Fee is the court's fee; nil where the table does not hold it.
	Fee       *money.Amount `json:"fee,omitempty"`
	FeeWhy    string        `json:"fee_why"`
	FeeStatus Status        `json:"fee_status"`
	Limits    []string      `json:"limits"`
	// Prior is the step that must come before; nil where none is needed.
	Prior   *PriorStep `json:"prior_step,omitempty"`
	Note    string     `json:"note,omitempty"`
	Article string     `json:"article"`
	Status  Status     `json:"status"`
	Flags   []string   `json:"flags"`
}

// PriorStep is what must be tried before a route is open.
type PriorStep struct {
	Code    string `json:"code"`
	Name    string `json:"name"`
	Article string `json:"article"`
	Status  Status `json:"status"`
	Flag    string `json:"flag,omitempty"`
}

// Routes says of every court route of the place whether it is open to the
// claim, with its cap, lawyer, fee, times and prior step; those that fit come
// first, in the order of the table.
func (j *Jurisdiction) Routes(s Suit) []Route {
	c := normal(Claim{Kind: s.Kind, Creditor: s.Creditor, Debtor: s.Debtor})
	s.NaturalCreditor = s.NaturalCreditor || s.Creditor == Consumer
	out := make([]Route, 0, len(j.Courts))
	for i := range j.Courts {
		out = append(out, j.Courts[i].route(&c, &s))
	}
	slices.SortStableFunc(out, func(a, b Route) int { return rank(b.Fits) - rank(a.Fits) })
	return out
}

func (r *Court) route(c *Claim, s *Suit) Route {
	out := Route{
		Code: r.Code, Name: r.Name, Limits: append([]string{}, r.Limits...), Note: r.Note, LawyerWhy: r.LawyerText,
		Article: r.Source.String(), Status: r.Status, Flags: append([]string{}, r.Flags...),
	}
	out.WhyNot = r.against(c, s)
	out.Fits = len(out.WhyNot) == 0
	if !r.Cap.IsZero() && !anyFits(r.CapUnless, c) {
		most := r.Cap
		out.Cap = &most
	}
	out.Lawyer = r.LawyerAbove != nil && more(s.Amount, *r.LawyerAbove)
	r.fee(s, &out)
	for i := range r.Prior {
		p := &r.Prior[i]
		if !p.fits(c) || !p.UpTo.IsZero() && more(s.Amount, p.UpTo) {
			continue
		}
		if p.Flag != "" {
			out.Flags = append(out.Flags, p.Flag)
		}
		if p.Code != "" {
			out.Prior = &PriorStep{Code: p.Code, Name: p.Name, Article: p.Source.String(), Status: p.Status, Flag: p.Flag}
		}
		break
	}
	return out
}

// against lists why the route is not open to the claim.
func (r *Court) against(c *Claim, s *Suit) []string {
	var why []string
	no := func(on bool, format string, a ...any) {
		if on {
			why = append(why, fmt.Sprintf(format, a...))
		}
	}
	no(s.Amount.Cents <= 0, "there is nothing to claim")
	no(!r.fits(c), "it is for %s", r.When)
	foreign := s.Amount.Currency != "EUR" && (!r.Cap.IsZero() || !r.Above.IsZero())
	no(foreign, "its limit is in euro, the claim in %s", s.Amount.Currency)
	no(!foreign && !r.Cap.IsZero() && more(s.Amount, r.Cap) && !anyFits(r.CapUnless, c), "it goes up to %s", r.Cap)
	no(!foreign && !r.Above.IsZero() && !more(s.Amount, r.Above), "it is for claims above %s", r.Above)
	no(!r.Above.IsZero() && anyFits(r.AboveUnless, c), "claims of this kind go elsewhere, whatever their amount")
	no(len(r.Documents) > 0 && !slices.Contains(r.Documents, s.Document), "it needs %s", anyOf(r.Documents, ""))
	no(r.CrossBorder && !s.CrossBorder, "the debtor must live in another country of the Union")
	return why
}

// fee fills the fee of the route in: the first row that fits.
func (r *Court) fee(s *Suit, out *Route) {
	out.FeeStatus = ToConfirm
	for _, f := range r.Fees {
		if f.Natural && !s.NaturalCreditor || !f.UpTo.IsZero() && more(s.Amount, f.UpTo) {
			continue
		}
		fee := f.Fee
		out.Fee, out.FeeWhy, out.FeeStatus = &fee, f.Why+" ("+f.Source.String()+")", f.Status
		return
	}
	out.FeeWhy = "The tables do not hold the court's fee."
	out.Flags = append(out.Flags, "fee_not_in_table")
}

// more reports whether a is above limit; amounts of other currencies than the
// limit's always are, since they cannot be compared.
func more(a, limit money.Amount) bool {
	return a.Currency != limit.Currency || a.Cents > limit.Cents
}

func anyFits(list []When, c *Claim) bool {
	return slices.ContainsFunc(list, func(w When) bool { return w.fits(c) })
}

// EuropeanCourts are the routes of the Union's own regulations.
func EuropeanCourts() []Court {
	eu := func(text, url string) Source {
		return Source{Text: text, Article: "arts. 1 and 2", URL: "https://eur-lex.europa.eu/eli/reg/" + url + "/oj"}
	}
	private := When{Debtors: []Party{Business, Consumer}}
	return []Court{
		{
			Code: "eu_payment_order", Name: "European order for payment", When: private, CrossBorder: true,
			LawyerText: "No lawyer is needed.", Limits: []string{"30 days to oppose, on form F"},
			Source: eu("Regulation 1896/2006", "2006/1896"), Status: ToConfirm,
		},
		{
			Code: "eu_small_claims", Name: "European small claims procedure", When: private, CrossBorder: true, Cap: money.EUR(5_000_00),
			LawyerText: "No lawyer is needed.", Limits: []string{"30 days to answer"},
			Source: eu("Regulation 861/2007", "2007/861"), Status: ToConfirm,
		},
		{
			Code: "eu_account_preservation", Name: "European account preservation order", When: private, CrossBorder: true,
			LawyerText: "No lawyer is needed.", Note: "It secures the money in an account; it is no title to be paid.",
			Source: eu("Regulation 655/2014", "2014/655"), Status: ToConfirm,
		},
	}
}
