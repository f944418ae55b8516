package command

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/post"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/strategy"
	"github.com/recobro/recobro/watch"
	"github.com/recobro/recobro/worker"
	"github.com/recobro/recobro/workflows"
)

// Wiring is what Open is told besides the configuration.
type Wiring struct {
	Logger  *slog.Logger
	Version string
	// WithoutTemporal leaves Temporal out, for commands that only read and
	// write the record.
	WithoutTemporal bool
	// Dial reaches Temporal where it is not where the environment says.
	Dial *client.Options
}

// Parts are an installation's parts, wired together.
type Parts struct {
	Config    Config
	Logger    *slog.Logger
	Version   string
	Store     *store.Store
	Office    *post.Office
	Temporal  client.Client // nil without Temporal
	Namespace string
	Waker     *workflows.Waker
	Watch     *watch.Watch

	standing *watch.Standing
}

// Open wires an installation's parts together. It does not migrate, and it
// starts nothing.
func Open(ctx context.Context, cfg Config, w Wiring) (*Parts, error) {
	p := &Parts{Config: cfg, Logger: w.Logger, Version: w.Version}
	if p.Logger == nil {
		p.Logger = slog.Default()
	}
	office, err := post.New(cfg.post())
	if err != nil {
		return nil, fmt.Errorf("set up the channels: %w", err)
	}
	p.Office = office
	p.Watch, err = watch.New(ctx, watch.Options{Version: w.Version, Traces: cfg.Traces, Logger: p.Logger})
	if err != nil {
		return nil, err
	}
	p.Store, err = store.New(ctx, cfg.DatabaseURL, store.Options{Strategies: strategy.NewLibrary(), Connections: cfg.Connections,
		ThirdParty: cfg.OperatorName != "", NoJitter: cfg.TimeMachine, Watch: p.Watch, Tracer: p.Watch.Statements()})
	if err != nil {
		return nil, err
	}
	if p.standing, err = p.Watch.Record(p.Store); err != nil {
		p.Close()
		return nil, err
	}
	if w.WithoutTemporal {
		return p, nil
	}
	if err := p.dial(w.Dial); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

func (p *Parts) dial(given *client.Options) error {
	var o client.Options
	if given != nil {
		o = *given
	} else {
		var err error
		if o, err = p.Config.ClientOptions(log.NewStructuredLogger(p.Logger)); err != nil {
			return err
		}
	}
	o.MetricsHandler = p.Watch.Temporal()
	c, err := client.NewLazyClient(o) // connects when it is first asked: facts are taken while Temporal is away
	if err != nil {
		return fmt.Errorf("configure the way to Temporal at %s: %w", o.HostPort, err)
	}
	p.Temporal, p.Namespace, p.Waker = c, o.Namespace, workflows.NewWaker(c)
	return nil
}

// Close gives back what Open took.
func (p *Parts) Close() {
	if p.Temporal != nil {
		p.Temporal.Close()
	}
	p.Store.Close()
	ctx, cancel := context.WithTimeout(context.Background(), lastTraces)
	defer cancel()
	if err := p.Watch.Close(ctx); err != nil {
		p.Logger.Warn("the last traces are lost", "error", err)
	}
}

// lastTraces is how long the last spans may take to be sent.
const lastTraces = time.Second

// WorkerOptions are what worker.Run needs to run the cases.
func (p *Parts) WorkerOptions() worker.Options {
	o := worker.Options{
		Temporal: p.Temporal,
		Activities: activities.New(activities.Deps{Cases: p.Watch.Door(p.Store), Sends: p.Watch.Sends(p.Store),
			Post: p.Watch.Post(p.Office), Turn: p.Office.Turn, Operator: p.Config.operator()}),
		Store:        p.Store,
		Logger:       p.Logger,
		PerSecond:    p.Config.perSecond(),
		StickyCache:  p.Config.StickyCache,
		KeepAnswers:  p.Config.keepAnswers(),
		Watch:        p.Watch,
		Interceptors: p.Watch.Interceptors(),
	}
	if p.Config.BuildID != "" {
		o.Deployment = worker.Deployment{Name: "recobro", BuildID: p.Config.BuildID, Pinned: p.Config.Pinned}
	}
	return o
}

// Machine is the time machine, which refuses to move unless the configuration
// allows it.
func (p *Parts) Machine() *worker.Machine {
	return &worker.Machine{Store: p.Store, Waker: p.Waker, Allowed: p.Config.TimeMachine, Mode: p.Office.Mode}
}
