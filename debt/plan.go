package debt

import (
	"slices"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// The states of an instalment plan beside those that it shares with a promise.
// Plans that ended before there were notices say broken where today's are defaulted.
const (
	StateProposed  PromiseState = "proposed"
	StateConfirmed PromiseState = "confirmed" // in force once its first instalment, due at once, is paid
	StateDefaulted PromiseState = "defaulted"
	StateLapsed    PromiseState = "lapsed" // not confirmed by its day, or never begun
)

// LetterDue marks a plan or an offer that is still to be put in writing; else it
// names the message, or the task, by which it was. Older ones have neither.
const LetterDue = "due"

// Confirmations are the ways in which a debtor confirms a plan.
var Confirmations = []string{"link", "reply", "signature", "phone"}

// inWriting reports whether a confirmation leaves something of the debtor's own
// behind, so that it acknowledges the debt.
func inWriting(how string) bool { return how != "phone" }

// Instalment is one part of a plan.
type Instalment struct {
	Due      calendar.Date `json:"due"`
	Amount   money.Amount  `json:"amount"`
	GraceEnd calendar.Date `json:"grace_end"` // last day of grace for it
	Reminded bool          `json:"reminded,omitempty"`
	// Notice is the message, or the task, by which the debtor was told that it is
	// late; Cure the last day to pay it then. Cured says that this was done.
	Notice string        `json:"notice,omitempty"`
	Cure   calendar.Date `json:"cure,omitzero"`
	Cured  bool          `json:"cured,omitempty"`
}

// Plan is an instalment plan.
type Plan struct {
	ID          string        `json:"id"`
	Instalments []Instalment  `json:"instalments"`
	Agreed      time.Time     `json:"agreed"` // or proposed
	From        calendar.Date `json:"from"`   // payments from this day on count for the plan
	GraceDays   int           `json:"grace_days"`
	State       PromiseState  `json:"state"`
	// Schedule is how the instalments are to be worked out; nil: they were given.
	Schedule *Schedule `json:"schedule,omitempty"`
	// Interest is what the plan bears a year on the principal left; Charged what
	// that comes to, as a part of the instalments.
	Interest money.Rate   `json:"interest,omitempty"`
	Charged  money.Amount `json:"charged,omitzero"`
	// WaiveRest gives up what is owed above the instalments once they are paid.
	WaiveRest bool `json:"waive_rest,omitempty"`
	// AtOnce makes the first instalment due on the day of the agreement: the plan
	// runs once it is paid.
	AtOnce   bool `json:"at_once,omitempty"`
	CureDays int  `json:"cure_days,omitempty"` // after the notice of a late instalment; zero: none is given
	// By is who proposed it, and Until the last day to confirm it.
	By        Role          `json:"by,omitempty"`
	Until     calendar.Date `json:"until,omitzero"`
	Confirmed calendar.Date `json:"confirmed,omitzero"`
	How       string        `json:"how,omitempty"` // one of Confirmations
	Document  string        `json:"document,omitempty"`
	Letter    string        `json:"letter,omitempty"` // LetterDue, or what put it in writing
}

// Stands reports whether the plan is in force.
func (p *Plan) Stands() bool { return p.State == PromiseRunning || p.State == StateConfirmed }

// Total is the sum of the plan's instalments.
func (p Plan) Total() money.Amount {
	var sum money.Amount
	for _, i := range p.Instalments {
		sum = sum.Plus(i.Amount)
	}
	return sum
}

// PaidFor is what came in for a plan: payments count to the earliest instalment
// that is open.
func (c *Case) PaidFor(p *Plan) money.Amount { return c.paidUntil(p, forever) }

func (c *Case) paidUntil(p *Plan, last calendar.Date) money.Amount {
	return c.paidFor(p.Agreed, p.From, last)
}

// OpenInstalment gives the first instalment that the payments do not reach, and
// what of it is left; ok is false where all are paid.
func (c *Case) OpenInstalment(p *Plan) (k int, left money.Amount, ok bool) {
	paid := c.PaidFor(p)
	for k := range p.Instalments {
		in := p.Instalments[k].Amount
		if paid.Cents < in.Cents {
			return k, in.Minus(paid), true
		}
		paid = paid.Minus(in)
	}
	return 0, money.Amount{}, false
}

// RestWaived reports whether a plan was kept with which the rest was given up.
func (c *Case) RestWaived() bool {
	return slices.ContainsFunc(c.Plans, func(p Plan) bool { return p.State == PromiseKept && p.WaiveRest })
}

// Proposal returns the plan that waits for the debtor's confirmation, if one does.
func (c *Case) Proposal() (Plan, bool) {
	i := slices.IndexFunc(c.Plans, func(p Plan) bool { return p.State == StateProposed })
	if i < 0 {
		return Plan{}, false
	}
	return c.Plans[i], true
}

// planProposed takes a plan that the debtor has yet to confirm. It stands until
// the creditor's days for it are over, and no later than its first instalment.
func (h hearing) planProposed(f PlanProposed) ([]Fact, *Refusal) {
	if f.Plan.By != Debtor && f.Plan.By != Agent {
		return nil, wrong("proposed_by", "proposer_unknown", "proposed_by must be agent or debtor")
	}
	plan, no := h.planTerms(f.Plan)
	if no != nil {
		return nil, no
	}
	plan.Until = h.today.AddDays(max(h.t.Limits.PlanAnswerDays, 1))
	if first := plan.Instalments[0].Due; !plan.AtOnce && first.Before(plan.Until) {
		plan.Until = first
	}
	f.Plan, f.On = plan, h.today
	var out []Fact
	if p, ok := h.Proposal(); ok {
		out = append(out, PlanEnded{Plan: p.ID, State: PromiseReplaced})
	}
	return append(out, f), nil
}

// planAgreed takes a plan that the debtor has agreed to by word of mouth.
func (h hearing) planAgreed(f PlanAgreed) ([]Fact, *Refusal) {
	plan, no := h.planTerms(f.Plan)
	if no != nil {
		return nil, no
	}
	if plan.AtOnce {
		plan.State = StateConfirmed
	}
	f.Plan, f.On = plan, h.today
	out := h.makeWay("")
	return append(out, f, h.planHold(&plan)), nil
}

// planConfirmed takes the debtor's confirmation. In writing it acknowledges the
// debt, on that day; by telephone it is one more word of mouth.
func (h hearing) planConfirmed(f PlanConfirmed) ([]Fact, *Refusal) {
	i := slices.IndexFunc(h.Plans, func(p Plan) bool { return p.ID == f.Plan })
	if i < 0 {
		return nil, conflict("plan_unknown", "case %s has no plan %s", h.ID, f.Plan)
	}
	p := h.Plans[i]
	if no := h.mayConfirm(&p, &f); no != nil {
		return nil, no
	}
	act := ActNoted{Act: law.Act{Type: "acknowledgment", Date: f.On, Ref: f.Document, Unproved: f.Document == ""}}
	if f.Document == "" {
		act.Act.Ref = p.ID // by which a document may be put behind it later
	}
	var out []Fact
	if p.State == StateProposed {
		if p.AtOnce {
			f.First, f.FirstGrace = h.today, h.t.Home.AddWorkingDays(h.today, p.GraceDays)
		}
		out = append(h.makeWay(p.ID), f, h.planHold(&p))
		if p.AtOnce && h.PaidFor(&p).Cents >= p.Instalments[0].Amount.Cents {
			out = append(out, PlanRuns{Plan: p.ID, Why: "first_paid"})
		}
	} else {
		out = append(out, f)
	}
	if inWriting(f.How) {
		out = append(out, act)
	}
	return out, nil
}

// mayConfirm refuses a confirmation of what cannot be confirmed, or in no known way.
func (h hearing) mayConfirm(p *Plan, f *PlanConfirmed) *Refusal {
	if f.On.IsZero() {
		f.On = h.today
	}
	switch {
	case !slices.Contains(Confirmations, f.How):
		return wrong("how", "confirmation_unknown", "how must be one of %s", law.Listed(Confirmations))
	case f.On.Before(h.Claim.Issued):
		return wrong("on", "before_issue", "the claim was issued on %s", h.Claim.Issued)
	case p.State == StateProposed && h.today.After(p.Until):
		return conflict("plan_over", "plan %s was to be confirmed by %s", p.ID, p.Until)
	case p.Stands() && (p.Confirmed.IsZero() || !inWriting(p.How)):
	case p.Stands():
		return conflict("plan_confirmed", "plan %s was confirmed on %s", p.ID, p.Confirmed)
	case p.State != StateProposed:
		return conflict("plan_"+string(p.State), "plan %s is %s", p.ID, p.State)
	}
	if no := h.past("on", f.On); no != nil {
		return no
	}
	return h.mayAgree()
}

// planTerms completes a plan within the creditor's limits.
func (h hearing) planTerms(p Plan) (Plan, *Refusal) {
	if no := h.mayAgree(); no != nil {
		return p, no
	}
	l := h.t.Limits
	if no := h.planInterest(&p); no != nil {
		return p, no
	}
	if no := h.fill(&p); no != nil {
		return p, no
	}
	if no := h.planDates(&p); no != nil {
		return p, no
	}
	if no := h.planSum(&p); no != nil {
		return p, no
	}
	p.ID, p.From, p.GraceDays, p.CureDays, p.Letter = h.id("plan"), h.today, l.PlanGraceDays, l.PlanCureDays, LetterDue
	for i := range p.Instalments {
		in := &p.Instalments[i]
		in.GraceEnd = h.t.Home.AddWorkingDays(in.Due, p.GraceDays)
	}
	return p, nil
}

// planDates looks at how many instalments there are, of how much, and when.
func (h hearing) planDates(p *Plan) *Refusal {
	l, in := h.t.Limits, p.Instalments
	if len(in) < 2 || len(in) > l.PlanMaxInstalments {
		return wrong("instalments", "plan_length", "a plan has 2 to %d instalments", l.PlanMaxInstalments)
	}
	for i, x := range in {
		if no := h.sum("instalments", x.Amount); no != nil {
			return no
		}
		if x.Due.Before(h.today) || (i > 0 && !x.Due.After(in[i-1].Due)) {
			return wrong("instalments", "plan_dates", "instalment %d: days must rise and none be past", i+1)
		}
		if x.Amount.Cents < l.PlanMinInstalment.Cents && i < len(in)-1 {
			return wrong("instalments", "instalment_too_small", "instalment %d is below %s", i+1, l.PlanMinInstalment)
		}
	}
	if p.AtOnce && in[0].Due != h.today {
		return wrong("first_at_once", "first_not_today", "the first instalment is due at once, and not on %s", in[0].Due)
	}
	if in[len(in)-1].Due.After(h.today.AddMonths(l.PlanMaxMonths)) {
		return wrong("instalments", "plan_too_long", "a plan ends within %d months", l.PlanMaxMonths)
	}
	return nil
}

// planSum holds what the instalments come to against what is owed. What is given
// up beside them is a discount like another.
func (h hearing) planSum(p *Plan) *Refusal {
	last := p.Instalments[len(p.Instalments)-1].Due
	total, most := p.Total(), h.owedBy(last)
	balance := h.Statement(h.t, h.today).Balance
	least := func(of money.Amount) int64 { return of.Cents * int64(100-h.t.Limits.MaxDiscount) }
	switch {
	case total.Cents > most.Cents:
		return wrong("instalments", "plan_above_balance", "by %s no more than %s will be owed", last, most)
	case total.Cents*100 < least(balance):
		return wrong("instalments", "plan_too_small", "the plan sums to %s; the balance is %s", total, balance)
	case p.WaiveRest && total.Cents*100 < least(most) && most.Minus(total).Cents > h.t.Limits.Tolerance.Cents:
		return wrong("waive_rest", "rest_above_limit", "by %s %s will be owed: more than %d %% of it would be given up", last, most, h.t.Limits.MaxDiscount)
	}
	return nil
}

// makeWay ends what another agreement takes the place of.
func (h hearing) makeWay(confirmed string) []Fact {
	var out []Fact
	if p, ok := h.Running(); ok {
		out = append(out, PromiseEnded{Promise: p.ID, State: PromiseReplaced})
		out = append(out, h.endHold(p.ID)...)
	}
	if p, ok := h.RunningPlan(); ok {
		out = append(out, PlanEnded{Plan: p.ID, State: PromiseReplaced})
		out = append(out, h.endHold(p.ID)...)
	}
	if p, ok := h.Proposal(); ok && p.ID != confirmed {
		out = append(out, PlanEnded{Plan: p.ID, State: PromiseReplaced})
	}
	return out
}

// planHold holds contact for a plan, until its last instalment's grace is over.
func (h hearing) planHold(p *Plan) Fact {
	until := h.t.Home.AddWorkingDays(p.Instalments[len(p.Instalments)-1].Due, p.GraceDays)
	return HoldPlaced{Hold: Hold{ID: h.id("hold"), Reason: HoldPlan, Until: until, Of: p.ID}}
}
