// Package standalone is a whole installation in one process: PostgreSQL, a real
// Temporal server on it, the worker and the API. It is what a newcomer starts;
// production runs the same packages as separate processes.
package standalone

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"golang.org/x/sync/errgroup"

	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/deploy/standalone/postgres"
	"github.com/recobro/recobro/deploy/standalone/temporalserver"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/worker"
)

// stopTimeout is how long Stop may take in all; what a process manager waits
// before it kills is rarely less.
const stopTimeout = 9500 * time.Millisecond

// Installation is a running installation.
type Installation struct {
	// Parts are its store, channels and connection to Temporal.
	Parts *command.Parts
	// URL is where the API answers.
	URL string
	// Key is the secret of the operator's API key.
	Key string
	// Settings are what it was started with.
	Settings Settings

	held     *os.File // the folder's lock
	log      io.Closer
	postgres *postgres.Server
	temporal *temporalserver.Server
	api      *part
	worker   *part
	watch    *part
}

// part is something that runs until it is cancelled, or ends on its own.
type part struct {
	cancel context.CancelFunc
	done   chan struct{}
	err    error
}

func begin(ctx context.Context, run func(context.Context) error) *part {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	p := &part{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(p.done)
		p.err = run(ctx)
	}()
	return p
}

// stop cancels the part and waits for its end, but not beyond ctx.
func (p *part) stop(ctx context.Context, name string) error {
	if p == nil {
		return nil
	}
	p.cancel()
	select {
	case <-p.done:
		return p.err
	case <-ctx.Done():
		return fmt.Errorf("stop the %s: %w", name, ctx.Err())
	}
}

// Start brings everything up, in order. What it had started when something
// fails, it stops again.
func Start(ctx context.Context, s Settings) (*Installation, error) {
	i := &Installation{Settings: s}
	if err := i.start(ctx); err != nil {
		return nil, errors.Join(err, i.Stop())
	}
	return i, nil
}

func (i *Installation) start(ctx context.Context) error {
	if err := i.takeFolder(); err != nil {
		return err
	}
	logger, err := i.openLog()
	if err != nil {
		return err
	}
	l, err := command.Listen(ctx, i.Settings.Listen) // first: a port that is taken is known at once
	if err != nil {
		return err
	}
	figures, err := i.Settings.ListenWatch(ctx)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	if err := i.bringUp(ctx, logger); err != nil {
		if figures != nil {
			err = errors.Join(err, figures.Close())
		}
		return errors.Join(err, l.Close())
	}
	handler := i.Parts.Handler()
	i.URL = "http://" + reachable(l.Addr())
	i.worker = begin(ctx, func(ctx context.Context) error { return worker.Run(ctx, i.Parts.WorkerOptions()) })
	i.api = begin(ctx, func(ctx context.Context) error { return command.Serve(ctx, l, handler) })
	i.watch = begin(ctx, func(ctx context.Context) error { return i.Parts.ServeWatch(ctx, figures, command.BothRoles) })
	return i.writeRunning()
}

// bringUp starts PostgreSQL and Temporal, migrates, and wires the parts.
func (i *Installation) bringUp(ctx context.Context, logger *slog.Logger) error {
	s := &i.Settings
	if s.DatabaseURL == "" {
		pg, err := postgres.Start(ctx, postgres.Options{
			Folder: s.Folder, Binaries: s.PostgresBin, Repository: s.PostgresRepository, Database: "recobro",
		})
		if err != nil {
			return err
		}
		i.postgres, s.DatabaseURL = pg, pg.URL
	}
	both, started := errgroup.WithContext(ctx)
	both.Go(func() error { return store.Migrate(started, s.DatabaseURL) })
	var dial *client.Options
	if s.embedded() {
		both.Go(func() error {
			server, err := temporalserver.Start(ctx, temporalserver.Options{DatabaseURL: s.DatabaseURL, Port: s.TemporalPort, Folder: s.Folder})
			if err != nil {
				return explainPort(err)
			}
			i.temporal = server
			s.TemporalAddress = server.Address
			dial = &client.Options{HostPort: server.Address, Namespace: s.TemporalNamespace, Logger: log.NewStructuredLogger(logger)}
			return nil
		})
	}
	if err := both.Wait(); err != nil {
		return err
	}
	parts, err := command.Open(ctx, s.Config, command.Wiring{Logger: logger, Version: s.Version, Dial: dial})
	if err != nil {
		return err
	}
	i.Parts = parts
	if err := command.PrepareNamespace(ctx, parts.Temporal, parts.Namespace); err != nil {
		return err
	}
	i.Key, err = operatorKey(ctx, parts.Store, filepath.Join(s.Folder, "operator.key"))
	return err
}

func explainPort(err error) error {
	var taken *temporalserver.PortTaken
	if errors.As(err, &taken) {
		return fmt.Errorf("%w: set RECOBRO_TEMPORAL_PORT to another port (0: any free one), "+
			"or TEMPORAL_ADDRESS=127.0.0.1:%d to use the Temporal that listens there", err, taken.Port)
	}
	return err
}

// Wait returns when ctx ends, or with what ended on its own.
func (i *Installation) Wait(ctx context.Context) error {
	var gone <-chan struct{}
	if i.postgres != nil {
		gone = i.postgres.Done()
	}
	select {
	case <-ctx.Done():
		return nil
	case <-gone:
		return i.postgres.Err()
	case <-i.api.done:
		return fmt.Errorf("the API ended: %w", i.api.err)
	case <-i.worker.done:
		return fmt.Errorf("the worker ended: %w", i.worker.err)
	case <-i.watch.done:
		return fmt.Errorf("serving the figures ended: %w", i.watch.err)
	}
}

// Stop ends everything in order: first the API, so that nothing new comes in,
// then the worker, which finishes what it has begun, then Temporal, and last
// PostgreSQL. Nothing is lost however short the time: what is recorded is in
// PostgreSQL, and what is not will be done again.
func (i *Installation) Stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	var wrong []error
	note := func(err error) {
		if err != nil {
			wrong = append(wrong, err)
		}
	}
	i.removeRunning()
	answers, enough := context.WithTimeout(ctx, 2*time.Second)
	note(i.api.stop(answers, "API"))
	enough()
	work, enough := context.WithTimeout(ctx, 6*time.Second)
	note(i.worker.stop(work, "worker"))
	enough()
	note(i.watch.stop(ctx, "figures"))
	if i.Parts != nil {
		i.Parts.Close()
	}
	if i.temporal != nil {
		server, enough := context.WithTimeout(ctx, 4*time.Second)
		note(i.temporal.Stop(server))
		enough()
	}
	if i.postgres != nil {
		note(i.postgres.Stop(ctx))
	}
	if i.log != nil {
		note(i.log.Close())
	}
	if i.held != nil {
		note(i.held.Close())
	}
	return errors.Join(wrong...)
}

// reachable gives an address for a person on this machine: a listener on every
// interface is reached by the loopback one.
func reachable(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("127.0.0.1:%d", tcp.Port)
	}
	return a.String()
}
