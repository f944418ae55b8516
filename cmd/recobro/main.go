// Command recobro runs the parts of a production installation (api, worker) and
// the operator's tools, against a PostgreSQL and a Temporal that run elsewhere.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/recobro/recobro/command"
)

// version is set by the build.
var version = "development"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := command.Root(version).ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "recobro:", command.Explained(err))
		os.Exit(1)
	}
}
