package temporalserver

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/iancoleman/strcase"
	"github.com/jackc/pgx/v5"
	"github.com/jmoiron/sqlx"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql/driver"
	v12 "go.temporal.io/server/schema/postgresql/v12"
	"go.temporal.io/server/tools/common/schema"
	"go.temporal.io/server/tools/sql"
)

// database is one of the two databases that the server keeps.
type database struct {
	name    string
	schema  string // embedded in the server's module
	version string // what this server expects
}

// databases gives the names that go with a database of ours: several
// installations may share one PostgreSQL.
func databases(ours string) (main, visibility database) {
	prefix := ""
	if ours != "recobro" {
		prefix = ours + "_"
	}
	return database{prefix + "temporal", "postgresql/v12/temporal", v12.Version},
		database{prefix + "temporal_visibility", "postgresql/v12/visibility", v12.VisibilityVersion}
}

// prepare creates the database and brings its schema to the version that this
// server expects.
func (d database) prepare(ctx context.Context, url string, logger log.Logger) error {
	if err := d.create(ctx, url); err != nil {
		return err
	}
	// Hundreds of statements, each its own commit: none has to reach the disk
	// before the next, since what a crash cuts off is done again.
	cfg := d.config(url, 1)
	connect := cfg.Connect
	cfg.Connect = func(c *config.SQL) (*sqlx.DB, error) {
		db, err := connect(c)
		if err == nil {
			_, err = db.ExecContext(ctx, "set synchronous_commit = off")
		}
		return db, err
	}
	conn, err := sql.NewConnection(cfg, logger)
	if err != nil {
		return fmt.Errorf("connect to Temporal's database %s: %w", d.name, err)
	}
	defer conn.Close()
	has, err := conn.ReadSchemaVersion()
	if err == nil && has == d.version {
		return nil
	}
	if err != nil { // no version: a new database
		fresh := &schema.SetupConfig{InitialVersion: "0.0"}
		if err := schema.NewSetupSchemaTask(conn, fresh, logger).Run(); err != nil {
			return fmt.Errorf("set up Temporal's database %s: %w", d.name, err)
		}
	}
	update := &schema.UpdateConfig{SchemaName: d.schema}
	if err := schema.NewUpdateSchemaTask(conn, update, logger).Run(); err != nil {
		return fmt.Errorf("bring Temporal's database %s from schema %q to %s: %w", d.name, has, d.version, err)
	}
	return nil
}

func (d database) create(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connect to PostgreSQL for Temporal's databases: %w", err)
	}
	defer conn.Close(ctx)
	var there bool
	if err := conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", d.name).Scan(&there); err != nil {
		return fmt.Errorf("look for Temporal's database %s: %w", d.name, err)
	}
	if there {
		return nil
	}
	name := pgx.Identifier{d.name}.Sanitize()
	if _, err := conn.Exec(ctx, "create database "+name); err != nil {
		return fmt.Errorf("create Temporal's database %s (the user needs CREATEDB, or create it by hand): %w", d.name, err)
	}
	// The record waits for the disk; Temporal need not. A crash may cost it the
	// last moments, never its consistency, and what a case then does not wake for
	// the relay sees on the record. It spares some twenty waits a step.
	if _, err := conn.Exec(ctx, "alter database "+name+" set synchronous_commit = off"); err != nil {
		return fmt.Errorf("set up Temporal's database %s: %w", d.name, err)
	}
	return nil
}

// config connects to the database with everything that the installation's own
// URL says (socket, TLS, password); only the database differs.
func (d database) config(url string, conns int) *config.SQL {
	return &config.SQL{
		PluginName:   postgresql.PluginNamePGX,
		DatabaseName: d.name,
		ConnectAddr:  "as the installation's own URL says",
		MaxConns:     conns,
		MaxIdleConns: conns,
		Connect: func(c *config.SQL) (*sqlx.DB, error) {
			db, err := (&driver.PGXDriver{}).CreateConnection(onDatabase(url, c.DatabaseName))
			if err != nil {
				return nil, err
			}
			db.SetMaxOpenConns(c.MaxConns)
			db.SetMaxIdleConns(c.MaxIdleConns)
			db.MapperFunc(strcase.ToSnake) // as the server's own connection maps columns
			return db, nil
		},
	}
}

// onDatabase gives a connection string, in either of the forms that pgx reads,
// with another database.
func onDatabase(conn, name string) string {
	if strings.HasPrefix(conn, "postgres://") || strings.HasPrefix(conn, "postgresql://") {
		if u, err := url.Parse(conn); err == nil {
			u.Path = "/" + name
			return u.String()
		}
	}
	return conn + " dbname=" + name
}
