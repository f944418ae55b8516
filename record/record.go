// Package record holds the nouns that stand on the record beside the case:
// creditors, debtors, messages, tasks, keys, imports, and the row that says
// what a case does next. It is pure; store keeps them, api and activities
// speak of them.
package record

import (
	"slices"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/strategy"
)

// Next is what a case does next, as its workflow is told: a decision and the
// wall instant of its wake-up.
type Next struct {
	Case     string            `json:"case"`
	Seq      int64             `json:"seq"` // last event that the decision has seen
	Decision strategy.Decision `json:"decision"`
	Wake     time.Time         `json:"wake"` // wall instant; zero where the decision is final
	Stage    debt.Stage        `json:"stage"`
	Creditor string            `json:"creditor"`
	Country  string            `json:"country"`
	// Firm is the handoff that the decision made, so that it can be followed.
	Handoff string `json:"handoff,omitempty"`
	// Epoch names the last restore of the record; empty where it never was.
	Epoch string `json:"epoch,omitempty"`
	// Acted says that the call which gave this carried its act out, rather than
	// find that it no longer stood. It is not part of what a workflow is told.
	Acted bool `json:"-"`
}

// File is a case with what is shown beside it.
type File struct {
	Case     *debt.Case
	Next     strategy.Decision
	Balance  money.Amount // as of today
	Clock    law.Clock    // limitation
	Debtor   Debtor
	Creditor Creditor
	Zone     *time.Location // the debtor's
	Today    calendar.Date  // there
	Created  bool           // this call made the case
	Made     debt.Fact      // what was reported, as this call or the first of its key put it on the record
	Handoff  *Handoff
}

// Entry is one event as it is read back.
type Entry struct {
	Seq  int64      `json:"seq"`
	Kind string     `json:"kind"`
	At   time.Time  `json:"at"`
	By   debt.Actor `json:"by"`
	Data debt.Fact  `json:"data"` // nil where erased
	Hash string     `json:"hash"` // hex, of the chain up to here
}

// Creditor is who is owed, with brand, sender and limits.
type Creditor struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	LegalName  string            `json:"legal_name,omitempty"`
	Kind       law.Party         `json:"kind"` // business unless said
	TaxID      string            `json:"tax_id,omitempty"`
	Country    string            `json:"country"`
	Street     string            `json:"street,omitempty"`
	PostalCode string            `json:"postal_code,omitempty"`
	City       string            `json:"city,omitempty"`
	IBAN       string            `json:"iban"`
	Email      string            `json:"email"` // reply address in every message
	Phone      string            `json:"phone"`
	Brand      Brand             `json:"brand"`
	Limits     CreditorLimits    `json:"limits"`
	Strategies map[string]string `json:"strategies,omitempty"` // "ES/business": strategy name
	Created    time.Time         `json:"created"`
}

// Brand is how a creditor's messages look and sign.
type Brand struct {
	Sender    string `json:"sender,omitempty"`     // name in From
	FromEmail string `json:"from_email,omitempty"` // address in From
	FromSMS   string `json:"from_sms,omitempty"`   // number, sender id or messaging service
	Color     string `json:"color,omitempty"`      // #rrggbb
	Signature string `json:"signature,omitempty"`
	Footer    string `json:"footer,omitempty"`
}

// CreditorLimits are daily limits at the door, by channel, and what may be agreed
// with debtors, whoever agrees it; the strategy's where zero.
type CreditorLimits struct {
	DailyEmail          int `json:"daily_email,omitempty"`
	DailySMS            int `json:"daily_sms,omitempty"`
	DailyWhatsApp       int `json:"daily_whatsapp,omitempty"`
	MaxDiscount         int `json:"max_discount,omitempty"`     // percent
	PromiseMaxDays      int `json:"promise_max_days,omitempty"` // latest day, counted from the promise
	PromiseMinShare     int `json:"promise_min_share,omitempty"`
	PromisesAfterBroken int `json:"promises_after_broken,omitempty"`
	PlanMaxInstalments  int `json:"plan_max_instalments,omitempty"`
	PlanMaxMonths       int `json:"plan_max_months,omitempty"`
}

// Agreed are the limits of what may be agreed.
func (l CreditorLimits) Agreed() debt.Limits {
	return debt.Limits{MaxDiscount: l.MaxDiscount, PromiseMaxDays: l.PromiseMaxDays, PromiseMinShare: l.PromiseMinShare,
		PromisesAfterBroken: l.PromisesAfterBroken, PlanMaxInstalments: l.PlanMaxInstalments, PlanMaxMonths: l.PlanMaxMonths}
}

// Debtor is a debtor row: it belongs to one creditor; a person links several.
type Debtor struct {
	ID       string     `json:"id"`
	Creditor string     `json:"creditor_id"`
	Person   string     `json:"person"`
	Party    debt.Party `json:"party"`
	Points   []Point    `json:"points"`
	// OptedOut are the channels that the person refuses, for all their debts:
	// email, sms, whatsapp, phone.
	OptedOut []string `json:"opted_out_channels,omitempty"`
}

// Refuses reports whether something that the contact point carries is refused,
// by the point's own mark or by an opt-out of the person.
func (d Debtor) Refuses(p Point) bool {
	return p.OptedOut || p.Refused || slices.ContainsFunc(d.OptedOut, p.Carries)
}

// Point is one contact point of a debtor.
type Point struct {
	ID       string `json:"id"`
	Channel  string `json:"channel"` // email phone whatsapp
	Value    string `json:"value"`   // normalised: E.164, lower-case domain
	Valid    bool   `json:"valid"`
	OptedOut bool   `json:"opted_out"` // refused, or closed by the person's opt-outs
	Refused  bool   `json:"-"`         // the point's own mark, whatever the person's opt-outs
	// Representative marks a point of who represents the debtor: it is used, and
	// alone, while a case is held for that.
	Representative bool `json:"representative,omitempty"`
}

// Whom lists the points by which a debtor is reached: their own, or, where they
// are represented, their representative's alone.
func Whom(points []Point, represented bool) []Point {
	return slices.DeleteFunc(slices.Clone(points), func(p Point) bool { return p.Representative != represented })
}

// Carries reports whether messages or calls by a channel go to the point. A
// telephone carries calls and SMS.
func (p Point) Carries(channel string) bool {
	return channel == p.Channel || (channel == "sms" && p.Channel == "phone")
}

// PointChange changes a contact point; what is empty or nil stays as it is.
type PointChange struct {
	ID    string
	Value string // one that is given is valid, unless Valid says otherwise
	Valid *bool
	// OptedOut closes the point, or opens it and every channel that it carries.
	OptedOut *bool
}

// Message is one message, as it was, is being or may have been sent.
type Message struct {
	ID         string           `json:"id"`
	Key        string           `json:"key"` // case/step/occurrence/channel
	Case       string           `json:"case_id"`
	Creditor   string           `json:"creditor_id"`
	Person     string           `json:"-"`
	Step       string           `json:"step"`
	Occurrence int              `json:"occurrence"`
	Channel    string           `json:"channel"`
	Purpose    strategy.Purpose `json:"purpose"`
	Letter     string           `json:"letter"`
	Language   string           `json:"language"`
	From       string           `json:"from"`
	To         string           `json:"to"`
	ReplyTo    string           `json:"reply_to,omitempty"`
	Subject    string           `json:"subject,omitempty"`
	Text       string           `json:"text"`
	HTML       string           `json:"html,omitempty"`
	PayCode    string           `json:"pay_code,omitempty"` // text of the code to pay with (EPC069-12) that the HTML shows
	State      string           `json:"state"`              // reserved sent failed unknown
	Mode       string           `json:"mode"`               // outbox smtp sendgrid twilio
	Provider   string           `json:"provider_id,omitempty"`
	Code       string           `json:"code,omitempty"`
	Late       bool             `json:"late,omitempty"`   // in flight when a payment or stop was committed
	Covers     []string         `json:"covers,omitempty"` // other cases in the same message
	Reserved   time.Time        `json:"reserved_at"`
	Ended      time.Time        `json:"ended_at"`
}

// Delivery is what became of a send: sent, failed (certainly not accepted) or
// unknown.
type Delivery struct {
	State    string
	Provider string // the provider's id of the message
	Code     string
	// DeadPoint marks the contact point as not valid: the provider said it does
	// not exist.
	DeadPoint bool
	// OptedOut records the provider's own opt-out.
	OptedOut bool
	// Retry marks a failure that passes: the provider was away, busy or would
	// not let us in, and the same may be tried again later.
	Retry bool
}

// Task is something for a person to do.
type Task struct {
	ID       string        `json:"id"`
	Case     string        `json:"case_id"`
	Creditor string        `json:"creditor_id"`
	Kind     string        `json:"kind"` // call review_hold limitation handoff_none study match_payment dispute …
	Step     string        `json:"step,omitempty"`
	Due      calendar.Date `json:"due"`
	State    string        `json:"state"` // open done expired
	Claimed  string        `json:"claimed_by,omitempty"`
	Opened   time.Time     `json:"opened_at"`
	Done     time.Time     `json:"done_at"`
	Result   string        `json:"result,omitempty"`
}

// Handoff is a case before or with a law firm.
type Handoff struct {
	ID       string        `json:"id"`
	Case     string        `json:"case_id"`
	Creditor string        `json:"creditor_id"`
	Firm     string        `json:"firm_id"`
	State    string        `json:"state"` // offered accepted declined lapsed returned
	Offered  time.Time     `json:"offered_at"`
	Until    calendar.Date `json:"until"`
	Ended    time.Time     `json:"ended_at"`
}

// Firm is a law firm that takes cases.
type Firm struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Email     string   `json:"email"`
	Countries []string `json:"countries"`
	Capacity  int      `json:"capacity"` // open handoffs at once; zero: no limit
	Active    bool     `json:"active"`
}

// Key is an API key; its secret is shown once and kept as a hash.
type Key struct {
	ID       string    `json:"id"`
	Role     debt.Role `json:"role"`
	Creditor string    `json:"creditor_id,omitempty"` // of a creditor's key
	Firm     string    `json:"firm_id,omitempty"`     // of a lawyer's key
	Label    string    `json:"label,omitempty"`
	Created  time.Time `json:"created"`
	Revoked  time.Time `json:"revoked"`
}

// Stop is an emergency stop: nothing automatic goes out within its scope.
type Stop struct {
	ID     string    `json:"id"`
	Scope  string    `json:"scope"` // installation creditor case channel
	Of     string    `json:"of,omitempty"`
	Reason string    `json:"reason"`
	By     string    `json:"by"`
	Placed time.Time `json:"placed_at"`
	Lifted time.Time `json:"lifted_at"`
}

// Import is a bulk intake and how far it has come.
type Import struct {
	ID       string        `json:"import_id"`         // empty where nothing was recorded
	DryRun   bool          `json:"dry_run,omitempty"` // nothing was recorded
	Creditor string        `json:"creditor_id"`
	Name     string        `json:"name,omitempty"`
	State    string        `json:"state"` // running done
	Total    int           `json:"total"`
	Accepted int           `json:"accepted"` // new cases
	Known    int           `json:"known"`    // were there already, with the same content
	Rejected int           `json:"rejected"`
	Created  time.Time     `json:"created_at"`
	Finished time.Time     `json:"finished_at"`
	Errors   []ImportError `json:"errors"`
	// Warnings are of rows that were accepted and whose debt is limited, or
	// soon will be: their rule is a debt.ClockState.
	Warnings []ImportError `json:"warnings"`
}

// ImportError is one line for a rejected row, or one that was accepted with a
// warning.
type ImportError struct {
	Row    int    `json:"row"` // as the spreadsheet counts: the header is row 1
	Field  string `json:"field,omitempty"`
	Rule   string `json:"rule"`
	Detail string `json:"detail"`
}

// ImportRow is one row read: a submission, or why not.
type ImportRow struct {
	Row        int
	Submission debt.Submission
	Errors     []ImportError
}

// Filter picks cases; empty fields do not filter. Creditor and Firm are also
// the scope of who asks.
type Filter struct {
	Creditor, Firm, Debtor, Stage, Country, Outcome, Hold, Query string
	Open                                                         *bool
	Overdue                                                      bool   // next action past
	After                                                        string // cursor: last case id of the page before
	Limit                                                        int
}

// Row is one line of the list of cases.
type Row struct {
	ID        string            `json:"case_id"`
	Reference string            `json:"reference"`
	Creditor  string            `json:"creditor_id"`
	Debtor    string            `json:"debtor"` // name
	Country   string            `json:"country"`
	Stage     debt.Stage        `json:"stage"`
	Outcome   debt.Outcome      `json:"outcome,omitempty"`
	Due       calendar.Date     `json:"due_on"`
	Principal money.Amount      `json:"principal"`
	Open      money.Amount      `json:"open_principal"`
	Holds     []debt.HoldReason `json:"holds"`
	Next      strategy.Decision `json:"-"`
}

// Turn is a case's turn to act, under lock: all that an activity may look at to
// carry a decision out.
type Turn struct {
	Now      time.Time
	Person   *strategy.Person
	Index    int // of the case in Person.Cases
	Decision strategy.Decision
	Debtor   Debtor
	Creditor Creditor
	// Covers are the sibling cases, by index, that go out in the same message,
	// and Letter the mildest letter due, which covers all.
	Covers []int
	Letter string
	Terms  []debt.Terms // parallel to Person.Cases
	NewID  func() string
}

// Case gives the case whose turn it is.
func (t *Turn) Case() *debt.Case { return t.Person.Cases[t.Index].Case }

// Done is what came of a turn: facts for the record, and the rows they make.
type Done struct {
	Facts    []debt.Fact
	Tasks    []Task
	Message  *Message
	Document *Document
}

// Document is a document's bytes with what is known of it.
type Document struct {
	ID     string    `json:"id"`
	Case   string    `json:"case_id"`
	Type   string    `json:"type"`
	Name   string    `json:"name"`
	Media  string    `json:"media_type"`
	SHA256 string    `json:"sha256"`
	Size   int       `json:"size"`
	Bytes  []byte    `json:"-"`
	Added  time.Time `json:"added_at"`
}
