// Package debt holds the nouns of collection: the case of one debt, what
// happened to it, what is owed on it, and which facts it accepts. It is pure:
// the same events always add up to the same case.
package debt

import (
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// Stage is how far a case has come.
type Stage string

// The stages, in order.
const (
	Upcoming           Stage = "upcoming"
	FriendlyContact    Stage = "friendly_contact"
	Reminders          Stage = "reminders"
	Negotiation        Stage = "negotiation"
	ExtrajudicialClaim Stage = "extrajudicial_claim"
	LegalHandoff       Stage = "legal_handoff"
	Closed             Stage = "closed"
)

// Stages lists the stages in their order.
var Stages = []Stage{Upcoming, FriendlyContact, Reminders, Negotiation, ExtrajudicialClaim, LegalHandoff, Closed}

// Rank gives the place of s in the order of stages; -1 for a stage unknown.
func (s Stage) Rank() int {
	for i, x := range Stages {
		if x == s {
			return i
		}
	}
	return -1
}

// Outcome is how a case ended.
type Outcome string

// The outcomes.
const (
	Paid             Outcome = "paid"
	Settled          Outcome = "settled"
	Withdrawn        Outcome = "withdrawn"
	Upheld           Outcome = "upheld"
	Uncollectable    Outcome = "uncollectable"
	Insolvency       Outcome = "insolvency"
	SubmittedInError Outcome = "submitted_in_error"
	Limited          Outcome = "limited" // by a person only
)

// Outcomes lists every outcome.
var Outcomes = []Outcome{Paid, Settled, Withdrawn, Upheld, Uncollectable, Insolvency, SubmittedInError, Limited}

// Capacity is in which capacity the collector collects.
type Capacity string

// The capacities.
const (
	AsCreditor   Capacity = "creditor"
	AsThirdParty Capacity = "third_party"
	AsPurchaser  Capacity = "purchaser"
)

// HoldReason is why collection contact stands still.
type HoldReason string

// The reasons for a hold.
const (
	HoldPromise     HoldReason = "promise"
	HoldPlan        HoldReason = "plan"
	HoldDispute     HoldReason = "dispute"
	HoldComplaint   HoldReason = "complaint"
	HoldHardship    HoldReason = "hardship"
	HoldRepresented HoldReason = "represented"
	HoldPaused      HoldReason = "paused"
	HoldInsolvency  HoldReason = "insolvency"
	HoldDeceased    HoldReason = "deceased"
	HoldWrongPerson HoldReason = "wrong_person"
	HoldLimited     HoldReason = "limited"
)

// PersonMayPlace lists the reasons that a person may give for a hold; promise,
// plan, dispute and limited come from the facts themselves.
var PersonMayPlace = []HoldReason{HoldComplaint, HoldHardship, HoldRepresented, HoldPaused, HoldInsolvency, HoldDeceased, HoldWrongPerson}

// Hold stops collection contact until its end; it never stops a clock.
type Hold struct {
	ID     string        `json:"id"`
	Reason HoldReason    `json:"reason"`
	Until  calendar.Date `json:"until"` // last day of the hold
	Of     string        `json:"of,omitempty"`
	Placed time.Time     `json:"placed"`
	About  *Proceeding   `json:"about,omitempty"` // of a complaint or an insolvency
	// Strategy is the one that a case in hardship is on meanwhile, and Back the
	// one that it goes back to; both empty where the hold stops contact instead.
	Strategy string `json:"strategy,omitempty"`
	Back     string `json:"back,omitempty"`
}

// ByItself reports whether the hold ends by itself when its day is over; the
// others then ask a person and go on.
func (h Hold) ByItself() bool {
	return h.Reason == HoldPaused || h.Reason == HoldHardship
}

// Payment is money that came in.
type Payment struct {
	ID       string        `json:"id"`
	Amount   money.Amount  `json:"amount"`
	Received calendar.Date `json:"received"`
	Booked   time.Time     `json:"booked"`
	Bounced  calendar.Date `json:"bounced"`                // the day it was taken back; zero where it stands
	Reversed bool          `json:"reversed,omitempty"`     // taken back since it was booked by mistake
	From     string        `json:"from_case_id,omitempty"` // case whose credit it is; empty: money that came in
	// Converted is how money in another currency became the amount.
	Converted *Conversion `json:"converted,omitempty"`
}

// Imputation is which parts of the claim one payment went to.
type Imputation struct {
	Payment string                         `json:"payment"`
	On      calendar.Date                  `json:"on"`
	Parts   map[law.Component]money.Amount `json:"parts"`
	Surplus money.Amount                   `json:"surplus"` // above the balance: a credit
	Accrued map[law.Component]money.Amount `json:"accrued"` // what was booked as accrued to impute it
	// Rates are the rows by which that interest was reckoned, oldest first; what
	// was booked before they were noted has none.
	Rates []law.RateRow `json:"rates,omitempty"`
	// Reserved are the days up to On that had no published rate: their interest
	// was not booked, and is owed beside what was once the rate is known.
	Reserved []Stretch `json:"reserved,omitempty"`
	// Costs are those claimed after On that it pays beside Parts, each on its own
	// day: until then the money was a credit.
	Costs []CostPaid `json:"costs,omitempty"`
}

// CostPaid is what a payment that came before a cost pays of it.
type CostPaid struct {
	Cost   string        `json:"cost"`
	On     calendar.Date `json:"on"`
	Amount money.Amount  `json:"amount"`
}

// Stretch is the days from the first to the last, both included.
type Stretch struct {
	From calendar.Date `json:"from"`
	To   calendar.Date `json:"to"`
}

// PromiseState is what became of a promise, or of an instalment plan.
type PromiseState string

// The states of a promise.
const (
	PromiseRunning    PromiseState = "running"
	PromiseKept       PromiseState = "kept"
	PromisePartly     PromiseState = "partly_kept" // some of it came in time
	PromiseBroken     PromiseState = "broken"
	PromiseReplaced   PromiseState = "renegotiated"
	PromiseSuperseded PromiseState = "superseded" // the case ended otherwise
)

// Promise is a promise to pay.
type Promise struct {
	ID              string        `json:"id"`
	Amount          money.Amount  `json:"amount"`
	PayBy           calendar.Date `json:"pay_by"`
	GraceEnd        calendar.Date `json:"grace_end"` // last day of grace; broken at 24:00 of it in the debtor's zone
	Made            time.Time     `json:"made"`
	State           PromiseState  `json:"state"`
	Reminded        bool          `json:"reminded,omitempty"`
	AfterLimitation bool          `json:"after_limitation,omitempty"`
}

// Handoff is the case lying with a law firm, or offered to one.
type Handoff struct {
	ID      string        `json:"id"`
	Firm    string        `json:"firm"`
	Offered time.Time     `json:"offered"`
	Until   calendar.Date `json:"until"` // last day to accept
	State   string        `json:"state"` // offered accepted declined lapsed returned
}

// Mark is one thing the engine did on the ladder or beside it.
type Mark struct {
	Step       string    `json:"step"`
	Occurrence int       `json:"occurrence"`
	Channel    string    `json:"channel,omitempty"`
	Message    string    `json:"message,omitempty"`
	At         time.Time `json:"at"`
	State      string    `json:"state"`           // reserved sent failed unknown skipped done
	Retry      bool      `json:"retry,omitempty"` // failed for a while only: the same may be tried again later
}

// Adjustment lowers what is owed without money: a credit note, a dispute
// upheld in part, a discount, a waiver or a write-off.
type Adjustment struct {
	ID     string        `json:"id"`
	Kind   string        `json:"kind"`
	Amount money.Amount  `json:"amount"` // taken from the principal
	On     calendar.Date `json:"on"`
	Number string        `json:"number,omitempty"`   // of a credit note
	Issued calendar.Date `json:"issued_on,omitzero"` // likewise
}

// Case is the state of one debt, with nothing in it that names a person: what
// its events add up to.
type Case struct {
	ID        string       `json:"id"`
	Creditor  string       `json:"creditor"`
	Debtor    string       `json:"debtor"`
	Person    string       `json:"person"`
	Reference string       `json:"reference"`
	Country   string       `json:"country"` // whose law governs the claim
	Region    string       `json:"region,omitempty"`
	Claim     law.Claim    `json:"claim"`
	Capacity  Capacity     `json:"capacity"`
	Principal money.Amount `json:"principal"`
	Strategy  string       `json:"strategy"` // name@version
	Language  string       `json:"language"`
	Seq       int64        `json:"seq"`
	Opened    time.Time    `json:"opened"`
	Stage     Stage        `json:"stage"`
	Before    Stage        `json:"before,omitempty"` // the stage that a closing ended
	Outcome   Outcome      `json:"outcome,omitempty"`
	ClosedAt  time.Time    `json:"closed_at"`
	Escalated bool         `json:"escalated,omitempty"` // a person asked for the lawyer now

	Payments    []Payment    `json:"payments,omitempty"`
	Imputations []Imputation `json:"imputations,omitempty"`
	Adjustments []Adjustment `json:"adjustments,omitempty"`
	Costs       []Cost       `json:"costs,omitempty"`
	Refunds     []Refund     `json:"refunds,omitempty"`
	Promises    []Promise    `json:"promises,omitempty"`
	Plans       []Plan       `json:"plans,omitempty"`
	Offers      []Offer      `json:"offers,omitempty"`
	Disputes    []Dispute    `json:"disputes,omitempty"`
	Holds       []Hold       `json:"holds,omitempty"` // those that stand now
	Held        []Hold       `json:"held,omitempty"`  // those that stood when the case was closed
	Studies     []Study      `json:"studies,omitempty"`
	Handoffs    []Handoff    `json:"handoffs,omitempty"`
	Marks       []Mark       `json:"marks,omitempty"`
	Acts        []law.Act    `json:"acts,omitempty"`        // what bears on limitation
	ActsProved  []string     `json:"acts_proved,omitempty"` // names that acts went by until a document was put behind them
	Alarms      []string     `json:"alarms,omitempty"`
	Resumed     time.Time    `json:"resumed"`    // when the last hold ended
	Controlled  time.Time    `json:"controlled"` // last periodic control
	Conversed   time.Time    `json:"conversed"`  // last talk with the debtor
}

// Open reports whether the case still runs.
func (c *Case) Open() bool { return c.Stage != Closed && c.Stage != "" }
