// Package postgres brings up a PostgreSQL server of the installation's own:
// found on the machine or downloaded, on a data folder that survives restarts,
// reachable through a Unix socket that nobody else may enter. It never empties
// a folder that holds somebody's data.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// port is only part of the socket's name: the server listens on no network.
const port = "5432"

// startTimeout leaves room for crash recovery after a kill of the machine.
const startTimeout = 2 * time.Minute

// Options say where the server lives.
type Options struct {
	// Folder is the installation's data folder; the server's files lie in
	// Folder/postgres, its socket in Folder/run, its log in Folder/postgres.log.
	Folder string
	// Binaries is a folder with initdb and postgres. Empty: looked for on the
	// machine, then downloaded.
	Binaries string
	// Repository is where binaries are downloaded from. Empty: Maven Central.
	// "off": nothing is downloaded.
	Repository string
	// Database is created where it is missing.
	Database string
}

// Server is a running PostgreSQL server that this process started.
type Server struct {
	// URL connects to Options.Database.
	URL string
	// Binaries is the folder whose postgres runs.
	Binaries string

	cmd      *exec.Cmd
	done     chan struct{}
	failed   error
	stopping atomic.Bool
}

// Start finds PostgreSQL, makes its data folder if it is not there yet, stops
// what an earlier process left behind on it, and starts it.
func Start(ctx context.Context, o Options) (*Server, error) {
	folder, err := filepath.Abs(o.Folder)
	if err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	o.Folder = folder
	data := filepath.Join(folder, "postgres")
	acc, err := accountFor(data)
	if err != nil {
		return nil, err
	}
	if err := prepareFolder(folder, acc); err != nil {
		return nil, err
	}
	if err := stopLeftover(ctx, data); err != nil {
		return nil, err
	}
	major, err := majorOf(data)
	if err != nil {
		return nil, err
	}
	bin, err := binariesFor(ctx, o, major)
	if err != nil {
		return nil, err
	}
	if major == 0 {
		if err := initialise(ctx, bin, data, acc); err != nil {
			return nil, err
		}
	}
	return runOnce(ctx, o, bin, acc)
}

// The sessions of a server that was killed end by themselves when they next wait
// for something. One that waits for a lock of another that was killed as well
// waits for ever, and is ended after orphansTimeout.
const (
	orphansTimeout = 3 * time.Second
	lastOrphans    = 30 * time.Second
)

// runOnce starts the server, and again while sessions of a killed one still hold
// its memory: PostgreSQL refuses to start beside them.
func runOnce(ctx context.Context, o Options, bin string, acc account) (*Server, error) {
	data := filepath.Join(o.Folder, "postgres")
	patient, cancel := context.WithTimeout(ctx, lastOrphans)
	defer cancel()
	enough := time.After(orphansTimeout)
	for {
		s := &Server{Binaries: bin, done: make(chan struct{})}
		err := s.run(ctx, o, data, acc)
		if err == nil {
			return s, nil
		}
		if !errors.Is(err, errOrphans) {
			return nil, err
		}
		select {
		case <-patient.Done():
			return nil, err
		case <-enough:
			endOrphans(data)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// errOrphans says that a server did not start beside the sessions of a killed one.
var errOrphans = errors.New("sessions of a server that was killed still run")

// Done is closed when the server has ended, stopped or on its own.
func (s *Server) Done() <-chan struct{} { return s.done }

// Err says why the server ended on its own; nil while it runs or was stopped.
func (s *Server) Err() error {
	select {
	case <-s.done:
		return s.failed
	default:
		return nil
	}
}

// Stop ends the server: connections are cut, what was committed is on disk.
func (s *Server) Stop(ctx context.Context) error {
	s.stopping.Store(true)
	if err := s.cmd.Process.Signal(syscall.SIGINT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop PostgreSQL (process %d): %w", s.cmd.Process.Pid, err)
	}
	select {
	case <-s.done:
		return nil
	case <-ctx.Done():
		// An immediate shutdown loses nothing committed: the next start replays the log.
		_ = s.cmd.Process.Signal(syscall.SIGQUIT)
		<-s.done
		return fmt.Errorf("stop PostgreSQL: %w: it was ended at once and will recover at the next start", ctx.Err())
	}
}

func (s *Server) run(ctx context.Context, o Options, data string, acc account) error {
	sockets, err := socketFolder(o.Folder, acc)
	if err != nil {
		return err
	}
	logName := filepath.Join(o.Folder, "postgres.log")
	log, err := openLog(logName)
	if err != nil {
		return err
	}
	defer log.Close()
	began, err := log.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("read PostgreSQL's log: %w", err)
	}
	s.cmd = exec.Command(filepath.Join(s.Binaries, "postgres"),
		"-D", data, "-k", sockets, "-p", port,
		"-c", "listen_addresses=",
		"-c", "unix_socket_permissions=0700",
		"-c", "max_connections=200",
		"-c", "shared_buffers=256MB",
		"-c", "max_wal_size=2GB",
		"-c", "jit=off",
		"-c", "logging_collector=off",
		"-c", "log_checkpoints=off",
		"-c", "timezone=UTC",
		// The log tells no row: an error's details and statement hold personal data.
		"-c", "log_error_verbosity=terse",
		"-c", "log_min_error_statement=panic",
	)
	s.cmd.Dir = "/"
	s.cmd.Stdout, s.cmd.Stderr = log, log
	s.cmd.SysProcAttr = acc.attributes()
	if err := s.launch(); err != nil {
		return fmt.Errorf("start %s: %w", s.cmd.Path, err)
	}
	s.URL = (&url.URL{
		Scheme: "postgres", User: url.User("postgres"), Path: "/" + o.Database,
		RawQuery: url.Values{"host": {sockets}, "port": {port}, "sslmode": {"disable"}}.Encode(),
	}).String()
	if err := s.ready(ctx, o.Database, sockets); err != nil {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		_ = s.Stop(stop)
		if strings.Contains(since(logName, began), "pre-existing shared memory block") {
			err = fmt.Errorf("%w: %w", errOrphans, err)
		}
		return fmt.Errorf("start PostgreSQL on %s: %w\nThe last lines of %s:\n%s", data, err, logName, tail(logName, 8))
	}
	return nil
}

// launch starts the process and waits for its end in the background, both on
// one thread that lives as long as the process: on Linux the kernel stops the
// server when that thread dies, so that a killed parent leaves nothing behind.
func (s *Server) launch() error {
	started := make(chan error)
	go holdThread(func() {
		if err := s.cmd.Start(); err != nil {
			close(s.done)
			started <- err
			return
		}
		started <- nil
		err := s.cmd.Wait()
		if !s.stopping.Load() {
			s.failed = fmt.Errorf("PostgreSQL ended on its own: %w", errors.Join(err, errors.New("see postgres.log in the data folder")))
		}
		close(s.done)
	})
	return <-started
}

// ready waits for the first answer and creates the database where it is missing.
func (s *Server) ready(ctx context.Context, database, sockets string) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	admin := fmt.Sprintf("host='%s' port=%s user=postgres dbname=postgres sslmode=disable", sockets, port)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, admin)
		if err == nil {
			defer conn.Close(ctx)
			return createDatabase(ctx, conn, database)
		}
		select {
		case <-s.done:
			return fmt.Errorf("it ended while starting: %w", s.failed)
		case <-ctx.Done():
			return fmt.Errorf("no answer: %w", errors.Join(ctx.Err(), err))
		case <-tick.C:
		}
	}
}

func createDatabase(ctx context.Context, conn *pgx.Conn, name string) error {
	var there bool
	if err := conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", name).Scan(&there); err != nil {
		return fmt.Errorf("look for database %s: %w", name, err)
	}
	if there {
		return nil
	}
	if _, err := conn.Exec(ctx, "create database "+pgx.Identifier{name}.Sanitize()); err != nil {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	return nil
}
