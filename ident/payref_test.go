package ident

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
)

func TestPaymentReference(t *testing.T) {
	for _, c := range []struct{ rule, in, want, says string }{
		{"sixty zero bits", "01913c5e-0000-7000-8000-000000000000", "RF04000000000000", ""},
		{"the last bit is the last letter", "01913c5e-0000-7000-8000-000000000001", "RF74000000000001", ""},
		{"sixty one bits", "01913c5e-0000-7000-8fff-ffffffffffff", "RF56ZZZZZZZZZZZZ", ""},
		{"capital letters in the id", "01913C5E-0000-7000-8FFF-FFFFFFFFFFFF", "RF56ZZZZZZZZZZZZ", ""},
		{"the bits before the last sixty do not count", "ffffffff-ffff-7fff-b000-000000000001", "RF74000000000001", ""},
		{"not an id", "case-1", "", "want a UUID"},
		{"a letter astray", "01913c5e-0000-7000-8000-00000000000g", "", "want a UUID"},
		{"nothing", "", "", "want a UUID"},
	} {
		t.Run(c.rule, func(t *testing.T) { expect(t, PaymentReference, c.in, c.want, c.says) })
	}
}

func TestPaymentReferenceTail(t *testing.T) {
	for _, c := range []struct{ rule, in, want, says string }{
		{"as printed", "RF56 ZZZZ ZZZZ ZZZZ", "fffffffffffffff", ""},
		{"in small letters", "rf74000000000001", "000000000000001", ""},
		{"a character mistyped", "RF56 ZZZZ ZZZY ZZZZ", "", "wrong check digits"},
		{"a reference of other letters", "RF" + mod97("ILOU00000000RF") + "ILOU00000000", "", "it holds I, L, O or U"},
		{"a shorter one", "RF942G5AB", "", "want 16 characters"},
	} {
		t.Run(c.rule, func(t *testing.T) { expect(t, PaymentReferenceTail, c.in, c.want, c.says) })
	}
}

func TestAPaymentReferenceLeadsBackToItsCase(t *testing.T) {
	for range 10_000 {
		var b [16]byte
		rand.Read(b[:])
		id := fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
		rf, err := PaymentReference(id)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := CheckRF(rf); err != nil || got != rf || len(rf) != PaymentReferenceLength {
			t.Fatalf("%s has the reference %s, which does not check: %v", id, rf, err)
		}
		tail, err := PaymentReferenceTail(Grouped(rf))
		if err != nil || !strings.HasSuffix(strings.ReplaceAll(id, "-", ""), tail) || len(tail) != 15 {
			t.Fatalf("%s has the reference %s, which leads to %s, %v", id, rf, tail, err)
		}
	}
}

// A digit typed for a letter changes how many digits are summed, and may slip
// through; so may the two swapped, where the letter counts eleven times the digit.
func TestALetterOrDigitMistypedOrTwoSwappedAreFound(t *testing.T) {
	rf, err := PaymentReference("01913c5e-8a11-7b02-9c3d-4e5f60718293")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	wrong := func(bad string) {
		checked++
		if _, err := CheckRF(bad); err == nil {
			t.Errorf("%s is taken for right, and is not %s", bad, rf)
		}
	}
	for i := 4; i < len(rf); i++ {
		for _, c := range letters32 {
			if s := string(c); s != rf[i:i+1] && digits(s) == digits(rf[i:i+1]) {
				wrong(rf[:i] + s + rf[i+1:])
			}
		}
		if i+1 < len(rf) && rf[i] != rf[i+1] && digits(rf[i:i+1]) == digits(rf[i+1:i+2]) {
			wrong(rf[:i] + rf[i+1:i+2] + rf[i:i+1] + rf[i+2:])
		}
	}
	if checked < 100 {
		t.Fatalf("only %d mistakes were tried", checked)
	}
}

func TestSpanishIBAN(t *testing.T) {
	got, err := SpanishIBAN("2100", "0418", "0200051332")
	if err != nil || got != "ES9121000418450200051332" {
		t.Fatalf("got %s, %v", got, err)
	}
	if _, err := SpanishIBAN("2100", "0418", "020005133"); err == nil {
		t.Fatal("an account of nine digits was taken")
	}
	if _, err := SpanishIBAN("2100", "O418", "0200051332"); err == nil {
		t.Fatal("a letter was taken for a digit")
	}
}
