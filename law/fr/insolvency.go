package fr

import "github.com/recobro/recobro/law"

// insolvency: the term of the decree.
var insolvency = law.ProofOfClaim{
	Code: "fr_ccom_r622_24", Months: 2, From: "BODACC", Source: ccom("arts. L622-24 and R622-24"), Status: law.ToConfirm,
	Why: "Creditors declare their claims within two months of the publication of the opening (Code de commerce arts. L622-24 and R622-24).",
}
