package fr

import (
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
)

// costRules: costs without an enforceable title stay with the creditor, save
// what the law on late payment gives between professionals.
var costRules = []law.CostRule{
	{
		Code: "fr_cpce_r124_4_costs", Capacity: []law.Capacity{law.AsThirdParty},
		Source: cpcex("arts. L111-8 and R124-4"), Status: law.Verified,
		Why: "Who collects for another asks for no costs that stay with the creditor (Code des procédures civiles d'exécution arts. L111-8 and R124-4, 3°).",
	},
	{
		Code: "fr_l441_10_costs", Claim: true, When: law.When{Creditors: business, Debtors: business}, From: calendar.Day(2013, 1, 1),
		Source: ccom("art. L441-10 II"), Status: law.Verified,
		Why: "Between professionals: recovery costs that are proved and exceed the fixed sum (Code de commerce art. L441-10 II).",
	},
	{
		Code: "fr_cpce_l111_8_costs", Source: cpcex("art. L111-8"), Status: law.Verified,
		Why: "Recovery costs without an enforceable title stay with the creditor, and contrary clauses are void (Code des procédures civiles d'exécution art. L111-8).",
	},
}
