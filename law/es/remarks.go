package es

import "github.com/recobro/recobro/law"

// remarks are rules of the common law that no calculation applies.
func remarks() []law.Fact {
	debated := "https://araozyrueda.com/proyecto-de-ley-de-administradores-y-compradores-de-creditos-en-espana"
	return append([]law.Fact{
		{
			Code: "es_loan_accelerated", Source: cc("arts. 1964 and 1966.3"), Status: law.ToConfirm,
			Rule: "Of a loan's instalments the principal falls under art. 1964, the interest under art. 1966.3; a lender that accelerates makes the balance due at once.",
		},
		{
			Code: "es_cc_1110", Source: cc("art. 1110"), Status: law.Verified,
			Rule: "A receipt for capital, or for the last instalment, that reserves neither interest nor earlier instalments may extinguish them: receipts carry a reservation.",
		},
		{
			Code: "es_lec_654_3", Source: lec("art. 654.3"), Status: law.Verified,
			Rule: "Where a forced sale does not cover all, it goes to ordinary interest, principal, default interest and costs, in this order.",
		},
		{
			Code: "es_l3_3", Source: l3("art. 3"), Status: law.Verified,
			Rule: "The law on late payment is for businesses, and for public bodies as debtors; not for consumers, bills and cheques, nor claims in insolvency.",
		},
		{
			Code: "es_l3_9", Source: l3("art. 9"), Status: law.Verified,
			Rule: "A clause whose rate is seventy percent below the legal one is presumed unfair.",
		},
		{
			Code: "es_sts_265_2015", Source: law.Source{Text: "Tribunal Supremo", Article: "STS 265/2015", URL: "https://www.poderjudicial.es/search/indexAN.jsp"}, Status: law.ToConfirm,
			Rule: "In consumers' personal loans a default rate of more than two points above the agreed interest is unfair.",
		},
		{
			Code: "es_ccom_944", Source: text("Código de Comercio", "art. 944", "BOE-A-1885-6627"), Status: law.Verified,
			Rule: "It lists a demand in court, an acknowledgement and the renewal of the document alone; that a letter interrupts a commercial debt rests on case law.",
		},
		{
			Code: "es_vat_on_interest", Source: text("Ley 37/1992", "art. 78.Tres", "BOE-A-1992-28740"), Status: law.ToConfirm,
			Rule: "Late-payment interest and the fixed compensation bear no VAT.",
		},
		{
			Code: "es_servicers_bill", Source: law.Source{Text: "Proyecto de ley de administradores y compradores de créditos", Article: "of March 2025", URL: debated}, Status: law.Secondary,
			Rule: "A bill on credit servicers and purchasers is not known to be law.",
		},
	}, law.EuropeanRemarks()...)
}

// catalanRemarks are those of the Catalan code beside the common ones.
func catalanRemarks() []law.Fact {
	row := func(article, rule string) law.Fact {
		code := map[string]string{"art. 121-3": "es_ct_121_3", "art. 121-4": "es_ct_121_4", "art. 121-15": "es_ct_121_15", "art. 121-23": "es_ct_121_23"}[article]
		return law.Fact{Code: code, Rule: rule, Source: ccCat(article), Status: law.Verified}
	}
	return append([]law.Fact{
		row("art. 121-3", "The parties may shorten the period to a half or lengthen it to the double; the engine counts the period of the law."),
		row("art. 121-4", "A court does not raise limitation unprompted."),
		row("art. 121-15", "Force majeure suspends the period only in its last six months; it is no act that the engine knows."),
		row("art. 121-23", "The period begins when the claim can be exercised and the creditor knows, or could know, the facts and the debtor; the engine takes the due date."),
	}, remarks()...)
}

// navarreseRemarks are those of the Fuero Nuevo beside the common ones.
func navarreseRemarks() []law.Fact {
	return append([]law.Fact{{
		Code: "es_nc_36_legal_aid", Source: nav("ley 36"), Status: law.Verified,
		Rule: "A request for legal aid suspends the period; it is no act that the engine knows.",
	}}, remarks()...)
}
