// Package storetest gives tests a record on a real PostgreSQL: one throw-away
// server for each test binary, and a database of its own for each test.
//
// It runs as root too: PostgreSQL refuses root, so its processes then run as
// the user postgres, or nobody.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"os/user"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/law/lawtest"
	"github.com/recobro/recobro/store"
)

// server is a running PostgreSQL.
type server struct {
	base string // folder with socket and files
	cmd  *exec.Cmd
	gone chan struct{}
}

var (
	mu      sync.Mutex
	running *server
	failed  error
	count   int
)

// Main runs the tests of a package by tables of rates that stand still, and
// stops the server after them:
//
//	func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }
func Main(m *testing.M) int {
	lawtest.Hold()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-stop
		Stop()
		os.Exit(1)
	}()
	defer Stop()
	return m.Run()
}

// Stop ends the server and removes its files. A watcher does the same where
// the test binary ends without it.
func Stop() {
	mu.Lock()
	defer mu.Unlock()
	if running == nil {
		return
	}
	running.stop()
	running = nil
}

// start gives the server of this test binary, and starts it at the first call.
func start() (*server, error) {
	mu.Lock()
	defer mu.Unlock()
	if running != nil || failed != nil {
		return running, failed
	}
	running, failed = launch()
	return running, failed
}

// launch sets up and starts a server with a migrated template database.
func launch() (*server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	base, err := os.MkdirTemp("", "rcb-pg-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for PostgreSQL: %w", err)
	}
	s := &server{base: base, gone: make(chan struct{})}
	if err := s.boot(bin); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

func (s *server) boot(bin string) error {
	who, err := runAs()
	if err != nil {
		return err
	}
	files := filepath.Join(s.base, "files")
	if err := errors.Join(os.Chmod(s.base, 0o755), os.Mkdir(files, 0o700)); err != nil {
		return fmt.Errorf("make a folder for PostgreSQL: %w", err)
	}
	if who != nil {
		if err := errors.Join(os.Chown(s.base, int(who.Uid), int(who.Gid)), os.Chown(files, int(who.Uid), int(who.Gid))); err != nil {
			return fmt.Errorf("hand the folder over to PostgreSQL: %w", err)
		}
	}
	command := func(name string, args ...string) *exec.Cmd {
		c := exec.Command(filepath.Join(bin, name), args...)
		c.Dir = "/"
		c.SysProcAttr = &syscall.SysProcAttr{Credential: who, Setpgid: true}
		return c
	}
	if out, err := command("initdb", "-D", files, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8",
		"--no-sync", "--no-instructions").CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	s.cmd = command("postgres", "-D", files, "-k", s.base, "-p", "5432", "-c", "listen_addresses=", "-c", "fsync=off",
		"-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "log_checkpoints=off", "-c", "max_connections=300")
	log, err := os.Create(filepath.Join(s.base, "log"))
	if err != nil {
		return fmt.Errorf("open PostgreSQL's log: %w", err)
	}
	defer log.Close()
	s.cmd.Stdout, s.cmd.Stderr = log, log
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	go func() {
		s.cmd.Wait()
		close(s.gone)
	}()
	s.watch()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := s.ready(ctx); err != nil {
		return err
	}
	if err := s.exec(ctx, "create database template"); err != nil {
		return err
	}
	return store.Migrate(ctx, s.url("template"))
}

// watch starts a shell that ends the server and removes its files should the
// test binary be killed.
func (s *server) watch() {
	script := fmt.Sprintf(`while kill -0 %d 2>/dev/null && kill -0 %d 2>/dev/null; do sleep 1; done
kill -0 %d 2>/dev/null || { kill -INT %d 2>/dev/null; sleep 2; rm -rf '%s'; }`,
		os.Getpid(), s.cmd.Process.Pid, os.Getpid(), s.cmd.Process.Pid, s.base)
	c := exec.Command("/bin/sh", "-c", script)
	c.Dir = "/"
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if c.Start() == nil {
		go c.Wait()
	}
}

// ready waits until the server answers.
func (s *server) ready(ctx context.Context) error {
	for {
		conn, err := pgx.Connect(ctx, s.url("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-s.gone:
			out, _ := os.ReadFile(filepath.Join(s.base, "log"))
			return fmt.Errorf("PostgreSQL ended: %s", out)
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not answer: %w", err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// exec runs one statement on the maintenance database.
func (s *server) exec(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, s.url("postgres"))
	if err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("%s: %w", sql, err)
	}
	return nil
}

// url is that of a database, over the socket.
func (s *server) url(database string) string {
	return "postgres://postgres@/" + database + "?host=" + url.QueryEscape(s.base) + "&port=5432&sslmode=disable"
}

// stop ends the server at once and removes its files.
func (s *server) stop() {
	if s.cmd != nil && s.cmd.Process != nil {
		s.cmd.Process.Signal(syscall.SIGINT)
		select {
		case <-s.gone:
		case <-time.After(10 * time.Second):
			s.cmd.Process.Kill()
			<-s.gone
		}
	}
	os.RemoveAll(s.base)
}

// runAs is whom PostgreSQL runs as under root; nil for whoever runs the tests.
func runAs() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("PostgreSQL refuses to run as root, and there is no user postgres or nobody")
}

// binaries finds the folder of initdb and postgres: on the path, by pg_config,
// or where packages put them; of several versions the newest.
func binaries() (string, error) {
	var folders []string
	if p, err := exec.LookPath("initdb"); err == nil {
		folders = append(folders, filepath.Dir(p))
	}
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		folders = append(folders, strings.TrimSpace(string(out)))
	}
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin",
		"/usr/local/opt/postgresql*/bin", "/Library/PostgreSQL/*/bin"} {
		found, _ := filepath.Glob(pattern)
		sort.Sort(sort.Reverse(sort.StringSlice(found)))
		folders = append(folders, found...)
	}
	for _, f := range folders {
		if _, err := os.Stat(filepath.Join(f, "initdb")); err != nil {
			continue
		}
		if _, err := os.Stat(filepath.Join(f, "postgres")); err == nil {
			return f, nil
		}
	}
	return "", fmt.Errorf("no PostgreSQL server binaries found on this %s machine: install postgresql", runtime.GOOS)
}
