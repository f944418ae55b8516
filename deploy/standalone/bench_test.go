package standalone_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/deploy/standalone/demo"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
	"github.com/recobro/recobro/workflows"
)

// benched starts an installation on an empty folder, until the API answers,
// and says how long that took.
func benched(b *testing.B) (*house, time.Duration) {
	b.Helper()
	folder, err := os.MkdirTemp("", "rcb-bench-")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		b.Fatal(err)
	}
	h := &house{environ: map[string]string{
		"RECOBRO_DATA": folder, "RECOBRO_LISTEN": "127.0.0.1:0", "RECOBRO_TEMPORAL_PORT": "0", "RECOBRO_TIME_MACHINE": "true",
		"RECOBRO_POSTGRES_REPOSITORY": "off", "RECOBRO_OPERATOR_NAME": demo.Collector, "RECOBRO_OPERATOR_ADDRESS": demo.CollectorAddress,
	}}
	began := time.Now()
	if err := h.start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := h.Stop(); err != nil {
			b.Error(err)
		}
	})
	status, text, err := h.ask(b.Context(), http.MethodGet, "/v1/clock", nil)
	if err != nil || status != http.StatusOK {
		b.Fatalf("the API answers %d, %v: %s", status, err, text)
	}
	return h, time.Since(began)
}

// BenchmarkStart brings up an installation on an empty folder. The bar is 10 s.
func BenchmarkStart(b *testing.B) {
	var all time.Duration
	for b.Loop() {
		_, took := benched(b)
		all += took
	}
	b.ReportMetric(all.Seconds()/float64(b.N), "s/start")
}

// BenchmarkAdvance plays the demonstration from loading to the audit. The bar
// for its eighteen months is 180 s.
func BenchmarkAdvance(b *testing.B) {
	for b.Loop() {
		h, _ := benched(b)
		var out strings.Builder
		show := demo.Show{Store: h.Parts.Store, Machine: h.Parts.Machine(), DatabaseURL: h.Settings.DatabaseURL, Out: &out}
		began := time.Now()
		if err := show.Run(b.Context()); err != nil {
			b.Fatalf("%v\n%s", err, out.String())
		}
		took := time.Since(began).Seconds()
		t, err := h.Parts.Store.Totals(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(took, "s/demo")
		b.ReportMetric(float64(t.MessageStates["sent"])/took, "messages/s")
	}
}

// contacts is how many contacts BenchmarkContact lets a case have.
const contacts = 8

// BenchmarkContact walks a case up its ladder and counts what a contact costs
// in Temporal: events, and what it bills as actions. The bars are 12 and 2. The
// clock is moved to just before each contact, and the workflow's own timer
// brings it, as in life: what moving the clock costs is not counted. A contact
// that takes the case to another stage continues its workflow as new; those
// without are also counted apart.
func BenchmarkContact(b *testing.B) {
	var all []cost
	for b.Loop() {
		id := openOne(b, fmt.Sprintf("bench-%d", time.Now().UnixNano()))
		for walked := 0; walked < contacts; {
			if contacted(b, id) {
				walked++
				all = append(all, lastCost(b, id, walked))
			}
		}
	}
	var sum, plain cost
	n, turns := 0, 0
	for _, c := range all {
		sum.events += c.events
		sum.actions += c.actions
		if turns += c.turns; c.turns > 0 {
			continue
		}
		n++
		plain.events += c.events
		plain.actions += c.actions
	}
	if n == 0 {
		b.Fatal("no contact stayed within its stage")
	}
	if plain.events > 12*n || plain.actions > 2*n {
		b.Errorf("%d contacts cost %d events and %d actions", n, plain.events, plain.actions)
	}
	b.ReportMetric(float64(plain.events)/float64(n), "events/contact")
	b.ReportMetric(float64(plain.actions)/float64(n), "actions/contact")
	b.ReportMetric(float64(sum.events)/float64(len(all)), "events/contact-with-turns")
	b.ReportMetric(float64(sum.actions)/float64(len(all)), "actions/contact-with-turns")
	b.ReportMetric(float64(turns)/float64(len(all)), "turns/contact")
}

// openOne opens a case of a business that fell due yesterday. Once the clock is
// not the wall's, people are no longer spread over the morning, and what is
// next stays where it is.
func openOne(b *testing.B, name string) string {
	b.Helper()
	s := here.Parts.Store
	now, err := s.Now(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	now = now.Add(time.Hour)
	if err := here.Parts.Machine().Advance(b.Context(), now, nil); err != nil {
		b.Fatal(err)
	}
	by, err := s.SaveCreditor(b.Context(), record.Creditor{Name: name, Country: "ES", IBAN: "ES9121000418450200051332",
		Email: "cobros@vega.example", Phone: "+34910000000", Street: "Calle Mayor 1", PostalCode: "28013", City: "Madrid"})
	if err != nil {
		b.Fatal(err)
	}
	due := calendar.DateOf(now).AddDays(-1)
	f, err := s.Open(b.Context(), debt.Submission{
		Reference: name, Creditor: by.ID, Country: "ES", Principal: money.Of(125000, "EUR"), Capacity: debt.AsCreditor,
		Claim: law.Claim{Kind: "services", Issued: due.AddDays(-30), Due: due},
		Debtor: debt.Party{Reference: name, Kind: law.Business, Name: "Obras " + name, Language: "es", PostalCode: "28013", City: "Madrid", Country: "ES",
			Contacts: []debt.ContactPoint{{Channel: "email", Value: name + "@obras.example"}}},
	}, debt.Actor{Role: debt.Creditor})
	if err != nil {
		b.Fatal(err)
	}
	if err := here.Parts.Waker.Wake(b.Context(), f.Case.ID); err != nil {
		b.Fatal(err)
	}
	return f.Case.ID
}

// contacted lets a case do what it does next, and tells whether that was a
// contact that its own timer brought.
func contacted(b *testing.B, id string) bool {
	b.Helper()
	f, err := here.Parts.Store.File(b.Context(), id)
	if err != nil {
		b.Fatal(err)
	}
	d, to := f.Next, f.Next.At
	if d.Do.Sends() {
		to = to.Add(-time.Second)
	}
	now, err := here.Parts.Store.Now(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	ahead := to.After(now)
	if ahead {
		if err := here.Parts.Machine().Advance(b.Context(), to, nil); err != nil {
			b.Fatal(err)
		}
	}
	until(b, fmt.Sprintf("%s %s", d.Do, d.Step), func() bool {
		f, err := here.Parts.Store.File(b.Context(), id)
		if err != nil {
			b.Fatal(err)
		}
		return !f.Next.Same(d)
	})
	return ahead && d.Do.Sends()
}

// until asks until it is so.
func until(b *testing.B, what string, so func() bool) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-ctx.Done():
			b.Fatalf("waited in vain: %s", what)
		case <-tick.C:
		}
	}
}

// cost is what a contact costs in Temporal, from its timer's firing to the
// next timer's start; turns are the runs continued as new on the way.
type cost struct{ events, actions, turns int }

// lastCost waits until a case has had so many contacts by its own timers and
// waits for what comes next, and gives the cost of the last.
func lastCost(b *testing.B, id string, walked int) (last cost) {
	b.Helper()
	until(b, fmt.Sprintf("the timer after contact %d", walked), func() bool {
		all := costs(runs(b, id))
		if len(all) < walked {
			return false
		}
		last = all[len(all)-1]
		return true
	})
	return last
}

// costs gives the cost of each contact of a history that a timer brought and
// no signal disturbed.
func costs(events []*history.HistoryEvent) []cost {
	var out []cost
	var now *cost
	sent := false
	for _, e := range events {
		switch e.GetEventType() {
		case enums.EVENT_TYPE_TIMER_FIRED:
			now, sent = &cost{}, false
		case enums.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
			now = nil
		}
		if now == nil {
			continue
		}
		now.events++
		switch e.GetEventType() {
		case enums.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
			now.actions++
			sent = sent || strategy.Act(e.GetActivityTaskScheduledEventAttributes().GetActivityType().GetName()).Sends()
		case enums.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
			now.actions++
			now.turns++
		case enums.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
			now.actions++
		case enums.EVENT_TYPE_TIMER_STARTED:
			now.actions++
			if sent {
				out = append(out, *now)
			}
			now = nil
		}
	}
	return out
}

// runs gives the history of a case's workflow, all its runs one after another.
func runs(b *testing.B, id string) []*history.HistoryEvent {
	b.Helper()
	var all []*history.HistoryEvent
	last := runOf(b, id, "")
	if len(last) == 0 {
		return nil
	}
	for of := last[0].GetWorkflowExecutionStartedEventAttributes().GetFirstExecutionRunId(); of != ""; {
		one := runOf(b, id, of)
		all, of = append(all, one...), ""
		if len(one) > 0 {
			of = one[len(one)-1].GetWorkflowExecutionContinuedAsNewEventAttributes().GetNewExecutionRunId()
		}
	}
	return all
}

func runOf(b *testing.B, id, runID string) []*history.HistoryEvent {
	b.Helper()
	var all []*history.HistoryEvent
	events := here.Parts.Temporal.GetWorkflowHistory(b.Context(), workflows.ID(id), runID, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}
