package ident

import (
	"strings"
	"testing"
)

func TestTaxID(t *testing.T) {
	for _, c := range []struct {
		rule, country, id, want string
	}{
		{"ES: a DNI", "ES", "54362315K", "54362315K"},
		{"ES: a DNI with dots, hyphen and small letter", "ES", " 54.362.315-k ", "54362315K"},
		{"ES: a DNI whose leading zero a spreadsheet dropped", "ES", "1234567L", "01234567L"},
		{"ES: a NIE of X", "ES", "X2482300W", "X2482300W"},
		{"ES: a NIE of Y", "ES", "Y-3338121-F", "Y3338121F"},
		{"ES: a NIE of Z", "ES", "Z8327649K", "Z8327649K"},
		{"ES: a company's digit", "ES", "A58818501", "A58818501"},
		{"ES: a limited company with the country's prefix", "ES", "ES B-58378431", "B58378431"},
		{"ES: the public administration's letter", "ES", "P2807900B", "P2807900B"},
		{"ES: a university's letter", "ES", "Q2818013A", "Q2818013A"},
		{"ES: an older foreign company's letter", "ES", "A0011012B", "A0011012B"},
		{"ES: an association with a digit", "ES", "G81164105", "G81164105"},
		{"ES: a natural person without DNI", "ES", "K9514336H", "K9514336H"},
		{"FR: a SIREN", "FR", "732 829 320", "732829320"},
		{"FR: a SIRET", "FR", "73282932000074", "73282932000074"},
		{"FR: a SIRET of La Poste", "FR", "35600000049837", "35600000049837"},
		{"FR: the SIRET of La Poste's seat, which satisfies Luhn", "FR", "35600000000048", "35600000000048"},
		{"FR: a TVA number", "FR", "FR 40 303 265 045", "FR40303265045"},
		{"FR: a TVA number without prefix", "FR", "23334175221", "FR23334175221"},
		{"FR: a TVA key with a letter before a digit", "FR", "K7399859412", "FRK7399859412"},
		{"FR: a TVA key with a digit before a letter", "FR", "FR4Z123456782", "FR4Z123456782"},
		{"FR: a TVA number of Monaco has no SIREN", "FR", "FR 53 0000 04605", "FR53000004605"},
		{"FR: a numéro fiscal", "FR", "30 23 217 600 053", "3023217600053"},
		{"PT: a company's NIF", "PT", "501964843", "501964843"},
		{"PT: a NIF with prefix", "PT", "PT 501 964 843", "501964843"},
		{"PT: a check of ten becomes zero", "PT", "100000010", "100000010"},
		{"elsewhere the shape is enough", "DE", "DE 136.695.976", "DE136695976"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got, err := TaxID(c.country, c.id)
			if err != nil || got != c.want {
				t.Fatalf("TaxID(%s, %q) = %q, %v; want %q", c.country, c.id, got, err, c.want)
			}
		})
	}
}

func TestTaxIDSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		rule, country, id, says string
	}{
		{"ES: the letter of a DNI", "ES", "12345678A", "for 12345678 it should be Z"},
		{"ES: a DNI without its letter", "ES", "12345678", "it should be Z"},
		{"ES: the letter of a NIE", "ES", "X2482300A", "it should be W"},
		{"ES: the digit of a company", "ES", "B12345678", "for B1234567 it should be 4"},
		{"ES: a company's digit is not a letter", "ES", "B1234567D", "it should be 4"},
		{"ES: a town's letter is not a digit", "ES", "P28079002", "it should be B"},
		{"ES: either is told where either may stand", "ES", "G81164101", "should be 5 or E"},
		{"ES: no entity begins with I", "ES", "I12345674", "not a Spanish tax number"},
		{"ES: a DNI of zeros", "ES", "00000000T", "belongs to nobody"},
		{"ES: too long", "ES", "B123456740", "not a Spanish tax number"},
		{"FR: the digit of a SIREN", "FR", "732829321", "should end in 0"},
		{"FR: a SIRET with a wrong SIREN", "FR", "73282932100074", "SIREN has a wrong check digit"},
		{"FR: the digit of a SIRET", "FR", "73282932000075", "should end in 4"},
		{"FR: a SIRET of La Poste", "FR", "35600000049838", "La Poste"},
		{"FR: the key of a TVA number", "FR", "FR41303265045", "it should be 40"},
		{"FR: the SIREN of a TVA number", "FR", "84323140391", "SIREN has a wrong check digit"},
		{"FR: a key with letters that does not fit", "FR", "K6399859412", "does not fit"},
		{"FR: a key with O", "FR", "KO399859412", "I or O"},
		{"FR: the check of a numéro fiscal", "FR", "3023217600054", "should end in 053"},
		{"FR: a numéro fiscal of 9", "FR", "9023217600053", "begin with 0, 1, 2 or 3"},
		{"FR: a social security number is not asked for", "FR", "295109912611193", "not a French tax number"},
		{"PT: the digit of a NIF", "PT", "501964842", "should end in 3"},
		{"PT: no NIF begins with zero", "PT", "012345678", "not a Portuguese NIF"},
		{"nothing", "ES", " - ", "empty"},
		{"NUL", "ES", "B1234\x005674", "control"},
		{"not UTF-8", "ES", "B1234\xff5674", "control"},
		{"letters from elsewhere", "ES", "В12345674", "holds the character"},
		{"elsewhere: no digit", "DE", "ABCDEF", "not a tax number"},
		{"elsewhere: too long", "US", strings.Repeat("1", 21), "not a tax number"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got, err := TaxID(c.country, c.id)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("TaxID(%s, %q) = %q, %v; want an error that says %q", c.country, c.id, got, err, c.says)
			}
		})
	}
}

func TestOneCompanyHasOneHolder(t *testing.T) {
	for _, id := range []string{"732829320", "73282932000074", "FR44732829320"} {
		normal, err := TaxID("FR", id)
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		if got := Holder("FR", normal); got != "732829320" {
			t.Errorf("Holder of %s = %s", id, got)
		}
	}
	if got := Holder("ES", "B12345674"); got != "B12345674" {
		t.Errorf("Holder of a Spanish number = %s", got)
	}
}

// Every single wrong digit is noticed: that is what check characters are for.
func TestASingleWrongDigitIsNoticed(t *testing.T) {
	for country, ids := range map[string][]string{
		"ES": {"54362315K", "X2482300W", "A58818501", "P2807900B"},
		"FR": {"732829320", "73282932000074", "3023217600053"},
		"PT": {"501964843"},
	} {
		for _, id := range ids {
			for i := range id {
				if id[i] < '0' || id[i] > '9' {
					continue
				}
				for d := byte('0'); d <= '9'; d++ {
					wrong := id[:i] + string(d) + id[i+1:]
					if _, err := TaxID(country, wrong); d != id[i] && err == nil {
						t.Errorf("%s: %s passes beside %s", country, wrong, id)
					}
				}
			}
		}
	}
}

func FuzzTaxID(f *testing.F) {
	for _, s := range []string{"54362315K", "ES B-58378431", "FR40303265045", "K7399859412", "501964843", "\x00", "", "ſ1"} {
		f.Add("ES", s)
		f.Add("FR", s)
		f.Add("PT", s)
		f.Add("DE", s)
	}
	f.Fuzz(func(t *testing.T, country, id string) {
		normal, err := TaxID(country, id)
		if err != nil {
			return
		}
		if again, err := TaxID(country, normal); err != nil || again != normal {
			t.Fatalf("TaxID(%q, %q) = %q, but that gives %q, %v", country, id, normal, again, err)
		}
		if len(normal) > 20 || strings.ContainsFunc(normal, func(r rune) bool { return r < '0' || r > 'Z' }) {
			t.Fatalf("TaxID(%q, %q) = %q", country, id, normal)
		}
	})
}
