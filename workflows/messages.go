// Package workflows holds the one workflow of Recobro: the course of a debt.
// It waits and asks; it judges nothing and computes no date. What to do, and
// when, is decided in activities and read back from Temporal's history.
package workflows

import (
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"go.temporal.io/sdk/temporal"
)

// Type is the workflow's name in Temporal.
const Type = "Debt"

// The signals that a case's workflow hears. They carry no facts: those are on
// the record before the signal is sent, so that a signal lost or doubled does
// no harm.
const (
	// News says that something is on the record: decide again.
	News = "news"
	// Due says that the pending decision's time has come, whatever the timer
	// says: the time machine has moved the clock.
	Due = "due"
	// Renew asks the run to continue as new, so that it leaves an old version
	// of the code.
	Renew = "renew"
)

// Names of the search attributes, all of them keywords that name no person.
const (
	AttributeStage    = "RecobroStage"
	AttributeCreditor = "RecobroCreditor"
	AttributeCountry  = "RecobroCountry"
)

// Attributes lists the search attributes that a namespace must know before the
// first case runs in it.
var Attributes = []string{AttributeStage, AttributeCreditor, AttributeCountry}

var (
	stageKey    = temporal.NewSearchAttributeKeyKeyword(AttributeStage)
	creditorKey = temporal.NewSearchAttributeKeyKeyword(AttributeCreditor)
	countryKey  = temporal.NewSearchAttributeKeyKeyword(AttributeCountry)
)

// Input is what a run begins with.
type Input struct {
	Case string `json:"case"`
	// Hears has the run read its signals before its first decision, which answers
	// them: they need not be decided on once more. Runs that began before there
	// was this do not have it, and replay as they ran.
	Hears bool `json:"hears,omitempty"`
	// Next is what the run before had just been told when it continued as new;
	// a run without it asks first.
	Next *record.Next `json:"next,omitempty"`
}

// stage gives the stage under which the run before was shown.
func (in Input) stage() debt.Stage {
	if in.Next == nil {
		return ""
	}
	return in.Next.Stage
}

// ID gives the id of a case's workflow.
func ID(caseID string) string { return "case-" + caseID }
