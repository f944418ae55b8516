package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	_ "net/http/pprof" // an installation that is measured may be looked into

	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/deploy/standalone"
)

// asSite makes the program an installation that is measured.
const asSite = "RECOBRO_BENCH_SERVE"

// Served reports whether this process was started to be an installation that
// is measured, or another part of a measure, and if so is one until it is told to stop. A main function, or
// TestMain, asks it before anything else.
func Served() (served bool, code int) {
	if is, code := played(); is {
		return true, code
	}
	if os.Getenv(asSite) == "" {
		return false, 0
	}
	standalone.Sweep()
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return true, 1
	}
	return true, 0
}

func serve() (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	s, err := standalone.Load(command.Environ())
	if err != nil {
		return err
	}
	i, err := standalone.Start(ctx, s)
	if err != nil {
		return err
	}
	l, err := command.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		return errors.Join(err, i.Stop())
	}
	go func() { _ = http.Serve(l, nil) }() // profiles only; ends with the process
	s = i.Settings
	answer, err := json.Marshal(where{URL: i.URL, Key: i.Key, DatabaseURL: s.DatabaseURL,
		TemporalAddress: s.TemporalAddress, Profiles: "http://" + l.Addr().String() + "/debug/pprof/"})
	if err != nil {
		return errors.Join(err, i.Stop())
	}
	fmt.Println(string(answer))
	return errors.Join(i.Wait(ctx), i.Stop())
}

// where is what an installation says once it runs.
type where struct {
	URL, Key, DatabaseURL, TemporalAddress, Profiles string
}

// Site is an installation that is measured.
type Site struct {
	// Folder holds all that it keeps; it goes with the Site.
	Folder string
	// URL is where its API answers; Key is an operator's.
	URL, Key string
	// DatabaseURL is its record; the owner of the whole server may enter by it.
	DatabaseURL string
	// TemporalAddress is its Temporal's frontend.
	TemporalAddress string
	// Profiles is where its profiles are read (net/http/pprof).
	Profiles string
	// Full is for the full sizes.
	Full bool

	environ map[string]string
	try     bool // sizes at which figures say nothing
	cmd     *exec.Cmd
	done    chan struct{} // closed when the process has ended
	stderr  bytes.Buffer  // to be read once done is closed
	out     io.Writer
	asked   atomic.Int64
}

// NewSite starts an installation on a throw-away folder, with more in its
// environment.
func NewSite(ctx context.Context, environ map[string]string) (*Site, error) {
	folder, err := os.MkdirTemp("", "rcb-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a folder to measure in: %w", err)
	}
	s := &Site{Folder: folder, environ: environ, out: io.Discard}
	if err := os.Chmod(folder, 0o755); err != nil { // PostgreSQL's own user passes through
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	if err := s.Start(ctx); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return s, nil
}

// Start starts the installation's process, first or once more, and returns
// when its API answers. Addresses are other ones each time.
func (s *Site) Start(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("start the installation that is measured: %w", err)
	}
	environ := command.Environ()
	maps.Copy(environ, map[string]string{asSite: "1", "RECOBRO_DATA": s.Folder, "RECOBRO_LISTEN": "127.0.0.1:0", "RECOBRO_TEMPORAL_PORT": "0",
		"RECOBRO_LOG_LEVEL": "warn", "DATABASE_URL": "", "TEMPORAL_ADDRESS": ""})
	maps.Copy(environ, s.environ)
	s.cmd, s.done = exec.Command(self), make(chan struct{})
	for name, value := range environ {
		s.cmd.Env = append(s.cmd.Env, name+"="+value)
	}
	s.stderr.Reset()
	s.cmd.Stderr = &s.stderr
	out, err := s.cmd.StdoutPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		return fmt.Errorf("start the installation that is measured: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = s.cmd.Process.Signal(syscall.SIGTERM) })
	line, _ := bufio.NewReader(out).ReadBytes('\n')
	done := s.done
	go func() {
		_, _ = io.Copy(io.Discard, out)
		_ = s.cmd.Wait()
		close(done)
	}()
	stop()
	var w where
	if err := json.Unmarshal(line, &w); err != nil {
		<-s.done
		return fmt.Errorf("the installation that is measured did not start: %s", strings.TrimSpace(s.stderr.String()))
	}
	s.URL, s.Key, s.DatabaseURL, s.TemporalAddress, s.Profiles = w.URL, w.Key, w.DatabaseURL, w.TemporalAddress, w.Profiles
	return nil
}

// Kill ends the installation's process at once, as a crash does. Its
// PostgreSQL ends too, where the kernel allows it.
func (s *Site) Kill() error {
	if err := s.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("kill the installation: %w", err)
	}
	<-s.done
	return nil
}

// Stop ends the installation in order; its folder stays.
func (s *Site) Stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop the installation: %w", err)
	}
	select {
	case <-s.done:
	case <-time.After(20 * time.Second):
		return errors.Join(errors.New("the installation did not stop within 20 s"), s.Kill())
	}
	if !s.cmd.ProcessState.Success() && s.cmd.ProcessState.ExitCode() > 0 {
		return fmt.Errorf("the installation stopped with an error: %s", strings.TrimSpace(s.stderr.String()))
	}
	return nil
}

// Close ends the installation and removes its folder.
func (s *Site) Close() error { return errors.Join(s.Stop(), os.RemoveAll(s.Folder)) }

// Size chooses between the full size and the small one, or a smaller one where
// a measure is only tried out.
func (s *Site) Size(full, small int) int {
	switch {
	case s.Full:
		return full
	case s.try:
		return max(1, small/20)
	}
	return small
}

// Logf tells how it goes.
func (s *Site) Logf(format string, args ...any) { fmt.Fprintf(s.out, "  "+format+"\n", args...) }

// Parts opens the installation's parts in this process: a store, and a way to
// its Temporal, beside those of its own process.
func (s *Site) Parts(ctx context.Context) (*command.Parts, error) {
	environ := maps.Clone(s.environ)
	if environ == nil {
		environ = map[string]string{}
	}
	maps.Copy(environ, map[string]string{"DATABASE_URL": s.DatabaseURL, "TEMPORAL_ADDRESS": s.TemporalAddress})
	cfg, err := command.Load(environ)
	if err != nil {
		return nil, err
	}
	return command.Open(ctx, cfg, command.Wiring{Logger: slog.New(slog.DiscardHandler), Version: "bench"})
}

// callers keep as many connections as a measure has callers.
var callers = &http.Client{Timeout: 5 * time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 256}}

// Post asks the API to make something of in, and reads the answer into out,
// unless that is nil.
func (s *Site) Post(ctx context.Context, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("POST %s: %w", path, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("POST %s: %w", path, err)
	}
	req.Header.Set("Content-Type", "application/json")
	return s.Ask(req, out)
}

// Get asks the API, and reads the answer into out.
func (s *Site) Get(ctx context.Context, path string, out any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+path, nil)
	if err != nil {
		return fmt.Errorf("GET %s: %w", path, err)
	}
	return s.Ask(req, out)
}

// Ask sends a request with the operator's key, and reads the answer into out,
// unless that is nil. An answer other than 2xx is an error.
func (s *Site) Ask(req *http.Request, out any) error {
	req.Header.Set("Authorization", "Bearer "+s.Key)
	if req.Method == http.MethodPost && req.Header.Get("Idempotency-Key") == "" {
		req.Header.Set("Idempotency-Key", fmt.Sprintf("bench-%d-%d", os.Getpid(), s.asked.Add(1)))
	}
	what := req.Method + " " + req.URL.Path
	res, err := callers.Do(req)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("%s: %s: %s", what, res.Status, text)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("%s: read the answer: %w", what, err)
	}
	return nil
}

// file gives the name of a file in the installation's folder.
func (s *Site) file(names ...string) string {
	return filepath.Join(append([]string{s.Folder}, names...)...)
}
