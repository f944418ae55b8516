package standalone_test

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/fake"
	"github.com/recobro/recobro/store"
)

// crash is an installation in the shape of production, every process of which
// is there to be killed.
type crash struct {
	branchAddress
	t        *testing.T
	random   *rand.Rand
	post     *counter
	database *database
	temporal *clockwork
	caller   *caller
	wall     time.Time
	rounds   []round
	after    round // what came of all that follows the last kill
}

// round is one kill: where, with what, and what came of it.
type round struct {
	point              string
	postgres, temporal bool // killed along
	wall               time.Time
	late               bool // the point did not come by, and it was killed where it was
	accepted, unknown  int
	doubles, lost      int
}

// everyPoint lists the points in the order of the table.
var everyPoint = []string{beforeReservation, afterReservation, duringTheCall, afterAcceptance, beforeTheRecord, afterTheRecord,
	beforeTheAnswer, afterTheAnswer, factKept, factAnswered, anyInstant}

// alongWith says what dies with the process, turn by turn: nothing, PostgreSQL
// (1), Temporal (2) or both. Temporal is slow to start again, so it dies less often.
var alongWith = []int{0, 1, 0, 2, 0, 1, 0, 3}

// killsOf plans the kills: so many turns of each point.
func killsOf(turns int) []round {
	var all []round
	for turn := range turns {
		for i, point := range everyPoint {
			along := alongWith[(i+turn)%len(alongWith)]
			if !proving {
				along = map[string]int{afterReservation: 1, beforeTheAnswer: 3}[point]
			}
			all = append(all, round{point: point, postgres: along&1 != 0, temporal: along&2 != 0})
		}
	}
	return all
}

func newCrash(t *testing.T) *crash {
	t.Helper()
	c := &crash{t: t, random: chanceOf(t), wall: monday.Add(3 * time.Hour)}
	c.database, c.temporal = newDatabase(t, "recobro"), newClockwork(t)
	c.Database, c.Temporal, c.Namespace = c.database.server.URL, c.temporal.address(), "crash"
	provider, err := fake.NewProvider()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = provider.Close() })
	c.post = &counter{Provider: provider}
	provider.Always(c.post.treat)
	c.Mail = listen(t, c.post)
	c.Phone = c.Mail
	if err := store.Migrate(t.Context(), c.Database); err != nil {
		t.Fatal(err)
	}
	p, err := c.open(t.Context(), func() time.Time { return c.wall }, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	if err := command.PrepareNamespace(t.Context(), p.temporal, c.Namespace); err != nil {
		t.Fatal(err)
	}
	c.caller = newCaller(t, c.random, p.store)
	return c
}

// listen serves until the test ends.
func listen(t *testing.T, h http.Handler) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: h}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	return "http://" + l.Addr().String()
}

// treat is what the providers do where nobody dies: now and then they are busy,
// or take a letter and answer with an error.
func (c *counter) treat(l fake.Letter) fake.Behaviour {
	h := fnv.New32a()
	h.Write([]byte(l.ID))
	switch n := h.Sum32() % 16; {
	case n == 0 && !c.armedAt(afterAcceptance):
		return fake.TooMany
	case n == 1:
		return fake.AcceptFail
	}
	return fake.Accept
}

// TestTheCrashMatrix kills a process that works and answers, at each point of a
// send and of a reported fact and at any instant, in turns together with
// PostgreSQL and with Temporal, and then looks whether anybody was contacted
// twice, forgotten, or anything lost.
func TestTheCrashMatrix(t *testing.T) {
	turns, days := 1, 8
	if proving {
		turns, days = 20, 16
	}
	began := time.Now()
	lap := func(what string) {
		t.Logf("%.1f s: %s", time.Since(began).Seconds(), what)
		began = time.Now()
	}
	c := newCrash(t)
	lap("set up")
	for _, r := range killsOf(turns) {
		c.kill(r)
	}
	lap(fmt.Sprintf("%d kills", len(c.rounds)))
	b, url := c.onceMore()
	c.caller.finish(url)
	c.settle(b)
	lap("until all was at rest after the last kill")
	c.caller.repeat(url)
	c.goOn(b, days)
	lap(fmt.Sprintf("%d days more", days))
	c.audit(b)
	t.Logf("\n%s", c.table())
}

// patience is how long a point may take to come by before a process is killed
// wherever it is.
const patience = 20 * time.Second

// kill lets a process work until it dies, and starts again what died with it.
func (c *crash) kill(r round) {
	c.t.Helper()
	// Time goes on by more than the minute for which a key counts as in use; now
	// and then by a day, so that older cases take their next step.
	c.wall = c.wall.Add(2 * time.Minute)
	if n := len(c.rounds); n > 0 && n%16 == 0 {
		c.wall = workday(c.wall)
	}
	r.wall = c.wall
	before := len(c.post.Letters())
	order := crashOrder{branchAddress: c.branchAddress, Wall: c.wall, Point: r.point, Pass: c.random.IntN(2)}
	if r.point == factKept || r.point == factAnswered {
		order.Pass = c.random.IntN(12) // of three debts and what is about debts
	}
	if r.postgres {
		order.Also = c.database.processes(c.t)
	}
	if r.temporal {
		order.Also = append(order.Also, c.temporal.processes(c.t)...)
	}
	text, err := json.Marshal(order)
	if err != nil {
		c.t.Fatal(err)
	}
	v := spawn(c.t, "crash", "RECOBRO_TEST_ORDER="+string(text))
	die := func() {
		killAll(append([]int{-v.cmd.Process.Pid}, order.Also...))
		<-v.done
	}
	c.post.arm(r.point, order.Pass, die)
	if r.point == anyInstant {
		time.AfterFunc(time.Duration(c.random.IntN(3000))*time.Millisecond, die)
	}
	if url, up := <-v.line; up {
		c.caller.report(c.t.Context(), url, len(c.rounds), c.wall)
	} else if r.point != anyInstant {
		c.t.Fatalf("it did not start: %v\n%s", v.err, v.stderr.String())
	}
	if !v.within(patience) {
		r.late = true
		die()
	}
	if !strings.Contains(fmt.Sprint(v.err), "killed") {
		c.t.Errorf("it ended by itself: %v\n%s", v.err, v.stderr.String())
	}
	c.post.arm("", 0, nil)
	if r.postgres {
		c.database.again(c.t)
	}
	if r.temporal {
		c.temporal.again(c.t)
	}
	r.accepted = len(c.post.Letters()) - before
	c.rounds = append(c.rounds, r)
}

// workday is the next working day, at nine in the morning in Madrid and a
// little more, when all windows are open.
func workday(at time.Time) time.Time {
	at = time.Date(at.Year(), at.Month(), at.Day()+1, 10, 0, 0, 0, time.UTC)
	for at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
		at = at.AddDate(0, 0, 1)
	}
	return at
}
