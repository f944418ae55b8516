package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// errReached is what the wall answers to all that comes through to it.
var errReached = &debt.Refusal{Rule: "reached", Detail: "it came through"}

// wall stands where the record would: it lets an operator in, has one of
// everything, and refuses every write and list that comes through. What the
// door is given must be a fact that can be kept, and read again as it was.
type wall struct {
	shipped []*strategy.Strategy
	failure error
}

func (w *wall) KeyBySecret(context.Context, string) (record.Key, error) {
	return record.Key{ID: "k", Role: debt.Operator}, nil
}

func (w *wall) Parties(context.Context, string) (record.Parties, error) {
	return record.Parties{Creditor: "c"}, nil
}

func (w *wall) File(_ context.Context, id string) (record.File, error) {
	return record.File{Case: &debt.Case{ID: id, Creditor: "c"}}, nil
}

func (w *wall) Debtor(_ context.Context, id string) (record.Debtor, error) {
	return record.Debtor{ID: id, Creditor: "c", Points: []record.Point{{ID: "x", Channel: "email", Value: "a@b.example"}}}, nil
}

func (w *wall) Creditor(_ context.Context, id string) (record.Creditor, error) {
	return record.Creditor{ID: id, Name: "Quevedo", Country: "ES"}, nil
}

func (w *wall) Handoff(_ context.Context, id string) (record.Handoff, error) {
	return record.Handoff{ID: id, Case: "x", State: "accepted"}, nil
}

func (w *wall) Strategies(context.Context) ([]*strategy.Strategy, error) { return w.shipped, nil }

func (w *wall) Open(_ context.Context, in debt.Submission, _ debt.Actor) (record.File, error) {
	in = in.Normal()
	if no := in.Validate(calendar.DateOf(monday)); len(no) == 0 {
		w.keep(in)
	}
	return record.File{}, errReached
}

func (w *wall) Record(_ context.Context, _, _ string, _ debt.Actor, f debt.Fact) (record.File, error) {
	w.keep(f)
	return record.File{}, errReached
}

// keep holds what came through to be writable as JSON that PostgreSQL keeps.
func (w *wall) keep(v any) {
	b, err := json.Marshal(v)
	if err != nil || bytes.Contains(b, []byte(`\u0000`)) || !keepable(string(b)) {
		w.failure = errors.Join(errors.New("cannot be kept: "+string(b)), err)
	}
}

func (w *wall) SaveCreditor(_ context.Context, k record.Creditor) (record.Creditor, error) {
	w.keep(k)
	return k, errReached
}

func (w *wall) SaveFirm(_ context.Context, f record.Firm) (record.Firm, error) {
	w.keep(f)
	return f, errReached
}

func (w *wall) PlaceStop(_ context.Context, st record.Stop) (record.Stop, []string, error) {
	w.keep(st)
	return st, nil, errReached
}

func (w *wall) NewKey(_ context.Context, k record.Key) (record.Key, string, error) {
	w.keep(k)
	return k, "", errReached
}

func (w *wall) AddRate(_ context.Context, r record.OwnRate) (record.OwnRate, error) {
	w.keep(r)
	return r, errReached
}
func (w *wall) Laws(context.Context) (law.Places, error) { return countries.For, nil }
func (w *wall) OwnRates(context.Context, string) ([]record.OwnRate, error) {
	return nil, errReached
}

func (w *wall) Preview(context.Context, debt.Submission) (record.File, []strategy.Decision, error) {
	return record.File{}, nil, errReached
}
func (w *wall) SettleMessage(context.Context, string, string, debt.Actor, debt.MessageEnded) (record.File, error) {
	return record.File{}, errReached
}
func (w *wall) ClaimTask(context.Context, string, string) (record.Task, error) {
	return record.Task{}, errReached
}
func (w *wall) FinishTask(context.Context, string, string, string) (record.Task, error) {
	return record.Task{}, errReached
}
func (w *wall) AddDocument(context.Context, string, string, debt.Actor, record.Document) (record.Document, error) {
	return record.Document{}, errReached
}
func (w *wall) OptOut(context.Context, string, string, string, debt.Actor) error { return errReached }
func (w *wall) AddPoint(context.Context, string, record.Point) (record.Debtor, error) {
	return record.Debtor{}, errReached
}
func (w *wall) SetPoint(context.Context, string, record.PointChange, debt.Actor) (record.Debtor, error) {
	return record.Debtor{}, errReached
}
func (w *wall) LiftStop(context.Context, string, string) ([]string, error) { return nil, errReached }
func (w *wall) RevokeKey(context.Context, string) error                    { return errReached }
func (w *wall) SaveStrategy(context.Context, []byte) (*strategy.Strategy, error) {
	return nil, errReached
}
func (w *wall) StartImport(context.Context, string, string, []record.ImportRow) (record.Import, error) {
	return record.Import{}, errReached
}
func (w *wall) TryImport(context.Context, string, string, []record.ImportRow) (record.Import, error) {
	return record.Import{}, errReached
}
func (w *wall) Import(context.Context, string) (record.Import, error) {
	return record.Import{}, errReached
}
func (w *wall) TakeStatements(context.Context, record.BankFile, []byte, debt.Actor) (record.BankFile, error) {
	return record.BankFile{}, errReached
}
func (w *wall) BankFile(context.Context, string) (record.BankFile, error) {
	return record.BankFile{}, errReached
}
func (w *wall) BankFileBytes(context.Context, string) ([]byte, error) { return nil, errReached }
func (w *wall) UndoLine(context.Context, string, string, string) (record.BankLine, []string, error) {
	return record.BankLine{}, nil, errReached
}
func (w *wall) WorkBank(context.Context, int) (int, []string, error) { return 0, nil, errReached }
func (w *wall) BankLine(_ context.Context, id string) (record.BankLine, error) {
	return record.BankLine{ID: id, Creditor: "c"}, nil
}
func (w *wall) BankLines(context.Context, string, string, string, int) ([]record.BankLine, error) {
	return nil, errReached
}
func (w *wall) MatchLine(_ context.Context, _, _ string, m record.BankMatch) (record.BankLine, []string, error) {
	w.keep(m)
	return record.BankLine{}, nil, errReached
}
func (w *wall) Guarantors(context.Context, string) ([]debt.Party, error) { return nil, errReached }
func (w *wall) Verify(context.Context, string) error                     { return errReached }
func (w *wall) Controls(context.Context, record.ControlFilter) (record.Controls, error) {
	return record.Controls{}, errReached
}
func (w *wall) Totals(context.Context) (record.Totals, error)              { return record.Totals{}, errReached }
func (w *wall) Stops(context.Context) ([]record.Stop, error)               { return nil, errReached }
func (w *wall) Firms(context.Context) ([]record.Firm, error)               { return nil, errReached }
func (w *wall) Keys(context.Context, string) ([]record.Key, error)         { return nil, errReached }
func (w *wall) Cases(context.Context, record.Filter) ([]record.Row, error) { return nil, errReached }
func (w *wall) Timeline(context.Context, string, int64, int) ([]record.Entry, error) {
	return nil, errReached
}
func (w *wall) Statement(context.Context, string, calendar.Date) (debt.Statement, error) {
	return debt.Statement{}, errReached
}
func (w *wall) Forecast(context.Context, string, time.Time) ([]strategy.Decision, error) {
	return nil, errReached
}
func (w *wall) Messages(context.Context, string, string, string, int) ([]record.Message, error) {
	return nil, errReached
}
func (w *wall) Message(context.Context, string) (record.Message, error) {
	return record.Message{}, errReached
}
func (w *wall) Tasks(context.Context, string, string, string, int) ([]record.Task, error) {
	return nil, errReached
}
func (w *wall) Documents(context.Context, string) ([]record.Document, error) { return nil, errReached }
func (w *wall) Document(context.Context, string) (record.Document, error) {
	return record.Document{}, errReached
}
func (w *wall) Debtors(context.Context, string, string, string, int) ([]record.Debtor, error) {
	return nil, errReached
}
func (w *wall) Creditors(context.Context, string, int) ([]record.Creditor, error) {
	return nil, errReached
}
func (w *wall) Handoffs(context.Context, string, string, string, int) ([]record.Handoff, error) {
	return nil, errReached
}
func (w *wall) ClockState(context.Context) (time.Time, time.Duration, bool, error) {
	return monday, 0, false, errReached
}

func (w *wall) Recall(context.Context, record.Request) (record.Answer, bool, error) {
	return record.Answer{}, false, nil
}
func (w *wall) Remember(context.Context, record.Request, record.Answer) error { return nil }
