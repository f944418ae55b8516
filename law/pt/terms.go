package pt

import "github.com/recobro/recobro/law"

var paymentTerms = []law.PaymentTerm{{
	Code: "pt_dl62_4", When: law.When{Creditors: business, Debtors: business}, Silent: 30, Event: law.FromEither, Max: 60, MaxOf: law.FromEither, Soft: true,
	Note:   "Between businesses: thirty days from receipt of the invoice or of the goods; at most sixty unless agreed expressly and fairly",
	Source: dl62("art. 4"), Status: law.ToConfirm,
}}

var capital = []law.CapitalRule{{
	Code: "pt_cc_560", Source: cc("art. 560"), Status: law.ToConfirm,
	Rule: "Interest of one year at least bears interest only if agreed after it fell due, or from a notice by the court to add it to the capital.",
}}

var vat = []law.VATRule{{
	Code: "pt_civa_78_a", Status: law.ToConfirm,
	Source: law.Source{Text: "Código do IVA", Article: "arts. 78-A to 78-D", URL: "https://diariodarepublica.pt"},
	Rule: "Doubtful debts more than twelve months late, with proof of the demand and a prior request to the tax office within six months; " +
		"debts that cannot be recovered on the events of a court that the code lists; an auditor certifies.",
}}
