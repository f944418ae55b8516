package debt

import (
	"cmp"
	"slices"
	"strings"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
)

// Clock recomputes the limitation clock from all that bears on it. What somebody
// reports and nothing on the case proves, an acknowledgement without its paper
// or an instalment plan that was agreed by word of mouth, moves the full last
// day alone: the cautious one is that of what can be shown.
func (c *Case) Clock(j *law.Jurisdiction) law.Clock { return j.Limitation(c.Claim, c.LawActs()) }

// Proved is the clock as if nobody had reported the acts that nothing on the
// case proves. What the engine itself agreed with the debtor counts as in Clock.
func (c *Case) Proved(j *law.Jurisdiction) law.Clock {
	return j.Limitation(c.Claim, slices.DeleteFunc(slices.Clone(c.LawActs()), func(a law.Act) bool { return a.Unproved && !c.planned(a) }))
}

// LawActs are the acts on the record as the law is handed them: those that
// nothing on the case proves are marked. A payment proves itself, since it
// arrived; a step before a court is proved by the firm that took it; a document
// of the case proves what it was put behind.
func (c *Case) LawActs() []law.Act {
	if !slices.ContainsFunc(c.Acts, func(a law.Act) bool { return !a.Unproved && c.byWord(a) }) {
		return c.Acts
	}
	out := slices.Clone(c.Acts)
	for i := range out {
		out[i].Unproved = out[i].Unproved || c.byWord(out[i])
	}
	return out
}

// actName begins the name of an act that was reported without a document.
const actName = "act-"

// byWord reports whether nothing stands behind an act, on a record that does not
// say so itself.
func (c *Case) byWord(a law.Act) bool {
	return a.Ref == "" || strings.HasPrefix(a.Ref, actName) || c.planned(a)
}

// planned reports whether an act follows from an instalment plan that was
// reported, which no paper proves: the debtor's asking for it, or confirming it in
// writing that is not on the case.
func (c *Case) planned(a law.Act) bool {
	return slices.ContainsFunc(c.Plans, func(p Plan) bool { return p.ID == a.Ref })
}

// Presumed reports whether a clock is that of a period which only presumes
// payment: when it has run out the debt is still owed, and may be claimed until
// the debtor pleads it, or the ordinary period behind it is over.
func Presumed(k law.Clock) bool { return k.Ordinary != nil }

// Bars gives the last day of the period that bars the claim, and its cautious
// date.
func Bars(k law.Clock) (last, cautious calendar.Date) {
	if o := k.Ordinary; o != nil {
		return o.LastDay, o.Cautious
	}
	if k.Cautious.IsZero() {
		return k.LastDay, k.LastDay
	}
	return k.LastDay, k.Cautious
}

// Presses gives the last day that presses on a day, and its cautious date: that
// of the period that presumes payment until it is over, and then of the one that
// bars the claim.
func Presses(k law.Clock, on calendar.Date) (last, cautious calendar.Date) {
	if Presumed(k) && !on.After(k.LastDay) {
		return k.LastDay, k.Cautious
	}
	return Bars(k)
}

// Barred reports whether a claim with that clock may no longer be claimed as
// due on a day: the last day of the period that bars it is over.
func Barred(k law.Clock, on calendar.Date) bool {
	last, _ := Bars(k)
	return !last.IsZero() && on.After(last)
}

// Limited reports whether the debt may not be claimed as due on a day: its last
// day is over, or only acts that nothing on the case proves keep it open.
func (c *Case) Limited(j *law.Jurisdiction, on calendar.Date) bool {
	return Barred(c.Clock(j), on) || Barred(c.Proved(j), on)
}

// PastCautious reports whether the last day is over on a day in the reading that
// is hardest on the creditor: then a person decides what is claimed.
func PastCautious(k law.Clock, on calendar.Date) bool {
	last := k.Cautious
	if last.IsZero() {
		last = k.LastDay
	}
	return !last.IsZero() && on.After(last)
}

// GoesOn reports whether a person let the case go on past its cautious date: the
// end of it was told, and the hold that followed was lifted.
func (c *Case) GoesOn(k law.Clock) bool {
	_, cautious := Bars(k)
	return slices.Contains(c.Alarms, reachedAlarm+cautious.String()) &&
		!slices.ContainsFunc(c.Holds, func(h Hold) bool { return h.Reason == HoldLimited })
}

// ClockState is where the limitation of a debt stands on a day.
type ClockState string

// The states. They speak of the cautious date, as the warnings do, save that
// the last day alone ends the claim.
const (
	ClockRuns      ClockState = "runs"
	ClockWithin180 ClockState = "limited_within_180" // days, and so on
	ClockWithin90  ClockState = "limited_within_90"
	ClockWithin30  ClockState = "limited_within_30"
	ClockDoubtful  ClockState = "cautious_date_passed"
	ClockLimited   ClockState = "limited"
	ClockPresumed  ClockState = "presumed_paid"
	ClockHasNoDate ClockState = "no_date"
)

// StateOf names where a clock stands on a day.
func StateOf(k law.Clock, on calendar.Date) ClockState {
	_, cautious := Presses(k, on)
	left := on.Days(cautious)
	switch {
	case cautious.IsZero():
		return ClockHasNoDate
	case Barred(k, on):
		return ClockLimited
	case left < 0:
		return ClockDoubtful
	case left <= 30:
		return ClockWithin30
	case left <= 90:
		return ClockWithin90
	case left <= 180:
		return ClockWithin180
	case Presumed(k) && on.After(k.LastDay):
		return ClockPresumed
	}
	return ClockRuns
}

// Presses reports whether the state is one to be told to whoever submits the
// debt: the period is over, or nearly.
func (s ClockState) Presses() bool { return s != ClockRuns && s != ClockHasNoDate }

// limited reports whether the debt may not be claimed as due today.
func (h hearing) limited() bool { return h.Limited(h.t.Law, h.today) }

// stillLimited refuses to let a limited debt go on, and says what would.
func (h hearing) stillLimited() *Refusal {
	last, _ := Bars(h.Proved(h.t.Law))
	if !Barred(h.Clock(h.t.Law), h.today) {
		return conflict(law.FlagToProve, "the limitation period of case %s ended on %s unless %s is proved: put its document behind it, or close the case",
			h.ID, last, strings.Join(h.ActsToProve(), " or "))
	}
	return conflict("limited", "the limitation period of case %s ended on %s: note the act that kept it alive, or close the case", h.ID, last)
}

// revived ends the hold of a debt that was limited, where the facts now heard
// give it a last day that is still to come: an admission that nobody knew of, a
// payment received in time and told late.
func (h hearing) revived(facts []Fact) []Fact {
	i := slices.IndexFunc(h.Holds, func(x Hold) bool { return x.Reason == HoldLimited })
	if i < 0 || !slices.ContainsFunc(facts, bearsOnClock) {
		return nil
	}
	after := h.Clone()
	for _, f := range facts {
		after.Apply(Event{Seq: h.Seq, At: h.now, Fact: f})
	}
	_, cautious := Bars(after.Clock(h.t.Law))
	if !after.Open() || cautious.IsZero() || h.today.After(cautious) {
		return nil
	}
	return []Fact{HoldEnded{Hold: h.Holds[i].ID, Reason: HoldLimited, Revived: true}}
}

// bearsOnClock reports whether a fact may move the last day.
func bearsOnClock(f Fact) bool {
	switch f.(type) {
	case ActNoted, ActProved, PaymentReceived, PlanAgreed:
		return true
	}
	return false
}

// reachedAlarm begins the names of alarms that tell that a period is over.
const reachedAlarm = "limitation_reached@"

// forgetReached lets the end of the period be told again, since what it told of
// was taken back.
func (c *Case) forgetReached() {
	c.Alarms = slices.DeleteFunc(c.Alarms, func(a string) bool { return strings.HasPrefix(a, reachedAlarm) })
}

// courtActs are the acts before a court, or on the way to one, that a lawyer's
// milestone may be.
var courtActs = []string{
	"court_claim", "payment_order_petition", "payment_order_served", "enforcement", "conservatory_measure",
	"mediation", "conciliation", "negotiation_request", "small_claims_procedure_accepted",
}

// milestoneActs name the act that a milestone's usual name stands for. Filed in
// France may be an order to pay, which counts from its service alone: so it is
// taken, unless the lawyer says that it was a claim.
var milestoneActs = map[string]string{
	"filed": "court_claim", "served": "payment_order_served", "enforced": "enforcement", "seized": "conservatory_measure",
}

// act is the act that a milestone of the lawyer's work is for the law of
// limitation; none for one that bears on nothing.
func (h hearing) act(f Milestone) (law.Act, bool) {
	a := law.Act{Type: f.Act, Date: f.On, End: f.End, Outcome: f.Outcome, Ref: f.Handoff}
	if a.Type == "" && slices.Contains(courtActs, f.Name) {
		a.Type = f.Name
	}
	if a.Type == "" {
		a.Type = milestoneActs[f.Name]
		if f.Name == "filed" && h.Country == "FR" {
			a.Type = "payment_order_petition"
		}
	}
	return a, a.Type != ""
}

// milestone hears a step of the lawyer's work, with the act that it is.
func (h hearing) milestone(f Milestone) ([]Fact, *Refusal) {
	if no := h.withLawyer(f.Handoff); no != nil {
		return nil, no
	}
	if no := h.past("on", f.On); no != nil {
		return nil, no
	}
	if f.Act != "" && !slices.Contains(courtActs, f.Act) {
		return nil, wrong("act", "act_type_unknown", "act must be one of %s", law.Listed(courtActs))
	}
	a, is := h.act(f)
	switch {
	case is && f.On.Before(h.Claim.Issued):
		return nil, wrong("on", "before_issue", "the claim was issued on %s", h.Claim.Issued)
	case is:
		if no := cmp.Or(endKnown(a), outcomeKnown(a.Type, f.Outcome)); no != nil {
			return nil, no
		}
		return []Fact{f, ActNoted{Act: a}}, nil
	case !f.End.IsZero():
		return nil, wrong("end", "end_none", "%s is no act before a court: it has no end", f.Name)
	case f.Outcome != "":
		return nil, wrong("outcome", "outcome_none", "%s is no act before a court: it has no outcome", f.Name)
	}
	return []Fact{f}, nil
}
