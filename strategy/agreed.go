package strategy

import (
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
)

// agreed dates what was promised, agreed or offered: the letter that puts it in
// writing, the reminder before, and what follows when the day passes without
// the money.
func (l *look) agreed() {
	for i := range l.c.Promises {
		if pr := &l.c.Promises[i]; pr.State == debt.PromiseRunning {
			l.promise(pr)
		}
	}
	for i := range l.c.Plans {
		switch pl := &l.c.Plans[i]; {
		case pl.Stands():
			l.write("plan_confirmation", pl.ID, pl.Letter)
			l.plan(pl)
		case pl.State == debt.StateProposed:
			l.write("plan_proposal", pl.ID, pl.Letter)
			l.offer(weightAgreed, Decision{
				Do: LapseOffer, At: l.midnight(pl.Until.AddDays(1)), Target: pl.ID,
				Why: []Reason{{Code: "proposal_until", On: pl.Until}},
			})
		}
	}
	for i := range l.c.Offers {
		l.settlement(&l.c.Offers[i])
	}
}

// settlement looks after an offer: above an agent's authority a supervisor is
// asked, else the debtor is told of it; each has until a day.
func (l *look) settlement(o *debt.Offer) {
	d := Decision{Do: LapseOffer, Target: o.ID}
	switch {
	case o.State == debt.OfferAwaiting:
		why := []Reason{{Code: "offer_to_approve", On: o.Approve}}
		if step := Approval(o.ID); count(l.c, step) == 0 {
			l.offer(weightAgreed, Decision{Do: OpenTask, At: l.now, Step: step, Target: o.ID, Letter: "approve_offer", Occurrence: 1, Why: why})
		}
		d.At, d.Why = l.midnight(o.Approve.AddDays(1)), why
	case o.Stands():
		if !l.today.After(o.Until) {
			l.write("settlement_offer", o.ID, o.Letter)
		}
		d.At, d.Why = l.midnight(o.Until.AddDays(1)), []Reason{{Code: "offer_until", On: o.Until}}
	default:
		return
	}
	l.offer(weightAgreed, d)
}

// Approval names the step of the task that asks a supervisor about an offer.
func Approval(offer string) string { return "approve_offer:" + offer }

func (l *look) promise(pr *debt.Promise) {
	end := pr.GraceEnd
	if end.Before(pr.PayBy) {
		end = pr.PayBy
	}
	l.offer(weightAgreed, Decision{
		Do: BreakPromise, At: l.midnight(end.AddDays(1)), Target: pr.ID,
		Why: []Reason{{Code: "promise_due", On: pr.PayBy}},
	})
	before := l.st.Promises.RemindBefore
	if pr.Reminded || before <= 0 {
		return
	}
	from := pr.PayBy.AddDays(-before)
	if made := calendar.DateOf(pr.Made.In(l.zone)); !from.After(made) {
		from = made.AddDays(1) // not in the same breath as its confirmation
	}
	l.remind("promise_reminder", pr.ID, from, pr.PayBy)
}

// byMessage are the channels of service messages, the first that can be used.
var byMessage = [...]string{"email", "sms", "whatsapp"}

// remind puts forward a service message, to be sent within the given days.
func (l *look) remind(letter, target string, from, last calendar.Date) bool {
	if l.s.Stopped != "" || l.accepted() || l.barred() || l.today.After(last) {
		return false
	}
	for _, ch := range byMessage {
		if !has(l.s.Reach, ch) || has(l.s.StoppedChannels, ch) {
			continue
		}
		why := make([]Reason, 0, 4)
		why = append(why, Reason{Code: letter, On: last})
		at, ok := l.instant(ask{from: from, last: last, channel: ch}, &why)
		if !ok {
			return false
		}
		l.offer(weightAgreed, Decision{
			Do: sender(ch), At: at, Step: letter, Target: target, Letter: letter, Channel: ch,
			Purpose: Service, Occurrence: 1 + count(l.c, letter), Why: why,
		})
		return true
	}
	return false
}

// write has a plan or an offer put in writing: at once, by e-mail where it is a
// plan, whose table is no text message. said is what did so, which may have failed.
func (l *look) write(letter, target, said string) {
	if said == debt.LetterDue || said != "" && l.lost(said) {
		n := len(byMessage)
		if letter != "settlement_offer" {
			n = 1
		}
		l.notify(letter, target, notice{on: l.today, by: byMessage[:n], cause: Reason{Code: letter}})
	}
}

// notice is a service message that must reach the debtor.
type notice struct {
	on    calendar.Date // not before this day
	by    []string      // channels, the first that can be used
	cause Reason
}

// notify puts forward a service message that must reach the debtor: by each of
// its channels until one takes it, else by a person, who is asked to. It waits
// for an emergency stop to be lifted.
func (l *look) notify(letter, target string, n notice) {
	if l.s.Stopped != "" {
		return
	}
	d := Decision{Step: letter, Target: target, Letter: letter, Occurrence: 1 + count(l.c, letter), Why: append(make([]Reason, 0, 4), n.cause)}
	for _, ch := range n.by {
		if l.accepted() || l.barred() || !has(l.s.Reach, ch) || l.failed(letter, ch) {
			continue
		}
		if has(l.s.StoppedChannels, ch) {
			return
		}
		at, ok := l.instant(ask{from: n.on, channel: ch, after: l.again(letter, ch)}, &d.Why)
		if !ok {
			return
		}
		d.Do, d.At, d.Channel, d.Purpose = sender(ch), at, ch, Service
		l.offer(weightAgreed, d)
		return
	}
	d.Do, d.At = OpenTask, l.midnight(n.on)
	l.offer(weightAgreed, d)
}

// lost reports whether a message failed: nobody has read it.
func (l *look) lost(message string) bool {
	for i := range l.c.Marks {
		if m := &l.c.Marks[i]; m.Message == message {
			return m.State == "failed"
		}
	}
	return false
}

// plan looks after a plan in force. A late instalment is told to the debtor, who
// has so many days to make it good; then the plan ends, and all is owed again.
// One that never began ends without: nothing was paid on the word of it.
func (l *look) plan(pl *debt.Plan) {
	if k, _, ok := l.c.OpenInstalment(pl); ok {
		in := &pl.Instalments[k]
		d := Decision{Do: DefaultPlan, Target: pl.ID, Why: []Reason{{Code: "instalment_due", On: in.Due, N: k + 1}}}
		end, _ := l.instalmentEnd(pl)
		told := in.Notice != "" && !l.lost(in.Notice)
		if told {
			d.Why = append(d.Why, Reason{Code: "instalment_cure", On: end})
		}
		if d.At = l.midnight(end.AddDays(1)); told || pl.CureDays == 0 || pl.State == debt.StateConfirmed {
			l.offer(weightAgreed, d)
		} else {
			l.notify("default_notice", pl.ID, notice{on: end.AddDays(1), by: byMessage[:], cause: d.Why[0]})
		}
	}
	if k, ok := l.toRemind(pl); ok {
		due := pl.Instalments[k].Due
		l.remind("instalment_reminder", pl.ID, due.AddDays(-l.st.Plans.RemindBefore), due)
	}
}

// instalmentEnd is the last day for the open instalment of a plan: that of its
// grace, or the one to make it good by once it was told; none where all is paid.
func (l *look) instalmentEnd(pl *debt.Plan) (last calendar.Date, open bool) {
	k, _, open := l.c.OpenInstalment(pl)
	if !open {
		return calendar.Date{}, false
	}
	if in := &pl.Instalments[k]; in.Notice != "" && !l.lost(in.Notice) {
		return in.Cure, true
	}
	return pl.Instalments[k].GraceEnd, true
}

// toRemind gives the first instalment that is still to be reminded of.
func (l *look) toRemind(pl *debt.Plan) (int, bool) {
	if l.st.Plans.RemindBefore <= 0 {
		return 0, false
	}
	return instalmentToRemind(l.c, pl, l.today)
}

// instalmentToRemind gives the first instalment, due on today or later, that is
// neither paid nor reminded of. Of one that was due as the plan was made the
// plan's own letter tells.
func instalmentToRemind(c *debt.Case, pl *debt.Plan, today calendar.Date) (int, bool) {
	left := c.PaidFor(pl).Cents
	for k := range pl.Instalments {
		in := &pl.Instalments[k]
		left -= in.Amount.Cents
		if left < 0 && !in.Reminded && !in.Due.Before(today) && in.Due.After(pl.From) {
			return k, true
		}
	}
	return 0, false
}
