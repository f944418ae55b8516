package question

import (
	"fmt"
	"slices"
	"strings"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
)

// Limitation asks when a claim is time-barred: the rule is chosen from the
// claim, or named with the day that it runs from.
type Limitation struct {
	Place
	Claim
	Rule   string        `json:"rule,omitempty"`
	Anchor calendar.Date `json:"anchor_on,omitzero"` // the day whose following day is day one
	Acts   []law.Act     `json:"acts"`
	// Suspensions are the codes of those that the tables leave out until somebody
	// confirms them, and that the asker takes as confirmed.
	Suspensions []string `json:"suspensions,omitempty"`
}

// Act is an act with what it did, its flag in words.
type Act struct {
	law.ActEffect
	FlagInWords string `json:"flag_in_words,omitempty"`
}

// Reading is another period that a doubt opens.
type Reading struct {
	Flag    string        `json:"flag"`
	Words   string        `json:"flag_in_words"`
	Rule    string        `json:"rule"`
	Period  string        `json:"period"`
	Article string        `json:"article"`
	Status  law.Status    `json:"status"`
	LastDay calendar.Date `json:"last_day"`
}

// LimitationAnswer is the limitation clock of a claim, and how it was reckoned.
type LimitationAnswer struct {
	Jurisdiction string `json:"jurisdiction"`
	law.Clock
	Acts []Act `json:"acts"` // by day
	// Readings are the other periods that a doubt about the rule names.
	Readings []Reading `json:"readings"`
	Words
}

// Answer reckons the clock by the given laws, with flags in the given language. The error is of
// type Faults.
func (q Limitation) Answer(laws law.Places, language string) (LimitationAnswer, error) {
	var f Faults
	j := q.law(laws, &f)
	if q.Rule == "" {
		q.check(&f)
		f.add(!q.Anchor.IsZero(), "anchor_on", "without_rule", "is for a rule that is named: without one, give due_on")
		f.add(q.Due.IsZero() && q.Provided.IsZero() && q.Issued.IsZero(), "due_on", "missing", "is missing")
	} else {
		f.add(q.Anchor.IsZero(), "anchor_on", "missing", "is missing: the rule is named, and runs from the day after it")
	}
	if j != nil && len(q.Suspensions) > 0 {
		own, ok := j.WithSuspensions(q.Suspensions...)
		f.add(!ok, "suspensions", "suspension_unknown", "must be codes of suspensions of the place: recobro law "+j.Code+" lists them")
		j = own
	}
	for i, a := range q.Acts {
		checkAct(&f, fmt.Sprintf("acts[%d].", i), a)
	}
	if len(f) > 0 {
		return LimitationAnswer{}, f
	}
	run := func(j *law.Jurisdiction, acts []law.Act) (law.Clock, bool) {
		return j.Limitation(q.claim(), acts), true
	}
	if q.Rule != "" {
		run = func(j *law.Jurisdiction, acts []law.Act) (law.Clock, bool) { return j.ClockFor(q.Rule, q.Anchor, acts) }
	}
	k, ok := run(j, q.Acts)
	if !ok {
		f.add(true, "rule", "rule_unknown", "must be a rule of the place: recobro law "+j.Code+" lists them")
		return LimitationAnswer{}, f
	}
	out := LimitationAnswer{Jurisdiction: j.Code, Clock: k, Acts: []Act{}, Readings: []Reading{}, Words: words(k.Flags, language)}
	before, _ := run(j, nil)
	if k.Rule != "" { // the place has a period for it
		still := *j
		still.Move = nil
		unmoved, _ := run(&still, nil)
		out.begin(j, before, unmoved)
	}
	out.acts(j, before.LastDay, language)
	if q.Rule == "" {
		for _, r := range j.Readings(q.claim(), q.Acts)[1:] {
			out.Readings = append(out.Readings, Reading{r.Flag, law.InWords(r.Flag, language), r.Rule, r.Period, r.Article, r.Status, r.LastDay})
		}
	}
	out.end()
	return out, nil
}

// checkAct refuses an act that no table knows, or that ends before it began.
func checkAct(f *Faults, at string, a law.Act) {
	one(f, at+"type", a.Type, law.ActTypes)
	switch known := law.OutcomesOf(a.Type); {
	case a.Outcome == "" || !slices.Contains(law.ActTypes, a.Type):
	case known == nil:
		f.add(true, at+"outcome", "outcome_none", "must be left out: "+a.Type+" has no outcome")
	default:
		one(f, at+"outcome", a.Outcome, known)
	}
	f.add(a.Date.IsZero(), at+"date", "missing", "is missing")
	f.add(!a.End.IsZero() && a.End.Before(a.Date), at+"end", "end_before_start", "must not lie before the act's date")
}

// begin says how the period runs before any act: its length from the anchor,
// the days that do not count, and the move off a day of rest.
func (o *LimitationAnswer) begin(j *law.Jurisdiction, k, unmoved law.Clock) {
	t, known := termOf(j, &k)
	if !known {
		return
	}
	at := k.Anchor.AddMonths(t.Months)
	length, _, _ := strings.Cut(k.Period, ",")
	o.step("%s: %s + %s = %s (%s)", k.Rule, k.Anchor, length, at, k.Article)
	if end := t.NotAfter; !end.IsZero() && end.Before(at) {
		at = end
		o.step("at the latest %s, since the shorter period began to run for all", at)
	}
	if n := at.Days(unmoved.LastDay); n > 0 {
		var codes []string
		for i := range j.Suspensions {
			if s := &j.Suspensions[i]; !s.Off && !s.From.After(unmoved.LastDay) && s.Resume.After(k.Anchor) {
				codes = append(codes, s.Code+" ("+s.Source.String()+")")
				o.confirm(s.Status, "%s %s", s.Code, s.Source)
			}
		}
		o.step("%s + %s that did not count, %s = %s", at, counted(n, "day"), strings.Join(codes, ", "), unmoved.LastDay)
	} else if n < 0 {
		o.step("cut to %s: no act can carry it further", unmoved.LastDay)
	}
	if unmoved.LastDay != k.LastDay {
		o.step("%s is a day of rest: the last day moves to %s", unmoved.LastDay, k.LastDay)
	}
	o.step("last day before any act: %s", k.LastDay)
}

// acts says what each act did, and where the last day came to stand; last is
// the one before them.
func (o *LimitationAnswer) acts(j *law.Jurisdiction, last calendar.Date, language string) {
	for _, e := range o.Clock.Acts {
		a := Act{ActEffect: e}
		if e.Flag != "" {
			a.FlagInWords = law.InWords(e.Flag, language)
		}
		o.Acts = append(o.Acts, a)
		what := map[law.Effect]string{
			law.Interrupts: "the period starts anew", law.Suspends: "the clock stood still", law.NoEffect: "it changes nothing",
			law.Late: "after the last day, it changes nothing",
		}[e.Effect]
		line := fmt.Sprintf("%s %s: %s", e.Act.Date, e.Act.Type, what)
		if e.Article != "" {
			line += " (" + e.Article + ")"
		}
		line += "; " + sum(j, o.Rule, &e, last)
		last = e.LastDay
		if e.Flag != "" {
			line += "; " + law.InWords(e.Flag, "en")
		}
		o.step("%s", line)
		o.confirm(statusOf(j, &e), "what %s does, %s", e.Act.Type, e.Article)
	}
}

// sum says how an act moved the last day, which before it was last: as a sum
// where it is a plain one.
func sum(j *law.Jurisdiction, rule string, e *law.ActEffect, last calendar.Date) string {
	if n := last.Days(e.LastDay); e.Effect == law.Suspends && n > 0 {
		return fmt.Sprintf("%s + %s = %s", last, counted(n, "day"), e.LastDay)
	}
	for i := range j.Periods {
		p := &j.Periods[i]
		if p.Code != rule || e.Effect != law.Interrupts {
			continue
		}
		for _, from := range []calendar.Date{e.Act.Date, e.Act.End} {
			t, ok := law.InForce(p.Lengths, from)
			if ok && !from.IsZero() && from.AddMonths(t.Value.Months) == e.LastDay {
				return fmt.Sprintf("%s + %s = %s", from, law.Term{Months: t.Value.Months}, e.LastDay)
			}
		}
	}
	return "last day " + e.LastDay.String()
}

// end says the result, and the earlier day of the cautious reading.
func (o *LimitationAnswer) end() {
	if o.Rule == "" {
		o.confirm(law.ToConfirm, "no rule of the tables fits the claim")
		return
	}
	o.confirm(o.Status, "rule %s, %s", o.Rule, o.Article)
	o.step("time-barred from %s, the day after %s", o.PrescribedFrom, o.LastDay)
	if o.Cautious != o.LastDay {
		o.step("in the reading that is hardest on the creditor the last day is %s", o.Cautious)
	}
}

// termOf finds the length that the clock runs by in the table of periods.
func termOf(j *law.Jurisdiction, k *law.Clock) (law.Term, bool) {
	for i := range j.Periods {
		p := &j.Periods[i]
		if p.Code != k.Rule {
			continue
		}
		at := slices.IndexFunc(p.Lengths, func(r law.Rule[law.Term]) bool { return r.Value.String() == k.Period })
		if at >= 0 {
			return p.Lengths[at].Value, true
		}
	}
	return law.Term{}, false
}

// statusOf is the status of the row that said what an act does.
func statusOf(j *law.Jurisdiction, e *law.ActEffect) law.Status {
	for i := range j.Acts {
		if r := &j.Acts[i]; r.Type == e.Act.Type && r.Source.String() == e.Article {
			return r.Status
		}
	}
	return law.ToConfirm
}
