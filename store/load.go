package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// subject is whose docket is loaded, and under which locks.
type subject struct {
	caseID   string // by one of their cases, or …
	personID string // … by the person
	// acting keeps stops from being placed meanwhile; it comes before the lock.
	acting bool
	lock   bool // person, then cases by id: always in this order
	// offer locks the firms whose room is counted, so that two cases do not
	// take the same last place.
	offer bool
	// channel locks the creditor's count of the day on it, where it is limited.
	channel string
	more    func(*pgx.Batch) // asked along with the rest, under the locks
}

const (
	byCase   = `(select person_id from cases where id = $1)`
	byPerson = `$1::text`

	debtorColumns = `d.id, d.creditor_id, d.person_id, d.reference, d.kind, d.name, d.tax_id, d.language, d.time_zone,
		d.street, d.postal_code, d.city, d.country`
	creditorColumns = `k.id, k.name, k.legal_name, k.kind, k.tax_id, k.country, k.street, k.postal_code, k.city,
		k.iban, k.email, k.phone, k.brand, k.limits, k.strategies, k.created_at`
)

// asks are the statements of a load; PERSON and LOCK are filled in.
var asks = struct{ person, spoken, cases, debtors, points, optOuts, contacts, creditors, house, stops, firms, sent, daily string }{
	person: `select id, country, postal_code, time_zone from persons where id = PERSON LOCK`,
	// A talk about a debt that is closed by now still bids the others wait. It is
	// asked for once the person is locked: the statement that waits for the lock
	// does not see what was closed meanwhile.
	spoken: `select max((state ->> 'conversed')::timestamptz) from cases
		where person_id = PERSON and not open and closed_at > business_instant($2) - interval '60 days'`,
	cases: `select id, debtor_id, state, next, last_seq, decided_seq, nudged, head, open, last_at, off from cases
		where person_id = PERSON and (open or id = $1) order by id LOCK`,
	debtors: `select ` + debtorColumns + ` from debtors d where d.person_id = PERSON`,
	points: `select p.debtor_id, p.id, p.channel, p.value, p.valid, p.opted_out, p.representative from contact_points p
		where p.debtor_id = any(array(select id from debtors where person_id = PERSON)) order by p.id`,
	optOuts: `select channel from opt_outs where person_id = PERSON order by channel`,
	contacts: `select at, channel, case_id, purpose, coalesce(message_id, '') from contacts
		where person_id = PERSON and at > business_instant($2) - interval '60 days' order by at, id`,
	creditors: `select ` + creditorColumns + ` from creditors k
		where id = any(array(select creditor_id from cases where person_id = PERSON and (open or id = $1)))`,
	house: `select offset_us, frozen_at, exists (select from api_keys where role = 'agent' and revoked_at is null),
		epoch, coalesce(stop_id, ''), coalesce(events_oid <> 'events'::regclass::oid::bigint, false), ` + lastRate + ` from clock, installation`,
	stops: `select id, scope, of from stops where lifted_at is null order by id`,
	firms: `select f.id, f.countries from firms f where f.active and (f.capacity = 0 or f.capacity >
		(select count(*) from handoffs h join cases c on c.id = h.case_id
			where h.firm_id = f.id and h.state in ('offered', 'accepted') and c.open)) order by f.id`,
	// Only creditors with a limit are counted. The day is the person's.
	sent: `select m.creditor_id, m.channel, count(*) from messages m
		join creditors k on k.id = m.creditor_id
			and coalesce(k.limits->>'daily_email', k.limits->>'daily_sms', k.limits->>'daily_whatsapp') is not null
		cross join (select date_trunc('day', business_instant($2) at time zone zone) at time zone zone as start
			from persons where id = PERSON) day
		where m.creditor_id = any(array(select creditor_id from cases where person_id = PERSON and (open or id = $1)))
			and m.reserved_at >= day.start and m.state <> 'failed'
		group by m.creditor_id, m.channel`,
	daily: `select pg_advisory_xact_lock(hashtextextended('daily/' || k.id || '/' || $2, 0)) from cases c
		join creditors k on k.id = c.creditor_id where c.id = $1 and k.limits->>('daily_' || $2::text) is not null`,
}

// texts keeps the statements that were filled in.
var texts sync.Map // [3]string → string

func filled(sql, by, lock string) string {
	k := [3]string{sql, by, lock}
	if text, ok := texts.Load(k); ok {
		return text.(string)
	}
	text := strings.NewReplacer("PERSON", by, "LOCK", lock).Replace(sql)
	texts.Store(k, text)
	return text
}

// load reads a docket in one round trip.
func (s *Store) load(ctx context.Context, q sender, who subject) (*docket, error) {
	d := &docket{s: s, wall: s.wall(), debtors: map[string]*record.Debtor{}, cred: map[string]record.Creditor{}}
	id, by := who.caseID, byCase
	if id == "" {
		id, by = who.personID, byPerson
	}
	lock := ""
	if who.lock {
		lock = "for update"
	}
	var b pgx.Batch
	ask := func(sql string, read func(pgx.Row) error, args ...any) {
		b.Queue(filled(sql, by, lock), args...).Query(func(rows pgx.Rows) error { return each(rows, read) })
	}
	if who.acting {
		b.Queue(actUnlessStopped)
	}
	ask(asks.person, d.readPerson, id)
	ask(asks.spoken, d.readSpoken, id, d.wall)
	ask(asks.cases, d.readCase, id)
	if who.offer {
		b.Queue(`select from firms order by id for no key update`)
	}
	if who.channel != "" {
		b.Queue(asks.daily, who.caseID, who.channel)
	}
	ask(asks.debtors, d.readDebtor, id)
	ask(asks.points, d.readPoint, id)
	ask(asks.optOuts, d.readOptOut, id)
	ask(asks.contacts, d.readContact, id, d.wall)
	ask(asks.creditors, d.readCreditor, id)
	d.house.ask(&b)
	ask(asks.sent, d.readSent, id, d.wall)
	if who.more != nil {
		who.more(&b)
	}
	if err := run(ctx, q, &b); err != nil {
		return nil, err
	}
	if err := d.know(ctx, s, q); err != nil {
		return nil, err
	}
	if who.lock {
		if err := d.whole(record.SeenBy(ctx), who.caseID); err != nil {
			return nil, err
		}
	}
	if d.personID == "" {
		return nil, record.ErrNotFound
	}
	d.wall = s.wall()
	d.now = d.clock.Now(d.wall)
	d.place = s.place(d.place.Country, d.place.PostalCode, d.zone)
	d.strategies = func(ref string) (*strategy.Strategy, error) { return s.pinnedStrategy(ctx, ref) }
	return d, d.complete(d.strategies)
}

func (d *docket) readPerson(r pgx.Row) error {
	return r.Scan(&d.personID, &d.place.Country, &d.place.PostalCode, &d.zone)
}

func (d *docket) readSpoken(r pgx.Row) error {
	var conversed *time.Time
	err := r.Scan(&conversed)
	d.conversed = since(conversed)
	return err
}

func (d *docket) readCase(r pgx.Row) error {
	var id string
	var state, next, off []byte
	var lastAt *time.Time
	h := &held{c: &debt.Case{}}
	if err := r.Scan(&id, &h.debtor, &state, &next, &h.last, &h.decided, &h.nudged, &h.head, &h.open, &lastAt, &off); err != nil {
		return err
	}
	h.at = since(lastAt)
	if err := json.Unmarshal(state, h.c); err != nil {
		return fmt.Errorf("read the state of case %s: %w", id, err)
	}
	if err := json.Unmarshal(next, &h.was); err != nil {
		return fmt.Errorf("read the decision of case %s: %w", id, err)
	}
	if err := h.readOff(off); err != nil {
		return err
	}
	h.plan, h.from = h.was, h.last
	d.held = append(d.held, h)
	return nil
}

// scanDebtor reads debtorColumns.
func scanDebtor(r pgx.Row) (*record.Debtor, error) {
	var x record.Debtor
	var kind string
	p := &x.Party
	err := r.Scan(&x.ID, &x.Creditor, &x.Person, &p.Reference, &kind, &p.Name, &p.TaxID, &p.Language, &p.TimeZone,
		&p.Street, &p.PostalCode, &p.City, &p.Country)
	p.Kind = law.Party(kind)
	return &x, err
}

func (d *docket) readDebtor(r pgx.Row) error {
	x, err := scanDebtor(r)
	if err == nil {
		d.debtors[x.ID] = x
	}
	return err
}

func (d *docket) readPoint(r pgx.Row) error {
	var of string
	var p record.Point
	if err := r.Scan(&of, &p.ID, &p.Channel, &p.Value, &p.Valid, &p.Refused, &p.Representative); err != nil {
		return err
	}
	x := d.debtors[of]
	x.Points = append(x.Points, p)
	if !p.Representative {
		x.Party.Contacts = append(x.Party.Contacts, debt.ContactPoint{Channel: p.Channel, Value: p.Value})
	}
	return nil
}

func (d *docket) readOptOut(r pgx.Row) error {
	var channel string
	err := r.Scan(&channel)
	d.optOuts = append(d.optOuts, channel)
	return err
}

func (d *docket) readContact(r pgx.Row) error {
	var c strategy.Contact
	var message string
	err := r.Scan(&c.At, &c.Channel, &c.Case, &c.Purpose, &message)
	c.At = c.At.UTC()
	d.contacts, d.contactBy = append(d.contacts, c), append(d.contactBy, message)
	return err
}

// scanCreditor reads creditorColumns.
func scanCreditor(r pgx.Row) (record.Creditor, error) {
	var k record.Creditor
	var kind string
	err := r.Scan(&k.ID, &k.Name, &k.LegalName, &kind, &k.TaxID, &k.Country, &k.Street, &k.PostalCode, &k.City,
		&k.IBAN, &k.Email, &k.Phone, &k.Brand, &k.Limits, &k.Strategies, &k.Created)
	k.Kind, k.Created = law.Party(kind), k.Created.UTC()
	return k, err
}

func (d *docket) readCreditor(r pgx.Row) error {
	k, err := scanCreditor(r)
	d.cred[k.ID] = k
	return err
}

// ask queues what is asked about the house.
func (x *house) ask(b *pgx.Batch) {
	ask := func(sql string, read func(pgx.Row) error) {
		b.Queue(sql).Query(func(rows pgx.Rows) error { return each(rows, read) })
	}
	ask(asks.house, x.readHouse)
	ask(asks.stops, x.readStop)
	ask(asks.firms, x.readFirm)
}

func (x *house) readHouse(r pgx.Row) (err error) {
	x.clock, err = scanClock(r, &x.agents, &x.epoch, &x.restored, &x.replaced, &x.lastRate)
	return err
}

func (x *house) readStop(r pgx.Row) error {
	var st record.Stop
	err := r.Scan(&st.ID, &st.Scope, &st.Of)
	x.stops = append(x.stops, st)
	return err
}

func (x *house) readFirm(r pgx.Row) error {
	var f firmRow
	err := r.Scan(&f.id, &f.countries)
	x.firms = append(x.firms, f)
	return err
}

func (d *docket) readSent(r pgx.Row) error {
	var x sentRow
	err := r.Scan(&x.creditor, &x.channel, &x.n)
	d.sent = append(d.sent, x)
	return err
}

// loadCase reads the docket of a case, and the case in it.
func (s *Store) loadCase(ctx context.Context, q sender, who subject) (*docket, *held, error) {
	d, err := s.load(ctx, q, who)
	if err != nil {
		return nil, nil, fmt.Errorf("load case %s: %w", who.caseID, err)
	}
	h, _ := d.find(who.caseID)
	if h == nil {
		return nil, nil, fmt.Errorf("load case %s: %w", who.caseID, record.ErrNotFound)
	}
	return d, h, nil
}

// insert puts a case that has no row yet in its place among the held.
func (d *docket) insert(h *held) {
	i, _ := slices.BinarySearchFunc(d.held, h.c.ID, func(x *held, id string) int { return strings.Compare(x.c.ID, id) })
	d.held = slices.Insert(d.held, i, h)
}
