package bank

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
)

// identify gives every line of a file its ID.
//
// A line is known by account, day, sum and the bank's own id of the movement.
// Where the bank gives none, what it says of the movement takes its place. Equal
// lines are counted within their day: two equal transfers on one day are two
// movements. So a file read twice, or two files of whole days that overlap, give
// each movement the same ID both times. What the statements of one file hold is
// taken to be different movements, since a bank that splits a day over two
// statements goes on where it left off.
func identify(all []Statement) {
	seen := map[string]int{}
	for i := range all {
		for j := range all[i].Lines {
			l := &all[i].Lines[j]
			k := strings.Join(l.marks(), "\x1f")
			seen[k]++
			sum := sha256.Sum256(fmt.Appendf(nil, "%s\x1f%d", k, seen[k]))
			l.ID = base64.RawURLEncoding.EncodeToString(sum[:18])
		}
	}
}

// marks are what a line is told from others by.
func (l *Line) marks() []string {
	head := []string{l.Account, l.Booked.String(), l.Amount.String()}
	if l.Bank != "" {
		return append(head, "bank", l.Bank, l.EndToEnd)
	}
	return append(head, "said", l.Value.String(), l.EndToEnd, l.IBAN, l.Reference, flat(l.Name), flat(l.Text))
}
