package watch_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"google.golang.org/protobuf/proto"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/store/storetest"
	"github.com/recobro/recobro/strategy"
	"github.com/recobro/recobro/watch"
)

// listener stands in for a collector of traces.
type listener struct {
	*httptest.Server
	mu    sync.Mutex
	paths []string
	bytes []byte
	spans []*trace.Span
}

func listen(t *testing.T) *listener {
	l := &listener{}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			unzipped, err := gzip.NewReader(r.Body)
			if !assert.NoError(t, err) {
				return
			}
			body = unzipped
		}
		text, err := io.ReadAll(body)
		assert.NoError(t, err)
		var in collector.ExportTraceServiceRequest
		assert.NoError(t, proto.Unmarshal(text, &in))
		l.mu.Lock()
		defer l.mu.Unlock()
		l.paths, l.bytes = append(l.paths, r.URL.Path), append(l.bytes, text...)
		for _, resource := range in.ResourceSpans {
			for _, scope := range resource.ScopeSpans {
				l.spans = append(l.spans, scope.Spans...)
			}
		}
	}))
	t.Cleanup(l.Close)
	return l
}

// named gives the spans of a name.
func (l *listener) named(name string) []*trace.Span {
	var all []*trace.Span
	for _, s := range l.spans {
		if s.Name == name {
			all = append(all, s)
		}
	}
	return all
}

func attribute(s *trace.Span, key string) string {
	for _, a := range s.Attributes {
		if a.Key == key {
			if v, ok := a.Value.Value.(*common.AnyValue_StringValue); ok {
				return v.StringValue
			}
			return a.Value.String()
		}
	}
	return ""
}

// secrets are what must not be in a span: all that the record has of a person.
var secrets = []string{"Federico", "Lorca", "federico.lorca@example.com", "+34600123456", "600123456", "12345678Z", "Calle Secreta",
	"ES9121000418450200051332", "F-SECRET-77", "rcb_"}

func secretive(h *house) debt.Submission {
	in := storetest.Submission(h.creditor.ID, 1, dayOf(h.now).AddDays(-3))
	in.Reference = "F-SECRET-77"
	in.Debtor.Name, in.Debtor.TaxID, in.Debtor.Street = "Federico Lorca", "12345678Z", "Calle Secreta 7"
	in.Debtor.Contacts = []debt.ContactPoint{{Channel: "email", Value: "federico.lorca@example.com"}, {Channel: "phone", Value: "+34600123456"}}
	return in
}

func TestSpansNameACaseAndAnActAndNobody(t *testing.T) {
	to := listen(t)
	h := open(t, watch.Options{Logger: still, Traces: to.URL, Version: "v1"})
	id := storetest.Case(t, h.store, secretive(h)).Case.ID
	staff := h.key(debt.Operator)
	require.Equal(t, 200, h.ask("GET", "/v1/cases/"+id, staff, "", ""))
	h.ask("GET", "/v1/cases/federico.lorca@example.com", staff, "", "")
	h.ask("GET", "/v1/debtors?q=Federico+Lorca", staff, "", "")
	h.ask("POST", "/v1/cases/"+id+"/payments", staff, "k-1", `{"amount":{"amount":"Lorca","currency":"EUR"}}`)
	_, err := h.store.Record(ctx, id, "note", operator, debt.Noted{Text: "Federico Lorca cannot pay"})
	require.NoError(t, err)

	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet{})
	env := suite.NewTestActivityEnvironment()
	env.SetWorkerOptions(worker.Options{Interceptors: h.watch.Interceptors()})
	env.RegisterActivity(h.act)
	for _, answer := range []string{"sent", "unknown"} {
		d := h.until(id, strategy.SendEmail)
		h.post.answer = answer
		_, err = env.ExecuteActivity(h.act.SendEmail, activities.Turn{Case: id, Want: d})
		require.NoError(t, err)
	}
	_, err = env.ExecuteActivity(h.act.Decide, activities.Turn{Case: "Federico Lorca"})
	require.Error(t, err, "the error holds the name, the span must not")
	_, err = h.store.Now(cancelled())
	require.Error(t, err)
	require.NoError(t, h.watch.Close(ctx))

	to.mu.Lock()
	defer to.mu.Unlock()
	require.NotEmpty(t, to.spans)
	for _, p := range to.paths {
		assert.Equal(t, "/v1/traces", p)
	}
	for _, s := range secrets {
		assert.False(t, bytes.Contains(to.bytes, []byte(s)), "%q is in the spans", s)
	}
	asked := to.named("GET /v1/cases/:id")
	require.Len(t, asked, 2)
	assert.Equal(t, id, attribute(asked[0], "recobro.case"))
	assert.Empty(t, attribute(asked[1], "recobro.case"), "what is no id of a case is not told")
	sends := to.named("SendEmail")
	require.Len(t, sends, 2)
	assert.Equal(t, "SendEmail", attribute(sends[0], "recobro.act"))
	require.Len(t, to.named("Decide"), 1)
	assert.Equal(t, trace.Status_STATUS_CODE_ERROR, to.named("Decide")[0].Status.Code)
	statements(t, to, asked[0])
}

// statements holds the spans of statements against what they must be.
func statements(t *testing.T, to *listener, parent *trace.Span) {
	t.Helper()
	beneath, placed := 0, 0
	for _, s := range to.spans {
		text := attribute(s, "db.query.text")
		if bytes.Equal(s.TraceId, parent.TraceId) && text != "" {
			beneath++
		}
		if strings.Contains(text, "$1") {
			placed++
		}
		allowed := map[string]bool{"db.query.text": true, "db.system.name": true, "http.request.method": true, "http.route": true,
			"http.response.status_code": true, "recobro.case": true, "recobro.act": true}
		for _, a := range s.Attributes {
			assert.True(t, allowed[a.Key], "span %s has attribute %s", s.Name, a.Key)
		}
		assert.Empty(t, s.Events, "an error's text may hold a value")
		assert.Empty(t, s.Status.GetMessage())
	}
	assert.Positive(t, beneath, "a request's statements lie beneath it")
	assert.Positive(t, placed, "statements are shown with places for their parameters")
	assert.NotEmpty(t, to.named("batch"))
}

func TestWithoutACollectorThereAreNoSpansAndNothingStandsAround(t *testing.T) {
	w, err := watch.New(ctx, watch.Options{Logger: still})
	require.NoError(t, err)
	assert.Nil(t, w.Statements())
	assert.Empty(t, w.Interceptors())
	same, answered := w.Request(ctx, "GET", "/v1/cases/:id", "")
	answered(200, false)
	assert.Equal(t, ctx, same)
}

func TestACollectorThatIsAwayHoldsNothingUp(t *testing.T) {
	to := listen(t)
	to.Close()
	h := open(t, watch.Options{Logger: still, Traces: to.URL})
	require.Equal(t, 200, h.ask("GET", "/v1/clock", h.key(debt.Operator), "", ""))
	h.open(3)
	assert.Error(t, h.watch.Close(cancelled()))
}
