package command_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
)

// debts is a file with a row that is well, one that is not and one that is limited.
const debts = `reference;country;claim;principal;issued_on;due_on;debtor.reference;debtor.kind;debtor.name;contact.email
F-1;ES;services;1.250,00;01/09/2026;01/10/2026;C-1;business;Uno SL;uno@example.com
F-2;ES;services;1.250,00;01/09/2026;01/08/2026;C-2;business;Dos SL;dos@example.com
F-3;ES;services;99,50;02/01/2015;02/02/2015;C-3;business;Tres SL;tres@example.com
`

func file(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "october.csv")
	require.NoError(t, os.WriteFile(name, []byte(content), 0o600))
	return name
}

func opened(t *testing.T, s *store.Store) int {
	t.Helper()
	worked, _, err := s.WorkImport(t.Context(), 100)
	require.NoError(t, err)
	return worked
}

func TestAnImportTellsOfRejectedRowsAndOfWarnings(t *testing.T) {
	s := record(t)
	k := storetest.Creditor(t, s, "Acme")
	name := file(t, debts)
	rows := []string{"row 3  due_on  due_before_issued", "row 4  due_on  limited", "the debt is not claimed as due"}

	out, err := run(t, "import", name, "--creditor", k.ID, "--dry-run")
	require.EqualError(t, err, "1 of 3 rows rejected")
	assert.Contains(t, out, "dry run, nothing was recorded; 3 rows, 2 new cases, 0 known already, 1 rejected")
	for _, want := range rows {
		assert.Contains(t, out, want)
	}
	assert.Zero(t, opened(t, s), "a dry run leaves rows to open")

	out, err = run(t, "import", name, "--creditor", k.ID, "--wait=false")
	require.Error(t, err)
	assert.Contains(t, out, ": running; 3 rows, 0 new cases, 0 known already, 1 rejected", "it is taken for a repetition")
	assert.Equal(t, 2, opened(t, s))
	out, err = run(t, "import", name, "--creditor", k.ID)
	require.EqualError(t, err, "1 of 3 rows rejected")
	assert.Contains(t, out, ": done; 3 rows, 2 new cases, 0 known already, 1 rejected")
	for _, want := range rows {
		assert.Contains(t, out, want)
	}
	out, err = run(t, "import", name, "--creditor", k.ID, "--dry-run")
	require.Error(t, err)
	assert.Contains(t, out, "already, and would change nothing; 3 rows, 2 new cases")
}

func TestAnImportThatIsCutOffSaysThatItsRowsAreKept(t *testing.T) {
	s := record(t)
	k := storetest.Creditor(t, s, "Acme")
	ctx, cut := context.WithCancel(t.Context())
	root := command.Root("test")
	var out strings.Builder
	root.SetOut(&out)
	root.SetErr(notice(func(text string) {
		if strings.Contains(text, "waiting for the workers") {
			cut()
		}
	}))
	root.SetArgs([]string{"import", file(t, debts), "--creditor", k.ID})
	err := root.ExecuteContext(ctx)
	require.ErrorContains(t, err, "its rows are kept")
	require.NotContains(t, err.Error(), "context canceled")
	assert.Equal(t, 2, opened(t, s))
}

// notice is a writer that has each text looked at.
type notice func(string)

func (n notice) Write(p []byte) (int, error) {
	n(string(p))
	return len(p), nil
}

func TestWhatIsNoFileOfDebtsIsRefusedInOneLine(t *testing.T) {
	s := record(t)
	k := storetest.Creditor(t, s, "Acme")
	for name, x := range map[string]struct{ file, want string }{
		"no such file":         {filepath.Join(t.TempDir(), "none.csv"), "no such file or directory"},
		"a folder":             {t.TempDir(), "is a directory"},
		"empty":                {file(t, ""), "the file is empty"},
		"a header alone":       {file(t, strings.SplitN(debts, "\n", 2)[0]), "a header and no rows"},
		"a workbook":           {file(t, "PK\x03\x04\x14\x00\x06\x00\x08"), "save the sheet as CSV"},
		"UTF-16 without mark":  {file(t, "r\x00e\x00f\x00\n\x00"), "UTF-16 without its mark"},
		"the columns of other": {file(t, "a;b\n1;2"), "column"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, args := range [][]string{{"import", x.file, "--creditor", k.ID}, {"import", x.file, "--creditor", k.ID, "--dry-run"}} {
				out, err := run(t, args...)
				require.ErrorContains(t, err, x.want, out)
				assert.NotContains(t, err.Error(), "\n")
			}
		})
	}
	_, err := run(t, "import", file(t, debts), "--creditor", "nobody")
	require.ErrorContains(t, err, "creditor nobody")
	assert.Zero(t, opened(t, s))
}

func TestACommandWithoutARecordSaysWhatToDo(t *testing.T) {
	t.Setenv("DATABASE_URL", "")
	commands := [][]string{{"keys", "list"}, {"advance", "--days", "1"}, {"verify", "x"}, {"backup", "--to", t.TempDir()},
		{"statement", file(t, "x"), "--creditor", "x"}, {"import", file(t, "x"), "--creditor", "x"}, {"recover"}, {"migrate"}, {"doctor"}}
	for _, args := range commands {
		out, err := run(t, args...)
		require.Error(t, err)
		assert.Contains(t, out+err.Error(), "DATABASE_URL is not set", "%v", args)
		root := command.Root("test")
		var said strings.Builder
		root.SetOut(&said)
		root.SetErr(&said)
		root.SetArgs(args)
		err = root.ExecuteContext(command.WithoutRecord(t.Context(), "nothing runs here", "start it"))
		require.Error(t, err)
		assert.Regexp(t, `(?s)nothing runs here.*start it`, said.String()+err.Error(), "%v", args)
		assert.NotContains(t, said.String()+err.Error(), "DATABASE_URL", "%v", args)
	}
}
