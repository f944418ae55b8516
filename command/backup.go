package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/recobro/recobro/store"
)

// At carries work on the record out, given the address of its database.
type At func(ctx context.Context, work func(databaseURL string) error) error

// Configured is where DATABASE_URL says that the record lies.
func Configured(ctx context.Context, work func(string) error) error {
	cfg, err := Load(Environ())
	if err != nil {
		return err
	}
	if cfg.DatabaseURL == "" {
		return noRecord(ctx)
	}
	return work(cfg.DatabaseURL)
}

// BackupCommand writes the record into a file. at is where it lies.
func BackupCommand(at At) *cobra.Command {
	var to string
	c := &cobra.Command{
		Use: "backup --to FILE|FOLDER", Short: "Write the whole record, as it is at one instant, into a file",
		Long: "Write the whole record, as it is at one instant, into a file; work goes on meanwhile. In a folder the\n" +
			"file is named by the instant. It holds names, addresses and letters: keep it as you keep the database.\n\n" +
			"Temporal's databases are not in it and need no backup: what they hold is made again from the record.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return at(ctx, func(url string) error {
				name, m, err := backUp(ctx, url, cmd.Root().Version, to)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %s, %d events, schema %d\n", name, counted(int(m.Rows("cases")), "case"), m.Rows("events"), m.Schema)
				return err
			})
		},
	}
	c.Flags().StringVar(&to, "to", "", "the file, which must not exist yet, or a folder")
	_ = c.MarkFlagRequired("to") // fails only for a flag that is not there
	return c
}

// backUp writes a backup beside its final name and moves it there when it is
// whole and on disk, so that no file that looks whole is not.
func backUp(ctx context.Context, url, version, to string) (name string, m store.Manifest, err error) {
	name = to
	if st, err := os.Stat(to); err == nil && st.IsDir() {
		name = filepath.Join(to, "recobro-"+time.Now().UTC().Format("20060102T150405Z")+".backup")
	}
	if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
		return name, m, fmt.Errorf("back up to %s: %w", name, errors.Join(err, fs.ErrExist))
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".recobro-backup-*") // for its owner only
	if err != nil {
		return name, m, fmt.Errorf("back up to %s: %w", name, err)
	}
	m, err = store.Backup(ctx, url, version, f)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		err = fmt.Errorf("back up to %s: %w", name, err)
	} else {
		err = nameBackup(f.Name(), name, os.Link)
	}
	if !errors.Is(err, errUnnamed) {
		_ = os.Remove(f.Name()) // where it has not been moved
	}
	return name, m, err
}

// errUnnamed says that a backup is whole, and could not be given its name.
var errUnnamed = errors.New("the file system can neither link a file nor rename it without replacing another")

// nameBackup gives a file that is whole its final name, and never takes that
// name from another file. Where the file system has no hard links, as those of
// many memory sticks and shares, it is renamed.
func nameBackup(from, to string, link func(from, to string) error) error {
	err := link(from, to)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return wrapped(to, err)
	}
	switch moved := renameAside(from, to); {
	case moved == nil || errors.Is(moved, fs.ErrExist):
		return wrapped(to, moved)
	default:
		return fmt.Errorf("back up to %s: %w (%w, %w): the backup is whole, and is kept as %s", to, errUnnamed, err, moved, from)
	}
}

func wrapped(to string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("back up to %s: %w", to, err)
}

// RestoreCommand reads a backup into a database. at is where the record is to
// lie; after is done once it lies there.
func RestoreCommand(at At, after func(ctx context.Context, databaseURL string) error) *cobra.Command {
	var from string
	var replace, check bool
	c := &cobra.Command{
		Use: "restore --from FILE [--replace]", Short: "Read a backup into an empty database, or in place of its record",
		Long: "Check a backup from its first byte to its last, and read it into the database. A restore that fails, or\n" +
			"is cut off, changes nothing. Stop every worker and API first.\n\n" +
			"The restored record accepts facts and sends nothing until reconcile --lift: what was sent after the\n" +
			"backup was made is not on it. Temporal needs no restore: its histories that know more are noticed,\n" +
			"and recover wakes every open case anew.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, out := cmd.Context(), cmd.OutOrStdout()
			f, err := os.Open(from)
			if err != nil {
				return fmt.Errorf("restore: %w", err)
			}
			defer f.Close()
			st, err := f.Stat()
			if err != nil {
				return fmt.Errorf("restore: %w", err)
			}
			m, z, err := store.OpenBackup(f, st.Size())
			if err != nil {
				return fmt.Errorf("restore from %s: %w; nothing was changed", from, err)
			}
			tell(out, from, m)
			if check {
				return nil
			}
			return at(ctx, func(url string) error {
				if err := store.Restore(ctx, url, z, m, replace); err != nil {
					return fmt.Errorf("restore from %s: %w", from, err)
				}
				if err := after(ctx, url); err != nil {
					return err
				}
				fmt.Fprintf(out, "The record is restored, and sends nothing until you let it: %s reconcile says what to do.\n", cmd.Root().Name())
				return nil
			})
		},
	}
	c.Flags().StringVar(&from, "from", "", "the backup")
	c.Flags().BoolVar(&replace, "replace", false, "remove the record that is in the database for good")
	c.Flags().BoolVar(&check, "check", false, "only check the backup and say what it holds")
	_ = c.MarkFlagRequired("from") // fails only for a flag that is not there
	return c
}

func tell(w io.Writer, from string, m store.Manifest) {
	last := "none"
	if !m.Last.IsZero() {
		last = m.Last.Format(time.RFC3339)
	}
	fmt.Fprintf(w, "%s: made %s by version %s, schema %d; %s, %d events, the last of %s\n",
		from, m.At.Format(time.RFC3339), m.Version, m.Schema, counted(int(m.Rows("cases")), "case"), m.Rows("events"), last)
}

// asItIs does nothing after a restore: other processes' Temporal is not ours.
func asItIs(context.Context, string) error { return nil }
