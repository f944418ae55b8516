package intake

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
)

// sheet is a file whose header is known.
type sheet struct {
	columns  []string
	creditor string
	today    calendar.Date
	cell     int // most bytes of a cell
	conventions
}

// learn looks through the rows for how the file writes amounts and dates.
func (s *sheet) learn(lines []line) {
	for _, l := range lines {
		for i, column := range s.columns {
			if i >= len(l.cells) {
				break
			}
			switch column {
			case colAmount:
				f, bad := readFigure(l.cells[i])
				s.point = s.point || (bad == nil && f.mark == '.')
				s.comma = s.comma || (bad == nil && f.mark == ',')
			case colIssued, colDue, colProvided, colTaxPoint, colContracted:
				s.american = s.american || monthFirst(strings.TrimSpace(l.cells[i]))
			}
		}
	}
}

// reading is one row under way.
type reading struct {
	*sheet
	row      int
	sub      debt.Submission
	digits   string // of the amount
	written  string // currency that the amount itself names
	currency string // of the currency column
	failed   map[string]bool
	errors   []record.ImportError
}

func (r *reading) wrong(field, rule, detail string) {
	if r.failed == nil {
		r.failed = map[string]bool{}
	}
	r.failed[field] = true
	r.errors = append(r.errors, record.ImportError{Row: r.row, Field: field, Rule: rule, Detail: detail})
}

// read makes a submission of a row, or tells all that is wrong with it.
func (s *sheet) read(l line) record.ImportRow {
	r := &reading{sheet: s, row: l.row}
	r.sub.Creditor = s.creditor
	if l.wrong != "" {
		r.wrong("", "quotation_marks", "the row "+l.wrong)
		return record.ImportRow{Row: l.row, Errors: r.errors}
	}
	cells := l.cells
	for len(cells) > len(s.columns) && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) != len(s.columns) {
		r.wrong("", "cells", fmt.Sprintf("the row has %d cells and the header %d", len(cells), len(s.columns)))
		return record.ImportRow{Row: l.row, Errors: r.errors}
	}
	for i, column := range s.columns {
		r.take(column, cells[i])
	}
	r.principal()
	r.postalCode()
	sub := r.sub.Normal()
	for _, no := range sub.Validate(s.today) {
		if field := r.column(no.Field); !r.failed[field] {
			r.errors = append(r.errors, record.ImportError{Row: l.row, Field: field, Rule: no.Rule, Detail: no.Detail})
		}
	}
	// What the file does not say is no news about a debtor who is known already.
	sub.Debtor.Language, sub.Debtor.Country = r.sub.Debtor.Language, r.sub.Debtor.Country
	return record.ImportRow{Row: l.row, Submission: sub, Errors: r.errors}
}

// column names the column that a field of a submission came from.
func (r *reading) column(field string) string {
	var i int
	if n, _ := fmt.Sscanf(field, "debtor.contacts[%d]", &i); n == 1 && i < len(r.sub.Debtor.Contacts) {
		return "contact." + r.sub.Debtor.Contacts[i].Channel
	}
	return field
}

// take puts one cell where it belongs.
func (r *reading) take(column, cell string) {
	if len(cell) > r.cell {
		r.wrong(column, "cell_too_long", fmt.Sprintf("the cell has %d bytes: at most %d are read", len(cell), r.cell))
		return
	}
	cell, ok := clean(cell)
	if !ok {
		r.wrong(column, "control_characters", "the cell holds control characters")
		return
	}
	if cell == "" {
		return
	}
	if text := r.text(column); text != nil {
		*text = word(column, cell)
		return
	}
	r.typed(column, cell)
}

// clean makes one line of a cell; it reports whether control characters other
// than breaks and tabs are in it.
func clean(s string) (string, bool) {
	fields := strings.Fields(s)
	for _, r := range s {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return "", false
		}
	}
	if strings.ContainsAny(s, "\t\n\v\f\r\u0085") {
		return strings.Join(fields, " "), true
	}
	return strings.TrimSpace(s), true
}

// word turns a word for a fixed value into the value.
func word(column, cell string) string {
	names, fixed := words[column]
	if !fixed {
		return cell
	}
	if v, ok := names[fold(cell)]; ok {
		return v
	}
	if column == colCountry || column == colHome {
		return cell
	}
	return fold(cell)
}

// text gives the place of a column that is text; nil for others.
func (r *reading) text(column string) *string {
	d := &r.sub.Debtor
	switch column {
	case colReference:
		return &r.sub.Reference
	case colCountry:
		return &r.sub.Country
	case colRegion:
		return &r.sub.Region
	case colStrategy:
		return &r.sub.Strategy
	case colClaim:
		return (*string)(&r.sub.Claim.Kind)
	case colCapacity:
		return (*string)(&r.sub.Capacity)
	case colDebtorRef:
		return &d.Reference
	case colKind:
		return (*string)(&d.Kind)
	case colName:
		return &d.Name
	case colTaxID:
		return &d.TaxID
	case colLanguage:
		return &d.Language
	case colZone:
		return &d.TimeZone
	case colStreet:
		return &d.Street
	case colPostalCode:
		return &d.PostalCode
	case colCity:
		return &d.City
	case colHome:
		return &d.Country
	}
	return nil
}

// typed reads a cell that is a sum, a date, a rate or a contact point.
func (r *reading) typed(column, cell string) {
	var bad *fault
	claim := &r.sub.Claim
	switch column {
	case colAmount:
		r.digits, r.written, bad = r.amount(cell)
	case colCurrency:
		r.currency = strings.ToUpper(cell)
		if code, ok := symbols[cell]; ok {
			r.currency = code
		}
	case colIssued:
		claim.Issued, bad = r.day(cell)
	case colDue:
		claim.Due, bad = r.day(cell)
	case colProvided:
		claim.Provided, bad = r.day(cell)
	case colTaxPoint:
		claim.TaxPoint, bad = r.day(cell)
	case colContracted:
		claim.Contracted, bad = r.day(cell)
	case colRate:
		claim.ContractRate, bad = rate(cell)
	case colEmail, colPhone, colWhatsApp:
		r.sub.Debtor.Contacts = append(r.sub.Debtor.Contacts,
			debt.ContactPoint{Channel: strings.TrimPrefix(column, "contact."), Value: cell})
	}
	if bad != nil {
		r.wrong(column, bad.rule, bad.detail)
	}
}

// principal puts amount and currency together.
func (r *reading) principal() {
	currency := r.currency
	switch {
	case currency == "" && r.written == "":
		currency = "EUR"
	case currency == "":
		currency = r.written
	case r.written != "" && r.written != currency:
		r.wrong(colCurrency, "currency_contradicts", fmt.Sprintf("the amount is in %s and the currency says %s", r.written, show(currency)))
	}
	r.sub.Principal = money.Amount{Currency: currency}
	if r.failed[colAmount] {
		return
	}
	if r.digits == "" {
		r.wrong(colAmount, "missing", "the amount is missing")
		return
	}
	if !money.Known(currency) {
		r.wrong(colCurrency, "currency_unknown", fmt.Sprintf("%s: %v", show(currency), money.ErrCurrency))
		r.failed[colAmount] = true // nothing can be said of it without a currency
		return
	}
	a, err := money.Parse(r.digits, currency)
	if err != nil {
		r.wrong(colAmount, "amount_invalid", err.Error())
		return
	}
	r.sub.Principal = a
}

// postalCode gives back the leading zero that spreadsheets drop from Spanish
// and French postal codes.
func (r *reading) postalCode() {
	d := &r.sub.Debtor
	country := d.Country
	if country == "" {
		country = r.sub.Country
	}
	country = strings.ToUpper(country)
	if (country == "ES" || country == "FR") && len(d.PostalCode) == 4 && strings.Trim(d.PostalCode, "0123456789") == "" {
		d.PostalCode = "0" + d.PostalCode
	}
}
