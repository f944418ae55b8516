package store

import (
	"context"

	"github.com/recobro/recobro/debt"
)

// softer gives the strategy for a case whose debtor is in hardship; none where
// its own names none that there is: then the hold stops contact instead.
func (d *docket) softer(ctx context.Context, h *held) string {
	name := h.strategy.Hardship.Strategy
	if name == "" {
		return ""
	}
	to, err := d.s.fitting(ctx, name, h.c.Country, h.c.Claim.Debtor)
	if err != nil || to.Ref() == h.c.Strategy {
		return ""
	}
	return to.Ref()
}

// wrongPerson closes the points by which somebody else was reached: the one that
// the hold names, or all that are not their representative's. Nothing goes to
// them about any debt until somebody has put them right.
func (d *docket) wrongPerson(h *held, x debt.Hold) {
	points := d.debtors[h.debtor].Points
	for i := range points {
		if p := &points[i]; x.Of == "" && !p.Representative || x.Of == p.ID {
			p.Valid = false
			d.queue.Queue(`update contact_points set valid = false where id = $1`, p.ID)
		}
	}
}
