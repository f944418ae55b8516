package es

import "github.com/recobro/recobro/law"

var companies = law.When{Creditors: business, Debtors: business}

// paymentTerms: carriage before sales and services in general.
var paymentTerms = []law.PaymentTerm{
	{
		Code: "es_lctt_41", When: law.When{Kinds: []law.ClaimKind{law.Carriage}, Creditors: business, Debtors: business}, Silent: 30, Event: law.FromReceipt,
		Max: 60, MaxOf: law.FromReceipt, Note: "Carriage: the debtor is late after thirty days", Source: lctt("art. 41"), Status: law.Verified,
		Flags: []string{"carriage_term_start"},
	},
	{
		Code: "es_l3_4", When: law.When{Creditors: business, Debtors: business, Contracted: ley3}, Silent: 30, Event: law.FromReceipt, Max: 60, MaxOf: law.FromReceipt,
		Note: "Between businesses: thirty calendar days from receipt, at most sixty", Source: l3("art. 4"), Status: law.Verified,
	},
	{
		Code: "es_lcsp_198", When: law.When{Creditors: business, Debtors: []law.Party{law.Public}}, Silent: 30, Event: law.FromApproval,
		Note:   "A public body: thirty days from its approval, which is due within thirty days of the delivery",
		Source: text("Ley 9/2017", "art. 198.4", "BOE-A-2017-12902"), Status: law.Verified,
	},
}

var capital = []law.CapitalRule{
	{
		Code: "es_ccom_317", When: companies, Source: text("Código de Comercio", "arts. 317 and 319", "BOE-A-1885-6627"), Status: law.Verified,
		Rule: "Interest that is due bears none by law; the parties may add it to the capital, but not once a claim is filed.",
	},
	{
		Code: "es_cc_1109", When: law.When{Debtors: consumers}, Source: cc("art. 1109"), Status: law.Verified,
		Rule: "Interest that is due bears legal interest from the claim in court, even where the contract is silent.",
	},
	{
		Code: "es_cc_1109", When: law.When{Creditors: []law.Party{law.Consumer, law.Public}, Debtors: []law.Party{law.Business, law.Public}}, Source: cc("art. 1109"), Status: law.Verified,
		Rule: "Interest that is due bears legal interest from the claim in court, even where the contract is silent.",
	},
	{
		Code: "es_cc_1109", When: law.When{Creditors: business, Debtors: []law.Party{law.Public}}, Source: cc("art. 1109"), Status: law.ToConfirm,
		Rule: "Interest that is due bears legal interest from the claim in court; against public bodies this is to be confirmed.",
	},
}

// vat: art. 80.Cuatro; bookings and notices as RD 1624/1992 says.
var vat = []law.VATRule{
	{
		Code: "es_liva_80_4", Source: text("Ley 37/1992", "art. 80.Cuatro", "BOE-A-1992-28740"), Status: law.Verified,
		Rule: "One year after the tax point, or at choice six months where the turnover of the year before was up to 6,010,121.04 EUR; then six months for the corrective invoice.",
	},
	{
		Code: "es_riva_24", Source: text("Real Decreto 1624/1992", "art. 24", "BOE-A-1992-28925"), Status: law.Verified,
		Rule: "The tax agency is told on its electronic form within one month of the corrective invoice, with copies and proof of the demand.",
	},
	{
		Code: "es_liva_80_5", Source: text("Ley 37/1992", "art. 80.Cinco", "BOE-A-1992-28740"), Status: law.Verified,
		Rule: "Not for what is secured, guaranteed or insured, nor between related parties, nor for debtors not established in Spain. " +
			"A later payment does not raise the base again if the debtor is a business; it does if a consumer, or on withdrawal of the claim or a deal (one month).",
	},
	{
		Code: "es_liva_80_3", Source: text("Ley 37/1992", "art. 80.Tres", "BOE-A-1992-28740"), Status: law.ToConfirm,
		Rule: "In insolvency there is a route of its own, with a term of three months.",
	},
}
