package store_test

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
	"github.com/recobro/recobro/strategy"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

var (
	ctx      = context.Background()
	operator = debt.Actor{Role: debt.Operator, ID: "k1"}
	// start is a Thursday, at nine in Madrid.
	start = time.Date(2026, 10, 1, 7, 0, 0, 0, time.UTC)
	due   = calendar.Day(2026, time.September, 20)
)

// must ends the test at an error.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// rule gives the rule of a refusal.
func rule(err error) string {
	var no *debt.Refusal
	if errors.As(err, &no) {
		return no.Rule
	}
	return ""
}

// verified checks the record of every case given.
func verified(t *testing.T, s *store.Store, ids ...string) {
	t.Helper()
	for _, id := range ids {
		ok(t, s.Verify(ctx, id))
	}
}

// toSend advances the standing clock until the next act of a case is a send,
// doing what comes before, and gives the decision, due.
func toSend(t *testing.T, s *store.Store, id string) strategy.Decision {
	t.Helper()
	for range 20 {
		next := must(s.Decide(ctx, id))(t)
		d := next.Decision
		now, _, frozen, err := s.ClockState(ctx)
		ok(t, err)
		if frozen && d.At.After(now) {
			ok(t, s.Advance(ctx, d.At))
		}
		if d.Do.Sends() {
			return d
		}
		must(s.Act(ctx, id, d, storetest.Deliver("outbox")))(t)
	}
	t.Fatal("no send within twenty acts")
	return strategy.Decision{}
}

func TestOpenIsIdempotent(t *testing.T) {
	s := storetest.At(t, start)
	k := storetest.Creditor(t, s, "Acme")
	in := storetest.Submission(k.ID, 1, due)
	first := storetest.Case(t, s, in)
	if !first.Created || first.Next.Final() || first.Next.At.IsZero() {
		t.Errorf("the first call gives created %v, next %+v", first.Created, first.Next)
	}
	again := storetest.Case(t, s, in)
	if again.Created || again.Case.ID != first.Case.ID {
		t.Errorf("the same submission again gives case %s, created %v", again.Case.ID, again.Created)
	}
	in.Principal = money.EUR(99)
	_, err := s.Open(ctx, in, operator)
	var no *debt.Refusal
	if !errors.As(err, &no) || no.Rule != "reference_taken" || !no.Conflict {
		t.Errorf("other content under the same reference gives %v", err)
	}
	verified(t, s, first.Case.ID)
}

func TestOpenAtOnceMakesOneCaseAndOnePerson(t *testing.T) {
	s := storetest.At(t, start)
	a, b := storetest.Creditor(t, s, "Acme"), storetest.Creditor(t, s, "Beta")
	var mu sync.Mutex
	var wg sync.WaitGroup
	cases, persons, created := map[string]bool{}, map[string]bool{}, 0
	for n := range 12 {
		wg.Go(func() {
			in := storetest.Submission([]string{a.ID, b.ID}[n%2], 1, due)
			in.Debtor.TaxID = "B12345674"
			f, err := s.Open(ctx, in, operator)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
				return
			}
			cases[f.Case.ID], persons[f.Case.Person] = true, true
			if f.Created {
				created++
			}
		})
	}
	wg.Wait()
	if len(cases) != 2 || len(persons) != 1 || created != 2 {
		t.Errorf("%d cases, %d created, of %d persons; want 2, 2, 1", len(cases), created, len(persons))
	}
}

func TestARefusedSubmissionLeavesNothing(t *testing.T) {
	s := storetest.At(t, start)
	k := storetest.Creditor(t, s, "Acme")
	bad := storetest.Submission(k.ID, 1, due)
	bad.Principal = money.EUR(-5)
	bad.Debtor.Contacts = nil
	if _, err := s.Open(ctx, bad, operator); rule(err) == "" {
		t.Errorf("got %v, want a refusal", err)
	}
	late := storetest.Submission(k.ID, 2, due)
	late.Strategy = "no-such-strategy"
	if _, err := s.Open(ctx, late, operator); rule(err) != "strategy_unknown" {
		t.Errorf("got %v, want strategy_unknown", err)
	}
	if _, err := s.Open(ctx, storetest.Submission("nobody", 3, due), operator); rule(err) != "creditor_unknown" {
		t.Errorf("got %v, want creditor_unknown", err)
	}
	if list := must(s.Debtors(ctx, "", "", "", 10))(t); len(list) != 0 {
		t.Errorf("%d debtors are left behind", len(list))
	}
}

func TestPreviewWritesNothing(t *testing.T) {
	s := storetest.At(t, start)
	k := storetest.Creditor(t, s, "Acme")
	in := storetest.Submission(k.ID, 1, due)
	f, steps, err := s.Preview(ctx, in)
	ok(t, err)
	if f.Next.Final() || len(steps) < 3 {
		t.Errorf("next %v, %d steps", f.Next.Do, len(steps))
	}
	if rows := must(s.Cases(ctx, record.Filter{}))(t); len(rows) != 0 {
		t.Errorf("%d cases are on the record", len(rows))
	}
	if f := storetest.Case(t, s, in); !f.Created {
		t.Error("the debt cannot be opened after its preview")
	}
}

func TestRecordIsIdempotentByKey(t *testing.T) {
	s := storetest.At(t, start)
	k := storetest.Creditor(t, s, "Acme")
	f := storetest.Case(t, s, storetest.Submission(k.ID, 1, due))
	pay := debt.PaymentReceived{Amount: money.EUR(50000), Received: calendar.Day(2026, time.October, 1)}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := s.Record(ctx, f.Case.ID, "pay-1", operator, pay); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got := must(s.File(ctx, f.Case.ID))(t)
	if len(got.Case.Payments) != 1 {
		t.Errorf("%d payments are booked", len(got.Case.Payments))
	}
	verified(t, s, f.Case.ID)
	_, err := s.Record(ctx, f.Case.ID, "pay-2", operator, debt.PaymentReceived{Amount: money.Of(1, "USD"), Received: due})
	if rule(err) != "other_currency" {
		t.Errorf("another currency gives %v", err)
	}
	if _, err := s.Record(ctx, "none", "x", operator, pay); !errors.Is(err, record.ErrNotFound) {
		t.Errorf("an unknown case gives %v", err)
	}
}

func TestOneMessagePerKeyUnderEightActs(t *testing.T) {
	url := storetest.URL(t)
	s := storetest.Open(t, url)
	ok(t, s.Freeze(ctx, start))
	k := storetest.Creditor(t, s, "Acme")
	f := storetest.Case(t, s, storetest.Submission(k.ID, 1, due))
	want := toSend(t, s, f.Case.ID)
	other := storetest.Open(t, url)
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			next, err := []*store.Store{s, other}[n%2].Act(ctx, f.Case.ID, want, storetest.Deliver("outbox"))
			if err != nil {
				t.Error(err)
			}
			if next.Decision.Same(want) {
				t.Error("the same is to be done again")
			}
		})
	}
	wg.Wait()
	list := must(s.Messages(ctx, f.Case.ID, "", "", 10))(t)
	if len(list) != 1 || list[0].State != "sent" {
		t.Fatalf("%d messages: %+v", len(list), list)
	}
	if got := must(s.Unacknowledged(ctx, -time.Second, 10, 0))(t); len(got) != 0 {
		t.Errorf("%v were not told of their own acts", got)
	}
	verified(t, s, f.Case.ID)
}

func TestNothingIsReservedAfterAPayment(t *testing.T) {
	s, id, want := live(t)
	must(s.Record(ctx, id, "p", operator, payAll(t, s, id)))(t)
	m, next, err := s.Reserve(ctx, id, want, storetest.Deliver("smtp"))
	ok(t, err)
	if m != nil || next.Decision.Do != strategy.CloseCase {
		t.Errorf("message %v, next %s; want none and CloseCase", m, next.Decision.Do)
	}
}

func TestASendInFlightIsFlaggedByAPayment(t *testing.T) {
	s, id, want := live(t)
	m, _, err := s.Reserve(ctx, id, want, storetest.Deliver("smtp"))
	ok(t, err)
	if m == nil {
		t.Fatal("nothing was reserved")
	}
	must(s.Record(ctx, id, "p", operator, payAll(t, s, id)))(t)
	next := must(s.Settle(ctx, m.ID, record.Delivery{State: "sent", Provider: "x1"}))(t)
	got := must(s.Message(ctx, m.ID))(t)
	if !got.Late || got.State != "sent" || got.Provider != "x1" {
		t.Errorf("late %v, state %s, provider %q", got.Late, got.State, got.Provider)
	}
	if next.Decision.Do != strategy.CloseCase {
		t.Errorf("next is %s", next.Decision.Do)
	}
	verified(t, s, id)
}

func TestASecondReserveMakesTheFirstUnknown(t *testing.T) {
	s, id, want := live(t)
	first, _, err := s.Reserve(ctx, id, want, storetest.Deliver("smtp"))
	ok(t, err)
	second, next, err := s.Reserve(ctx, id, want, storetest.Deliver("smtp"))
	ok(t, err)
	if second != nil || next.Decision.Same(want) {
		t.Errorf("a second send of %s: next %+v", first.Key, next.Decision)
	}
	if got := must(s.Message(ctx, first.ID))(t); got.State != "unknown" {
		t.Errorf("the first is %s", got.State)
	}
	third, _, err := s.Reserve(ctx, id, want, storetest.Deliver("smtp"))
	ok(t, err)
	if third != nil {
		t.Error("an unknown message was sent again")
	}
	must(s.Settle(ctx, first.ID, record.Delivery{State: "sent"}))(t)
	must(s.Settle(ctx, first.ID, record.Delivery{State: "failed"}))(t)
	if got := must(s.Message(ctx, first.ID))(t); got.State != "sent" {
		t.Errorf("a settled message became %s", got.State)
	}
	verified(t, s, id)
}

func TestAnOldReservationExpiresIntoUnknown(t *testing.T) {
	s, id, want := live(t)
	m, _, err := s.Reserve(ctx, id, want, storetest.Deliver("smtp"))
	ok(t, err)
	if n := must(s.ExpireReservations(ctx, time.Hour))(t); n != 0 {
		t.Errorf("%d fresh reservations expired", n)
	}
	if n := must(s.ExpireReservations(ctx, -time.Second))(t); n != 1 {
		t.Errorf("%d reservations expired, want 1", n)
	}
	if got := must(s.Message(ctx, m.ID))(t); got.State != "unknown" {
		t.Errorf("the message is %s", got.State)
	}
	if got := must(s.Unacknowledged(ctx, -time.Second, 10, 0))(t); len(got) != 1 {
		t.Errorf("to wake: %v", got)
	}
}

func TestAShiftedClockSendsNothingOut(t *testing.T) {
	s := storetest.At(t, start)
	k := storetest.Creditor(t, s, "Acme")
	f := storetest.Case(t, s, storetest.Submission(k.ID, 1, due))
	want := toSend(t, s, f.Case.ID)
	if _, _, err := s.Reserve(ctx, f.Case.ID, want, storetest.Deliver("smtp")); rule(err) != "clock_shifted" {
		t.Errorf("got %v", err)
	}
	if list := must(s.Messages(ctx, f.Case.ID, "", "", 10))(t); len(list) != 0 {
		t.Errorf("%d messages", len(list))
	}
}

// live gives a store whose wall clock is handed in and stands at a working
// hour, so that business time is wall time, and a case with a send due.
func live(t *testing.T) (*store.Store, string, strategy.Decision) {
	t.Helper()
	wall := start
	s, err := store.New(ctx, storetest.URL(t), store.Options{Wall: func() time.Time { return wall }})
	ok(t, err)
	t.Cleanup(s.Close)
	k := storetest.Creditor(t, s, "Acme")
	f := storetest.Case(t, s, storetest.Submission(k.ID, 1, due))
	for range 10 {
		next := must(s.Decide(ctx, f.Case.ID))(t)
		if next.Decision.At.After(wall) {
			wall = next.Decision.At
		}
		if next.Decision.Do.Sends() {
			return s, f.Case.ID, next.Decision
		}
		must(s.Act(ctx, f.Case.ID, next.Decision, storetest.Deliver("outbox")))(t)
	}
	t.Fatal("no send within ten acts")
	return nil, "", strategy.Decision{}
}

// payAll pays the whole balance today.
func payAll(t *testing.T, s *store.Store, id string) debt.PaymentReceived {
	t.Helper()
	f := must(s.File(ctx, id))(t)
	now := must(s.Now(ctx))(t)
	return debt.PaymentReceived{Amount: f.Balance, Received: calendar.DateOf(now.In(f.Zone))}
}
