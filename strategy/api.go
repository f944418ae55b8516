package strategy

import (
	"time"

	"github.com/recobro/recobro/debt"
)

// Next decides for case i of the person alone, as if the others stood still.
func (p *Person) Next(i int, now time.Time) Decision { panic("x") }

// Plan decides for every case of the person at once: it lets the earliest
// contact take its place among the caps and gaps before the later ones are
// dated, so that what it says of each case is what will happen. The result is
// parallel to p.Cases.
func (p *Person) Plan(now time.Time) []Decision { panic("x") }

// Covers lists the other cases, by index, that go out in the same message as
// decision d of case i at now, and the letter that covers all: the mildest due.
func (p *Person) Covers(i int, d Decision, now time.Time) (others []int, letter string) { panic("x") }

// Forecast simulates the person's cases from now until the given instant, with
// no new fact from outside, and returns what case i does, in order.
func (p *Person) Forecast(i int, now, until time.Time) []Decision { panic("x") }

// Facts are what doing d at now puts on the record of the case: the forecast
// assumes them, the activities record them. ids gives new ids in order of use.
func Facts(s *Situation, d Decision, now time.Time, ids func() string) []debt.Fact { panic("x") }
