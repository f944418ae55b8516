package standalone_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/deploy/standalone"
	"github.com/recobro/recobro/deploy/standalone/postgres"
	"github.com/recobro/recobro/record"
)

func TestARestartResumesEveryCase(t *testing.T) {
	d := here.debt(t, "1800.00", 10)
	id, next := d.text("case_id"), d.text("next_action.on")
	key := here.Key
	if err := here.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := here.start(); err != nil {
		t.Fatal(err)
	}
	if here.Key != key {
		t.Error("the operator's key changed")
	}
	if got := here.get(t, "/v1/cases/"+id).text("next_action.on"); got != next {
		t.Errorf("the next action is on %s, before the restart it was on %s", got, next)
	}
	here.days(t, 10)
	if len(here.messages(t, id)) == 0 {
		t.Error("the case did not go on")
	}
}

// TestTheLossOfTemporalLosesNothing drops both of Temporal's databases.
func TestTheLossOfTemporalLosesNothing(t *testing.T) {
	d := here.debt(t, "1500.00", 10)
	id := d.text("case_id")
	here.days(t, 10)
	before := len(here.messages(t, id))
	if before == 0 {
		t.Fatal("the case did not begin")
	}
	if err := here.Stop(); err != nil {
		t.Fatal(err)
	}
	dropTemporal(t, here.environ["RECOBRO_DATA"])
	if err := here.start(); err != nil {
		t.Fatal(err)
	}
	if out := here.run(t, "recover"); !strings.Contains(out, "open cases woken") {
		t.Errorf("recover says %q", out)
	}
	await(t, "the case's workflow runs again", func() bool {
		_, err := here.Parts.Temporal.DescribeWorkflowExecution(t.Context(), "case-"+id, "")
		return err == nil
	})
	here.days(t, 20)
	after := here.messages(t, id)
	if len(after) <= before {
		t.Error("the case did not go on")
	}
	seen := map[string]bool{}
	for _, m := range after {
		if seen[m.text("key")] {
			t.Errorf("sent twice: %s", m.text("key"))
		}
		seen[m.text("key")] = true
	}
}

func dropTemporal(t *testing.T, folder string) {
	t.Helper()
	pg, err := postgres.Start(t.Context(), postgres.Options{Folder: folder, Database: "recobro", Repository: "off"})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), pg.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"temporal", "temporal_visibility"} {
		if _, err := conn.Exec(t.Context(), "drop database "+name); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(conn.Close(t.Context()), pg.Stop(context.Background())); err != nil {
		t.Fatal(err)
	}
}

// run runs one of the commands on the running installation, with the
// environment that it left for them.
func (h *house) run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := h.try(t.Context(), t, args...)
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return out
}

func (h *house) try(ctx context.Context, t *testing.T, args ...string) (string, error) {
	t.Helper()
	env, err := standalone.Find(h.environ["RECOBRO_DATA"])
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range env {
		t.Setenv(name, value)
	}
	t.Setenv("RECOBRO_LOG_LEVEL", "error")
	var out bytes.Buffer
	root := command.Root("test")
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(args)
	err = root.ExecuteContext(ctx)
	return out.String(), err
}

func TestTheCommandsWorkOnARunningInstallation(t *testing.T) {
	creditor := here.creditor(t)
	file := filepath.Join(t.TempDir(), "debts.csv")
	due := here.today(t).AddDays(-20)
	rows := "reference;country;claim;principal.amount;principal.currency;issued_on;due_on;capacity;debtor.reference;debtor.kind;debtor.name;debtor.language;debtor.address.postal_code;debtor.address.city;debtor.address.country;contact.email\n" +
		"CSV-1;ES;services;1.234,56;EUR;" + due.AddDays(-30).String() + ";" + due.String() + ";creditor;C-1;business;Cerrajería Sol;es;28013;Madrid;ES;sol@example.com\n" +
		"CSV-2;ES;services;-5,00;EUR;" + due.AddDays(-30).String() + ";" + due.String() + ";creditor;C-2;business;Cerrajería Luna;es;28013;Madrid;ES;luna@example.com\n"
	if err := os.WriteFile(file, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the same file again changes nothing
		out, err := here.try(t.Context(), t, "import", file, "--creditor", creditor)
		if err == nil || !strings.Contains(err.Error(), "1 of 2 rows rejected") {
			t.Errorf("a file with a row that is refused ends in %v", err)
		}
		if !strings.Contains(out, "2 rows, 1 new case,") || !strings.Contains(out, "1 rejected") || !strings.Contains(out, "row 3") {
			t.Errorf("import says:\n%s", out)
		}
	}
	cases := here.get(t, "/v1/cases?creditor_id="+creditor).list("items")
	if len(cases) != 1 || cases[0].text("reference") != "CSV-1" {
		t.Fatalf("cases are %v", cases)
	}
	if out := here.run(t, "verify", cases[0].text("case_id")); !strings.Contains(out, "whole") {
		t.Errorf("verify says %q", out)
	}
	if _, err := here.try(t.Context(), t, "verify", "no-such-case"); err == nil {
		t.Error("a case that is not there is said to be whole")
	}
	secret := strings.Fields(here.run(t, "keys", "create", "--role", "agent", "--label", "desk"))
	if list := here.run(t, "keys", "list"); !strings.Contains(list, "desk") || strings.Contains(list, secret[len(secret)-1]) {
		t.Errorf("keys are:\n%s", list)
	}
	before := here.today(t)
	here.run(t, "advance", "--days", "3")
	if after := here.today(t); before.Days(after) != 3 {
		t.Errorf("advance --days 3 moved from %s to %s", before, after)
	}
	if out, err := here.try(t.Context(), t, "advance", "--to", "2001-01-01"); err == nil {
		t.Errorf("the clock went back: %s", out)
	}
}

// TestTheReadmesFirstDebt runs the commands of README.md as they are printed.
func TestTheReadmesFirstDebt(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("this machine has no curl")
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(readme)
	_, text, _ = strings.Cut(text, "## A first debt")
	text, _, _ = strings.Cut(text, "\n## ")
	var script strings.Builder
	script.WriteString("set -eu\ncurl() { command curl --fail-with-body \"$@\"; }\n")
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(text, -1) {
		script.WriteString(block[1])
	}
	// Only where the installation is differs from what is printed.
	lines := strings.ReplaceAll(script.String(), "http://127.0.0.1:8080", here.URL)
	lines = strings.ReplaceAll(lines, "/var/lib/recobro", here.environ["RECOBRO_DATA"])
	lines = strings.ReplaceAll(lines, "$(date +%F)", here.today(t).String())
	cmd := exec.CommandContext(t.Context(), "bash", "-c", lines)
	cmd.Dir = t.TempDir()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, says := range []string{`"next_action"`, `"steps"`, `"lines"`, `"payment_received"`} {
		if !strings.Contains(string(out), says) {
			t.Errorf("nothing answers with %s:\n%s", says, out)
		}
	}
}

func TestAStartOnAFolderInUseIsRefused(t *testing.T) {
	s, err := standalone.Load(here.environ)
	if err != nil {
		t.Fatal(err)
	}
	if i, err := standalone.Start(t.Context(), s); err == nil {
		t.Error("two installations run on one folder", i.Stop())
	} else if !strings.Contains(err.Error(), "another installation") {
		t.Error(err)
	}
	here.get(t, "/v1/clock") // the first goes on
}

func TestAnAddressThatIsTakenIsSaidBeforeAnythingStarts(t *testing.T) {
	dir := t.TempDir()
	s, err := standalone.Load(map[string]string{"RECOBRO_DATA": dir, "RECOBRO_LISTEN": strings.TrimPrefix(here.URL, "http://")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = standalone.Start(t.Context(), s)
	var taken *command.AddressTaken
	if !errors.As(err, &taken) || !strings.Contains(err.Error(), "RECOBRO_LISTEN") {
		t.Errorf("error is %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "postgres")); err == nil {
		t.Error("PostgreSQL was started for nothing")
	}
}

// TestServersThatRunElsewhereAreUsed is the shape of production: PostgreSQL and
// Temporal are given, here those of the installation that runs already.
func TestServersThatRunElsewhereAreUsed(t *testing.T) {
	conn, err := pgx.Connect(t.Context(), here.Settings.DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), "create database elsewhere"); err != nil {
		t.Fatal(err)
	}
	s, err := standalone.Load(map[string]string{
		"RECOBRO_DATA": newFolder(t), "RECOBRO_LISTEN": "127.0.0.1:0", "RECOBRO_TIME_MACHINE": "true",
		"DATABASE_URL":     strings.Replace(here.Settings.DatabaseURL, "/recobro?", "/elsewhere?", 1),
		"TEMPORAL_ADDRESS": here.Settings.TemporalAddress, "TEMPORAL_NAMESPACE": "elsewhere",
	})
	if err != nil {
		t.Fatal(err)
	}
	i, err := standalone.Start(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	there := &house{Installation: i}
	d := there.debt(t, "640.00", 15)
	there.days(t, 10)
	if len(there.messages(t, d.text("case_id"))) == 0 {
		t.Error("the case did not begin")
	}
	if _, err := os.Stat(filepath.Join(s.Folder, "postgres")); err == nil {
		t.Error("a PostgreSQL of its own was started beside the given one")
	}
	if err := i.Stop(); err != nil {
		t.Error(err)
	}
	status, _, err := here.ask(t.Context(), "GET", "/v1/cases/"+d.text("case_id"), nil)
	if err != nil || status != 404 {
		t.Errorf("the other installation answers %d, %v for a case that is not its own", status, err)
	}
}

func TestARevokedOperatorKeyIsReplaced(t *testing.T) {
	k, err := here.Parts.Store.KeyBySecret(t.Context(), here.Key)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = here.Parts.Store.NewKey(t.Context(), record.Key{Role: debt.Operator, Label: "of a colleague"})
	if err != nil {
		t.Fatal(err)
	}
	if err := here.Parts.Store.RevokeKey(t.Context(), k.ID); err != nil {
		t.Fatal(err)
	}
	old := here.Key
	if err := errors.Join(here.Stop(), here.start()); err != nil {
		t.Fatal(err)
	}
	if here.Key == old {
		t.Error("the revoked key is still handed out")
	}
	here.get(t, "/v1/clock")
}
