package pt

import "github.com/recobro/recobro/law"

// remarks are rules that no calculation applies.
func remarks() []law.Fact {
	return append([]law.Fact{
		{
			Code: "pt_cc_786", Source: cc("art. 786"), Status: law.ToConfirm,
			Rule: "A receipt for capital without reservation of interest or other accessory sums makes them presumed paid: receipts carry a reservation while interest is owed.",
		},
		{
			Code: "pt_cc_303", Source: cc("art. 303"), Status: law.ToConfirm,
			Rule: "A court does not raise limitation unprompted.",
		},
		{
			Code: "pt_cc_312", Source: cc("arts. 312 to 314"), Status: law.ToConfirm,
			Rule: "A presumptive period presumes payment; only what the debtor itself admits rebuts it.",
		},
		{
			Code: "pt_cc_311", Source: cc("art. 311"), Status: law.ToConfirm,
			Rule: "A claim recognised by a judgment has the ordinary period of twenty years.",
		},
		{
			Code: "pt_lspe_business", Source: lspe("art. 10.1"), Status: law.Verified,
			Rule: "The periods of essential public services hold for business customers too (uniform case law of the Supremo Tribunal de Justiça 1/2010 concerned a company).",
		},
		{
			Code: "pt_lspe_filing", Source: lspe("art. 10.4"), Status: law.Verified,
			Rule: "The six months for filing are a period of caducity (Relação de Coimbra, 10 September 2024).",
		},
	}, law.EuropeanRemarks()...)
}
