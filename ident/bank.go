package ident

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ibanLengths holds the length of an IBAN by country, for the countries of the
// Single Euro Payments Area. Source: SWIFT, IBAN Registry (ISO 13616).
var ibanLengths = map[string]int{
	"AD": 24, "AL": 28, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22,
	"DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21,
	"HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27,
	"MD": 24, "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24,
	"RS": 22, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "VA": 22,
}

// IBAN checks a bank account number (ISO 13616): its length, its check digits
// modulo 97 and, for Spain, France, Monaco and Portugal, the national check
// digits within, since a number typed wrongly twice can satisfy the outer ones
// alone. It returns the number in upper case without spaces.
func IBAN(s string) (string, error) {
	s, err := squeeze(s)
	if err != nil {
		return "", err
	}
	if len(s) < 15 || len(s) > 34 || digits(s[:1]) || digits(s[1:2]) || !digits(s[2:4]) {
		return "", errors.New("is not an IBAN: want two letters, two digits and the account number")
	}
	country, account := s[:2], s[4:]
	if n, known := ibanLengths[country]; known && len(s) != n {
		return "", fmt.Errorf("is %d characters long: an IBAN of %s has %d", len(s), country, n)
	}
	if want := mod97(account + country); s[2:4] != want {
		return "", errors.New("has wrong check digits: a character is missing, mistyped or swapped")
	}
	switch country {
	case "ES":
		err = ccc(account)
	case "FR", "MC":
		err = rib(account)
	case "PT":
		err = nib(account)
	}
	if err != nil {
		return "", err
	}
	return s, nil
}

// mod97 gives the two check digits of ISO 7064 MOD 97-10 over s, in which
// letters count 10 to 35.
func mod97(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if s[i] <= '9' {
			b.WriteByte(s[i])
		} else {
			b.WriteString(strconv.Itoa(int(s[i]-'A') + 10))
		}
	}
	return fmt.Sprintf("%02d", 98-mod(b.String()+"00", 97))
}

// ccc checks the two control digits of a Spanish account: one over bank and
// branch, one over the account.
func ccc(s string) error {
	if !digits(s) {
		return errors.New("is not a Spanish account: want digits after the check digits")
	}
	want := string([]byte{cccDigit("00" + s[:8]), cccDigit(s[10:])})
	if s[8:10] != want {
		return fmt.Errorf("has wrong control digits in the account: they should be %s", want)
	}
	return nil
}

func cccDigit(s string) byte {
	sum := 0
	for i, w := range [10]int{1, 2, 4, 8, 5, 10, 9, 7, 3, 6} {
		sum += int(s[i]-'0') * w
	}
	switch d := 11 - sum%11; d {
	case 11:
		return '0'
	case 10:
		return '1'
	default:
		return byte('0' + d)
	}
}

// rib checks the key of a French account: letters count as on the old
// telephone-like table (A and J are 1, S is 2), the whole is a multiple of 97.
func rib(s string) error {
	b := []byte(s)
	for i, c := range b {
		switch {
		case c >= 'A' && c <= 'I':
			b[i] = '1' + c - 'A'
		case c >= 'J' && c <= 'R':
			b[i] = '1' + c - 'J'
		case c >= 'S':
			b[i] = '2' + c - 'S'
		}
	}
	n := string(b)
	if !digits(s[:10]) || !digits(s[21:]) {
		return errors.New("is not a French account: bank, branch and key are digits")
	}
	if want := fmt.Sprintf("%02d", 97-mod(n[:21]+"00", 97)); s[21:] != want {
		return fmt.Errorf("has a wrong RIB key in the account: it should be %s", want)
	}
	return nil
}

// nib checks the two control digits of a Portuguese account, MOD 97-10.
func nib(s string) error {
	if !digits(s) {
		return errors.New("is not a Portuguese account: want digits after the check digits")
	}
	if want := fmt.Sprintf("%02d", 98-mod(s[:19]+"00", 97)); s[19:] != want {
		return fmt.Errorf("has wrong control digits in the account: they should be %s", want)
	}
	return nil
}

// RF makes a structured creditor reference (ISO 11649) of a reference:
// separators are left out, so F-2026-00123 and F/202600123 give the same one.
// It fails where more than 21 letters and digits are left, none, or other
// characters.
func RF(reference string) (string, error) {
	s, err := squeeze(reference)
	if err != nil {
		return "", err
	}
	if len(s) > 21 {
		return "", fmt.Errorf("has %d letters and digits: a structured reference holds 21", len(s))
	}
	return "RF" + mod97(s+"RF") + s, nil
}

// CheckRF checks a structured creditor reference (ISO 11649) and returns it in
// upper case without spaces.
func CheckRF(s string) (string, error) {
	s, err := squeeze(s)
	if err != nil {
		return "", err
	}
	if len(s) < 5 || len(s) > 25 || s[:2] != "RF" || !digits(s[2:4]) {
		return "", errors.New("is not a structured reference: want RF, two digits and up to 21 letters and digits")
	}
	if s[2:4] != mod97(s[4:]+"RF") {
		return "", errors.New("has wrong check digits: a character is missing, mistyped or swapped")
	}
	return s, nil
}

// SpanishIBAN makes the IBAN of a Spanish account of its bank, branch and
// account number, which Norma 43 writes without any check digits.
func SpanishIBAN(bank, branch, account string) (string, error) {
	s := bank + branch + account
	if len(bank) != 4 || len(branch) != 4 || len(account) != 10 || !digits(s) {
		return "", errors.New("is not a Spanish account: want 4 digits for the bank, 4 for the branch and 10 for the account")
	}
	s = bank + branch + string([]byte{cccDigit("00" + bank + branch), cccDigit(account)}) + account
	return "ES" + mod97(s+"ES") + s, nil
}
