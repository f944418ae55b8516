package ident

import (
	"errors"
	"fmt"
)

// portuguese checks a NIF or NIPC: weights 9 to 2, modulo 11, and 0 where the
// check digit would be 10 or 11.
//
// Source: Decreto-Lei 14/2013 (PT), arts. 3 and 8.
func portuguese(s string) (string, error) {
	if len(s) != 9 || !digits(s) || s[0] == '0' {
		return "", errors.New("is not a Portuguese NIF: want 9 digits, the first not 0")
	}
	sum := 0
	for i := range 8 {
		sum += int(s[i]-'0') * (9 - i)
	}
	want := 11 - sum%11
	if want > 9 {
		want = 0
	}
	if int(s[8]-'0') != want {
		return "", fmt.Errorf("has a wrong check digit: the NIF %s should end in %d", s, want)
	}
	return s, nil
}
