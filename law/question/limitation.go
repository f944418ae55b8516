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
	// Guarantors answer beside the debtor; the acts are the debtor's.
	Guarantors []Guarantor `json:"guarantors,omitempty"`
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
	// Guarantors are the clocks against those of the question, in their order.
	Guarantors []Guarantee `json:"guarantors,omitempty"`
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
		f.add(q.Claim != Claim{}, "rule", "rule_or_claim", "or a claim and its days must be given, and not both: a rule that is named runs from its own day alone")
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
		out.begin(j, before, unmoved.LastDay)
		unmoved, _ = run(&still, q.Acts)
		out.acts(j, before.LastDay, unmoved.Acts)
	}
	if q.Rule == "" {
		for _, r := range j.Readings(q.claim(), q.Acts)[1:] {
			out.Readings = append(out.Readings, Reading{r.Flag, law.InWords(r.Flag, language), r.Rule, r.Period, r.Article, r.Status, r.LastDay})
		}
	}
	out.Guarantors = q.guarantees(j, language)
	out.end(j)
	return out, nil
}

// guarantees runs the clocks against the guarantors of the question.
func (q Limitation) guarantees(j *law.Jurisdiction, language string) []Guarantee {
	if len(q.Guarantors) == 0 {
		return nil
	}
	bonds := make([]law.Bond, len(q.Guarantors))
	for i, g := range q.Guarantors {
		bonds[i] = g.Bond()
	}
	if q.Rule != "" {
		return Guarantees(j.Guarantees(q.Rule, q.Anchor, q.Acts, bonds), language)
	}
	return Guarantees(j.GuaranteesOf(q.claim(), q.Acts, bonds), language)
}

// checkAct refuses an act that no table knows, that ends before it began, or that
// has an end or an outcome which its type cannot have.
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
	f.add(!a.End.IsZero() && slices.Contains(law.ActTypes, a.Type) && !law.Lasts(a.Type), at+"end", "end_none", "must be left out: "+a.Type+" is done in a day")
}

// begin says how the period runs before any act.
func (o *LimitationAnswer) begin(j *law.Jurisdiction, k law.Clock, unmoved calendar.Date) {
	t, known := termOf(j, &k)
	if !known {
		return
	}
	at := k.Anchor.AddMonths(t.Months)
	o.step("%s: %s + %s = %s (%s)", k.Rule, k.Anchor, o.length(t.Months), at, k.Article)
	o.onwards(j, stretch{k.Anchor, t, unmoved, k.LastDay})
	o.step("last day before any act: %s", k.LastDay)
}

// stretch is a period from its anchor to its last day, with and without the
// move off a day of rest.
type stretch struct {
	anchor        calendar.Date
	term          law.Term
	unmoved, last calendar.Date
}

// onwards says how a period goes on from where its length alone would end: the
// shorter one that began for all, the days that do not count, what no act can
// pass, and the move off a day of rest.
func (o *LimitationAnswer) onwards(j *law.Jurisdiction, s stretch) {
	at := s.anchor.AddMonths(s.term.Months)
	if end := s.term.NotAfter; !end.IsZero() && end.Before(at) {
		at = end
		o.step("at the latest %s, since the shorter period began to run for all", at)
	}
	switch n := at.Days(s.unmoved); {
	case n > 0:
		var codes []string
		for i := range j.Suspensions {
			if x := &j.Suspensions[i]; !x.Off && !x.From.After(s.unmoved) && x.Resume.After(s.anchor) {
				codes = append(codes, x.Code+" ("+x.Source.String()+")")
				o.confirm(x.Status, "%s %s", x.Code, x.Source)
			}
		}
		if len(codes) == 0 {
			o.step("%s + %s that did not count = %s", at, o.days(n), s.unmoved)
			break
		}
		o.step("%s + %s that did not count, %s = %s", at, o.days(n), strings.Join(codes, ", "), s.unmoved)
	case n < 0:
		o.step("cut to %s: no act can carry it further", s.unmoved)
	}
	if s.unmoved != s.last {
		o.step("%s is a day of rest: the last day moves to %s", s.unmoved, s.last)
	}
}

// did is what an act does to the clock, as it is said.
var did = map[law.Effect]string{
	law.Interrupts: "the period starts anew", law.Suspends: "the clock stood still", law.NoEffect: "it changes nothing",
	law.Keeps: "filed in time, it keeps the right; no new period begins",
	law.Late:  "after the last day, it changes nothing",
}

// acts says what each act did, and where the last day came to stand; last is
// the one before them, and unmoved are the same acts where no day moves.
func (o *LimitationAnswer) acts(j *law.Jurisdiction, last calendar.Date, unmoved []law.ActEffect) {
	for i, e := range o.Clock.Acts {
		a := actOf(e, o.language)
		o.Acts = append(o.Acts, a)
		line := fmt.Sprintf("%s %s: %s", e.Act.Date, e.Act.Type, o.say(did[e.Effect]))
		if e.Article != "" {
			line += " (" + e.Article + ")"
		}
		anew := stretch{e.Anew.Anchor, e.Anew.Term, unmoved[i].LastDay, e.LastDay}
		begins := e.LastDay != last && !anew.anchor.IsZero()
		stood := e.LastDay // after the days that stood still
		if e.Floor.Months > 0 {
			stood = e.Floor.Without
		}
		switch n := last.Days(stood); {
		case begins:
			line += fmt.Sprintf("; %s + %s = %s", anew.anchor, o.length(anew.term.Months), anew.anchor.AddMonths(anew.term.Months))
		case e.Effect == law.Suspends && n > 0:
			line += fmt.Sprintf("; %s + %s = %s", last, o.days(n), stood)
		default:
			line += "; " + o.say("last day %s", stood)
		}
		if e.Flag != "" {
			line += "; " + a.FlagInWords
		}
		o.step("%s", line)
		if begins {
			o.onwards(j, anew)
		}
		if e.Floor.Months > 0 {
			o.step("at least %s remain from %s, when it ended: last day %s (%s)", o.months(e.Floor.Months), e.Act.End, e.LastDay, e.Article)
		}
		last = e.LastDay
		if e.Article != "" {
			o.confirm(e.Status, "what %s does, %s", e.Act.Type, e.Article)
		}
	}
}

// end says the result, and the earlier day of the cautious reading.
func (o *LimitationAnswer) end(j *law.Jurisdiction) {
	if o.Rule == "" {
		o.confirm(law.ToConfirm, "no rule of the tables fits the claim")
		return
	}
	for i := range j.Periods { // the answer's own status may be that of an act
		if p := &j.Periods[i]; p.Code == o.Rule && p.Why == o.Why {
			o.confirm(p.Status, "rule %s, %s", o.Rule, o.Article)
		}
	}
	if b := o.Ordinary; b != nil {
		o.step("payment is presumed from %s, the day after %s", o.PrescribedFrom, o.LastDay)
		o.step("time-barred from %s, the day after %s", b.PrescribedFrom, b.LastDay)
		o.step("that is the ordinary period, %s: %s (%s)", b.Rule, b.Period, b.Article)
	} else if !slices.ContainsFunc(o.Clock.Acts, func(e law.ActEffect) bool { return e.Effect == law.Keeps }) {
		o.step("time-barred from %s, the day after %s", o.PrescribedFrom, o.LastDay)
	}
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
