package standalone

import (
	"os"
	"runtime/debug"
)

// A server of this size makes much garbage and keeps little: it may grow to
// five times what it keeps, and to about a gigabyte, before it is swept. GOGC
// and GOMEMLIMIT win where they are set.
const (
	garbagePercent = 400
	memoryLimit    = 1 << 30
)

// Sweep sets how often a process that runs an installation is swept of garbage.
func Sweep() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}
