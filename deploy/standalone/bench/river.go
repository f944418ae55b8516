package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/recobro/recobro/fake"
)

// riverMeasure puts our engine beside what a user might build instead.
var riverMeasure = Measure{
	Name: "beside a job queue",
	About: "The same contacts, once by the engine and once by a plain design on the job queue River, on the same PostgreSQL, to the same stand-in " +
		"for SendGrid, which takes 5 ms over each letter: first in peace, then while the worker's process is killed with SIGKILL again and again, " +
		"after the same pauses. The plain design loads the case, writes the letter from a template, sends it, and records it together with the next " +
		"job in one transaction; it computes no interest, asks for no law, plans for no person and keeps no chain of evidence, as the engine does " +
		"with each contact.",
	Bar: "nobody is contacted twice by the engine, and nobody is forgotten.",
	Run: runRiver,
}

// design is one of the two.
type design interface {
	contacts
	victims
	counts
}

// contacts are what a design has to do.
type contacts interface {
	open(ctx context.Context, s *Site, mail string) error
	// debts adds so many cases whose first contact waits for the morning.
	debts(ctx context.Context, n int) error
	// morning makes every contact due that waits.
	morning(ctx context.Context) error
}

// victims are the processes that do it.
type victims interface {
	worker() (*process, error)
	// recover is what is done by hand, or by a clock, after a crash.
	recover(ctx context.Context) error
}

// counts are what came of it, as the design itself has it.
type counts interface {
	// waiting counts the contacts that have not ended.
	waiting(ctx context.Context) (int, error)
	// unknown gives the addresses of those that ended as not known.
	unknown(ctx context.Context) ([]string, error)
}

func runRiver(ctx context.Context, s *Site) (figures []Figure, err error) {
	for _, one := range []struct {
		name string
		design
	}{{"engine", &ours{}}, {"River", &plain{}}} {
		c := &contest{Site: s, design: one.design, name: one.name}
		err := c.run(ctx)
		figures = append(figures, c.figures...)
		if err != nil {
			return figures, fmt.Errorf("%s: %w", one.name, err)
		}
	}
	return figures, nil
}

// contest is one design at work.
type contest struct {
	*Site
	design
	name    string
	mail    *mailroom
	debtors int // so many were added
	figures []Figure
}

func (c *contest) tell(name string, value float64, unit string) {
	c.figures = append(c.figures, Figure{Name: c.name + ": " + name, Value: value, Unit: unit})
	c.Logf("%s: %s %.4g %s", c.name, name, value, unit)
}

// mustBeNone tells a count that must be none.
func (c *contest) mustBeNone(name string, n int) {
	c.figures = append(c.figures, Figure{Name: c.name + ": " + name, Value: float64(n), Bar: "= 0", Kept: n == 0})
	c.Logf("%s: %s %d", c.name, name, n)
}

func (c *contest) run(ctx context.Context) (err error) {
	if c.mail, err = openMailroom(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.mail.close()) }()
	if err := c.open(ctx, c.Site, c.mail.url); err != nil {
		return err
	}
	if err := c.peace(ctx, c.Size(5000, 300)); err != nil {
		return fmt.Errorf("in peace: %w", err)
	}
	if err := c.war(ctx, c.Size(10_000, 400), c.Size(50, 3)); err != nil {
		return fmt.Errorf("under kills: %w", err)
	}
	return nil
}

// idleFor is over how long it is seen what the installation uses while nothing
// is to do; so much is not counted.
const idleFor = 5 * time.Second

// settleFor lets PostgreSQL count what was done: it does so within a second.
const settleFor = 1500 * time.Millisecond

// peace sends so many contacts and counts what each costs.
func (c *contest) peace(ctx context.Context, n int) error {
	if err := c.debts(ctx, n); err != nil {
		return err
	}
	c.debtors += n
	idle, err := c.usage(ctx, func() error { return sleep(ctx, idleFor) })
	if err != nil {
		return err
	}
	var w *process
	c.mail.begin()
	busy, err := c.usage(ctx, func() error {
		if err := c.morning(ctx); err != nil {
			return err
		}
		if w, err = c.worker(); err != nil {
			return err
		}
		defer w.stop()
		if err := c.done(ctx, w); err != nil {
			return errors.Join(err, w.failed())
		}
		return nil
	})
	if err != nil {
		return err
	}
	rate := busy.length.Seconds() / idle.length.Seconds()
	less := func(busy, idle float64) float64 { return max(busy-rate*idle, 0) / float64(n) }
	own := less(busy.Own, idle.Own)
	if c.name == "River" {
		own = 0 // an installation without it has no Temporal
	}
	database := less(busy.PostgreSQL, idle.PostgreSQL)
	c.tell("contacts a second", c.mail.rate(), "1/s")
	c.tell("CPU of the worker for each contact", w.seconds()/float64(n)*1000, "ms")
	c.tell("CPU of Temporal for each contact", own*1000, "ms")
	c.tell("CPU of PostgreSQL for each contact", database*1000, "ms")
	c.tell("CPU in all for each contact", (w.seconds()/float64(n)+own+database)*1000, "ms")
	c.tell("commits of the record for each contact", less(float64(busy.Commits), float64(idle.Commits)), "")
	c.tell("commits of Temporal for each contact", less(float64(busy.TemporalCommits), float64(idle.TemporalCommits)), "")
	c.tell("WAL for each contact", less(float64(busy.WAL), float64(idle.WAL))/1024, "KiB")
	return nil
}

// spent is what was used over a time.
type spent struct {
	Usage
	length time.Duration
}

func (c *contest) usage(ctx context.Context, do func() error) (u spent, err error) {
	if err := sleep(ctx, settleFor); err != nil {
		return u, err
	}
	before, err := c.Usage(ctx)
	if err != nil {
		return u, err
	}
	began := time.Now()
	if err := do(); err != nil {
		return u, err
	}
	if err := sleep(ctx, settleFor); err != nil {
		return u, err
	}
	after, err := c.Usage(ctx)
	return spent{after.Since(before), time.Since(began)}, err
}

// patience is how long nothing may move.
const patience = 5 * time.Minute

// done waits until every contact has ended.
func (c *contest) done(ctx context.Context, w *process) error {
	last, moved := -1, time.Now()
	return until(ctx, lookEvery, "every contact has ended", func() (bool, error) {
		select {
		case <-w.done:
			return false, errors.New("the worker has ended")
		default:
		}
		left, err := c.waiting(ctx)
		if left != last {
			last, moved = left, time.Now()
		}
		if err == nil && time.Since(moved) > patience {
			err = fmt.Errorf("%d contacts do not come", left)
		}
		return left == 0, err
	})
}

// war sends so many contacts while the worker is killed so many times, and
// counts what became of them.
func (c *contest) war(ctx context.Context, n, kills int) error {
	if err := c.debts(ctx, n); err != nil {
		return err
	}
	c.debtors += n
	c.mail.begin()
	if err := c.morning(ctx); err != nil {
		return err
	}
	chance := rand.New(rand.NewPCG(50, 1)) // the same pauses for both
	killed := 0
	for ; killed < kills; killed++ {
		pause := time.Duration(chance.IntN(150)) * time.Millisecond
		more, err := c.fight(ctx, pause)
		if err != nil {
			return err
		}
		if !more {
			break
		}
	}
	began := time.Now()
	w, err := c.worker()
	if err != nil {
		return err
	}
	defer w.stop()
	if err := c.mend(ctx, w); err != nil {
		return err
	}
	return c.reckon(ctx, n, killed, time.Since(began))
}

// fight lets a worker send, kills it a moment after it has begun to, and tells
// whether there was something to send.
func (c *contest) fight(ctx context.Context, pause time.Duration) (more bool, err error) {
	before := c.mail.taken()
	w, err := c.worker()
	if err != nil {
		return false, err
	}
	defer w.kill()
	err = until(ctx, lookEvery, "the worker sends", func() (bool, error) {
		if more = c.mail.taken() > before; more {
			return true, nil
		}
		left, err := c.waiting(ctx)
		return left == 0, err
	})
	if err != nil || !more {
		return more, err
	}
	return true, sleep(ctx, pause)
}

// mend lets what was cut off be found and ended.
func (c *contest) mend(ctx context.Context, w *process) error {
	for {
		if err := c.recover(ctx); err != nil {
			return err
		}
		by := time.Now().Add(10 * time.Second)
		soon, cancel := context.WithDeadline(ctx, by)
		err := c.done(soon, w)
		// What is asked at the deadline may fail a moment before soon says that it is over.
		over := soon.Err() != nil || !time.Now().Before(by)
		cancel()
		if err == nil || ctx.Err() != nil || !over {
			return err
		}
	}
}

// reckon compares what the provider took with what was to be sent: the last n
// debtors' first letters.
func (c *contest) reckon(ctx context.Context, n, kills int, healed time.Duration) error {
	open, err := c.unknown(ctx)
	if err != nil {
		return err
	}
	taken := c.mail.byAddress()
	twice, never, forgotten := 0, 0, 0
	for i := c.debtors - n; i < c.debtors; i++ {
		to := letterTo(i)
		switch times := taken[to]; {
		case times > 1:
			twice++
		case times == 0 && slices.Contains(open, to):
			never++
		case times == 0:
			forgotten++
		}
	}
	c.tell("contacts under kills", float64(n), "")
	c.tell("kills while sending", float64(kills), "")
	c.tell("from the last kill until every contact has ended", healed.Seconds(), "s")
	if c.name == "River" {
		c.tell("debtors contacted twice", float64(twice), "")
		c.tell("debtors forgotten", float64(forgotten), "")
		return nil
	}
	c.mustBeNone("debtors contacted twice", twice)
	c.mustBeNone("debtors forgotten", forgotten)
	c.tell("outcomes unknown, left to a person", float64(len(open)), "")
	c.tell("of them never contacted", float64(never), "")
	return nil
}

// mailroom is the stand-in for SendGrid: it takes 5 ms over each letter, half
// of them before it has taken it.
type mailroom struct {
	*fake.Provider
	url    string
	server *http.Server
	from   int // letters before the present part of the measure
	clock  *ticks
}

func openMailroom() (*mailroom, error) {
	p, err := fake.NewProvider()
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the stand-in: %w", err)
	}
	m := &mailroom{Provider: p, url: "http://" + l.Addr().String(), clock: &ticks{}}
	m.server = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(2500 * time.Microsecond)
		p.ServeHTTP(w, r)
		m.clock.tick()
		time.Sleep(2500 * time.Microsecond) // the answer leaves when the handler returns
	})}
	go func() { _ = m.server.Serve(l) }()
	return m, nil
}

func (m *mailroom) close() error { return errors.Join(m.server.Close(), m.Close()) }

// begin begins to count anew.
func (m *mailroom) begin() {
	m.from = len(m.Letters())
	m.clock.reset()
}

// rate is the letters a second from the first to the last.
func (m *mailroom) rate() float64 { return m.clock.rate() }

// taken counts the letters since begin.
func (m *mailroom) taken() int { return m.clock.count() }

// byAddress counts the letters since begin by who they went to.
func (m *mailroom) byAddress() map[string]int {
	out := map[string]int{}
	for _, l := range m.Letters()[m.from:] {
		out[l.To]++
	}
	return out
}
