package bank

import (
	"encoding/xml"
	"strings"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/ident"
	"github.com/recobro/recobro/money"
)

// namespaces are those of camt.053 in all its versions. Some banks write none.
var namespaces = []string{"urn:iso:std:iso:20022:tech:xsd:camt.053.001.", "urn:swift:xsd:$camt.053.001."}

// ReadCamt053 reads a bank statement of ISO 20022, camt.053.001.02 to .13: all
// of it or, with a *Malformed, nothing. Opening balance, booked entries and
// closing balance must add up, and so must the totals where the bank gives any.
//
// Source: ISO 20022, Bank-to-Customer Cash Management, BankToCustomerStatement.
func ReadCamt053(content []byte) ([]Statement, error) {
	c := &camt{r: newReader(content), ids: map[string]bool{}}
	if err := c.open(); err != nil {
		return nil, err
	}
	for {
		t, err := c.r.next()
		if err != nil {
			return nil, err
		}
		switch x := t.(type) {
		case xml.StartElement:
			if x.Name.Local == "Stmt" && x.Name.Space == c.r.space {
				err = c.statement()
			} else {
				err = c.r.skip()
			}
			if err != nil {
				return nil, err
			}
		case xml.EndElement:
			return c.end()
		}
	}
}

// camt is a file that is being read.
type camt struct {
	r     *reader
	all   []Statement
	ids   map[string]bool
	lines int
}

// open goes to the element of the message, whatever envelope it comes in.
func (c *camt) open() error {
	for {
		t, err := c.r.next()
		if err != nil {
			return err
		}
		x, begins := t.(xml.StartElement)
		if !begins {
			continue
		}
		switch x.Name.Local {
		case "BkToCstmrStmt":
			c.r.space = x.Name.Space
			return c.known(x.Name.Space)
		case "AppHdr", "Header":
			if err := c.r.skip(); err != nil {
				return err
			}
		case "BkToCstmrAcctRpt":
			return malformed(c.r.line(), "Document", "is camt.052, a report of the day so far: want the statement, camt.053")
		case "BkToCstmrDbtCdtNtfctn":
			return malformed(c.r.line(), "Document", "is camt.054, a notice of single entries: want the statement, camt.053")
		}
	}
}

func (c *camt) known(space string) error {
	if space == "" {
		return nil
	}
	for _, n := range namespaces {
		if strings.HasPrefix(space, n) {
			return nil
		}
	}
	return malformed(c.r.line(), "Document", "has the namespace %q: want %s02 or a later version", space, namespaces[0])
}

// end reads what follows the message, so that a file that was cut off in its
// envelope is found out too.
func (c *camt) end() ([]Statement, error) {
	for c.r.depth > 0 {
		if _, err := c.r.next(); err != nil {
			return nil, err
		}
	}
	if len(c.all) == 0 {
		return nil, malformed(c.r.line(), "BkToCstmrStmt", "holds no statement (Stmt)")
	}
	identify(c.all)
	return c.all, nil
}

// booked is a statement while it is read.
type booked struct {
	Statement
	line     int
	balances []balance
	totals   *node // TxsSummry
	entries  []*entry
	dated    calendar.Date // of the statement itself
}

type balance struct {
	code   string
	amount money.Amount
	on     calendar.Date
}

// statement reads one Stmt.
func (c *camt) statement() error {
	b := &booked{Statement: Statement{Format: Camt053}, line: c.r.line()}
	for {
		t, err := c.r.next()
		if err != nil {
			return err
		}
		switch x := t.(type) {
		case xml.StartElement:
			if err := c.part(b, x); err != nil {
				return err
			}
		case xml.EndElement:
			return c.close(b)
		}
	}
}

// part reads one element of a statement.
func (c *camt) part(b *booked, x xml.StartElement) error {
	wanted := map[string]bool{"Id": true, "Acct": true, "Bal": true, "Ntry": true, "FrToDt": true, "CreDtTm": true, "TxsSummry": true}
	if x.Name.Space != c.r.space || !wanted[x.Name.Local] {
		return c.r.skip()
	}
	n, err := c.r.subtree(x)
	if err != nil {
		return err
	}
	switch n.name {
	case "Id":
		b.ID = n.text
	case "CreDtTm":
		b.dated, err = day(n)
	case "FrToDt":
		err = b.period(n)
	case "Acct":
		err = b.account(n)
	case "Bal":
		err = b.balance(n)
	case "TxsSummry":
		b.totals = n
	case "Ntry":
		if c.lines++; c.lines > maxLines {
			return malformed(n.line, "Ntry", "is one of more than %d: ask the bank for the statement in parts", maxLines)
		}
		if err = b.entry(n); err == nil { // a batch counts by its transactions
			c.lines += max(0, len(b.entries[len(b.entries)-1].lines)-1)
		}
	}
	return err
}

func (b *booked) account(n *node) error {
	raw := n.say("Id/IBAN")
	if raw == "" {
		if b.Account = n.say("Id/Othr/Id"); b.Account == "" {
			return malformed(n.line, "Stmt/Acct/Id", "is missing: whose statement it is cannot be told")
		}
	} else {
		got, err := ident.IBAN(raw)
		if err != nil {
			return malformed(n.line, "Stmt/Acct/Id/IBAN", "%s", err)
		}
		b.Account = got
	}
	b.Owner, b.Currency = n.say("Ownr/Nm", "Ownr/Pty/Nm", "Nm"), n.say("Ccy")
	return nil
}

func (b *booked) period(n *node) (err error) {
	for name, to := range map[string]*calendar.Date{"FrDtTm": &b.From, "FrDt": &b.From, "ToDtTm": &b.To, "ToDt": &b.To} {
		if k := n.child(name); k != nil {
			if *to, err = day(k); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *booked) balance(n *node) error {
	amount, err := b.signed(n)
	if err != nil {
		return err
	}
	on := n.find("Dt")
	for _, name := range []string{"Dt", "DtTm"} {
		if k := on.child(name); k != nil {
			on = k
			break
		}
	}
	if on == nil {
		return malformed(n.line, "Bal/Dt", "is missing")
	}
	d, err := day(on)
	if err != nil {
		return err
	}
	b.balances = append(b.balances, balance{n.say("Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry"), amount, d})
	return nil
}

// signed reads Amt and CdtDbtInd of a balance or an entry.
func (b *booked) signed(n *node) (money.Amount, error) {
	a, err := b.sum(n.child("Amt"), n)
	if err != nil {
		return a, err
	}
	switch n.say("CdtDbtInd") {
	case "CRDT":
		return a, nil
	case "DBIT":
		return a.Neg(), nil
	case "":
		return a, malformed(n.line, n.name+"/CdtDbtInd", "is missing: want CRDT or DBIT")
	}
	return a, malformed(n.line, n.name+"/CdtDbtInd", "is %q: want CRDT or DBIT", n.say("CdtDbtInd"))
}

// sum reads an amount of the account's own currency; the first one read says
// which that is where the account does not.
func (b *booked) sum(n, of *node) (money.Amount, error) {
	if n == nil {
		return money.Amount{}, malformed(of.line, of.name+"/Amt", "is missing")
	}
	a, err := amount(n)
	switch {
	case err != nil:
		return a, malformed(n.line, of.name+"/Amt", "is %q %s: %s", n.text, n.ccy, err)
	case b.Currency == "":
		b.Currency = a.Currency
	case b.Currency != a.Currency:
		return a, malformed(n.line, of.name+"/Amt", "is in %s, and the account in %s", a.Currency, b.Currency)
	}
	return a, nil
}

// amount reads a decimal of ISO 20022: up to five decimals, of which those
// beyond the cents must be zeros; the sign stands elsewhere.
func amount(n *node) (money.Amount, error) {
	s := strings.TrimPrefix(n.text, "+")
	if whole, frac, dot := strings.Cut(s, "."); dot {
		frac = strings.TrimRight(frac, "0")
		if s = whole; frac != "" {
			s += "." + frac
		}
	}
	if strings.HasPrefix(s, ".") {
		s = "0" + s
	}
	a, err := money.Parse(s, n.ccy)
	if err == nil && (a.Cents < 0 || strings.HasPrefix(s, "-")) {
		return a, errNegative
	}
	return a, err
}

// day reads the day of a date or of an instant, which is written in the bank's
// own time.
func day(n *node) (calendar.Date, error) {
	s := n.text
	if len(s) > 10 {
		s = s[:10]
	}
	d, err := calendar.Parse(s)
	if err != nil {
		return d, malformed(n.line, n.name, "is %q: want a day such as 2026-03-31", n.text)
	}
	return d, nil
}
