package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/jackc/pgx/v5"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/ident"
	"github.com/recobro/recobro/record"
)

// identity is one thing by which a debtor is known to be the same person.
type identity struct {
	kind string // tax, contact
	key  []byte
}

// identities are what a party is known by, each once, the tax id first. A
// contact point counts together with the name: a family or an office may share
// one. Two spellings of an address that differ in case are one.
func identities(p debt.Party) []identity {
	var out []identity
	add := func(kind string, parts ...string) {
		h := sha256.Sum256([]byte(kind + "\x00" + strings.Join(parts, "\x00")))
		if !slices.ContainsFunc(out, func(x identity) bool { return bytes.Equal(x.key, h[:]) }) {
			out = append(out, identity{kind, h[:]})
		}
	}
	if p.TaxID != "" {
		add("tax", p.Country, p.TaxID)
	}
	for _, c := range p.Contacts {
		add("contact", c.Channel, strings.ToLower(c.Value), plainName(p.Name))
	}
	return out
}

// plainName is a name without case, accents and punctuation.
func plainName(name string) string {
	t := transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
	s, _, err := transform.String(t, name)
	if err != nil {
		s = name
	}
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, " ")
}

// findDebtor finds or makes the debtor of a submission, and the person that
// links debtors of several creditors. What a known debtor is submitted with is
// the newest that is known of them; contact points are only ever added. Of a
// person made here nothing need be read back: the house is asked along.
func (s *Store) findDebtor(ctx context.Context, tx pgx.Tx, o *opening) error {
	known, err := scanDebtor(tx.QueryRow(ctx, `select `+debtorColumns+` from debtors d where creditor_id = $1 and reference = $2
		for no key update`, o.Creditor, o.Debtor.Reference))
	switch {
	case err == nil:
		return s.renewDebtor(ctx, tx, o, known)
	case !errors.Is(err, pgx.ErrNoRows):
		return fmt.Errorf("find debtor %s: %w", o.Debtor.Reference, err)
	}
	if err := s.findPerson(ctx, tx, o); err != nil {
		return err
	}
	var b pgx.Batch
	fresh := o.ids.Person == ""
	if fresh {
		o.ids.Person = newID()
		b.Queue(persons.insert, s.personRow(o)...)
	}
	if !o.trial {
		o.queueKeys(&b, identities(o.Debtor), fresh)
	}
	if !fresh {
		b.Queue(`select from persons where id = $1 for update`, o.ids.Person)
	}
	o.ids.Debtor = newID()
	b.Queue(debtors.insert, o.debtorRow()...)
	o.addPoints(&b)
	if fresh {
		o.house = new(house)
		o.house.ask(&b)
	}
	if err := run(ctx, tx, &b); err != nil {
		return overtaken(err)
	}
	if fresh {
		return o.house.know(ctx, s, tx)
	}
	return nil
}

// personRow is the row of the person of o, who is new.
func (s *Store) personRow(o *opening) []any {
	p := o.Debtor
	return []any{o.ids.Person, p.Country, p.PostalCode, p.TimeZone, s.place(p.Country, p.PostalCode, p.TimeZone).Zone().String(), o.now}
}

// debtorRow is the row of the debtor of o, who is new.
func (o *opening) debtorRow() []any {
	p := o.Debtor
	return []any{o.ids.Debtor, o.Creditor, o.ids.Person, p.Reference, string(p.Kind), p.Name, p.TaxID, p.Language, p.TimeZone,
		p.Street, p.PostalCode, p.City, p.Country, o.now}
}

// addPoints queues the contact points that the debtor has not got yet.
func (o *opening) addPoints(b *pgx.Batch) {
	o.newPoints()
	for _, p := range o.points {
		b.Queue(points.insert+" on conflict do nothing", p.ID, o.ids.Debtor, p.Channel, p.Value)
	}
}

// newPoints makes the contact points of the submission, each once: two
// spellings of an address that differ in case are one.
func (o *opening) newPoints() {
	o.points = nil
	for _, c := range o.Debtor.Contacts {
		same := func(p record.Point) bool { return p.Channel == c.Channel && strings.EqualFold(p.Value, c.Value) }
		if !slices.ContainsFunc(o.points, same) {
			o.points = append(o.points, record.Point{ID: newID(), Channel: c.Channel, Value: c.Value, Valid: true})
		}
	}
}

// renewDebtor keeps what is new about a known debtor, and their person's place
// where it moved; the submission goes on with what is known of them now.
func (s *Store) renewDebtor(ctx context.Context, tx pgx.Tx, o *opening, known *record.Debtor) error {
	o.ids.Debtor, o.ids.Person = known.ID, known.Person
	if err := contradictions(known.Party, o.Debtor); err != nil {
		return err
	}
	old, p := known.Party, newest(known.Party, o.given, o.Debtor)
	o.Debtor = p
	var b pgx.Batch
	if !o.trial {
		o.queueKeys(&b, identities(p), false)
	}
	b.Queue(`select from persons where id = $1 for update`, o.ids.Person)
	if said(p) != said(old) {
		b.Queue(`update debtors set name = $2, tax_id = $3, language = $4, time_zone = $5, street = $6, postal_code = $7,
			city = $8, country = $9 where id = $1`, o.ids.Debtor, p.Name, p.TaxID, p.Language, p.TimeZone, p.Street, p.PostalCode,
			p.City, p.Country)
	}
	if p.Country != old.Country || p.PostalCode != old.PostalCode || p.TimeZone != old.TimeZone {
		b.Queue(`update persons set country = $2, postal_code = $3, time_zone = $4, zone = $5 where id = $1`,
			o.ids.Person, p.Country, p.PostalCode, p.TimeZone, s.place(p.Country, p.PostalCode, p.TimeZone).Zone().String())
	}
	o.addPoints(&b)
	return overtaken(run(ctx, tx, &b))
}

// contradictions refuses a debtor who under a known reference is somebody else.
// Several numbers of one French company are one tax id.
func contradictions(known, p debt.Party) error {
	differs := func(field string) error {
		return &debt.Refusal{Field: "debtor." + field, Rule: "debtor_differs", Conflict: true,
			Detail: fmt.Sprintf("debtor %s is known with another %s: a debtor of one's own needs a reference of its own", p.Reference, field)}
	}
	var wrong []error
	if known.TaxID != "" && p.TaxID != "" && ident.Holder(known.Country, known.TaxID) != ident.Holder(p.Country, p.TaxID) {
		wrong = append(wrong, differs("tax_id"))
	}
	if known.Kind != p.Kind {
		wrong = append(wrong, differs("kind"))
	}
	return errors.Join(wrong...)
}

// newest is a known debtor with what a submission says of them: p in normal
// form, given as it came, since what was not given changes nothing. An address
// in another country replaces the whole of the old one.
func newest(known, given, p debt.Party) debt.Party {
	out := known
	out.Contacts = p.Contacts
	take := func(to *string, given, value string) {
		if given != "" {
			*to = value
		}
	}
	take(&out.Name, p.Name, p.Name)
	take(&out.TaxID, p.TaxID, p.TaxID)
	take(&out.Language, given.Language, p.Language)
	take(&out.TimeZone, p.TimeZone, p.TimeZone)
	take(&out.Country, given.Country+p.Street+p.PostalCode+p.City, p.Country)
	if out.Country != known.Country {
		out.Street, out.PostalCode, out.City = "", "", ""
		if p.TimeZone == "" {
			out.TimeZone = ""
		}
	}
	take(&out.Street, p.Street, p.Street)
	take(&out.PostalCode, p.PostalCode, p.PostalCode)
	take(&out.City, p.City, p.City)
	return out
}

// said is what creditors say of a debtor and may correct.
func said(p debt.Party) [8]string {
	return [8]string{p.Name, p.TaxID, p.Language, p.TimeZone, p.Street, p.PostalCode, p.City, p.Country}
}

// findPerson finds the person by tax id, or by a contact point and the name
// where no tax id says otherwise; else one is to be made. On trial only those are
// found whom the creditor knows: nobody learns of the debtors of others.
func (s *Store) findPerson(ctx context.Context, tx pgx.Tx, o *opening) error {
	ids := identities(o.Debtor)
	keys := make([][]byte, len(ids))
	for i, x := range ids {
		keys[i] = x.key
	}
	rows, err := tx.Query(ctx, `select k.kind, k.person_id, exists (select from person_keys t where t.person_id = k.person_id and t.kind = 'tax')
		from person_keys k where k.key = any($1)
			and (not $2 or exists (select from debtors d where d.person_id = k.person_id and d.creditor_id = $3))
		order by k.kind desc, k.person_id`, keys, o.trial, o.Creditor)
	if err != nil {
		return fmt.Errorf("find the person: %w", err)
	}
	var kind, id string
	var taxed bool
	_, err = pgx.ForEachRow(rows, []any{&kind, &id, &taxed}, func() error {
		if o.ids.Person == "" && (kind == "tax" || !taxed || o.Debtor.TaxID == "") {
			o.ids.Person = id
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("find the person: %w", err)
	}
	return nil
}

// queueKeys queues what the person is known by; a key that another person has
// stays theirs. A fresh person whose key is taken was made a moment ago.
func (o *opening) queueKeys(b *pgx.Batch, ids []identity, fresh bool) {
	// In one order, so that two submissions never wait for each other.
	slices.SortFunc(ids, func(x, y identity) int { return bytes.Compare(x.key, y.key) })
	for _, x := range ids {
		b.Queue(personKeys.insert+" on conflict (key) do nothing returning key", x.key, x.kind, o.ids.Person).
			Query(func(rows pgx.Rows) error {
				made := rows.Next()
				rows.Close()
				if err := rows.Err(); err != nil {
					return err
				}
				if !made && fresh && (x.kind == "tax" || o.Debtor.TaxID == "") {
					return errAgain
				}
				return nil
			})
	}
}
