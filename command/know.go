package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/intake"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/strategy"
)

// importPoll is how often a running import is asked how far it is.
const importPoll = 500 * time.Millisecond

func importCommand() *cobra.Command {
	var creditor string
	var wait bool
	c := &cobra.Command{
		Use:   "import FILE --creditor ID",
		Short: "Take in a CSV file of debts; the same file again changes nothing",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			p, err := open(cmd, false)
			if err != nil {
				return err
			}
			defer p.Close()
			f, err := os.Open(args[0])
			if err != nil {
				return fmt.Errorf("import: %w", err)
			}
			defer f.Close()
			today, err := todayOf(ctx, p.Store, creditor)
			if err != nil {
				return err
			}
			rows, err := intake.ReadCSV(f, creditor, today)
			if err != nil {
				return fmt.Errorf("import %s: %w", args[0], err)
			}
			i, err := p.Store.StartImport(ctx, creditor, args[0], rows)
			if err != nil {
				return err
			}
			for wait && i.State != "done" {
				select {
				case <-ctx.Done():
					return ctx.Err()
				case <-time.After(importPoll):
				}
				if i, err = p.Store.Import(ctx, i.ID); err != nil {
					return err
				}
			}
			return printImport(cmd.OutOrStdout(), i)
		},
	}
	c.Flags().StringVar(&creditor, "creditor", "", "id of the creditor whose debts these are")
	c.Flags().BoolVar(&wait, "wait", true, "wait until the workers have taken every row in")
	if err := c.MarkFlagRequired("creditor"); err != nil {
		panic(err) // the flag is defined two lines above
	}
	return c
}

// todayOf is the day where a creditor is, by which the API reads a file too.
func todayOf(ctx context.Context, s *store.Store, creditor string) (calendar.Date, error) {
	owed, err := s.Creditor(ctx, creditor)
	if err != nil {
		return calendar.Date{}, fmt.Errorf("import: %w", err)
	}
	place, err := calendar.PlaceOf(owed.Country, owed.PostalCode, "")
	if err != nil {
		return calendar.Date{}, fmt.Errorf("where creditor %s is: %w", owed.ID, err)
	}
	now, err := s.Now(ctx)
	if err != nil {
		return calendar.Date{}, fmt.Errorf("import: %w", err)
	}
	return calendar.DateOf(now.In(place.Zone())), nil
}

// printImport tells how an import went; rows that were rejected are an error,
// so that a script notices.
func printImport(w io.Writer, i record.Import) error {
	fmt.Fprintf(w, "import %s: %s; %s, %s, %d known already, %d rejected\n", i.ID, i.State, counted(i.Total, "row"),
		counted(i.Accepted, "new case"), i.Known, i.Rejected)
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, e := range i.Errors {
		fmt.Fprintf(out, "row %d\t%s\t%s\t%s\n", e.Row, e.Field, e.Rule, e.Detail)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if i.Rejected > 0 {
		return fmt.Errorf("%d of %s rejected", i.Rejected, counted(i.Total, "row"))
	}
	return nil
}

// counted is a number of things, in its own number.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func strategyCommand() *cobra.Command {
	c := &cobra.Command{Use: "strategy", Short: "Plans of action: check one"}
	c.AddCommand(&cobra.Command{
		Use: "check FILE…", Short: "Say what is wrong with a strategy, with line and reason", Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			wrong := 0
			for _, name := range files {
				text, err := os.ReadFile(name)
				if err != nil {
					return fmt.Errorf("check a strategy: %w", err)
				}
				problems := strategy.Check(text)
				wrong += len(problems)
				for _, p := range problems {
					fmt.Fprintf(cmd.OutOrStdout(), "%s: %s\n", name, p)
				}
				if len(problems) == 0 {
					fmt.Fprintf(cmd.OutOrStdout(), "%s: good\n", name)
				}
			}
			if wrong > 0 {
				return errors.New(counted(wrong, "problem"))
			}
			return nil
		},
	})
	return c
}

// known are the places whose law is printed where none is named; the other
// regions of Spain differ from the common law in a flag alone.
var known = []string{"ES", "ES-CT", "ES-NC", "FR", "PT"}

func lawCommand() *cobra.Command {
	var markdown, own bool
	c := &cobra.Command{
		Use:   "law [COUNTRY[-REGION]]",
		Short: "Print the tables of law that the engine judges by, with their sources",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			laws, done, err := lawsFrom(cmd, own)
			if err != nil {
				return err
			}
			defer done()
			places, err := lawsOf(laws, args, markdown)
			if err != nil {
				return err
			}
			if markdown {
				return law.Page(cmd.OutOrStdout(), places)
			}
			for _, j := range places {
				if err := j.Print(cmd.OutOrStdout()); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&markdown, "markdown", false, "as a page to read and correct; without a place all of them, as docs/law.md")
	c.Flags().BoolVar(&own, "own", false, "with the rows of rates that operators added to the record at DATABASE_URL")
	c.AddCommand(lawCheckCommand(), lawLimitationCommand(), lawInterestCommand(), lawDeadlineCommand())
	return c
}

// lawsFrom gives the shipped laws, or those with the own rows of the record; done
// gives the record back.
func lawsFrom(cmd *cobra.Command, own bool) (laws law.Places, done func(), err error) {
	if !own {
		return countries.For, func() {}, nil
	}
	p, err := open(cmd, false)
	if err != nil {
		return nil, nil, err
	}
	if laws, err = p.Store.Laws(cmd.Context()); err != nil {
		p.Close()
		return nil, nil, err
	}
	return laws, p.Close, nil
}

// lawsOf are the laws of the place that is named; without one those of known,
// or of all places.
func lawsOf(laws law.Places, args []string, all bool) ([]*law.Jurisdiction, error) {
	if len(args) == 0 && all {
		args = codes()
	}
	if len(args) == 0 {
		args = known
	}
	out := make([]*law.Jurisdiction, 0, len(args))
	for _, place := range args {
		country, region, _ := strings.Cut(place, "-")
		j, ok := laws(country, region)
		if !ok {
			return nil, fmt.Errorf("the law of %s is not known: it must be one of %s", place, strings.Join(codes(), ", "))
		}
		out = append(out, j)
	}
	return out, nil
}

// codes lists the places with tables of their own.
func codes() (out []string) {
	for _, j := range countries.All() {
		out = append(out, j.Code)
	}
	return out
}
