package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// caseIDs runs a query that gives case ids.
func (s *Store) caseIDs(ctx context.Context, what, sql string, args ...any) ([]string, error) {
	rows, err := s.pool.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", what, err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", what, err)
	}
	return ids, nil
}

// Unacknowledged lists cases whose workflow has not been told of what is on
// their record, or of a next action that changed, for longer than olderThan by
// the wall; the longest waiting first, without the first skip of them. Those that are said to have been told
// only later than now are among them: the wall's clock was set back.
func (s *Store) Unacknowledged(ctx context.Context, olderThan time.Duration, limit, skip int) ([]string, error) {
	wall := s.wall()
	return s.caseIDs(ctx, "cases to wake", `select id from cases where (decided_seq < last_seq or nudged) and (wall_woken_at <= $1 or wall_woken_at > $3)
		order by wall_woken_at, id limit $2 offset $4`, wall.Add(-olderThan), limit, wall, skip)
}

// Overdue lists open cases whose next action has been due for longer than by;
// the longest due first, without the first skip of them.
func (s *Store) Overdue(ctx context.Context, by time.Duration, limit, skip int) ([]string, error) {
	now, err := s.Now(ctx)
	if err != nil {
		return nil, err
	}
	return s.caseIDs(ctx, "overdue cases", `select id from cases where open and next_at < $1 order by next_at, id limit $2 offset $3`, now.Add(-by), limit, skip)
}

// OpenCases lists open cases by id, after the given one.
func (s *Store) OpenCases(ctx context.Context, after string, limit int) ([]string, error) {
	return s.caseIDs(ctx, "open cases", `select id from cases where open and id > $1 order by id limit $2`, after, limit)
}

// NextInstant gives the earliest business instant at which an open case acts;
// ok is false where there is none.
func (s *Store) NextInstant(ctx context.Context) (at time.Time, ok bool, err error) {
	err = s.pool.QueryRow(ctx, `select next_at from cases where open order by next_at limit 1`).Scan(&at)
	if errors.Is(err, pgx.ErrNoRows) {
		return time.Time{}, false, nil
	}
	if err != nil {
		return time.Time{}, false, fmt.Errorf("find the next instant: %w", err)
	}
	return at.UTC(), true, nil
}

// Due lists the open cases that act at now or before, the earliest first.
func (s *Store) Due(ctx context.Context, now time.Time) ([]string, error) {
	return s.caseIDs(ctx, "due cases", `select id from cases where open and next_at <= $1 order by next_at, id`, now)
}

// Unrest lists cases that are not at rest at now: told of less than is on their
// record, with an action due, or with a message under way.
func (s *Store) Unrest(ctx context.Context, now time.Time, limit int) ([]string, error) {
	return s.caseIDs(ctx, "cases not at rest", `
		(select id from cases where decided_seq < last_seq or nudged limit $2)
		union (select id from cases where open and next_at <= $1 limit $2)
		union (select case_id from messages where state = 'reserved' limit $2)
		order by 1 limit $2`, now, limit)
}

// nudgeStep is how many cases are marked at a time.
const nudgeStep = 1000

// nudge marks the open cases that meet a condition, so that their workflows
// decide anew. It locks them in the order of their ids, as every write does.
func (s *Store) nudge(ctx context.Context, condition string, args ...any) error {
	n := len(args)
	sql := fmt.Sprintf(`update cases set nudged = true, wall_woken_at = coalesce(wall_woken_at, $%d)
		where id = any(array(select id from cases where open and id > $%d and (%s) order by id limit %d for update)) returning id`,
		n+1, n+2, condition, nudgeStep)
	last := ""
	for {
		ids, err := s.caseIDs(ctx, "cases to decide anew", sql, append(args[:n:n], s.wall(), last)...)
		if err != nil || len(ids) == 0 {
			return err
		}
		last = slices.Max(ids)
	}
}
