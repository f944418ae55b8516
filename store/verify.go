package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/evidence"
	"github.com/recobro/recobro/strategy"
)

// ErrState says that the row of a case, or one of those beside it, is not what
// its events add up to; what wraps it names each.
var ErrState = errors.New("the state is not what the events add up to")

// projection is a table whose rows follow from events: its key, and what is
// compared, as PostgreSQL is asked for it.
type projection struct{ name, key, columns, where string }

const day = `to_char(%s, 'YYYY-MM-DD')`

// projections are compared row by row.
var projections = []projection{
	{"ledger_entries", "seq || '/' || n", fmt.Sprintf(day, "effective") + ` as effective, kind, coalesce(component, '') as component, amount::text, currency, payment`, "case_id = $1"},
	{"promises", "id", `amount::text, currency, ` + fmt.Sprintf(day, "pay_by") + ` as pay_by, ` + fmt.Sprintf(day, "grace_end") + ` as grace_end, state, made_at, ended_at`, "case_id = $1"},
	{"holds", "id", `reason, ` + fmt.Sprintf(day, "until") + ` as until, placed_at, ended_at`, "case_id = $1"},
	{"disputes", "id", `reason, state, opened_at, ended_at`, "case_id = $1"},
	{"handoffs", "id", `firm_id, ` + fmt.Sprintf(day, "until") + ` as until, state, offered_at, ended_at`, "case_id = $1"},
	{"messages", "id", `state`, wentFor},
}

// caseProjection is the case's own row; last_at is empty on rows of before 0004.
const caseProjection = `select stage, coalesce(outcome, '') as outcome, open_principal::text, principal::text, currency, strategy,
		array_to_string(holds, ',') as holds, creditor_id, reference, country, region, to_char(due_on, 'YYYY-MM-DD') as due_on,
		opened_at, closed_at, coalesce(last_at, (select at from events where case_id = cases.id order by seq desc limit 1)) as last_at,
		next_do, next_at, (not open)::text as next_final
	from cases where id = $1`

// kept is what the record has of a case.
type keptCase struct {
	events      []evidence.Row
	state, head []byte
	next        strategy.Decision
	last        int64
	openTasks   int
	row         columns
	rows        map[string]map[string]columns // as derived has them
}

// Verify checks the record of a case: the chain of its events is whole, each
// payload is the one committed to, and the case's row and those of its ledger,
// promises, holds, disputes, handoffs and messages are what they add up to.
// What is not is named, with both values. Where payloads were erased, the chain
// alone is checked.
func (s *Store) Verify(ctx context.Context, caseID string) error {
	k := keptCase{rows: map[string]map[string]columns{}}
	err := pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		return k.read(ctx, tx, caseID)
	})
	if err != nil {
		return fmt.Errorf("verify case %s: %w", caseID, err)
	}
	if err := evidence.Verify(k.events); err != nil {
		return err
	}
	if n := len(k.events); int64(n) != k.last || !bytes.Equal(k.events[n-1].Hash, k.head) {
		return fmt.Errorf("verify case %s: %d events, %d on the row: %w", caseID, n, k.last, evidence.ErrGap)
	}
	events, erased, err := decoded(k.events)
	if err != nil {
		return fmt.Errorf("verify case %s, %w", caseID, err)
	}
	if erased {
		return nil // what it said is no longer known
	}
	wrong, err := k.against(events)
	if err != nil {
		return fmt.Errorf("verify case %s: %w", caseID, err)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("verify case %s: %w: %s", caseID, ErrState, strings.Join(wrong, "; "))
	}
	return nil
}

// read reads all of it at one instant.
func (k *keptCase) read(ctx context.Context, tx pgx.Tx, caseID string) error {
	err := tx.QueryRow(ctx, `select state, head, last_seq, next, (select count(*) from tasks where state = 'open' and `+endsWithCase+`)
		from cases where id = $1`, caseID).Scan(&k.state, &k.head, &k.last, &k.next, &k.openTasks)
	if err != nil {
		return missing(err, "case", caseID)
	}
	r, err := tx.Query(ctx, `select e.case_id, e.seq, e.kind, e.at, e.by_role, e.by_id, e.commitment, e.hash, p.salt, p.payload
		from events e left join event_payloads p using (case_id, seq) where e.case_id = $1 order by e.seq`, caseID)
	if err != nil {
		return err
	}
	k.events, err = pgx.CollectRows(r, func(r pgx.CollectableRow) (evidence.Row, error) {
		var x evidence.Row
		err := r.Scan(&x.Case, &x.Seq, &x.Kind, &x.At, &x.Role, &x.By, &x.Commitment, &x.Hash, &x.Salt, &x.Payload)
		return x, err
	})
	if err != nil {
		return err
	}
	if r, err = tx.Query(ctx, caseProjection, caseID); err != nil {
		return err
	}
	row, err := pgx.CollectExactlyOneRow(r, pgx.RowToMap)
	if err != nil {
		return err
	}
	k.row = row
	for _, p := range projections {
		if k.rows[p.name], err = p.read(ctx, tx, caseID); err != nil {
			return fmt.Errorf("read its %s: %w", p.name, err)
		}
	}
	return nil
}

// read gives the rows of a case by their key.
func (p projection) read(ctx context.Context, tx pgx.Tx, caseID string) (map[string]columns, error) {
	r, err := tx.Query(ctx, `select (`+p.key+`)::text as key, `+p.columns+` from `+p.name+` where `+p.where, caseID)
	if err != nil {
		return nil, err
	}
	all, err := pgx.CollectRows(r, pgx.RowToMap)
	out := map[string]columns{}
	for _, row := range all {
		out[row["key"].(string)] = row
	}
	return out, err
}

// decoded reads events; erased is true where what one of them said is no longer
// there.
func decoded(rows []evidence.Row) (events []debt.Event, erased bool, err error) {
	for _, r := range rows {
		if r.Payload == nil {
			return nil, true, nil
		}
		f, err := debt.Decode(r.Kind, r.Payload)
		if err != nil {
			return nil, false, fmt.Errorf("event %d: %w", r.Seq, err)
		}
		events = append(events, debt.Event{Seq: r.Seq, At: r.At.UTC(), By: debt.Actor{Role: debt.Role(r.Role), ID: r.By}, Fact: f})
	}
	return events, false, nil
}

// against names what is kept otherwise than events add up to.
func (k *keptCase) against(events []debt.Event) (wrong []string, err error) {
	want := derive(events)
	if wrong, err = stateAgainst(k.state, want.c); err != nil {
		return nil, err
	}
	wrong = append(wrong, differences("cases", k.row, want.rows["cases"][""])...)
	wrong = append(wrong, differences("cases", k.row, nextColumns(k.next))...)
	if !want.c.Open() && k.openTasks > 0 {
		wrong = append(wrong, fmt.Sprintf("tasks: %d are open, though the case is closed", k.openTasks))
	}
	for _, p := range projections {
		for _, key := range slices.Sorted(maps.Keys(want.rows[p.name])) {
			where := p.name + " " + key
			if row, ok := k.rows[p.name][key]; ok {
				wrong = append(wrong, differences(where, row, want.rows[p.name][key])...)
			} else {
				wrong = append(wrong, where+" is missing, its events make it")
			}
		}
		for _, key := range slices.Sorted(maps.Keys(k.rows[p.name])) {
			if _, ok := want.rows[p.name][key]; !ok {
				wrong = append(wrong, p.name+" "+key+" is there, no event makes it")
			}
		}
	}
	return wrong, nil
}

// longestShown is how much of a part of the state is told, in bytes.
const longestShown = 200

// stateAgainst names the parts of a kept state that are not those of a case.
func stateAgainst(state []byte, c *debt.Case) (wrong []string, err error) {
	var again debt.Case // as this version writes it
	if err := json.Unmarshal(state, &again); err != nil {
		return nil, fmt.Errorf("read its state: %w", err)
	}
	kept, err := parts(&again)
	if err != nil {
		return nil, err
	}
	want, err := parts(c)
	if err != nil {
		return nil, err
	}
	all := maps.Clone(kept)
	maps.Copy(all, want)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !bytes.Equal(kept[name], want[name]) {
			wrong = append(wrong, fmt.Sprintf("cases.state.%s is %.*s, its events say %.*s", name, longestShown, kept[name], longestShown, want[name]))
		}
	}
	return wrong, nil
}

// parts are the fields of a case as they are kept.
func parts(c *debt.Case) (fields map[string]json.RawMessage, err error) {
	text, err := json.Marshal(c)
	if err == nil {
		err = json.Unmarshal(text, &fields)
	}
	if err != nil {
		return nil, fmt.Errorf("write its state: %w", err)
	}
	return fields, nil
}
