package standalone_test

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/deploy/standalone"
)

// ofTheFolder runs backup or restore on a data folder, as the standalone program does.
func ofTheFolder(t *testing.T, folder string, args ...string) (string, error) {
	t.Helper()
	t.Setenv("RECOBRO_DATA", folder)
	t.Setenv("RECOBRO_POSTGRES_REPOSITORY", "off")
	t.Setenv("DATABASE_URL", "")
	t.Setenv("TEMPORAL_ADDRESS", "")
	root := command.Root("test")
	for _, own := range standalone.BackupCommands() {
		for _, x := range root.Commands() {
			if x.Name() == own.Name() {
				root.RemoveCommand(x)
			}
		}
		root.AddCommand(own)
	}
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(args)
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{environ: map[string]string{
		"RECOBRO_DATA": newFolder(t), "RECOBRO_LISTEN": "127.0.0.1:0", "RECOBRO_TEMPORAL_PORT": "0",
		"RECOBRO_TIME_MACHINE": "true", "RECOBRO_POSTGRES_REPOSITORY": "off",
	}}
	if err := h.start(); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) refuses(t *testing.T, says string, args ...string) {
	t.Helper()
	if out, err := ofTheFolder(t, h.environ["RECOBRO_DATA"], args...); err == nil || !strings.Contains(err.Error(), says) {
		t.Errorf("%v ends in %v, and should say %q\n%s", args, err, says, out)
	}
}

// TestAnInstallationIsRestoredFromItsBackup backs up while debts are worked on,
// goes on, and brings the record back to the backup.
func TestAnInstallationIsRestoredFromItsBackup(t *testing.T) {
	h := newHouse(t)
	folder, backups := h.environ["RECOBRO_DATA"], t.TempDir()
	id := h.debt(t, "1500.00", 10).text("case_id")
	h.days(t, 12)
	before := len(h.messages(t, id))
	if out := h.run(t, "backup", "--to", backups); !strings.Contains(out, "1 case,") {
		t.Errorf("backup says %q", out)
	}
	files, err := filepath.Glob(filepath.Join(backups, "recobro-*.backup"))
	if err != nil || len(files) != 1 {
		t.Fatalf("the backups are %v, %v", files, err)
	}
	if st, err := os.Stat(files[0]); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("others may read the backup: %v, %v", st.Mode(), err)
	}
	h.days(t, 20)
	if now := len(h.messages(t, id)); before == 0 || now <= before {
		t.Fatalf("%d messages at the backup, %d after it", before, now)
	}
	h.refuses(t, "another installation", "restore", "--from", files[0], "--replace")
	if err := h.Stop(); err != nil {
		t.Fatal(err)
	}
	h.refuses(t, "a record of 1 cases", "restore", "--from", files[0])
	h.refuses(t, "no backup of Recobro", "restore", "--from", filepath.Join(folder, "recobro.log"), "--replace")
	if out, err := ofTheFolder(t, folder, "restore", "--from", files[0], "--replace"); err != nil || !strings.Contains(out, "reconcile") {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := ofTheFolder(t, folder, "backup", "--to", filepath.Join(backups, "again")); err != nil {
		t.Errorf("an installation that does not run is not backed up: %v\n%s", err, out)
	}
	if err := h.start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := h.Stop(); err != nil {
			t.Error(err)
		}
	}()
	h.days(t, 5)
	if n := len(h.messages(t, id)); n != before {
		t.Errorf("the restored record sent: %d messages, %d at the backup", n, before)
	}
	t.Logf("%s", h.run(t, "reconcile"))
	h.run(t, "reconcile", "--lift", "--assume", "nothing")
	h.days(t, 15)
	if n := len(h.messages(t, id)); n <= before {
		t.Errorf("the case did not go on: %d messages, %d at the backup", n, before)
	}
	if out := h.run(t, "verify", id); !strings.Contains(out, "whole") {
		t.Errorf("verify says %q", out)
	}
}

// versionBefore is the last commit with the schema of before this version.
const versionBefore = "848f43d"

// TestAFolderOfTheVersionBeforeStartsOnThisOne builds the version before out of
// the repository's history, has it work on a folder, and goes on with that.
func TestAFolderOfTheVersionBeforeStartsOnThisOne(t *testing.T) {
	if os.Getenv("RECOBRO_PROVE") == "" {
		t.Skip("it builds a whole server: make prove")
	}
	source := t.TempDir()
	tree := exec.CommandContext(t.Context(), "git", "archive", versionBefore)
	tree.Dir = "../.."
	text, err := tree.Output()
	if err != nil {
		t.Skipf("the history does not hold the version before: %v", err)
	}
	untar := exec.CommandContext(t.Context(), "tar", "-x", "-C", source)
	untar.Stdin = bytes.NewReader(text)
	build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", filepath.Join(source, "old"), "./cmd/standalone")
	build.Dir = filepath.Join(source, "deploy/standalone")
	for _, c := range []*exec.Cmd{untar, build} {
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", c.Args, err, out)
		}
	}
	folder := newFolder(t)
	old := startOld(t, filepath.Join(source, "old"), folder)
	var ids []string
	for _, id := range old.submit(t, old.creditor(t), "OLD", 3) {
		ids = append(ids, id)
	}
	advance := exec.CommandContext(t.Context(), filepath.Join(source, "old"), "advance", "--days", "12")
	advance.Env = append(os.Environ(), "RECOBRO_DATA="+folder, "DATABASE_URL=", "TEMPORAL_ADDRESS=")
	if out, err := advance.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	sent := len(old.messages(t, ids[0]))
	old.stop(t)

	c := launch(t, folder)
	defer c.stop(t)
	if n := len(c.messages(t, ids[0])); n != sent || n == 0 {
		t.Errorf("%d messages on this version, %d on the one before", n, sent)
	}
	if out := c.run(t, append([]string{"verify"}, ids...)...); strings.Count(out, "whole") != len(ids) {
		t.Errorf("verify says %q", out)
	}
	c.run(t, "advance", "--days", "20")
	keys := map[string]bool{}
	for _, m := range c.messages(t, ids[0]) {
		if keys[m.text("key")] {
			t.Errorf("sent twice: %s", m.text("key"))
		}
		keys[m.text("key")] = true
	}
	if len(keys) <= sent {
		t.Error("the case did not go on")
	}
	t.Logf("%d messages on the version before, %d on this one", sent, len(keys))
}

// startOld starts an earlier build's installation in a process of its own.
func startOld(t *testing.T, program, folder string) *child {
	t.Helper()
	c := &child{done: make(chan struct{})}
	c.environ = map[string]string{"RECOBRO_DATA": folder}
	c.cmd = exec.Command(program, "run")
	c.cmd.Env = append(os.Environ(), "RECOBRO_DATA="+folder, "RECOBRO_LISTEN=127.0.0.1:18099", "RECOBRO_TEMPORAL_PORT=0",
		"RECOBRO_TIME_MACHINE=true", "RECOBRO_POSTGRES_REPOSITORY=off", "DATABASE_URL=", "TEMPORAL_ADDRESS=")
	var said bytes.Buffer
	c.cmd.Stdout, c.cmd.Stderr = &said, &said
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.cmd.Process.Signal(syscall.SIGKILL) })
	go func() {
		c.err = c.cmd.Wait()
		close(c.done)
	}()
	c.Installation = &standalone.Installation{URL: "http://127.0.0.1:18099"}
	await(t, "the version before answers", func() bool {
		select {
		case <-c.done:
			t.Fatalf("the version before ended: %v\n%s", c.err, said.String())
		default:
		}
		key, err := os.ReadFile(filepath.Join(folder, "operator.key"))
		c.Key = strings.TrimSpace(string(key))
		if err != nil || c.Key == "" {
			return false
		}
		status, _, err := c.ask(t.Context(), http.MethodGet, "/v1/clock", nil)
		return err == nil && status == http.StatusOK
	})
	return c
}
