package money

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAmountsFromOutside(t *testing.T) {
	for _, tt := range []struct {
		in    string
		cents int64
	}{
		{"1234.56", 123456}, {"0", 0}, {"0.1", 10}, {"0.01", 1}, {"-3", -300}, {"-0.05", -5}, {"007", 700},
		{"999999999999.99", MaxCents}, {"-999999999999.99", -MaxCents},
	} {
		got, err := Parse(tt.in, "EUR")
		if err != nil || got != EUR(tt.cents) {
			t.Errorf("Parse(%q) = %v, %v; want %d cents", tt.in, got, err, tt.cents)
		}
	}
	for _, bad := range []string{
		"", "-", ".", "1.", ".5", "1.234", "1,50", "1.234,56", "1e3", "+1", "--1", "0x10", " 1", "1 ", "1\x00", "١", "NaN", "Inf",
		"1000000000000.00", "999999999999999999999", "9999999999999999", "1.2.3", "1_000",
	} {
		if got, err := Parse(bad, "EUR"); err == nil {
			t.Errorf("Parse(%q) = %v", bad, got)
		}
	}
	for _, currency := range []string{"", "eur", "EURO", "JPY", "QQQ", "€"} {
		if got, err := Parse("1.00", currency); err == nil || Known(currency) {
			t.Errorf("Parse in %q = %v", currency, got)
		}
	}
}

func TestAnAmountReadsBackAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := EUR(rapid.Int64Range(-MaxCents, MaxCents).Draw(t, "cents"))
		if back, err := Parse(a.Decimal(), "EUR"); err != nil || back != a {
			t.Fatalf("%s reads back as %v, %v", a, back, err)
		}
		b, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		var back Amount
		if err := json.Unmarshal(b, &back); err != nil || back != a {
			t.Fatalf("%s reads back as %v, %v", b, back, err)
		}
	})
}

func TestAmountsAsJSON(t *testing.T) {
	b, err := json.Marshal(EUR(123450))
	if err != nil || string(b) != `{"amount":"1234.50","currency":"EUR"}` {
		t.Errorf("wrote %s, %v", b, err)
	}
	b, err = json.Marshal(Amount{})
	if err != nil {
		t.Fatal(err)
	}
	back := EUR(1)
	if err := json.Unmarshal(b, &back); err != nil || back != (Amount{}) {
		t.Errorf("nothing reads back as %v, %v", back, err)
	}
	for _, bad := range []string{
		`{"amount":1234.5,"currency":"EUR"}`, `{"amount":"1.00"}`, `{"currency":"EUR"}`, `{"amount":null,"currency":"EUR"}`,
		`{"amount":"1.005","currency":"EUR"}`, `{"amount":"1.00","currency":"eur"}`, `"1.00"`, `[]`, `{"amount":"","currency":""}`,
	} {
		var a Amount
		if err := json.Unmarshal([]byte(bad), &a); err == nil {
			t.Errorf("%s was read as %v", bad, a)
		}
	}
}

func TestSharesSumExactlyAndAreFair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := EUR(rapid.Int64Range(-MaxCents, MaxCents).Draw(t, "cents"))
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1_000_000_000), 1, 40).Draw(t, "weights")
		var total int64
		for _, w := range weights {
			total += w
		}
		shares := a.Shares(weights...)
		if len(shares) != len(weights) {
			t.Fatalf("%d shares of %d weights", len(shares), len(weights))
		}
		var sum Amount
		for i, s := range shares {
			sum = sum.Plus(s)
			if total == 0 {
				continue
			}
			// No share is a whole cent away from its exact part.
			exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(a.Cents), big.NewInt(weights[i])), big.NewInt(total))
			off := new(big.Rat).Sub(exact, new(big.Rat).SetInt64(s.Cents))
			if off.Abs(off).Cmp(big.NewRat(1, 1)) >= 0 {
				t.Fatalf("share %d of %s by %v is %s, exactly %s", i, a, weights, s, exact.FloatString(3))
			}
			if weights[i] == 0 && s.Cents != 0 {
				t.Fatalf("a weight of nothing got %s", s)
			}
		}
		if total > 0 && sum.Cents != a.Cents {
			t.Fatalf("shares of %s sum to %s", a, sum)
		}
	})
}

func TestShares(t *testing.T) {
	for _, tt := range []struct {
		name    string
		cents   int64
		weights []int64
		want    []int64
	}{
		{"a cent over goes to the earlier of equals", 100, []int64{1, 1, 1}, []int64{34, 33, 33}},
		{"to the largest remainder", 100, []int64{1, 5}, []int64{17, 83}},
		{"what is owed is shared likewise", -100, []int64{1, 1, 1}, []int64{-34, -33, -33}},
		{"a weight of nothing gets nothing", 101, []int64{0, 1, 1}, []int64{0, 51, 50}},
		{"one takes all", 7, []int64{3}, []int64{7}},
		{"no weights, no shares", 7, []int64{0, 0}, []int64{0, 0}},
	} {
		got := EUR(tt.cents).Shares(tt.weights...)
		for i := range tt.want {
			if got[i].Cents != tt.want[i] {
				t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
				break
			}
		}
	}
}

func TestSumsKeepTheirCurrency(t *testing.T) {
	if got := EUR(5).Plus(EUR(7)).Minus(EUR(2)); got != EUR(10) {
		t.Errorf("got %s", got)
	}
	if got := (Amount{}).Plus(EUR(7)); got != EUR(7) {
		t.Errorf("nothing and 7 cents is %s", got)
	}
	if got := EUR(7).Minus(Amount{}); got != EUR(7) {
		t.Errorf("7 cents less nothing is %s", got)
	}
	if Min(EUR(3), EUR(2)) != EUR(2) || Min(EUR(-3), EUR(2)) != EUR(-3) || EUR(3).Neg() != EUR(-3) || !EUR(0).IsZero() {
		t.Error("the smaller, the negative or nothing is wrong")
	}
	for name, f := range map[string]func(){
		"plus":  func() { EUR(1).Plus(Of(1, "USD")) },
		"minus": func() { EUR(1).Minus(Of(1, "USD")) },
		"min":   func() { Min(EUR(1), Of(1, "USD")) },
	} {
		func() {
			defer func() {
				if r, _ := recover().(string); !strings.Contains(r, "EUR and USD") {
					t.Errorf("%s over two currencies gives %q", name, r)
				}
			}()
			f()
		}()
	}
}

func TestAmountsAreWritten(t *testing.T) {
	for _, tt := range []struct {
		a    Amount
		want string
	}{{EUR(5), "0.05 EUR"}, {EUR(-5), "-0.05 EUR"}, {EUR(-123456), "-1234.56 EUR"}, {Amount{}, "0.00"}} {
		if got := tt.a.String(); got != tt.want {
			t.Errorf("%d cents are %q, want %q", tt.a.Cents, got, tt.want)
		}
	}
}
