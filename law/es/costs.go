package es

import "github.com/recobro/recobro/law"

// costRules: beside the fixed sum the law on late payment lets claim all that
// collecting cost and is proved; a consumer owes none of it out of court.
var costRules = []law.CostRule{
	{
		Code: "es_l3_8_costs", Claim: true,
		When:   law.When{Creditors: business, Debtors: []law.Party{law.Business, law.Public}, Contracted: ley3},
		Source: l3("art. 8"), Status: law.Verified,
		Why: "A business owed by a business or a public body: recovery costs that are proved, came of the delay and exceed the fixed sum; not where the debtor is not responsible for the delay (Ley 3/2004 art. 8).",
	},
	{
		Code:   "es_costs_court_only",
		Source: text("Ley 1/2000", "arts. 241 and 394", "BOE-A-2000-323"), Status: law.ToConfirm,
		Why: "Outside of the law on late payment nothing puts the costs of collecting out of court on the debtor: costs are those that a court awards (Ley 1/2000 arts. 241 and 394).",
	},
}
