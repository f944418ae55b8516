package law

import (
	"fmt"
	"strings"
)

// sections are the tables of j, in the order of a case's life.
func (j *Jurisdiction) sections() ([]section, error) {
	out := []section{
		{"Limitation periods", written(j.writePeriods)},
		{"What interrupts, what suspends", written(j.writeActs)},
		{"Suspensions for everybody, the longest life, the end of a period", written(j.writeStops)},
		{"Several debtors and guarantors", written(j.writeReach)},
		{"Late-payment interest", written(j.writeTerms)},
		{"Fixed compensation", written(j.writeFixed)},
		{"Where a payment goes", written(j.writeImputation)},
		{"Interest after a judgment", written(j.writeJudgments)},
		{"Payment terms where the contract is silent", written(j.writePaymentTerms)},
		{"VAT on bad debts", written(j.writeVAT)},
		{"What must be tried before court", written(j.writeAttempts)},
		{"Court routes", written(j.writeCourts)},
		{"Periods before a court", written(j.writeCourtTime)},
		{"Filing a claim in an insolvency", written(j.writeInsolvency)},
		{"When and how often a debtor is contacted", written(j.writeContact)},
		{"Rules of conduct", written(j.writeConduct)},
		{"Notices", written(j.writeNotices)},
		{"Credit bureaus", written(j.writeListing)},
		{"What else to know", written(j.writeRemarks)},
	}
	for _, s := range j.Series {
		rates, err := s.written()
		if err != nil {
			return nil, err
		}
		out = append(out, section{"Rates: " + s.Name, rates})
	}
	return out, nil
}

func (j *Jurisdiction) writePeriods(m *sheet) {
	var rows [][]string
	var notes []string
	seen := map[string]bool{}
	for i := range j.Periods {
		p := &j.Periods[i]
		about, start := who(p.When), string(p.Start)
		if p.ByName {
			about, start = "where it is named", start+", or the day that is named with it"
		}
		about += ". " + p.Why
		for _, l := range p.Lengths {
			length := l.Value.String()
			if p.Caducity {
				length += ", caducity"
			}
			if p.Ordinary != "" {
				length += ", then " + code(p.Ordinary)
			}
			rows = append(rows, []string{code(p.Code), about, length, start, linked(lengthSource(&l, p)), inWords(cmpStatus(l.Status, p.Status)), firstDayOf(l.From)})
		}
		for _, n := range p.Notes {
			s := fmt.Sprintf("%s: %s (`%s`", code(p.Code), InWords(n.Flag, "en"), n.Flag)
			if !n.any() {
				s += ", for " + who(n.When)
			}
			if n.Or != "" {
				s += "; other reading " + code(n.Or)
			}
			if n.Ask {
				s += "; a person is asked"
			}
			if s += ")"; !seen[s] {
				seen[s] = true
				notes = append(notes, s)
			}
		}
	}
	m.line("The first row that fits a claim governs it. \"Where it is named\": no kind of claim leads to the row; records, questions and doubts name it. " +
		"Caducity: acts before a court alone stop the period, unless the table of acts says otherwise for it. " +
		"\"Then\": the period only presumes payment, and the claim is barred when the one that is named there is over.\n")
	m.table([]string{"code", "for", "length", "runs from the day after", "source", "status", "first day"}, rows)
	m.noted(notes)
}

// lengthSource is the source of a length, or of its period where it has none.
func lengthSource(l *Rule[Term], p *Period) Source {
	if l.Source.Text == "" {
		return p.Source
	}
	return l.Source
}

func (j *Jurisdiction) writeActs(m *sheet) {
	var rows [][]string
	for i := range j.Acts {
		r := &j.Acts[i]
		about := "any period"
		if len(r.Under) > 0 {
			about = "under `" + strings.Join(r.Under, "`, `") + "`"
		}
		if len(r.Kinds)+len(r.Creditors)+len(r.Debtors) > 0 {
			about = who(r.When)
		}
		rows = append(rows, []string{code(r.Type), about, effectWords[r.Effect], strings.Join(r.conditions(), "; "), linked(r.Source), inWords(r.Status)})
	}
	m.line("The first row that fits counts.\n")
	m.table([]string{"act", "for", "effect", "how", "source", "status"}, rows)
	m.line("\nAfter the last day a payment, acknowledgement or request for instalments is `%s`: %s", j.WaiverFlag, InWords(j.WaiverFlag, "en"))
}

var effectWords = map[Effect]string{
	Interrupts: "**interrupts**: the period starts anew", Suspends: "**suspends**: the clock stands still", NoEffect: "nothing",
	Keeps: "**keeps** the right: no new period begins",
}

// conditions say how an act counts.
func (r *ActRule) conditions() []string {
	var out []string
	add := func(on bool, s string) {
		if on {
			out = append(out, s)
		}
	}
	add(r.Proof, "only with proof that it was received, refused or left to be collected")
	add(r.Presumed, "taken to have arrived; the cautious day wants the proof")
	add(r.Court && r.Effect == Interrupts, "until the case ends")
	add(len(r.Void) > 0, "never happened if "+Listed(r.Void))
	add(len(r.AtStart) > 0, "from its own day if "+Listed(r.AtStart))
	add(len(r.Doubt) > 0, "if "+Listed(r.Doubt)+", a person reads it and the cautious day leaves it out")
	add(r.After > 0, fmt.Sprintf("from %d days after it", r.After))
	add(r.Lasts > 0, fmt.Sprintf("for %d days unless it ends otherwise", r.Lasts))
	add(r.Floor > 0, fmt.Sprintf("at least %d months remain after it", r.Floor))
	add(r.Strictly == Suspends, "the cautious day takes it to suspend alone, and adds no days before its end is known")
	add(r.Strictly == NoEffect, "the cautious day leaves it out")
	add(r.Once && r.Strictly == "", "once; a second one does nothing")
	for i := range out {
		out[i] = plainWords(out[i])
	}
	add(r.Flag != "", InWords(r.Flag, "en")+" ("+code(r.Flag)+")")
	return out
}

func (j *Jurisdiction) writeStops(m *sheet) {
	var rows [][]string
	for _, s := range j.Suspensions {
		counted := "yes"
		if s.Off {
			counted = "no, until somebody confirms it; the clock is flagged"
		}
		rows = append(rows, []string{
			code(s.Code), s.From.String(), s.Resume.AddDays(-1).String(), fmt.Sprint(s.From.Days(s.Resume)), counted, linked(s.Source), inWords(s.Status),
		})
	}
	if len(rows) > 0 {
		m.table([]string{"code", "from", "to", "days", "counted", "source", "status"}, rows)
		m.line("")
	}
	if s := j.LongStop; s != nil {
		court := ""
		if s.Court {
			court = ", not against acts before a court"
		}
		m.line("- Longest life: %d years from the day the claim was born, whatever interrupts it%s (%s, %s; %s).", s.Years, court, code(s.Code), linked(s.Source), inWords(s.Status))
	}
	if g := j.Grace; g != nil {
		m.line("- %s (%s, %s; %s)", InWords(g.Code, "en"), code(g.Code), linked(g.Source), inWords(g.Status))
	}
	if j.Move == nil {
		m.line("- A last day on a Saturday, Sunday or holiday stays where it is.")
	} else {
		m.line("- A last day on a Sunday or national holiday moves to the next working day; a Saturday does not move, nor does a holiday of a municipality (%s).", inWords(ToConfirm))
	}
}

func (j *Jurisdiction) writeReach(m *sheet) {
	var rows [][]string
	for i := range j.Reach {
		r := &j.Reach[i]
		effect := "does not reach"
		if r.Reaches {
			effect = "reaches"
		}
		if r.Doubt {
			effect += "; open, a person is asked"
		}
		words := ""
		if r.Flag != "" {
			words = InWords(r.Flag, "en") + " (`" + r.Flag + "`)"
		}
		rows = append(rows, []string{plainWords(anyOf(r.Acts, "any act")), plainWords(anyOf(r.From, "anybody")), plainWords(anyOf(r.To, "anybody")), effect, words, linked(r.Source), inWords(r.Status)})
	}
	m.line("Whether an act on one of several persons reaches another; the first row that fits. What no row fits is open, and a person is asked.\n")
	m.table([]string{"act", "on or by", "for", "effect", "why", "source", "status"}, rows)
}

// facts writes rows that are for people to read.
func (m *sheet) facts(list []Fact) {
	var rows [][]string
	for _, f := range list {
		rows = append(rows, []string{code(f.Code), f.Rule, linked(f.Source), inWords(f.Status)})
	}
	m.table([]string{"code", "rule", "source", "status"}, rows)
}

func (j *Jurisdiction) writeAttempts(m *sheet) { m.facts(j.Attempts) }

func (j *Jurisdiction) writeRemarks(m *sheet) {
	m.line("Rules that no calculation applies by itself.\n")
	m.facts(j.Remarks)
}
