package api

import (
	"context"

	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/law/question"
	"github.com/recobro/recobro/record"
)

// guarantorView is a guarantor, with the limitation of the claim against them.
type guarantorView struct {
	Name string `json:"name"`
	question.Guarantee
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
		bonds[i] = question.Guarantor{Joint: p.Joint}.Bond()
	}
	for n, g := range question.Guarantees(j.GuaranteesOf(f.Case.Claim, f.Case.LawActs(), bonds), to.lang) {
		out = append(out, guarantorView{Name: parties[n].Name, Guarantee: g})
	}
	return out, nil
}
