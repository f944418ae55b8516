package worked

import (
	"github.com/recobro/recobro/law"
)

var judgedFields = []namedForm{
	{"interest", anAmount}, {"total", anAmount}, {"estimate", anAmount}, {"rate_missing", aTruth}, {"flags", aSet}, {"ask_person", aTruth},
}

// judgmentInterest is interest from a demand, and at the rate after judgment.
// Without a jurisdiction it is Spanish.
func judgmentInterest(g *given) func() answer {
	j, _ := placeOf("ES", "")
	if g.has("jurisdiction") {
		j = g.place()
	} else {
		g.asked["jurisdiction"] = true
	}
	in := law.Judgment{
		Table: g.word("table", need), Principal: g.amount("principal", need),
		Demanded: g.day("demand_date", need), Given: g.day("judgment_date", need),
		Enforceable: g.day("enforceable_date", may), Until: g.day("until", need),
		DayCount: law.DayCount(g.oneOf("day_count", may, dayCounts)),
	}
	if in.Given.Before(in.Demanded) {
		g.wrong("judgment_date", "the judgment lies before the demand")
	}
	if j != nil && in.Table != "" {
		if _, ok := j.Judged(in); !ok {
			g.wrong("table", "%s has no rule on judgments for the table %q", j.Code, in.Table)
		}
	}
	g.lines()
	return func() answer {
		out, _ := j.Judged(in)
		a := newAnswer(out.Article)
		a.amount("interest", out.Interest)
		a.amount("total", out.Total)
		a.amount("estimate", out.Estimate)
		a.yes("rate_missing", out.RateMissing)
		a.flags("flags", out.Flags)
		a.yes("ask_person", out.AskPerson)
		a.lines(out.Lines)
		return a
	}
}

// manyDebts is one payment over several debts of one debtor.
func manyDebts(g *given) func() answer {
	j := g.place()
	var debts []law.OpenDebt
	g.each("debts", "a debt", need, func(_ int, e *fields) {
		d := law.OpenDebt{
			Ref: e.word("ref", need), Balance: e.amount("balance", need), Due: e.day("due", may), Issued: e.day("issued", may),
			Secured: e.yes("secured", may),
		}
		d.Kind = law.ClaimKind(e.oneOf("kind", may, claimKinds()))
		if e.has("rate") {
			r := e.rate("rate", need)
			d.Rate = &r
		} else {
			e.asked["rate"] = true
		}
		debts = append(debts, d)
	})
	p := law.Deposit{
		Amount: g.amount("payment", need), On: g.day("paid_on", may), Designated: g.word("designated", may), Receipt: g.word("receipt", may),
	}
	if j != nil {
		if _, err := j.Among(debts, p); err != nil {
			g.wrong("debts", "%v", err)
		}
	}
	return func() answer {
		s, err := j.Among(debts, p)
		if err != nil {
			return newAnswer() // refused while it was read
		}
		a := newAnswer(j.Spreading.Source.String())
		for _, portion := range s.Portions {
			a.amount("amounts."+portion.Ref, portion.Amount)
			a.rest(portion.Article)
		}
		a.amount("rest", s.Rest)
		a.flags("flags", s.Flags)
		a.yes("ask_person", s.AskPerson)
		return a
	}
}

func claimKinds() []string {
	out := make([]string, 0, len(law.ClaimKinds))
	for _, k := range law.ClaimKinds {
		out = append(out, string(k))
	}
	return out
}

// manyExpected reads the amount expected for each debt by its reference; what
// no debt takes is the rest. A debt may not be called rest, flags or ask_person.
func manyExpected(g *given, e *fields) {
	refs := map[string]bool{}
	if n := g.byName["debts"]; n != nil {
		for _, d := range n.Content {
			for i := 0; i+1 < len(d.Content); i += 2 {
				if d.Content[i].Value == "ref" {
					refs[d.Content[i+1].Value] = true
				}
			}
		}
	}
	for _, f := range []namedForm{{"rest", anAmount}, {"flags", aSet}, {"ask_person", aTruth}} {
		if refs[f.name] {
			g.wrong("debts", "a debt may not be called %q", f.name)
		}
		g.expect(e, f.name, f.name, f.as)
	}
	for i := 0; i+1 < len(e.node.Content); i += 2 {
		if ref := e.node.Content[i].Value; refs[ref] {
			g.expect(e, ref, "amounts."+ref, anAmount)
		}
	}
}
