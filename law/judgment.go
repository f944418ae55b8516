package law

import (
	"slices"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

// JudgmentRule is one row of the table of interest after a judgment.
type JudgmentRule struct {
	Code   string
	Before []string // series up to the judgment that the row is for; the first is the usual one
	Table  string   // series after it; empty: the one before goes on
	Margin money.Rate
	// Months after the day on which the judgment can be enforced, before the
	// rate changes; zero: it changes with the day after the judgment.
	Months    int
	Source    Source
	Status    Status
	Flags     []string
	AskPerson bool
	Why       string // names the article
}

// Judgment is a sum awarded by a court, and the days that its interest turns on.
type Judgment struct {
	Table       string // series up to the judgment; empty: the usual one of the place
	Principal   money.Amount
	Demanded    calendar.Date // interest begins on the day after
	Given       calendar.Date // the last day at the old rate
	Enforceable calendar.Date // zero: the day of the judgment, which a flag says
	Until       calendar.Date
	DayCount    DayCount
}

// JudgmentInterest is the interest before and after a judgment, line by line.
type JudgmentInterest struct {
	Rule        string        `json:"rule"`
	Lines       []Line        `json:"lines"`
	Interest    money.Amount  `json:"interest"`
	Total       money.Amount  `json:"total"`
	Changed     calendar.Date `json:"changed"` // first day at the rate after judgment
	Estimate    money.Amount  `json:"estimate"`
	RateMissing bool          `json:"rate_missing"`
	Article     string        `json:"article"`
	Status      Status        `json:"status"`
	Flags       []string      `json:"flags"`
	AskPerson   bool          `json:"ask_person"`
	Why         string        `json:"why"`
}

// Judged reckons the interest of a sum awarded by a court: at the old rate from
// the day after the demand, at the new one from the day the law says. ok is
// false where the table has no row for the series.
func (j *Jurisdiction) Judged(in Judgment) (out JudgmentInterest, ok bool) {
	at := slices.IndexFunc(j.Judgments, func(r JudgmentRule) bool { return in.Table == "" || slices.Contains(r.Before, in.Table) })
	if at < 0 {
		return JudgmentInterest{}, false
	}
	r := &j.Judgments[at]
	if in.Table == "" {
		in.Table = r.Before[0]
	}
	zero := money.Of(0, in.Principal.Currency)
	out = JudgmentInterest{
		Rule: r.Code, Lines: []Line{}, Interest: zero, Estimate: zero, Article: r.Source.String(), Status: r.Status,
		Flags: append([]string{}, r.Flags...), AskPerson: r.AskPerson, Why: r.Why,
	}
	change := in.Given
	if r.Months > 0 {
		if in.Enforceable.IsZero() {
			in.Enforceable = in.Given
			out.Flags = append(out.Flags, "enforceable_day_unknown")
			out.AskPerson = true
		}
		change = in.Enforceable.AddMonths(r.Months)
	}
	out.Changed = change.AddDays(1)
	before := InterestTerms{Table: in.Table, From: in.Demanded.AddDays(1), Article: out.Article, Status: r.Status, DayCount: in.DayCount}
	after := before
	after.Margin = r.Margin
	if r.Table != "" {
		after.Table = r.Table
	}
	if in.Principal.Currency != "EUR" {
		before.Table, after.Table = None, None
		out.Flags = append(out.Flags, "currency_without_rate")
		out.AskPerson = true
	}
	lines := j.accrue(out.Lines, &before, in.Principal, days{before.From, earlier(in.Until, change)})
	for _, l := range j.accrue(lines, &after, in.Principal, days{out.Changed, in.Until}) {
		out.Lines = append(out.Lines, l)
		if l.Missing {
			out.RateMissing = true
			out.Estimate = out.Estimate.Plus(l.Interest)
			continue
		}
		out.Interest = out.Interest.Plus(l.Interest)
	}
	out.Total = in.Principal.Plus(out.Interest)
	return out, true
}
