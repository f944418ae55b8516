package pt

import "github.com/recobro/recobro/law"

// insolvency: the judgment that opens it sets the term.
var insolvency = law.ProofOfClaim{
	Code: "pt_cire_128", MostDays: 30, From: "Citius",
	Source: law.Source{Text: "CIRE (DL 53/2004)", Article: "arts. 36.1 j) and 128", URL: "https://diariodarepublica.pt/dr/legislacao-consolidada/decreto-lei/2004-34529075"}, Status: law.ToConfirm,
	Why: "Creditors claim within the term that the judgment of the opening sets, of up to thirty days (CIRE (DL 53/2004) arts. 36.1 j) and 128).",
}
