package law

import (
	"slices"

	"github.com/recobro/recobro/calendar"
)

// CostRule is one row of the table of recovery costs: whether what collecting a
// debt cost, above the fixed sum, may be claimed of the debtor.
type CostRule struct {
	Code string
	When
	From calendar.Date // of the due date: earlier debts are for the rows below
	// Capacity: only for who collects in it; empty: any.
	Capacity []Capacity
	// Claim: what is proved, came of the delay and exceeds the fixed sum is owed
	// with the debt. Else the creditor bears it.
	Claim  bool
	Source Source
	Status Status
	Why    string // names the article
}

// CostRule says whether the costs of collecting c may be claimed of the debtor
// by who collects in that capacity. ok is false where the tables have no rule:
// then they may not.
func (j *Jurisdiction) CostRule(c Claim, by Capacity) (r CostRule, ok bool) {
	c = normal(c)
	for _, r := range j.CostRules {
		if r.fits(&c) && c.dueFrom(r.From) && (len(r.Capacity) == 0 || slices.Contains(r.Capacity, by)) {
			return r, true
		}
	}
	return CostRule{}, false
}
