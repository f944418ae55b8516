package standalone_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/worker"
)

// TestTheLossOfTemporalSendsNothingTwice loses all that Temporal knew of an
// installation that sends live, while letters are with a provider whose answer
// is never heard. What recover does has the cases go on from the record.
func TestTheLossOfTemporalSendsNothingTwice(t *testing.T) {
	b := newBranch(t)
	ids, stop := b.stalled()
	b.store.Close() // nothing that they find out is recorded
	stop()
	b.Always(b.treat)

	// A namespace that is new knows as little as one whose database was dropped.
	b.Namespace = fmt.Sprintf("%s-again", b.Namespace)
	b.reopens()
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
