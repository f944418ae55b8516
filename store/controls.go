package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// readOff reads what the row says is off.
func (h *held) readOff(off []byte) error {
	if off == nil {
		return nil
	}
	if err := json.Unmarshal(off, &h.off); err != nil {
		return fmt.Errorf("read what is off with case %s: %w", h.c.ID, err)
	}
	return nil
}

// known gives faults the day since which the row has them.
func (h *held) known(faults []strategy.Fault) []strategy.Fault {
	for i := range faults {
		f := &faults[i]
		for _, was := range h.off {
			if was.Rule == f.Rule && was.Of == f.Of && was.On == f.On && was.From.Before(f.From) {
				f.From = was.From
			}
		}
	}
	return faults
}

// writeOff gives faults as the row keeps them, and the first of their days; NULL
// for none.
func writeOff(faults []strategy.Fault) (off []byte, first *calendar.Date, err error) {
	for i := range faults {
		if f := &faults[i]; first == nil || f.From.Before(*first) {
			first = &f.From
		}
	}
	if first != nil {
		off, err = json.Marshal(faults)
	}
	return off, first, err
}

// controls are the statements that find what is off, $1 being the business day
// and $2 the instant before which an act is overdue. Each reads one small index,
// in which nothing is that is well. What was to end by itself and has not is told
// as that. Where a person has been asked already, their task says so when its day
// is over.
const controls = `
	select c.id as case_id, c.creditor_id, c.reference, c.stage, x.rule, coalesce(x.of, '') as of, '' as what, x."from" as since, x."on" as day
	from cases c cross join lateral jsonb_to_recordset(c.off) as x(rule text, of text, "from" date, "on" date)
	where c.open and c.off_on <= $1 and x."from" <= $1
		and not (x.rule in ('no_next_action', 'limitation_near') and exists (select from tasks t
			where t.case_id = c.id and t.state = 'open' and (x.rule = 'no_next_action' and t.kind <> 'look_again' or starts_with(t.kind, 'limitation_'))))
	union all
	select c.id, c.creditor_id, c.reference, c.stage, case c.next_do when 'Control' then 'control_overdue'
			when 'EndHold' then 'hold_over' when 'ReviewHold' then 'hold_over' when 'BreakPromise' then 'promise_overdue'
			when 'DefaultPlan' then 'plan_overdue' when 'LapseHandoff' then 'handoff_overdue' else 'action_overdue' end,
		coalesce(c.next ->> 'target', ''), c.next_do, (c.next_at at time zone 'UTC')::date, (c.next_at at time zone 'UTC')::date
	from cases c where c.open and c.next_at < $2
	union all
	select c.id, c.creditor_id, c.reference, c.stage, 'task_overdue', t.id, t.kind, t.due_on + 1, t.due_on
	from tasks t join cases c on c.id = t.case_id where t.state = 'open' and t.due_on < $1
	union all
	select c.id, c.creditor_id, c.reference, c.stage, 'outcome_unknown', m.id, m.letter, (m.ended_at at time zone 'UTC')::date,
		(m.ended_at at time zone 'UTC')::date
	from messages m join cases c on c.id = m.case_id where m.state = 'unknown'`

// Controls lists what is off by case, after the cursor, as the filter says. A
// portfolio that is well gives nothing.
func (s *Store) Controls(ctx context.Context, f record.ControlFilter) (record.Controls, error) {
	out := record.Controls{}
	now, err := s.Now(ctx)
	if err != nil {
		return out, err
	}
	out.At = now
	c := &conditions{args: []any{calendar.DateOf(now), now.Add(-overdueAfter)}}
	c.text(`creditor_id = $`, f.Creditor)
	c.text(`rule = $`, f.Rule)
	if f.After != "" {
		of, rest, _ := strings.Cut(f.After, "/")
		rule, what, _ := strings.Cut(rest, "/")
		c.where = append(c.where, fmt.Sprintf("(case_id, rule, of) > (%s, %s, %s)", c.arg(of), c.arg(rule), c.arg(what)))
	}
	rows, err := s.pool.Query(ctx, `select case_id, creditor_id, reference, stage, rule, of, what, since, day from (`+controls+`) x where `+
		c.all()+fmt.Sprintf(` order by case_id, rule, of limit %d`, page(f.Limit)), c.args...)
	if err != nil {
		return out, fmt.Errorf("list what is off: %w", err)
	}
	out.Found, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (x record.Finding, err error) {
		err = r.Scan(&x.Case, &x.Creditor, &x.Reference, &x.Stage, &x.Rule, &x.Of, &x.What, &x.Since, &x.On)
		return x, err
	})
	if err != nil {
		return out, fmt.Errorf("list what is off: %w", err)
	}
	return out, nil
}

// countOff queues how much is off, by rule.
func countOff(b *pgx.Batch, into map[string]int, now time.Time) {
	for _, rule := range strategy.Rules {
		into[rule] = 0
	}
	b.Queue(`select rule, count(*) from (select rule from (`+controls+`) x limit $3) x group by rule`,
		calendar.DateOf(now), now.Add(-overdueAfter), mostCounted).Query(func(rows pgx.Rows) error {
		return each(rows, func(r pgx.Row) error {
			var rule string
			var n int
			err := r.Scan(&rule, &n)
			into[rule] = n
			return err
		})
	})
}
