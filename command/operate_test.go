package command_test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// record gives a store, and has the commands work on it, with no Temporal.
func record(t *testing.T) *store.Store {
	t.Helper()
	url := storetest.URL(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close()) // nobody listens there now
	for name, value := range map[string]string{"DATABASE_URL": url, "TEMPORAL_ADDRESS": l.Addr().String(),
		"RECOBRO_TIME_MACHINE": "true", "RECOBRO_LOG_LEVEL": "error"} {
		t.Setenv(name, value)
	}
	return storetest.Open(t, url)
}

func run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	root := command.Root("test")
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(args)
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

func TestAnAdvanceWithoutTemporalStopsNoClock(t *testing.T) {
	s := record(t)
	_, err := run(t, "advance", "--days", "1")
	require.ErrorContains(t, err, "Temporal at 127.0.0.1")
	_, _, frozen, err := s.ClockState(t.Context())
	require.NoError(t, err)
	require.False(t, frozen)
}

func TestAClockLeftStandingSaysHowToGoOn(t *testing.T) {
	s := record(t)
	require.NoError(t, s.Freeze(t.Context(), time.Time{}))
	for _, args := range [][]string{{"advance", "--days", "1"}, {"advance", "--resume"}} {
		_, err := run(t, args...)
		require.ErrorContains(t, err, "stands still")
		require.ErrorContains(t, err, "recobro advance again")
		require.ErrorContains(t, err, "recobro advance --resume")
	}
}

const header = "reference;country;claim;principal;issued_on;due_on;debtor.reference;debtor.kind;debtor.name;contact.email\n"

func TestAnImportWithRejectedRowsFails(t *testing.T) {
	s := record(t)
	k := storetest.Creditor(t, s, "Acme")
	file := filepath.Join(t.TempDir(), "debts.csv")
	good := "F-1;ES;services;100,00;01/01/2026;01/02/2026;C-1;business;Talleres;pagos@talleres.example\n"
	require.NoError(t, os.WriteFile(file, []byte(header+good), 0o600))
	out, err := run(t, "import", file, "--creditor", k.ID, "--wait=false")
	require.NoError(t, err)
	require.Contains(t, out, "1 row,")
	bad := strings.Replace(strings.Replace(good, "F-1", "F-2", 1), "100,00", "none", 1)
	require.NoError(t, os.WriteFile(file, []byte(header+good+bad), 0o600))
	out, err = run(t, "import", file, "--creditor", k.ID, "--wait=false")
	require.ErrorContains(t, err, "1 of 2 rows rejected")
	require.Contains(t, out, "row 3", "the rows are printed before")
}

func TestOneProblemIsOne(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bad.yaml")
	require.NoError(t, os.WriteFile(file, []byte("nonsense: [\n"), 0o600))
	out, err := run(t, "strategy", "check", file)
	require.Error(t, err)
	n := strings.Count(out, "\n")
	want := fmt.Sprintf("%d problems", n)
	if n == 1 {
		want = "1 problem"
	}
	require.EqualError(t, err, want)
	require.Equal(t, 1, n, out)
}
