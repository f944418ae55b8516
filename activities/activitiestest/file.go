// Package activitiestest keeps a person's cases in memory, behind the same door
// as the store: what is decided, accepted and folded is the ground floor's own
// code; only PostgreSQL is not there. It is for tests of activities and workflows.
package activitiestest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// Did is one act that was carried out.
type Did struct {
	Case     string
	Decision strategy.Decision
	At       time.Time
}

// File is the cases of one person and what stands beside them.
type File struct {
	Person   *strategy.Person
	Terms    []debt.Terms // parallel to Person.Cases
	Debtor   record.Debtor
	Creditor record.Creditor
	Now      func() time.Time
	// Wake gives the wall instant of a business instant; the same where nil.
	Wake func(business time.Time) time.Time

	Events   []debt.Event // of all cases, in the order in which they were recorded
	Did      []Did
	Messages []*record.Message
	Tasks    []record.Task
	Handoffs []record.Handoff
	Asked    int // how often the door was opened

	// Down, if set, is what the door answers before anything else.
	Down func(doing string) error

	mu  sync.Mutex
	ids int
}

// Decide plans anew and gives what the case does next.
func (f *File) Decide(_ context.Context, caseID string) (record.Next, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i, err := f.open("Decide", caseID)
	if err != nil {
		return record.Next{}, err
	}
	return f.next(i), nil
}

// Act carries want out if it is still what the case does, and due.
func (f *File) Act(_ context.Context, caseID string, want strategy.Decision, do func(*record.Turn) (record.Done, error)) (record.Next, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i, err := f.open(string(want.Do), caseID)
	if err != nil {
		return record.Next{}, err
	}
	if now := f.Person.Plan(f.Now())[i]; now.Same(want) && now.Due(f.Now()) {
		if _, err := f.carryOut(i, now, do); err != nil {
			return record.Next{}, err
		}
	}
	return f.next(i), nil
}

// Reserve is Act for a message to a provider.
func (f *File) Reserve(_ context.Context, caseID string, want strategy.Decision, do func(*record.Turn) (record.Done, error)) (*record.Message, record.Next, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i, err := f.open("Reserve", caseID)
	if err != nil {
		return nil, record.Next{}, err
	}
	if old := f.under(key(caseID, want)); old != nil && old.State == "reserved" {
		f.end(old, record.Delivery{State: "unknown"})
		return nil, f.next(i), nil
	}
	now := f.Person.Plan(f.Now())[i]
	if !now.Same(want) || !now.Due(f.Now()) {
		return nil, f.next(i), nil
	}
	m, err := f.carryOut(i, now, do)
	return m, f.next(i), err
}

// Settle records what became of a reserved message.
func (f *File) Settle(_ context.Context, messageID string, d record.Delivery) (record.Next, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.Messages {
		if m.ID != messageID {
			continue
		}
		i, err := f.open("Settle", m.Case)
		if err != nil {
			return record.Next{}, err
		}
		if m.State == "reserved" || m.State == "unknown" {
			f.end(m, d)
		}
		return f.next(i), nil
	}
	return record.Next{}, fmt.Errorf("message %s: %w", messageID, record.ErrNotFound)
}

// Record puts a fact on the record that somebody reports, with what follows.
func (f *File) Record(caseID string, fact debt.Fact) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	i, err := f.open("Record", caseID)
	if err != nil {
		return err
	}
	c := f.Person.Cases[i].Case
	facts, err := c.Accept(fact, f.Terms[i], f.Now())
	if err != nil {
		return err
	}
	f.add(c, debt.Actor{Role: debt.Agent}, facts)
	return nil
}

// Change changes the file while no act looks at it.
func (f *File) Change(change func(*File)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
}

// Case gives a case by its id; nil where there is none.
func (f *File) Case(caseID string) *debt.Case {
	for i := range f.Person.Cases {
		if c := f.Person.Cases[i].Case; c.ID == caseID {
			return c
		}
	}
	return nil
}

// NewID gives the next identifier.
func (f *File) NewID() string {
	f.ids++
	return "id-" + strconv.Itoa(f.ids)
}

func (f *File) open(doing, caseID string) (int, error) {
	f.Asked++
	if f.Down != nil {
		if err := f.Down(doing); err != nil {
			return 0, err
		}
	}
	i := slices.IndexFunc(f.Person.Cases, func(s strategy.Situation) bool { return s.Case.ID == caseID })
	if i < 0 {
		return 0, fmt.Errorf("case %s: %w", caseID, record.ErrNotFound)
	}
	return i, nil
}

// next is what the case does next.
func (f *File) next(i int) record.Next {
	c := f.Person.Cases[i].Case
	n := record.Next{Case: c.ID, Seq: c.Seq, Decision: f.Person.Plan(f.Now())[i], Stage: c.Stage, Creditor: c.Creditor, Country: c.Country}
	if !n.Decision.Final() {
		n.Wake = n.Decision.At
		if f.Wake != nil {
			n.Wake = f.Wake(n.Decision.At)
		}
	}
	return n
}

func (f *File) carryOut(i int, d strategy.Decision, do func(*record.Turn) (record.Done, error)) (*record.Message, error) {
	now, c := f.Now(), f.Person.Cases[i].Case
	t := &record.Turn{Now: now, Person: f.Person, Index: i, Decision: d, Debtor: f.Debtor, Creditor: f.Creditor, Terms: f.Terms, NewID: f.NewID}
	t.Covers, t.Letter = f.Person.Covers(i, d, now)
	done, err := do(t)
	if err != nil {
		return nil, err
	}
	if m := done.Message; m != nil {
		m.Key, m.Creditor, m.Person, m.Reserved = key(c.ID, d), c.Creditor, c.Person, now
		f.Messages = append(f.Messages, m)
		for _, j := range t.Covers {
			m.Covers = append(m.Covers, f.Person.Cases[j].Case.ID)
			f.cover(j, m, t.Letter)
		}
	}
	f.Did = append(f.Did, Did{c.ID, d, now})
	f.add(c, debt.Actor{Role: debt.Engine}, done.Facts)
	if x, ok := d.Contact(c.ID, now); ok {
		f.Person.Contacts = append(f.Person.Contacts, x)
	}
	f.Tasks = append(f.Tasks, done.Tasks...)
	f.offer(c, done.Facts)
	return done.Message, nil
}

// offer keeps the handoff that follows from the facts, as the store does.
func (f *File) offer(c *debt.Case, facts []debt.Fact) {
	for _, x := range facts {
		if o, ok := x.(debt.HandoffOffered); ok {
			f.Handoffs = append(f.Handoffs, record.Handoff{ID: o.Handoff.ID, Case: c.ID, Creditor: c.Creditor, Firm: o.Handoff.Firm,
				State: "offered", Offered: f.Now(), Until: o.Handoff.Until})
		}
	}
}

// cover marks a sibling's own step as gone out in message m.
func (f *File) cover(j int, m *record.Message, letter string) {
	s := &f.Person.Cases[j]
	own := f.Person.Next(j, f.Now())
	var facts []debt.Fact
	for _, x := range strategy.Facts(s, own.Under(letter), f.Now(), func() string { return m.ID }) {
		if _, ended := x.(debt.MessageEnded); !ended || m.State != "reserved" {
			facts = append(facts, x)
		}
	}
	f.add(s.Case, debt.Actor{Role: debt.Engine}, facts)
}

func (f *File) end(m *record.Message, d record.Delivery) {
	m.State, m.Ended = d.State, f.Now()
	for _, id := range append([]string{m.Case}, m.Covers...) {
		f.add(f.Case(id), debt.Actor{Role: debt.Provider}, []debt.Fact{debt.MessageEnded{Message: m.ID, State: d.State, Code: d.Code, Provider: d.Provider, Retry: d.Retry}})
	}
}

func (f *File) under(key string) *record.Message {
	for _, m := range f.Messages {
		if m.Key == key {
			return m
		}
	}
	return nil
}

func (f *File) add(c *debt.Case, by debt.Actor, facts []debt.Fact) {
	for _, x := range facts {
		e := debt.Event{Seq: c.Seq + 1, At: f.Now(), By: by, Fact: x}
		f.Events = append(f.Events, e)
		c.Apply(e)
	}
}

func key(caseID string, d strategy.Decision) string {
	return fmt.Sprintf("%s/%s:%s/%d/%s", caseID, d.Step, d.Target, d.Occurrence, d.Channel)
}
