package ident

import (
	"strings"
	"testing"
)

func TestIBAN(t *testing.T) {
	for _, c := range []struct{ rule, in, want, says string }{
		{"ES", "ES91 2100 0418 4502 0005 1332", "ES9121000418450200051332", ""},
		{"FR, with a letter in the account", "fr1420041010050500013m02606", "FR1420041010050500013M02606", ""},
		{"PT", "PT50000201231234567890154", "PT50000201231234567890154", ""},
		{"DE, by the outer digits alone", "DE89370400440532013000", "DE89370400440532013000", ""},
		{"MC, with the French key", "MC5811222000010123456789030", "MC5811222000010123456789030", ""},
		{"a country outside SEPA", "TR330006100519786457841326", "TR330006100519786457841326", ""},
		{"ES: outer digits that fit, inner that do not", valid("ES", "21000418460200051332"), "", "they should be 45"},
		{"FR: outer digits that fit, key that does not", valid("FR", "20041010050500013M02607"), "", "it should be 06"},
		{"PT: outer digits that fit, inner that do not", valid("PT", "000201231234567890155"), "", "they should be 54"},
		{"two digits swapped", "ES9121000418450200051323", "", "swapped"},
		{"one character short", "ES912100041845020005133", "", "an IBAN of ES has 24"},
		{"not an IBAN", "2100 0418 4502 0005 1332", "", "not an IBAN"},
		{"letters in a Spanish account", valid("ES", "2100041845020005133A"), "", "want digits"},
		{"NUL", "ES9121000418450200051332\x00", "", "control"},
		{"nothing", "", "", "empty"},
	} {
		t.Run(c.rule, func(t *testing.T) { expect(t, IBAN, c.in, c.want, c.says) })
	}
}

// valid gives the account an outer check that fits, right or wrong within.
func valid(country, account string) string {
	return country + mod97(account+country) + account
}

func expect(t *testing.T, f func(string) (string, error), in, want, says string) {
	t.Helper()
	got, err := f(in)
	switch {
	case says == "" && (err != nil || got != want):
		t.Fatalf("%q: got %q, %v; want %q", in, got, err, want)
	case says != "" && (err == nil || !strings.Contains(err.Error(), says)):
		t.Fatalf("%q: got %q, %v; want an error that says %q", in, got, err, says)
	}
}

func TestRF(t *testing.T) {
	for _, c := range []struct{ rule, in, want, says string }{
		{"the standard's example", "539007547034", "RF18539007547034", ""},
		{"letters count 10 to 35", "2G 5A-B", "RF942G5AB", ""},
		{"small letters are capital ones", "2g5ab", "RF942G5AB", ""},
		{"21 characters are the most", strings.Repeat("9", 21), "RF12" + strings.Repeat("9", 21), ""},
		{"22 are too many", strings.Repeat("9", 22), "", "holds 21"},
		{"other letters", "Ñ1", "", "holds the character"},
		{"nothing is left", "--", "", "empty"},
	} {
		t.Run(c.rule, func(t *testing.T) { expect(t, RF, c.in, c.want, c.says) })
	}
}

func TestCheckRF(t *testing.T) {
	for _, c := range []struct{ rule, in, want, says string }{
		{"the standard's example, as printed", "RF18 5390 0754 7034", "RF18539007547034", ""},
		{"a digit mistyped", "RF18 5390 0754 7035", "", "wrong check digits"},
		{"two digits swapped", "RF18 5390 0754 7043", "", "wrong check digits"},
		{"without RF", "539007547034", "", "not a structured reference"},
		{"too long", "RF22" + strings.Repeat("9", 22), "", "not a structured reference"},
		{"nothing after the check digits", "RF18", "", "not a structured reference"},
	} {
		t.Run(c.rule, func(t *testing.T) { expect(t, CheckRF, c.in, c.want, c.says) })
	}
}

func FuzzBank(f *testing.F) {
	for _, s := range []string{"ES9121000418450200051332", "FR1420041010050500013M02606", "PT50000201231234567890154", "RF18539007547034", "F-2026-00123", "\x00", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if rf, err := RF(s); err == nil {
			if got, err := CheckRF(rf); err != nil || got != rf {
				t.Fatalf("RF(%q) = %q, which does not check: %q, %v", s, rf, got, err)
			}
		}
		if iban, err := IBAN(s); err == nil {
			if got, err := IBAN(iban); err != nil || got != iban {
				t.Fatalf("IBAN(%q) = %q, which does not check: %v", s, iban, err)
			}
		}
	})
}
