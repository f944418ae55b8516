package workflows_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/strategy"
	"github.com/recobro/recobro/workflows"
)

// cancelled checks that a run was ended by the test, and not otherwise.
func (l *life) cancelled(err error) {
	l.t.Helper()
	var c *temporal.CanceledError
	require.ErrorAs(l.t, err, &c)
}

func (l *life) today() calendar.Date {
	return calendar.DateOf(l.file.Now().In(l.file.Person.Place.Zone()))
}

func (l *life) balance() money.Amount { return l.debt().Statement(l.file.Terms[0], l.today()).Balance }

func pays(l *life) {
	reports(debt.PaymentReceived{ID: "payment-1", Amount: l.balance(), Received: l.today()})(l)
}

func promises(payBy string) func(*life) {
	return func(l *life) {
		reports(debt.PromiseMade{ID: "promise-1", Amount: l.balance(), PayBy: calendar.Must(payBy)})(l)
	}
}

// did lists what was done of some acts, with the step or target and the local instant.
func (l *life) did(acts ...strategy.Act) []string {
	var out []string
	for _, d := range l.file.Did {
		if len(acts) == 0 || slices.Contains(acts, d.Decision.Do) {
			name := d.Decision.Step
			if name == "" {
				name = d.Decision.Target
			}
			out = append(out, string(d.Decision.Do)+" "+name+" "+d.At.In(l.file.Person.Place.Zone()).Format("2006-01-02 15:04"))
		}
	}
	return out
}

// collected lists the days on which the debtor was asked to pay.
func (l *life) collected() []calendar.Date {
	var out []calendar.Date
	for _, m := range l.file.Messages {
		if m.Purpose != strategy.Service {
			out = append(out, calendar.DateOf(m.Reserved.In(l.file.Person.Place.Zone())))
		}
	}
	return out
}

func between(days []calendar.Date, from, to string) []calendar.Date {
	return slices.DeleteFunc(slices.Clone(days), func(d calendar.Date) bool {
		return d.Before(calendar.Must(from)) || d.After(calendar.Must(to))
	})
}

func TestForecastIsWhatHappensToAnUnpaidDebt(t *testing.T) {
	tests := []struct {
		country string
		kind    law.Party
	}{
		{"ES", law.Business}, {"ES", law.Consumer}, {"FR", law.Business},
		{"FR", law.Consumer}, {"PT", law.Business}, {"PT", law.Consumer},
	}
	for _, tt := range tests {
		t.Run(tt.country+" "+string(tt.kind), func(t *testing.T) {
			l := newLife(t, tt.country, tt.kind, "2026-09-20", "2026-10-01")
			l.at("2028-09-20", cancels)
			forecast := l.file.Person.Forecast(0, l.now, l.plans[0].at)
			l.cancelled(l.run())

			require.Len(t, l.file.Did, len(forecast))
			for i, want := range forecast {
				got := l.file.Did[i]
				want.Target, got.Decision.Target = "", "" // a handoff made meanwhile has an id of its own
				assert.True(t, got.Decision.Same(want), "act %d: %s %s, forecast %s %s", i, got.Decision.Do, got.Decision.Step, want.Do, want.Step)
				assert.True(t, got.At.Equal(want.At), "act %d, %s %s: at %s, forecast %s", i, want.Do, want.Step, got.At, want.At)
			}
			stages := []string{"upcoming", "friendly_contact", "reminders", "negotiation", "extrajudicial_claim", "legal_handoff"}
			assert.Equal(t, stages, l.stages, "the search attributes are set once for each stage")
			assert.Equal(t, len(stages), l.runs, "one run for each stage")
			assert.Len(t, l.began, 1+len(l.file.Did), "one activity for each act, and the first decision")
			assert.Len(t, l.file.Handoffs, 2, "each firm is offered the case once")
		})
	}
}

func TestMessagesOfALifeAreWrittenAndGoOnce(t *testing.T) {
	l := newLife(t, "ES", law.Business, "2026-09-20", "2026-10-01")
	l.at("2027-03-01", cancels)
	l.cancelled(l.run())
	keys := map[string]bool{}
	for _, m := range l.file.Messages {
		assert.False(t, keys[m.Key], "message %s went twice", m.Key)
		keys[m.Key] = true
		assert.Equal(t, "sent", m.State)
		assert.Contains(t, m.Text, "F-2026-case-1")
		assert.Equal(t, m.Channel == "email", m.HTML != "" && m.Subject != "")
		assert.Equal(t, map[string]string{"email": "pagos@lorca.example", "sms": "+34600000001"}[m.Channel], m.To)
	}
	assert.Len(t, keys, 10)
}

func TestAContinuedRunGoesOnWithoutAskingAnew(t *testing.T) {
	l := newLife(t, "ES", law.Business, "2026-09-20", "2026-10-01")
	l.at("2027-03-01", cancels)
	l.cancelled(l.run())
	for i, in := range l.inputs {
		assert.Equal(t, "case-1", in.Case)
		assert.Equal(t, i > 0, in.Next != nil)
	}
	last := l.inputs[len(l.inputs)-1].Next
	assert.Equal(t, debt.LegalHandoff, last.Stage)
	assert.Equal(t, strategy.LapseHandoff, last.Decision.Do)
	assert.Equal(t, []string{"Decide"}, slices.DeleteFunc(slices.Clone(l.began), func(a string) bool { return a != "Decide" }))
}

func TestAPaymentEndsTheCaseAndNothingIsSentAfterIt(t *testing.T) {
	l := newLife(t, "ES", law.Business, "2026-09-20", "2026-10-01")
	l.at("2026-10-20", pays)
	require.NoError(t, l.run())
	assert.Equal(t, debt.Closed, l.debt().Stage)
	assert.Equal(t, debt.Paid, l.debt().Outcome)
	assert.Equal(t, []string{"CloseCase  2026-10-20 10:00"}, l.did(strategy.CloseCase))
	assert.Empty(t, between(l.collected(), "2026-10-20", "2029-01-01"))
	assert.Equal(t, "closed", l.stages[len(l.stages)-1])
}

func TestAPaymentInTheMiddleOfASendIsHeardBeforeTheRunIsRenewed(t *testing.T) {
	l := newLife(t, "ES", law.Business, "2026-09-20", "2026-10-01")
	paid := false
	l.file.Down = func(doing string) error { // at the door, before reminder_1, which changes the stage
		if doing == "SendEmail" && len(l.file.Messages) == 2 && !paid {
			paid = true
			c := l.debt()
			facts, err := c.Accept(debt.PaymentReceived{ID: "payment-1", Amount: l.balance(), Received: l.today()}, l.file.Terms[0], l.file.Now())
			for _, f := range facts {
				c.Apply(debt.Event{Seq: c.Seq + 1, At: l.file.Now(), Fact: f})
			}
			l.env.SignalWorkflow(workflows.News, nil)
			return err
		}
		return nil
	}
	require.NoError(t, l.run())
	assert.True(t, paid)
	assert.Equal(t, debt.Paid, l.debt().Outcome)
	assert.Len(t, l.file.Messages, 2, "the reminder that was about to go did not")
}

func TestAPromiseKeptClosesTheCase(t *testing.T) {
	l := newLife(t, "ES", law.Business, "2026-09-20", "2026-10-01")
	l.at("2026-10-12", promises("2026-10-28"))
	l.at("2026-10-28", pays)
	require.NoError(t, l.run())
	assert.Equal(t, debt.PromiseKept, l.debt().Promises[0].State)
	assert.Equal(t, debt.Paid, l.debt().Outcome)
	assert.Empty(t, between(l.collected(), "2026-10-12", "2029-01-01"), "nobody is pressed while a promise runs")
	assert.Equal(t, []string{"SendEmail promise_reminder 2026-10-26 09:00"}, l.did(strategy.SendEmail)[3:])
}

func TestAPromiseBrokenIsEndedAtMidnightAndContactGoesOn(t *testing.T) {
	l := newLife(t, "ES", law.Business, "2026-09-20", "2026-10-01")
	l.at("2026-10-12", promises("2026-10-28"))
	l.at("2027-01-01", cancels)
	l.cancelled(l.run())
	// Two working days of grace after Wednesday 28 October.
	assert.Equal(t, []string{"BreakPromise promise-1 2026-10-31 00:00"}, l.did(strategy.BreakPromise))
	assert.Equal(t, debt.PromiseBroken, l.debt().Promises[0].State)
	assert.Empty(t, between(l.collected(), "2026-10-12", "2026-10-30"))
	assert.NotEmpty(t, between(l.collected(), "2026-10-31", "2026-11-10"))
}

func TestADisputeHoldsContactUntilItIsAnswered(t *testing.T) {
	l := newLife(t, "FR", law.Business, "2026-09-20", "2026-10-01")
	l.at("2026-10-12", reports(debt.Disputed{ID: "dispute-1", Reason: "goods_not_received"}))
	l.at("2026-11-20", reports(debt.DisputeResolved{Dispute: "dispute-1", State: "rejected", Note: "delivery note signed"}))
	l.at("2027-01-15", cancels)
	l.cancelled(l.run())
	assert.Empty(t, between(l.collected(), "2026-10-12", "2026-11-19"))
	assert.NotEmpty(t, between(l.collected(), "2026-11-20", "2026-12-10"))
	reviews := l.did(strategy.ReviewHold)
	require.NotEmpty(t, reviews, "a dispute without an answer asks a person")
	assert.Len(t, l.file.Tasks, len(reviews))
	for _, k := range l.file.Tasks {
		assert.Equal(t, "dispute_overdue", k.Kind)
		assert.True(t, k.Due.After(calendar.DateOf(k.Opened)))
	}
}

func TestAPauseEndsByItself(t *testing.T) {
	l := newLife(t, "PT", law.Consumer, "2026-09-20", "2026-10-01")
	l.at("2026-10-12", reports(debt.HoldPlaced{Hold: debt.Hold{Reason: debt.HoldPaused, Until: calendar.Must("2026-11-30")}}))
	l.at("2027-01-15", cancels)
	l.cancelled(l.run())
	assert.Empty(t, between(l.collected(), "2026-10-12", "2026-11-30"))
	require.Len(t, l.did(strategy.EndHold), 1)
	assert.Contains(t, l.did(strategy.EndHold)[0], "2026-12-01 00:00")
	assert.NotEmpty(t, between(l.collected(), "2026-12-01", "2026-12-20"))
}

func TestAFirmThatAcceptsEndsAutomaticContact(t *testing.T) {
	l := newLife(t, "ES", law.Business, "2026-09-20", "2026-10-01")
	l.at("2027-01-10", func(l *life) {
		require.Len(t, l.file.Handoffs, 1)
		reports(debt.HandoffEnded{Handoff: l.file.Handoffs[0].ID, State: "accepted"})(l)
	})
	l.at("2028-01-10", cancels)
	l.cancelled(l.run())
	assert.Len(t, l.file.Handoffs, 1)
	assert.Empty(t, l.did(strategy.LapseHandoff))
	assert.Empty(t, between(l.collected(), "2027-01-10", "2029-01-01"))
}

func TestSeveralDebtsOfOnePersonGoOutInOneMessage(t *testing.T) {
	l := newLife(t, "ES", law.Business, "2026-09-20", "2026-10-01")
	require.NoError(t, l.file.Open("case-2", calendar.Must("2026-10-02")))
	l.at("2026-10-12", cancels)
	l.cancelled(l.run())
	merged := 0
	for _, m := range l.file.Messages {
		if len(m.Covers) > 0 {
			merged++
			assert.Equal(t, []string{"case-2"}, m.Covers)
			assert.Contains(t, m.Text, "F-2026-case-1")
			assert.Contains(t, m.Text, "F-2026-case-2")
		}
	}
	assert.Positive(t, merged)
	assert.NotEmpty(t, l.file.Case("case-2").Marks, "the other case is marked too")
}

func TestDueCarriesOutThePendingDecisionWhateverTheTimerSays(t *testing.T) {
	l := newLife(t, "ES", law.Business, "2026-09-20", "2026-10-01")
	l.at("2026-09-20 12:00", func(l *life) {
		l.ahead = 4 * 24 * time.Hour // past the courtesy reminder of the 24th
		l.env.SignalWorkflow(workflows.Due, nil)
	})
	l.at("2026-09-20 13:00", cancels)
	l.cancelled(l.run())
	assert.Equal(t, []string{"SendEmail courtesy 2026-09-24 12:00"}, l.did())
}

func TestDueForWhatIsNotDueDoesNothing(t *testing.T) {
	l := newLife(t, "ES", law.Business, "2026-09-20", "2026-10-01")
	l.at("2026-09-20 12:00", signals(workflows.Due))
	l.at("2026-09-24 12:00", cancels)
	l.cancelled(l.run())
	assert.Equal(t, []string{"SendEmail courtesy 2026-09-24 09:00"}, l.did())
	assert.Equal(t, []string{"Decide", "SendEmail", "SendEmail"}, l.began)
}

func TestAClockThatStandsStillIsAskedLessAndLess(t *testing.T) {
	l := newLife(t, "ES", law.Business, "2026-09-20", "2026-10-01")
	still := l.now
	l.ticks = func() time.Time { return still }
	l.at("2026-09-25 09:00", cancels) // a day after the courtesy reminder's instant by the wall
	l.cancelled(l.run())
	assert.Empty(t, l.did())
	// 1 s, 2 s, 4 s … and then every ten minutes: a day holds 144 of those.
	assert.Greater(t, len(l.began), 100)
	assert.Less(t, len(l.began), 170)
}

func TestAnActThatFailsForGoodNeverEndsTheCase(t *testing.T) {
	l := newLife(t, "ES", law.Business, "2026-09-20", "2026-10-01")
	failures := 0
	l.file.Down = func(doing string) error {
		if doing == "SendEmail" && failures < 3 {
			failures++
			return &debt.Refusal{Rule: "test", Detail: "no"}
		}
		return nil
	}
	l.at("2026-09-24 23:00", cancels)
	l.cancelled(l.run())
	assert.Equal(t, 3, failures)
	// 09:00 and pauses of 10, 20 and 40 minutes.
	assert.Equal(t, []string{"SendEmail courtesy 2026-09-24 10:10"}, l.did())
}

func TestAnOutageIsWaitedOut(t *testing.T) {
	l := newLife(t, "ES", law.Business, "2026-09-20", "2026-10-01")
	back := calendar.Must("2026-09-24").At(9, 3, l.file.Person.Place.Zone())
	l.file.Down = func(string) error {
		if now := l.file.Now(); now.After(back.Add(-time.Hour)) && now.Before(back) {
			return errors.New("connection refused")
		}
		return nil
	}
	l.at("2026-09-24 23:00", cancels)
	l.cancelled(l.run())
	require.Len(t, l.did(), 1)
	sent := l.file.Did[0].At
	assert.False(t, sent.Before(back))
	assert.LessOrEqual(t, sent.Sub(back), time.Minute)
	assert.Equal(t, []string{"Decide", "SendEmail"}, slices.Compact(l.began), "the same attempt goes on")
}

func TestNewsOfManyFactsIsDecidedOnce(t *testing.T) {
	l := newLife(t, "ES", law.Business, "2026-09-20", "2026-10-01")
	l.at("2026-09-21", func(l *life) {
		for range 20 {
			l.env.SignalWorkflowSkippingWorkflowTask(workflows.News, nil)
		}
		l.env.SignalWorkflow(workflows.News, nil)
	})
	l.at("2026-09-22", cancels)
	l.cancelled(l.run())
	assert.Equal(t, []string{"Decide", "Decide"}, l.began)
}

func TestRunsAreRenewed(t *testing.T) {
	tests := map[string]func(*life){
		"on request":             signals(workflows.Renew),
		"when history has grown": func(l *life) { l.env.SetContinueAsNewSuggested(true); l.env.SignalWorkflow(workflows.News, nil) },
		"when the code has a newer version": func(l *life) {
			l.env.SetTargetWorkerDeploymentVersionChanged(true)
			l.env.SignalWorkflow(workflows.News, nil)
		},
	}
	for name, renew := range tests {
		t.Run(name, func(t *testing.T) {
			l := newLife(t, "ES", law.Business, "2026-09-20", "2026-10-01")
			l.at("2026-09-21", renew)
			l.at("2026-09-25", cancels)
			l.cancelled(l.run())
			require.Equal(t, 2, l.runs)
			assert.Equal(t, debt.Upcoming, l.inputs[1].Next.Stage)
			assert.Equal(t, []string{"SendEmail courtesy 2026-09-24 09:00"}, l.did())
		})
	}
}

func TestCancellationFinishesWhatHasBegun(t *testing.T) {
	l := newLife(t, "ES", law.Business, "2026-09-20", "2026-10-01")
	l.file.Down = func(doing string) error {
		if doing == "SendEmail" {
			l.env.CancelWorkflow()
		}
		return nil
	}
	l.cancelled(l.run())
	assert.Equal(t, []string{"SendEmail courtesy 2026-09-24 09:00"}, l.did())
	assert.Equal(t, []string{"Decide", "SendEmail"}, l.began)
}

func TestAClosedCaseEndsItsWorkflowAtOnce(t *testing.T) {
	l := newLife(t, "ES", law.Business, "2026-09-20", "2026-10-01")
	require.NoError(t, l.file.Record("case-1", debt.CaseClosed{Outcome: debt.Withdrawn, Reason: "creditor"}))
	require.NoError(t, l.run())
	assert.Equal(t, []string{"Decide"}, l.began)
	assert.Zero(t, l.timers)
}
