package debt

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/ident"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// Languages lists the languages that letters are written in.
var Languages = []string{"es", "fr", "pt", "en"}

// Channels lists the channels of a contact point. A phone takes calls and SMS.
var Channels = []string{"email", "phone", "whatsapp"}

// countryLanguage is the language of letters where the debtor's is not known.
var countryLanguage = map[string]string{"ES": "es", "FR": "fr", "PT": "pt"}

// foral are the regions of Spain with a civil law of their own.
var foral = []string{"CT", "NC", "AR", "IB", "GA", "PV"}

// regions are those that may be named, by country: those of Spain's common law
// too, for a debtor who lives elsewhere.
var regions = map[string][]string{"ES": append(slices.Clone(foral),
	"AN", "AS", "CN", "CB", "CL", "CM", "CE", "EX", "MD", "ML", "MC", "RI", "VC")}

// Normal returns the submission with spaces trimmed, codes in their case, and
// tax ids, phones and e-mail addresses in their normal form where they have one.
func (s Submission) Normal() Submission {
	s.Reference = strings.TrimSpace(s.Reference)
	s.Country, s.Region = upper(s.Country), upper(s.Region)
	if s.Capacity == "" {
		s.Capacity = AsCreditor
	}
	if s.Claim.Creditor == "" {
		s.Claim.Creditor = law.Business
	}
	s.Debtor = s.Debtor.normal(s.Country)
	s.Claim.Debtor = s.Debtor.Kind
	guarantors := slices.Clone(s.Guarantors)
	for i := range guarantors {
		guarantors[i] = guarantors[i].normal(s.Country)
	}
	s.Guarantors = guarantors
	return s
}

func upper(s string) string { return strings.ToUpper(strings.TrimSpace(s)) }

func (p Party) normal(country string) Party {
	p.Reference, p.Name = strings.TrimSpace(p.Reference), strings.TrimSpace(p.Name)
	p.Country = upper(p.Country)
	if p.Country == "" {
		p.Country = country
	}
	if p.Language == "" {
		p.Language = countryLanguage[p.Country]
	}
	if p.Language == "" {
		p.Language = countryLanguage[country]
	}
	if id, err := ident.TaxID(p.Country, p.TaxID); err == nil && p.TaxID != "" {
		p.TaxID = id
	}
	contacts := make([]ContactPoint, 0, len(p.Contacts))
	for _, c := range p.Contacts {
		if v, err := c.normal(p.Country); err == nil {
			c.Value = v
		}
		if !slices.Contains(contacts, c) {
			contacts = append(contacts, c)
		}
	}
	p.Contacts = contacts
	return p
}

// normal gives the address or number in the form in which it is kept.
func (c ContactPoint) normal(country string) (string, error) {
	switch c.Channel {
	case "email":
		return ident.Email(c.Value)
	case "phone", "whatsapp":
		return ident.Phone(c.Value, country)
	}
	return "", fmt.Errorf("channel must be one of %s", law.Listed(Channels))
}

// NormalPoint gives a contact point in the form in which it is kept; country
// says how to read a national number. The error names what is wrong.
func NormalPoint(c ContactPoint, country string) (ContactPoint, error) {
	v, err := c.normal(country)
	if err != nil {
		return c, &Refusal{Field: "value", Rule: "contact_invalid", Detail: err.Error()}
	}
	c.Value = v
	return c, nil
}

// Validate checks a normal submission by itself: it returns all that is wrong,
// each with its field, and nothing where it may be opened. today is the day at
// the creditor's.
func (s Submission) Validate(today calendar.Date) []*Refusal {
	v := &faults{}
	v.text("reference", s.Reference, 1, 100)
	v.check(countryLanguage[s.Country] != "", "country", "country_unknown", "country must be ES, FR or PT")
	v.check(s.Region == "" || slices.Contains(regions[s.Country], s.Region), "region", "region_unknown",
		"region must be a region whose civil law governs: for ES one of %s", law.Listed(regions["ES"]))
	v.check(slices.Contains([]Capacity{AsCreditor, AsThirdParty, AsPurchaser}, s.Capacity), "capacity", "capacity_unknown",
		"capacity must be creditor, third_party or purchaser")
	v.check(slices.Contains(law.ClaimKinds, s.Claim.Kind), "claim", "claim_unknown", "claim must be one of %s", law.Listed(law.ClaimKinds))
	v.check(money.Known(s.Principal.Currency), "principal.currency", "currency_unknown", "currency must be an ISO 4217 code such as EUR")
	v.check(s.Principal.Cents > 0, "principal.amount", "amount_not_positive", "principal must be more than zero")
	v.check(s.Principal.Cents <= 100_000_000_000_00, "principal.amount", "amount_too_large", "principal must be at most 100000000000.00")
	v.days(s.Claim, today)
	if r := s.Claim.ContractRate; r != nil {
		v.check(*r >= 0 && *r <= 100*money.Percent, "contract_rate", "rate_range", "contract_rate is a percentage from 0 to 100")
	}
	v.party("debtor", s.Debtor, true)
	for i, g := range s.Guarantors {
		v.party(fmt.Sprintf("guarantors[%d]", i), g, false)
	}
	v.earlier(s, today)
	return v.found
}

// faults gathers what is wrong with a submission.
type faults struct{ found []*Refusal }

func (v *faults) check(ok bool, field, rule, format string, args ...any) {
	if !ok {
		v.found = append(v.found, wrong(field, rule, format, args...))
	}
}

// text checks a text's length and that it holds no control characters.
func (v *faults) text(field, s string, least, most int) {
	n := len([]rune(s))
	if n < least && n == 0 {
		v.check(false, field, "missing", "%s is missing", field)
		return
	}
	v.check(n >= least && n <= most, field, "length", "%s must have %d to %d characters", field, least, most)
	v.check(!strings.ContainsFunc(s, misleads), field, "control_characters", "%s holds control characters", field)
}

// misleads reports whether a character is one that nobody sees: a control
// character, or one that turns the direction of what follows.
func misleads(r rune) bool {
	return unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// days checks the dates of a claim against each other and today.
func (v *faults) days(c law.Claim, today calendar.Date) {
	v.check(!c.Due.IsZero(), "due_on", "missing", "due_on is missing: without a due date no reminder has a day")
	v.check(!c.Issued.IsZero(), "issued_on", "missing", "issued_on is missing")
	if c.Due.IsZero() || c.Issued.IsZero() {
		return
	}
	v.check(!c.Due.Before(c.Issued), "due_on", "due_before_issued", "due_on %s lies before issued_on %s", c.Due, c.Issued)
	v.check(!c.Issued.After(today), "issued_on", "date_in_future", "issued_on %s lies in the future", c.Issued)
	v.check(!c.Due.After(today.AddYears(5)), "due_on", "due_too_far", "due_on lies more than five years ahead")
	v.check(c.Issued.After(calendar.Day(1989, time.December, 31)), "issued_on", "date_too_old", "issued_on lies before 1990")
	v.check(!c.Provided.After(c.Due.AddYears(1)), "provided_on", "date_range", "provided_on lies more than a year after due_on")
	v.check(!c.Demanded.After(today), "demanded_on", "date_in_future", "demanded_on %s lies in the future", c.Demanded)
	v.check(c.Demanded.IsZero() || !c.Demanded.Before(c.Issued), "demanded_on", "before_issue", "demanded_on lies before issued_on %s", c.Issued)
	v.check(!c.Contracted.After(today), "contracted_on", "date_in_future", "contracted_on %s lies in the future", c.Contracted)
	v.check(c.Contracted.IsZero() || !c.Contracted.After(c.Due), "contracted_on", "date_range", "contracted_on lies after due_on %s", c.Due)
	v.check(c.Provided.IsZero() || !c.Provided.After(today), "provided_on", "date_in_future", "provided_on %s lies in the future", c.Provided)
}

func (v *faults) party(at string, p Party, debtor bool) {
	v.text(at+".name", p.Name, 1, 200)
	v.text(at+".reference", p.Reference, 0, 100)
	v.check(!debtor || p.Reference != "", at+".reference", "missing", "%s.reference is missing: your own number for the debtor", at)
	v.check(p.Kind == law.Business || p.Kind == law.Consumer || p.Kind == law.Public, at+".kind", "kind_unknown", "kind must be business, consumer or public")
	v.check(slices.Contains(Languages, p.Language), at+".language", "language_unknown", "language must be one of %s", law.Listed(Languages))
	v.check(len(p.Country) == 2, at+".address.country", "country_unknown", "country must be an ISO 3166 code such as ES")
	v.text(at+".address.street", p.Street, 0, 200)
	v.text(at+".address.city", p.City, 0, 100)
	v.text(at+".address.postal_code", p.PostalCode, 0, 12)
	v.check(p.PostalCode == "" || calendar.PostalCode(p.Country, p.PostalCode), at+".address.postal_code", "postal_code_invalid", "there is no such postal code in %s", p.Country)
	if p.TaxID != "" {
		_, err := ident.TaxID(p.Country, p.TaxID)
		v.check(err == nil, at+".tax_id", "tax_id_invalid", "tax_id: %v", err)
	}
	if _, err := calendar.PlaceOf(p.Country, p.PostalCode, p.TimeZone); err != nil {
		field := at + ".time_zone"
		if p.TimeZone == "" {
			field = at + ".address.postal_code"
		}
		v.check(false, field, "place_unknown", "%v", err)
	}
	v.check(!debtor || len(p.Contacts) > 0, at+".contacts", "no_contact", "give at least one way to reach the debtor: email, phone or whatsapp")
	v.check(len(p.Contacts) <= 20, at+".contacts", "too_many", "at most 20 contact points")
	for i, c := range p.Contacts {
		_, err := c.normal(p.Country)
		v.check(err == nil, fmt.Sprintf("%s.contacts[%d]", at, i), "contact_invalid", "%v", err)
	}
}

// earlier checks what an old portfolio says has happened already.
func (v *faults) earlier(s Submission, today calendar.Date) {
	for i, p := range s.Earlier.Payments {
		at := fmt.Sprintf("earlier.payments[%d]", i)
		v.check(p.Amount.Cents > 0, at+".amount", "amount_not_positive", "amount must be more than zero")
		v.check(p.Amount.Currency == s.Principal.Currency, at+".amount", "other_currency", "the debt is in %s", s.Principal.Currency)
		v.check(!p.Received.IsZero() && !p.Received.After(today), at+".received_on", "date_in_future", "received_on is missing or lies in the future")
		v.check(p.Received.IsZero() || !p.Received.Before(s.Claim.Issued.AddYears(-1)), at+".received_on", "before_issue", "the claim was issued on %s", s.Claim.Issued)
	}
	for i, a := range s.Earlier.Acts {
		at := fmt.Sprintf("earlier.acts[%d]", i)
		v.check(slices.Contains(law.ActTypes, a.Type), at+".type", "act_type_unknown", "type must be one of %s", law.Listed(law.ActTypes))
		v.check(a.End.IsZero() || !a.End.Before(a.Date), at+".end", "end_before_start", "end lies before date")
		v.check(a.End.IsZero() || law.Lasts(a.Type) || !slices.Contains(law.ActTypes, a.Type), at+".end", "end_none", "%s is done in a day: it has no end", a.Type)
		v.check(!a.Date.IsZero() && !a.Date.After(today), at+".date", "date_in_future", "date is missing or lies in the future")
	}
	for i, c := range s.Earlier.Contacts {
		at := fmt.Sprintf("earlier.contacts[%d]", i)
		v.check(slices.Contains([]string{"email", "sms", "whatsapp", "phone"}, c.Channel), at+".channel", "channel_unknown", "channel must be email, sms, whatsapp or phone")
		v.check(!c.On.IsZero() && !c.On.After(today), at+".on", "date_in_future", "on is missing or lies in the future")
	}
}

// IDs are the ids under which a submission is kept.
type IDs struct{ Case, Debtor, Person string }

// Opening is the first fact of the case of a submission: its terms, pinned to
// a strategy version, and the stage it begins in on a day at the debtor's.
func (s Submission) Opening(ids IDs, strategy string, today calendar.Date) CaseOpened {
	stage, claim := Upcoming, s.Claim
	if at, err := calendar.PlaceOf(s.Debtor.Country, s.Debtor.PostalCode, ""); err == nil && s.Region == "" && s.Country == "ES" {
		if home, ok := strings.CutPrefix(at.Region, "ES-"); ok && slices.Contains(foral, home) {
			claim.Home = home
		}
	}
	if today.After(s.Claim.Due) {
		stage = FriendlyContact
	}
	return CaseOpened{
		Case: Case{
			ID: ids.Case, Creditor: s.Creditor, Debtor: ids.Debtor, Person: ids.Person, Reference: s.Reference,
			Country: s.Country, Region: s.Region, Claim: claim, Capacity: s.Capacity, Principal: s.Principal,
			Strategy: strategy, Language: s.Debtor.Language,
		},
		Stage: stage,
		Acts:  s.Earlier.toProve(),
	}
}

// toProve are the acts of before, none of them proved yet.
func (e Earlier) toProve() []law.Act {
	out := named(e.Acts)
	for i := range out {
		out[i].Unproved = true
	}
	return out
}

// named gives those acts of before that name no paper, and so are not proved, a
// name by which their documents can be put behind them. On old records they
// stand as they were given.
func named(acts []law.Act) []law.Act {
	out := slices.Clone(acts)
	for i := range out {
		if a := &out[i]; a.Ref == "" {
			a.Ref, a.Unproved = fmt.Sprintf("%s%d", EarlierAct, i+1), true
		}
	}
	return out
}

// EarlierAct begins the name of an act of before that the submission gave none.
const EarlierAct = "earlier-"
