package store

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/strategy"
)

// columns are what a row says, by column: text, an instant, or nil.
type columns map[string]any

// derived are the rows that events add up to, by table and by key within it.
type derived struct {
	rows map[string]map[string]columns
	c    *debt.Case
	at   moment       // of the event that is being followed
	off  money.Amount // given up since the case was last open
}

// moment is when something is on the record. The row may say less where the
// machine's clock had been set back: then the event took the instant of the one
// before it, which is the last one that the row could say.
type moment struct {
	time.Time
	atMost bool
}

// derive follows events to the rows that they make, as project writes them.
func derive(events []debt.Event) *derived {
	x := &derived{rows: map[string]map[string]columns{}, c: &debt.Case{}}
	for _, table := range projections {
		x.rows[table.name] = map[string]columns{}
	}
	for i, e := range events {
		x.at = moment{e.At, i > 0 && !e.At.After(events[i-1].At)}
		before := x.c.Stage
		x.c.Apply(e)
		x.booked(e)
		x.agreed(e.Fact)
		x.worked(e.Fact)
		if before != debt.Closed && x.c.Stage == debt.Closed {
			for _, h := range x.rows["holds"] {
				if h["ended_at"] == nil {
					h["ended_at"] = x.at
				}
			}
		}
	}
	x.rows["cases"] = map[string]columns{"": caseColumns(x.c, x.at)}
	return x
}

func (x *derived) put(table, key string, row columns) { x.rows[table][key] = row }

// set changes a row, where there is one.
func (x *derived) set(table, key string, change columns) {
	for name, v := range change {
		if row, ok := x.rows[table][key]; ok {
			row[name] = v
		}
	}
}

// booked adds to the ledger. A day that was the debtor's today is not compared:
// they may have moved since.
func (x *derived) booked(e debt.Event) {
	lines := linesOf(x.c, e.Fact, calendar.Date{})
	for n, l := range lines {
		row := columns{"kind": l.kind, "component": string(l.part), "amount": l.sum.Decimal(), "currency": x.c.Principal.Currency, "payment": l.payment}
		if l.kind == "write_off" && l.part == "" {
			x.off = x.off.Plus(l.sum)
		} else {
			row["effective"] = l.on.String()
		}
		x.put("ledger_entries", fmt.Sprintf("%d/%d", e.Seq, n), row)
	}
	if _, ok := e.Fact.(debt.CaseReopened); ok {
		if x.off.Cents != 0 {
			x.put("ledger_entries", fmt.Sprintf("%d/0", e.Seq), columns{"kind": "reversal", "component": "", "amount": x.off.Neg().Decimal(),
				"currency": x.off.Currency, "payment": ""})
		}
		x.off = money.Amount{} // once
	}
}

// agreed keeps promises, holds and disputes.
func (x *derived) agreed(fact debt.Fact) {
	switch f := fact.(type) {
	case debt.PromiseMade:
		x.put("promises", f.ID, columns{"amount": f.Amount.Decimal(), "currency": f.Amount.Currency, "pay_by": f.PayBy.String(),
			"grace_end": f.GraceEnd.String(), "state": "running", "made_at": x.at, "ended_at": nil})
	case debt.PromiseEnded:
		x.set("promises", f.Promise, columns{"state": string(f.State), "ended_at": x.at})
	case debt.HoldPlaced:
		x.put("holds", f.Hold.ID, columns{"reason": string(f.Hold.Reason), "until": f.Hold.Until.String(), "placed_at": x.at, "ended_at": nil})
	case debt.HoldExtended:
		x.set("holds", f.Hold, columns{"until": f.Until.String()})
	case debt.HoldEnded:
		x.set("holds", f.Hold, columns{"ended_at": x.at})
	case debt.Disputed:
		x.put("disputes", f.ID, columns{"reason": f.Reason, "state": "open", "opened_at": x.at, "ended_at": nil})
	case debt.DisputeResolved:
		x.set("disputes", f.Dispute, columns{"state": f.State, "ended_at": x.at})
	}
}

// worked keeps messages and handoffs.
func (x *derived) worked(fact debt.Fact) {
	switch f := fact.(type) {
	case debt.MessageReserved:
		x.put("messages", f.Mark.Message, columns{"state": "reserved"})
	case debt.MessageEnded:
		x.set("messages", f.Message, columns{"state": f.State})
	case debt.HandoffOffered:
		x.put("handoffs", f.Handoff.ID, columns{"firm_id": f.Handoff.Firm, "until": f.Handoff.Until.String(), "state": "offered",
			"offered_at": x.at, "ended_at": nil})
	case debt.HandoffEnded:
		change := columns{"state": f.State, "ended_at": x.at}
		if f.State == "accepted" {
			change["ended_at"] = nil
		}
		x.set("handoffs", f.Handoff, change)
	}
}

// caseColumns is the case's own row, but for what it does next.
func caseColumns(c *debt.Case, last moment) columns {
	holds := make([]string, len(c.Holds))
	for i, h := range c.Holds {
		holds[i] = string(h.Reason)
	}
	row := columns{"stage": string(c.Stage), "outcome": string(c.Outcome), "open_principal": c.OpenPrincipal().Decimal(),
		"principal": c.Principal.Decimal(), "currency": c.Principal.Currency, "strategy": c.Strategy, "holds": strings.Join(holds, ","),
		"creditor_id": c.Creditor, "reference": c.Reference, "country": c.Country, "region": c.Region, "due_on": c.Claim.Due.String(),
		"opened_at": moment{Time: c.Opened}, "closed_at": nil, "last_at": moment{Time: last.Time}}
	if !c.ClosedAt.IsZero() {
		row["closed_at"] = moment{Time: c.ClosedAt}
	}
	return row
}

// nextColumns are the columns that repeat what the case does next, by what it
// does next; final is whether anything is.
func nextColumns(next strategy.Decision) columns {
	row := columns{"next_do": string(next.Do), "next_at": nil, "next_final": "false"}
	if !next.At.IsZero() {
		row["next_at"] = moment{Time: next.At}
	}
	if next.Final() {
		row["next_final"] = "true"
	}
	return row
}

// differences names what a row, as it is kept, does not say as its events do.
func differences(where string, kept, want columns) (out []string) {
	for name, v := range want {
		if !agrees(kept[name], v) {
			out = append(out, fmt.Sprintf("%s.%s is %s, its events say %s", where, name, shown(kept[name]), shown(v)))
		}
	}
	slices.Sort(out)
	return out
}

func agrees(kept, want any) bool {
	m, ok := want.(moment)
	if !ok {
		return kept == want
	}
	at, ok := kept.(time.Time)
	if !ok {
		return false
	}
	at, due := at.UTC().Truncate(time.Microsecond), m.UTC().Truncate(time.Microsecond)
	return at.Equal(due) || m.atMost && at.Before(due)
}

func shown(v any) string {
	switch v := v.(type) {
	case nil:
		return "empty"
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case moment:
		return v.UTC().Format(time.RFC3339Nano)
	}
	return fmt.Sprintf("%q", v)
}
