package standalone_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/deploy/standalone"
	"github.com/recobro/recobro/deploy/standalone/demo"
	"github.com/recobro/recobro/fake"
	"github.com/recobro/recobro/record"
)

// demoBegins is the day on which the demonstration that is killed begins.
var demoBegins = calendar.Day(2026, time.September, 21)

// playDemo runs a demonstration from where it is, to its end.
func playDemo(ctx context.Context) error {
	environ := command.Environ()
	days, err := strconv.Atoi(environ["RECOBRO_TEST_DAYS"])
	if err != nil {
		return err
	}
	s, err := standalone.Load(environ)
	if err != nil {
		return err
	}
	i, err := standalone.Start(ctx, s)
	if err != nil {
		return err
	}
	fmt.Println("url", i.URL, i.Key)
	return errors.Join(runDemo(ctx, i, days), i.Stop())
}

// runDemo lets so many days of the demonstration pass, from wherever it is.
func runDemo(ctx context.Context, i *standalone.Installation, days int) error {
	office, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		return err
	}
	there, err := i.Parts.Store.Cases(ctx, record.Filter{Limit: 1})
	if err != nil {
		return err
	}
	if len(there) == 0 {
		if err := i.Parts.Store.Freeze(ctx, demoBegins.At(7, 0, office)); err != nil {
			return err
		}
	}
	world, err := demo.Load(ctx, i.Parts.Store, demoBegins)
	if err != nil {
		return err
	}
	machine := i.Parts.Machine()
	machine.Facts = world.Play
	to := demoBegins.AddDays(days).At(7, 0, office)
	if now, err := i.Parts.Store.Now(ctx); err != nil || now.After(to) {
		return err
	}
	return machine.Advance(ctx, to, nil)
}

// workBranch serves the cases of a branch whose wall clock stands still.
func workBranch(ctx context.Context) error {
	var at struct {
		branchAddress
		Wall time.Time
	}
	if err := json.Unmarshal([]byte(os.Getenv("RECOBRO_TEST_BRANCH")), &at); err != nil {
		return err
	}
	p, err := at.open(ctx, func() time.Time { return at.Wall }, 8*time.Second)
	if err != nil {
		return err
	}
	return p.work(ctx)
}

// payments are what a creditor reports while installations die: each under a
// key of its own, again until it is answered.
type payments struct {
	cases    []string
	answered map[string]string // case by reference
	open     map[string]string // sent and not answered
	n        int
}

// report sends payments until the installation is gone, or so many are answered.
func (p *payments) report(t *testing.T, h *house, most int) {
	t.Helper()
	for ref, id := range p.open {
		if !p.send(t, h, ref, id) {
			return
		}
	}
	for range most {
		if len(p.cases) == 0 {
			status, text, err := h.ask(t.Context(), http.MethodGet, "/v1/cases?limit=100", nil)
			var all object
			if err != nil || status != http.StatusOK || json.Unmarshal(text, &all) != nil {
				return
			}
			for _, c := range all.list("items") {
				p.cases = append(p.cases, c.text("case_id"))
			}
			continue
		}
		p.n++
		if !p.send(t, h, fmt.Sprintf("PAY-%d", p.n), p.cases[p.n%len(p.cases)]) {
			return
		}
	}
}

// send reports one payment, and tells whether there was an answer.
func (p *payments) send(t *testing.T, h *house, ref, caseID string) bool {
	t.Helper()
	p.open[ref] = caseID
	body, err := json.Marshal(object{"amount": object{"amount": "1.00", "currency": "EUR"}, "received_on": "2026-09-20", "reference": ref})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL+"/v1/cases/"+caseID+"/payments", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+h.Key)
	req.Header.Set("Idempotency-Key", ref)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_ = res.Body.Close()
	switch {
	case res.StatusCode == http.StatusCreated:
		p.answered[ref] = caseID
		delete(p.open, ref)
	case res.StatusCode < 500: // the rules said no, such as to a closed case
		delete(p.open, ref)
	}
	return true
}

// TestADemonstrationKilledAgainAndAgainGoesOn kills it at random instants, every
// other time with its PostgreSQL, while payments are reported to it.
func TestADemonstrationKilledAgainAndAgainGoesOn(t *testing.T) {
	rounds, days, latest := 1, 3, 4000
	if proving {
		rounds, days, latest = 20, 120, 9000
	}
	random := chanceOf(t)
	folder := newFolder(t)
	environ := []string{"RECOBRO_DATA=" + folder, "RECOBRO_LISTEN=127.0.0.1:0", "RECOBRO_TEMPORAL_PORT=0", "RECOBRO_TIME_MACHINE=true",
		"RECOBRO_POSTGRES_REPOSITORY=off", "RECOBRO_OPERATOR_NAME=" + demo.Collector, "RECOBRO_OPERATOR_ADDRESS=" + demo.CollectorAddress,
		"DATABASE_URL=", "TEMPORAL_ADDRESS="}
	paid := &payments{answered: map[string]string{}, open: map[string]string{}}
	for round := range rounds {
		v := spawn(t, "demo", append(environ, fmt.Sprintf("RECOBRO_TEST_DAYS=%d", days))...)
		f := strings.Fields(<-v.line)
		if len(f) != 3 {
			<-v.done
			t.Fatalf("round %d: it did not start: %v\n%s", round, v.err, v.stderr.String())
		}
		pg := 0
		if round%2 == 0 {
			pg = postmaster(t, folder)
		}
		killed := make(chan struct{})
		time.AfterFunc(time.Duration(200+random.IntN(latest))*time.Millisecond, func() { v.kill(pg); close(killed) })
		paid.report(t, &house{Installation: &standalone.Installation{URL: f[1], Key: f[2]}}, 30)
		<-killed
		if v.err == nil {
			t.Logf("it ended by itself in round %d", round)
			break
		}
	}
	h := &house{environ: map[string]string{}}
	for _, e := range environ {
		name, value, _ := strings.Cut(e, "=")
		h.environ[name] = value
	}
	if err := h.start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := h.Stop(); err != nil {
			t.Error(err)
		}
	}()
	paid.report(t, h, 5)
	if err := runDemo(t.Context(), h.Installation, days); err != nil {
		t.Fatal(err)
	}
	broken, looked, err := demo.Audit(t.Context(), h.Parts.Store, h.Settings.DatabaseURL)
	if err != nil || len(broken) > 0 || looked < 340 {
		t.Errorf("%v; of %d checks are not kept: %v", err, looked, broken)
	}
	paid.kept(t, h)
}

// kept checks that every payment that was answered is on the record, and none
// twice.
func (p *payments) kept(t *testing.T, h *house) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), h.Settings.DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	rows, err := conn.Query(t.Context(), `select convert_from(payload, 'UTF8')::jsonb ->> 'reference', case_id
		from events join event_payloads using (case_id, seq) where kind = 'payment_received'`)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	var ref *string
	var caseID string
	if _, err := pgx.ForEachRow(rows, []any{&ref, &caseID}, func() error {
		if ref != nil && strings.HasPrefix(*ref, "PAY-") {
			if seen[*ref]++; seen[*ref] > 1 {
				t.Errorf("payment %s is on the record %d times", *ref, seen[*ref])
			}
			if of, answered := p.answered[*ref]; answered && of != caseID {
				t.Errorf("payment %s of case %s is on case %s", *ref, of, caseID)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for ref, id := range p.answered {
		if seen[ref] == 0 {
			t.Errorf("payment %s of case %s was answered and is not on the record", ref, id)
		}
	}
	t.Logf("%d payments were answered, %d never; %d are on the record", len(p.answered), len(p.open), len(seen))
	if len(p.answered) == 0 {
		t.Error("no payment was answered: this shows nothing")
	}
}

// TestKilledWorkersSendNothingTwice kills workers at random instants while they
// send, to providers that now and then lose an answer.
func TestKilledWorkersSendNothingTwice(t *testing.T) {
	rounds, cases := 1, 6
	if proving {
		rounds, cases = 20, 120
	}
	random := chanceOf(t)
	b := newBranch(t)
	var ids []string
	for n := range cases {
		does := []fake.Behaviour{fake.Accept, fake.Accept, fake.AcceptDrop, fake.AcceptStall}[n%4]
		ids = append(ids, b.debt(fmt.Sprintf("victim-%d", n), does, []string{"email", "phone"}[n%2]))
	}
	for _, id := range ids {
		b.wall.Store(max(b.wall.Load(), b.next(id).At.UnixMicro()))
	}
	b.killWorkers(rounds, random)
	if _, err := b.store.ExpireReservations(t.Context(), 0); err != nil { // as recover does
		t.Fatal(err)
	}
	if proving {
		b.runs()
		b.recovered(ids)
		for _, id := range ids {
			for len(b.messages(id)) < 2 {
				b.step(id)
			}
		}
	}
	states := map[string]int{}
	for _, m := range b.messages("") {
		states[m.State]++
	}
	t.Logf("after %d kills the messages are %v", rounds, states)
	b.reached()
	for _, id := range ids {
		if err := b.store.Verify(t.Context(), id); err != nil {
			t.Error(err)
		}
	}
}

// recovered waits until every case has ended its first send: an act whose worker
// died is tried again after half a minute, and that worker may die as well.
func (b *branch) recovered(ids []string) {
	b.t.Helper()
	began := time.Now()
	for _, id := range ids {
		for m := b.messages(id); len(m) == 0 || m[0].State == "reserved"; m = b.messages(id) {
			if time.Since(began) > 5*time.Minute {
				b.t.Fatalf("case %s does not go on: %s; next is %+v", id, brief(m), b.next(id))
			}
			<-time.After(100 * time.Millisecond)
		}
	}
	b.t.Logf("%.0f s after the last kill every first letter has ended", time.Since(began).Seconds())
}

// killWorkers lets workers send for a moment each.
func (b *branch) killWorkers(rounds int, random *rand.Rand) {
	b.t.Helper()
	at, err := json.Marshal(struct {
		branchAddress
		Wall time.Time
	}{b.branchAddress, time.UnixMicro(b.wall.Load()).UTC()})
	if err != nil {
		b.t.Fatal(err)
	}
	for range rounds {
		before := len(b.Letters())
		v := spawn(b.t, "worker", "RECOBRO_TEST_BRANCH="+string(at))
		await(b.t, "a provider takes another letter", func() bool {
			select {
			case <-v.done:
				b.t.Fatalf("the worker ended: %v\n%s", v.err, v.stderr.String())
			default:
			}
			return len(b.Letters()) > before || proving
		})
		<-time.After(time.Duration(random.IntN(400)) * time.Millisecond)
		v.kill(0)
	}
}
