// Package store is the one door to the record, in PostgreSQL. Every write to a
// case goes the same way: lock the person, then its open cases; ask the ground
// floor; add the events to the chain; decide anew for the whole person; commit.
package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// Options are what a Store is given beside its database.
type Options struct {
	// Strategies are those that ship with the engine; those that operators add
	// lie in PostgreSQL and join them. nil: a library of the shipped ones.
	Strategies *strategy.Library
	// Connections is how many connections the pool holds at most; zero: 16.
	Connections int
	// ThirdParty says that the firm that collects is named in letters, so that
	// debts may be collected on behalf of others.
	ThirdParty bool
	// NoJitter has everybody's contact window open sharp. Where the time machine
	// may run, its clock allows no other, and what is forecast before it first
	// runs must be what happens.
	NoJitter bool
	// Wall tells the wall instant; nil: the machine's clock.
	Wall func() time.Time
	// Watch hears how the work goes; nil: nobody listens.
	Watch Watch
	// Tracer sees every statement; nil: none does.
	Tracer pgx.QueryTracer
}

// Store keeps the record.
type Store struct {
	pool       *pgxpool.Pool
	strategies *strategy.Library
	read       atomic.Int64 // how many of operators are among them
	opened     atomic.Int64 // cases opened by this process
	wall       func() time.Time
	watch      Watch
	// thirdParty says that debts may be collected on behalf of others.
	thirdParty bool
	noJitter   bool
	places     sync.Map // [3]string → calendar.Place
	laws       atomic.Pointer[lawBook]
	teller     sync.Mutex // held while bank lines are worked
	till       sync.Mutex // held while one of them is

	closing    context.Context // done once the store is closed
	close      context.CancelFunc
	background sync.WaitGroup
	telling    atomic.Bool // the cases of a restored record are being told
}

// New opens the record at a PostgreSQL URL. It does not migrate.
func New(ctx context.Context, databaseURL string, o Options) (*Store, error) {
	cfg, err := pgxpool.ParseConfig(databaseURL)
	if err != nil {
		return nil, fmt.Errorf("read the database URL: %w", err)
	}
	cfg.MaxConns = 16
	if o.Connections > 0 {
		cfg.MaxConns = int32(o.Connections)
	}
	if o.Tracer != nil {
		cfg.ConnConfig.Tracer = o.Tracer
	}
	s := &Store{strategies: o.Strategies, wall: o.Wall, watch: o.Watch, thirdParty: o.ThirdParty, noJitter: o.NoJitter}
	if s.strategies == nil {
		s.strategies = strategy.NewLibrary()
	}
	if s.wall == nil {
		s.wall = time.Now
	}
	if s.watch == nil {
		s.watch = deaf{}
	}
	s.closing, s.close = context.WithCancel(context.WithoutCancel(ctx))
	cfg.AfterConnect = s.recognise
	if s.pool, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		return nil, fmt.Errorf("open the record: %w", err)
	}
	return s, nil
}

// Close gives the connections back.
func (s *Store) Close() {
	s.close()
	s.pool.Close()
	s.background.Wait()
}

// Ping reports whether the record answers and has been migrated.
func (s *Store) Ping(ctx context.Context) error {
	if _, _, _, err := s.ClockState(ctx); err != nil {
		return fmt.Errorf("ask the record: %w", err)
	}
	return nil
}

// sender is what takes a batch: the pool or a transaction.
type sender interface {
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// errAgain asks for the transaction to be run once more: another one made
// first what this one was about to make.
var errAgain = errors.New("overtaken by another transaction")

// attempts is how often a transaction that was a deadlock's victim, or was
// overtaken, is run in all.
const attempts = 8

// inTx runs do in a transaction, and again where PostgreSQL asks for it.
func (s *Store) inTx(ctx context.Context, do func(pgx.Tx) error) error {
	for n := 1; ; n++ {
		err := pgx.BeginFunc(ctx, s.pool, do)
		var back *errSetBack
		switch code := sqlState(err); {
		case code == "22P05" || code == "22021":
			return &debt.Refusal{Rule: "text_not_storable", Detail: "a text holds a NUL character, or is not UTF-8"}
		case n < attempts && errors.As(err, &back):
			if err := s.holdRestored(ctx, *back); err != nil {
				return err
			}
		case err == nil || n == attempts || !again(err):
			return err
		case errors.Is(err, errAgain):
			s.watch.Again("overtaken")
		default:
			s.watch.Again(code)
		}
	}
}

func again(err error) bool {
	code := sqlState(err)
	return errors.Is(err, errAgain) || code == "40001" || code == "40P01"
}

// sqlState gives PostgreSQL's code of an error, or nothing.
func sqlState(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code
	}
	return ""
}

// overtaken marks a uniqueness that another transaction broke first: once more,
// and what it made is found.
func overtaken(err error) error {
	if sqlState(err) == "23505" {
		return fmt.Errorf("%w: %w", errAgain, err)
	}
	return err
}

// grown counts a case that was opened. PostgreSQL keeps the plans that it made
// for a small record until it is told how large the record has become, which
// by itself it notices only minutes later: a first import would crawl.
func (s *Store) grown(ctx context.Context) {
	n := s.opened.Add(1)
	for step := int64(64); step <= n; step *= 4 {
		if n == step {
			// An error changes nothing but the pace.
			_, _ = s.pool.Exec(ctx, `analyze creditors, persons, person_keys, debtors, contact_points, cases, events, contacts, messages`)
		}
	}
}

// errDryRun rolls a transaction back that was only tried.
var errDryRun = errors.New("dry run")

// run sends b and reads every answer to its end; the first error is returned.
func run(ctx context.Context, q sender, b *pgx.Batch) error {
	if b.Len() == 0 {
		return nil
	}
	return q.SendBatch(ctx, b).Close()
}

// newID gives an identifier that sorts by the time it was made.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// place gives where a postal code lies; an address that calendar cannot place
// lies in the capital of its country's zone, and else in UTC.
func (s *Store) place(country, postalCode, timeZone string) calendar.Place {
	k := [3]string{country, postalCode, timeZone}
	if p, ok := s.places.Load(k); ok {
		return p.(calendar.Place)
	}
	p, err := calendar.PlaceOf(country, postalCode, timeZone)
	if err != nil {
		p, _ = calendar.PlaceOf(country, "", "")
	}
	s.places.Store(k, p)
	return p
}

// missing turns "no rows" into record.ErrNotFound, and says what was sought.
func missing(err error, what, id string) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("%s %s: %w", what, id, record.ErrNotFound)
	}
	if err != nil {
		return fmt.Errorf("read %s %s: %w", what, id, err)
	}
	return nil
}

// page bounds how many rows a list gives at once.
func page(limit int) int {
	if limit <= 0 || limit > 1000 {
		return 100
	}
	return limit
}

// when gives an instant to a nullable column: NULL for the zero time.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// since reads a nullable instant: the zero time for NULL.
func since(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}
