package law_test

import (
	"strings"
	"testing"

	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/money"
)

// suit is a claim of a company on a business, with invoices.
func suit(t testing.TB, kind law.ClaimKind, debtor law.Party, amount string) law.Suit {
	return law.Suit{Kind: kind, Creditor: law.Business, Debtor: debtor, Amount: eur(t, amount), Document: law.Invoice}
}

func TestTheRoutesThatAreOpenToAClaim(t *testing.T) {
	with := func(s law.Suit, change func(*law.Suit)) law.Suit {
		change(&s)
		return s
	}
	bill := func(s *law.Suit) { s.Document = law.Bill }
	abroad := func(s *law.Suit) { s.CrossBorder = true }
	none := func(s *law.Suit) { s.Document = law.NoDocument }
	certified := func(s *law.Suit) { s.Document = law.Certificate }
	for _, tt := range []struct {
		name, place string
		s           law.Suit
		open        string
	}{
		{"ES 812, 250: up to 15,000 a payment order or a juicio verbal", "ES", suit(t, law.Sale, law.Business, "15000"), "es_monitorio es_verbal"},
		{"ES 249.2: a cent more, and the claim is ordinary", "ES", suit(t, law.Sale, law.Business, "15000.01"), "es_monitorio es_ordinario"},
		{"ES 812: without documents no payment order", "ES", with(suit(t, law.Sale, law.Business, "900"), none), "es_verbal"},
		{"ES 819: a bill has a procedure of its own", "ES", with(suit(t, law.Sale, law.Business, "900"), bill), "es_monitorio es_cambiario es_verbal"},
		{"ES 250: rent has no cap", "ES", suit(t, law.Rent, law.Consumer, "40000"), "es_monitorio es_verbal"},
		{"ES LPH 21: condominium sums with their certificate", "ES", with(suit(t, law.Condominium, law.Consumer, "40000"), certified), "es_lph_21 es_monitorio es_verbal"},
		{"ES-CT: court routes are the State's law", "ES-CT", suit(t, law.Sale, law.Consumer, "100"), "es_monitorio es_verbal"},
		{"ES: across a border the European ones too", "ES", with(suit(t, law.Sale, law.Business, "5000"), abroad), "es_monitorio es_verbal eu_payment_order eu_small_claims eu_account_preservation"},
		{"EU 861: small claims end at 5,000", "ES", with(suit(t, law.Sale, law.Business, "5000.01"), abroad), "es_monitorio es_verbal eu_payment_order eu_account_preservation"},
		{"ES: a public body is sued elsewhere", "ES", suit(t, law.Sale, law.Public, "900"), ""},
		{"FR 1405: order for payment, small claims, and the merits", "FR", suit(t, law.Sale, law.Business, "5000"), "fr_injonction_de_payer fr_small_claims fr_refere_provision fr_assignation"},
		{"FR L125-1: small claims end at 5,000", "FR", suit(t, law.Sale, law.Business, "5000.01"), "fr_injonction_de_payer fr_refere_provision fr_assignation"},
		{"PT: injunção of a consumer's debt up to 15,000", "PT", suit(t, law.Sale, law.Consumer, "15000"), "pt_injuncao pt_accao"},
		{"PT: not above it", "PT", suit(t, law.Sale, law.Consumer, "15000.01"), "pt_accao"},
		{"PT DL 62/2013 art. 10: commercial debts have no cap", "PT", suit(t, law.Sale, law.Business, "90000"), "pt_injuncao pt_accao"},
		{"nothing to claim", "ES", suit(t, law.Sale, law.Business, "0"), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var open []string
			closed := false
			for _, r := range place(t, tt.place).Routes(tt.s) {
				if r.Fits {
					open = append(open, r.Code)
				}
				if closed && r.Fits {
					t.Error("the routes that fit come first")
				}
				closed = closed || !r.Fits
				if r.Fits != (len(r.WhyNot) == 0) || r.LawyerWhy == "" || r.FeeWhy == "" || r.Article == "" {
					t.Errorf("%+v", r)
				}
			}
			if s := strings.Join(open, " "); s != tt.open {
				t.Errorf("%s, want %s", s, tt.open)
			}
		})
	}
}

func TestLawyersFeesAndPriorSteps(t *testing.T) {
	natural := suit(t, law.Sale, law.Business, "9000")
	natural.NaturalCreditor = true
	consumer := suit(t, law.Sale, law.Business, "9000")
	consumer.Creditor = law.Consumer
	for _, tt := range []struct {
		name, place, route string
		s                  law.Suit
		lawyer             bool
		fee                string // empty: not in the table
		prior              string
	}{
		{"ES: the petition of a monitorio needs no lawyer", "ES", "es_monitorio", suit(t, law.Sale, law.Business, "2000.01"), false, "100.00", "es_negotiation"},
		{"ES Tasas 4: up to 2,000 no fee", "ES", "es_monitorio", suit(t, law.Sale, law.Business, "2000"), false, "0.00", "es_negotiation"},
		{"ES Tasas 4: natural persons pay no fee", "ES", "es_verbal", natural, true, "0.00", "es_negotiation"},
		{"ES 31: a verbal above 2,000 needs a lawyer", "ES", "es_verbal", suit(t, law.Sale, law.Business, "2000.01"), true, "150.00", "es_negotiation"},
		{"ES 31: up to 2,000 none", "ES", "es_verbal", suit(t, law.Sale, law.Business, "2000"), false, "0.00", "es_negotiation"},
		{"ES: the ordinario always needs a lawyer", "ES", "es_ordinario", suit(t, law.Sale, law.Business, "20000"), true, "300.00", "es_negotiation"},
		{"ES LO 1/2025 art. 5.2 h: a cambiario needs no attempt", "ES", "es_cambiario", suit(t, law.Sale, law.Business, "900"), true, "150.00", ""},
		{"ES LO 1/2025 art. 5.3: nor does the European order", "ES", "eu_payment_order", suit(t, law.Sale, law.Business, "900"), false, "", ""},
		{"ES LO 1/2025 DA 7: a consumer complains to the trader", "ES", "es_verbal", consumer, true, "0.00", "es_consumer_complaint"},
		{"FR 750-1: up to 5,000 an attempt", "FR", "fr_assignation", suit(t, law.Sale, law.Business, "5000"), false, "", "fr_prior_attempt"},
		{"FR 750-1: not above", "FR", "fr_assignation", suit(t, law.Sale, law.Business, "5000.01"), false, "", ""},
		{"FR 760: a lawyer above 10,000", "FR", "fr_assignation", suit(t, law.Sale, law.Business, "10000.01"), true, "", ""},
		{"FR: the order for payment is outside of the attempt", "FR", "fr_injonction_de_payer", suit(t, law.Sale, law.Business, "100"), false, "", ""},
		{"PT DL 227/2012: bank credit goes through the PERSI", "PT", "pt_injuncao", suit(t, law.Loan, law.Consumer, "100"), false, "", "pt_persi"},
		{"PT: a sale does not", "PT", "pt_injuncao", suit(t, law.Sale, law.Consumer, "100"), false, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, r := range place(t, tt.place).Routes(tt.s) {
				if r.Code != tt.route {
					continue
				}
				fee, prior := "", ""
				if r.Fee != nil {
					fee = r.Fee.Decimal()
				}
				if r.Prior != nil {
					prior = r.Prior.Code
				}
				if r.Lawyer != tt.lawyer || fee != tt.fee || prior != tt.prior {
					t.Errorf("lawyer %t, fee %q, first %q; want %t, %q, %q", r.Lawyer, fee, prior, tt.lawyer, tt.fee, tt.prior)
				}
				if (r.Fee == nil) != (r.FeeStatus == law.ToConfirm && strings.Contains(strings.Join(r.Flags, " "), "fee_not_in_table")) {
					t.Errorf("a fee that is not known is not flagged: %+v", r)
				}
				return
			}
			t.Fatal("no such route")
		})
	}
}

func TestEveryCourtRouteIsSourced(t *testing.T) {
	for _, j := range countries.All() {
		for _, c := range j.Courts {
			sourced(t, j, c.Code, c.Source, c.Status)
			for _, p := range c.Prior {
				sourced(t, j, c.Code+" prior", p.Source, p.Status)
			}
			for _, f := range c.Fees {
				sourced(t, j, c.Code+" fee", f.Source, f.Status)
			}
		}
	}
	for _, r := range place(t, "ES").Routes(law.Suit{Kind: law.Sale, Creditor: law.Business, Debtor: law.Business, Amount: money.Of(100, "USD"), Document: law.Invoice}) {
		if r.Fits && r.Cap != nil {
			t.Errorf("dollars were compared with euro: %+v", r)
		}
	}
}
