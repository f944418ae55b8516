package standalone_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/recobro/recobro/deploy/standalone/postgres"
	"github.com/recobro/recobro/fake"
)

// database is a PostgreSQL server of the test's own, there to be killed.
type database struct {
	folder, name string
	server       *postgres.Server
}

func newDatabase(t *testing.T, name string) *database {
	t.Helper()
	d := &database{folder: newFolder(t), name: name}
	d.start(t)
	t.Cleanup(func() {
		if d.server == nil { // it did not start again
			return
		}
		if err := d.server.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d *database) start(t *testing.T) {
	t.Helper()
	var err error
	d.server, err = postgres.Start(t.Context(), postgres.Options{Folder: d.folder, Database: d.name, Repository: "off"})
	if err != nil {
		t.Fatal(err)
	}
}

// processes are those of the server, the postmaster first.
func (d *database) processes(t *testing.T) []int { return family(postmaster(t, d.folder)) }

// again starts the server after it was killed.
func (d *database) again(t *testing.T) {
	t.Helper()
	<-d.server.Done()
	d.start(t)
}

// clockwork is a Temporal server in a process of its own, on a PostgreSQL of its
// own, there to be killed. It is always found at the same address.
type clockwork struct {
	*database
	port   int
	server *victim
}

func newClockwork(t *testing.T) *clockwork {
	t.Helper()
	c := &clockwork{database: newDatabase(t, "clockwork")}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.port = l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	c.serve(t)
	return c
}

func (c *clockwork) address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(c.port)) }

func (c *clockwork) serve(t *testing.T) {
	t.Helper()
	c.server = spawn(t, "temporal", "RECOBRO_TEST_DATABASE="+c.database.server.URL, "RECOBRO_TEST_FOLDER="+c.folder,
		fmt.Sprintf("RECOBRO_TEST_PORT=%d", c.port))
	if at, up := <-c.server.line; !up || at != c.address() {
		c.server.kill(0)
		t.Fatalf("Temporal did not start at %s: %q\n%s", c.address(), at, c.server.stderr.String())
	}
}

// processes are the server and its PostgreSQL, which waits for no disk: what
// Temporal was told last is lost with it.
func (c *clockwork) processes(t *testing.T) []int {
	return append([]int{c.server.cmd.Process.Pid}, c.database.processes(t)...)
}

func (c *clockwork) again(t *testing.T) {
	t.Helper()
	<-c.server.done
	c.database.again(t)
	c.serve(t)
}

// counter is the providers as the processes reach them: a stand-in that counts,
// at which somebody may die before a letter is taken, or after.
type counter struct {
	*fake.Provider
	mu    sync.Mutex
	point string
	left  int
	die   func()
}

// arm has die called when a letter comes by once more than so often.
func (c *counter) arm(point string, passes int, die func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.point, c.left, c.die = point, passes, die
}

func (c *counter) comes(point string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.point != point {
		return false
	}
	c.left--
	return c.left == -1
}

func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if c.comes(duringTheCall) {
		c.die() // it has been asked, and took nothing
		return
	}
	if c.comes(afterAcceptance) {
		c.Provider.ServeHTTP(httptest.NewRecorder(), r)
		c.die()
		return
	}
	c.Provider.ServeHTTP(w, r)
}

// killAll kills processes at once.
func killAll(pids []int) {
	for _, pid := range pids {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}

// within waits until a process has ended, or for so long.
func (v *victim) within(d time.Duration) bool {
	select {
	case <-v.done:
		return true
	case <-time.After(d):
		return false
	}
}

func (c *counter) armedAt(point string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.point == point
}
