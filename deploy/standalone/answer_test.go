package standalone_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"google.golang.org/grpc"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/fake"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/post"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/strategy"
	"github.com/recobro/recobro/worker"
	"github.com/recobro/recobro/workflows"
)

// monday is a working day long ago. Messages leave an installation only while
// its clock is the wall's, so a branch has a wall clock of its own, which is
// moved by hand; by Temporal's clock all that it waits for is past.
var monday = time.Date(2025, time.March, 3, 7, 0, 0, 0, time.UTC)

// branchAddress is where the parts of a branch are, for each of its processes.
type branchAddress struct{ Database, Temporal, Namespace, Mail, Phone string }

// parts are what one process of a branch works with.
type parts struct {
	store    *store.Store
	temporal client.Client
	office   *post.Office
	acts     *activities.Activities
}

// open connects to them; dial adds to how Temporal is reached.
func (a branchAddress) open(ctx context.Context, wall func() time.Time, patience time.Duration, dial ...grpc.DialOption) (*parts, error) {
	var p parts
	var err error
	if p.store, err = store.New(ctx, a.Database, store.Options{Wall: wall}); err != nil {
		return nil, err
	}
	p.temporal, err = client.DialContext(ctx, client.Options{HostPort: a.Temporal, Namespace: a.Namespace,
		Logger: log.NewStructuredLogger(quiet), ConnectionOptions: client.ConnectionOptions{DialOptions: dial}})
	if err != nil {
		return nil, err
	}
	p.office, err = post.New(post.Config{
		Email:    post.Channel{Mode: post.SendGrid, From: "cobros@example.com"},
		SMS:      post.Channel{Mode: post.Twilio, From: "+34910000000"},
		SendGrid: post.SendGridAccount{Key: "key", BaseURL: a.Mail},
		Twilio: post.TwilioAccount{AccountSID: "AC0123456789abcdef0123456789abcdef", Secret: "secret", BaseURL: a.Phone,
			StatusCallback: "https://recobro.example/webhooks/twilio/status"},
		Timeout: patience,
	})
	p.acts = activities.New(activities.Deps{Cases: p.store, Sends: p.store, Post: p.office})
	return &p, err
}

var quiet = slog.New(slog.DiscardHandler)

func (p *parts) work(ctx context.Context) error {
	return worker.Run(ctx, worker.Options{Temporal: p.temporal, Activities: p.acts, Store: p.store, Logger: quiet})
}

func (p *parts) close() {
	p.temporal.Close()
	p.store.Close()
}

// branch is an installation that sends live, to stand-ins of the providers, on
// a database and a namespace of its own.
type branch struct {
	branchAddress
	*parts
	*fake.Provider
	t        *testing.T
	wall     atomic.Int64 // microseconds
	waker    *workflows.Waker
	lines    map[*string]*http.Server // to the providers, by their addresses
	creditor string

	mu    sync.Mutex
	first map[string]fake.Behaviour // what is done with the first letter to an address
}

var branches atomic.Int64

func newBranch(t *testing.T) *branch {
	t.Helper()
	return newBranchOn(t, ownDatabase(t, fmt.Sprintf("branch_%d_%d", time.Now().UnixNano(), branches.Add(1))))
}

// newBranchOn is a branch on a database that is there already.
func newBranchOn(t *testing.T, databaseURL string) *branch {
	t.Helper()
	b := &branch{t: t, lines: map[*string]*http.Server{}, first: map[string]fake.Behaviour{}}
	b.wall.Store(monday.UnixMicro())
	b.Temporal, b.Namespace = here.Settings.TemporalAddress, fmt.Sprintf("branch-%d-%d", time.Now().UnixNano(), branches.Add(1))
	b.Database = databaseURL
	err := store.Migrate(t.Context(), b.Database)
	if err != nil {
		t.Fatal(err)
	}
	if b.Provider, err = fake.NewProvider(); err != nil {
		t.Fatal(err)
	}
	b.Always(b.treat)
	for _, provider := range []*string{&b.Mail, &b.Phone} {
		b.up(provider)
		t.Cleanup(func() { b.down(provider) })
	}
	t.Cleanup(func() { _ = b.Provider.Close() })
	b.parts, err = b.open(t.Context(), func() time.Time { return time.UnixMicro(b.wall.Load()).UTC() }, 3*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.parts.close)
	if err := command.PrepareNamespace(t.Context(), b.temporal, b.Namespace); err != nil {
		t.Fatal(err)
	}
	b.waker = workflows.NewWaker(b.temporal)
	made, err := b.store.SaveCreditor(t.Context(), record.Creditor{Name: "Talleres Vega", Country: "ES", IBAN: "ES9121000418450200051332",
		Email: "cobros@vega.example", Phone: "+34910000000", Street: "Calle Mayor 1", PostalCode: "28013", City: "Madrid"})
	if err != nil {
		t.Fatal(err)
	}
	b.creditor = made.ID
	return b
}

// ownDatabase makes a database beside the installation's own.
func ownDatabase(t *testing.T, name string) string {
	t.Helper()
	u, err := url.Parse(here.Settings.DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	do := func(sql string) error {
		conn, err := pgx.Connect(context.WithoutCancel(t.Context()), here.Settings.DatabaseURL)
		if err != nil {
			return err
		}
		_, err = conn.Exec(context.WithoutCancel(t.Context()), sql)
		return errors.Join(err, conn.Close(context.WithoutCancel(t.Context())))
	}
	if err := do("create database " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := do("drop database " + name + " with (force)"); err != nil {
			t.Error(err)
		}
	})
	u.Path = "/" + name
	return u.String()
}

// treat does with the first letter to an address as was told, and takes the rest.
func (b *branch) treat(l fake.Letter) fake.Behaviour {
	b.mu.Lock()
	defer b.mu.Unlock()
	does, told := b.first[l.To]
	if !told {
		return fake.Accept
	}
	delete(b.first, l.To)
	return does
}

// up lets a provider answer, at the same address each time; down makes it
// refuse connections.
func (b *branch) up(provider *string) {
	b.t.Helper()
	address := "127.0.0.1:0"
	if *provider != "" {
		address = strings.TrimPrefix(*provider, "http://")
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		b.t.Fatal(err)
	}
	*provider = "http://" + l.Addr().String()
	s := &http.Server{Handler: b.Provider}
	b.lines[provider] = s
	go func() { _ = s.Serve(l) }()
}

func (b *branch) down(provider *string) {
	if err := b.lines[provider].Close(); err != nil {
		b.t.Error(err)
	}
}

// runs serves the cases until the test ends, or until stop is called.
func (b *branch) runs() (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(b.t.Context()))
	done := make(chan error, 1)
	go func() { done <- b.work(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			b.t.Error(err)
		}
	})
	b.t.Cleanup(stop)
	return stop
}

// debt opens a case that fell due three weeks ago, of a business that can be
// reached at contacts: "email", "phone" or both. The first letter to each is
// treated as does says.
func (b *branch) debt(name string, does fake.Behaviour, contacts ...string) string {
	b.t.Helper()
	due := calendar.DateOf(monday).AddDays(-21)
	in := debt.Submission{
		Reference: name, Creditor: b.creditor, Country: "ES", Principal: money.Of(125000, "EUR"), Capacity: debt.AsCreditor,
		Claim:  law.Claim{Kind: "services", Issued: due.AddDays(-30), Due: due},
		Debtor: debt.Party{Reference: name, Kind: law.Business, Name: "Obras " + name, Language: "es", PostalCode: "28013", City: "Madrid", Country: "ES"},
	}
	for _, channel := range contacts {
		value := name + "@obras.example"
		if channel == "phone" {
			value = fmt.Sprintf("+346%08d", branches.Add(1))
		}
		b.mu.Lock()
		b.first[value] = does
		b.mu.Unlock()
		in.Debtor.Contacts = append(in.Debtor.Contacts, debt.ContactPoint{Channel: channel, Value: value})
	}
	f, err := b.store.Open(b.t.Context(), in, debt.Actor{Role: debt.Creditor})
	if err != nil {
		b.t.Fatal(err)
	}
	if err := b.waker.Wake(b.t.Context(), f.Case.ID); err != nil {
		b.t.Fatal(err)
	}
	return f.Case.ID
}

func (b *branch) next(caseID string) strategy.Decision {
	b.t.Helper()
	f, err := b.store.File(b.t.Context(), caseID)
	if err != nil {
		b.t.Fatal(err)
	}
	return f.Next
}

func (b *branch) messages(caseID string) []record.Message {
	b.t.Helper()
	all, err := b.store.Messages(b.t.Context(), caseID, "", "", 500)
	if err != nil {
		b.t.Fatal(err)
	}
	return all
}

// step lets time come to what a case does next, wakes it eight times over at
// once, and waits until it has done it.
func (b *branch) step(caseID string) strategy.Decision {
	b.t.Helper()
	d := b.next(caseID)
	if at := d.At.UnixMicro(); at > b.wall.Load() {
		b.wall.Store(at)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := b.waker.Due(b.t.Context(), caseID); err != nil {
				b.t.Error(err)
			}
		})
	}
	wg.Wait()
	await(b.t, fmt.Sprintf("case %s does %s %s", caseID, d.Do, d.Step), func() bool {
		if b.next(caseID).Same(d) {
			return false
		}
		for _, m := range b.messages(caseID) { // read after: the step and its reservation are one commit
			if m.State == "reserved" {
				return false
			}
		}
		return true
	})
	return d
}

// reached checks that every letter that a provider took is on the record, that
// none was taken twice, and that what was sent was taken.
func (b *branch) reached() {
	b.t.Helper()
	taken := b.Accepted()
	known := map[string]bool{}
	for _, m := range b.messages("") {
		known[m.ID] = true
		if m.State == "sent" && taken[m.ID] != 1 {
			b.t.Errorf("message %s is sent, and was taken %d times", m.ID, taken[m.ID])
		}
		if m.State == "failed" && taken[m.ID] != 0 {
			b.t.Errorf("message %s failed, and was taken %d times", m.ID, taken[m.ID])
		}
	}
	for id, n := range taken {
		if n != 1 || !known[id] {
			b.t.Errorf("message %q was taken %d times; on the record: %t", id, n, known[id])
		}
	}
	if v := b.Violations(); len(v) > 0 {
		b.t.Errorf("the providers object: %v", v)
	}
}

// answers are what a provider may do with a message, what the record then says
// of it, and how often it was taken.
var answers = []struct {
	name  string
	does  fake.Behaviour
	state string
	taken int
}{
	{"yes", fake.Accept, "sent", 1},
	{"taken-and-hung-up", fake.AcceptDrop, "unknown", 1},
	{"taken-and-silent", fake.AcceptStall, "unknown", 1},
	{"taken-and-500", fake.AcceptFail, "unknown", 1},
	{"taken-and-garbled", fake.AcceptGarbage, "unknown", 1},
	{"hung-up", fake.Drop, "unknown", 0},
	{"503", fake.Busy, "unknown", 0},
	{"a-proxys-page", fake.BadGateway, "unknown", 0},
	{"429", fake.TooMany, "failed", 0},
}

// TestAMessageOfUnknownOutcomeIsNeverSentAgain gives each answer to the first
// letter of a case, by e-mail and by SMS, and lets the case go on.
func TestAMessageOfUnknownOutcomeIsNeverSentAgain(t *testing.T) {
	b := newBranch(t)
	b.runs()
	for _, a := range answers {
		for _, contact := range []string{"email", "phone"} {
			t.Run(a.name+" by "+contact, func(t *testing.T) {
				id := b.debt(a.name+"-"+contact, a.does, contact)
				for len(b.messages(id)) == 0 {
					b.step(id)
				}
				first := b.messages(id)[0]
				if first.State != a.state || b.Accepted()[first.ID] != a.taken {
					t.Errorf("it is %s (%s) and was taken %d times; want %s, %d", first.State, first.Code, b.Accepted()[first.ID], a.state, a.taken)
				}
				for len(b.messages(id)) < 3 {
					b.step(id)
				}
				if now := b.messages(id)[0]; now.State != first.State || now.Provider != first.Provider {
					t.Errorf("it was %s and is %s", first.State, now.State)
				}
				if second := b.messages(id)[1]; (second.Step == first.Step) != (a.state == "failed") {
					t.Errorf("after %s the next letter is of step %s", first.State, second.Step)
				}
				if b.asked(id) != 0 {
					t.Errorf("a person was asked %d times for want of a channel", b.asked(id))
				}
			})
		}
	}
	b.reached()
}

// TestAProviderThatIsDownCostsNoStep has nobody listen for e-mail, and then
// nobody at all: the same letter is tried again, later and later, then goes by
// the other channel; a person is asked only where that is of no use either.
func TestAProviderThatIsDownCostsNoStep(t *testing.T) {
	const tries = 6
	b := newBranch(t)
	b.runs()
	id := b.debt("down", fake.Accept, "email", "phone")
	until := func(n int) []record.Message {
		for len(b.messages(id)) < n {
			b.step(id)
		}
		// A wake-up left over from the step before may have brought another letter.
		await(t, "every letter has ended", func() bool {
			return !slices.ContainsFunc(b.messages(id), func(m record.Message) bool { return m.State == "reserved" })
		})
		return b.messages(id)
	}
	b.down(&b.Mail)
	m := until(2)
	if m[0].State != "failed" || m[0].Code != post.NotConnected || m[1].Step != m[0].Step || m[1].Reserved.Sub(m[0].Reserved) < time.Hour {
		t.Errorf("nobody listened: %s", brief(m))
	}
	b.up(&b.Mail)
	m = until(3)
	if m[2].State != "sent" || m[2].Channel != "email" || m[2].Step != m[0].Step || b.Accepted()[m[2].ID] != 1 {
		t.Errorf("it is back: %s", brief(m))
	}
	b.down(&b.Mail)
	m = until(3 + tries + 1)
	if last := m[3+tries]; last.Channel != "sms" || last.State != "sent" || last.Step != m[3].Step || last.Step == m[0].Step {
		t.Errorf("the other channel works: %s", brief(m[3:]))
	}
	b.down(&b.Phone)
	for b.asked(id) == 0 {
		b.step(id)
	}
	m = b.messages(id)
	if n := len(m); n != 3+tries+1+2*tries || m[n-1].Step != m[n-2*tries].Step {
		t.Errorf("neither works: %s", brief(m[3+tries+1:]))
	}
	b.up(&b.Mail)
	b.up(&b.Phone)
	after := until(len(m) + 1)
	if last := after[len(m)]; last.State != "sent" || last.Step == m[len(m)-1].Step {
		t.Errorf("the providers are back: %s", brief(after[len(m):]))
	}
	if n := b.asked(id); n != 1 {
		t.Errorf("a person was asked %d times", n)
	}
	b.reached()
}

// asked counts the tasks of a case for which no channel was left.
func (b *branch) asked(caseID string) (n int) {
	b.t.Helper()
	tasks, err := b.store.Tasks(b.t.Context(), b.creditor, "", "", 500)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, k := range tasks {
		if k.Case == caseID && k.Kind == "no_channel" {
			n++
		}
	}
	return n
}

func brief(all []record.Message) string {
	var out []string
	for _, m := range all {
		out = append(out, fmt.Sprintf("%s by %s: %s %s", m.Step, m.Channel, m.State, m.Code))
	}
	return strings.Join(out, "; ")
}

// TestEightAtOnceSendOnce runs one act's activity eight times side by side, as
// when Temporal believes seven attempts lost that are not.
func TestEightAtOnceSendOnce(t *testing.T) {
	b := newBranch(t)
	for n := range 5 {
		id := b.debt(fmt.Sprintf("eight-%d", n), fake.Accept, "email")
		d := b.next(id)
		b.wall.Store(max(b.wall.Load(), d.At.UnixMicro()))
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if _, err := b.acts.SendEmail(t.Context(), activities.Turn{Case: id, Want: d}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if m := b.messages(id); len(m) != 1 || m[0].State != "sent" || b.Accepted()[m[0].ID] != 1 {
			t.Errorf("taken %v; messages: %s", b.Accepted(), brief(m))
		}
	}
	b.reached()
}
