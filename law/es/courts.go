package es

import (
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

func lec(article string) law.Source  { return text("Ley 1/2000", article, "BOE-A-2000-323") }
func lo1(article string) law.Source  { return text("Ley Orgánica 1/2025", article, "BOE-A-2025-76") }
func fees(article string) law.Source { return text("Ley 10/2012", article, "BOE-A-2012-14301") }

// private are claims on others than public bodies, whose debts have courts of
// their own.
var private = law.When{Debtors: []law.Party{law.Business, law.Consumer}}

// verbalKinds go to the juicio verbal whatever their amount.
var verbalKinds = []law.When{{Kinds: []law.ClaimKind{law.Rent, law.Condominium}}}

// negotiated: an attempt to settle is an admission requirement, except where a
// public body takes part; a consumer's complaint to the trader is enough.
func negotiated(flag string) []law.Prior {
	return []law.Prior{
		{When: law.When{Creditors: []law.Party{law.Public}}, Source: lo1("art. 3.2"), Status: law.Verified},
		{When: law.When{Debtors: []law.Party{law.Public}}, Source: lo1("art. 3.2"), Status: law.Verified},
		{
			When: law.When{Creditors: consumers, Debtors: business}, Code: "es_consumer_complaint",
			Name: "a complaint to the trader", Source: lo1("DA 7"), Status: law.Verified, Flag: flag,
		},
		{Code: "es_negotiation", Name: "an attempt to negotiate", Source: lo1("arts. 5.1 and 5.2"), Status: law.Verified, Flag: flag},
	}
}

// fee: natural persons pay nothing, nor does anybody up to 2,000 euro in a
// payment order or juicio verbal.
func fee(fixed int64, free bool) []law.CourtFee {
	rows := []law.CourtFee{{Natural: true, Fee: money.EUR(0), Why: "Natural persons pay no fee", Source: fees("art. 4"), Status: law.Verified}}
	if free {
		rows = append(rows, law.CourtFee{UpTo: money.EUR(2_000_00), Fee: money.EUR(0), Why: "Up to 2,000 euro there is no fee", Source: fees("art. 4"), Status: law.Verified})
	}
	return append(rows, law.CourtFee{
		Fee: money.EUR(fixed), Why: "The fixed part of the fee of legal persons; a part by the amount may come on top", Source: fees("art. 7"), Status: law.ToConfirm,
	})
}

func courts() []law.Court {
	always, above := money.EUR(0), money.EUR(2_000_00)
	rows := []law.Court{
		{
			Code: "es_lph_21", Name: "monitorio for condominium debts", When: law.When{Kinds: []law.ClaimKind{law.Condominium}, Debtors: private.Debtors},
			Documents: []law.Document{law.Certificate}, LawyerText: "A lawyer is at choice; the fees can be recovered.",
			Limits: []string{"20 days to pay or to oppose with reasons"}, Fees: fee(100_00, true), Prior: negotiated("monitorio_negotiation_debated"),
			Note:   "It needs the certificate of the debt and notice of it to the owner.",
			Source: text("Ley 49/1960", "art. 21", "BOE-A-1960-10906"), Status: law.Verified,
		},
		{
			Code: "es_monitorio", Name: "monitorio", When: private, Documents: []law.Document{law.Invoice, law.Signed, law.Certificate, law.Bill},
			LawyerText: "None for the petition.", Fees: fee(100_00, true), Prior: negotiated("monitorio_negotiation_debated"),
			Limits: []string{
				"20 days to pay or to oppose with reasons; silence leads to enforcement",
				"opposed above 15,000 EUR: a claim within one month, or costs",
				"against a consumer, 10 days to answer a lower sum that the judge proposes; silence accepts it",
			},
			Note:   "The debt must be liquid, due and documented. Only the court of the debtor's domicile is competent (art. 813). Opposed up to 15,000 EUR, it goes on as a juicio verbal.",
			Source: lec("arts. 812 to 818"), Status: law.Verified,
		},
		{
			Code: "es_cambiario", Name: "juicio cambiario", When: private, Documents: []law.Document{law.Bill}, LawyerAbove: &always,
			LawyerText: "A lawyer and a procurador are needed.", Limits: []string{"10 days to pay or to oppose"}, Fees: fee(150_00, false),
			Prior:  []law.Prior{{Source: lo1("art. 5.2 h"), Status: law.Verified}},
			Source: lec("arts. 819 to 827"), Status: law.ToConfirm,
		},
		{
			Code: "es_verbal", Name: "juicio verbal", When: private, Cap: money.EUR(15_000_00), CapUnless: verbalKinds, LawyerAbove: &above,
			LawyerText: "A lawyer and a procurador are needed above 2,000 EUR (arts. 23 and 31).", Fees: fee(150_00, true), Prior: negotiated(""),
			Source: lec("arts. 23, 31 and 250"), Status: law.Verified,
		},
		{
			Code: "es_ordinario", Name: "juicio ordinario", When: private, Above: money.EUR(15_000_00), AboveUnless: verbalKinds, LawyerAbove: &always,
			LawyerText: "A lawyer and a procurador are needed.", Fees: fee(300_00, false), Prior: negotiated(""),
			Source: lec("art. 249.2"), Status: law.Verified,
		},
	}
	for _, c := range law.EuropeanCourts() {
		// Neither the European order nor the small claim needs an attempt first.
		c.Prior = []law.Prior{{Source: lo1("art. 5.3"), Status: law.Verified}}
		rows = append(rows, c)
	}
	return rows
}
