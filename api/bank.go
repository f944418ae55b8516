package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"

	"github.com/recobro/recobro/bank"
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
)

// statementLimit is the largest file of bank statements, with room for a form
// around it.
const statementLimit int64 = bank.MaxBytes + 64<<10

// bankLinesAtOnce is how many lines are worked before the answer; what is left
// is worked by the relay.
const bankLinesAtOnce = 100

// takeStatements takes a file of bank statements: its lines are durable before
// the answer, and those that are sure are booked as far as there is time.
func (s *server) takeStatements(ctx context.Context, c *call) (answer, error) {
	sent, err := s.statementSent(ctx, c)
	if err != nil {
		return answer{}, err
	}
	f, err := s.Statements.TakeStatements(ctx, record.BankFile{Creditor: sent.owed.ID, Name: sent.name}, sent.content, c.by())
	var m *bank.Malformed
	if errors.As(err, &m) {
		return answer{}, problems(http.StatusUnprocessableEntity, fault{Field: "file", Code: "statement_malformed", Detail: m.Error(), Line: m.Line})
	}
	if err != nil {
		return answer{}, err
	}
	_, wake, err := s.Statements.WorkBank(ctx, bankLinesAtOnce)
	for _, id := range wake {
		s.wake(ctx, id)
	}
	if err != nil { // the lines are safe, and the relay takes them up
		s.Logger.ErrorContext(ctx, "bank lines were not worked", "error", err.Error())
	}
	if f, err = s.Statements.BankFile(ctx, f.ID); err != nil {
		return answer{}, err
	}
	return created(f)
}

// statementSent reads a file of statements. One of an account of the operator's, on
// which several creditors are paid, is said to be shared and has no creditor.
func (s *server) statementSent(ctx context.Context, c *call) (uploaded, error) {
	if !c.flag("shared") {
		return s.upload(ctx, c)
	}
	f, asked, err := c.sent()
	switch {
	case err != nil:
		return f, err
	case c.key.Role == debt.Creditor:
		return f, refuse(http.StatusForbidden, "role_forbidden", "shared", "a creditor's key brings statements of its own account")
	case asked != "":
		return f, refuse(http.StatusUnprocessableEntity, "shared_has_no_creditor", "creditor_id", "an account on which several creditors are paid is none's own")
	}
	return f, nil
}

// downloadStatement gives a file of bank statements back as it came.
func (s *server) downloadStatement(ctx context.Context, c *call) (answer, error) {
	f, err := s.Statements.BankFile(ctx, c.id())
	if err != nil {
		return answer{}, err
	}
	content, err := s.BankDesk.BankFileBytes(ctx, f.ID)
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, raw: content, media: "application/octet-stream", name: cmp.Or(f.Name, f.ID)}, nil
}

// undoBankLine takes back what a line was booked as.
func (s *server) undoBankLine(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		Reason string `json:"reason"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	x, wake, err := s.BankDesk.UndoLine(ctx, c.id(), c.key.ID, in.Reason)
	for _, id := range wake {
		s.wake(ctx, id)
	}
	if err != nil {
		return answer{}, err
	}
	return ok(viewOfLine(x))
}

// showStatement shows a file of bank statements and what became of its lines.
func (s *server) showStatement(ctx context.Context, c *call) (answer, error) {
	f, err := s.Statements.BankFile(ctx, c.id())
	if err != nil {
		return answer{}, err
	}
	if c.key.Role == debt.Creditor && f.Creditor != c.key.Creditor {
		return answer{}, notFound()
	}
	return ok(f)
}

// bankLineView is a line of a bank statement as the contract writes it.
type bankLineView struct {
	record.BankLine
	Account   string        `json:"account"`
	Booked    calendar.Date `json:"booked_on"`
	Value     calendar.Date `json:"value_on"`
	Amount    money.Amount  `json:"amount"`
	Reversal  bool          `json:"reversal"`
	Reason    string        `json:"reason,omitempty"`
	Batch     int           `json:"batch,omitempty"`
	Name      string        `json:"name,omitempty"`
	Behalf    string        `json:"on_behalf_of,omitempty"`
	IBAN      string        `json:"iban,omitempty"`
	Text      string        `json:"text,omitempty"`
	Reference string        `json:"reference,omitempty"`
	EndToEnd  string        `json:"end_to_end_id,omitempty"`
	Bank      string        `json:"bank_reference,omitempty"`
}

func viewOfLine(x record.BankLine) bankLineView {
	l := x.Line
	for i := range x.Candidates {
		x.Candidates[i].Reasons = some(x.Candidates[i].Reasons)
	}
	x.Candidates, x.Parts = some(x.Candidates), some(x.Parts)
	return bankLineView{BankLine: x, Account: l.Account, Booked: l.Booked, Value: l.Value, Amount: l.Amount, Reversal: l.Reversal,
		Reason: l.Reason, Batch: l.Batch, Name: l.Name, Behalf: l.Behalf, IBAN: l.IBAN, Text: l.Text, Reference: l.Reference,
		EndToEnd: l.EndToEnd, Bank: l.Bank}
}

func (s *server) listBankLines(ctx context.Context, c *call) (answer, error) {
	after, limit, err := c.paging()
	if err != nil {
		return answer{}, err
	}
	creditor, err := c.ofCreditor(c.query("creditor_id"))
	if err != nil {
		return answer{}, err
	}
	all, err := s.BankLines.BankLines(ctx, creditor, c.query("state"), after, limit)
	if err != nil {
		return answer{}, err
	}
	return ok(pageOf(all, limit, func(x record.BankLine) string { return x.ID }, viewOfLine))
}

// inBankLine looks the line up that the path names, within the caller's scope.
func (s *server) inBankLine(ctx context.Context, c *call) error {
	x, err := s.BankLines.BankLine(ctx, c.id())
	if err == nil && c.key.Role == debt.Creditor && x.Creditor != c.key.Creditor {
		return notFound()
	}
	return err
}

func (s *server) showBankLine(ctx context.Context, c *call) (answer, error) {
	x, err := s.BankLines.BankLine(ctx, c.id())
	if err != nil {
		return answer{}, err
	}
	return ok(viewOfLine(x))
}

// matchBankLine books a line as a person says, or sets it aside.
func (s *server) matchBankLine(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		Parts []struct {
			Case    string       `json:"case_id"`
			Amount  money.Amount `json:"amount"`
			Payment string       `json:"payment_id"`
		} `json:"parts"`
		SetAside bool   `json:"set_aside"`
		Note     string `json:"note"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	m := record.BankMatch{SetAside: in.SetAside, Note: in.Note}
	for _, p := range in.Parts {
		m.Parts = append(m.Parts, bank.Part{Case: p.Case, Amount: p.Amount, Payment: p.Payment})
	}
	x, wake, err := s.BankLines.MatchLine(ctx, c.id(), c.key.ID, m)
	for _, id := range wake {
		s.wake(ctx, id)
	}
	if err != nil {
		return answer{}, err
	}
	return ok(viewOfLine(x))
}
