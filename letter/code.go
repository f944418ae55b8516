package letter

import (
	"github.com/recobro/recobro/bank/epc"
	"github.com/recobro/recobro/money"
)

// CodeID is the Content-ID of the picture that the HTML part shows beside how to
// pay: the code that the app of a bank reads.
const CodeID = "pay-code"

// asked gives the sum that the letter asks for; single is false where it names
// none, as a plan does, or several in different currencies.
func (v view) asked() (sum money.Amount, single bool) {
	switch v.Name {
	case "negotiation_offer", "settlement_offer":
		return v.Offer.Amount, true
	case "promise_reminder", "promise_confirmation":
		return v.Promise.Amount, true
	case "instalment_reminder":
		return v.Instalment.Amount, true
	case "default_notice":
		return v.Late.Left, true
	case "plan_confirmation", "plan_proposal":
		return money.Amount{}, false
	}
	sums := totals(v.Claims)
	if len(sums) != 1 {
		return money.Amount{}, false
	}
	return sums[0], true
}

// planned reports whether the letter is about the instalments of a plan, each of
// which has a sum of its own.
func (v view) planned() bool {
	return (v.Name == "plan_confirmation" || v.Name == "plan_proposal") && len(v.Plan) > 0
}

// code gives the text of the code to pay with (EPC069-12); empty where no SEPA
// transfer pays what the letter asks for: the creditor has no account, the sum is
// not in euro, or there is none. The letter is right without it.
func (v view) code() string {
	sum, single := v.asked()
	switch {
	case single && sum.Cents > 0:
	case v.planned() && v.Plan[0].Amount.Currency == "EUR": // which instalment, the payer says
		sum = money.EUR(0)
	default:
		return ""
	}
	s, err := epc.Transfer{Name: v.Creditor.LegalName, IBAN: v.Creditor.IBAN, Amount: sum, Reference: v.PayReference, Text: v.PayRef}.Payload()
	if err != nil {
		return ""
	}
	return s
}
