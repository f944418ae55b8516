package debt

import (
	"slices"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

// Dispute is the debtor saying that the debt, or a part, is not owed.
type Dispute struct {
	ID     string       `json:"id"`
	Reason string       `json:"reason"` // one of DisputeReasons; on older records any word
	Amount money.Amount `json:"amount"` // zero: the whole
	Opened time.Time    `json:"opened"`
	State  string       `json:"state"` // open upheld partly rejected compromise
	// AnswerFrom is who has to answer, and AnswerBy the last day to; both are
	// empty on records of before they were kept.
	AnswerFrom Role          `json:"answer_from,omitempty"`
	AnswerBy   calendar.Date `json:"answer_by,omitzero"`
	Documents  []string      `json:"documents,omitempty"`
	// Answered is the day of the answer, of which the debtor is told in writing.
	Answered calendar.Date `json:"answered,omitzero"`
	// Letter is by what the debtor was told of it: LetterDue, or the message, or
	// the task of a person who does; before the answer, by what proof was asked for.
	Letter string `json:"letter,omitempty"`
	// Left is the principal that the answer left owed; zero where it is rejected.
	Left money.Amount `json:"left,omitzero"`
}

// The states of a dispute.
const (
	DisputeOpen       = "open"
	DisputeWon        = "upheld" // the whole debt is not owed
	DisputePartly     = "partly"
	DisputeRejected   = "rejected"
	DisputeCompromise = "compromise" // both agreed on another amount
)

// The reasons for a dispute that the engine treats in a way of their own.
const (
	AlreadyPaid = "already_paid" // proof is asked for
	NotTheOne   = "wrong_person"
	TimeBarred  = "time_barred"
)

// DisputeReasons lists why a debt may be contested.
var DisputeReasons = []string{"goods_not_received", "defective", "not_ordered", AlreadyPaid, "wrong_amount", NotTheOne,
	"service_not_rendered", "contract_ended", "not_due", TimeBarred, "other"}

// Compromise is the kind of the adjustment that a compromise makes.
const Compromise = "compromise"

// The facts of disputes.
type (
	// Disputed is the debtor contesting the debt or a part of it.
	Disputed struct {
		ID     string        `json:"id"`
		Reason string        `json:"reason"`
		Amount money.Amount  `json:"amount"`
		Until  calendar.Date `json:"until"` // when an answer is due
		Note   string        `json:"note,omitempty"`
		// As those of a Dispute.
		AnswerFrom Role          `json:"answer_from,omitempty"`
		AnswerBy   calendar.Date `json:"answer_by,omitzero"`
		Documents  []string      `json:"documents,omitempty"`
	}
	// DisputeDocumented puts a document to an open dispute: the debtor's proof, or
	// the creditor's.
	DisputeDocumented struct {
		Dispute  string `json:"dispute"`
		Document string `json:"document"`
	}
	// DisputeEscalated puts a dispute that was not answered in time before a
	// supervisor.
	DisputeEscalated struct {
		Dispute string `json:"dispute"`
	}
	// DisputeResolved is the answer to a dispute: upheld, partly (with a
	// reduction), rejected, or a compromise (with the agreed principal).
	DisputeResolved struct {
		Dispute   string       `json:"dispute"`
		State     string       `json:"state"`
		Reduction money.Amount `json:"reduction"`
		Note      string       `json:"note,omitempty"`
		Agreed    money.Amount `json:"agreed,omitzero"`
		// On and Left are as Answered and Left of a Dispute; none on records of
		// before the debtor was told in writing.
		On   calendar.Date `json:"on,omitzero"`
		Left money.Amount  `json:"left,omitzero"`
	}
)

// Kind implementations, which never change.
func (Disputed) Kind() string          { return "disputed" }
func (DisputeDocumented) Kind() string { return "dispute_documented" }
func (DisputeEscalated) Kind() string  { return "dispute_escalated" }
func (DisputeResolved) Kind() string   { return "dispute_resolved" }

// addDisputes adds the decoders of these facts, and of a study.
func addDisputes(m map[string]func([]byte) (Fact, error)) {
	add[Disputed](m)
	add[DisputeDocumented](m)
	add[DisputeEscalated](m)
	add[DisputeResolved](m)
	add[StudyMade](m)
}

// applyDispute folds what was contested, and how it was answered.
func (c *Case) applyDispute(e Event) {
	switch f := e.Fact.(type) {
	case Disputed:
		c.Disputes = append(c.Disputes, Dispute{ID: f.ID, Reason: f.Reason, Amount: f.Amount, Opened: e.At, State: DisputeOpen,
			AnswerFrom: f.AnswerFrom, AnswerBy: f.AnswerBy, Documents: slices.Clone(f.Documents), Letter: f.letter()})
	case DisputeDocumented:
		c.dispute(f.Dispute, func(d *Dispute) { d.Documents = append(slices.Clone(d.Documents), f.Document) })
	case DisputeEscalated:
		c.dispute(f.Dispute, func(d *Dispute) { d.AnswerFrom = Supervisor })
	case DisputeResolved:
		c.dispute(f.Dispute, func(d *Dispute) { f.answer(d) })
	case StudyMade:
		c.Studies = append(c.Studies, f.Study)
	case PutInWriting:
		c.dispute(f.Of, func(d *Dispute) { d.Letter = f.Letter })
	}
}

// letter says that proof of a payment is to be asked for, unless it came along.
func (f Disputed) letter() string {
	if f.Reason == AlreadyPaid && !f.AnswerBy.IsZero() && len(f.Documents) == 0 {
		return LetterDue
	}
	return ""
}

// answer answers a dispute, and has the debtor told.
func (f DisputeResolved) answer(d *Dispute) {
	d.State, d.Answered, d.Left = f.State, f.On, f.Left
	if !f.On.IsZero() {
		d.Letter = LetterDue
	}
}

func (c *Case) dispute(id string, change func(*Dispute)) {
	for i := range c.Disputes {
		if c.Disputes[i].ID == id {
			change(&c.Disputes[i])
		}
	}
}

// OpenDispute returns the dispute that waits for its answer, if one does.
func (c *Case) OpenDispute() (Dispute, bool) {
	for _, d := range c.Disputes {
		if d.State == DisputeOpen {
			return d, true
		}
	}
	return Dispute{}, false
}

// AnswerDay is the last day to answer a dispute; on older records the end of
// its hold.
func (c *Case) AnswerDay(d Dispute) calendar.Date {
	if !d.AnswerBy.IsZero() {
		return d.AnswerBy
	}
	for _, h := range c.Holds {
		if h.Of == d.ID {
			return h.Until
		}
	}
	return calendar.Date{}
}

// Undisputed is what of a balance an open dispute leaves uncontested: a person
// may speak of it, and it may be promised and paid, while the engine itself asks
// for nothing. Interest on what is contested is contested with it.
func (c *Case) Undisputed(balance money.Amount) money.Amount {
	d, open := c.OpenDispute()
	if !open {
		return balance
	}
	left := money.Of(0, balance.Currency)
	if principal := c.OpenPrincipal(); d.Amount.Cents > 0 && principal.Cents > 0 {
		left.Cents = balance.Cents * max(principal.Cents-d.Amount.Cents, 0) / principal.Cents
	}
	return left
}
