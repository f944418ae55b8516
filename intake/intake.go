// Package intake reads debts as other programs write them. ReadCSV takes a
// spreadsheet's CSV file, as Spanish, French, Portuguese and English
// spreadsheets save it, and gives one submission a row or all that is wrong
// with the row. It is pure.
//
// # The file
//
// Commas, semicolons or tabs, told from the header; UTF-8, UTF-16 with a byte
// order mark, or Windows-1252; a byte order mark and a first line sep=; are
// passed over. Cells in quotation marks may hold separators, doubled quotation
// marks and line breaks. A cell that begins with =, +, - or @ is text like any
// other. Empty rows are passed over, and counted.
//
// # Columns
//
// The names are those of POST /v1/debts joined with dots, without regard to
// case, accents, and spaces or hyphens for underscores; aliases.go lists the
// other names that are understood. reference, country, claim, principal,
// issued_on, due_on, debtor.reference, debtor.kind, debtor.name and one of the
// contact columns must be there. A column that is not known, and one that
// comes twice, is an error of the file; contact columns alone may come twice.
//
// # Amounts
//
// Digits with an optional mark for the decimals, optional marks for the
// thousands and the currency before or after. Where a cell has both a point
// and a comma, the last is the decimal mark; a mark that comes twice, or a
// space, separates thousands; a mark with one or two digits after it is the
// decimal mark. One mark with three digits after it (1.234) is ambiguous: it
// is read only if the other amounts of the file prove one decimal mark and one
// alone, and refused otherwise. Amounts without any currency are euro.
//
// # Dates
//
// 2026-10-31, or day, month and four-digit year: 31/10/2026, 31-10-2026,
// 31.10.2026, 1/9/2026. Two-digit years are refused. Where a date of the file
// has the month before the day (10/31/2026), those that could be read either
// way are refused.
package intake

import (
	"fmt"
	"io"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

// Limits are the largest file and cell that are read.
type Limits struct {
	Rows  int // without the header
	Bytes int64
	Cell  int // bytes
}

// Standard are the limits of ReadCSV.
var Standard = Limits{Rows: 100_000, Bytes: 64 << 20, Cell: 4 << 10}

// ReadCSV reads a file of a creditor's debts within the Standard limits; today
// is the day at the creditor's. Rows come in their order, empty ones left out,
// each a submission in its normal form or with all its errors. The error is for
// a file that is unreadable as a whole: a *debt.Refusal with its reason, or
// what r failed with.
func ReadCSV(r io.Reader, creditor string, today calendar.Date) ([]record.ImportRow, error) {
	return Standard.ReadCSV(r, creditor, today)
}

// ReadCSV is ReadCSV within the limits l.
func (l Limits) ReadCSV(r io.Reader, creditor string, today calendar.Date) ([]record.ImportRow, error) {
	content, err := io.ReadAll(io.LimitReader(r, l.Bytes+1))
	if err != nil {
		return nil, fmt.Errorf("read the file of debts: %w", err)
	}
	if int64(len(content)) > l.Bytes {
		return nil, refused("file", "file_too_large", "the file is larger than %d bytes", l.Bytes)
	}
	text, err := decode(content)
	if err != nil {
		return nil, err
	}
	lines, err := l.split(text)
	if err != nil {
		return nil, err
	}
	columns, err := header(lines[0].cells)
	if err != nil {
		return nil, err
	}
	sheet := sheet{columns: columns, creditor: creditor, today: today, cell: l.Cell}
	sheet.learn(lines[1:])
	rows := make([]record.ImportRow, 0, len(lines)-1)
	seen := make(map[string]int, len(lines))
	for _, line := range lines[1:] {
		row := sheet.read(line)
		if ref := row.Submission.Reference; ref != "" {
			if first, twice := seen[ref]; twice {
				row.Errors = append(row.Errors, record.ImportError{Row: row.Row, Field: "reference", Rule: "reference_repeated",
					Detail: fmt.Sprintf("reference %s stands in row %d already", show(ref), first)})
			} else {
				seen[ref] = row.Row
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func refused(field, rule, format string, args ...any) error {
	return &debt.Refusal{Field: field, Rule: rule, Detail: fmt.Sprintf(format, args...)}
}

// show quotes what a cell held, at most forty characters of it.
func show(s string) string {
	r := []rune(s)
	if len(r) > 40 {
		return fmt.Sprintf("%q…", string(r[:40]))
	}
	return fmt.Sprintf("%q", s)
}
