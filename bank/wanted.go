package bank

import (
	"cmp"
	"strings"

	"github.com/recobro/recobro/ident"
)

// Wanted is what a line is looked up by where there are more cases than a Book
// should hold: whoever keeps them hands in those that any of it points to.
type Wanted struct {
	// Heads and Tails are the hexadecimal digits of cases' ids of which the
	// beginnings and ends of payment references were made: ten each, the first
	// and the last of the fifteen at the id's end.
	Heads, Tails []string
	// Phrases may be a creditor's reference, in capitals without separators;
	// Parts those that may be the beginning or the end of one.
	Phrases, Parts []string
	// Names are the words of the payer's name, or of the text where the line has
	// none, in capitals without accents.
	Names []string
}

// mostWanted is how many phrases are looked up: a text of a bank has less.
const mostWanted = 400

// Wanted gives what a line is looked up by.
func (l Line) Wanted() Wanted {
	var w Wanted
	s := tight(strings.Join(l.said(), " "))
	for i := 0; i+damagedAt <= len(s) && len(w.Heads) < mostWanted; i++ {
		if part, ok := ident.PaymentReferencePart(s[i : i+damagedAt]); ok {
			w.Heads = append(w.Heads, part)
		}
	}
	w.Tails = w.Heads
	for _, p := range phrases(l.said()) {
		if count(p.text) == 0 || len(w.Phrases) == mostWanted {
			continue
		}
		w.Phrases = append(w.Phrases, p.text)
		if head, tail := p.cut(); head != "" || tail != "" {
			w.Parts = append(w.Parts, cmp.Or(head, tail))
		}
	}
	w.Names = nameWords(l.Name + " " + l.Behalf)
	if len(w.Names) == 0 {
		w.Names = nameWords(l.Text)
	}
	return w
}
