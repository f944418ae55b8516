package command

import (
	"fmt"

	"github.com/spf13/cobra"
)

// Root is the command line with everything that needs no server of its own;
// the standalone program adds to it.
func Root(version string) *cobra.Command {
	root := &cobra.Command{
		Use:   "recobro",
		Short: "Collects unpaid debts, one durable workflow each",
		Long: "Recobro runs the collection of unpaid debts. A creditor submits a debt; one durable\n" +
			"workflow looks after it until it is paid, settled, handed to a lawyer or given up.\n\n" +
			"Everything is set by environment variables: config print lists them.",
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       version,
	}
	root.AddCommand(
		apiCommand(), workerCommand(), migrateCommand(),
		importCommand(), statementCommand(), lawCommand(), strategyCommand(),
		recoverCommand(), reconcileCommand(), advanceCommand(), verifyCommand(),
		BackupCommand(Configured), RestoreCommand(Configured, asItIs),
		keysCommand(), DoctorCommand(nil), ConfigCommand(func(environ map[string]string) (any, error) { return Load(environ) }), versionCommand(version),
	)
	return root
}

func versionCommand(version string) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		Run: func(cmd *cobra.Command, _ []string) { fmt.Fprintln(cmd.OutOrStdout(), version) },
	}
}

// ConfigCommand looks at the settings that load reads from an environment: a
// struct with tags as those of Config.
func ConfigCommand(load func(environ map[string]string) (any, error)) *cobra.Command {
	c := &cobra.Command{Use: "config", Short: "Look at the configuration"}
	c.AddCommand(&cobra.Command{
		Use: "print", Short: "Print every setting with its value, secrets masked", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			settings, err := load(Environ())
			if err != nil {
				return err
			}
			return Print(cmd.OutOrStdout(), settings)
		},
	})
	return c
}
