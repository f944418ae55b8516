package store_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
)

// released reads the backups that were made with each released schema, by the
// code of its day, of a record with a dozen cases.
func released(t *testing.T) map[string][]byte {
	t.Helper()
	names := must(filepath.Glob("testdata/released/*.backup"))(t)
	require.NotEmpty(t, names)
	out := map[string][]byte{}
	for _, n := range names {
		out[filepath.Base(n)] = must(os.ReadFile(n))(t)
	}
	return out
}

func caseIDs(t *testing.T, databaseURL string) []string {
	t.Helper()
	conn := must(pgx.Connect(ctx, databaseURL))(t)
	defer conn.Close(ctx)
	return must(pgx.CollectRows(must(conn.Query(ctx, `select id from cases order by id`))(t), pgx.RowTo[string]))(t)
}

// goOn has the cases do what they do next, in the order of their instants.
func goOn(t *testing.T, s *store.Store, ids []string, acts int) {
	t.Helper()
	for range acts {
		var next record.Next
		for _, id := range ids {
			n := must(s.Decide(ctx, id))(t)
			if !n.Decision.Final() && (next.Case == "" || n.Decision.At.Before(next.Decision.At)) {
				next = n
			}
		}
		require.NotEmpty(t, next.Case, "no case does anything")
		if now := must(s.Now(ctx))(t); next.Decision.At.After(now) {
			ok(t, s.Advance(ctx, next.Decision.At))
		}
		after := must(s.Act(ctx, next.Case, next.Decision, storetest.Deliver("outbox")))(t)
		assert.Greater(t, after.Seq, next.Seq, "case %s did not %s", next.Case, next.Decision.Do)
	}
}

func TestARecordOfEveryReleasedSchemaIsMigratedAndGoesOn(t *testing.T) {
	schemas := map[int64]bool{}
	for name, file := range released(t) {
		t.Run(name, func(t *testing.T) {
			m, z, err := store.OpenBackup(bytes.NewReader(file), int64(len(file)))
			require.NoError(t, err)
			schemas[m.Schema] = true
			url := empty(t)
			require.NoError(t, store.FillAt(ctx, url, z, m))
			before := census(t, url)

			var both errgroup.Group // two processes start at once
			for range 2 {
				both.Go(func() error { return store.Migrate(ctx, url) })
			}
			require.NoError(t, both.Wait())
			require.NoError(t, store.Migrate(ctx, url), "once more changes nothing")
			conn := must(pgx.Connect(ctx, url))(t)
			defer conn.Close(ctx)
			var twice int
			ok(t, conn.QueryRow(ctx, `select count(*) - count(distinct version_id) from goose_db_version`).Scan(&twice))
			assert.Zero(t, twice, "a migration ran twice")
			after := census(t, url)
			for _, table := range []string{"events", "event_payloads", "ledger_entries", "messages", "message_cases", "promises", "holds", "disputes"} {
				assert.Equal(t, before[table], after[table], "%s: what is on the record was changed", table)
			}

			s := storetest.Open(t, url)
			ids := caseIDs(t, url)
			assert.Len(t, ids, int(m.Rows("cases")))
			verified(t, s, ids...)
			_, restored, err := s.Restored(ctx)
			require.NoError(t, err)
			assert.False(t, restored, "an upgrade is no restore")
			goOn(t, s, ids, 30)
			verified(t, s, ids...)
		})
	}
	assert.Len(t, schemas, len(released(t)), "two backups of one schema")
}

func TestABackupOfEveryReleasedVersionIsRestored(t *testing.T) {
	for name, file := range released(t) {
		t.Run(name, func(t *testing.T) {
			url := empty(t)
			require.NoError(t, restore(file, url, false))
			s := storetest.Open(t, url)
			verified(t, s, caseIDs(t, url)...)
			_, restored, err := s.Restored(ctx)
			require.NoError(t, err)
			assert.True(t, restored)
		})
	}
}

// A reader that does not end holds a table's lock; a migration that waits for
// it would hold up every writer that comes after.
func TestAMigrationDoesNotHoldUpThoseWhoWorkBehindALongTransaction(t *testing.T) {
	file := released(t)["schema-0003.backup"]
	m, z, err := store.OpenBackup(bytes.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	url := empty(t)
	require.NoError(t, store.FillAt(ctx, url, z, m))
	long, writer := must(pgx.Connect(ctx, url))(t), must(pgx.Connect(ctx, url))(t)
	defer long.Close(ctx)
	defer writer.Close(ctx)
	tx := must(long.Begin(ctx))(t)
	must(tx.Exec(ctx, `select count(*) from cases`))(t)
	done := make(chan error, 1)
	go func() { done <- store.Migrate(ctx, url) }()
	waiting := func() (n int) {
		ok(t, writer.QueryRow(ctx, `select count(*) from pg_locks where not granted and relation = 'cases'::regclass`).Scan(&n))
		return n
	}
	require.Eventually(t, func() bool { return waiting() > 0 }, 30*time.Second, 5*time.Millisecond, "no migration waits for cases")
	// It gives way: the writer is let through although the reader goes on.
	tag, err := writer.Exec(ctx, `update cases set nudged = nudged where id = (select min(id) from cases)`)
	require.NoError(t, err)
	assert.Equal(t, int64(1), tag.RowsAffected())
	select {
	case err := <-done:
		t.Fatalf("the migration ended beside the reader: %v", err)
	default:
	}
	ok(t, tx.Rollback(ctx))
	require.NoError(t, <-done)
	verified(t, storetest.Open(t, url), caseIDs(t, url)...)
}

// small are the tables that may be locked for as long as it takes to look at
// all their rows: there are never many, or nobody waits for them.
var small = []string{"clock", "installation", "creditors", "firms", "api_keys", "strategies", "stops", "imports", "opt_outs"}

// before0004 are the migrations of before the rule, as they were released.
var before0004 = []string{"0001_record.sql", "0002_contact_spelling.sql", "0003_import_attempts.sql"}

var (
	comment  = regexp.MustCompile(`(?m)--.*$`)
	spaces   = regexp.MustCompile(`\s+`)
	makes    = regexp.MustCompile(`^create table (?:if not exists )?(\w+)`)
	touches  = regexp.MustCompile(`^(?:alter table (?:if exists )?(?:only )?|update |delete from |truncate |create (?:unique )?index (?:concurrently )?(?:if not exists )?(?:\w+ )?on )(\w+)`)
	forbids  = regexp.MustCompile(`^(update|delete|truncate) |^create (unique )?index (if not exists )?\w* ?on |alter (column )?\w+ (set data )?type|set not null|add (column )?\w+ serial|generated always as|drop column|rename `)
	verifies = regexp.MustCompile(`add constraint|add (check|foreign key|unique|primary key|exclude)`)
	patience = regexp.MustCompile(`^set lock_timeout = '(\w+)'`)
	volatile = regexp.MustCompile(`default [^,;]*(random|now|clock_timestamp|gen_random|nextval)`)
)

// blocks says why a statement of a migration would hold up those who work on a
// table with many rows; nothing where it would not.
func blocks(sql string, fresh []string) string {
	m := touches.FindStringSubmatch(sql)
	if m == nil || slices.Contains(fresh, m[1]) || slices.Contains(small, m[1]) {
		return ""
	}
	switch {
	case forbids.MatchString(sql):
		return fmt.Sprintf("%q holds up everybody at %s, or breaks the version before", forbids.FindString(sql), m[1])
	case verifies.MatchString(sql) && !strings.Contains(sql, "not valid") && !strings.Contains(sql, "using index"):
		return fmt.Sprintf("%q looks at all rows of %s under its lock: add it not valid, and validate it after", verifies.FindString(sql), m[1])
	case volatile.MatchString(sql):
		return fmt.Sprintf("%q writes every row of %s anew", volatile.FindString(sql), m[1])
	}
	return ""
}

// statements gives what a migration does on the way up.
func statements(text string) []string {
	text, _, _ = strings.Cut(text, "-- +goose Down")
	var out []string
	for _, s := range strings.Split(comment.ReplaceAllString(text, ""), ";") {
		if s = strings.ToLower(strings.TrimSpace(spaces.ReplaceAllString(s, " "))); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func blocked(text string) (out []string) {
	var fresh []string
	waits := "3s" // as every migration begins
	for _, s := range statements(text) {
		if m := makes.FindStringSubmatch(s); m != nil {
			fresh = append(fresh, m[1])
		}
		if why := blocks(s, fresh); why != "" {
			out = append(out, why)
		}
		if strings.Contains(s, "concurrently") && !strings.Contains(text, "+goose NO TRANSACTION") {
			out = append(out, "an index that is made concurrently is made outside of a transaction")
		}
		if m := patience.FindStringSubmatch(s); m != nil {
			waits = m[1]
		}
		switch concurrently := strings.Contains(s, "concurrently"); {
		case concurrently && waits != "30min":
			out = append(out, fmt.Sprintf("%q waits %s for transactions that began before: a backup takes longer", s, waits))
		case strings.HasPrefix(s, "alter table") && waits != "3s":
			out = append(out, fmt.Sprintf("%q waits %s, and everybody behind it", s, waits))
		}
	}
	if waits != "3s" {
		out = append(out, "the migration that comes next waits "+waits)
	}
	return out
}

func TestNoMigrationHoldsUpThoseWhoWork(t *testing.T) {
	files := must(store.Migrations())(t)
	for _, name := range must(fs.Glob(files, "*.sql"))(t) {
		if slices.Contains(before0004, name) {
			continue
		}
		text := string(must(fs.ReadFile(files, name))(t))
		for _, why := range blocked(text) {
			t.Errorf("%s: %s", name, why)
		}
	}
	// The rule is one that can be broken.
	for _, bad := range []string{
		"create index on cases (stage);", "create unique index x on cases (stage);", "update cases set nudged = true;", "delete from events;",
		"alter table cases alter column stage type varchar(9);", "alter table events alter key set not null;",
		"alter table cases add constraint c check (last_seq > 0);", "alter table cases add column x timestamptz default now();",
		"alter table messages drop column late;", "create index concurrently x on cases (stage);", "alter table cases rename column stage to step;",
		"-- +goose NO TRANSACTION\ncreate index concurrently x on cases (stage);", "set lock_timeout = '30min'; alter table cases add column x text; set lock_timeout = '3s';",
		"-- +goose NO TRANSACTION\nset lock_timeout = '30min'; create index concurrently x on cases (stage);",
	} {
		assert.NotEmpty(t, blocked("-- +goose Up\n"+bad), bad)
	}
	for _, good := range []string{
		"create table x (id int); create index on x (id);", "alter table cases add column x text not null default '';", "update clock set offset_us = 0;",
		"alter table cases add constraint c check (last_seq > 0) not valid;", "-- +goose NO TRANSACTION\nset lock_timeout = '30min'; create index concurrently x on cases (stage); set lock_timeout = '3s';",
	} {
		assert.Empty(t, blocked("-- +goose Up\n"+good), good)
	}
}

// The version before serves on while the schema is already this one's: what it
// asks of the schema must still be there.
func TestMigrationsTakeNothingAwayThatTheVersionBeforeUses(t *testing.T) {
	for name, file := range released(t) {
		m, z, err := store.OpenBackup(bytes.NewReader(file), int64(len(file)))
		require.NoError(t, err)
		url := empty(t)
		require.NoError(t, store.FillAt(ctx, url, z, m))
		columns := func() map[string]string {
			conn := must(pgx.Connect(ctx, url))(t)
			defer conn.Close(ctx)
			out := map[string]string{}
			rows := must(conn.Query(ctx, `select table_name || '.' || column_name, data_type || ' ' || is_nullable from information_schema.columns where table_schema = 'public'`))(t)
			for rows.Next() {
				var k, v string
				ok(t, rows.Scan(&k, &v))
				out[k] = v
			}
			ok(t, rows.Err())
			return out
		}
		before := columns()
		require.NoError(t, store.Migrate(ctx, url))
		after := columns()
		for c, typ := range before {
			assert.Equal(t, typ, after[c], "%s: %s", name, c)
		}
		// What it inserts names only the columns that it knows.
		conn := must(pgx.Connect(ctx, url))(t)
		rows := must(conn.Query(ctx, `select table_name || '.' || column_name from information_schema.columns
			where table_schema = 'public' and is_nullable = 'NO' and column_default is null and is_identity = 'NO' and is_generated = 'NEVER'`))(t)
		for _, c := range must(pgx.CollectRows(rows, pgx.RowTo[string]))(t) {
			table, _, _ := strings.Cut(c, ".")
			_, known := before[c]
			assert.True(t, known || !has(before, table+"."), "%s: %s must be given, and the version before does not", name, c)
		}
		ok(t, conn.Close(ctx))
	}
}

func has(columns map[string]string, prefix string) bool {
	for c := range columns {
		if strings.HasPrefix(c, prefix) {
			return true
		}
	}
	return false
}
