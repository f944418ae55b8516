package watch

import (
	"log/slog"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/opentelemetry"
)

// temporalLabels are the labels of Temporal's client that are shown: types and
// queues, never an id.
var temporalLabels = []attribute.Key{"namespace", "operation", "task_queue", "workflow_type", "activity_type", "worker_type",
	"poller_type", "failure_reason", "status_code", "cause"}

// Temporal shows what Temporal's client tells of itself, as temporal_….
func (w *Watch) Temporal() client.MetricsHandler { return w.temporal }

func temporalFigures(reader sdkmetric.Reader, log *slog.Logger) (client.MetricsHandler, *sdkmetric.MeterProvider) {
	view := sdkmetric.NewView(sdkmetric.Instrument{Name: "*"}, sdkmetric.Stream{AttributeFilter: attribute.NewAllowKeysFilter(temporalLabels...)})
	bounds := sdkmetric.NewView(sdkmetric.Instrument{Name: "*", Kind: sdkmetric.InstrumentKindHistogram}, sdkmetric.Stream{
		AttributeFilter: attribute.NewAllowKeysFilter(temporalLabels...),
		Aggregation:     sdkmetric.AggregationExplicitBucketHistogram{Boundaries: coarse},
	})
	// The first view that fits is not the last: each kind of instrument has one alone.
	choose := func(i sdkmetric.Instrument) (sdkmetric.Stream, bool) {
		if s, is := bounds(i); is {
			return s, true
		}
		return view(i)
	}
	meters := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader), sdkmetric.WithView(choose))
	handler := opentelemetry.NewMetricsHandler(opentelemetry.MetricsHandlerOptions{
		Meter: meters.Meter("temporal"), UseMonotonicCounters: true,
		OnError: func(err error) { log.Warn("a figure of Temporal's client cannot be shown", "error", err) },
	})
	return handler, meters
}
