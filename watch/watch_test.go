package watch_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store/storetest"
	"github.com/recobro/recobro/strategy"
	"github.com/recobro/recobro/watch"
)

func dayOf(at time.Time) calendar.Date { return calendar.DateOf(at) }

var still = slog.New(slog.NewTextHandler(io.Discard, nil))

// happening is something that happens, and a figure that moves by it.
type happening struct {
	what   string
	do     func(h *house)
	name   string
	labels []string
	by     float64
}

// send brings one message out, whose provider answers so.
func send(answer string) func(*house) {
	return func(h *house) {
		id := h.open(3)
		d := h.until(id, strategy.SendEmail)
		h.post.answer = answer
		require.NoError(h.t, h.perform(id, d))
	}
}

func happenings() []happening {
	return []happening{
		{"a message is sent", send("sent"), "recobro_sends_total", []string{"channel", "email", "mode", "smtp", "result", "sent"}, 1},
		{"a message is refused", send("failed"), "recobro_sends_total", []string{"channel", "email", "mode", "smtp", "result", "failed"}, 1},
		{"a provider's answer is lost", send("unknown"), "recobro_sends_total", []string{"result", "unknown"}, 1},
		{"an outcome is unknown", send("unknown"), "recobro_unknown_outcomes", nil, 1},
		{"a provider is asked", send("sent"), "recobro_send_seconds", []string{"channel", "email", "mode", "smtp"}, 1},
		{"an act is carried out", send("sent"), "recobro_acts_total", []string{"act", "SendEmail"}, 1},
		{"an act takes its time", send("sent"), "recobro_act_seconds", []string{"act", "SendEmail"}, 1},
		{"a decision is taken", func(h *house) { h.open(3) }, "recobro_decision_seconds", nil, 1},
		{"a case is opened", func(h *house) { h.open(3) }, "recobro_cases", nil, 1},
		{"a case is not told", func(h *house) { h.open(3) }, "recobro_unacknowledged_cases", nil, 1},
		{"a send is begun", reserve, "recobro_reservations", nil, 1},
		{"a payment comes before a message", payBefore, "recobro_turned_away_total", []string{"act", "SendEmail"}, 1},
		{"a case is not there", func(h *house) { _, _ = h.door.Decide(ctx, "nobody") }, "recobro_act_errors_total", []string{"kind", "refused"}, 1},
		{"the weekend puts a message off", func(h *house) {
			h.now = time.Date(2026, time.November, 7, 9, 0, 0, 0, time.UTC) // a Saturday
			h.decide(h.open(20))
		}, "recobro_put_off_total", []string{"kind", "window", "reason", "weekend"}, 1},
		{"a hold puts a message off", func(h *house) {
			id := h.open(20)
			_, err := h.store.Record(ctx, id, "k", operator, debt.Disputed{ID: "dispute-1", Reason: "goods_not_received"})
			require.NoError(h.t, err)
			h.decide(id)
		}, "recobro_put_off_total", []string{"kind", "hold"}, 1},
		{"a stop puts a message off", func(h *house) {
			id := h.open(20)
			_, _, err := h.store.PlaceStop(ctx, record.Stop{Scope: "case", Of: id, Reason: "a test"})
			require.NoError(h.t, err)
			h.decide(id)
		}, "recobro_put_off_total", []string{"kind", "stop"}, 1},
		{"the limitation period runs out", func(h *house) {
			id := h.open(1650) // of five years
			require.NoError(h.t, h.perform(id, h.until(id, strategy.RaiseAlarm)))
		}, "recobro_limitation_alarms_total", nil, 1},
		{"a task is opened", func(h *house) {
			id := h.open(1650)
			require.NoError(h.t, h.perform(id, h.until(id, strategy.RaiseAlarm)))
		}, "recobro_tasks_open", nil, 1},
		{"a handoff is offered", offer, "recobro_handoffs", []string{"state", "offered"}, 1},
		{"a handoff is about to lapse", func(h *house) {
			offer(h)
			h.now = h.now.Add(14 * 24 * time.Hour)
		}, "recobro_handoffs_lapsing", nil, 1},
		{"a row is imported", importRow, "recobro_import_rows_total", []string{"state", "accepted"}, 1},
		{"a row waits", func(h *house) { startImport(h) }, "recobro_import_rows_pending", nil, 1},
		{"the relay tells a case again", func(h *house) { h.watch.Round("resend", 3, nil) }, "recobro_relay_dealt_total", []string{"work", "resend"}, 3},
		{"the relay fails", func(h *house) { h.watch.Round("sweep", 0, errors.New("no")) }, "recobro_relay_rounds_total", []string{"work", "sweep", "result", "failed"}, 1},
		{"a stop is placed", func(h *house) {
			_, _, err := h.store.PlaceStop(ctx, record.Stop{Scope: "installation", Reason: "a test"})
			require.NoError(h.t, err)
		}, "recobro_stops", []string{"scope", "installation"}, 1},
		{"the record was restored", restore, "recobro_restored", nil, 1},
		{"the clock stands still", func(h *house) { require.NoError(h.t, h.store.Freeze(ctx, time.Time{})) }, "recobro_clock_frozen", nil, 1},
		{"the clock is ahead", func(h *house) {
			require.NoError(h.t, h.store.Freeze(ctx, h.now))
			require.NoError(h.t, h.store.Advance(ctx, h.now.Add(time.Hour)))
		}, "recobro_clock_offset_seconds", nil, 3600},
		{"an operator adds the rate of the next half-year", func(h *house) {
			_, err := h.store.AddRate(ctx, record.OwnRate{RateRow: law.RateRow{Series: "es_late_payment", From: calendar.Must("2027-01-01"),
				To: calendar.Must("2027-06-30"), Rate: 10_650_000, Source: "BOE", Author: "key"}})
			require.NoError(h.t, err)
		}, "recobro_rate_days_covered", []string{"series", "es_late_payment"}, 181},
	}
}

// reserve begins a send, and does not end it.
func reserve(h *house) {
	id := h.open(3)
	d := h.until(id, strategy.SendEmail)
	m, _, err := h.sends.Reserve(ctx, id, d, storetest.Deliver("smtp"))
	require.NoError(h.t, err)
	require.NotNil(h.t, m)
}

// payBefore has a case paid in full before a message that was decided goes out.
func payBefore(h *house) {
	id := h.open(3)
	d := h.until(id, strategy.SendEmail)
	_, err := h.store.Record(ctx, id, "pay", operator, debt.PaymentReceived{ID: "p-1", Amount: money.EUR(200000), Received: dayOf(h.now)})
	require.NoError(h.t, err)
	require.NoError(h.t, h.perform(id, d))
}

// restore has the record know that it was restored, which the store finds out
// by itself when it starts.
func restore(h *house) {
	st, _, err := h.store.PlaceStop(ctx, record.Stop{Scope: "installation", Reason: "restored"})
	require.NoError(h.t, err)
	conn, err := pgx.Connect(ctx, h.url)
	require.NoError(h.t, err)
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, `update installation set stop_id = $1, last_at = $2`, st.ID, h.now)
	require.NoError(h.t, err)
}

func offer(h *house) {
	_, err := h.store.SaveFirm(ctx, record.Firm{Name: "Lex", Countries: []string{"ES"}, Active: true})
	require.NoError(h.t, err)
	id := h.open(3)
	require.NoError(h.t, h.perform(id, h.until(id, strategy.OfferHandoff)))
}

func startImport(h *house) {
	h.n++
	in := storetest.Submission(h.creditor.ID, h.n, dayOf(h.now).AddDays(-9))
	_, err := h.store.StartImport(ctx, h.creditor.ID, "a file", []record.ImportRow{{Row: 1, Submission: in}})
	require.NoError(h.t, err)
}

func importRow(h *house) {
	startImport(h)
	worked, _, err := h.store.WorkImport(ctx, 10)
	require.NoError(h.t, err)
	require.Equal(h.t, 1, worked)
}

func TestEachFigureMovesWhenItsThingHappens(t *testing.T) {
	h := open(t, watch.Options{Logger: still})
	for _, x := range happenings() {
		t.Run(x.what, func(t *testing.T) {
			h.t = t
			h.post.answer = "sent"
			rose := h.rose(func() { x.do(h) }, x.name, x.labels...)
			if x.by == 1 { // a case decides more than once on its way
				assert.GreaterOrEqual(t, rose, x.by, says(x.name, x.labels))
			} else {
				assert.Equal(t, x.by, rose, says(x.name, x.labels))
			}
		})
	}
}

func TestAgesAreThoseOfTheFirstThatWaits(t *testing.T) {
	h := open(t, watch.Options{Logger: still})
	h.open(3)
	h.now = h.now.Add(30 * time.Second)
	id := h.open(4)
	require.Equal(t, 30.0, h.look().value("recobro_unacknowledged_oldest_seconds"))

	d := h.decide(id)
	h.now = d.At.Add(time.Hour)
	p := h.look()
	assert.Equal(t, 2.0, p.value("recobro_overdue_cases"))
	assert.Equal(t, 3600.0, p.value("recobro_overdue_oldest_seconds"))
	h.now = d.At.Add(4 * time.Minute)
	assert.Zero(t, h.look().value("recobro_overdue_cases"), "the sweep has five minutes")

	reserve(h)
	h.now = h.now.Add(90 * time.Second)
	assert.Equal(t, 90.0, h.look().value("recobro_reservations_oldest_seconds"))
	_, err := h.store.ExpireReservations(ctx, time.Minute)
	require.NoError(t, err)
	h.now = h.now.Add(20 * time.Second)
	p = h.look()
	assert.Zero(t, p.value("recobro_reservations"))
	assert.Equal(t, 20.0, p.value("recobro_unknown_outcomes_oldest_seconds"))
}

func TestRequestsAreCountedByRoute(t *testing.T) {
	h := open(t, watch.Options{Logger: still})
	staff, agent := h.key(debt.Operator), h.key(debt.Agent)
	id := h.open(3)
	require.Equal(t, 200, h.ask("GET", "/v1/cases/"+id, staff, "", ""))
	require.Equal(t, 404, h.ask("GET", "/v1/cases/Lorca@example.com", staff, "", ""))
	require.Equal(t, 401, h.ask("GET", "/v1/clock", "rcb_nobody", "", ""))
	require.Equal(t, 403, h.ask("GET", "/v1/keys", agent, "", ""))
	require.Equal(t, 404, h.ask("BREW", "/Lorca", staff, "", ""))
	h.waking = errors.New("away")
	pay := `{"amount":{"amount":"10.00","currency":"EUR"},"received_on":"2026-11-01"}`
	first := h.ask("POST", "/v1/cases/"+id+"/payments", staff, "k-1", pay)
	require.Equal(t, 201, first)
	require.Equal(t, 201, h.ask("POST", "/v1/cases/"+id+"/payments", staff, "k-1", pay))
	for range 6 {
		h.ask("GET", "/v1/clock", staff, "", "")
	}
	p := h.look()
	assert.Equal(t, 1.0, p.value("recobro_api_requests_total", "method", "GET", "route", "/v1/cases/:id", "class", "2xx"))
	assert.Equal(t, 1.0, p.value("recobro_api_requests_total", "method", "GET", "route", "/v1/cases/:id", "class", "4xx"))
	assert.Equal(t, 1.0, p.value("recobro_api_requests_total", "method", "other"))
	assert.Equal(t, 2.0, p.value("recobro_api_request_seconds", "route", "/v1/cases/:id/payments"))
	assert.Equal(t, 1.0, p.value("recobro_api_replays_total"))
	assert.Equal(t, 1.0, p.value("recobro_api_refused_total", "reason", "key"))
	assert.Equal(t, 1.0, p.value("recobro_api_refused_total", "reason", "role"))
	assert.Positive(t, p.value("recobro_api_refused_total", "reason", "rate"))
	assert.Eventually(t, func() bool { return h.look().value("recobro_api_wakes_total", "result", "left_to_relay") == 1 }, 10*time.Second, 5*time.Millisecond)
	assert.NotContains(t, p.text, "Lorca")
	assert.NotContains(t, p.text, "BREW")
}

func TestEveryFigureIsShownAndNoOther(t *testing.T) {
	h := open(t, watch.Options{Logger: still, Version: "v1"})
	for _, x := range happenings() {
		if x.name != "recobro_clock_frozen" && x.name != "recobro_clock_offset_seconds" && x.name != "recobro_stops" {
			x.do(h)
		}
		if x.name == "recobro_limitation_alarms_total" {
			break // what comes after needs no more to be shown
		}
	}
	h.ask("GET", "/healthz", "", "", "")
	p := h.look()
	kinds := map[watch.Kind]dto.MetricType{watch.Counter: dto.MetricType_COUNTER, watch.Gauge: dto.MetricType_GAUGE, watch.Histogram: dto.MetricType_HISTOGRAM}
	listed := map[string]bool{}
	for _, f := range watch.Figures() {
		listed[f.Name] = true
		shown := p.of[f.Name]
		if !assert.NotNil(t, shown, "%s is not shown", f.Name) {
			continue
		}
		assert.Equal(t, kinds[f.Kind], shown.GetType(), f.Name)
		assert.Equal(t, f.Means, shown.GetHelp())
		for _, m := range shown.Metric {
			var names []string
			for _, l := range m.Label {
				names = append(names, l.GetName())
				assert.Regexp(t, `^[a-zA-Z0-9_/:.*-]+$`, l.GetValue(), f.Name)
				assert.NotRegexp(t, `[0-9a-f]{8}-[0-9a-f]{4}`, l.GetValue(), "%s names an id", f.Name)
			}
			assert.ElementsMatch(t, f.Labels, names, f.Name)
		}
	}
	for name := range p.of {
		if len(name) > 8 && name[:8] == "recobro_" {
			assert.True(t, listed[name], "%s is not listed", name)
		}
	}
	assert.NotContains(t, p.text, "Quevedo")
	assert.NotContains(t, p.text, "talleres.example")
}

func TestLabelsAreBounded(t *testing.T) {
	h := open(t, watch.Options{Logger: still})
	for i := range 60 {
		_, _ = h.door.Act(ctx, "nobody", strategy.Decision{Do: strategy.Act(fmt.Sprintf("Act%d", i))}, nil)
		h.watch.Round(fmt.Sprintf("work%d", i), 1, nil)
		h.ask(fmt.Sprintf("M%d", i), fmt.Sprintf("/v1/cases/%d/nothing", i), "", "", "")
	}
	p := h.look()
	for name, most := range map[string]int{"recobro_act_errors_total": 1, "recobro_relay_dealt_total": 7, "recobro_api_requests_total": 1} {
		assert.LessOrEqual(t, len(p.of[name].GetMetric()), most, name)
	}
}

// slow is a record that counts how often it is asked.
type slow struct {
	asked atomic.Int64
	away  error
	hold  chan struct{}
}

func (s *slow) Standing(ctx context.Context) (record.Standing, error) {
	s.asked.Add(1)
	select {
	case <-s.hold:
		return record.Standing{}, s.away
	case <-ctx.Done():
		return record.Standing{}, ctx.Err()
	}
}

func (s *slow) Extent(context.Context) (record.Extent, error) { return record.Extent{}, s.away }
func (s *slow) Connections() record.Connections               { return record.Connections{} }

func TestManyWhoAskCostTheRecordNoMoreThanOne(t *testing.T) {
	w, err := watch.New(ctx, watch.Options{Logger: still})
	require.NoError(t, err)
	s := &slow{hold: make(chan struct{})}
	standing, err := w.Record(s)
	require.NoError(t, err)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() { assert.NoError(t, standing.Lag(ctx, time.Minute)) })
	}
	close(s.hold)
	all.Wait()
	for range 20 {
		read(t, w)
	}
	assert.EqualValues(t, 1, s.asked.Load())
}

func TestARecordThatIsAwayIsToldAndItsFiguresAreNotMadeUp(t *testing.T) {
	w, err := watch.New(ctx, watch.Options{Logger: still})
	require.NoError(t, err)
	s := &slow{hold: make(chan struct{}), away: errors.New("away")}
	close(s.hold)
	standing, err := w.Record(s)
	require.NoError(t, err)
	p := read(t, w)
	require.Contains(t, p.of, "recobro_record_up")
	assert.Zero(t, p.value("recobro_record_up"))
	assert.NotContains(t, p.of, "recobro_overdue_cases", "zero would mean that all is well")
	assert.Error(t, standing.Lag(ctx, time.Minute))
	read(t, w)
	assert.EqualValues(t, 1, s.asked.Load(), "a record that is away is not asked faster")
}

func TestARelayThatStandsStillIsTold(t *testing.T) {
	w, err := watch.New(ctx, watch.Options{Logger: still})
	require.NoError(t, err)
	assert.NoError(t, w.RelayRuns(time.Minute), "one that has just begun has time")
	assert.Error(t, w.RelayRuns(0))
	w.Round("resend", 0, nil)
	w.Round("sweep", 0, errors.New("away"))
	assert.ErrorContains(t, w.RelayRuns(0), "went well")
}

func TestActsThroughTheWatchAreActsAtTheDoor(t *testing.T) {
	h := open(t, watch.Options{Logger: still})
	_, err := h.act.Decide(ctx, activities.Turn{Case: "nobody"})
	assert.ErrorIs(t, err, record.ErrNotFound, "what the door says comes through unchanged")
}
