package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
)

// dispute takes the debtor's objection.
func (s *server) dispute(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		Reason     string        `json:"reason"`
		Amount     money.Amount  `json:"amount"`
		AnswerFrom debt.Role     `json:"answer_from"`
		AnswerBy   calendar.Date `json:"answer_by"`
		Documents  []string      `json:"documents"`
		Note       string        `json:"note"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	for _, id := range in.Documents {
		if err := s.known(ctx, c, id); err != nil {
			return answer{}, err
		}
	}
	return s.put(ctx, c, debt.Disputed{Reason: in.Reason, Amount: in.Amount, AnswerFrom: in.AnswerFrom, AnswerBy: in.AnswerBy,
		Documents: in.Documents, Note: in.Note})
}

// documentDispute puts a document of the case to a dispute.
func (s *server) documentDispute(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		Document string `json:"document_id"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	if err := s.known(ctx, c, in.Document); err != nil {
		return answer{}, err
	}
	return s.put(ctx, c, debt.DisputeDocumented{Dispute: c.path["dispute"], Document: in.Document})
}

// resolveDispute answers a dispute: upheld with a reduction lowers the debt, or
// ends the case where nothing is left of it; upheld without one ends the case,
// not upheld lets it go on; an agreed sum takes the place of the principal. An
// agent answers what was put to agents.
func (s *server) resolveDispute(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		Upheld    bool         `json:"upheld"`
		Reduction money.Amount `json:"reduction"`
		Agreed    money.Amount `json:"agreed"`
		Note      string       `json:"note"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	if err := s.mayAnswer(ctx, c); err != nil {
		return answer{}, err
	}
	given, agreed := in.Reduction.Currency != "", in.Agreed.Currency != ""
	f := debt.DisputeResolved{Dispute: c.path["dispute"], State: debt.DisputeRejected, Reduction: in.Reduction, Agreed: in.Agreed, Note: in.Note}
	switch {
	case agreed && (given || in.Upheld):
		return answer{}, &debt.Refusal{Field: "agreed", Rule: "agreed_alone", Detail: "a compromise names what is owed from here on: leave upheld and reduction out"}
	case agreed:
		f.State = debt.DisputeCompromise
	case in.Upheld && given:
		f.State = debt.DisputePartly
	case in.Upheld:
		f.State = debt.DisputeWon
	case given:
		return answer{}, &debt.Refusal{Field: "reduction", Rule: "reduction_without_upholding", Detail: "a dispute that is not upheld reduces nothing"}
	}
	return s.put(ctx, c, f)
}

// mayAnswer refuses an agent's answer to a dispute that is not theirs.
func (s *server) mayAnswer(ctx context.Context, c *call) error {
	if c.key.Role != debt.Agent {
		return nil
	}
	f, err := s.Cases.File(ctx, c.id())
	if err != nil {
		return err
	}
	theirs := func(d debt.Dispute) bool { return d.ID == c.path["dispute"] && d.AnswerFrom != debt.Agent }
	if slices.ContainsFunc(f.Case.Disputes, theirs) {
		return refuse(http.StatusForbidden, "answer_from_another", "", "this dispute is for the creditor or a supervisor to answer")
	}
	return nil
}

// hold stops collection contact, or puts it on another footing: a debtor in
// hardship is asked more softly where their strategy says how, and one who is
// represented through their representative alone.
func (s *server) hold(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		Reason debt.HoldReason  `json:"reason"`
		Until  calendar.Date    `json:"until"`
		About  *debt.Proceeding `json:"about"`
		Point  string           `json:"contact_point_id"`
		Note   string           `json:"note"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	if in.Point != "" && in.Reason != debt.HoldWrongPerson {
		return answer{}, &debt.Refusal{Field: "contact_point_id", Rule: "hold_about", Detail: "only a wrong person was reached by a contact point"}
	}
	if in.About != nil {
		in.About.Rule = "" // the law's, not the caller's
	}
	return s.put(ctx, c, debt.HoldPlaced{Hold: debt.Hold{Reason: in.Reason, Until: in.Until, About: in.About, Of: in.Point}, Note: in.Note})
}
