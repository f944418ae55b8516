package command

import (
	"context"
	"testing"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
)

func TestRecoverLeavesTheSendsOfLiveWorkersAlone(t *testing.T) {
	ctx, wall := context.Background(), time.Date(2026, 10, 1, 7, 0, 0, 0, time.UTC)
	s, err := store.New(ctx, storetest.URL(t), store.Options{Wall: func() time.Time { return wall }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	due := calendar.Day(2026, time.September, 20)
	id := storetest.Case(t, s, storetest.Submission(storetest.Creditor(t, s, "Acme").ID, 1, due)).Case.ID
	message := ""
	for range 10 {
		next, err := s.Decide(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if next.Decision.At.After(wall) {
			wall = next.Decision.At
		}
		if next.Decision.Do.Sends() {
			m, _, err := s.Reserve(ctx, id, next.Decision, storetest.Deliver("smtp"))
			if err != nil || m == nil {
				t.Fatalf("nothing was reserved: %v", err)
			}
			message = m.ID
			break
		}
		if _, err := s.Act(ctx, id, next.Decision, storetest.Deliver("outbox")); err != nil {
			t.Fatal(err)
		}
	}
	p := &Parts{Store: s}
	for _, x := range []struct {
		after  time.Duration
		parked int
		state  string
	}{
		{0, 0, "reserved"},
		{45 * time.Second, 0, "reserved"}, // an attempt may last for 30
		{75 * time.Second, 1, "unknown"},
		{2 * time.Minute, 0, "unknown"},
	} {
		began := wall
		wall = wall.Add(x.after)
		n, err := p.parkLost(ctx)
		if err != nil || n != x.parked {
			t.Errorf("after %s %d sends were parked, want %d: %v", x.after, n, x.parked, err)
		}
		if m, err := s.Message(ctx, message); err != nil || m.State != x.state {
			t.Errorf("after %s the message is %q, want %s: %v", x.after, m.State, x.state, err)
		}
		wall = began
	}
}
