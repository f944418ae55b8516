package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/worker"
)

// Months is how long the demonstration lasts.
const Months = 18

// Show is one demonstration on an installation of its own.
type Show struct {
	Store       *store.Store
	Machine     *worker.Machine // its Facts are set by Run
	DatabaseURL string
	Out         io.Writer
	Months      int // Months where zero
}

// ErrBroken says that the record at the end does not keep what is promised.
var ErrBroken = errors.New("the record does not keep what is promised")

// Run loads the portfolio, lets the months pass and prints what came of it.
// Cut off in the middle, another Run goes on from there.
func (s Show) Run(ctx context.Context) error {
	if err := s.Machine.Refuse(); err != nil {
		return err
	}
	start, fresh, err := s.begin(ctx)
	if err != nil {
		return err
	}
	months := s.Months
	if months == 0 {
		months = Months
	}
	office, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		return err
	}
	end := start.AddMonths(months).At(7, 0, office)
	if fresh {
		fmt.Fprintf(s.Out, "Loading the portfolio. The demonstration runs from %s to %s.\n", start, calendar.DateOf(end))
	} else {
		fmt.Fprintf(s.Out, "Going on with the demonstration that began on %s, to %s.\n", start, calendar.DateOf(end))
	}
	world, err := Load(ctx, s.Store, start)
	if err != nil {
		return err
	}
	s.Machine.Facts = world.Play
	now, err := s.Store.Now(ctx)
	if err != nil {
		return err
	}
	if now.Before(end) {
		if err := s.Machine.Advance(ctx, end, s.progress(ctx)); err != nil {
			return err
		}
	}
	return s.finish(ctx, world)
}

// begin gives the demonstration's first day: of one that is on the record
// already, or the next morning, at which the clock then stands.
func (s Show) begin(ctx context.Context) (start calendar.Date, fresh bool, err error) {
	rows, err := read()
	if err != nil {
		return start, false, err
	}
	first := rows[0]
	found, err := s.Store.Cases(ctx, record.Filter{Query: first.submission.Reference, Limit: 10})
	if err != nil {
		return start, false, err
	}
	for _, r := range found {
		if r.Reference == first.submission.Reference {
			return r.Due.AddDays(-first.due), false, nil
		}
	}
	now, err := s.Store.Now(ctx)
	if err != nil {
		return start, false, err
	}
	office, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		return start, false, err
	}
	start = calendar.DateOf(now.In(office)).AddDays(1)
	return start, true, s.Store.Freeze(ctx, start.At(7, 0, office))
}

// progress prints a line for every month that has passed.
func (s Show) progress(ctx context.Context) func(time.Time) {
	var shown time.Time
	return func(now time.Time) {
		if !shown.IsZero() && now.Sub(shown) < 30*24*time.Hour {
			return
		}
		t, err := s.Store.Totals(ctx)
		if err != nil {
			return
		}
		shown = now
		fmt.Fprintln(s.Out, Line(now, t))
	}
}

func (s Show) finish(ctx context.Context, w *World) error {
	t, err := s.Store.Totals(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(s.Out)
	if err := Table(s.Out, t); err != nil {
		return err
	}
	broken, looked, err := Audit(ctx, s.Store, s.DatabaseURL)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.Out, "\nmoves of debtors, agents and lawyers that the rules refused: %d\n", w.Refused)
	if len(broken) > 0 {
		for _, b := range broken {
			fmt.Fprintln(s.Out, "BROKEN:", b)
		}
		return fmt.Errorf("%w: %d of %d checks failed", ErrBroken, len(broken), looked)
	}
	fmt.Fprintf(s.Out, "checks of the record: %d, all kept\n", looked)
	return nil
}
