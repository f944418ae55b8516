package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
)

// copied are the tables of which a person has rows, each with the person that a
// row t is of. The events and their payloads are chained and written apart.
var copied = []struct{ table, person string }{
	{"persons", "t.id"},
	{"person_keys", "t.person_id"},
	{"debtors", "t.person_id"},
	{"contact_points", "(select person_id from debtors x where x.id = t.debtor_id)"},
	{"opt_outs", "t.person_id"},
	{"cases", "t.person_id"},
	{"guarantors", ofCase},
	{"ledger_entries", ofCase},
	{"promises", ofCase},
	{"holds", ofCase},
	{"disputes", ofCase},
	{"messages", "t.person_id"},
	{"message_cases", ofCase},
	{"contacts", "t.person_id"},
	{"tasks", ofCase},
	{"documents", ofCase},
	{"handoffs", ofCase},
}

const (
	ofCase   = "(select person_id from cases x where x.id = t.case_id)"
	events   = "events"
	payloads = "event_payloads"
)

// filling copies the persons on a record, with all that is theirs, until it
// holds so many cases: new ids, references, names, addresses and chains, the
// same lives.
type filling struct {
	url      string
	cases    int
	families []*family
	columns  map[string]string
	streams  map[string]*stream
	began    time.Time
}

// fill brings the record at a URL to so many cases by COPY into its own tables,
// and has PostgreSQL look at them. Foreign keys are not checked again while the
// copies go in, and indexes are made anew after: what results is the same.
func fill(ctx context.Context, url string, cases int) error {
	f := &filling{url: url, cases: cases, columns: map[string]string{}, streams: map[string]*stream{}, began: time.Now()}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("fill the record: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := f.read(ctx, conn); err != nil {
		return fmt.Errorf("read what is to be copied: %w", err)
	}
	back, err := dropIndexes(ctx, conn)
	if err != nil {
		return err
	}
	if err := f.write(ctx); err != nil {
		return fmt.Errorf("copy %d persons: %w", len(f.families), err)
	}
	for _, sql := range append(back, "vacuum analyze") {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	return nil
}

// dropIndexes drops what no constraint stands on, and says how to make it anew.
func dropIndexes(ctx context.Context, conn *pgx.Conn) (back []string, err error) {
	rows, err := conn.Query(ctx, `select i.indexname, i.indexdef from pg_indexes i where i.schemaname = 'public' and i.tablename = any($1)
		and not exists (select from pg_constraint k where k.conindid = format('%I.%I', i.schemaname, i.indexname)::regclass)`, tables())
	if err != nil {
		return nil, fmt.Errorf("list the indexes: %w", err)
	}
	var name, definition string
	var drop []string
	if _, err := pgx.ForEachRow(rows, []any{&name, &definition}, func() error {
		drop, back = append(drop, "drop index "+pgx.Identifier{name}.Sanitize()), append(back, definition)
		return nil
	}); err != nil {
		return nil, fmt.Errorf("list the indexes: %w", err)
	}
	for _, sql := range drop {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return nil, fmt.Errorf("%s: %w", sql, err)
		}
	}
	return back, nil
}

func tables() []string {
	out := []string{events, payloads}
	for _, c := range copied {
		out = append(out, c.table)
	}
	return out
}

// read takes in every person with their rows, as COPY writes them.
func (f *filling) read(ctx context.Context, conn *pgx.Conn) error {
	shared, err := sharedIDs(ctx, conn)
	if err != nil {
		return err
	}
	by := map[string]*family{}
	for _, c := range copied {
		if err := conn.QueryRow(ctx, `select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
			where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = ''`, c.table).
			Scan(ptr(f.columns, c.table)); err != nil {
			return fmt.Errorf("read the columns of %s: %w", c.table, err)
		}
		sql := fmt.Sprintf("select %s as of_person, %s from %s t order by 1, 2", c.person, f.columns[c.table], c.table)
		if err := eachLine(ctx, conn, sql, func(cells []string) {
			if by[cells[0]] == nil {
				by[cells[0]] = newFamily(shared)
				f.families = append(f.families, by[cells[0]])
			}
			by[cells[0]].row(c.table, f.columns[c.table], cells[1:])
		}); err != nil {
			return fmt.Errorf("read %s: %w", c.table, err)
		}
	}
	f.columns[events] = "case_id, seq, kind, at, by_role, by_id, key, commitment, hash"
	f.columns[payloads] = "case_id, seq, salt, payload"
	sql := `select ` + ofCase + `, t.case_id, t.seq, t.kind, t.at, t.by_role, t.by_id, t.key, (extract(epoch from t.at) * 1000000)::bigint,
		encode(p.salt, 'hex'), encode(p.payload, 'hex'), encode(t.hash, 'hex') from events t join event_payloads p using (case_id, seq) order by 1, 2, 3`
	var wrong error
	if err := eachLine(ctx, conn, sql, func(cells []string) {
		if err := by[cells[0]].event(cells[1:]); err != nil {
			wrong = err
		}
	}); err != nil || wrong != nil {
		return fmt.Errorf("read the events: %w, %w", err, wrong)
	}
	for _, one := range f.families {
		one.cut()
	}
	return nil
}

// sharedIDs are those that copies keep: of whom they are not copies.
func sharedIDs(ctx context.Context, conn *pgx.Conn) (map[string]bool, error) {
	rows, err := conn.Query(ctx, "select id from creditors union select id from firms union select id from api_keys union select id from imports")
	if err != nil {
		return nil, err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	shared := map[string]bool{}
	for _, id := range ids {
		shared[id] = true
	}
	return shared, err
}

// ptr gives a place for a value that goes into a map once it is scanned.
func ptr(m map[string]string, key string) *into { return &into{m, key} }

type into struct {
	m   map[string]string
	key string
}

// Scan takes the value.
func (i *into) Scan(v any) error {
	s, is := v.(string)
	if !is {
		return fmt.Errorf("%s: %T is no text", i.key, v)
	}
	i.m[i.key] = s
	return nil
}

// eachLine runs a query and hands over its rows, their cells as COPY writes them.
func eachLine(ctx context.Context, conn *pgx.Conn, sql string, take func(cells []string)) error {
	var all bytes.Buffer
	if _, err := conn.PgConn().CopyTo(ctx, &all, "copy ("+sql+") to stdout"); err != nil {
		return err
	}
	for line := range strings.Lines(all.String()) {
		take(strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
	}
	return nil
}

// stream is a COPY under way into one table.
type stream struct {
	*bufio.Writer
	pipe *io.PipeWriter
}

// write makes the copies, all tables side by side.
func (f *filling) write(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, table := range tables() {
		r, w := io.Pipe()
		f.streams[table] = &stream{bufio.NewWriterSize(w, 1<<18), w}
		group.Go(func() error {
			err := copyIn(ctx, f.url, "copy "+table+" ("+f.columns[table]+") from stdin", r)
			_ = r.CloseWithError(err)
			if err != nil {
				return fmt.Errorf("copy into %s: %w", table, err)
			}
			return nil
		})
	}
	group.Go(func() error {
		err := f.copies(ctx)
		for _, s := range f.streams {
			if err == nil {
				err = s.Flush()
			}
			_ = s.pipe.CloseWithError(err)
		}
		return err
	})
	return group.Wait()
}

func copyIn(ctx context.Context, url, sql string, r io.Reader) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "set session_replication_role = replica"); err != nil {
		return err
	}
	_, err = conn.PgConn().CopyFrom(ctx, r, sql)
	return err
}

// copies writes copy after copy of one person after another, until there are
// enough cases.
func (f *filling) copies(ctx context.Context) error {
	have := 0
	for _, one := range f.families {
		have += len(one.heads)
	}
	first := time.Now().AddDate(-1, 0, 0).UnixMilli()
	for n := 0; have < f.cases; n++ {
		one := f.families[n%len(f.families)]
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := one.copy(f, n+1, first+int64(n)); err != nil {
			return err
		}
		have += len(one.heads)
	}
	return nil
}

// text takes hex apart; what PostgreSQL wrote is well-formed.
func text(cell string) ([]byte, error) { return hex.DecodeString(cell) }

// place gives where a column stands among columns.
func place(columns, name string) int { return slices.Index(strings.Split(columns, ", "), name) }
