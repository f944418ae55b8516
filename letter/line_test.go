package letter

import (
	"testing"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

func TestALineOfAStatementAddsUp(t *testing.T) {
	c := &debt.Case{
		ID: "01J9", Reference: "F-1", Principal: money.EUR(100000),
		Claim: law.Claim{Issued: calendar.Must("2026-01-01"), Due: calendar.Must("2026-02-01")},
		Imputations: []debt.Imputation{
			{On: calendar.Must("2026-03-01"), Parts: map[law.Component]money.Amount{law.Interest: money.EUR(800), law.Principal: money.EUR(39200)},
				Costs: []debt.CostPaid{{On: calendar.Must("2026-03-15"), Amount: money.EUR(500)}, {On: calendar.Must("2026-05-01"), Amount: money.EUR(100)}}},
			{On: calendar.Must("2026-09-01"), Parts: map[law.Component]money.Amount{law.Principal: money.EUR(1)}}, // after the day
		},
	}
	s := debt.Statement{
		AsOf: calendar.Must("2026-04-01"), Principal: c.Principal, Credit: money.EUR(0),
		Open: map[law.Component]money.Amount{law.Principal: money.EUR(55800), law.Interest: money.EUR(500), law.Compensation: money.EUR(4000)},
	}
	got := LineOf(c, s)
	for _, x := range []struct {
		name      string
		got, want money.Amount
	}{
		{"paid", got.Paid, money.EUR(40500)}, // with the cost of March, and not of May
		{"costs", got.Costs, money.EUR(500)},
		{"reduced", got.Reduced, money.EUR(5000)}, // 1000 − 392 − 558
		{"interest", got.Interest, money.EUR(1300)},
		{"compensation", got.Compensation, money.EUR(4000)},
		{"outstanding", got.Outstanding, money.EUR(60300)},
	} {
		if x.got != x.want {
			t.Errorf("%s = %s, want %s", x.name, x.got, x.want)
		}
	}
	l := sample("statement_of_account", Email, "es")
	l.Claims = []ClaimLine{got}
	render(t, l)
}

func TestALineOfAnEmptyStatementIsOfTheDebtsCurrency(t *testing.T) {
	c := &debt.Case{ID: "01J9", Reference: "F-1", Principal: money.Of(5000, "USD"), Claim: law.Claim{Due: calendar.Must("2026-02-01")}}
	got := LineOf(c, debt.Statement{AsOf: calendar.Must("2026-01-01"), Principal: c.Principal,
		Open: map[law.Component]money.Amount{law.Principal: c.Principal}})
	if got.Outstanding != c.Principal || got.Interest.Currency != "USD" || got.Reduced.Cents != 0 {
		t.Errorf("got %+v", got)
	}
}
