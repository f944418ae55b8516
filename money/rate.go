package money

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/bits"
	"strings"
)

// Rate is a rate in millionths of a percent: 10.15 % is 10_150_000.
type Rate int64

// Percent is one percent.
const Percent Rate = 1_000_000

// ParseRate reads a percentage with at most six decimals: "10.15" is 10.15 %.
func ParseRate(s string) (Rate, error) {
	n, err := parseFixed(s, 6)
	if err != nil {
		return 0, fmt.Errorf("rate %q: %w", s, err)
	}
	if n > 1_000*int64(Percent) || n < -1_000*int64(Percent) {
		return 0, fmt.Errorf("rate %q is out of range: at most 1000 percent", s)
	}
	return Rate(n), nil
}

// String gives the rate in percent with at least two decimals: "10.15".
func (r Rate) String() string {
	sign, n := "", int64(r)
	if n < 0 {
		sign, n = "-", -n
	}
	s := fmt.Sprintf("%s%d.%06d", sign, n/1_000_000, n%1_000_000)
	for strings.HasSuffix(s, "0") && len(s)-strings.IndexByte(s, '.') > 3 {
		s = s[:len(s)-1]
	}
	return s
}

// MarshalJSON gives the percentage as text.
func (r Rate) MarshalJSON() ([]byte, error) { return json.Marshal(r.String()) }

// UnmarshalJSON reads a percentage given as text.
func (r *Rate) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return errors.New(`want a percentage as text, such as "10.15"`)
	}
	got, err := ParseRate(s)
	if err != nil {
		return err
	}
	*r = got
	return nil
}

// Of returns r of a, rounded half up (away from zero) to the cent.
func (r Rate) Of(a Amount) Amount { return Amount{mulDiv(a.Cents, int64(r), 100_000_000), a.Currency} }

// Simple returns simple interest at r per year on base for days of a year of
// yearDays days, rounded half up to the cent.
func Simple(base Amount, r Rate, days, yearDays int) Amount {
	return Amount{mulDiv(base.Cents, int64(r)*int64(days), 100_000_000*int64(yearDays)), base.Currency}
}

// mulDiv returns a*b/c rounded half away from zero, through 128 bits.
func mulDiv(a, b, c int64) int64 {
	sign := int64(1)
	if a < 0 {
		a, sign = -a, -sign
	}
	if b < 0 {
		b, sign = -b, -sign
	}
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	lo, carry := bits.Add64(lo, uint64(c)/2, 0)
	q, _ := bits.Div64(hi+carry, lo, uint64(c))
	return sign * int64(q)
}
