package api

import (
	"context"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
)

// put records a fact on the case that the path names, wakes it, and shows what
// became of it.
func (s *server) put(ctx context.Context, c *call, f debt.Fact) (answer, error) {
	return s.putOn(ctx, c, c.id(), f)
}

func (s *server) putOn(ctx context.Context, c *call, caseID string, f debt.Fact) (answer, error) {
	file, err := s.Door.Record(ctx, caseID, c.eventKey(), c.by(), f)
	if err != nil {
		return answer{}, err
	}
	s.wake(ctx, caseID)
	return created(made{Made: idOf(file.Made), caseView: viewOf(file, c.reader())})
}

// idOf gives the id of what a reported fact made, by which it is spoken of
// later; empty where it made nothing of that kind.
func idOf(f debt.Fact) string {
	switch f := f.(type) {
	case debt.PaymentReceived:
		return f.ID
	case debt.PromiseMade:
		return f.ID
	case debt.PlanAgreed:
		return f.Plan.ID
	case debt.PlanProposed:
		return f.Plan.ID
	case debt.OfferMade:
		return f.Offer.ID
	case debt.Disputed:
		return f.ID
	case debt.HoldPlaced:
		return f.Hold.ID
	case debt.StudyMade:
		return f.Study.ID
	case debt.Adjusted:
		return f.Adjustment.ID
	case debt.Refunded:
		return f.Refund.ID
	case debt.CostIncurred:
		return f.ID
	case debt.ActNoted:
		return f.Act.Ref
	}
	return ""
}

// heard reads what a request tells, and puts the fact that it comes to on the
// record of the case.
func heard[T any](ctx context.Context, s *server, c *call, fact func(T) debt.Fact) (answer, error) {
	in, err := decode[T](c)
	if err != nil {
		return answer{}, err
	}
	return s.put(ctx, c, fact(in))
}

type paymentRequest struct {
	Amount    money.Amount     `json:"amount"`
	Received  calendar.Date    `json:"received_on"`
	Reference string           `json:"reference"`
	Method    string           `json:"method"`
	Another   bool             `json:"another"`
	Converted *debt.Conversion `json:"converted"`
}

func (p paymentRequest) fact() debt.PaymentReceived {
	return debt.PaymentReceived{Amount: p.Amount, Received: p.Received, Reference: p.Reference, Method: p.Method, Another: p.Another, Converted: p.Converted}
}

// pay books money that came in.
func (s *server) pay(ctx context.Context, c *call) (answer, error) {
	return heard(ctx, s, c, func(in paymentRequest) debt.Fact {
		return in.fact()
	})
}

// bounce takes a payment back.
func (s *server) bounce(ctx context.Context, c *call) (answer, error) {
	return heard(ctx, s, c, func(in struct {
		On     calendar.Date `json:"on"`
		Reason string        `json:"reason"`
	}) debt.Fact {
		return debt.PaymentBounced{Payment: c.path["payment"], On: in.On, Reason: in.Reason}
	})
}

// promise takes the debtor's word to pay.
func (s *server) promise(ctx context.Context, c *call) (answer, error) {
	return heard(ctx, s, c, func(in struct {
		Amount  money.Amount  `json:"amount"`
		PayBy   calendar.Date `json:"pay_by"`
		Channel string        `json:"channel"`
		Note    string        `json:"note"`
	}) debt.Fact {
		return debt.PromiseMade{Amount: in.Amount, PayBy: in.PayBy, Channel: in.Channel, Note: in.Note}
	})
}

type noteRequest struct {
	Note string `json:"note"`
}

// liftHold lets contact go on.
func (s *server) liftHold(ctx context.Context, c *call) (answer, error) {
	return heard(ctx, s, c, func(in noteRequest) debt.Fact {
		return debt.HoldEnded{Hold: c.path["hold"], Note: in.Note}
	})
}

// logCall notes a call that somebody made or took.
func (s *server) logCall(ctx context.Context, c *call) (answer, error) {
	return heard(ctx, s, c, func(in struct {
		Outcome string `json:"outcome"`
		Task    string `json:"task_id"`
		Inbound bool   `json:"inbound"`
		Note    string `json:"note"`
	}) debt.Fact {
		return debt.CallLogged{Outcome: in.Outcome, Task: in.Task, Inbound: in.Inbound, Note: in.Note}
	})
}

// note puts a note on the case.
func (s *server) note(ctx context.Context, c *call) (answer, error) {
	return heard(ctx, s, c, func(in struct {
		Text string `json:"text"`
	}) debt.Fact {
		return debt.Noted{Text: in.Text}
	})
}

// acknowledge notes that the debtor acknowledged the debt.
func (s *server) acknowledge(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
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
	return s.put(ctx, c, debt.ActNoted{Act: law.Act{Type: "acknowledgment", Date: in.On, Ref: in.Document}, Note: in.Note})
}

// act notes another act that bears on the limitation period, such as the
// receipt of a registered letter or a claim in court.
func (s *server) act(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		Type     string        `json:"type"`
		On       calendar.Date `json:"on"`
		End      calendar.Date `json:"end"`
		Outcome  string        `json:"outcome"`
		Document string        `json:"document_id"`
		Note     string        `json:"note"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	if !in.End.IsZero() && in.End.Before(in.On) {
		return answer{}, &debt.Refusal{Field: "end", Rule: "date_range", Detail: "end " + in.End.String() + " lies before on " + in.On.String()}
	}
	if err := s.known(ctx, c, in.Document); err != nil {
		return answer{}, err
	}
	a := law.Act{Type: in.Type, Date: in.On, End: in.End, Outcome: in.Outcome, Ref: in.Document}
	return s.put(ctx, c, debt.ActNoted{Act: a, Note: in.Note})
}

// proveAct puts a document of the case behind an act that was reported without
// one.
func (s *server) proveAct(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		Document string `json:"document_id"`
		Note     string `json:"note"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	if err := s.known(ctx, c, in.Document); err != nil {
		return answer{}, err
	}
	return s.put(ctx, c, debt.ActProved{Act: c.path["act"], Document: in.Document, Note: in.Note})
}

type reasonRequest struct {
	Reason string `json:"reason"`
}

// closeCase ends a case by a person's decision.
func (s *server) closeCase(ctx context.Context, c *call) (answer, error) {
	return heard(ctx, s, c, func(in struct {
		Outcome debt.Outcome `json:"outcome"`
		Reason  string       `json:"reason"`
	}) debt.Fact {
		return debt.CaseClosed{Outcome: in.Outcome, Reason: in.Reason}
	})
}

// reopen takes a closing back.
func (s *server) reopen(ctx context.Context, c *call) (answer, error) {
	return heard(ctx, s, c, func(in reasonRequest) debt.Fact {
		return debt.CaseReopened{Reason: in.Reason}
	})
}

// escalate asks for a lawyer now.
func (s *server) escalate(ctx context.Context, c *call) (answer, error) {
	return heard(ctx, s, c, func(in reasonRequest) debt.Fact {
		return debt.EscalationAsked{Reason: in.Reason}
	})
}

// control notes that a person looked the case over.
func (s *server) control(ctx context.Context, c *call) (answer, error) {
	return heard(ctx, s, c, func(in noteRequest) debt.Fact {
		return debt.Controlled{Note: in.Note}
	})
}

// moveStrategy puts the case on another strategy, or another version of it.
func (s *server) moveStrategy(ctx context.Context, c *call) (answer, error) {
	return heard(ctx, s, c, func(in struct {
		Strategy string `json:"strategy"`
		Note     string `json:"note"`
	}) debt.Fact {
		return debt.StrategyMoved{Strategy: in.Strategy, Note: in.Note}
	})
}

// wakeDebtor wakes the open cases of a debtor. Those of other creditors'
// debtors who are the same person are woken by the relay.
func (s *server) wakeDebtor(ctx context.Context, id string) {
	open := true
	rows, err := s.Cases.Cases(ctx, record.Filter{Debtor: id, Open: &open, Limit: pageMost})
	if err != nil {
		s.Logger.WarnContext(ctx, "wake-ups of a debtor's cases are left to the relay", "debtor", id, "error", err.Error())
		return
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	s.wake(ctx, ids...)
}
