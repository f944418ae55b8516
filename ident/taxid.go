// Package ident checks and normalises the identifiers that a debt comes with:
// tax numbers, bank accounts, structured references, e-mail addresses and
// telephone numbers. It is pure, and every error says what is wrong and, where
// a check character tells, what it should have been.
package ident

import (
	"errors"
	"fmt"
	"strings"
)

// Errors that hold for every kind of identifier.
var (
	errEmpty   = errors.New("is empty")
	errLong    = errors.New("is far too long")
	errControl = errors.New("holds a control character or is not UTF-8")
)

// longest is the longest text looked at, in bytes, separators included.
const longest = 400

// TaxID checks the tax number id of a person or company of country (ISO 3166
// alpha-2) and returns it in its normal form: upper case, without separators;
// without the country's prefix, but for the French TVA number, of which it is
// a part.
//
//   - ES: DNI, NIE and the NIF of companies and other entities (CIF), with their
//     check letter or digit. Real Decreto 1065/2007, arts. 18 to 28; Orden EHA/451/2008.
//   - FR: SIREN, SIRET (La Poste's own rule included), TVA number, and the
//     13-digit numéro fiscal of natural persons.
//   - PT: NIF, which is also the NIPC of companies.
//   - elsewhere: the shape alone, 2 to 20 letters and digits with a digit among them.
func TaxID(country, id string) (string, error) {
	s, err := squeeze(id)
	if err != nil {
		return "", err
	}
	switch strings.ToUpper(country) {
	case "ES":
		return spanish(unprefix(s, "ES", 11))
	case "FR":
		return french(s)
	case "PT":
		return portuguese(unprefix(s, "PT", 11))
	}
	if len(s) < 2 || len(s) > 20 || !strings.ContainsAny(s, "0123456789") {
		return "", errors.New("is not a tax number: want 2 to 20 letters and digits, with a digit among them")
	}
	return s, nil
}

// Holder returns what two normalised tax numbers have in common when they
// belong to one person: the SIREN within a French SIRET or TVA number, and the
// number itself everywhere else.
func Holder(country, normal string) string {
	if strings.ToUpper(country) != "FR" {
		return normal
	}
	switch {
	case len(normal) == 14:
		return normal[:9]
	case len(normal) == 13 && strings.HasPrefix(normal, "FR"):
		return normal[4:]
	}
	return normal
}

// squeeze takes separators out and turns to upper case; whatever is left and
// is no ASCII letter or digit is an error.
func squeeze(s string) (string, error) {
	if len(s) > longest {
		return "", errLong
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z':
			b.WriteRune(r)
		case r >= 'a' && r <= 'z':
			b.WriteRune(r - 'a' + 'A')
		case r == ' ', r == '.', r == '-', r == '/', r == '_', r == '\u00a0', r == '\u202f':
		case r < ' ', r == 0x7f, r == '\ufffd':
			return "", errControl
		default:
			return "", fmt.Errorf("holds the character %q: want letters A to Z and digits", r)
		}
	}
	if b.Len() == 0 {
		return "", errEmpty
	}
	return b.String(), nil
}

// unprefix takes a country's prefix off a number that is length characters
// long with it.
func unprefix(s, prefix string, length int) string {
	if len(s) == length && strings.HasPrefix(s, prefix) {
		return s[len(prefix):]
	}
	return s
}

// digits reports whether s is made of digits alone.
func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// luhn gives the sum of ISO/IEC 7812-1 over s, check digit included: valid
// where it is a multiple of ten.
func luhn(s string) int {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum
}

// mod takes the decimal number s modulo m, however long it is.
func mod(s string, m int) int {
	n := 0
	for i := range len(s) {
		n = (n*10 + int(s[i]-'0')) % m
	}
	return n
}
