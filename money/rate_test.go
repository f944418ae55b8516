package money

import (
	"encoding/json"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestRatesFromOutside(t *testing.T) {
	for in, want := range map[string]Rate{
		"10.15": 10_150_000, "0": 0, "3": 3 * Percent, "0.000001": 1, "-0.5": -500_000, "1000": 1000 * Percent, "11.2500": 11_250_000,
	} {
		if got, err := ParseRate(in); err != nil || got != want {
			t.Errorf("ParseRate(%q) = %d, %v; want %d", in, got, err, want)
		}
	}
	for _, bad := range []string{"", "10,15", "10.1234567", "1000.01", "-1001", "1e2", "10%", "99999999999999"} {
		if got, err := ParseRate(bad); err == nil {
			t.Errorf("ParseRate(%q) = %s", bad, got)
		}
	}
}

func TestRatesAreWrittenWithTwoDecimalsOrMore(t *testing.T) {
	for r, want := range map[Rate]string{
		10_150_000: "10.15", 10 * Percent: "10.00", 10_500_000: "10.50", 1: "0.000001", -500_000: "-0.50", 0: "0.00", 3_125_000: "3.125",
	} {
		if got := r.String(); got != want {
			t.Errorf("%d is %q, want %q", int64(r), got, want)
		}
	}
	var back Rate
	b, err := json.Marshal(Rate(3_125_000))
	if err != nil || string(b) != `"3.125"` {
		t.Errorf("wrote %s, %v", b, err)
	}
	if err := json.Unmarshal(b, &back); err != nil || back != 3_125_000 {
		t.Errorf("reads back as %s, %v", back, err)
	}
	for _, bad := range []string{`10.15`, `"ten"`, `{}`} {
		if err := json.Unmarshal([]byte(bad), &back); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
}

func TestAPartOfAnAmountIsRoundedHalfUp(t *testing.T) {
	for _, tt := range []struct {
		name  string
		r     Rate
		cents int64
		want  int64
	}{
		{"10 % of 1 € ", 10 * Percent, 100, 10},
		{"half a cent goes up", 50 * Percent, 1, 1},
		{"just below half goes down", 49_999_999, 1, 0},
		{"half a cent owed goes away from zero", 50 * Percent, -1, -1},
		{"a negative rate likewise", -50 * Percent, 1, -1},
		{"the largest amount", 100 * Percent, MaxCents, MaxCents},
	} {
		if got := tt.r.Of(EUR(tt.cents)); got != EUR(tt.want) {
			t.Errorf("%s: %s of %d cents = %s, want %d", tt.name, tt.r, tt.cents, got, tt.want)
		}
	}
}

func TestSimpleInterest(t *testing.T) {
	for _, tt := range []struct {
		name       string
		cents      int64
		r          Rate
		days, year int
		want       int64
	}{
		{"a year at 10 %", 100_000, 10 * Percent, 365, 365, 10_000},
		{"ten days at 10.15 %: 2.780…", 100_000, 10_150_000, 10, 365, 278},
		{"half a cent goes up: 365 cents at 50 % for one day", 365, 50 * Percent, 1, 365, 1},
		{"just below half goes down", 364, 50 * Percent, 1, 365, 0},
		{"a leap year of 366 days", 100_000, 10 * Percent, 366, 366, 10_000},
		{"no days, no interest", 100_000, 10 * Percent, 0, 365, 0},
		{"no rate, no interest", 100_000, 0, 100, 365, 0},
	} {
		if got := Simple(EUR(tt.cents), tt.r, tt.days, tt.year); got != EUR(tt.want) {
			t.Errorf("%s: %s, want %d cents", tt.name, got, tt.want)
		}
	}
}

func TestInterestIsExactToHalfACent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cents := rapid.Int64Range(-MaxCents, MaxCents).Draw(t, "cents")
		r := Rate(rapid.Int64Range(0, int64(100*Percent)).Draw(t, "rate"))
		days := rapid.IntRange(0, 20*366).Draw(t, "days")
		year := rapid.SampledFrom([]int{360, 365, 366}).Draw(t, "year")
		got := Simple(EUR(cents), r, days, year)
		top := new(big.Int).Mul(big.NewInt(cents), big.NewInt(int64(r)))
		top.Mul(top, big.NewInt(int64(days)))
		exact := new(big.Rat).SetFrac(top, new(big.Int).Mul(big.NewInt(100_000_000), big.NewInt(int64(year))))
		off := new(big.Rat).Sub(exact, new(big.Rat).SetInt64(got.Cents))
		if off.Abs(off).Cmp(big.NewRat(1, 2)) > 0 {
			t.Fatalf("%d cents at %s for %d of %d days = %s, exactly %s", cents, r, days, year, got, exact.FloatString(4))
		}
		if cents < 0 != (got.Cents < 0) && got.Cents != 0 {
			t.Fatalf("interest on %d cents is %s", cents, got)
		}
	})
}
