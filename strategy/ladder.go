package strategy

import (
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
)

// progress is how far a case has come on its ladder, by the marks on record.
type progress struct {
	last   int       // index of the highest step tried; -1 for none
	lastAt time.Time // when a step after the due date was last done
	lastK  int       // which one that was; -1 for none
	called time.Time // when the call of step last was opened, if it was
	done   bool      // step last is done
}

// climb reads the marks.
func (l *look) climb() progress {
	pr := progress{last: -1, lastK: -1}
	for i := range l.c.Marks {
		m := &l.c.Marks[i]
		k, call := l.st.find(m.Step)
		if k < 0 || m.State == "skipped" {
			continue
		}
		if k > pr.last {
			pr.last, pr.done, pr.called = k, false, time.Time{}
		}
		if k == pr.last {
			switch {
			case call:
				pr.called = m.At
			case m.State != "failed":
				pr.done = true
			}
		}
		if l.st.Steps[k].Offset >= 0 && (pr.lastK < 0 || m.At.After(pr.lastAt)) {
			pr.lastAt, pr.lastK = m.At, k
		}
	}
	if !pr.called.IsZero() && !pr.done {
		// Who was spoken to needs no letter; a call without a letter is all there is.
		pr.done = !l.c.Conversed.Before(pr.called) || l.st.Steps[pr.last].Letter == ""
	}
	return pr
}

// find gives the index of the step of that name, or of its call.
func (s *Strategy) find(mark string) (k int, call bool) {
	for i := range s.Steps {
		if s.Steps[i].Name == mark {
			return i, false
		}
		if s.Steps[i].call == mark {
			return i, true
		}
	}
	return -1, false
}

// ladder dates the next step that the creditor's strategy names. Steps are
// done in order and none is left out, but those that do not fit this debt and
// those before a due date that is over.
func (l *look) ladder() {
	if l.s.Stopped != "" || l.quiet() || len(l.c.Handoffs) > 0 || l.barred() {
		return
	}
	pr := l.climb()
	if l.c.Escalated {
		l.handOver(weightLadder, l.today, Reason{Code: "escalated"}, true)
		return
	}
	k := pr.last
	if k < 0 || pr.done {
		k++
	}
	for ; k < len(l.st.Steps); k++ {
		if k != pr.last && l.leftOut(k) {
			continue
		}
		if l.step(k, &pr) {
			return
		}
	}
}

// leftOut reports whether step k does not fit this debt any more, or at all.
func (l *look) leftOut(k int) bool {
	st := &l.st.Steps[k]
	switch {
	case st.Offset >= 0 && st.rank < l.rank:
		return true // a stage that the case has left
	case st.MinAmount > 0 && l.c.OpenPrincipal().Cents < st.MinAmount*100:
		return true
	case st.Offset < 0:
		return !l.today.Before(l.c.Claim.Due)
	}
	return l.skipped(st.Name)
}

// missed lists the steps of before the due date that a case was there for, and
// that an act at an instant after it comes without: an outage, a hold or a cap
// cost them. That act says so on the record.
func (l *look) missed(at time.Time) (steps []string) {
	due := l.c.Claim.Due
	if !calendar.DateOf(l.c.Opened.In(l.zone)).Before(due) || calendar.DateOf(at.In(l.zone)).Before(due) {
		return nil
	}
	for k := range l.st.Steps {
		if st := &l.st.Steps[k]; st.Offset < 0 && !l.marked(st.Name) && (st.MinAmount == 0 || l.c.OpenPrincipal().Cents >= st.MinAmount*100) {
			steps = append(steps, st.Name)
		}
	}
	return steps
}

// marked reports whether anything became of a step.
func (l *look) marked(step string) bool {
	for i := range l.c.Marks {
		if l.c.Marks[i].Step == step {
			return true
		}
	}
	return false
}

func (l *look) skipped(step string) bool {
	for i := range l.c.Marks {
		if l.c.Marks[i].State == "skipped" && l.c.Marks[i].Step == step {
			return true
		}
	}
	return false
}

// earliest gives the first day for step k, and why it is no sooner.
func (l *look) earliest(k int, pr *progress) (calendar.Date, []Reason) {
	st, due := &l.st.Steps[k], l.c.Claim.Due
	why := make([]Reason, 0, 5)
	if st.Offset < 0 {
		return due.AddDays(st.Offset), append(why, Reason{Code: "before_due", On: due, N: -st.Offset})
	}
	from := due.AddDays(max(st.Offset, 1))
	if from.After(due.AddDays(1)) {
		why = append(why, Reason{Code: "step_offset", On: due, N: st.Offset})
	} else {
		why = append(why, Reason{Code: "due_passed", On: due})
	}
	if pr.lastK >= 0 && pr.lastK != k {
		gap := st.Spacing
		if gap == 0 {
			gap = st.Offset - l.st.Steps[pr.lastK].Offset
		}
		last := calendar.DateOf(pr.lastAt.In(l.zone))
		if day := last.AddDays(gap); day.After(from) {
			from = day
			note(&why, Reason{Code: "spacing", On: last, N: gap})
		}
	}
	return l.pending(from, &why), why
}

// pending puts a step off while somebody has to answer: the debtor an offer or
// a plan, a supervisor an offer that is not made yet.
func (l *look) pending(from calendar.Date, why *[]Reason) calendar.Date {
	wait := func(until calendar.Date, code string) {
		if !until.Before(from) {
			from = until.AddDays(1)
			note(why, Reason{Code: code, On: until})
		}
	}
	for i := range l.c.Offers {
		switch o := &l.c.Offers[i]; {
		case o.Stands():
			wait(o.Until, "offer_until")
		case o.State == debt.OfferAwaiting:
			wait(o.Approve, "offer_to_approve")
		}
	}
	if pl, ok := l.c.Proposal(); ok {
		wait(pl.Until, "proposal_until")
	}
	return from
}

// step puts step k forward; false where it is to be passed over.
func (l *look) step(k int, pr *progress) bool {
	st := &l.st.Steps[k]
	from, why := l.earliest(k, pr)
	switch {
	case st.Act == "handoff":
		l.handOver(weightLadder, from, why[0], false)
		return true
	case st.Act == "call" && (k != pr.last || pr.called.IsZero()):
		if l.callable() && count(l.c, st.Name) == 0 {
			return l.call(st, from, why)
		}
		if st.Letter == "" {
			return false
		}
	case !pr.called.IsZero() && k == pr.last:
		day := calendar.DateOf(pr.called.In(l.zone))
		from = l.p.Place.AddWorkingDays(day, max(st.CallDays, 1))
		why = append(why[:0], Reason{Code: "call_unanswered", On: day, N: st.CallDays})
	}
	return l.message(st, from, why)
}

// callable reports whether somebody could call the debtor.
func (l *look) callable() bool {
	return l.s.Agents && has(l.s.Reach, "phone") && !has(l.s.StoppedChannels, "phone")
}

// call opens the task of calling the debtor.
func (l *look) call(st *Step, from calendar.Date, why []Reason) bool {
	a := ask{from: from, channel: "phone", capped: true}
	at, ok := l.instant(a, &why)
	if !ok {
		return false
	}
	l.overdue(a, &why)
	l.offer(weightLadder, Decision{
		Do: OpenTask, At: at, Step: st.call, Letter: "call", Channel: "phone", Purpose: Collection,
		Occurrence: 1 + count(l.c, st.call), Stage: l.onward(st), Why: why,
	})
	return true
}

// message sends a step's letter by the first of its channels that can be used.
func (l *look) message(st *Step, from calendar.Date, why []Reason) bool {
	ch, stopped := l.channel(st)
	if ch == "" && stopped {
		return true // it waits for the emergency stop to be lifted
	}
	a := ask{from: from, channel: ch, capped: true, after: l.again(st.Name, ch)}
	if st.Offset < 0 {
		a.last = l.c.Claim.Due.AddDays(-1)
	}
	d := Decision{Step: st.Name, Occurrence: 1 + count(l.c, st.Name), Stage: l.onward(st)}
	if ch == "" {
		if st.Offset < 0 {
			return false // a courtesy that cannot be sent needs no one's time
		}
		d.Do, d.Letter, d.At = OpenTask, "no_channel", l.midnight(from)
		d.Why = append(why, Reason{Code: "no_channel"})
		l.offer(weightLadder, d)
		return true
	}
	at, ok := l.instant(a, &why)
	if !ok {
		return false
	}
	l.overdue(a, &why)
	d.Do, d.At, d.Letter, d.Channel, d.Purpose, d.Why = sender(ch), at, st.Letter, ch, Collection, why
	if st.Act == "claim" {
		d.Do, d.Purpose = IssueClaim, LegalNotice
	}
	l.offer(weightLadder, d)
	return true
}

// channel gives the first channel of the step that reaches the debtor, has not
// failed for it and is not stopped; stopped tells that one would do but for a stop.
func (l *look) channel(st *Step) (ch string, stopped bool) {
	for _, ch := range st.Channels {
		if !has(l.s.Reach, ch) || l.failed(st.Name, ch) {
			continue
		}
		if has(l.s.StoppedChannels, ch) {
			stopped = true
			continue
		}
		return ch, false
	}
	return "", stopped
}

// What a provider that is away is given: so many tries, the first an hour after
// the failure, each wait twice as long as the one before.
const (
	mostTries  = 6
	firstPause = time.Hour
)

// failed reports whether the channel is of no use for the step: refused for
// good, or tried for long enough.
func (l *look) failed(step, channel string) bool {
	tries := 0
	for i := range l.c.Marks {
		if m := &l.c.Marks[i]; m.State == "failed" && m.Step == step && m.Channel == channel {
			if tries++; !m.Retry {
				return true
			}
		}
	}
	return tries >= mostTries
}

// again gives the instant at which a send that failed for a while may be tried
// again; zero where none did.
func (l *look) again(step, channel string) (at time.Time) {
	pause := firstPause
	for i := range l.c.Marks {
		if m := &l.c.Marks[i]; m.State == "failed" && m.Retry && m.Step == step && m.Channel == channel {
			at = m.At.Add(pause)
			pause *= 2
		}
	}
	return at
}

// onward is the stage after a step: its own, unless the case is further.
func (l *look) onward(st *Step) debt.Stage {
	if st.rank > l.rank {
		return st.Stage
	}
	return l.c.Stage
}
