package record

import (
	"time"

	"github.com/recobro/recobro/bank"
)

// BankFile is a file of bank statements that was taken in, and what became of
// its lines.
type BankFile struct {
	ID        string      `json:"id"`
	Creditor  string      `json:"creditor_id"` // empty: an account of the operator's, for the debts of all creditors
	Name      string      `json:"name,omitempty"`
	Format    bank.Format `json:"format"`
	SHA256    string      `json:"sha256"`
	Accounts  []string    `json:"accounts"`
	Strange   []string    `json:"accounts_unknown,omitempty"` // those that are not the creditor's, as far as it is known
	Total     int         `json:"total"`                      // lines in it
	Known     int         `json:"known"`                      // of which other files had brought before
	Pending   int         `json:"pending"`                    // not looked at yet, or being booked
	Booked    int         `json:"booked"`                     // by the engine or by a person
	Doubtful  int         `json:"doubtful"`                   // wait for a person, with candidates
	Unmatched int         `json:"unmatched"`                  // nothing points to a case
	Other     int         `json:"other"`                      // neither money in nor a payment taken back, or set aside by a person
	Created   time.Time   `json:"created_at"`
}

// BankLine is a movement on an account, and what became of it.
type BankLine struct {
	ID         string           `json:"id"`
	Creditor   string           `json:"creditor_id"` // empty: came on an account of the operator's
	File       string           `json:"file_id"`     // that brought it first
	Line       bank.Line        `json:"-"`
	State      string           `json:"state"`         // pending booking undoing booked doubtful unmatched other set_aside
	Why        string           `json:"why,omitempty"` // what stands in the way of booking it
	Candidates []bank.Candidate `json:"candidates"`
	Parts      []BankPart       `json:"parts"`
	Task       string           `json:"task_id,omitempty"`
	Decided    string           `json:"decided_by,omitempty"` // the key of the person who decided; empty: the engine
	Note       string           `json:"note,omitempty"`
	Tries      int              `json:"tries,omitempty"`   // how often it could not be worked
	Failure    string           `json:"failure,omitempty"` // why it could not, the last time
}

// BankPart is what a line was booked as on one case.
type BankPart struct {
	bank.Part
	N      int  `json:"-"` // its number, which no other part of the line ever has
	Booked bool `json:"booked"`
}

// BankMatch is what a person says a line is: shared among cases, or for none.
type BankMatch struct {
	Parts    []bank.Part
	SetAside bool
	Note     string
}
