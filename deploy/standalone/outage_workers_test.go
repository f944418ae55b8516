package standalone_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/strategy"
)

// forecast counts the messages that a case expects to send until then.
func (b *branch) forecast(caseID string, until time.Time) (n int) {
	b.t.Helper()
	steps, err := b.store.Forecast(b.t.Context(), caseID, until)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, d := range steps {
		if d.Do.Sends() {
			n++
		}
	}
	return n
}

// TestComplaint5AMissedRunLosesNoStepAndJumpsNone stops the workers for 21 days
// over three steps of two invoices of one debtor, and then has the older paid.
func TestComplaint5AMissedRunLosesNoStepAndJumpsNone(t *testing.T) {
	b := newBranch(t)
	stop := b.runs()
	var ids []string
	for n, ago := range []int{30, 4} {
		due := calendar.DateOf(monday).AddDays(-ago)
		f, err := b.store.Open(t.Context(), debt.Submission{
			Reference: fmt.Sprintf("INVOICE-%d", n), Creditor: b.creditor, Country: "ES", Principal: money.Of(100000, "EUR"), Capacity: debt.AsCreditor,
			Claim: law.Claim{Kind: "services", Issued: due.AddDays(-30), Due: due},
			Debtor: debt.Party{Reference: "one", Kind: law.Business, Name: "Obras Uno", Language: "es", PostalCode: "28013", City: "Madrid", Country: "ES",
				Contacts: []debt.ContactPoint{{Channel: "email", Value: "pagos@uno.example"}}},
		}, debt.Actor{Role: debt.Creditor})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, f.Case.ID)
	}
	for _, id := range ids {
		if err := b.waker.Wake(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	b.until(monday.AddDate(0, 0, 2))
	before := len(b.messages(""))
	if before == 0 {
		t.Fatal("the cases did not begin")
	}
	stop()
	away := b.clock()
	back := monday.AddDate(0, 0, 23).Add(3 * time.Hour)
	if n := b.forecast(ids[1], back); n < 3 {
		t.Fatalf("only %d steps fall into the outage", n)
	}
	b.wall.Store(back.UnixMicro())
	for _, id := range ids {
		if steps, err := b.store.Forecast(t.Context(), id, back.AddDate(0, 0, 10)); err != nil || len(steps) == 0 ||
			!slices.ContainsFunc(steps[0].Why, func(r strategy.Reason) bool { return r.Code == "overdue" }) {
			t.Errorf("case %s does not say that it acts late: %+v, %v", id, steps, err)
		}
	}
	b.runs()
	b.until(back.Add(12 * time.Hour))
	caught := b.messages("")[before:]
	if len(caught) != 1 || caught[0].Reserved.Before(back) {
		t.Errorf("once the workers are back, after %s away, they send %s", back.Sub(away), brief(caught))
	}
	older := b.steps(ids[0])
	b.pay(ids[0])
	b.until(back.AddDate(0, 2, 0))
	if got := b.steps(ids[0]); !slices.Equal(got, older) {
		t.Errorf("paid, the older invoice goes on: %v", got)
	}
	if got := b.steps(ids[1]); len(got) < 5 {
		t.Errorf("the younger invoice did %v", got)
	}
	for _, m := range b.messages("")[before+1:] {
		if m.Case != ids[1] || len(m.Covers) > 0 {
			t.Errorf("%s speaks of the invoice that is paid", m.Key)
		}
	}
	b.bearable(ids, nil)
	b.reached()
}

// pay reports a payment of all that is owed on a case.
func (b *branch) pay(caseID string) {
	b.t.Helper()
	f, err := b.store.File(b.t.Context(), caseID)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.store.Record(b.t.Context(), caseID, "", debt.Actor{Role: debt.Creditor},
		debt.PaymentReceived{Amount: f.Balance, Received: calendar.DateOf(b.clock())}); err != nil {
		b.t.Fatal(err)
	}
	if err := b.waker.Wake(b.t.Context(), caseID); err != nil {
		b.t.Fatal(err)
	}
}

// TestAPortfolioCatchesUpWithoutABurst stops the workers for 21 days over forty
// debts of twenty-five people to two creditors, one of whom allows eight e-mails
// a day; where nothing is proved, over fewer.
func TestAPortfolioCatchesUpWithoutABurst(t *testing.T) {
	debts, people, daily := 16, 10, 3
	if proving {
		debts, people, daily = 40, 25, 8
	}
	b := newBranch(t)
	limited := b.other("Almacenes", daily)
	b.wall.Store(monday.Add(3 * time.Hour).UnixMicro())
	stop := b.runs()
	ids := b.owed(debts, people, b.creditor, limited)
	b.until(monday.AddDate(0, 0, 9))
	before := len(b.messages(""))
	stop()
	back := monday.AddDate(0, 0, 30).Add(3 * time.Hour)
	missed := 0
	for _, id := range ids {
		missed += b.forecast(id, back)
	}
	b.wall.Store(back.UnixMicro())
	b.runs()
	b.until(back.Add(14 * time.Hour))
	first := len(b.messages("")) - before
	b.until(back.AddDate(0, 0, 14))
	after := len(b.messages("")) - before
	t.Logf("%d messages before, %d steps due while the workers were away, %d messages on the first day after, %d in a fortnight", before, missed, first, after)
	if before < people/2 || missed < debts || first < people/2 || first > people {
		t.Errorf("this is no catching up")
	}
	for _, id := range ids {
		if len(b.steps(id)) == 0 {
			t.Errorf("case %s was never written to: next is %+v", id, b.next(id))
		}
	}
	b.bearable(ids, map[string]int{limited: daily})
	b.reached()
}
