package activitiestest

import (
	"fmt"
	"strings"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// capitals are where debtors live, so that holidays and hours are those of a
// real place.
var capitals = map[string]string{"ES": "28001", "FR": "75001", "PT": "1000-001"}

// New returns the file of a person in the capital of ES, FR or PT who is
// reached by every channel, without a case yet. now tells the business instant.
func New(country string, kind law.Party, now func() time.Time) (*File, error) {
	place, err := calendar.PlaceOf(country, capitals[country], "")
	if err != nil {
		return nil, fmt.Errorf("place a debtor in %s: %w", country, err)
	}
	return &File{
		Now:    now,
		Person: &strategy.Person{Place: place},
		Debtor: record.Debtor{ID: "debtor-1", Person: "person-1", Creditor: "creditor-1", Points: []record.Point{
			{ID: "point-1", Channel: "email", Value: "pagos@lorca.example", Valid: true},
			{ID: "point-2", Channel: "phone", Value: "+34600000001", Valid: true},
			{ID: "point-3", Channel: "whatsapp", Value: "+34600000002", Valid: true},
		}, Party: debt.Party{Kind: kind, Name: "Talleres Lorca", Language: strings.ToLower(country)}},
		Creditor: record.Creditor{
			ID: "creditor-1", Name: "Orea", LegalName: "Suministros Orea SL", TaxID: "B12345674", Country: country,
			Street: "Calle Mayor 1", PostalCode: "28013", City: "Madrid", IBAN: "ES9121000418450200051332",
			Email: "cobros@orea.example", Phone: "+34910000000",
			Brand: record.Brand{Sender: "Orea Facturación", FromEmail: "facturas@orea.example", FromSMS: "OREA"},
		},
	}, nil
}

// Open adds a debt of 1,250 € for services, with the country's shipped strategy
// and two law firms that could take it.
func (f *File) Open(id string, due calendar.Date) error {
	country, kind := f.Creditor.Country, f.Debtor.Party.Kind
	j, err := lawOf(country)
	if err != nil {
		return err
	}
	s, ok := strategy.NewLibrary().Pick(country, kind, "")
	if !ok {
		return fmt.Errorf("no strategy for %s", country)
	}
	claim := law.Claim{Kind: law.Services, Creditor: law.Business, Debtor: kind, Issued: due.AddDays(-30), Due: due, Provided: due.AddDays(-30)}
	c := &debt.Case{}
	f.add(c, debt.Actor{Role: debt.Creditor}, []debt.Fact{debt.CaseOpened{Stage: debt.Upcoming, Case: debt.Case{
		ID: id, Creditor: f.Creditor.ID, Debtor: f.Debtor.ID, Person: f.Debtor.Person, Reference: "F-2026-" + id,
		Country: country, Claim: claim, Capacity: debt.AsCreditor, Principal: money.EUR(125000), Strategy: s.Ref(),
	}}})
	f.Person.Cases = append(f.Person.Cases, strategy.Situation{
		Case: c, Strategy: s, Law: j, Reach: []string{"email", "sms", "whatsapp", "phone"}, Firms: []string{"firm-1", "firm-2"},
	})
	f.Terms = append(f.Terms, debt.Terms{Law: j, Limits: s.Rules(debt.Limits{}), Debtor: f.Person.Place, Home: f.Person.Place})
	return nil
}

// forever is after the end of every life that is played.
var forever = calendar.Day(2040, 12, 31)

// lawOf is the law of a country whose last rates go on: what is played here is
// paid in half-years that have none yet.
func lawOf(country string) (*law.Jurisdiction, error) {
	laws, err := law.WithOwn(countries.All(), law.Prolonged(countries.All(), forever))
	if err != nil {
		return nil, err
	}
	j, ok := laws[country]
	if !ok {
		return nil, fmt.Errorf("no law for %s", country)
	}
	return j, nil
}
