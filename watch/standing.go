package watch

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// Record is what is read of the record.
type Record interface {
	Standing(ctx context.Context) (record.Standing, error)
	Extent(ctx context.Context) (record.Extent, error)
	Connections() record.Connections
}

// How often the record is asked, however often we are, and for how long.
const (
	standingEvery = 10 * time.Second
	extentEvery   = 5 * time.Minute
	standingLimit = 2 * time.Second
	extentLimit   = 5 * time.Second
)

// kept keeps what was read for a while. However many ask at once, one reads,
// and the others wait for it.
type kept[T any] struct {
	mu    sync.Mutex
	read  func(context.Context) (T, error)
	every time.Duration
	limit time.Duration
	at    time.Time
	took  time.Duration
	value T
	err   error
}

// get gives what was read, which is older than every only while it is read
// anew. A failure is kept as long: a record that is away is not asked faster.
func (k *kept[T]) get(ctx context.Context) (T, time.Duration, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.at.IsZero() && time.Since(k.at) < k.every {
		return k.value, k.took, k.err
	}
	// Whoever asked may go away; others wait for the same answer.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), k.limit)
	defer cancel()
	began := time.Now()
	k.value, k.err = k.read(ctx)
	k.at = time.Now()
	k.took = k.at.Sub(began)
	return k.value, k.took, k.err
}

// Standing is how the record stands, as it is shown.
type Standing struct {
	watch       *Watch
	standing    *kept[record.Standing]
	extent      *kept[record.Extent]
	connections func() record.Connections
	about       map[string]*prometheus.Desc
}

// Record shows how r stands among the figures, and returns what asks it.
func (w *Watch) Record(r Record) (*Standing, error) {
	s := &Standing{watch: w, connections: r.Connections, about: map[string]*prometheus.Desc{},
		standing: &kept[record.Standing]{read: r.Standing, every: standingEvery, limit: standingLimit},
		extent:   &kept[record.Extent]{read: r.Extent, every: extentEvery, limit: extentLimit}}
	for _, f := range recordFigures() {
		s.about[f.Name] = prometheus.NewDesc(f.Name, f.Means, f.Labels, nil)
	}
	if err := w.registry.Register(s); err != nil {
		return nil, fmt.Errorf("show how the record stands: %w", err)
	}
	return s, nil
}

// Lag fails where a case has waited longer than most for the relay, or where
// the record does not say.
func (s *Standing) Lag(ctx context.Context, most time.Duration) error {
	now, _, err := s.standing.get(ctx)
	if err != nil {
		return err
	}
	if lag := now.Unacknowledged.Oldest; lag > most {
		return fmt.Errorf("%d cases are not acknowledged, the first for %s", now.Unacknowledged.Count, lag.Round(time.Second))
	}
	return nil
}

// Describe tells what Collect gives.
func (s *Standing) Describe(to chan<- *prometheus.Desc) {
	for _, d := range s.about {
		to <- d
	}
}

// Collect gives the figures that are read from the record.
func (s *Standing) Collect(to chan<- prometheus.Metric) {
	show := func(name string, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(s.about[name], prometheus.GaugeValue, v, labels...)
	}
	c := s.connections()
	show(connections, float64(c.Most), "most")
	show(connections, float64(c.Open), "open")
	show(connections, float64(c.Busy), "busy")
	to <- prometheus.MustNewConstMetric(s.about[poolWaits], prometheus.CounterValue, float64(c.Waits))
	to <- prometheus.MustNewConstMetric(s.about[poolWaited], prometheus.CounterValue, c.Waited.Seconds())
	now, took, err := s.standing.get(context.Background())
	show(recordTime, took.Seconds())
	if err != nil {
		s.watch.log.Warn("the record's figures cannot be read", "error", err)
		show(recordUp, 0)
		return
	}
	show(recordUp, 1)
	showStanding(show, now)
	if size, _, err := s.extent.get(context.Background()); err != nil {
		s.watch.log.Warn("cases and tasks cannot be counted", "error", err)
	} else {
		showExtent(show, size)
	}
}

func showStanding(show func(string, float64, ...string), now record.Standing) {
	wait := func(count, age string, w record.Waiting) {
		show(count, float64(w.Count))
		show(age, w.Oldest.Seconds())
	}
	wait(overdue, overdueAge, now.Overdue)
	wait(unknown, unknownAge, now.Unknown)
	wait(reserved, reservedAge, now.Reserved)
	wait(unheard, unheardAge, now.Unacknowledged)
	show(aimless, float64(now.Aimless))
	show(importsPending, float64(now.ImportRows))
	show(handoffs, float64(now.Offered), "offered")
	show(handoffs, float64(now.Accepted), "accepted")
	show(lapsing, float64(now.Lapsing))
	for _, scope := range stopScopes {
		show(stopsStanding, float64(now.Stops[scope]), scope)
	}
	show(clockOffset, now.Offset.Seconds())
	show(clockFrozen, truth(now.Frozen))
	show(restored, truth(now.Restored))
	for _, c := range now.Rates {
		show(rateDays, float64(c.Days), c.Series)
	}
}

// truth is how Prometheus has a yes and a no.
func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

func showExtent(show func(string, float64, ...string), size record.Extent) {
	for stage, n := range size.Stages {
		show(cases, float64(n), string(stage))
	}
	open := map[string]int{}
	for _, kind := range taskKinds { // those that nobody has to do are shown at zero
		open[kind] = 0
	}
	for kind, n := range size.Tasks {
		open[known(kind, taskKinds)] += n
	}
	for kind, n := range open {
		show(tasks, float64(n), kind)
	}
	for _, rule := range strategy.Rules {
		show(controls, float64(size.Off[rule]), rule)
	}
}
