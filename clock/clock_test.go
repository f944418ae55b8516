package clock_test

import (
	"testing"
	"time"

	"github.com/recobro/recobro/clock"
)

func TestState(t *testing.T) {
	wall := time.Date(2026, 10, 1, 8, 0, 0, 1234, time.UTC)
	frozen := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		rule   string
		state  clock.State
		now    time.Time
		wakeIn time.Duration // wall time until business instant now+1h
		real   bool
	}{
		{"without an offset business time is wall time", clock.State{}, wall.Truncate(time.Microsecond), time.Hour, true},
		{"an offset is added", clock.State{Offset: 24 * time.Hour}, wall.Add(24 * time.Hour).Truncate(time.Microsecond), time.Hour, false},
		{"a frozen clock stands still", clock.State{Frozen: frozen}, frozen, time.Hour, false},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			now := tt.state.Now(wall)
			if !now.Equal(tt.now) || now.Location() != time.UTC {
				t.Errorf("now is %v, want %v", now, tt.now)
			}
			got := tt.state.Wall(now.Add(time.Hour), wall).Sub(wall)
			if d := (got - tt.wakeIn).Abs(); d > 2*time.Microsecond {
				t.Errorf("an hour ahead comes in %v", got)
			}
			if tt.state.Real() != tt.real {
				t.Errorf("real is %v", tt.state.Real())
			}
		})
	}
}

func TestThawGoesOnFromTheFrozenInstant(t *testing.T) {
	frozen := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	wall := time.Date(2026, 10, 1, 8, 0, 0, 0, time.UTC)
	s := clock.State{Frozen: frozen}.Thawed(wall)
	if got := s.Now(wall.Add(time.Minute)); !got.Equal(frozen.Add(time.Minute)) {
		t.Errorf("a minute after the thaw it is %v", got)
	}
}
