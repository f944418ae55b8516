package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

// messageView is a message in a list: without its content.
type messageView struct {
	record.Message
	Text *string `json:"text,omitempty"`
	HTML *string `json:"html,omitempty"`
	Code *string `json:"pay_code,omitempty"`
}

func (s *server) listMessages(ctx context.Context, c *call) (answer, error) {
	after, limit, err := c.paging()
	if err != nil {
		return answer{}, err
	}
	ofCase := c.query("case_id")
	creditor, err := c.ofCreditor(c.query("creditor_id"))
	if err != nil {
		return answer{}, err
	}
	if c.key.Role == debt.Lawyer && ofCase == "" {
		return answer{}, bad("missing", "case_id", "case_id is missing: a lawyer's key sees the messages of a case that the firm has accepted")
	}
	if ofCase != "" {
		if err := s.mayRead(ctx, c, ofCase); err != nil {
			return answer{}, err
		}
	}
	all, err := s.Messages.Messages(ctx, ofCase, creditor, after, limit)
	if err != nil {
		return answer{}, err
	}
	return ok(pageOf(all, limit, func(m record.Message) string { return m.ID }, func(m record.Message) messageView { return messageView{Message: m} }))
}

// mayRead looks a case up within the scope of the caller.
func (s *server) mayRead(ctx context.Context, c *call, caseID string) error {
	in := *c
	in.path = map[string]string{"id": caseID}
	return s.ofParties(ctx, &in)
}

func (s *server) showMessage(ctx context.Context, c *call) (answer, error) {
	m, err := s.Messages.Message(ctx, c.id())
	if err != nil {
		return answer{}, err
	}
	switch c.key.Role {
	case debt.Creditor:
		if m.Creditor != c.key.Creditor {
			return answer{}, notFound()
		}
	case debt.Lawyer:
		if err := s.mayRead(ctx, c, m.Case); err != nil {
			return answer{}, err
		}
	}
	return ok(m)
}

// settleMessage takes what a person found out of a message of unknown outcome.
func (s *server) settleMessage(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		State string `json:"state"`
		Note  string `json:"note"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	if _, err := s.Messages.SettleMessage(ctx, c.id(), c.eventKey(), c.by(), debt.MessageEnded{State: in.State, Note: in.Note}); err != nil {
		return answer{}, err
	}
	m, err := s.Messages.Message(ctx, c.id())
	if err != nil {
		return answer{}, err
	}
	s.wake(ctx, append([]string{m.Case}, m.Covers...)...)
	return ok(m)
}

func (s *server) listTasks(ctx context.Context, c *call) (answer, error) {
	after, limit, err := c.paging()
	if err != nil {
		return answer{}, err
	}
	all, err := s.Tasks.Tasks(ctx, c.query("creditor_id"), c.query("state"), after, limit)
	if err != nil {
		return answer{}, err
	}
	return ok(pageOf(all, limit, func(t record.Task) string { return t.ID }, same[record.Task]))
}

// claimTask gives a task to the caller's key; one key is one agent.
func (s *server) claimTask(ctx context.Context, c *call) (answer, error) {
	t, err := s.Tasks.ClaimTask(ctx, c.id(), c.key.ID)
	if err != nil {
		return answer{}, err
	}
	return ok(t)
}

func (s *server) finishTask(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		Result string `json:"result"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	t, err := s.Tasks.FinishTask(ctx, c.id(), c.key.ID, in.Result)
	if err != nil {
		return answer{}, err
	}
	s.wake(ctx, t.Case)
	return ok(t)
}

func (s *server) listDebtors(ctx context.Context, c *call) (answer, error) {
	after, limit, err := c.paging()
	if err != nil {
		return answer{}, err
	}
	creditor, err := c.ofCreditor(c.query("creditor_id"))
	if err != nil {
		return answer{}, err
	}
	all, err := s.Debtors.Debtors(ctx, creditor, c.query("query"), after, limit)
	if err != nil {
		return answer{}, err
	}
	return ok(pageOf(all, limit, func(d record.Debtor) string { return d.ID }, debtorOf))
}

func (s *server) showDebtor(_ context.Context, c *call) (answer, error) {
	return ok(debtorOf(c.debtor))
}

func (s *server) addPoint(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		debt.ContactPoint
		Representative bool `json:"representative"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	d, err := s.Points.AddPoint(ctx, c.id(), record.Point{Channel: in.Channel, Value: in.Value, Valid: true, Representative: in.Representative})
	if err != nil {
		return answer{}, err
	}
	s.wakeDebtor(ctx, d.ID)
	return created(debtorOf(d))
}

// setPoint corrects a contact point. Only a supervisor may take an opt-out
// back: it was the debtor's own word.
func (s *server) setPoint(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		Value    string `json:"value"`
		Valid    *bool  `json:"valid"`
		OptedOut *bool  `json:"opted_out"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	i := slices.IndexFunc(c.debtor.Points, func(p record.Point) bool { return p.ID == c.path["point"] })
	if i < 0 {
		return answer{}, notFound()
	}
	opens := in.OptedOut != nil && !*in.OptedOut
	if opens && c.debtor.Refuses(c.debtor.Points[i]) && c.key.Role != debt.Supervisor && c.key.Role != debt.Operator {
		return answer{}, refuse(http.StatusForbidden, "role_forbidden", "opted_out", "only a supervisor may take an opt-out back")
	}
	change := record.PointChange{ID: c.path["point"], Value: in.Value, Valid: in.Valid, OptedOut: in.OptedOut}
	d, err := s.Points.SetPoint(ctx, c.id(), change, c.by())
	if err != nil {
		return answer{}, err
	}
	s.wakeDebtor(ctx, d.ID)
	return ok(debtorOf(d))
}

// optOut closes a channel to the person, for all their debts.
func (s *server) optOut(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		Channel string `json:"channel"`
		How     string `json:"how"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	if err := s.Debtors.OptOut(ctx, c.id(), in.Channel, in.How, c.by()); err != nil {
		return answer{}, err
	}
	s.wakeDebtor(ctx, c.id())
	d, err := s.Debtors.Debtor(ctx, c.id())
	if err != nil {
		return answer{}, err
	}
	return created(debtorOf(d))
}
