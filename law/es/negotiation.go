package es

import "github.com/recobro/recobro/law"

// negotiations are the rules of the attempt to settle that must come before a
// claim in court, since 3 April 2025.
func negotiations() []law.Fact {
	row := func(code, article, rule string) law.Fact {
		return law.Fact{Code: "es_lo1_" + code, Rule: rule, Source: lo1(article), Status: law.Verified}
	}
	debated := row("monitorio", "art. 5.2", "A payment order is not among the exceptions and stands in book IV: the plain reading and most courts ask for the attempt; "+
		"others hold that a petition is no claim. It is asked for, and may be set aside with a reason.")
	debated.Status = law.Secondary
	return []law.Fact{
		row("scope", "art. 5.2", "All declaratory actions of book II and the special procedures of book IV of the Ley 1/2000, unless listed."),
		row("counts", "art. 5.1", "Mediation, conciliation, an independent expert's opinion, a binding confidential offer, direct negotiation or that of lawyers, and collaborative law."),
		row("identity", "art. 5.1", "What is negotiated must be what is claimed."),
		row("exempt", "arts. 5.2 h and 5.3", "Not for a cambiario, enforcement, interim measures, preliminary proceedings, the European order for payment and the European small claim."),
		row("excluded", "art. 3.2", "Not in cases with a party of the public sector, in insolvency, nor in employment."),
		debated,
		row("consumer", "DA 7", "Where a consumer claims, a prior complaint to the trader is enough."),
		row("proof", "art. 10.2", "A document signed by both sides, or proof that the other side received the request or offer, its date, and that it could be read in full; "+
			"else a sworn statement that no address is known."),
		row("end", "art. 10.4", "It ends thirty calendar days after receipt without first contact or written answer, thirty days after a concrete proposal, "+
			"three months after the first meeting, or when either side ends it in writing."),
		row("offer", "arts. 6.2 and 17", "A binding offer lapses after one month, or longer if it says so; above 2,000 EUR a lawyer is needed; only its sending may be shown, not its content."),
		row("limitation", "art. 7.1", "The request that defines the subject interrupts from the attempted notice at home, at work, or by the electronic channel used before; "+
			"the clock restarts when the thirty days lapse or the talks end."),
		row("validity", "art. 7.3", "The claim is filed within one year of the receipt, where no answer came, or of the end of the talks."),
		row("confidential", "art. 9", "The contents are not attached; only that talks were tried and on what."),
	}
}
