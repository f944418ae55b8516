package bank

import (
	"errors"
	"strconv"
	"strings"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/ident"
	"github.com/recobro/recobro/money"
)

// ReadNorma43 reads the bank statement that Spanish banks give: records of 80
// columns, of accounts (11 to 33) with their movements (22, with 23 and 24), and
// of the file's end (88). All of it is taken or, with a *Malformed, nothing. The
// counts and totals of each account, its balances and the count of the file must
// agree with the movements.
//
// Source: Asociación Española de Banca, Serie normas y procedimientos bancarios
// no. 43, Información normalizada de cuenta corriente, June 2012.
func ReadNorma43(content []byte) ([]Statement, error) {
	n := &norma43{}
	text := strings.TrimRight(decode(content), "\x1a\x00 \r\n\t") // what DOS and mail programs leave at the end
	for i, s := range strings.Split(text, "\n") {
		s = strings.TrimRight(s, "\r")
		if strings.TrimSpace(s) == "" {
			continue
		}
		if err := n.record(row{i + 1, []rune(s)}); err != nil {
			return nil, err
		}
	}
	switch {
	case n.open != nil:
		return nil, malformed(n.last, "record 33", "is missing: the file was cut off within account %s", n.open.Account)
	case !n.ended:
		return nil, malformed(n.last, "record 88", "is missing: the file was cut off")
	case len(n.all) == 0:
		return nil, malformed(n.last, "record 11", "is missing: the file holds no account")
	}
	identify(n.all)
	return n.all, nil
}

// norma43 is a file that is being read.
type norma43 struct {
	all     []Statement
	open    *account // between its records 11 and 33
	records int
	lines   int
	last    int // line of the last record
	ended   bool
}

// account is a statement while it is read.
type account struct {
	Statement
	bank, branch, number string
	full                 bool   // the last concept read ends in its last column
	counts               [2]int // of debits and credits
	totals               [2]int64
}

// row is one record: a line of fixed columns. What is shorter than 80 lost its
// spaces at the end, which some banks cut off.
type row struct {
	line int
	text []rune
}

// columns gives what stands from one column to another, counted from 1.
func (r row) columns(from, to int) string {
	out := make([]rune, 0, to-from+1)
	for i := from - 1; i < to; i++ {
		if i < len(r.text) {
			out = append(out, r.text[i])
		} else {
			out = append(out, ' ')
		}
	}
	return string(out)
}

// field is where something stands in a record.
type field struct {
	name     string
	from, to int
}

func (f field) wrong(r row, format string, args ...any) error {
	name := f.name + " (columns " + strconv.Itoa(f.from) + "-" + strconv.Itoa(f.to) + ")"
	return malformed(r.line, name, format, args...)
}

// number reads digits alone; of fourteen there are no more than an int64 holds.
func (f field) number(r row) (int64, error) {
	s := r.columns(f.from, f.to)
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0, f.wrong(r, "is %q: want %d digits", s, f.to-f.from+1)
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, f.wrong(r, "is %q: want %d digits", s, f.to-f.from+1)
	}
	return n, nil
}

// side reads the mark of debit or credit: 0 or 1 for the totals' index.
func (f field) side(r row) (int, error) {
	switch s := r.columns(f.from, f.to); s {
	case "1":
		return 0, nil
	case "2":
		return 1, nil
	default:
		return 0, f.wrong(r, "is %q: want 1 for debit or 2 for credit", s)
	}
}

// cents reads a sum; the mark before it says whether it is taken away.
func (f field) cents(r row, mark field) (int64, int, error) {
	n, err := f.number(r)
	if err != nil {
		return 0, 0, err
	}
	if n > money.MaxCents {
		return 0, 0, f.wrong(r, "is %d cents: out of range", n)
	}
	side, err := mark.side(r)
	if side == 0 {
		n = -n
	}
	return n, side, err
}

// day reads a day as YYMMDD. The standard in euros began in 2001.
func (f field) day(r row) (calendar.Date, error) {
	s := r.columns(f.from, f.to)
	if _, err := f.number(r); err == nil {
		if d, err := calendar.Parse("20" + s[:2] + "-" + s[2:4] + "-" + s[4:]); err == nil {
			return d, nil
		}
	}
	return calendar.Date{}, f.wrong(r, "is %q: want a day as YYMMDD", s)
}

// currencies are those of ISO 4217 by number that accounts are kept in.
var currencies = map[string]string{
	"978": "EUR", "840": "USD", "826": "GBP", "756": "CHF", "752": "SEK",
	"578": "NOK", "208": "DKK", "985": "PLN", "203": "CZK", "946": "RON", "504": "MAD",
}

func (f field) currency(r row) (string, error) {
	s := r.columns(f.from, f.to)
	if c, known := currencies[s]; known {
		return c, nil
	}
	return "", f.wrong(r, "is %q: want the number of a currency of ISO 4217, such as 978", s)
}

// record reads one record in the order the standard wants.
func (n *norma43) record(r row) error {
	n.last = r.line
	code := r.columns(1, 2)
	if n.ended {
		return malformed(r.line, "record "+code, "comes after the end of the file (88)")
	}
	if len(r.text) > 80 && strings.TrimSpace(string(r.text[80:])) != "" {
		return malformed(r.line, "record "+code, "has %d columns: want 80", len(r.text))
	}
	if code != "88" {
		n.records++
	}
	within := map[string]bool{"22": true, "23": true, "24": true, "33": true}[code]
	switch {
	case code == "00" && n.records == 1:
		return nil // a header that some banks put before the file
	case within && n.open == nil:
		return malformed(r.line, "record "+code, "comes before the account's own (11)")
	case !within && n.open != nil:
		return malformed(r.line, "record "+code, "comes before the end (33) of account %s", n.open.Account)
	}
	switch code {
	case "11":
		return n.begin(r)
	case "22":
		return n.movement(r)
	case "23":
		return n.concept(r)
	case "24":
		return n.equivalent(r)
	case "33":
		return n.finish(r)
	case "88":
		return n.end(r)
	}
	return malformed(r.line, "record code (columns 1-2)", "is %q: want 11, 22, 23, 24, 33 or 88", code)
}

// begin reads record 11, the account with its opening balance.
func (n *norma43) begin(r row) (err error) {
	a := &account{bank: r.columns(3, 6), branch: r.columns(7, 10), number: r.columns(11, 20)}
	a.Format, a.Owner = Norma43, line(r.columns(52, 77))
	if a.Account, err = ident.SpanishIBAN(a.bank, a.branch, a.number); err != nil {
		return field{"account", 3, 20}.wrong(r, "%s", err)
	}
	if a.From, err = (field{"first day", 21, 26}).day(r); err != nil {
		return err
	}
	if a.To, err = (field{"last day", 27, 32}).day(r); err != nil {
		return err
	}
	if a.Currency, err = (field{"currency", 48, 50}).currency(r); err != nil {
		return err
	}
	cents, _, err := field{"opening balance", 34, 47}.cents(r, field{"debit or credit", 33, 33})
	if err != nil {
		return err
	}
	if a.To.Before(a.From) {
		return field{"last day", 27, 32}.wrong(r, "is %s, before the first one, %s", a.To, a.From)
	}
	a.Opening = money.Of(cents, a.Currency)
	n.open = a
	return nil
}

// movement reads record 22.
func (n *norma43) movement(r row) (err error) {
	if n.lines++; n.lines > maxLines {
		return malformed(r.line, "record 22", "is one of more than %d: ask the bank for the statement in parts", maxLines)
	}
	l := Line{At: r.line, Account: n.open.Account}
	if l.Booked, err = (field{"operation day", 11, 16}).day(r); err != nil {
		return err
	}
	if l.Value, err = (field{"value day", 17, 22}).day(r); err != nil {
		return err
	}
	cents, side, err := field{"amount", 29, 42}.cents(r, field{"debit or credit", 28, 28})
	if err != nil {
		return err
	}
	l.Amount = money.Of(cents, n.open.Currency)
	n.open.counts[side]++
	n.open.totals[side] += max(cents, -cents)
	switch r.columns(23, 24) { // concept common to all banks
	case "14": // returned and unpaid
		l.Reversal = cents < 0
	case "98": // annulled or corrected
		l.Reversal = true
	case "06": // drafts and receipts handed in together
		if cents > 0 {
			l.Batch = UnknownBatch
		}
	}
	// Document number and the two references are filled with zeros where there
	// are none; each bank writes something else there.
	for _, f := range []field{{"document", 43, 52}, {"reference 1", 53, 64}, {"reference 2", 65, 80}} {
		if s := strings.TrimSpace(r.columns(f.from, f.to)); strings.Trim(s, "0 ") != "" {
			l.Text += "\n" + s
		}
	}
	n.open.full = false
	n.open.Lines = append(n.open.Lines, l)
	return nil
}

// movementOf gives the movement that a record belongs to.
func (n *norma43) movementOf(r row, code string) (*Line, error) {
	if len(n.open.Lines) == 0 {
		return nil, malformed(r.line, "record "+code, "comes before any movement (22) of account %s", n.open.Account)
	}
	return &n.open.Lines[len(n.open.Lines)-1], nil
}

// concept reads record 23: up to five of two texts of 38 columns, which go on
// without a space where a word was cut.
func (n *norma43) concept(r row) error {
	l, err := n.movementOf(r, "23")
	if err != nil {
		return err
	}
	if k, err := (field{"number of the concept", 3, 4}).number(r); err != nil {
		return err
	} else if k < 1 || k > 5 {
		return field{"number of the concept", 3, 4}.wrong(r, "is %02d: want 01 to 05", k)
	}
	for _, s := range []string{r.columns(5, 42), r.columns(43, 80)} {
		if strings.TrimSpace(s) == "" {
			n.open.full = false
			continue
		}
		if !n.open.full { // else it goes on in the middle of a word, or begins with a space
			l.Text += "\n"
		}
		n.open.full = !strings.HasSuffix(s, " ")
		l.Text += strings.TrimRight(s, " ")
	}
	return nil
}

// equivalent reads record 24, what the movement was in another currency. The
// account's own counts; the other must be readable all the same.
func (n *norma43) equivalent(r row) error {
	if _, err := n.movementOf(r, "24"); err != nil {
		return err
	}
	_, err := field{"amount", 8, 21}.number(r)
	return err
}

// finish reads record 33, the account's totals and closing balance.
func (n *norma43) finish(r row) error {
	a := n.open
	if got := r.columns(3, 20); got != a.bank+a.branch+a.number {
		return field{"account", 3, 20}.wrong(r, "is %s, and the one that was begun is %s", got, a.bank+a.branch+a.number)
	}
	for side, f := range [2]struct{ count, total field }{
		{field{"number of debits", 21, 25}, field{"total of debits", 26, 39}},
		{field{"number of credits", 40, 44}, field{"total of credits", 45, 58}},
	} {
		count, err := f.count.number(r)
		if err != nil {
			return err
		}
		if count != int64(a.counts[side]) {
			return f.count.wrong(r, "is %d, and the account has %d", count, a.counts[side])
		}
		total, err := f.total.number(r)
		if err != nil {
			return err
		}
		if total != a.totals[side] {
			return f.total.wrong(r, "is %s, and the movements come to %s", money.Of(total, a.Currency), money.Of(a.totals[side], a.Currency))
		}
	}
	currency, err := field{"currency", 74, 76}.currency(r)
	if err != nil {
		return err
	}
	if currency != a.Currency {
		return field{"currency", 74, 76}.wrong(r, "is %s, and the account is in %s", currency, a.Currency)
	}
	cents, _, err := field{"closing balance", 60, 73}.cents(r, field{"debit or credit", 59, 59})
	if err != nil {
		return err
	}
	a.Closing = money.Of(cents, a.Currency)
	if err := a.check(r.line); err != nil {
		var m *Malformed
		errors.As(err, &m)
		return field{"closing balance", 60, 73}.wrong(r, "%s", m.Detail)
	}
	for i := range a.Lines {
		a.Lines[i].understand()
	}
	n.all, n.open = append(n.all, a.Statement), nil
	return nil
}

// end reads record 88. It leaves itself out of its count; some banks do not.
func (n *norma43) end(r row) error {
	f := field{"number of records", 21, 26}
	count, err := f.number(r)
	if err != nil {
		return err
	}
	if count != int64(n.records) && count != int64(n.records)+1 {
		return f.wrong(r, "is %d, and the file has %d before this one", count, n.records)
	}
	n.ended = true
	return nil
}
