package law

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/recobro/recobro/calendar"
)

func (j *Jurisdiction) writeCourts(m *sheet) {
	for i := range j.Courts {
		c := &j.Courts[i]
		m.line("#### %s `%s`\n", c.Name, c.Code)
		m.line("- For %s; with %s.", who(c.When), plainWords(anyOf(c.Documents, "any document, or none")))
		if c.CrossBorder {
			m.line("- Only where the debtor lives in another country of the Union.")
		}
		c.amounts(m)
		for _, s := range append([]string{c.LawyerText, c.Note}, c.Limits...) {
			if s != "" {
				m.line("- %s", s)
			}
		}
		for _, f := range c.Fees {
			m.line("- Fee %s: %s (%s; %s).", f.Fee, f.Why, linked(f.Source), inWords(f.Status))
		}
		if len(c.Fees) == 0 {
			m.line("- The court's fee is not in the tables.")
		}
		for _, r := range c.Prior {
			r.write(m)
		}
		for _, f := range c.Flags {
			m.line("- %s (`%s`)", InWords(f, "en"), f)
		}
		m.line("- Source: %s; %s.\n", linked(c.Source), inWords(c.Status))
	}
}

func (r *Court) amounts(m *sheet) {
	if !r.Cap.IsZero() {
		m.line("- Up to %s.", r.Cap)
	}
	for _, w := range r.CapUnless {
		m.line("- Without that limit for %s.", who(w))
	}
	if !r.Above.IsZero() {
		m.line("- Above %s.", r.Above)
	}
	for _, w := range r.AboveUnless {
		m.line("- Not for %s, whatever the amount.", who(w))
	}
	if r.LawyerAbove != nil {
		m.line("- The engine says that a lawyer is needed above %s.", *r.LawyerAbove)
	}
}

func (r *Prior) write(m *sheet) {
	what := "Nothing needs to be tried first"
	if r.Code != "" {
		what = "First: " + r.Name + " " + code(r.Code)
	}
	if !r.UpTo.IsZero() {
		what += ", up to " + r.UpTo.String()
	}
	m.line("- %s, for %s (%s; %s).", what, who(r.When), linked(r.Source), inWords(r.Status))
	if r.Flag != "" {
		m.line("  %s (`%s`)", InWords(r.Flag, "en"), r.Flag)
	}
}

func (j *Jurisdiction) writeCourtTime(m *sheet) {
	t := &j.CourtTime
	how := "all days count"
	if t.Working {
		how = "of a period in days only working days count"
	}
	if t.Suspends {
		how += ", but none of a recess"
	}
	m.line("The day of the notice is not counted; %s. Months go from date to date. A last day without court time moves to the next (%s; %s). "+
		"Holidays are those of the country and of the region of the court's postal code; those of its town are in no table and are given with the question.\n", how, linked(t.Source), inWords(t.Status))
	for _, r := range t.Recess {
		m.line("- No court time from %d %s to %d %s (%s; %s).", r.FromDay, r.FromMonth, r.ToDay, r.ToMonth, linked(r.Source), inWords(r.Status))
	}
	if l := t.Lodging; l != nil {
		m.line("- %s (%s, %s; %s)", InWords(l.Code, "en"), code(l.Code), linked(l.Source), inWords(l.Status))
	}
	if t.Flag != "" {
		m.line("- %s (`%s`)", InWords(t.Flag, "en"), t.Flag)
	}
}

func (j *Jurisdiction) writeContact(m *sheet) {
	var rows [][]string
	for _, r := range j.Conduct {
		c := r.Contact
		var days, spans []string
		for d, on := range c.Days {
			if on {
				days = append(days, time.Weekday(d).String()[:3])
			}
		}
		for _, s := range c.Spans {
			spans = append(spans, fmt.Sprintf("%02d:%02d–%02d:%02d", s.From/60, s.From%60, s.To/60, s.To%60))
		}
		rows = append(rows, []string{
			anyOf(r.Debtors, "any debtor"), strings.Join(days, " "), strings.Join(spans, ", "), fmt.Sprintf("%d in %d days", c.CallsMax, c.CallsDays),
			fmt.Sprintf("%d in %d days", c.MessageMax, c.MessageDays), linked(c.Source), inWords(c.Status),
		})
	}
	m.line("In the debtor's own time, not on holidays; calls and messages are counted by person, over all debts. A strategy may be stricter, and does not load where it is looser " +
		"than what binds. The source is the text that the hours look to: no statute of the three countries sets hours for collection in general.\n")
	m.table([]string{"of", "days", "hours", "calls", "e-mail, SMS and WhatsApp", "looks to", "status"}, rows)
}

func (j *Jurisdiction) writeConduct(m *sheet) {
	var rows [][]string
	for _, r := range j.Rulebook {
		about := who(When{Kinds: r.Kinds, Debtors: r.Debtors})
		if r.Capacity != "" {
			about += ", collected as " + plainWords(string(r.Capacity))
		}
		kept := "people"
		if r.Enforced != "" {
			kept = r.Enforced
		}
		rule := r.Rule
		if r.Reference {
			rule += " (a rule of another trade, looked to only)"
		}
		rows = append(rows, []string{code(r.Code), rule, about, kept, linked(r.Source), inWords(r.Status), firstDayOf(r.From)})
	}
	m.table([]string{"code", "rule", "for", "kept by", "source", "status", "first day"}, rows)
}

func (j *Jurisdiction) writeNotices(m *sheet) {
	var rows [][]string
	var texts []string
	for _, n := range j.NoticeRules {
		when := string(n.When)
		if n.Within != "" {
			when += "; " + n.Within
		}
		if !n.Required {
			when += "; good practice"
		}
		about := "any collector"
		if len(n.Capacity) > 0 {
			about = "collected as " + plainWords(Listed(n.Capacity))
		}
		rows = append(rows, []string{code(n.Code), when, about, strings.Join(n.Items, "; "), linked(n.Source), inWords(n.Status)})
		if n.Text != "" {
			texts = append(texts, fmt.Sprintf("%s prescribes: « %s »", code(n.Code), strings.ReplaceAll(n.Text, "\n", " » « ")))
		}
	}
	m.table([]string{"code", "when", "who", "says", "source", "status"}, rows)
	m.noted(texts)
}

func (j *Jurisdiction) writeListing(m *sheet) {
	a, ok := j.MayList(Listing{})
	if !ok {
		return
	}
	var rows [][]string
	for _, t := range a.Tests {
		rows = append(rows, []string{code(t.Code), t.Reason, t.Article, inWords(a.Status)})
	}
	m.line("A debt may be listed where every test is passed. The bureau tells the debtor within %d days; a listing ends %d years after the due date, or on payment.\n", bureauTellDays, mostListed)
	m.table([]string{"test", "rule", "source", "status"}, rows)
}

// holidayYears is how many years of holidays the page gives: the last ones of
// the table of Spain's communities, which decree theirs year by year.
const holidayYears = 2

// holidays writes those of the countries, and of their parts those that the
// country has not.
func (m *sheet) holidays(places []*Jurisdiction) {
	m.line("\n## Holidays\n")
	m.line("They bound the days of contact, the grace of a promise and periods before a court. Those of the municipalities (two days a year in Spain, one in Portugal) are " +
		"in no table: contact on them is lawful, a deadline that ignores them ends early and so on the safe side, and who knows them gives them with the question.\n")
	first := calendar.LastDecreed() - holidayYears + 1
	var done []string
	for _, j := range places {
		if slices.Contains(done, j.Country) {
			continue
		}
		done = append(done, j.Country)
		national := placed(j.Country, "")
		m.line("### %s\n", j.Country)
		rows := [][]string{append([]string{"all"}, yearsOf(national, first, nil)...)}
		seen := map[string]bool{"": true}
		for _, postal := range postalCodes[j.Country] {
			at := placed(j.Country, postal)
			if seen[at.Region] {
				continue
			}
			seen[at.Region] = true
			rows = append(rows, append([]string{at.Region}, yearsOf(at, first, &national)...))
		}
		head := []string{"where"}
		for y := range holidayYears {
			head = append(head, fmt.Sprint(first+y))
		}
		m.table(head, rows)
		m.line("")
	}
}

// postalCodes are one of each part of a country that keeps days of its own.
var postalCodes = map[string][]string{
	"ES": provinces(),
	"FR": {"57000", "67000", "68000", "97100", "97133", "97150", "97200", "97300", "97400", "97500", "97600", "98600", "98700", "98800"},
	"PT": {"9000", "9500"},
}

func provinces() []string {
	out := make([]string, 0, 52)
	for n := range 52 {
		out = append(out, fmt.Sprintf("%02d001", n+1))
	}
	return out
}

func placed(country, postal string) calendar.Place {
	p, err := calendar.PlaceOf(country, postal, "")
	if err != nil {
		return calendar.Place{} // a country without a zone has no holidays here
	}
	return p
}

// yearsOf lists the holidays of each year that are not those of without.
func yearsOf(p calendar.Place, first int, without *calendar.Place) []string {
	out := make([]string, 0, holidayYears)
	for y := range holidayYears {
		var days []string
		for d := calendar.Day(first+y, time.January, 1); d.Year() == first+y; d = d.AddDays(1) {
			name, ok := p.Holiday(d)
			if !ok || without != nil && holiday(*without, d) {
				continue
			}
			_, month, day := d.Civil()
			days = append(days, fmt.Sprintf("%d %s %s", day, month.String()[:3], name))
		}
		s := strings.Join(days, "; ")
		if !p.Confirmed(first + y) {
			s += " (**to confirm**: by custom, until the year's table is read)"
		}
		out = append(out, s)
	}
	return out
}

func holiday(p calendar.Place, d calendar.Date) bool { _, on := p.Holiday(d); return on }

// flags writes every flag with its words in all languages.
func (m *sheet) flags() {
	m.line("## Flags in words\n")
	m.line("What a result says beside its figures, as people read it.\n")
	for _, name := range FlagNames() {
		m.line("- `%s`", name)
		for _, language := range Languages {
			m.line("  - %s: %s", language, InWords(name, language))
		}
	}
}
