// Package watch is what an installation looks like from outside: figures for
// Prometheus, and traces for whoever collects them by OpenTelemetry. It listens
// where others let it, and decides nothing. Labels are codes of the engine's
// own and never name a case or a person; a span names its case by its id.
package watch

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	otelprometheus "go.opentelemetry.io/otel/exporters/prometheus"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.temporal.io/sdk/client"
)

// Options are what a Watch is given.
type Options struct {
	// Version is shown by recobro_build.
	Version string
	// Traces is where spans are sent, by OTLP over HTTP: the base address of a
	// collector, such as http://127.0.0.1:4318. Empty: there are no spans.
	Traces string
	Logger *slog.Logger // slog.Default where nil
}

// Watch holds the figures of one process. It is safe for use by many goroutines.
type Watch struct {
	registry *prometheus.Registry
	counters map[string]*prometheus.CounterVec
	times    map[string]*prometheus.HistogramVec
	gauges   map[string]*prometheus.GaugeVec
	rounds   rounds
	traces   traces
	temporal client.MetricsHandler
	meters   *sdkmetric.MeterProvider
	log      *slog.Logger
}

// New returns a Watch. Its figures are served by Handler; what there is to
// trace is sent by itself.
func New(ctx context.Context, o Options) (*Watch, error) {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	w := &Watch{registry: prometheus.NewRegistry(), log: o.Logger, rounds: newRounds(),
		counters: map[string]*prometheus.CounterVec{}, times: map[string]*prometheus.HistogramVec{}, gauges: map[string]*prometheus.GaugeVec{}}
	w.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, f := range Figures() {
		w.register(f)
	}
	w.begin(o.Version)
	exporter, err := otelprometheus.New(otelprometheus.WithRegisterer(w.registry), otelprometheus.WithoutScopeInfo(), otelprometheus.WithoutTargetInfo())
	if err != nil {
		return nil, fmt.Errorf("set up the figures of Temporal's client: %w", err)
	}
	w.temporal, w.meters = temporalFigures(exporter, w.log)
	if w.traces, err = newTraces(ctx, o); err != nil {
		return nil, err
	}
	return w, nil
}

// Close sends the spans that have not been sent, and ends.
func (w *Watch) Close(ctx context.Context) error {
	if err := w.meters.Shutdown(ctx); err != nil {
		return fmt.Errorf("end the figures of Temporal's client: %w", err)
	}
	return w.traces.close(ctx)
}

// Handler serves the figures as Prometheus reads them.
func (w *Watch) Handler() http.Handler {
	return promhttp.HandlerFor(w.registry, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(w.log.Handler(), slog.LevelWarn), ErrorHandling: promhttp.ContinueOnError,
		MaxRequestsInFlight: 4, Timeout: 10 * time.Second,
	})
}

// register makes what counts f. What is read from the record is registered by
// Record.
func (w *Watch) register(f Figure) {
	opts := prometheus.Opts{Name: f.Name, Help: f.Means}
	switch {
	case f.read:
	case f.Kind == Counter:
		w.counters[f.Name] = prometheus.NewCounterVec(prometheus.CounterOpts(opts), f.Labels)
		w.registry.MustRegister(w.counters[f.Name])
	case f.Kind == Gauge:
		w.gauges[f.Name] = prometheus.NewGaugeVec(prometheus.GaugeOpts(opts), f.Labels)
		w.registry.MustRegister(w.gauges[f.Name])
	case f.Kind == Histogram:
		w.times[f.Name] = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: f.Name, Help: f.Means, Buckets: f.buckets}, f.Labels)
		w.registry.MustRegister(w.times[f.Name])
	}
}

// begin shows at zero what may be asked for before it first happens: a rate
// over a figure that was not there yet misses its first rise.
func (w *Watch) begin(version string) {
	w.gauges[build].WithLabelValues(version).Set(1)
	for _, work := range works {
		for _, result := range []string{"ok", "failed"} {
			w.counters[relayRounds].WithLabelValues(work, result)
		}
		w.counters[relayDealt].WithLabelValues(work)
	}
	for _, d := range delays {
		w.counters[putOff].WithLabelValues(d.kind, d.code)
	}
	for _, reason := range []string{"key", "role", "rate"} {
		w.counters[apiRefused].WithLabelValues(reason)
	}
	for _, result := range []string{"told", "left_to_relay"} {
		w.counters[apiWakes].WithLabelValues(result)
	}
	for _, state := range []string{"accepted", "known", "rejected", "failed"} {
		w.counters[importedRows].WithLabelValues(state)
	}
	for _, alarm := range alarms {
		w.counters[alarmsRaised].WithLabelValues(alarm)
	}
	w.counters[again].WithLabelValues("overtaken")
	w.counters[apiReplays].WithLabelValues()
	w.times[planning].WithLabelValues()
}

// known gives name where it is one of a list, and "other" where it is not: so
// that a label has no more values than we have names for.
func known(name string, list []string) string {
	if slices.Contains(list, name) {
		return name
	}
	return "other"
}
