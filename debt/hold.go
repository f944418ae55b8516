package debt

import (
	"slices"
	"strings"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
)

// Proceeding is what a hold goes back to outside of the case: a complaint before
// a body, an insolvency before a court.
type Proceeding struct {
	Body      string        `json:"body,omitempty"`      // that decides it
	Reference string        `json:"reference,omitempty"` // its number there
	Opened    calendar.Date `json:"opened_on,omitzero"`  // when it was brought; of an insolvency its publication
	// ClaimBy is the last day to file a claim in an insolvency; zero where the
	// court has not been asked for it.
	ClaimBy calendar.Date `json:"claim_by,omitzero"`
	Rule    string        `json:"rule,omitempty"` // the law that the hold, or the day, follows from
}

// longestName bounds the name of a body and its reference, in bytes.
const longestName = 200

// proceeding looks over what a hold goes back to, and says by which law.
func (h hearing) proceeding(x *Hold) *Refusal {
	if x.Reason != HoldComplaint && x.Reason != HoldInsolvency {
		if x.About != nil {
			return wrong("about", "hold_about", "only a complaint and an insolvency are about a proceeding")
		}
		return nil
	}
	p := Proceeding{}
	if x.About != nil {
		p = *x.About
	}
	p.Body, p.Reference = strings.TrimSpace(p.Body), strings.TrimSpace(p.Reference)
	switch {
	case len(p.Body) > longestName:
		return wrong("about.body", "text_length", "a name has at most %d bytes", longestName)
	case len(p.Reference) > longestName:
		return wrong("about.reference", "text_length", "a reference has at most %d bytes", longestName)
	case p.Opened.After(h.latestToday()):
		return wrong("about.opened_on", "date_in_future", "opened_on %s lies in the future: today is %s", p.Opened, h.today)
	case x.Reason == HoldComplaint && !p.ClaimBy.IsZero():
		return wrong("about.claim_by", "hold_about", "only an insolvency has a day to file a claim by")
	case !p.ClaimBy.IsZero() && p.ClaimBy.Before(p.Opened):
		return wrong("about.claim_by", "date_range", "claim_by %s lies before opened_on %s", p.ClaimBy, p.Opened)
	}
	if h.t.Law == nil {
		x.About = &p
		return nil
	}
	if x.Reason == HoldComplaint {
		p.Rule = h.complaintRule()
	} else {
		row, last := h.t.Law.ProofOfClaim(p.Opened)
		p.Rule = row.Source.Text + " " + row.Source.Article
		if p.ClaimBy.IsZero() {
			p.ClaimBy = last
		}
	}
	x.About = &p
	return nil
}

// complaintRule is the law by which a complaint of this debtor's stops
// collection; empty where it is stopped by courtesy alone.
func (h hearing) complaintRule() string {
	c := h.Claim
	rules := h.t.Law.Rules(law.Collection{Kind: c.Kind, Debtor: c.Debtor, Capacity: law.Capacity(h.Capacity), On: h.today})
	i := slices.IndexFunc(rules, func(r law.ConductRule) bool { return r.Enforced == "the hold named complaint" })
	if i < 0 {
		return ""
	}
	return rules[i].Source.Text + " " + rules[i].Source.Article
}

// Softer reports whether the hold puts the case on another strategy rather than
// stop its contacts.
func (h Hold) Softer() bool { return h.Reason == HoldHardship && h.Strategy != "" }

// Quiet returns the hold that stops collection contact, the weightiest first, if
// one does. One for hardship that has a strategy of its own does not, nor one for
// a representative whom contact can go to; represented says that one can be
// reached.
func (c *Case) Quiet(represented bool) (Hold, bool) {
	return c.weightiest(func(h Hold) bool { return !h.Softer() && (h.Reason != HoldRepresented || !represented) })
}

// Represented reports whether the debtor may be reached by their representative
// alone.
func (c *Case) Represented() bool {
	return slices.ContainsFunc(c.Holds, func(h Hold) bool { return h.Reason == HoldRepresented })
}
