package fr

import (
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

func cpc(article string) law.Source {
	return law.Source{Text: "Code de procédure civile", Article: article, URL: legifrance + "LEGITEXT000006070716"}
}

func cpcex(article string) law.Source {
	return law.Source{Text: "Code des procédures civiles d'exécution", Article: article, URL: legifrance + "LEGITEXT000025024948"}
}

// private are claims on others than public bodies, whose debts have courts of
// their own.
var private = law.When{Debtors: []law.Party{law.Business, law.Consumer}}

// attempt: up to 5,000 euro a conciliation, mediation or participatory
// procedure must have been tried.
var attempt = []law.Prior{{
	Code: "fr_prior_attempt", Name: "a conciliation, mediation or participatory procedure", UpTo: money.EUR(5_000_00),
	Flag: "fr_attempt_exemptions", Source: cpc("art. 750-1"), Status: law.Verified,
}}

func courts() []law.Court {
	above := money.EUR(10_000_00)
	return append([]law.Court{
		{
			Code: "fr_injonction_de_payer", Name: "injonction de payer", When: private, Documents: []law.Document{law.Invoice, law.Signed, law.Bill, law.Certificate},
			LawyerText: "No lawyer is needed.", Limits: []string{"6 months to serve the order", "1 month to oppose; then it is final"},
			Prior:  []law.Prior{{Source: cpc("art. 750-1"), Status: law.ToConfirm, Flag: "order_outside_prior_attempt"}},
			Note:   "The debt must come from a contract or statute and be of a fixed amount, or from a bill.",
			Source: cpc("arts. 1405 to 1422"), Status: law.Verified,
		},
		{
			Code: "fr_small_claims", Name: "simplified procedure before a commissaire de justice", When: private, Cap: money.EUR(5_000_00),
			LawyerText: "No lawyer is needed.", Limits: []string{"1 month to agree; silence is a refusal"},
			Note:   "The cap holds principal and interest together. Its costs stay with the creditor. With the debtor's agreement it gives a title.",
			Source: cpcex("arts. L125-1 and R125-1 to R125-8"), Status: law.Verified,
		},
		{
			Code: "fr_refere_provision", Name: "référé-provision", When: private, LawyerAbove: &above,
			LawyerText: "A lawyer is needed above 10,000 EUR as a rule.", Prior: attempt,
			Note:   "The debt must not be seriously open to dispute.",
			Source: cpc("arts. 760, 835 and 872 to 873"), Status: law.ToConfirm,
		},
		{
			Code: "fr_assignation", Name: "claim on the merits", When: private, LawyerAbove: &above,
			LawyerText: "A lawyer is needed above 10,000 EUR as a rule.", Prior: attempt,
			Source: cpc("art. 760"), Status: law.ToConfirm,
		},
	}, law.EuropeanCourts()...)
}

var attempts = []law.Fact{{
	Code: "fr_cpc_750_1", Source: cpc("art. 750-1"), Status: law.Verified,
	Rule: "Up to 5,000 EUR a conciliation, mediation or participatory procedure must have been tried, or the case is inadmissible; " +
		"not after a simplified procedure for small claims that failed, in urgency, where an adversary process is impossible, or where no conciliator is free within three months.",
}}
