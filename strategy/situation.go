package strategy

import (
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
)

// Contact is an automatic contact, or a call, that counts against the caps of
// the person it reached.
type Contact struct {
	At      time.Time
	Channel string // email sms whatsapp phone
	Case    string
	Purpose Purpose
}

// Situation is all that a decision on one case sees, but for what the cases of
// one person share.
type Situation struct {
	Case     *debt.Case
	Strategy *Strategy
	// Back is the strategy that a case in hardship goes back to; nil where it is
	// on none of its own.
	Back   *Strategy
	Law    *law.Jurisdiction
	Reach  []string // channels with a valid contact point that is not opted out
	Agents bool     // there are agents to call
	// MaxDiscount is the creditor's own limit for offers, in percent; the
	// strategy's alone where zero.
	MaxDiscount     int
	Firms           []string // law firms that could take the case, best first
	Stopped         string   // scope of an emergency stop over the whole case, or Restored; empty for none
	StoppedChannels []string // channels under an emergency stop
	// Full lists, by channel, the day for which the creditor's daily limit is
	// used up: nothing more goes out on that day.
	Full map[string]calendar.Date
}

// Restored is what stops every case of a record that was brought back to an
// earlier point: payments, answers and acceptances that came since are not on
// it, so that nothing is sent, and nothing is held to have lapsed.
const Restored = "restored"

// Person is everything open of one debtor: the cases, how the person was
// contacted, and where and when contact is lawful. Caps count over all of it.
type Person struct {
	Cases    []Situation
	Contacts []Contact      // of the last 60 days, any order
	Place    calendar.Place // where the person lives
	// Conversed is when the person was last spoken to about a debt that is closed
	// by now; the talks about the others are with their cases.
	Conversed time.Time
	// Jitter spreads people over the opening of the contact window; zero under
	// the time machine.
	Jitter time.Duration
}
