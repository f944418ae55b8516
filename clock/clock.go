// Package clock tells business time from wall time: everything that the record
// dates takes its instants from one clock, which may run ahead of the wall or
// stand still while the time machine works. It is pure.
package clock

import "time"

// State is how the business clock stands to the wall's.
type State struct {
	Offset time.Duration // business instant less wall instant
	Frozen time.Time     // where the clock stands still; zero where it runs
}

// Now gives the business instant at a wall instant, in UTC and in whole
// microseconds, as PostgreSQL keeps it.
func (s State) Now(wall time.Time) time.Time {
	if s.Still() {
		return Micro(s.Frozen)
	}
	return Micro(wall.Add(s.Offset))
}

// Wall gives the wall instant, seen from another, at which a business instant
// comes if the clock goes on from where it stands.
func (s State) Wall(business, wall time.Time) time.Time {
	return Micro(business.Add(-s.Lead(wall)))
}

// Lead is how far business time is ahead of the wall at a wall instant.
func (s State) Lead(wall time.Time) time.Duration {
	if s.Still() {
		return s.Frozen.Sub(wall)
	}
	return s.Offset
}

// Still reports that the clock is frozen.
func (s State) Still() bool { return !s.Frozen.IsZero() }

// Real reports that business time is wall time: only then may anything leave
// the installation.
func (s State) Real() bool { return !s.Still() && s.Offset == 0 }

// Thawed is the clock that goes on from where s stands at a wall instant.
func (s State) Thawed(wall time.Time) State {
	return State{Offset: s.Lead(wall).Truncate(time.Microsecond)}
}

// Micro cuts an instant to microseconds and gives it in UTC.
func Micro(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
