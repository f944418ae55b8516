package law

import (
	"slices"
	"strconv"

	"github.com/recobro/recobro/calendar"
)

// Limitation recomputes the limitation clock of c from its acts, in whatever
// order they are given.
func (j *Jurisdiction) Limitation(c Claim, acts []Act) Clock {
	c = normal(c)
	p := j.governing(&c)
	if p == nil {
		return Clock{AskPerson: true, Status: ToConfirm, Acts: []ActEffect{}, Flags: []string{"no_rule"}, Why: "The tables of " + j.Name + " have no period for this claim."}
	}
	anchor, flag := p.anchor(&c)
	acts = inOrder(acts)
	k := j.clock(p, &c, anchor, acts)
	if flag != "" {
		k.flag(flag)
		k.AskPerson = true
	}
	for _, n := range p.Notes {
		if !n.fits(&c) || n.NoContract && !c.Contracted.IsZero() {
			continue
		}
		k.flag(n.Flag)
		k.AskPerson = k.AskPerson || n.Ask
		if n.Or == "" {
			continue
		}
		other := j.named(n.Or, &c)
		from, _ := other.anchor(&c)
		k.Cautious = earlier(k.Cautious, j.cautious(other, &c, from, acts))
	}
	return k
}

// ClockFor runs the clock of the rule with that code from a given anchor; ok
// is false for a code that the place does not have.
func (j *Jurisdiction) ClockFor(rule string, anchor calendar.Date, acts []Act) (k Clock, ok bool) {
	c := Claim{}
	p := j.named(rule, &c)
	if p == nil {
		return Clock{}, false
	}
	if len(p.Kinds) > 0 {
		c.Kind = p.Kinds[0] // acts may mean something else for some kinds
	}
	return j.clock(p, &c, anchor, inOrder(acts)), true
}

// governing returns the first period that fits c.
func (j *Jurisdiction) governing(c *Claim) *Period {
	for i := range j.Periods {
		if p := &j.Periods[i]; !p.ByName && p.fits(c) {
			return p
		}
	}
	return nil
}

// named returns the period with that code, the row that fits c before others.
func (j *Jurisdiction) named(code string, c *Claim) *Period {
	var first *Period
	for i := range j.Periods {
		p := &j.Periods[i]
		if p.Code != code {
			continue
		}
		if p.fits(c) {
			return p
		}
		if first == nil {
			first = p
		}
	}
	return first
}

// anchor returns the day whose following day is the first of the period. The
// flag says that the day needed is not known: what stands in for it is the
// earliest of the other dates.
func (p *Period) anchor(c *Claim) (calendar.Date, string) {
	switch {
	case p.Start == FromProvided && !c.Provided.IsZero():
		return c.Provided, ""
	case p.Start == FromProvided:
		return earlier(c.Issued, c.Due), "provided_unknown"
	case c.Due.IsZero():
		return earlier(c.Issued, c.Provided), "due_unknown"
	case p.Start == FromCarriage:
		return CarriageAnchor(c.Contracted, c.Due), ""
	case p.Start == FromYearEnd:
		return calendar.Day(c.Due.Year(), 12, 31), ""
	}
	return c.Due, ""
}

// earlier returns the earlier of two days, or the one that is known.
func earlier(a, b calendar.Date) calendar.Date {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// dated is what happened on a day.
type dated interface{ on() calendar.Date }

func (a Act) on() calendar.Date { return a.Date }

// inOrder returns a list by day; what is of one day keeps its order.
func inOrder[T dated](list []T) []T {
	byDay := func(a, b T) int { return a.on().Compare(b.on()) }
	if slices.IsSortedFunc(list, byDay) {
		return list
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, byDay)
	return list
}

// clock runs the clock of p from anchor through acts, which are in order.
func (j *Jurisdiction) clock(p *Period, c *Claim, anchor calendar.Date, acts []Act) Clock {
	r := run{j: j, p: p, c: c}
	r.start(anchor)
	k := Clock{
		Rule: p.Code, Article: p.Source.String(), Status: p.Status, Anchor: anchor, Why: p.Why,
		Acts: make([]ActEffect, len(acts)), Flags: make([]string, 0, 4),
	}
	for _, f := range j.Flags {
		k.flag(f)
	}
	if len(p.Lengths) > 0 && anchor.Before(p.Lengths[len(p.Lengths)-1].From) {
		k.flag("earlier_law")
		k.AskPerson = true
	}
	order := r.sequence(acts)
	for n := range acts {
		i := at(order, n)
		k.Acts[i] = r.act(&acts[i], &k)
		k.Acts[i].LastDay = r.last
	}
	k.Period = r.term.String()
	k.LastDay, k.PrescribedFrom = r.last, r.last.AddDays(1)
	k.Anchor = r.anchor
	if r.stopped {
		k.flag(j.LongStop.Code)
	}
	for i := range j.Suspensions {
		if s := &j.Suspensions[i]; s.Off && s.From.Before(r.last) && s.Resume.After(r.anchor) {
			k.flag(s.Code)
		}
	}
	if j.Grace.covers(r.last) {
		k.flag(j.Grace.Code)
	}
	k.Cautious = r.last
	if r.doubtful || r.moved {
		k.Cautious = earlier(r.last, j.cautious(p, c, anchor, acts))
	}
	if r.toProve { // would a day be another without what nothing proves, or with its proof?
		proved := run{j: j, p: p, c: c}
		proved.through(anchor, slices.DeleteFunc(slices.Clone(acts), func(a Act) bool { return a.Unproved }))
		k.Cautious = earlier(k.Cautious, proved.last)
		shown := run{j: j, p: p, c: c, strict: true, byWord: true}
		if shown.through(anchor, acts); proved.last.Before(r.last) || k.Cautious.Before(earlier(r.last, shown.last)) {
			k.flag(FlagToProve)
		}
	}
	if p.Ordinary != "" {
		behind := j.clock(j.named(p.Ordinary, c), c, anchor, acts)
		k.Ordinary = behind.ordinary()
		if slices.Contains(behind.Flags, FlagToProve) {
			k.flag(FlagToProve)
		}
	}
	return k
}

// ordinary is k as the period behind one that only presumes payment.
func (k *Clock) ordinary() *Ordinary {
	return &Ordinary{k.Rule, k.Period, k.Article, k.Status, k.LastDay, k.PrescribedFrom, k.Cautious}
}

// cautious returns the last day in the reading that is hardest on the creditor.
func (j *Jurisdiction) cautious(p *Period, c *Claim, anchor calendar.Date, acts []Act) calendar.Date {
	r := run{j: j, p: p, c: c, strict: true}
	r.through(anchor, acts)
	return r.last
}

// through runs a clock of which the last day alone is wanted.
func (r *run) through(anchor calendar.Date, acts []Act) {
	r.start(anchor)
	var none Clock
	order := r.sequence(acts)
	for n := range acts {
		r.act(&acts[at(order, n)], &none)
	}
}

// sequence is the order in which acts count: by the day from which they do,
// which in some places lies days after the act. It is nil where that is the
// order in which they stand.
func (r *run) sequence(acts []Act) []int {
	counts := func(i int) calendar.Date {
		if rule := r.j.rule(acts[i].Type, r.c, r.p.Code); rule != nil {
			return acts[i].Date.AddDays(rule.After)
		}
		return acts[i].Date
	}
	if len(acts) < 2 || !r.j.countsLater() {
		return nil
	}
	order := make([]int, len(acts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return counts(a).Compare(counts(b)) })
	return order
}

// countsLater reports whether some act counts only from days after it.
func (j *Jurisdiction) countsLater() bool {
	for i := range j.Acts {
		if j.Acts[i].After > 0 {
			return true
		}
	}
	return false
}

// at is the n-th of an order, or n itself where there is none.
func at(order []int, n int) int {
	if order == nil {
		return n
	}
	return order[n]
}

// flag adds f, once.
func (k *Clock) flag(f string) {
	if !slices.Contains(k.Flags, f) {
		k.Flags = append(k.Flags, f)
	}
}

// String gives the length in words: "5 years", "6 months".
func (t Term) String() string {
	n, unit := t.Months, " month"
	if n%12 == 0 {
		n, unit = n/12, " year"
	}
	if n != 1 {
		unit += "s"
	}
	s := strconv.Itoa(n) + unit
	if !t.NotAfter.IsZero() {
		s += ", at the latest until " + t.NotAfter.String()
	}
	return s
}

// WithSuspensions returns j with suspensions counted that are off until somebody
// confirms them, by their codes. ok is false for a code that j does not have.
func (j *Jurisdiction) WithSuspensions(codes ...string) (out *Jurisdiction, ok bool) {
	own := *j
	own.Suspensions = slices.Clone(j.Suspensions)
	for _, code := range codes {
		at := slices.IndexFunc(own.Suspensions, func(s Suspension) bool { return s.Code == code })
		if at < 0 {
			return nil, false
		}
		own.Suspensions[at].Off = false
	}
	return &own, true
}
