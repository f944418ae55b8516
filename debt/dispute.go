package debt

import "github.com/recobro/recobro/money"

// disputed takes the debtor's objection, and holds contact for this debt alone.
func (h hearing) disputed(f Disputed) ([]Fact, *Refusal) {
	if f.Reason == "" {
		return nil, wrong("reason", "reason_missing", "say what is contested")
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
	for _, d := range h.Disputes {
		if d.State == "open" {
			return nil, conflict("dispute_open", "dispute %s is still open", d.ID)
		}
	}
	if f.ID == "" {
		f.ID = h.id("dispute")
	}
	f.Until = h.today.AddDays(h.t.Limits.DisputeAnswerDays)
	return []Fact{f, HoldPlaced{Hold: Hold{ID: h.id("hold"), Reason: HoldDispute, Until: f.Until, Of: f.ID}}}, nil
}

// disputeResolved answers a dispute: upheld whole closes the case, partly
// lowers the principal, rejected lets the case go on.
func (h hearing) disputeResolved(f DisputeResolved) ([]Fact, *Refusal) {
	var found *Dispute
	for i := range h.Disputes {
		if h.Disputes[i].ID == f.Dispute {
			found = &h.Disputes[i]
		}
	}
	if found == nil {
		return nil, conflict("dispute_unknown", "case %s has no dispute %s", h.ID, f.Dispute)
	}
	if found.State != "open" {
		return nil, conflict("dispute_"+found.State, "dispute %s is %s", found.ID, found.State)
	}
	if f.State == "partly" {
		if no := h.sum("reduction", f.Reduction); no != nil {
			return nil, no
		}
		switch open := h.OpenPrincipal(); {
		case f.Reduction.Cents > open.Cents:
			return nil, wrong("reduction", "above_principal", "the open principal is %s", open)
		case f.Reduction.Cents == open.Cents && len(h.Imputations) == 0:
			f.State = "upheld" // nothing of the debt is left
		}
	}
	out := []Fact{f}
	switch f.State {
	case "rejected":
	case "partly":
		out = append(out, h.reduce(f.Reduction)...)
	case "upheld":
		out = append(out, h.endHold(found.ID)...)
		out = append(out, h.EndAll()...)
		return append(out, CaseClosed{Outcome: Upheld, Reason: "dispute_upheld", WrittenOff: h.Statement(h.t, h.today).Balance}), nil
	default:
		return nil, wrong("state", "dispute_state", "state must be upheld, partly or rejected")
	}
	if h.Stage == FriendlyContact { // who has contested and been answered has not forgotten
		out = append(out, StageChanged{From: h.Stage, To: Reminders, Why: "dispute_answered"})
	}
	return append(out, h.endHold(found.ID)...), nil
}

// reduce lowers the principal by what was never owed: it bore no interest, so
// the payments since are imputed anew.
func (h hearing) reduce(sum money.Amount) []Fact {
	on := h.neverOwedFrom()
	f := Adjusted{Adjustment: Adjustment{ID: h.id("adjustment"), Kind: DisputeUpheld, Amount: sum, On: on}}
	after := h.Clone()
	after.Apply(Event{Seq: h.Seq, At: h.now, Fact: f})
	return append([]Fact{f}, h.reimpute(after, on, "reduced")...)
}
