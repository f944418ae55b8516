package debt

import (
	"fmt"
	"slices"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// The outcomes of a call.
const (
	CallNoAnswer    = "no_answer"
	CallVoicemail   = "voicemail"
	CallWrongNumber = "wrong_number"
	CallRightParty  = "right_party"
	CallRefused     = "refused"
	CallBack        = "call_back"
)

// CallOutcomes lists what may come of a call.
var CallOutcomes = []string{CallNoAnswer, CallVoicemail, CallWrongNumber, CallRightParty, CallRefused, CallBack}

func wrong(field, rule, format string, args ...any) *Refusal {
	return &Refusal{Field: field, Rule: rule, Detail: fmt.Sprintf(format, args...)}
}

func conflict(rule, format string, args ...any) *Refusal {
	return &Refusal{Rule: rule, Detail: fmt.Sprintf(format, args...), Conflict: true}
}

// hearing is one fact before the case: what is asked, by what terms, and when.
type hearing struct {
	*Case
	t     Terms
	now   time.Time
	today calendar.Date // where the debtor lives
}

// Accept asks whether fact f may be put on the record at now: it returns f,
// completed, among what it ends and what follows from it at once, in order; or a *Refusal. Facts
// that only the engine brings about are refused.
func (c *Case) Accept(f Fact, t Terms, now time.Time) ([]Fact, error) {
	t.Limits = t.Limits.For(t.By)
	h := hearing{c, t, now, calendar.DateOf(now.In(t.Debtor.Zone()))}
	due := c.CreditsDue(t, h.today)
	if len(due) > 0 { // f is heard of what is owed once they are used
		h.Case = h.with(due)
	}
	out, no := h.hear(f)
	if no != nil {
		return nil, no
	}
	out = append(out, h.givenUp(out)...)
	return slices.Concat(due, out, h.revived(out)), nil
}

func (h hearing) hear(f Fact) ([]Fact, *Refusal) {
	if !h.Open() && !afterClosing(f) {
		return nil, conflict("case_closed", "case %s is closed as %s", h.ID, h.Outcome)
	}
	switch f := f.(type) {
	case PaymentReceived:
		return h.payment(f)
	case PaymentBounced:
		return h.bounce(f)
	case PaymentReversed:
		return h.reverse(f)
	case Adjusted:
		return h.adjust(f)
	case Refunded:
		return h.refund(f)
	case PromiseMade:
		return h.promiseMade(f)
	case PlanAgreed:
		return h.planAgreed(f)
	case PlanProposed:
		return h.planProposed(f)
	case PlanConfirmed:
		return h.planConfirmed(f)
	case OfferApproved:
		return h.offerApproved(f)
	case OfferMade:
		return h.offerMade(f)
	case OfferEnded:
		return h.offerAnswered(f)
	case Disputed:
		return h.disputed(f)
	case DisputeResolved:
		return h.disputeResolved(f)
	case DisputeDocumented:
		return h.disputeDocumented(f)
	case StudyMade:
		return h.studied(f)
	case HoldPlaced:
		return h.holdPlaced(f)
	case HoldEnded:
		return h.holdLifted(f)
	case CaseClosed:
		return h.closed(f)
	case CaseReopened:
		return h.reopened(f)
	default:
		return h.work(f)
	}
}

// afterClosing reports whether a fact may still come once the case is closed.
func afterClosing(f Fact) bool {
	switch f.(type) {
	case PaymentReceived, PaymentBounced, PaymentReversed, Refunded, Adjusted, CaseReopened, Noted, DocumentAdded, ActNoted, ActProved, CallLogged,
		OptedOut, OptedIn, MessageEnded, StudyMade, Milestone, CostIncurred:
		return true
	}
	return false
}

// work hears what people report beside money and agreements.
func (h hearing) work(f Fact) ([]Fact, *Refusal) {
	switch f := f.(type) {
	case Noted:
		if f.Text == "" || len(f.Text) > 8000 {
			return nil, wrong("text", "note_length", "a note has 1 to 8000 bytes")
		}
	case DocumentAdded:
		if f.SHA256 == "" || f.Size <= 0 {
			return nil, wrong("file", "document_empty", "the document is empty")
		}
	case CallLogged:
		if !slices.Contains(CallOutcomes, f.Outcome) {
			return nil, wrong("outcome", "call_outcome", "outcome must be one of %s", law.Listed(CallOutcomes))
		}
	case ActNoted:
		return h.actNoted(f)
	case ActProved:
		return h.actProved(f)
	case OptedOut:
		return []Fact{f}, channelKnown(f.Channel)
	case OptedIn:
		return []Fact{f}, channelKnown(f.Channel)
	case EscalationAsked:
		if f.Reason == "" {
			return nil, wrong("reason", "reason_missing", "say why the case goes to a lawyer now")
		}
		if _, with := h.Handoff(); with || h.Escalated {
			return nil, conflict("already_escalated", "case %s is already on its way to a lawyer", h.ID)
		}
	case Controlled:
	case StrategyMoved:
		if f.Strategy == "" {
			return nil, wrong("strategy", "strategy_missing", "say which strategy")
		}
	case HandoffEnded:
		return h.handoffAnswered(f)
	case Milestone:
		return h.milestone(f)
	case CostIncurred:
		return h.cost(f)
	case MessageEnded:
		return h.messageSettled(f)
	default:
		return nil, conflict("engine_only", "%s is not a fact that can be reported", f.Kind())
	}
	return []Fact{f}, nil
}

// channelKnown refuses to opt out of, or into, what is no channel.
func channelKnown(channel string) *Refusal {
	if !slices.Contains([]string{"email", "sms", "whatsapp", "phone"}, channel) {
		return wrong("channel", "channel_unknown", "channel must be email, sms, whatsapp or phone")
	}
	return nil
}

// past refuses a day that is missing or still to come.
func (h hearing) past(field string, d calendar.Date) *Refusal {
	if d.IsZero() {
		return wrong(field, "date_missing", "%s is missing", field)
	}
	if d.After(h.latestToday()) {
		return wrong(field, "date_in_future", "%s %s lies in the future: today is %s", field, d, h.today)
	}
	return nil
}

// latestToday is today where the day is furthest on: at the creditor's or the debtor's.
func (h hearing) latestToday() calendar.Date {
	home := calendar.DateOf(h.now.In(h.t.Home.Zone()))
	if home.After(h.today) {
		return home
	}
	return h.today
}

// sum refuses money that is not positive or not in the debt's currency.
func (h hearing) sum(field string, a money.Amount) *Refusal {
	if a.Currency != h.Principal.Currency {
		return wrong(field, "other_currency", "the debt is in %s, not in %s", h.Principal.Currency, a.Currency)
	}
	if a.Cents <= 0 {
		return wrong(field, "amount_not_positive", "%s must be more than zero", field)
	}
	return nil
}

// id names the n-th thing that this fact brings about, in the case.
func (h hearing) id(what string) string { return fmt.Sprintf("%s-%d", what, h.Seq+1) }

func (h hearing) actNoted(f ActNoted) ([]Fact, *Refusal) {
	if !slices.Contains(law.ActTypes, f.Act.Type) {
		return nil, wrong("type", "act_type_unknown", "type must be one of %s", law.Listed(law.ActTypes))
	}
	if no := h.past("on", f.Act.Date); no != nil {
		return nil, no
	}
	if f.Act.Date.Before(h.Claim.Issued) {
		return nil, wrong("on", "before_issue", "the claim was issued on %s", h.Claim.Issued)
	}
	if no := endKnown(f.Act); no != nil {
		return nil, no
	}
	if no := outcomeKnown(f.Act.Type, f.Act.Outcome); no != nil {
		return nil, no
	}
	f.Act.Unproved = f.Act.Ref == ""
	if f.Act.Unproved {
		f.Act.Ref = h.id("act")
	}
	return []Fact{f}, nil
}

// endKnown refuses an end that lies before its act, or that is of an act which is
// done in a day: the law would read it as none.
func endKnown(a law.Act) *Refusal {
	switch {
	case a.End.IsZero():
		return nil
	case !law.Lasts(a.Type):
		return wrong("end", "end_none", "%s is done in a day: it has no end", a.Type)
	case a.End.Before(a.Date):
		return wrong("end", "end_before_start", "end %s lies before %s", a.End, a.Date)
	}
	return nil
}

// outcomeKnown refuses an outcome that an act of that type cannot have: the law
// would read it as none.
func outcomeKnown(act, outcome string) *Refusal {
	switch known := law.OutcomesOf(act); {
	case outcome == "" || slices.Contains(known, outcome):
		return nil
	case known == nil:
		return wrong("outcome", "outcome_none", "%s has no outcome", act)
	default:
		return wrong("outcome", "outcome_unknown", "outcome must be one of %s", law.Listed(known))
	}
}

func (h hearing) withLawyer(id string) *Refusal {
	for _, x := range h.Handoffs {
		if x.ID == id && x.State == "accepted" {
			return nil
		}
	}
	return conflict("handoff_not_accepted", "handoff %s of case %s is not accepted", id, h.ID)
}

func (h hearing) handoffAnswered(f HandoffEnded) ([]Fact, *Refusal) {
	from := map[string]string{"accepted": "offered", "declined": "offered", "returned": "accepted"}[f.State]
	if from == "" {
		return nil, wrong("state", "handoff_state", "state must be accepted, declined or returned")
	}
	for _, x := range h.Handoffs {
		if x.ID != f.Handoff {
			continue
		}
		if x.State != from {
			return nil, conflict("handoff_"+x.State, "handoff %s is %s", x.ID, x.State)
		}
		if f.State == "declined" && f.Note == "" {
			return nil, wrong("note", "reason_missing", "say why the case is declined")
		}
		return []Fact{f}, nil
	}
	return nil, conflict("handoff_unknown", "case %s has no handoff %s", h.ID, f.Handoff)
}

func (h hearing) messageSettled(f MessageEnded) ([]Fact, *Refusal) {
	if f.State != "sent" && f.State != "failed" {
		return nil, wrong("state", "message_state", "state must be sent or failed")
	}
	for _, m := range h.Marks {
		if m.Message != f.Message {
			continue
		}
		if m.State != "unknown" {
			return nil, conflict("message_"+m.State, "message %s is %s", f.Message, m.State)
		}
		return []Fact{f}, nil
	}
	return nil, conflict("message_unknown", "case %s has no message %s", h.ID, f.Message)
}

func (h hearing) closed(f CaseClosed) ([]Fact, *Refusal) {
	if !slices.Contains(Outcomes, f.Outcome) {
		return nil, wrong("outcome", "outcome_unknown", "outcome must be one of %s", law.Listed(Outcomes))
	}
	if f.Reason == "" {
		return nil, wrong("reason", "reason_missing", "say why the case is closed")
	}
	settled := h.Settled(h.t, h.today)
	if f.Outcome == Paid && !settled {
		return nil, conflict("not_paid", "case %s is not paid: %s", h.ID, h.unpaid())
	}
	if f.Outcome == Settled && h.Received().Cents == 0 {
		return nil, conflict("not_settled", "nothing was paid on case %s: what is given up without payment is withdrawn or uncollectable", h.ID)
	}
	if f.Outcome == Limited { // by a person, who may hold with the hardest reading
		if k := h.Clock(h.t.Law); !PastCautious(k, h.today) {
			return nil, conflict("not_limited", "the limitation period of case %s runs until %s", h.ID, k.Cautious)
		}
	}
	f.WrittenOff = h.Statement(h.t, h.today).Balance
	return append(h.EndAll(), f), nil
}

// EndAll ends what runs when the case ends otherwise: promise, plan, offers,
// and the handoff, which a firm need not answer any more.
func (c *Case) EndAll() []Fact {
	var out []Fact
	if p, ok := c.Running(); ok {
		out = append(out, PromiseEnded{Promise: p.ID, State: PromiseSuperseded})
	}
	if p, ok := c.RunningPlan(); ok {
		out = append(out, PlanEnded{Plan: p.ID, State: PromiseSuperseded})
	}
	if p, ok := c.Proposal(); ok {
		out = append(out, PlanEnded{Plan: p.ID, State: PromiseSuperseded})
	}
	for _, o := range c.Offers {
		if o.Stands() || o.State == OfferAwaiting {
			out = append(out, OfferEnded{Offer: o.ID, State: OfferLapsed})
		}
	}
	if x, ok := c.Handoff(); ok && x.State == "offered" {
		out = append(out, HandoffEnded{Handoff: x.ID, State: "lapsed"})
	} else if ok {
		out = append(out, HandoffEnded{Handoff: x.ID, State: "returned", Note: "case_closed"})
	}
	return out
}

func (h hearing) reopened(f CaseReopened) ([]Fact, *Refusal) {
	if h.Open() {
		return nil, conflict("case_open", "case %s is open", h.ID)
	}
	if f.Reason == "" {
		return nil, wrong("reason", "reason_missing", "say why the case is reopened")
	}
	out := h.reopen(f)
	return append(out, h.creditsAgain(out)...), nil
}

// reopen takes a closing back, with the holds that stood at it: a dispute that
// is open still is, and who was represented or has died still is.
func (h hearing) reopen(f CaseReopened) []Fact {
	f.Stage = h.stageAgain()
	out := []Fact{f}
	for n, x := range h.Held {
		switch x.Reason {
		case HoldPromise, HoldPlan:
			continue // what they were for has ended
		case HoldDispute:
			if !slices.ContainsFunc(h.Disputes, func(d Dispute) bool { return d.ID == x.Of && d.State == "open" }) {
				continue
			}
		}
		if x.Until.Before(h.today) {
			x.Until = h.today.AddDays(holdDays)
		}
		x.ID = h.id(fmt.Sprintf("hold-%d", n+1))
		out = append(out, HoldPlaced{Hold: x, Note: "case_reopened"})
	}
	return out
}

// day is the day of an instant where the debtor lives.
func (h hearing) day(at time.Time) calendar.Date { return calendar.DateOf(at.In(h.t.Debtor.Zone())) }

// stageAgain is the stage that a reopened case goes on in.
func (c *Case) stageAgain() Stage {
	if c.Before == "" || c.Before == Closed {
		return FriendlyContact
	}
	return c.Before
}

// Days of hold: how long one lasts where none is said, and at most.
const (
	holdDays    = 30
	holdMaxDays = 366
)

func (h hearing) holdPlaced(f HoldPlaced) ([]Fact, *Refusal) {
	if !slices.Contains(PersonMayPlace, f.Hold.Reason) {
		return nil, wrong("reason", "hold_reason", "reason must be one of %s", law.Listed(PersonMayPlace))
	}
	if f.Hold.Until.IsZero() {
		if f.Hold.ByItself() {
			return nil, wrong("until", "hold_needs_end", "say until when: a pause has an end")
		}
		f.Hold.Until = h.today.AddDays(holdDays)
	}
	if f.Hold.Until.Before(h.today) || h.today.Days(f.Hold.Until) > holdMaxDays {
		return nil, wrong("until", "hold_end_range", "until must lie from today to a year ahead")
	}
	for _, x := range h.Holds {
		if x.Reason == f.Hold.Reason {
			return nil, conflict("hold_stands", "case %s already has a hold for %s, %s", h.ID, x.Reason, x.ID)
		}
	}
	if no := h.proceeding(&f.Hold); no != nil {
		return nil, no
	}
	f.Hold.ID = h.id("hold")
	if f.Hold.Strategy != "" {
		f.Hold.Back = h.Strategy
	}
	return []Fact{f}, nil
}

func (h hearing) holdLifted(f HoldEnded) ([]Fact, *Refusal) {
	for _, x := range h.Holds {
		if x.ID != f.Hold {
			continue
		}
		if !slices.Contains(PersonMayPlace, x.Reason) && x.Reason != HoldLimited {
			return nil, conflict("hold_follows", "hold %s follows from a %s: end that instead", x.ID, x.Reason)
		}
		if x.Reason == HoldLimited && h.limited() {
			return nil, h.stillLimited()
		}
		if x.Reason == HoldLimited && f.Note == "" {
			return nil, wrong("note", "note_missing", "say why the case goes on past its cautious limitation date")
		}
		f.Reason = x.Reason
		return []Fact{f}, nil
	}
	return nil, conflict("hold_unknown", "case %s has no hold %s", h.ID, f.Hold)
}
