package strategy

import (
	"slices"
	"strconv"

	"github.com/recobro/recobro/calendar"
)

// alarmDays are the days before the cautious limitation date at which people
// are warned, the last being that it is over.
var alarmDays = [...]int{180, 90, 30, -1}

// readClock recomputes the limitation clock when the record's acts have changed.
func (x *seat) readClock() {
	if x.acts == len(x.c.Acts)+1 || x.s.Law == nil {
		return
	}
	x.acts = len(x.c.Acts) + 1
	x.clock = x.c.Clock(x.s.Law)
	if x.clock.Cautious.IsZero() {
		x.clock.Cautious = x.clock.LastDay
	}
	if x.clock.Cautious.IsZero() {
		return
	}
	on := "@" + x.clock.Cautious.String()
	for i := range alarmDays {
		x.alarms[i] = alarmLetter(i) + on
	}
}

// alarmLetter names an alarm; the record adds the date that it warned of, so
// that a period that began anew is warned of anew.
func alarmLetter(i int) string {
	if alarmDays[i] < 0 {
		return "limitation_reached"
	}
	return "limitation_" + strconv.Itoa(alarmDays[i])
}

// lead is how many days before the cautious date the case must act: as the
// strategy says, or half the period where that is shorter.
func (l *look) lead() int {
	lead := l.st.Guard.Days
	if half := l.clock.Anchor.Days(l.clock.Cautious) / 2; !l.clock.Anchor.IsZero() && half < lead {
		lead = half
	}
	return lead
}

// alarm dates the next warning. Of several that are due only the most urgent
// is raised.
func (l *look) alarm() {
	cautious := l.clock.Cautious
	if cautious.IsZero() {
		return
	}
	half := l.clock.Anchor.Days(cautious) / 2
	next, reached := -1, -1
	for i, days := range alarmDays {
		if has(l.c.Alarms, l.alarms[i]) {
			next, reached = -1, -1 // what is less urgent is past
			continue
		}
		if days > half && days > alarmDays[2] {
			continue // a period this short is warned of later
		}
		if !cautious.AddDays(-days).After(l.today) {
			reached = i
		} else if next < 0 {
			next = i
		}
	}
	i := next
	if reached >= 0 {
		i = reached
	}
	if i < 0 {
		return
	}
	day := cautious.AddDays(-alarmDays[i])
	if l.late(day) {
		return
	}
	why, weight := []Reason{{Code: "limitation_alarm", On: cautious, N: l.today.Days(cautious)}}, weightWarning
	if alarmDays[i] < 0 {
		why[0], weight = Reason{Code: "limitation_reached", On: cautious}, weightLaw
	} else if day.After(l.today) {
		why[0].N = alarmDays[i]
	}
	l.offer(weight, Decision{
		Do: RaiseAlarm, At: l.midnight(day), Letter: alarmLetter(i), Target: cautious.String(), Why: why,
	})
}

// guard acts before the limitation period runs out: in Spain by the claim that
// interrupts it, elsewhere by handing the case over for the court, which alone does.
func (l *look) guard() {
	cautious := l.clock.Cautious
	if cautious.IsZero() || l.today.After(cautious) || l.s.Stopped != "" || l.handed() {
		return
	}
	from := cautious.AddDays(-l.lead())
	if !from.After(l.c.Claim.Due) {
		from = l.c.Claim.Due.AddDays(1)
	}
	if l.late(from) {
		return
	}
	to := l.st.guardStep()
	if to < 0 || l.guarded(to) {
		return
	}
	cause := Reason{Code: "limitation_guard", On: cautious}
	st := &l.st.Steps[to]
	ch, _ := l.channel(st)
	if h, held := l.c.Hold(); held || (st.Act == "claim" && ch == "") {
		d := Decision{Why: []Reason{cause}}
		if held {
			d.Why = append(d.Why, Reason{Code: "hold", On: h.Until, What: string(h.Reason)})
		}
		l.once(weightGuard, d, "limitation_claim", from)
		return
	}
	if st.Act == "handoff" {
		l.handOver(weightGuard, from, cause, false)
	} else {
		l.guardClaim(st, ch, from, cause)
	}
	if l.weight == weightGuard && l.best.Do != OpenTask {
		l.best.Skips = l.skips(to)
	}
}

func (l *look) guardClaim(st *Step, ch string, from calendar.Date, cause Reason) {
	why := append(make([]Reason, 0, 4), cause)
	at, ok := l.instant(ask{from: from, channel: ch, after: l.again(st.Name, ch)}, &why)
	if !ok {
		return
	}
	l.offer(weightGuard, Decision{
		Do: IssueClaim, At: at, Step: st.Name, Letter: st.Letter, Channel: ch, Purpose: LegalNotice,
		Occurrence: 1 + count(l.c, st.Name), Stage: l.onward(st), Why: why,
	})
}

// guardStep is the step that the guard jumps to.
func (s *Strategy) guardStep() int {
	act := "handoff"
	if s.Country == "ES" {
		act = "claim"
	}
	return slices.IndexFunc(s.Steps, func(st Step) bool { return st.Act == act })
}

// guarded reports whether step to was done within the period that runs now: one
// that began anew is guarded anew.
func (l *look) guarded(to int) bool {
	for i := range l.c.Marks {
		m := &l.c.Marks[i]
		if m.Step == l.st.Steps[to].Name && m.State != "failed" && m.State != "skipped" &&
			calendar.DateOf(m.At.In(l.zone)).After(l.clock.Anchor) {
			return true
		}
	}
	return false
}

// handed reports whether the case lies with a firm, or before one.
func (l *look) handed() bool {
	n := len(l.c.Handoffs)
	return n > 0 && (l.c.Handoffs[n-1].State == "offered" || l.c.Handoffs[n-1].State == "accepted")
}

// skips lists the steps that a jump to step to leaves out.
func (l *look) skips(to int) []string {
	pr := l.climb()
	k := pr.last
	if k < 0 || pr.done {
		k++
	}
	var out []string
	for ; k < to; k++ {
		if k == pr.last || !l.leftOut(k) {
			out = append(out, l.st.Steps[k].Name)
		}
	}
	return out
}
