package ident

import (
	"strings"
	"testing"
)

func TestEmail(t *testing.T) {
	for _, c := range []struct{ rule, in, want, says string }{
		{"plain", "ana@example.com", "ana@example.com", ""},
		{"the domain is lower case, the rest is as it was", " Ana.Ruiz+facturas@Example.COM ", "Ana.Ruiz+facturas@example.com", ""},
		{"a domain beyond ASCII", "ana@peluquería-niña.es", "ana@xn--peluquera-nia-3ib8d.es", ""},
		{"a name beside it", "Ana <ana@example.com>", "", "alone"},
		{"no dot in the domain", "ana@localhost", "", "domain"},
		{"an address for a host", "ana@[127.0.0.1]", "", ""},
		{"an IP without brackets", "ana@127.0.0.1", "", "domain"},
		{"a quoted part", `"ana ruiz"@example.com`, "", ""},
		{"letters beyond ASCII before the @", "aña@example.com", "", "before the @"},
		{"two addresses", "ana@example.com, eva@example.com", "", "alone"},
		{"a semicolon", "ana@example.com;eva@example.com", "", "alone"},
		{"a header smuggled in", "ana@example.com\r\nBcc: eva@example.com", "", "control"},
		{"NUL", "ana@example.com\x00", "", "control"},
		{"no at", "ana.example.com", "", "alone"},
		{"two dots", "ana@example..com", "", ""},
		{"a dot at the end", "ana@example.com.", "", ""},
		{"a hyphen at the edge of a label", "ana@-example.com", "", ""},
		{"65 characters before the @", strings.Repeat("a", 65) + "@example.com", "", "64"},
		{"255 characters", strings.Repeat("a", 63) + "@" + strings.Repeat(strings.Repeat("b", 62)+".", 3) + "cc", "", "254"},
		{"a megabyte", strings.Repeat("a", 1<<20), "", "too long"},
		{"nothing", "  ", "", "empty"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if c.want == "" && c.says == "" {
				c.says = " "
			}
			expect(t, Email, c.in, c.want, c.says)
		})
	}
}

func TestPhone(t *testing.T) {
	for _, c := range []struct{ rule, country, in, want, says string }{
		{"ES: mobile, as it is written", "ES", "612 34 56 78", "+34612345678", ""},
		{"ES: fixed, in groups with a hyphen", "ES", "93-412.34.56", "+34934123456", ""},
		{"ES: with the country code", "ES", "+34 612 345 678", "+34612345678", ""},
		{"ES: with 00 and the country code", "ES", "0034612345678", "+34612345678", ""},
		{"FR: the trunk zero goes", "FR", "06 12 34 56 78", "+33612345678", ""},
		{"FR: a zero in brackets goes", "FR", "+33 (0)6 12 34 56 78", "+33612345678", ""},
		{"PT", "PT", "912 345 678", "+351912345678", ""},
		{"a number from abroad", "ES", "+351 912 345 678", "+351912345678", ""},
		{"Guadeloupe", "FR", "+590 690 00 12 34", "+590690001234", ""},
		{"no country, international", "", "+34612345678", "+34612345678", ""},
		{"no country, national", "", "612345678", "", "country code"},
		{"ES: a digit short", "ES", "61234567", "", "cannot exist"},
		{"ES: a digit too many", "ES", "6123456789", "", "cannot exist"},
		{"ES: no number begins with 2", "ES", "212345678", "", "cannot exist"},
		{"ES: only zeros", "ES", "000000000", "", "number"},
		{"an extension", "ES", "934123456 ext 12", "", "want digits"},
		{"letters", "ES", "612-FLORES", "", "want digits"},
		{"digits of another script", "ES", "٦١٢٣٤٥٦٧٨", "", "want digits"},
		{"NUL", "ES", "612345678\x00", "", "control"},
		{"nothing", "ES", "", "", "empty"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			expect(t, func(s string) (string, error) { return Phone(s, c.country) }, c.in, c.want, c.says)
		})
	}
}

func TestMobile(t *testing.T) {
	for number, want := range map[string]bool{
		"+34612345678": true, "+34712345678": true, "+34934123456": false, "+33612345678": true, "+33142345678": false,
		"+351912345678": true, "+351212345678": false, "+12025550123": true, "612345678": false, "": false,
	} {
		if got := Mobile(number); got != want {
			t.Errorf("Mobile(%q) = %t", number, got)
		}
	}
}

func FuzzContact(f *testing.F) {
	for _, s := range []string{"ana@example.com", "ana@españa.es", "+34 612 345 678", "06 12 34 56 78", "\x00@\x00", "a@b", ""} {
		f.Add(s, "ES")
		f.Add(s, "FR")
	}
	f.Fuzz(func(t *testing.T, s, country string) {
		if mail, err := Email(s); err == nil {
			if again, err := Email(mail); err != nil || again != mail {
				t.Fatalf("Email(%q) = %q, but that gives %q, %v", s, mail, again, err)
			}
		}
		if phone, err := Phone(s, country); err == nil {
			if again, err := Phone(phone, country); err != nil || again != phone {
				t.Fatalf("Phone(%q, %q) = %q, but that gives %q, %v", s, country, phone, again, err)
			}
		}
	})
}
