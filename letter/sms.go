package letter

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// MaxSegments is the longest SMS, in parts as the carriers bill them.
const MaxSegments = 3

// basic is the GSM 7-bit default alphabet; extended its escape table, whose
// characters count double.
// Source: 3GPP TS 23.038, section 6.2.1.
const (
	basic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	extended = "\f^{}\\[~]|€"
)

// segments counts the parts of an SMS and says whether it needs UCS-2.
func segments(s string) (n int, unicode bool) {
	units := 0
	for _, r := range s {
		switch {
		case strings.ContainsRune(basic, r):
			units++
		case strings.ContainsRune(extended, r):
			units += 2
		default:
			return billed(len(utf16.Encode([]rune(s))), 70, 67), true
		}
	}
	return billed(units, 160, 153), false
}

// billed counts messages of units characters: one holds single of them, each of
// several holds multi, since a header tells how they belong together.
func billed(units, single, multi int) int {
	if units <= single {
		return 1
	}
	return (units + multi - 1) / multi
}

// gsm writes with the letters of the GSM alphabet what can be read as well
// with them.
var gsm = strings.NewReplacer(
	"á", "a", "â", "a", "ã", "a", "ê", "e", "ë", "e", "í", "i", "î", "i", "ï", "i",
	"ó", "o", "ô", "o", "õ", "o", "ú", "u", "û", "u", "ç", "c", "œ", "oe", "ÿ", "y", "ý", "y",
	"Á", "A", "À", "A", "Â", "A", "Ã", "A", "È", "E", "Ê", "E", "Ë", "E", "Í", "I", "Ì", "I", "Î", "I", "Ï", "I",
	"Ó", "O", "Ò", "O", "Ô", "O", "Õ", "O", "Ú", "U", "Ù", "U", "Û", "U", "Œ", "OE", "Ý", "Y",
	"ª", "a", "º", "o", "·", "-", "ł", "l", "Ł", "L", "š", "s", "Š", "S", "ž", "z", "Ž", "Z", "č", "c", "Č", "C",
	"ř", "r", "ś", "s", "ą", "a", "ę", "e", "ń", "n", "ć", "c", "ż", "z", "ź", "z", "ě", "e", "ů", "u", "ő", "o", "ű", "u",
)

// punctuation is never worth a UCS-2 message.
var punctuation = strings.NewReplacer(
	noBreak, " ", narrow, " ", "’", "'", "‘", "'", "“", "\"", "”", "\"", "«", "\"", "»", "\"",
	"–", "-", "—", "-", "−", "-", "…", "...", "•", "-", "`", "'", "´", "'",
)

// economical returns s as written, or in the GSM alphabet where that takes
// fewer parts.
func economical(s string) string {
	s = punctuation.Replace(s)
	plain := gsm.Replace(s)
	a, _ := segments(s)
	if b, _ := segments(plain); b < a {
		return plain
	}
	return s
}

// cuts are the ways to shorten an SMS, mildest first.
var cuts = []shorter{
	{}, {refs: 3}, {refs: 2}, {refs: 1}, {refs: 1, name: 40}, {refs: 1, name: 40, reply: true},
	{refs: 1, name: 25, reply: true}, {refs: 1, name: 16, reply: true},
}

func renderSMS(l Letter) (Rendered, error) {
	t, err := templateOf(l.Language, l.Name, SMS)
	if err != nil {
		return Rendered{}, err
	}
	p := penFor(l.Language, SMS)
	for _, cut := range cuts {
		text, err := fill(t, "body", newView(l, p, cut))
		if err != nil {
			return Rendered{}, err
		}
		text = economical(oneLine(text))
		if n, unicode := segments(text); n <= MaxSegments {
			return Rendered{Text: text, Segments: n, Unicode: unicode}, nil
		}
	}
	return Rendered{}, fmt.Errorf("it does not fit into %d parts", MaxSegments)
}
