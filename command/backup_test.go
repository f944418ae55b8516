package command

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestABackupIsNamedWhereThereAreNoHardLinks(t *testing.T) {
	for name, link := range map[string]func(string, string) error{
		"with hard links":                os.Link,
		"without, as vfat has it":        func(string, string) error { return syscall.EPERM },
		"without, as others say":         func(string, string) error { return syscall.ENOTSUP },
		"without, as a link error wraps": func(from, to string) error { return &os.LinkError{Op: "link", Old: from, New: to, Err: syscall.ENOSYS} },
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			whole, to := filepath.Join(folder, ".whole"), filepath.Join(folder, "a.backup")
			require.NoError(t, os.WriteFile(whole, []byte("whole"), 0o600))
			require.NoError(t, nameBackup(whole, to, link))
			text, err := os.ReadFile(to)
			require.NoError(t, err)
			require.Equal(t, "whole", string(text))

			whole = filepath.Join(folder, ".another")
			require.NoError(t, os.WriteFile(whole, []byte("another"), 0o600))
			require.ErrorIs(t, nameBackup(whole, to, link), fs.ErrExist)
			text, err = os.ReadFile(to)
			require.NoError(t, err)
			require.Equal(t, "whole", string(text), "what was there stays")
		})
	}
}

func TestABackupThatCannotBeNamedIsKept(t *testing.T) {
	folder := t.TempDir()
	whole := filepath.Join(folder, ".whole")
	require.NoError(t, os.WriteFile(whole, []byte("whole"), 0o600))
	err := nameBackup(whole, filepath.Join(folder, "no", "folder", "a.backup"), func(string, string) error { return syscall.EPERM })
	require.ErrorIs(t, err, errUnnamed)
	require.ErrorContains(t, err, whole)
	require.False(t, errors.Is(err, fs.ErrExist))
	require.FileExists(t, whole)
}
