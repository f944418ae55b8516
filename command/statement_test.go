package command_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/store/storetest"
)

func TestAStatementIsTakenByTheCommandLine(t *testing.T) {
	s := record(t)
	k := storetest.Creditor(t, s, "Acme")
	sample := filepath.Join("..", "bank", "testdata", "es_norma43_latin1.n43")
	for range 2 { // the second time books nothing
		out, err := run(t, "statement", sample, "--creditor", k.ID)
		require.NoError(t, err)
		require.Contains(t, out, "9 lines of norma43; 0 known already, 0 booked, 0 doubtful, 8 unmatched, 1 other, 0 pending")
	}
	content, err := os.ReadFile(sample)
	require.NoError(t, err)
	cut := filepath.Join(t.TempDir(), "cut.n43")
	require.NoError(t, os.WriteFile(cut, content[:len(content)-100], 0o600))
	_, err = run(t, "statement", cut, "--creditor", k.ID)
	require.ErrorContains(t, err, "line 23: currency (columns 74-76)")
	_, err = run(t, "statement", sample, "--creditor", "nobody")
	require.ErrorContains(t, err, "no such creditor")
}
