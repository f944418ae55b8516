package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/store"
)

// rules are what must hold of the record at rest; each query lists what breaks
// it. $1 is the business instant.
var rules = []struct{ name, query string }{
	{"every open case has an action that lies ahead", `
		select id from cases where open and next_at <= $1`},
	{"every case's workflow was told of all that happened", `
		select id from cases where (decided_seq < last_seq or nudged) and $1::timestamptz is not null`},
	{"every message has its decision in the timeline", `
		select m.id from messages m where $1::timestamptz is not null and not exists (
			select from events e join event_payloads p using (case_id, seq)
			where e.case_id = m.case_id and e.kind = 'message_reserved'
			and convert_from(p.payload, 'UTF8')::jsonb -> 'mark' ->> 'message' = m.id)`},
	{"no message is still under way, or of unknown outcome", `
		select id from messages where state in ('reserved', 'unknown') and $1::timestamptz is not null`},
	{"at most two collection messages reach a person in seven days", `
		select distinct a.person_id from contacts a
		join persons p on p.id = a.person_id
		where a.purpose = 'collection' and a.channel <> 'phone' and $1::timestamptz is not null and (
			select count(distinct coalesce(b.message_id, b.id::text)) from contacts b
			where b.person_id = a.person_id and b.purpose = 'collection' and b.channel <> 'phone'
			and b.at <= a.at and (b.at at time zone p.zone)::date > (a.at at time zone p.zone)::date - 7) > 2`},
	{"at most three calls are set for a person in seven days", `
		select distinct a.person_id from contacts a
		join persons p on p.id = a.person_id
		where a.channel = 'phone' and $1::timestamptz is not null and (
			select count(*) from contacts b
			where b.person_id = a.person_id and b.channel = 'phone'
			and b.at <= a.at and (b.at at time zone p.zone)::date > (a.at at time zone p.zone)::date - 7) > 3`},
	{"nothing is collected between the payment that settles and the closing", `
		select c.case_id from events c
		join lateral (select max(seq) as paid from events e where e.case_id = c.case_id and e.kind = 'payment_received' and e.seq < c.seq) l on true
		join event_payloads cp on cp.case_id = c.case_id and cp.seq = c.seq
		join events m on m.case_id = c.case_id and m.kind = 'message_reserved' and m.seq > l.paid and m.seq < c.seq
		where c.kind = 'case_closed' and convert_from(cp.payload, 'UTF8')::jsonb ->> 'outcome' = 'paid' and $1::timestamptz is not null`},
	{"the principal that is open is what the ledger says", `
		select c.id from cases c where $1::timestamptz is not null and c.open_principal <> (
			select coalesce(sum(l.amount), 0) from ledger_entries l
			where l.case_id = c.id and l.component = 'principal')`},
	{"every payment that stands is imputed to the cent", `
		select case_id from ledger_entries where payment <> '' and $1::timestamptz is not null group by case_id, payment
		having coalesce(sum(amount) filter (where kind in ('payment', 'bounce', 'payment_reversal')), 0) <>
			coalesce(sum(amount) filter (where kind in ('imputation', 'credit') or kind = 'reversal' and (amount > 0 or component is null)), 0)`},
	{"what is owed of each part is never less than nothing", `
		select case_id from ledger_entries where component is not null and component <> 'costs' and $1::timestamptz is not null
		group by case_id, component having sum(amount) < 0`},
}

// Audit looks whether the record keeps what the product promises: it returns a
// line for each rule that is broken, and how many rules and cases it looked at.
func Audit(ctx context.Context, s *store.Store, databaseURL string) (broken []string, looked int, err error) {
	conn, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		return nil, 0, fmt.Errorf("audit: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	now, err := s.Now(ctx)
	if err != nil {
		return nil, 0, err
	}
	for _, r := range rules {
		ids, err := list(ctx, conn, r.query, now)
		if err != nil {
			return nil, 0, fmt.Errorf("audit that %s: %w", r.name, err)
		}
		looked++
		if len(ids) > 0 {
			broken = append(broken, fmt.Sprintf("%s: %d do not, such as %s", r.name, len(ids), ids[0]))
		}
	}
	all, err := list(ctx, conn, `select id from cases where $1::timestamptz is not null order by id`, now)
	if err != nil {
		return nil, 0, err
	}
	for _, id := range all {
		if err := s.Verify(ctx, id); err != nil {
			broken = append(broken, fmt.Sprintf("the record of a case proves itself: %v", err))
		}
		looked++
	}
	return broken, looked, nil
}

func list(ctx context.Context, conn *pgx.Conn, query string, now time.Time) ([]string, error) {
	rows, err := conn.Query(ctx, query, now)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
