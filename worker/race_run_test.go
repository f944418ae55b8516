package worker

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// proving runs what takes long.
var proving = os.Getenv("RECOBRO_PROVE") != ""

// lanes is how many worlds are played side by side, each on a record of its own.
const lanes = 4

// play plays one schedule on a track, and gives what was found wrong.
func play(ctx context.Context, l *track, s schedule) ([]string, tally, error) {
	w, err := newWorld(ctx, l, s)
	if err != nil {
		return nil, nil, err
	}
	found, err := w.findings()
	return found, w.tally, err
}

// shrinkTo drops groups, and steps of groups, for as long as what was found, or
// anything where that is empty, is found of the rest, and gives that rest with
// what is found of it. What happens at once does not happen alike each time,
// and is tried more often.
func shrinkTo(ctx context.Context, l *track, s schedule, what string) (schedule, []string) {
	var found []string
	tries := 1
	if s.atOnce {
		tries = 4
	}
	fails := func(groups []group) bool {
		c := s
		c.groups = groups
		for range tries {
			if f, _, err := play(ctx, l, c); err == nil && len(f) > 0 && mentions(f, what) {
				found = f
				return true
			}
		}
		return false
	}
	for size := max(len(s.groups)/2, 1); ; {
		dropped := false
		for i := 0; i+size <= len(s.groups); {
			if c := slices.Delete(slices.Clone(s.groups), i, i+size); fails(c) {
				s.groups, dropped = c, true
			} else {
				i++
			}
		}
		if size > 1 {
			size /= 2
		} else if !dropped {
			break
		}
	}
	for i := range s.groups {
		for k := 0; len(s.groups[i]) > 1 && k < len(s.groups[i]); {
			c := slices.Clone(s.groups)
			if c[i] = slices.Delete(slices.Clone(c[i]), k, k+1); fails(c) {
				s.groups = c
			} else {
				k++
			}
		}
	}
	if found == nil { // nothing could be dropped
		found, _, _ = play(ctx, l, s)
	}
	return s, found
}

// replay says how a schedule is played again.
func replay(s schedule) string {
	return fmt.Sprintf("RECOBRO_SEED=%d RECOBRO_AT_ONCE=%v RECOBRO_STEPS='%s'", s.seed, s.atOnce, s)
}

// asked gives the one schedule that the environment asks for, where it does.
func asked(t *testing.T) (schedule, bool) {
	t.Helper()
	text := os.Getenv("RECOBRO_SEED")
	if text == "" {
		return schedule{}, false
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	require.NoError(t, err)
	s := scheduleOf(seed, os.Getenv("RECOBRO_AT_ONCE") == "true")
	if steps := os.Getenv("RECOBRO_STEPS"); steps != "" {
		s.groups, err = parseSteps(steps)
		require.NoError(t, err)
	}
	return s, true
}

// races plays so many schedules, lane by lane, and reports what is found.
// RECOBRO_RACES asks for another number.
func races(t *testing.T, n int, atOnce bool) {
	if text := os.Getenv("RECOBRO_RACES"); text != "" {
		var err error
		n, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	if s, one := asked(t); one {
		if s.atOnce != atOnce {
			t.Skip("another schedule was asked for")
		}
		found, sum, err := play(t.Context(), newTrack(t, fault{}), s)
		require.NoError(t, err)
		t.Logf("%s%s", replay(s), sum)
		for _, f := range found {
			t.Error(f)
		}
		return
	}
	first := uint64(1)
	if proving {
		first = uint64(time.Now().UnixNano()) // other ones each time
	}
	var next, failures atomic.Int64
	var wg sync.WaitGroup
	sum := tally{}
	began := time.Now()
	for range lanes {
		l := newTrack(t, fault{})
		wg.Go(func() {
			for k := next.Add(1); k <= int64(n) && failures.Load() < 3; k = next.Add(1) {
				s := scheduleOf(first+uint64(k), atOnce)
				found, counts, err := play(t.Context(), l, s)
				if err != nil {
					t.Errorf("%s: %v", replay(s), err)
					failures.Add(1)
					continue
				}
				for what, n := range counts {
					sum.more(what, n)
				}
				sum.more("steps", strings.Count(s.String(), " ")/3)
				sum.add("interleavings")
				if s.debts == 10 {
					sum.add("interleavings over ten debts")
				}
				if len(found) > 0 {
					failures.Add(1)
					least, what := shrinkTo(t.Context(), l, s, "")
					t.Errorf("%s\n  %s\nof %s\n  %s", replay(least), strings.Join(what, "\n  "), replay(s), strings.Join(found, "\n  "))
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(began)
	t.Logf("%d interleavings from seed %d in %.0f s, %.1f a second%s", sum["interleavings"], first+1, took.Seconds(), float64(sum["interleavings"])/took.Seconds(), sum)
}

// TestComplaint3NothingIsBegunOncePaid plays random interleavings of payments,
// promises, disputes, stops, timers and sends, in which each part of a send is a
// step of its own. Whoever dunned although it was paid is found by the audit,
// which works from the record and the provider alone.
func TestComplaint3NothingIsBegunOncePaid(t *testing.T) {
	n := 100
	if proving {
		n = 8000
	}
	races(t, n, false)
}

// TestWhatInterleavingsFoundOnceIsNotFoundAgain plays what they found wrong.
func TestWhatInterleavingsFoundOnceIsNotFoundAgain(t *testing.T) {
	l := newTrack(t, fault{})
	for _, tt := range []struct {
		rule, steps string
		seed        uint64
	}{
		{"reduced before it was due, then paid in full, it is reminded of no more", "dispute 0 2; resolve 0 2; pay 0 7; due 0 0; tick 0 6", 1795314341846892588},
	} {
		s := scheduleOf(tt.seed, false)
		var err error
		s.groups, err = parseSteps(tt.steps)
		require.NoError(t, err)
		found, _, err := play(t.Context(), l, s)
		require.NoError(t, err)
		assert.Empty(t, found, tt.rule)
	}
}

// TestComplaint3NothingIsBegunOncePaidAtOnce has several of them happen truly at
// the same time.
func TestComplaint3NothingIsBegunOncePaidAtOnce(t *testing.T) {
	n := 50
	if proving {
		n = 2000
	}
	races(t, n, true)
}
