package bench

import (
	"context"
	"fmt"
	"sync"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
)

// vega is the creditor of what is measured.
var vega = record.Creditor{Name: "Talleres Vega", Country: "ES", IBAN: "ES9121000418450200051332",
	Email: "cobros@vega.example", Phone: "+34910000000", Street: "Calle Mayor 1", PostalCode: "28013", City: "Madrid"}

// owed is the debt of a business of its own, by number: nobody owes twice. It
// is reached by these channels: email, phone.
func owed(creditor string, n int, due calendar.Date, channels ...string) debt.Submission {
	name := fmt.Sprintf("F-%07d", n)
	in := debt.Submission{
		Reference: name, Creditor: creditor, Country: "ES", Principal: money.Of(int64(50_000+n%100_000), "EUR"), Capacity: debt.AsCreditor,
		Claim: law.Claim{Kind: "services", Issued: due.AddDays(-30), Due: due},
		Debtor: debt.Party{Reference: fmt.Sprintf("C-%07d", n), Kind: law.Business, Name: fmt.Sprintf("Obras del Norte %d, S.L.", n), Language: "es",
			Street: fmt.Sprintf("Calle Real %d", n%200+1), PostalCode: "28013", City: "Madrid", Country: "ES"},
	}
	for _, channel := range channels {
		value := fmt.Sprintf("pagos%d@obras.example", n)
		if channel == "phone" {
			value = fmt.Sprintf("+346%08d", n)
		}
		in.Debtor.Contacts = append(in.Debtor.Contacts, debt.ContactPoint{Channel: channel, Value: value})
	}
	return in
}

// openers is how many debts are opened side by side to fill a record.
const openers = 8

// open opens debts and gives their cases.
func open(ctx context.Context, s *store.Store, all []debt.Submission) ([]string, error) {
	at := make(map[string]int, len(all))
	names := make([]string, len(all))
	for i, in := range all {
		at[in.Reference], names[i] = i, in.Reference
	}
	ids := make([]string, len(all))
	var mu sync.Mutex
	err := each(ctx, openers, names, func(ctx context.Context, name string) error {
		f, err := s.Open(ctx, all[at[name]], debt.Actor{Role: debt.Creditor})
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		ids[at[name]] = f.Case.ID
		return nil
	})
	return ids, err
}
