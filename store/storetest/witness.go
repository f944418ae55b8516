package storetest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/strategy"
)

// Answer is what somebody who reported a fact was told.
type Answer string

// The answers.
const (
	Yes      Answer = "yes"      // it is on the record
	No       Answer = "no"       // a rule refused it
	NoAnswer Answer = "noAnswer" // the caller never heard
)

// Told is a fact that somebody reported, and what they were told. Ref is the
// event's key, or the fact's own reference, note or reason.
type Told struct {
	Case, Ref string
	Answer    Answer
	Paid      int64 // of a payment, in minor units
}

// Witness is what was seen of an installation from outside its record.
type Witness struct {
	// Accepted tells how often providers took each message, by our id.
	Accepted map[string]int
	Told     []Told
	// Whole are the references of payments that were all that was owed.
	Whole map[string]bool
	// Rest says that time stood still until nothing was left to do at Now.
	Rest bool
	Now  time.Time
	// Blur is how near to each other the instants of two things that happened at
	// once may lie without saying which of them was committed first.
	Blur time.Duration
}

// happening is one event as it lies on the record.
type happening struct {
	seq  int64
	at   time.Time
	key  string
	fact debt.Fact
}

// life is one case as it lies on the record.
type life struct {
	id, creditor, person, strategy, stage, nextDo string
	open, nudged                                  bool
	nextAt                                        *time.Time
	last, decided                                 int64
	principal, openPrincipal                      int64
	events                                        []happening
	ledger                                        []posting
}

type posting struct {
	kind, component, payment string
	cents                    int64
}

// sending is one message, with every case it went out for.
type sending struct {
	id, key, owner, creditor, person, channel, purpose, state, mode string
	late                                                            bool
	begun                                                           time.Time
	cases                                                           []string // its owner first
	counted                                                         int      // contacts
}

// halt is an emergency stop.
type halt struct {
	scope, of      string
	placed, lifted time.Time // lifted is zero where it stands
}

// archive is all that an audit looks at.
type archive struct {
	lives    map[string]*life
	sendings []*sending
	halts    []halt
	zones    map[string]*time.Location // by person
	limits   map[string]int            // "creditor/channel": a day's most messages
	rules    map[string]*strategy.ContactRules
}

// readArchive reads the whole record at one instant.
func readArchive(ctx context.Context, databaseURL string) (*archive, error) {
	conn, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return archiveOn(ctx, conn)
}

// archiveOn is readArchive on a connection that is open.
func archiveOn(ctx context.Context, conn *pgx.Conn) (*archive, error) {
	a := &archive{lives: map[string]*life{}, zones: map[string]*time.Location{}, limits: map[string]int{}, rules: map[string]*strategy.ContactRules{}}
	err := pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		var b pgx.Batch
		ask := func(sql string, read func(pgx.Row) error) {
			b.Queue(sql).Query(func(rows pgx.Rows) error {
				for rows.Next() {
					if err := read(rows); err != nil {
						return err
					}
				}
				return rows.Err()
			})
		}
		ask(`select id, creditor_id, person_id, strategy, stage, next_do, open, nudged, next_at, last_seq, decided_seq,
			(principal * 100)::bigint, (open_principal * 100)::bigint from cases`, a.readLife)
		ask(`select e.case_id, e.seq, e.kind, e.at, coalesce(e.key, ''), p.payload from events e join event_payloads p using (case_id, seq)
			order by e.case_id, e.seq`, a.readEvent)
		ask(`select case_id, kind, coalesce(component, ''), payment, (amount * 100)::bigint from ledger_entries order by case_id, seq, n`, a.readPosting)
		ask(`select m.id, m.key, m.case_id, m.creditor_id, m.person_id, m.channel, m.purpose, m.state, m.mode, m.late, m.reserved_at,
			array(select x.case_id from message_cases x where x.message_id = m.id order by 1),
			(select count(*) from contacts c where c.message_id = m.id) from messages m order by m.reserved_at, m.id`, a.readSending)
		ask(`select scope, of, placed_at, coalesce(lifted_at, '0001-01-01 00:00:00Z') from stops`, a.readHalt)
		ask(`select id, zone from persons`, a.readZone)
		ask(`select k.id || '/' || x.channel, (k.limits->>('daily_' || x.channel))::int from creditors k
			cross join (values ('email'), ('sms'), ('whatsapp')) x (channel) where k.limits->>('daily_' || x.channel) is not null`, func(r pgx.Row) error {
			var of string
			var most int
			err := r.Scan(&of, &most)
			a.limits[of] = most
			return err
		})
		return tx.SendBatch(ctx, &b).Close()
	})
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	return a, a.readRules()
}

func (a *archive) readLife(r pgx.Row) error {
	var l life
	err := r.Scan(&l.id, &l.creditor, &l.person, &l.strategy, &l.stage, &l.nextDo, &l.open, &l.nudged, &l.nextAt, &l.last, &l.decided,
		&l.principal, &l.openPrincipal)
	a.lives[l.id] = &l
	return err
}

func (a *archive) readEvent(r pgx.Row) error {
	var id, kind string
	var payload []byte
	var h happening
	if err := r.Scan(&id, &h.seq, &kind, &h.at, &h.key, &payload); err != nil {
		return err
	}
	var err error
	h.fact, err = debt.Decode(kind, payload)
	l := a.lives[id]
	l.events = append(l.events, h)
	return err
}

func (a *archive) readPosting(r pgx.Row) error {
	var id string
	var p posting
	err := r.Scan(&id, &p.kind, &p.component, &p.payment, &p.cents)
	l := a.lives[id]
	l.ledger = append(l.ledger, p)
	return err
}

func (a *archive) readSending(r pgx.Row) error {
	var s sending
	var covers []string
	err := r.Scan(&s.id, &s.key, &s.owner, &s.creditor, &s.person, &s.channel, &s.purpose, &s.state, &s.mode, &s.late, &s.begun,
		&covers, &s.counted)
	s.cases = append([]string{s.owner}, covers...)
	a.sendings = append(a.sendings, &s)
	return err
}

func (a *archive) readHalt(r pgx.Row) error {
	var h halt
	err := r.Scan(&h.scope, &h.of, &h.placed, &h.lifted)
	a.halts = append(a.halts, h)
	return err
}

func (a *archive) readZone(r pgx.Row) error {
	var id, zone string
	if err := r.Scan(&id, &zone); err != nil {
		return err
	}
	z, err := time.LoadLocation(zone)
	a.zones[id] = z
	return err
}

// shipped are the strategies whose numbers an audit compares with.
var shipped = strategy.NewLibrary()

// readRules finds the numbers of the strategies that the cases are on.
func (a *archive) readRules() error {
	for _, l := range a.lives {
		if a.rules[l.strategy] != nil {
			continue
		}
		st, ok := shipped.Get(l.strategy)
		if !ok {
			return fmt.Errorf("audit: case %s is on strategy %s, which does not ship with the engine", l.id, l.strategy)
		}
		a.rules[l.strategy] = &st.Contact
	}
	return nil
}

// day is the day of an instant where a person lives.
func (a *archive) day(person string, at time.Time) calendar.Date {
	return calendar.DateOf(at.In(a.zones[person]))
}

// begins gives the event by which a message was begun on one of its cases, and
// the first that says what became of it, each nil where there is none.
func (l *life) begins(message string) (begun, ended *happening, mark debt.Mark) {
	for i := range l.events {
		switch f := l.events[i].fact.(type) {
		case debt.MessageReserved:
			if f.Mark.Message == message {
				begun, mark = &l.events[i], f.Mark
			}
		case debt.MessageEnded:
			if f.Message == message && ended == nil {
				ended = &l.events[i]
			}
		}
	}
	return begun, ended, mark
}

// sorted gives the cases by id.
func (a *archive) sorted() []*life {
	var out []*life
	for _, l := range a.lives {
		out = append(out, l)
	}
	slices.SortFunc(out, func(x, y *life) int {
		if x.id < y.id {
			return -1
		}
		return 1
	})
	return out
}
