package strategy

import (
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
)

// The rules that a periodic control holds an open case to.
const (
	NoNextAction   = "no_next_action"   // nothing but the next control is to come, and nobody was asked
	NoContactPoint = "no_contact_point" // no channel reaches the debtor
	HoldOver       = "hold_over"        // a hold without an end, or past it
	DisputeOverdue = "dispute_overdue"  // an open dispute past the day of its answer
	PromiseOverdue = "promise_overdue"  // a promise past its grace that is neither kept nor broken
	PlanOverdue    = "plan_overdue"     // an instalment past its grace in a plan that runs on
	HandoffOverdue = "handoff_overdue"  // a firm did not answer in time, and nothing followed
	LimitationNear = "limitation_near"  // the period runs out and no act is planned
	ControlOverdue = "control_overdue"  // nobody has looked for longer than the strategy says
	ActionOverdue  = "action_overdue"   // what was to be done next has not been done
	TaskOverdue    = "task_overdue"     // a person's task past its day
	OutcomeUnknown = "outcome_unknown"  // a message of which nobody knows whether it went out
)

// Rules lists what a control looks for, in the order in which it is told.
var Rules = []string{ActionOverdue, NoNextAction, ControlOverdue, NoContactPoint, HoldOver, DisputeOverdue,
	PromiseOverdue, PlanOverdue, HandoffOverdue, LimitationNear, TaskOverdue, OutcomeUnknown}

// Fault is one thing that is off with a case from a day on, if nothing is done
// about it until then.
type Fault struct {
	Rule string        `json:"rule"`
	Of   string        `json:"of,omitempty"` // id of the hold, dispute, promise … it is about
	From calendar.Date `json:"from"`         // first day on which it is off
	On   calendar.Date `json:"on,omitzero"`  // the day that was missed, or is near
}

// near is how many days before the cautious limitation date an act has to be
// planned; less where the guard itself acts later.
const near = 90

// Faults lists what is off with case i, or will be before its next act, which is
// planned as d: had all been well, that act would have come first. What else is
// off is not the case's own: a task past its day, an act that was not carried out.
// The days leave one to act on, wherever the debtor lives.
func (p *Person) Faults(i int, d Decision, now time.Time) []Fault {
	b := newBoard(p)
	x := &b.seats[i]
	if !x.c.Open() || d.Final() {
		return nil
	}
	l := look{board: b, seat: x, now: now.In(b.zone)}
	l.today = calendar.DateOf(l.now)
	x.rank = x.c.Stage.Rank()
	x.readClock(l.today)
	f := faults{l: &l, d: d, until: calendar.DateOf(d.At.In(b.zone))}
	f.idle()
	f.held()
	f.promised()
	f.guarded()
	f.late(HandoffOverdue, l.lapse())
	f.late(ControlOverdue, mishap{day: l.controlDay()})
	return f.out
}

// faults are gathered up to the case's next act.
type faults struct {
	l     *look
	d     Decision
	until calendar.Date
	out   []Fault
}

// mishap is what was to be over on a day.
type mishap struct {
	of  string
	day calendar.Date
}

// late notes that something is off once its day is over, and a day to act on;
// no day is none.
func (f *faults) late(rule string, m mishap) {
	if from := m.day.AddDays(2); !m.day.IsZero() && !from.After(f.until) {
		f.out = append(f.out, Fault{Rule: rule, Of: m.of, From: from, On: m.day})
	}
}

// idle notes that nothing is to come, and that nobody could be reached.
func (f *faults) idle() {
	l := f.l
	if f.d.Do == Control && !l.accepted() && len(l.c.Holds) == 0 && l.s.Stopped == "" {
		f.out = append(f.out, Fault{Rule: NoNextAction, From: l.today})
	}
	if len(l.s.Reach) == 0 && !l.accepted() {
		f.out = append(f.out, Fault{Rule: NoContactPoint, From: l.today})
	}
}

func (f *faults) held() {
	for _, h := range f.l.c.Holds {
		switch {
		case h.Until.IsZero():
			f.out = append(f.out, Fault{Rule: HoldOver, Of: h.ID, From: f.l.today})
		case (h.Reason == debt.HoldPromise || h.Reason == debt.HoldPlan) && runs(f.l.c, h.Of):
			// It ends with the agreement, whose own day is looked at.
		default:
			f.late(HoldOver, mishap{h.ID, h.Until})
		}
	}
	for i := range f.l.c.Disputes {
		if d := &f.l.c.Disputes[i]; d.State == debt.DisputeOpen {
			f.late(DisputeOverdue, mishap{d.ID, f.l.c.AnswerDay(*d)})
		}
	}
}

func (f *faults) promised() {
	for i := range f.l.c.Promises {
		if pr := &f.l.c.Promises[i]; pr.State == debt.PromiseRunning {
			f.late(PromiseOverdue, mishap{pr.ID, latest(pr.PayBy, pr.GraceEnd)})
		}
	}
	for i := range f.l.c.Plans {
		pl := &f.l.c.Plans[i]
		if !pl.Stands() || f.d.Target == pl.ID { // else its own act waits for a lawful instant
			continue
		}
		if end, open := f.l.instalmentEnd(pl); open {
			f.late(PlanOverdue, mishap{pl.ID, end})
		}
	}
}

// guarded notes that the limitation period runs out without an act planned: no
// claim, no firm, nobody asked.
func (f *faults) guarded() {
	l := f.l
	last := l.clock.Cautious
	over := l.today.After(last) && (f.d.Do == RaiseAlarm || debt.Presumed(l.clock))
	if last.IsZero() || l.handed() || l.heldAsLimited() || over {
		return
	}
	planned := look{board: l.board, seat: l.seat, now: l.now, today: l.today}
	if planned.guard(); planned.best.Do != "" {
		return
	}
	if from := last.AddDays(2 - min(near, l.lead())); !from.After(f.until) {
		f.out = append(f.out, Fault{Rule: LimitationNear, From: from, On: last})
	}
}

// lapse is the handoff that a firm has not answered.
func (l *look) lapse() mishap {
	if n := len(l.c.Handoffs); n > 0 && l.c.Handoffs[n-1].State == "offered" {
		return mishap{l.c.Handoffs[n-1].ID, l.c.Handoffs[n-1].Until}
	}
	return mishap{}
}
