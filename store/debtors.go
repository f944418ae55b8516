package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

// Debtor gives a debtor with their contact points.
func (s *Store) Debtor(ctx context.Context, id string) (record.Debtor, error) {
	list, err := s.debtors(ctx, `d.id = $1`, 1, id)
	if err == nil && len(list) == 0 {
		err = pgx.ErrNoRows
	}
	if err != nil {
		return record.Debtor{}, missing(err, "debtor", id)
	}
	return list[0], nil
}

// Debtors lists debtors by id, after the given one: those of a creditor, where
// one is given, whose name holds words that begin as those of query do, or
// whose own reference or tax id is query.
func (s *Store) Debtors(ctx context.Context, creditor, query, after string, limit int) ([]record.Debtor, error) {
	c := &conditions{}
	c.text(`d.id > $`, after)
	c.text(`d.creditor_id = $`, creditor)
	if query != "" {
		if err := s.searchDebtors(ctx, c, query, creditor); err != nil {
			return nil, fmt.Errorf("list debtors: %w", err)
		}
	}
	list, err := s.debtors(ctx, c.all(), page(limit), c.given()...)
	if err != nil {
		return nil, fmt.Errorf("list debtors: %w", err)
	}
	return list, nil
}

func (s *Store) debtors(ctx context.Context, where string, limit int, args ...any) ([]record.Debtor, error) {
	rows, err := s.pool.Query(ctx, `select `+debtorColumns+` from debtors d where `+where+fmt.Sprintf(` order by d.id limit %d`, limit), args...)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (record.Debtor, error) {
		x, err := scanDebtor(r)
		return *x, err
	})
	if err != nil || len(list) == 0 {
		return list, err
	}
	d := &docket{debtors: map[string]*record.Debtor{}}
	var ids, persons []string
	for i := range list {
		d.debtors[list[i].ID] = &list[i]
		ids, persons = append(ids, list[i].ID), append(persons, list[i].Person)
	}
	var b pgx.Batch
	b.Queue(`select debtor_id, id, channel, value, valid, opted_out, representative from contact_points where debtor_id = any($1) order by id`, ids).
		Query(func(rows pgx.Rows) error { return each(rows, d.readPoint) })
	out := map[string][]string{}
	b.Queue(`select person_id, channel from opt_outs where person_id = any($1) order by channel`, persons).Query(func(rows pgx.Rows) error {
		return each(rows, func(r pgx.Row) error {
			var person, channel string
			err := r.Scan(&person, &channel)
			out[person] = append(out[person], channel)
			return err
		})
	})
	if err := run(ctx, s.pool, &b); err != nil {
		return nil, err
	}
	for i := range list {
		list[i].OptedOut = out[list[i].Person]
		markOptOuts(list[i].Points, list[i].OptedOut)
	}
	return list, nil
}

// each reads every row.
func each(rows pgx.Rows, read func(pgx.Row) error) error {
	for rows.Next() {
		if err := read(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// AddPoint adds a contact point to a debtor, in its normal form, and plans the
// person's cases anew; one that is there already is made valid again, and theirs or their
// representative's as it is said now.
func (s *Store) AddPoint(ctx context.Context, debtorID string, p record.Point) (record.Debtor, error) {
	return s.changePoints(ctx, debtorID, func(d *docket, x *record.Debtor) error {
		n, err := debt.NormalPoint(debt.ContactPoint{Channel: p.Channel, Value: p.Value}, x.Party.Country)
		if err != nil {
			return err
		}
		for i, old := range x.Points {
			if old.Channel == n.Channel && strings.EqualFold(old.Value, n.Value) {
				x.Points[i].Valid, x.Points[i].Representative = true, p.Representative
				d.queue.Queue(`update contact_points set valid = true, representative = $2 where id = $1`, old.ID, p.Representative)
				return nil
			}
		}
		p = record.Point{ID: newID(), Channel: n.Channel, Value: n.Value, Valid: true, Refused: p.OptedOut, Representative: p.Representative}
		x.Points = append(x.Points, p)
		d.queue.Queue(`insert into contact_points (id, debtor_id, channel, value, valid, opted_out, representative) values ($1, $2, $3, $4, $5, $6, $7)`,
			p.ID, debtorID, p.Channel, p.Value, p.Valid, p.Refused, p.Representative)
		return nil
	})
}

// SetPoint changes a contact point, named by its id, and plans the person's
// cases anew. To open a point again is to take back, for the whole person, the
// refusal of every channel that it carries: an event on every open case says so.
func (s *Store) SetPoint(ctx context.Context, debtorID string, p record.PointChange, by debt.Actor) (record.Debtor, error) {
	return s.changePoints(ctx, debtorID, func(d *docket, x *record.Debtor) error {
		i := slices.IndexFunc(x.Points, func(old record.Point) bool { return old.ID == p.ID })
		if i < 0 {
			return fmt.Errorf("contact point %s: %w", p.ID, record.ErrNotFound)
		}
		to := &x.Points[i]
		if p.Value != "" {
			to.Valid = true
		}
		if p.Value != "" && p.Value != to.Value {
			n, err := debt.NormalPoint(debt.ContactPoint{Channel: to.Channel, Value: p.Value}, x.Party.Country)
			if err != nil {
				return err
			}
			to.Value = n.Value
		}
		if p.Valid != nil {
			to.Valid = *p.Valid
		}
		if p.OptedOut != nil {
			to.Refused = *p.OptedOut
		}
		d.queue.Queue(`update contact_points set value = $2, valid = $3, opted_out = $4 where id = $1`, to.ID, to.Value, to.Valid, to.Refused)
		if p.OptedOut != nil && !*p.OptedOut {
			return d.takeBack(*to, told{x.Creditor, by})
		}
		return nil
	})
}

// takeBack lifts the person's opt-outs of what a contact point carries.
func (d *docket) takeBack(p record.Point, from told) error {
	for _, channel := range slices.Clone(d.optOuts) {
		if !p.Carries(channel) {
			continue
		}
		d.optIn(channel)
		if err := d.tellOthers(nil, from, debt.OptedIn{Channel: channel, How: "contact_point"}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) changePoints(ctx context.Context, debtorID string, change func(*docket, *record.Debtor) error) (record.Debtor, error) {
	person, err := s.personOf(ctx, debtorID)
	if err != nil {
		return record.Debtor{}, err
	}
	err = s.inPerson(ctx, person, func(d *docket) error {
		err := change(d, d.debtors[debtorID])
		d.showOptOuts()
		return err
	})
	if sqlState(err) == "23505" {
		return record.Debtor{}, &debt.Refusal{Field: "value", Rule: "contact_known", Detail: "the debtor has this contact point already", Conflict: true}
	}
	if err != nil {
		return record.Debtor{}, fmt.Errorf("change contact points of debtor %s: %w", debtorID, err)
	}
	return s.Debtor(ctx, debtorID)
}

func (s *Store) personOf(ctx context.Context, debtorID string) (string, error) {
	var person string
	err := s.pool.QueryRow(ctx, `select person_id from debtors where id = $1`, debtorID).Scan(&person)
	return person, missing(err, "debtor", debtorID)
}

// OptOut closes a channel to the whole person that a debtor is, with an event
// on every open case, and plans them anew.
func (s *Store) OptOut(ctx context.Context, debtorID, channel, how string, by debt.Actor) error {
	if !slices.Contains([]string{"email", "sms", "whatsapp", "phone"}, channel) {
		return &debt.Refusal{Field: "channel", Rule: "channel_unknown", Detail: "channel must be email, sms, whatsapp or phone"}
	}
	person, err := s.personOf(ctx, debtorID)
	if err != nil {
		return err
	}
	err = s.inPerson(ctx, person, func(d *docket) error {
		if slices.Contains(d.optOuts, channel) {
			return nil
		}
		d.optOut(channel, how)
		return d.tellOthers(nil, told{d.debtors[debtorID].Creditor, by}, debt.OptedOut{Channel: channel, How: how})
	})
	if err != nil {
		return fmt.Errorf("opt debtor %s out of %s: %w", debtorID, channel, err)
	}
	return nil
}
