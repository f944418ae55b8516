package pt

import (
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
)

// rulebook is how a debtor may be treated.
func rulebook() []law.ConductRule {
	bdp := law.Source{
		Text: "Banco de Portugal", Article: "Aviso 7/2021",
		URL: "https://jornaleconomico.sapo.pt/noticias/recuperacao-de-credito-tem-regras-conheca-quais-sao-440905",
	}
	dr := func(name, article string) law.Source {
		return law.Source{Text: name, Article: article, URL: "https://diariodarepublica.pt"}
	}
	rows := []law.ConductRule{
		{
			Code: "pt_bdp_7_2021", Debtors: consumers, Kinds: kinds(law.Loan), Source: bdp, Status: law.Secondary,
			Enforced: "the hours of the strategy, which does not load when looser; applied to all debts",
			Rule:     "Bank credit: no contact from 22:00 to 09:00, no false or vague identity, only contact points that the customer gave.",
		},
		{
			Code: "pt_persi", Debtors: consumers, Kinds: kinds(law.Loan), Source: dr("DL 227/2012", "arts. 12 to 18"), Status: law.ToConfirm,
			Rule: "Consumer credit of a bank goes through the procedure for arrears (PERSI) before suit or transfer.",
		},
		{
			Code: "pt_l49_2004", Capacity: law.AsThirdParty, Source: dr("Lei 49/2004", "art. 1, as revised by Lei 10/2024"), Status: law.ToConfirm,
			Rule: "To collect for others as a business was reserved to lawyers and solicitadores; what is left of it is to be confirmed.",
		},
		{
			Code: "pt_dl103_2025", From: calendar.Must("2025-12-10"), Kinds: kinds(law.Loan), Source: dr("DL 103/2025", "on credit servicers and purchasers"), Status: law.Verified,
			Rule: "Servicers of banks' non-performing credit need a licence, treat debtors fairly and do not harass them.",
		},
	}
	return append(rows, law.EuropeanConduct()...)
}

// notices are what a contact must say.
func notices() []law.NoticeRule {
	return append(law.EuropeanNotices(), law.NoticeRule{
		Code: "pt_claim_content", When: law.FirstContact, Required: true, Source: cc("art. 805"), Status: law.ToConfirm,
		Items: []string{"creditor and debtor", "origin and amount, its items apart", "the demand to pay, by when and how"},
	})
}
