package postgres

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// longestSocket is below what the kernels allow for a socket's whole name (107
// bytes on Linux, 103 on macOS).
const longestSocket = 100

// largestLog is where the server's log begins anew at the next start.
const largestLog = 10 << 20

// prepareFolder makes the data folder and checks that the server's user can
// reach it.
func prepareFolder(folder string, acc account) error {
	mode := fs.FileMode(0o700)
	if acc.set {
		mode = 0o711 // another user passes through it, and reads nothing
	}
	if err := os.MkdirAll(folder, mode); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	if !acc.set {
		return nil
	}
	for dir := folder; ; dir = filepath.Dir(dir) {
		st, err := os.Stat(dir)
		if err != nil {
			return fmt.Errorf("look at %s: %w", dir, err)
		}
		if !acc.mayEnter(st) {
			return fmt.Errorf("PostgreSQL refuses to run as root and would run as user %s, who may not enter %s: "+
				"choose another data folder (RECOBRO_DATA=/var/lib/recobro), or allow it with chmod o+x %s", acc.name, dir, dir)
		}
		if dir == filepath.Dir(dir) {
			return nil
		}
	}
}

// socketFolder is where the server's socket lies: in the data folder where the
// name is short enough, else in the temporary folder under a name of its own.
func socketFolder(folder string, acc account) (string, error) {
	dir := filepath.Join(folder, "run")
	if len(filepath.Join(dir, ".s.PGSQL."+port)) > longestSocket {
		sum := sha256.Sum256([]byte(folder))
		dir = filepath.Join(os.TempDir(), "recobro-"+hex.EncodeToString(sum[:6]))
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("make the folder of PostgreSQL's socket: %w", err)
	}
	st, err := os.Lstat(dir)
	if err != nil {
		return "", fmt.Errorf("look at the folder of PostgreSQL's socket: %w", err)
	}
	owner := int(ownerOf(st))
	if !st.IsDir() || owner != os.Geteuid() && owner != acc.uid() {
		return "", fmt.Errorf("%s is not ours: remove it, or choose a shorter data folder", dir)
	}
	if err := acc.own(dir); err != nil {
		return "", err
	}
	return dir, nil
}

// majorOf reads which major version a data folder belongs to; 0 where there is
// none yet.
func majorOf(data string) (int, error) {
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if err == nil {
		major, err := strconv.Atoi(strings.TrimSpace(string(text)))
		if err != nil {
			return 0, fmt.Errorf("%s/PG_VERSION says %q, which is no version of PostgreSQL; nothing was changed", data, strings.TrimSpace(string(text)))
		}
		return major, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("look at the PostgreSQL folder: %w", err)
	}
	entries, err := os.ReadDir(data)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("look at the PostgreSQL folder: %w", err)
	}
	return 0, fmt.Errorf("%s holds files but no PG_VERSION, so it is not a PostgreSQL folder (or a damaged one); "+
		"move it away to begin anew; nothing was changed", data)
}

// initialise makes a new data folder beside its final place and moves it there
// when it is whole, so that a start cut short leaves nothing that looks whole.
func initialise(ctx context.Context, bin, data string, acc account) error {
	fresh := data + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("clear what an interrupted first start left in %s: %w", fresh, err)
	}
	var failed error
	for _, locale := range []string{"C.UTF-8", "en_US.UTF-8", "C"} {
		if err := os.MkdirAll(fresh, 0o700); err != nil {
			return fmt.Errorf("make the PostgreSQL folder: %w", err)
		}
		if err := acc.own(fresh); err != nil {
			return err
		}
		cmd := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", fresh, "-U", "postgres",
			"--auth=trust", "-E", "UTF8", "--locale="+locale, "--no-instructions")
		cmd.Dir = "/"
		cmd.SysProcAttr = acc.attributes()
		out, err := cmd.CombinedOutput()
		if err == nil {
			_ = os.Remove(data) // an empty folder may stand in the way; a full one has been refused above
			if err := os.Rename(fresh, data); err != nil {
				return fmt.Errorf("put the new PostgreSQL folder in its place: %w", err)
			}
			return nil
		}
		failed = fmt.Errorf("make the PostgreSQL folder %s with %s: %w\n%s", data, cmd.Path, err, out)
		if ctx.Err() != nil || !strings.Contains(string(out), "invalid locale") {
			return failed
		}
		if err := os.RemoveAll(fresh); err != nil {
			return fmt.Errorf("clear %s: %w", fresh, err)
		}
	}
	return failed
}

// stopLeftover stops a server that a killed process left running on the
// folder, which is found by its postmaster.pid.
func stopLeftover(ctx context.Context, data string) error {
	pid := postmaster(data)
	if pid == 0 {
		return nil
	}
	if err := syscall.Kill(pid, syscall.SIGINT); err != nil {
		if errors.Is(err, syscall.ESRCH) {
			return nil
		}
		return fmt.Errorf("stop the PostgreSQL (process %d) that an earlier start left on %s: %w", pid, data, err)
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for postmaster(data) == pid {
		select {
		case <-ctx.Done():
			return fmt.Errorf("the PostgreSQL (process %d) that an earlier start left on %s does not stop: %w", pid, data, ctx.Err())
		case <-tick.C:
		}
	}
	return nil
}

// endOrphans ends the processes of a server whose postmaster was killed. They can
// answer nobody any more, and what they had committed is in the log. It finds
// them where there is a /proc, by the folder that they work in.
func endOrphans(data string) {
	if postmaster(data) != 0 {
		return
	}
	at, err := filepath.EvalSymlinks(data)
	if err != nil {
		return
	}
	all, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, cwd := range all {
		if where, err := os.Readlink(cwd); err != nil || where != at {
			continue
		}
		name, err := os.ReadFile(filepath.Join(filepath.Dir(cwd), "comm"))
		pid, wrong := strconv.Atoi(filepath.Base(filepath.Dir(cwd)))
		if err == nil && wrong == nil && strings.TrimSpace(string(name)) == "postgres" {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

// postmaster gives the process that serves the folder; 0 where none does. A
// process number that has since gone to another program does not count.
func postmaster(data string) int {
	f, err := os.Open(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return 0
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	if !lines.Scan() {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(lines.Text()))
	if err != nil || pid <= 1 {
		return 0
	}
	if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
		return 0
	}
	// One that was killed and is not reaped yet counts: PostgreSQL would refuse
	// to start beside it.
	out, err := exec.Command("ps", "-o", "comm=", "-p", strconv.Itoa(pid)).Output()
	fields := strings.Fields(string(out))
	if err != nil || len(fields) == 0 {
		return 0
	}
	if name := filepath.Base(fields[0]); !strings.HasPrefix(name, "postgres") && name != "postmaster" {
		return 0
	}
	return pid
}

func openLog(name string) (*os.File, error) {
	flags := os.O_CREATE | os.O_WRONLY | os.O_APPEND
	if st, err := os.Stat(name); err == nil && st.Size() > largestLog {
		flags |= os.O_TRUNC
	}
	f, err := os.OpenFile(name, flags, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open PostgreSQL's log: %w", err)
	}
	return f, nil
}

// tail gives the last lines of a file, for a message.
func tail(name string, n int) string {
	text, err := os.ReadFile(name)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// since gives what was written to a file after so many bytes; nothing where it
// cannot be read.
func since(name string, bytes int64) string {
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	text, _ := io.ReadAll(io.NewSectionReader(f, bytes, 1<<20))
	return string(text)
}
