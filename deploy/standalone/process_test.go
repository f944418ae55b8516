package standalone_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/deploy/standalone"
)

// asServer makes the test binary run an installation, as a process that can be
// killed.
const asServer = "RECOBRO_TEST_SERVE"

func serve() int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	s, err := standalone.Load(command.Environ())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	i, err := standalone.Start(ctx, s)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	i.Greet(os.Stdout)
	fmt.Println("url", i.URL, i.Key)
	if err := errors.Join(i.Wait(ctx), i.Stop()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// child is an installation in a process of its own.
type child struct {
	house
	cmd  *exec.Cmd
	done chan struct{} // closed when the process has ended
	err  error         // how, once done is closed
}

func newFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "rcb-proc-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func launch(t *testing.T, folder string) *child {
	t.Helper()
	c := &child{done: make(chan struct{})}
	c.environ = map[string]string{"RECOBRO_DATA": folder}
	c.cmd = exec.Command(os.Args[0])
	c.cmd.Env = append(os.Environ(), asServer+"=1", "RECOBRO_DATA="+folder, "RECOBRO_LISTEN=127.0.0.1:0",
		"RECOBRO_TEMPORAL_PORT=0", "RECOBRO_TIME_MACHINE=true", "RECOBRO_POSTGRES_REPOSITORY=off", "DATABASE_URL=", "TEMPORAL_ADDRESS=")
	var stderr strings.Builder
	c.cmd.Stderr = &stderr
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.cmd.Process.Kill() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if f := strings.Fields(lines.Text()); len(f) == 3 && f[0] == "url" {
			c.Installation = &standalone.Installation{URL: f[1], Key: f[2]}
			break
		}
	}
	go func() {
		for lines.Scan() { // until the pipe is closed
		}
		c.err = c.cmd.Wait()
		close(c.done)
	}()
	if c.Installation == nil {
		<-c.done
		t.Fatalf("the installation did not start: %v\n%s", c.err, stderr.String())
	}
	return c
}

// stop asks the process to stop, and wants it to do so in order.
func (c *child) stop(t *testing.T) {
	t.Helper()
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-c.done
	if c.err != nil {
		t.Errorf("it did not stop in order: %v", c.err)
	}
}

// whileUp gives a context that ends with the process.
func (c *child) whileUp(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-c.done
		cancel()
	}()
	return ctx
}

// postmaster reads which process is the folder's PostgreSQL.
func postmaster(t *testing.T, folder string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "postgres", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestSIGTERMStopsEverythingInOrder(t *testing.T) {
	folder := newFolder(t)
	c := launch(t, folder)
	pid := postmaster(t, folder)
	st, err := os.Stat(filepath.Join(folder, "operator.key"))
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("operator.key: %v, %v", st.Mode(), err)
	}
	c.stop(t)
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("PostgreSQL (process %d) runs on: %v", pid, err)
	}
	if r, err := standalone.Find(folder); r != nil || err != nil {
		t.Errorf("commands still find it: %v, %v", r, err)
	}
}

// submit opens debts until the installation is gone, and gives the cases of
// those that were answered, by their references.
func (c *child) submit(t *testing.T, creditor, name string, n int) map[string]string {
	t.Helper()
	answered := map[string]string{}
	due := calendar.DateOf(time.Now()).AddDays(-20)
	for i := range n {
		ref := fmt.Sprintf("%s-%d", name, i)
		status, text, err := c.ask(t.Context(), http.MethodPost, "/v1/debts", submission(creditor, ref, "1500.00", due))
		if err != nil {
			return answered
		}
		var made object
		if err := json.Unmarshal(text, &made); status != http.StatusCreated || err != nil {
			t.Fatalf("%d, %v: %s", status, err, text)
		}
		answered[ref] = made.text("case_id")
	}
	return answered
}

// TestKillsLoseNothing kills the whole installation at random instants, while
// debts come in and while time passes.
func TestKillsLoseNothing(t *testing.T) {
	rounds := 2
	if os.Getenv("RECOBRO_PROVE") != "" {
		rounds = 12
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	folder := newFolder(t)
	c := launch(t, folder)
	creditor := c.creditor(t)
	all := map[string]string{}
	for round := range rounds {
		victim := c
		time.AfterFunc(time.Duration(50+random.IntN(1500))*time.Millisecond, func() { _ = victim.cmd.Process.Kill() })
		for ref, id := range c.submit(t, creditor, fmt.Sprintf("K%d", round), 400) {
			all[ref] = id
		}
		<-c.done
		c = launch(t, folder)
	}
	for range rounds {
		victim := c
		time.AfterFunc(time.Duration(200+random.IntN(3000))*time.Millisecond, func() { _ = victim.cmd.Process.Kill() })
		_, _ = c.try(c.whileUp(t), t, "advance", "--days", "30") // cut off somewhere
		<-c.done
		c = launch(t, folder)
	}
	c.run(t, "advance", "--days", "10")
	if len(all) == 0 {
		t.Fatal("no debt came in before the first kill")
	}
	c.audit(t, folder, all)
	c.stop(t)
}

// audit checks that every debt that was answered is there and whole, that
// nothing went out twice, and that nobody was forgotten.
func (c *child) audit(t *testing.T, folder string, all map[string]string) {
	t.Helper()
	env, err := standalone.Find(folder)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), env["DATABASE_URL"])
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	count := func(query string) (n int) {
		t.Helper()
		if err := conn.QueryRow(t.Context(), query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	t.Logf("%d debts were answered, %d messages sent", len(all), count("select count(*) from messages"))
	ids := make([]string, 0, len(all))
	for ref, id := range all {
		var kept string
		if err := conn.QueryRow(t.Context(), "select id from cases where reference = $1", ref).Scan(&kept); err != nil || kept != id {
			t.Errorf("%s was answered with case %s; the record has %q, %v", ref, id, kept, err)
		}
		ids = append(ids, id)
	}
	if out, err := c.try(t.Context(), t, append([]string{"verify"}, ids...)...); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if n := count("select count(*) from messages"); n < len(all) {
		t.Errorf("%d messages for %d cases", n, len(all))
	}
	for what, query := range map[string]string{
		"messages with one key":          "select count(*) from (select key from messages group by key having count(*) > 1) t",
		"messages still under way":       "select count(*) from messages where state = 'reserved'",
		"open cases with an action past": "select count(*) from cases where open and next_at <= business_instant(now()) - interval '1 minute'",
		"cases that were not told":       "select count(*) from cases where decided_seq < last_seq",
	} {
		if n := count(query); n != 0 {
			t.Errorf("%d %s", n, what)
		}
	}
}
