package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/store"
)

// asRole makes the program one process that is measured, or killed.
const asRole = "RECOBRO_BENCH_ROLE"

// The roles. Each prints one line once it works: its address, or nothing.
const (
	asAPI    = "api"    // the API alone
	asWorker = "worker" // our worker, which sends live
	asRiver  = "river"  // the worker of the design beside ours
)

var roles = map[string]func(context.Context) error{asAPI: serveAPI, asWorker: serveContacts, asRiver: serveRiver}

// played plays a role, if this process was started to, until it is told to stop.
func played() (is bool, code int) {
	play, is := roles[os.Getenv(asRole)]
	if !is {
		return false, 0
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := play(ctx); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		return true, 1
	}
	return true, 0
}

// serveAPI serves the API over a record.
func serveAPI(ctx context.Context) error {
	cfg, err := command.Load(command.Environ())
	if err != nil {
		return err
	}
	p, err := command.Open(ctx, cfg, command.Wiring{Logger: cfg.Logger(io.Discard), Version: "bench"})
	if err != nil {
		return err
	}
	defer p.Close()
	l, err := command.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("http://" + l.Addr().String())
	return command.Serve(ctx, l, p.Handler())
}

// process is a process of this program that plays a role.
type process struct {
	first  string // the line that it printed
	cmd    *exec.Cmd
	stderr bytes.Buffer // to be read once done is closed
	done   chan struct{}
}

// spawn starts a process in a role, in a group of its own, and waits until it
// works.
func spawn(role string, environ ...string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("start the %s: %w", role, err)
	}
	p := &process{cmd: exec.Command(self), done: make(chan struct{})}
	p.cmd.Env = append(append(os.Environ(), asRole+"="+role), environ...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p.cmd.Stderr = &p.stderr
	out, err := p.cmd.StdoutPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("start the %s: %w", role, err)
	}
	lines := bufio.NewReader(out)
	p.first, err = lines.ReadString('\n')
	p.first = strings.TrimSpace(p.first)
	go func() {
		_, _ = io.Copy(io.Discard, lines)
		_ = p.cmd.Wait()
		close(p.done)
	}()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the %s: it ended", role), p.failed())
	}
	return p, nil
}

// kill ends the process's whole group at once and waits until it is gone.
func (p *process) kill() { p.end(syscall.SIGKILL) }

// stop lets the process end in order.
func (p *process) stop() { p.end(syscall.SIGTERM) }

func (p *process) end(by syscall.Signal) {
	select {
	case <-p.done:
	default:
		_ = syscall.Kill(-p.cmd.Process.Pid, by)
	}
	<-p.done
}

// failed ends the process, and tells what it said before.
func (p *process) failed() error {
	p.kill()
	if said := strings.TrimSpace(p.stderr.String()); said != "" {
		return errors.New(said)
	}
	return nil
}

// seconds is the CPU time of a process that has ended.
func (p *process) seconds() float64 {
	return (p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()).Seconds()
}

// ownDatabase makes a database beside the installation's record, and gives its URL.
func ownDatabase(ctx context.Context, beside, name string) (string, error) {
	u, err := url.Parse(beside)
	if err != nil {
		return "", fmt.Errorf("make database %s: %w", name, err)
	}
	conn, err := pgx.Connect(ctx, beside)
	if err != nil {
		return "", fmt.Errorf("make database %s: %w", name, err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "create database "+pgx.Identifier{name}.Sanitize()); err != nil {
		return "", fmt.Errorf("make database %s: %w", name, err)
	}
	u.Path = "/" + name
	return u.String(), nil
}

// ownRecord makes an empty record on a database of its own.
func ownRecord(ctx context.Context, beside, name string) (string, error) {
	at, err := ownDatabase(ctx, beside, name)
	if err != nil {
		return "", err
	}
	return at, store.Migrate(ctx, at)
}
