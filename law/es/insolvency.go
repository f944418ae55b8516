package es

import "github.com/recobro/recobro/law"

// insolvency: the month of the recast law.
var insolvency = law.ProofOfClaim{
	Code: "es_trlc_255", Months: 1, From: "BOE",
	Source: text("RDLeg 1/2020", "art. 255", "BOE-A-2020-4859"), Status: law.ToConfirm,
	Why: "Creditors tell the administrator of their claims within one month of the publication of the opening (RDLeg 1/2020 art. 255).",
}
