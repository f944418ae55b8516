// Package question answers one question about the law without a case: when a
// claim is time-barred, what interest it has borne. It reads what is asked,
// says which field cannot be, and answers with every line and article, flags in
// words, the arithmetic as it can be checked by hand, and what of it rests on
// rows that are still to confirm.
package question

import (
	"slices"
	"strings"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// Fault is a field of a question that cannot be as it is. Code is stable and
// names the rule; Detail does not repeat the value.
type Fault struct{ Field, Code, Detail string }

// Faults is every field of a question that is wrong, in order of the question.
type Faults []Fault

// Error names every field with what is wrong about it.
func (f Faults) Error() string {
	said := make([]string, len(f))
	for i, x := range f {
		said[i] = x.Detail
	}
	return strings.Join(said, "; ")
}

// add puts a fault on the list where on holds.
func (f *Faults) add(on bool, field, code, detail string) {
	if on {
		*f = append(*f, Fault{field, code, field + " " + detail})
	}
}

// err gives the faults as an error, nil where there is none.
func (f Faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// one refuses a word that is not in the list; an empty one where it must be
// there.
func one[T ~string](f *Faults, field string, v T, list []T) {
	if v == "" {
		f.add(true, field, "missing", "is missing")
		return
	}
	f.add(!slices.Contains(list, v), field, "not_one_of", "must be one of "+law.Listed(list))
}

// maybe is one for a word that may be left out.
func maybe[T ~string](f *Faults, field string, v T, list []T) {
	if v != "" {
		one(f, field, v, list)
	}
}

// Place is whose law is asked for.
type Place struct {
	Country string `json:"country"`
	Region  string `json:"region,omitempty"` // civil-law region, such as CT
}

// law finds the law of the place.
func (p Place) law(laws law.Places, f *Faults) *law.Jurisdiction {
	if p.Country == "" {
		f.add(true, "country", "missing", "is missing")
		return nil
	}
	if _, ok := laws(p.Country, ""); !ok || strings.Contains(p.Country, "-") {
		f.add(true, "country", "country_unknown", "must be one whose law is known: ES, FR or PT")
		return nil
	}
	j, ok := laws(p.Country, p.Region)
	f.add(!ok, "region", "region_unknown", "must be a region of the country")
	return j
}

// Claim is what a question tells of the debt. Each question asks for some of it.
type Claim struct {
	Kind         law.ClaimKind `json:"claim"`
	Creditor     law.Party     `json:"creditor,omitempty"` // a business where left out
	Debtor       law.Party     `json:"debtor"`
	Issued       calendar.Date `json:"issued_on,omitzero"`
	Due          calendar.Date `json:"due_on,omitzero"`
	Provided     calendar.Date `json:"provided_on,omitzero"`
	Contracted   calendar.Date `json:"contracted_on,omitzero"`
	Demanded     calendar.Date `json:"demanded_on,omitzero"` // first formal demand that reached the debtor
	ContractRate *money.Rate   `json:"contract_rate,omitempty"`
}

var parties = []law.Party{law.Business, law.Consumer, law.Public}

// check refuses what the claim lacks in every question.
func (c *Claim) check(f *Faults) {
	one(f, "claim", c.Kind, law.ClaimKinds)
	maybe(f, "creditor", c.Creditor, parties)
	one(f, "debtor", c.Debtor, parties)
	f.add(!c.Issued.IsZero() && !c.Due.IsZero() && c.Due.Before(c.Issued), "due_on", "due_before_issued", "must not lie before issued_on")
	if r := c.ContractRate; r != nil {
		f.add(*r < 0 || *r > highestRate, "contract_rate", "rate_range", "must lie between 0 and 100 percent a year")
	}
}

// highestRate is the highest agreed rate that is taken for one: 100 percent a
// year.
const highestRate money.Rate = 100_000_000

// claim gives what the tables want to know.
func (c *Claim) claim() law.Claim {
	return law.Claim{
		Kind: c.Kind, Creditor: c.Creditor, Debtor: c.Debtor, Issued: c.Issued, Due: c.Due, Provided: c.Provided,
		Contracted: c.Contracted, ContractRate: c.ContractRate, Demanded: c.Demanded,
	}
}
