package bank

import (
	"fmt"
	"slices"
	"strings"

	"github.com/recobro/recobro/ident"
)

const (
	// damagedAt is how many letters of a payment reference are looked for where
	// it was cut off or mistyped: forty bits, which no text of a bank line holds
	// by chance.
	damagedAt = 8
	// wholeInvoice is how many letters and digits a creditor's reference must
	// have to count in full, and fewDigits how many digits.
	wholeInvoice, fewDigits = 6, 3
	// cutAt is how much of a reference must be there, and mostCut how many cases
	// may share that much.
	cutAt, mostCut = 5, 2
	// longest phrase of words that are joined to find a reference that was
	// written with spaces or cut in two.
	mostJoined, longestPhrase = 6, 35
	// commonWord is how many debtors may share a word of their name for it to
	// lead to them.
	commonWord = 3000
)

// signs looks up what a line says, and gives each case that something points to
// with its reasons.
func (b *Book) signs(l Line) map[int]*Candidate {
	found := map[int]*Candidate{}
	note := func(cases []int, code string, points int, detail string) {
		for _, i := range cases {
			c := found[i]
			if c == nil {
				c = &Candidate{Parts: []Part{{Case: b.cases[i].Case, Amount: l.Amount}}}
				found[i] = c
			}
			c.add(Reason{code, points, detail})
		}
	}
	said := strings.Join([]string{l.Text, l.Reference, l.EndToEnd}, " ")
	b.ownReferences(said, note)
	b.invoices(said, note)
	note(b.byAccount[l.IBAN], "account", pointsAccount, l.IBAN)
	b.names(l, note)
	for i, c := range found { // a sum that was paid before says something of who else is named
		if slices.Contains(b.cases[i].Paid, l.Amount) {
			c.add(Reason{"history", pointsHistory, l.Amount.String()})
		}
	}
	note(b.byOwed[l.Amount], "amount", pointsAmount, l.Amount.String())
	return found
}

// noting adds a reason to cases.
type noting func(cases []int, code string, points int, detail string)

// ownReferences finds our payment references, whole or damaged.
func (b *Book) ownReferences(said string, note noting) {
	s := tight(said)
	whole := map[int]bool{}
	for i := 0; i+ident.PaymentReferenceLength <= len(s); i++ {
		if j, known := b.byPay[s[i:i+ident.PaymentReferenceLength]]; known {
			whole[j] = true
			note([]int{j}, "reference", pointsReference, b.pay[j])
		}
	}
	for i := 0; i+damagedAt <= len(s); i++ {
		for _, by := range []map[string][]int{b.byHead, b.byTail} {
			for _, j := range by[s[i:i+damagedAt]] {
				switch {
				case whole[j]:
				case strings.Contains(s, b.pay[j][4:]):
					note([]int{j}, "reference_damaged", pointsDamaged, b.pay[j])
				default:
					note([]int{j}, "reference_cut", pointsInvoice, b.pay[j])
				}
			}
		}
	}
}

// invoices finds the creditor's own references, whole or cut off. A part counts
// only for a case whose reference is nowhere whole.
func (b *Book) invoices(said string, note noting) {
	all := phrases(said)
	whole := map[int]bool{}
	for _, phrase := range all {
		n := count(phrase)
		switch {
		case n == 0: // a reference without digits is a word like any other
		case len(phrase) < wholeInvoice || n < fewDigits:
			note(b.byRef[phrase], "invoice_short", pointsShort, phrase)
		default:
			note(b.byRef[phrase], "invoice", pointsInvoice, phrase)
			for _, i := range b.byRef[phrase] {
				whole[i] = true
			}
		}
	}
	for _, phrase := range all {
		bare := strings.TrimLeft(phrase, "0") // Norma 43 fills its fields with zeros
		if len(bare) < cutAt || count(bare) < fewDigits {
			continue
		}
		for _, i := range append(beginning(b.refs, bare, mostCut), beginning(b.ends, turned(bare), mostCut)...) {
			if !whole[i] {
				note([]int{i}, "invoice_cut", pointsCut, fmt.Sprintf("%s of %s", bare, b.cases[i].Reference))
			}
		}
	}
}

// phrases gives the words of a text, and those that follow one another joined.
func phrases(said string) []string {
	words := strings.Fields(flat(said))
	var out []string
	for i := range words {
		phrase := ""
		for j := i; j < min(len(words), i+mostJoined); j++ {
			if phrase += words[j]; len(phrase) > longestPhrase {
				break
			}
			out = append(out, phrase)
		}
	}
	return out
}

// count gives how many digits a text has.
func count(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n
}

// names finds debtors by the payer's name, or by the name of whom it is paid
// for; where a line has neither, by its text.
func (b *Book) names(l Line, note noting) {
	if l.Name == "" && l.Behalf == "" {
		b.partly(nameWords(l.Text), true, note)
		return
	}
	for _, name := range []string{l.Name, l.Behalf} {
		words := nameWords(name)
		note(b.byName[nameKey(words)], "name", pointsName, name)
		b.partly(words, false, note)
	}
}

// partly finds debtors whose name and the payer's hold one another, by at least
// two words. In a free text all words of the debtor's name must stand.
func (b *Book) partly(words []string, free bool, note noting) {
	done := map[int]bool{}
	for _, w := range words {
		if len(b.byWord[w]) > commonWord {
			continue
		}
		for _, i := range b.byWord[w] {
			if done[i] || nameKey(b.words[i]) == nameKey(words) {
				continue
			}
			done[i] = true
			if holds(words, b.words[i], !free) || !free && holds(b.words[i], words, true) {
				note([]int{i}, "name", pointsNamePartly, b.cases[i].Name)
			}
		}
	}
}

// holds reports whether all of at least two words are among those of a longer
// name. The last one may be the beginning of a word, where a bank cut it off.
func holds(long, short []string, cut bool) bool {
	if len(short) < 2 {
		return false
	}
	for i, w := range short {
		if slices.Contains(long, w) {
			continue
		}
		if !cut || i < len(short)-1 || len(w) < 3 || i < 2 || !slices.ContainsFunc(long, func(x string) bool { return strings.HasPrefix(x, w) }) {
			return false
		}
	}
	return true
}
