package watch

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// Request begins a request to the API, and returns what ends it. method and
// route are names from a list, not what the client wrote.
func (w *Watch) Request(ctx context.Context, method, route, caseID string) (context.Context, func(status int, replayed bool)) {
	began := time.Now()
	ctx, span := w.traces.begin(ctx, method+" "+route, trace.SpanKindServer, caseID, attribute.String("http.request.method", method),
		attribute.String("http.route", route))
	return ctx, func(status int, replayed bool) {
		w.counters[apiRequests].WithLabelValues(method, route, strconv.Itoa(status/100)+"xx").Inc()
		w.times[apiTime].WithLabelValues(method, route).Observe(time.Since(began).Seconds())
		if replayed {
			w.counters[apiReplays].WithLabelValues().Inc()
		}
		if reason := refusal(status); reason != "" {
			w.counters[apiRefused].WithLabelValues(reason).Inc()
		}
		span.SetAttributes(attribute.Int("http.response.status_code", status))
		if status >= http.StatusInternalServerError {
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}
}

func refusal(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "key"
	case http.StatusForbidden:
		return "role"
	case http.StatusTooManyRequests:
		return "rate"
	}
	return ""
}
