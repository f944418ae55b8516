package strategy

import (
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
)

// accepted reports whether a lawyer has the case: all automatic contact has ended.
func (l *look) accepted() bool {
	n := len(l.c.Handoffs)
	return n > 0 && l.c.Handoffs[n-1].State == "accepted"
}

// handoff follows a case that was put before a law firm.
func (l *look) handoff() {
	n := len(l.c.Handoffs)
	if n == 0 {
		return
	}
	h := &l.c.Handoffs[n-1]
	switch h.State {
	case "offered":
		l.offer(weightHandoff, Decision{
			Do: LapseHandoff, At: l.midnight(h.Until.AddDays(1)), Target: h.ID,
			Why: []Reason{{Code: "handoff_deadline", On: h.Until}},
		})
	case "declined", "lapsed", "returned":
		if l.s.Stopped == "" && !l.quiet() {
			l.handOver(weightHandoff, l.today, Reason{Code: "handoff_" + h.State}, true)
		}
	}
}

// handOver offers the case to the next firm that was not asked yet; a person
// is asked where the balance is small (unless somebody said so) or no firm is left.
func (l *look) handOver(weight int, from calendar.Date, cause Reason, small bool) {
	d := Decision{Step: l.st.handoff, Why: append(make([]Reason, 0, 4), cause)}
	if !small && l.c.OpenPrincipal().Cents < l.st.minBalance {
		l.once(weight, d, "study", from)
		return
	}
	firm := l.firm()
	if firm == "" {
		l.once(weight, d, "handoff_none", from)
		return
	}
	at, ok := l.instant(ask{from: from}, &d.Why)
	if !ok {
		return
	}
	d.Do, d.At, d.Target, d.Stage = OfferHandoff, at, firm, debt.LegalHandoff
	d.Occurrence = 1 + count(l.c, d.Step)
	l.offer(weight, d)
}

// firm is the best law firm that this case was not offered to yet.
func (l *look) firm() string {
next:
	for _, f := range l.s.Firms {
		for i := range l.c.Handoffs {
			if l.c.Handoffs[i].Firm == f {
				continue next
			}
		}
		return f
	}
	return ""
}

// once opens a task for a person, unless the record says that it was opened.
func (l *look) once(weight int, d Decision, kind string, from calendar.Date) {
	step := kind
	if weight == weightGuard {
		step = kind + "@" + l.clock.Cautious.String() // a period that began anew is asked about anew
		weight = weightWarning                        // it asks somebody, and stops nothing
	}
	if count(l.c, step) > 0 {
		return
	}
	d.Do, d.Step, d.Letter, d.Occurrence, d.At = OpenTask, step, kind, 1, l.midnight(from)
	d.Why = append(d.Why, Reason{Code: kind})
	l.offer(weight, d)
}
