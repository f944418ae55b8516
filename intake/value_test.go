package intake

import (
	"testing"

	"github.com/recobro/recobro/calendar"
)

func TestAmount(t *testing.T) {
	spanish, english, mixed, silent := conventions{comma: true}, conventions{point: true}, conventions{point: true, comma: true}, conventions{}
	for _, c := range []struct {
		rule string
		file conventions
		in   string
		want string
		rest string // currency, or the rule that says no
	}{
		{"a point for thousands, a comma for decimals", silent, "1.234,56", "1234.56", ""},
		{"a comma for thousands, a point for decimals", silent, "1,234.56", "1234.56", ""},
		{"a point for decimals", silent, "1234.56", "1234.56", ""},
		{"a comma for decimals", silent, "1234,5", "1234.5", ""},
		{"a space for thousands and a symbol after", silent, "1 234,56 €", "1234.56", "EUR"},
		{"a hard space and a narrow one", silent, "1\u202f234,56\u00a0€", "1234.56", "EUR"},
		{"a symbol before", silent, "£1,234.56", "1234.56", "GBP"},
		{"a code after", silent, "1.234,56 EUR", "1234.56", "EUR"},
		{"a code before, in small letters", silent, "eur 1.234,56", "1234.56", "EUR"},
		{"millions", silent, "1.234.567,89", "1234567.89", ""},
		{"two marks of thousands alone prove what they are", silent, "1.234.567", "1234567", ""},
		{"no mark at all", silent, "1234", "1234", ""},
		{"an apostrophe for thousands", silent, "1'234.56", "1234.56", ""},
		{"a negative amount is read, and refused later", silent, "-5,00", "-5.00", ""},
		{"a minus behind the symbol", silent, "€ -5,00", "-5.00", "EUR"},
		{"one point and three digits, with nothing to decide", silent, "1.234", "", "amount_ambiguous"},
		{"one comma and three digits, with nothing to decide", silent, "1,234", "", "amount_ambiguous"},
		{"one point and three digits where the file writes commas for decimals", spanish, "1.234", "1234", ""},
		{"one comma and three digits where the file writes points for decimals", english, "1,234 €", "1234", "EUR"},
		{"one comma and three digits where the file writes commas for decimals", spanish, "1,234", "", "amount_decimals"},
		{"one point and three digits in a file that writes both", mixed, "1.234", "", "amount_ambiguous"},
		{"both marks decide whatever the file does", mixed, "1.234,56", "1234.56", ""},
		{"three decimals after four digits", silent, "1234.567", "", "amount_decimals"},
		{"three decimals after a zero", silent, "0.500", "", "amount_decimals"},
		{"a mark without decimals", silent, "12,", "", "amount_decimals"},
		{"groups that are not of three", silent, "1,23,45", "", "amount_invalid"},
		{"groups of four", silent, "1.2345,00", "", "amount_invalid"},
		{"a decimal mark twice", silent, "1.234,56,7", "", "amount_invalid"},
		{"a group in the decimals", silent, "1,234.567.890", "", "amount_invalid"},
		{"spaces and points for thousands", silent, "1 234.567,00", "", "amount_invalid"},
		{"scientific", silent, "1,23E+05", "", "amount_invalid"},
		{"a formula", silent, "=SUM(A1:A9)", "", "amount_invalid"},
		{"words", silent, "mil euros", "", "amount_invalid"},
		{"a symbol alone", silent, "€", "", "amount_invalid"},
		{"no digit before the mark", silent, ",50", "", "amount_invalid"},
		{"digits of another script", silent, "١٢", "", "amount_invalid"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got, currency, bad := c.file.amount(c.in)
			switch {
			case c.want == "" && (bad == nil || bad.rule != c.rest):
				t.Fatalf("%q: got %q %s, %+v; want rule %s", c.in, got, currency, bad, c.rest)
			case c.want != "" && (bad != nil || got != c.want || currency != c.rest):
				t.Fatalf("%q: got %q %q, %+v; want %q %q", c.in, got, currency, bad, c.want, c.rest)
			}
		})
	}
}

func TestDay(t *testing.T) {
	for _, c := range []struct {
		rule     string
		american bool
		in       string
		want     string
		no       string
	}{
		{"ISO", false, "2026-10-31", "2026-10-31", ""},
		{"slashes", false, "31/10/2026", "2026-10-31", ""},
		{"hyphens", false, "31-10-2026", "2026-10-31", ""},
		{"points", false, "31.10.2026", "2026-10-31", ""},
		{"one digit", false, "1/9/2026", "2026-09-01", ""},
		{"the day stands first", false, "03/04/2026", "2026-04-03", ""},
		{"a leap day", false, "29/02/2028", "2028-02-29", ""},
		{"midnight of an export", false, "2026-10-31 00:00:00", "2026-10-31", ""},
		{"midnight of a program", false, "2026-10-31T00:00:00Z", "2026-10-31", ""},
		{"ISO is clear in any file", true, "2026-04-03", "2026-04-03", ""},
		{"a day above twelve is clear in any file", true, "31/10/2026", "2026-10-31", ""},
		{"either way, in a file with the month first somewhere", true, "03/04/2026", "", "date_ambiguous"},
		{"a year of two digits", false, "31/10/26", "", "date_short_year"},
		{"a year of two digits, one digit for the rest", false, "1/9/26", "", "date_short_year"},
		{"a day that the month lacks", false, "31/02/2026", "", "date_invalid"},
		{"no leap day", false, "29/02/2026", "", "date_invalid"},
		{"the month first", false, "10/31/2026", "", "date_invalid"},
		{"two kinds of mark", false, "31/10-2026", "", "date_invalid"},
		{"a spreadsheet's own number", false, "46326", "", "date_invalid"},
		{"an hour", false, "2026-10-31 14:30:00", "", "date_invalid"},
		{"another century", false, "31/10/1026", "", "date_invalid"},
		{"words", false, "mañana", "", "date_invalid"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got, bad := conventions{american: c.american}.day(c.in)
			switch {
			case c.no != "" && (bad == nil || bad.rule != c.no):
				t.Fatalf("%q: got %s, %+v; want rule %s", c.in, got, bad, c.no)
			case c.no == "" && (bad != nil || got != calendar.Must(c.want)):
				t.Fatalf("%q: got %s, %+v; want %s", c.in, got, bad, c.want)
			}
		})
	}
}

func TestRate(t *testing.T) {
	for in, want := range map[string]string{"8": "8.00", "8,25": "8.25", "8.125 %": "8.125", "12 %": "12.00"} {
		if got, bad := rate(in); bad != nil || got.String() != want {
			t.Errorf("rate(%q) = %v, %+v; want %s", in, got, bad, want)
		}
	}
	for _, in := range []string{"ocho", "1.000,5", "%", "9999"} {
		if got, bad := rate(in); bad == nil || bad.rule != "rate_invalid" {
			t.Errorf("rate(%q) = %v, %+v; want rate_invalid", in, got, bad)
		}
	}
}
