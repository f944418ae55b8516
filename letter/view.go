package letter

import (
	"strconv"
	"strings"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// view is what a template sees: the letter, and what is written the same way
// in all of them.
type view struct {
	Letter
	Many       bool
	ThirdParty bool
	Purchaser  bool
	Consumer   bool
	First      ClaimLine
	Refs       string // "F-1, F-2", shortened in SMS
	Owed       string // what is owed over all debts, currency by currency
	PayRef     string // what to write on the transfer
	Reply      string // e-mail address and phone
	Follows    string // kind of the consequence
	FollowsOn  string // its day
	Saving     string // what the offer takes off what is owed; empty where nothing
	Until      string // the last day to pay; empty where none is set
	Charged    bool   // interest or compensation is part of what is owed
	Credited   bool   // more was paid than owed
	Settled    bool   // nothing is left to pay
}

// shorter says how much an SMS has to be cut.
type shorter struct {
	refs  int // at most so many references; 0: all
	name  int // at most so many characters of the creditor's name; 0: all
	reply bool
}

func newView(l Letter, p pen, cut shorter) view {
	v := view{
		Letter: l, Many: len(l.Claims) > 1, First: l.Claims[0],
		ThirdParty: l.Capacity == debt.AsThirdParty, Purchaser: l.Capacity == debt.AsPurchaser,
		Consumer: l.Debtor.Kind == law.Consumer, Settled: true,
	}
	v.Refs = references(l.Claims, cut.refs)
	v.Owed = owed(l.Claims, p, l.Language)
	if v.PayRef = l.PayReference; v.PayRef == "" {
		v.PayRef = v.Refs
	}
	v.Reply = reply(l.Creditor, cut.reply)
	v.Creditor.Name = clip(v.Creditor.Name, cut.name)
	v.Follows, v.FollowsOn = l.follows(p)
	v.Saving = l.saving(p)
	if !l.Deadline.IsZero() {
		v.Until = write(p, l)(l.Deadline)
	} else {
		v.Until = v.FollowsOn
	}
	for _, c := range l.Claims {
		v.Charged = v.Charged || c.Interest.Cents != 0 || c.Compensation.Cents != 0
		v.Credited = v.Credited || c.Credit.Cents > 0
		v.Settled = v.Settled && c.Outstanding.Cents <= 0
	}
	return v
}

// follows gives the consequence and its day; nothing is announced that the
// letter does not name.
func (l Letter) follows(p pen) (kind, day string) {
	if l.Consequence == nil || l.Consequence.On.IsZero() {
		return "", ""
	}
	return l.Consequence.Kind, write(p, l)(l.Consequence.On)
}

// saving gives what the offer takes off; it needs one currency to say so.
func (l Letter) saving(p pen) string {
	sums := totals(l.Claims)
	if l.Offer == nil || len(sums) != 1 || sums[0].Currency != l.Offer.Amount.Currency || l.Offer.Amount.Cents >= sums[0].Cents {
		return ""
	}
	return p.money(sums[0].Minus(l.Offer.Amount))
}

// references lists the debts' references, at most n of them and then how many
// more there are.
func references(claims []ClaimLine, n int) string {
	if n == 0 || n > len(claims) {
		n = len(claims)
	}
	out := make([]string, n)
	for i := range out {
		out[i] = claims[i].Reference
	}
	s := strings.Join(out, ", ")
	if left := len(claims) - n; left > 0 {
		s += " +" + strconv.Itoa(left)
	}
	return s
}

// totals sums what is owed, each currency for itself, in order of appearance.
func totals(claims []ClaimLine) []money.Amount {
	var out []money.Amount
next:
	for _, c := range claims {
		for i := range out {
			if out[i].Currency == c.Outstanding.Currency {
				out[i] = out[i].Plus(c.Outstanding)
				continue next
			}
		}
		out = append(out, c.Outstanding)
	}
	return out
}

var and = map[string]string{"es": " y ", "fr": " et ", "pt": " e ", "en": " and "}

func owed(claims []ClaimLine, p pen, language string) string {
	var out []string
	for _, a := range totals(claims) {
		out = append(out, p.money(a))
	}
	return strings.Join(out, and[language])
}

func reply(c Creditor, phoneOnly bool) string {
	if c.Phone == "" {
		return c.Email
	}
	if c.Email == "" || phoneOnly {
		return c.Phone
	}
	return c.Email + " / " + c.Phone
}

// clip cuts s to n characters.
func clip(s string, n int) string {
	r := []rune(s)
	if n == 0 || len(r) <= n {
		return s
	}
	return strings.TrimRight(string(r[:n-1]), " .,") + "."
}
