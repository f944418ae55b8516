package ident

import (
	"errors"
	"fmt"
	"strings"
)

// dniLetters holds the check letter of a DNI or NIE by its number modulo 23.
//
// Source: Real Decreto 1553/2005, art. 11; Orden INT/2058/2008.
const dniLetters = "TRWAGMYFPDXBNJZSQVHLCKE"

// cifLetters holds the check letter of an entity by its check digit.
const cifLetters = "JABCDEFGHI"

// How an entity's first letter rules its check character: always a letter,
// always a digit, or either.
//
// Source: Orden EHA/451/2008, and what the tax agency accepts of numbers older than it.
const (
	cifLetter = "NPQRSW"
	cifDigit  = "ABEH"
	cifEither = "CDFGJUV"
)

var errSpanish = errors.New("is not a Spanish tax number: want a DNI (8 digits and a letter), " +
	"a NIE (X, Y or Z, 7 digits and a letter) or a company's NIF (a letter, 7 digits and a letter or digit)")

// spanish checks a DNI, NIE or CIF without prefix or separators.
func spanish(s string) (string, error) {
	if len(s) == 8 && digits(s[:7]) && !digits(s[7:]) {
		s = "0" + s // spreadsheets drop the leading zero of a DNI
	}
	if len(s) == 8 && digits(s) {
		return "", fmt.Errorf("lacks its letter: for the DNI %s it should be %c", s, dniLetters[mod(s, 23)])
	}
	if len(s) != 9 || !digits(s[1:8]) {
		return "", errSpanish
	}
	switch first := s[0]; {
	case s[:8] == "00000000":
		return "", errors.New("is a filler: the DNI 00000000 belongs to nobody")
	case digits(s[:1]):
		return dni(s, s[:8])
	case first >= 'X' && first <= 'Z':
		return dni(s, string('0'+first-'X')+s[1:8])
	case strings.IndexByte("KLM", first) >= 0:
		// natural persons without DNI or NIE: the letter is a DNI's, over the seven digits
		return dni(s, s[1:8])
	case strings.IndexByte(cifLetter+cifDigit+cifEither, first) >= 0:
		return cif(s)
	}
	return "", errSpanish
}

func dni(s, number string) (string, error) {
	if want := dniLetters[mod(number, 23)]; s[8] != want {
		return "", fmt.Errorf("has a wrong letter: for %s it should be %c", s[:8], want)
	}
	return s, nil
}

func cif(s string) (string, error) {
	check := (10 - luhn(s[1:8]+"0")%10) % 10
	digit, letter := byte('0'+check), cifLetters[check]
	foreign := s[1:3] == "00" // older numbers of entities abroad end in a letter
	switch {
	case strings.IndexByte(cifLetter, s[0]) >= 0:
		if s[8] != letter {
			return "", fmt.Errorf("has a wrong check letter: for %s it should be %c", s[:8], letter)
		}
	case strings.IndexByte(cifDigit, s[0]) >= 0 && !foreign:
		if s[8] != digit {
			return "", fmt.Errorf("has a wrong check digit: for %s it should be %c", s[:8], digit)
		}
	case s[8] != digit && s[8] != letter:
		return "", fmt.Errorf("has a wrong check character: for %s it should be %c or %c", s[:8], digit, letter)
	}
	return s, nil
}
