// Command standalone runs a whole installation in one process, and offers every
// command of recobro on it.
package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/deploy/standalone"
	"github.com/recobro/recobro/deploy/standalone/demo"
)

// version is set by the build.
var version = "development"

func main() {
	standalone.Sweep()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := root().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "standalone:", command.Explained(err))
		os.Exit(1)
	}
}

func root() *cobra.Command {
	c := command.Root(version)
	c.Use = "standalone"
	config := command.ConfigCommand(func(environ map[string]string) (any, error) { return standalone.Load(environ) })
	// In place of those that need a DATABASE_URL, or know less.
	for _, own := range append(standalone.BackupCommands(), config) {
		for _, x := range c.Commands() {
			if x.Name() == own.Name() {
				c.RemoveCommand(x)
			}
		}
		c.AddCommand(own)
	}
	for _, x := range c.Commands() {
		if name := x.Name(); name == "reconcile" || name == "verify" {
			standalone.Alone(x)
		}
	}
	c.AddCommand(runCommand(), demoCommand())
	c.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		if name := cmd.Name(); name == "run" || name == "demo" || name == "restore" {
			return nil // a restore is not made under an installation that runs
		}
		return join(cmd)
	}
	return c
}

// join gives a command the environment of the installation that runs on the
// data folder, unless the environment names a database itself. Where none runs,
// a command that needs one says so; the others need not know.
func join(cmd *cobra.Command) error {
	if os.Getenv("DATABASE_URL") != "" {
		return nil
	}
	s, err := standalone.Load(command.Environ())
	if err != nil {
		return err
	}
	r, err := standalone.Find(s.Folder)
	switch {
	case errors.Is(err, standalone.ErrBusy):
		cmd.SetContext(command.WithoutRecord(cmd.Context(), err.Error()+" "+s.Folder, "try again in a moment"))
	case err != nil:
		return err
	case r == nil:
		cmd.SetContext(command.WithoutRecord(cmd.Context(), "no installation runs on the data folder "+s.Folder,
			"start it with make run (standalone run), or choose the folder of one that runs with RECOBRO_DATA"))
	}
	for name, value := range maps.All(r) {
		if err := os.Setenv(name, value); err != nil {
			return fmt.Errorf("join the running installation: %w", err)
		}
	}
	return nil
}

func runCommand() *cobra.Command {
	return &cobra.Command{
		Use: "run", Short: "Start PostgreSQL, Temporal, worker and API on this machine", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			ctx := cmd.Context()
			s, err := standalone.Load(command.Environ())
			if err != nil {
				return err
			}
			s.Version = version
			i, err := standalone.Start(ctx, s)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, i.Stop()) }()
			i.Greet(cmd.OutOrStdout())
			err = i.Wait(ctx)
			if err == nil {
				fmt.Fprintln(cmd.OutOrStdout(), "\nStopping: API, worker, Temporal, PostgreSQL.")
			}
			return err
		},
	}
}

func demoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Start an installation of its own with a portfolio of debts, and let eighteen months pass",
		Long: "Start an installation on a data folder of its own, load a portfolio of Spanish, French and Portuguese\n" +
			"debts, and move the whole of it through eighteen months: real server, database, workflow and\n" +
			"activities. Cut off in the middle, it goes on at the next start.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			ctx := cmd.Context()
			environ := command.Environ()
			environ["RECOBRO_TIME_MACHINE"] = "true"
			if environ["RECOBRO_OPERATOR_NAME"] == "" { // its debts are collected for their creditors
				environ["RECOBRO_OPERATOR_NAME"], environ["RECOBRO_OPERATOR_ADDRESS"] = demo.Collector, demo.CollectorAddress
			}
			s, err := standalone.Load(environ)
			if err != nil {
				return err
			}
			s.OwnFolder(environ, "demo")
			s.Version = version
			i, err := standalone.Start(ctx, s)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, i.Stop()) }()
			i.Greet(cmd.OutOrStdout())
			show := demo.Show{Store: i.Parts.Store, Machine: i.Parts.Machine(), DatabaseURL: i.Settings.DatabaseURL, Out: cmd.OutOrStdout()}
			if err := show.Run(ctx); err != nil {
				if ctx.Err() != nil {
					fmt.Fprintln(cmd.OutOrStdout(), "\nStopped. The next start goes on from here.")
					return nil
				}
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "\nThe demonstration lies in %s: remove that folder to begin anew.\n", i.Settings.Folder)
			return nil
		},
	}
}
