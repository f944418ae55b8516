package demo

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
)

// Line is the live summary in one line: the day, cases per stage, messages,
// promises, money and lawyers.
func Line(now time.Time, t record.Totals) string {
	var stages []string
	for _, s := range debt.Stages {
		stages = append(stages, fmt.Sprintf("%s %d", short[s], t.Stages[s]))
	}
	return fmt.Sprintf("%s  %s | sent %d | promises kept %d broken %d | recovered %s | with lawyers %d",
		now.Format(time.DateOnly), strings.Join(stages, " "), t.MessageStates["sent"], t.PromisesKept, t.PromisesBroken,
		sums(t.Recovered), t.Handoffs["accepted"])
}

var short = map[debt.Stage]string{debt.Upcoming: "upcoming", debt.FriendlyContact: "friendly", debt.Reminders: "reminders",
	debt.Negotiation: "negotiation", debt.ExtrajudicialClaim: "claim", debt.LegalHandoff: "legal", debt.Closed: "closed"}

func sums(all []money.Amount) string {
	if len(all) == 0 {
		return "0.00"
	}
	var out []string
	for _, a := range all {
		out = append(out, a.String())
	}
	return strings.Join(out, " + ")
}

// Table prints where every case and every euro of principal has gone.
func Table(w io.Writer, t record.Totals) error {
	tw := tabwriter.NewWriter(w, 2, 0, 2, ' ', 0)
	fmt.Fprintf(tw, "cases\t%d\n", t.Cases)
	left := t.Cases
	for _, o := range debt.Outcomes {
		if n := t.Outcomes[o]; n > 0 {
			fmt.Fprintf(tw, "  closed, %s\t%d\n", o, n)
			left -= n
		}
	}
	for _, s := range debt.Stages {
		if n := t.Stages[s]; n > 0 && s != debt.Closed {
			fmt.Fprintf(tw, "  open in %s\t%d\n", s, n)
			left -= n
		}
	}
	fmt.Fprintf(tw, "  not accounted for\t%d\n", left)
	fmt.Fprintf(tw, "messages\n")
	for _, c := range sorted(t.Messages) {
		fmt.Fprintf(tw, "  %s\t%d\n", c, t.Messages[c])
	}
	fmt.Fprintf(tw, "promises made, kept, broken\t%d, %d, %d\n", t.PromisesMade, t.PromisesKept, t.PromisesBroken)
	fmt.Fprintf(tw, "disputes\t%d\n", t.Disputes)
	fmt.Fprintf(tw, "handoffs\n")
	for _, c := range sorted(t.Handoffs) {
		fmt.Fprintf(tw, "  %s\t%d\n", c, t.Handoffs[c])
	}
	fmt.Fprintf(tw, "received, with interest and compensation\t%s\n", sums(t.Recovered))
	for _, p := range t.Principal {
		open, given := in(t.OpenPrincipal, p.Currency), in(t.Given, p.Currency)
		fmt.Fprintf(tw, "principal submitted\t%s\n", p)
		fmt.Fprintf(tw, "  paid\t%s\n", p.Minus(open).Minus(given))
		fmt.Fprintf(tw, "  given up (disputes upheld, discounts, write-offs)\t%s\n", given)
		fmt.Fprintf(tw, "  still open\t%s\n", open)
	}
	return tw.Flush()
}

func in(all []money.Amount, currency string) money.Amount {
	for _, a := range all {
		if a.Currency == currency {
			return a
		}
	}
	return money.Of(0, currency)
}

func sorted(m map[string]int) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
