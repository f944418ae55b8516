//go:build !linux

package postgres

import "syscall"

// holdThread runs f.
func holdThread(f func()) { f() }

// dieWithParent does nothing here: a server that a killed process leaves
// behind is stopped by the next start.
func dieWithParent(*syscall.SysProcAttr) {}
