package worked

import (
	"fmt"
	"slices"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
)

// synonyms are other names of acts, as records of firms use them.
var synonyms = map[string]string{
	"plain_letter": "letter", "simple_letter": "letter", "e-mail": "email", "e_mail": "email", "phone_call": "call",
	"formal_notice": "registered_letter", "certified_letter": "registered_letter",
	"acknowledgement": "acknowledgment", "written_admission": "acknowledgment", "admission": "acknowledgment",
	"partial_payment": "part_payment", "payment_plan_request": "instalment_request", "installment_request": "instalment_request",
	"court_action": "court_claim", "lawsuit": "court_claim", "enforcement_act": "enforcement",
	"masc_request": "negotiation_request", "mediation_request": "mediation", "conciliation_request": "conciliation",
	"small_claims_procedure": "small_claims_procedure_accepted",
}

// burofaxes are the types of burofax by how it was delivered.
var burofaxes = map[string]string{
	"received": "burofax_received", "refused": "burofax_refused",
	"left_notice": "burofax_left_notice", "returned_unknown": "burofax_returned_unknown",
}

var effects = []string{string(law.Interrupts), string(law.Suspends), string(law.Keeps), string(law.NoEffect), string(law.Late)}

// events reads the acts of a record. Their effect, flag and last day are
// compared under the fields that names gives, each with its path.
func (g *given) events(names []string, more func(i int, e *fields)) []law.Act {
	var acts []law.Act
	g.each("events", "an event", may, func(i int, e *fields) {
		a := law.Act{Type: e.actType()}
		a.Date = e.either([2]string{"date", "start"}, "from", need)
		a.End = e.either([2]string{"end", "until"}, "", may)
		e.outcome(&a)
		a.Unproved = e.yes("unproved", may)
		switch {
		case a.Type == "" || a.End.IsZero():
		case !law.Lasts(a.Type):
			e.wrong("type", "%s is done in a day: it has no end", a.Type)
		case a.End.Before(a.Date):
			e.wrong("date", "the event ends before it begins")
		}
		at := fmt.Sprintf("events[%d].", i)
		for _, name := range names {
			if s := e.oneOf(name, may, effects); s != "" {
				g.expect(e, name, at+name, aWord)
			}
		}
		g.expect(e, "flag", at+"flag", aWord)
		g.expect(e, "last_day", at+"last_day", aDay)
		if more != nil {
			more(i, e)
		}
		acts = append(acts, a)
	})
	return acts
}

// actType reads the type of an event, by any of its names.
func (f *fields) actType() string {
	t := f.word("type", need)
	if t == "burofax" {
		got := burofaxes[f.byNameValue("outcome")]
		if got == "" {
			f.wrong("type", "a burofax needs its outcome: received, refused, left_notice or returned_unknown")
		}
		return got
	}
	if s, ok := synonyms[t]; ok {
		t = s
	}
	if t != "" && !slices.Contains(law.ActTypes, t) {
		f.wrong("type", "unknown type of event %q", t)
		return ""
	}
	return t
}

// byNameValue is the plain value of a field that is read for good elsewhere.
func (f *fields) byNameValue(name string) string {
	if n := f.byName[name]; n != nil {
		return n.Value
	}
	return ""
}

// either reads a day that has several names; only one of them may stand.
func (f *fields) either(names [2]string, third string, p presence) calendar.Date {
	found := names[0]
	n := 0
	for _, name := range []string{names[0], names[1], third} {
		if name != "" && f.has(name) {
			found = name
			n++
		}
	}
	if n > 1 {
		f.wrong(found, "field %q says again what another field says", found)
	}
	for _, name := range []string{names[0], names[1], third} {
		f.asked[name] = true
	}
	return f.day(found, p)
}

// outcome reads what came of a court act or of a letter.
func (f *fields) outcome(a *law.Act) {
	switch known := law.OutcomesOf(a.Type); {
	case known != nil:
		a.Outcome = f.oneOf("outcome", may, known)
	case f.byNameValue("type") == "burofax":
		f.asked["outcome"] = true
	case f.has("outcome") && a.Type != "":
		f.asked["outcome"] = true
		f.wrong("outcome", "%s has no outcome", a.Type)
	}
}

// byDay is the order in which the acts of a record are gone through: the place
// of each in that order.
func byDay(acts []law.Act) []int {
	order := make([]int, len(acts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, k int) int { return acts[i].Date.Compare(acts[k].Date) })
	return order
}
