package strategy

import (
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
)

// agreed dates what was promised, agreed or offered: the reminder before, and
// what follows when the day passes without the money.
func (l *look) agreed() {
	for i := range l.c.Promises {
		if pr := &l.c.Promises[i]; pr.State == debt.PromiseRunning {
			l.promise(pr)
		}
	}
	for i := range l.c.Plans {
		if pl := &l.c.Plans[i]; pl.State == debt.PromiseRunning {
			l.plan(pl)
		}
	}
	for i := range l.c.Offers {
		o := &l.c.Offers[i]
		if !stands(o) {
			continue
		}
		l.offer(weightAgreed, Decision{
			Do: LapseOffer, At: l.midnight(o.Until.AddDays(1)), Target: o.ID,
			Why: []Reason{{Code: "offer_until", On: o.Until}},
		})
	}
}

// stands reports whether the debtor may still take up, or pay, the offer.
func stands(o *debt.Offer) bool {
	return o.State == debt.OfferOpen || o.State == debt.OfferAccepted
}

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

// remind puts forward a service message, to be sent within the given days.
func (l *look) remind(letter, target string, from, last calendar.Date) bool {
	if l.s.Stopped != "" || l.accepted() || l.barred() || l.today.After(last) {
		return false
	}
	for _, ch := range [...]string{"email", "sms", "whatsapp"} {
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

func (l *look) plan(pl *debt.Plan) {
	if k, ok := unpaid(l.c, pl); ok {
		l.offer(weightAgreed, Decision{
			Do: DefaultPlan, At: l.midnight(pl.Instalments[k].GraceEnd.AddDays(1)), Target: pl.ID,
			Why: []Reason{{Code: "instalment_due", On: pl.Instalments[k].Due, N: k + 1}},
		})
	}
	if k, ok := l.toRemind(pl); ok {
		due := pl.Instalments[k].Due
		l.remind("instalment_reminder", pl.ID, due.AddDays(-l.st.Plans.RemindBefore), due)
	}
}

// toRemind gives the first instalment that is still to be reminded of.
func (l *look) toRemind(pl *debt.Plan) (int, bool) {
	if l.st.Plans.RemindBefore <= 0 {
		return 0, false
	}
	return instalmentToRemind(l.c, pl, l.today)
}

// instalmentToRemind gives the first instalment, due on today or later, that is
// neither paid nor reminded of.
func instalmentToRemind(c *debt.Case, pl *debt.Plan, today calendar.Date) (int, bool) {
	left := c.PaidSince(pl.From).Cents
	for k := range pl.Instalments {
		in := &pl.Instalments[k]
		left -= in.Amount.Cents
		if left < 0 && !in.Reminded && !in.Due.Before(today) {
			return k, true
		}
	}
	return 0, false
}

// unpaid gives the first instalment that the payments since the plan do not reach.
func unpaid(c *debt.Case, pl *debt.Plan) (int, bool) {
	left := c.PaidSince(pl.From).Cents
	for k := range pl.Instalments {
		if left -= pl.Instalments[k].Amount.Cents; left < 0 {
			return k, true
		}
	}
	return 0, false
}
