// Package money counts in whole cents. It has no floating point: amounts are
// integers of minor units, rates are integers of a millionth of a percent, and
// every rounding is written down where it happens.
package money

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strings"
)

// Amount is a sum of money in minor units (cents) of one currency. The zero
// value is nothing of no currency, and may be added to any amount.
type Amount struct {
	Cents    int64
	Currency string // ISO 4217, upper case
}

// MaxCents is the largest amount accepted from outside, in cents: what the
// numeric(18,2) columns and the interest arithmetic hold with room to spare.
const MaxCents = 999_999_999_999_99

// currencies lists those with two decimals that debts may be in (ISO 4217).
var currencies = map[string]bool{
	"EUR": true, "USD": true, "GBP": true, "CHF": true, "SEK": true,
	"NOK": true, "DKK": true, "PLN": true, "CZK": true, "RON": true, "MAD": true,
}

// ErrCurrency says that a currency is not one that the engine keeps accounts in.
var ErrCurrency = errors.New("unknown currency: want an ISO 4217 code such as EUR")

// Known reports whether debts may be in currency.
func Known(currency string) bool { return currencies[currency] }

// Of returns cents of currency.
func Of(cents int64, currency string) Amount { return Amount{cents, currency} }

// EUR returns cents of euro.
func EUR(cents int64) Amount { return Amount{cents, "EUR"} }

// Parse reads a plain decimal with a point and at most two decimals, such as
// "1234.56" or "-3". It refuses exponents, thousands separators, signs other
// than a leading minus, and sums above MaxCents.
func Parse(s, currency string) (Amount, error) {
	if !Known(currency) {
		return Amount{}, ErrCurrency
	}
	cents, err := parseFixed(s, 2)
	if err != nil {
		return Amount{}, err
	}
	if cents > MaxCents || cents < -MaxCents {
		return Amount{}, errors.New("amount out of range: at most 999999999999.99")
	}
	return Amount{cents, currency}, nil
}

// parseFixed reads a decimal with at most places decimals as an integer of
// 10^-places units.
func parseFixed(s string, places int) (int64, error) {
	digits := strings.TrimPrefix(s, "-")
	whole, frac, dot := strings.Cut(digits, ".")
	if whole == "" || (dot && frac == "") || len(frac) > places || len(whole) > 15 {
		return 0, fmt.Errorf("not a decimal with at most %d decimals, such as 1234.56", places)
	}
	var n int64
	for _, c := range whole + frac + strings.Repeat("0", places-len(frac)) {
		if c < '0' || c > '9' {
			return 0, fmt.Errorf("not a decimal with at most %d decimals, such as 1234.56", places)
		}
		if n > (math.MaxInt64-9)/10 {
			return 0, errors.New("number out of range")
		}
		n = n*10 + int64(c-'0')
	}
	if len(digits) != len(s) {
		n = -n
	}
	return n, nil
}

// String gives the amount as "1234.56 EUR".
func (a Amount) String() string {
	if a.Currency == "" {
		return a.Decimal()
	}
	return a.Decimal() + " " + a.Currency
}

// Decimal gives the amount alone, with two decimals: "1234.56".
func (a Amount) Decimal() string {
	sign, c := "", a.Cents
	if c < 0 {
		sign, c = "-", -c
	}
	return fmt.Sprintf("%s%d.%02d", sign, c/100, c%100)
}

// Plus adds b. It panics where the currencies differ: sums over currencies
// need a stated rate and date, so such a call is a programming error.
func (a Amount) Plus(b Amount) Amount { return Amount{a.Cents + b.Cents, oneCurrency(a, b)} }

// Minus takes b away; like Plus it panics where the currencies differ.
func (a Amount) Minus(b Amount) Amount { return Amount{a.Cents - b.Cents, oneCurrency(a, b)} }

func oneCurrency(a, b Amount) string {
	switch {
	case b.Currency == "" && b.Cents == 0:
		return a.Currency
	case a.Currency == "" && a.Cents == 0:
		return b.Currency
	case a.Currency != b.Currency:
		panic("money: sum over currencies " + a.Currency + " and " + b.Currency)
	}
	return a.Currency
}

// Neg returns the amount with its sign turned.
func (a Amount) Neg() Amount { return Amount{-a.Cents, a.Currency} }

// IsZero reports whether nothing is left.
func (a Amount) IsZero() bool { return a.Cents == 0 }

// Min returns the smaller of a and b, which are of one currency.
func Min(a, b Amount) Amount {
	oneCurrency(a, b)
	if b.Cents < a.Cents {
		return b
	}
	return a
}

// Shares splits a into parts that weigh as given and sum to a exactly: each
// gets its share rounded down, and the cents left go one by one to the largest
// remainders, earlier parts first. Weights must be positive or zero, and not all zero.
func (a Amount) Shares(weights ...int64) []Amount {
	var total uint64
	for _, w := range weights {
		total += uint64(w)
	}
	out := make([]Amount, len(weights))
	if total == 0 {
		return out
	}
	abs, sign := uint64(a.Cents), int64(1)
	if a.Cents < 0 {
		abs, sign = uint64(-a.Cents), -1
	}
	rest := make([]uint64, len(weights))
	left := abs
	for i, w := range weights {
		hi, lo := bits.Mul64(abs, uint64(w))
		q, r := bits.Div64(hi, lo, total)
		out[i] = Amount{sign * int64(q), a.Currency}
		rest[i] = r
		left -= q
	}
	for ; left > 0; left-- {
		best := 0
		for i := range rest {
			if rest[i] > rest[best] {
				best = i
			}
		}
		out[best].Cents += sign
		rest[best] = 0
	}
	return out
}

type wire struct {
	Amount   *string `json:"amount"`
	Currency string  `json:"currency"`
}

// MarshalJSON gives {"amount":"1234.56","currency":"EUR"}.
func (a Amount) MarshalJSON() ([]byte, error) {
	d := a.Decimal()
	return json.Marshal(wire{&d, a.Currency})
}

// UnmarshalJSON reads what MarshalJSON gives; a JSON number is refused, since
// binary floating point cannot hold cents.
func (a *Amount) UnmarshalJSON(b []byte) error {
	var w wire
	if err := json.Unmarshal(b, &w); err != nil {
		return errors.New(`want {"amount":"1234.56","currency":"EUR"}`)
	}
	if w.Amount == nil {
		return errors.New("amount is missing")
	}
	if w.Currency == "" && *w.Amount == "0.00" {
		*a = Amount{}
		return nil
	}
	got, err := Parse(*w.Amount, w.Currency)
	if err != nil {
		return err
	}
	*a = got
	return nil
}
