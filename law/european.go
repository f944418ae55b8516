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

// EuropeanRemarks are rules of the Union that no calculation applies.
func EuropeanRemarks() []Fact {
	gdpr := func(name, article, rule string) Fact {
		return Fact{Code: "eu_gdpr_" + name, Rule: rule, Source: eurLex("Regulation 2016/679", article, "reg/2016/679"), Status: ToConfirm}
	}
	return []Fact{
		gdpr("basis", "art. 6", "Personal data rest on the contract for the creditor, on a legitimate interest with a written test of balance for purchasers and for tracing."),
		gdpr("processor", "art. 28", "Who collects for others acts under a contract of processing, unless it bought the debt."),
		gdpr("retention", "arts. 5 and 17", "Data are kept while the claim lives and for the limitation of related actions, then blocked and erased; of a time-barred debt only what proves its closing."),
		{
			Code: "eu_2021_2167_11", Source: eurLex("Directive 2021/2167", "art. 11", "dir/2021/2167"), Status: ToConfirm,
			Rule: "A credit servicer keeps its records for five years at least after the end of the servicing contract, and ten at most.",
		},
		{
			Code: "eu_2011_7_floor", Source: eurLex("Directive 2011/7", "arts. 2 and 3", "dir/2011/7"), Status: ToConfirm,
			Rule: "Between businesses late-payment interest is at least the rate of the European Central Bank of 1 January or 1 July plus eight points; a regulation was proposed to take the directive's place.",
		},
		{
			Code: "eu_marketing", Source: eurLex("Directive 2002/58", "art. 13", "dir/2002/58"), Status: ToConfirm,
			Rule: "A reminder of a debt is no marketing and needs no consent for it; offers are never mixed into it.",
		},
	}
}
