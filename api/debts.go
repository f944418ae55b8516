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

// debtRequest is a debt as a creditor submits it.
type debtRequest struct {
	Creditor     string         `json:"creditor_id"`
	Reference    string         `json:"reference"`
	Country      string         `json:"country"`
	Region       string         `json:"region"`
	Claim        law.ClaimKind  `json:"claim"`
	Principal    money.Amount   `json:"principal"`
	Issued       calendar.Date  `json:"issued_on"`
	Due          calendar.Date  `json:"due_on"`
	Provided     calendar.Date  `json:"provided_on"`
	TaxPoint     calendar.Date  `json:"tax_point"`
	Demanded     calendar.Date  `json:"demanded_on"`
	Contracted   calendar.Date  `json:"contracted_on"`
	ContractRate *money.Rate    `json:"contract_rate"`
	Debtor       partyRequest   `json:"debtor"`
	Guarantors   []partyRequest `json:"guarantors"`
	Capacity     debt.Capacity  `json:"capacity"`
	Strategy     string         `json:"strategy"`
	Earlier      earlierRequest `json:"earlier"`
}

// partyRequest is a debtor or guarantor.
type partyRequest struct {
	Reference string              `json:"reference"`
	Kind      law.Party           `json:"kind"`
	Name      string              `json:"name"`
	TaxID     string              `json:"tax_id"`
	Language  string              `json:"language"`
	TimeZone  string              `json:"time_zone"`
	Address   address             `json:"address"`
	Contacts  []debt.ContactPoint `json:"contacts"`
	Joint     *bool               `json:"joint"` // of a guarantor
}

// earlierRequest is what happened to an old debt before it was submitted.
type earlierRequest struct {
	Payments []paymentRequest      `json:"payments"`
	Contacts []debt.EarlierContact `json:"contacts"`
	Acts     []law.Act             `json:"acts"`
}

func (p partyRequest) party() debt.Party {
	return debt.Party{
		Reference: p.Reference, Kind: p.Kind, Name: p.Name, TaxID: p.TaxID, Language: p.Language, TimeZone: p.TimeZone,
		Street: p.Address.Street, PostalCode: p.Address.PostalCode, City: p.Address.City, Country: p.Address.Country,
		Contacts: p.Contacts, Joint: p.Joint,
	}
}

func (in debtRequest) submission(creditor law.Party) debt.Submission {
	s := debt.Submission{
		Creditor: in.Creditor, Reference: in.Reference, Country: in.Country, Region: in.Region,
		Claim: law.Claim{
			Kind: in.Claim, Creditor: creditor, Debtor: in.Debtor.Kind, Issued: in.Issued, Due: in.Due, Provided: in.Provided,
			TaxPoint: in.TaxPoint, Demanded: in.Demanded, Contracted: in.Contracted, ContractRate: in.ContractRate,
		},
		Principal: in.Principal, Debtor: in.Debtor.party(), Capacity: in.Capacity, Strategy: in.Strategy,
		Earlier: debt.Earlier{Acts: in.Earlier.Acts, Contacts: in.Earlier.Contacts},
	}
	for _, g := range in.Guarantors {
		s.Guarantors = append(s.Guarantors, g.party())
	}
	for _, p := range in.Earlier.Payments {
		s.Earlier.Payments = append(s.Earlier.Payments, p.fact())
	}
	return s
}

// preview is what would come of a submission.
type preview struct {
	caseView
	DryRun bool     `json:"dry_run"`
	Steps  []action `json:"steps"`
}

// openDebt takes a debt in: 201 for a new case, 200 where the same submission
// opened it before.
func (s *server) openDebt(ctx context.Context, c *call) (answer, error) {
	in, err := decode[debtRequest](c)
	if err != nil {
		return answer{}, err
	}
	if in.Creditor, err = c.ofCreditor(in.Creditor); err != nil {
		return answer{}, err
	}
	owed, err := s.owed(ctx, in.Creditor)
	if err != nil {
		return answer{}, err
	}
	submission := in.submission(owed.Kind)
	if c.dry() {
		f, steps, err := s.Door.Preview(ctx, submission)
		if err != nil {
			return answer{}, err
		}
		p := preview{caseView: viewOf(f, c.reader()), DryRun: true, Steps: actionsOf(steps, f, c.reader())}
		if f.Created {
			p.ID = "" // it is kept by nothing
		}
		return ok(p)
	}
	f, err := s.Door.Open(ctx, submission, c.by())
	if err != nil {
		return answer{}, err
	}
	if !f.Created {
		return ok(viewOf(f, c.reader()))
	}
	s.wake(ctx, f.Case.ID)
	return created(viewOf(f, c.reader()))
}

// owed gives the creditor that a submission or an import names.
func (s *server) owed(ctx context.Context, id string) (record.Creditor, error) {
	if id == "" {
		return record.Creditor{}, refuse(http.StatusUnprocessableEntity, "missing", "creditor_id", "creditor_id is missing: this key is no creditor's own")
	}
	k, err := s.Creditors.Creditor(ctx, id)
	if p := problemOf(err); err != nil && p.Status == http.StatusNotFound {
		return k, refuse(http.StatusUnprocessableEntity, "creditor_unknown", "creditor_id", "there is no such creditor")
	}
	return k, err
}
