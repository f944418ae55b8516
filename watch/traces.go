package watch

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
)

// traces make spans, or none. A span tells what was done, to which case, and
// whether it failed; why it failed is in the log, since an error's text may
// hold a value.
type traces struct {
	provider *sdktrace.TracerProvider // nil: no spans
	tracer   trace.Tracer
}

// What a span names beside what it is.
const (
	caseKey = attribute.Key("recobro.case")
	actKey  = attribute.Key("recobro.act")
)

func newTraces(ctx context.Context, o Options) (traces, error) {
	if o.Traces == "" {
		return traces{tracer: noop.NewTracerProvider().Tracer("recobro")}, nil
	}
	to, err := url.JoinPath(o.Traces, "v1", "traces")
	if err != nil {
		return traces{}, fmt.Errorf("read the address of the collector of traces: %w", err)
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(to))
	if err != nil {
		return traces{}, fmt.Errorf("send traces to %s: %w", to, err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { o.Logger.Warn("traces are lost", "error", err) }))
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(
		resource.NewSchemaless(attribute.String("service.name", "recobro"), attribute.String("service.version", o.Version))))
	return traces{provider: provider, tracer: provider.Tracer("recobro")}, nil
}

func (t traces) close(ctx context.Context) error {
	if t.provider == nil {
		return nil
	}
	if err := t.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("send the last traces: %w", err)
	}
	return nil
}

// begin begins a span. It takes no parent from outside: what a client sends is
// the client's.
func (t traces) begin(ctx context.Context, name string, kind trace.SpanKind, caseID string, more ...attribute.KeyValue) (context.Context, trace.Span) {
	if t.provider == nil {
		return ctx, trace.SpanFromContext(ctx)
	}
	if caseID != "" {
		more = append(more, caseKey.String(caseID))
	}
	return t.tracer.Start(ctx, name, trace.WithSpanKind(kind), trace.WithAttributes(more...))
}

// Interceptors stand around the activities of a worker: none where there are no
// spans.
func (w *Watch) Interceptors() []interceptor.WorkerInterceptor {
	if w.traces.provider == nil {
		return nil
	}
	return []interceptor.WorkerInterceptor{&around{traces: w.traces}}
}

// around makes a span of each activity. It puts nothing into Temporal's
// history: spans of one case are found together by its id.
type around struct {
	interceptor.WorkerInterceptorBase
	traces traces
}

// InterceptActivity stands before an activity.
func (a *around) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	i := &activitySpan{traces: a.traces}
	i.Next = next
	return i
}

type activitySpan struct {
	interceptor.ActivityInboundInterceptorBase
	traces traces
}

// ExecuteActivity runs an activity within a span.
func (a *activitySpan) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	info := activity.GetInfo(ctx)
	act := info.ActivityType.Name
	ctx, span := a.traces.begin(ctx, act, trace.SpanKindConsumer, strings.TrimPrefix(info.WorkflowExecution.ID, "case-"), actKey.String(act))
	defer span.End()
	out, err := a.Next.ExecuteActivity(ctx, in)
	if err != nil {
		span.SetStatus(codes.Error, "")
	}
	return out, err
}

// Statements sees every statement that goes to PostgreSQL; nil where there are
// no spans, so that nothing is spent on them.
func (w *Watch) Statements() pgx.QueryTracer {
	if w.traces.provider == nil {
		return nil
	}
	return statements{w.traces}
}

// statements makes a span of each statement: its text, with places where its
// parameters go, and not the parameters.
type statements struct{ traces traces }

func (s statements) begin(ctx context.Context, sql string) (context.Context, trace.Span) {
	verb, _, _ := strings.Cut(strings.TrimSpace(sql), " ")
	return s.traces.begin(ctx, strings.ToLower(strings.TrimSpace(verb)), trace.SpanKindClient, "", attribute.String("db.system.name", "postgresql"),
		attribute.String("db.query.text", strings.Join(strings.Fields(sql), " ")))
}

func end(ctx context.Context, err error) {
	span := trace.SpanFromContext(ctx)
	if err != nil {
		span.SetStatus(codes.Error, "")
	}
	span.End()
}

// TraceQueryStart begins the span of one statement.
func (s statements) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	ctx, _ = s.begin(ctx, q.SQL)
	return ctx
}

// TraceQueryEnd ends it.
func (s statements) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryEndData) {
	end(ctx, q.Err)
}

// TraceBatchStart begins the span of several statements that are sent together.
func (s statements) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	ctx, _ = s.traces.begin(ctx, "batch", trace.SpanKindClient, "", attribute.String("db.system.name", "postgresql"))
	return ctx
}

// TraceBatchQuery is told of each of them once it is answered.
func (s statements) TraceBatchQuery(ctx context.Context, _ *pgx.Conn, q pgx.TraceBatchQueryData) {
	ctx, _ = s.begin(ctx, q.SQL)
	end(ctx, q.Err)
}

// TraceBatchEnd ends the span of them all.
func (s statements) TraceBatchEnd(ctx context.Context, _ *pgx.Conn, q pgx.TraceBatchEndData) {
	end(ctx, q.Err)
}
