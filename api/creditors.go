package api

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/ident"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

type creditorRequest struct {
	Name       string                `json:"name"`
	LegalName  string                `json:"legal_name"`
	Kind       law.Party             `json:"kind"`
	TaxID      string                `json:"tax_id"`
	Country    string                `json:"country"`
	Address    address               `json:"address"`
	IBAN       string                `json:"iban"`
	Email      string                `json:"email"`
	Phone      string                `json:"phone"`
	Brand      record.Brand          `json:"brand"`
	Limits     record.CreditorLimits `json:"limits"`
	Strategies map[string]string     `json:"strategies"`
}

// creditorView is a creditor, with the address as submissions write it.
type creditorView struct {
	record.Creditor
	Street     *string `json:"street,omitempty"`
	PostalCode *string `json:"postal_code,omitempty"`
	City       *string `json:"city,omitempty"`
	Address    address `json:"address"`
}

func creditorOf(k record.Creditor) creditorView {
	return creditorView{Creditor: k, Address: address{Street: k.Street, PostalCode: k.PostalCode, City: k.City, Country: k.Country}}
}

func (s *server) listCreditors(ctx context.Context, c *call) (answer, error) {
	after, limit, err := c.paging()
	if err != nil {
		return answer{}, err
	}
	if c.key.Role == debt.Creditor {
		own, err := s.Creditors.Creditor(ctx, c.key.Creditor)
		if err != nil {
			return answer{}, err
		}
		return ok(page[creditorView]{Items: []creditorView{creditorOf(own)}})
	}
	all, err := s.Creditors.Creditors(ctx, after, limit)
	if err != nil {
		return answer{}, err
	}
	return ok(pageOf(all, limit, func(k record.Creditor) string { return k.ID }, creditorOf))
}

func (s *server) showCreditor(_ context.Context, c *call) (answer, error) {
	return ok(creditorOf(c.creditor))
}

func (s *server) addCreditor(ctx context.Context, c *call) (answer, error) {
	k, err := s.saveCreditor(ctx, c, "")
	if err != nil {
		return answer{}, err
	}
	return created(creditorOf(k))
}

func (s *server) changeCreditor(ctx context.Context, c *call) (answer, error) {
	k, err := s.saveCreditor(ctx, c, c.id())
	if err != nil {
		return answer{}, err
	}
	return ok(creditorOf(k))
}

func (s *server) saveCreditor(ctx context.Context, c *call, id string) (record.Creditor, error) {
	in, err := decode[creditorRequest](c)
	if err != nil {
		return record.Creditor{}, err
	}
	k := record.Creditor{
		ID: id, Name: in.Name, LegalName: in.LegalName, Kind: in.Kind, TaxID: in.TaxID, Country: in.Country,
		Street: in.Address.Street, PostalCode: in.Address.PostalCode, City: in.Address.City,
		IBAN: in.IBAN, Email: in.Email, Phone: in.Phone, Brand: in.Brand, Limits: in.Limits, Strategies: in.Strategies,
	}
	var wrong []error
	wrong = append(wrong, normalCreditor(&k)...)
	all, err := s.Strategies.Strategies(ctx)
	if err != nil {
		return k, err
	}
	for _, segment := range slices.Sorted(maps.Keys(k.Strategies)) {
		if no := unsuited(segment, pick(all, k.Strategies[segment])); no != nil {
			wrong = append(wrong, no)
		}
	}
	if len(wrong) > 0 {
		return k, errors.Join(wrong...)
	}
	return s.Creditors.SaveCreditor(ctx, k)
}

// unsuited says why a strategy is not for a segment, which is a country and a
// kind of debtor: ES/business. A public debtor is treated as a business.
func unsuited(segment string, st *strategy.Strategy) error {
	no := func(rule, detail string) error {
		return &debt.Refusal{Field: "strategies." + segment, Rule: rule, Detail: detail}
	}
	country, kind, _ := strings.Cut(segment, "/")
	debtor := law.Party(kind)
	if debtor == law.Public {
		debtor = law.Business
	}
	switch {
	case st == nil:
		return no("strategy_unknown", "there is no such strategy")
	case st.Country != country || st.Debtor != debtor:
		return no("strategy_unfit", fmt.Sprintf("%s is for %s/%s; a segment is a country and a kind of debtor, such as ES/business", st.Ref(), st.Country, st.Debtor))
	}
	return nil
}

// normalCreditor puts identifiers into their normal form, and lists those that
// have none.
func normalCreditor(k *record.Creditor) []error {
	var wrong []error
	check := func(field, rule string, value *string, normal func(string) (string, error)) {
		if *value == "" {
			return
		}
		v, err := normal(*value)
		if err != nil {
			wrong = append(wrong, &debt.Refusal{Field: field, Rule: rule, Detail: field + ": " + err.Error()})
			return
		}
		*value = v
	}
	check("tax_id", "tax_id_invalid", &k.TaxID, func(v string) (string, error) { return ident.TaxID(k.Country, v) })
	check("iban", "iban_invalid", &k.IBAN, ident.IBAN)
	check("email", "email_invalid", &k.Email, ident.Email)
	check("phone", "phone_invalid", &k.Phone, func(v string) (string, error) { return ident.Phone(v, k.Country) })
	check("brand.from_email", "email_invalid", &k.Brand.FromEmail, ident.Email)
	if _, err := calendar.PlaceOf(k.Country, k.PostalCode, ""); err != nil {
		wrong = append(wrong, &debt.Refusal{Field: "address.postal_code", Rule: "place_unknown", Detail: err.Error()})
	}
	return wrong
}

// changeBrand lets a creditor say how their messages look and sign. From where
// they are sent stays the operator's to say, who answers for it.
func (s *server) changeBrand(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		Sender    string `json:"sender"`
		Color     string `json:"color"`
		Signature string `json:"signature"`
		Footer    string `json:"footer"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	k := c.creditor
	k.Brand.Sender, k.Brand.Color, k.Brand.Signature, k.Brand.Footer = in.Sender, in.Color, in.Signature, in.Footer
	if k, err = s.Creditors.SaveCreditor(ctx, k); err != nil {
		return answer{}, err
	}
	return ok(creditorOf(k))
}

// keyView is an API key with its secret, which is shown once.
type keyView struct {
	record.Key
	Secret string `json:"secret,omitempty"`
}

// newKey makes a key. Its secret is in this answer alone: what is remembered
// under the Idempotency-Key goes without it.
func (s *server) newKey(ctx context.Context, k record.Key) (answer, error) {
	k, secret, err := s.Keys.NewKey(ctx, k)
	if err != nil {
		return answer{}, err
	}
	a, _ := created(keyView{Key: k, Secret: secret})
	a.keep = keyView{Key: k}
	return a, nil
}

// findKey finds a key of a creditor, or of anybody where none is given.
func (s *server) findKey(ctx context.Context, creditor, id string) (record.Key, error) {
	all, err := s.Keys.Keys(ctx, creditor)
	if err != nil {
		return record.Key{}, err
	}
	i := slices.IndexFunc(all, func(k record.Key) bool { return k.ID == id })
	if i < 0 {
		return record.Key{}, notFound()
	}
	return all[i], nil
}

// rotate makes a new key like an old one, which ends. Where the same request
// made the new one before and died on the way, it goes on from there.
func (s *server) rotate(ctx context.Context, creditor, id string) (answer, error) {
	old, err := s.findKey(ctx, creditor, id)
	if err != nil {
		return answer{}, err
	}
	_, err = s.findKey(ctx, creditor, record.Made(ctx))
	if begun := err == nil; !old.Revoked.IsZero() && !begun {
		return answer{}, &debt.Refusal{Rule: "key_revoked", Detail: "key " + id + " was revoked: make a new one", Conflict: true}
	}
	a, err := s.newKey(ctx, record.Key{Role: old.Role, Creditor: old.Creditor, Firm: old.Firm, Label: old.Label})
	if err != nil {
		return answer{}, err
	}
	return a, s.Keys.RevokeKey(ctx, id)
}

func (s *server) revoke(ctx context.Context, creditor, id string) (answer, error) {
	if _, err := s.findKey(ctx, creditor, id); err != nil {
		return answer{}, err
	}
	if err := s.Keys.RevokeKey(ctx, id); err != nil {
		return answer{}, err
	}
	k, err := s.findKey(ctx, creditor, id)
	if err != nil {
		return answer{}, err
	}
	return ok(k)
}

func (s *server) showKeys(ctx context.Context, creditor string) (answer, error) {
	all, err := s.Keys.Keys(ctx, creditor)
	if err != nil {
		return answer{}, err
	}
	return ok(page[record.Key]{Items: some(all)})
}

func (s *server) listCreditorKeys(ctx context.Context, c *call) (answer, error) {
	return s.showKeys(ctx, c.id())
}

func (s *server) addCreditorKey(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		Label string `json:"label"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	return s.newKey(ctx, record.Key{Role: debt.Creditor, Creditor: c.id(), Label: in.Label})
}

func (s *server) rotateCreditorKey(ctx context.Context, c *call) (answer, error) {
	return s.rotate(ctx, c.id(), c.path["key"])
}

func (s *server) revokeCreditorKey(ctx context.Context, c *call) (answer, error) {
	return s.revoke(ctx, c.id(), c.path["key"])
}

func (s *server) listKeys(ctx context.Context, _ *call) (answer, error) { return s.showKeys(ctx, "") }

func (s *server) addKey(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		Role     debt.Role `json:"role"`
		Creditor string    `json:"creditor_id"`
		Firm     string    `json:"firm_id"`
		Label    string    `json:"label"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	if in.Role == debt.Lawyer && in.Firm != "" {
		firms, err := s.Firms.Firms(ctx)
		if err != nil {
			return answer{}, err
		}
		if !slices.ContainsFunc(firms, func(f record.Firm) bool { return f.ID == in.Firm }) {
			return answer{}, &debt.Refusal{Field: "firm_id", Rule: "key_scope", Detail: "there is no such firm"}
		}
	}
	return s.newKey(ctx, record.Key{Role: in.Role, Creditor: in.Creditor, Firm: in.Firm, Label: in.Label})
}

func (s *server) rotateKey(ctx context.Context, c *call) (answer, error) {
	return s.rotate(ctx, "", c.path["key"])
}

func (s *server) revokeKey(ctx context.Context, c *call) (answer, error) {
	return s.revoke(ctx, "", c.path["key"])
}
