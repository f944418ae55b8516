package law

import "github.com/recobro/recobro/calendar"

// carriageMonths is how long after the contract the period of carriage begins
// at the earliest.
const carriageMonths = 3

// WrittenClaim is a claim in writing against the other side of a contract of
// carriage; Rejected is the day of the written rejection and of the return of
// the papers, zero where neither came.
type WrittenClaim struct {
	Received calendar.Date `json:"received"`
	Rejected calendar.Date `json:"rejected_and_papers_returned"`
}

// CarriageAnchor is the day whose following day is the first of the period for
// the price of carriage by land: three months after the contract, or the day
// on which the price could be claimed if that came later.
//
// Source: Ley 15/2009 (ES), art. 79.2.
func CarriageAnchor(contract, claimable calendar.Date) calendar.Date {
	if contract.IsZero() {
		return claimable
	}
	if d := contract.AddMonths(carriageMonths); d.After(claimable) {
		return d
	}
	return claimable
}

// Carriage is the clock of the price of carriage under Spanish law. The first
// written claim suspends it, once, until it is rejected in writing and the
// papers come back; later ones do nothing. ok is false outside of Spain.
//
// Source: Ley 15/2009 (ES), art. 79.
func (j *Jurisdiction) Carriage(contract, claimable calendar.Date, claims []WrittenClaim) (k Clock, ok bool) {
	acts := make([]Act, 0, len(claims))
	for _, w := range claims {
		acts = append(acts, Act{Type: "written_claim", Date: w.Received, End: w.Rejected})
	}
	return j.ClockFor("es_lctt_79", CarriageAnchor(contract, claimable), acts)
}
