package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

func reconcileCommand() *cobra.Command {
	var lift bool
	var hold, until string
	l := record.Lift{By: debt.Actor{Role: debt.Operator}}
	c := &cobra.Command{
		Use:   "reconcile [--lift [--until INSTANT] [--assume sent|nothing] | --hold REASON]",
		Short: "Say whether the record was restored to an earlier point, and let it go on",
		Long: "A record that PostgreSQL was restored to an earlier point of does not know what was sent since.\n" +
			"It accepts facts, and sends nothing until --lift says what may have gone out:\n\n" +
			"  sent     all that was due from the record's last instant until --until. It is put on the cases\n" +
			"           as messages of unknown outcome: they count for caps, and are not sent again.\n" +
			"  nothing  none of it: the cases go on from where the record stands.\n\n" +
			"Report payments, promises and answers that were lost again before lifting. Cut off, --lift is run\n" +
			"again and goes on. --hold says that the record was restored where it cannot notice by itself.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			if !lift && (until != "" || l.Assume != "" || l.Note != "") {
				return errors.New("--until, --assume and --note say how a restore is lifted: they go with --lift")
			}
			p, err := open(cmd, lift)
			if err != nil {
				return err
			}
			defer p.Close()
			switch {
			case hold != "":
				if err := p.Store.DeclareRestored(ctx, hold); err != nil {
					return err
				}
			case lift:
				if l.Until, err = instant(until); err != nil {
					return err
				}
				return p.lift(ctx, cmd.OutOrStdout(), l)
			}
			return p.showRestored(ctx, cmd.OutOrStdout())
		},
	}
	c.Flags().BoolVar(&lift, "lift", false, "let the cases go on")
	c.Flags().StringVar(&until, "until", "", "the last instant at which a message may have gone out, as 2026-12-31T18:00:00Z; when the restore was noticed, where left out")
	c.Flags().StringVar(&l.Assume, "assume", "", "what was due until then: sent (where left out) or nothing")
	c.Flags().StringVar(&l.Note, "note", "", "why, for the record of each case")
	c.Flags().StringVar(&hold, "hold", "", "hold everything, since the record was restored: how that is known")
	c.MarkFlagsMutuallyExclusive("lift", "hold")
	return c
}

// instant reads an instant with its offset; nothing is none.
func instant(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, errors.New("--until is an instant with its offset, such as 2026-12-31T18:00:00Z")
	}
	return at.UTC().Truncate(time.Microsecond), nil
}

// lift lets a restored record go on, and wakes its cases. Those that cannot be
// woken now the relay wakes.
func (p *Parts) lift(ctx context.Context, w io.Writer, l record.Lift) error {
	l.Mode = p.Office.Mode
	done, wake, err := p.Store.Reconcile(ctx, l)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s of unknown outcome put on the record of %s; %s that had begun, parked\n",
		counted(done.Messages, "message"), counted(done.Cases, "open case"), counted(done.Reserved, "send"))
	if done.Left != "" {
		fmt.Fprintf(w, "some that had begun could not be parked, and the workers try again: %s\n", done.Left)
	}
	for _, id := range wake {
		if err := p.Waker.Wake(ctx, id); err != nil {
			fmt.Fprintf(w, "the stop is lifted; Temporal does not answer (%v), and the workers wake the cases once it does\n", err)
			return nil
		}
	}
	fmt.Fprintln(w, "the stop is lifted: the cases go on")
	return nil
}

// showRestored says whether the record is held, and why.
func (p *Parts) showRestored(ctx context.Context, w io.Writer) error {
	r, held, err := p.Store.Restored(ctx)
	if err != nil {
		return err
	}
	for _, what := range r.Blind {
		fmt.Fprintf(w, "PostgreSQL does not let be asked whether this is %s: a restore that shows by that alone is not noticed\n", what)
	}
	if !held {
		fmt.Fprintln(w, "the record goes on: it is not known to have been restored")
		return nil
	}
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(out, "held since\t%s\tfound out by: %s\n", r.Since.Format(time.RFC3339), r.Found)
	fmt.Fprintf(out, "the record ends at\t%s\n", r.Last.Format(time.RFC3339))
	fmt.Fprintf(out, "open cases\t%d\t%d of them had something due in between\n", r.Open, r.Due)
	fmt.Fprintf(out, "sends begun and not ended\t%d\n", r.Reserved)
	if r.Assume != "" {
		fmt.Fprintf(out, "being lifted\tuntil %s\tassuming %s: run reconcile --lift again to go on\n", r.Until.Format(time.RFC3339), r.Assume)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	_, err = fmt.Fprint(w, "\nWhat was sent after the record's end is not on it, so that nothing goes out. Report again what was lost since\n"+
		"(payments, promises, answers), then run reconcile --lift: with --until INSTANT where sending ended earlier,\n"+
		"and with --assume nothing only where no message went out. reconcile --help says more.\n")
	return err
}
