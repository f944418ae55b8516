package watch_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/api"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
	"github.com/recobro/recobro/strategy"
	"github.com/recobro/recobro/watch"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

var (
	ctx      = context.Background()
	operator = debt.Actor{Role: debt.Operator}
	// start is a Monday, at ten in Madrid.
	start = time.Date(2026, time.November, 2, 9, 0, 0, 0, time.UTC)
)

// provider answers as it is told, by e-mail; the other channels are outboxes.
type provider struct{ answer string }

func (p *provider) Mode(channel string) string {
	if channel == "email" {
		return "smtp"
	}
	return "outbox"
}

func (p *provider) Send(context.Context, record.Message) record.Delivery {
	return record.Delivery{State: p.answer, Code: "x", Provider: "p-1"}
}

// house is a record that is watched, with the activities and the API over it.
type house struct {
	t        *testing.T
	now      time.Time // of the wall
	watch    *watch.Watch
	standing *watch.Standing
	store    *store.Store
	url      string
	post     *provider
	door     watch.Door
	sends    watch.Sends
	act      *activities.Activities
	api      http.Handler
	creditor record.Creditor
	waking   error
	n        int
}

func open(t *testing.T, o watch.Options) *house {
	t.Helper()
	h := &house{t: t, now: start, post: &provider{answer: "sent"}}
	var err error
	h.watch, err = watch.New(ctx, o)
	require.NoError(t, err)
	h.url = storetest.URL(t)
	h.store, err = store.New(ctx, h.url, store.Options{Strategies: strategy.NewLibrary(), ThirdParty: true, NoJitter: true,
		Wall: func() time.Time { return h.now }, Watch: h.watch, Tracer: h.watch.Statements()})
	require.NoError(t, err)
	t.Cleanup(h.store.Close)
	h.standing, err = h.watch.Record(h.store)
	require.NoError(t, err)
	h.door, h.sends = h.watch.Door(h.store), h.watch.Sends(h.store)
	h.act = activities.New(activities.Deps{Cases: h.door, Sends: h.sends, Post: h.watch.Post(h.post)})
	h.creditor = storetest.Creditor(t, h.store, "Quevedo")
	s := h.store
	h.api = api.New(api.Options{
		Door: s, Cases: s, Findings: s, Messages: s, Tasks: s, Documents: s, Debtors: s, Points: s, Creditors: s, Keys: s, Porter: s,
		Stops: s, Firms: s, Handoffs: s, Imports: s, Strategies: s, Rates: s, Guarantors: s, Memory: s, Figures: s, Version: "test", Rate: api.Rate{PerSecond: .001, Burst: 6},
		Waker: h.watch.Waker(h), Watch: h.watch, Logger: still,
	})
	return h
}

// Wake tells the case's workflow of news, or fails as it is told.
func (h *house) Wake(context.Context, string) error { return h.waking }

// key makes an API key of a role, and gives its secret.
func (h *house) key(role debt.Role) string {
	h.t.Helper()
	_, secret, err := h.store.NewKey(ctx, record.Key{Role: role})
	require.NoError(h.t, err)
	return secret
}

// ask sends a request to the API.
func (h *house) ask(method, path, key, idem, body string) int {
	h.t.Helper()
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+key)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", idem)
	}
	w := httptest.NewRecorder()
	h.api.ServeHTTP(w, req)
	return w.Code
}

// open opens a case of a debt that fell due so many days ago.
func (h *house) open(days int) string {
	h.t.Helper()
	h.n++
	return storetest.Case(h.t, h.store, storetest.Submission(h.creditor.ID, h.n, dayOf(h.now).AddDays(-days))).Case.ID
}

// decide gives what a case does next.
func (h *house) decide(id string) strategy.Decision {
	h.t.Helper()
	next, err := h.act.Decide(ctx, activities.Turn{Case: id})
	require.NoError(h.t, err)
	return next.Decision
}

// perform carries a decision out at its instant.
func (h *house) perform(id string, d strategy.Decision) error {
	h.t.Helper()
	if d.At.After(h.now) {
		h.now = d.At
	}
	m := reflect.ValueOf(h.act).MethodByName(string(d.Do))
	require.True(h.t, m.IsValid(), "no activity is named %s", d.Do)
	out := m.Call([]reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(activities.Turn{Case: id, Want: d})})
	err, _ := out[1].Interface().(error)
	return err
}

// until goes on until the next act is one of some, which is not carried out.
func (h *house) until(id string, some ...strategy.Act) strategy.Decision {
	h.t.Helper()
	for range 80 {
		d := h.decide(id)
		if slices.Contains(some, d.Do) {
			if d.At.After(h.now) {
				h.now = d.At
			}
			return d
		}
		require.NoError(h.t, h.perform(id, d))
	}
	h.t.Fatalf("case %s never comes to %v", id, some)
	return strategy.Decision{}
}

// page is what is shown, by name.
type page struct {
	t    *testing.T
	text string
	of   map[string]*dto.MetricFamily
}

// look reads the figures as Prometheus does.
func (h *house) look() page {
	h.t.Helper()
	h.standing.Forget()
	return read(h.t, h.watch)
}

func read(t *testing.T, w *watch.Watch) page {
	t.Helper()
	answer := httptest.NewRecorder()
	w.Handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	require.Equal(t, http.StatusOK, answer.Code)
	text := answer.Body.String()
	var parser expfmt.TextParser
	of, err := parser.TextToMetricFamilies(strings.NewReader(text))
	require.NoError(t, err)
	return page{t, text, of}
}

// value gives a figure: of a histogram, how many were counted. Labels are given
// as name, value, name, value; those of the figure that are not given may be any.
func (p page) value(name string, labels ...string) float64 {
	p.t.Helper()
	sum := 0.0
	for _, m := range p.of[name].GetMetric() {
		if !fits(m, labels) {
			continue
		}
		switch {
		case m.Histogram != nil:
			sum += float64(m.Histogram.GetSampleCount())
		case m.Counter != nil:
			sum += m.Counter.GetValue()
		default:
			sum += m.Gauge.GetValue()
		}
	}
	return sum
}

func fits(m *dto.Metric, labels []string) bool {
	for i := 0; i < len(labels); i += 2 {
		if !slices.ContainsFunc(m.Label, func(l *dto.LabelPair) bool { return l.GetName() == labels[i] && l.GetValue() == labels[i+1] }) {
			return false
		}
	}
	return true
}

// rose says by how much figures rose over what do does.
func (h *house) rose(do func(), name string, labels ...string) float64 {
	h.t.Helper()
	before := h.look().value(name, labels...)
	do()
	return h.look().value(name, labels...) - before
}

func says(what string, labels []string) string { return fmt.Sprintf("%s %v", what, labels) }

// cancelled is a context that is over.
func cancelled() context.Context {
	over, cancel := context.WithCancel(ctx)
	cancel()
	return over
}

// quiet keeps Temporal's test environment from logging.
type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}
