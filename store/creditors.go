package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/record"
)

// Creditor gives a creditor.
func (s *Store) Creditor(ctx context.Context, id string) (record.Creditor, error) {
	k, err := scanCreditor(s.pool.QueryRow(ctx, `select `+creditorColumns+` from creditors k where id = $1`, id))
	return k, missing(err, "creditor", id)
}

// Creditors lists creditors by id, after the given one.
func (s *Store) Creditors(ctx context.Context, after string, limit int) ([]record.Creditor, error) {
	rows, err := s.pool.Query(ctx, `select `+creditorColumns+` from creditors k where id > $1 order by id limit $2`, after, page(limit))
	if err != nil {
		return nil, fmt.Errorf("list creditors: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (record.Creditor, error) { return scanCreditor(r) })
}

// SaveCreditor keeps a creditor: a new one where it has no id, else the one
// with that id. Where its limits change, its open cases decide anew.
func (s *Store) SaveCreditor(ctx context.Context, k record.Creditor) (record.Creditor, error) {
	if k.Name == "" {
		return k, &debt.Refusal{Field: "name", Rule: "missing", Detail: "name is missing"}
	}
	if k.Kind == "" {
		k.Kind = law.Business
	}
	if k.Strategies == nil {
		k.Strategies = map[string]string{}
	}
	args := []any{k.ID, k.Name, k.LegalName, string(k.Kind), k.TaxID, strings.ToUpper(k.Country), k.Street, k.PostalCode, k.City,
		k.IBAN, k.Email, k.Phone, k.Brand, k.Limits, k.Strategies}
	if k.ID != "" {
		before, err := s.Creditor(ctx, k.ID)
		if err != nil {
			return k, err
		}
		err = s.pool.QueryRow(ctx, `update creditors set name = $2, legal_name = $3, kind = $4, tax_id = $5, country = $6,
				street = $7, postal_code = $8, city = $9, iban = $10, email = $11, phone = $12, brand = $13, limits = $14,
				strategies = $15 where id = $1 returning id`, args...).Scan(&k.ID)
		if err != nil {
			return k, missing(err, "creditor", k.ID)
		}
		if before.Limits != k.Limits {
			if err := s.nudge(ctx, `creditor_id = $1`, k.ID); err != nil {
				return k, err
			}
		}
		return s.Creditor(ctx, k.ID)
	}
	now, err := s.Now(ctx)
	if err != nil {
		return k, err
	}
	args[0] = madeID(ctx)
	_, err = s.pool.Exec(ctx, `insert into creditors (id, name, legal_name, kind, tax_id, country, street, postal_code, city,
			iban, email, phone, brand, limits, strategies, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
		on conflict (id) do nothing`, append(args, now)...)
	if err != nil {
		return k, fmt.Errorf("keep creditor %s: %w", k.Name, err)
	}
	return s.Creditor(ctx, args[0].(string))
}

// keyPrefix leads every secret, so that one that leaked can be recognised.
const keyPrefix = "rcb_"

func secretHash(secret string) []byte {
	h := sha256.Sum256([]byte(secret))
	return h[:]
}

// NewKey makes an API key. Its secret is given once and kept as a hash. Where
// the same request made the key before and died before it could tell, the key
// gets a new secret: the first was given to nobody.
func (s *Store) NewKey(ctx context.Context, k record.Key) (record.Key, string, error) {
	switch {
	case (k.Role == debt.Creditor) != (k.Creditor != ""):
		return k, "", &debt.Refusal{Field: "creditor_id", Rule: "key_scope", Detail: "a creditor's key, and no other, names its creditor"}
	case (k.Role == debt.Lawyer) != (k.Firm != ""):
		return k, "", &debt.Refusal{Field: "firm_id", Rule: "key_scope", Detail: "a lawyer's key, and no other, names its firm"}
	}
	now, err := s.Now(ctx)
	if err != nil {
		return k, "", err
	}
	random := make([]byte, 32)
	rand.Read(random) // never fails
	secret := keyPrefix + base64.RawURLEncoding.EncodeToString(random)
	k.ID, k.Created = madeID(ctx), now
	err = s.pool.QueryRow(ctx, `insert into api_keys (id, role, creditor_id, firm_id, label, secret_hash, created_at)
		values ($1, $2, nullif($3, ''), nullif($4, ''), $5, $6, $7)
		on conflict (id) do update set secret_hash = excluded.secret_hash returning created_at, coalesce(revoked_at, '0001-01-01 00:00:00Z')`,
		k.ID, string(k.Role), k.Creditor, k.Firm, k.Label, secretHash(secret), now).Scan(&k.Created, &k.Revoked)
	k.Created, k.Revoked = k.Created.UTC(), k.Revoked.UTC()
	switch code := sqlState(err); {
	case code == "23503":
		return k, "", &debt.Refusal{Field: "creditor_id", Rule: "key_scope", Detail: "there is no such creditor or firm"}
	case code == "23514":
		return k, "", &debt.Refusal{Field: "role", Rule: "role_unknown", Detail: "role must be operator, supervisor, agent, creditor or lawyer"}
	case err != nil:
		return k, "", fmt.Errorf("keep a key of role %s: %w", k.Role, err)
	}
	return k, secret, s.agentsChanged(ctx, k.Role, 1)
}

// agentsChanged has cases decide anew where, with the key that was just made or
// revoked, agents are there for the first time, or not any more: a first contact
// is a call where somebody can make it.
func (s *Store) agentsChanged(ctx context.Context, role debt.Role, left int) error {
	if role != debt.Agent {
		return nil
	}
	var n int
	if err := s.pool.QueryRow(ctx, `select count(*) from api_keys where role = 'agent' and revoked_at is null`).Scan(&n); err != nil {
		return fmt.Errorf("count the agents' keys: %w", err)
	}
	if n != left {
		return nil
	}
	return s.nudge(ctx, `stage in ('upcoming', 'friendly_contact', 'reminders', 'negotiation')`)
}

const keyColumns = `id, role, coalesce(creditor_id, ''), coalesce(firm_id, ''), label, created_at, coalesce(revoked_at, '0001-01-01 00:00:00Z')`

func scanKey(r pgx.Row) (record.Key, error) {
	var k record.Key
	err := r.Scan(&k.ID, &k.Role, &k.Creditor, &k.Firm, &k.Label, &k.Created, &k.Revoked)
	k.Created, k.Revoked = k.Created.UTC(), k.Revoked.UTC()
	return k, err
}

// KeyBySecret finds the key that stands with a secret; record.ErrNotFound
// where there is none, or it was revoked.
func (s *Store) KeyBySecret(ctx context.Context, secret string) (record.Key, error) {
	k, err := scanKey(s.pool.QueryRow(ctx, `select `+keyColumns+` from api_keys where secret_hash = $1 and revoked_at is null`, secretHash(secret)))
	return k, missing(err, "key", "of that secret")
}

// Keys lists keys: those of a creditor, or all where none is given.
func (s *Store) Keys(ctx context.Context, creditor string) ([]record.Key, error) {
	rows, err := s.pool.Query(ctx, `select `+keyColumns+` from api_keys where $1 = '' or creditor_id = $1 order by id`, creditor)
	if err != nil {
		return nil, fmt.Errorf("list keys: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (record.Key, error) { return scanKey(r) })
}

// RevokeKey ends a key at once; one that was revoked stays so. The last
// operator's key that stands is refused, rule "last_operator_key": nobody
// could make another.
func (s *Store) RevokeKey(ctx context.Context, id string) error {
	var role debt.Role
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		_, now, err := s.clockIn(ctx, tx)
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `select id from api_keys where role = 'operator' and revoked_at is null order by id for update`)
		if err != nil {
			return err
		}
		standing, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		if len(standing) == 1 && standing[0] == id {
			return &debt.Refusal{Rule: "last_operator_key", Conflict: true,
				Detail: "this is the last operator's key that stands, and nobody could make another: make one first"}
		}
		return tx.QueryRow(ctx, `update api_keys set revoked_at = coalesce(revoked_at, $2) where id = $1 returning role`, id, now).Scan(&role)
	})
	if err != nil {
		return missing(err, "key", id)
	}
	return s.agentsChanged(ctx, role, 0)
}

// SaveFirm keeps a law firm: a new one where it has no id. Cases that wait for
// a firm decide anew.
func (s *Store) SaveFirm(ctx context.Context, f record.Firm) (record.Firm, error) {
	if f.Name == "" || len(f.Countries) == 0 {
		return f, &debt.Refusal{Field: "name", Rule: "missing", Detail: "a firm has a name and the countries it works in"}
	}
	if f.Capacity < 0 {
		return f, &debt.Refusal{Field: "capacity", Rule: "amount_not_positive", Detail: "capacity is zero for no limit, or more"}
	}
	sql := `update firms set name = $2, email = $3, countries = $4, capacity = $5, active = $6 where id = $1 returning id`
	if f.ID == "" {
		f.ID = madeID(ctx)
		sql = `insert into firms as f (id, name, email, countries, capacity, active) values ($1, $2, $3, $4, $5, $6)
			on conflict (id) do update set id = f.id returning id`
	}
	if err := s.pool.QueryRow(ctx, sql, f.ID, f.Name, f.Email, f.Countries, f.Capacity, f.Active).Scan(&f.ID); err != nil {
		return f, missing(err, "firm", f.ID)
	}
	return f, s.nudge(ctx, `stage in ('extrajudicial_claim', 'legal_handoff') and country = any($1)`, f.Countries)
}

// Firms lists the law firms.
func (s *Store) Firms(ctx context.Context) ([]record.Firm, error) {
	rows, err := s.pool.Query(ctx, `select id, name, email, countries, capacity, active from firms order by id`)
	if err != nil {
		return nil, fmt.Errorf("list firms: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (record.Firm, error) {
		var f record.Firm
		err := r.Scan(&f.ID, &f.Name, &f.Email, &f.Countries, &f.Capacity, &f.Active)
		return f, err
	})
}
