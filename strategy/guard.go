package strategy

import (
	"slices"
	"strconv"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
)

// proofDays are how many days the guard waits for the proof that its claim was
// received, or for what comes of its handoff, before it asks a person to act;
// half of what is left where that is less.
const proofDays = 10

// alarmDays are the days before the day guarded at which people are warned, the
// last being that it is over.
var alarmDays = [...]int{180, 90, 30, -1}

// readClock recomputes the limitation clock when the record's acts have
// changed. Its cautious date is the one that the case is guarded against.
func (x *seat) readClock(today calendar.Date) {
	if x.s.Law == nil {
		return
	}
	if x.acts != len(x.c.Acts)+1 {
		x.acts, x.waved = len(x.c.Acts)+1, false
		x.clock = x.c.Clock(x.s.Law)
		if x.clock.Cautious.IsZero() {
			x.clock.Cautious = x.clock.LastDay
		}
		x.strictest = x.clock.Cautious
		x.barredBy, _ = debt.Bars(x.clock)
		if slices.ContainsFunc(x.clock.Acts, func(e law.ActEffect) bool { return e.Act.Unproved }) {
			proved, _ := debt.Bars(x.c.Proved(x.s.Law))
			x.barredBy = earliest(x.barredBy, proved)
		}
		x.nameAlarms()
	}
	if day := x.guards(today); day != x.clock.Cautious {
		x.waved, x.clock.Cautious = day != x.strictest, day
		x.nameAlarms()
	}
}

// guards is the day that people are warned of: the cautious date, until it was
// told as reached; from then on the full last day, by what is proved, and while
// the case is held, that of what has yet to be proved. Of days that are over
// already only the latest is told. The end of a period that presumes payment holds
// nothing: once it was told, the period behind it is guarded, its cautious date first.
func (x *seat) guards(today calendar.Date) calendar.Date {
	day := x.strictest
	x.prior = calendar.Date{}
	if debt.Presumed(x.clock) {
		if !x.told(day) && !today.After(x.barredBy) {
			return day
		}
		x.prior, day = day, x.clock.Ordinary.Cautious
	}
	last, _ := debt.Bars(x.clock)
	for _, next := range [...]calendar.Date{x.barredBy, last} {
		switch told := x.told(day); {
		case !day.Before(next):
		case told && calendar.DateOf(x.c.Opened.UTC()).After(next): // a record that told the cautious date for both
			return day
		case today.After(next), told && (next == x.barredBy || x.heldAsLimited()):
			x.prior, day = day, next
		}
	}
	return day
}

// full is the last day of the period that the day guarded belongs to, in the
// reading that is kindest to the creditor.
func (x *seat) full() calendar.Date {
	if last, _ := debt.Bars(x.clock); x.clock.LastDay.Before(x.clock.Cautious) {
		return last
	}
	return x.clock.LastDay
}

// told reports whether people were told that a day was reached.
func (x *seat) told(day calendar.Date) bool {
	return has(x.c.Alarms, "limitation_reached@"+day.String())
}

// heldAsLimited reports whether the end of the period holds the case.
func (x *seat) heldAsLimited() bool {
	return slices.ContainsFunc(x.c.Holds, func(h debt.Hold) bool { return h.Reason == debt.HoldLimited })
}

// nameAlarms gives the alarms of this clock their names.
func (x *seat) nameAlarms() {
	if x.clock.Cautious.IsZero() {
		return
	}
	on := "@" + x.clock.Cautious.String()
	for i := range alarmDays {
		x.alarms[i] = alarmLetter(i) + on
	}
}

// barred reports whether the debt may no longer be claimed as due: its last day
// is over, or only acts that nothing proves keep it open.
func (l *look) barred() bool { return !l.barredBy.IsZero() && l.today.After(l.barredBy) }

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
		if has(l.c.Alarms, l.alarms[i]) && (days >= 0 || !l.barred() || l.heldAsLimited()) {
			next, reached = -1, -1 // what is less urgent is past
			continue
		}
		if days > half && days > alarmDays[2] {
			continue // a period this short is warned of later
		}
		if days >= 0 && !cautious.AddDays(-days).After(l.prior) {
			continue // who was told that the day before this was reached was told this one
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
		why[0] = Reason{Code: "limitation_reached", On: cautious}
		if !debt.Presumed(l.clock) || l.waved { // the end of a presumption stops nothing
			weight = weightLaw
		}
	} else if day.After(l.today) {
		why[0].N = alarmDays[i]
	}
	if full := l.full(); cautious.Before(full) {
		why[0].Code += "_cautious"
		why = append(why, Reason{Code: "limitation_full", On: full})
	}
	if l.accepted() {
		why = append(why, Reason{Code: "with_lawyer"})
	}
	l.offer(weight, Decision{
		Do: RaiseAlarm, At: l.midnight(day), Letter: alarmLetter(i), Target: cautious.String(), Why: why,
	})
}

// guard acts before the limitation period runs out: in Spain by the claim that
// interrupts it, elsewhere by handing the case over for the court, which alone does.
// Past a day that holds the case, a person was asked already what is to be done.
func (l *look) guard() {
	cautious := l.clock.Cautious
	if cautious.IsZero() || l.today.After(cautious) || l.s.Stopped != "" || l.handed() || (l.waved && l.heldAsLimited()) {
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
	if to < 0 {
		return
	}
	cause := Reason{Code: "limitation_guard", On: cautious}
	if at, done := l.guarded(to); done {
		// No channel of ours proves what was received, and a firm that was asked
		// has not gone to court: what is left is a person's to do.
		l.once(weightGuard, Decision{Why: []Reason{cause}}, "limitation_claim", latest(from, at.AddDays(min(proofDays, at.Days(cautious)/2))))
		return
	}
	st := &l.st.Steps[to]
	ch, _ := l.channel(st)
	if h, quiet := l.quietBy(); quiet || (st.Act == "claim" && ch == "") {
		d := Decision{Why: []Reason{cause}}
		if quiet {
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

// waiver asks a person about what the debtor did once the period was over: a
// payment or an admission may waive it, which a lawyer has to read.
func (l *look) waiver() {
	asked := count(l.c, "limitation_waiver@"+l.strictest.String()) > 0
	if !asked && l.today.After(l.clock.LastDay) && slices.Contains(l.clock.Flags, "possible_waiver") {
		why := []Reason{{Code: "limitation_reached", On: l.clock.LastDay}}
		l.once(weightGuard, Decision{Why: why}, "limitation_waiver", l.today)
	}
}

// guarded gives the day on which step to was done within the period that runs
// now, if it was: one that began anew is guarded anew.
func (l *look) guarded(to int) (day calendar.Date, done bool) {
	for i := range l.c.Marks {
		m := &l.c.Marks[i]
		if m.Step != l.st.Steps[to].Name || m.State == "failed" || m.State == "skipped" {
			continue
		}
		if on := calendar.DateOf(m.At.In(l.zone)); on.After(l.clock.Anchor) {
			day, done = latest(day, on), true
		}
	}
	return day, done
}

// earliest is the earlier of two days.
func earliest(a, b calendar.Date) calendar.Date {
	if b.Before(a) {
		return b
	}
	return a
}

// latest is the later of two days.
func latest(a, b calendar.Date) calendar.Date {
	if b.After(a) {
		return b
	}
	return a
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
