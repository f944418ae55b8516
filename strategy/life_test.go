package strategy_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/strategy"
)

var library = strategy.NewLibrary()

// days reads a day written in a test.
func on(s string) calendar.Date { return calendar.Must(s) }

func placeOf(t testing.TB, country, code, zone string) calendar.Place {
	t.Helper()
	p, err := calendar.PlaceOf(country, code, zone)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// life is one case as the tests set it up and play it.
type life struct {
	strategy string
	due      string
	opened   string // instant, RFC 3339
	kind     law.ClaimKind
	cents    int64
	reach    []string
}

// situation makes an open case that nothing has happened to.
func (l life) situation(t testing.TB, id string) strategy.Situation {
	t.Helper()
	st, ok := library.Get(l.strategy)
	if !ok {
		t.Fatalf("no strategy %s", l.strategy)
	}
	j, _ := countries.For(st.Country, "")
	at, err := time.Parse(time.RFC3339, l.opened)
	if err != nil {
		t.Fatal(err)
	}
	due := on(l.due)
	kind := l.kind
	if kind == "" {
		kind = law.Services
	}
	cents := l.cents
	if cents == 0 {
		cents = 125000
	}
	stage := debt.Upcoming
	if calendar.DateOf(at).After(due) {
		stage = debt.FriendlyContact
	}
	c := &debt.Case{}
	c.Apply(debt.Event{Seq: 1, At: at, Fact: debt.CaseOpened{Stage: stage, Case: debt.Case{
		ID: id, Creditor: "creditor-1", Debtor: "debtor-1", Person: "person-1", Country: st.Country,
		Principal: money.EUR(cents), Strategy: st.Ref(), Capacity: debt.AsCreditor,
		Claim: law.Claim{Kind: kind, Creditor: law.Business, Debtor: st.Debtor, Issued: due.AddDays(-30), Due: due},
	}}})
	reach := l.reach
	if reach == nil {
		reach = []string{"email", "sms", "phone"}
	}
	return strategy.Situation{Case: c, Strategy: st, Law: j, Reach: reach, Firms: []string{"firm-1", "firm-2"}}
}

// person puts cases together as those of one debtor.
func person(place calendar.Place, cases ...strategy.Situation) *strategy.Person {
	return &strategy.Person{Place: place, Cases: cases}
}

// tell puts facts that somebody reported on the record of case i.
func tell(t testing.TB, p *strategy.Person, i int, now time.Time, facts ...debt.Fact) {
	t.Helper()
	s := &p.Cases[i]
	terms := debt.Terms{Law: s.Law, Limits: s.Strategy.Rules(debt.Limits{}), Debtor: p.Place, Home: p.Place}
	for _, f := range facts {
		all, err := s.Case.Accept(f, terms, now)
		if err != nil {
			t.Fatalf("%s at %s: %v", f.Kind(), now, err)
		}
		put(s.Case, now, all...)
	}
}

func put(c *debt.Case, now time.Time, facts ...debt.Fact) {
	for _, f := range facts {
		c.Apply(debt.Event{Seq: c.Seq + 1, At: now, Fact: f})
	}
}

// done is one act as it was carried out.
type done struct {
	strategy.Decision
	of int // case
}

// perform carries out what case i decided, as the door does: with the cases
// that its message covers, and the contact on the person's account.
func perform(p *strategy.Person, i int, d strategy.Decision, now time.Time) []done {
	others, letter := p.Covers(i, d, now)
	out := []done{{d, i}}
	own := make([]strategy.Decision, len(others))
	for n, j := range others {
		own[n] = p.Next(j, now)
	}
	d.Letter = letter
	put(p.Cases[i].Case, now, strategy.Facts(&p.Cases[i], out[0].Decision.Under(letter), now, ids())...)
	for n, j := range others {
		put(p.Cases[j].Case, now, strategy.Facts(&p.Cases[j], own[n].Under(letter), now, ids())...)
		own[n].At = now
		out = append(out, done{own[n], j})
	}
	if c, ok := d.Contact(p.Cases[i].Case.ID, now); ok {
		p.Contacts = append(p.Contacts, c)
	}
	return out
}

var made int

func ids() func() string {
	return func() string { made++; return fmt.Sprintf("id-%d", made) }
}

// play lets the person's cases act from now until an instant, each decision
// taken anew by Plan at its own instant.
func play(t testing.TB, p *strategy.Person, now, until time.Time) []done {
	t.Helper()
	var out []done
	for n := 0; ; n++ {
		if n > 5000 {
			t.Fatalf("still acting at %s after %d acts, the last %+v", now, n, out[len(out)-1])
		}
		next := -1
		plan := p.Plan(now)
		for i, d := range plan {
			if !d.Final() && (next < 0 || d.At.Before(plan[next].At)) {
				next = i
			}
		}
		if next < 0 || plan[next].At.After(until) {
			return out
		}
		if plan[next].At.After(now) {
			now = plan[next].At
			again := p.Plan(now)[next]
			if !again.Same(plan[next]) || !again.At.Equal(now) {
				t.Fatalf("planned %v %s for %s, but then decides %v %s at %s", plan[next].Do, plan[next].Step, now, again.Do, again.Step, again.At)
			}
		}
		out = append(out, perform(p, next, plan[next], now)...)
	}
}
