package store

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"
)

// A backup is a ZIP file: the rows of each table of the record as COPY writes
// them, all of one instant, and a manifest. It holds no schema: the migrations
// of the version that it was made by make that anew. So it needs no program of
// PostgreSQL's, and can be read into any version that we run on.

// backupFormat names what kind of file a backup is; another one is refused.
const backupFormat = "recobro-backup-1"

// isoDates has dates written, and read, in one way whatever the server is set to.
const isoDates = `set local datestyle = iso`

const manifestName = "manifest.json"

// Manifest says what a backup holds.
type Manifest struct {
	Format  string      `json:"format"`
	Version string      `json:"version"` // of the program that made it
	Schema  int64       `json:"schema"`  // the last migration
	At      time.Time   `json:"at"`      // wall instant at which it was made
	Last    time.Time   `json:"last"`    // business instant of the last event; zero where there is none
	Tables  []TableRows `json:"tables"`  // each after those that it refers to
}

// TableRows are the rows of one table.
type TableRows struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Rows    int64    `json:"rows"`
	SHA256  string   `json:"sha256"` // of the rows as they lie in the backup
}

// Rows gives how many rows the backup has of a table.
func (m Manifest) Rows(table string) int64 {
	for _, t := range m.Tables {
		if t.Name == table {
			return t.Rows
		}
	}
	return 0
}

// Backup writes the whole record, as it was at one instant, to w. Work on the
// record goes on meanwhile. version is that of the program.
func Backup(ctx context.Context, databaseURL, version string, w io.Writer) (Manifest, error) {
	m := Manifest{Format: backupFormat, Version: version, At: time.Now().UTC().Truncate(time.Second)}
	conn, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		return m, fmt.Errorf("back the record up: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	archive := zip.NewWriter(w)
	err = pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, isoDates); err != nil {
			return err
		}
		if m.Schema, err = schemaOf(ctx, tx); err != nil {
			return err
		}
		if m.Schema == 0 {
			return fmt.Errorf("the database holds no record: %w", pgx.ErrNoRows)
		}
		var last *time.Time
		if err := tx.QueryRow(ctx, `select max(at) from events`).Scan(&last); err != nil {
			return err
		}
		m.Last = since(last).UTC()
		if m.Tables, err = tablesOf(ctx, tx); err != nil {
			return err
		}
		for i := range m.Tables {
			if err := m.Tables[i].save(ctx, tx, archive); err != nil {
				return fmt.Errorf("copy %s: %w", m.Tables[i].Name, err)
			}
		}
		return nil
	})
	if err != nil {
		return m, fmt.Errorf("back the record up: %w", err)
	}
	if err := m.save(archive); err != nil {
		return m, fmt.Errorf("back the record up: %w", err)
	}
	return m, nil
}

// schemaOf gives the last migration of the database; zero where it has none.
func schemaOf(ctx context.Context, q queryer) (version int64, err error) {
	var migrated bool
	if err := q.QueryRow(ctx, `select to_regclass('goose_db_version') is not null`).Scan(&migrated); err != nil || !migrated {
		return 0, err
	}
	err = q.QueryRow(ctx, `select coalesce(max(version_id), 0) from goose_db_version where is_applied`).Scan(&version)
	return version, err
}

// tablesOf lists the record's tables with what can be written into them, each
// after those that it refers to.
func tablesOf(ctx context.Context, tx pgx.Tx) ([]TableRows, error) {
	rows, err := tx.Query(ctx, `select c.relname::text,
			array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
				and a.attgenerated = '' order by a.attnum),
			array(select distinct r.relname::text from pg_constraint k join pg_class r on r.oid = k.confrelid
				where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid)
		from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relname <> 'goose_db_version'
		order by c.relname`)
	if err != nil {
		return nil, err
	}
	refers := map[string][]string{}
	waiting, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (t TableRows, err error) {
		var to []string
		err = r.Scan(&t.Name, &t.Columns, &to)
		refers[t.Name] = to
		return t, err
	})
	var out []TableRows
	done := map[string]bool{}
	for err == nil && len(waiting) > 0 {
		var later []TableRows
		for _, t := range waiting {
			if allOf(done, refers[t.Name]) {
				out, done[t.Name] = append(out, t), true
			} else {
				later = append(later, t)
			}
		}
		if len(later) == len(waiting) {
			return nil, fmt.Errorf("table %s refers to itself through others", waiting[0].Name)
		}
		waiting = later
	}
	return out, err
}

func allOf(done map[string]bool, names []string) bool {
	for _, n := range names {
		if !done[n] {
			return false
		}
	}
	return true
}

// copying is the COPY statement of a table, up to its direction.
func (t *TableRows) copying() string {
	sql := "copy " + pgx.Identifier{t.Name}.Sanitize() + " ("
	for i, c := range t.Columns {
		if i > 0 {
			sql += ", "
		}
		sql += pgx.Identifier{c}.Sanitize()
	}
	return sql + ")"
}

// entry is the name of the table's rows in the archive.
func (t *TableRows) entry() string { return "tables/" + t.Name }

func (t *TableRows) save(ctx context.Context, tx pgx.Tx, archive *zip.Writer) error {
	w, err := archive.Create(t.entry())
	if err != nil {
		return err
	}
	sum := sha256.New()
	tag, err := tx.Conn().PgConn().CopyTo(ctx, io.MultiWriter(w, sum), t.copying()+" to stdout")
	if err != nil {
		return err
	}
	t.Rows, t.SHA256 = tag.RowsAffected(), hex.EncodeToString(sum.Sum(nil))
	return nil
}

// save writes the manifest, the last thing in the archive.
func (m Manifest) save(archive *zip.Writer) error {
	w, err := archive.Create(manifestName)
	if err != nil {
		return err
	}
	text := json.NewEncoder(w)
	text.SetIndent("", "  ")
	if err := text.Encode(m); err != nil {
		return err
	}
	return archive.Close()
}
