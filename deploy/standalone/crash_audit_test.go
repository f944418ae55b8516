package standalone_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
)

// letter is a message as the record has it.
type letter struct {
	id, key, caseID, step, channel, state string
	reserved                              time.Time
}

// audit checks for every case that nobody was contacted twice, nothing was
// forgotten, and nothing lost.
func (c *crash) audit(b *branch) {
	c.t.Helper()
	conn, err := pgx.Connect(c.t.Context(), c.Database)
	if err != nil {
		c.t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(c.t.Context()))
	c.auditLetters(conn)
	c.auditFacts(conn)
	c.auditCases(b)
}

// rows reads all that a query gives.
func rows[T any](t *testing.T, conn *pgx.Conn, query string, scan func(pgx.CollectableRow) (T, error)) []T {
	t.Helper()
	r, err := conn.Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(r, scan)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// auditLetters holds what the providers took against the record, by message and
// by what it is about: one step of one case is one letter, by whatever channel.
func (c *crash) auditLetters(conn *pgx.Conn) {
	c.t.Helper()
	letters := rows(c.t, conn, `select id, key, case_id, step, channel, state, reserved_at from messages order by id`,
		func(r pgx.CollectableRow) (m letter, err error) {
			err = r.Scan(&m.id, &m.key, &m.caseID, &m.step, &m.channel, &m.state, &m.reserved)
			return m, err
		})
	taken := c.post.Accepted()
	states, known, ofStep := map[string]int{}, map[string]bool{}, map[string]int{}
	first := map[string]*round{} // in which a step was tried first
	for _, m := range letters {
		states[m.state]++
		known[m.id] = true
		n, r := taken[m.id], c.roundAt(m.reserved)
		switch {
		case n > 1, m.state == "sent" && n != 1, m.state == "failed" && n != 0:
			c.t.Errorf("message %s (%s) is %s, and was taken %d times", m.id, m.key, m.state, n)
		case m.state == "reserved":
			c.t.Errorf("message %s (%s) is still under way", m.id, m.key)
		}
		if m.state == "unknown" {
			r.unknown++
		}
		if m.step == "" {
			continue
		}
		at := m.caseID + "/" + m.step
		if first[at] == nil {
			first[at] = r
		}
		if ofStep[at] += n; n > 0 && ofStep[at] > 1 || m.state == "unknown" && n == 0 && ofStep[at] > 0 {
			c.t.Errorf("step %s of case %s was sent again, by %s", m.step, m.caseID, m.channel)
			first[at].doubles++
		}
	}
	for id, n := range taken {
		if !known[id] {
			c.t.Errorf("the providers took message %q %d times, of which the record knows nothing", id, n)
		}
	}
	if v := c.post.Violations(); len(v) > 0 {
		c.t.Errorf("the providers object: %v", v)
	}
	c.t.Logf("messages on the record: %v; taken by the providers: %d", states, len(taken))
	if states["unknown"] == 0 || states["sent"] == 0 || states["failed"] == 0 && proving {
		c.t.Errorf("the messages are %v: this shows nothing", states)
	}
}

// roundAt gives the round whose wall clock stood at an instant; later ones are
// after the last kill.
func (c *crash) roundAt(at time.Time) *round {
	for i := range c.rounds {
		if c.rounds[i].wall.Equal(at) {
			return &c.rounds[i]
		}
	}
	return &c.after
}

// auditFacts holds the answers that the caller was given against the events, the
// payments and the ledger.
func (c *crash) auditFacts(conn *pgx.Conn) {
	c.t.Helper()
	type event struct{ caseID, key, kind, id, reference string }
	events := map[string][]event{}
	for _, e := range rows(c.t, conn, `select case_id, key, kind, coalesce(p ->> 'id', ''), coalesce(p ->> 'reference', '')
		from (select case_id, key, kind, convert_from(payload, 'UTF8')::jsonb as p from events join event_payloads using (case_id, seq) where key is not null) t`,
		func(r pgx.CollectableRow) (e event, err error) {
			err = r.Scan(&e.caseID, &e.key, &e.kind, &e.id, &e.reference)
			return e, err
		}) {
		events[e.key] = append(events[e.key], e)
	}
	lose := func(f *fact, format string, args ...any) {
		c.t.Helper()
		c.t.Errorf(format, args...)
		c.rounds[f.round].lost++
	}
	paid, reported := map[string]int64{}, map[string]bool{}
	for _, f := range c.caller.facts {
		if f.of == nil {
			reported[f.key] = true
			continue
		}
		key := c.caller.key.ID + "/" + f.key
		have := events[key]
		delete(events, key)
		switch {
		case !f.accepted() && len(have) > 0:
			lose(f, "%s was refused (%d %s), and is on the record", f.key, f.status, f.answer)
		case f.accepted() && (len(have) != 1 || have[0].caseID != f.caseID()):
			lose(f, "%s was accepted, and is on the record as %v", f.key, have)
		case f.accepted() && f.cents > 0:
			paid[f.caseID()] += f.cents
			if made := answered(f).text("id"); made != have[0].id {
				lose(f, "payment %s of case %s was answered as %s", have[0].id, f.caseID(), made)
			}
		}
	}
	for key := range events {
		c.t.Errorf("an event has key %q, which nobody gave", key)
	}
	c.auditLedger(conn, paid)
	for _, f := range c.caller.facts {
		if f.of == nil {
			if n := len(rows(c.t, conn, fmt.Sprintf(`select id from cases where reference = '%s' and id = '%s'`, f.key, f.caseID()), pgx.RowTo[string])); n != 1 {
				lose(f, "debt %s was answered as case %s, which is not there", f.key, f.caseID())
			}
		}
	}
	if n := len(rows(c.t, conn, `select id from cases`, pgx.RowTo[string])); n != len(reported) {
		c.t.Errorf("%d debts were reported; %d cases are on the record", len(reported), n)
	}
	c.t.Logf("%d facts were reported and answered, %d of them debts", len(c.caller.facts), len(reported))
}

// auditLedger wants the payments of each case to be what was answered, in the
// ledger and in no other sum.
func (c *crash) auditLedger(conn *pgx.Conn, paid map[string]int64) {
	c.t.Helper()
	type sum struct {
		caseID string
		cents  int64
	}
	booked := map[string]int64{}
	for _, s := range rows(c.t, conn, `select case_id, (-100 * sum(amount))::bigint from ledger_entries where kind = 'payment' group by 1`,
		func(r pgx.CollectableRow) (s sum, err error) {
			err = r.Scan(&s.caseID, &s.cents)
			return s, err
		}) {
		booked[s.caseID] = s.cents
	}
	for id, cents := range paid {
		if booked[id] != cents {
			c.t.Errorf("case %s was paid %d cents; booked are %d", id, cents, booked[id])
		}
		delete(booked, id)
	}
	for id, cents := range booked {
		c.t.Errorf("case %s was paid nothing; booked are %d cents", id, cents)
	}
	if len(paid) == 0 {
		c.t.Error("nothing was paid: this shows nothing")
	}
}

// auditCases wants each case whole, waiting for something or closed for a
// reason, and its steps done in the order of its ladder with none left out.
func (c *crash) auditCases(b *branch) {
	c.t.Helper()
	done := 0
	for _, f := range c.caller.debts {
		file, err := b.store.File(c.t.Context(), f.caseID())
		if err != nil {
			c.t.Fatal(err)
		}
		if err := b.store.Verify(c.t.Context(), f.caseID()); err != nil {
			c.t.Error(err)
		}
		switch k := file.Case; {
		case k.Stage == debt.Closed && k.Outcome == "":
			c.t.Errorf("case %s is closed for no reason", k.ID)
		case k.Stage != debt.Closed && (file.Next.Final() || file.Next.At.IsZero() || len(file.Next.Why) == 0):
			c.t.Errorf("case %s waits for nothing: %+v", k.ID, file.Next)
		case k.Stage != debt.Closed && file.Next.Due(c.wall):
			c.t.Errorf("case %s should have done %+v", k.ID, file.Next)
		}
		done += c.auditSteps(file.Case)
	}
	c.t.Logf("%d steps of %d cases are done, in order", done, len(c.caller.debts))
}

// rungs are the steps that the strategy es-business has for a debt that came
// three weeks late. Where no channel of a step reaches the debtor a person is
// asked, and the step is done by that.
var rungs = []string{"first_contact", "reminder_1", "reminder_2", "statement_of_account", "final_reminder", "negotiation_offer",
	"negotiation_second", "last_notice", "extrajudicial_claim"}

// auditSteps counts the steps that a case has done.
func (c *crash) auditSteps(k *debt.Case) int {
	c.t.Helper()
	var steps []string
	went := map[string]bool{}
	for _, m := range k.Marks {
		if m.Step == "" || !slices.Contains(rungs, m.Step) {
			continue
		}
		if went[m.Step] {
			c.t.Errorf("case %s was written to of %s, and again by %s: %+v", k.ID, m.Step, m.Channel, k.Marks)
		}
		went[m.Step] = m.State != "failed"
		if len(steps) == 0 || steps[len(steps)-1] != m.Step {
			steps = append(steps, m.Step)
		}
	}
	want := rungs
	if len(k.Promises) > 0 && len(steps) > 0 && steps[0] != want[0] {
		want = want[1:] // who has promised has not forgotten: the friendly first contact is over
	}
	if len(steps) > len(want) || !slices.Equal(steps, want[:len(steps)]) {
		c.t.Errorf("case %s went through %v", k.ID, steps)
	}
	if len(steps) == 0 && len(k.Promises) == 0 {
		c.t.Errorf("nobody has written of case %s: %+v", k.ID, k.Marks)
	}
	return len(steps)
}

// table shows what was done and seen, by point.
func (c *crash) table() string {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "killed\tkills\twith PostgreSQL\twith Temporal\tnot reached\taccepted\tunknown\tduplicates\tlost facts\t")
	line := func(name string, of []round) {
		var pg, tl, late int
		var sum round
		for _, r := range of {
			pg, tl, late = pg+one(r.postgres), tl+one(r.temporal), late+one(r.late)
			sum.accepted, sum.unknown = sum.accepted+r.accepted, sum.unknown+r.unknown
			sum.doubles, sum.lost = sum.doubles+r.doubles, sum.lost+r.lost
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", name, len(of), pg, tl, late, sum.accepted, sum.unknown, sum.doubles, sum.lost)
	}
	for _, point := range everyPoint {
		line(point, slices.DeleteFunc(slices.Clone(c.rounds), func(r round) bool { return r.point != point }))
	}
	line("in all", c.rounds)
	c.after.accepted = len(c.post.Letters())
	for _, r := range c.rounds {
		c.after.accepted -= r.accepted
	}
	fmt.Fprintf(w, "after the last\t\t\t\t\t%d\t%d\t%d\t%d\t\n", c.after.accepted, c.after.unknown, c.after.doubles, c.after.lost)
	_ = w.Flush()
	return out.String()
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// answered is what a fact was answered with.
func answered(f *fact) (o object) {
	_ = json.Unmarshal(f.answer, &o)
	return o
}
