package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/record"
)

// Soundings looks how the record stands to this program and to this machine. It
// works where the schema is another version's, too: then what that does not hold
// is left out.
func (s *Store) Soundings(ctx context.Context) (record.Soundings, error) {
	var out record.Soundings
	var err error
	if out.Newest, err = newestSchema(); err != nil {
		return out, err
	}
	if out.Schema, err = schemaOf(ctx, s.pool); err != nil {
		return out, fmt.Errorf("ask for the record's schema: %w", err)
	}
	before := s.wall()
	var server time.Time
	if err := s.pool.QueryRow(ctx, `select clock_timestamp()`).Scan(&server); err != nil {
		return out, fmt.Errorf("ask PostgreSQL for its clock: %w", err)
	}
	out.Ahead = before.Add(s.wall().Sub(before) / 2).Sub(server) // the answer was half the way
	if out.Schema != out.Newest {
		return out, nil
	}
	out.Now, err = s.Now(ctx)
	if err != nil {
		return out, err
	}
	var last *time.Time
	// Ids are in order of time: among the youngest cases is one that acted lately,
	// unless nothing was submitted for long.
	if err := s.pool.QueryRow(ctx, `select max(last_at) from (select last_at from cases order by id desc limit 1000) x`).Scan(&last); err != nil {
		return out, fmt.Errorf("ask for the record's last instant: %w", err)
	}
	out.Last = since(last)
	if out.Countries, err = s.countries(ctx); err != nil {
		return out, err
	}
	laws, err := s.lawsNow(ctx)
	if err != nil {
		return out, err
	}
	out.Rates = laws.coverage(calendar.DateOf(out.Now))
	return out, nil
}

// countries lists those that have cases.
func (s *Store) countries(ctx context.Context) ([]string, error) {
	rows, err := s.pool.Query(ctx, `select country from cases group by country order by country`)
	if err != nil {
		return nil, fmt.Errorf("ask for the countries of the cases: %w", err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("ask for the countries of the cases: %w", err)
	}
	return out, nil
}
