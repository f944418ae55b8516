package api

import (
	"context"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// Door is where debts and facts come in. What it refuses is a *debt.Refusal,
// or several joined.
type Door interface {
	// Open opens the case of a submission, or gives the one that the same
	// submission opened before.
	Open(ctx context.Context, in debt.Submission, by debt.Actor) (record.File, error)
	// Preview says what Open would do and what would follow; nothing is written.
	Preview(ctx context.Context, in debt.Submission) (record.File, []strategy.Decision, error)
	// Record puts a fact on a case, once for each key.
	Record(ctx context.Context, caseID, key string, by debt.Actor, f debt.Fact) (record.File, error)
}

// Cases reads cases. What is not there is record.ErrNotFound.
type Cases interface {
	File(ctx context.Context, caseID string) (record.File, error)
	Cases(ctx context.Context, f record.Filter) ([]record.Row, error)
	Timeline(ctx context.Context, caseID string, afterSeq int64, limit int) ([]record.Entry, error)
}

// Findings are what is computed of a case.
type Findings interface {
	// Statement gives what is owed as of a day; no day is today at the debtor's.
	Statement(ctx context.Context, caseID string, asOf calendar.Date) (debt.Statement, error)
	// Forecast gives what the case will do with no new fact from outside.
	Forecast(ctx context.Context, caseID string, until time.Time) ([]strategy.Decision, error)
	// Verify checks the chain of events, and that the case is their sum.
	Verify(ctx context.Context, caseID string) error
}

// Messages are what was or may have been sent.
type Messages interface {
	Messages(ctx context.Context, caseID, creditor, after string, limit int) ([]record.Message, error)
	Message(ctx context.Context, id string) (record.Message, error)
	// SettleMessage records, once for each key, what became of a message of
	// unknown outcome.
	SettleMessage(ctx context.Context, id, key string, by debt.Actor, out debt.MessageEnded) (record.File, error)
}

// Tasks are what people have to do.
type Tasks interface {
	Tasks(ctx context.Context, creditor, state, after string, limit int) ([]record.Task, error)
	ClaimTask(ctx context.Context, id, by string) (record.Task, error)
	FinishTask(ctx context.Context, id, by, result string) (record.Task, error)
}

// Documents are the papers of a case, at most 20 MB each.
type Documents interface {
	Documents(ctx context.Context, caseID string) ([]record.Document, error)
	Document(ctx context.Context, id string) (record.Document, error)
	AddDocument(ctx context.Context, caseID, key string, by debt.Actor, d record.Document) (record.Document, error)
}

// Debtors are those who owe.
type Debtors interface {
	Debtor(ctx context.Context, id string) (record.Debtor, error)
	Debtors(ctx context.Context, creditor, query, after string, limit int) ([]record.Debtor, error)
	OptOut(ctx context.Context, debtorID, channel, how string, by debt.Actor) error
}

// Points are the debtors' contact points.
type Points interface {
	AddPoint(ctx context.Context, debtorID string, p record.Point) (record.Debtor, error)
	// SetPoint changes a contact point; to open one again takes the person's
	// refusal of what it carries back.
	SetPoint(ctx context.Context, debtorID string, p record.PointChange, by debt.Actor) (record.Debtor, error)
}

// Creditors are those who are owed. SaveCreditor makes one where it has no id.
type Creditors interface {
	Creditor(ctx context.Context, id string) (record.Creditor, error)
	Creditors(ctx context.Context, after string, limit int) ([]record.Creditor, error)
	SaveCreditor(ctx context.Context, c record.Creditor) (record.Creditor, error)
}

// Keys are the API keys. Keys lists those of a creditor, or all.
type Keys interface {
	NewKey(ctx context.Context, k record.Key) (record.Key, string, error)
	Keys(ctx context.Context, creditor string) ([]record.Key, error)
	RevokeKey(ctx context.Context, id string) error
}

// Porter knows who knocks, and whose each case is: record.ErrNotFound for a
// secret that opens nothing.
type Porter interface {
	KeyBySecret(ctx context.Context, secret string) (record.Key, error)
	// Parties gives whose a case is; record.ErrNotFound where there is none.
	Parties(ctx context.Context, caseID string) (record.Parties, error)
}

// Stops are the emergency stops; placing and lifting give the cases to wake.
type Stops interface {
	PlaceStop(ctx context.Context, st record.Stop) (record.Stop, []string, error)
	LiftStop(ctx context.Context, id, by string) ([]string, error)
	Stops(ctx context.Context) ([]record.Stop, error)
}

// Firms are the law firms. SaveFirm makes one where it has no id.
type Firms interface {
	SaveFirm(ctx context.Context, f record.Firm) (record.Firm, error)
	Firms(ctx context.Context) ([]record.Firm, error)
}

// Handoffs are the cases before or with law firms.
type Handoffs interface {
	Handoffs(ctx context.Context, firm, state, after string, limit int) ([]record.Handoff, error)
	Handoff(ctx context.Context, id string) (record.Handoff, error)
}

// Imports take debts in bulk; the same content again is the same import.
type Imports interface {
	StartImport(ctx context.Context, creditor, name string, rows []record.ImportRow) (record.Import, error)
	// TryImport says what StartImport would come to, and records nothing.
	TryImport(ctx context.Context, creditor, name string, rows []record.ImportRow) (record.Import, error)
	Import(ctx context.Context, id string) (record.Import, error)
}

// Statements take bank statements; the same file again is the same statement.
type Statements interface {
	// TakeStatements keeps a file and its lines, and books nothing. What cannot
	// be read is a *bank.Malformed.
	TakeStatements(ctx context.Context, f record.BankFile, content []byte, by debt.Actor) (record.BankFile, error)
	BankFile(ctx context.Context, id string) (record.BankFile, error)
	// WorkBank looks at lines that wait, books those that are sure, and lists
	// the cases to wake.
	WorkBank(ctx context.Context, limit int) (worked int, wake []string, err error)
}

// BankLines are the movements on accounts, and what became of them.
type BankLines interface {
	BankLine(ctx context.Context, id string) (record.BankLine, error)
	BankLines(ctx context.Context, creditor, state, after string, limit int) ([]record.BankLine, error)
	// MatchLine books a line as a person says, and lists the cases to wake.
	MatchLine(ctx context.Context, id, key string, m record.BankMatch) (x record.BankLine, wake []string, err error)
}

// BankDesk is what is rarely asked of statements and their lines.
type BankDesk interface {
	// BankFileBytes gives a file as it came.
	BankFileBytes(ctx context.Context, id string) ([]byte, error)
	// UndoLine takes back what a line was booked as, and lists the cases to wake.
	UndoLine(ctx context.Context, id, key, reason string) (x record.BankLine, wake []string, err error)
}

// Strategies are the plans of action, shipped and added.
type Strategies interface {
	SaveStrategy(ctx context.Context, yaml []byte) (*strategy.Strategy, error)
	Strategies(ctx context.Context) ([]*strategy.Strategy, error)
}

// Rates are the rates of interest: those that ship with the engine, and an
// operator's own.
type Rates interface {
	// Laws gives the law of every place with the own rows that stand.
	Laws(ctx context.Context) (law.Places, error)
	// OwnRates lists the own rows of a series, or of all; those that others
	// stand in the place of, too.
	OwnRates(ctx context.Context, series string) ([]record.OwnRate, error)
	// AddRate adds a row, or withdraws one.
	AddRate(ctx context.Context, r record.OwnRate) (record.OwnRate, error)
}

// Guarantors are those who answer for the debt of a case beside the debtor.
type Guarantors interface {
	// Guarantors lists them as submitted, in order.
	Guarantors(ctx context.Context, caseID string) ([]debt.Party, error)
}

// Memory keeps the answer to each request by its Idempotency-Key.
type Memory interface {
	// Recall gives an earlier answer, or marks the request as under way, and
	// says which id it is to make;
	// record.ErrKeyReused and record.ErrKeyBusy say why it does neither.
	Recall(ctx context.Context, r record.Request) (a record.Answer, found bool, err error)
	// Remember keeps an answer; none lets the request be tried again.
	Remember(ctx context.Context, r record.Request, a record.Answer) error
}

// Figures are the installation's clock and sums, and what is off in it.
type Figures interface {
	// Controls lists what a periodic control finds off, case by case.
	Controls(ctx context.Context, f record.ControlFilter) (record.Controls, error)
	ClockState(ctx context.Context) (now time.Time, offset time.Duration, frozen bool, err error)
	Totals(ctx context.Context) (record.Totals, error)
}

// Waker tells a case's workflow that there is news on the record.
type Waker interface {
	Wake(ctx context.Context, caseID string) error
}
