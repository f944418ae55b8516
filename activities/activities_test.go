package activities_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/activities/activitiestest"
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/letter"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// provider counts what it is asked to send, and answers as it is told.
type provider struct {
	mode   string
	answer record.Delivery
	sent   []record.Message
}

func (p *provider) Mode(string) string { return p.mode }

func (p *provider) Send(_ context.Context, m record.Message) record.Delivery {
	p.sent = append(p.sent, m)
	return p.answer
}

var sent = record.Delivery{State: "sent", Provider: "provider-1"}

// room is one case in memory, the activities, and a clock that is set by hand.
type room struct {
	t    *testing.T
	file *activitiestest.File
	post *provider
	act  *activities.Activities
	now  time.Time
}

// newRoom opens a case on the day after its due date, 1 October 2026, before its first contact.
func newRoom(t *testing.T, mode, country string, kind law.Party) *room {
	t.Helper()
	r := &room{t: t, post: &provider{mode: mode, answer: sent}}
	f, err := activitiestest.New(country, kind, func() time.Time { return r.now })
	require.NoError(t, err)
	r.file, r.now = f, calendar.Must("2026-10-02").At(0, 0, f.Person.Place.Zone())
	require.NoError(t, f.Open("case-1", calendar.Must("2026-10-01")))
	f.Debtor.Points = append([]record.Point{{Channel: "email", Value: "old@lorca.example", Valid: false}}, f.Debtor.Points...)
	f.Debtor.Party.Language = ""
	r.act = activities.New(activities.Deps{Cases: r.file, Sends: r.file, Post: r.post})
	return r
}

// perform calls the activity that has the act's name.
func (r *room) perform(ctx context.Context, d strategy.Decision) (record.Next, error) {
	m := reflect.ValueOf(r.act).MethodByName(string(d.Do))
	require.True(r.t, m.IsValid(), "no activity is named %s", d.Do)
	out := m.Call([]reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(activities.Turn{Case: "case-1", Want: d})})
	err, _ := out[1].Interface().(error)
	return out[0].Interface().(record.Next), err
}

// until goes on until the next act is of a kind; it returns that decision, undone.
func (r *room) until(do strategy.Act) strategy.Decision {
	r.t.Helper()
	for range 60 {
		next, err := r.act.Decide(r.t.Context(), activities.Turn{Case: "case-1"})
		require.NoError(r.t, err)
		if next.Decision.At.After(r.now) {
			r.now = next.Decision.At
		}
		if next.Decision.Do == do {
			return next.Decision
		}
		_, err = r.perform(r.t.Context(), next.Decision)
		require.NoError(r.t, err)
	}
	r.t.Fatalf("the case never comes to %s", do)
	return strategy.Decision{}
}

func (r *room) debt() *debt.Case { return r.file.Person.Cases[0].Case }

func TestEveryActHasAnActivityOfItsName(t *testing.T) {
	acts := []strategy.Act{strategy.SendEmail, strategy.SendSMS, strategy.SendWhatsApp, strategy.OpenTask, strategy.IssueClaim,
		strategy.OfferHandoff, strategy.LapseHandoff, strategy.BreakPromise, strategy.DefaultPlan, strategy.LapseOffer, strategy.EndHold,
		strategy.ReviewHold, strategy.ChangeStage, strategy.RaiseAlarm, strategy.Control, strategy.CloseCase}
	have := reflect.TypeFor[*activities.Activities]()
	for _, a := range acts {
		_, ok := have.MethodByName(string(a))
		assert.True(t, ok, "%s", a)
	}
	assert.Equal(t, len(acts)+1, have.NumMethod(), "and Decide, and no other")
}

func TestInOutboxModeAMessageIsSentByBeingRecorded(t *testing.T) {
	r := newRoom(t, "outbox", "ES", law.Business)
	d := r.until(strategy.SendEmail)
	_, err := r.perform(t.Context(), d)
	require.NoError(t, err)
	require.Len(t, r.file.Messages, 1)
	m := r.file.Messages[0]
	assert.Equal(t, "sent", m.State)
	assert.Equal(t, "outbox", m.Mode)
	assert.Empty(t, r.post.sent)
	assert.Equal(t, "sent", r.debt().Marks[0].State)
	assert.Equal(t, m.ID, r.debt().Marks[0].Message)
	assert.Equal(t, `=?utf-8?q?Orea_Facturaci=C3=B3n?= <facturas@orea.example>`, m.From)
	assert.Equal(t, "pagos@lorca.example", m.To)
	assert.Equal(t, "cobros@orea.example", m.ReplyTo)
	assert.Equal(t, "es", m.Language, "the country's where the debtor's is not known")
}

func TestALiveMessageIsReservedSentOnceAndSettled(t *testing.T) {
	r := newRoom(t, "sendgrid", "ES", law.Business)
	d := r.until(strategy.SendEmail)
	next, err := r.perform(t.Context(), d)
	require.NoError(t, err)
	require.Len(t, r.post.sent, 1)
	assert.Equal(t, "reserved", r.post.sent[0].State, "it is committed before it goes out")
	assert.NotEmpty(t, r.post.sent[0].Key)
	assert.Equal(t, "sent", r.file.Messages[0].State)
	assert.Equal(t, "sent", r.debt().Marks[0].State)
	assert.False(t, next.Decision.Same(d))

	_, err = r.perform(t.Context(), d) // a second attempt
	require.NoError(t, err)
	assert.Len(t, r.post.sent, 1)
}

func TestAnUnknownOutcomeIsParkedAndNeverResent(t *testing.T) {
	r := newRoom(t, "twilio", "ES", law.Business)
	r.post.answer = record.Delivery{State: "unknown"}
	d := r.until(strategy.SendEmail)
	next, err := r.perform(t.Context(), d)
	require.NoError(t, err)
	assert.Equal(t, "unknown", r.debt().Marks[0].State)
	assert.NotEqual(t, d.Step, next.Decision.Step, "the case goes on")
	_, err = r.perform(t.Context(), d)
	require.NoError(t, err)
	assert.Len(t, r.post.sent, 1)
}

func TestAFailureThatIsCertainGoesToTheNextChannel(t *testing.T) {
	r := newRoom(t, "sendgrid", "ES", law.Business)
	r.post.answer = record.Delivery{State: "failed", Code: "550"}
	next, err := r.perform(t.Context(), r.until(strategy.SendEmail))
	require.NoError(t, err)
	assert.Equal(t, strategy.SendSMS, next.Decision.Do)
	assert.Equal(t, "first_contact", next.Decision.Step)
}

func TestWhatBecameOfASendIsRecordedThroughAnOutage(t *testing.T) {
	r := newRoom(t, "sendgrid", "ES", law.Business)
	d := r.until(strategy.SendEmail)
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		r.file.Down = func(doing string) error {
			if doing == "Settle" {
				if tries++; tries < 5 {
					return errors.New("connection refused")
				}
			}
			return nil
		}
		_, err := r.perform(t.Context(), d)
		require.NoError(t, err)
		assert.Equal(t, 5, tries)
		assert.Equal(t, "sent", r.file.Messages[0].State)
		assert.Len(t, r.post.sent, 1)
	})
}

func TestAnAttemptThatCouldNotRecordLeavesTheOutcomeUnknown(t *testing.T) {
	r := newRoom(t, "sendgrid", "ES", law.Business)
	d := r.until(strategy.SendEmail)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		r.file.Down = func(doing string) error {
			if doing == "Settle" {
				return errors.New("connection refused")
			}
			return nil
		}
		_, err := r.perform(ctx, d)
		require.Error(t, err)
		assert.False(t, refusedFor(err), "it is tried again")
	})
	r.file.Down = nil
	_, err := r.perform(t.Context(), d) // the next attempt
	require.NoError(t, err)
	assert.Len(t, r.post.sent, 1, "nothing is sent twice")
	assert.Equal(t, "unknown", r.file.Messages[0].State)
}

func refusedFor(err error) bool {
	var e *temporal.ApplicationError
	return errors.As(err, &e) && e.NonRetryable() && e.Type() == activities.Refused
}

func TestARefusalIsNotTriedAgainAndAnOutageIs(t *testing.T) {
	tests := []struct {
		rule  string
		err   error
		final bool
	}{
		{"a rule that says no", &debt.Refusal{Rule: "x", Detail: "no"}, true},
		{"a case that does not exist", record.ErrNotFound, true},
		{"a database that is away", errors.New("connection refused"), false},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			r := newRoom(t, "outbox", "ES", law.Business)
			r.file.Down = func(string) error { return tt.err }
			_, err := r.act.Decide(t.Context(), activities.Turn{Case: "case-1"})
			require.Error(t, err)
			assert.Equal(t, tt.final, refusedFor(err))
			assert.ErrorContains(t, err, "case case-1")
		})
	}
}

func TestADebtorWithoutAnAddressGoesToAPerson(t *testing.T) {
	r := newRoom(t, "outbox", "ES", law.Business)
	d := r.until(strategy.SendEmail)
	r.file.Debtor.Points[1].OptedOut = true
	_, err := r.perform(t.Context(), d)
	require.NoError(t, err)
	assert.Empty(t, r.file.Messages)
	assert.Equal(t, "letter_not_written", r.file.Tasks[0].Kind)
	assert.Equal(t, "failed", r.debt().Marks[0].State)
}

func TestTheClaimIsRecordedAsAnActThatNobodyHasProved(t *testing.T) {
	for _, country := range []string{"ES", "FR", "PT"} {
		r := newRoom(t, "outbox", country, law.Business)
		d := r.until(strategy.IssueClaim)
		before := r.debt().Clock(r.file.Terms[0].Law).LastDay
		_, err := r.perform(t.Context(), d)
		require.NoError(t, err)
		acts := r.debt().Acts
		require.NotEmpty(t, acts)
		last := acts[len(acts)-1]
		assert.Equal(t, "email", last.Type)
		assert.Empty(t, last.Outcome)
		assert.Equal(t, r.file.Messages[len(r.file.Messages)-1].ID, last.Ref)
		assert.Equal(t, before, r.debt().Clock(r.file.Terms[0].Law).LastDay, "%s: the period runs on", country)
	}
}

func TestALetterNamesTheDayOfWhatFollows(t *testing.T) {
	r := newRoom(t, "outbox", "ES", law.Business)
	for range 60 {
		d := r.until(strategy.SendEmail)
		_, err := r.perform(t.Context(), d)
		require.NoError(t, err)
		if d.Letter == "last_notice" {
			break
		}
	}
	notice := r.file.Messages[len(r.file.Messages)-1]
	claim := r.until(strategy.IssueClaim)
	y, m, day := claim.At.Date()
	months := []string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}
	assert.Contains(t, notice.Text, fmt.Sprintf("%d de %s de %d", day, months[m-1], y))
}

func TestAThirdPartyNamesItself(t *testing.T) {
	r := newRoom(t, "outbox", "ES", law.Business)
	r.debt().Capacity = debt.AsThirdParty
	d := r.until(strategy.SendEmail)
	_, err := r.perform(t.Context(), d)
	require.NoError(t, err)
	assert.Empty(t, r.file.Messages, "without a name of its own it writes nothing")

	d = r.until(strategy.SendSMS)
	r.act = activities.New(activities.Deps{Cases: r.file, Sends: r.file, Post: r.post, Operator: letter.Operator{Name: "Cobros Norte SL", Address: "Gran Vía 1, Madrid"}})
	_, err = r.perform(t.Context(), d)
	require.NoError(t, err)
	assert.Contains(t, r.file.Messages[0].Text, "Cobros Norte SL")
}

func TestAHandoffIsARowAndAFact(t *testing.T) {
	r := newRoom(t, "outbox", "PT", law.Consumer)
	d := r.until(strategy.OfferHandoff)
	_, err := r.perform(t.Context(), d)
	require.NoError(t, err)
	require.Len(t, r.file.Handoffs, 1)
	h := r.file.Handoffs[0]
	assert.Equal(t, "firm-1", h.Firm)
	assert.Equal(t, r.debt().Handoffs[0].ID, h.ID)
	assert.Equal(t, r.debt().Handoffs[0].Until, h.Until)
	assert.True(t, h.Until.After(calendar.DateOf(r.now)))
}

func TestTasksHaveADayUntilWhichTheyAreDone(t *testing.T) {
	tests := []struct {
		rule  string
		setup func(*room)
		kind  string
		due   string
	}{
		{"a call has the days that the step gives it", func(r *room) { r.file.Person.Cases[0].Agents = true }, "call", "2026-10-06"},
		{"a case without a channel is looked at in a week", func(r *room) { r.file.Person.Cases[0].Reach = nil }, "no_channel", "2026-10-09"},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			r := newRoom(t, "outbox", "ES", law.Business)
			tt.setup(r)
			_, err := r.perform(t.Context(), r.until(strategy.OpenTask))
			require.NoError(t, err)
			require.Len(t, r.file.Tasks, 1)
			k := r.file.Tasks[0]
			assert.Equal(t, tt.kind, k.Kind)
			assert.Equal(t, calendar.Must(tt.due), k.Due)
			assert.Equal(t, "open", k.State)
			assert.NotEmpty(t, k.ID)
		})
	}
}

func TestAnAlarmOpensATask(t *testing.T) {
	r := newRoom(t, "outbox", "ES", law.Business)
	r.file.Person.Cases[0].Stopped = "installation" // nothing else happens
	d := r.until(strategy.RaiseAlarm)
	_, err := r.perform(t.Context(), d)
	require.NoError(t, err)
	require.NotEmpty(t, r.file.Tasks)
	k := r.file.Tasks[len(r.file.Tasks)-1]
	assert.Equal(t, "limitation_180", k.Kind)
	require.Len(t, r.debt().Alarms, 1)
}

func TestWhatIsStoppedWhileItWaitsForItsTurnIsNotReserved(t *testing.T) {
	r := newRoom(t, "smtp", "ES", law.Business)
	d := r.until(strategy.SendEmail)
	asked := ""
	r.act = activities.New(activities.Deps{Cases: r.file, Sends: r.file, Post: r.post, Turn: func(_ context.Context, channel string) error {
		asked = channel
		return r.file.Record("case-1", debt.HoldPlaced{Hold: debt.Hold{Reason: debt.HoldHardship, Until: calendar.DateOf(r.now).AddDays(20)}})
	}})
	next, err := r.perform(t.Context(), d)
	require.NoError(t, err)
	assert.Equal(t, "email", asked)
	assert.Empty(t, r.post.sent)
	assert.NotEqual(t, d.Do, next.Decision.Do)
	assert.Empty(t, r.debt().Marks)

	r = newRoom(t, "smtp", "ES", law.Business)
	d = r.until(strategy.SendEmail)
	late := errors.New("no turn before the deadline")
	r.act = activities.New(activities.Deps{Cases: r.file, Sends: r.file, Post: r.post, Turn: func(context.Context, string) error { return late }})
	_, err = r.perform(t.Context(), d)
	require.ErrorIs(t, err, late)
	assert.False(t, refusedFor(err), "it is tried again")
	assert.Empty(t, r.post.sent)
	assert.Empty(t, r.debt().Marks, "nothing was reserved")
}

func TestTheWaitForATurnLeavesTimeToSend(t *testing.T) {
	r := newRoom(t, "smtp", "ES", law.Business)
	d := r.until(strategy.SendEmail)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	attempt, _ := ctx.Deadline()
	r.act = activities.New(activities.Deps{Cases: r.file, Sends: r.file, Post: r.post, Turn: func(ctx context.Context, _ string) error {
		end, ends := ctx.Deadline()
		assert.True(t, ends)
		assert.Greater(t, attempt.Sub(end), 8*time.Second, "a provider may take as long to answer")
		return nil
	}})
	_, err := r.perform(ctx, d)
	require.NoError(t, err)
	assert.Len(t, r.post.sent, 1, "the send itself has the whole attempt")
}

func TestWhatIsNotDueIsNotDone(t *testing.T) {
	r := newRoom(t, "outbox", "ES", law.Business)
	d := r.until(strategy.SendEmail)
	r.now = r.now.Add(-time.Hour)
	next, err := r.perform(t.Context(), d)
	require.NoError(t, err)
	assert.True(t, next.Decision.Same(d))
	assert.Empty(t, r.file.Messages)
}

func TestALetterThatCannotBeWrittenGoesToAPersonAndTheCaseGoesOn(t *testing.T) {
	r := newRoom(t, activities.Outbox, "ES", law.Business)
	r.file.Creditor.Email, r.file.Creditor.Phone = "", "" // no letter may go out without a way to answer
	var tasks []string
	for range 12 {
		d := r.file.Person.Plan(r.now)[0]
		if d.At.After(r.now) {
			r.now = d.At
		}
		_, err := r.perform(t.Context(), d)
		require.NoError(t, err)
		tasks = tasks[:0]
		for _, k := range r.file.Tasks {
			tasks = append(tasks, k.Kind+" "+k.Step)
		}
	}
	assert.Empty(t, r.file.Messages)
	assert.Contains(t, tasks, "letter_not_written first_contact")
	assert.Contains(t, tasks, "no_channel first_contact")
	assert.Contains(t, tasks, "letter_not_written reminder_1", "the case did not go on to its next step")
}
