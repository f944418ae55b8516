package law

import "github.com/recobro/recobro/calendar"

// Request is a request to negotiate before going to court, and what came of it;
// zero dates for what did not happen.
type Request struct {
	Attempted calendar.Date // first attempt to deliver it at a known address
	Received  calendar.Date
	Answered  calendar.Date // first written answer or contact
	Met       calendar.Date // first meeting
	Proposed  calendar.Date // last concrete proposal
	Closed    calendar.Date // either side ended the talks in writing
	// Offered is the day on which a binding confidential offer reached the
	// other side, and OfferUntil the day on which it lapses where it names
	// one; refused or lapsed, it opens the way to court.
	Offered    calendar.Date
	OfferUntil calendar.Date
}

// Talks is what a request to negotiate means for a court claim; zero dates
// where they depend on what has not happened yet.
type Talks struct {
	// InterruptedAt is the day on which the request interrupted the limitation
	// period; zero where it came too late, or no period is known.
	InterruptedAt  calendar.Date `json:"interrupted_at"`
	EndsAt         calendar.Date `json:"ends_at"`
	EarliestFiling calendar.Date `json:"earliest_filing"`
	FilingDeadline calendar.Date `json:"filing_deadline"`
	LastDay        calendar.Date `json:"last_day"` // of the limitation period, all acts counted
}

// The periods of LO 1/2025.
const (
	talksDays   = 30 // without an answer, or after a proposal
	talksMonths = 3  // after the first meeting
	offerMonths = 1  // that a binding offer stands, unless it says longer
	filingYears = 1
)

// Negotiation says when the talks asked for by r end, and within which days a
// court claim may follow; the limitation period of c takes the request up among
// its acts. ok is false where the place has no such rule.
//
// Source: Ley Orgánica 1/2025 (ES), arts. 7.1, 7.3, 10.4 and 17.
func (j *Jurisdiction) Negotiation(c Claim, acts []Act, r Request) (t Talks, ok bool) {
	if !j.negotiates() {
		return Talks{}, false
	}
	t = TalksOf(r)
	all, at := r.among(acts, t)
	k := j.Limitation(c, all)
	t.clocked(&k, at)
	return t, true
}

// NegotiationUnder is Negotiation with the clock of the rule with that code, run
// from a given anchor; ok is false too for a code that the place does not have.
func (j *Jurisdiction) NegotiationUnder(rule string, anchor calendar.Date, acts []Act, r Request) (t Talks, k Clock, ok bool) {
	t = TalksOf(r)
	all, at := r.among(acts, t)
	if k, ok = j.ClockFor(rule, anchor, all); !ok || !j.negotiates() {
		return Talks{}, Clock{}, false
	}
	t.clocked(&k, at)
	return t, k, true
}

// negotiates reports whether a request to negotiate does anything at the place.
func (j *Jurisdiction) negotiates() bool {
	r := j.rule(negotiationRequest, &Claim{}, "")
	return r != nil && r.Effect != NoEffect
}

// TalksOf is Negotiation without the limitation period: what a request does to
// a period is not known without one.
func TalksOf(r Request) Talks {
	t := Talks{EndsAt: r.end()}
	if t.EndsAt.IsZero() {
		return t
	}
	t.EarliestFiling = t.EndsAt.AddDays(1)
	t.FilingDeadline = t.EndsAt.AddYears(filingYears)
	if r.silent() && r.Closed.IsZero() {
		t.FilingDeadline = r.Received.AddYears(filingYears)
	}
	return t
}

// clocked takes from k what the request, which stands at that place among its
// acts, did to the period: one that came too late interrupted nothing.
func (t *Talks) clocked(k *Clock, at int) {
	t.LastDay = k.LastDay
	if at < len(k.Acts) && k.Acts[at].Effect == Interrupts { // no acts: the place has no period for the claim
		t.InterruptedAt = k.Acts[at].Act.Date
	}
}

const negotiationRequest = "negotiation_request"

// among gives acts with the request as one of them, by day, and its place. It
// counts from the attempt to deliver it, or from its receipt where the day of
// the attempt is not known.
func (r Request) among(acts []Act, t Talks) (all []Act, at int) {
	own := Act{Type: negotiationRequest, Date: r.Attempted, End: t.EndsAt}
	if own.Date.IsZero() {
		own.Date = r.Received
	}
	all = inOrder(append(append(make([]Act, 0, len(acts)+1), acts...), own))
	for at = len(all) - 1; all[at] != own; at-- {
	}
	return all, at
}

// silent reports whether no answer came within the thirty days.
func (r Request) silent() bool {
	limit := r.Received.AddDays(talksDays)
	first := earlier(r.Answered, earlier(r.Met, r.Proposed))
	if !r.Offered.IsZero() {
		return false
	}
	return first.IsZero() || first.After(limit)
}

// end returns the day on which the talks end; zero while they go on, or when
// the request was never received.
func (r Request) end() calendar.Date {
	if !r.Offered.IsZero() {
		return earlier(r.lapse(), r.Closed)
	}
	if r.Received.IsZero() {
		return r.Closed
	}
	if r.silent() {
		return earlier(r.Received.AddDays(talksDays), r.Closed)
	}
	end := r.Closed
	if !r.Proposed.IsZero() {
		end = earlier(end, r.Proposed.AddDays(talksDays))
	}
	if !r.Met.IsZero() {
		end = earlier(end, r.Met.AddMonths(talksMonths))
	}
	return end
}

// lapse is the day on which a binding offer lapses.
func (r Request) lapse() calendar.Date {
	if end := r.Offered.AddMonths(offerMonths); r.OfferUntil.Before(end) {
		return end
	}
	return r.OfferUntil
}
