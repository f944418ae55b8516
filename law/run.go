package law

import (
	"slices"

	"github.com/recobro/recobro/calendar"
)

// run is a limitation clock while its acts are gone through, day by day.
type run struct {
	j      *Jurisdiction
	p      *Period
	c      *Claim
	strict bool // the reading that is hardest on the creditor
	byWord bool // in which acts that nothing proves count all the same

	birth, anchor, last calendar.Date
	term                Term
	floor               calendar.Date // the last day cannot lie before it
	court               bool          // the present period began with a court act
	stops               []span        // suspensions by acts, as they came
	moved               bool          // the last day moved off a day of rest, once at least
	stopped             bool          // the long-stop cut the period
	doubtful            bool          // the strict reading may differ
	toProve             bool          // an act that nothing proves had an effect
	once                calendar.Date // of an act that counts once and has counted
}

// span is a stretch of days; to is excluded.
type span struct{ from, to calendar.Date }

// start begins the run with the claim's own period.
func (r *run) start(anchor calendar.Date) {
	r.birth = anchor
	r.anew(anchor)
}

// anew begins a full period whose anchor is given.
func (r *run) anew(anchor calendar.Date) {
	r.anchor = anchor
	rule, ok := InForce(r.p.Lengths, anchor)
	if !ok { // older than the table: its oldest row, with a flag of clock's
		rule = r.p.Lengths[len(r.p.Lengths)-1]
	}
	r.term = rule.Value
	r.settle()
}

// settle computes the last day of the present period. Where a newer and shorter
// one began for all when the law changed, days that stood still before it began
// lengthen the old one alone.
func (r *run) settle() {
	last := r.counted(r.anchor, r.anchor.AddMonths(r.term.Months))
	if t := &r.term; !t.NotAfter.IsZero() {
		last = earlier(last, r.counted(t.Since, t.NotAfter))
	}
	if last.Before(r.floor) {
		last = r.floor
	}
	last = r.cut(last)
	r.last = last
	if r.j.Move != nil && !r.strict {
		r.last = r.j.Move(last)
		r.moved = r.moved || r.last != last
	}
}

// counted is the last day of a period from anchor that would end on last, with
// the days that stood still. A suspended day after the anchor adds a day if the
// period has not ended before it: so each suspension that begins in time adds
// all of its days, once.
func (r *run) counted(anchor, last calendar.Date) calendar.Date {
	seen := anchor // the days up to here are dealt with
	own := r.stops
	law := r.j.Suspensions
	for len(own) > 0 || len(law) > 0 {
		var s span
		if len(own) == 0 || len(law) > 0 && !law[0].From.After(own[0].from) {
			if !law[0].Off {
				s = span{law[0].From, law[0].Resume}
			}
			law = law[1:]
		} else {
			s, own = own[0], own[1:]
		}
		first := s.from
		if !first.After(seen) {
			first = seen.AddDays(1)
		}
		if n := first.Days(s.to); n > 0 && !first.After(last) {
			last = last.AddDays(n)
			seen = s.to.AddDays(-1)
		}
	}
	return last
}

// cut applies the long-stop.
func (r *run) cut(last calendar.Date) calendar.Date {
	s := r.j.LongStop
	if s == nil || s.Court && r.court {
		r.stopped = false
		return last
	}
	end := r.birth.AddYears(s.Years)
	r.stopped = end.Before(last)
	if r.stopped {
		return end
	}
	return last
}

// act applies one act and says what it did; what concerns the clock as a whole
// it adds to k.
func (r *run) act(a *Act, k *Clock) ActEffect {
	e := ActEffect{Act: *a, Effect: NoEffect}
	rule := r.j.rule(a.Type, r.c, r.p.Code)
	switch {
	case rule == nil:
		e.Flag = "unknown_act"
		k.AskPerson = true
		return e
	case r.strict: // of that reading the last day alone is wanted
		if !a.Unproved || r.byWord {
			e = r.weigh(rule, a, k, e)
		}
		return e
	}
	e.Article, e.Status, e.Flag = rule.Source.String(), rule.Status, rule.Flag
	e = r.weigh(rule, a, k, e)
	if e.Effect != Interrupts && e.Effect != Suspends {
		return e
	}
	k.Status = leastSure(k.Status, rule.Status)
	if rule.Strictly != "" {
		r.doubtful, k.AskPerson = true, true
		k.flag(rule.Flag)
	}
	if a.Unproved {
		r.doubtful, r.toProve = true, true
		if e.Flag != "" { // the act shows what is missing: the row's own doubt is the clock's
			k.flag(e.Flag)
		}
		e.Flag = FlagToProve
	}
	return e
}

// FlagToProve is the flag of a clock that would have another last day without
// the acts that nothing proves, or a later cautious one with their proof; and of
// each such act that has an effect.
const FlagToProve = "act_to_prove"

// leastSure is the one of two marks that promises less.
func leastSure(a, b Status) Status {
	if a == Verified || a == Secondary && b == ToConfirm {
		return b
	}
	return a
}

// effect is what rule gives an act in the reading of r.
func (r *run) effect(rule *ActRule) Effect {
	if r.strict && rule.Strictly != "" {
		return rule.Strictly
	}
	return rule.Effect
}

// weigh says what an act does by its row.
func (r *run) weigh(rule *ActRule, a *Act, k *Clock, e ActEffect) ActEffect {
	effect := r.effect(rule)
	if effect == NoEffect {
		return e
	}
	if flag, ok := r.counts(rule, a, k); !ok {
		e.Flag = flag
		return e
	}
	from := a.Date.AddDays(rule.After)
	switch {
	case from.After(r.last):
		e.Effect = Late
		if effect == Keeps {
			e.Flag = "" // it says that the act came in time
		}
		if !a.Date.After(r.last) {
			e.Flag = "served_after_the_last_day"
			k.AskPerson = true
		}
		if t := &r.j.CourtTime; rule.Court && t.lodges(a.Date, r.last) {
			e.Flag = t.Lodging.Code
			k.flag(e.Flag)
			k.AskPerson = true
			return e
		}
		if g := r.j.Grace; g.covers(r.last) && !a.Date.After(g.Until) {
			e.Flag = g.Code
			k.AskPerson = true
			return e
		}
		if rule.ByDebtor {
			e.Flag = r.j.WaiverFlag
			k.flag("possible_waiver")
			k.AskPerson = true
		}
		return e
	case effect == Keeps:
		e.Effect = Keeps
		k.flag(rule.Flag)
		k.AskPerson = true
		return e
	case effect == Suspends:
		return r.suspend(rule, a, k, e)
	case from.Before(r.birth):
		e.Flag = "before_the_period"
		return e
	}
	e.Effect = Interrupts
	anchor := r.restart(rule, a, k, from)
	if from.Before(r.anchor) && !anchor.After(r.anchor) {
		return e // within an interruption that lasts longer
	}
	before := *r
	r.court = rule.Court
	r.anew(anchor)
	if r.stopped && r.last.Before(before.last) {
		// The long-stop bounds what an act can add, and takes nothing from what
		// an act before a court has given.
		*r = before
		e.Effect, e.Flag = NoEffect, r.j.LongStop.Code
		return e
	}
	e.Anew = Anew{r.anchor, r.term}
	return e
}

// rule returns the row for an act of type t on claim c, under the period with
// that code.
func (j *Jurisdiction) rule(t string, c *Claim, period string) *ActRule {
	for i := range j.Acts {
		if r := &j.Acts[i]; r.Type == t && r.fits(c) && (len(r.Under) == 0 || slices.Contains(r.Under, period)) {
			return r
		}
	}
	return nil
}

// counts reports whether the act can have its effect at all; if not, the flag
// says why.
func (r *run) counts(rule *ActRule, a *Act, k *Clock) (flag string, ok bool) {
	proved := a.Outcome == "received" || a.Outcome == "refused" || a.Outcome == "left_notice"
	switch {
	case r.p.Caducity && !rule.Court && len(rule.Under) == 0: // what the law says of this very period goes before
		if rule.ByDebtor {
			k.AskPerson = true
		}
		return "caducity", false
	case rule.Proof && !proved:
		return "no_proof_of_receipt", false
	case rule.Presumed && a.Outcome != "" && !proved:
		return "no_proof_of_receipt", false
	case rule.Presumed && !proved:
		r.doubtful = true
		k.flag("no_proof_of_receipt")
		return "no_proof_of_receipt", !r.strict
	case slices.Contains(rule.Void, a.Outcome):
		return "void_" + a.Outcome, false
	case slices.Contains(rule.Doubt, a.Outcome):
		r.doubtful = true
		k.flag("court_claim_" + a.Outcome)
		k.AskPerson = true
		return "court_claim_" + a.Outcome, !r.strict
	case rule.Once && r.effect(rule) == Suspends && !r.once.IsZero() && r.once != a.Date: // of one day are the same claim, noted twice
		return "only_once", false
	}
	return "", true
}

// suspend stops the clock for as long as the act lasts. One whose end is not
// known yet adds no days so far, and says so.
func (r *run) suspend(rule *ActRule, a *Act, k *Clock, e ActEffect) ActEffect {
	e.Effect = Suspends
	if rule.Once { // however long it lasts, and though nobody knows yet
		r.once = a.Date
	}
	if a.End.IsZero() {
		e.Flag = "suspension_open"
		k.flag("suspension_open")
		k.AskPerson = true
		return e
	}
	if !a.End.After(a.Date) {
		return e
	}
	r.stops = append(r.stops, span{a.Date, a.End})
	r.settle()
	if f := a.End.AddMonths(rule.Floor); rule.Floor > 0 && f.After(r.floor) {
		without := r.last
		r.floor = f
		if r.settle(); r.last.After(without) {
			e.Floor = Floor{rule.Floor, without}
		}
	}
	return e
}

// restart returns the anchor of the period that begins after an interruption.
func (r *run) restart(rule *ActRule, a *Act, k *Clock, from calendar.Date) calendar.Date {
	switch {
	case slices.Contains(rule.AtStart, a.Outcome):
		return from
	case a.End.After(from) && (rule.Court || rule.Lasts > 0):
		if a.Outcome == "upheld" {
			k.flag("judgment_has_its_own_period")
			k.AskPerson = true
		}
		return a.End
	case rule.Court:
		k.flag("court_claim_pending")
		return from
	}
	return from.AddDays(rule.Lasts)
}
