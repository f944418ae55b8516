package api

import (
	"context"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/record"
)

// guarantorView is the limitation of the claim against a guarantor: which of
// the acts on the debtor reach it, and the last day that is left.
type guarantorView struct {
	Name           string         `json:"name"`
	Bond           law.Bond       `json:"bond"`
	LastDay        calendar.Date  `json:"last_day"`
	PrescribedFrom calendar.Date  `json:"prescribed_from"`
	Cautious       calendar.Date  `json:"cautious"`
	Ordinary       *law.Ordinary  `json:"ordinary,omitempty"`
	Acts           []guarantorAct `json:"acts"`
	Flags          []string       `json:"flags"`
	FlagsWords     []string       `json:"flags_in_words"`
	AskPerson      bool           `json:"ask_person"`
}

// guarantorAct is what an act on the debtor does to the guarantor's clock.
type guarantorAct struct {
	law.ActEffect
	FlagWords string `json:"flag_in_words,omitempty"`
}

// guarantors gives the clock of each guarantor, by how the submission says that
// they are bound. All acts on the record are the debtor's.
func (s *server) guarantors(ctx context.Context, f record.File, to reader) ([]guarantorView, error) {
	parties, err := s.Guarantors.Guarantors(ctx, f.Case.ID)
	if err != nil {
		return nil, err
	}
	out := make([]guarantorView, 0, len(parties))
	j, known := countries.For(f.Case.Country, f.Case.Region)
	if !known {
		return out, nil
	}
	bonds := make([]law.Bond, len(parties))
	for i, p := range parties {
		switch {
		case p.Joint == nil:
		case *p.Joint:
			bonds[i] = law.JointGuarantor
		default:
			bonds[i] = law.Guarantor
		}
	}
	for n, k := range j.GuaranteesOf(f.Case.Claim, f.Case.LawActs(), bonds) {
		v := guarantorView{Name: parties[n].Name, Bond: k.Bond, LastDay: k.LastDay, PrescribedFrom: k.PrescribedFrom, Cautious: k.Cautious, Ordinary: k.Ordinary,
			Acts: make([]guarantorAct, len(k.Acts)), Flags: some(k.Flags), FlagsWords: law.Explained(k.Flags, to.lang), AskPerson: k.AskPerson}
		for i, e := range k.Acts {
			v.Acts[i] = guarantorAct{ActEffect: e}
			if e.Flag != "" {
				v.Acts[i].FlagWords = law.InWords(e.Flag, to.lang)
			}
		}
		out = append(out, v)
	}
	return out, nil
}
