package worked

import (
	"fmt"
	"slices"

	"github.com/recobro/recobro/law"
)

// carriage is the price of carriage by land under Spanish law: events are
// written claims, with the day they were received and the day they were
// rejected and the papers came back.
func carriage(g *given) func() answer {
	j, _ := placeOf("ES", "")
	g.oneOf("jurisdiction", may, []string{"ES"})
	g.oneOf("rule", may, []string{"es_lctt_79"})
	contract, price := g.day("contract_date", need), g.day("price_claimable", need)
	var claims []law.WrittenClaim
	var acts []law.Act
	g.each("events", "an event", may, func(i int, e *fields) {
		e.oneOf("type", need, []string{"written_claim"})
		w := law.WrittenClaim{Received: e.day("received", need), Rejected: e.day("rejected_and_papers_returned", may)}
		if !w.Rejected.IsZero() && w.Rejected.Before(w.Received) {
			e.wrong("rejected_and_papers_returned", "the claim is rejected before it is received")
		}
		at := fmt.Sprintf("events[%d].", i)
		if e.oneOf("effect", may, effects) != "" {
			g.expect(e, "effect", at+"effect", aWord)
		}
		g.expect(e, "flag", at+"flag", aWord)
		g.expect(e, "last_day", at+"last_day", aDay)
		claims = append(claims, w)
		acts = append(acts, law.Act{Date: w.Received})
	})
	return func() answer {
		k, _ := j.Carriage(contract, price, claims)
		return clockAnswer(j, &k, acts)
	}
}

var guarantorFields = []namedForm{
	{"debtor_last_day", aDay}, {"guarantor_last_day", aDay}, {"debtor_cautious", aDay}, {"guarantor_cautious", aDay},
	{"debtor_flags", aSet}, {"guarantor_flags", aSet},
}

// defaults are the rules that a debt with a guarantor has where the record
// names none.
func defaults(country string) string {
	return map[string]string{"ES": "es_cc_1964", "FR": "fr_cc_2224", "PT": "pt_cc_309"}[country]
}

// guarantor is a debt with a guarantor: which act reaches whom.
func guarantor(g *given) func() answer {
	j, rule := g.rule(defaults)
	anchor := g.day("anchor", need)
	bond := law.Guarantor
	if s := g.oneOf("bond", may, []string{string(law.Guarantor), string(law.JointGuarantor)}); s != "" {
		bond = law.Bond(s)
	}
	persons := []string{string(law.MainDebtor), string(law.Guarantor)}
	var parties []string
	acts := g.events([]string{"effect_debtor", "effect_guarantor"}, func(_ int, e *fields) {
		parties = append(parties, e.oneOf("party", need, persons))
	})
	return func() answer {
		owing := []law.Owing{{Party: persons[0], Bond: law.MainDebtor}, {Party: persons[1], Bond: bond}}
		with := make([]law.PartyAct, len(acts))
		for i := range acts {
			with[i] = law.PartyAct{Act: acts[i], Party: parties[i]}
		}
		clocks, _ := j.Several(rule, anchor, owing, with)
		a := newAnswer()
		for i := range clocks {
			k := &clocks[i]
			a.rest(k.Article)
			a.day(k.Party+"_last_day", k.LastDay)
			a.day(k.Party+"_cautious", k.Cautious)
			a.flags(k.Party+"_flags", k.Flags)
			for n, at := range byDay(acts) {
				a.word(fmt.Sprintf("events[%d].effect_%s", at, k.Party), string(k.Acts[n].Effect))
				if parties[at] == k.Party {
					a.word(fmt.Sprintf("events[%d].flag", at), k.Acts[n].Flag)
					a.day(fmt.Sprintf("events[%d].last_day", at), k.Acts[n].LastDay)
				}
				a.rest(k.Acts[n].Article)
			}
		}
		return a
	}
}

var serviceFields = []namedForm{
	{"last_day", aDay}, {"deemed_interruption", aDay}, {"effect", aWord}, {"filed_in_time", aTruth},
	{"flags", aSet}, {"ask_person", aTruth},
}

// service is a claim filed in a Portuguese court, and its service on the
// debtor.
func service(g *given) func() answer {
	if !g.has("jurisdiction") {
		g.asked["jurisdiction"] = true
	} else {
		g.oneOf("jurisdiction", need, []string{"PT"})
	}
	j, _ := placeOf("PT", "")
	rule := "pt_lspe_10"
	if g.has("rule") {
		rule = g.word("rule", need)
		if !slices.ContainsFunc(j.Periods, func(p law.Period) bool { return p.Code == rule }) {
			g.wrong("rule", "PT has no rule %q", rule)
		}
	}
	anchor := g.day("anchor", need)
	f := law.Filing{Filed: g.day("filed", need), Served: g.day("served", may), DelayByCreditor: g.yes("delay_by_creditor", may)}
	if !f.Served.IsZero() && f.Served.Before(f.Filed) {
		g.wrong("served", "the claim is served before it is filed")
	}
	return func() answer {
		i, _ := j.ServedOn(rule, anchor, f)
		a := newAnswer(i.Article)
		a.day("last_day", i.LastDay)
		a.day("deemed_interruption", i.Deemed)
		a.word("effect", string(i.Effect))
		a.yes("filed_in_time", i.FiledInTime)
		a.flags("flags", i.Flags)
		a.yes("ask_person", i.AskPerson)
		return a
	}
}
