package standalone_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// proving runs what takes long.
var proving = os.Getenv("RECOBRO_PROVE") != ""

// asVictim makes the test binary play one of the roles below, as a process that
// is there to be killed.
const asVictim = "RECOBRO_TEST_VICTIM"

var victims = map[string]func(context.Context) error{
	"demo": playDemo, "worker": workBranch, "crash": serveUntilKilled, "temporal": playTemporal,
}

// A victim must not become a test run: it is recognised before anything else.
func init() {
	play, is := victims[os.Getenv(asVictim)]
	if !is {
		return
	}
	if err := play(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// victim is such a process.
type victim struct {
	cmd    *exec.Cmd
	stderr bytes.Buffer
	line   chan string // what it prints, closed when it is gone; lines that nobody reads are dropped
	done   chan struct{}
	err    error // how it ended, once done is closed
}

// spawn starts a victim in a process group of its own.
func spawn(t *testing.T, role string, environ ...string) *victim {
	t.Helper()
	v := &victim{cmd: exec.Command(os.Args[0]), line: make(chan string, 16), done: make(chan struct{})}
	v.cmd.Env = append(append(os.Environ(), asVictim+"="+role), environ...)
	v.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	v.cmd.Stderr = &v.stderr
	out, err := v.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := v.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.kill(0) })
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() { // until the pipe is closed
			select {
			case v.line <- lines.Text():
			default:
			}
		}
		close(v.line)
		v.err = v.cmd.Wait()
		close(v.done)
	}()
	return v
}

// kill ends the victim's whole group at once, and another process where there
// is one, and waits until both are gone.
func (v *victim) kill(other int) {
	select {
	case <-v.done:
	default:
		_ = syscall.Kill(-v.cmd.Process.Pid, syscall.SIGKILL)
	}
	if other > 0 {
		_ = syscall.Kill(other, syscall.SIGKILL)
	}
	<-v.done
	for other > 0 && !errors.Is(syscall.Kill(other, 0), syscall.ESRCH) {
		<-time.After(time.Millisecond)
	}
}

func chanceOf(t *testing.T) *rand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}
