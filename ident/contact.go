package ident

import (
	"errors"
	"net/mail"
	"strings"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/net/idna"
)

// Email checks an e-mail address and returns it with its domain in lower case
// and in ASCII (IDNA). It wants a bare address with a dot in the domain, of at
// most 254 characters with 64 before the @ (RFC 5321, 4.5.3.1); names, quotes,
// comments, address literals and letters beyond ASCII before the @ are refused.
// Whether somebody reads it is not asked.
func Email(value string) (string, error) {
	s, err := plain(value)
	if err != nil {
		return "", err
	}
	got, err := mail.ParseAddress(s)
	if err != nil || got.Address != s || got.Name != "" {
		return "", errors.New("is not an e-mail address: want name@example.com alone")
	}
	at := strings.LastIndexByte(s, '@')
	local := s[:at]
	if !isASCII(local) || strings.ContainsAny(local, "\"\\ ()<>,;:[]") || len(local) > 64 {
		return "", errors.New("has a part before the @ that mail servers do not take: want up to 64 plain letters, digits and signs")
	}
	domain, err := idna.Lookup.ToASCII(s[at+1:])
	if err != nil || !hostname(domain) {
		return "", errors.New("has a domain that cannot exist: want one such as example.com")
	}
	if out := local + "@" + domain; len(out) <= 254 {
		return out, nil
	}
	return "", errors.New("is longer than 254 characters")
}

// hostname reports whether s is a domain of at least two labels whose last is
// not a number.
func hostname(s string) bool {
	labels := strings.Split(s, ".")
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
			return false
		}
		for i := range len(l) {
			if c := l[i]; c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
				return false
			}
		}
	}
	last := labels[len(labels)-1]
	return len(labels) > 1 && len(s) <= 253 && len(last) > 1 && !digits(last)
}

// Phone checks a telephone number as written in country (ISO 3166 alpha-2;
// empty where the number is international) and returns it in E.164. Numbers
// that the numbering plan does not know, extensions and letters are refused.
func Phone(value, country string) (string, error) {
	s, err := plain(value)
	if err != nil {
		return "", err
	}
	if strings.ContainsFunc(s, notOfPhone) {
		return "", errors.New("is not a telephone number: want digits, with + and the country code where it is from abroad")
	}
	n, err := phonenumbers.Parse(s, strings.ToUpper(country))
	if err != nil {
		return "", errors.New("is not a telephone number: want the country's own form, or + and the country code")
	}
	if !phonenumbers.IsValidNumber(n) || n.GetExtension() != "" {
		return "", errors.New("is a number that cannot exist in its country: a digit is missing, too many or wrong")
	}
	return phonenumbers.Format(n, phonenumbers.E164), nil
}

func notOfPhone(r rune) bool {
	return !strings.ContainsRune("+0123456789 ().-/\u00a0\u202f", r)
}

// Mobile reports whether a number in E.164 may take SMS and WhatsApp by its
// numbering plan: mobile, or of a plan that does not tell mobile from fixed.
func Mobile(e164 string) bool {
	n, err := phonenumbers.Parse(e164, "")
	if err != nil {
		return false
	}
	switch phonenumbers.GetNumberType(n) {
	case phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE:
		return true
	}
	return false
}

// plain trims s, and refuses what is empty, not UTF-8 or holds a control character.
func plain(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", errControl
	}
	s = strings.TrimSpace(s)
	if len(s) > longest {
		return "", errLong
	}
	if s == "" {
		return "", errEmpty
	}
	for _, r := range s {
		if r < ' ' || (r >= 0x7f && r < 0xa0) {
			return "", errControl
		}
	}
	return s, nil
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
