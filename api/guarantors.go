package api

import (
	"context"
	"fmt"

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

// guarantors gives the clock of each guarantor. A submission names guarantors
// without saying that they are bound like the debtor: they are taken as those
// who pay if the debtor does not, whom fewer acts reach. All acts on the record
// are the debtor's.
func (s *server) guarantors(ctx context.Context, f record.File, to reader) ([]guarantorView, error) {
	parties, err := s.Guarantors.Guarantors(ctx, f.Case.ID)
	if err != nil {
		return nil, err
	}
	out := make([]guarantorView, 0, len(parties))
	j, known := countries.For(f.Case.Country, f.Case.Region)
	first := law.Clock{}
	if known {
		first = j.Limitation(f.Case.Claim, nil)
	}
	if len(parties) == 0 || first.Anchor.IsZero() {
		return out, nil
	}
	owing := []law.Owing{{Party: "debtor", Bond: law.MainDebtor}}
	for n := range parties {
		owing = append(owing, law.Owing{Party: fmt.Sprintf("guarantor-%d", n+1), Bond: law.Guarantor})
	}
	acts := make([]law.PartyAct, len(f.Case.Acts))
	for i, a := range f.Case.Acts {
		acts[i] = law.PartyAct{Act: a, Party: "debtor"}
	}
	clocks, ok := j.Several(first.Rule, first.Anchor, owing, acts)
	if !ok {
		return nil, fmt.Errorf("case %s: the law of %s has no rule %s", f.Case.ID, j.Code, first.Rule)
	}
	for n, k := range clocks[1:] {
		v := guarantorView{Name: parties[n].Name, Bond: k.Bond, LastDay: k.LastDay, PrescribedFrom: k.PrescribedFrom, Cautious: k.Cautious,
			Acts: make([]guarantorAct, len(k.Acts)), Flags: some(k.Flags), FlagsWords: law.Explained(k.Flags, to.lang), AskPerson: k.AskPerson}
		for i, e := range k.Acts {
			v.Acts[i] = guarantorAct{ActEffect: e}
			if e.Flag != "" {
				v.Acts[i].FlagWords = flagWords(e.Flag, to.lang)
			}
		}
		out = append(out, v)
	}
	return out, nil
}
