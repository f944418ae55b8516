// Package activities carries out what a case has decided: each act of the
// strategy is one method, and one activity in Temporal. An activity looks again
// at the door, acts, records, and returns what the case does next, so that
// Temporal's history holds every decision.
package activities

import (
	"context"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/letter"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// Turn is what every activity is asked with: a case, and the decision to be
// carried out if it still stands.
type Turn struct {
	Case string            `json:"case"`
	Want strategy.Decision `json:"want"`
	// Seen is what the workflow was last told of the record: one that knows
	// less has gone back, and sends nothing.
	Seen record.Seen `json:"seen,omitzero"`
}

// Cases is the door to the record.
type Cases interface {
	// Decide plans the case anew and acknowledges what is on its record.
	Decide(ctx context.Context, caseID string) (record.Next, error)
	// Act calls do under the case's lock if the present decision is want and it
	// is due, and records what it returns. It gives what the case does next
	// either way.
	Act(ctx context.Context, caseID string, want strategy.Decision, do func(*record.Turn) (record.Done, error)) (record.Next, error)
}

// Sends keeps what goes out to a provider: a send is reserved and committed
// before the provider is called, and settled after.
type Sends interface {
	// Reserve is Act for a message to a provider; m is nil where nothing is to
	// be sent.
	Reserve(ctx context.Context, caseID string, want strategy.Decision, do func(*record.Turn) (record.Done, error)) (m *record.Message, next record.Next, err error)
	// Settle records what became of a reserved message.
	Settle(ctx context.Context, messageID string, d record.Delivery) (record.Next, error)
}

// Post is what brings messages out.
type Post interface {
	// Send hands m to its provider, once.
	Send(ctx context.Context, m record.Message) record.Delivery
	// Mode gives how a channel's messages go out: outbox, smtp, sendgrid, twilio.
	Mode(channel string) string
}

// Deps are what the activities act through.
type Deps struct {
	Cases Cases
	Sends Sends
	Post  Post
	// Turn waits until a channel may send again, by the limit of its provider;
	// nil: there are no limits.
	Turn func(ctx context.Context, channel string) error
	// Operator is who runs the collection, as letters on behalf of a creditor
	// name them; empty where creditors run their own.
	Operator letter.Operator
}

// Activities carries out what cases decide.
type Activities struct {
	cases    Cases
	sends    Sends
	post     Post
	turn     func(ctx context.Context, channel string) error
	operator letter.Operator
}

// New returns activities that act through d.
func New(d Deps) *Activities {
	if d.Turn == nil {
		d.Turn = func(context.Context, string) error { return nil }
	}
	return &Activities{cases: d.Cases, sends: d.Sends, post: d.Post, turn: d.Turn, operator: d.Operator}
}

// act carries a decision out that leaves facts on the record, and what do adds
// to them.
func (a *Activities) act(ctx context.Context, in Turn, do func(*record.Turn, *record.Done) error) (record.Next, error) {
	next, err := a.cases.Act(record.WithSeen(ctx, in.Seen), in.Case, in.Want, func(t *record.Turn) (record.Done, error) {
		done := record.Done{Facts: facts(t)}
		return done, do(t, &done)
	})
	return next, failed(string(in.Want.Do), in.Case, err)
}

// plain adds nothing: the facts are all there is.
func plain(*record.Turn, *record.Done) error { return nil }

// facts are what carrying the decision out puts on the record, as the forecast
// assumed them.
func facts(t *record.Turn) []debt.Fact {
	return strategy.Facts(situation(t), t.Decision.Under(t.Letter), t.Now, t.NewID)
}

func situation(t *record.Turn) *strategy.Situation { return &t.Person.Cases[t.Index] }

// today is the day where the debtor lives.
func today(t *record.Turn) calendar.Date {
	zone := t.Person.Place.Zone()
	if zone == nil {
		zone = time.UTC
	}
	return calendar.DateOf(t.Now.In(zone))
}

// find gives the first fact of a kind.
func find[F debt.Fact](facts []debt.Fact) (F, bool) {
	for _, f := range facts {
		if x, ok := f.(F); ok {
			return x, true
		}
	}
	var none F
	return none, false
}
