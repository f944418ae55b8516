package store

import (
	"slices"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/strategy"
)

// project queues the rows that follow from event e of h: the ledger, and the
// tables that lists and counts are read from. before is the stage it found.
func (d *docket) project(h *held, e debt.Event, before debt.Stage) {
	d.book(h, e)
	d.projectAgreements(h, e)
	d.projectWork(h, e)
	d.projectLater(h, e)
	if before != debt.Closed && h.c.Stage == debt.Closed {
		d.queue.Queue(`update tasks set state = 'expired', done_at = $2, result = 'case_closed' where state = 'open' and `+endsWithCase, h.c.ID, d.now)
		d.queue.Queue(`update holds set ended_at = $2 where case_id = $1 and ended_at is null`, h.c.ID, d.now)
	}
	if flagsSends(e.Fact) {
		d.queue.Queue(`update messages set late = true where state = 'reserved' and `+wentFor, h.c.ID)
	}
}

// endsWithCase holds for the tasks that case $1 takes along when it closes. Money
// that a person has to match is on the account all the same, and may be another
// case's: that task stays until the line is matched. So do those that are for
// after the closing.
const endsWithCase = `case_id = $1 and kind not in ('match_payment', '` + lookAgain + `', '` + answerTask + `', '` + refundTask + `')`

// wentFor holds for the messages that went out for case $1, alone or with others.
const wentFor = `(case_id = $1 or id in (select message_id from message_cases where case_id = $1))`

// flagsSends reports whether a send in flight would not have begun had the
// fact been known.
func flagsSends(f debt.Fact) bool {
	switch f.(type) {
	case debt.PaymentReceived, debt.Disputed, debt.OptedOut, debt.HoldPlaced, debt.PromiseMade, debt.PlanAgreed,
		debt.CaseClosed, debt.Adjusted:
		return true
	}
	return false
}

// line is one entry of the ledger to be.
type line struct {
	on      calendar.Date
	kind    string
	part    law.Component
	sum     money.Amount
	payment string
}

// book adds what e moves to the ledger.
func (d *docket) book(h *held, e debt.Event) {
	today := calendar.DateOf(d.now.In(h.terms.Debtor.Zone()))
	if _, ok := e.Fact.(debt.CaseReopened); ok { // what was given up is owed again
		d.queue.Queue(`insert into ledger_entries (case_id, seq, n, effective, kind, amount, currency)
			select case_id, $2, 0, $3, 'reversal', -sum(amount), currency from ledger_entries
			where case_id = $1 and kind = 'write_off' and component is null and seq > coalesce((select max(seq) from ledger_entries
				where case_id = $1 and kind = 'reversal' and component is null and payment = ''), 0)
			group by case_id, currency having sum(amount) <> 0`, h.c.ID, e.Seq, today)
	}
	for n, l := range linesOf(h.c, e.Fact, today) {
		d.put(ledger, h.c.ID, e.Seq, n, l.on, l.kind, orNull(string(l.part)), l.sum.Decimal(), h.c.Principal.Currency, l.payment)
	}
}

// linesOf are what a fact moves, which the case has been told already: positive
// owes more, negative less. Lines without a part (payment, bounce, credit) are
// money that moved; the balance of a part is the sum of its own lines.
func linesOf(c *debt.Case, fact debt.Fact, today calendar.Date) (lines []line) {
	switch f := fact.(type) {
	case debt.CaseOpened:
		lines = []line{{f.Case.Claim.Issued, "principal", law.Principal, f.Case.Principal, ""}}
		if f.Case.Claim.Issued.IsZero() {
			lines[0].on = f.Case.Claim.Due
		}
	case debt.PaymentReceived:
		lines = []line{{f.Received, "payment", "", f.Amount.Neg(), f.ID}}
	case debt.PaymentBounced:
		for _, p := range c.Payments {
			if p.ID == f.Payment {
				lines = []line{{f.On, "bounce", "", p.Amount, p.ID}}
			}
		}
	case debt.PaymentReversed:
		for _, p := range c.Payments {
			if p.ID == f.Payment {
				lines = []line{{f.On, "payment_reversal", "", p.Amount, p.ID}}
			}
		}
	case debt.Refunded:
		kind := "refund"
		if f.Refund.To != "" {
			kind = "transfer"
		}
		for _, x := range f.Refund.Of {
			lines = append(lines, line{f.Refund.On, kind, "", x.Amount, x.Payment})
		}
	case debt.BalanceGivenUp:
		lines = []line{{today, "write_off", "", f.Amount.Neg(), ""}}
	case debt.PaymentImputed:
		lines = imputed(f.Imputation)
	case debt.ImputationReversed:
		for _, l := range imputed(f.Imputation) {
			l.kind, l.sum = "reversal", l.sum.Neg()
			lines = append(lines, l)
		}
	case debt.Adjusted:
		kind := "adjustment"
		if f.Adjustment.Kind == debt.WriteOff {
			kind = "write_off"
		}
		lines = []line{{f.Adjustment.On, kind, law.Principal, f.Adjustment.Amount.Neg(), f.Adjustment.ID}}
	case debt.CostIncurred:
		lines = costs(f)
	case debt.CaseClosed:
		if f.WrittenOff.Cents > 0 {
			lines = []line{{today, "write_off", "", f.WrittenOff.Neg(), ""}}
		}
	}
	return lines
}

// costs are what is claimed of the debtor, and what the creditor bears. On
// records of before the law was asked all of a cost stood beside the claim.
func costs(f debt.CostIncurred) (lines []line) {
	if f.ID == "" {
		return []line{{f.On, "costs", law.Costs, f.Amount, ""}}
	}
	if f.Claimed.Cents > 0 {
		lines = append(lines, line{f.On, "costs", law.Costs, f.Claimed, f.ID})
	}
	if own := f.Amount.Minus(f.Claimed); own.Cents > 0 {
		lines = append(lines, line{f.On, "own_costs", "", own, f.ID})
	}
	return lines
}

func imputed(i debt.Imputation) []line {
	var out []line
	for _, e := range i.Entries() {
		out = append(out, line{e.On, e.Kind, e.Component, e.Amount, e.Payment})
	}
	return out
}

// projectAgreements keeps promises, holds and disputes.
func (d *docket) projectAgreements(h *held, e debt.Event) {
	id := h.c.ID
	switch f := e.Fact.(type) {
	case debt.PromiseMade:
		d.queue.Queue(`insert into promises (case_id, id, amount, currency, pay_by, grace_end, state, made_at)
			values ($1, $2, $3, $4, $5, $6, 'running', $7)`,
			id, f.ID, f.Amount.Decimal(), f.Amount.Currency, f.PayBy, f.GraceEnd, d.now)
	case debt.PromiseEnded:
		d.queue.Queue(`update promises set state = $3, ended_at = $4 where case_id = $1 and id = $2`, id, f.Promise, string(f.State), d.now)
	case debt.HoldPlaced:
		d.queue.Queue(`insert into holds (case_id, id, reason, until, placed_at) values ($1, $2, $3, $4, $5)`,
			id, f.Hold.ID, string(f.Hold.Reason), f.Hold.Until, d.now)
		if f.Hold.Reason == debt.HoldWrongPerson {
			d.wrongPerson(h, f.Hold)
		}
	case debt.HoldExtended:
		d.queue.Queue(`update holds set until = $3 where case_id = $1 and id = $2`, id, f.Hold, f.Until)
	case debt.HoldEnded:
		d.queue.Queue(`update holds set ended_at = $3 where case_id = $1 and id = $2`, id, f.Hold, d.now)
		if f.Revived { // what people were asked about the end of the period is answered
			d.queue.Queue(`update tasks set state = 'expired', done_at = $2, result = 'not_limited'
				where case_id = $1 and state = 'open' and starts_with(kind, 'limitation_')`, id, d.now)
		}
	case debt.Disputed:
		d.queue.Queue(`insert into disputes (case_id, id, reason, state, opened_at) values ($1, $2, $3, 'open', $4)`, id, f.ID, f.Reason, d.now)
	case debt.DisputeResolved:
		d.queue.Queue(`update disputes set state = $3, ended_at = $4 where case_id = $1 and id = $2`, id, f.Dispute, f.State, d.now)
	}
}

// projectWork keeps what the engine, agents and lawyers do.
func (d *docket) projectWork(h *held, e debt.Event) {
	id := h.c.ID
	switch f := e.Fact.(type) {
	case debt.OptedOut:
		d.optOut(f.Channel, f.How)
	case debt.OptedIn:
		d.optIn(f.Channel)
	case debt.CallLogged:
		if f.Task != "" {
			d.queue.Queue(`update tasks set state = 'done', done_at = $3, result = $4 where id = $1 and case_id = $2 and state = 'open'`, f.Task, id, d.now, f.Outcome)
		}
		if !f.Inbound && f.Task == "" { // a call with a task counted when the task was opened
			d.contact(h, "phone", strategy.Collection, "")
		}
	case debt.OfferApproved:
		d.approvalDone(id, f.Offer, "approved")
	case debt.OfferEnded:
		d.approvalDone(id, f.Offer, f.State)
	case debt.MessageReserved:
		d.expireTasks(id, f.Mark)
	case debt.StepDone:
		d.expireTasks(id, f.Mark)
	case debt.MessageEnded:
		d.endMessage(f)
	case debt.HandoffOffered:
		h.handoff = f.Handoff.ID
		d.queue.Queue(`insert into handoffs (id, case_id, creditor_id, firm_id, state, offered_at, until) values ($1, $2, $3, $4, 'offered', $5, $6)`,
			f.Handoff.ID, id, h.c.Creditor, f.Handoff.Firm, d.now, f.Handoff.Until)
	case debt.HandoffEnded:
		d.queue.Queue(`update handoffs set state = $3, ended_at = case when $3 = 'accepted' then null else $4::timestamptz end
			where id = $1 and case_id = $2`, f.Handoff, id, f.State, d.now)
	}
}

// optOut closes a channel to the whole person.
func (d *docket) optOut(channel, how string) {
	if slices.Contains(d.optOuts, channel) {
		return
	}
	d.optOuts = append(d.optOuts, channel)
	d.showOptOuts()
	d.queue.Queue(`insert into opt_outs (person_id, channel, at, how) values ($1, $2, $3, $4) on conflict do nothing`,
		d.personID, channel, d.now, how)
}

// optIn opens a channel to the whole person again.
func (d *docket) optIn(channel string) {
	i := slices.Index(d.optOuts, channel)
	if i < 0 {
		return
	}
	d.optOuts = slices.Delete(d.optOuts, i, i+1)
	d.showOptOuts()
	d.queue.Queue(`delete from opt_outs where person_id = $1 and channel = $2`, d.personID, channel)
}

// contact counts a contact against the person's caps.
func (d *docket) contact(h *held, channel string, purpose strategy.Purpose, message string) {
	d.reached(strategy.Contact{At: d.now, Channel: channel, Case: h.c.ID, Purpose: purpose}, message)
}

// reached is contact at an instant of its own.
func (d *docket) reached(c strategy.Contact, message string) {
	d.contacts = append(d.contacts, c)
	d.contactBy = append(d.contactBy, message)
	d.put(contacts, d.personID, c.At, c.Channel, c.Case, string(c.Purpose), orNull(message))
}

// expireTasks ends the open tasks of a step that has gone on without them: the
// deadline of a call passed, and the letter goes by another channel. A step's
// call is marked as "<step>/call".
func (d *docket) expireTasks(caseID string, m debt.Mark) {
	if m.Step != "" {
		d.queue.Queue(`update tasks set state = 'expired', done_at = $3, result = 'went_on' 
			where case_id = $1 and step in ($2, $2 || '/call') and state = 'open'`,
			caseID, m.Step, d.now)
	}
}

// approvalDone ends the task that asked a supervisor about an offer.
func (d *docket) approvalDone(caseID, offer, result string) {
	d.queue.Queue(`update tasks set state = 'done', done_at = $3, result = $4 where case_id = $1 and step = $2 and state = 'open'`,
		caseID, strategy.Approval(offer), d.now, result)
}

// endMessage writes what became of a message. One that certainly did not go
// out counts against no cap.
func (d *docket) endMessage(f debt.MessageEnded) {
	d.queue.Queue(`update messages set state = $2, ended_at = $3, code = coalesce(nullif($4, ''), code),
		provider_id = coalesce(nullif($5, ''), provider_id) where id = $1`, f.Message, f.State, d.now, f.Code, f.Provider)
	if f.State == "failed" {
		d.queue.Queue(`delete from contacts where message_id = $1`, f.Message)
		for i := len(d.contacts) - 1; i >= 0; i-- {
			if d.contactBy[i] == f.Message {
				d.contacts, d.contactBy = slices.Delete(d.contacts, i, i+1), slices.Delete(d.contactBy, i, i+1)
			}
		}
	}
}
