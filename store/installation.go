package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/record"
)

// A record that PostgreSQL was restored to an earlier point of does not know
// what was sent since. Three things give it away, each where the others are
// blind: every new connection compares what the server says of itself with what
// is kept (no restore leaves a connection standing); every docket looks whether
// its tables are still those that were kept, since a dump may be read into a
// running database; and a workflow brings what it has seen of its case, which a
// server that was set back as a whole no longer has.

// restoredReason is the reason of the stop that a restore places.
const restoredReason = "restored"

// imprint is what a PostgreSQL server says of itself and of the record's
// database. What it does not let be asked is nil.
type imprint struct {
	system   *string // of the files: another server has another
	timeline *int64  // of the log: recovery to a point in time begins a new one
	database *int64  // a database made anew has another number …
	events   *int64  // … and so has a table
}

// differs names the first thing in which two imprints differ that both know.
func (i imprint) differs(o imprint) string {
	switch {
	case unlike(i.system, o.system):
		return "another server"
	case unlike(i.timeline, o.timeline):
		return "another timeline"
	case unlike(i.database, o.database):
		return "another database"
	case unlike(i.events, o.events):
		return "other tables"
	}
	return ""
}

func unlike[T comparable](a, b *T) bool { return a != nil && b != nil && *a != *b }

// adds reports whether i knows something that o does not.
func (i imprint) adds(o imprint) bool {
	return i.system != nil && o.system == nil || i.timeline != nil && o.timeline == nil ||
		i.database != nil && o.database == nil || i.events != nil && o.events == nil
}

// queryer is what a question can be put to: a connection, the pool or a transaction.
type queryer interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// mayRefuse are PostgreSQL's codes where an installation is not let ask, or its
// kind of server has no answer.
func mayRefuse(err error) bool {
	code := sqlState(err)
	for _, class := range []string{"0A", "22", "42", "55", "XX"} {
		if strings.HasPrefix(code, class) {
			return true
		}
	}
	return false
}

// imprintOf asks a server. The timeline is that of the log as it is written:
// what pg_control_checkpoint says lags behind a promotion until the next
// checkpoint.
func imprintOf(ctx context.Context, q queryer) (i imprint, err error) {
	for _, ask := range []struct {
		sql  string
		into any
	}{
		{`select system_identifier::text from pg_control_system()`, &i.system},
		{`select ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint`, &i.timeline},
		{`select oid::bigint from pg_database where datname = current_database()`, &i.database},
		{`select 'events'::regclass::oid::bigint`, &i.events},
	} {
		if err := q.QueryRow(ctx, ask.sql).Scan(ask.into); err != nil && !mayRefuse(err) {
			return i, fmt.Errorf("ask PostgreSQL which it is: %w", err)
		}
	}
	return i, nil
}

// blind names what a server does not let be asked.
func (i imprint) blind() (out []string) {
	if i.system == nil {
		out = append(out, "another server (pg_control_system)")
	}
	if i.timeline == nil {
		out = append(out, "another timeline (pg_walfile_name)")
	}
	return out
}

// kept reads the imprint that was kept.
func kept(ctx context.Context, q queryer, lock string) (i imprint, stop *string, told bool, err error) {
	err = q.QueryRow(ctx, `select system_identifier, timeline, database_oid, events_oid, stop_id, told from installation `+lock).
		Scan(&i.system, &i.timeline, &i.database, &i.events, &stop, &told)
	return i, stop, told, err
}

// errStandby refuses a PostgreSQL that only follows another.
var errStandby = errors.New("this PostgreSQL is a standby: it keeps no record of its own until it is promoted")

// lockPatience is how long a new connection waits for the acts under way before
// it gives up, and the next one tries: one of them may wait for a connection.
const lockPatience = `set local lock_timeout = '5s'`

// recognise looks, on a new connection, whether the record is where it was.
// Where it is not, everything is stopped before the connection is used.
func (s *Store) recognise(ctx context.Context, conn *pgx.Conn) error {
	var standby, migrated bool
	err := conn.QueryRow(ctx, `select pg_is_in_recovery(), to_regclass('installation') is not null`).Scan(&standby, &migrated)
	switch {
	case err != nil || !migrated: // nothing is written before the schema is there
		return err
	case standby: // promoted, it would be written to by a connection that nobody looked at
		return errStandby
	}
	now, err := imprintOf(ctx, conn)
	if err != nil {
		return err
	}
	was, stop, told, err := kept(ctx, conn, "")
	if err != nil {
		return fmt.Errorf("read the installation: %w", err)
	}
	if now.differs(was) == "" && !now.adds(was) {
		if stop != nil && !told {
			s.tellAll()
		}
		return nil
	}
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, lockPatience); err != nil {
			return err
		}
		return s.compare(ctx, tx, now)
	})
}

// compare keeps what is now known of the server; where it is another than what
// was kept, the record was restored.
func (s *Store) compare(ctx context.Context, tx pgx.Tx, now imprint) error {
	if _, err := tx.Exec(ctx, stopAllActs); err != nil {
		return fmt.Errorf("look whether the record was restored: %w", err)
	}
	was, _, _, err := kept(ctx, tx, "for update")
	if err != nil {
		return fmt.Errorf("read the installation: %w", err)
	}
	if _, err := tx.Exec(ctx, `update installation set system_identifier = coalesce($1, system_identifier), timeline = coalesce($2, timeline),
		database_oid = coalesce($3, database_oid), events_oid = coalesce($4, events_oid)`,
		now.system, now.timeline, now.database, now.events); err != nil {
		return fmt.Errorf("keep which server the record lies on: %w", err)
	}
	if found := now.differs(was); found != "" {
		return s.holdAll(ctx, tx, found)
	}
	return nil
}

// holdAll stops everything for a record that was restored, until Reconcile lifts
// it. The caller holds the lock that stops acts. A record restored once more
// before it was lifted is to be lifted anew.
func (s *Store) holdAll(ctx context.Context, tx pgx.Tx, found string) error {
	_, now, err := s.clockIn(ctx, tx)
	if err != nil {
		return err
	}
	var b pgx.Batch
	id := newID()
	b.Queue(`insert into stops (id, scope, reason, placed_by, placed_at)
		select $1, 'installation', $2, 'engine', $3 from installation where stop_id is null`, id, restoredReason, now)
	b.Queue(`update messages set late = true where state = 'reserved'`)
	b.Queue(`update installation set stop_id = coalesce(stop_id, $1), found = $2, told = false, lift_until = null, lift_assume = null,
		last_at = coalesce((select max(at) from events), $3),
		due_cases = (select count(*) from cases where open and next_at <= $3)`, id, found, now)
	if err := run(ctx, tx, &b); err != nil {
		return fmt.Errorf("stop everything, since the record was restored: %w", err)
	}
	s.tellAll()
	return nil
}

// DeclareRestored says that the record was brought back to an earlier point, in
// a way that it cannot notice by itself: nothing goes out until Reconcile lets
// it. found says how it is known.
func (s *Store) DeclareRestored(ctx context.Context, found string) error {
	return s.holdRestored(ctx, errSetBack{found: found})
}

// tellAll marks every open case to decide anew, in the background: they may be
// a million, and who came upon the restore waits for an answer. Whoever connects
// next goes on with it where it was cut off.
func (s *Store) tellAll() {
	if !s.telling.CompareAndSwap(false, true) {
		return
	}
	s.background.Go(func() {
		defer s.telling.Store(false)
		for pause := tellPause; ; pause = min(2*pause, longestTellPause) {
			select {
			case <-s.closing.Done():
				return
			case <-time.After(pause): // whoever placed the stop commits meanwhile
			}
			if s.tellRestored(s.closing) == nil {
				return
			}
		}
	})
}

// The pauses before open cases are marked, and between two tries.
const (
	tellPause        = 50 * time.Millisecond
	longestTellPause = 30 * time.Second
)

// errNotStopped says that the transaction that places the stop has not
// committed, or was rolled back.
var errNotStopped = errors.New("no restore is known")

// tellRestored marks the open cases of a restored record.
func (s *Store) tellRestored(ctx context.Context) error {
	_, stop, told, err := kept(ctx, s.pool, "")
	switch {
	case err != nil:
		return err
	case stop == nil:
		return errNotStopped
	case told:
		return nil
	}
	if err := s.nudge(ctx, "true"); err != nil {
		return err
	}
	_, err = s.pool.Exec(ctx, `update installation set told = true where stop_id = $1`, *stop)
	return err
}

// errSetBack says that somebody has seen more of the record than is on it;
// epoch is the restore after which they saw it, where that is not on it either.
type errSetBack struct{ found, epoch string }

func (e *errSetBack) Error() string { return "the record was restored: " + e.found }

// whole looks whether the record knows less than who asks was told of a case,
// or lies in other tables than it did.
func (d *docket) whole(seen record.Seen, caseID string) error {
	if d.replaced {
		return &errSetBack{found: "other tables"}
	}
	if d.restored != "" && seen.Epoch > d.epoch {
		d.queue.Queue(keepEpoch, seen.Epoch)
	}
	if d.restored != "" || seen == (record.Seen{}) || seen.Epoch < d.epoch {
		return nil // known, or seen before a restore that was lifted
	}
	h, _ := d.find(caseID)
	switch {
	case seen.Epoch > d.epoch:
		return &errSetBack{fmt.Sprintf("case %s was seen after a restore that is not on the record", caseID), seen.Epoch}
	case h == nil:
		return &errSetBack{found: fmt.Sprintf("case %s, of which event %d was seen, is not on the record", caseID, seen.Seq)}
	case h.last < seen.Seq:
		return &errSetBack{found: fmt.Sprintf("event %d of case %s was seen, its record ends at %d", seen.Seq, caseID, h.last)}
	}
	return nil
}

// keepEpoch keeps that a restore was lifted which is not on the record: the
// lift of this one is to come after it.
const keepEpoch = `update installation set epoch = $1 where epoch collate "C" < $1`

// epochAfter names the lift of a restore by its stop. Epochs are compared as
// text, and a stop's id begins with the machine's instant: where the machine's
// clock was set back since an earlier lift, the name is one that follows that
// lift's all the same.
func epochAfter(before, stop string) string {
	if stop > before {
		return stop
	}
	return before + "+"
}

// holdRestored stops everything, since the record was found to be restored.
func (s *Store) holdRestored(ctx context.Context, back errSetBack) error {
	now, err := imprintOf(ctx, s.pool)
	if err != nil {
		return err
	}
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if err := s.compare(ctx, tx, now); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, keepEpoch, back.epoch); err != nil {
			return err
		}
		_, stop, _, err := kept(ctx, tx, "")
		if err != nil || stop != nil {
			return err
		}
		return s.holdAll(ctx, tx, back.found)
	})
	if err != nil {
		return fmt.Errorf("hold a restored record (%s): %w", back.found, err)
	}
	return nil
}
