package standalone_test

import (
	"context"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/fake"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
	"github.com/recobro/recobro/workflows"
)

// remote are parts that reach Temporal by a line that can be cut.
func (b *branch) remote() (*parts, *line) {
	b.t.Helper()
	l := newLine(b.t, b.Temporal)
	a := b.branchAddress
	a.Temporal = l.at
	p, err := a.open(b.t.Context(), b.clock, 3*time.Second)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(p.close)
	return p, l
}

// works serves the cases by some parts until the test ends.
func (b *branch) works(p *parts) {
	(&branch{parts: p, t: b.t}).runs()
}

// stalled runs twelve debts until letters about them are with a provider that
// took them and whose answer is not heard; stop ends the workers.
func (b *branch) stalled() (ids []string, stop func()) {
	b.t.Helper()
	b.wall.Store(monday.Add(3 * time.Hour).UnixMicro())
	stop = b.runs()
	ids = b.owed(12, 12, b.creditor)
	b.until(b.clock().Add(24 * time.Hour))
	b.Always(func(fake.Letter) fake.Behaviour { return fake.AcceptStall })
	b.wall.Store(monday.AddDate(0, 0, 10).Add(3 * time.Hour).UnixMicro()) // a Thursday, within everybody's hours
	taken := len(b.Letters())
	for _, id := range ids {
		if err := b.waker.Due(b.t.Context(), id); err != nil {
			b.t.Fatal(err)
		}
	}
	await(b.t, "letters are with the provider", func() bool { return len(b.Letters()) > taken+2 })
	return ids, stop
}

// reopens opens the branch's parts anew, where its addresses now say.
func (b *branch) reopens() {
	b.t.Helper()
	later, err := b.open(b.t.Context(), b.clock, 3*time.Second)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(later.close)
	b.parts, b.waker = later, workflows.NewWaker(later.temporal)
}

// TestFactsThatComeWhileTemporalIsAwayBindAtOnce cuts the line to Temporal while
// payments, promises, disputes and opt-outs come in by the API.
func TestFactsThatComeWhileTemporalIsAwayBindAtOnce(t *testing.T) {
	b := newBranch(t)
	b.wall.Store(monday.Add(3 * time.Hour).UnixMicro())
	p, temporal := b.remote()
	h := b.site(p)
	b.works(p)
	var ids []string
	for n := range 8 {
		ids = append(ids, b.debt(fmt.Sprintf("away-%d", n), fake.Accept, "email"))
	}
	b.until(b.clock().Add(24 * time.Hour))
	before := map[string]int{}
	for _, id := range ids {
		if before[id] = len(b.messages(id)); before[id] == 0 {
			t.Fatalf("case %s did not begin", id)
		}
	}
	temporal.cut()
	today := b.clock().Format(time.DateOnly)
	for n, id := range ids {
		balance := h.get(t, "/v1/cases/"+id).at("balance")
		path := "/v1/cases/" + id
		switch n % 4 {
		case 0:
			h.post(t, path+"/payments", object{"amount": balance, "received_on": today})
		case 1:
			h.post(t, path+"/promises", object{"amount": balance, "pay_by": b.clock().AddDate(0, 0, 10).Format(time.DateOnly), "channel": "phone"})
		case 2:
			h.post(t, path+"/disputes", object{"reason": "goods_not_received"})
		case 3:
			h.post(t, "/v1/debtors/"+h.get(t, path).text("debtor.id")+"/opt-outs", object{"channel": "email"})
		}
		// The row says at once what the case does now, with no workflow to ask.
		next := b.next(id)
		if next.Do.Sends() && next.Purpose == strategy.Collection && next.Channel == "email" {
			t.Errorf("case %s, of which the fact is known, would %s on %s", id, next.Do, next.At)
		}
	}
	if waiting, err := b.store.Unacknowledged(t.Context(), 0, 100, 0); err != nil || len(waiting) < len(ids) {
		t.Errorf("%d cases wait to be told, %v", len(waiting), err)
	}
	b.wall.Store(b.clock().AddDate(0, 0, 8).UnixMicro())
	temporal.join()
	await(t, "the relay has told every case", func() bool {
		waiting, err := b.store.Unacknowledged(t.Context(), 0, 100, 0)
		return err == nil && len(waiting) == 0
	})
	b.until(b.clock().Add(24 * time.Hour))
	for n, id := range ids {
		for _, m := range b.messages(id)[before[id]:] {
			if m.Purpose == strategy.Collection {
				t.Errorf("case %s, number %d, was written to: %s at %s", id, n, m.Key, m.Reserved)
			}
		}
	}
	b.reached()
}

// TestWorkersGoOnByThemselvesAfterPostgreSQLWasAway stops PostgreSQL and starts
// it again, at rest and while letters are with a slow provider.
func TestWorkersGoOnByThemselvesAfterPostgreSQLWasAway(t *testing.T) {
	pg := newDatabase(t, "away")
	b := newBranchOn(t, pg.server.URL)
	h := b.site(b.parts)
	ids, _ := b.stalled()
	if err := pg.server.Stop(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	h.answers(t, http.StatusServiceUnavailable, "/v1/cases/"+ids[0])
	status, text, err := h.ask(t.Context(), http.MethodPost, "/v1/cases/"+ids[0]+"/payments",
		object{"amount": object{"amount": "1.00", "currency": "EUR"}, "received_on": b.clock().Format(time.DateOnly)})
	if err != nil || status != http.StatusServiceUnavailable || !strings.Contains(string(text), "urn:recobro:problem:") {
		t.Errorf("while PostgreSQL is away a payment is answered with %d, %v: %s", status, err, text)
	}
	b.Always(b.treat)
	pg.start(t)
	h.answers(t, http.StatusOK, "/v1/cases/"+ids[0])
	if paid := h.get(t, "/v1/cases/"+ids[0]+"/timeline?limit=200"); strings.Contains(fmt.Sprint(paid), "payment_received") {
		t.Error("the payment that was refused is on the record")
	}
	b.until(b.clock().AddDate(0, 0, 20))
	unknown := 0
	for _, m := range b.messages("") {
		switch m.State {
		case "reserved":
			t.Errorf("%s is still under way", m.Key)
		case "unknown":
			unknown++
		}
	}
	t.Logf("%d messages, %d of unknown outcome", len(b.messages("")), unknown)
	if _, held, err := b.store.Restored(t.Context()); held || err != nil {
		t.Errorf("a PostgreSQL that was stopped is taken for one that was restored: %v, %v", held, err)
	}
	for _, id := range ids {
		if err := b.store.Verify(t.Context(), id); err != nil {
			t.Error(err)
		}
		if f := b.next(id); f.At.Before(b.clock()) {
			t.Errorf("case %s is forgotten: %+v", id, f)
		}
	}
	b.reached()
}

// dumped reads a dump of a branch's database into another one, and gives its URL.
func dumped(t *testing.T, from string, pg *database) (restore func() string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "record.dump")
	tool := func(name string, args ...string) {
		t.Helper()
		if out, err := exec.Command(filepath.Join(pg.server.Binaries, name), args...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
	}
	tool("pg_dump", "--format=custom", "--file="+file, from)
	return func() string {
		tool("pg_restore", "--no-owner", "--dbname="+pg.server.URL, file)
		return pg.server.URL
	}
}

// TestARestoredRecordSendsNothingThatWasSent restores PostgreSQL from a dump
// that is five days older, while Temporal goes on where it was.
func TestARestoredRecordSendsNothingThatWasSent(t *testing.T) {
	b := newBranch(t)
	b.wall.Store(monday.Add(3 * time.Hour).UnixMicro())
	stop := b.runs()
	ids := b.owed(12, 8, b.creditor)
	b.until(monday.AddDate(0, 0, 7))
	restore := dumped(t, b.Database, newDatabase(t, "restored"))
	b.until(monday.AddDate(0, 0, 16))
	stop()
	keys, lost := map[string]string{}, 0
	for _, m := range b.messages("") { // of those that went out, by the provider's word
		keys[m.ID] = m.Key
		if m.Reserved.After(monday.AddDate(0, 0, 7)) {
			lost++
		}
	}
	b.Database = restore()
	b.reopens()
	b.runs()
	sent := len(b.Letters())
	r, held, err := b.store.Restored(t.Context())
	if err != nil || !held {
		t.Fatalf("the record is held: %v, %v", held, err)
	}
	b.until(b.clock().AddDate(0, 0, 3))
	if n := len(b.Letters()); n != sent || lost == 0 {
		t.Errorf("%d letters went out before the lift; %d were lost with the record", n-sent, lost)
	}
	out, _, err := b.store.Reconcile(t.Context(), record.Lift{By: debt.Actor{Role: debt.Operator}, Mode: b.office.Mode})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("held for %q since %s: %d messages lost, %d presumed", r.Found, r.Since, lost, out.Messages)
	b.until(b.clock().AddDate(0, 0, 30))
	if len(b.Letters()) <= sent {
		t.Error("the cases do not go on")
	}
	for _, m := range b.messages("") {
		keys[m.ID] = m.Key
	}
	taken := map[string]int{}
	for id, n := range b.Accepted() {
		if taken[keys[id]] += n; taken[keys[id]] > 1 || keys[id] == "" {
			t.Errorf("the provider took %q %d times", keys[id], taken[keys[id]])
		}
	}
	for _, id := range ids {
		if err := b.store.Verify(t.Context(), id); err != nil {
			t.Error(err)
		}
	}
	if _, held, err := b.store.Restored(t.Context()); held || err != nil {
		t.Errorf("it is held again: %v, %v", held, err)
	}
}
