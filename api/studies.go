package api

import (
	"context"
	"net/http"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
)

// Solvency asks somebody about a debtor's means: a bureau, a register. Where none
// is set up, what a person found out is given with the study.
type Solvency interface {
	Check(ctx context.Context, d record.Debtor) (debt.Solvency, error)
}

// studiesView is what was found out about whether a debt is worth pursuing, and
// what giving it up comes to.
type studiesView struct {
	Made    string       `json:"id,omitempty"`
	Studies []debt.Study `json:"studies"`
	// WriteOff is what is given up, or would be were the case closed today.
	WriteOff money.Amount `json:"write_off"`
	VAT      *vatWindow   `json:"vat"` // nil outside of Spain
}

// vatWindow is when the creditor may take the VAT of the invoice back; whether
// they may is asked of POST /v1/calculations/vat.
type vatWindow struct {
	From    calendar.Date  `json:"from"`
	Windows law.VATWindows `json:"windows"`
	Article string         `json:"article"`
	Status  law.Status     `json:"status"`
}

// study takes a person's finding, with what the record and the check know.
func (s *server) study(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		Finding  string         `json:"finding"`
		Review   calendar.Date  `json:"review_on"`
		Solvency *debt.Solvency `json:"solvency"`
		Close    bool           `json:"close"`
		Note     string         `json:"note"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	if in.Close && c.key.Role == debt.Agent {
		return answer{}, refuse(http.StatusForbidden, "role_forbidden", "close", "an agent's key may study a case, and not close it")
	}
	f := debt.StudyMade{Study: debt.Study{Finding: in.Finding, Review: in.Review, Close: in.Close}, Note: in.Note}
	if f.Study.Solvency, err = s.means(ctx, c, in.Solvency); err != nil {
		return answer{}, err
	}
	file, err := s.Door.Record(ctx, c.id(), c.eventKey(), c.by(), f)
	if err != nil {
		return answer{}, err
	}
	s.wake(ctx, c.id())
	v, err := s.studiesOf(ctx, file)
	v.Made = idOf(file.Made)
	if err != nil {
		return answer{}, err
	}
	return created(v)
}

// means is what a person says of the debtor's means, or who is asked.
func (s *server) means(ctx context.Context, c *call, given *debt.Solvency) (debt.Solvency, error) {
	if given != nil {
		given.Source = "manual"
		return *given, nil
	}
	if s.Solvency == nil {
		return debt.Solvency{}, nil
	}
	f, err := s.Cases.File(ctx, c.id())
	if err != nil {
		return debt.Solvency{}, err
	}
	return s.Solvency.Check(ctx, f.Debtor)
}

// listStudies shows the studies of a case.
func (s *server) listStudies(ctx context.Context, c *call) (answer, error) {
	v, err := s.studiesOf(ctx, c.file)
	if err != nil {
		return answer{}, err
	}
	return ok(v)
}

func (s *server) studiesOf(ctx context.Context, f record.File) (studiesView, error) {
	v := studiesView{Studies: some(f.Case.Studies), WriteOff: f.Balance}
	if f.Case.Outcome == debt.Uncollectable {
		entries, err := s.wholeTimeline(ctx, f.Case.ID)
		if err != nil {
			return v, err
		}
		for _, e := range entries {
			if closed, is := e.Data.(debt.CaseClosed); is {
				v.WriteOff = closed.WrittenOff
			}
		}
	}
	laws, err := s.Rates.Laws(ctx)
	if err != nil {
		return v, err
	}
	j, known := laws(f.Case.Country, f.Case.Region)
	if !known {
		return v, nil
	}
	point := f.Case.Claim.TaxPoint
	if point.IsZero() {
		point = f.Case.Claim.Issued
	}
	if r, is := j.RecoverVAT(law.VATFacts{TaxPoint: point, Due: f.Case.Claim.Due, SmallTurnover: true, Debtor: f.Case.Claim.Debtor}); is {
		v.VAT = &vatWindow{r.From, r.Windows, r.Article, r.Status}
	}
	return v, nil
}
