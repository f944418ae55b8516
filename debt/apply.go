package debt

import (
	"slices"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// Fold adds up events, the first of them CaseOpened.
func Fold(events []Event) *Case {
	c := &Case{}
	for _, e := range events {
		c.Apply(e)
	}
	return c
}

// Apply adds event e to what the case is. It judges nothing: what stands on
// the record has been accepted. Notes, documents and calls leave no more than
// their number, since they change nothing that a decision looks at.
func (c *Case) Apply(e Event) {
	switch f := e.Fact.(type) {
	case CaseOpened:
		*c = f.Case
		c.Stage, c.Opened, c.Controlled = f.Stage, e.At, e.At
		c.Acts = named(append(c.Acts, f.Acts...))
	case StageChanged:
		c.Stage = f.To
	case StrategyMoved:
		c.Strategy = f.Strategy
	case EscalationAsked:
		c.Escalated = true
	case Controlled:
		c.Controlled = e.At
	case CaseClosed:
		c.Before, c.Stage = c.Stage, Closed
		c.Outcome, c.ClosedAt, c.Held, c.Holds = f.Outcome, e.At, c.Holds, nil
	case CaseReopened:
		c.Stage, c.Outcome, c.Resumed = f.Stage, "", e.At
		c.ClosedAt, c.Held = time.Time{}, nil
	default:
		c.applyMoney(e)
		c.applyTalk(e)
		c.applyDispute(e)
		c.applyPlan(e)
		c.applyOffer(e)
		c.applyWork(e)
	}
	c.Seq = e.Seq
}

// applyMoney folds payments, imputations and adjustments.
func (c *Case) applyMoney(e Event) {
	switch f := e.Fact.(type) {
	case PaymentReceived:
		c.Payments = append(c.Payments, Payment{ID: f.ID, Amount: f.Amount, Received: f.Received, Booked: e.At, From: f.From, Converted: f.Converted})
		if f.From == "" { // a credit that is moved here is no act of the debtor
			c.Acts = append(c.Acts, law.Act{Type: "part_payment", Date: f.Received, Ref: f.ID})
		}
	case PaymentBounced:
		c.takeBack(f.Payment, func(p *Payment) { p.Bounced = f.On })
	case PaymentReversed:
		c.takeBack(f.Payment, func(p *Payment) { p.Bounced, p.Reversed = f.On, true })
	case PaymentImputed:
		c.Imputations = append(c.Imputations, f.Imputation)
	case ImputationReversed:
		c.Imputations = slices.DeleteFunc(c.Imputations, func(i Imputation) bool { return i.Payment == f.Imputation.Payment })
	case Adjusted:
		c.Adjustments = append(c.Adjustments, f.Adjustment)
	case Refunded:
		c.Refunds = append(c.Refunds, f.Refund)
	case CostIncurred:
		if f.ID != "" {
			c.Costs = append(c.Costs, Cost{ID: f.ID, On: f.On, Amount: f.Amount, Claimed: f.Claimed, Counts: f.Counts, Rule: f.Rule, Handoff: f.Handoff})
		}
	}
}

// takeBack marks a payment as one that does not stand, and forgets what it was
// for the law of limitation.
func (c *Case) takeBack(id string, mark func(*Payment)) {
	for i := range c.Payments {
		if c.Payments[i].ID == id {
			mark(&c.Payments[i])
		}
	}
	c.Acts = slices.DeleteFunc(c.Acts, func(a law.Act) bool { return a.Type == "part_payment" && a.Ref == id })
}

// applyTalk folds what was agreed or contested, and the holds.
func (c *Case) applyTalk(e Event) {
	switch f := e.Fact.(type) {
	case PromiseMade:
		c.Promises = append(c.Promises, Promise{ID: f.ID, Amount: f.Amount, PayBy: f.PayBy, GraceEnd: f.GraceEnd,
			Made: e.At, State: PromiseRunning, AfterLimitation: f.AfterLimitation})
		c.act("promise_of_payment", f.On, f.ID)
	case PromiseEnded:
		c.promise(f.Promise, func(p *Promise) { p.State = f.State })
	case PromiseReminded:
		c.promise(f.Promise, func(p *Promise) { p.Reminded = true })
	case HoldPlaced:
		h := f.Hold
		h.Placed = e.At
		c.Holds = append(c.Holds, h)
		if h.Softer() {
			c.Strategy = h.Strategy
		}
	case HoldExtended:
		for i := range c.Holds {
			if c.Holds[i].ID == f.Hold {
				c.Holds[i].Until = f.Until
			}
		}
	case HoldEnded:
		c.Holds = slices.DeleteFunc(c.Holds, func(h Hold) bool {
			if h.ID == f.Hold && h.Softer() && c.Strategy == h.Strategy { // unless somebody moved it since
				c.Strategy = h.Back
			}
			return h.ID == f.Hold
		})
		c.Resumed = e.At
		if f.Revived {
			c.forgetReached()
		}
	}
}

// act notes what an agreement is for the law of limitation.
func (c *Case) act(kind string, on calendar.Date, ref string) {
	if !on.IsZero() {
		c.Acts = append(c.Acts, law.Act{Type: kind, Date: on, Ref: ref})
	}
}

// applyWork folds what the engine, the agents and the lawyers did.
func (c *Case) applyWork(e Event) {
	switch f := e.Fact.(type) {
	case ActNoted:
		c.Acts = append(c.Acts, f.Act)
	case ActProved:
		c.prove(f)
	case CallLogged:
		if f.Outcome == CallRightParty {
			c.Conversed = e.At
		}
	case MessageReserved:
		c.Marks = append(c.Marks, f.Mark)
	case MessageEnded:
		for i := range c.Marks {
			if c.Marks[i].Message == f.Message {
				c.Marks[i].State, c.Marks[i].Retry = f.State, f.Retry
			}
		}
	case StepDone:
		c.Marks = append(c.Marks, f.Mark)
	case StepSkipped:
		c.Marks = append(c.Marks, Mark{Step: f.Step, At: e.At, State: "skipped"})
	case AlarmRaised:
		c.Alarms = append(c.Alarms, f.Alarm)
	case HandoffOffered:
		h := f.Handoff
		h.Offered, h.State = e.At, "offered"
		c.Handoffs = append(c.Handoffs, h)
	case HandoffEnded:
		for i := range c.Handoffs {
			if c.Handoffs[i].ID == f.Handoff {
				c.Handoffs[i].State = f.State
			}
		}
	}
}

func (c *Case) promise(id string, change func(*Promise)) {
	for i := range c.Promises {
		if c.Promises[i].ID == id {
			change(&c.Promises[i])
		}
	}
}

func (c *Case) plan(id string, change func(*Plan)) {
	for i := range c.Plans {
		if c.Plans[i].ID == id {
			change(&c.Plans[i])
		}
	}
}

// Clone returns a copy that shares nothing that changes with c.
func (c *Case) Clone() *Case {
	d := *c
	d.Payments = slices.Clone(c.Payments)
	d.Imputations = slices.Clone(c.Imputations)
	d.Adjustments = slices.Clone(c.Adjustments)
	d.Costs = slices.Clone(c.Costs)
	d.Refunds = slices.Clone(c.Refunds)
	d.Promises = slices.Clone(c.Promises)
	d.Plans = slices.Clone(c.Plans)
	for i := range d.Plans {
		d.Plans[i].Instalments = slices.Clone(d.Plans[i].Instalments)
	}
	d.Offers = slices.Clone(c.Offers)
	d.Disputes = slices.Clone(c.Disputes)
	d.Studies = slices.Clone(c.Studies)
	d.Holds = slices.Clone(c.Holds)
	d.Held = slices.Clone(c.Held)
	d.Handoffs = slices.Clone(c.Handoffs)
	d.Marks = slices.Clone(c.Marks)
	d.Acts = slices.Clone(c.Acts)
	d.ActsProved = slices.Clone(c.ActsProved)
	d.Alarms = slices.Clone(c.Alarms)
	return &d
}

// weight orders holds: the first stops most.
var weight = map[HoldReason]int{
	HoldDeceased: 1, HoldWrongPerson: 2, HoldInsolvency: 3, HoldLimited: 4, HoldDispute: 5, HoldComplaint: 6,
	HoldRepresented: 7, HoldHardship: 8, HoldPlan: 9, HoldPromise: 10, HoldPaused: 11,
}

// Hold returns the weightiest hold of the case, if it has one.
func (c *Case) Hold() (Hold, bool) { return c.weightiest(func(Hold) bool { return true }) }

// weightiest returns the weightiest of the holds that fit, if one does.
func (c *Case) weightiest(fits func(Hold) bool) (Hold, bool) {
	var best Hold
	for _, h := range c.Holds {
		if fits(h) && (best.ID == "" || weight[h.Reason] < weight[best.Reason]) {
			best = h
		}
	}
	return best, best.ID != ""
}

// Running returns the promise that runs, if one does.
func (c *Case) Running() (Promise, bool) {
	for _, p := range c.Promises {
		if p.State == PromiseRunning {
			return p, true
		}
	}
	return Promise{}, false
}

// RunningPlan returns the instalment plan that is in force, if one is.
func (c *Case) RunningPlan() (Plan, bool) {
	for _, p := range c.Plans {
		if p.Stands() {
			return p, true
		}
	}
	return Plan{}, false
}

// Handoff returns the handoff that is offered or accepted, if there is one.
func (c *Case) Handoff() (Handoff, bool) {
	for _, h := range c.Handoffs {
		if h.State == "offered" || h.State == "accepted" {
			return h, true
		}
	}
	return Handoff{}, false
}

// OpenPrincipal is what is left of the principal by the imputations that stand.
func (c *Case) OpenPrincipal() money.Amount { return c.principalAfter(c.Imputations) }

// principalAfter is what the given imputations and all adjustments leave.
func (c *Case) principalAfter(imputations []Imputation) money.Amount {
	open := c.Principal
	for i := range imputations {
		open.Cents -= imputations[i].Parts[law.Principal].Cents
	}
	for i := range c.Adjustments {
		open.Cents -= c.Adjustments[i].Amount.Cents
	}
	return open
}

// Received is the sum of the payments that stand.
func (c *Case) Received() money.Amount {
	sum := money.Of(0, c.Principal.Currency)
	for i := range c.Payments {
		if c.Payments[i].Bounced.IsZero() {
			sum.Cents += c.Payments[i].Amount.Cents
		}
	}
	return sum
}
