package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
)

// Totals sums up the installation: cases and what became of them, and money,
// each currency apart. Principal is what was submitted; of it OpenPrincipal is
// still claimed, Given was given up (adjusted, or open when its case closed),
// and the rest came in. Recovered is the money that came in, stands and was owed:
// what was paid above the balance is the debtor's, and so is all that was paid
// on what a dispute showed never to have been owed.
func (s *Store) Totals(ctx context.Context) (record.Totals, error) {
	t := record.Totals{Stages: map[debt.Stage]int{}, Outcomes: map[debt.Outcome]int{}, Holds: map[debt.HoldReason]int{},
		Messages: map[string]int{}, MessageStates: map[string]int{}, Handoffs: map[string]int{}}
	var b pgx.Batch
	b.Queue(`select stage, coalesce(outcome, ''), count(*) from cases group by stage, outcome`).Query(func(rows pgx.Rows) error {
		return each(rows, func(r pgx.Row) error {
			var stage debt.Stage
			var outcome debt.Outcome
			var n int
			err := r.Scan(&stage, &outcome, &n)
			t.Stages[stage] += n
			t.Cases += n
			if outcome == "" {
				t.Open += n
			} else {
				t.Outcomes[outcome] += n
			}
			return err
		})
	})
	count(&b, t.Holds, `select reason, count(*) from holds where ended_at is null group by reason`)
	count(&b, t.Messages, `select channel, count(*) from messages where state <> 'failed' group by channel`)
	count(&b, t.MessageStates, `select state, count(*) from messages group by state`)
	count(&b, t.Handoffs, `select state, count(*) from handoffs group by state`)
	b.Queue(`select (select count(*) from tasks where state = 'open'), (select count(*) from promises),
		(select count(*) from promises where state = 'kept'), (select count(*) from promises where state = 'broken'),
		(select count(*) from disputes)`).QueryRow(func(r pgx.Row) error {
		return r.Scan(&t.Tasks, &t.PromisesMade, &t.PromisesKept, &t.PromisesBroken, &t.Disputes)
	})
	// What came off the principal of a case beside payments is what its
	// adjustments took, and what was open when it closed.
	b.Queue(`select c.currency, (sum(c.principal) * 100)::bigint,
			(sum(c.open_principal) filter (where c.open) * 100)::bigint,
			(sum(coalesce(a.given, 0) + case when c.open then 0 else c.open_principal end) * 100)::bigint,
			(sum(case when c.outcome = 'upheld' then 0 else coalesce(a.received, 0) end) * 100)::bigint
		from cases c left join (
			select case_id, -sum(amount) filter (where kind = 'adjustment' or kind = 'write_off' and component is not null) as given,
				-sum(amount) filter (where kind in ('payment', 'bounce', 'payment_reversal'))
					+ coalesce(sum(amount) filter (where component is null and kind in ('credit', 'reversal')), 0) as received
			from ledger_entries where kind in ('adjustment', 'payment', 'bounce', 'payment_reversal', 'credit')
				or kind = 'write_off' and component is not null or kind = 'reversal' and payment <> ''
			group by case_id) a on a.case_id = c.id
		group by c.currency order by c.currency`).Query(func(rows pgx.Rows) error {
		return each(rows, func(r pgx.Row) error {
			var currency string
			var principal, given, received int64
			var open *int64
			if err := r.Scan(&currency, &principal, &open, &given, &received); err != nil {
				return err
			}
			if open == nil {
				open = new(int64)
			}
			t.Principal = append(t.Principal, money.Of(principal, currency))
			t.OpenPrincipal = append(t.OpenPrincipal, money.Of(*open, currency))
			t.Given = append(t.Given, money.Of(given, currency))
			t.Recovered = append(t.Recovered, money.Of(received, currency))
			return nil
		})
	})
	if err := run(ctx, s.pool, &b); err != nil {
		return t, fmt.Errorf("sum up: %w", err)
	}
	return t, nil
}

// count queues a query of names with their counts.
func count[K ~string](b *pgx.Batch, into map[K]int, sql string) {
	b.Queue(sql).Query(func(rows pgx.Rows) error {
		return each(rows, func(r pgx.Row) error {
			var k string
			var n int
			err := r.Scan(&k, &n)
			into[K(k)] = n
			return err
		})
	})
}
