package fr

import "github.com/recobro/recobro/law"

// remarks are rules that no calculation applies.
func remarks() []law.Fact {
	return append([]law.Fact{
		{
			Code: "fr_cc_1908", Source: cc("art. 1908"), Status: law.ToConfirm,
			Rule: "A receipt for capital without reservation of the interest makes it presumed paid: the article is on loans; receipts carry a reservation while interest is owed.",
		},
		{
			Code: "fr_conso_l218_1", Source: ccons("art. L218-1"), Status: law.Verified,
			Rule: "A contract with a consumer can neither change the period nor add grounds that interrupt or suspend it.",
		},
		{
			Code: "fr_cc_2254", Source: cc("art. 2254"), Status: law.Verified,
			Rule: "Between professionals a period of one to ten years and further grounds may be agreed, but not for rent, charges, interest of loans or periodic sums; " +
				"the engine counts the period of the law.",
		},
		{
			Code: "fr_conso_l224_11", Source: ccons("art. L224-11"), Status: law.Verified,
			Rule: "Energy used more than fourteen months before the last reading is not billed, save exceptions.",
		},
		{
			Code: "fr_cc_2247", Source: cc("art. 2247"), Status: law.ToConfirm,
			Rule: "A court does not raise limitation unprompted; in consumers' cases it may (Code de la consommation art. R632-1), and must where art. R312-35 bars the claim.",
		},
		{
			Code: "fr_cpc_642_no_move", Source: cpc("art. 642"), Status: law.ToConfirm,
			Rule: "That periods of procedure move off days of rest is not applied to limitation.",
		},
		{
			Code: "fr_uncontested_bill", Status: law.Secondary,
			Source: law.Source{Text: "Conseil national des barreaux", Article: "notice of 9 February 2026", URL: "https://cnb.avocat.fr"},
			Rule:   "A title for uncontested claims between businesses was adopted by the Senate on 29 January 2026 and is not known to be law.",
		},
	}, law.EuropeanRemarks()...)
}
