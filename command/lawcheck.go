package command

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/recobro/recobro/law/worked"
)

// lawCheckCommand runs worked records; docs/law-records.md describes them.
func lawCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check FILE…",
		Short: "Run worked records of the law, and tell each field that comes out otherwise",
		Long: "Run worked records of the law: fenced yaml blocks of Markdown, or a YAML stream, as docs/law-records.md describes.\n" +
			"Each field that comes out otherwise is told with what was expected; so is what could not be read, with its line.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			var t worked.Tally
			out := cmd.OutOrStdout()
			for _, name := range files {
				text, err := os.ReadFile(name)
				if err != nil {
					return fmt.Errorf("check worked records: %w", err)
				}
				if err := t.Report(out, name, text); err != nil {
					return fmt.Errorf("check the worked records of %s: %w", name, err)
				}
			}
			fmt.Fprintln(out, t)
			if !t.Good() {
				return errors.New("records come out otherwise, or could not be read")
			}
			return nil
		},
	}
}
