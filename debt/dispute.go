package debt

import (
	"slices"

	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// mostDocuments bounds what one dispute rests on.
const mostDocuments = 50

// disputed takes the debtor's objection, and holds contact for this debt alone.
func (h hearing) disputed(f Disputed) ([]Fact, *Refusal) {
	if f.Reason == "" {
		return nil, wrong("reason", "reason_missing", "say what is contested")
	}
	if !slices.Contains(DisputeReasons, f.Reason) {
		return nil, wrong("reason", "dispute_reason", "reason must be one of %s", law.Listed(DisputeReasons))
	}
	if f.Amount.Cents != 0 {
		if no := h.sum("amount", f.Amount); no != nil {
			return nil, no
		}
		if f.Amount.Cents > h.Principal.Cents {
			return nil, wrong("amount", "above_principal", "the principal is %s", h.Principal)
		}
	} else {
		f.Amount = money.Of(0, h.Principal.Currency)
	}
	if d, open := h.OpenDispute(); open {
		return nil, conflict("dispute_open", "dispute %s is still open", d.ID)
	}
	if len(f.Documents) > mostDocuments {
		return nil, wrong("documents", "too_many_documents", "a dispute rests on at most %d documents", mostDocuments)
	}
	if f.ID == "" {
		f.ID = h.id("dispute")
	}
	if f.AnswerFrom == "" {
		f.AnswerFrom = answers(f.Reason)
	}
	if !slices.Contains([]Role{Creditor, Agent, Supervisor}, f.AnswerFrom) {
		return nil, wrong("answer_from", "dispute_answer_from", "answer_from must be creditor, agent or supervisor")
	}
	if no := h.answerDay(&f); no != nil {
		return nil, no
	}
	f.Until = f.AnswerBy
	return []Fact{f, HoldPlaced{Hold: Hold{ID: h.id("hold"), Reason: HoldDispute, Until: f.Until, Of: f.ID}}}, nil
}

// answerDay sets the last day to answer: the strategy's, or one that is sooner.
func (h hearing) answerDay(f *Disputed) *Refusal {
	last := h.today.AddDays(h.t.Limits.DisputeAnswerDays)
	switch {
	case f.AnswerBy.IsZero():
		f.AnswerBy = last
	case f.AnswerBy.Before(h.today) || f.AnswerBy.After(last):
		return wrong("answer_by", "answer_by_range", "answer_by must lie from today to %s", last)
	}
	return nil
}

// answers says who knows whether a debtor is right: the creditor delivered, the
// agent finds a payment or a person, and what the law says is for a supervisor.
func answers(reason string) Role {
	switch reason {
	case AlreadyPaid, NotTheOne:
		return Agent
	case TimeBarred:
		return Supervisor
	}
	return Creditor
}

// opened gives a dispute that waits for its answer.
func (h hearing) opened(id string) (*Dispute, *Refusal) {
	i := slices.IndexFunc(h.Disputes, func(d Dispute) bool { return d.ID == id })
	if i < 0 {
		return nil, conflict("dispute_unknown", "case %s has no dispute %s", h.ID, id)
	}
	if d := &h.Disputes[i]; d.State != DisputeOpen {
		return nil, conflict("dispute_"+d.State, "dispute %s is %s", d.ID, d.State)
	}
	return &h.Disputes[i], nil
}

func (h hearing) disputeDocumented(f DisputeDocumented) ([]Fact, *Refusal) {
	d, no := h.opened(f.Dispute)
	switch {
	case no != nil:
		return nil, no
	case f.Document == "":
		return nil, wrong("document_id", "document_missing", "say which document")
	case slices.Contains(d.Documents, f.Document):
		return nil, conflict("document_known", "document %s is with dispute %s already", f.Document, d.ID)
	case len(d.Documents) >= mostDocuments:
		return nil, conflict("too_many_documents", "a dispute rests on at most %d documents", mostDocuments)
	}
	return []Fact{f}, nil
}

// disputeResolved answers a dispute: upheld whole closes the case, partly and a
// compromise lower the principal, rejected lets the case go on.
func (h hearing) disputeResolved(f DisputeResolved) ([]Fact, *Refusal) {
	found, no := h.opened(f.Dispute)
	if no != nil {
		return nil, no
	}
	f.On = h.today
	switch f.State {
	case DisputePartly:
		if no := h.partly(&f); no != nil {
			return nil, no
		}
	case DisputeCompromise:
		if no := h.compromise(&f); no != nil {
			return nil, no
		}
	}
	out := []Fact{}
	switch f.State {
	case DisputeRejected:
		out = append(out, f)
	case DisputePartly:
		f.Left = h.OpenPrincipal().Minus(f.Reduction)
		out = append(append(out, f), h.reduce(f.Reduction, DisputeUpheld)...)
	case DisputeCompromise:
		f.Left = h.OpenPrincipal().Minus(f.Reduction)
		out = append(append(out, f), h.reduce(f.Reduction, Compromise)...)
	case DisputeWon:
		f.Left = money.Of(0, h.Principal.Currency)
		out = append(append(out, f), h.endHold(found.ID)...)
		out = append(out, h.EndAll()...)
		return append(out, CaseClosed{Outcome: Upheld, Reason: "dispute_upheld", WrittenOff: h.Statement(h.t, h.today).Balance}), nil
	default:
		return nil, wrong("state", "dispute_state", "state must be upheld, partly, rejected or compromise")
	}
	if h.Stage == FriendlyContact { // who has contested and been answered has not forgotten
		out = append(out, StageChanged{From: h.Stage, To: Reminders, Why: "dispute_answered"})
	}
	return append(out, h.endHold(found.ID)...), nil
}

// partly looks a reduction over; one of all that is open upholds the whole.
func (h hearing) partly(f *DisputeResolved) *Refusal {
	if no := h.sum("reduction", f.Reduction); no != nil {
		return no
	}
	switch open := h.OpenPrincipal(); {
	case f.Reduction.Cents > open.Cents:
		return wrong("reduction", "above_principal", "the open principal is %s", open)
	case f.Reduction.Cents == open.Cents && len(h.Imputations) == 0:
		f.State = DisputeWon // nothing of the debt is left
	}
	return nil
}

// compromise takes the principal that both agreed on in place of the one that was
// claimed; what was paid counts for it.
func (h hearing) compromise(f *DisputeResolved) *Refusal {
	if no := h.sum("agreed", f.Agreed); no != nil {
		return no
	}
	claimed := h.principalAfter(nil)
	open := h.OpenPrincipal()
	paid := claimed.Minus(open)
	switch {
	case f.Agreed.Cents >= claimed.Cents:
		return wrong("agreed", "compromise_no_less", "a compromise is less than the principal of %s", claimed)
	case f.Agreed.Cents < paid.Cents:
		return wrong("agreed", "compromise_below_paid", "%s of the principal is paid: what was paid above the agreement is a matter of a refund", paid)
	}
	f.Reduction = claimed.Minus(f.Agreed)
	return nil
}

// reduce lowers the principal by what was never owed, or is agreed not to be: it
// bore no interest, so the payments since are imputed anew.
func (h hearing) reduce(sum money.Amount, kind string) []Fact {
	on := h.neverOwedFrom()
	f := Adjusted{Adjustment: Adjustment{ID: h.id("adjustment"), Kind: kind, Amount: sum, On: on}}
	after := h.Clone()
	after.Apply(Event{Seq: h.Seq, At: h.now, Fact: f})
	return append([]Fact{f}, h.reimpute(after, on, "reduced")...)
}
