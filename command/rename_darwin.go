package command

import "golang.org/x/sys/unix"

// renameAside renames a file, and fails where the name is taken.
func renameAside(from, to string) error {
	return unix.RenamexNp(from, to, unix.RENAME_EXCL)
}
