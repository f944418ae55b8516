package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/strategy"
)

// URL gives the URL of a migrated database of the test's own. It is dropped
// when the test ends.
func URL(t testing.TB) string {
	t.Helper()
	s, err := start()
	if err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	count++
	name := fmt.Sprintf("test_%d", count)
	err = s.exec(context.Background(), "create database "+name+" template template strategy file_copy")
	mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.exec(context.Background(), "drop database "+name+" with (force)"); err != nil {
			t.Error(err)
		}
	})
	return s.url(name)
}

// New gives a store on a database of the test's own, with the clock of the
// machine.
func New(t testing.TB) *store.Store {
	t.Helper()
	return Open(t, URL(t))
}

// Open gives a further store on a database that URL gave, as another process
// would have it.
func Open(t testing.TB, databaseURL string) *store.Store {
	t.Helper()
	s, err := store.New(context.Background(), databaseURL, store.Options{Strategies: strategy.NewLibrary(), ThirdParty: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// At gives a store whose clock stands still at an instant.
func At(t testing.TB, at time.Time) *store.Store {
	t.Helper()
	s := New(t)
	if err := s.Freeze(context.Background(), at); err != nil {
		t.Fatal(err)
	}
	return s
}

// Creditor keeps a creditor from Madrid.
func Creditor(t testing.TB, s *store.Store, name string) record.Creditor {
	t.Helper()
	k, err := s.SaveCreditor(context.Background(), record.Creditor{Name: name, LegalName: name + " S.L.", Kind: law.Business,
		TaxID: "B12345674", Country: "ES", Street: "Calle de Alcalá 1", PostalCode: "28014", City: "Madrid",
		IBAN: "ES9121000418450200051332", Email: "cobros@example.com", Phone: "+34910000000"})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Prolong lets the last rates go on to the end of a year, for debts that are paid
// in half-years that have none yet.
func Prolong(t testing.TB, s *store.Store, year int) {
	t.Helper()
	for _, row := range law.Prolonged(countries.All(), calendar.Day(year, 12, 31)) {
		row.Author = "test"
		if _, err := s.AddRate(context.Background(), record.OwnRate{RateRow: row}); err != nil {
			t.Fatal(err)
		}
	}
}

// Submission is a Spanish business debt of 1,250.00 € that fell due on a day,
// submitted by a creditor; n tells apart debts and debtors.
func Submission(creditor string, n int, due calendar.Date) debt.Submission {
	return debt.Submission{
		Creditor: creditor, Reference: fmt.Sprintf("F-%05d", n), Country: "ES",
		Claim:     law.Claim{Kind: law.Services, Issued: due.AddDays(-30), Due: due},
		Principal: money.EUR(125000),
		Debtor: debt.Party{Reference: fmt.Sprintf("C-%d", n), Kind: law.Business, Name: fmt.Sprintf("Talleres Quevedo %d", n),
			Language: "es", Street: "Gran Vía 10", PostalCode: "28013", City: "Madrid", Country: "ES",
			Contacts: []debt.ContactPoint{{Channel: "email", Value: fmt.Sprintf("pagos%d@talleres.example", n)}}},
	}
}

// Case opens the submission, and gives the case.
func Case(t testing.TB, s *store.Store, in debt.Submission) record.File {
	t.Helper()
	f, err := s.Open(context.Background(), in, debt.Actor{Role: debt.Operator})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Deliver is what the activities do for a decision, without words: the facts of
// the strategy, and for a send a message in the given mode.
func Deliver(mode string) func(*record.Turn) (record.Done, error) {
	return func(t *record.Turn) (record.Done, error) {
		d, c := t.Decision, t.Case()
		var ids []string
		facts := strategy.Facts(&t.Person.Cases[t.Index], d, t.Now, func() string {
			ids = append(ids, t.NewID())
			return ids[len(ids)-1]
		})
		done := record.Done{Facts: facts}
		switch {
		case d.Do.Sends():
			done.Message = &record.Message{ID: ids[0], Step: d.Step, Occurrence: d.Occurrence, Channel: d.Channel, Purpose: d.Purpose,
				Letter: t.Letter, Language: c.Language, To: "debtor@example.com", Subject: "s", Text: "t", State: "sent", Mode: mode}
			if mode != "outbox" {
				done.Facts = unsettled(facts)
			}
		case d.Do == strategy.OpenTask || d.Do == strategy.ReviewHold || d.Do == strategy.RaiseAlarm:
			done.Tasks = []record.Task{{ID: ids[0], Kind: d.Letter, Step: d.Step, Due: calendar.DateOf(t.Now)}}
		}
		return done, nil
	}
}

// unsettled leaves out what a provider has still to say.
func unsettled(facts []debt.Fact) []debt.Fact {
	var out []debt.Fact
	for _, f := range facts {
		if _, ok := f.(debt.MessageEnded); !ok {
			out = append(out, f)
		}
	}
	return out
}
