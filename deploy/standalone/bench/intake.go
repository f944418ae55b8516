package bench

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/deploy/standalone"
	"github.com/recobro/recobro/intake"
)

// intakeMeasure compares taking debts in with copying what they become.
var intakeMeasure = Measure{
	Name: "intake",
	About: "Rows a second of a CSV file of debts, each of another debtor, from reading the file until every row is an open case with its debtor, person, " +
		"ledger, first event and first decision on disk; over PostgreSQL's own `COPY` of the resulting rows into empty tables with the same indexes and " +
		"constraints. Nothing else runs meanwhile; waking the cases is measured apart.",
	Bar: "at least 0.3 of COPY's rate.",
	Run: measureIntake,
}

// sheet writes a file of debts, each of another debtor.
func sheet(n int, due calendar.Date) []byte {
	var b bytes.Buffer
	b.WriteString("reference,country,claim,principal,issued_on,due_on,debtor.reference,debtor.kind,debtor.name,street,postal_code,city,contact.email,contact.phone\n")
	for i := range n {
		fmt.Fprintf(&b, "F-%07d,ES,services,%d.%02d,%s,%s,C-%07d,business,\"Obras del Norte %d, S.L.\",Calle Real %d,28013,Madrid,pagos%d@obras.example,+346%08d\n",
			i, 500+i%1000, i%100, due.AddDays(-60), due, i, i, i%200+1, i, i)
	}
	return b.Bytes()
}

func measureIntake(ctx context.Context, s *Site) ([]Figure, error) {
	standalone.Sweep()
	n := s.Size(100_000, 10_000)
	if err := s.database(ctx, "intake", ""); err != nil {
		return nil, err
	}
	b, err := s.branch(ctx, branchOptions{database: "intake", apart: true})
	if err != nil {
		return nil, err
	}
	defer b.close()
	by, err := b.store.SaveCreditor(ctx, vega)
	if err != nil {
		return nil, err
	}
	file := sheet(n, calendar.DateOf(time.Now()).AddDays(20))
	before, err := s.usedByAll(ctx)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	rows, err := intake.ReadCSV(bytes.NewReader(file), by.ID, calendar.DateOf(time.Now()))
	if err != nil {
		return nil, err
	}
	read := time.Since(began)
	started, err := b.store.StartImport(ctx, by.ID, "bench", rows)
	if err != nil {
		return nil, err
	}
	durable := time.Since(began)
	for worked := 1; worked > 0; {
		if worked, _, err = b.store.WorkImport(ctx, 500); err != nil {
			return nil, err
		}
	}
	took := time.Since(began)
	used, err := s.usedByAll(ctx)
	if err != nil {
		return nil, err
	}
	if done, err := b.store.Import(ctx, started.ID); err != nil || done.Accepted != n {
		return nil, fmt.Errorf("%d of %d rows were taken in: %w", done.Accepted, n, err)
	}
	s.Logf("%d rows taken in, in %s", n, took.Round(time.Millisecond))
	copying, err := s.copyAll(ctx, "intake", "copied")
	if err != nil {
		return nil, err
	}
	rate := func(d time.Duration) float64 { return float64(n) / d.Seconds() }
	u := used.Since(before)
	return []Figure{
		{Name: fmt.Sprintf("%d rows until each is a case on disk", n), Value: rate(took), Unit: "rows/s"},
		{Name: "of that: reading the file", Value: read.Seconds(), Unit: "s"},
		{Name: "of that: until the rows are safe and the answer is given", Value: durable.Seconds(), Unit: "s"},
		{Name: "COPY of the resulting rows, median of 3", Value: rate(copying.took), Unit: "rows/s"},
		{Name: "bytes that COPY moved, per row", Value: float64(copying.size) / float64(n)},
		AtLeast("intake over COPY", float64(copying.took)/float64(took), "", 0.3),
		{Name: "CPU of the engine per row", Value: 1000 * u.Own / float64(n), Unit: "ms"},
		{Name: "CPU of PostgreSQL per row", Value: 1000 * u.PostgreSQL / float64(n), Unit: "ms"},
		{Name: "CPU of PostgreSQL per row, COPY", Value: 1000 * copying.processor / float64(n), Unit: "ms"},
	}, nil
}

// parentsFirst lists the record's tables that an import fills, those that
// others refer to first.
var parentsFirst = []string{"creditors", "persons", "person_keys", "debtors", "contact_points", "cases",
	"events", "event_payloads", "ledger_entries", "imports", "import_rows"}

// copying is what copying a record took.
type copying struct {
	took      time.Duration // median, until all of it was on disk
	processor float64       // CPU-seconds of PostgreSQL, median
	size      int64         // bytes that were moved
}

// copyAll copies every row of a database's record into others that are empty,
// three times over.
func (s *Site) copyAll(ctx context.Context, from, to string) (c copying, err error) {
	tables, err := s.taken(ctx, from)
	if err != nil {
		return c, err
	}
	for _, t := range tables {
		c.size += int64(len(t.rows))
	}
	var took []time.Duration
	var processor []float64
	for n := range 3 {
		name := fmt.Sprintf("%s_%d", to, n)
		if err := s.database(ctx, name, ""); err != nil {
			return c, err
		}
		before, err := s.postgresTime()
		if err != nil {
			return c, err
		}
		one, err := s.copyInto(ctx, name, tables)
		if err != nil {
			return c, fmt.Errorf("copy %s into %s: %w", from, name, err)
		}
		after, err := s.postgresTime()
		if err != nil {
			return c, err
		}
		took, processor = append(took, one), append(processor, after-before)
	}
	c.took = time.Duration(median(took, func(d time.Duration) float64 { return float64(d) }))
	c.processor = quantile(processor, 0.5)
	return c, nil
}

// table is a table's rows as COPY writes them.
type table struct {
	name string
	rows []byte
}

// taken reads the tables that hold rows, and wants all of them to be known.
func (s *Site) taken(ctx context.Context, database string) ([]table, error) {
	at, err := s.urlOf(database)
	if err != nil {
		return nil, err
	}
	conn, err := pgx.Connect(ctx, at)
	if err != nil {
		return nil, fmt.Errorf("read database %s: %w", database, err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, `select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
		and relname not in ('clock', 'installation', 'goose_db_version') order by relname`)
	if err != nil {
		return nil, fmt.Errorf("list the tables of %s: %w", database, err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("list the tables of %s: %w", database, err)
	}
	for _, name := range names {
		var some bool
		if err := conn.QueryRow(ctx, "select exists (select from "+pgx.Identifier{name}.Sanitize()+")").Scan(&some); err != nil {
			return nil, fmt.Errorf("look into table %s: %w", name, err)
		}
		if some && !slices.Contains(parentsFirst, name) {
			return nil, fmt.Errorf("an import has filled table %s, which is not copied", name)
		}
	}
	var out []table
	for _, name := range parentsFirst {
		var b bytes.Buffer
		if _, err := conn.PgConn().CopyTo(ctx, &b, "copy "+name+" to stdout (format binary)"); err != nil {
			return nil, fmt.Errorf("read table %s: %w", name, err)
		}
		out = append(out, table{name, b.Bytes()})
	}
	return out, nil
}

// copyInto writes tables by COPY, and tells how long that took until all of it
// was on disk.
func (s *Site) copyInto(ctx context.Context, database string, tables []table) (time.Duration, error) {
	at, err := s.urlOf(database)
	if err != nil {
		return 0, err
	}
	conn, err := pgx.Connect(ctx, at)
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	began := time.Now()
	for _, t := range tables {
		if _, err := conn.PgConn().CopyFrom(ctx, bytes.NewReader(t.rows), "copy "+t.name+" from stdin (format binary)"); err != nil {
			return 0, fmt.Errorf("table %s: %w", t.name, err)
		}
	}
	return time.Since(began), nil
}
