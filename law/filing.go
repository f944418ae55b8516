package law

import "github.com/recobro/recobro/calendar"

// servedWithin is how many days after the filing the debtor counts as served
// where the delay is not the creditor's.
const servedWithin = 5

// Filing is a claim brought to court, and its service on the debtor; Served is
// zero while it has not happened.
type Filing struct {
	Filed           calendar.Date `json:"filed"`
	Served          calendar.Date `json:"served"`
	DelayByCreditor bool          `json:"delay_by_creditor"`
}

// Interruption is what a filing does to a limitation period that only the
// service on the debtor interrupts.
type Interruption struct {
	Rule string `json:"rule"`
	// LastDay is the last day of the period before the interruption: after it
	// the new period waits for the final decision.
	LastDay calendar.Date `json:"last_day"`
	// Deemed is the day on which the debtor is served, or taken to be; zero
	// where neither is so yet. Under a period of caducity it is the filing.
	Deemed calendar.Date `json:"deemed_interruption"`
	Effect Effect        `json:"effect"`
	// FiledInTime answers the period for filing, where the rule is one of
	// caducity: the filing itself counts.
	FiledInTime bool     `json:"filed_in_time"`
	Article     string   `json:"article"`
	Status      Status   `json:"status"`
	Flags       []string `json:"flags"`
	AskPerson   bool     `json:"ask_person"`
	Why         string   `json:"why"`
}

// ServedOn says when a claim filed in court interrupts the period of the rule
// with that code, run from anchor. Service interrupts; where five days pass
// after the filing without it, for no cause of the creditor's, the period
// counts as interrupted when they have passed. ok is false for a code that the
// place does not have, and outside of Portugal.
//
// A period of caducity for the filing is kept by the filing, whenever the debtor
// is served.
//
// Source: Código Civil (PT), arts. 323.1, 323.2, 327 and 331.
func (j *Jurisdiction) ServedOn(rule string, anchor calendar.Date, f Filing) (i Interruption, ok bool) {
	k, ok := j.ClockFor(rule, anchor, nil)
	if !ok || j.Country != "PT" {
		return Interruption{}, false
	}
	i = Interruption{
		Rule: rule, LastDay: k.LastDay, Effect: NoEffect, FiledInTime: !f.Filed.After(k.LastDay),
		Article: j.rule("payment_order_served", &Claim{}, rule).Source.Text + " art. 323", Status: ToConfirm, Flags: k.Flags,
	}
	if p := j.named(rule, &Claim{}); p.Caducity {
		i.filed(p, f.Filed)
		return i, true
	}
	deadline := f.Filed.AddDays(servedWithin)
	switch {
	case !f.Served.IsZero() && (!f.Served.After(deadline) || f.DelayByCreditor):
		i.Deemed = f.Served
		i.Why = "The debtor was served on this day (Código Civil art. 323.1)."
	case f.DelayByCreditor:
		i.Flags = append(i.Flags, "not_served_by_creditors_delay")
		i.Why = "Without service no period is interrupted, and the delay is the creditor's (Código Civil art. 323.2)."
		return i, true
	default:
		i.Deemed = deadline
		i.Why = "Five days passed after the filing without service, for no cause of the creditor's (Código Civil art. 323.2)."
	}
	i.Effect = Interrupts
	if i.Deemed.After(k.LastDay) {
		i.Effect = Late
		if i.FiledInTime {
			i.Flags = append(i.Flags, "served_after_the_last_day")
			i.AskPerson = true
		}
	}
	if k.Cautious.Before(i.Deemed) && i.Effect == Interrupts {
		i.AskPerson = true // in time only if the last day moved off a day of rest
	}
	return i, true
}

// filed answers a period of caducity: the filing alone keeps it.
func (i *Interruption) filed(p *Period, on calendar.Date) {
	i.Deemed, i.Article = on, p.Source.String()
	i.Why = "The period is one for the filing, which keeps it on its own day, whenever the debtor is served (" + i.Article + "; Código Civil art. 331.1)."
	i.Effect = Late
	if i.FiledInTime {
		i.Effect = Interrupts
	}
}
