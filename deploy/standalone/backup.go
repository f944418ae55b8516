package standalone

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/deploy/standalone/postgres"
	"github.com/recobro/recobro/deploy/standalone/temporalserver"
)

// BackupCommands are backup and restore for an installation of one machine:
// where it does not run, its PostgreSQL is brought up for them alone.
func BackupCommands() []*cobra.Command {
	return []*cobra.Command{command.BackupCommand(whereOneLies), command.RestoreCommand(whereItLies, forgetTemporal)}
}

// Alone lets a command work where no installation runs as well: its PostgreSQL
// is brought up for that command alone.
func Alone(c *cobra.Command) {
	run := c.RunE
	c.RunE = func(cmd *cobra.Command, args []string) error {
		return whereOneLies(cmd.Context(), func(databaseURL string) error {
			if err := os.Setenv("DATABASE_URL", databaseURL); err != nil {
				return err
			}
			return run(cmd, args)
		})
	}
}

// whereItLies has work done where the environment says that the record lies, else in
// the data folder, where no installation runs on it.
func whereItLies(ctx context.Context, work func(databaseURL string) error) error {
	if os.Getenv("DATABASE_URL") != "" {
		return command.Configured(ctx, work)
	}
	s, err := Load(command.Environ())
	if err != nil {
		return err
	}
	return WithRecord(ctx, s, work)
}

// whereOneLies is whereItLies for work on a record that is there: none is made for
// it in a folder that holds none.
func whereOneLies(ctx context.Context, work func(databaseURL string) error) error {
	if os.Getenv("DATABASE_URL") == "" {
		s, err := Load(command.Environ())
		if err != nil {
			return err
		}
		if _, err := os.Stat(filepath.Join(s.Folder, "postgres", "PG_VERSION")); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("no record lies in the data folder %s: make run (standalone run) begins one, RECOBRO_DATA chooses another folder", s.Folder)
		}
	}
	return whereItLies(ctx, work)
}

// WithRecord brings up the data folder's PostgreSQL, and nothing else, for as
// long as the work on the record takes.
func WithRecord(ctx context.Context, s Settings, work func(databaseURL string) error) (err error) {
	i := &Installation{Settings: s}
	if err := i.takeFolder(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, i.held.Close()) }()
	pg, err := postgres.Start(ctx, postgres.Options{
		Folder: s.Folder, Binaries: s.PostgresBin, Repository: s.PostgresRepository, Database: "recobro",
	})
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), postgresTimeout)
		defer cancel()
		err = errors.Join(err, pg.Stop(ctx))
	}()
	return work(pg.URL)
}

// postgresTimeout is how long PostgreSQL may take to stop.
const postgresTimeout = 30 * time.Second

// forgetTemporal removes what a Temporal in the installation's own process knew
// of the record that was replaced: its workflows have seen more than is there.
// They are made anew from the record at the next start.
func forgetTemporal(ctx context.Context, databaseURL string) error {
	s, err := Load(command.Environ())
	if err != nil {
		return err
	}
	if !s.embedded() {
		return nil // it is others' too, and notices by itself
	}
	if err := temporalserver.Forget(ctx, databaseURL); err != nil {
		return fmt.Errorf("the record is restored, but not yet what goes with it: run restore again with --replace: %w", err)
	}
	return nil
}
