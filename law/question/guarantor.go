package question

import (
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
)

// Guarantor is somebody who answers for a debt beside the debtor. Joint says
// whether they are bound like a co-debtor; nil where nobody says.
type Guarantor struct {
	Joint *bool `json:"joint,omitempty"`
}

// Bond is how the guarantor is bound; empty where nobody says.
func (g Guarantor) Bond() law.Bond {
	switch {
	case g.Joint == nil:
		return ""
	case *g.Joint:
		return law.JointGuarantor
	}
	return law.Guarantor
}

// Guarantee is the limitation clock of the claim against a guarantor: which of
// the debtor's acts reach it, and the last day that is left.
type Guarantee struct {
	Bond           law.Bond      `json:"bond"`
	LastDay        calendar.Date `json:"last_day"`
	PrescribedFrom calendar.Date `json:"prescribed_from"`
	Cautious       calendar.Date `json:"cautious"`
	Ordinary       *law.Ordinary `json:"ordinary,omitempty"`
	Acts           []Act         `json:"acts"`
	Flags          []string      `json:"flags"`
	FlagsInWords   []string      `json:"flags_in_words"`
	AskPerson      bool          `json:"ask_person"`
}

// Guarantees puts the clocks of guarantors together, with flags in a language.
func Guarantees(clocks []law.PartyClock, language string) []Guarantee {
	out := make([]Guarantee, 0, len(clocks))
	for _, k := range clocks {
		g := Guarantee{Bond: k.Bond, LastDay: k.LastDay, PrescribedFrom: k.PrescribedFrom, Cautious: k.Cautious, Ordinary: k.Ordinary,
			Acts: make([]Act, len(k.Acts)), Flags: append([]string{}, k.Flags...), FlagsInWords: law.Explained(k.Flags, language), AskPerson: k.AskPerson}
		for i, e := range k.Acts {
			g.Acts[i] = actOf(e, language)
		}
		out = append(out, g)
	}
	return out
}

// actOf is what an act did, with its flag in a language.
func actOf(e law.ActEffect, language string) Act {
	a := Act{ActEffect: e}
	if e.Flag != "" {
		a.FlagInWords = law.InWords(e.Flag, language)
	}
	return a
}
