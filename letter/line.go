package letter

import (
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// LineOf makes the line of a debt from its statement, so that the breakdown
// adds up to the cent: what payments covered is what they were imputed to, and
// what else was taken off is a reduction.
func LineOf(c *debt.Case, s debt.Statement) ClaimLine {
	zero := money.Of(0, c.Principal.Currency)
	paid := map[law.Component]money.Amount{}
	for _, i := range c.Imputations {
		if i.On.After(s.AsOf) {
			continue
		}
		for part, a := range i.Parts {
			paid[part] = paid[part].Plus(a)
		}
		for _, x := range i.Costs {
			if !x.On.After(s.AsOf) {
				paid[law.Costs] = paid[law.Costs].Plus(x.Amount)
			}
		}
	}
	whole := func(part law.Component) money.Amount { return zero.Plus(s.Open[part]).Plus(paid[part]) }
	out := ClaimLine{
		Reference:    c.Reference,
		CaseRef:      c.ID,
		Issued:       c.Claim.Issued,
		Due:          c.Claim.Due,
		Principal:    c.Principal,
		Reduced:      c.Principal.Minus(whole(law.Principal)),
		Interest:     whole(law.Interest),
		Compensation: whole(law.Compensation),
		Costs:        whole(law.Costs),
		Paid:         zero.Plus(paid[law.Principal]).Plus(paid[law.Interest]).Plus(paid[law.Compensation]).Plus(paid[law.Costs]),
		Credit:       zero.Plus(s.Credit),
	}
	out.Outstanding = zero.Plus(s.Open[law.Principal]).Plus(s.Open[law.Interest]).
		Plus(s.Open[law.Compensation]).Plus(s.Open[law.Costs])
	out.Lines = s.Lines
	return out
}
