package store_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
)

// empty gives the URL of a database in which nothing is.
func empty(t *testing.T) string {
	t.Helper()
	u := must(url.Parse(storetest.URL(t)))(t)
	name := strings.TrimPrefix(u.Path, "/") + "_empty"
	u.Path = "/postgres"
	admin := must(pgx.Connect(ctx, u.String()))(t)
	t.Cleanup(func() {
		_, err := admin.Exec(context.WithoutCancel(ctx), "drop database "+name+" with (force)")
		ok(t, err)
		ok(t, admin.Close(ctx))
	})
	must(admin.Exec(ctx, "create database "+name+" template template0"))(t)
	u.Path = "/" + name
	return u.String()
}

// census counts the rows of every table, and sums up what they hold.
func census(t *testing.T, databaseURL string) map[string]string {
	t.Helper()
	conn := must(pgx.Connect(ctx, databaseURL))(t)
	defer conn.Close(ctx)
	names := must(pgx.CollectRows(must(conn.Query(ctx, `select relname::text from pg_class
		where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`))(t), pgx.RowTo[string]))(t)
	out := map[string]string{}
	for _, n := range names {
		var sum string
		ok(t, conn.QueryRow(ctx, fmt.Sprintf(`select count(*) || ' ' || coalesce(sum(hashtext(x::text)), 0) from %s x`, n)).Scan(&sum))
		out[n] = sum
	}
	return out
}

// after are the tables in which a restore writes by itself: which server the
// record lies on, the stop, and that every open case decides anew.
var after = []string{"installation", "stops", "cases", "goose_db_version"}

func backedUp(t *testing.T, databaseURL string) ([]byte, store.Manifest) {
	t.Helper()
	var file bytes.Buffer
	m, err := store.Backup(ctx, databaseURL, "1.2.3", &file)
	require.NoError(t, err)
	return file.Bytes(), m
}

func restore(file []byte, databaseURL string, replace bool) error {
	m, z, err := store.OpenBackup(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return err
	}
	return store.Restore(ctx, databaseURL, z, m, replace)
}

// filled gives a record with cases on which things have happened.
func filled(t *testing.T) (databaseURL string, ids []string) {
	t.Helper()
	databaseURL = storetest.URL(t)
	s := storetest.Open(t, databaseURL)
	k := storetest.Creditor(t, s, "Acme")
	for n := range 4 {
		f := storetest.Case(t, s, storetest.Submission(k.ID, n, due.AddDays(-4*n)))
		ids = append(ids, f.Case.ID)
	}
	must(s.Decide(ctx, ids[0]))(t)
	for i, x := range []debt.Fact{payAll(t, s, ids[1]), debt.Disputed{ID: "d", Reason: "other"}, debt.Noted{Text: "a note\twith a tab,\nand ñ"}} {
		_, err := s.Record(ctx, ids[i+1], "key", debt.Actor{Role: debt.Agent}, x)
		require.NoError(t, err)
	}
	return databaseURL, ids
}

func TestARestoredRecordIsTheOneThatWasBackedUpAndSendsNothing(t *testing.T) {
	from, ids := filled(t)
	file, m := backedUp(t, from)
	assert.Equal(t, int64(len(ids)), m.Rows("cases"))
	assert.Equal(t, "1.2.3", m.Version)
	assert.False(t, m.Last.IsZero())
	for what, to := range map[string]string{"into an empty database": empty(t), "in place of a record": storetest.URL(t)} {
		t.Run(what, func(t *testing.T) {
			require.NoError(t, restore(file, to, strings.Contains(what, "in place")))
			was, is := census(t, from), census(t, to)
			for table := range was {
				if !slices.Contains(after, table) {
					assert.Equal(t, was[table], is[table], table)
				}
			}
			assert.Len(t, is, len(was))
			s := storetest.Open(t, to)
			verified(t, s, ids...)
			r, restored, err := s.Restored(ctx)
			require.NoError(t, err)
			assert.True(t, restored, "it may send")
			assert.Positive(t, r.Open)
			for _, id := range ids {
				next := must(s.Decide(ctx, id))(t)
				assert.False(t, next.Decision.Do.Sends(), "case %s would %s", id, next.Decision.Do)
			}
			// It goes on: facts are taken, and numbers do not collide.
			f := storetest.Case(t, s, storetest.Submission(must(s.File(ctx, ids[0]))(t).Case.Creditor, 99, due))
			verified(t, s, f.Case.ID)
			again, m2 := backedUp(t, to)
			assert.Equal(t, m.Rows("cases")+1, m2.Rows("cases"))
			require.NoError(t, restore(again, empty(t), false), "a restored record is backed up like any other")
		})
	}
}

// edited gives the backup with one of its files changed.
func edited(t *testing.T, file []byte, name string, change func(string) string) []byte {
	t.Helper()
	z := must(zip.NewReader(bytes.NewReader(file), int64(len(file))))(t)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		text := must(io.ReadAll(must(f.Open())(t)))(t)
		if f.Name == name {
			changed := change(string(text))
			require.NotEqual(t, string(text), changed)
			text = []byte(changed)
		}
		_, err := must(w.Create(f.Name))(t).Write(text)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

func TestWhatIsNoWholeBackupIsRefusedAndChangesNothing(t *testing.T) {
	from, _ := filled(t)
	file, m := backedUp(t, from)
	var foreign bytes.Buffer
	w := zip.NewWriter(&foreign)
	_, err := must(w.Create("letter.docx"))(t).Write([]byte("Dear Sir"))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	manifest := func(old, new string) []byte {
		return edited(t, file, "manifest.json", func(s string) string { return strings.Replace(s, old, new, 1) })
	}
	tests := map[string]struct {
		file []byte
		says string
	}{
		"an empty file":                    {nil, "no backup of Recobro"},
		"a text":                           {[]byte(strings.Repeat("select 1;\n", 100)), "no backup of Recobro"},
		"a dump of pg_dump":                {append([]byte("PGDMP\x01\x0e"), make([]byte, 4000)...), "no backup of Recobro"},
		"somebody else's archive":          {foreign.Bytes(), "no backup of Recobro"},
		"one that was cut off":             {file[:len(file)-100], "cut off"},
		"one that was cut in half":         {file[:len(file)/2], "cut off"},
		"one of another format":            {manifest("recobro-backup-1", "recobro-backup-9"), "recobro-backup-9"},
		"one of a later version":           {manifest(fmt.Sprintf(`"schema": %d`, m.Schema), `"schema": 9999`), "schema 9999"},
		"one whose rows were changed":      {edited(t, file, "tables/cases", func(s string) string { return strings.Replace(s, "EUR", "USD", 1) }), "table cases"},
		"one without a table's rows":       {manifest(`"name": "cases"`, `"name": "caskets"`), "table caskets"},
		"one that says more rows than are": {manifest(`"rows": 4`, `"rows": 5`), "4 rows were read"},
		"one that names another column":    {manifest(`"principal"`, `"principle"`), "principle"},
	}
	to, _ := filled(t)
	before, bare := census(t, to), empty(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			err := restore(tt.file, to, true)
			require.Error(t, err)
			assert.Contains(t, err.Error(), tt.says)
			assert.Equal(t, before, census(t, to))
			require.Error(t, restore(tt.file, bare, false))
			assert.Empty(t, census(t, bare))
		})
	}
}

func TestADatabaseThatHoldsSomethingIsNotOverwritten(t *testing.T) {
	from, _ := filled(t)
	file, _ := backedUp(t, from)
	to, _ := filled(t)
	before := census(t, to)
	err := restore(file, to, false)
	require.ErrorIs(t, err, store.ErrNotEmpty)
	assert.Contains(t, err.Error(), "a record of 4 cases")
	assert.Equal(t, before, census(t, to))

	foreign := empty(t)
	conn := must(pgx.Connect(ctx, foreign))(t)
	defer conn.Close(ctx)
	must(conn.Exec(ctx, "create table invoices (id int); insert into invoices values (1)"))(t)
	require.ErrorIs(t, restore(file, foreign, true), store.ErrNotEmpty, "somebody else's tables are not ours to remove")
	assert.Len(t, census(t, foreign), 1)
}

func TestABackupIsOfOneInstant(t *testing.T) {
	from, _ := filled(t)
	s := storetest.Open(t, from)
	k := storetest.Creditor(t, s, "Beta")
	stop, done := make(chan struct{}), make(chan int)
	go func() {
		n := 0
		for ; ; n++ {
			select {
			case <-stop:
				done <- n
				return
			default:
				if _, err := s.Open(ctx, storetest.Submission(k.ID, 1000+n, due), debt.Actor{Role: debt.Operator}); err != nil {
					t.Error(err)
				}
			}
		}
	}()
	var files [][]byte
	for range 3 {
		file, _ := backedUp(t, from)
		files = append(files, file)
	}
	close(stop)
	t.Logf("%d cases were opened meanwhile", <-done)
	for _, file := range files {
		to := empty(t)
		require.NoError(t, restore(file, to, false)) // the schema's keys hold between the tables
		conn := must(pgx.Connect(ctx, to))(t)
		var loose int
		ok(t, conn.QueryRow(ctx, `select (select count(*) from cases c where last_seq <> (select count(*) from events e where e.case_id = c.id))
			+ (select count(*) from events e where not exists (select from event_payloads p where p.case_id = e.case_id and p.seq = e.seq))`).Scan(&loose))
		assert.Zero(t, loose)
		ok(t, conn.Close(ctx))
	}
}
