package worked

import (
	"fmt"
	"strconv"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
)

var sumFields = []namedForm{
	{"interest", anAmount}, {"principal", anAmount}, {"compensation", anAmount}, {"total", anAmount},
	{"costs", anAmount}, {"credit", anAmount}, {"estimate", anAmount}, {"rate_missing", aTruth}, {"flags", aSet},
}

var (
	parties    = []string{string(law.Business), string(law.Consumer), string(law.Public)}
	components = []string{string(law.Principal), string(law.Interest), string(law.Compensation), string(law.Costs)}
)

var dayCounts = []string{string(law.Act365), string(law.ActAct)}

// interest is what a debt has grown to, with its payments imputed.
func interest(g *given) func() answer {
	j := g.place()
	due := g.day("due_date", need)
	o := law.Owed{
		Principal: g.amount("principal", need), Compensation: g.amount("compensation", may), Costs: g.amount("costs", may),
		Until: g.day("until", need), Order: g.order(),
	}
	var terms law.InterestTerms
	if j != nil {
		terms = g.terms(j, due)
	}
	terms.DayCount = law.DayCount(g.oneOf("day_count", may, dayCounts))
	g.each("payments", "a payment", may, func(i int, e *fields) {
		p := law.Paid{Date: e.day("date", need), Amount: e.amount("amount", need)}
		switch {
		case p.Amount.Cents == 0:
			e.wrong("amount", "a payment of nothing")
		case i > 0 && p.Date.Before(o.Payments[i-1].Date):
			e.wrong("date", "payments must stand by day")
		case p.Date.After(o.Until):
			e.wrong("date", "the payment lies after the day that is asked for")
		}
		o.Payments = append(o.Payments, p)
		for _, name := range []string{"to_interest", "to_principal", "to_compensation", "to_costs", "surplus"} {
			g.expect(e, name, fmt.Sprintf("payments[%d].%s", i, name), anAmount)
		}
	})
	g.lines()
	return func() answer {
		r := j.Reckon(terms, o)
		a := newAnswer(terms.Article)
		for i, p := range r.Payments {
			at := fmt.Sprintf("payments[%d].", i)
			a.amount(at+"to_interest", p.ToInterest)
			a.amount(at+"to_principal", p.ToPrincipal)
			a.amount(at+"to_compensation", p.ToCompensation)
			a.amount(at+"to_costs", p.ToCosts)
			a.amount(at+"surplus", p.Surplus)
		}
		a.amount("interest", r.Interest)
		a.amount("principal", r.Principal)
		a.amount("compensation", r.Compensation)
		a.amount("costs", r.Costs)
		a.amount("total", r.Total)
		a.amount("credit", r.Credit)
		a.amount("estimate", r.Estimate)
		a.yes("rate_missing", r.RateMissing)
		a.flags("flags", r.Flags)
		a.lines(r.Lines)
		return a
	}
}

// place reads the jurisdiction of a record without a rule.
func (g *given) place() *law.Jurisdiction {
	code := g.word("jurisdiction", need)
	j, ok := placeOf(code, "")
	if !ok && code != "" {
		g.wrong("jurisdiction", "the law of %q is not known", code)
	}
	return j
}

// terms reads which interest is asked for, and from which day it runs.
func (g *given) terms(j *law.Jurisdiction, due calendar.Date) law.InterestTerms {
	c := law.Claim{Kind: law.Sale, Creditor: law.Business, Debtor: law.Business, Due: due, Demanded: due}
	if s := g.oneOf("creditor", may, parties); s != "" {
		c.Creditor = law.Party(s)
	}
	if s := g.oneOf("debtor", may, parties); s != "" {
		c.Debtor = law.Party(s)
	}
	name := g.word("table", need)
	if name == law.Contract {
		rate := g.rate("rate", need)
		c.ContractRate = &rate
		t := j.InterestTerms(c)
		if t.Table != law.Contract {
			t.Table, t.Rate = law.Contract, &rate
		}
		return t
	}
	if g.has("rate") {
		g.asked["rate"] = true
		g.wrong("rate", "a rate is given, but the table is not %q", law.Contract)
	}
	if t := j.InterestTerms(c); t.Table == name {
		return t
	}
	for i := range j.Terms {
		if r := &j.Terms[i]; r.Table == name {
			t := law.InterestTerms{Table: name, Article: r.Source.String(), Status: r.Status, Margin: r.Margin, From: due.AddDays(1)}
			return t
		}
	}
	if s, ok := j.Table(name); ok {
		return law.InterestTerms{Table: name, Article: "table " + s.Name, Status: law.ToConfirm, From: due.AddDays(1)}
	}
	if name != "" {
		g.wrong("table", "%s has no table of rates %q", j.Code, name)
	}
	return law.InterestTerms{}
}

// order reads the order in which payments are imputed.
func (g *given) order() []law.Component {
	var out []law.Component
	if !g.has("order") {
		g.asked["order"] = true
		return nil // the country's
	}
	for _, n := range g.list("order", need) {
		ok := false
		for _, c := range components {
			ok = ok || n.Value == c
		}
		for _, c := range out {
			ok = ok && n.Value != string(c)
		}
		if !ok {
			g.wrong("order", "field \"order\": %q is no part of a claim, or stands twice", n.Value)
			return nil
		}
		out = append(out, law.Component(n.Value))
	}
	return out
}

// lines reads the lines that are expected.
func (g *given) lines() {
	if !g.has("lines") {
		g.asked["lines"] = true
		return
	}
	n := 0
	g.each("lines", "a line", may, func(i int, e *fields) {
		n = i + 1
		at := fmt.Sprintf("lines[%d].", i)
		for _, f := range []namedForm{
			{"from", aDay}, {"to", aDay}, {"days", aCount}, {"rate", aRate}, {"base", anAmount}, {"interest", anAmount}, {"rate_missing", aTruth},
		} {
			g.expect(e, f.name, at+f.name, f.as)
		}
	})
	g.want = append(g.want, want{field: "lines", value: strconv.Itoa(n), line: g.lineOf("lines")})
}

// lines gives the lines of a calculation.
func (a *answer) lines(lines []law.Line) {
	a.fields["lines"] = strconv.Itoa(len(lines))
	for i := range lines {
		l := &lines[i]
		at := fmt.Sprintf("lines[%d].", i)
		a.day(at+"from", l.From)
		a.day(at+"to", l.To)
		a.fields[at+"days"] = strconv.Itoa(l.Days)
		a.fields[at+"rate"] = l.Rate.String()
		a.amount(at+"base", l.Base)
		a.amount(at+"interest", l.Interest)
		a.yes(at+"rate_missing", l.Missing)
		a.rest(l.Article)
	}
}

// vatWindow is when a Spanish creditor may take back the VAT of an invoice.
func vatWindow(g *given) func() answer {
	g.oneOf("jurisdiction", may, []string{"ES"})
	point := g.day("tax_point", need)
	small := g.yes("small_turnover", need)
	return func() answer {
		w := law.VATWindow(point, small)
		a := newAnswer("Ley 37/1992 art. 80.Cuatro")
		option := func(name string, o *law.VATOption) {
			if o == nil {
				return
			}
			a.day(name+".claimable_after", o.ClaimableAfter)
			a.day(name+".window_last_day", o.WindowLastDay)
		}
		a.word("option_6m", "")
		a.word("option_1y", "")
		option("option_6m", w.SixMonths)
		option("option_1y", &w.OneYear)
		return a
	}
}

// vatExpected reads the two options; a null says that the option is not open.
func vatExpected(g *given, e *fields) {
	for _, name := range []string{"option_6m", "option_1y"} {
		n := e.get(name, may)
		if n == nil {
			continue
		}
		if n.Tag == "!!null" {
			g.expect(e, name, name+".claimable_after", aDay)
			continue
		}
		o := g.r.fields(n, name)
		if o == nil {
			continue
		}
		g.expect(o, "claimable_after", name+".claimable_after", aDay)
		g.expect(o, "window_last_day", name+".window_last_day", aDay)
		o.done()
	}
}
