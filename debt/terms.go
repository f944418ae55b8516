package debt

import (
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// Limits are what the creditor allows, filled by the strategy.
type Limits struct {
	ClaimInterest       bool
	ClaimCompensation   bool
	Tolerance           money.Amount // a rest this small is written off at closing
	PromiseMaxDays      int
	PromiseMinShare     int // percent of the balance
	PromiseGraceDays    int // working days of the creditor's country
	PromisesAfterBroken int // how many more once one was broken
	PlanMaxInstalments  int
	PlanMaxMonths       int
	PlanMinInstalment   money.Amount
	PlanGraceDays       int
	PlanAnswerDays      int // to confirm a proposal
	PlanCureDays        int // after the notice of a late instalment; zero: the plan ends without one
	MaxDiscount         int // percent of the balance
	// DiscountToApprove is the discount, in percent, from which a supervisor has
	// to approve an offer, within ApprovalDays; zero: none does.
	DiscountToApprove int
	ApprovalDays      int
	DisputeAnswerDays int
	// Above are the limits of a supervisor, an operator or the creditor, where
	// they may go further than an agent.
	Above *Limits
}

// For gives the limits of a role.
func (l Limits) For(by Role) Limits {
	if l.Above != nil && (by == Supervisor || by == Operator || by == Creditor) {
		return *l.Above
	}
	return l
}

// Terms are what a case is judged by, beside itself.
type Terms struct {
	Law    *law.Jurisdiction
	Limits Limits
	By     Role           // who brings the fact that is judged; empty: limited as an agent
	Debtor calendar.Place // where the debtor lives
	Home   calendar.Place // where the creditor is: working days of grace
}

// Refusal is "no" as an answer: the rule that said so, and the field it is
// about. Trying again does not help.
type Refusal struct {
	Field  string // JSON field of the fact, such as "pay_by"; may be empty
	Rule   string // stable code: "promise_in_the_past"
	Detail string
	// Conflict marks a fact that the state of the case forbids (409), rather
	// than one that is wrong in itself (422).
	Conflict bool
}

func (r *Refusal) Error() string { return r.Detail }

// Statement is what is owed as of a day, and why, to the cent.
type Statement struct {
	AsOf         calendar.Date                  `json:"as_of"`
	Principal    money.Amount                   `json:"principal"` // as submitted
	Open         map[law.Component]money.Amount `json:"open"`      // what is left of each part
	Lines        []law.Line                     `json:"lines"`     // interest since the due date, line by line
	Terms        law.InterestTerms              `json:"terms"`
	Compensation money.Amount                   `json:"compensation"` // the fixed sum, whole
	Entries      []Entry                        `json:"entries"`
	Received     money.Amount                   `json:"received"`    // all payments that stand
	Credit       money.Amount                   `json:"credit"`      // paid above the balance
	Balance      money.Amount                   `json:"balance"`     // sum of Open
	WrittenOff   money.Amount                   `json:"written_off"` // given up when the case was closed
	Refunded     money.Amount                   `json:"refunded"`    // of what was received, paid back or moved; no credit any more
	OwnCosts     money.Amount                   `json:"own_costs"`   // costs that the creditor bears; in no balance
	RateMissing  bool                           `json:"rate_missing"`
	Estimate     money.Amount                   `json:"estimate"` // interest of days without a published rate, in no total
	Flags        []string                       `json:"flags"`
}

// Entry is one line of the ledger. Lines of a component add up to what is owed
// of it; money that came or went, and credits, are of none.
type Entry struct {
	Seq int64         `json:"seq"` // of the event that booked it
	On  calendar.Date `json:"on"`  // effective day
	// Kind is principal, interest, compensation, cost, payment, imputation, credit,
	// refund, transfer, discount, write_off, or the kind of an adjustment.
	Kind      string        `json:"kind"`
	Component law.Component `json:"component,omitempty"`
	Amount    money.Amount  `json:"amount"` // positive: owed more; negative: owed less
	Payment   string        `json:"payment,omitempty"`
	Ref       string        `json:"ref,omitempty"`     // of the cost, adjustment or refund; of a payment that was moved, its case
	Accrued   bool          `json:"accrued,omitempty"` // reckoned up to the day, and not booked yet
}

// Contact is a contact point as submitted: email, phone (calls and SMS), whatsapp.
type ContactPoint struct {
	Channel string `json:"channel"`
	Value   string `json:"value"`
}

// Party is a debtor as submitted; it stays in PostgreSQL.
type Party struct {
	Reference  string         `json:"reference"`
	Kind       law.Party      `json:"kind"`
	Name       string         `json:"name"`
	TaxID      string         `json:"tax_id,omitempty"`
	Language   string         `json:"language,omitempty"`
	TimeZone   string         `json:"time_zone,omitempty"`
	Street     string         `json:"street,omitempty"`
	PostalCode string         `json:"postal_code,omitempty"`
	City       string         `json:"city,omitempty"`
	Country    string         `json:"country,omitempty"`
	Contacts   []ContactPoint `json:"contacts"`
	// Joint says of a guarantor whether they are bound like a co-debtor; nil
	// where nobody says.
	Joint *bool `json:"joint,omitempty"`
}

// Earlier is what happened to an old debt before it was submitted.
type Earlier struct {
	Payments []PaymentReceived `json:"payments,omitempty"`
	Acts     []law.Act         `json:"acts,omitempty"`
	Contacts []EarlierContact  `json:"contacts,omitempty"`
}

// EarlierContact is a contact made before submission; it counts for the caps.
type EarlierContact struct {
	On      calendar.Date `json:"on"`
	Channel string        `json:"channel"`
}

// Submission is a debt as a creditor submits it.
type Submission struct {
	Creditor   string       `json:"creditor_id"`
	Reference  string       `json:"reference"`
	Country    string       `json:"country"`
	Region     string       `json:"region,omitempty"`
	Claim      law.Claim    `json:"claim"`
	Principal  money.Amount `json:"principal"`
	Debtor     Party        `json:"debtor"`
	Guarantors []Party      `json:"guarantors,omitempty"`
	Capacity   Capacity     `json:"capacity"`
	Strategy   string       `json:"strategy,omitempty"`
	Earlier    Earlier      `json:"earlier"`
}
