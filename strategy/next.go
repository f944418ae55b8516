package strategy

import (
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
)

// Next decides for case i of the person alone, as if the others stood still.
// Every candidate is dated as the first instant, not before now, at which it
// may happen; the earliest is taken, and of those at one instant the weightiest.
// So a decision made early is the decision made at its instant, if nothing new
// became known.
func (p *Person) Next(i int, now time.Time) Decision {
	return newBoard(p).next(i, now)
}

// The weights of candidates: of two at the same instant the lower goes first.
// What warns or asks a person stops nothing, and so lets a message of that
// instant go before it, which may then go out with those of other debts; the
// end of the period does not.
const (
	weightLaw = iota
	weightGuard
	weightHandoff
	weightAgreed
	weightHold
	weightLadder
	weightStage
	weightWarning
	weightControl
)

// touch is a contact as the caps see it: the day it fell on where the person lives.
type touch struct {
	day     calendar.Date
	phone   bool
	service bool
	of      string // case
}

// seat is one case at the board, with what is costly to work out again.
type seat struct {
	s    *Situation
	c    *debt.Case
	st   *Strategy
	rank int // of the case's stage

	acts  int // how many acts clock has seen, plus one
	clock law.Clock
	// barredBy is the last day that bars the claim by what is proved.
	barredBy calendar.Date
	// strictest is clock's own cautious date; waved says that it was told as
	// reached and another day is guarded, which clock's is then: the full last day,
	// or that of the period behind one that presumes payment.
	strictest calendar.Date
	waved     bool
	prior     calendar.Date // the day guarded before this one, if any
	alarms    [4]string     // names of the alarms of this clock, parallel to alarmDays and "reached"

	seq     int64 // plus one: the state that settled speaks of
	settled bool
	awaits  bool // all but interest whose rate is still to be published
	credits bool // a credit is to be used
}

// board is a person as decisions are made over them.
type board struct {
	p       *Person
	zone    *time.Location
	touches []touch
	seats   []seat
}

func newBoard(p *Person) *board {
	b := &board{p: p, zone: p.Place.Zone(), seats: make([]seat, len(p.Cases))}
	if b.zone == nil {
		b.zone = time.UTC
	}
	if len(p.Contacts) > 0 {
		b.touches = make([]touch, 0, len(p.Contacts)+8)
	}
	for _, c := range p.Contacts {
		b.touch(c)
	}
	for i := range p.Cases {
		s := &p.Cases[i]
		b.seats[i] = seat{s: s, c: s.Case, st: s.Strategy}
	}
	return b
}

func (b *board) touch(c Contact) {
	b.touches = append(b.touches, touch{
		day: calendar.DateOf(c.At.In(b.zone)), phone: c.Channel == "phone",
		service: c.Purpose == Service, of: c.Case,
	})
}

// look is one decision in the making.
type look struct {
	*board
	*seat
	now    time.Time // in the debtor's zone
	today  calendar.Date
	best   Decision
	weight int
}

func (b *board) next(i int, now time.Time) Decision {
	x := &b.seats[i]
	if !x.c.Open() {
		return Decision{Do: Nothing, Outcome: x.c.Outcome, Stage: x.c.Stage, Why: []Reason{{Code: "closed", What: string(x.c.Outcome)}}}
	}
	l := look{board: b, seat: x, now: now.In(b.zone)}
	l.today = calendar.DateOf(l.now)
	x.rank = x.c.Stage.Rank()
	switch {
	case l.isSettled():
		return l.closing()
	case x.credits: // before anything is claimed
		return Decision{Do: Control, At: l.now, Stage: x.c.Stage, Why: []Reason{{Code: "credit_used"}}}
	}
	x.readClock(l.today)
	if x.s.Stopped != Restored {
		l.handoff()
		l.agreed()
		l.disputes()
	}
	l.holds()
	l.stage()
	if !x.awaits { // nothing is claimed meanwhile: nothing is open that could be
		l.ladder()
		l.guard()
	}
	l.waiver()
	l.alarm()
	l.control()
	return l.best
}

// offer puts a candidate forward.
func (l *look) offer(weight int, d Decision) {
	if d.At.Before(l.now) {
		d.At = l.now
	}
	if d.Stage == "" {
		d.Stage = l.c.Stage
	}
	if l.best.Do == "" || d.At.Before(l.best.At) || (d.At.Equal(l.best.At) && weight < l.weight) {
		if weight == weightLadder {
			d.Skips = l.missed(d.At)
		}
		l.best, l.weight = d, weight
	}
}

// midnight is the instant at which day begins for the debtor.
func (l *look) midnight(day calendar.Date) time.Time { return day.At(0, 0, l.zone) }

// late reports that day lies so far ahead that something else comes first.
func (l *look) late(day calendar.Date) bool {
	return l.best.Do != "" && day.After(calendar.DateOf(l.best.At))
}

// isSettled asks what is owed only where something was paid or given up; a
// balance that is open stays open until the record says more.
func (l *look) isSettled() bool {
	c := l.c
	if len(c.Payments) == 0 && len(c.Adjustments) == 0 && len(c.Offers) == 0 {
		return false
	}
	if l.seq != c.Seq+1 {
		l.seq = c.Seq + 1
		t := l.s.terms(l.p.Place)
		l.credits = len(c.CreditsDue(t, l.today)) > 0
		l.settled = !l.credits && (met(c) || c.Settled(t, l.today))
		l.awaits = !l.settled && c.AwaitsRate(t, l.today)
	}
	return l.settled
}

func (l *look) closing() Decision {
	out := debt.Paid
	if t := l.s.terms(l.p.Place); met(l.c) && l.c.Statement(t, l.today).Balance.Cents > t.Limits.Tolerance.Cents {
		out = debt.Settled // by less than was owed
	}
	return Decision{Do: CloseCase, At: l.now, Stage: debt.Closed, Outcome: out, Why: []Reason{{Code: string(out)}}}
}

// met reports whether what was agreed is paid, and the rest given up for it.
func met(c *debt.Case) bool {
	for i := range c.Offers {
		if c.Offers[i].State == debt.OfferPaid {
			return true
		}
	}
	return c.RestWaived()
}

// terms are what the case is judged by when it is asked what is owed.
func (s *Situation) terms(place calendar.Place) debt.Terms {
	lim := s.Strategy.RulesIn(s.Case.Principal.Currency, debt.Limits{MaxDiscount: s.MaxDiscount})
	return debt.Terms{Law: s.Law, Limits: lim, Debtor: place, Home: place}
}

// stage moves a case on once its due date is over.
func (l *look) stage() {
	if l.c.Stage != debt.Upcoming {
		return
	}
	due := l.c.Claim.Due
	l.offer(weightStage, Decision{
		Do: ChangeStage, At: l.midnight(due.AddDays(1)), Stage: debt.FriendlyContact,
		Why: []Reason{{Code: "due_passed", On: due}},
	})
}

// holds date the end of every hold: some end by themselves, the others ask a
// person to look. Those of a running promise or plan end with it.
func (l *look) holds() {
	for i := range l.c.Holds {
		h := &l.c.Holds[i]
		do := ReviewHold
		switch {
		case h.ByItself():
			do = EndHold
		case h.Reason == debt.HoldPromise || h.Reason == debt.HoldPlan:
			if runs(l.c, h.Of) {
				continue
			}
			do = EndHold
		}
		d := Decision{
			Do: do, At: l.midnight(h.Until.AddDays(1)), Target: h.ID,
			Why: []Reason{{Code: "hold_until", On: h.Until, What: string(h.Reason)}},
		}
		if do == ReviewHold {
			d.Step, d.Letter, d.Occurrence = "review_hold", reviewOf(h), 1+count(l.c, "review_hold")
		}
		l.offer(weightHold, d)
		l.ask(h)
	}
}

// runs reports whether the promise, plan or offer with that id still runs.
func runs(c *debt.Case, id string) bool {
	for i := range c.Offers {
		if c.Offers[i].ID == id && c.Offers[i].Stands() {
			return true
		}
	}
	for i := range c.Promises {
		if c.Promises[i].ID == id && c.Promises[i].State == debt.PromiseRunning {
			return true
		}
	}
	for i := range c.Plans {
		if c.Plans[i].ID == id && c.Plans[i].Stands() {
			return true
		}
	}
	return false
}

// control looks at a case that nothing else was done on for as long as the
// strategy says, whatever is still to come: what was planned may have been wrong.
func (l *look) control() {
	day := l.controlDay()
	if l.late(day) {
		return
	}
	why := make([]Reason, 0, 2)
	why = append(why, Reason{Code: "control", N: l.controlDays()})
	switch {
	case l.s.Stopped != "":
		why = append(why, Reason{Code: "stopped", What: l.s.Stopped})
	case len(l.s.StoppedChannels) > 0:
		why = append(why, Reason{Code: "channel_stopped", What: l.s.StoppedChannels[0]})
	case l.accepted():
		why = append(why, Reason{Code: "with_lawyer"})
	case l.awaits:
		why = append(why, Reason{Code: "rate_awaited"})
	}
	l.offer(weightControl, Decision{Do: Control, At: l.midnight(day), Why: why})
}

func (l *look) controlDays() int { return max(l.st.ControlDays, 1) }

// controlDay is the day of the next control: so many days after the last act,
// or the last control.
func (l *look) controlDay() calendar.Date {
	last := l.c.Opened
	if l.c.Controlled.After(last) {
		last = l.c.Controlled
	}
	for i := range l.c.Marks {
		if l.c.Marks[i].At.After(last) {
			last = l.c.Marks[i].At
		}
	}
	return calendar.DateOf(last.In(l.zone)).AddDays(l.controlDays())
}

// count tells how often a step was done, or tried, by the record.
func count(c *debt.Case, step string) int {
	n := 0
	for i := range c.Marks {
		if c.Marks[i].Step == step && c.Marks[i].State != "skipped" {
			n++
		}
	}
	return n
}
