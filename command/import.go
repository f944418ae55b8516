package command

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/intake"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
)

// importPoll is how often a running import is asked how far it is.
const importPoll = 500 * time.Millisecond

func importCommand() *cobra.Command {
	var creditor string
	var wait, dry bool
	c := &cobra.Command{
		Use:   "import FILE --creditor ID",
		Short: "Take in a CSV file of debts; the same file again changes nothing",
		Long: "Take in a CSV file of debts, as spreadsheets write it; the columns are the names of POST /v1/debts joined with\n" +
			"dots. Rows are kept first, and opened by the workers. The same file again is the same import and changes nothing.\n\n" +
			"With --dry-run every row is checked as the import would check it, and nothing is recorded. The exit status is 1\n" +
			"where a row is rejected.",
		Example: "  recobro import october.csv --creditor 0199… --dry-run",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := os.Open(args[0])
			if err != nil {
				return fmt.Errorf("import: %w", err)
			}
			defer f.Close()
			p, err := open(cmd, false)
			if err != nil {
				return err
			}
			defer p.Close()
			i, err := takeImport(cmd.Context(), p.Store, f, creditor, dry)
			if err != nil {
				return fmt.Errorf("import %s: %w", args[0], err)
			}
			if wait {
				if i, err = awaited(cmd, p.Store, i); err != nil {
					return err
				}
			}
			return printImport(cmd.OutOrStdout(), &i)
		},
	}
	c.Flags().StringVar(&creditor, "creditor", "", "id of the creditor whose debts these are")
	c.Flags().BoolVar(&wait, "wait", true, "wait until the workers have taken every row in")
	c.Flags().BoolVar(&dry, "dry-run", false, "say what would become of every row, and record nothing")
	if err := c.MarkFlagRequired("creditor"); err != nil {
		panic(err) // the flag is defined three lines above
	}
	return c
}

// takeImport puts the rows of a file on the record, or only tries them.
func takeImport(ctx context.Context, s *store.Store, f *os.File, creditor string, dry bool) (record.Import, error) {
	today, err := todayOf(ctx, s, creditor)
	if err != nil {
		return record.Import{}, err
	}
	rows, err := intake.ReadCSV(f, creditor, today)
	if err != nil {
		return record.Import{}, err
	}
	name := filepath.Base(f.Name())
	if dry {
		return s.TryImport(ctx, creditor, name, rows)
	}
	return s.StartImport(ctx, creditor, name, rows)
}

// todayOf is the day where a creditor is, by which the API reads a file too.
func todayOf(ctx context.Context, s *store.Store, creditor string) (calendar.Date, error) {
	owed, err := s.Creditor(ctx, creditor)
	if err != nil {
		return calendar.Date{}, err
	}
	place, err := calendar.PlaceOf(owed.Country, owed.PostalCode, "")
	if err != nil {
		return calendar.Date{}, fmt.Errorf("where creditor %s is: %w", owed.ID, err)
	}
	now, err := s.Now(ctx)
	if err != nil {
		return calendar.Date{}, err
	}
	return calendar.DateOf(now.In(place.Zone())), nil
}

// awaited waits until the workers have taken every row of an import in.
func awaited(cmd *cobra.Command, s *store.Store, i record.Import) (record.Import, error) {
	if i.State == "done" {
		return i, nil
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "import %s: %s kept; waiting for the workers to open them\n", i.ID, counted(i.Total, "row"))
	ctx := cmd.Context()
	for i.State != "done" {
		select {
		case <-ctx.Done():
			return i, fmt.Errorf("import %s: its rows are kept, and the workers go on with them: the same command again says how far they are", i.ID)
		case <-time.After(importPoll):
		}
		now, err := s.Import(ctx, i.ID)
		if err != nil && ctx.Err() == nil {
			return i, fmt.Errorf("import %s: its rows are kept, but how far they are cannot be asked: %w", i.ID, err)
		}
		if err == nil {
			i = now
		}
	}
	return i, nil
}

// printImport tells how an import went, or would go; rows that were rejected
// are an error, so that a script notices.
func printImport(w io.Writer, i *record.Import) error {
	head, made := "import "+i.ID+": "+i.State, counted(i.Accepted, "new case")
	switch {
	case i.DryRun && i.ID == "":
		head = "dry run, nothing was recorded"
	case i.DryRun:
		head = "dry run, nothing was recorded: this file is import " + i.ID + " already, and would change nothing"
	}
	fmt.Fprintf(w, "%s; %s, %s, %d known already, %d rejected\n", head, counted(i.Total, "row"), made, i.Known, i.Rejected)
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, part := range []struct {
		name  string
		lines []record.ImportError
	}{{"rejected", i.Errors}, {"accepted with a warning", i.Warnings}} {
		if len(part.lines) == 0 {
			continue
		}
		fmt.Fprintf(out, "%s:\n", part.name)
		for _, e := range part.lines {
			fmt.Fprintf(out, "  row %d\t%s\t%s\t%s\n", e.Row, e.Field, e.Rule, e.Detail)
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if i.Rejected > 0 {
		return fmt.Errorf("%d of %s rejected", i.Rejected, counted(i.Total, "row"))
	}
	return nil
}
