package postgres

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// folder is a data folder that PostgreSQL's own user may enter too.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "rcb-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func start(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop(context.Background()) })
	return s
}

func query(t *testing.T, url, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var answer string
	if err := conn.QueryRow(t.Context(), sql).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestAServerKeepsItsRowsAndItsDurability(t *testing.T) {
	o := Options{Folder: folder(t), Database: "recobro", Repository: "off"}
	s := start(t, o)
	for _, setting := range []string{"fsync", "full_page_writes", "synchronous_commit"} {
		if got := query(t, s.URL, "show "+setting); got != "on" {
			t.Errorf("%s is %s", setting, got)
		}
	}
	if got := query(t, s.URL, "show listen_addresses"); got != "" {
		t.Errorf("listens on %q", got)
	}
	if got := query(t, s.URL, "select lower('ÑÁÇ')"); got != "ñáç" {
		t.Errorf("lower case of ÑÁÇ is %q", got)
	}
	conn, err := pgx.Connect(t.Context(), s.URL)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "create table kept as select 'still here' as word"); err != nil {
		t.Fatal(err)
	}
	if err := s.Stop(t.Context()); err != nil { // with conn still open: a client cannot hold the stop up
		t.Fatal(err)
	}
	if err := s.Err(); err != nil {
		t.Errorf("a server that was stopped says %v", err)
	}
	again := start(t, o)
	if got := query(t, again.URL, "select word from kept"); got != "still here" {
		t.Errorf("after a restart: %q", got)
	}
}

func TestTheLogTellsNoRow(t *testing.T) {
	parent := folder(t)
	o := Options{Folder: filepath.Join(parent, "data"), Database: "recobro", Repository: "off"}
	s := start(t, o)
	conn, err := pgx.Connect(t.Context(), s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), "create table people (name text unique)"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, err = conn.Exec(t.Context(), "insert into people values ('Quevedo')")
	}
	if err == nil {
		t.Fatal("the second row was taken")
	}
	log, err := os.ReadFile(filepath.Join(o.Folder, "postgres.log"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(log), "duplicate key") || strings.Contains(string(log), "Quevedo") {
		t.Errorf("the log says:\n%s", log)
	}
	st, err := os.Stat(o.Folder)
	if err != nil {
		t.Fatal(err)
	}
	if mode := st.Mode().Perm(); mode&0o066 != 0 {
		t.Errorf("others may read the data folder: %v", mode)
	}
}

func TestALeftoverServerIsStoppedAndItsRowsStay(t *testing.T) {
	o := Options{Folder: folder(t), Database: "recobro", Repository: "off"}
	s := start(t, o)
	query(t, s.URL, "select 'ready'")
	left := postmaster(filepath.Join(o.Folder, "postgres"))
	if left != s.cmd.Process.Pid {
		t.Fatalf("postmaster.pid names %d, the server is %d", left, s.cmd.Process.Pid)
	}
	s.stopping.Store(true) // what follows ends it, as the next start of the program would
	again := start(t, o)
	select {
	case <-s.Done():
	default:
		t.Error("the leftover server still runs")
	}
	if got := query(t, again.URL, "select 'ready'"); got != "ready" {
		t.Error(got)
	}
}

// TestAStartGetsPastTheSessionsOfAKilledServer kills a server one of whose
// sessions does not notice: as one that computes does not for a while, or one that
// waits for what a killed one held, which never does.
func TestAStartGetsPastTheSessionsOfAKilledServer(t *testing.T) {
	for _, notices := range []bool{true, false} {
		t.Run(fmt.Sprintf("notices later: %t", notices), func(t *testing.T) {
			if !notices && runtime.GOOS != "linux" {
				t.Skip("sessions are found through /proc")
			}
			o := Options{Folder: folder(t), Database: "recobro", Repository: "off"}
			s := start(t, o)
			conn, err := pgx.Connect(t.Context(), s.URL)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close(context.Background())
			session := int(conn.PgConn().PID())
			if err := syscall.Kill(session, syscall.SIGSTOP); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = syscall.Kill(session, syscall.SIGKILL) }()
			s.stopping.Store(true)
			if err := s.cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			<-s.Done()
			var again *Server
			began := make(chan error, 1)
			go func() {
				var err error
				again, err = Start(t.Context(), o)
				began <- err
			}()
			for !strings.Contains(since(filepath.Join(o.Folder, "postgres.log"), 0), "pre-existing shared memory block") {
				select {
				case err := <-began:
					t.Fatalf("it started beside the session, or gave up: %v", err)
				case <-time.After(10 * time.Millisecond):
				}
			}
			if notices {
				_ = syscall.Kill(session, syscall.SIGCONT)
			}
			if err := <-began; err != nil {
				t.Fatal(err)
			}
			defer func() { _ = again.Stop(context.Background()) }()
			if got := query(t, again.URL, "select 'ready'"); got != "ready" {
				t.Error(got)
			}
		})
	}
}

func TestAStalePidFileOfAnotherProgramIsLeftAlone(t *testing.T) {
	data := folder(t)
	sleeper := exec.Command("sleep", "600")
	if err := sleeper.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sleeper.Process.Kill(); _ = sleeper.Wait() }()
	if err := os.WriteFile(filepath.Join(data, "postmaster.pid"), fmt.Appendf(nil, "%d\n", sleeper.Process.Pid), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := stopLeftover(t.Context(), data); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(sleeper.Process.Pid, 0); err != nil {
		t.Errorf("another program was stopped: %v", err)
	}
}

func TestAServerThatDiesIsNoticed(t *testing.T) {
	s := start(t, Options{Folder: folder(t), Database: "recobro", Repository: "off"})
	if err := s.cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	<-s.Done()
	if s.Err() == nil {
		t.Error("the server ended on its own and nothing says so")
	}
}

func TestAFolderIsNeverWiped(t *testing.T) {
	for name, c := range map[string]struct{ file, content, says string }{
		"of an older version":       {"PG_VERSION", "9\n", "belongs to PostgreSQL 9"},
		"of a newer version":        {"PG_VERSION", "99\n", "belongs to PostgreSQL 99"},
		"without PG_VERSION":        {"base", "rows", "no PG_VERSION"},
		"with a broken PG_VERSION":  {"PG_VERSION", "x", "no version of PostgreSQL"},
		"of a version that is away": {"PG_VERSION", "18\n", "Install PostgreSQL 18"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t)
			data := filepath.Join(dir, "postgres")
			if err := os.Mkdir(data, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(data, c.file), []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			o := Options{Folder: dir, Database: "recobro", Repository: "off"}
			if strings.Contains(c.content, "18") {
				o.Binaries = dir // no programs here, whatever this machine has
			}
			_, err := Start(t.Context(), o)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error is %v, want it to say %q", err, c.says)
			}
			got, err := os.ReadFile(filepath.Join(data, c.file))
			if err != nil || string(got) != c.content {
				t.Errorf("the folder was changed: %q, %v", got, err)
			}
		})
	}
}

func TestWithoutPostgreSQLTheMessageSaysHowToGetIt(t *testing.T) {
	_, err := Start(t.Context(), Options{Folder: folder(t), Database: "recobro", Binaries: t.TempDir()})
	if err == nil {
		t.Fatal("started without programs")
	}
	for _, words := range []string{"no PostgreSQL server was found", "apt-get install postgresql", "DATABASE_URL"} {
		if !strings.Contains(err.Error(), words) {
			t.Errorf("%q is missing in: %v", words, err)
		}
	}
}

func TestAnInterruptedFirstStartBeginsAnew(t *testing.T) {
	dir := folder(t)
	if err := os.MkdirAll(filepath.Join(dir, "postgres.new", "base"), 0o700); err != nil {
		t.Fatal(err)
	}
	s := start(t, Options{Folder: dir, Database: "recobro", Repository: "off"})
	if got := query(t, s.URL, "select current_database()::text"); got != "recobro" {
		t.Error(got)
	}
}

func TestALongFolderNameStillHasASocket(t *testing.T) {
	dir := filepath.Join(folder(t), strings.Repeat("very-", 20)+"long")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s := start(t, Options{Folder: dir, Database: "recobro", Repository: "off"})
	if got := query(t, s.URL, "select 'reached'"); got != "reached" {
		t.Error(got)
	}
}

func TestAFolderThatTheServersUserCannotEnterIsSaid(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root runs PostgreSQL as another user")
	}
	closed := filepath.Join(folder(t), "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), Options{Folder: filepath.Join(closed, "recobro"), Database: "recobro", Repository: "off"})
	if err == nil || !strings.Contains(err.Error(), "may not enter "+closed) {
		t.Errorf("error is %v", err)
	}
}

// repository serves this machine's own programs in the form in which the
// download offers them.
func repository(t *testing.T, bin string) *httptest.Server {
	t.Helper()
	archive := filepath.Join(t.TempDir(), "postgres.txz")
	cmd := exec.Command("tar", "-C", filepath.Dir(bin), "-c", "-f", archive, "-I", "xz -0", "bin/postgres", "bin/initdb", "bin/pg_ctl", "lib/dict_snowball.so", "lib/plpgsql.so")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("this machine cannot pack an archive: %v\n%s", err, out)
	}
	packed, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	var jar bytes.Buffer
	z := zip.NewWriter(&jar)
	w, err := z.Create("postgres.txz")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(packed); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(jar.Bytes())
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".sha256") {
			fmt.Fprint(w, hex.EncodeToString(sum[:]))
			return
		}
		http.ServeContent(w, r, "postgres.jar", time.Time{}, bytes.NewReader(jar.Bytes()))
	}))
	t.Cleanup(srv.Close)
	return srv
}

func TestDownloadedProgramsRunAndNothingElseIsTouched(t *testing.T) {
	here := look(t.Context(), Options{Folder: t.TempDir()})
	if len(here) == 0 {
		t.Skip("no PostgreSQL here to offer for download")
	}
	o := Options{Folder: folder(t), Database: "recobro", Repository: repository(t, here[0].folder).URL}
	kept := filepath.Join(o.Folder, "operator.key")
	if err := os.WriteFile(kept, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	bin, err := download(t.Context(), o, here[0].major)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(kept); err != nil || string(got) != "mine" {
		t.Errorf("a file beside it was touched: %q, %v", got, err)
	}
	o.Binaries = bin
	s := start(t, o)
	if got := query(t, s.URL, "select 'runs'"); got != "runs" {
		t.Error(got)
	}
	if s.Binaries != bin {
		t.Errorf("runs %s instead of %s", s.Binaries, bin)
	}
}

func TestADownloadOfTheWrongVersionIsRefused(t *testing.T) {
	here := look(t.Context(), Options{Folder: t.TempDir()})
	if len(here) == 0 {
		t.Skip("no PostgreSQL here to offer for download")
	}
	wrong := oldest
	if here[0].major == wrong {
		wrong++
	}
	o := Options{Folder: folder(t), Repository: repository(t, here[0].folder).URL}
	if _, err := download(t.Context(), o, wrong); err == nil {
		t.Errorf("programs of version %d were taken for version %d", here[0].major, wrong)
	}
}
