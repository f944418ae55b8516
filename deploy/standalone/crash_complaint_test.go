package standalone_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/deploy/standalone"
	"github.com/recobro/recobro/fake"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/worker"
)

// api serves the API over a branch, with a key that may do everything.
func (b *branch) api() *house {
	b.t.Helper()
	_, secret, err := b.store.NewKey(b.t.Context(), record.Key{Role: debt.Operator, Label: "test"})
	if err != nil {
		b.t.Fatal(err)
	}
	return &house{Installation: &standalone.Installation{URL: listen(b.t, b.desk(b.store)), Key: secret}}
}

// through puts h between a branch and its providers.
func (b *branch) through(h http.Handler) {
	b.t.Helper()
	b.Mail = listen(b.t, h)
	b.Phone = b.Mail
	var err error
	b.parts, err = b.open(b.t.Context(), func() time.Time { return time.UnixMicro(b.wall.Load()).UTC() }, 3*time.Second)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(b.parts.close)
}

// slow is a provider that takes a moment over each letter.
func slow(p http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-time.After(100 * time.Millisecond)
		p.ServeHTTP(w, r)
	})
}

// TestComplaint1TheSameReminderManyTimesBecauseTheJobRanOften wakes the same
// step a thousand times while eight workers serve it and are killed at random,
// and kills all of them once in the middle of a send.
func TestComplaint1TheSameReminderManyTimesBecauseTheJobRanOften(t *testing.T) {
	workers, wakes, cases := 2, 60, 3
	if proving {
		workers, wakes, cases = 8, 1000, 40
	}
	b := newBranch(t)
	b.through(slow(b.Provider))
	h := b.api()
	b.wall.Store(monday.Add(3 * time.Hour).UnixMicro()) // every window is open
	g := b.gang(workers)
	ids, kills := g.dieWhileWoken(cases, wakes/cases)
	stalled := b.debt("often-stalled", fake.AcceptStall, "email")
	await(t, "the provider holds the letter that is killed in mid-send", func() bool {
		m := b.messages(stalled)
		return len(m) == 1 && b.Accepted()[m[0].ID] == 1
	})
	g.end()
	b.wall.Add(time.Second.Microseconds())
	if _, err := b.store.ExpireReservations(t.Context(), 0); err != nil { // as recover does
		t.Fatal(err)
	}
	if shown := h.messages(t, stalled); len(shown) != 1 || shown[0].text("state") != "unknown" {
		t.Errorf("a kill in mid-send shows as %v", shown)
	}
	b.forget()
	b.runs()
	if _, err := worker.Recover(t.Context(), b.store, b.waker); err != nil {
		t.Fatal(err)
	}
	for _, id := range append(ids, stalled) {
		b.wake(id, wakes/cases)
	}
	await(t, "every case has ended its first send", func() bool {
		for _, id := range ids {
			if m := b.messages(id); len(m) == 0 || m[0].State == "reserved" {
				return false
			}
		}
		return true
	})
	b.reached()
	b.oneForEach()
	states := map[string]int{}
	for _, m := range b.messages("") {
		states[m.State]++
	}
	t.Logf("%d workers, killed %d times; %d cases woken %d times each, and as often after the last kill; %d letters taken, messages %v",
		workers, kills+workers, cases, wakes/cases, len(b.Letters()), states)
}

// oneForEach wants no more than one letter at the providers for each debtor, step
// and channel. Time stands still, so that there is but one step: one letter each.
func (b *branch) oneForEach() {
	b.t.Helper()
	taken, of := b.Accepted(), map[string]int{}
	for _, m := range b.messages("") {
		of[m.To+" of "+m.Step+" by "+m.Channel] += taken[m.ID]
	}
	for _, l := range b.Letters() {
		of[l.To]++
	}
	for what, n := range of {
		if n > 1 {
			b.t.Errorf("%s was written to %d times", what, n)
		}
	}
}

// wake tells a case so often that its next step is due, from eight sides at once.
func (b *branch) wake(caseID string, times int) {
	b.t.Helper()
	var all errgroup.Group
	all.SetLimit(8)
	for range times {
		all.Go(func() error { return b.waker.Due(b.t.Context(), caseID) })
	}
	if err := all.Wait(); err != nil {
		b.t.Error(err)
	}
}

// gang is some worker processes, each replaced when it is killed.
type gang struct {
	b       *branch
	order   string
	workers []*victim
}

func (b *branch) gang(size int) *gang {
	b.t.Helper()
	at, err := json.Marshal(struct {
		branchAddress
		Wall time.Time
	}{b.branchAddress, time.UnixMicro(b.wall.Load()).UTC()})
	if err != nil {
		b.t.Fatal(err)
	}
	g := &gang{b: b, order: "RECOBRO_TEST_BRANCH=" + string(at)}
	for range size {
		g.workers = append(g.workers, spawn(b.t, "worker", g.order))
	}
	return g
}

func (g *gang) end() {
	for _, v := range g.workers {
		v.kill(0)
	}
}

// dieWhileWoken opens cases and wakes each so often, while one of the workers is
// killed, to be replaced by another; it counts the kills.
func (g *gang) dieWhileWoken(cases, wakes int) (ids []string, kills int) {
	g.b.t.Helper()
	random := chanceOf(g.b.t)
	for n := range cases {
		at := random.IntN(len(g.workers))
		dead := make(chan struct{})
		time.AfterFunc(time.Duration(random.IntN(400))*time.Millisecond, func() {
			g.workers[at].kill(0)
			close(dead)
		})
		id := g.b.debt(fmt.Sprintf("often-%d", n), fake.Accept, []string{"email", "phone"}[n%2])
		g.b.wake(id, wakes)
		<-dead
		g.workers[at] = spawn(g.b.t, "worker", g.order)
		ids, kills = append(ids, id), kills+1
	}
	return ids, kills
}

// busy answers 503 where a provider would say 500, as a proxy before it does.
func busy(p http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.ServeHTTP(as503{w}, r) })
}

type as503 struct{ http.ResponseWriter }

func (w as503) WriteHeader(status int) {
	if status == http.StatusInternalServerError {
		status = http.StatusServiceUnavailable
	}
	w.ResponseWriter.WriteHeader(status)
}

// TestComplaint2ATimeoutReSentWhatHadGoneOut has a provider take a letter and
// drop the connection, fall silent, or answer 503: the message is shown as of
// unknown outcome, it is not sent again, and a person settles it.
func TestComplaint2ATimeoutReSentWhatHadGoneOut(t *testing.T) {
	b := newBranch(t)
	b.through(busy(b.Provider))
	h := b.api()
	b.runs()
	for _, tt := range []struct {
		name string
		does fake.Behaviour
	}{
		{"taken, and the connection dropped", fake.AcceptDrop},
		{"taken, and no answer in time", fake.AcceptStall},
		{"taken, and answered 503", fake.AcceptFail},
	} {
		for _, contact := range []string{"email", "phone"} {
			t.Run(tt.name+", by "+contact, func(t *testing.T) {
				id := b.debt(fmt.Sprintf("resent-%d", branches.Add(1)), tt.does, contact)
				for len(b.messages(id)) == 0 {
					b.step(id)
				}
				shown := h.messages(t, id)[0]
				if shown.text("state") != "unknown" || b.Accepted()[shown.text("id")] != 1 {
					t.Errorf("it was taken %d times, and is shown as %v", b.Accepted()[shown.text("id")], shown)
				}
				for len(b.messages(id)) < 2 { // nobody has settled it: the ladder goes on, the letter does not go again
					b.step(id)
				}
				settle := "/v1/messages/" + shown.text("id") + "/settle"
				h.call(t, http.StatusOK, http.MethodPost, settle, object{"state": "sent", "note": "It is in the provider's log."})
				if again := h.call(t, http.StatusConflict, http.MethodPost, settle, object{"state": "failed"}); again.text("code") != "message_sent" {
					t.Errorf("settled twice: %v", again)
				}
				for len(b.messages(id)) < 3 {
					b.step(id)
				}
				steps := map[string]bool{}
				for _, m := range h.messages(t, id) {
					if steps[m.text("step")] || m.text("state") != "sent" || b.Accepted()[m.text("id")] != 1 {
						t.Errorf("a step was repeated, or is not settled: %s", brief(b.messages(id)))
					}
					steps[m.text("step")] = true
				}
			})
		}
	}
	b.reached()
}
