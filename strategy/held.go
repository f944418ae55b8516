package strategy

import (
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
)

// quiet reports whether a hold stops collection contact.
func (l *look) quiet() bool { _, quiet := l.quietBy(); return quiet }

// quietBy is the hold that stops collection contact, if one does.
func (l *look) quietBy() (debt.Hold, bool) { return l.c.Quiet(len(l.s.Reach) > 0) }

// ask asks a person at once for what a hold needs and the engine cannot do: a
// claim filed in an insolvency, the heirs of who died, how to reach who
// represents the debtor.
func (l *look) ask(h *debt.Hold) {
	kind, on := "", calendar.Date{}
	switch {
	case h.Reason == debt.HoldInsolvency:
		kind = "proof_of_claim"
		if h.About != nil {
			on = h.About.ClaimBy
		}
	case h.Reason == debt.HoldDeceased:
		kind = "heirs"
	case h.Reason == debt.HoldRepresented && len(l.s.Reach) == 0:
		kind = "representative"
	default:
		return
	}
	step := kind + "@" + h.ID
	if count(l.c, step) > 0 {
		return
	}
	l.offer(weightHold, Decision{Do: OpenTask, At: l.now, Step: step, Target: h.ID, Letter: kind, Occurrence: 1,
		Why: []Reason{{Code: kind, On: on}}})
}
