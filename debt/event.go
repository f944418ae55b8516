package debt

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// Role is in which capacity somebody acts.
type Role string

// The roles. Engine is the case's own workflow, Provider an e-mail or SMS
// provider's callback.
const (
	Operator   Role = "operator"
	Supervisor Role = "supervisor"
	Agent      Role = "agent"
	Creditor   Role = "creditor"
	Lawyer     Role = "lawyer"
	Debtor     Role = "debtor"
	Engine     Role = "engine"
	Provider   Role = "provider"
)

// Actor is who brought a fact: a role and the id of the key used, never a name.
type Actor struct {
	Role Role   `json:"role"`
	ID   string `json:"id,omitempty"`
}

// Event is one fact on the record of a case. Events are added, never changed.
type Event struct {
	Seq  int64     // 1, 2, 3 … within the case
	At   time.Time // business instant
	By   Actor
	Fact Fact
}

// Fact is something that happened to a case. Each kind is a struct of its own.
type Fact interface {
	// Kind is the fact's name on the record: "payment_received".
	Kind() string
}

// The facts. Free text (Note, Text) is kept on the record alone, never in Case.
type (
	// CaseOpened is the first event of every case.
	CaseOpened struct {
		Case  Case  `json:"case"` // as submitted: terms, no state
		Stage Stage `json:"stage"`
		// Acts are earlier claims and acknowledgements of an old portfolio.
		Acts []law.Act `json:"acts,omitempty"`
	}
	// PaymentReceived is money in, by the creditor's or the bank's word.
	PaymentReceived struct {
		ID        string        `json:"id"`
		Amount    money.Amount  `json:"amount"`
		Received  calendar.Date `json:"received_on"`
		Reference string        `json:"reference,omitempty"`
		Method    string        `json:"method,omitempty"`
		// Another is the word of who reported it that it is not the one of the
		// same sum that a bank statement brought.
		Another bool `json:"another,omitempty"`
		// From is the case whose credit it is; empty: money that came in.
		From string `json:"from_case_id,omitempty"`
		// Converted is how money in another currency became the amount.
		Converted *Conversion `json:"converted,omitempty"`
	}
	// PaymentImputed says which parts of the claim a payment went to.
	PaymentImputed struct {
		Imputation Imputation `json:"imputation"`
	}
	// ImputationReversed takes an imputation back, since an earlier payment
	// became known or a payment bounced.
	ImputationReversed struct {
		Imputation Imputation `json:"imputation"`
		Why        string     `json:"why"` // earlier_payment, bounced
	}
	// PaymentBounced is a payment that the bank took back.
	PaymentBounced struct {
		Payment string        `json:"payment"`
		On      calendar.Date `json:"on"`
		Reason  string        `json:"reason,omitempty"`
	}
	// Adjusted lowers the principal without money.
	Adjusted struct {
		Adjustment Adjustment `json:"adjustment"`
		Note       string     `json:"note,omitempty"`
	}
	// PromiseMade is the debtor's word to pay by a day.
	PromiseMade struct {
		ID              string        `json:"id"`
		Amount          money.Amount  `json:"amount"`
		PayBy           calendar.Date `json:"pay_by"`
		GraceEnd        calendar.Date `json:"grace_end"`
		Channel         string        `json:"channel,omitempty"`
		Note            string        `json:"note,omitempty"`
		AfterLimitation bool          `json:"after_limitation,omitempty"`
		// On is the day it was made, where the debtor lives; zero on records of
		// before it was kept, whose clock does not know of the promise.
		On calendar.Date `json:"on,omitzero"`
	}
	// PromiseEnded says what became of a promise.
	PromiseEnded struct {
		Promise string       `json:"promise"`
		State   PromiseState `json:"state"`
	}
	// PromiseReminded marks that the reminder before the day went out.
	PromiseReminded struct {
		Promise string `json:"promise"`
	}
	// PlanAgreed is an instalment plan.
	PlanAgreed struct {
		Plan          Plan          `json:"plan"`
		Affordability string        `json:"affordability,omitempty"` // what the debtor can pay, and how that is known
		Note          string        `json:"note,omitempty"`
		On            calendar.Date `json:"on,omitzero"` // as that of a promise
	}
	// InstalmentReminded marks that the reminder of an instalment went out.
	InstalmentReminded struct {
		Plan       string `json:"plan"`
		Instalment int    `json:"instalment"` // index
	}
	// PlanEnded says what became of a plan.
	PlanEnded struct {
		Plan  string       `json:"plan"`
		State PromiseState `json:"state"`
	}
	// OfferMade is a settlement offered.
	OfferMade struct {
		Offer Offer  `json:"offer"`
		Note  string `json:"note,omitempty"`
	}
	// OfferEnded says what became of an offer: accepted, paid, lapsed, refused.
	OfferEnded struct {
		Offer string        `json:"offer"`
		State string        `json:"state"`
		On    calendar.Date `json:"on,omitzero"` // of an acceptance, as that of a promise
		Note  string        `json:"note,omitempty"`
	}
	// HoldPlaced stops collection contact.
	HoldPlaced struct {
		Hold Hold   `json:"hold"`
		Note string `json:"note,omitempty"`
	}
	// HoldExtended moves a hold's end, since what it waits for goes on.
	HoldExtended struct {
		Hold  string        `json:"hold"`
		Until calendar.Date `json:"until"`
	}
	// HoldEnded lets contact go on.
	HoldEnded struct {
		Hold   string     `json:"hold"`
		Reason HoldReason `json:"reason"`
		Note   string     `json:"note,omitempty"`
		// Revived marks that a limited debt was found not to be: should the
		// period end all the same, people are told again.
		Revived bool `json:"revived,omitempty"`
	}
	// ActNoted is an act that bears on limitation: an acknowledgement, a
	// claim's proof of receipt, a court claim.
	ActNoted struct {
		Act  law.Act `json:"act"`
		Note string  `json:"note,omitempty"`
	}
	// CallLogged is a call that an agent made or took.
	CallLogged struct {
		ID      string `json:"id"`
		Outcome string `json:"outcome"` // no_answer voicemail wrong_number right_party refused call_back
		Task    string `json:"task,omitempty"`
		Inbound bool   `json:"inbound,omitempty"`
		Note    string `json:"note,omitempty"`
	}
	// Noted is a note on the case.
	Noted struct {
		Text string `json:"text"`
	}
	// DocumentAdded is a document put on the case.
	DocumentAdded struct {
		ID     string `json:"id"`
		Type   string `json:"type"` // contract invoice delivery_note identity claim_receipt other
		SHA256 string `json:"sha256"`
		Size   int    `json:"size"`
	}
	// OptedOut is the debtor refusing a channel; it binds all their debts.
	OptedOut struct {
		Channel string `json:"channel"`
		How     string `json:"how,omitempty"`
	}
	// OptedIn takes the refusal of a channel back, for all their debts.
	OptedIn struct {
		Channel string `json:"channel"`
		How     string `json:"how,omitempty"`
	}
	// StageChanged moves the case on.
	StageChanged struct {
		From Stage  `json:"from"`
		To   Stage  `json:"to"`
		Why  string `json:"why"` // reason code
	}
	// MessageReserved is a send begun: from here on it may have gone out.
	MessageReserved struct {
		Mark Mark `json:"mark"`
	}
	// MessageEnded says what became of a reserved message: sent, failed or
	// unknown; an unknown one may later become sent or failed.
	MessageEnded struct {
		Message  string `json:"message"`
		State    string `json:"state"`
		Code     string `json:"code,omitempty"`     // the provider's
		Provider string `json:"provider,omitempty"` // the provider's id of the message
		// Retry marks a failure that passes: nothing was accepted, and the same
		// may be tried again later.
		Retry bool `json:"retry,omitempty"`
		// Late marks a send in flight when a payment or a stop was committed.
		Late bool `json:"late,omitempty"`
		// Note is what a person who settled an unknown message knows of it.
		Note string `json:"note,omitempty"`
	}
	// StepDone marks a step of the ladder, or an act beside it, as done.
	StepDone struct {
		Mark Mark   `json:"mark"`
		Ref  string `json:"ref,omitempty"` // task, offer, alarm … that it made
	}
	// StepSkipped marks a step that is left out, and why.
	StepSkipped struct {
		Step string `json:"step"`
		Why  string `json:"why"`
	}
	// AlarmRaised is a warning to people: limitation_180, limitation_90 …
	AlarmRaised struct {
		Alarm string `json:"alarm"`
		Task  string `json:"task,omitempty"`
	}
	// HandoffOffered puts the case before a law firm.
	HandoffOffered struct {
		Handoff Handoff `json:"handoff"`
	}
	// HandoffEnded says what a firm answered: accepted, declined, lapsed or
	// returned.
	HandoffEnded struct {
		Handoff string `json:"handoff"`
		State   string `json:"state"`
		Note    string `json:"note,omitempty"`
	}
	// Milestone is a step of the lawyer's work: filed, served, judgment …
	Milestone struct {
		Handoff string        `json:"handoff"`
		Name    string        `json:"name"`
		On      calendar.Date `json:"on"`
		Note    string        `json:"note,omitempty"`
		// Act is what it is for the law of limitation, where the name does not
		// say so; End and Outcome are those of that act.
		Act     string        `json:"act,omitempty"`
		End     calendar.Date `json:"end,omitzero"`
		Outcome string        `json:"outcome,omitempty"`
	}
	// CostIncurred is a cost that the creditor or the lawyer reports.
	CostIncurred struct {
		Handoff string        `json:"handoff"` // empty: the creditor's
		Amount  money.Amount  `json:"amount"`
		On      calendar.Date `json:"on"`
		What    string        `json:"what"`
		// ID is empty on records of before costs could be claimed: they are the
		// creditor's own.
		ID       string       `json:"id,omitempty"`
		Court    bool         `json:"court,omitempty"`       // a court decides who bears it
		Document string       `json:"document_id,omitempty"` // that proves it
		Claimed  money.Amount `json:"claimed,omitzero"`      // of the debtor
		Counts   bool         `json:"counts,omitempty"`      // as that of a Cost
		Rule     string       `json:"rule,omitempty"`        // code of the row of law
		Why      string       `json:"why,omitempty"`         // code: why it is claimed, or is not
	}
	// EscalationAsked is a person deciding that the case goes to a lawyer now.
	EscalationAsked struct {
		Reason string `json:"reason"`
	}
	// Controlled is a periodic control by a person or the engine's own look.
	Controlled struct {
		Note string `json:"note,omitempty"`
	}
	// Reconciled lets the case go on after its record was brought back to an
	// earlier point: what was due from one instant until another is assumed to
	// have been sent, or not.
	Reconciled struct {
		Found    string    `json:"found"` // what gave the restore away
		From     time.Time `json:"from"`
		Until    time.Time `json:"until"`
		Assume   string    `json:"assume"`             // sent, nothing
		Messages int       `json:"messages,omitempty"` // how many, of unknown outcome
		Note     string    `json:"note,omitempty"`
	}
	// StrategyMoved puts the case on another strategy version.
	StrategyMoved struct {
		Strategy string `json:"strategy"`
		Note     string `json:"note,omitempty"`
	}
	// CaseClosed ends the case.
	CaseClosed struct {
		Outcome Outcome `json:"outcome"`
		Reason  string  `json:"reason,omitempty"`
		// WrittenOff is the balance given up by closing.
		WrittenOff money.Amount `json:"written_off"`
	}
	// CaseReopened takes a closing back.
	CaseReopened struct {
		Stage  Stage  `json:"stage"`
		Reason string `json:"reason"`
	}
)

// Kind implementations: the names on the record, which never change.
func (CaseOpened) Kind() string         { return "case_opened" }
func (PaymentReceived) Kind() string    { return "payment_received" }
func (PaymentImputed) Kind() string     { return "payment_imputed" }
func (ImputationReversed) Kind() string { return "imputation_reversed" }
func (PaymentBounced) Kind() string     { return "payment_bounced" }
func (Adjusted) Kind() string           { return "adjusted" }
func (PromiseMade) Kind() string        { return "promise_made" }
func (PromiseEnded) Kind() string       { return "promise_ended" }
func (PromiseReminded) Kind() string    { return "promise_reminded" }
func (PlanAgreed) Kind() string         { return "plan_agreed" }
func (InstalmentReminded) Kind() string { return "instalment_reminded" }
func (PlanEnded) Kind() string          { return "plan_ended" }
func (OfferMade) Kind() string          { return "offer_made" }
func (OfferEnded) Kind() string         { return "offer_ended" }
func (HoldPlaced) Kind() string         { return "hold_placed" }
func (HoldExtended) Kind() string       { return "hold_extended" }
func (HoldEnded) Kind() string          { return "hold_ended" }
func (ActNoted) Kind() string           { return "act_noted" }
func (CallLogged) Kind() string         { return "call_logged" }
func (Noted) Kind() string              { return "noted" }
func (DocumentAdded) Kind() string      { return "document_added" }
func (OptedOut) Kind() string           { return "opted_out" }
func (OptedIn) Kind() string            { return "opted_in" }
func (StageChanged) Kind() string       { return "stage_changed" }
func (MessageReserved) Kind() string    { return "message_reserved" }
func (MessageEnded) Kind() string       { return "message_ended" }
func (StepDone) Kind() string           { return "step_done" }
func (StepSkipped) Kind() string        { return "step_skipped" }
func (AlarmRaised) Kind() string        { return "alarm_raised" }
func (HandoffOffered) Kind() string     { return "handoff_offered" }
func (HandoffEnded) Kind() string       { return "handoff_ended" }
func (Milestone) Kind() string          { return "milestone" }
func (CostIncurred) Kind() string       { return "cost_incurred" }
func (EscalationAsked) Kind() string    { return "escalation_asked" }
func (Controlled) Kind() string         { return "controlled" }
func (Reconciled) Kind() string         { return "reconciled" }
func (StrategyMoved) Kind() string      { return "strategy_moved" }
func (CaseClosed) Kind() string         { return "case_closed" }
func (CaseReopened) Kind() string       { return "case_reopened" }

// decoders reads each kind of fact back from its JSON.
var decoders = func() map[string]func([]byte) (Fact, error) {
	m := map[string]func([]byte) (Fact, error){}
	add[CaseOpened](m)
	add[PaymentReceived](m)
	add[PaymentImputed](m)
	add[ImputationReversed](m)
	add[PaymentBounced](m)
	add[Adjusted](m)
	add[PromiseMade](m)
	add[PromiseEnded](m)
	add[PromiseReminded](m)
	add[PlanAgreed](m)
	add[InstalmentReminded](m)
	add[PlanEnded](m)
	add[OfferMade](m)
	add[OfferEnded](m)
	addDisputes(m)
	addAgreed(m)
	add[HoldPlaced](m)
	add[HoldExtended](m)
	add[HoldEnded](m)
	add[ActNoted](m)
	add[ActProved](m)
	add[CallLogged](m)
	add[Noted](m)
	add[DocumentAdded](m)
	add[OptedOut](m)
	add[OptedIn](m)
	add[StageChanged](m)
	add[MessageReserved](m)
	add[MessageEnded](m)
	add[StepDone](m)
	add[StepSkipped](m)
	add[AlarmRaised](m)
	add[HandoffOffered](m)
	add[HandoffEnded](m)
	add[Milestone](m)
	add[CostIncurred](m)
	add[EscalationAsked](m)
	add[Controlled](m)
	add[Reconciled](m)
	add[StrategyMoved](m)
	add[CaseClosed](m)
	add[CaseReopened](m)
	add[PaymentReversed](m)
	add[Refunded](m)
	add[BalanceGivenUp](m)
	return m
}()

func add[F Fact](m map[string]func([]byte) (Fact, error)) {
	var zero F
	m[zero.Kind()] = func(b []byte) (Fact, error) {
		var f F
		err := json.Unmarshal(b, &f)
		return f, err
	}
}

// Decode reads a fact of the given kind back from the record.
func Decode(kind string, payload []byte) (Fact, error) {
	d, ok := decoders[kind]
	if !ok {
		return nil, fmt.Errorf("unknown kind of event %q", kind)
	}
	f, err := d(payload)
	if err != nil {
		return nil, fmt.Errorf("read event %s: %w", kind, err)
	}
	return f, nil
}
