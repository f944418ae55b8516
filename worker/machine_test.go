package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/activities/activitiestest"
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// town is an installation in memory: people with their cases, one business
// clock, and workflows that do what they are told a moment later.
type town struct {
	mu     sync.Mutex
	now    time.Time
	frozen bool
	people map[string]*activitiestest.File // by case
	news   map[string]bool                 // cases with a fact that no decision has seen
	turns  sync.WaitGroup
	post   quiet
	deaf   string // a case whose workflow does not answer
	rearm  int    // cases woken once the clock ran again
}

type quiet struct{}

func (quiet) Mode(string) string { return "outbox" }
func (quiet) Send(context.Context, record.Message) record.Delivery {
	return record.Delivery{State: "failed"}
}

func newTown(t *testing.T, now time.Time, n int) *town {
	t.Helper()
	w := &town{now: now, people: map[string]*activitiestest.File{}, news: map[string]bool{}}
	for i := range n {
		f, err := activitiestest.New([]string{"ES", "FR", "PT"}[i%3], []law.Party{law.Business, law.Consumer}[i%2], w.clock)
		require.NoError(t, err)
		id := fmt.Sprintf("case-%02d", i)
		require.NoError(t, f.Open(id, calendar.DateOf(now).AddDays(10+i)))
		w.people[id], w.news[id] = f, true
	}
	return w
}

func (w *town) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// next is the instant of a case's next act; false where it is closed.
func (w *town) next(id string) (time.Time, bool) {
	f := w.people[id]
	n, err := f.Decide(context.Background(), id)
	return n.Decision.At, err == nil && !n.Decision.Final()
}

func (w *town) ids() []string {
	var ids []string
	for id := range w.people {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func (w *town) ClockState(context.Context) (time.Time, time.Duration, bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now, 0, w.frozen, nil
}

func (w *town) Freeze(context.Context, time.Time) error { w.frozen = true; return nil }
func (w *town) Thaw(context.Context) error              { w.frozen = false; return nil }

func (w *town) Advance(_ context.Context, to time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.frozen || to.Before(w.now) {
		return errors.New("the clock does not go there")
	}
	w.now = to
	return nil
}

func (w *town) NextInstant(context.Context) (time.Time, bool, error) {
	var first time.Time
	for _, id := range w.ids() {
		if at, open := w.next(id); open && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first, !first.IsZero(), nil
}

func (w *town) Due(_ context.Context, now time.Time) ([]string, error) {
	var due []string
	for _, id := range w.ids() {
		if at, open := w.next(id); open && !at.After(now) {
			due = append(due, id)
		}
	}
	return due, nil
}

func (w *town) Unacknowledged(context.Context, time.Duration, int, int) ([]string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var ids []string
	for id, unheard := range w.news {
		if unheard {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func (w *town) Unrest(ctx context.Context, now time.Time, _ int) ([]string, error) {
	due, _ := w.Due(ctx, now)
	news, _ := w.Unacknowledged(ctx, 0, 0, 0)
	ids := append(due, news...)
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

func (w *town) Overdue(context.Context, time.Duration, int, int) ([]string, error) { return nil, nil }

func (w *town) OpenCases(_ context.Context, after string, _ int) ([]string, error) {
	return slices.DeleteFunc(w.ids(), func(id string) bool {
		_, open := w.next(id)
		return id <= after || !open
	}), nil
}

// Wake lets the case decide, a moment later.
func (w *town) Wake(_ context.Context, id string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.frozen {
		w.rearm++
	}
	if id != w.deaf {
		w.turns.Go(func() { w.mu.Lock(); delete(w.news, id); w.mu.Unlock() })
	}
	return nil
}

// act carries out a case's pending decision.
func (w *town) act(id string) {
	f := w.people[id]
	a := activities.New(activities.Deps{Cases: f, Sends: f, Post: w.post})
	next, err := a.Decide(context.Background(), activities.Turn{Case: id})
	if err == nil {
		err = perform(a, next.Decision.Do, activities.Turn{Case: id, Want: next.Decision})
	}
	if err != nil {
		panic(err)
	}
	w.mu.Lock()
	delete(w.news, id)
	w.mu.Unlock()
}

// streets is a town as its cases' workflows hear it.
type streets struct{ *town }

// Due lets the case carry out its pending decision, a moment later.
func (s streets) Due(_ context.Context, id string) error {
	if id != s.deaf {
		s.turns.Go(func() { s.act(id) })
	}
	return nil
}

func perform(a *activities.Activities, do strategy.Act, in activities.Turn) error {
	run := map[strategy.Act]func(context.Context, activities.Turn) (record.Next, error){
		strategy.SendEmail: a.SendEmail, strategy.SendSMS: a.SendSMS, strategy.SendWhatsApp: a.SendWhatsApp, strategy.IssueClaim: a.IssueClaim,
		strategy.OpenTask: a.OpenTask, strategy.OfferHandoff: a.OfferHandoff, strategy.LapseHandoff: a.LapseHandoff,
		strategy.ChangeStage: a.ChangeStage, strategy.Control: a.Control, strategy.CloseCase: a.CloseCase, strategy.RaiseAlarm: a.RaiseAlarm,
		strategy.LapseOffer: a.LapseOffer, strategy.BreakPromise: a.BreakPromise, strategy.DefaultPlan: a.DefaultPlan,
		strategy.EndHold: a.EndHold, strategy.ReviewHold: a.ReviewHold,
	}[do]
	if run == nil {
		return fmt.Errorf("nobody carries out %q", do)
	}
	_, err := run(context.Background(), in)
	return err
}

func (w *town) machine() *Machine {
	return &Machine{Store: w, Waker: streets{w}, Allowed: true, Mode: w.post.Mode, Patience: 2 * time.Second}
}

var begin = time.Date(2026, 9, 20, 8, 0, 0, 0, time.UTC)

func TestEveryActIsDoneAtItsOwnInstant(t *testing.T) {
	w := newTown(t, begin, 6)
	to := begin.Add(300 * 24 * time.Hour)
	forecasts := map[string][]strategy.Decision{}
	for _, id := range w.ids() {
		forecasts[id] = w.people[id].Person.Forecast(0, begin, to)
	}
	var steps []time.Time
	require.NoError(t, w.machine().Advance(t.Context(), to, func(at time.Time) { steps = append(steps, at) }))
	w.turns.Wait()
	for id, forecast := range forecasts {
		did := w.people[id].Did
		require.Len(t, did, len(forecast), id)
		for i := range did {
			assert.Equal(t, forecast[i].Do, did[i].Decision.Do)
			assert.True(t, forecast[i].At.Equal(did[i].At), "%s: %s at %s, forecast %s", id, did[i].Decision.Do, did[i].At, forecast[i].At)
		}
	}
	assert.True(t, slices.IsSortedFunc(steps, time.Time.Compare))
	assert.True(t, steps[len(steps)-1].Equal(to))
	assert.False(t, w.frozen)
	assert.Equal(t, len(w.people), w.rearm, "every open case sets its timer anew")
}

func TestWhatHappensOutsideComesAtItsInstant(t *testing.T) {
	w := newTown(t, begin, 1)
	f := w.people["case-00"]
	pay := begin.Add(15 * 24 * time.Hour)
	m := w.machine()
	m.Facts = func(_ context.Context, _, to time.Time) (time.Time, error) {
		if to.Before(pay) {
			return pay, nil
		}
		if len(f.Person.Cases[0].Case.Payments) > 0 {
			return time.Time{}, nil
		}
		day := calendar.DateOf(to)
		sum := f.Person.Cases[0].Case.Statement(f.Terms[0], day).Balance
		err := f.Record("case-00", debt.PaymentReceived{ID: "payment-1", Amount: sum, Received: day})
		w.mu.Lock()
		w.news["case-00"] = true
		w.mu.Unlock()
		return time.Time{}, err
	}
	require.NoError(t, m.Advance(t.Context(), begin.Add(90*24*time.Hour), nil))
	last := f.Did[len(f.Did)-1]
	assert.Equal(t, strategy.CloseCase, last.Decision.Do)
	assert.True(t, last.At.Equal(pay))
}

func TestAnAdvanceThatWasCutOffGoesOn(t *testing.T) {
	w := newTown(t, begin, 3)
	to := begin.Add(120 * 24 * time.Hour)
	want := len(w.people["case-00"].Person.Forecast(0, begin, to))
	ctx, cancel := context.WithCancel(t.Context())
	err := w.machine().Advance(ctx, to, func(at time.Time) {
		if at.After(begin.Add(40 * 24 * time.Hour)) {
			cancel()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	require.True(t, w.frozen, "the clock stands where it was cut off")
	w.turns.Wait()
	require.NoError(t, w.machine().Advance(t.Context(), to, nil))
	assert.Len(t, w.people["case-00"].Did, want)
	assert.False(t, w.frozen)
}

func TestResumeLetsAClockThatWasLeftStandingRunAgain(t *testing.T) {
	w := newTown(t, begin, 2)
	require.NoError(t, w.machine().Resume(t.Context()))
	assert.Zero(t, w.rearm, "a clock that runs is left alone")
	w.frozen = true
	require.NoError(t, w.machine().Resume(t.Context()))
	assert.False(t, w.frozen)
	assert.Equal(t, 2, w.rearm)
}

func TestACaseThatDoesNotComeToRestIsNamed(t *testing.T) {
	w := newTown(t, begin, 3)
	w.deaf = "case-01"
	m := w.machine()
	m.Patience = 200 * time.Millisecond
	err := m.Advance(t.Context(), begin.Add(24*time.Hour), nil)
	assert.ErrorContains(t, err, "case-01")
	assert.True(t, w.frozen)
}

func TestTheMachineRefusesToRun(t *testing.T) {
	tests := []struct {
		rule   string
		change func(*Machine)
		says   string
	}{
		{"unless a setting allows it", func(m *Machine) { m.Allowed = false }, "not allowed"},
		{"while any channel is live", func(m *Machine) {
			m.Mode = func(channel string) string {
				if channel == "sms" {
					return "twilio"
				}
				return "outbox"
			}
		}, `channel sms is "twilio"`},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			w := newTown(t, begin, 1)
			m := w.machine()
			tt.change(m)
			err := m.Advance(t.Context(), begin.Add(time.Hour), nil)
			assert.ErrorContains(t, err, tt.says)
			assert.False(t, w.frozen)
		})
	}
}

func TestTheClockDoesNotGoBack(t *testing.T) {
	w := newTown(t, begin, 1)
	assert.ErrorContains(t, w.machine().Advance(t.Context(), begin.Add(-time.Hour), nil), "does not go back")
}
