package law

import "github.com/recobro/recobro/calendar"

func eurLex(text, article, eli string) Source {
	return Source{Text: text, Article: article, URL: "https://eur-lex.europa.eu/eli/" + eli + "/oj"}
}

// EuropeanConduct are the rules of conduct that the Union sets for all three
// countries.
func EuropeanConduct() []ConductRule {
	return []ConductRule{
		{
			Code: "eu_2021_2167_10", Kinds: []ClaimKind{Loan}, Source: eurLex("Directive 2021/2167", "art. 10", "dir/2021/2167"), Status: ToConfirm,
			Rule: "Good faith, clear information, privacy and no harassment; a first letter before collection after a transfer.",
		},
		{
			Code: "eu_2023_2225_35", From: calendar.Must("2026-11-20"), Debtors: []Party{Consumer}, Kinds: []ClaimKind{Loan},
			Source: eurLex("Directive 2023/2225", "art. 35", "dir/2023/2225"), Status: ToConfirm,
			Rule: "Reasonable forbearance before consumer credit is enforced.",
		},
		{
			Code: "eu_gdpr_opt_out", Source: eurLex("Regulation 2016/679", "arts. 5 and 21", "reg/2016/679"), Status: ToConfirm, Enforced: "channel opt-outs of the person",
			Rule: "An objection to a channel is honoured at once; one postal or certified channel stays for legal notices.",
		},
		{
			Code: "eu_gdpr_minimise", Source: eurLex("Regulation 2016/679", "art. 5", "reg/2016/679"), Status: ToConfirm,
			Rule: "No contact at work, through third parties or social media; no notes on health, family or bank movements unless needed.",
		},
	}
}

// EuropeanNotices are the notices that the Union asks for in all three countries.
func EuropeanNotices() []NoticeRule {
	items := []string{
		"identity and contact of the controller, and of its data protection officer", "purposes and legal basis", "categories of data and their source",
		"recipients", "how long they are kept", "rights of access, rectification, erasure, restriction, objection, and complaint to an authority",
	}
	return []NoticeRule{
		{
			Code: "eu_gdpr_13", Capacity: []Capacity{AsCreditor}, When: FirstContact, Required: true, Items: items, Within: "when the data are collected from the debtor",
			Source: eurLex("Regulation 2016/679", "art. 13", "reg/2016/679"), Status: ToConfirm,
		},
		{
			Code: "eu_gdpr_14", Capacity: []Capacity{AsThirdParty, AsPurchaser}, When: FirstContact, Required: true, Items: items, Within: "at first contact, within one month at most",
			Source: eurLex("Regulation 2016/679", "art. 14", "reg/2016/679"), Status: ToConfirm,
		},
		{
			Code: "eu_credit_transfer", Capacity: []Capacity{AsPurchaser}, When: AfterTransfer, Required: true,
			Items: []string{
				"date of the transfer", "purchaser, servicer and provider, with their contacts", "proof of licence", "a contact point for questions",
				"sums owed, split into capital, interest and fees", "that all rights of the debtor go on", "the authority for complaints",
			},
			Within: "before the first collection after the transfer",
			Source: eurLex("Directive 2021/2167", "art. 10.2", "dir/2021/2167"), Status: ToConfirm,
		},
	}
}
