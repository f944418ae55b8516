package law

import (
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

// Jurisdiction is the law of one place, as tables.
type Jurisdiction struct {
	Code    string // "ES", "ES-CT", "FR", "PT"
	Country string
}

// Limitation recomputes the limitation clock of c from its acts.
func (j *Jurisdiction) Limitation(c Claim, acts []Act) Clock { panic("x") }

// InterestTerms says which late-payment interest c bears and from which day.
func (j *Jurisdiction) InterestTerms(c Claim) InterestTerms { panic("x") }

// Accrue computes simple interest on base from the first to the last day, both
// included, one line for each row of the rate table.
func (j *Jurisdiction) Accrue(t InterestTerms, base money.Amount, from, to calendar.Date) []Line {
	panic("x")
}

// Compensation is the fixed sum for recovery costs that c bears once late.
func (j *Jurisdiction) Compensation(c Claim) (money.Amount, Source) { panic("x") }

// Order is the order in which a payment is imputed within one debt.
func (j *Jurisdiction) Order() []Component { panic("x") }

// Contact says how a debtor of that kind may be contacted.
func (j *Jurisdiction) Contact(debtor Party) Contact { panic("x") }
