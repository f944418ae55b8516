package record

import (
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
)

// ControlFilter picks what a periodic control found; empty fields do not filter.
type ControlFilter struct {
	Creditor, Rule string
	After          string // cursor: Place of the last one of the page before
	Limit          int
}

// Finding is one thing that is off, as a control found it: a strategy.Fault on
// the record, or a task, an act or a message that waits for somebody.
type Finding struct {
	Case      string        `json:"case_id"`
	Creditor  string        `json:"creditor_id"`
	Reference string        `json:"reference"`
	Stage     debt.Stage    `json:"stage"`
	Rule      string        `json:"rule"`
	Of        string        `json:"of,omitempty"`   // id of what it is about: hold, dispute, task, message …
	What      string        `json:"what,omitempty"` // kind of the task, name of the act
	Since     calendar.Date `json:"since"`          // first day on which it was off
	On        calendar.Date `json:"on"`             // the day that was missed, or is near
}

// Place is where a finding stands in the list: what a cursor holds.
func (f Finding) Place() string { return f.Case + "/" + f.Rule + "/" + f.Of }

// Controls is a page of what is off.
type Controls struct {
	At    time.Time // business instant
	Found []Finding
}
