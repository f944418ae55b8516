package store

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

// ErrNotEmpty says that a backup was to be read into a database that holds
// something already.
var ErrNotEmpty = errors.New("the database is not empty")

// staging is the schema in which a restored record is put together, beside the
// one that is there.
const staging = "recobro_restore"

// OpenBackup checks a backup from its first byte to its last, and gives what it
// holds. It is refused where it was cut, changed, or made by a later version.
func OpenBackup(r io.ReaderAt, size int64) (Manifest, *zip.Reader, error) {
	var m Manifest
	z, err := zip.NewReader(r, size)
	if err != nil {
		return m, nil, fmt.Errorf("this is no backup of Recobro, or one that was cut off: %w", err)
	}
	f, err := z.Open(manifestName)
	if err != nil {
		return m, nil, fmt.Errorf("this is no backup of Recobro: %w", err)
	}
	defer f.Close()
	if err := json.NewDecoder(f).Decode(&m); err != nil || m.Format != backupFormat {
		return m, nil, fmt.Errorf("this is no backup of Recobro that this version reads: its format is %q: %w", m.Format, errors.Join(err, errors.ErrUnsupported))
	}
	newest, err := newestSchema()
	if err != nil {
		return m, nil, err
	}
	if m.Schema > newest || m.Schema < 1 {
		return m, nil, fmt.Errorf("the backup was made by version %s and has schema %d: this version knows schemas 1 to %d", m.Version, m.Schema, newest)
	}
	for _, t := range m.Tables {
		if err := t.check(z); err != nil {
			return m, nil, fmt.Errorf("the backup is damaged: table %s: %w", t.Name, err)
		}
	}
	return m, z, nil
}

// check reads the table's rows and compares them with the manifest.
func (t *TableRows) check(z *zip.Reader) error {
	f, err := z.Open(t.entry())
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != t.SHA256 {
		return fmt.Errorf("its rows have the hash %s, the manifest says %s", got, t.SHA256)
	}
	return nil
}

// newestSchema is the last migration that this version knows.
func newestSchema() (int64, error) {
	files, err := Migrations()
	if err != nil {
		return 0, err
	}
	names, err := fs.Glob(files, "*.sql")
	if err != nil || len(names) == 0 {
		return 0, fmt.Errorf("read the migrations: %w", errors.Join(err, fs.ErrNotExist))
	}
	return goose.NumericComponent(names[len(names)-1]) // they are in order
}

// Restore reads a backup into a database. It is put together and brought to
// this version beside what is there, and takes its place in one transaction: a
// restore that fails, or is cut off, changes nothing. A database that holds
// anything is refused, unless replace says that its record may go. The restored
// record sends nothing until Reconcile lets it.
func Restore(ctx context.Context, databaseURL string, r *zip.Reader, m Manifest, replace bool) error {
	cfg, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		return fmt.Errorf("read the database URL: %w", err)
	}
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return fmt.Errorf("restore the record: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := mayReplace(ctx, conn, replace); err != nil {
		return fmt.Errorf("restore the record: %w", err)
	}
	beside := cfg.Copy()
	beside.RuntimeParams["search_path"] = staging
	if err := assemble(ctx, beside, r, m); err != nil {
		_, _ = conn.Exec(context.WithoutCancel(ctx), `drop schema if exists `+staging+` cascade`) // the next restore drops it too
		return fmt.Errorf("restore the record: %w", err)
	}
	if err := putInPlace(ctx, conn); err != nil {
		return fmt.Errorf("restore the record: %w", err)
	}
	return declareRestored(ctx, databaseURL, m)
}

// declareRestored stops everything: what was sent after the backup was made is
// not on the record.
func declareRestored(ctx context.Context, databaseURL string, m Manifest) error {
	s, err := New(ctx, databaseURL, Options{Connections: 2})
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.DeclareRestored(ctx, "a backup of "+m.At.Format("2006-01-02 15:04 MST")); err != nil {
		return err
	}
	return s.tellRestored(ctx)
}

// mayReplace refuses a database that holds somebody's tables. Those of a record
// may be replaced where that was asked for, others never.
func mayReplace(ctx context.Context, conn *pgx.Conn, replace bool) error {
	if _, err := conn.Exec(ctx, `drop schema if exists `+staging+` cascade`); err != nil {
		return fmt.Errorf("clear what an earlier restore left: %w", err)
	}
	names, err := tableNames(ctx, conn)
	if err != nil || len(names) == 0 {
		return err
	}
	schema, err := schemaOf(ctx, conn)
	if err != nil {
		return err
	}
	if schema == 0 || !slices.Contains(names, "cases") {
		return fmt.Errorf("%w: it holds tables that are not Recobro's, such as %s: give it a database of its own", ErrNotEmpty, names[0])
	}
	if !replace {
		var cases int64
		if err := conn.QueryRow(ctx, `select count(*) from cases`).Scan(&cases); err != nil {
			return err
		}
		return fmt.Errorf("%w: it holds a record of %d cases, which --replace would remove for good", ErrNotEmpty, cases)
	}
	return nil
}

func tableNames(ctx context.Context, conn *pgx.Conn) ([]string, error) {
	rows, err := conn.Query(ctx, `select relname::text from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') order by 1`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// assemble makes the schema that the backup was made with, fills it, and brings
// it to this version.
func assemble(ctx context.Context, cfg *pgx.ConnConfig, r *zip.Reader, m Manifest) error {
	db := stdlib.OpenDB(*cfg)
	defer db.Close()
	if _, err := db.ExecContext(ctx, `create schema `+staging); err != nil {
		return fmt.Errorf("make the schema %s: %w", staging, err)
	}
	if err := migrateTo(ctx, db, m.Schema); err != nil {
		return err
	}
	if err := fill(ctx, cfg, r, m); err != nil {
		return err
	}
	if err := migrate(ctx, db); err != nil {
		return err
	}
	// Whoever connects to it sees that it was restored, although this process dies.
	if _, err := db.ExecContext(ctx, `update installation set events_oid = 0`); err != nil {
		return fmt.Errorf("mark the record as restored: %w", err)
	}
	return nil
}

// migrateTo brings a database to an earlier version's schema.
func migrateTo(ctx context.Context, db *sql.DB, version int64) error {
	p, err := migrator(db)
	if err != nil {
		return err
	}
	if _, err := p.UpTo(ctx, version); err != nil {
		return fmt.Errorf("make the schema of version %d: %w", version, err)
	}
	return nil
}

// fill reads the rows in, in one transaction.
func fill(ctx context.Context, cfg *pgx.ConnConfig, r *zip.Reader, m Manifest) error {
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, isoDates); err != nil {
			return err
		}
		there, err := tablesOf(ctx, tx)
		if err != nil {
			return err
		}
		for i := len(there) - 1; i >= 0; i-- { // what the migrations themselves put in
			if _, err := tx.Exec(ctx, `delete from `+pgx.Identifier{there[i].Name}.Sanitize()); err != nil {
				return err
			}
		}
		for _, t := range m.Tables {
			if err := t.load(ctx, tx, r); err != nil {
				return fmt.Errorf("table %s: %w", t.Name, err)
			}
		}
		return countOn(ctx, tx)
	})
}

func (t *TableRows) load(ctx context.Context, tx pgx.Tx, r *zip.Reader) error {
	f, err := r.Open(t.entry())
	if err != nil {
		return err
	}
	defer f.Close()
	tag, err := tx.Conn().PgConn().CopyFrom(ctx, f, t.copying()+" from stdin")
	if err != nil {
		return err
	}
	if tag.RowsAffected() != t.Rows {
		return fmt.Errorf("%d rows were read, the manifest says %d", tag.RowsAffected(), t.Rows)
	}
	return nil
}

// countOn has the numbers that PostgreSQL gives out go on after those that are
// taken.
func countOn(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, `select c.relname::text, a.attname::text from pg_class c join pg_attribute a on a.attrelid = c.oid
		where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and a.attidentity <> '' and not a.attisdropped
			and c.relname <> 'goose_db_version'`)
	if err != nil {
		return err
	}
	type identity struct{ Table, Column string }
	columns, err := pgx.CollectRows(rows, pgx.RowToStructByPos[identity])
	for _, c := range columns {
		table, column := pgx.Identifier{c.Table}.Sanitize(), pgx.Identifier{c.Column}.Sanitize()
		_, err = tx.Exec(ctx, `select setval(pg_get_serial_sequence($1, $2), max(`+column+`)) from `+table+` having max(`+column+`) is not null`, table, c.Column)
		if err != nil {
			return err
		}
	}
	return err
}

// patience is how long the old record's tables are waited for: a worker or an
// API that still runs on them would hold the restore up, and be surprised by it.
const patience = `set local lock_timeout = '10s'`

// putInPlace removes the old record and moves the restored one to where it was.
func putInPlace(ctx context.Context, conn *pgx.Conn) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, patience); err != nil {
			return err
		}
		for _, sql := range []string{
			// What the record has, by its restored form: no table of others goes.
			`do $$ declare x record; begin
				for x in select o.oid::regclass as old from pg_class o join pg_class n on n.relname = o.relname
					where o.relnamespace = current_schema()::regnamespace and n.relnamespace = '` + staging + `'::regnamespace
						and o.relkind = 'r' and n.relkind = 'r'
				loop execute 'drop table ' || x.old || ' cascade'; end loop;
				for x in select o.oid::regprocedure as old from pg_proc o join pg_proc n on n.proname = o.proname
					where o.pronamespace = current_schema()::regnamespace and n.pronamespace = '` + staging + `'::regnamespace
				loop execute 'drop function ' || x.old; end loop;
			end $$`,
			`do $$ declare x record; here text := current_schema(); begin
				for x in select oid::regclass as new from pg_class where relnamespace = '` + staging + `'::regnamespace and relkind = 'r'
				loop execute 'alter table ' || x.new || ' set schema ' || quote_ident(here); end loop;
				for x in select oid::regprocedure as new from pg_proc where pronamespace = '` + staging + `'::regnamespace
				loop execute 'alter function ' || x.new || ' set schema ' || quote_ident(here); end loop;
			end $$`,
			`drop schema ` + staging,
		} {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return fmt.Errorf("put the restored record in its place (stop every worker and API first): %w", err)
			}
		}
		return nil
	})
}
