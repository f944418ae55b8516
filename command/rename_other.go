//go:build !linux && !darwin

package command

import "errors"

// renameAside fails: a rename would replace a file that has the name.
func renameAside(string, string) error { return errors.ErrUnsupported }
