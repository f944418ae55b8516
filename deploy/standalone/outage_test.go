package standalone_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/recobro/recobro/api"
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/deploy/standalone"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/strategy"
	"github.com/recobro/recobro/workflows"
)

// line is the way to a server, which can be cut and joined again.
type line struct {
	t    *testing.T
	to   string
	at   string
	mu   sync.Mutex
	open []net.Conn
	l    net.Listener
}

func newLine(t *testing.T, to string) *line {
	t.Helper()
	l := &line{t: t, to: to, at: "127.0.0.1:0"}
	l.join()
	t.Cleanup(l.cut)
	return l
}

// join lets connections through, at the same address each time.
func (l *line) join() {
	l.t.Helper()
	listener, err := net.Listen("tcp", l.at)
	if err != nil {
		l.t.Fatal(err)
	}
	l.mu.Lock()
	l.l, l.at = listener, listener.Addr().String()
	l.mu.Unlock()
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", l.to)
			if err != nil {
				_ = near.Close()
				continue
			}
			l.mu.Lock()
			l.open = append(l.open, near, far)
			l.mu.Unlock()
			go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
			go func() { _, _ = io.Copy(near, far); _ = near.Close() }()
		}
	}()
}

// cut refuses connections, and ends those that are open.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.l.Close()
	for _, c := range l.open {
		_ = c.Close()
	}
	l.open = nil
}

// site is the API of some parts, under an operator's key.
func (b *branch) site(p *parts) *house {
	b.t.Helper()
	_, secret, err := b.store.NewKey(b.t.Context(), record.Key{Role: debt.Operator, Label: "desk"})
	if err != nil {
		b.t.Fatal(err)
	}
	r := p.store
	s := httptest.NewServer(api.New(api.Options{
		Door: r, Cases: r, Findings: r, Messages: r, Tasks: r, Documents: r, Debtors: r, Points: r, Creditors: r, Keys: r,
		Porter: r, Stops: r, Firms: r, Handoffs: r, Imports: r, Strategies: r, Memory: r, Figures: r,
		Waker: workflows.NewWaker(p.temporal), Away: store.Away, Logger: quiet,
	}))
	b.t.Cleanup(s.Close)
	return &house{Installation: &standalone.Installation{URL: s.URL, Key: secret}}
}

// clock is the branch's wall clock.
func (b *branch) clock() time.Time { return time.UnixMicro(b.wall.Load()).UTC() }

// until lets time pass, action by action, while workers run: every case acts at
// its instant, and the clock goes on once all are at rest.
func (b *branch) until(to time.Time) {
	b.t.Helper()
	for {
		b.rest()
		at, some, err := b.store.NextInstant(b.t.Context())
		if err != nil {
			b.t.Fatal(err)
		}
		if !some || at.After(to) {
			b.wall.Store(max(b.wall.Load(), to.UnixMicro()))
			b.rest()
			return
		}
		b.wall.Store(max(b.wall.Load(), at.UnixMicro()))
	}
}

// rest tells the cases that are due, and waits until nothing is.
func (b *branch) rest() {
	b.t.Helper()
	began, told := time.Now(), map[string]time.Time{}
	for {
		now := b.clock()
		restless, err := b.store.Unrest(b.t.Context(), now, 100)
		if err != nil {
			b.t.Fatal(err)
		}
		if len(restless) == 0 {
			return
		}
		if time.Since(began) > 2*time.Minute {
			b.t.Fatalf("case %s, one of %d, does not come to rest: next is %+v", restless[0], len(restless), b.next(restless[0]))
		}
		due, err := b.store.Due(b.t.Context(), now)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, id := range due {
			if time.Since(told[id]) < time.Second {
				continue
			}
			told[id] = time.Now()
			if err := b.waker.Due(b.t.Context(), id); err != nil {
				b.t.Fatal(err)
			}
		}
		<-time.After(5 * time.Millisecond)
	}
}

// owed opens debts of the branch's creditor, or of another: several of one
// debtor where people are fewer than debts. They fell due within the month
// before, and some fall due after.
func (b *branch) owed(debts, people int, creditors ...string) (ids []string) {
	b.t.Helper()
	for n := range debts {
		who := fmt.Sprintf("debtor-%d", n%people)
		due := calendar.DateOf(b.clock()).AddDays(10 - (n*7)%40)
		in := debt.Submission{
			Reference: fmt.Sprintf("F-%d", n), Creditor: creditors[(n/people)%len(creditors)], Country: "ES",
			Principal: money.Of(int64(40000+n*1700), "EUR"), Capacity: debt.AsCreditor,
			Claim: law.Claim{Kind: "services", Issued: due.AddDays(-30), Due: due},
			Debtor: debt.Party{Reference: who, Kind: law.Business, Name: "Obras " + who, TaxID: "", Language: "es",
				PostalCode: "28013", City: "Madrid", Country: "ES",
				Contacts: []debt.ContactPoint{{Channel: "email", Value: who + "@obras.example"}}},
		}
		if n%people%3 == 0 {
			in.Debtor.Contacts = append(in.Debtor.Contacts, debt.ContactPoint{Channel: "phone", Value: fmt.Sprintf("+34600%06d", n%people)})
		}
		f, err := b.store.Open(b.t.Context(), in, debt.Actor{Role: debt.Creditor})
		if err != nil {
			b.t.Fatal(err)
		}
		ids = append(ids, f.Case.ID)
	}
	for _, id := range ids {
		if err := b.waker.Wake(b.t.Context(), id); err != nil {
			b.t.Fatal(err)
		}
	}
	return ids
}

// other keeps a further creditor, with a daily limit on e-mail.
func (b *branch) other(name string, daily int) string {
	b.t.Helper()
	k, err := b.store.SaveCreditor(b.t.Context(), record.Creditor{Name: name, Country: "ES", IBAN: "ES9121000418450200051332",
		Email: "cobros@" + strings.ToLower(name) + ".example", Phone: "+34910000001", Street: "Calle Mayor 2", PostalCode: "28013", City: "Madrid",
		Limits: record.CreditorLimits{DailyEmail: daily}})
	if err != nil {
		b.t.Fatal(err)
	}
	return k.ID
}

// steps gives the steps of a case that went out, in their order.
func (b *branch) steps(caseID string) (out []string) {
	b.t.Helper()
	f, err := b.store.File(b.t.Context(), caseID)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, m := range f.Case.Marks {
		if m.Message != "" && m.State == "sent" {
			out = append(out, m.Step)
		}
	}
	return out
}

// inOrder checks that a case went its ladder step by step: it may leave out the
// courtesy of a debt that came when it was due, and what is on the record as
// skipped.
func (b *branch) inOrder(caseID string) {
	b.t.Helper()
	f, err := b.store.File(b.t.Context(), caseID)
	if err != nil {
		b.t.Fatal(err)
	}
	s, ok := strategy.NewLibrary().Get(f.Case.Strategy)
	if !ok {
		b.t.Fatalf("there is no strategy %s", f.Case.Strategy)
	}
	came := calendar.DateOf(f.Case.Opened)
	went := map[string]bool{}
	for _, m := range f.Case.Marks {
		went[m.Step] = true
	}
	done := b.steps(caseID)
	n := 0
	for _, st := range s.Steps {
		switch {
		case n == len(done):
			return
		case done[n] == st.Name:
			n++
		case (st.Offset >= 0 || came.Before(f.Case.Claim.Due)) && st.Letter != "" && !went[st.Name]:
			b.t.Errorf("case %s did %v, and left out %s", caseID, done, st.Name)
		}
	}
	if n < len(done) {
		b.t.Errorf("case %s did %v, which is no order of its ladder", caseID, done)
	}
}

// bearable checks what a branch sent to people: never two messages to one
// person within the six days that lie between, at most so many a day for a
// creditor that limits them, and each case's steps in the order of its ladder.
func (b *branch) bearable(ids []string, limits map[string]int) {
	b.t.Helper()
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		b.t.Fatal(err)
	}
	last, daily := map[string]record.Message{}, map[string]int{}
	all := b.messages("")
	slices.SortFunc(all, func(x, y record.Message) int { return x.Reserved.Compare(y.Reserved) })
	for _, m := range all {
		if m.Purpose == strategy.Service {
			continue
		}
		day := calendar.DateOf(m.Reserved.In(madrid))
		if before, is := last[m.Person]; is && calendar.DateOf(before.Reserved.In(madrid)).Days(day) < 7 {
			b.t.Errorf("%s on %s follows %s of %s to the same person", m.Key, m.Reserved, before.Key, before.Reserved)
		}
		last[m.Person] = m
		if m.State != "failed" && m.Channel == "email" {
			daily[m.Creditor+" on "+day.String()]++
		}
	}
	for key, n := range daily {
		creditor, _, _ := strings.Cut(key, " on ")
		if limit := limits[creditor]; limit > 0 && n > limit {
			b.t.Errorf("%d messages for creditor %s, which allows %d a day", n, key, limit)
		}
	}
	for _, id := range ids {
		f, err := b.store.File(b.t.Context(), id)
		if err != nil {
			b.t.Fatal(err)
		}
		if f.Case.Open() && (f.Next.At.IsZero() || f.Next.At.Before(b.clock())) {
			b.t.Errorf("case %s is forgotten: next is %+v", id, f.Next)
		}
		b.inOrder(id)
		if err := b.store.Verify(b.t.Context(), id); err != nil {
			b.t.Error(err)
		}
	}
}

// answers asks a site until it answers with that status.
func (h *house) answers(t *testing.T, want int, path string) {
	t.Helper()
	await(t, fmt.Sprintf("%s answers %d", path, want), func() bool {
		status, _, err := h.ask(context.WithoutCancel(t.Context()), http.MethodGet, path, nil)
		return err == nil && status == want
	})
}
