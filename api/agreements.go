package api

import (
	"context"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
)

// plan takes an instalment plan: agreed by word of mouth, or, where it is said
// who proposed it, to be confirmed by the debtor.
func (s *server) plan(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		Instalments []struct {
			Due    calendar.Date `json:"due"`
			Amount money.Amount  `json:"amount"`
		} `json:"instalments"`
		Schedule      *debt.Schedule `json:"schedule"`
		Interest      money.Rate     `json:"interest"`
		AtOnce        bool           `json:"first_at_once"`
		WaiveRest     bool           `json:"waive_rest"`
		ProposedBy    debt.Role      `json:"proposed_by"`
		Affordability string         `json:"affordability"`
		Note          string         `json:"note"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	p := debt.Plan{Schedule: in.Schedule, Interest: in.Interest, AtOnce: in.AtOnce, WaiveRest: in.WaiveRest, By: in.ProposedBy}
	for _, x := range in.Instalments {
		p.Instalments = append(p.Instalments, debt.Instalment{Due: x.Due, Amount: x.Amount})
	}
	if in.ProposedBy != "" {
		return s.put(ctx, c, debt.PlanProposed{Plan: p, Affordability: in.Affordability, Note: in.Note})
	}
	return s.put(ctx, c, debt.PlanAgreed{Plan: p, Affordability: in.Affordability, Note: in.Note})
}

// confirmPlan takes the debtor's confirmation of a plan.
func (s *server) confirmPlan(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		How      string        `json:"how"`
		On       calendar.Date `json:"on"`
		Document string        `json:"document_id"`
		Note     string        `json:"note"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	if err := s.known(ctx, c, in.Document); err != nil {
		return answer{}, err
	}
	return s.put(ctx, c, debt.PlanConfirmed{Plan: c.path["plan"], How: in.How, On: in.On, Document: in.Document, Note: in.Note})
}

// offer makes the debtor an offer to settle.
func (s *server) offer(ctx context.Context, c *call) (answer, error) {
	return heard(ctx, s, c, func(in struct {
		Amount money.Amount  `json:"amount"`
		Until  calendar.Date `json:"until"`
		Note   string        `json:"note"`
	}) debt.Fact {
		return debt.OfferMade{Offer: debt.Offer{Amount: in.Amount, Until: in.Until}, Note: in.Note}
	})
}

// acceptOffer notes that the debtor accepted.
func (s *server) acceptOffer(ctx context.Context, c *call) (answer, error) {
	return s.put(ctx, c, debt.OfferEnded{Offer: c.path["offer"], State: debt.OfferAccepted})
}

// approveOffer is a supervisor's yes to an offer above an agent's authority.
func (s *server) approveOffer(ctx context.Context, c *call) (answer, error) {
	return heard(ctx, s, c, func(in noteRequest) debt.Fact {
		return debt.OfferApproved{Offer: c.path["offer"], Note: in.Note}
	})
}

// refuseOffer is a supervisor's no to it.
func (s *server) refuseOffer(ctx context.Context, c *call) (answer, error) {
	return heard(ctx, s, c, func(in noteRequest) debt.Fact {
		return debt.OfferEnded{Offer: c.path["offer"], State: debt.OfferRefused, Note: in.Note}
	})
}

// planView is an instalment plan with what was paid of it.
type planView struct {
	debt.Plan
	Instalments []instalmentView `json:"instalments"`
	Total       money.Amount     `json:"total"`
	Paid        money.Amount     `json:"paid"`
}

// instalmentView is an instalment with what was paid of it: payments count to
// the earliest that is open.
type instalmentView struct {
	debt.Instalment
	Paid  money.Amount `json:"paid"`
	State string       `json:"state"` // paid, late (the debtor was told), open
}

func plansOf(k *debt.Case) []planView {
	out := make([]planView, len(k.Plans))
	for i := range k.Plans {
		p := &k.Plans[i]
		paid := k.PaidFor(p)
		out[i] = planView{Plan: *p, Instalments: make([]instalmentView, len(p.Instalments)), Total: p.Total(), Paid: paid}
		for n, in := range p.Instalments {
			v := instalmentView{Instalment: in, Paid: money.Min(paid, in.Amount), State: "open"}
			switch paid = paid.Minus(v.Paid); {
			case v.Paid == in.Amount:
				v.State = "paid"
			case in.Notice != "":
				v.State = "late"
			}
			out[i].Instalments[n] = v
		}
	}
	return out
}
