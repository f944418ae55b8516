package es

import (
	"slices"

	"github.com/recobro/recobro/law"
)

// acts are what interrupts and suspends under common law. A creditor's letter
// counts once its delivery is proved: received, refused, or left to be
// collected; never by its sending.
func acts() []law.ActRule {
	return slices.Concat(execution(), letters(cc("art. 1973")), debtorActs(cc("art. 1973")), courtActs(cc("art. 1973")), talks(), []law.ActRule{
		{Type: "mediation", Effect: law.Suspends, Source: text("Ley 5/2012", "art. 4", "BOE-A-2012-9112"), Status: law.ToConfirm},
		{Type: "conciliation", Effect: law.Suspends, Source: text("Ley 5/2012", "art. 4", "BOE-A-2012-9112"), Status: law.ToConfirm},
	})
}

// letters are claims out of court under source s.
func letters(s law.Source) []law.ActRule {
	proof := func(kind string) law.ActRule {
		return law.ActRule{Type: kind, Effect: law.Interrupts, Proof: true, Source: s, Status: law.Verified}
	}
	return slices.Concat(carriageLetters(), []law.ActRule{
		{Type: "burofax_received", Effect: law.Interrupts, Source: s, Status: law.Verified},
		{Type: "burofax_refused", Effect: law.Interrupts, Source: s, Status: law.Verified},
		{Type: "burofax_left_notice", Effect: law.Interrupts, Source: s, Status: law.Verified},
		{Type: "burofax_returned_unknown", Effect: law.NoEffect, Flag: "returned_unknown", Source: s, Status: law.Verified},
		{Type: "registered_letter", Effect: law.Interrupts, Presumed: true, Source: s, Status: law.Verified},
		proof("letter"), proof("email"), proof("call"),
		proof("written_claim"),
	})
}

// carriageLetters are claims out of court for the price of carriage. Art. 79.3
// lets what interrupts a commercial debt in general interrupt this one too, and
// has a claim in writing suspend it, once, until it is rejected in writing and
// the papers come back. Whether a letter then does more than suspend is for a
// person to read: the cautious day takes it for such a claim that nobody has
// rejected, and a call for nothing.
func carriageLetters() []law.ActRule {
	carried := law.When{Kinds: []law.ClaimKind{law.Carriage}}
	both := lctt("art. 79.3, with art. 1973 of the Código Civil")
	row := func(kind string) law.ActRule {
		return law.ActRule{
			Type: kind, When: carried, Effect: law.Interrupts, Strictly: law.Suspends, Once: true, Flag: "carriage_written_claim", Source: both, Status: law.ToConfirm,
		}
	}
	letter, email, call, registered := row("letter"), row("email"), row("call"), row("registered_letter")
	letter.Proof, email.Proof, call.Proof, registered.Presumed = true, true, true, true
	call.Strictly, call.Once, call.Flag = law.NoEffect, false, "carriage_call"
	return []law.ActRule{
		row("burofax_received"), row("burofax_refused"), row("burofax_left_notice"), registered, letter, email, call,
		{Type: "written_claim", When: carried, Effect: law.Suspends, Once: true, Source: lctt("art. 79.3"), Status: law.Verified},
	}
}

// debtorActs are acknowledgements under source s. A promise to pay is none by
// itself: whether its words admit the debt is for a person to read.
func debtorActs(s law.Source) []law.ActRule {
	return []law.ActRule{
		{Type: "acknowledgment", Effect: law.Interrupts, ByDebtor: true, Source: s, Status: law.Verified},
		{Type: "part_payment", Effect: law.Interrupts, ByDebtor: true, Source: s, Status: law.Verified},
		{Type: "instalment_request", Effect: law.Interrupts, ByDebtor: true, Source: s, Status: law.Verified},
		{Type: "promise_of_payment", Effect: law.NoEffect, Flag: "possible_acknowledgment", Source: s, Status: law.ToConfirm},
	}
}

// courtActs interrupt while they are pending, under source s.
func courtActs(s law.Source) []law.ActRule {
	doubt := []string{"dismissed", "withdrawn", "lapsed", "procedural_flaw"}
	court := func(kind string) law.ActRule {
		return law.ActRule{Type: kind, Effect: law.Interrupts, Court: true, Doubt: doubt, Source: s, Status: law.Verified}
	}
	return []law.ActRule{
		court("court_claim"), court("payment_order_petition"), court("payment_order_served"),
		court("enforcement"), court("conservatory_measure"),
		{Type: "small_claims_procedure_accepted", Effect: law.NoEffect, Flag: "not_of_this_country", Source: s, Status: law.Verified},
	}
}

// execution are acts before a court under the period in which a judgment is to be
// enforced. The enforcement claim alone keeps that right, once and for good: art.
// 518 begins no new period, and whether the enforcement still runs is for a person
// to read.
func execution() []law.ActRule {
	under := func(kind string, effect law.Effect, flag string) law.ActRule {
		return law.ActRule{Type: kind, Under: []string{"es_lec_518"}, Effect: effect, Court: true, Flag: flag, Source: lec518, Status: law.Verified}
	}
	return []law.ActRule{
		under("enforcement", law.Keeps, "enforcement_filed_in_time"), under("court_claim", law.NoEffect, "enforcement_claim_alone"),
		under("payment_order_petition", law.NoEffect, "enforcement_claim_alone"), under("payment_order_served", law.NoEffect, "enforcement_claim_alone"),
		under("conservatory_measure", law.NoEffect, "enforcement_claim_alone"),
	}
}

// talks are requests to negotiate: the clock restarts when thirty days pass
// without an answer, or the talks end.
func talks() []law.ActRule {
	return []law.ActRule{{
		Type: "negotiation_request", Effect: law.Interrupts, Lasts: 30,
		Source: text("Ley Orgánica 1/2025", "arts. 7.1 and 10.4", "BOE-A-2025-76"), Status: law.Verified,
	}}
}
