package workflowstest

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/activities/activitiestest"
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// Open makes the record on which a life begins; now tells the business instant.
func (l Life) Open(caseID string, now func() time.Time) (*activitiestest.File, error) {
	f, err := activitiestest.New(l.Country, l.Kind, now)
	if err != nil {
		return nil, err
	}
	f.Now = func() time.Time { return l.Begins(f) }
	if err := f.Open(caseID, calendar.Must(Due)); err != nil {
		return nil, err
	}
	f.Now = now
	f.Person.Cases[0].Agents = l.Agents
	if len(l.Reach) > 0 {
		f.Person.Cases[0].Reach = l.Reach
	}
	if len(l.Strategy) > 0 {
		own, err := strategy.Parse(l.Strategy)
		if err != nil {
			return nil, err
		}
		f.Person.Cases[0].Strategy = own
	}
	return f, nil
}

// Begins is eight in the morning of the day of submission.
func (l Life) Begins(f *activitiestest.File) time.Time {
	return calendar.Must(Submitted).At(8, 0, f.Person.Place.Zone())
}

// Noon is the instant of a plan.
func (p Plan) Noon(f *activitiestest.File) time.Time {
	return calendar.Must(p.Day).At(12, 0, f.Person.Place.Zone())
}

// Activities act on the life's record through its doors, and send through its
// provider.
func (l Life) Activities(cases activities.Cases, out activities.Sends) *activities.Activities {
	return activities.New(activities.Deps{Cases: cases, Sends: &sends{Sends: out, lost: l.Lost}, Post: &post{answer: l.Provider}})
}

// post is a provider that never waits.
type post struct {
	answer func(n int) record.Delivery
	mu     sync.Mutex
	n      int
}

// Mode is smtp where there is a provider.
func (p *post) Mode(string) string {
	if p.answer == nil {
		return activities.Outbox
	}
	return "smtp"
}

// Send gives the provider's answer.
func (p *post) Send(context.Context, record.Message) record.Delivery {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.n++
	return p.answer(p.n)
}

// sends loses the answer to one reservation, which has been committed.
type sends struct {
	activities.Sends
	mu      sync.Mutex
	n, lost int
}

type deciding = func(*record.Turn) (record.Done, error)

// Reserve is the record's own, but that one answer is lost.
func (s *sends) Reserve(ctx context.Context, caseID string, want strategy.Decision, do deciding) (*record.Message, record.Next, error) {
	m, next, err := s.Sends.Reserve(ctx, caseID, want, do)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.n++; err == nil && s.n == s.lost {
		return nil, record.Next{}, errors.New("the connection was lost while committing")
	}
	return m, next, err
}

// door is the record's, whose answers say when to wake in the studio.
type door struct {
	file *activitiestest.File
	s    *studio
}

func (d *door) answer(next record.Next, err error) (record.Next, error) {
	if err == nil && !next.Decision.Final() {
		next.Wake = d.s.wake(next.Decision.At)
	}
	return next, err
}

// Decide is the file's.
func (d *door) Decide(ctx context.Context, caseID string) (record.Next, error) {
	return d.answer(d.file.Decide(ctx, caseID))
}

// Act is the file's.
func (d *door) Act(ctx context.Context, caseID string, want strategy.Decision, do deciding) (record.Next, error) {
	return d.answer(d.file.Act(ctx, caseID, want, do))
}

// Reserve is the file's. While a message is on its way the case goes nowhere.
func (d *door) Reserve(ctx context.Context, caseID string, want strategy.Decision, do deciding) (*record.Message, record.Next, error) {
	m, next, err := d.file.Reserve(ctx, caseID, want, do)
	if m == nil {
		next, err = d.answer(next, err)
	}
	return m, next, err
}

// Settle is the file's.
func (d *door) Settle(ctx context.Context, messageID string, x record.Delivery) (record.Next, error) {
	return d.answer(d.file.Settle(ctx, messageID, x))
}
