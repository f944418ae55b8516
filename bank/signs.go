package bank

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/recobro/recobro/ident"
)

const (
	// damagedAt is how many letters of a payment reference are looked for where
	// it was cut off or mistyped: forty bits, which no text of a bank line holds
	// by chance.
	damagedAt = 8
	// coreLength is how many letters a payment reference has after RF and its
	// check digits.
	coreLength = 12
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
	b.ownReferences(l, note)
	b.invoices(l, note)
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

// said are the texts of a line in which references stand.
func (l Line) said() []string { return []string{l.Text, l.Reference, l.EndToEnd} }

// ownReferences finds our payment references: whole, mistyped or cut off. The
// letters of one are no part of another.
func (b *Book) ownReferences(l Line, note noting) {
	rest, is := b.whole(l)
	for j, code := range is {
		points := pointsReference
		if code == "reference_damaged" {
			points = pointsDamaged
		}
		note([]int{j}, code, points, b.pay[j])
	}
	for i := 0; i+damagedAt <= len(rest); i++ {
		for _, by := range []map[string][]int{b.byHead, b.byTail} {
			some := by[rest[i:i+damagedAt]]
			if slices.ContainsFunc(some, func(j int) bool { return is[j] != "" }) {
				continue // the same one again
			}
			for _, j := range some {
				note([]int{j}, "reference_cut", pointsInvoice, b.pay[j])
			}
		}
	}
}

// whole gives the cases of whose payment reference all letters stand in a line,
// with or without its check digits, and the rest of what the line says, tight,
// with a gap where a reference stood.
func (b *Book) whole(l Line) (rest string, is map[int]string) {
	is = map[int]string{}
	var parts []string
	for _, said := range l.said() {
		s := []byte(tight(said))
		for i := 0; i+coreLength <= len(s); i++ {
			j, known := b.byCore[string(s[i:i+coreLength])]
			if !known {
				continue
			}
			from := max(0, i-(ident.PaymentReferenceLength-coreLength))
			if string(s[from:i+coreLength]) == b.pay[j] {
				is[j] = "reference"
			} else if from = i; is[j] == "" {
				is[j] = "reference_damaged"
			}
			copy(s[from:i+coreLength], strings.Repeat(" ", ident.PaymentReferenceLength))
		}
		parts = append(parts, string(s))
	}
	return strings.Join(parts, " "), is
}

// begun is how a structured reference begins.
var begun = regexp.MustCompile(`\bRF ?\d ?\d`)

// leastOwn is how many characters of a reference must be those of one that stands
// whole elsewhere, to be the same one again: RF, check digits and four more.
const leastOwn = 8

// another reports whether a line that names cases by their whole reference begins
// one more: it was cut off so short that nobody can tell whose it is, or is
// somebody else's.
func (b *Book) another(l Line) bool {
	_, is := b.whole(l)
	for _, said := range l.said() {
		for text := flat(said); ; {
			at := begun.FindStringIndex(text)
			if at == nil {
				break
			}
			text = text[at[0]:]
			t, own := strings.ReplaceAll(text, " ", ""), 0
			for j, code := range is {
				if code == "reference" {
					own = max(own, alike(t, b.pay[j]))
				}
			}
			if own < min(leastOwn, len(t)) {
				return true
			}
			for ; own > 0; text = text[1:] {
				if text[0] != ' ' {
					own--
				}
			}
		}
	}
	return false
}

// alike gives how long two texts are the same from their beginning on.
func alike(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// invoices finds the creditor's own references, whole or cut off. A part counts
// only for a case whose reference is nowhere whole.
func (b *Book) invoices(l Line, note noting) {
	all := phrases(l.said())
	whole := map[int]bool{}
	for _, p := range all {
		n := count(p.text)
		switch {
		case n == 0: // a reference without digits is a word like any other
		case len(p.text) < wholeInvoice || n < fewDigits:
			note(b.byRef[p.text], "invoice_short", pointsShort, p.text)
		default:
			note(b.byRef[p.text], "invoice", pointsInvoice, p.text)
			for _, i := range b.byRef[p.text] {
				whole[i] = true
			}
		}
	}
	for _, p := range all {
		head, tail := p.cut()
		for _, i := range append(beginning(b.refs, head, mostCut), beginning(b.ends, turned(tail), mostCut)...) {
			bare := head
			if bare == "" {
				bare = tail
			}
			if ref := tight(b.cases[i].Reference); !whole[i] && !b.common[bare] && 3*len(bare) >= 2*len(ref) {
				note([]int{i}, "invoice_cut", pointsCut, fmt.Sprintf("%s of %s", bare, b.cases[i].Reference))
			}
		}
	}
}

// phrase is words of a text that follow one another, joined, with the words
// beside them.
type phrase struct{ text, before, after string }

// phrases gives the words of texts, and those that follow one another joined.
func phrases(said []string) []phrase {
	var out []phrase
	for _, s := range said {
		words := append(append([]string{""}, strings.Fields(flat(s))...), "")
		for i := 1; i < len(words)-1; i++ {
			text := ""
			for j := i; j < min(len(words)-1, i+mostJoined); j++ {
				if text += words[j]; len(text) > longestPhrase {
					break
				}
				out = append(out, phrase{text, words[i-1], words[j+1]})
			}
		}
	}
	return out
}

// cut gives what a phrase may be of a longer reference: its beginning, where the
// text ends with it, and its end, where no other beginning stands before it. A
// reference that goes on otherwise is another one: F-2026-00017 says nothing of
// F-2026-00104, nor A-2026-00104. Where it may be none of both they are empty.
func (p phrase) cut() (head, tail string) {
	bare := strings.TrimLeft(p.text, "0") // Norma 43 fills its fields with zeros
	if len(bare) < cutAt || count(bare) < fewDigits {
		return "", ""
	}
	if p.after == "" {
		head = bare
	}
	if count(p.before) == 0 && (len(p.before) != 1 || p.before == "N") && (len(p.before) != 2 || slices.Contains(numbers, p.before)) {
		tail = bare
	}
	return head, tail
}

// numbers are the words of two letters that stand before the number of an
// invoice and are no part of it.
var numbers = []string{"NO", "NR", "FT", "FA", "FC", "DE", "DA", "DO", "LA", "SU"}

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
