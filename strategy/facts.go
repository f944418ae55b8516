package strategy

import (
	"slices"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
)

// How long a hold that a person has to look at is carried on each time.
const (
	reviewDays        = 14
	reviewLimitedDays = 90 // nothing presses once the period is over
)

// Facts are what doing d at now puts on the record of the case: the forecast
// assumes them, the activities record them. ids gives new ids in order of use:
// of the message, task, handoff or hold that d makes, found again in
// MessageReserved.Mark.Message, StepDone.Ref, AlarmRaised.Task,
// HandoffOffered.Handoff and HoldPlaced.Hold. A send is reserved and sent in
// one; who sends by a provider records the first and learns the second.
func Facts(s *Situation, d Decision, now time.Time, ids func() string) []debt.Fact {
	f := minutes{s: s, c: s.Case, d: d, now: now, today: calendar.DateOf(now.In(d.At.Location())), ids: ids}
	f.out = make([]debt.Fact, 0, 4+len(d.Skips))
	for _, step := range d.Skips {
		why := d.Why[0].Code
		if k, _ := s.Strategy.find(step); k >= 0 && s.Strategy.Steps[k].Offset < 0 {
			why = "due_passed"
		}
		f.add(debt.StepSkipped{Step: step, Why: why})
	}
	if d.Do != CloseCase && d.Stage != "" && d.Stage != f.c.Stage && f.c.Open() {
		f.add(debt.StageChanged{From: f.c.Stage, To: d.Stage, Why: d.Why[0].Code})
	}
	f.write()
	return f.out
}

// minutes are the facts of one decision being written.
type minutes struct {
	s     *Situation
	c     *debt.Case
	d     Decision
	now   time.Time
	today calendar.Date
	ids   func() string
	out   []debt.Fact
}

func (f *minutes) add(x debt.Fact) { f.out = append(f.out, x) }

func (f *minutes) write() {
	d := &f.d
	switch d.Do {
	case SendEmail, SendSMS, SendWhatsApp, IssueClaim:
		f.sent()
	case OpenTask:
		id := f.ids()
		f.done(id)
		f.told(id)
	case OfferHandoff:
		id := f.ids()
		f.add(debt.HandoffOffered{Handoff: debt.Handoff{
			ID: id, Firm: d.Target, Offered: f.now, State: "offered",
			Until: f.today.AddDays(max(f.s.Strategy.Handoff.AcceptDays, 1)),
		}})
		f.done(id)
	case LapseHandoff:
		f.add(debt.HandoffEnded{Handoff: d.Target, State: "lapsed"})
	case BreakPromise:
		f.missed()
	case DefaultPlan:
		f.defaulted()
	case LapseOffer:
		if slices.ContainsFunc(f.c.Plans, func(p debt.Plan) bool { return p.ID == d.Target }) {
			f.add(debt.PlanEnded{Plan: d.Target, State: debt.StateLapsed})
		} else {
			f.add(debt.OfferEnded{Offer: d.Target, State: debt.OfferLapsed})
		}
		f.release(d.Target, "offer_lapsed")
	case EndHold:
		f.endHold(d.Target)
	case ReviewHold:
		f.review()
	case RaiseAlarm:
		f.alarm()
	case Control:
		f.out = append(f.out, f.c.CreditsDue(f.s.terms(calendar.Place{}), f.today)...)
		f.add(debt.Controlled{})
	case CloseCase:
		f.closed()
	case ChangeStage, Nothing:
	}
}

// mark is the mark that the decision leaves.
func (f *minutes) mark(state string) debt.Mark {
	return debt.Mark{Step: f.d.Step, Occurrence: f.d.Occurrence, Channel: f.d.Channel, At: f.now, State: state}
}

func (f *minutes) done(ref string) { f.add(debt.StepDone{Mark: f.mark("done"), Ref: ref}) }

// sent writes a message down, and what it reminded of.
func (f *minutes) sent() {
	m := f.mark("reserved")
	m.Message = f.ids()
	f.add(debt.MessageReserved{Mark: m})
	f.add(debt.MessageEnded{Message: m.Message, State: "sent"})
	f.told(m.Message)
}

// onward ends the friendly first contact: who has promised has not forgotten,
// and is not written to as if they had.
func (f *minutes) onward(why string) {
	if f.c.Stage == debt.FriendlyContact {
		f.add(debt.StageChanged{From: f.c.Stage, To: debt.Reminders, Why: why})
	}
}

// release ends the holds of what has ended.
func (f *minutes) release(of, why string) {
	for _, h := range f.c.Holds {
		if h.Of == of {
			f.add(debt.HoldEnded{Hold: h.ID, Reason: h.Reason, Note: why})
		}
	}
}

func (f *minutes) endHold(id string) {
	for _, h := range f.c.Holds {
		if h.ID == id {
			f.add(debt.HoldEnded{Hold: h.ID, Reason: h.Reason, Note: "hold_until"})
		}
	}
}

func (f *minutes) review() {
	f.done(f.ids())
	for _, h := range f.c.Holds {
		if h.ID != f.d.Target {
			continue
		}
		days := reviewDays
		if h.Reason == debt.HoldLimited {
			days = reviewLimitedDays
		}
		f.add(debt.HoldExtended{Hold: h.ID, Until: f.today.AddDays(days)})
		f.escalate(h.Of)
	}
}

// alarm warns people; once the period is over it stops collection as well, and
// a person decides what becomes of the case. One that only presumes payment
// stops nothing: the debt is owed until the debtor pleads it, or the period
// behind it is over.
func (f *minutes) alarm() {
	f.add(debt.AlarmRaised{Alarm: f.d.Letter + "@" + f.d.Target, Task: f.ids()})
	if k := f.c.Clock(f.s.Law); f.d.Letter != "limitation_reached" || debt.Presumed(k) && !f.today.After(k.Ordinary.Cautious) {
		return
	}
	for _, h := range f.c.Holds {
		if h.Reason == debt.HoldLimited {
			return
		}
	}
	f.add(debt.HoldPlaced{Hold: debt.Hold{
		ID: f.ids(), Reason: debt.HoldLimited, Until: f.today.AddDays(reviewLimitedDays), Placed: f.now,
	}})
}

// closed ends the case and gives up the rest, which the tolerance allows.
func (f *minutes) closed() {
	rest := money.Of(0, f.c.Principal.Currency)
	if len(f.c.Imputations) > 0 || len(f.c.Adjustments) > 0 || len(f.c.Offers) > 0 {
		if b := f.c.Statement(f.s.terms(calendar.Place{}), f.today).Balance; b.Cents > 0 {
			rest = b
		}
	}
	f.out = append(f.out, f.c.EndAll()...)
	f.add(debt.CaseClosed{Outcome: f.d.Outcome, Reason: f.d.Why[0].Code, WrittenOff: rest})
}
