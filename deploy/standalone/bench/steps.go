package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/deploy/standalone"
	"github.com/recobro/recobro/workflows"
)

// stepsMeasure compares a step of a case with the least that Temporal could do.
var stepsMeasure = Measure{
	Name: "steps",
	About: "Steps a second, when many cases have a reminder to send at the same instant, over a bare Temporal workflow that has one timer and one " +
		"activity for each step. The bare activity decides nothing: it issues the very statements that the engine's activity issued for the same case " +
		"on a copy of the same database, with the same arguments in the same round trips. A second bare one issues only those that write. " +
		"All three run in turn on the same PostgreSQL and Temporal, from the same process, with the same settings; medians of the runs.",
	Bar: "at least 0.8 of the steps a second of the bare workflow with the same statements (\"baselines use the same statements, tables, indexes and constraints\").",
	Run: steps,
}

// theStep is the step that is measured: a reminder that stays in its stage.
const theStep = "reminder_2"

// stepsMonday is the day on which the cases of the measure are opened; their
// branch's clock is set to it.
var stepsMonday = time.Date(2026, time.March, 2, 7, 0, 0, 0, time.UTC)

// sample is one run of one of the contenders.
type sample struct {
	rate float64 // steps a second
	used Usage   // by all processes together; Own holds this one's too
}

func steps(ctx context.Context, s *Site) ([]Figure, error) {
	standalone.Sweep()
	cases, rounds := s.Size(1500, 400), s.Size(5, 3)
	seen := map[string][]sample{}
	for round := range rounds {
		r, err := s.prepareSteps(ctx, fmt.Sprintf("steps_%d", round), cases)
		if err != nil {
			return nil, err
		}
		for _, who := range []string{"ours", "bare", "writes"} {
			one, err := r.run(ctx, who)
			if err != nil {
				return nil, fmt.Errorf("round %d, %s: %w", round+1, who, err)
			}
			seen[who] = append(seen[who], one)
			s.Logf("round %d: %s %.1f steps/s", round+1, who, one.rate)
		}
	}
	return stepFigures(seen, cases), nil
}

func stepFigures(seen map[string][]sample, cases int) []Figure {
	rate := func(who string) float64 { return median(seen[who], func(x sample) float64 { return x.rate }) }
	var ratios []float64
	for i, x := range seen["ours"] {
		ratios = append(ratios, x.rate/seen["bare"][i].rate)
	}
	figures := []Figure{
		{Name: fmt.Sprintf("ours, %d cases at once, median of %d runs", cases, len(ratios)), Value: rate("ours"), Unit: "steps/s"},
		{Name: "bare workflow, the same statements", Value: rate("bare"), Unit: "steps/s"},
		{Name: "bare workflow, only what writes", Value: rate("writes"), Unit: "steps/s"},
		AtLeast("ours over bare with the same statements", rate("ours")/rate("bare"), "", 0.8),
		{Name: "the same, worst run of the pairs", Value: slices.Min(ratios)},
		{Name: "the same, best run of the pairs", Value: slices.Max(ratios)},
		{Name: "ours over bare that only writes", Value: rate("ours") / rate("writes")},
	}
	for _, who := range []string{"ours", "bare", "writes"} {
		per := func(of func(Usage) float64) float64 {
			return median(seen[who], func(x sample) float64 { return of(x.used) / float64(cases) })
		}
		name := " per step, " + who
		figures = append(figures,
			Figure{Name: "CPU of worker and Temporal" + name, Value: 1000 * per(func(u Usage) float64 { return u.Own }), Unit: "ms"},
			Figure{Name: "CPU of PostgreSQL" + name, Value: 1000 * per(func(u Usage) float64 { return u.PostgreSQL }), Unit: "ms"},
			Figure{Name: "commits of the record" + name, Value: per(func(u Usage) float64 { return float64(u.Commits) })},
			Figure{Name: "commits of Temporal" + name, Value: per(func(u Usage) float64 { return float64(u.TemporalCommits) })},
			Figure{Name: "WAL" + name, Value: per(func(u Usage) float64 { return float64(u.WAL) }) / 1024, Unit: "KiB"})
	}
	return figures
}

// median gives the middle of what of says of each.
func median[T any](all []T, of func(T) float64) float64 {
	values := make([]float64, len(all))
	for i, x := range all {
		values[i] = of(x)
	}
	return quantile(values, 0.5)
}

// quantile gives the value below which the share q of all lies: the nearest of
// those that were seen.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

// stepRound is one round: three copies of one database whose cases all have
// the step due at one instant.
type stepRound struct {
	site  *Site
	name  string
	ids   []string
	due   time.Time // the business instant of the step
	tapes map[string][]trip
	pace  time.Duration // how long it takes to have every case decide
}

// prepareSteps opens cases and walks them up to the step, without Temporal;
// then it copies their database, and writes down on one of the copies what the
// step issues.
func (s *Site) prepareSteps(ctx context.Context, name string, cases int) (*stepRound, error) {
	r := &stepRound{site: s, name: name, tapes: map[string][]trip{}}
	if err := s.database(ctx, name, ""); err != nil {
		return nil, err
	}
	if err := r.walk(ctx, cases); err != nil {
		return nil, fmt.Errorf("bring cases before their step: %w", err)
	}
	for _, copied := range []string{"tape", "ours", "bare", "writes"} {
		if err := s.database(ctx, name+"_"+copied, name); err != nil {
			return nil, err
		}
	}
	if err := r.record(ctx); err != nil {
		return nil, fmt.Errorf("write down what a step issues: %w", err)
	}
	return r, nil
}

// walk opens the cases, and lets each do what it does until the step comes.
func (r *stepRound) walk(ctx context.Context, cases int) error {
	b, err := r.site.branch(ctx, branchOptions{database: r.name, shift: time.Until(stepsMonday), apart: true})
	if err != nil {
		return err
	}
	defer b.close()
	by, err := b.store.SaveCreditor(ctx, vega)
	if err != nil {
		return err
	}
	all := make([]debt.Submission, cases)
	for i := range all {
		all[i] = owed(by.ID, i, calendar.DateOf(stepsMonday).AddDays(-1), "email")
	}
	if r.ids, err = open(ctx, b.store, all); err != nil {
		return err
	}
	for range 10 {
		next, err := b.Decide(ctx, r.ids[0])
		if err != nil {
			return err
		}
		if next.Decision.Step == theStep {
			r.due = next.Decision.At
			return nil
		}
		b.at(next.Decision.At.Add(time.Second))
		err = each(ctx, openers, r.ids, func(ctx context.Context, id string) error {
			next, err := b.store.Decide(ctx, id)
			if err != nil {
				return err
			}
			_, err = b.perform(ctx, id, next.Decision)
			return err
		})
		if err != nil {
			return err
		}
	}
	return fmt.Errorf("no case came to %s", theStep)
}

// record carries the step out on a copy, and writes down what it issues.
func (r *stepRound) record(ctx context.Context) error {
	t := &tape{}
	b, err := r.site.branch(ctx, branchOptions{database: r.name + "_tape", tracer: t, apart: true})
	if err != nil {
		return err
	}
	defer b.close()
	b.at(r.due.Add(time.Second))
	for _, id := range r.ids {
		f, err := b.store.File(ctx, id)
		if err != nil {
			return err
		}
		if f.Next.Step != theStep || !f.Next.At.Equal(r.due) {
			return fmt.Errorf("case %s does %s at %s, and not %s at %s", id, f.Next.Step, f.Next.At, theStep, r.due)
		}
		t.take()
		if _, err := b.perform(ctx, id, f.Next); err != nil {
			return err
		}
		r.tapes[id] = t.take()
	}
	if n := int(b.acted.Load()); n != len(r.ids) {
		return fmt.Errorf("%d of %d steps were carried out", n, len(r.ids))
	}
	return nil
}

// run has every case do its step, by one of the contenders.
func (r *stepRound) run(ctx context.Context, who string) (sample, error) {
	b, err := r.site.branch(ctx, branchOptions{database: r.name + "_" + who})
	if err != nil {
		return sample{}, err
	}
	defer b.close()
	var begins time.Time
	var stop func() error
	done := &b.acted
	if who == "ours" {
		began := time.Now()
		begins, stop, err = b.waitFor(ctx, r.due, r.ids)
		r.pace = time.Since(began) / 2
	} else {
		done, begins = &atomic.Int64{}, soon(r.pace)
		stop, err = r.startBare(ctx, b, &bare{name: r.name + "_" + who, begins: begins, done: done, tapes: r.tapes, writesOnly: who == "writes"})
	}
	if err != nil {
		return sample{}, err
	}
	if time.Now().After(begins) {
		return sample{}, errors.Join(fmt.Errorf("the workflows of %d cases were not ready in time", len(r.ids)), stop())
	}
	one, err := r.watch(ctx, begins, done)
	return one, errors.Join(err, stop())
}

// watch waits for the common instant, and until all is done.
func (r *stepRound) watch(ctx context.Context, begins time.Time, done *atomic.Int64) (sample, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	// What it took to have them wait is not the step's.
	if err := until(ctx, time.Millisecond, "the instant comes", func() (bool, error) { return time.Until(begins) < 100*time.Millisecond, nil }); err != nil {
		return sample{}, err
	}
	before, err := r.site.usedByAll(ctx)
	if err != nil {
		return sample{}, err
	}
	err = until(ctx, 2*time.Millisecond, "the steps are done", func() (bool, error) { return int(done.Load()) >= len(r.ids), nil })
	took := time.Since(begins)
	if err != nil {
		return sample{}, err
	}
	used, err := r.site.usedByAll(ctx)
	if err != nil {
		return sample{}, err
	}
	// PostgreSQL counts a connection's commits up to a second later.
	time.Sleep(1500 * time.Millisecond)
	later, err := r.site.usedByAll(ctx)
	used.Commits, used.TemporalCommits, used.WAL = later.Commits, later.TemporalCommits, later.WAL
	return sample{rate: float64(len(r.ids)) / took.Seconds(), used: used.Since(before)}, err
}

// usedByAll is the installation's usage, with this process, which runs the
// workers, counted as its own.
func (s *Site) usedByAll(ctx context.Context) (Usage, error) {
	u, err := s.Usage(ctx)
	if err != nil {
		return u, err
	}
	self, err := stat(os.Getpid())
	u.Own += self.self
	return u, err
}

// bare is the least that Temporal could do in our place.
type bare struct {
	name       string // of the task queue
	begins     time.Time
	done       *atomic.Int64
	tapes      map[string][]trip
	writesOnly bool
	pool       *pgxpool.Pool
}

// bareInput is what a bare workflow begins with.
type bareInput struct {
	Case  string
	At    time.Time
	Queue string
}

// Bare waits, has its activity write, and waits for the next time.
func Bare(ctx workflow.Context, in bareInput) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{TaskQueue: in.Queue, StartToCloseTimeout: workflows.ActLimit})
	for at := in.At; ; {
		if err := workflow.Sleep(ctx, at.Sub(workflow.Now(ctx))); err != nil {
			return err
		}
		if err := workflow.ExecuteActivity(ctx, "Write", in.Case).Get(ctx, &at); err != nil {
			return err
		}
	}
}

// Write issues what the case's step issued, and says when the next one is.
func (w *bare) Write(ctx context.Context, caseID string) (time.Time, error) {
	all := w.tapes[caseID]
	if w.writesOnly {
		all = writes(all)
	}
	if err := replay(ctx, w.pool, all); err != nil {
		return time.Time{}, err
	}
	w.done.Add(1)
	return w.begins.AddDate(0, 0, 7), nil
}

// startBare starts a bare workflow for every case, and returns when they wait.
func (r *stepRound) startBare(ctx context.Context, b *branch, w *bare) (stop func() error, err error) {
	cfg, err := pgxpool.ParseConfig(b.DatabaseURL)
	if err != nil {
		return nil, fmt.Errorf("connect to the copy: %w", err)
	}
	cfg.MaxConns = 16 // as the store's
	if w.pool, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		return nil, fmt.Errorf("connect to the copy: %w", err)
	}
	runs := sdk.New(b.temporal, w.name, sdk.Options{})
	runs.RegisterWorkflow(Bare)
	runs.RegisterActivity(w)
	if err := runs.Start(); err != nil {
		return nil, fmt.Errorf("serve task queue %s: %w", w.name, err)
	}
	stop = sync.OnceValue(func() error {
		runs.Stop()
		w.pool.Close()
		return nil
	})
	err = each(ctx, 16, r.ids, func(ctx context.Context, id string) error {
		o := client.StartWorkflowOptions{ID: w.name + "-" + id, TaskQueue: w.name}
		_, err := b.temporal.ExecuteWorkflow(ctx, o, Bare, bareInput{Case: id, At: w.begins, Queue: w.name})
		return err
	})
	return stop, err
}
