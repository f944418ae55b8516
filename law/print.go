package law

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/recobro/recobro/calendar"
)

// Print writes all tables of j for a lawyer to read; what is not verified says
// "to confirm".
func (j *Jurisdiction) Print(w io.Writer) error {
	p := &page{w: bufio.NewWriter(w)}
	p.line("%s  %s", j.Code, j.Name)
	for _, f := range j.Flags {
		p.line("  to confirm: %s: %s", f, InWords(f, "en"))
	}
	j.printPeriods(p)
	j.printActs(p)
	j.printStops(p)
	j.printInterest(p)
	j.printRest(p)
	j.printSeveral(p)
	j.printPayments(p)
	j.printCourts(p)
	j.printCourtTime(p)
	j.printConduct(p)
	for _, s := range j.Series {
		if err := p.series(s); err != nil {
			return err
		}
	}
	return p.w.Flush()
}

// page is where tables are written to; the first error stays in the writer.
type page struct{ w *bufio.Writer }

func (p *page) line(format string, a ...any) { fmt.Fprintf(p.w, format+"\n", a...) }

func (p *page) title(s string) { p.line("\n%s\n%s", s, strings.Repeat("-", len(s))) }

// doubt is the mark of what is not verified.
func doubt(s Status) string {
	switch s {
	case Verified:
		return ""
	case Secondary:
		return "  [to confirm: official text not read]"
	}
	return "  [to confirm]"
}

func (j *Jurisdiction) printPeriods(p *page) {
	p.title("Limitation periods, the first that fits")
	for i := range j.Periods {
		r := &j.Periods[i]
		p.line("%-18s %s%s", r.Code, r.Why, doubt(r.Status))
		if r.ByName {
			p.line("%18s applies where it is named", "")
		} else {
			p.line("%18s applies to %s", "", r.When)
		}
		for _, l := range r.Lengths {
			p.line("%18s %s%s, counted after %s%s", "", l.Value, since(l.From), r.Start, doubt(cmpStatus(l.Status, r.Status)))
		}
		if r.Caducity {
			p.line("%18s caducity: court acts alone interrupt it", "")
		}
		if r.Ordinary != "" {
			p.line("%18s it presumes payment; %s bars the claim", "", r.Ordinary)
		}
		for _, n := range r.Notes {
			p.line("%18s doubt: %s%s, for %s", "", n.Flag, other(n.Or), n.When)
			p.line("%18s        %s", "", InWords(n.Flag, "en"))
		}
		p.line("%18s %s", "", r.Source.URL)
	}
}

// cmpStatus is the status of a length, or of its period where it has none.
func cmpStatus(own, whole Status) Status {
	if own == "" {
		return whole
	}
	return own
}

func other(code string) string {
	if code == "" {
		return ""
	}
	return " (other reading: " + code + ")"
}

func since(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return " for claims from " + d.String()
}

func (j *Jurisdiction) printActs(p *page) {
	p.title("What interrupts, what suspends")
	for i := range j.Acts {
		r := &j.Acts[i]
		var more []string
		add := func(on bool, s string) {
			if on {
				more = append(more, s)
			}
		}
		add(len(r.Under) > 0, "under "+strings.Join(r.Under, ", "))
		add(len(r.Kinds) > 0, "for "+r.When.String())
		add(r.Proof || r.Presumed, "once delivery is proved")
		add(r.Court, "until the case ends")
		add(len(r.Void) > 0, "void if "+strings.Join(r.Void, ", "))
		add(len(r.AtStart) > 0, "from the filing if "+strings.Join(r.AtStart, ", "))
		add(len(r.Doubt) > 0, "a person reads it if "+strings.Join(r.Doubt, ", "))
		add(r.After > 0, fmt.Sprintf("from %d days after it", r.After))
		add(r.Lasts > 0, fmt.Sprintf("for %d days unless it ends otherwise", r.Lasts))
		add(r.Floor > 0, fmt.Sprintf("at least %d months remain", r.Floor))
		add(r.Strictly != "", "cautiously: "+string(r.Strictly))
		add(r.Once && r.Strictly == "", "once")
		add(r.Flag != "", r.Flag)
		p.line("%-32s %-11s %s%s%s", r.Type, r.Effect, r.Source, note(strings.Join(more, "; ")), doubt(r.Status))
	}
}

func (j *Jurisdiction) printStops(p *page) {
	p.title("Suspensions for everybody, long-stop, end of the period")
	for _, s := range j.Suspensions {
		off := ""
		if s.Off {
			off = "; not counted until confirmed"
		}
		p.line("%-18s %s to %s: %d days; %s%s%s", s.Code, s.From, s.Resume.AddDays(-1), s.From.Days(s.Resume), s.Source, off, doubt(s.Status))
	}
	if s := j.LongStop; s != nil {
		court := ""
		if s.Court {
			court = ", not against court acts"
		}
		p.line("%-18s %d years from the due date%s; %s%s", s.Code, s.Years, court, s.Source, doubt(s.Status))
	}
	if g := j.Grace; g != nil {
		p.line("%-18s %s %s%s", g.Code, InWords(g.Code, "en"), g.Source, doubt(g.Status))
	}
	if j.Move == nil {
		p.line("The last day does not move off a Sunday or holiday.")
	} else {
		p.line("A last day that is a Sunday or holiday moves to the next working day.%s", doubt(ToConfirm))
	}
}

func (j *Jurisdiction) printInterest(p *page) {
	p.title("Late-payment interest, the first that fits")
	for i := range j.Terms {
		r := &j.Terms[i]
		p.line("%-18s %s%s", r.Code, r.Why, doubt(r.Status))
		p.line("%18s applies to %s; series %s", "", r.When, r.Table)
		if r.Contract {
			p.line("%18s an agreed rate goes before it", "")
		}
		if r.Floor != "" {
			p.line("%18s an agreed rate is at least three times %s", "", r.Floor)
		}
		flags := r.Flags
		if r.ScopeFlag != "" {
			flags = append(slices.Clone(flags), r.ScopeFlag+" for "+r.Scope.String())
		}
		for _, f := range flags {
			p.line("%18s doubt: %s", "", f)
			p.line("%18s        %s", "", InWords(strings.Fields(f)[0], "en"))
		}
	}
	p.line("Simple interest, days over %d, each line rounded half up to the cent.%s", YearDays, doubt(ToConfirm))
}

func (j *Jurisdiction) printRest(p *page) {
	p.title("Fixed compensation, imputation, contact")
	for _, f := range j.Fixed {
		p.line("%s per late invoice due from %s on, for %s; %s%s", f.Amount, f.From, f.When, f.Source, doubt(f.Status))
	}
	for _, r := range j.CostRules {
		p.line("Recovery costs: %s%s", r.Why, doubt(r.Status))
	}
	p.line("A payment goes to: %s", join(j.Imputation))
	for _, r := range j.Conduct {
		c := r.Contact
		var days, spans []string
		for d, on := range c.Days {
			if on {
				days = append(days, time.Weekday(d).String()[:3])
			}
		}
		for _, s := range c.Spans {
			spans = append(spans, fmt.Sprintf("%02d:%02d-%02d:%02d", s.From/60, s.From%60, s.To/60, s.To%60))
		}
		p.line("Contact of %s: %s, %s; %d calls in %d days, %d messages in %d days; see %s%s", anyOf(r.Debtors, "any debtor"),
			strings.Join(days, " "), strings.Join(spans, " "), c.CallsMax, c.CallsDays, c.MessageMax, c.MessageDays, c.Source, doubt(c.Status))
	}
}

// series writes the rows of a series.
func (p *page) series(s *Series) error {
	rows, err := s.Rows()
	if err != nil {
		return err
	}
	p.title("Rates: " + s.Name)
	if s.Months > 0 {
		p.line("up to %s; then look for: %s", s.Last(), s.Notice)
	} else {
		p.line("until it is changed by: %s", s.Notice)
	}
	for _, r := range rows {
		to := r.To.String()
		if r.To.IsZero() {
			to = "still open"
		}
		own := ""
		if r.Own != "" {
			own = fmt.Sprintf("; own row %s, added by key %s", r.Own, r.Author)
		}
		p.line("%s  %-10s  %6s %%  %s%s%s%s", r.From, to, r.Rate, r.Source, note(r.Note), own, doubt(r.Status))
	}
	return nil
}

func note(s string) string {
	if s == "" {
		return ""
	}
	return "; " + s
}

// String says in words which claims a row is about.
func (w When) String() string {
	s := anyOf(w.Kinds, "any claim") + " of " + anyOf(w.Creditors, "any creditor") + " on " + anyOf(w.Debtors, "any debtor")
	if !w.Contracted.IsZero() {
		s += ", of a contract from " + w.Contracted.String() + " on"
	}
	return s
}

func anyOf[T ~string](list []T, none string) string {
	if len(list) == 0 {
		return none
	}
	return join(list)
}

func join[T ~string](list []T) string {
	words := make([]string, len(list))
	for i, x := range list {
		words[i] = string(x)
	}
	return strings.Join(words, ", ")
}
