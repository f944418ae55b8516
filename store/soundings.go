package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/record"
)

// Soundings looks how the record stands to this program and to this machine. It
// works where the schema is another version's, too: then what that does not hold
// is left out.
func (s *Store) Soundings(ctx context.Context) (record.Soundings, error) {
	var out record.Soundings
	var err error
	if out.Newest, err = lastMigration(); err != nil {
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
	laws, err := s.lawsNow(ctx)
	if err != nil {
		return out, err
	}
	out.Rates = laws.coverage(calendar.DateOf(out.Now))
	return out, nil
}

// lastMigration is the number of the program's last migration.
func lastMigration() (n int64, err error) {
	files, err := Migrations()
	if err != nil {
		return 0, err
	}
	names, err := fs.Glob(files, "*.sql")
	if err != nil || len(names) == 0 {
		return 0, fmt.Errorf("list the migrations: %w", errors.Join(err, fs.ErrNotExist))
	}
	number, _, _ := strings.Cut(slices.Max(names), "_")
	if n, err = strconv.ParseInt(number, 10, 64); err != nil {
		return 0, fmt.Errorf("read the number of migration %s: %w", slices.Max(names), err)
	}
	return n, nil
}
