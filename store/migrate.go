package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib" // goose speaks database/sql
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the record's schema up to date. Several processes may call it
// at once: one migrates, the others wait for it.
func Migrate(ctx context.Context, databaseURL string) error {
	cfg, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		return fmt.Errorf("read the database URL: %w", err)
	}
	db := stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(patiently))
	defer db.Close()
	return migrate(ctx, db)
}

// patiently has a migration give up soon where somebody holds a table's lock:
// whoever comes after it would wait for as long.
func patiently(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, `set lock_timeout = '3s'`)
	return err
}

// The tries of a migration that does not get a table's lock, and the pause
// between two, in which those who waited behind it go on.
const (
	migrationTries = 20
	migrationPause = time.Second
)

func migrate(ctx context.Context, db *sql.DB) error {
	p, err := migrator(db)
	if err != nil {
		return err
	}
	for n := 1; ; n++ {
		_, err := p.Up(ctx)
		if err == nil {
			return nil
		}
		if sqlState(err) != "55P03" || n == migrationTries {
			return fmt.Errorf("migrate the record: %w", err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("migrate the record: %w: %w", ctx.Err(), err)
		case <-time.After(migrationPause):
		}
	}
}

// migrator brings a database's schema up, one process at a time.
func migrator(db *sql.DB) (*goose.Provider, error) {
	files, err := Migrations()
	if err != nil {
		return nil, err
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, fmt.Errorf("migrate the record: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, fmt.Errorf("migrate the record: %w", err)
	}
	return p, nil
}

// Migrations are the schema's files.
func Migrations() (fs.FS, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	return files, nil
}
