package debt

import (
	"math/big"
	"strings"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

// Conversion is how money that came in in another currency became the sum that
// was booked: nothing is booked at a rate that nobody stated.
type Conversion struct {
	Amount money.Amount  `json:"amount"` // as it came in
	Rate   string        `json:"rate"`   // units of the debt's currency for one of that, as a decimal: "1.0842"
	On     calendar.Date `json:"on"`     // of the rate
	Source string        `json:"source"` // who published it
}

// converted refuses a conversion that does not come to the sum booked, rounded
// half up to the cent.
func (h hearing) converted(f PaymentReceived) *Refusal {
	c := f.Converted
	if c == nil {
		return nil
	}
	if c.Amount.Currency == f.Amount.Currency || c.Amount.Cents <= 0 {
		return wrong("converted.amount", "amount_not_converted", "a conversion is of money in another currency than %s", f.Amount.Currency)
	}
	rate, ok := rateOf(c.Rate)
	if !ok {
		return wrong("converted.rate", "rate_malformed", "rate is a decimal above zero, such as 1.0842")
	}
	if no := h.past("converted.on", c.On); no != nil {
		return no
	}
	if c.Source == "" {
		return wrong("converted.source", "missing", "say who published the rate")
	}
	cents := rate.Mul(rate, new(big.Rat).SetInt64(c.Amount.Cents))
	cents.Add(cents, big.NewRat(1, 2))
	whole := new(big.Int).Quo(cents.Num(), cents.Denom())
	if !whole.IsInt64() || whole.Int64() != f.Amount.Cents {
		return wrong("converted.rate", "conversion_differs", "%s at %s do not come to %s", c.Amount, c.Rate, f.Amount)
	}
	return nil
}

// rateOf reads a decimal above zero, and nothing else that a fraction may be.
func rateOf(text string) (*big.Rat, bool) {
	if strings.Trim(text, "0123456789.") != "" || len(text) > 20 {
		return nil, false
	}
	rate, ok := new(big.Rat).SetString(text)
	return rate, ok && rate.Sign() > 0
}
