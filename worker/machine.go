package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/recobro/recobro/workflows"
)

// Clock is the business clock as it is kept in PostgreSQL: wall time plus an
// offset, or standing still while the time machine works.
type Clock interface {
	// ClockState gives the business instant, the offset, and whether the clock
	// stands still.
	ClockState(ctx context.Context) (now time.Time, offset time.Duration, frozen bool, err error)
	// Advance moves the standing clock forward.
	Advance(ctx context.Context, to time.Time) error
	Brake
}

// Brake stops the business clock and lets it go on from where it stands.
type Brake interface {
	Freeze(ctx context.Context, at time.Time) error
	Thaw(ctx context.Context) error
}

// Agenda says what is due, and when the next thing is.
type Agenda interface {
	// NextInstant gives the earliest instant for which any open case waits.
	NextInstant(ctx context.Context) (time.Time, bool, error)
	// Due lists the open cases whose next action is due at now.
	Due(ctx context.Context, now time.Time) ([]string, error)
	// Unrest lists cases that are not at rest: with facts no decision has seen,
	// an action due, or a send under way.
	Unrest(ctx context.Context, now time.Time, limit int) ([]string, error)
}

// MachineRecord is the part of the record that the time machine works with.
type MachineRecord interface {
	Clock
	Agenda
	Backlog
}

// Machine moves a whole installation through time, action by action: the
// business clock stands still while every case that is due acts, through its
// real workflow and activities, and then goes on to the next instant at which
// anything waits. So no contact window is missed, however fast time passes.
type Machine struct {
	Store MachineRecord
	Waker Waker
	// Allowed is the operator's explicit setting.
	Allowed bool
	// Mode gives the delivery mode of a channel; the machine refuses to run
	// while any is not "outbox".
	Mode func(channel string) string
	// Facts, if set, puts on the record what happened outside since from and
	// not after to (payments, promises, calls), and gives the next instant at
	// which something will; zero where there is none.
	Facts func(ctx context.Context, from, to time.Time) (next time.Time, err error)
	// Patience is how long nothing may move before the machine gives up; a
	// minute where zero.
	Patience time.Duration
}

// channels are those whose mode the machine asks for.
var channels = []string{"email", "sms", "whatsapp"}

// The machine's pace. A case is told again only when nothing has moved for a
// while: more signals would but add to what it has yet to do.
const (
	tellAgain    = 60 * time.Millisecond
	tellLongest  = 10 * time.Second
	shortestPoll = 2 * time.Millisecond
	longestPoll  = 20 * time.Millisecond
	machineWidth = 32
)

// Refuse says why the time machine may not run, or nil.
func (m *Machine) Refuse() error {
	if !m.Allowed {
		return errors.New("the time machine is not allowed on this installation: an explicit setting must say so")
	}
	for _, c := range channels {
		if mode := m.Mode(c); mode != "outbox" {
			return fmt.Errorf("the time machine may run only while nothing leaves the machine: channel %s is %q, not \"outbox\"", c, mode)
		}
	}
	return nil
}

// Advance moves the business clock to an instant, through every action that is
// due on the way, and calls progress (which may be nil) after each step. When
// it was cut off, the clock stands still where it was, and another Advance goes
// on from there. An error of a case that does not come to rest names the case.
func (m *Machine) Advance(ctx context.Context, to time.Time, progress func(time.Time)) error {
	if err := m.Refuse(); err != nil {
		return err
	}
	now, err := m.freeze(ctx, to)
	if err != nil {
		return err
	}
	for last := now; ; {
		soon, err := m.settle(ctx, last, now)
		if err != nil {
			return fmt.Errorf("advance at %s: %w", now.Format(time.RFC3339), err)
		}
		if progress != nil {
			progress(now)
		}
		if !now.Before(to) {
			return m.thaw(ctx)
		}
		next, err := m.step(ctx, now, soon, to)
		if err != nil {
			return err
		}
		last, now = now, next
	}
}

// Resume lets the clock run again if an Advance was cut off and is not to be
// gone on with, and wakes every open case.
func (m *Machine) Resume(ctx context.Context) error {
	_, _, frozen, err := m.Store.ClockState(ctx)
	if err != nil || !frozen {
		return err
	}
	return m.thaw(ctx)
}

// freeze stops the clock at the present, unless an earlier run left it standing.
func (m *Machine) freeze(ctx context.Context, to time.Time) (time.Time, error) {
	now, _, frozen, err := m.Store.ClockState(ctx)
	if err != nil {
		return now, fmt.Errorf("read the business clock: %w", err)
	}
	if to.Before(now) {
		return now, fmt.Errorf("the business clock stands at %s and does not go back to %s", now.Format(time.RFC3339), to.Format(time.RFC3339))
	}
	if frozen {
		return now, nil
	}
	if err := m.Store.Freeze(ctx, now); err != nil {
		return now, fmt.Errorf("stop the business clock: %w", err)
	}
	// It ran on until it stood: what was due meanwhile lies behind it.
	if now, _, _, err = m.Store.ClockState(ctx); err != nil {
		return now, fmt.Errorf("read the business clock: %w", err)
	}
	return now, nil
}

// thaw lets the clock go on from where it stands, and has every open case set
// its timer anew.
func (m *Machine) thaw(ctx context.Context) error {
	if err := m.Store.Thaw(ctx); err != nil {
		return fmt.Errorf("let the business clock run again: %w", err)
	}
	if _, err := Recover(ctx, m.Store, m.Waker); err != nil {
		return fmt.Errorf("wake the open cases after advancing: %w", err)
	}
	return nil
}

// settle brings in what happened outside since last and waits until all is at
// rest; what the cases did may itself bring facts on the same instant.
func (m *Machine) settle(ctx context.Context, last, now time.Time) (soon time.Time, err error) {
	if err := m.rest(ctx, now); err != nil || m.Facts == nil {
		return time.Time{}, err
	}
	for {
		if soon, err = m.Facts(ctx, last, now); err != nil {
			return soon, fmt.Errorf("bring in what happened outside: %w", err)
		}
		if err := m.rest(ctx, now); err != nil {
			return soon, err
		}
		if soon.IsZero() || soon.After(now) {
			return soon, nil
		}
	}
}

// step moves the clock to the earliest instant after now at which a case or the
// world outside has something, and not beyond to.
func (m *Machine) step(ctx context.Context, now, soon, to time.Time) (time.Time, error) {
	next := to
	at, some, err := m.Store.NextInstant(ctx)
	if err != nil {
		return now, fmt.Errorf("ask for the next instant after %s: %w", now.Format(time.RFC3339), err)
	}
	if some && at.After(now) && at.Before(next) {
		next = at
	}
	if !soon.IsZero() && soon.Before(next) {
		next = soon
	}
	if err := m.Store.Advance(ctx, next); err != nil {
		return now, fmt.Errorf("advance from %s to %s: %w", now.Format(time.RFC3339), next.Format(time.RFC3339), err)
	}
	return next, nil
}

// rest wakes what must act at now and waits until every case is at rest.
func (m *Machine) rest(ctx context.Context, now time.Time) error {
	patience := m.Patience
	if patience == 0 {
		patience = time.Minute
	}
	told := tellings{due: newMemory(tellAgain, tellLongest), news: newMemory(tellAgain, tellLongest)}
	seen, moved := map[string]bool{}, time.Now()
	for poll := shortestPoll; ; poll = min(poll*3/2, longestPoll) {
		restless, err := m.Store.Unrest(ctx, now, page)
		if err != nil {
			return fmt.Errorf("look for cases not at rest: %w", err)
		}
		if len(restless) == 0 {
			return nil
		}
		if !same(seen, restless) {
			seen, moved, poll = setOf(restless), time.Now(), shortestPoll
		}
		still := time.Since(moved)
		if still > patience {
			return fmt.Errorf("case %s (workflow %s), one of %d, has not come to rest for %s",
				restless[0], workflows.ID(restless[0]), len(restless), patience)
		}
		if err := m.tell(ctx, now, told, still >= tellAgain); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(poll):
		}
	}
}

// tellings remember who was told what at one instant.
type tellings struct{ due, news *memory }

// tell wakes the cases that are due or have news; those told before only where
// again is set, and after a while.
func (m *Machine) tell(ctx context.Context, now time.Time, told tellings, again bool) error {
	due, err := m.Store.Due(ctx, now)
	if err != nil {
		return fmt.Errorf("look for due cases: %w", err)
	}
	news, err := m.Store.Unacknowledged(ctx, 0, page, 0)
	if err != nil {
		return fmt.Errorf("look for cases with news: %w", err)
	}
	isDue := setOf(due)
	// Carrying out what is due acknowledges too.
	news = slices.DeleteFunc(news, func(id string) bool { return isDue[id] })
	t := time.Now()
	return errors.Join(
		eachOf(ctx, machineWidth, told.due.pick(due, t, again), m.Waker.Due),
		eachOf(ctx, machineWidth, told.news.pick(news, t, again), m.Waker.Wake))
}

func setOf(ids []string) map[string]bool {
	s := make(map[string]bool, len(ids))
	for _, id := range ids {
		s[id] = true
	}
	return s
}

func same(seen map[string]bool, ids []string) bool {
	if len(seen) != len(ids) {
		return false
	}
	for _, id := range ids {
		if !seen[id] {
			return false
		}
	}
	return true
}
