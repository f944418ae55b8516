package command

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/strategy"
)

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
		Long: "Print the tables of law that the engine judges by, with their sources: of one place, or of all that have periods of their own.\n" +
			"The places: " + strings.Join(codes(), ", ") + ".",
		Args: cobra.MaximumNArgs(1),
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
		country, region, _ := strings.Cut(strings.ToUpper(place), "-")
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
