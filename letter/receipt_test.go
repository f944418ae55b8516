package letter

import (
	"strings"
	"testing"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
)

// paid is a case of 1,000.00 with interest of 20.00 and the fixed sum, on which
// so many cents were paid, and its statement of that day.
func paid(country, language string, parts map[law.Component]money.Amount, open, surplus int64) (record.File, debt.Payment, debt.Statement) {
	day, sum := calendar.Must("2026-09-11"), money.EUR(surplus)
	for _, a := range parts {
		sum = sum.Plus(a)
	}
	c := &debt.Case{ID: "01J8", Reference: "F-1", Country: country, Language: language, Capacity: debt.AsCreditor, Principal: money.EUR(100000),
		Claim:       law.Claim{Issued: calendar.Must("2026-05-31"), Due: calendar.Must("2026-06-30")},
		Payments:    []debt.Payment{{ID: "p", Amount: sum, Received: day}},
		Imputations: []debt.Imputation{{Payment: "p", On: day, Parts: parts, Surplus: money.EUR(surplus)}}}
	s := debt.Statement{AsOf: day, Open: map[law.Component]money.Amount{law.Principal: money.EUR(open)}, Credit: money.EUR(surplus)}
	f := record.File{Case: c, Creditor: record.Creditor{Name: "Norte", IBAN: "ES9121000418450200051332", Email: "a@norte.example"}}
	f.Debtor.Party = debt.Party{Name: "Talleres López", Kind: law.Business}
	return f, c.Payments[0], s
}

func TestAReceiptSaysWhatAPaymentWentToAndReservesTheInterest(t *testing.T) {
	all := map[law.Component]money.Amount{law.Interest: money.EUR(2000), law.Compensation: money.EUR(4000), law.Principal: money.EUR(14000)}
	for _, x := range []struct {
		country, language string
		want              []string
	}{
		{"ES", "es", []string{"A qué se ha aplicado este pago", "Principal: 140,00", "Intereses de demora: 20,00", "art. 1110 del Código Civil"}},
		{"FR", "fr", []string{"Imputation de ce paiement", "Principal : 140,00", "art. 1908 du Code civil"}},
		{"PT", "pt", []string{"Imputação deste pagamento", "Capital: 140,00", "art. 786.º do Código Civil"}},
		{"PT", "en", []string{"What this payment went to", "Principal: €140.00", "art. 786 of the Portuguese Civil Code"}},
		{"FR", "es", []string{"art. 1908 del Código Civil francés"}},
		{"ES", "fr", []string{"art. 1110 du Code civil espagnol"}},
	} {
		f, p, s := paid(x.country, x.language, all, 86000, 0)
		text := strings.Join(strings.Fields(render(t, Receipt(f, p, s)).Text), " ")
		for _, want := range append(x.want, "F-1") {
			if !strings.Contains(text, want) {
				t.Errorf("%s in %s lacks %q:\n%s", x.country, x.language, want, text)
			}
		}
	}
}

func TestAReceiptOfTheWholeTellsTheCreditAndReservesNothingWhereNothingIsOwed(t *testing.T) {
	whole := map[law.Component]money.Amount{law.Principal: money.EUR(100000)}
	for _, x := range []struct{ country, language, never string }{{"FR", "fr", "1908"}, {"PT", "pt", "786"}} {
		f, p, s := paid(x.country, x.language, whole, 0, 2500)
		text := render(t, Receipt(f, p, s)).Text
		if strings.Contains(text, x.never) || !strings.Contains(text, "25,00") || !strings.Contains(text, "1.025,00") && !strings.Contains(text, "1\u202f025,00") && !strings.Contains(text, "1\u00a0025,00") {
			t.Errorf("%s:\n%s", x.country, text)
		}
	}
}
