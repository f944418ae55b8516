package debt

import (
	"slices"

	"github.com/recobro/recobro/law"
)

// ActProved puts a document of the case behind an act that was reported without
// one. Act is the name that the act went by, its Ref.
type ActProved struct {
	Act      string `json:"act"`
	Document string `json:"document"`
	Note     string `json:"note,omitempty"`
}

// Kind is the fact's name on the record.
func (ActProved) Kind() string { return "act_proved" }

// ActsToProve lists the names of the acts that nothing on the case proves, each
// once, in the order in which they came.
func (c *Case) ActsToProve() []string {
	var out []string
	for _, a := range c.LawActs() {
		if a.Unproved && a.Ref != "" && !slices.Contains(out, a.Ref) {
			out = append(out, a.Ref)
		}
	}
	return out
}

// actProved hears of the document of an act.
func (h hearing) actProved(f ActProved) ([]Fact, *Refusal) {
	switch {
	case f.Document == "":
		return nil, wrong("document_id", "document_missing", "say which document proves the act")
	case slices.Contains(h.ActsToProve(), f.Act):
		return []Fact{f}, nil
	case slices.Contains(h.ActsProved, f.Act), slices.ContainsFunc(h.Acts, func(a law.Act) bool { return a.Ref == f.Act }):
		return nil, conflict("act_proved", "act %s of case %s is proved already", f.Act, h.ID)
	}
	return nil, conflict("act_unknown", "case %s has no act %s", h.ID, f.Act)
}

// prove puts a document behind the acts of a name.
func (c *Case) prove(f ActProved) {
	c.ActsProved = append(c.ActsProved, f.Act)
	for i := range c.Acts {
		if a := &c.Acts[i]; a.Ref == f.Act {
			a.Ref, a.Unproved = f.Document, false
		}
	}
}
