package money

import (
	"encoding/json"
	"math/big"
	"testing"
)

// FuzzMoney holds amounts to be read back as they are written, by text and by
// JSON, and to count as rationals do.
func FuzzMoney(f *testing.F) {
	for _, s := range []string{"1250.00", "-0.01", "0", "999999999999.99", "1e3", "NaN", "1.234,56", "٣", "00012.5", "-", ".5", "1.", "\x00"} {
		f.Add(s, "EUR")
	}
	f.Add("10.00", "eur")
	f.Add("10.00", "AAA")
	f.Fuzz(func(t *testing.T, s, currency string) {
		a, err := Parse(s, currency)
		if err != nil {
			return
		}
		want, ok := new(big.Rat).SetString(s)
		if !ok || want.Cmp(big.NewRat(a.Cents, 100)) != 0 {
			t.Fatalf("Parse(%q) = %d cents", s, a.Cents)
		}
		if a.Cents > MaxCents || a.Cents < -MaxCents {
			t.Fatalf("Parse(%q) = %d cents, which is out of range", s, a.Cents)
		}
		if again, err := Parse(a.Decimal(), a.Currency); err != nil || again != a {
			t.Fatalf("Parse(%q) = %v, which is read back as %v, %v", s, a, again, err)
		}
		b, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		var back Amount
		if err := json.Unmarshal(b, &back); err != nil || back != a {
			t.Fatalf("%s is read back as %v, %v", b, back, err)
		}
	})
}

// FuzzAmountJSON holds what is read from JSON to be written and read alike.
func FuzzAmountJSON(f *testing.F) {
	for _, s := range []string{`{"amount":"1250.00","currency":"EUR"}`, `{"amount":"0.00","currency":""}`, `{"amount":1,"currency":"EUR"}`,
		`{"amount":"1","amount":"2","currency":"EUR"}`, `null`, `"1"`, `{"AMOUNT":"1","currency":"EUR"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var a, back Amount
		if json.Unmarshal(b, &a) != nil {
			return
		}
		out, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(out, &back); err != nil || back != a {
			t.Fatalf("%q is %v, written as %s, and read back as %v, %v", b, a, out, back, err)
		}
	})
}

// FuzzRate holds rates to be read back as they are written, and interest to be
// that of the rationals, rounded half away from zero.
func FuzzRate(f *testing.F) {
	for _, s := range []string{"10.15", "10.4", "0", "-1000", "1000.000001", "3.123456", "1e2", "+1", "1000"} {
		f.Add(s, int64(125_000), uint16(29))
	}
	f.Add("1000", int64(MaxCents), uint16(65_535))
	f.Add("-1000", int64(-MaxCents), uint16(1))
	f.Fuzz(func(t *testing.T, s string, cents int64, days uint16) {
		r, err := ParseRate(s)
		if err != nil {
			return
		}
		if again, err := ParseRate(r.String()); err != nil || again != r {
			t.Fatalf("ParseRate(%q) = %s, which is read back as %s, %v", s, r, again, err)
		}
		if cents > MaxCents || cents < -MaxCents {
			return
		}
		interest := Simple(EUR(cents), r, int(days), 365).Cents
		exact := new(big.Int).Mul(big.NewInt(cents), big.NewInt(int64(r)*int64(days)))
		if want := halfAway(exact, big.NewInt(100_000_000*365)); want.Cmp(big.NewInt(interest)) != 0 {
			t.Fatalf("%d cents at %s for %d days bear %d, not %s", cents, r, days, interest, want)
		}
	})
}

// halfAway divides and rounds half away from zero.
func halfAway(a, b *big.Int) *big.Int {
	doubled := new(big.Int).Mul(new(big.Int).Abs(a), big.NewInt(2))
	q := doubled.Add(doubled, b).Quo(doubled, new(big.Int).Mul(b, big.NewInt(2)))
	if a.Sign() < 0 {
		q.Neg(q)
	}
	return q
}
