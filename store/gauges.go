package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

// Watch hears how the record's work goes. What it is told names nobody, and it
// must not block.
type Watch interface {
	// Again: a transaction is run once more, for PostgreSQL's code, or because
	// it was overtaken.
	Again(why string)
	// Planned: deciding for a person took so long, without the database.
	Planned(took time.Duration)
	// Imported: a row of an import was worked: accepted, known or
	// rejected, or failed and is tried again.
	Imported(state string)
}

// deaf is who listens where nobody does.
type deaf struct{}

func (deaf) Again(string)          {}
func (deaf) Planned(time.Duration) {}
func (deaf) Imported(string)       {}

// What the counts below mean.
const (
	overdueAfter = 5 * time.Minute // as the relay's sweep has it
	lapsingDays  = 2
	// mostCounted bounds each count: how far beyond it a count is makes no
	// difference to whoever is called out, and would to the database.
	mostCounted = 100_000
)

// Standing counts what waits for somebody. Every count reads one small index:
// what is well is in none of them.
func (s *Store) Standing(ctx context.Context) (record.Standing, error) {
	out := record.Standing{Stops: map[string]int{}}
	st, err := scanClock(s.pool.QueryRow(ctx, `select offset_us, frozen_at from clock`))
	if err != nil {
		return out, fmt.Errorf("read how the installation stands: %w", err)
	}
	wall := s.wall()
	now := st.Now(wall)
	out.Offset, out.Frozen = st.Lead(wall), st.Still()
	var b pgx.Batch
	waiting(&b, &out.Overdue, now, `select next_at as at from cases where open and next_at < $2`, now.Add(-overdueAfter))
	waiting(&b, &out.Unknown, now, `select ended_at as at from messages where state = 'unknown'`)
	waiting(&b, &out.Reserved, wall, `select wall_begun_at as at from messages where state = 'reserved'`)
	waiting(&b, &out.Unacknowledged, wall, `select wall_woken_at as at from cases where decided_seq < last_seq or nudged`)
	scan(&b, `select count(*) from (select from cases where open and next_at is null limit $1) x`, []any{mostCounted}, &out.Aimless)
	scan(&b, `select count(*) from (select from import_rows where state = 'pending' limit $1) x`, []any{mostCounted}, &out.ImportRows)
	scan(&b, `select count(*) filter (where state = 'offered'), count(*) filter (where state = 'offered' and until <= $1),
			count(*) filter (where state = 'accepted') from handoffs where state in ('offered', 'accepted')`,
		[]any{calendar.DateOf(now).AddDays(lapsingDays)}, &out.Offered, &out.Lapsing, &out.Accepted)
	count(&b, out.Stops, `select scope, count(*) from stops where lifted_at is null group by scope`)
	scan(&b, `select stop_id is not null from installation where one`, nil, &out.Restored)
	var last string
	scan(&b, `select `+lastRate, nil, &last)
	if err := run(ctx, s.pool, &b); err != nil {
		return out, fmt.Errorf("read how the installation stands: %w", err)
	}
	laws, err := s.lawsAt(ctx, s.pool, last)
	if err != nil {
		return out, fmt.Errorf("read how the installation stands: %w", err)
	}
	out.Rates = laws.coverage(calendar.DateOf(now))
	return out, nil
}

// waiting queues a query of instants: how many there are, and how old the first is.
func waiting(b *pgx.Batch, into *record.Waiting, now time.Time, sql string, args ...any) {
	sql = fmt.Sprintf(`select count(*), min(at) from (%s order by 1 limit $1) x`, sql)
	b.Queue(sql, append([]any{mostCounted}, args...)...).QueryRow(func(r pgx.Row) error {
		var first *time.Time
		if err := r.Scan(&into.Count, &first); err != nil {
			return err
		}
		if first != nil {
			into.Oldest = max(0, now.Sub(*first))
		}
		return nil
	})
}

func scan(b *pgx.Batch, sql string, args []any, into ...any) {
	b.Queue(sql, args...).QueryRow(func(r pgx.Row) error { return r.Scan(into...) })
}

// Extent counts all cases and all open tasks. It reads one index of the cases
// from end to end: a large record is asked now and then.
func (s *Store) Extent(ctx context.Context) (record.Extent, error) {
	out := record.Extent{Stages: map[debt.Stage]int{}, Tasks: map[string]int{}, Off: map[string]int{}}
	now, err := s.Now(ctx)
	if err != nil {
		return out, err
	}
	var b pgx.Batch
	countOff(&b, out.Off, now)
	count(&b, out.Stages, `select stage, count(*) from cases group by stage`)
	count(&b, out.Tasks, `select kind, count(*) from tasks where state = 'open' group by kind`)
	if err := run(ctx, s.pool, &b); err != nil {
		return out, fmt.Errorf("count cases and tasks: %w", err)
	}
	return out, nil
}

// Connections tells how the connections of this process stand.
func (s *Store) Connections() record.Connections {
	st := s.pool.Stat()
	return record.Connections{Most: int(st.MaxConns()), Open: int(st.TotalConns()), Busy: int(st.AcquiredConns()),
		Waits: st.EmptyAcquireCount(), Waited: st.EmptyAcquireWaitTime()}
}
