package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// table is one of those that an opening fills, with the columns that are given.
type table struct {
	name    string
	columns []string
	insert  string // the statement for one row
}

func tableOf(name string, columns ...string) *table {
	marks := make([]string, len(columns))
	for i := range columns {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	return &table{name, columns, fmt.Sprintf("insert into %s (%s) values (%s)", name, strings.Join(columns, ", "), strings.Join(marks, ", "))}
}

var (
	persons    = tableOf("persons", "id", "country", "postal_code", "time_zone", "zone", "created_at")
	personKeys = tableOf("person_keys", "key", "kind", "person_id")
	debtors    = tableOf("debtors", "id", "creditor_id", "person_id", "reference", "kind", "name", "tax_id", "language", "time_zone",
		"street", "postal_code", "city", "country", "created_at")
	points = tableOf("contact_points", "id", "debtor_id", "channel", "value")
	cases  = tableOf("cases", "id", "stage", "outcome", "open_principal", "strategy", "holds", "state", "head", "last_seq", "decided_seq",
		"nudged", "next_do", "next_at", "next", "closed_at", "wall_woken_at", "last_at", "off", "off_on", "creditor_id", "debtor_id", "person_id", "reference",
		"submission_hash", "country", "region", "due_on", "currency", "principal", "opened_at")
	guarantors = tableOf("guarantors", "case_id", "n", "party")
	events     = tableOf("events", "case_id", "seq", "kind", "at", "by_role", "by_id", "commitment", "hash", "key")
	payloads   = tableOf("event_payloads", "case_id", "seq", "salt", "payload")
	ledger     = tableOf("ledger_entries", "case_id", "seq", "n", "effective", "kind", "component", "amount", "currency", "payment")
	contacts   = tableOf("contacts", "person_id", "at", "channel", "case_id", "purpose", "message_id")
)

// parentsFirst lists them so that a row is written after those it refers to.
var parentsFirst = []*table{persons, personKeys, debtors, points, cases, guarantors, events, payloads, ledger, contacts}

// sheet gathers new rows of many openings, to be written by table.
type sheet struct{ rows map[*table][][]any }

func newSheet() *sheet { return &sheet{map[*table][][]any{}} }

func (x *sheet) add(t *table, values ...any) { x.rows[t] = append(x.rows[t], values) }

// join adds what y has gathered.
func (x *sheet) join(y *sheet) {
	for t, rows := range y.rows {
		x.rows[t] = append(x.rows[t], rows...)
	}
}

// write copies what was gathered into the tables.
func (x *sheet) write(ctx context.Context, tx pgx.Tx) error {
	for _, t := range parentsFirst {
		if len(x.rows[t]) == 0 {
			continue
		}
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{t.name}, t.columns, pgx.CopyFromRows(x.rows[t])); err != nil {
			return fmt.Errorf("write %d rows of %s: %w", len(x.rows[t]), t.name, err)
		}
	}
	return nil
}

// put is to write a new row after those of the cases.
func (d *docket) put(t *table, values ...any) { d.putIn(&d.queue, t, values...) }

// putIn is to write a new row: with those of other openings where the docket
// has a sheet, and else by a statement in b.
func (d *docket) putIn(b *pgx.Batch, t *table, values ...any) {
	if d.sheet != nil {
		d.sheet.add(t, values...)
		return
	}
	b.Queue(t.insert, values...)
}

// orNull gives a text to a nullable column: NULL for none.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
