package law

// Reading is one way to read which period governs a claim, and where it leads.
type Reading struct {
	Clock
	// Flag names the doubt that opens this reading; empty for the one that the
	// tables follow.
	Flag string `json:"flag,omitempty"`
}

// Readings gives the clock of c as Limitation does, and after it one for each
// other period that a doubt names: the rule with its reason, and the
// alternatives with theirs.
func (j *Jurisdiction) Readings(c Claim, acts []Act) []Reading {
	c = normal(c)
	out := []Reading{{Clock: j.Limitation(c, acts)}}
	p := j.governing(&c)
	if p == nil {
		return out
	}
	acts = inOrder(acts)
	for _, n := range p.Notes {
		if n.Or == "" || !n.fits(&c) {
			continue
		}
		other := j.named(n.Or, &c)
		anchor, flag := other.anchor(&c)
		k := j.clock(other, &c, anchor, acts)
		if flag != "" {
			k.flag(flag)
			k.AskPerson = true
		}
		out = append(out, Reading{Clock: k, Flag: n.Flag})
	}
	return out
}
