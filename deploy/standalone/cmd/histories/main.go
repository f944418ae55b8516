// Command histories plays the golden lives of cases on a PostgreSQL and a
// Temporal of its own, and keeps the histories of those that are not kept yet.
// What is kept stays as it is: it stands for the cases that run.
//
//	histories FOLDER
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/deploy/standalone/postgres"
	"github.com/recobro/recobro/deploy/standalone/temporalserver"
	"github.com/recobro/recobro/workflows/workflowstest"
)

const namespace = "recobro-histories"

// moment is how long each timer lasts: long enough for a machine under load.
const moment = 4 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: histories FOLDER")
		os.Exit(2)
	}
	if err := record(ctx, os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "histories:", err)
		os.Exit(1)
	}
}

// record brings the servers up in a folder that is removed afterwards, and
// plays the lives on them.
func record(ctx context.Context, folder string, out io.Writer) (err error) {
	servers, err := os.MkdirTemp("", "rcb-histories-")
	if err != nil {
		return fmt.Errorf("make a folder for the servers: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(servers)) }()
	if err := os.Chmod(servers, 0o755); err != nil { // PostgreSQL's own user passes through it
		return fmt.Errorf("make a folder for the servers: %w", err)
	}
	pg, err := postgres.Start(ctx, postgres.Options{Folder: servers, Binaries: os.Getenv("RECOBRO_POSTGRES_BIN"),
		Repository: os.Getenv("RECOBRO_POSTGRES_REPOSITORY"), Database: "recobro"})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop(pg.Stop)) }()
	server, err := temporalserver.Start(ctx, temporalserver.Options{DatabaseURL: pg.URL, Folder: servers})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop(server.Stop)) }()
	c, err := client.Dial(client.Options{HostPort: server.Address, Namespace: namespace, Identity: "recorder",
		Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	if err != nil {
		return fmt.Errorf("connect to Temporal: %w", err)
	}
	defer c.Close()
	if err := command.PrepareNamespace(ctx, c, namespace); err != nil {
		return err
	}
	lives, err := (workflowstest.Studio{Client: c, Moment: moment}).Record(ctx, folder)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d lives recorded: %v\n", len(lives), lives)
	return err
}

// stopTimeout is how long a server may take to stop.
const stopTimeout = 20 * time.Second

func stop(server func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	return server(ctx)
}
