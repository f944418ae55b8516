package pt

import (
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
)

// costRules: beside the fixed sum the law on late payment lets claim reasonable
// costs that are proved; it does not cover consumers.
var costRules = []law.CostRule{
	{
		Code: "pt_dl62_7_costs", Claim: true, When: law.When{Creditors: business, Debtors: business}, From: calendar.Day(2013, 7, 1),
		Source: dl62("art. 7"), Status: law.Secondary,
		Why: "A commercial transaction: recovery costs that are proved and exceed the fixed sum (Decreto-Lei 62/2013 art. 7).",
	},
	{
		Code: "pt_costs_court_only", Source: law.Source{Text: "Código de Processo Civil", Article: "art. 533", URL: "https://diariodarepublica.pt/dr/legislacao-consolidada/lei/2013-34580575"},
		Status: law.ToConfirm,
		Why:    "Outside of the law on late payment the costs of collecting are those that a court awards (Código de Processo Civil art. 533).",
	},
}
