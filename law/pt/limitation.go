package pt

import "github.com/recobro/recobro/law"

var (
	business  = []law.Party{law.Business}
	consumers = []law.Party{law.Consumer}
)

func kinds(k ...law.ClaimKind) []law.ClaimKind { return k }

func periods() []law.Period {
	presumed := []law.Note{{Flag: "presumptive"}} // it presumes payment; only the debtor's own word rebuts it
	return []law.Period{
		{
			Code: "pt_lspe_10", Lengths: months(6), Start: law.FromProvided, Source: lspe("art. 10.1"), Status: law.Verified,
			When:  law.When{Kinds: kinds(law.Utilities, law.Telecom)},
			Notes: []law.Note{{Flag: "filing_within_six_months", Or: "pt_lspe_10_4"}},
			Why:   "An essential public service: six months from the service, not from the invoice (Lei 23/96 art. 10.1).",
		},
		{
			Code: "pt_cmr_32", Lengths: months(12), Start: law.FromProvided, Status: law.ToConfirm,
			Source: law.Source{Text: "CMR", Article: "art. 32", URL: "https://unece.org/DAM/trans/conventn/cmr_e.pdf"},
			When:   law.When{Kinds: kinds(law.Carriage)},
			Notes:  []law.Note{{Flag: "carriage_inland_to_confirm", Ask: true}},
			Why:    "International carriage by road: one year from the delivery (CMR art. 32); carriage within Portugal is to be confirmed.",
		},
		{
			Code: "pt_cc_310", Lengths: months(60), Start: law.FromDue, Source: cc("art. 310"), Status: law.Verified,
			When: law.When{Kinds: kinds(law.Rent, law.Condominium, law.Subscription)},
			Why:  "Rent and other sums that renew themselves: five years from each due date (Código Civil art. 310).",
		},
		{
			Code: "pt_cc_310", Lengths: months(60), Start: law.FromDue, Source: cc("art. 310"), Status: law.Verified,
			When:  law.When{Kinds: kinds(law.Loan)},
			Notes: []law.Note{{Flag: "loan_single_repayment_art_309"}},
			Why:   "Capital repaid in instalments with its interest: five years from each due date (Código Civil art. 310).",
		},
		{
			Code: "pt_cc_317", Lengths: months(24), Start: law.FromDue, Source: cc("art. 317"), Status: law.ToConfirm, Notes: presumed, Ordinary: "pt_cc_309",
			When: law.When{Kinds: kinds(law.Sale, law.Services), Creditors: business, Debtors: consumers},
			Why:  "Goods or works by a trader for somebody who is none: payment is presumed two years after the due date (Código Civil art. 317).",
		},
		{
			Code: "pt_cc_317", Lengths: months(24), Start: law.FromDue, Source: cc("art. 317"), Status: law.ToConfirm, Notes: presumed, Ordinary: "pt_cc_309",
			When: law.When{Kinds: kinds(law.ProfessionalFees)},
			Why:  "Fees of the liberal professions: payment is presumed two years after the due date (Código Civil art. 317).",
		},
		{
			Code: "pt_cc_309", Lengths: months(240), Start: law.FromDue, Source: cc("art. 309"), Status: law.Verified,
			Why: "A claim without a shorter period of its own: twenty years from the due date (Código Civil art. 309).",
		},
		{
			Code: "pt_lspe_10_4", ByName: true, Lengths: months(6), Start: law.FromProvided, Caducity: true, Source: lspe("art. 10.4"), Status: law.Verified,
			Why: "Filing the claim or injunção for an essential public service: six months of caducity from the service (Lei 23/96 art. 10.4).",
		},
		{
			Code: "pt_cmr_32_wilful", ByName: true, Lengths: months(36), Start: law.FromProvided, Status: law.ToConfirm,
			Source: law.Source{Text: "CMR", Article: "art. 32", URL: "https://unece.org/DAM/trans/conventn/cmr_e.pdf"},
			When:   law.When{Kinds: kinds(law.Carriage)},
			Why:    "International carriage by road with wilful misconduct: three years (CMR art. 32).",
		},
		{
			Code: "pt_cc_316", ByName: true, Lengths: months(6), Start: law.FromDue, Source: cc("art. 316"), Status: law.ToConfirm, Notes: presumed, Ordinary: "pt_cc_309",
			Why: "Lodging, food and drink: payment is presumed six months after the due date (Código Civil art. 316).",
		},
	}
}

// acts: letters do nothing to the clock; a court claim counts from its service
// on the debtor, taken to happen five days after the request at the latest. The
// period for filing the claim of an essential public service is kept by the
// filing, and stands still while the parties try to settle out of court.
func acts() []law.ActRule {
	none := func(kind string) law.ActRule {
		return law.ActRule{Type: kind, Effect: law.NoEffect, Source: cc("art. 323"), Status: law.Verified}
	}
	debtor := func(kind string) law.ActRule {
		return law.ActRule{Type: kind, Effect: law.Interrupts, ByDebtor: true, Source: cc("art. 325"), Status: law.ToConfirm}
	}
	court := func(kind string, after int, article string) law.ActRule {
		return law.ActRule{
			Type: kind, Effect: law.Interrupts, Court: true, After: after, Source: cc(article), Status: law.ToConfirm,
			AtStart: []string{"withdrawn", "lapsed", "procedural_flaw"}, Doubt: []string{"dismissed"},
		}
	}
	filing := []string{"pt_lspe_10_4"}
	// What the period asks for is the filing itself (art. 331.1 of the Código
	// Civil); what is left of it where the case ends without a judgment is for a
	// person to read (arts. 327.3 and 332).
	filed := func(kind string) law.ActRule {
		return law.ActRule{
			Type: kind, Under: filing, Effect: law.Interrupts, Court: true, Source: lspe("art. 10.4"), Status: law.ToConfirm,
			Doubt: []string{"dismissed", "withdrawn", "lapsed", "procedural_flaw"},
		}
	}
	settled := func(kind string) law.ActRule {
		return law.ActRule{Type: kind, Under: filing, Effect: law.Suspends, Source: lspe("art. 15"), Status: law.Verified}
	}
	mediation := law.Source{Text: "Lei 29/2013", Article: "art. 13", URL: "https://diariodarepublica.pt"}
	return []law.ActRule{
		none("letter"), none("registered_letter"), none("email"), none("call"),
		none("burofax_received"), none("burofax_refused"), none("burofax_left_notice"), none("burofax_returned_unknown"),
		none("negotiation_request"), none("small_claims_procedure_accepted"),
		debtor("acknowledgment"), debtor("part_payment"), debtor("instalment_request"),
		{Type: "promise_of_payment", Effect: law.NoEffect, Flag: "possible_acknowledgment", Source: cc("art. 325"), Status: law.ToConfirm},
		filed("court_claim"), filed("payment_order_petition"), settled("mediation"), settled("conciliation"),
		court("court_claim", 5, "arts. 323.2 and 327"), court("payment_order_petition", 5, "arts. 323.2 and 327"),
		court("payment_order_served", 0, "arts. 323.1 and 327"),
		court("enforcement", 5, "arts. 323.2 and 327"), court("conservatory_measure", 5, "arts. 323.2 and 327"),
		{Type: "mediation", Effect: law.Suspends, Source: mediation, Status: law.ToConfirm},
		{Type: "conciliation", Effect: law.Suspends, Source: mediation, Status: law.ToConfirm},
		{
			Type: "written_claim", When: law.When{Kinds: kinds(law.Carriage)}, Effect: law.Suspends, Once: true,
			Source: law.Source{Text: "CMR", Article: "art. 32.2", URL: "https://unece.org/DAM/trans/conventn/cmr_e.pdf"}, Status: law.ToConfirm,
		},
		none("written_claim"),
	}
}
