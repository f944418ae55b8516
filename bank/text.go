package bank

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"github.com/recobro/recobro/ident"
)

// decode gives a file of fixed columns as UTF-8. Banks write Norma 43 in
// Latin-1 or, from the days of DOS, in code page 850; both are read, and the
// one that makes more Spanish letters of the bytes above ASCII is the right one.
func decode(content []byte) string {
	if utf8.Valid(content) {
		return strings.TrimPrefix(string(content), "\ufeff")
	}
	best, most := "", -1
	for _, m := range []*charmap.Charmap{charmap.Windows1252, charmap.CodePage850} {
		s, err := m.NewDecoder().Bytes(content)
		if err != nil {
			continue
		}
		n := 0
		for _, r := range string(s) {
			if strings.ContainsRune("áéíóúàèòïüñçÁÉÍÓÚÀÈÒÏÜÑÇºª·€", r) {
				n++
			}
		}
		if n > most {
			best, most = string(s), n
		}
	}
	return best
}

// flat writes a text for comparison: letters and digits alone, in capitals,
// without accents; what stood between words is one space.
func flat(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
			continue
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}

// tight is flat without the spaces.
func tight(s string) string { return strings.ReplaceAll(flat(s), " ", "") }

// line is one line of text for the record: control characters and runs of
// spaces become one space, and what is longer than a bank may write is cut.
func line(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	s = strings.ToValidUTF8(s, "\ufffd")
	if r := []rune(s); len(r) > maxText {
		return string(r[:maxText])
	}
	return s
}

// maxText is the longest text of a line: camt.053 allows 140 characters many
// times over, which no bank fills.
const maxText = 2000

var (
	ibanIn = regexp.MustCompile(`\b[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,3})?\b`)
	rfIn   = regexp.MustCompile(`\bRF ?\d{2}(?: ?[0-9A-Z]{1,4}){1,6}`)
)

// findIBAN gives the first account number in a text that is not own.
func findIBAN(text, own string) string {
	for _, s := range ibanIn.FindAllString(strings.ToUpper(text), -1) {
		for s != "" {
			if got, err := ident.IBAN(s); err == nil {
				if got != own && got[:2] != "RF" { // a reference is checked in the same way
					return got
				}
				break
			}
			cut := strings.LastIndexByte(s, ' ') // the word after it was no part of it
			s = s[:max(cut, 0)]
		}
	}
	return ""
}

// findRF gives the first structured reference in a text: first one as long as
// those of our cases, then one that ends where its word ends. Another length
// would be right by chance once in 97.
func findRF(text string) string {
	for _, s := range rfIn.FindAllString(strings.ToUpper(text), -1) {
		t := strings.ReplaceAll(s, " ", "")
		if len(t) >= ident.PaymentReferenceLength {
			if got, err := ident.CheckRF(t[:ident.PaymentReferenceLength]); err == nil {
				return got
			}
		}
		word, _, _ := strings.Cut(s, " ")
		for _, u := range []string{word, t} {
			if got, err := ident.CheckRF(u); err == nil {
				return got
			}
		}
	}
	return ""
}
