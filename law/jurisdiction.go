package law

import (
	"slices"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

// Jurisdiction is the law of one place, as tables. It is built once and only
// read afterwards, so that it may be shared.
type Jurisdiction struct {
	Code    string // "ES", "ES-CT", "FR", "PT"
	Country string
	Name    string // "Spain, Catalan civil law"

	Periods     []Period     // the first that fits a claim governs it
	Acts        []ActRule    // what an act does to the clock; the first that fits
	Suspensions []Suspension // by law, for everybody; in order of their days
	LongStop    *LongStop    // nil where there is none
	Grace       *Grace       // nil where there is none
	Reach       []ReachRule  // who else an act reaches where several owe; the first that fits
	// WaiverFlag marks a payment or acknowledgement after the last day.
	WaiverFlag string
	// Move returns the day to which a last day on a day of rest moves, or the
	// day itself; nil where it never moves.
	Move func(calendar.Date) calendar.Date
	// Flags are said of every claim: what is open about the place itself.
	Flags []string

	Terms      []TermsRule // the first that fits a claim says which interest it bears
	Fixed      []FixedSum  // the fixed sum for recovery costs
	CostRules  []CostRule  // costs above it; the first that fits a claim
	Imputation []Component
	Judgments  []JudgmentRule // interest after a judgment; the first for the series before it
	Spreading  AmongRule      // one payment over several debts
	Courts     []Court        // in the order in which they are offered

	PaymentTerms []PaymentTerm // the first that fits a claim
	Capital      []CapitalRule // interest on interest: all that fit
	VAT          []VATRule     // VAT on bad debts
	Rulebook     []ConductRule // how a debtor may be treated
	NoticeRules  []NoticeRule  // what a contact must say
	CourtTime    CourtTime     // how periods before a court are counted
	Insolvency   ProofOfClaim  // until when a claim is filed in one
	Attempts     []Fact        // the attempt to settle that must come before a claim in court
	Remarks      []Fact        // what else a lawyer should know, and no calculation applies
	Conduct      []ContactRule
	Series       []*Series
}

// When says which claims a row is about; an empty list means any.
type When struct {
	Kinds     []ClaimKind
	Creditors []Party
	Debtors   []Party
	// Contracted is the first day of the contracts that the row is about; zero:
	// whenever they were made.
	Contracted calendar.Date
	// Home is the region of the debtor whose civil law may govern in the place of
	// this one; empty: wherever the debtor lives.
	Home string
}

func (w When) fits(c *Claim) bool {
	return (len(w.Kinds) == 0 || slices.Contains(w.Kinds, c.Kind)) &&
		(len(w.Creditors) == 0 || slices.Contains(w.Creditors, c.Creditor)) &&
		(len(w.Debtors) == 0 || slices.Contains(w.Debtors, c.Debtor)) &&
		(w.Contracted.IsZero() || !c.known().Before(w.Contracted)) &&
		(w.Home == "" || w.Home == c.Home)
}

// any reports whether the row is about every claim.
func (w *When) any() bool {
	return len(w.Kinds)+len(w.Creditors)+len(w.Debtors) == 0 && w.Contracted.IsZero() && w.Home == ""
}

// dueFrom reports whether the claim was due on a day or later; one of which the
// due date is not known is taken as of today.
func (c *Claim) dueFrom(first calendar.Date) bool {
	return c.Due.IsZero() || !c.Due.Before(first)
}

// known is the day of the contract, or the first of the other days by which
// there was one; today's law is for a claim of which no day is known.
func (c *Claim) known() calendar.Date {
	if !c.Contracted.IsZero() {
		return c.Contracted
	}
	if first := earlier(earlier(c.Issued, c.Provided), c.Due); !first.IsZero() {
		return first
	}
	return calendar.Day(9999, 12, 31)
}

// Term is the length of a limitation period.
type Term struct {
	Months int
	// NotAfter ends the period at the latest, since a newer and shorter one
	// began to run for all, from the day after Since, when the law changed; zero
	// where nothing does.
	NotAfter calendar.Date
	Since    calendar.Date
}

// Start is from which day a period runs; that day itself is not counted.
type Start string

// The starts of a period.
const (
	FromDue      Start = "the due date"
	FromProvided Start = "the last day of the service or delivery"
	FromYearEnd  Start = "the end of the year of the due date"
	FromCarriage Start = "three months after the contract, or the due date if later"
)

// Period is one row of the table of limitation periods.
type Period struct {
	Code string
	When
	// ByName marks a row that no kind of claim leads to: it is used where it
	// is named, as the other reading of a debated case.
	ByName  bool
	Lengths []Rule[Term] // newest first
	Start   Start
	// Caducity marks a period that court acts alone interrupt.
	Caducity bool
	// Ordinary is the code of the period behind one that only presumes payment.
	Ordinary string
	Source   Source
	Status   Status
	Notes    []Note
	Why      string // names the article
}

// Note is a doubt about a period, for the claims that it fits.
type Note struct {
	When
	Flag string
	Or   string // code of the period that the other reading would apply
	Ask  bool   // the text leaves it open: ask a person
	// NoContract: only where the day of the contract is not known.
	NoContract bool
}

// ActRule is one row of the table of acts: what an act of that type does.
type ActRule struct {
	Type string
	When
	Under  []string // codes of the periods that the row is for; empty: any
	Effect Effect
	// Debtors' acts, done after the last day, may waive limitation.
	ByDebtor bool
	// Court marks acts that interrupt every period, and from their start until
	// the end of the case.
	Court bool
	// Proof: only a known delivery (received, refused, left_notice) counts.
	Proof bool
	// Presumed: counts unless delivery is known to have failed; the cautious
	// reading wants the proof.
	Presumed bool
	// Strictly is the effect in the cautious reading, where the text can be read
	// as giving the act another; a person is asked. Empty: the same.
	Strictly Effect
	Once     bool     // a second act that suspends does nothing, though the first still lasts
	Void     []string // outcomes of a court claim that undo its effect
	AtStart  []string // outcomes after which the period runs from the filing itself
	Doubt    []string // outcomes for a person to read; the cautious reading leaves the act out
	After    int      // days after the act from which it counts
	Lasts    int      // days that the act lasts where its end is not given
	Floor    int      // months that remain at least after a suspension
	Flag     string
	Source   Source
	Status   Status
}

// Suspension is a stretch of days for which every clock of a place stood still.
type Suspension struct {
	Code   string
	From   calendar.Date
	Resume calendar.Date // the first day that counts again
	// Off marks days that are not counted until somebody confirms them; the
	// clock then carries a flag.
	Off    bool
	Source Source
	Status Status
}

// LongStop is the longest that a claim can live, whatever interrupts it.
type LongStop struct {
	Code   string
	Years  int
	Court  bool // court acts go beyond it
	Source Source
	Status Status
}

// Grace lets acts count that came too late, where the last day fell in a
// stretch of days. It moves no day: a clock that it may concern carries a flag,
// and a late act within it is for a person to read.
type Grace struct {
	Code     string
	From, To calendar.Date // of the last day, both included
	Until    calendar.Date // the last day for the act
	Source   Source
	Status   Status
}

// covers reports whether a period that ended on last falls under the grace.
func (g *Grace) covers(last calendar.Date) bool {
	return g != nil && !last.Before(g.From) && !last.After(g.To)
}

// Fact is a rule to be read by a person, which no calculation applies by itself.
type Fact struct {
	Code   string
	Rule   string
	Source Source
	Status Status
}

// TermsRule is one row of the table of late-payment interest.
type TermsRule struct {
	Code string
	When
	Table string // name of a series, or "none"
	// Contract: an agreed rate goes before the series.
	Contract bool
	// ContractAsk: an agreed rate is for a person to read first.
	ContractAsk bool
	Floor       string // series whose triple is the least an agreed rate can be
	UnfairBelow int    // percent of the series below which an agreed rate is presumed unfair
	OnDemand    bool   // interest runs from the day after a demand, not after the due date
	Margin      money.Rate
	FixedRate   bool // the rate of the half-year in which interest begins stays for good
	Source      Source
	Status      Status
	Flags       []string
	Scope       When   // claims for which the row's scope is debated …
	ScopeFlag   string // … and the flag that says so; empty for none
	AskPerson   bool
	Why         string // names the article
}

// FixedSum is one row of the table of fixed compensation.
type FixedSum struct {
	When
	From   calendar.Date // of the due date: earlier debts bear none
	Amount money.Amount
	Source Source
	Status Status
}

// ContactRule is one row of the table of contact rules, for some debtors; an
// empty list means any.
type ContactRule struct {
	Debtors []Party
	Contact Contact
}

// normal returns c with a creditor of unknown kind taken as a business.
func normal(c Claim) Claim {
	if c.Creditor == "" {
		c.Creditor = Business
	}
	return c
}

// Compensation is the fixed sum for recovery costs that c bears once late, per
// late invoice. It is in euro, and owed only on debts in euro; zero, of no
// currency, where the law gives none.
func (j *Jurisdiction) Compensation(c Claim) (money.Amount, Source) {
	c = normal(c)
	for i := range j.Fixed {
		if f := &j.Fixed[i]; f.fits(&c) && c.dueFrom(f.From) {
			return f.Amount, f.Source
		}
	}
	return money.Amount{}, Source{}
}

// Order is the order in which a payment is imputed within one debt.
func (j *Jurisdiction) Order() []Component { return slices.Clone(j.Imputation) }

// Contact says how a debtor of that kind may be contacted. Where the table has
// no row for the kind, nothing automatic is allowed.
func (j *Jurisdiction) Contact(debtor Party) Contact {
	for _, r := range j.Conduct {
		if len(r.Debtors) == 0 || slices.Contains(r.Debtors, debtor) {
			c := r.Contact
			c.Spans = slices.Clone(c.Spans)
			return c
		}
	}
	return Contact{Status: ToConfirm}
}
