// Package strategy decides: what a case does next, when, and why not sooner.
// It is pure; the same situation and instant always give the same decision,
// whether a case runs, is forecast or is rehearsed.
package strategy

import (
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
)

// Act is something that the engine does on its own; each is the name of the
// activity that does it.
type Act string

// The acts.
const (
	SendEmail    Act = "SendEmail"
	SendSMS      Act = "SendSMS"
	SendWhatsApp Act = "SendWhatsApp"
	OpenTask     Act = "OpenTask"     // a call or another thing for a person to do
	IssueClaim   Act = "IssueClaim"   // the extrajudicial claim
	OfferHandoff Act = "OfferHandoff" // to the next law firm
	LapseHandoff Act = "LapseHandoff" // the firm did not answer in time
	BreakPromise Act = "BreakPromise"
	DefaultPlan  Act = "DefaultPlan"
	LapseOffer   Act = "LapseOffer"
	EndHold      Act = "EndHold"
	ReviewHold   Act = "ReviewHold" // a hold's end that a person must look at
	ChangeStage  Act = "ChangeStage"
	RaiseAlarm   Act = "RaiseAlarm"
	Control      Act = "Control" // the periodic look at a case where nothing else is due
	CloseCase    Act = "CloseCase"
	Nothing      Act = "Nothing" // the case is closed: the decision is final
)

// Sends reports whether the act contacts the debtor by a message.
func (a Act) Sends() bool {
	return a == SendEmail || a == SendSMS || a == SendWhatsApp || a == IssueClaim
}

// Purpose is why a message is sent.
type Purpose string

// The purposes. Holds and caps stop Collection; Service goes on; a LegalNotice
// under a hold needs a person.
const (
	Collection  Purpose = "collection"
	Service     Purpose = "service"
	LegalNotice Purpose = "legal_notice"
)

// Reason is a code with its parameters; Words gives it in four languages.
type Reason struct {
	Code string        `json:"code"`
	On   calendar.Date `json:"on"`             // a day the reason speaks of
	N    int           `json:"n,omitempty"`    // a number: days, a cap
	What string        `json:"what,omitempty"` // a holiday's name, a channel, a hold's reason
}

// Decision is what a case does next. It holds ids, days and codes, no name,
// address or letter, since it is written into Temporal's history.
type Decision struct {
	Do         Act          `json:"do"`
	At         time.Time    `json:"at"`                // business instant; zero where Do is Nothing
	Step       string       `json:"step,omitempty"`    // the ladder's step
	Target     string       `json:"target,omitempty"`  // id of the promise, plan, hold, offer, handoff it is about
	Letter     string       `json:"letter,omitempty"`  // the letter to send, or the kind of the task to open
	Channel    string       `json:"channel,omitempty"` // email sms whatsapp phone
	Purpose    Purpose      `json:"purpose,omitempty"`
	Occurrence int          `json:"occurrence,omitempty"` // 1, 2 … counted in the record
	Stage      debt.Stage   `json:"stage,omitempty"`      // the stage the case is in once it is done
	Outcome    debt.Outcome `json:"outcome,omitempty"`    // of CloseCase
	Skips      []string     `json:"skips,omitempty"`      // steps left out to get here: by the limitation guard, or since their day is over
	Why        []Reason     `json:"why"`                  // first the cause, then what put it off
}

// Final reports that the case is closed and nothing will be done.
func (d Decision) Final() bool { return d.Do == Nothing }

// Due reports whether the decision is to be carried out at now.
func (d Decision) Due(now time.Time) bool { return !d.Final() && !d.At.After(now) }

// Same reports whether e asks for the same act as d, whenever it be.
func (d Decision) Same(e Decision) bool {
	return d.Do == e.Do && d.Step == e.Step && d.Target == e.Target && d.Letter == e.Letter &&
		d.Channel == e.Channel && d.Occurrence == e.Occurrence
}
