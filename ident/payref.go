package ident

import (
	"errors"
	"strings"
)

// letters32 writes five bits a character and leaves out I, L, O and U, which
// are mistaken for others when they are typed from paper (Crockford).
const letters32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// PaymentReferenceLength is the length of the reference that PaymentReference
// gives: four groups of four, as they are printed.
const PaymentReferenceLength = 16

// tailDigits is how many hexadecimal digits of an id a payment reference
// carries: 60 bits, all of them random in a UUID of version 7, so that among a
// million cases two have the same one in less than one installation of a million.
const tailDigits = 15

// PaymentReference gives the structured creditor reference (ISO 11649) by which
// payments on a case are known: RF, two check digits and twelve letters or
// digits that are made of the last 60 bits of the case's id. The same case has
// the same one for ever. It fails where id is not a UUID.
func PaymentReference(id string) (string, error) {
	tail, err := tailOf(id)
	if err != nil {
		return "", err
	}
	var n uint64
	for _, c := range tail {
		n = n<<4 | uint64(strings.IndexRune(hexDigits, c))
	}
	var b [12]byte
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = letters32[n&31]
		n >>= 5
	}
	s := string(b[:])
	return "RF" + mod97(s+"RF") + s, nil
}

const hexDigits = "0123456789abcdef"

// tailOf gives the last hexadecimal digits of a UUID.
func tailOf(id string) (string, error) {
	s := strings.ToLower(strings.ReplaceAll(id, "-", ""))
	if len(id) != 36 || len(s) != 32 || strings.Trim(s, hexDigits) != "" {
		return "", errors.New("is not an id of a case: want a UUID")
	}
	return s[len(s)-tailDigits:], nil
}

// PaymentReferenceTail turns a payment reference back into the last 15
// hexadecimal digits of the id that it was made of, by which the case is found.
// It fails where the reference is not one that PaymentReference gives.
func PaymentReferenceTail(reference string) (string, error) {
	s, err := CheckRF(reference)
	if err != nil {
		return "", err
	}
	if len(s) != PaymentReferenceLength {
		return "", errors.New("is a structured reference of somebody else: want 16 characters")
	}
	tail, ok := PaymentReferencePart(s[4:])
	if !ok {
		return "", errors.New("is a structured reference of somebody else: it holds I, L, O or U")
	}
	return tail, nil
}

// PaymentReferencePart turns letters and digits of a payment reference, four or
// eight or twelve of them, into the hexadecimal digits of the id that they were
// made of: five for each four. It reports false where they are none of those that
// PaymentReference writes.
func PaymentReferencePart(letters string) (string, bool) {
	var n uint64
	for _, c := range letters {
		v := strings.IndexRune(letters32, c)
		if v < 0 {
			return "", false
		}
		n = n<<5 | uint64(v)
	}
	if len(letters) == 0 || len(letters)%4 != 0 || len(letters) > 12 {
		return "", false
	}
	b := make([]byte, len(letters)/4*5)
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = hexDigits[n&15]
		n >>= 4
	}
	return string(b), true
}

// Grouped writes an account number or a structured reference in groups of four,
// as they are printed.
func Grouped(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
