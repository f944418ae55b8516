// Package demo shows Recobro at work: it loads a portfolio of debts that look
// real, plays the debtors, agents and lawyers, and lets the time machine run
// through eighteen months on the real server, database and activities.
package demo

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
)

// portfolio is made by demo/gen.
//
//go:embed portfolio.csv
var portfolio string

// row is one debt of the portfolio: days count from the demonstration's first.
type row struct {
	submission  debt.Submission
	creditor    string // alias
	issued, due int
	behaviour   string
	late        int
}

// creditors are the firms of the portfolio, by alias.
var creditors = map[string]record.Creditor{
	"suministros": {Name: "Suministros Duero", LegalName: "Suministros Industriales Duero SL", TaxID: "B58818501", Country: "ES", PostalCode: "47001",
		City: "Valladolid", Street: "Calle Santiago 12", IBAN: "ES9121000418450200051332", Email: "cobros@suministros.example.com", Phone: "+34983000001"},
	"asesoria": {Name: "Asesoría Levante", LegalName: "Asesoría Fiscal Levante SLP", Country: "ES", PostalCode: "46002",
		City: "València", Street: "Carrer de la Pau 3", IBAN: "ES9121000418450200051332", Email: "facturacion@asesoria.example.com", Phone: "+34960000001"},
	"fournitures": {Name: "Fournitures Garonne", LegalName: "Fournitures Garonne SAS", Country: "FR", PostalCode: "33000",
		City: "Bordeaux", Street: "rue Sainte-Catherine 40", IBAN: "FR1420041010050500013M02606", Email: "relance@fournitures.example.com", Phone: "+33199001122"},
	"energia": {Name: "Energia Douro", LegalName: "Energia Douro Lda", Country: "PT", PostalCode: "4000-069",
		City: "Porto", Street: "Rua de Santa Catarina 100", IBAN: "PT50000201231234567890154", Email: "cobrancas@energia.example.com", Phone: "+351220000001"},
}

// The firm that collects in the demonstration, as letters name it.
const (
	Collector        = "Gestión Recobro Demo SL"
	CollectorAddress = "Calle de Alcalá 1, 28014 Madrid, ES"
)

// firms are the law firms that take the portfolio's cases.
var firms = []record.Firm{
	{Name: "Bufete Arlanza", Email: "casos@bufete.example.com", Countries: []string{"ES"}, Active: true},
	{Name: "Cabinet Lavoisier", Email: "dossiers@cabinet.example.com", Countries: []string{"FR"}, Active: true},
	{Name: "Sociedade Tejo Advogados", Email: "processos@tejo.example.com", Countries: []string{"PT"}, Active: true},
}

// read gives the rows of the portfolio, in the file's order.
func read() ([]row, error) {
	lines, err := csv.NewReader(strings.NewReader(portfolio)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read the portfolio: %w", err)
	}
	at := map[string]int{}
	for n, name := range lines[0] {
		at[name] = n
	}
	out := make([]row, 0, len(lines)-1)
	for n, cells := range lines[1:] {
		r, err := parse(func(name string) string { return cells[at[name]] })
		if err != nil {
			return nil, fmt.Errorf("read row %d of the portfolio: %w", n+2, err)
		}
		out = append(out, r)
	}
	return out, nil
}

func parse(cell func(string) string) (row, error) {
	amount, err := money.Parse(cell("principal"), "EUR")
	if err != nil {
		return row{}, err
	}
	r := row{creditor: cell("creditor"), behaviour: cell("behaviour")}
	for name, to := range map[string]*int{"issued": &r.issued, "due": &r.due, "late": &r.late} {
		if *to, err = strconv.Atoi(cell(name)); err != nil {
			return row{}, err
		}
	}
	contacts := []debt.ContactPoint{{Channel: "email", Value: cell("email")}}
	if p := cell("phone"); p != "" {
		contacts = append(contacts, debt.ContactPoint{Channel: "phone", Value: p})
	}
	r.submission = debt.Submission{
		Reference: cell("reference"), Country: cell("country"), Region: cell("region"), Principal: amount, Capacity: debt.AsThirdParty,
		Claim: law.Claim{Kind: law.ClaimKind(cell("claim"))},
		Debtor: debt.Party{Reference: cell("debtor"), Kind: law.Party(cell("kind")), Name: cell("name"), TaxID: cell("tax_id"),
			Language: cell("language"), Street: cell("street"), PostalCode: cell("postal_code"), City: cell("city"),
			Country: cell("country"), Contacts: contacts},
	}
	return r, nil
}

// on gives the row's submission for a demonstration that begins on start.
func (r row) on(start calendar.Date, creditorID string) debt.Submission {
	s := r.submission
	s.Creditor = creditorID
	s.Claim.Issued, s.Claim.Due = start.AddDays(r.issued), start.AddDays(r.due)
	if r.issued < 0 {
		s.Claim.Provided = s.Claim.Issued
	}
	return s
}

// chance gives a number below n that is always the same for a seed.
func chance(n int, seed string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(seed))
	return int(h.Sum32()&0x7fffffff) % n
}
