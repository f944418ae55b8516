package store

import (
	"fmt"

	"github.com/recobro/recobro/debt"
)

// moveCredit books a credit that left h on the debt it was moved to: an open one
// of the same debtor and creditor, that owes as much. Both are in this docket,
// locked in the order of their ids, so that both ledgers move or neither does.
func (d *docket) moveCredit(h *held, by debt.Actor, r debt.Refund) error {
	to, _ := d.find(r.To)
	if to == nil || to == h || !to.c.Open() || to.debtor != h.debtor || to.c.Creditor != h.c.Creditor {
		return &debt.Refusal{Field: "to_case_id", Rule: "case_not_of_debtor",
			Detail: fmt.Sprintf("the debtor of case %s has no other open debt %s with this creditor", h.c.ID, r.To)}
	}
	if owed := to.c.Statement(to.terms, r.On).Balance; owed.Currency == r.Amount.Currency && owed.Cents < r.Amount.Cents {
		return &debt.Refusal{Field: "amount", Rule: "above_balance", Detail: fmt.Sprintf("on %s case %s owes %s", r.On, r.To, owed)}
	}
	facts, err := to.c.Accept(debt.PaymentReceived{Amount: r.Amount, Received: r.On, Method: "credit", From: h.c.ID}, to.terms, d.now)
	if err != nil {
		return fmt.Errorf("book the credit on case %s: %w", r.To, err)
	}
	return d.add(to, by, "", facts)
}
