package activities

import (
	"context"
	"fmt"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

// OfferHandoff puts the case before the firm that the decision names, with a
// day until which it may accept.
func (a *Activities) OfferHandoff(ctx context.Context, in Turn) (record.Next, error) {
	return a.act(ctx, in, func(t *record.Turn, done *record.Done) error {
		offered, ok := find[debt.HandoffOffered](done.Facts)
		if !ok {
			return fmt.Errorf("no handoff follows from %s", t.Decision.Do)
		}
		h := offered.Handoff
		done.Handoff = &record.Handoff{
			ID: h.ID, Case: t.Case().ID, Creditor: t.Case().Creditor, Firm: h.Firm,
			State: "offered", Offered: t.Now, Until: h.Until,
		}
		return nil
	})
}

// LapseHandoff records that a firm did not answer in time.
func (a *Activities) LapseHandoff(ctx context.Context, in Turn) (record.Next, error) {
	return a.act(ctx, in, plain)
}
