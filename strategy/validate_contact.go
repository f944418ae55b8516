package strategy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
)

// bound is what no strategy may go beyond, whatever reason it names.
type bound struct {
	days  [7]bool
	spans []law.Span
	text  string
}

var workdays = [7]bool{1: true, 2: true, 3: true, 4: true, 5: true}

// bounds are the hard rules on days and hours. Holidays are never days for
// contact in any of the countries.
//
// Source: ES: RDLeg 1/2007 (LGDCU), art. 96.2; FR: Code de la consommation,
// art. D223-9; PT: Banco de Portugal, notice on the recovery of credit
// (Aviso 7/2021). The first two speak of sales calls and are taken as the
// outermost hours here.
var bounds = map[string]bound{
	"ES": {workdays, []law.Span{{From: 9 * 60, To: 21 * 60}}, "LGDCU art. 96.2"},
	"FR": {workdays, []law.Span{{From: 10 * 60, To: 13 * 60}, {From: 14 * 60, To: 20 * 60}}, "Code de la consommation art. D223-9"},
	"PT": {[7]bool{true, true, true, true, true, true, true}, []law.Span{{From: 9 * 60, To: 22 * 60}}, "Banco de Portugal, Aviso 7/2021"},
}

// mostContacts is the outer limit of calls, and of messages, in a week.
//
// Source: US Regulation F, 12 CFR 1006.14(b), for calls; no European text
// gives a number.
const mostContacts = 7

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// defaults are what contact.looser may name.
var defaults = []string{"days", "hours", "calls", "messages"}

// contact looks over days, hours, gaps and caps against the law of the
// country, and works out the window of each weekday.
func (v *inspection) contact() {
	c := &v.s.Contact
	v.looser()
	days := v.days()
	spans := v.hours()
	v.within("contact.gap_days", c.GapDays, 1, 90)
	v.within("contact.merge_days", c.MergeDays, 0, 14)
	v.within("contact.message_max", c.MessageMax, 1, 100)
	v.within("contact.message_days", c.MessageDays, 1, 60)
	v.within("contact.calls_max", c.CallsMax, 0, 100)
	v.within("contact.calls_days", c.CallsDays, 1, 60)
	j, ok := countries.For(v.s.Country, "")
	if !ok {
		return
	}
	usual, hard := j.Contact(v.s.Debtor), bounds[v.s.Country]
	v.cap("message", times{c.MessageMax, c.MessageDays}, times{usual.MessageMax, usual.MessageDays})
	v.cap("calls", times{c.CallsMax, c.CallsDays}, times{usual.CallsMax, usual.CallsDays})
	for d, open := range days {
		switch {
		case !open:
			continue
		case !hard.days[d]:
			v.wrong("contact.days", "%s is not a day for contact: %s", weekdays[d], hard.text)
		case !usual.Days[d] && !v.loosens("days"):
			v.wrong("contact.days", "%s is looser than the default, which contact.looser.days may set aside with a reason", weekdays[d])
		}
	}
	for _, sp := range spans {
		switch {
		case !inside(sp, hard.spans):
			v.wrong("contact.hours", "%s lies outside %s: %s", clock(sp), clocks(hard.spans), hard.text)
		case !inside(sp, usual.Spans) && !v.loosens("hours"):
			v.wrong("contact.hours", "%s lies outside the default %s, which contact.looser.hours may set aside with a reason", clock(sp), clocks(usual.Spans))
		}
	}
	for d, open := range days {
		if open {
			c.window[d] = spans
		}
	}
}

func (v *inspection) loosens(what string) bool { return v.s.Contact.Looser[what] != "" }

// looser looks over what the operator sets aside: by a known name, and with a
// reason that says something.
func (v *inspection) looser() {
	names := make([]string, 0, len(v.s.Contact.Looser))
	for name := range v.s.Contact.Looser {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if !slices.Contains(defaults, name) {
			v.wrong("contact.looser."+name, "looser %q is not a default: want one of %s", name, strings.Join(defaults, ", "))
		}
		if len(strings.TrimSpace(v.s.Contact.Looser[name])) < 10 {
			v.wrong("contact.looser."+name, "looser %s: say why, in ten characters or more", name)
		}
	}
}

// times is a cap: at most so many in so many days.
type times struct{ most, days int }

func (v *inspection) cap(what string, ours, usual times) {
	path, name := "contact."+what+"_max", "calls"
	if what == "message" {
		name = "messages"
	}
	switch {
	case ours.most > mostContacts || (ours.most > 1 && ours.days > 0 && ours.most*7 > mostContacts*ours.days):
		v.wrong(path, "%d %s in %d days are more than %d in a week", ours.most, name, ours.days, mostContacts)
	case (ours.most > usual.most || ours.days < usual.days) && !v.loosens(name):
		v.wrong(path, "%d %s in %d days are looser than the default, %d in %d, which contact.looser.%s may set aside with a reason",
			ours.most, name, ours.days, usual.most, usual.days, name)
	}
}

func (v *inspection) days() (open [7]bool) {
	if len(v.s.Contact.Days) == 0 {
		v.wrong("contact.days", "days: name at least one day for contact, such as mon")
	}
	for _, name := range v.s.Contact.Days {
		d := slices.Index(weekdays, name)
		switch {
		case d < 0:
			v.wrong("contact.days", "day %q is not known: want %s", name, strings.Join(weekdays, " "))
		case open[d]:
			v.wrong("contact.days", "day %s is named twice", name)
		default:
			open[d] = true
		}
	}
	return open
}

func (v *inspection) hours() []law.Span {
	var out []law.Span
	if len(v.s.Contact.Hours) == 0 {
		v.wrong("contact.hours", "hours: give at least one span, such as 09:00-20:00")
	}
	for i, text := range v.s.Contact.Hours {
		sp, ok := span(text)
		path := "contact.hours." + strconv.Itoa(i)
		switch {
		case !ok:
			v.wrong(path, "hours %q: want HH:MM-HH:MM, the second later than the first", text)
		case len(out) > 0 && sp.From < out[len(out)-1].To:
			v.wrong(path, "hours %q begin before the span above ends", text)
		default:
			out = append(out, sp)
		}
	}
	return out
}

// span reads HH:MM-HH:MM.
func span(text string) (law.Span, bool) {
	from, to, ok := strings.Cut(text, "-")
	a, okA := minute(from)
	b, okB := minute(to)
	return law.Span{From: a, To: b}, ok && okA && okB && a < b
}

func minute(text string) (int, bool) {
	h, m, ok := strings.Cut(text, ":")
	if !ok || len(h) != 2 || len(m) != 2 {
		return 0, false
	}
	hour, errH := strconv.Atoi(h)
	min, errM := strconv.Atoi(m)
	return hour*60 + min, errH == nil && errM == nil && hour >= 0 && min >= 0 && min < 60 && hour*60+min <= 24*60
}

func inside(sp law.Span, in []law.Span) bool {
	return slices.ContainsFunc(in, func(o law.Span) bool { return sp.From >= o.From && sp.To <= o.To })
}

func clock(sp law.Span) string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", sp.From/60, sp.From%60, sp.To/60, sp.To%60)
}

func clocks(spans []law.Span) string {
	out := make([]string, len(spans))
	for i, sp := range spans {
		out[i] = clock(sp)
	}
	return strings.Join(out, " and ")
}
