package standalone_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/fake"
	"github.com/recobro/recobro/worker"
	"github.com/recobro/recobro/workflows"
)

// TestTheLossOfTemporalSendsNothingTwice loses all that Temporal knew of an
// installation that sends live, while letters are with a provider whose answer
// is never heard. What recover does has the cases go on from the record.
func TestTheLossOfTemporalSendsNothingTwice(t *testing.T) {
	b := newBranch(t)
	b.wall.Store(monday.Add(3 * time.Hour).UnixMicro())
	stop := b.runs()
	ids := b.owed(12, 12, b.creditor)
	b.until(b.clock().Add(24 * time.Hour))
	b.Always(func(fake.Letter) fake.Behaviour { return fake.AcceptStall })
	b.wall.Store(monday.AddDate(0, 0, 10).Add(3 * time.Hour).UnixMicro()) // a Thursday, within everybody's hours
	taken := len(b.Letters())
	for _, id := range ids {
		if err := b.waker.Due(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	await(t, "letters are with the provider", func() bool { return len(b.Letters()) > taken+2 })
	b.store.Close() // nothing that they find out is recorded
	stop()
	b.Always(b.treat)

	// A namespace that is new knows as little as one whose database was dropped.
	b.Namespace = fmt.Sprintf("%s-again", b.Namespace)
	later, err := b.open(t.Context(), b.clock, 3*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(later.close)
	b.parts, b.waker = later, workflows.NewWaker(later.temporal)
	if err := command.PrepareNamespace(t.Context(), b.temporal, b.Namespace); err != nil {
		t.Fatal(err)
	}
	b.wall.Store(b.clock().Add(time.Hour).UnixMicro())
	begun := len(b.messages(""))
	parked, err := b.store.ExpireReservations(t.Context(), 0) // as recover does
	if err != nil || parked == 0 {
		t.Fatalf("%d sends are parked, %v", parked, err)
	}
	b.runs()
	woken, err := worker.Recover(t.Context(), b.store, b.waker)
	if err != nil || woken != len(ids) {
		t.Errorf("%d of %d cases are woken, %v", woken, len(ids), err)
	}
	b.until(b.clock().AddDate(0, 0, 20))
	t.Logf("%d cases, %d sends parked, %d messages before the loss and %d after", len(ids), parked, begun, len(b.messages(""))-begun)
	if len(b.messages("")) <= begun {
		t.Error("the cases do not go on")
	}
	b.bearable(ids, nil)
	b.reached()
}
