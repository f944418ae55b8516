package law

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/recobro/recobro/calendar"
)

// Page writes the tables of the places as one page of Markdown, for a lawyer to
// read and correct. A region that differs from its country in some tables only
// gives those; the country stands before it.
func Page(w io.Writer, places []*Jurisdiction) error {
	var m sheet
	m.put(pageHead + "\n")
	for _, j := range places {
		m.line("- [%s](#%s)", j.heading(), anchor(j.heading()))
	}
	m.line("- [Holidays](#holidays)\n- [Flags in words](#flags-in-words)")
	shown := map[string][]section{}
	for _, j := range places {
		own, err := j.sections()
		if err != nil {
			return fmt.Errorf("write the law of %s: %w", j.Code, err)
		}
		m.line("\n## %s\n", j.heading())
		for _, f := range j.Flags {
			m.line("**To confirm:** %s (`%s`)\n", InWords(f, "en"), f)
		}
		m.sections(own, shown[j.Country], j.Country)
		shown[j.Code] = own
	}
	m.holidays(places)
	m.flags()
	_, err := io.WriteString(w, m.markdown())
	return err
}

// Print writes all tables of j as plain text.
func (j *Jurisdiction) Print(w io.Writer) error {
	all, err := j.sections()
	if err != nil {
		return fmt.Errorf("print the law of %s: %w", j.Code, err)
	}
	var m strings.Builder
	fmt.Fprintf(&m, "%s  %s\n", j.Code, j.Name)
	for _, f := range j.Flags {
		fmt.Fprintf(&m, "To confirm: %s (%s)\n", InWords(f, "en"), f)
	}
	for _, s := range all {
		if body := s.body.text(); body != "" {
			fmt.Fprintf(&m, "\n%s\n%s\n%s", s.title, strings.Repeat("-", len(s.title)), body)
		}
	}
	_, err = io.WriteString(w, m.String())
	return err
}

func (j *Jurisdiction) heading() string { return j.Name + " (" + j.Code + ")" }

// anchor is the name that readers of Markdown give a heading.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		}
		return -1
	}, strings.ToLower(heading))
}

// pageHead tells what the page is and how it is corrected.
const pageHead = `# The law that the engine judges by

<!-- Written by ` + "`go generate ./law/...`" + ` from the tables in law/. Do not edit: a test compares. -->

Every rule below is a row in the engine's tables, with the text that it rests on and how sure it is. The engine has no other law. What no row
says it does not guess: the answer asks a person.

**This page is generated; correct the row, not the page.** To correct something, name the code of the row (such as ` + "`es_cc_1964`" + `), what it should say,
from which day, and the article; send it as an issue or as a change as [CONTRIBUTING.md](../CONTRIBUTING.md) describes under "Changing the law". A worked
record of your own ([law-records.md](law-records.md)) is the best correction: it says what must come out, with its arithmetic, and
` + "`recobro law check`" + ` shows whether it does. This is software, not legal advice.

**Status.** *Verified*: read in the statute or the official notice. *To confirm (official text not read)*: read in a secondary source that
quotes it, or reckoned by the formula of the statute. *To confirm*: from general knowledge. Every result that rests on a row that is not verified says so.

**First day** is the day from which a row holds; "–" means since before any claim that the tables know. Codes in ` + "`small type`" + ` are the ones that results,
records and the API use.

### How days are counted everywhere

- The day that a period runs from is not counted; the day after it is day one (art. 5.1 Código Civil of Spain, 121-23.2 of the Catalan code, 2228 Code
  civil, 279 b) Código Civil of Portugal).
- Months and years go from date to date. Where the month lacks the day, its last day counts: 31 August and six months is the last day of February; 29 February
  and a year is 28 February.
- The last day runs to midnight. An act on it is in time; the claim is time-barred from the day after.
- A suspension stops the clock from its first day until the day before the clock resumes; each of those days adds one, and days under two
  suspensions count once. An interruption in time starts the whole period anew; an act after the last day changes nothing.
- A payment or acknowledgement after the last day is not an interruption; it may be a waiver, for a lawyer to read. Limitation is a defence for the
  debtor to raise: the engine warns, asks a person, and hides nothing.
- Beside the last day the answer gives a *cautious* one, in the reading that is hardest on the creditor, wherever the law or the proof is open to debate.
- Interest is simple; its days run from the day after the due date (or the demand) to the day of payment, both included, over a year of 365 days, or by
  act/act where that is asked for (no statute fixes it: to confirm). Each line is rounded half up to the cent, and what is claimed is the sum of the lines.

### The places
`

// section is what a place has on one matter.
type section struct {
	title string
	body  *sheet
}

// sections writes those of a place; one that is the same as the country's is
// only named.
func (m *sheet) sections(own, of []section, country string) {
	var same []string
	for _, s := range own {
		body := s.body.markdown()
		if body == "" {
			continue
		}
		if slices.ContainsFunc(of, func(o section) bool { return o.title == s.title && o.body.markdown() == body }) {
			same = append(same, strings.ToLower(s.title[:1])+s.title[1:])
			continue
		}
		m.put("### " + s.title + "\n\n" + strings.TrimRight(body, "\n") + "\n\n")
	}
	if len(same) > 0 {
		m.line("As for %s: %s.", country, strings.Join(same, "; "))
	}
}

// noted writes flags with their words, under the rows that they doubt.
func (m *sheet) noted(list []string) {
	for i, s := range list {
		if i == 0 {
			m.line("")
		}
		m.line("- %s", s)
	}
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}

// linked is a source with its address.
func linked(s Source) string {
	if s.URL == "" {
		return s.String()
	}
	return "[" + s.String() + "](" + strings.ReplaceAll(s.URL, " ", "") + ")"
}

// inWords is a status as a lawyer reads it.
func inWords(s Status) string {
	switch s {
	case Verified:
		return "verified"
	case Secondary:
		return "**to confirm** (official text not read)"
	}
	return "**to confirm**"
}

// who says which claims a row is about.
func who(w When) string {
	if w.any() {
		return "every claim"
	}
	s := plainWords(anyOf(w.Kinds, "any claim"))
	if len(w.Creditors) > 0 {
		s += ", owed to a " + either(w.Creditors)
	}
	if len(w.Debtors) > 0 {
		s += ", owed by a " + either(w.Debtors)
	}
	if w.Home != "" {
		s += ", where the debtor lives in " + w.Home + " and the region is not given"
	}
	if !w.Contracted.IsZero() {
		s += ", of a contract from " + w.Contracted.String() + " on"
	}
	return s
}

// either names parties, one of which is meant.
func either(list []Party) string {
	words := make([]string, len(list))
	for i, p := range list {
		if words[i] = string(p); p == Public {
			words[i] = "public body"
		}
	}
	return strings.Join(words, " or ")
}

func plainWords(s string) string { return strings.ReplaceAll(s, "_", " ") }

// firstDayOf is the first day of a row, nothing where it holds since ever.
func firstDayOf(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// written collects what write puts on an empty sheet.
func written(write func(m *sheet)) *sheet {
	var m sheet
	write(&m)
	return &m
}

// cmpStatus is the status of a length, or of its period where it has none.
func cmpStatus(own, whole Status) Status {
	if own == "" {
		return whole
	}
	return own
}

func anyOf[T ~string](list []T, none string) string {
	if len(list) == 0 {
		return none
	}
	return Listed(list)
}

// Listed gives a list of words with commas between them, as people read it.
func Listed[T ~string](list []T) string {
	words := make([]string, len(list))
	for i, x := range list {
		words[i] = string(x)
	}
	return strings.Join(words, ", ")
}

// String says in words which claims a row is about.
func (w When) String() string {
	s := anyOf(w.Kinds, "any claim") + " of " + anyOf(w.Creditors, "any creditor") + " on " + anyOf(w.Debtors, "any debtor")
	if !w.Contracted.IsZero() {
		s += ", of a contract from " + w.Contracted.String() + " on"
	}
	return s
}
