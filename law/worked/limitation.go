package worked

import (
	"fmt"
	"slices"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
)

var clockFields = []namedForm{
	{"anchor", aDay}, {"last_day_raw", aDay}, {"last_day", aDay}, {"prescribed_from", aDay}, {"cautious", aDay},
	{"ordinary_rule", aWord}, {"ordinary_last_day", aDay}, {"ordinary_prescribed_from", aDay},
	{"flags", aSet}, {"ask_person", aTruth},
}

// rule reads the place and the rule of a record; fallback is the rule where
// the record names none, empty where it must.
func (g *given) rule(fallback func(country string) string) (*law.Jurisdiction, string) {
	code := g.word("jurisdiction", need)
	j, ok := placeOf(code, "")
	if !ok {
		g.asked["rule"] = true
		if code != "" {
			g.wrong("jurisdiction", "the law of %q is not known", code)
		}
		return nil, ""
	}
	rule := fallback(j.Country)
	if rule == "" || g.has("rule") {
		rule = g.word("rule", need)
	}
	at, ok := placeOf(code, rule)
	if !ok {
		if rule != "" {
			g.wrong("rule", "%s has no rule %q", j.Code, rule)
		}
		return nil, ""
	}
	return at, rule
}

func mustName(string) string { return "" }

func limitation(g *given) func() answer {
	j, rule := g.rule(mustName)
	anchor := g.day("anchor", need)
	var codes []string
	for _, n := range g.list("suspensions", may) {
		codes = append(codes, n.Value)
	}
	if j != nil && len(codes) > 0 {
		own, ok := j.WithSuspensions(codes...)
		if !ok {
			g.wrong("suspensions", "%s has no suspension of every one of these codes", j.Code)
		} else {
			j = own
		}
	}
	acts := g.events([]string{"effect"}, nil)
	return func() answer {
		k, _ := j.ClockFor(rule, anchor, acts)
		return clockAnswer(j, &k, acts)
	}
}

// clockAnswer gives the fields of a clock. Its acts stand by day, those of the
// record as it lists them.
func clockAnswer(j *law.Jurisdiction, k *law.Clock, acts []law.Act) answer {
	a := newAnswer(k.Article)
	a.day("anchor", k.Anchor)
	a.day("last_day", k.LastDay)
	a.day("last_day_raw", raw(j, k))
	a.day("prescribed_from", k.PrescribedFrom)
	a.day("cautious", k.Cautious)
	if o := k.Ordinary; o != nil {
		a.word("ordinary_rule", o.Rule)
		a.day("ordinary_last_day", o.LastDay)
		a.day("ordinary_prescribed_from", o.PrescribedFrom)
	}
	a.flags("flags", k.Flags)
	a.yes("ask_person", k.AskPerson)
	for n, i := range byDay(acts) {
		e := &k.Acts[n]
		at := fmt.Sprintf("events[%d].", i)
		a.word(at+"effect", string(e.Effect))
		a.word(at+"flag", e.Flag)
		a.day(at+"last_day", e.LastDay)
		a.rest(e.Article)
	}
	return a
}

// raw is the last day before it moved off a day of rest: the period that runs
// last, from its own anchor, in a law without that move.
func raw(j *law.Jurisdiction, k *law.Clock) calendar.Date {
	if j.Move == nil {
		return k.LastDay
	}
	still := *j
	still.Move = nil
	var stops []law.Act
	for i := range k.Acts {
		if k.Acts[i].Effect == law.Suspends {
			stops = append(stops, k.Acts[i].Act)
		}
	}
	unmoved, _ := still.ClockFor(k.Rule, k.Anchor, stops)
	return unmoved.LastDay
}

var talkFields = append([]namedForm{
	{"interrupted_at", aDay}, {"ends_at", aDay}, {"earliest_filing", aDay}, {"filing_deadline", aDay},
}, clockFields...)

// negotiation is a request to negotiate before going to court.
func negotiation(g *given) func() answer {
	j, rule := g.rule(mustName)
	anchor := g.day("anchor", need)
	acts := g.events([]string{"effect"}, nil)
	r := g.request()
	if j != nil {
		if _, _, ok := j.NegotiationUnder(rule, anchor, nil, r); !ok {
			g.wrong("jurisdiction", "%s has no rule on requests to negotiate", j.Code)
		}
	}
	return func() answer {
		t, k, _ := j.NegotiationUnder(rule, anchor, acts, r)
		a := clockAnswer(j, &k, append(slices.Clone(acts), law.Act{Date: r.Attempted}))
		a.day("interrupted_at", t.InterruptedAt)
		a.day("ends_at", t.EndsAt)
		a.day("earliest_filing", t.EarliestFiling)
		a.day("filing_deadline", t.FilingDeadline)
		return a
	}
}

func (g *given) request() law.Request {
	n := g.get("request", need)
	if n == nil {
		return law.Request{}
	}
	f := g.r.fields(n, "the request")
	if f == nil {
		return law.Request{}
	}
	r := law.Request{
		Attempted: f.day("attempted", need), Received: f.day("received", may), Answered: f.day("answered", may),
		Met: f.day("met", may), Proposed: f.day("proposed", may), Closed: f.day("closed", may),
		Offered: f.day("offered", may), OfferUntil: f.day("offer_until", may),
	}
	if r.Offered.IsZero() && !r.OfferUntil.IsZero() {
		f.wrong("offer_until", "field %q is of an offer that is not there", "offer_until")
	}
	for _, later := range []struct {
		name string
		on   calendar.Date
	}{{"received", r.Received}, {"answered", r.Answered}, {"met", r.Met}, {"proposed", r.Proposed}, {"closed", r.Closed}, {"offered", r.Offered}, {"offer_until", r.OfferUntil}} {
		if !later.on.IsZero() && later.on.Before(r.Attempted) {
			f.wrong(later.name, "field %q lies before the request was attempted", later.name)
		}
	}
	f.done()
	return r
}
