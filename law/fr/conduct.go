package fr

import "github.com/recobro/recobro/law"

const door = "the decision and the door: caps, hours and days of the strategy, which does not load when looser"

func cp(article string) law.Source {
	return law.Source{Text: "Code pénal", Article: article, URL: legifrance + "LEGITEXT000006070719"}
}

// rulebook is how a debtor may be treated.
func rulebook() []law.ConductRule {
	rows := []law.ConductRule{
		{
			Code: "fr_cp_222_33_2_2", Source: cp("art. 222-33-2-2"), Status: law.Verified, Enforced: door,
			Rule: "Repeated words or acts that harm a person's living conditions are a crime: one year and 15,000 EUR, more online or against the vulnerable.",
		},
		{Code: "fr_cp_222_16", Source: cp("art. 222-16"), Status: law.Verified, Enforced: door, Rule: "Repeated malicious calls or messages are a crime."},
		{Code: "fr_cp_433_13", Source: cp("art. 433-13"), Status: law.Verified, Rule: "No paper that looks like one of a court, no pose as a public officer."},
		{
			Code: "fr_conso_l121_6", Debtors: consumers, Source: ccons("arts. L121-6 and L121-7"), Status: law.Verified, Enforced: door,
			Rule: "No aggressive practice: repeated contact that is not wanted by phone, mail or e-mail, or the threat of an action that the law does not allow.",
		},
		{
			Code: "fr_dgccrf_limited", Source: ccons("art. L121-2"), Status: law.Secondary, Enforced: "the limitation clock: a debt already limited is never claimed as due",
			Rule: "No claim of a time-barred debt as due.",
		},
		{
			Code: "fr_cpcex_l111_8", Source: cpcex("art. L111-8"), Status: law.Verified,
			Rule: "Costs of recovery without an enforceable title stay with the creditor, unless a law imposes the step; contrary clauses are void.",
		},
		{
			Code: "fr_r124_mandate", Capacity: law.AsThirdParty, Source: cpcex("arts. R124-2 and R124-3"), Status: law.Verified,
			Rule: "Who collects for others declares it to the prosecutor first, holds a written mandate, liability insurance and an account for clients' money alone.",
		},
		{
			Code: "fr_r124_6", Capacity: law.AsThirdParty, Source: cpcex("arts. R124-6 and R124-7"), Status: law.Verified,
			Rule: "A receipt for each payment, and its transfer to the creditor within one month; omissions are fined.",
		},
		{
			Code: "fr_conso_d223_9", Debtors: consumers, Reference: true, Enforced: door, Source: ccons("art. D223-9"), Status: law.Verified,
			Rule: "Sales calls Monday to Friday, 10 to 13 and 14 to 20 o'clock, four in thirty days, sixty days' rest after a refusal; looked to for hours.",
		},
	}
	return append(rows, law.EuropeanConduct()...)
}

// law8 is the wording of paragraphs 2 and 3 of art. L111-8, which who collects
// for others must reproduce.
const law8 = "Les frais de recouvrement entrepris sans titre exécutoire restent à la charge du créancier, sauf s'ils concernent un acte dont l'accomplissement est prescrit par la loi au créancier. Toute stipulation contraire est réputée non écrite, sauf disposition législative contraire.\n" +
	"Cependant, le créancier qui justifie du caractère nécessaire des démarches entreprises pour recouvrer sa créance peut demander au juge de l'exécution de laisser tout ou partie des frais ainsi exposés à la charge du débiteur de mauvaise foi."

// notices are what a contact must say. The text of L111-8 is quoted in letters
// of who collects for others.
func notices() []law.NoticeRule {
	third := []law.Capacity{law.AsThirdParty}
	return append(law.EuropeanNotices(), law.NoticeRule{
		Code: "fr_r124_4", Capacity: third, When: law.FirstContact, Required: true, Source: cpcex("art. R124-4"), Status: law.Verified,
		Items: []string{
			"name and address of the collector, and that it collects amicably", "name and address of the creditor",
			"origin and amount of the debt: principal, interest and other items apart, without costs of recovery", "the demand to pay and how to pay",
			"paragraphs 2 and 3 of art. L111-8",
		},
		Text: law8,
	}, law.NoticeRule{
		Code: "fr_r124_4_later", Capacity: third, When: law.EveryContact, Required: true, Source: cpcex("art. R124-4"), Status: law.Verified,
		Items: []string{"reference and date of the first letter"},
	}, law.NoticeRule{
		Code: "fr_claim_content", Capacity: []law.Capacity{law.AsCreditor, law.AsPurchaser}, When: law.FirstContact, Required: true, Source: cc("art. 1344"), Status: law.Verified,
		Items: []string{"creditor and debtor", "origin and amount, its items apart", "a demand that is clear enough, by when and how to pay"},
	})
}
