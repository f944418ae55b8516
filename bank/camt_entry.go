package bank

import (
	"slices"
	"strconv"
	"strings"

	"github.com/recobro/recobro/ident"
	"github.com/recobro/recobro/money"
)

// entry is one booking of a statement: a line, or several where it is a batch.
type entry struct {
	amount  money.Amount
	pending bool
	lines   []Line
	sides   []sides // parallel to lines
}

// returns are the bank transaction codes of money that goes back.
//
// Source: ISO 20022, external code set ExternalBankTransactionSubFamily1Code.
var returns = []string{
	"RRTN", // reimbursement of a payment
	"RPCR", // reversal after a payment cancellation request
	"UPDD", // unpaid direct debit
	"PRDD", // reversal of a payment by direct debit
	"RIMB", // reimbursement
	"UPCQ", // unpaid cheque
}

// entry reads one Ntry.
func (b *booked) entry(n *node) error {
	a, err := b.signed(n)
	if err != nil {
		return err
	}
	e := &entry{amount: a}
	b.entries = append(b.entries, e)
	status := n.say("Sts/Cd", "Sts")
	switch strings.ToUpper(status) {
	case "BOOK", "":
	case "PDNG", "INFO", "FUTR":
		e.pending = true
		return nil
	default:
		return malformed(n.line, "Ntry/Sts", "is %q: want BOOK, PDNG or INFO", status)
	}
	on, value, err := b.booking(n)
	if err != nil {
		return err
	}
	whole := Line{At: n.line, Booked: on, Value: value, Amount: a, Bank: given(n.say("AcctSvcrRef"))}
	switch strings.ToLower(n.say("RvslInd")) {
	case "true", "1":
		whole.Reversal = true
	case "false", "0", "":
	default:
		return malformed(n.line, "Ntry/RvslInd", "is %q: want true or false", n.say("RvslInd"))
	}
	whole.Reversal = whole.Reversal || slices.Contains(returns, n.say("BkTxCd/Domn/Fmly/SubFmlyCd"))
	var details []*node
	for _, d := range n.all("NtryDtls") {
		details = append(details, d.all("TxDtls")...)
	}
	if e.split(whole, details, b.Currency) {
		return nil
	}
	whole.Batch = batchOf(n, len(details))
	one := &node{name: "TxDtls", line: n.line}
	if len(details) == 1 {
		one = details[0]
	}
	if whole.Batch != 0 && len(details) > 1 {
		whole.Text = spoken(details)
	}
	e.add(whole, one, n.say("AddtlNtryInf"))
	return nil
}

// split makes a line of each transaction of a batch, where every one has its
// amount and they come to what was booked. Otherwise the bank kept something
// back, a fee for one, and which transaction it was taken from is not known.
func (e *entry) split(whole Line, details []*node, currency string) bool {
	if len(details) < 2 {
		return false
	}
	amounts := make([]money.Amount, len(details))
	sum := money.Of(0, currency)
	for i, d := range details {
		a, ok := transacted(d, whole.Amount)
		if !ok || a.Currency != currency {
			return false
		}
		amounts[i], sum = a, sum.Plus(a)
	}
	if sum != whole.Amount {
		return false
	}
	for i, d := range details {
		part := whole
		part.At, part.Amount = d.line, amounts[i]
		e.add(part, d, "")
	}
	return true
}

// transacted gives the amount of one transaction in the account's currency,
// with the direction of its booking where it has none of its own.
func transacted(d *node, whole money.Amount) (money.Amount, bool) {
	n := d.child("Amt")
	for _, path := range [][]string{{"AmtDtls", "TxAmt", "Amt"}, {"AmtDtls", "InstdAmt", "Amt"}} {
		if n == nil {
			n = d.find(path...)
		}
	}
	if n == nil {
		return money.Amount{}, false
	}
	a, err := amount(n)
	if err != nil {
		return a, false
	}
	switch d.say("CdtDbtInd") {
	case "DBIT":
		return a.Neg(), true
	case "CRDT":
		return a, true
	}
	if whole.Cents < 0 {
		return a.Neg(), true
	}
	return a, true
}

// batchOf says how many transactions a booking sums up that is not split; zero
// where it is one.
func batchOf(n *node, details int) int {
	count, marked := 0, false
	for _, d := range n.all("NtryDtls") {
		if b := d.child("Btch"); b != nil {
			marked = true
			if k, err := strconv.Atoi(b.say("NbOfTxs")); err == nil && k > 0 && k <= maxLines {
				count += k
			}
		}
	}
	switch {
	case count > 1:
		return count
	case details > 1:
		return details
	case marked && count == 0:
		return UnknownBatch
	}
	return 0
}

// spoken is what the transactions of a batch say that is not split.
func spoken(details []*node) string {
	var all []string
	for _, d := range details {
		if t, _ := remittance(d); t != "" {
			all = append(all, t)
		}
	}
	return line(strings.Join(all, " / "))
}

// add makes a line of a booking and what is said of its transaction.
func (e *entry) add(l Line, d *node, beside string) {
	text, ref := remittance(d)
	if l.Text == "" {
		l.Text = text
	}
	for _, s := range []string{d.say("AddtlTxInf"), beside} {
		if l.Text == "" {
			l.Text = s
		}
	}
	if l.Reference = ref; ref == "" && l.Batch == 0 {
		l.Reference = findRF(l.Text)
	}
	if own := given(d.say("Refs/AcctSvcrRef")); own != "" {
		l.Bank = own
	} else if own := given(d.say("Refs/TxId")); own != "" && l.Bank != "" {
		l.Bank += " " + own
	}
	l.EndToEnd = given(d.say("Refs/EndToEndId"))
	if back := d.child("RtrInf"); back != nil {
		l.Reversal, l.Reason = true, back.say("Rsn/Cd", "Rsn/Prtry")
		if orig := given(back.say("OrgnlBkTxCd/Prtry/Cd")); l.Reason == "" {
			l.Reason = orig
		}
	}
	l.Reversal = l.Reversal || slices.Contains(returns, d.say("BkTxCd/Domn/Fmly/SubFmlyCd"))
	e.lines = append(e.lines, l)
	e.sides = append(e.sides, parties(d))
}

// remittance gives what a transaction is for: free text, with the numbers of
// invoices, and the structured reference of the creditor.
func remittance(d *node) (text, reference string) {
	var said []string
	info := d.child("RmtInf")
	for _, u := range info.all("Ustrd") {
		said = append(said, u.text)
	}
	for _, s := range info.all("Strd") {
		if ref := s.say("CdtrRefInf/Ref"); ref != "" {
			if got, err := ident.CheckRF(ref); err == nil && reference == "" {
				reference = got
			} else {
				said = append(said, ref) // mistyped, or a reference of another kind
			}
		}
		for _, k := range s.all("RfrdDocInf") {
			said = append(said, k.say("Nb"))
		}
		for _, k := range s.all("AddtlRmtInf") {
			said = append(said, k.text)
		}
	}
	return line(strings.Join(said, " ")), reference
}

// parties reads who paid whom, in the nesting of any version.
func parties(d *node) sides {
	p := d.child("RltdPties")
	read := func(who string) side {
		s := side{name: p.say(who+"/Nm", who+"/Pty/Nm"), behalf: p.say("Ultmt"+who+"/Nm", "Ultmt"+who+"/Pty/Nm")}
		if raw := p.say(who + "Acct/Id/IBAN"); raw != "" {
			if got, err := ident.IBAN(raw); err == nil {
				s.iban = got
			}
		}
		if s.behalf == s.name {
			s.behalf = ""
		}
		return s
	}
	return sides{debtor: read("Dbtr"), creditor: read("Cdtr")}
}
