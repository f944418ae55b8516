// Package bank reads what a bank says of an account, and finds the debts that
// were paid. It reads statements of ISO 20022 (camt.053) and of the Spanish
// Norma 43, whole or not at all, and holds their lines against open cases. It is
// pure: whoever has the file hands in its bytes, whoever keeps the cases hands
// those in.
package bank

import (
	"bytes"
	"fmt"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

// Format is how a statement is written.
type Format string

// The formats.
const (
	Camt053 Format = "camt.053"
	Norma43 Format = "norma43"
)

// Statement is what a bank says of one account over some days.
type Statement struct {
	Format   Format
	ID       string // the bank's own; empty in Norma 43
	Account  string // IBAN, or the number as the bank writes it where it has none
	Owner    string // who has the account, as far as the bank says
	Currency string
	From, To calendar.Date
	Opening  money.Amount // before the first line; negative: overdrawn
	Closing  money.Amount // after the last one
	Lines    []Line
	Pending  int // entries announced and not booked: they are no lines
}

// Line is one movement on an account. A batch that the file splits into its
// transactions is one line each.
type Line struct {
	// ID is the same whenever the same movement is read again, from the same
	// file or from another that overlaps it. See identify.
	ID      string
	At      int // line of the file where it begins
	Account string
	Booked  calendar.Date
	Value   calendar.Date
	Amount  money.Amount // positive: money in; negative: money out
	// Reversal marks a movement that takes an earlier one back: a payment
	// returned, a booking corrected. Reason is the bank's code for why.
	Reversal bool
	Reason   string
	// Batch is how many transactions the movement sums up where the file does
	// not give them one by one; zero: it is one; unknownBatch: the file does not
	// say how many.
	Batch     int
	Name      string // counterparty, as the bank writes it
	Behalf    string // for whom the counterparty pays, where the file says so
	IBAN      string // counterparty's account; empty where it is none
	Text      string // remittance text, its parts joined by a space
	Reference string // structured creditor reference (ISO 11649), checked
	EndToEnd  string // the payer's own id of the payment
	Bank      string // the bank's id of the movement; not every bank gives one
}

// UnknownBatch is the Batch of a line that sums up several transactions and
// does not say how many.
const UnknownBatch = -1

// Credit reports whether the line is money in.
func (l Line) Credit() bool { return l.Amount.Cents > 0 }

// Malformed says where a file is not what its standard wants, or does not add
// up. Nothing of such a file is taken.
type Malformed struct {
	Line   int    // of the file, from 1; 0: the file as a whole
	Field  string // "Ntry/Amt", "amount (columns 29-42)"
	Detail string
}

func (m *Malformed) Error() string {
	if m.Line == 0 {
		return fmt.Sprintf("bank statement: %s %s", m.Field, m.Detail)
	}
	return fmt.Sprintf("bank statement: line %d: %s %s", m.Line, m.Field, m.Detail)
}

func malformed(line int, field, format string, args ...any) error {
	return &Malformed{Line: line, Field: field, Detail: fmt.Sprintf(format, args...)}
}

// MaxBytes is the largest file that is read: a month of a busy account in
// camt.053 with all its details is some 30 MB.
const MaxBytes = 64 << 20

// maxLines is how many lines a file may have: each becomes a row and is held
// against the open cases, in one transaction.
const maxLines = 200_000

// Read reads the statements of a file in whichever format it is. The error is a
// *Malformed.
func Read(content []byte) ([]Statement, error) {
	if len(content) > MaxBytes {
		return nil, malformed(0, "file", "has %d bytes: at most %d are read", len(content), MaxBytes)
	}
	start := bytes.TrimLeft(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case len(start) == 0:
		return nil, malformed(0, "file", "is empty")
	case start[0] == '<':
		return ReadCamt053(content)
	case bytes.HasPrefix(start, []byte("11")), bytes.HasPrefix(start, []byte("00")):
		return ReadNorma43(content)
	}
	return nil, malformed(1, "file", "is neither camt.053 (XML) nor Norma 43 (records of 80 columns that begin with 11)")
}

// check holds the sums of a statement against its lines.
func (s *Statement) check(line int) error {
	sum := s.Opening.Cents
	for _, l := range s.Lines {
		sum += l.Amount.Cents
	}
	if sum != s.Closing.Cents {
		return malformed(line, "closing balance", "is %s, and opening balance and lines add up to %s: a line is missing or was changed",
			s.Closing, money.Of(sum, s.Currency))
	}
	return nil
}
