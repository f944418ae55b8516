package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/clock"
	"github.com/recobro/recobro/debt"
)

// scanClock reads offset_us and frozen_at.
func scanClock(row pgx.Row, more ...any) (clock.State, error) {
	var us int64
	var frozen *time.Time
	err := row.Scan(append([]any{&us, &frozen}, more...)...)
	return clock.State{Offset: time.Duration(us) * time.Microsecond, Frozen: since(frozen)}, err
}

// clockIn reads the clock inside a transaction.
func (s *Store) clockIn(ctx context.Context, tx pgx.Tx) (clock.State, time.Time, error) {
	st, err := scanClock(tx.QueryRow(ctx, `select offset_us, frozen_at from clock`))
	if err != nil {
		return st, time.Time{}, fmt.Errorf("read the clock: %w", err)
	}
	return st, st.Now(s.wall()), nil
}

// Now gives the business instant.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	now, _, _, err := s.ClockState(ctx)
	return now, err
}

// ClockState tells the business instant, how far it is ahead of the wall, and
// whether the clock stands still.
func (s *Store) ClockState(ctx context.Context) (now time.Time, offset time.Duration, frozen bool, err error) {
	st, err := scanClock(s.pool.QueryRow(ctx, `select offset_us, frozen_at from clock`))
	if err != nil {
		return time.Time{}, 0, false, fmt.Errorf("read the clock: %w", err)
	}
	wall := s.wall()
	return st.Now(wall), st.Lead(wall), st.Still(), nil
}

// Freeze stops the clock at an instant; the zero time, and one less than a
// second ago, is the present one. It does not go back, but where there is no
// case yet.
func (s *Store) Freeze(ctx context.Context, at time.Time) error {
	var cases bool
	if err := s.pool.QueryRow(ctx, `select exists (select from cases)`).Scan(&cases); err != nil {
		return fmt.Errorf("freeze the clock: %w", err)
	}
	return s.turnClock(ctx, "freeze", func(st clock.State, now time.Time) (clock.State, error) {
		if at.IsZero() || (at.Before(now) && now.Sub(at) <= time.Second) {
			at = now
		}
		if at.Before(now) && cases {
			return st, backwards(at, now)
		}
		return clock.State{Frozen: at}, nil
	})
}

// Advance moves the frozen clock on.
func (s *Store) Advance(ctx context.Context, to time.Time) error {
	return s.turnClock(ctx, "advance", func(st clock.State, now time.Time) (clock.State, error) {
		if !st.Still() {
			return st, &debt.Refusal{Rule: "clock_runs", Detail: "the clock runs: freeze it before it is advanced", Conflict: true}
		}
		if to.Before(now) {
			return st, backwards(to, now)
		}
		return clock.State{Frozen: to}, nil
	})
}

// Thaw lets the clock run on from where it stands.
func (s *Store) Thaw(ctx context.Context) error {
	return s.turnClock(ctx, "thaw", func(st clock.State, _ time.Time) (clock.State, error) {
		return st.Thawed(s.wall()), nil
	})
}

func backwards(to, now time.Time) error {
	return &debt.Refusal{Rule: "clock_backwards", Conflict: true,
		Detail: fmt.Sprintf("the clock stands at %s and does not go back to %s", now.Format(time.RFC3339), to.Format(time.RFC3339))}
}

// turnClock changes the clock under its row's lock.
func (s *Store) turnClock(ctx context.Context, what string, turn func(clock.State, time.Time) (clock.State, error)) error {
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		st, err := scanClock(tx.QueryRow(ctx, `select offset_us, frozen_at from clock for update`))
		if err != nil {
			return err
		}
		st, err = turn(st, st.Now(s.wall()))
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `update clock set offset_us = $1, frozen_at = $2`, st.Offset.Microseconds(), when(clock.Micro(st.Frozen)))
		return err
	})
	if err != nil {
		return fmt.Errorf("%s the clock: %w", what, err)
	}
	return nil
}
