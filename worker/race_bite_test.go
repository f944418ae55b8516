package worker

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/evidence"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/strategy"
)

// blindDoor reserves what a workflow wants without looking again whether it is
// still to be done: the fault that complaint 3 is about.
type blindDoor struct {
	*store.Store
	w *world
}

func (b blindDoor) Reserve(ctx context.Context, caseID string, want strategy.Decision, do func(*record.Turn) (record.Done, error)) (*record.Message, record.Next, error) {
	m, next, err := b.Store.Reserve(ctx, caseID, want, do)
	if err != nil || m != nil || want.Step == "" {
		return m, next, err
	}
	m = &record.Message{ID: "blind-" + rand.Text(), Case: caseID, Key: fmt.Sprintf("%s/%s/%d/%s", caseID, want.Step, want.Occurrence, want.Channel),
		Step: want.Step, Occurrence: want.Occurrence, Channel: want.Channel}
	return m, next, pgx.BeginFunc(ctx, b.w.conn, func(tx pgx.Tx) error { return b.force(ctx, tx, m, want) })
}

// force puts a reservation on the record as the door would, chain and all.
func (b blindDoor) force(ctx context.Context, tx pgx.Tx, m *record.Message, want strategy.Decision) error {
	var state, head []byte
	if err := tx.QueryRow(ctx, `select state, head from cases where id = $1`, m.Case).Scan(&state, &head); err != nil {
		return err
	}
	var c debt.Case
	if err := json.Unmarshal(state, &c); err != nil {
		return err
	}
	now := b.w.now()
	e := debt.Event{Seq: c.Seq + 1, At: now, By: debt.Actor{Role: debt.Engine}, Fact: debt.MessageReserved{Mark: debt.Mark{Step: m.Step,
		Occurrence: m.Occurrence, Channel: m.Channel, Message: m.ID, At: now, State: "reserved"}}}
	payload, err := json.Marshal(e.Fact)
	if err != nil {
		return err
	}
	c.Apply(e)
	if state, err = json.Marshal(&c); err != nil {
		return err
	}
	salt := make([]byte, 32)
	commitment := evidence.Commit(salt, payload)
	head = evidence.Link(head, evidence.Event{Case: c.ID, Seq: e.Seq, Kind: e.Fact.Kind(), At: e.At, Role: string(e.By.Role), Commitment: commitment})
	var all pgx.Batch
	all.Queue(`insert into messages (id, key, case_id, creditor_id, person_id, step, occurrence, channel, purpose, letter, language, recipient, state,
			mode, reserved_at, wall_begun_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'es', 'x', 'reserved', 'sendgrid', $11, $11)`,
		m.ID, m.Key, c.ID, c.Creditor, c.Person, m.Step, m.Occurrence, m.Channel, string(want.Purpose), want.Letter, now)
	all.Queue(`insert into contacts (person_id, at, channel, case_id, purpose, message_id) values ($1, $2, $3, $4, $5, $6)`,
		c.Person, now, m.Channel, c.ID, string(want.Purpose), m.ID)
	all.Queue(`insert into events (case_id, seq, kind, at, by_role, commitment, hash) values ($1, $2, $3, $4, 'engine', $5, $6)`,
		c.ID, e.Seq, e.Fact.Kind(), now, commitment, head)
	all.Queue(`insert into event_payloads (case_id, seq, salt, payload) values ($1, $2, $3, $4)`, c.ID, e.Seq, salt, payload)
	all.Queue(`update cases set state = $2, head = $3, last_seq = $4 where id = $1`, c.ID, state, head, e.Seq)
	return tx.SendBatch(ctx, &all).Close()
}

// eagerHand asks the provider once more where it does not know what became of a
// message, as a retry in a client library does.
type eagerHand struct {
	*store.Store
	w *world
}

func (h eagerHand) Settle(ctx context.Context, messageID string, d record.Delivery) (record.Next, error) {
	if d.State == "unknown" {
		d = h.w.provider(messageID, 0)
	}
	return h.Store.Settle(ctx, messageID, d)
}

// onWrite is a trigger that spoils what is written to a table.
func onWrite(table, when, body string) string {
	return fmt.Sprintf(`create function spoil() returns trigger language plpgsql as $$ begin %s end $$;
		create trigger spoil before %s on %s for each row execute function spoil()`, body, when, table)
}

// faults are doors and records that are broken on purpose.
var faults = []fault{
	{name: "a door that does not look again", finds: "although it was paid in full",
		sends: func(w *world) activities.Sends { return blindDoor{w.store, w} }},
	{name: "a hand that sends again after a lost answer", finds: "was taken 2 times",
		sends: func(w *world) activities.Sends { return eagerHand{w.store, w} }},
	{name: "a send in flight that no payment flags", finds: "is late false, but while it was in flight came",
		sql: onWrite("messages", "update", "new.late := false; return new;")},
	{name: "an answer that does not remember its key", finds: "on the record 2 times",
		key: func(key string) string { return key + "-again" }},
	{name: "contacts counted on the wrong day", finds: "comes less than 7 days after",
		sql: onWrite("contacts", "insert", "new.at := new.at - interval '30 days'; return new;")},
	{name: "contacts that count for nothing", finds: "counts as 0 contacts",
		sql: onWrite("contacts", "insert", "return null;")},
	{name: "news that nobody is told", finds: "nobody told its workflow",
		sql: onWrite("cases", "update", "new.decided_seq := new.last_seq; new.nudged := false; return new;")},
	{name: "money that is not booked", finds: "the ledger has",
		sql: onWrite("ledger_entries", "insert", "if new.kind = 'payment' then return null; end if; return new;")},
	{name: "a letter that speaks for one debt of several", finds: "leaves out case",
		sql: onWrite("message_cases", "insert", "return null;")},
	{name: "a stop that is known too late", finds: "was stopped at",
		sql: onWrite("stops", "insert", "new.lifted_at := new.placed_at; return new;") +
			`; create function unspoil() returns trigger language plpgsql as $$ begin update stops set lifted_at = null; return new; end $$;
			create trigger unspoil after insert on messages for each row execute function unspoil()`},
}

// TestTheAuditBites breaks the engine in several ways, and expects that random
// interleavings find each, and that what is shown is short.
func TestTheAuditBites(t *testing.T) {
	for _, broken := range faults {
		t.Run(broken.name, func(t *testing.T) {
			l := newTrack(t, broken)
			const most = 400
			for seed := uint64(1); seed <= most; seed++ {
				s := scheduleOf(seed, false)
				found, _, err := play(t.Context(), l, s)
				require.NoError(t, err)
				if !mentions(found, broken.finds) {
					continue
				}
				least, what := shrinkTo(t.Context(), l, s, broken.finds)
				t.Logf("interleaving %d of %d steps shows it, shrunk to %d: %s\n  %s", seed, len(s.groups), len(least.groups), least, strings.Join(what, "\n  "))
				assert.LessOrEqual(t, len(least.groups), 8, "what is shown is too long to read")
				again, err := parseSteps(least.String())
				require.NoError(t, err)
				found, _, err = play(t.Context(), l, schedule{seed: s.seed, debts: s.debts, two: s.two, phone: s.phone, outbox: s.outbox, groups: again})
				require.NoError(t, err)
				assert.True(t, mentions(found, broken.finds), "the steps as printed show it no more")
				return
			}
			t.Errorf("in %d interleavings nothing is found", most)
		})
	}
}

func mentions(found []string, what string) bool {
	return strings.Contains(strings.Join(found, "\n"), what)
}
