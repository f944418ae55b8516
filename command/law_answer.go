package command

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/question"
)

// sheet is an answer as text, a name and a value a line.
type sheet struct{ strings.Builder }

func (s *sheet) line(name, format string, a ...any) {
	fmt.Fprintf(s, "%-18s %s\n", name, fmt.Sprintf(format, a...))
}

// list writes entries under a title, nothing where there are none.
func (s *sheet) list(title string, entries []string) {
	if len(entries) == 0 {
		return
	}
	fmt.Fprintf(s, "\n%s\n", title)
	for _, e := range entries {
		fmt.Fprintf(s, "  %s\n", e)
	}
}

// words writes what every answer says beside its figures.
func (s *sheet) words(w *question.Words, flags []string, ask bool) {
	s.list("Arithmetic", w.Arithmetic)
	said := make([]string, len(flags))
	for i, f := range flags {
		said[i] = f + ": " + w.FlagsInWords[i]
	}
	s.list("Flags", said)
	s.list("To confirm", w.ToConfirm)
	if ask {
		s.list("Ask a person", []string{"The text leaves this open: a lawyer decides."})
	}
}

func printLimitation(w io.Writer, a *question.LimitationAnswer) error {
	var s sheet
	s.line("Law", "%s", a.Jurisdiction)
	if a.Rule != "" {
		s.line("Rule", "%s, %s: %s", a.Rule, a.Article, a.Period)
		s.line("Status", "%s", a.Status)
	}
	s.line("Why", "%s", a.Why)
	if a.Rule != "" {
		s.line("Runs from", "the day after %s", a.Anchor)
		s.line("Last day", "%s", a.LastDay)
		if a.Ordinary == nil {
			s.line("Time-barred from", "%s", a.PrescribedFrom)
		}
		if a.Cautious != a.LastDay {
			s.line("Cautious last day", "%s", a.Cautious)
		}
		if b := a.Ordinary; b != nil {
			s.line("Presumed paid from", "%s", a.PrescribedFrom)
			s.line("Ordinary period", "%s, %s: %s, last day %s, cautiously %s", b.Rule, b.Article, b.Period, b.LastDay, b.Cautious)
			s.line("Time-barred from", "%s", b.PrescribedFrom)
		}
	}
	guarantors := make([]string, len(a.Guarantors))
	for i, g := range a.Guarantors {
		guarantors[i] = fmt.Sprintf("%s: last day %s, cautiously %s", g.Bond, g.LastDay, g.Cautious)
		for n, flag := range g.Flags {
			guarantors[i] += fmt.Sprintf("; %s: %s", flag, g.FlagsInWords[n])
		}
		for _, e := range g.Acts {
			guarantors[i] += fmt.Sprintf("\n    %s %s: %s", e.Act.Date, e.Act.Type, strings.TrimSpace(string(e.Effect)+" "+e.FlagInWords))
		}
	}
	s.list("Guarantors", guarantors)
	other := make([]string, len(a.Readings))
	for i, r := range a.Readings {
		other[i] = fmt.Sprintf("%s, %s: %s, last day %s (%s)", r.Rule, r.Article, r.Period, r.LastDay, r.Words)
	}
	s.list("Other readings", other)
	s.words(&a.Words, a.Flags, a.AskPerson)
	_, err := io.WriteString(w, s.String())
	return err
}

// printInterest tells what a debt has grown to; own says that the operator's own
// rates were asked too.
func printInterest(w io.Writer, a *question.InterestAnswer, own bool) error {
	var s sheet
	s.line("Law", "%s", a.Jurisdiction)
	s.line("Rate", "%s, %s", a.Terms.Table, a.Terms.Article)
	s.line("Status", "%s", a.Terms.Status)
	s.line("Why", "%s", a.Terms.Why)
	if a.Terms.From.IsZero() {
		s.line("Runs from", "a demand: none is known")
	} else {
		s.line("Runs from", "%s", a.Terms.From)
	}
	s.line("Owed on", "%s", a.Until)
	s.line("Principal", "%s", a.Principal)
	s.line("Interest", "%s", a.Interest)
	s.line("Fixed sum", "%s", a.Compensation)
	s.line("Costs", "%s", a.Costs)
	s.line("Total", "%s", a.Total)
	if a.RateMissing {
		s.line("Estimate", "%s for days without a published rate, in no total", a.Estimate)
	}
	s.line("Payments go to", "%s", joined(a.Order))
	if own {
		s.line("Rates asked", "those of the engine, and the operator's own of the record at DATABASE_URL")
	} else {
		s.line("Rates asked", "those that ship with the engine")
	}
	s.list("Rates used", ratesUsed(a.Lines))
	s.words(&a.Words, a.Flags, a.AskPerson)
	_, err := io.WriteString(w, s.String())
	return err
}

// ratesUsed lists the rows that lines were reckoned by, each once.
func ratesUsed(lines []law.Line) []string {
	var out []string
	for _, l := range lines {
		if l.Row == nil || l.Missing {
			continue
		}
		whose := "shipped"
		if l.Row.Own != "" {
			whose = fmt.Sprintf("own row %s, added by key %s", l.Row.Own, l.Row.Author)
		}
		days := "from " + l.Row.From.String()
		if !l.Row.To.IsZero() {
			days = l.Row.From.String() + " to " + l.Row.To.String()
		}
		said := fmt.Sprintf("%s %s: %s %%, %s, %s; %s", l.Row.Series, days, l.Row.Rate, l.Row.Status, whose, l.Row.Source)
		if !slices.Contains(out, said) {
			out = append(out, said)
		}
	}
	return out
}
