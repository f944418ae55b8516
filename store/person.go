package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sort"
	"strings"
	"unicode"

	"github.com/jackc/pgx/v5"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"github.com/recobro/recobro/debt"
)

// identity is one thing by which a debtor is known to be the same person.
type identity struct {
	kind string // tax, contact
	key  []byte
}

// identities are what a party is known by, the tax id first. A contact point
// counts together with the name: a family or an office may share one.
func identities(p debt.Party) []identity {
	var out []identity
	add := func(kind string, parts ...string) {
		h := sha256.Sum256([]byte(kind + "\x00" + strings.Join(parts, "\x00")))
		out = append(out, identity{kind, h[:]})
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
// added to their contact points; nothing is taken away or overwritten.
func (s *Store) findDebtor(ctx context.Context, tx pgx.Tx, o *opening) error {
	err := tx.QueryRow(ctx, `select id, person_id from debtors where creditor_id = $1 and reference = $2`, o.Creditor, o.Debtor.Reference).
		Scan(&o.ids.Debtor, &o.ids.Person)
	known := err == nil
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("find debtor %s: %w", o.Debtor.Reference, err)
	}
	if !known {
		if err := s.findPerson(ctx, tx, o); err != nil {
			return err
		}
	}
	var b pgx.Batch
	b.Queue(`select from persons where id = $1 for update`, o.ids.Person)
	p := o.Debtor
	if !known {
		o.ids.Debtor = newID()
		b.Queue(`insert into debtors (id, creditor_id, person_id, reference, kind, name, tax_id, language, time_zone, street,
				postal_code, city, country, created_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
			o.ids.Debtor, o.Creditor, o.ids.Person, p.Reference, string(p.Kind), p.Name, p.TaxID, p.Language, p.TimeZone,
			p.Street, p.PostalCode, p.City, p.Country, o.now)
	}
	for _, c := range p.Contacts {
		b.Queue(`insert into contact_points (id, debtor_id, channel, value) values ($1, $2, $3, $4) on conflict do nothing`,
			newID(), o.ids.Debtor, c.Channel, c.Value)
	}
	return overtaken(run(ctx, tx, &b))
}

// findPerson finds the person by tax id, or by a contact point and the name
// where no tax id says otherwise; else it makes one.
func (s *Store) findPerson(ctx context.Context, tx pgx.Tx, o *opening) error {
	ids := identities(o.Debtor)
	keys := make([][]byte, len(ids))
	for i, x := range ids {
		keys[i] = x.key
	}
	rows, err := tx.Query(ctx, `select k.kind, k.person_id, exists (select from person_keys t where t.person_id = k.person_id and t.kind = 'tax')
		from person_keys k where k.key = any($1) order by k.kind desc, k.person_id`, keys)
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
	return s.keepPerson(ctx, tx, o, ids)
}

// keepPerson writes a new person, and what the person is known by from now on.
func (s *Store) keepPerson(ctx context.Context, tx pgx.Tx, o *opening, ids []identity) error {
	p := o.Debtor
	var b pgx.Batch
	fresh := o.ids.Person == ""
	if fresh {
		o.ids.Person = newID()
		b.Queue(`insert into persons (id, country, postal_code, time_zone, zone, created_at) values ($1, $2, $3, $4, $5, $6)`,
			o.ids.Person, p.Country, p.PostalCode, p.TimeZone, s.place(p.Country, p.PostalCode, p.TimeZone).Zone().String(), o.now)
	}
	// In one order, so that two submissions never wait for each other.
	sort.Slice(ids, func(i, j int) bool { return string(ids[i].key) < string(ids[j].key) })
	for _, x := range ids {
		b.Queue(`insert into person_keys (key, kind, person_id) values ($1, $2, $3) on conflict (key) do nothing returning key`, x.key, x.kind, o.ids.Person).
			Query(func(rows pgx.Rows) error {
				made := rows.Next()
				rows.Close()
				if err := rows.Err(); err != nil {
					return err
				}
				if !made && fresh && (x.kind == "tax" || p.TaxID == "") {
					return errAgain // the same person was made a moment ago
				}
				return nil
			})
	}
	return overtaken(run(ctx, tx, &b))
}
