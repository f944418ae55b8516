package ident

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// laPoste is the SIREN whose establishments' numbers follow a rule of their
// own: the digits sum to a multiple of five. Source: INSEE, SIRENE, "La Poste".
const laPoste = "356000000"

// tvaLetters are the characters of alphanumeric TVA keys: no I and no O.
const tvaLetters = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"

var errFrench = errors.New("is not a French tax number: want a SIREN (9 digits), a SIRET (14), " +
	"a TVA number (FR, 2 characters and the SIREN) or a numéro fiscal (13 digits)")

// french checks a SIREN, SIRET, TVA number or numéro fiscal.
func french(s string) (string, error) {
	if len(s) == 13 && strings.HasPrefix(s, "FR") {
		return tva(s[2:])
	}
	s = strings.TrimPrefix(s, "FR")
	switch {
	case len(s) == 9 && digits(s):
		return siren(s)
	case len(s) == 14 && digits(s):
		return siret(s)
	case len(s) == 11 && digits(s[2:]):
		return tva(s)
	case len(s) == 13 && digits(s):
		return numeroFiscal(s)
	}
	return "", errFrench
}

func siren(s string) (string, error) {
	if sum := luhn(s) % 10; sum != 0 {
		return "", fmt.Errorf("has a wrong check digit: the SIREN %s should end in %d", s, luhnDigit(s[:8]))
	}
	return s, nil
}

func siret(s string) (string, error) {
	if s[:9] == laPoste {
		sum := 0
		for i := range len(s) {
			sum += int(s[i] - '0')
		}
		if sum%5 != 0 && luhn(s)%10 != 0 {
			return "", errors.New("is not a SIRET of La Poste: its digits should sum to a multiple of five")
		}
		return s, nil
	}
	if _, err := siren(s[:9]); err != nil {
		return "", fmt.Errorf("is a SIRET whose SIREN %w", err)
	}
	if luhn(s)%10 != 0 {
		return "", fmt.Errorf("has a wrong check digit: the SIRET %s should end in %d", s, luhnDigit(s[:13]))
	}
	return s, nil
}

// luhnDigit gives the check digit that s wants after it.
func luhnDigit(s string) int { return (10 - luhn(s+"0")%10) % 10 }

// tva checks a TVA number without its prefix. The numeric key is
// (12 + 3·(SIREN mod 97)) mod 97; keys with letters follow the second rule of
// the directorate of taxes. Monaco's companies have 000 where a SIREN would begin.
//
// Source: CGI (FR), ann. III; BOI-TVA-DECLA-20-10-20.
func tva(s string) (string, error) {
	key, number := s[:2], s[2:]
	if !digits(number) {
		return "", errFrench
	}
	if number[:3] != "000" {
		if _, err := siren(number); err != nil {
			return "", fmt.Errorf("is a TVA number whose SIREN %w", err)
		}
	}
	if digits(key) {
		if want := (12 + 3*mod(number, 97)) % 97; key != fmt.Sprintf("%02d", want) {
			return "", fmt.Errorf("has a wrong key: for the SIREN %s it should be %02d", number, want)
		}
		return "FR" + s, nil
	}
	first, second := strings.IndexByte(tvaLetters, key[0]), strings.IndexByte(tvaLetters, key[1])
	if first < 0 || second < 0 {
		return "", errors.New("has a key with I or O, which TVA keys do not use")
	}
	check := first*34 + second - 100
	if first < 10 {
		check = first*24 + second - 10
	}
	if n, _ := strconv.Atoi(number); (n+1+check/11)%11 != check%11 {
		return "", fmt.Errorf("has a wrong key: %s does not fit the SIREN %s", key, number)
	}
	return "FR" + s, nil
}

// numeroFiscal checks the reference of a natural person at the tax office: ten
// digits, of which the first is 0 to 3, and their rest by 511 in three.
func numeroFiscal(s string) (string, error) {
	if s[0] > '3' {
		return "", errors.New("is not a numéro fiscal: it should begin with 0, 1, 2 or 3")
	}
	if want := fmt.Sprintf("%03d", mod(s[:10], 511)); s[10:] != want {
		return "", fmt.Errorf("has a wrong check: the numéro fiscal should end in %s", want)
	}
	return s, nil
}
