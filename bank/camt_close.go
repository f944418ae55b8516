package bank

import (
	"errors"
	"strconv"
	"strings"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

var errNegative = errors.New("an amount has no sign here: CdtDbtInd says whether it is credit or debit")

// close checks a statement that was read whole, and puts its lines together.
// They are made here, since a bank may write the account's currency after them.
func (c *camt) close(b *booked) error {
	switch {
	case b.Account == "":
		return malformed(b.line, "Stmt/Acct", "is missing: whose statement it is cannot be told")
	case b.ID != "" && c.ids[b.Account+"\x1f"+b.ID]:
		return malformed(b.line, "Stmt/Id", "is %q twice for account %s", b.ID, b.Account)
	}
	c.ids[b.Account+"\x1f"+b.ID] = true
	if err := b.bounds(); err != nil {
		return err
	}
	for _, e := range b.entries {
		if e.pending {
			b.Pending++
			continue
		}
		for i := range e.lines {
			e.lines[i].Account = b.Account
			b.ownSide(&e.lines[i], e.sides[i])
		}
		b.Lines = append(b.Lines, e.lines...)
	}
	if err := b.check(b.line); err != nil {
		return err
	}
	if err := b.total(); err != nil {
		return err
	}
	b.days()
	c.all = append(c.all, b.Statement)
	return nil
}

// bounds finds the balances before the first line and after the last one. A
// statement of several pages has interim balances in their place.
func (b *booked) bounds() error {
	first := func(codes ...string) *balance {
		for _, code := range codes {
			for i := range b.balances {
				if b.balances[i].code == code {
					return &b.balances[i]
				}
			}
		}
		return nil
	}
	opening := first("OPBD", "PRCD", "ITBD")
	if opening == nil {
		return malformed(b.line, "Stmt/Bal", "has no opening balance (OPBD or PRCD), against which the entries are checked")
	}
	closing := first("CLBD")
	for i := range b.balances { // the last interim balance, not the one it began with
		if x := &b.balances[i]; closing == nil && x.code == "ITBD" && x != opening {
			closing = x
		}
	}
	if closing == nil {
		return malformed(b.line, "Stmt/Bal", "has no closing balance (CLBD), against which the entries are checked")
	}
	b.Opening, b.Closing = opening.amount, closing.amount
	if b.From.IsZero() {
		b.From = opening.on
	}
	if b.To.IsZero() {
		b.To = closing.on
	}
	return nil
}

// total holds the bank's own totals against the entries. Where some are only
// announced, banks differ in whether they count.
func (b *booked) total() error {
	if b.totals == nil || b.Pending > 0 {
		return nil
	}
	for _, x := range []struct {
		name    string
		credits bool
		debits  bool
	}{{"TtlNtries", true, true}, {"TtlCdtNtries", true, false}, {"TtlDbtNtries", false, true}} {
		n := b.totals.child(x.name)
		count, sum := 0, money.Of(0, b.Currency)
		for _, e := range b.entries {
			if e.amount.Cents >= 0 && x.credits {
				count, sum = count+1, sum.Plus(e.amount)
			}
			if e.amount.Cents < 0 && x.debits {
				count, sum = count+1, sum.Minus(e.amount)
			}
		}
		if said := n.say("NbOfNtries"); said != "" {
			if got, err := strconv.Atoi(said); err != nil || got != count {
				return malformed(n.line, "TxsSummry/"+x.name+"/NbOfNtries", "is %s, and the statement has %d", said, count)
			}
		}
		if k := n.child("Sum"); k != nil {
			got, err := amount(&node{text: k.text, ccy: b.Currency})
			if err != nil || got != sum {
				return malformed(k.line, "TxsSummry/"+x.name+"/Sum", "is %q, and the entries come to %s", k.text, sum)
			}
		}
	}
	return nil
}

// days gives the statement its first and last day where only its lines have any.
func (b *booked) days() {
	for _, l := range b.Lines {
		if b.From.IsZero() || l.Booked.Before(b.From) {
			b.From = l.Booked
		}
		if l.Booked.After(b.To) {
			b.To = l.Booked
		}
	}
}

// side is one of the two parties of a transaction.
type side struct {
	name, behalf, iban string
}

// sides are both parties of a transaction, as the payment names them.
type sides struct {
	debtor, creditor side
}

// ownSide takes the party across from the account's owner for the counterparty.
// In money in that is who pays. In a return banks leave the parties of the
// payment that is returned or turn them round; the account tells which one is
// the owner's, and without accounts the first habit is taken, which the standard
// asks for.
func (b *booked) ownSide(l *Line, s sides) {
	across := s.debtor
	switch {
	case s.creditor.iban == b.Account && s.debtor.iban != b.Account:
	case s.debtor.iban == b.Account && s.creditor.iban != b.Account:
		across = s.creditor
	case l.Credit() == l.Reversal:
		across = s.creditor
	}
	if across == (side{}) { // the bank names one alone
		across = s.debtor
		if across == (side{}) {
			across = s.creditor
		}
	}
	if across.iban == b.Account {
		across.iban = ""
	}
	l.Name, l.Behalf, l.IBAN = across.name, across.behalf, across.iban
	if l.IBAN == "" {
		l.IBAN = findIBAN(l.Text, b.Account)
	}
}

// booking reads the day of an entry. Where a bank leaves out the booking day it
// is the value day, and else the day of the statement.
func (b *booked) booking(n *node) (on, value calendar.Date, err error) {
	read := func(name string) (calendar.Date, error) {
		for _, path := range []string{"Dt", "DtTm"} {
			if k := n.find(name, path); k != nil {
				return day(k)
			}
		}
		return calendar.Date{}, nil
	}
	if on, err = read("BookgDt"); err != nil {
		return on, value, err
	}
	if value, err = read("ValDt"); err != nil {
		return on, value, err
	}
	if on.IsZero() {
		on = value
	}
	if on.IsZero() {
		on = b.dated
	}
	if on.IsZero() {
		return on, value, malformed(n.line, "Ntry/BookgDt", "is missing")
	}
	if value.IsZero() {
		value = on
	}
	return on, value, nil
}

// given leaves out what banks write where they have nothing to say.
func given(s string) string {
	switch strings.ToUpper(strings.TrimSpace(s)) {
	case "NOTPROVIDED", "NOT PROVIDED", "NOTAVAILABLE", "NONREF", "NOREF", "N/A", "0", "-":
		return ""
	}
	return s
}
