// Package letter says what a message says: it renders every letter that the
// strategies send, in four languages, for e-mail, SMS and WhatsApp. It is pure:
// the same Letter always gives the same words. Templates hold the words, this
// package the sums, dates and lists, and what must not be said.
package letter

import (
	"fmt"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// The channels that letters are written for.
const (
	Email    = "email"
	SMS      = "sms"
	WhatsApp = "whatsapp"
)

// Letter is all that a message needs to know.
type Letter struct {
	Name     string // one of Names
	Channel  string // Email, SMS or WhatsApp
	Language string // es fr pt en; anything else is taken as Language says
	Country  string // whose law governs the claims: ES FR PT; empty: the language's own
	Creditor Creditor
	Debtor   Debtor
	Operator Operator
	Capacity debt.Capacity
	Claims   []ClaimLine // one for each debt covered, at least one
	Today    calendar.Date

	// What the letter is about, where it is about that.
	Consequence *Consequence // what follows if nothing happens
	Offer       *Offer
	Promise     *Promise
	Instalment  *Instalment
	Late        *Late        // of a default_notice, beside the instalment
	Plan        []Instalment // of a plan's letters, in order
	Terms       *Terms       // of a plan's letters
	Payment     *Payment
	Dispute     *Dispute      // of a dispute's letters
	Deadline    calendar.Date // until when the creditor waits
	Notice      *Notice       // the formal letter that went before

	// PayReference is the RF creditor reference (ISO 11649) to pay with; empty:
	// the references of the claims.
	PayReference string
}

// Creditor is who is owed, as the debtor knows them.
type Creditor struct {
	Name      string // as the debtor knows it
	LegalName string // as it is registered; Name where empty
	TaxID     string
	Address   string
	IBAN      string
	Email     string // replies go there
	Phone     string
	Sender    string // name in From; Name where empty
	Color     string // #rrggbb; another value gives the default
	Signature string // may have several lines
	Footer    string // may have several lines
}

// Debtor is who the letter goes to.
type Debtor struct {
	Name string
	Kind law.Party
}

// Operator is who runs the collection, where that is not the creditor.
type Operator struct {
	Name    string
	Address string
}

// ClaimLine is one debt with its breakdown, as of the day of the letter:
//
//	Outstanding = Principal + Interest + Compensation + Costs − Paid − Reduced
//
// Render refuses one that does not add up. LineOf makes it of a statement.
type ClaimLine struct {
	Reference    string // the creditor's: the invoice number
	CaseRef      string // ours, for errors and answers
	Issued       calendar.Date
	Due          calendar.Date
	Principal    money.Amount // as invoiced
	Paid         money.Amount // what payments covered
	Reduced      money.Amount // taken off without money: credit notes, discounts
	Interest     money.Amount // late-payment interest claimed, whole
	Compensation money.Amount // fixed sum for recovery costs, whole
	Costs        money.Amount // other costs, whole
	Credit       money.Amount // paid above the balance
	Outstanding  money.Amount
	Lines        []law.Line // how the interest came about
	Limited      bool       // the limitation period is over: it is not to be claimed
}

// Consequence is what follows if nothing happens, and from which day.
type Consequence struct {
	Kind string
	On   calendar.Date
}

// The kinds of consequence.
const (
	FollowsReminder = "reminder"            // another reminder
	FollowsCall     = "call"                // a telephone call
	FollowsClaim    = "extrajudicial_claim" // the formal claim
	FollowsLawyer   = "lawyer"              // the case goes to a lawyer
)

// Offer is a settlement offered for what is owed.
type Offer struct {
	Amount   money.Amount // what is to be paid in full settlement
	Discount int          // percent; zero: not stated
	Until    calendar.Date
}

// Promise is a promise to pay.
type Promise struct {
	Amount money.Amount
	PayBy  calendar.Date
}

// Instalment is one instalment of a plan.
type Instalment struct {
	Amount money.Amount
	Due    calendar.Date
	Number int // 1, 2 …
	Of     int
}

// Late is what is missing of an instalment, and until when it may be made good.
type Late struct {
	Left money.Amount
	Cure calendar.Date
}

// Terms are what a plan says beside its instalments.
type Terms struct {
	Total     money.Amount
	Interest  money.Rate    // a year, on the principal left; zero: none
	Charged   money.Amount  // what it comes to, as a part of Total
	AtOnce    bool          // the plan takes effect with its first instalment
	WaiveRest bool          // what is owed beside is given up once all is paid
	CureDays  int           // to make a late instalment good; zero: none
	Until     calendar.Date // last day to confirm a proposal
}

// Payment is a payment received.
type Payment struct {
	Amount money.Amount
	On     calendar.Date
	Parts  map[law.Component]money.Amount // of the claim that it went to; none: not said
	Credit money.Amount                   // what of it was above the balance
}

// Dispute is an objection, and what came of it.
type Dispute struct {
	Outcome string        // upheld partly rejected compromise; empty: not answered yet
	Left    money.Amount  // the principal that is left, where partly or by a compromise
	By      calendar.Date // until when it will be answered
}

// Notice is the formal letter that went before; France wants its reference and
// date in every later contact of a third party (CPCE, art. R124-4).
type Notice struct {
	Reference string
	On        calendar.Date
}

// Rendered is a message as it is sent.
type Rendered struct {
	Subject  string // e-mail only; one line
	Text     string
	HTML     string // e-mail only
	Code     string // e-mail only: text of the code to pay with, which the HTML part shows as CodeID; empty: none
	Segments int    // SMS only: how many parts it is billed as, at most MaxSegments
	Unicode  bool   // SMS only: it needs UCS-2, 70 characters a part
}

// catalogue lists the letters. Collection letters claim: a limited debt is
// never stated as due in them. Short ones also go by SMS and WhatsApp.
var catalogue = []struct {
	name              string
	collection, short bool
}{
	{"courtesy_reminder", true, true},
	{"first_contact", true, true},
	{"reminder_1", true, true},
	{"reminder_2", true, true},
	{"statement_of_account", true, false},
	{"final_reminder", true, true},
	{"negotiation_offer", true, true},
	{"last_notice", true, true},
	{"extrajudicial_claim", true, false},
	{"promise_confirmation", false, false},
	{"promise_reminder", false, true},
	{"plan_proposal", false, false},
	{"plan_confirmation", false, false},
	{"instalment_reminder", false, true},
	{"default_notice", false, true},
	{"settlement_offer", false, true},
	{"payment_receipt", false, true},
	{"case_closed_thanks", false, false},
	{"dispute_received", false, false},
	{"dispute_proof", false, false},
	{"dispute_answer", false, false},
}

// Names lists the letters that exist.
func Names() []string {
	out := make([]string, len(catalogue))
	for i, c := range catalogue {
		out[i] = c.name
	}
	return out
}

// Exists reports whether a letter is written for a channel.
func Exists(name, channel string) bool {
	for _, c := range catalogue {
		if c.name == name {
			return channel == Email || c.short && (channel == SMS || channel == WhatsApp)
		}
	}
	return false
}

// Claims reports whether a letter asks for payment of a debt as due, so that
// holds, caps and the limitation period bind it.
func Claims(name string) bool {
	for _, c := range catalogue {
		if c.name == name {
			return c.collection
		}
	}
	return false
}

// Language returns the language to write in: the wanted one where there are
// letters in it, else the country's, else English.
func Language(wanted, country string) string {
	if len(wanted) >= 2 {
		switch l := lower(wanted[:2]); l {
		case "es", "fr", "pt", "en":
			return l
		case "ca", "gl", "eu":
			return "es"
		}
	}
	switch country {
	case "ES", "FR", "PT":
		return lower(country)
	}
	return "en"
}

// Render writes the letter. It fails, naming the case, where the letter does
// not exist for the channel, lacks what it is about, holds a breakdown that
// does not add up, states a limited debt as due, or would charge what the law
// of the country forbids.
func Render(l Letter) (Rendered, error) {
	l = l.cleaned()
	if err := l.check(); err != nil {
		return Rendered{}, fmt.Errorf("letter %s by %s for case %s: %w", l.Name, l.Channel, l.caseRef(), err)
	}
	var (
		out Rendered
		err error
	)
	switch l.Channel {
	case Email:
		out, err = renderEmail(l)
	case SMS:
		out, err = renderSMS(l)
	default:
		out, err = renderWhatsApp(l)
	}
	if err != nil {
		return Rendered{}, fmt.Errorf("letter %s by %s for case %s: %w", l.Name, l.Channel, l.caseRef(), err)
	}
	return out, nil
}

func (l Letter) caseRef() string {
	if len(l.Claims) == 0 {
		return "unknown"
	}
	return l.Claims[0].CaseRef
}
