// Package law says what the law of a place makes of a claim: when it is
// time-barred, what interest runs, what it costs to be late, in which order a
// payment is imputed, and how a debtor may be contacted. It is pure: rules are
// rows with a code, a first day, a value and a source, and rate series are
// embedded tables. What a table does not say it answers with AskPerson.
package law

import (
	"slices"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

// Source names the text a rule rests on.
type Source struct {
	Text    string // "Código Civil"
	Article string // "art. 1964.2"
	URL     string
}

// String gives the text and its article: "Código Civil art. 1964.2".
func (s Source) String() string {
	if s.Article == "" {
		return s.Text
	}
	return s.Text + " " + s.Article
}

// Status tells how sure a rule is.
type Status string

// The marks of confidence; everything but Verified is shown "to confirm".
const (
	Verified  Status = "verified"  // read in the official text
	Secondary Status = "secondary" // read in a source that quotes the official text, or reckoned by its formula
	ToConfirm Status = "to_confirm"
)

// Rule is one row of a table: a value in force from a day on.
type Rule[T any] struct {
	Code   string
	From   calendar.Date // zero: since ever
	Value  T
	Source Source
	Status Status
}

// InForce returns the newest rule whose first day is not after on; rules stand
// newest first.
func InForce[T any](rules []Rule[T], on calendar.Date) (Rule[T], bool) {
	for _, r := range rules {
		if !r.From.After(on) {
			return r, true
		}
	}
	var none Rule[T]
	return none, false
}

// Party is the kind of a creditor or debtor, as far as the law asks.
type Party string

// The kinds of party.
const (
	Business Party = "business"
	Consumer Party = "consumer"
	Public   Party = "public"
)

// ClaimKind is what the debt arose from.
type ClaimKind string

// The kinds of claim that a submission may name.
const (
	Sale             ClaimKind = "sale"
	Services         ClaimKind = "services"
	ProfessionalFees ClaimKind = "professional_fees"
	Rent             ClaimKind = "rent"
	Utilities        ClaimKind = "utilities"
	Telecom          ClaimKind = "telecom"
	Loan             ClaimKind = "loan"
	Carriage         ClaimKind = "carriage"
	Condominium      ClaimKind = "condominium"
	Subscription     ClaimKind = "subscription"
	Other            ClaimKind = "other"
)

// ClaimKinds lists every kind of claim.
var ClaimKinds = []ClaimKind{Sale, Services, ProfessionalFees, Rent, Utilities, Telecom, Loan, Carriage, Condominium, Subscription, Other}

// Claim is what the law needs to know of a debt.
type Claim struct {
	Kind         ClaimKind     `json:"kind"`
	Creditor     Party         `json:"creditor"`
	Debtor       Party         `json:"debtor"`
	Issued       calendar.Date `json:"issued"`
	Due          calendar.Date `json:"due"`
	Provided     calendar.Date `json:"provided"` // last day of the service or delivery; zero where not known
	TaxPoint     calendar.Date `json:"tax_point"`
	Contracted   calendar.Date `json:"contracted,omitzero"`     // day of the contract; asked for carriage
	ContractRate *money.Rate   `json:"contract_rate,omitempty"` // agreed late-payment rate, percent a year
	Demanded     calendar.Date `json:"demanded"`                // first formal demand that reached the debtor; zero where none
	// Home is the region with a civil law of its own in which the debtor lives,
	// where nobody said whether that law governs: "CT". Empty otherwise.
	Home string `json:"home,omitempty"`
}

// Act is something that happened and may bear on the limitation period. Types
// are those of docs/law-records.md: letter, registered_letter,
// burofax_received, burofax_refused, burofax_left_notice,
// burofax_returned_unknown, email, call, acknowledgment, part_payment,
// instalment_request, court_claim, negotiation_request, mediation …
type Act struct {
	Type string        `json:"type"`
	Date calendar.Date `json:"date"`
	End  calendar.Date `json:"end"` // day of resumption, for what lasts
	// Outcome is one of OutcomesOf the type; empty where it is not known.
	Outcome string `json:"outcome,omitempty"`
	Ref     string `json:"ref,omitempty"` // the event or document that proves it
	// Unproved marks an act that somebody reports and nothing proves yet: the
	// cautious reading leaves it out.
	Unproved bool `json:"unproved,omitempty"`
}

// ActTypes lists the types of act that the tables know.
var ActTypes = []string{
	"letter", "registered_letter", "burofax_received", "burofax_refused", "burofax_left_notice", "burofax_returned_unknown",
	"email", "call", "acknowledgment", "part_payment", "instalment_request", "court_claim", "payment_order_petition",
	"payment_order_served", "enforcement", "conservatory_measure", "negotiation_request", "mediation", "conciliation",
	"small_claims_procedure_accepted", "written_claim", "promise_of_payment",
}

// The outcomes of acts before a court, and of letters on their way.
var (
	CourtOutcomes = []string{"upheld", "dismissed", "withdrawn", "lapsed", "procedural_flaw", "pending"}
	Deliveries    = []string{"received", "refused", "left_notice", "returned_unknown", "sent", "delivery_attempted"}
)

// OutcomesOf lists what may have become of an act of a type; none for a type
// whose acts only happen.
func OutcomesOf(actType string) []string {
	switch {
	case slices.Contains(CourtActs, actType):
		return CourtOutcomes
	case slices.Contains([]string{"letter", "registered_letter", "email", "call", "written_claim"}, actType):
		return Deliveries
	}
	return nil
}

// Lasts reports whether acts of a type go on for days, and so may have an end:
// those before a court or on the way to one, and a claim in writing that is
// answered. All others are done in a day.
func Lasts(actType string) bool {
	return slices.Contains(CourtActs, actType) ||
		slices.Contains([]string{"mediation", "conciliation", "small_claims_procedure_accepted", "negotiation_request", "written_claim"}, actType)
}

// Effect is what an act does to the clock.
type Effect string

// The effects.
const (
	Interrupts Effect = "interrupts" // the whole period starts anew
	Suspends   Effect = "suspends"   // the clock stands still meanwhile
	Keeps      Effect = "keeps"      // a right that lapses is kept for good: no new period begins
	NoEffect   Effect = "none"
	Late       Effect = "late" // after the last day: changes nothing
)

// ActEffect is an act with what it did and the words for why.
type ActEffect struct {
	Act     Act           `json:"act"`
	Effect  Effect        `json:"effect"`
	Flag    string        `json:"flag,omitempty"`
	Article string        `json:"article,omitempty"`
	Status  Status        `json:"status,omitempty"` // of the row that says so; none for an act that no row knows
	LastDay calendar.Date `json:"last_day"`         // after this act
	Anew    Anew          `json:"-"`
	Floor   Floor         `json:"-"`
}

// Floor is the months that remain at least after an act that suspended; zero
// where they carried the last day no further.
type Floor struct {
	Months  int
	Without calendar.Date // the last day of the days that stood still alone
}

// Anew is the period that an act began; zero where it began none.
type Anew struct {
	Anchor calendar.Date
	Term   Term
}

// Clock is the answer to "when is this claim time-barred, and why".
type Clock struct {
	Rule           string        `json:"rule"`   // code of law's table, such as es_cc_1964
	Period         string        `json:"period"` // "5 years", "6 months"
	Article        string        `json:"article"`
	Status         Status        `json:"status"` // of the rule, or of the least sure row that moved the last day
	Anchor         calendar.Date `json:"anchor"` // the day whose following day is day one
	LastDay        calendar.Date `json:"last_day"`
	PrescribedFrom calendar.Date `json:"prescribed_from"`
	Cautious       calendar.Date `json:"cautious"` // the earlier last day where the law is debated; else LastDay
	Acts           []ActEffect   `json:"acts"`
	Flags          []string      `json:"flags"`
	AskPerson      bool          `json:"ask_person"` // the text leaves it open
	Why            string        `json:"why"`        // why this rule and no other
	// Ordinary is the period behind one that only presumes payment: it is what
	// bars the claim. nil where the rule's own period does.
	Ordinary *Ordinary `json:"ordinary,omitempty"`
}

// Ordinary is the ordinary period of a claim whose own only presumes payment.
type Ordinary struct {
	Rule           string        `json:"rule"`
	Period         string        `json:"period"`
	Article        string        `json:"article"`
	Status         Status        `json:"status"`
	LastDay        calendar.Date `json:"last_day"`
	PrescribedFrom calendar.Date `json:"prescribed_from"`
	Cautious       calendar.Date `json:"cautious"`
}

// Line is one line of an interest calculation: both days included.
type Line struct {
	From     calendar.Date `json:"from"`
	To       calendar.Date `json:"to"`
	Days     int           `json:"days"`
	Rate     money.Rate    `json:"rate"`
	Base     money.Amount  `json:"base"`
	Interest money.Amount  `json:"interest"`
	Table    string        `json:"table"`
	Article  string        `json:"article"`
	Status   Status        `json:"status"`
	// Missing marks days for which no rate is published yet: Rate is the last
	// known one, and Interest is an estimate that no total includes.
	Missing bool `json:"rate_missing,omitempty"`
	// Row is the row of Table that the rate was read from, with its source and,
	// for an operator's own, its author; where Missing, the last one known. nil
	// for an agreed rate.
	Row *RateRow `json:"rate_row,omitempty"`
	// Notice is the official notice to look for, where Missing.
	Notice string `json:"rate_notice,omitempty"`
	// YearDays is the year that the days are counted by, where it is not 365.
	YearDays int `json:"year_days,omitempty"`
}

// InterestTerms says which interest a claim bears, from which day.
type InterestTerms struct {
	Table     string        `json:"table"` // name of the rate series, "contract" or "none"
	Rate      *money.Rate   `json:"rate,omitempty"`
	From      calendar.Date `json:"from"` // first day that bears interest; zero: not before a demand
	Article   string        `json:"article"`
	Status    Status        `json:"status"`
	AskPerson bool          `json:"ask_person"`
	Flags     []string      `json:"flags"`
	Why       string        `json:"why"`
	// Floor names the series below whose triple an agreed rate may not fall;
	// empty where the law sets no floor.
	Floor string `json:"floor,omitempty"`
	// Margin is added to the rates of Table.
	Margin money.Rate `json:"margin,omitempty"`
	// FixedOn is the day whose rate stays for good; zero where the rate
	// changes with the series.
	FixedOn calendar.Date `json:"fixed_on,omitzero"`
	// DayCount is the year that days are counted by; none: act/365.
	DayCount DayCount `json:"day_count,omitempty"`
}

// Component is a part of what is owed.
type Component string

// The components of a claim.
const (
	Principal    Component = "principal"
	Interest     Component = "interest"
	Compensation Component = "compensation"
	Costs        Component = "costs"
)

// Span is a stretch of a day, in minutes from midnight; To is excluded.
type Span struct{ From, To int }

// Contact is how a debtor may be contacted: what binds, and what is the
// house's default.
type Contact struct {
	Days        [7]bool // by time.Weekday
	Spans       []Span  // in the debtor's local time
	CallsMax    int     // automatic call attempts …
	CallsDays   int     // … in so many days
	MessageMax  int     // e-mail, SMS and WhatsApp together …
	MessageDays int     // … in so many days
	Source      Source
	Status      Status
}
