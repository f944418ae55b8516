package debt

import (
	"slices"

	"github.com/recobro/recobro/calendar"
)

// The facts of instalment plans and offers beside those that agree, end or
// accept them.
type (
	// PlanProposed is an instalment plan put to the debtor, or by the debtor,
	// that they have yet to confirm.
	PlanProposed struct {
		Plan          Plan          `json:"plan"`
		Affordability string        `json:"affordability,omitempty"` // what they can pay, and how that is known
		Note          string        `json:"note,omitempty"`
		On            calendar.Date `json:"on"`
	}
	// PlanConfirmed is the debtor's confirmation of a plan: of a proposal, which
	// it puts in force, or of a plan that was agreed by word of mouth.
	PlanConfirmed struct {
		Plan     string        `json:"plan"`
		How      string        `json:"how"` // one of Confirmations
		Document string        `json:"document,omitempty"`
		On       calendar.Date `json:"on"`
		// First is the first instalment as it is due from here on, where it is due
		// at once; FirstGrace the last day of grace for it.
		First      calendar.Date `json:"first,omitzero"`
		FirstGrace calendar.Date `json:"first_grace,omitzero"`
		Note       string        `json:"note,omitempty"`
	}
	// PlanRuns is a plan taking effect, or again: its first instalment came, or
	// one in time that was told late, or a payment of a plan that was kept is gone.
	PlanRuns struct {
		Plan string `json:"plan"`
		Why  string `json:"why"` // first_paid, paid_in_time, bounced
	}
	// InstalmentLate is the notice that an instalment was not paid, and that the
	// plan ends unless it is by a day.
	InstalmentLate struct {
		Plan       string        `json:"plan"`
		Instalment int           `json:"instalment"` // index
		Notice     string        `json:"notice"`     // the message, or the task, by which it was told
		Cure       calendar.Date `json:"cure"`       // last day to pay it
	}
	// InstalmentCured is a late instalment paid after its notice.
	InstalmentCured struct {
		Plan       string `json:"plan"`
		Instalment int    `json:"instalment"` // index
	}
	// OfferApproved is a supervisor's yes to an offer above an agent's authority.
	OfferApproved struct {
		Offer string `json:"offer"`
		Note  string `json:"note,omitempty"`
	}
	// PutInWriting is a plan or an offer brought to the debtor in writing.
	PutInWriting struct {
		Of     string `json:"of"`     // the plan or the offer
		Letter string `json:"letter"` // the message, or the task of a person who does it
	}
)

// Kind implementations, which never change.
func (PlanProposed) Kind() string    { return "plan_proposed" }
func (PlanConfirmed) Kind() string   { return "plan_confirmed" }
func (PlanRuns) Kind() string        { return "plan_runs" }
func (InstalmentLate) Kind() string  { return "instalment_late" }
func (InstalmentCured) Kind() string { return "instalment_cured" }
func (OfferApproved) Kind() string   { return "offer_approved" }
func (PutInWriting) Kind() string    { return "put_in_writing" }

// addAgreed adds the decoders of these facts.
func addAgreed(m map[string]func([]byte) (Fact, error)) {
	add[PlanProposed](m)
	add[PlanConfirmed](m)
	add[PlanRuns](m)
	add[InstalmentLate](m)
	add[InstalmentCured](m)
	add[OfferApproved](m)
	add[PutInWriting](m)
}

// applyPlan folds what became of plans.
func (c *Case) applyPlan(e Event) {
	switch f := e.Fact.(type) {
	case PlanProposed:
		c.addPlan(e, f.Plan, StateProposed)
		if f.Plan.By == Debtor { // who asks for instalments admits the debt
			c.act("instalment_request", f.On, f.Plan.ID)
		}
	case PlanAgreed:
		c.addPlan(e, f.Plan, PromiseRunning)
		c.act("instalment_request", f.On, f.Plan.ID)
	case PlanConfirmed:
		c.plan(f.Plan, func(p *Plan) { p.confirm(f) })
		if !inWriting(f.How) {
			c.act("instalment_request", f.On, f.Plan)
		}
	case PlanRuns:
		c.plan(f.Plan, func(p *Plan) { p.State = PromiseRunning })
	case PlanEnded:
		c.plan(f.Plan, func(p *Plan) { p.State = f.State })
	case InstalmentReminded:
		c.plan(f.Plan, func(p *Plan) { p.Instalments[f.Instalment].Reminded = true })
	case InstalmentLate:
		c.plan(f.Plan, func(p *Plan) {
			in := &p.Instalments[f.Instalment]
			in.Notice, in.Cure = f.Notice, f.Cure
		})
	case InstalmentCured:
		c.plan(f.Plan, func(p *Plan) {
			in := &p.Instalments[f.Instalment]
			in.Notice, in.Cure, in.Cured = "", calendar.Date{}, true
		})
	}
}

// addPlan keeps a plan in the state it says, or else the given one.
func (c *Case) addPlan(e Event, p Plan, state PromiseState) {
	p.Instalments, p.Agreed = slices.Clone(p.Instalments), e.At
	if p.State == "" {
		p.State = state
	}
	c.Plans = append(c.Plans, p)
}

// confirm puts a proposal in force; a plan that is already keeps its days.
func (p *Plan) confirm(f PlanConfirmed) {
	p.Confirmed, p.How, p.Document = f.On, f.How, f.Document
	if p.State != StateProposed {
		return
	}
	p.State, p.Letter = PromiseRunning, LetterDue
	if p.AtOnce {
		p.State = StateConfirmed
		p.Instalments[0].Due, p.Instalments[0].GraceEnd = f.First, f.FirstGrace
	}
}

// applyOffer folds what became of offers.
func (c *Case) applyOffer(e Event) {
	switch f := e.Fact.(type) {
	case OfferMade:
		o := f.Offer
		o.Made = e.At
		if o.State == "" {
			o.State = OfferOpen
		}
		c.Offers = append(c.Offers, o)
	case OfferApproved:
		c.offer(f.Offer, func(o *Offer) { o.State = OfferOpen })
	case OfferEnded:
		c.offer(f.Offer, func(o *Offer) { o.State = f.State })
		c.act("promise_of_payment", f.On, f.Offer)
	case PutInWriting:
		c.plan(f.Of, func(p *Plan) { p.Letter = f.Letter })
		c.offer(f.Of, func(o *Offer) { o.Letter = f.Letter })
	}
}

func (c *Case) offer(id string, change func(*Offer)) {
	for i := range c.Offers {
		if c.Offers[i].ID == id {
			change(&c.Offers[i])
		}
	}
}
