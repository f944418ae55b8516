package debt

import (
	"slices"
	"strings"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
)

// Clock recomputes the limitation clock from all that bears on it. What the
// engine takes for an admission of the debt with no paper of the debtor behind
// it, an instalment plan that was agreed by word of mouth, moves the full last
// day alone: the cautious one is that of what can be shown.
func (c *Case) Clock(j *law.Jurisdiction) law.Clock {
	k := j.Limitation(c.Claim, c.Acts)
	shown := slices.DeleteFunc(slices.Clone(c.Acts), c.byWord)
	if len(shown) == len(c.Acts) {
		return k
	}
	if strict := j.Limitation(c.Claim, shown).Cautious; strict.Before(k.Cautious) {
		k.Cautious = strict
		k.Flags = append(k.Flags, FlagToProve)
	}
	return k
}

// FlagToProve is the flag of a clock whose full last day rests on an act that
// nothing on the record proves.
const FlagToProve = "act_to_prove"

// byWord reports whether an act follows from an agreement that was reported,
// which no paper proves.
func (c *Case) byWord(a law.Act) bool {
	return a.Type == "instalment_request" && slices.ContainsFunc(c.Plans, func(p Plan) bool { return p.ID == a.Ref })
}

// Presumed reports whether a clock is that of a period which only presumes
// payment: when it has run out the debt is still owed, and may be claimed until
// the debtor pleads it.
func Presumed(k law.Clock) bool { return slices.Contains(k.Flags, "presumptive") }

// Barred reports whether a claim with that clock may no longer be claimed as
// due on a day: its last day is over, and the period does more than presume.
func Barred(k law.Clock, on calendar.Date) bool {
	return !k.LastDay.IsZero() && on.After(k.LastDay) && !Presumed(k)
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
	cautious := k.Cautious
	if cautious.IsZero() {
		cautious = k.LastDay
	}
	left := on.Days(cautious)
	switch {
	case cautious.IsZero():
		return ClockHasNoDate
	case Barred(k, on):
		return ClockLimited
	case Presumed(k) && on.After(k.LastDay):
		return ClockPresumed
	case left < 0:
		return ClockDoubtful
	case left <= 30:
		return ClockWithin30
	case left <= 90:
		return ClockWithin90
	case left <= 180:
		return ClockWithin180
	}
	return ClockRuns
}

// Presses reports whether the state is one to be told to whoever submits the
// debt: the period is over, or nearly.
func (s ClockState) Presses() bool { return s != ClockRuns && s != ClockHasNoDate }

// limited reports whether the debt may no longer be claimed as due today.
func (h hearing) limited() bool { return Barred(h.Clock(h.t.Law), h.today) }

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
	k := after.Clock(h.t.Law)
	if !after.Open() || k.LastDay.IsZero() || PastCautious(k, h.today) {
		return nil
	}
	return []Fact{HoldEnded{Hold: h.Holds[i].ID, Reason: HoldLimited, Revived: true}}
}

// bearsOnClock reports whether a fact may move the last day.
func bearsOnClock(f Fact) bool {
	switch f.(type) {
	case ActNoted, PaymentReceived, PlanAgreed:
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
	switch {
	case f.Act != "" && !slices.Contains(courtActs, f.Act):
		return nil, wrong("act", "act_type_unknown", "act must be one of %v", courtActs)
	case !f.End.IsZero() && f.End.Before(f.On):
		return nil, wrong("end", "end_before_start", "end %s lies before %s", f.End, f.On)
	}
	a, is := h.act(f)
	if is {
		if no := outcomeKnown(a.Type, f.Outcome); no != nil {
			return nil, no
		}
	}
	if !is || f.On.Before(h.Claim.Issued) {
		return []Fact{f}, nil
	}
	return []Fact{f, ActNoted{Act: a}}, nil
}
