package fr

import "github.com/recobro/recobro/law"

var (
	business  = []law.Party{law.Business}
	consumers = []law.Party{law.Consumer}
	public    = []law.Party{law.Public}
)

func kinds(k ...law.ClaimKind) []law.ClaimKind { return k }

// periods: the special ones first, then by who owes whom.
func periods() []law.Period {
	return append(special(), law.Period{
		Code: "fr_cc_2224", Lengths: since2008(5), Start: law.FromDue, Source: cc("art. 2224"), Status: law.ToConfirm,
		When: law.When{Kinds: kinds(law.Condominium)},
		Why:  "Condominium charges: five years from the due date (Code civil art. 2224).",
	}, law.Period{
		Code: "fr_cc_2224", Lengths: since2008(5), Start: law.FromDue, Source: cc("art. 2224"), Status: law.Verified,
		When: law.When{Kinds: kinds(law.Rent), Debtors: business},
		Why:  "Commercial rent: five years from the due date (Code civil art. 2224).",
	}, law.Period{
		Code: "fr_cc_2224", Lengths: since2008(5), Start: law.FromDue, Source: cc("art. 2224"), Status: law.ToConfirm,
		When:  law.When{Debtors: public},
		Notes: []law.Note{{Flag: "public_debtor_four_years", Or: "fr_1968_1", Ask: true}},
		Why:   "A debt of a public body: its own law is to be confirmed; meanwhile five years from the due date (Code civil art. 2224).",
	}, law.Period{
		Code: "fr_conso_l218_2", Lengths: years(2), Start: law.FromDue, Source: ccons("art. L218-2"), Status: law.Verified,
		When:  law.When{Creditors: business, Debtors: consumers},
		Notes: []law.Note{{When: law.When{Kinds: kinds(law.Utilities)}, Flag: "energy_fourteen_months"}},
		Why:   "A professional's claim against a consumer: two years from each due date (Code de la consommation art. L218-2).",
	}, law.Period{
		Code: "fr_ccom_l110_4", Lengths: since2008(5), Start: law.FromDue, Source: ccom("art. L110-4 I"), Status: law.Verified,
		When: law.When{Creditors: business, Debtors: business},
		Why:  "A claim between traders for their trade: five years from the due date (Code de commerce art. L110-4 I).",
	}, law.Period{
		Code: "fr_cc_2224", Lengths: since2008(5), Start: law.FromDue, Source: cc("art. 2224"), Status: law.Verified,
		Why: "A personal claim without a shorter period of its own: five years from the due date (Code civil art. 2224).",
	}, law.Period{
		Code: "fr_1968_1", ByName: true, Lengths: years(4), Start: law.FromYearEnd, Status: law.ToConfirm,
		Source: law.Source{Text: "Loi 68-1250", Article: "art. 1", URL: "https://www.legifrance.gouv.fr/loda/id/JORFTEXT000000878035"},
		Why:    "A debt of the State or a local authority: four years from the end of the year it fell due (Loi 68-1250 art. 1).",
	}, law.Period{
		Code: "fr_cpcex_l111_4", ByName: true, Lengths: years(10), Start: law.FromDue, Status: law.Verified,
		Source: law.Source{Text: "Code des procédures civiles d'exécution", Article: "art. L111-4", URL: legifrance + "LEGITEXT000025024948"},
		Why:    "Enforcing a judgment or a similar title: ten years from its date (Code des procédures civiles d'exécution art. L111-4).",
	})
}

func special() []law.Period {
	return []law.Period{
		{
			Code: "fr_cpce_l34_2", Lengths: years(1), Start: law.FromDue, Status: law.Verified,
			Source: law.Source{Text: "Code des postes et communications électroniques", Article: "art. L34-2", URL: legifrance + "LEGITEXT000006070987"},
			When:   law.When{Kinds: kinds(law.Telecom), Creditors: business},
			Why:    "An operator's claim against a user: one year from the day the sum could be claimed (Code des postes et communications électroniques art. L34-2).",
		},
		{
			Code: "fr_ccom_l133_6", Lengths: years(1), Start: law.FromProvided, Source: ccom("art. L133-6"), Status: law.Verified,
			When: law.When{Kinds: kinds(law.Carriage)},
			Why:  "A contract of carriage: one year from the delivery or its offer (Code de commerce art. L133-6).",
		},
		{
			Code: "fr_conso_r312_35", Lengths: years(2), Start: law.FromDue, Caducity: true, Source: ccons("art. R312-35"), Status: law.Verified,
			When:  law.When{Kinds: kinds(law.Loan), Creditors: business, Debtors: consumers},
			Notes: []law.Note{{Flag: "first_missed_instalment"}, {Flag: "housing_credit_l218_2"}},
			Why: "A lender's action on consumer credit: two years of forclusion from the first missed instalment that was not made good " +
				"(Code de la consommation art. R312-35).",
		},
		{
			Code: "fr_rent_7_1", Lengths: years(3), Start: law.FromDue, Status: law.ToConfirm,
			Source: law.Source{Text: "Loi 89-462", Article: "art. 7-1", URL: "https://www.legifrance.gouv.fr/loda/id/JORFTEXT000000509310"},
			When:   law.When{Kinds: kinds(law.Rent), Debtors: consumers},
			Why:    "Residential rent and charges: three years from the due date (Loi 89-462 art. 7-1).",
		},
	}
}

// acts: the list of what interrupts is closed; a letter is not on it.
func acts() []law.ActRule {
	closed := cc("arts. 2240, 2241 and 2244")
	none := func(kind string) law.ActRule {
		return law.ActRule{Type: kind, Effect: law.NoEffect, Source: closed, Status: law.Verified}
	}
	debtor := func(kind string) law.ActRule {
		return law.ActRule{Type: kind, Effect: law.Interrupts, ByDebtor: true, Source: cc("art. 2240"), Status: law.Verified}
	}
	court := func(kind string, s law.Source) law.ActRule {
		return law.ActRule{
			Type: kind, Effect: law.Interrupts, Court: true, Void: []string{"withdrawn", "lapsed", "dismissed"},
			Source: s, Status: law.Verified,
		}
	}
	stands := func(kind string) law.ActRule {
		return law.ActRule{Type: kind, Effect: law.Suspends, Floor: 6, Source: cc("art. 2238"), Status: law.Verified}
	}
	return []law.ActRule{
		none("letter"), none("registered_letter"), none("email"), none("call"),
		none("burofax_received"), none("burofax_refused"), none("burofax_left_notice"), none("burofax_returned_unknown"),
		none("written_claim"), none("negotiation_request"),
		debtor("acknowledgment"), debtor("part_payment"), debtor("instalment_request"),
		{Type: "promise_of_payment", Effect: law.NoEffect, Flag: "possible_acknowledgment", Source: cc("art. 2240"), Status: law.ToConfirm},
		court("court_claim", cc("arts. 2241 to 2243")),
		// A payment order counts from its service on the debtor.
		{Type: "payment_order_petition", Effect: law.NoEffect, Flag: "counts_from_service", Source: cc("art. 2241"), Status: law.ToConfirm},
		court("payment_order_served", cc("art. 2241")),
		court("enforcement", cc("art. 2244")), court("conservatory_measure", cc("art. 2244")),
		stands("mediation"), stands("conciliation"), stands("small_claims_procedure_accepted"),
	}
}
