package workflows_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/temporalproto"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/activities/activitiestest"
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/workflows"
)

// recordings are the lives whose histories are kept. Each ends by itself or by
// its last plan.
var recordings = []struct {
	name    string
	country string
	kind    law.Party
	plans   []planned
}{
	{"unpaid-es-business", "ES", law.Business, []planned{{"2028-06-01", cancelled}}},
	{"unpaid-es-consumer", "ES", law.Consumer, []planned{{"2028-06-01", cancelled}}},
	{"unpaid-fr-business", "FR", law.Business, []planned{{"2028-06-01", cancelled}}},
	{"unpaid-fr-consumer", "FR", law.Consumer, []planned{{"2028-06-01", cancelled}}},
	{"unpaid-pt-business", "PT", law.Business, []planned{{"2028-06-01", cancelled}}},
	{"unpaid-pt-consumer", "PT", law.Consumer, []planned{{"2028-06-01", cancelled}}},
	{"paid", "ES", law.Business, []planned{{"2026-11-10", paid}}},
	{"promise-kept", "PT", law.Business, []planned{{"2026-10-12", promised("2026-10-28")}, {"2026-10-28", paid}}},
	{"promise-broken", "FR", law.Business, []planned{{"2026-10-12", promised("2026-10-28")}, {"2027-01-15", cancelled}}},
	{"dispute", "ES", law.Business, []planned{
		{"2026-10-12", fact(debt.Disputed{ID: "dispute-1", Reason: "not_delivered"})},
		{"2026-11-20", fact(debt.DisputeResolved{Dispute: "dispute-1", State: "rejected"})},
		{"2027-01-15", cancelled}}},
	{"pause", "ES", law.Consumer, []planned{
		{"2026-10-12", fact(debt.HoldPlaced{Hold: debt.Hold{Reason: debt.HoldPaused, Until: calendar.Must("2026-11-30")}})},
		{"2026-12-15", fact(debt.CaseClosed{Outcome: debt.Withdrawn, Reason: "creditor"})}}},
	{"due-and-renew", "ES", law.Business, []planned{
		{"2026-09-22", due},
		{"2026-10-05", told(workflows.Renew)},
		{"2026-10-06", told(workflows.News)},
		{"2026-10-20", paid}}},
	{"refused", "ES", law.Business, []planned{
		{"2026-09-23", broken}, {"2026-10-06", mended}, {"2026-10-20", paid}}},
}

// planned is something that happens from outside, at noon of a day.
type planned struct {
	day string
	do  func(*studio) error
}

// studio is one life being recorded: the business clock leaps to whatever comes
// next, so that every timer lasts a moment.
type studio struct {
	client client.Client
	file   *activitiestest.File
	id     string
	mu     sync.Mutex
	now    time.Time
	plans  []planned
	fails  bool
	asleep chan struct{} // the case waits for something later than the next plan
}

// moment is how long a timer lasts in a recording.
const moment = 50 * time.Millisecond

func (s *studio) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// wake leaps to the instant that the case waits for, unless a plan comes first.
func (s *studio) wake(at time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.plans) > 0 && !s.noon().After(at) {
		select {
		case s.asleep <- struct{}{}:
		default:
		}
		return time.Now().Add(time.Hour)
	}
	if at.After(s.now) {
		s.now = at
	}
	return time.Now().Add(moment)
}

func (s *studio) noon() time.Time {
	return calendar.Must(s.plans[0].day).At(12, 0, s.file.Person.Place.Zone())
}

// next goes to the next plan and carries it out.
func (s *studio) next() error {
	s.mu.Lock()
	p := s.plans[0]
	if noon := s.noon(); noon.After(s.now) {
		s.now = noon
	}
	s.plans = s.plans[1:]
	s.mu.Unlock()
	return p.do(s)
}

func told(signal string) func(*studio) error {
	return func(s *studio) error {
		if err := s.client.SignalWorkflow(context.Background(), s.id, "", signal, nil); err != nil {
			return err
		}
		if signal == workflows.Renew { // the new run asks nobody, and sleeps on
			s.asleep <- struct{}{}
		}
		return nil
	}
}

func fact(f debt.Fact) func(*studio) error {
	return func(s *studio) error {
		if err := s.file.Record("case-1", f); err != nil {
			return err
		}
		return told(workflows.News)(s)
	}
}

func (s *studio) balance() (sum debt.Statement, day calendar.Date) {
	day = calendar.DateOf(s.clock().In(s.file.Person.Place.Zone()))
	return s.file.Case("case-1").Statement(s.file.Terms[0], day), day
}

func paid(s *studio) error {
	owed, day := s.balance()
	return fact(debt.PaymentReceived{ID: "payment-1", Amount: owed.Balance, Received: day})(s)
}

func promised(payBy string) func(*studio) error {
	return func(s *studio) error {
		owed, _ := s.balance()
		return fact(debt.PromiseMade{ID: "promise-1", Amount: owed.Balance, PayBy: calendar.Must(payBy)})(s)
	}
}

func cancelled(s *studio) error { return s.client.CancelWorkflow(context.Background(), s.id, "") }

// due leaps to the instant that the case waits for, and tells it so.
func due(s *studio) error {
	at := s.file.Person.Plan(s.clock())[0].At
	s.mu.Lock()
	s.now = at
	s.mu.Unlock()
	return told(workflows.Due)(s)
}

// broken has every act refused from now on, until it is mended.
func broken(s *studio) error {
	s.fail(true)
	return told(workflows.News)(s)
}

func mended(s *studio) error {
	s.fail(false)
	return told(workflows.News)(s)
}

func (s *studio) fail(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fails = on
}

// refuse is the door while acts are refused; what fails waits for the next plan.
func (s *studio) refuse(doing string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.fails || doing == "Decide" || doing == "Record" {
		return nil
	}
	s.asleep <- struct{}{}
	return &debt.Refusal{Rule: "broken", Detail: "refused while recording"}
}

// recordLives records every life on a real server, in a namespace of its own.
func recordLives(t *testing.T) {
	address := os.Getenv("RECOBRO_TEMPORAL")
	require.NotEmpty(t, address, "RECOBRO_TEMPORAL must give the address of a Temporal server")
	c := dial(t, address)
	defer c.Close()
	require.NoError(t, os.MkdirAll(historyFolder, 0o755))
	for _, r := range recordings {
		runs := play(t, c, r.name, r.country, r.kind, r.plans)
		for i, h := range runs {
			keep(t, fmt.Sprintf("%s-%02d", r.name, i+1), h)
		}
	}
}

// dial connects to a namespace in which no other worker listens.
func dial(t *testing.T, address string) client.Client {
	const namespace = "recobro-histories"
	o := client.Options{HostPort: address, Namespace: namespace, Identity: "recorder", Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))}
	names, err := client.NewNamespaceClient(o)
	require.NoError(t, err)
	defer names.Close()
	err = names.Register(t.Context(), &workflowservice.RegisterNamespaceRequest{
		Namespace: namespace, WorkflowExecutionRetentionPeriod: durationpb.New(24 * time.Hour)})
	var there *serviceerror.NamespaceAlreadyExists
	require.True(t, err == nil || errors.As(err, &there), "register namespace: %v", err)
	c, err := client.Dial(o)
	require.NoError(t, err)
	kinds := map[string]enumspb.IndexedValueType{}
	for _, a := range workflows.Attributes {
		kinds[a] = enumspb.INDEXED_VALUE_TYPE_KEYWORD
	}
	require.Eventually(t, func() bool { // a new namespace is known to the server after some seconds
		_, err := c.OperatorService().AddSearchAttributes(t.Context(), &operatorservice.AddSearchAttributesRequest{Namespace: namespace, SearchAttributes: kinds})
		var there *serviceerror.AlreadyExists
		return err == nil || errors.As(err, &there)
	}, time.Minute, time.Second)
	require.Eventually(t, func() bool {
		_, err := c.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{
			Namespace: namespace, Query: workflows.AttributeStage + " = 'closed'"})
		return err == nil
	}, time.Minute, time.Second)
	return c
}

// play runs one life and returns the histories of its runs, the first first.
func play(t *testing.T, c client.Client, name, country string, kind law.Party, plans []planned) []*historypb.History {
	s := &studio{client: c, id: fmt.Sprintf("case-%s-%d", name, time.Now().UnixNano()), plans: plans, asleep: make(chan struct{}, 8)}
	f, err := activitiestest.New(country, kind, s.clock)
	require.NoError(t, err)
	s.file, s.now = f, calendar.Must("2026-09-20").At(8, 0, f.Person.Place.Zone())
	require.NoError(t, f.Open("case-1", calendar.Must("2026-10-01")))
	f.Wake, f.Down = s.wake, s.refuse
	for _, w := range serve(t, c, activities.New(activities.Deps{Cases: f, Sends: f, Post: outbox{t}})) {
		defer w.Stop()
	}
	run, err := c.SignalWithStartWorkflow(t.Context(), s.id, workflows.News, nil,
		client.StartWorkflowOptions{TaskQueue: workflows.TaskQueue}, workflows.Type, workflows.Input{Case: "case-1"})
	require.NoError(t, err)
	first := run.GetRunID() // Get follows the runs, and gives the last one's
	done := make(chan error, 1)
	go func() { done <- run.Get(context.Background(), nil) }()
	for {
		select {
		case <-s.asleep:
			if len(s.plans) > 0 {
				require.NoError(t, s.next())
			}
		case <-done:
			require.Empty(t, s.plans, "%s ended before its last plan", name)
			return chain(t, c, s.id, first)
		case <-time.After(time.Minute):
			t.Fatalf("%s: nothing has moved for a minute", name)
		}
	}
}

// serve starts workers on every task queue.
func serve(t *testing.T, c client.Client, a *activities.Activities) []worker.Worker {
	var started []worker.Worker
	for _, queue := range workflows.Queues {
		w := worker.New(c, queue, worker.Options{Identity: "recorder", DisableWorkflowWorker: queue != workflows.TaskQueue})
		if queue == workflows.TaskQueue {
			w.RegisterWorkflowWithOptions(workflows.Debt, workflow.RegisterOptions{Name: workflows.Type})
		}
		w.RegisterActivity(a)
		require.NoError(t, w.Start())
		started = append(started, w)
	}
	return started
}

// chain reads the histories of a run and of those that it continued as.
func chain(t *testing.T, c client.Client, id, runID string) []*historypb.History {
	var out []*historypb.History
	for runID != "" {
		h := &historypb.History{}
		events := c.GetWorkflowHistory(t.Context(), id, runID, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		for events.HasNext() {
			e, err := events.Next()
			require.NoError(t, err)
			h.Events = append(h.Events, e)
		}
		out = append(out, h)
		last := h.Events[len(h.Events)-1]
		runID = last.GetWorkflowExecutionContinuedAsNewEventAttributes().GetNewExecutionRunId()
	}
	return out
}

// keep writes a history, so that the same history gives the same bytes.
func keep(t *testing.T, name string, h *historypb.History) {
	raw, err := temporalproto.CustomJSONMarshalOptions{}.Marshal(h)
	require.NoError(t, err)
	var zipped bytes.Buffer
	z, err := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	require.NoError(t, err)
	_, err = z.Write(raw)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	require.NoError(t, os.WriteFile(filepath.Join(historyFolder, name+".json.gz"), zipped.Bytes(), 0o644))
}
