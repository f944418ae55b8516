package strategy

import "fmt"

// promises looks over the limits of promises. A supervisor's are not narrower
// than those of an agent.
func (v *inspection) promises() {
	r := &v.s.Promises
	v.within("promises.max_days", r.MaxDays, 1, 365)
	v.within("promises.min_share", r.MinShare, 0, 100)
	v.within("promises.grace_days", r.GraceDays, 0, 30)
	v.within("promises.remind_before", r.RemindBefore, 0, 30)
	v.within("promises.after_broken", r.AfterBroken, 0, 10)
	v.within("promises.supervisor.max_days", or(r.Supervisor.MaxDays, r.MaxDays), r.MaxDays, 365)
	v.within("promises.supervisor.min_share", or(r.Supervisor.MinShare, r.MinShare), 0, r.MinShare)
	v.within("promises.supervisor.after_broken", or(r.Supervisor.AfterBroken, r.AfterBroken), r.AfterBroken, 20)
}

// plans looks over the limits of instalment plans.
func (v *inspection) plans() {
	r := &v.s.Plans
	v.within("plans.max_instalments", r.MaxInstalments, 0, 120)
	v.within("plans.max_months", r.MaxMonths, 0, 120)
	v.within("plans.grace_days", r.GraceDays, 0, 30)
	v.within("plans.remind_before", r.RemindBefore, 0, 30)
	v.within("plans.answer_days", r.AnswerDays, 0, 60)
	v.within("plans.cure_days", r.CureDays, 0, 60)
	v.within("plans.supervisor.max_instalments", or(r.Supervisor.MaxInstalments, r.MaxInstalments), r.MaxInstalments, 120)
	v.within("plans.supervisor.max_months", or(r.Supervisor.MaxMonths, r.MaxMonths), r.MaxMonths, 120)
	v.s.minInstalment = v.sum("plans.min_instalment", r.MinInstalment)
	v.s.supervisorInstalment = v.sum("plans.supervisor.min_instalment", r.Supervisor.MinInstalment)
	if v.s.supervisorInstalment > v.s.minInstalment {
		v.wrong("plans.supervisor.min_instalment", "min_instalment is %s: a supervisor's is not above %s", r.Supervisor.MinInstalment, r.MinInstalment)
	}
}

// offers looks over the discounts, and who may give them.
func (v *inspection) offers() {
	r := &v.s.Offers
	v.within("offers.max_discount", r.MaxDiscount, 0, 90)
	v.within("offers.discount", r.Discount, 0, r.MaxDiscount)
	if r.MaxDiscount > 0 {
		v.within("offers.days", r.Days, 1, 90)
	}
	for i, x := range r.Ladder {
		path := fmt.Sprintf("offers.ladder.%d", i)
		v.within(path+".discount", x.Discount, 0, r.MaxDiscount)
		v.within(path+".from_days", x.FromDays, 0, 3650)
		if x.FromDays == 0 && x.FromAmount == 0 {
			v.wrong(path, "a rung says from_days or from_amount: for every debt there is discount")
		}
	}
	v.within("offers.approval_days", r.ApprovalDays, 0, 30)
	if r.AgentDiscount == nil {
		return
	}
	v.within("offers.agent_discount", *r.AgentDiscount, 0, r.MaxDiscount)
	if r.ApprovalDays == 0 {
		v.wrong("offers.agent_discount", "agent_discount needs approval_days: by when a supervisor approves what is above it")
	}
}
