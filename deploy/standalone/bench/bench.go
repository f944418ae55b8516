// Package bench measures an installation: what the engine does in a second,
// what that costs, and how it stands beside what a user might build instead.
// Each measure runs on an installation of its own, in a process of its own, on
// a throw-away folder: a PostgreSQL that waits for the disk, a real Temporal,
// worker and API. What offers the load is another process, and is not counted.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"time"
)

// Measure is one thing that is measured.
type Measure struct {
	// Name is what -run and the document know it by.
	Name string
	// About says in a sentence or two what is measured, against what, and how.
	About string
	// Bar says in words what must be kept; empty: nothing, it is only told.
	Bar string
	// Environ is added to the environment of the measure's installation.
	Environ map[string]string
	// Run measures. It gives the figures that it has even where it fails.
	Run func(ctx context.Context, s *Site) ([]Figure, error)
}

// Figure is one number that was seen.
type Figure struct {
	// Name says of what.
	Name string
	// Value is in Unit: "1/s", "ms", "MiB", "" for a ratio or a count.
	Value float64
	Unit  string
	// Bar is what the value must keep, such as "≥ 0.8"; empty: none.
	Bar string
	// Kept reports whether it does; where there is no bar it says nothing.
	Kept bool
}

// AtLeast is a figure that must not be below its bar.
func AtLeast(name string, value float64, unit string, bar float64) Figure {
	return Figure{Name: name, Value: value, Unit: unit, Bar: fmt.Sprintf("≥ %g", bar), Kept: value >= bar}
}

// Below is a figure that must be below its bar.
func Below(name string, value float64, unit string, bar float64) Figure {
	return Figure{Name: name, Value: value, Unit: unit, Bar: fmt.Sprintf("< %g", bar), Kept: value < bar}
}

// Measures lists everything that is measured, in the order of the document.
func Measures() []Measure {
	return []Measure{stepsMeasure, intakeMeasure, wakesMeasure, morningMeasure, portfolioMeasure, readsMeasure, riverMeasure}
}

// Result is what a measure came to.
type Result struct {
	Measure Measure
	Figures []Figure
	// Began is the wall instant; Took is how long it took, installing included.
	Began time.Time
	Took  time.Duration
	// Before and After are the machine's load.
	Before, After Machine
	// Full tells the full size from the small one.
	Full bool
	// Err is what went wrong, if anything.
	Err error
}

// Kept reports whether the measure ran, and every bar was kept.
func (r Result) Kept() bool {
	return r.Err == nil && !slices.ContainsFunc(r.Figures, func(f Figure) bool { return f.Bar != "" && !f.Kept })
}

// Options say what to run, and where to tell.
type Options struct {
	// Full is for the full sizes; else small ones.
	Full bool
	// Try is for sizes at which the figures say nothing: only that all of it works.
	Try bool
	// Only chooses measures by name; nil: all.
	Only *regexp.Regexp
	// Out is told how it goes, and the table at the end.
	Out io.Writer
}

// Run runs the measures one after another, each on an installation of its own,
// and goes on when one fails: the errors are in the results.
func Run(ctx context.Context, o Options) ([]Result, error) {
	var all []Result
	for _, m := range Measures() {
		if o.Only != nil && !o.Only.MatchString(m.Name) {
			continue
		}
		if ctx.Err() != nil {
			return all, ctx.Err()
		}
		fmt.Fprintf(o.Out, "%s …\n", m.Name)
		r := measure(ctx, m, o)
		all = append(all, r)
		r.print(o.Out)
	}
	if len(all) == 0 {
		return nil, errors.New("no measure has such a name")
	}
	return all, nil
}

// measure runs one.
func measure(ctx context.Context, m Measure, o Options) (r Result) {
	r = Result{Measure: m, Began: time.Now(), Full: o.Full, Before: machine()}
	defer func() { r.Took, r.After = time.Since(r.Began), machine() }()
	s, err := NewSite(ctx, m.Environ)
	if err != nil {
		r.Err = fmt.Errorf("measure %s: %w", m.Name, err)
		return r
	}
	s.Full, s.try, s.out = o.Full, o.Try, o.Out
	r.Before.Settings = s.settings(ctx)
	if r.Figures, err = m.Run(ctx, s); err != nil {
		r.Err = fmt.Errorf("measure %s: %w", m.Name, err)
	}
	if err := s.Close(); err != nil { // what was measured stands
		s.Logf("%v", err)
	}
	return r
}
