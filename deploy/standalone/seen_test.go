package standalone_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/sdk/client"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/deploy/standalone"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
)

// readiness asks a handler's /readyz.
func readiness(t *testing.T, h http.Handler) (status int, word string, checks map[string]string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
	var body struct {
		Status string            `json:"status"`
		Checks map[string]string `json:"checks"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatalf("%v: %s", err, w.Body.String())
	}
	return w.Code, body.Status, body.Checks
}

// figures reads a handler's /metrics.
func figures(t *testing.T, h http.Handler) string {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("/metrics: %d", w.Code)
	}
	return w.Body.String()
}

func TestTheInstallationIsSeenFromOutside(t *testing.T) {
	h := here.Parts.WatchHandler(command.BothRoles)
	here.debt(t, "100.00", 3)
	here.days(t, 12) // to its first letter, which goes by a queue of its own
	await(t, "a letter has gone", func() bool {
		return strings.Contains(figures(t, h), `activity_type="SendEmail"`)
	})
	if status, word, checks := readiness(t, h); status != http.StatusOK || word != "ok" || len(checks) != 5 {
		t.Errorf("/readyz says %d %s %v", status, word, checks)
	}
	text := figures(t, h)
	for _, want := range []string{
		`recobro_relay_rounds_total{result="ok",work="resend"}`, `recobro_record_up 1`, `recobro_cases_without_next_action 0`,
		// What the alerts and the dashboard ask Temporal's client for.
		`temporal_workflow_task_schedule_to_start_latency_seconds_bucket{`, `temporal_activity_schedule_to_start_latency_seconds_bucket{`,
		`workflow_type="Debt"`, `activity_type="Decide"`, `recobro_acts_total{act="SendEmail"}`,
		`recobro_sends_total{channel="email",mode="outbox",result="sent"}`, `task_queue="recobro"`, `temporal_request_total{`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("/metrics does not show %s", want)
		}
	}
	for _, never := range []string{"case-", "workflow_id", "run_id", "Vega"} {
		if strings.Contains(text, never) {
			t.Errorf("/metrics shows %q", never)
		}
	}
	if t.Failed() {
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "temporal_") && !strings.Contains(line, "_bucket") {
				t.Log(strings.TrimSpace(line))
			}
		}
	}
}

func TestTheFiguresHaveAListenerOfTheirOwn(t *testing.T) {
	free, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	cfg := command.Config{Metrics: address}
	ctx, cancel := context.WithCancel(t.Context())
	l, err := cfg.ListenWatch(ctx)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- here.Parts.ServeWatch(ctx, l, command.WorkerRole) }()
	for _, path := range []string{"/metrics", "/healthz", "/readyz"} {
		await(t, path+" answers", func() bool {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := http.DefaultClient.Do(req)
			if err != nil {
				return false
			}
			_, _ = io.Copy(io.Discard, answer.Body)
			return answer.Body.Close() == nil && answer.StatusCode == http.StatusOK
		})
	}
	// Whoever comes second is told before it starts a server, or greets anybody.
	s := standalone.Settings{Config: command.Config{Listen: "127.0.0.1:0", Metrics: address, LogLevel: "error"},
		Folder: newFolder(t), PostgresBin: "/nowhere"}
	if i, err := standalone.Start(ctx, s); i != nil || err == nil || !strings.Contains(err.Error(), "RECOBRO_METRICS") {
		t.Errorf("an address that is taken is told as %v", err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// beside wires the parts of another process on a database, at a Temporal, in a
// namespace of its own.
func beside(t *testing.T, database, temporal, namespace string) *command.Parts {
	t.Helper()
	cfg := here.Settings.Config
	cfg.DatabaseURL = database
	p, err := command.Open(t.Context(), cfg, command.Wiring{Logger: slog.New(slog.DiscardHandler), Version: "test",
		Dial: &client.Options{HostPort: temporal, Namespace: namespace, Logger: quietly{}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

type quietly struct{}

func (quietly) Debug(string, ...any) {}
func (quietly) Info(string, ...any)  {}
func (quietly) Warn(string, ...any)  {}
func (quietly) Error(string, ...any) {}

func TestHealthTellsPostgreSQLTemporalWorkersAndRelayApart(t *testing.T) {
	const nobody = "127.0.0.1:1" // where nothing listens
	database, late := ownDatabase(t, "seen"), ownDatabase(t, "seen_late")
	if err := errors.Join(store.Migrate(t.Context(), database), store.Migrate(t.Context(), late)); err != nil {
		t.Fatal(err)
	}
	temporal := here.Settings.TemporalAddress
	idle := beside(t, database, temporal, "seen")
	if err := command.PrepareNamespace(t.Context(), idle.Temporal, "seen"); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		what   string
		parts  *command.Parts
		status int
		word   string
		checks map[string]string
	}{
		{"PostgreSQL is away", beside(t, "postgres://nobody@"+nobody+"/none?sslmode=disable", temporal, here.Parts.Namespace), 503, "not_ready",
			map[string]string{"record": "failed", "temporal": "ok", "worker": "ok", "relay": "unknown"}},
		{"Temporal is away", beside(t, here.Settings.DatabaseURL, nobody, here.Parts.Namespace), 200, "degraded",
			map[string]string{"record": "ok", "temporal": "failed", "worker": "unknown", "relay": "ok"}},
		{"no worker works", idle, 200, "degraded",
			map[string]string{"record": "ok", "temporal": "ok", "worker": "failed", "relay": "ok"}},
		{"nobody tells the cases", lagging(t, late, temporal), 200, "degraded",
			map[string]string{"record": "ok", "temporal": "ok", "worker": "failed", "relay": "failed"}},
	}
	for _, x := range tests {
		t.Run(x.what, func(t *testing.T) {
			status, word, checks := readiness(t, x.parts.Handler())
			if status != x.status || word != x.word {
				t.Errorf("/readyz says %d %s", status, word)
			}
			for name, want := range x.checks {
				if checks[name] != want {
					t.Errorf("%s is %q, not %q", name, checks[name], want)
				}
			}
		})
	}
}

// lagging gives the parts of a process on a record in which a case has waited
// for ten minutes to be told.
func lagging(t *testing.T, database, temporal string) *command.Parts {
	t.Helper()
	p := beside(t, database, temporal, "seen")
	k, err := p.Store.SaveCreditor(t.Context(), record.Creditor{Name: "Vega", LegalName: "Vega S.L.", Kind: law.Business, Country: "ES",
		TaxID: "B12345674", Email: "cobros@vega.example", Phone: "+34910000000", Street: "Calle Mayor 1", PostalCode: "28013", City: "Madrid"})
	if err != nil {
		t.Fatal(err)
	}
	now, err := p.Store.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	due := calendar.DateOf(now).AddDays(-9)
	if _, err := p.Store.Open(t.Context(), debt.Submission{
		Reference: "late", Creditor: k.ID, Country: "ES", Principal: money.Of(125000, "EUR"), Capacity: debt.AsCreditor,
		Claim: law.Claim{Kind: law.Services, Issued: due.AddDays(-30), Due: due},
		Debtor: debt.Party{Reference: "late", Kind: law.Business, Name: "Obras", Language: "es", PostalCode: "28013", City: "Madrid", Country: "ES",
			Contacts: []debt.ContactPoint{{Channel: "email", Value: "late@obras.example"}}},
	}, debt.Actor{Role: debt.Operator}); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if _, err := conn.Exec(t.Context(), `update cases set wall_woken_at = $1`, time.Now().Add(-10*time.Minute)); err != nil {
		t.Fatal(err)
	}
	return p
}
