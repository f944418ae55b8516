package pt

import (
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// persi: consumer credit of a bank goes through the procedure for arrears first.
var persi = []law.Prior{{
	When: law.When{Kinds: kinds(law.Loan), Debtors: consumers}, Code: "pt_persi", Name: "the procedure for arrears of bank credit (PERSI)",
	Source: law.Source{Text: "DL 227/2012", Article: "art. 18", URL: "https://diariodarepublica.pt"}, Status: law.ToConfirm,
}}

func courts() []law.Court {
	above := money.EUR(5_000_00)
	commercial := law.When{Creditors: business, Debtors: []law.Party{law.Business, law.Public}}
	return append([]law.Court{{
		Code: "pt_injuncao", Name: "injunção", Cap: money.EUR(15_000_00), CapUnless: []law.When{commercial},
		LawyerText: "No lawyer is needed.", Limits: []string{"15 days to oppose; else the formula of enforcement"},
		Note:   "It is handled by the national desk (BNI). Commercial debts under DL 62/2013 have no cap (art. 10).",
		Prior:  persi,
		Source: law.Source{Text: "DL 269/98", Article: "arts. 7 to 22", URL: "https://diariodarepublica.pt"}, Status: law.ToConfirm,
	}, {
		Code: "pt_accao", Name: "ação declarativa", When: law.When{Debtors: []law.Party{law.Business, law.Consumer}}, LawyerAbove: &above,
		LawyerText: "A lawyer is needed above 5,000 EUR.", Prior: persi,
		Source: law.Source{Text: "Código de Processo Civil (PT)", Article: "arts. 40 and 546", URL: "https://diariodarepublica.pt"}, Status: law.ToConfirm,
	}}, law.EuropeanCourts()...)
}
