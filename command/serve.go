package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/recobro/recobro/post"
	"github.com/recobro/recobro/worker"
	"github.com/recobro/recobro/workflows"
)

// bodyTimeout is how long a client may take over a request; bulk files are the
// longest.
const bodyTimeout = 2 * time.Minute

// drainTimeout is how long answers under way may take when the API stops.
const drainTimeout = 5 * time.Second

func apiCommand() *cobra.Command {
	return &cobra.Command{
		Use: "api", Short: "Serve the API", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			p, err := open(cmd, true)
			if err != nil {
				return err
			}
			defer p.Close()
			l, err := Listen(ctx, p.Config.Listen)
			if err != nil {
				return err
			}
			defer l.Close() // where it is not served, since the figures' address is taken
			return p.beside(ctx, APIRole, func(ctx context.Context) error {
				p.Logger.InfoContext(ctx, "serving the API", "address", l.Addr().String())
				return Serve(ctx, l, p.Handler())
			})
		},
	}
}

func workerCommand() *cobra.Command {
	return &cobra.Command{
		Use: "worker", Short: "Run the cases: serve the task queues and wake what was forgotten", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			p, err := open(cmd, true)
			if err != nil {
				return err
			}
			defer p.Close()
			return p.beside(ctx, WorkerRole, func(ctx context.Context) error {
				p.Logger.InfoContext(ctx, "running the cases", "temporal", p.Config.TemporalAddress, "namespace", p.Config.TemporalNamespace)
				return worker.Run(ctx, p.WorkerOptions())
			})
		},
	}
}

// AddressTaken says that another program listens where this one should.
type AddressTaken struct {
	Address string
	Setting string // by which another is chosen
	err     error
}

func (e *AddressTaken) Error() string {
	return fmt.Sprintf("%s, where the program should listen, cannot be had (%v): set %s to another address, such as 127.0.0.1:8081", e.Address, e.err, e.Setting)
}

// Listen opens the API's address.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, &AddressTaken{Address: address, Setting: "RECOBRO_LISTEN", err: err}
	}
	return l, nil
}

// Serve answers requests until ctx ends, then lets those under way finish.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: bodyTimeout, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: largestHeader,
		ErrorLog:       slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve the API: %w", err)
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		return errors.Join(fmt.Errorf("stop the API: %w", err), server.Close())
	}
	return nil
}

// open reads the configuration and opens what most commands need.
func open(cmd *cobra.Command, temporal bool) (*Parts, error) {
	cfg, err := Load(Environ())
	if err != nil {
		return nil, err
	}
	if cfg.DatabaseURL == "" {
		return nil, noRecord(cmd.Context())
	}
	logger := cfg.Logger(os.Stderr)
	slog.SetDefault(logger)
	return Open(cmd.Context(), cfg, Wiring{Logger: logger, Version: cmd.Root().Version, WithoutTemporal: !temporal})
}

// perSecond gives the limits of the channels' task queues, over all workers.
func (c Config) perSecond() map[string]float64 {
	limits := map[string]float64{}
	for queue, rate := range map[string]float64{
		workflows.TaskQueueEmail: c.EmailRate, workflows.TaskQueueSMS: c.SMSRate, workflows.TaskQueueWhatsApp: c.WhatsAppRate,
	} {
		if rate > 0 {
			limits[queue] = post.Spaced(rate)
		}
	}
	return limits
}
