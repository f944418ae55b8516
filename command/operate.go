package command

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/worker"
	"github.com/recobro/recobro/workflows"
)

func migrateCommand() *cobra.Command {
	var only bool
	c := &cobra.Command{
		Use: "migrate", Short: "Bring PostgreSQL's schema and Temporal's namespace to this version", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			p, err := open(cmd, !only)
			if err != nil {
				return err
			}
			defer p.Close()
			if err := store.Migrate(ctx, p.Config.DatabaseURL); err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), "PostgreSQL: the schema is this version's")
			if only {
				return nil
			}
			if err := PrepareNamespace(ctx, p.Temporal, p.Namespace); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "Temporal: namespace %s is ready\n", p.Namespace)
			return nil
		},
	}
	c.Flags().BoolVar(&only, "only-database", false, "leave Temporal alone")
	return c
}

func recoverCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "recover",
		Short: "Wake every open case, as after the loss of Temporal's database",
		Long: "Wake every open case from the record in PostgreSQL. Cases whose workflow still runs only look\n" +
			"again; those that have none get one. It may be run at any time, and again.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			p, err := open(cmd, true)
			if err != nil {
				return err
			}
			defer p.Close()
			if err := PrepareNamespace(ctx, p.Temporal, p.Namespace); err != nil {
				return err
			}
			unknown, err := p.parkLost(ctx)
			if err != nil {
				return err
			}
			woken, err := worker.Recover(ctx, p.Store, p.Waker)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s woken, %s of unknown outcome parked\n", counted(woken, "open case"), counted(unknown, "send"))
			return nil
		},
	}
}

// parkLost turns the sends whose workers are gone into sends of unknown outcome.
// One that a worker may still be at is left alone: its provider will answer.
func (p *Parts) parkLost(ctx context.Context) (int, error) {
	return p.Store.ExpireReservations(ctx, 2*workflows.ActLimit)
}

func advanceCommand() *cobra.Command {
	var days int
	var to string
	var resume bool
	c := &cobra.Command{
		Use:   "advance (--days N | --to DATE | --resume)",
		Short: "Move the whole installation forward in time, action by action",
		Long: "Move the business clock forward. Every case acts at its instant, through its real workflow, on\n" +
			"the running workers. Only where RECOBRO_TIME_MACHINE=true allows it and every channel is outbox.\n\n" +
			"While it works the clock stands still between the actions. Cut off, it is gone on with by running it\n" +
			"again; --resume instead lets the clock run on from where it was left standing.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := open(cmd, true)
			if err != nil {
				return err
			}
			defer p.Close()
			if err := p.reachTemporal(cmd.Context()); err != nil {
				return p.stranded(cmd, fmt.Errorf("%w: nothing was moved", err))
			}
			if resume {
				return p.resume(cmd)
			}
			return p.advance(cmd, days, to)
		},
	}
	c.Flags().IntVar(&days, "days", 0, "how many days")
	c.Flags().StringVar(&to, "to", "", "the day to stop at, as 2026-12-31")
	c.Flags().BoolVar(&resume, "resume", false, "let a clock that was left standing run on from there")
	c.MarkFlagsMutuallyExclusive("days", "to", "resume")
	c.MarkFlagsOneRequired("days", "to", "resume")
	return c
}

// answerTimeout is how long Temporal may take to say that it is there.
const answerTimeout = 10 * time.Second

// reachTemporal asks Temporal whether it is there. Without it no case would
// act, and the clock would be stopped for nothing.
func (p *Parts) reachTemporal(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	if _, err := p.Temporal.CheckHealth(ctx, &client.CheckHealthRequest{}); err != nil {
		return fmt.Errorf("no answer from Temporal at %s (%w)", p.Config.TemporalAddress, err)
	}
	return nil
}

// advance moves the installation through time, and prints each day.
func (p *Parts) advance(cmd *cobra.Command, days int, to string) error {
	ctx, m := cmd.Context(), p.Machine()
	if err := m.Refuse(); err != nil {
		return err
	}
	now, err := p.Store.Now(ctx)
	if err != nil {
		return err
	}
	until, err := target(now, days, to)
	if err != nil {
		return err
	}
	day := ""
	err = m.Advance(ctx, until, func(at time.Time) {
		if d := at.Format(time.DateOnly); d != day {
			day = d
			fmt.Fprintln(cmd.OutOrStdout(), d)
		}
	})
	return p.stranded(cmd, err)
}

// resume lets a clock that was left standing run again.
func (p *Parts) resume(cmd *cobra.Command) error {
	now, _, frozen, err := p.Store.ClockState(cmd.Context())
	if err != nil {
		return err
	}
	if !frozen {
		fmt.Fprintf(cmd.OutOrStdout(), "the business clock runs already: it is %s\n", now.Format(time.RFC3339))
		return nil
	}
	if err := p.Machine().Resume(cmd.Context()); err != nil {
		return p.stranded(cmd, err)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "the business clock runs again, from %s\n", now.Format(time.RFC3339))
	return nil
}

// stranded adds to why an advance ended how to go on, where the clock was left
// standing.
func (p *Parts) stranded(cmd *cobra.Command, err error) error {
	if err == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(cmd.Context()), answerTimeout)
	defer cancel()
	name := cmd.Root().Name()
	switch now, _, frozen, unknown := p.Store.ClockState(ctx); {
	case unknown != nil:
		return fmt.Errorf("%w\nThe business clock may stand still: run %s advance again to go on, or %s advance --resume to let it run", err, name, name)
	case frozen:
		return fmt.Errorf("%w\nThe business clock stands still at %s: run %s advance again to go on from there, or %s advance --resume to let it run",
			err, now.Format(time.RFC3339), name, name)
	}
	return err
}

// target is the instant to advance to.
func target(now time.Time, days int, to string) (time.Time, error) {
	if to == "" {
		if days < 1 {
			return time.Time{}, errors.New("--days must be at least 1")
		}
		return now.Add(time.Duration(days) * 24 * time.Hour), nil
	}
	d, err := calendar.Parse(to)
	if err != nil {
		return time.Time{}, fmt.Errorf("--to: %w", err)
	}
	at := d.UTC()
	if !at.After(now) {
		return time.Time{}, fmt.Errorf("--to %s is not after the installation's present instant, %s", to, now.Format(time.RFC3339))
	}
	return at, nil
}

func verifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify CASE…",
		Short: "Check that a case's record is whole: its chain unbroken, its rows the sum of its events",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, cases []string) error {
			ctx := cmd.Context()
			p, err := open(cmd, false)
			if err != nil {
				return err
			}
			defer p.Close()
			var broken []error
			for _, id := range cases {
				if err := p.Store.Verify(ctx, id); err != nil {
					broken = append(broken, fmt.Errorf("case %s: %w", id, err))
					continue
				}
				fmt.Fprintf(cmd.OutOrStdout(), "case %s: whole\n", id)
			}
			return errors.Join(broken...)
		},
	}
}

func keysCommand() *cobra.Command {
	c := &cobra.Command{Use: "keys", Short: "API keys: create, list, revoke"}
	var k record.Key
	var role string
	create := &cobra.Command{
		Use: "create", Short: "Create an API key and print its secret, this once", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			k.Role = debt.Role(role)
			if err := checkKey(k); err != nil {
				return err
			}
			p, err := open(cmd, false)
			if err != nil {
				return err
			}
			defer p.Close()
			made, secret, err := p.Store.NewKey(cmd.Context(), k)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "key %s (%s): its secret is shown this once\n", made.ID, made.Role)
			fmt.Fprintln(cmd.OutOrStdout(), secret)
			return nil
		},
	}
	create.Flags().StringVar(&role, "role", "operator", "operator, supervisor, agent, creditor or lawyer")
	create.Flags().StringVar(&k.Creditor, "creditor", "", "id of the creditor, for a creditor's key")
	create.Flags().StringVar(&k.Firm, "firm", "", "id of the law firm, for a lawyer's key")
	create.Flags().StringVar(&k.Label, "label", "", "what it is for")
	c.AddCommand(create, keysListCommand(), keysRevokeCommand())
	return c
}

func checkKey(k record.Key) error {
	switch k.Role {
	case debt.Operator, debt.Supervisor, debt.Agent:
		return nil
	case debt.Creditor:
		if k.Creditor == "" {
			return errors.New("a creditor's key needs --creditor")
		}
		return nil
	case debt.Lawyer:
		if k.Firm == "" {
			return errors.New("a lawyer's key needs --firm")
		}
		return nil
	}
	return fmt.Errorf("--role %s: it must be operator, supervisor, agent, creditor or lawyer", k.Role)
}

func keysListCommand() *cobra.Command {
	var creditor string
	c := &cobra.Command{
		Use: "list", Short: "List the keys, without their secrets", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := open(cmd, false)
			if err != nil {
				return err
			}
			defer p.Close()
			keys, err := p.Store.Keys(cmd.Context(), creditor)
			if err != nil {
				return err
			}
			out := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(out, "KEY\tROLE\tOF\tLABEL\tCREATED\tREVOKED")
			for _, k := range keys {
				fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\n", k.ID, k.Role, k.Creditor+k.Firm, k.Label, day(k.Created), day(k.Revoked))
			}
			return out.Flush()
		},
	}
	c.Flags().StringVar(&creditor, "creditor", "", "only this creditor's")
	return c
}

func keysRevokeCommand() *cobra.Command {
	return &cobra.Command{
		Use: "revoke KEY", Short: "Revoke a key at once", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := open(cmd, false)
			if err != nil {
				return err
			}
			defer p.Close()
			return p.Store.RevokeKey(cmd.Context(), args[0])
		},
	}
}

func day(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format(time.DateOnly)
}
