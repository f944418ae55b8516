package letter

import (
	"strings"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/record"
)

// Receipt is the receipt for a payment on a case: what of the claim it went to,
// and what is left. s is the statement of the day on which it was received.
func Receipt(f record.File, p debt.Payment, s debt.Statement) Letter {
	c, party := f.Case, f.Debtor.Party
	wanted := party.Language
	if wanted == "" {
		wanted = c.Language
	}
	l := Letter{
		Name: "payment_receipt", Channel: Email, Language: Language(wanted, c.Country), Country: c.Country, Capacity: c.Capacity,
		Creditor: CreditorOf(f.Creditor), Debtor: Debtor{Name: party.Name, Kind: party.Kind}, Today: p.Received,
		Claims: []ClaimLine{LineOf(c, s)}, Payment: &Payment{Amount: p.Amount, On: p.Received},
	}
	for _, i := range c.Imputations {
		if i.Payment == p.ID {
			l.Payment.Parts, l.Payment.Credit = i.Parts, i.Credit()
		}
	}
	return l
}

// CreditorOf is a creditor as letters show them.
func CreditorOf(c record.Creditor) Creditor {
	return Creditor{
		Name: c.Name, LegalName: c.LegalName, TaxID: c.TaxID, Address: postal(c), IBAN: c.IBAN, Email: c.Email, Phone: c.Phone,
		Sender: c.Brand.Sender, Color: c.Brand.Color, Signature: c.Brand.Signature, Footer: c.Brand.Footer,
	}
}

func postal(c record.Creditor) string {
	town := strings.TrimSpace(c.PostalCode + " " + c.City)
	var parts []string
	for _, p := range []string{c.Street, town, c.Country} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if c.Street == "" && town == "" {
		return ""
	}
	return strings.Join(parts, ", ")
}

// orderOfParts is that in which a receipt lists what a payment went to.
var orderOfParts = []struct {
	part  law.Component
	label string
}{
	{law.Costs, "label_costs"}, {law.Compensation, "label_compensation"}, {law.Interest, "label_interest"}, {law.Principal, "label_capital"},
}
