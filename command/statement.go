package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/recobro/recobro/bank"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
)

// bankLinesAtOnce is how many lines of a bank statement are worked in one round.
const bankLinesAtOnce = 500

// teller is who brings a statement by the command line.
var teller = debt.Actor{Role: debt.Operator, ID: "import"}

func statementCommand() *cobra.Command {
	var creditor string
	var shared bool
	c := &cobra.Command{
		Use:   "statement FILE (--creditor ID | --shared)",
		Short: "Take in a bank statement (camt.053, Norma 43), and book the payments that are sure; the same file again books nothing",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if creditor == "" && !shared {
				return errors.New("statement: --creditor is empty: say whose account it is")
			}
			content, err := readUpTo(args[0], bank.MaxBytes)
			if err != nil {
				return fmt.Errorf("statement: %w", err)
			}
			p, err := open(cmd, false)
			if err != nil {
				return err
			}
			defer p.Close()
			f, err := takeStatement(cmd.Context(), p.Store, record.BankFile{Creditor: creditor, Name: filepath.Base(args[0])}, content)
			if err != nil {
				return fmt.Errorf("statement %s: %w", args[0], err)
			}
			return printStatement(cmd.OutOrStdout(), f)
		},
	}
	c.Flags().StringVar(&creditor, "creditor", "", "id of the creditor whose account it is")
	c.Flags().BoolVar(&shared, "shared", false, "the account is the operator's: hold its lines against the cases of all creditors")
	c.MarkFlagsMutuallyExclusive("creditor", "shared")
	c.MarkFlagsOneRequired("creditor", "shared")
	return c
}

// readUpTo reads a file, of one that is larger than a limit one byte more: enough
// to see that it is.
func readUpTo(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit+1))
}

// takeStatement takes a file in and works its lines. The cases that were paid
// are woken by the workers, who find them on the record.
func takeStatement(ctx context.Context, s *store.Store, f record.BankFile, content []byte) (record.BankFile, error) {
	f, err := s.TakeStatements(ctx, f, content, teller)
	if err != nil {
		return f, err
	}
	for {
		worked, _, err := s.WorkBank(ctx, bankLinesAtOnce)
		if err != nil {
			return f, fmt.Errorf("its lines are kept, and the workers will book them: %w", err)
		}
		if worked == 0 {
			return s.BankFile(ctx, f.ID)
		}
	}
}

// printStatement tells what became of the lines of a statement.
func printStatement(w io.Writer, f record.BankFile) error {
	_, err := fmt.Fprintf(w, "statement %s: %s of %s; %d known already, %d booked, %d doubtful, %d unmatched, %d other, %d pending\n",
		f.ID, counted(f.Total, "line"), f.Format, f.Known, f.Booked, f.Doubtful, f.Unmatched, f.Other, f.Pending)
	if err == nil && len(f.Strange) > 0 {
		_, err = fmt.Fprintf(w, "look whether it is the right file: %s is not known as an account to be paid on\n", strings.Join(f.Strange, ", "))
	}
	return err
}
