package debt

import "github.com/recobro/recobro/calendar"

// Missed gives what a promise comes to by the payments received from the day it
// was made until its grace is over: kept, kept in part, or broken. day is that
// on which it was made, where the debtor lives.
func (c *Case) Missed(p *Promise, day calendar.Date) PromiseState {
	switch paid := c.paidFor(p.Made, day, p.GraceEnd); {
	case paid.Cents >= p.Amount.Cents:
		return PromiseKept
	case paid.Cents > 0:
		return PromisePartly
	}
	return PromiseBroken
}

// promiseMade takes the debtor's word to pay. It holds contact at once, until
// the day and its working days of grace are over; a running promise is
// renegotiated by it, not broken.
func (h hearing) promiseMade(f PromiseMade) ([]Fact, *Refusal) {
	if no := h.mayAgree(); no != nil {
		return nil, no
	}
	if no := h.promiseLimits(f); no != nil {
		return nil, no
	}
	if f.ID == "" {
		f.ID = h.id("promise")
	}
	f.On = h.today
	f.GraceEnd = h.t.Home.AddWorkingDays(f.PayBy, h.t.Limits.PromiseGraceDays)
	last := h.Clock(h.t.Law).LastDay
	f.AfterLimitation = !last.IsZero() && f.PayBy.After(last)
	out := h.makeWay("")
	return append(out, f, HoldPlaced{Hold: Hold{ID: h.id("hold"), Reason: HoldPromise, Until: f.GraceEnd, Of: f.ID}}), nil
}

func (h hearing) promiseLimits(f PromiseMade) *Refusal {
	if no := h.sum("amount", f.Amount); no != nil {
		return no
	}
	l := h.t.Limits
	switch {
	case f.PayBy.IsZero():
		return wrong("pay_by", "date_missing", "pay_by is missing")
	case f.PayBy.Before(h.today):
		return wrong("pay_by", "promise_in_the_past", "pay_by %s is past: today is %s", f.PayBy, h.today)
	case h.today.Days(f.PayBy) > l.PromiseMaxDays:
		return wrong("pay_by", "promise_too_late", "a promise may reach at most %d days ahead, to %s", l.PromiseMaxDays, h.today.AddDays(l.PromiseMaxDays))
	}
	if x, ok := h.RunningPlan(); ok {
		return conflict("plan_running", "case %s has an instalment plan, %s", h.ID, x.ID)
	}
	balance := h.Statement(h.t, h.today).Balance
	if most := h.owedBy(f.PayBy); f.Amount.Cents > most.Cents {
		return wrong("amount", "promise_above_balance", "by %s no more than %s will be owed", f.PayBy, most)
	}
	if f.Amount.Cents*100 < balance.Cents*int64(l.PromiseMinShare) {
		return wrong("amount", "promise_too_small", "a promise covers at least %d %% of the balance of %s", l.PromiseMinShare, balance)
	}
	return h.promisesLeft()
}

// promisesLeft refuses a promise after so many that followed a broken one. One
// that was kept in part is broken here: the rest of it never came.
func (h hearing) promisesLeft() *Refusal {
	broken, since, most := 0, 0, h.t.Limits.PromisesAfterBroken
	for _, p := range h.Promises {
		if p.State == PromiseBroken || p.State == PromisePartly {
			broken++
		} else if broken > 0 {
			since++
		}
	}
	if broken > 0 && broken-1+since >= most {
		return conflict("promises_used_up", "after a broken promise at most %d more may be made", most)
	}
	return nil
}
