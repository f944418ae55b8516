package command

import "golang.org/x/sys/unix"

// renameAside renames a file, and fails where the name is taken.
func renameAside(from, to string) error {
	return unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, to, unix.RENAME_NOREPLACE)
}
