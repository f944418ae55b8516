package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// limitationBrief is where the limitation of a debt stands.
type limitationBrief struct {
	LastDay        calendar.Date `json:"last_day"`
	PrescribedFrom calendar.Date `json:"prescribed_from"`
	Cautious       calendar.Date `json:"cautious"`
	Rule           string        `json:"rule"`
	AskPerson      bool          `json:"ask_person"`
	State          string        `json:"state"`
	Words          string        `json:"words"`
	// Ordinary is the period behind one that only presumes payment.
	Ordinary *law.Ordinary `json:"ordinary,omitempty"`
	Flags    []string      `json:"flags"`
	// Notice says which acts move the full date alone, until their documents are
	// there; ToProve names them.
	Notice  string   `json:"notice,omitempty"`
	ToProve []string `json:"to_prove,omitempty"`
}

func limitationOf(f record.File, to reader) limitationBrief {
	k := f.Clock
	v := limitationBrief{LastDay: k.LastDay, PrescribedFrom: k.PrescribedFrom, Cautious: k.Cautious, Rule: k.Rule,
		AskPerson: k.AskPerson, State: string(debt.StateOf(k, f.Today)), Words: stateWords(f, to.lang), Ordinary: k.Ordinary, Flags: some(k.Flags)}
	if slices.Contains(k.Flags, law.FlagToProve) {
		v.ToProve = f.Case.ActsToProve()
		v.Notice = clockWords("notice_to_prove", to.lang, clockTells{last: k.LastDay, cautious: k.Cautious, acts: v.ToProve})
	}
	return v
}

// said is a code with its words.
type said struct {
	Code  string `json:"code"`
	Words string `json:"words"`
}

// clockView is a limitation clock for a person to read: where it began, what
// each act did to it and what proves that act, where it stands, who was warned.
type clockView struct {
	law.Clock
	State       string    `json:"state"`
	Words       string    `json:"words"`
	Start       startView `json:"start"`
	DaysLeft    int       `json:"days_left"` // to the cautious date; negative once it is over
	CautiousWhy []said    `json:"cautious_why"`
	Acts        []actView `json:"acts"`
	FlagsWords  []string  `json:"flags_in_words"`
	ToConfirm   string    `json:"to_confirm,omitempty"`
	Question    string    `json:"question,omitempty"`
	Warnings    *warnings `json:"warnings,omitempty"`
	// Guarantors are those beside the debtor, each with a clock of its own.
	Guarantors []guarantorView `json:"guarantors"`
}

// startView is the day that the first period ran from.
type startView struct {
	On       calendar.Date `json:"on"`
	From     string        `json:"from"`
	Words    string        `json:"words"`
	Stand    bool          `json:"stand_in"` // the day needed is not known
	LastDay  calendar.Date `json:"last_day"` // if nothing had happened since
	AnewFrom calendar.Date `json:"anew_from,omitzero"`
}

// actView is an act with what it did, in words, and what proves it.
type actView struct {
	law.ActEffect
	// ID names an act that nothing proves yet, to put its document behind it.
	ID             string        `json:"id,omitempty"`
	EffectWords    string        `json:"effect_in_words"`
	FlagWords      string        `json:"flag_in_words,omitempty"`
	PrescribedFrom calendar.Date `json:"prescribed_from"`
	Evidence       evidenceView  `json:"evidence"`
}

// evidenceView says what on the record supports an act.
type evidenceView struct {
	State    string    `json:"state"`
	Proved   bool      `json:"proved"`
	Words    string    `json:"words"`
	Ref      string    `json:"ref,omitempty"`
	Seq      int64     `json:"event_seq,omitempty"`
	Recorded time.Time `json:"recorded_at,omitzero"`
	By       debt.Role `json:"by,omitempty"`
}

// warnings are those that people were given, and the next.
type warnings struct {
	Given []warning `json:"given"`
	Next  *warning  `json:"next,omitempty"`
}

// warning is one, of the day that it warned of.
type warning struct {
	Alarm string        `json:"alarm"`
	Of    calendar.Date `json:"of"`
	At    string        `json:"at"` // RFC 3339, in the debtor's zone
	Words string        `json:"words"`
}

// limitation shows the clock of a case.
func (s *server) limitation(ctx context.Context, c *call) (answer, error) {
	entries, err := s.wholeTimeline(ctx, c.id())
	if err != nil {
		return answer{}, err
	}
	docs, err := s.Documents.Documents(ctx, c.id())
	if err != nil {
		return answer{}, err
	}
	v := clockSheet(sources{c.file, entries, docs}, c.reader())
	if v.Guarantors, err = s.guarantors(ctx, c.file, c.reader()); err != nil {
		return answer{}, err
	}
	if v.Warnings.Next, err = s.nextWarning(ctx, c); err != nil {
		return answer{}, err
	}
	return ok(v)
}

// wholeTimeline reads every event of a case.
func (s *server) wholeTimeline(ctx context.Context, id string) ([]record.Entry, error) {
	var all []record.Entry
	for after := int64(0); ; {
		some, err := s.Cases.Timeline(ctx, id, after, pageMost)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		if len(some) < pageMost {
			return all, nil
		}
		after = some[len(some)-1].Seq
	}
}

// foreseen is how far ahead the next warning is looked for: the longest period
// of the tables, and a little.
const foreseen = 21

// nextWarning gives the next warning that the case's own forecast holds.
func (s *server) nextWarning(ctx context.Context, c *call) (*warning, error) {
	f := c.file
	last, _ := debt.Presses(f.Clock, f.Today)
	if !f.Case.Open() || last.IsZero() || last.Before(f.Today.AddDays(-1)) || f.Today.AddYears(foreseen).Before(last) {
		return nil, nil
	}
	steps, err := s.Findings.Forecast(ctx, c.id(), last.AddDays(2).At(0, 0, zoneOf(f)))
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(steps, func(d strategy.Decision) bool { return d.Do == strategy.RaiseAlarm })
	if i < 0 {
		return nil, nil
	}
	of, err := calendar.Parse(steps[i].Target)
	if err != nil {
		return nil, err
	}
	w := warningOf(steps[i].Letter, of, steps[i].At.In(zoneOf(f)), c.reader())
	return &w, nil
}

func warningOf(alarm string, of calendar.Date, at time.Time, to reader) warning {
	return warning{Alarm: alarm, Of: of, At: at.Truncate(time.Second).Format(time.RFC3339),
		Words: clockWords(alarm, to.lang, clockTells{last: of, left: calendar.DateOf(at).Days(of)})}
}

// sources are what a clock is shown from.
type sources struct {
	record.File
	entries []record.Entry
	docs    []record.Document
}

// clockSheet puts the clock of a case together, but for its next warning.
func clockSheet(of sources, to reader) clockView {
	k := of.Clock
	k.Flags = some(k.Flags)
	v := clockView{Clock: k, State: string(debt.StateOf(k, of.Today)), FlagsWords: make([]string, len(k.Flags)), Acts: make([]actView, len(k.Acts)),
		CautiousWhy: []said{}, Guarantors: []guarantorView{}, Warnings: &warnings{Given: []warning{}}}
	v.Words = stateWords(of.File, to.lang)
	if _, cautious := debt.Presses(k, of.Today); !cautious.IsZero() {
		v.DaysLeft = of.Today.Days(cautious)
	}
	for i, flag := range k.Flags {
		v.FlagsWords[i] = law.InWords(flag, to.lang)
	}
	for i, e := range k.Acts {
		v.Acts[i] = actView{ActEffect: e, EffectWords: clockWords("effect_"+string(e.Effect), to.lang, clockTells{last: e.LastDay}), Evidence: of.proof(e.Act, to)}
		if e.Act.Unproved {
			v.Acts[i].ID = e.Act.Ref
		}
		if e.Flag != "" {
			v.Acts[i].FlagWords = law.InWords(e.Flag, to.lang)
		}
		if !e.LastDay.IsZero() {
			v.Acts[i].PrescribedFrom = e.LastDay.AddDays(1)
		}
	}
	if k.Status != law.Verified {
		v.ToConfirm = clockWords("to_confirm", to.lang, clockTells{})
	}
	if j, known := countries.For(of.Case.Country, of.Case.Region); known {
		v.Start = startOf(j, of.Case, k, to)
		v.CautiousWhy = whyCautious(j, of.Case, k, to)
		v.Question = of.openQuestion(&v, j, to)
	}
	for _, e := range of.entries {
		if a, is := e.Data.(debt.AlarmRaised); is {
			letter, day, _ := strings.Cut(a.Alarm, "@")
			if on, err := calendar.Parse(day); err == nil {
				v.Warnings.Given = append(v.Warnings.Given, warningOf(letter, on, e.At.In(zoneOf(of.File)), to))
			}
		}
	}
	return v
}

// startOf says from which day the first period ran, and which day that is.
func startOf(j *law.Jurisdiction, c *debt.Case, k law.Clock, to reader) startView {
	first := j.Limitation(c.Claim, nil)
	s := startView{On: first.Anchor, LastDay: first.LastDay}
	switch claim := c.Claim; {
	case slices.Contains(first.Flags, "provided_unknown"), slices.Contains(first.Flags, "due_unknown"):
		s.From, s.Stand = "stand_in", true
	case first.Anchor.IsZero():
		s.From = "unknown"
	case first.Anchor == claim.Due:
		s.From = "due_on"
	case first.Anchor == claim.Provided:
		s.From = "provided_on"
	case !claim.Contracted.IsZero() && first.Anchor.After(claim.Contracted) && claim.Kind == law.Carriage:
		s.From = "contracted_on"
	default:
		s.From = "year_end"
	}
	if k.Anchor != first.Anchor {
		s.AnewFrom = k.Anchor
	}
	s.Words = clockWords("from_"+s.From, to.lang, clockTells{})
	return s
}

// whyCautious says why the cautious date lies before the full one: another
// reading of which period governs, an act that is doubtful or has yet to be
// proved, a last day that moved off a day of rest.
func whyCautious(j *law.Jurisdiction, c *debt.Case, k law.Clock, to reader) []said {
	out := []said{}
	if k.Cautious.IsZero() || k.Cautious == k.LastDay {
		return out
	}
	add := func(code string) {
		if !slices.ContainsFunc(out, func(s said) bool { return s.Code == code }) {
			out = append(out, said{code, law.InWords(code, to.lang)})
		}
	}
	for _, r := range j.Readings(c.Claim, c.LawActs())[1:] {
		if r.Cautious.Before(k.LastDay) {
			add(r.Flag)
		}
	}
	for _, flag := range k.Flags {
		switch flag {
		case "court_claim_pending":
		case law.FlagToProve, "no_proof_of_receipt", "carriage_written_claim", "carriage_call":
			add(flag)
		default:
			if strings.HasPrefix(flag, "court_claim_") {
				add(flag)
			}
		}
	}
	if len(out) == 0 {
		add("moved_off_rest")
	}
	return out
}

// openQuestion is what a person has to answer, where the law or the record leaves
// it to one: a document, where the debt is over without it, and else which of two
// days holds.
func (of sources) openQuestion(v *clockView, j *law.Jurisdiction, to reader) string {
	days := clockTells{acts: of.Case.ActsToProve()}
	days.last, days.cautious = debt.Presses(v.Clock, of.Today)
	switch v.State {
	case "cautious_date_passed":
		if of.Case.GoesOn(v.Clock) {
			return ""
		}
		if proved := of.Case.Proved(j); debt.Barred(proved, of.Today) {
			days.cautious, _ = debt.Bars(proved)
			return clockWords("ask_to_prove", to.lang, days)
		}
		return clockWords("ask_cautious_date_passed", to.lang, days)
	case "limited", "presumed_paid":
		return clockWords("ask_"+v.State, to.lang, days)
	}
	if !v.AskPerson {
		return ""
	}
	said := slices.Clone(v.FlagsWords)
	for _, a := range v.Acts {
		if a.FlagWords != "" && !slices.Contains(said, a.FlagWords) {
			said = append(said, a.FlagWords)
		}
	}
	return strings.TrimSpace(clockWords("ask_open", to.lang, days) + " " + strings.Join(said, " "))
}

// proof finds what on the record supports an act, and how far it proves it.
func (of sources) proof(a law.Act, to reader) evidenceView {
	v := evidenceView{State: "to_prove", Ref: a.Ref}
	switch {
	case a.Ref == "":
	case slices.ContainsFunc(of.docs, func(d record.Document) bool { return d.ID == a.Ref }):
		v.State, v.Proved = "document", true
	case slices.ContainsFunc(of.Case.Payments, func(p debt.Payment) bool { return p.ID == a.Ref }):
		v.State, v.Proved = "payment", true
	case slices.ContainsFunc(of.Case.Handoffs, func(h debt.Handoff) bool { return h.ID == a.Ref }):
		v.State, v.Proved = "lawyer", true
	case slices.ContainsFunc(of.Case.Marks, func(m debt.Mark) bool { return m.Message == a.Ref }):
		v.State = "sent"
	case of.agreed(a.Ref):
		v.State = "agreement"
	}
	if e, found := of.entryOf(a); found {
		v.Seq, v.Recorded, v.By = e.Seq, e.At, e.By.Role
		if _, first := e.Data.(debt.CaseOpened); first && v.State == "to_prove" && a.Ref != "" && !strings.HasPrefix(a.Ref, debt.EarlierAct) {
			v.State = "submitted" // the submission names a paper of the creditor's
		}
	}
	if v.State == "to_prove" {
		v.Ref = "" // a number that the act was given, and no paper
	}
	v.Words = clockWords("evidence_"+v.State, to.lang, clockTells{})
	return v
}

// agreed reports whether an id is that of a promise, a plan or an offer.
func (of sources) agreed(id string) bool {
	c := of.Case
	return slices.ContainsFunc(c.Promises, func(p debt.Promise) bool { return p.ID == id }) ||
		slices.ContainsFunc(c.Plans, func(p debt.Plan) bool { return p.ID == id }) ||
		slices.ContainsFunc(c.Offers, func(o debt.Offer) bool { return o.ID == id })
}

// entryOf finds the event that brought an act, or that put its document behind
// it.
func (of sources) entryOf(a law.Act) (record.Entry, bool) {
	same := func(b law.Act) bool {
		b.Unproved = a.Unproved // as the record of today marks it
		return a == b
	}
	for i, e := range of.entries {
		brought := false
		switch f := e.Data.(type) {
		case debt.CaseOpened: // as it folds: old ones name no acts
			brought = slices.ContainsFunc(debt.Fold([]debt.Event{{Fact: f}}).Acts, same)
		case debt.ActNoted:
			brought = same(f.Act)
		case debt.ActProved:
			if f.Document == a.Ref { // one paper may prove several acts
				named, before := a, of
				named.Ref, before.entries = f.Act, of.entries[:i]
				_, brought = before.entryOf(named)
			}
		case debt.PaymentReceived:
			brought = a.Type == "part_payment" && f.ID == a.Ref
		case debt.PromiseMade:
			brought = f.ID == a.Ref
		case debt.PlanAgreed:
			brought = f.Plan.ID == a.Ref
		case debt.PlanProposed:
			brought = f.Plan.ID == a.Ref && f.On == a.Date
		case debt.PlanConfirmed:
			brought = f.Plan == a.Ref && f.On == a.Date
		case debt.OfferEnded:
			brought = f.State == debt.OfferAccepted && f.Offer == a.Ref
		}
		if brought {
			return e, true
		}
	}
	return record.Entry{}, false
}

// showClock shows the clock of the dossier's case from what it holds.
func (d *dossier) showClock(f record.File, to reader) {
	entries := make([]record.Entry, len(d.Events))
	for i, e := range d.Events {
		entries[i] = record.Entry{Seq: e.Seq, Kind: e.Kind, At: e.At, By: e.By, Data: e.Data}
	}
	d.Limitation = clockSheet(sources{f, entries, d.Documents}, to)
}
