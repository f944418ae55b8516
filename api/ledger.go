package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/letter"
	"github.com/recobro/recobro/money"
)

// ledgerRoutes are what moves the ledger of a case beside payments.
func (s *server) ledgerRoutes() []route {
	on := func(path string, roles []debt.Role, h handler) route {
		return route{method: post, path: "/v1/cases/{id}/" + path, roles: roles, scope: s.ofParties, handle: h}
	}
	return []route{
		on("payments/{payment}/reverse", parties, s.reversePayment),
		{method: get, path: "/v1/cases/{id}/payments/{payment}/receipt", roles: everyone, scope: s.inCase, handle: s.receipt},
		on("credit-notes", owners, s.creditNote),
		on("write-offs", owners, s.writeOff),
		on("refunds", owners, s.refund),
		on("costs", owners, s.ownCost),
	}
}

// reversePayment takes a payment back that was booked by mistake.
func (s *server) reversePayment(ctx context.Context, c *call) (answer, error) {
	return heard(ctx, s, c, func(in struct {
		On     calendar.Date `json:"on"`
		Reason string        `json:"reason"`
	}) debt.Fact {
		return debt.PaymentReversed{Payment: c.path["payment"], On: in.On, Reason: in.Reason}
	})
}

// creditNote lowers the debt by what was billed wrongly.
func (s *server) creditNote(ctx context.Context, c *call) (answer, error) {
	return heard(ctx, s, c, func(in struct {
		Number string        `json:"number"`
		Amount money.Amount  `json:"amount"`
		On     calendar.Date `json:"on"`
		Reason string        `json:"reason"`
	}) debt.Fact {
		a := debt.Adjustment{Kind: debt.CreditNote, Number: in.Number, Amount: in.Amount, Issued: in.On}
		return debt.Adjusted{Adjustment: a, Note: in.Reason}
	})
}

// writeOff gives up a part of the debt.
func (s *server) writeOff(ctx context.Context, c *call) (answer, error) {
	return heard(ctx, s, c, func(in struct {
		Amount money.Amount `json:"amount"`
		Reason string       `json:"reason"`
	}) debt.Fact {
		return debt.Adjusted{Adjustment: debt.Adjustment{Kind: debt.WriteOff, Amount: in.Amount}, Note: in.Reason}
	})
}

// refund notes that a credit was paid back, or moves it to another debt.
func (s *server) refund(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		Amount    money.Amount  `json:"amount"`
		On        calendar.Date `json:"on"`
		To        string        `json:"to_case_id"`
		Reference string        `json:"reference"`
		Note      string        `json:"note"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	f := debt.Refunded{Refund: debt.Refund{Amount: in.Amount, On: in.On, To: in.To}, Reference: in.Reference, Note: in.Note}
	a, err := s.put(ctx, c, f)
	if err == nil && in.To != "" {
		s.wake(ctx, in.To)
	}
	return a, err
}

// costRequest is a cost of collecting, and what proves it.
type costRequest struct {
	Amount   money.Amount  `json:"amount"`
	On       calendar.Date `json:"on"`
	What     string        `json:"what"`
	Document string        `json:"document_id"`
	Court    bool          `json:"court"`
}

func (in costRequest) fact() debt.CostIncurred {
	return debt.CostIncurred{Amount: in.Amount, On: in.On, What: in.What, Document: in.Document, Court: in.Court}
}

// ownCost notes a cost that the creditor had. What the law lets claim of the
// debtor becomes a part of the debt.
func (s *server) ownCost(ctx context.Context, c *call) (answer, error) {
	in, err := decode[costRequest](c)
	if err != nil {
		return answer{}, err
	}
	if err := s.known(ctx, c, in.Document); err != nil {
		return answer{}, err
	}
	return s.put(ctx, c, in.fact())
}

// receiptView is a receipt, as it can be printed or sent.
type receiptView struct {
	Payment  string `json:"payment"`
	Language string `json:"language"`
	Subject  string `json:"subject"`
	Text     string `json:"text"`
	HTML     string `json:"html"`
}

// receipt writes the receipt for a payment that stands.
func (s *server) receipt(ctx context.Context, c *call) (answer, error) {
	all, id := c.file.Case.Payments, c.path["payment"]
	i := slices.IndexFunc(all, func(p debt.Payment) bool { return p.ID == id })
	if i < 0 {
		return answer{}, notFound()
	}
	if !all[i].Bounced.IsZero() {
		return answer{}, refuse(http.StatusConflict, "payment_taken_back", "", "payment %s was taken back on %s: there is no receipt for it", id, all[i].Bounced)
	}
	st, err := s.Findings.Statement(ctx, c.id(), all[i].Received)
	if err != nil {
		return answer{}, err
	}
	l := letter.Receipt(c.file, all[i], st)
	l.Operator, l.PayReference = s.Operator, payReference(c.id())
	out, err := letter.Render(l)
	if err != nil {
		return answer{}, refuse(http.StatusConflict, "receipt_incomplete", "", "%v", err)
	}
	return ok(receiptView{Payment: id, Language: l.Language, Subject: out.Subject, Text: out.Text, HTML: out.HTML})
}
