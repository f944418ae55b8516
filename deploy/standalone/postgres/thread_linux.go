package postgres

import (
	"runtime"
	"syscall"
)

// holdThread runs f on a thread that is f's alone for as long as f runs.
func holdThread(f func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	f()
}

// dieWithParent asks the kernel to stop the child cleanly when the thread that
// started it dies.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGINT }
