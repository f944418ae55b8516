package store_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
)

// sameDebtor opens n debts of one debtor with a creditor.
func sameDebtor(t *testing.T, s *store.Store, creditor string, n int) (ids []string) {
	t.Helper()
	for i := range n {
		in := storetest.Submission(creditor, i, due.AddDays(-40*i))
		in.Debtor.Reference, in.Debtor.TaxID, in.Debtor.Name = "C-one", "B12345674", "Talleres Quevedo"
		ids = append(ids, storetest.Case(t, s, in).Case.ID)
	}
	return ids
}

// booked is what the ledger's rows say is owed, in cents, without what accrues.
func booked(t *testing.T, url, id string) int64 {
	t.Helper()
	return one[int64](t, url, `select coalesce(sum(amount) * 100, 0)::bigint from ledger_entries where case_id = $1
		and (component is not null or kind in ('write_off', 'reversal') and payment = '')`, id)
}

// balanced holds the ledger's rows against the statement.
func balanced(t *testing.T, s *store.Store, url, id string) {
	t.Helper()
	st := must(s.Statement(ctx, id, calendar.Date{}))(t)
	sum := booked(t, url, id)
	for _, e := range st.Entries {
		if e.Accrued {
			sum += e.Amount.Cents
		}
	}
	assert.Equal(t, st.Balance.Cents, sum, "case %s: the rows and what accrued are not the balance", id)
	assert.GreaterOrEqual(t, st.Credit.Cents, int64(0), "case %s", id)
}

// ledgerMove makes up a fact that moves money of a case; others are the debts that a
// credit may be moved to.
func ledgerMove(r *rand.Rand, f record.File, others []string, today calendar.Date) debt.Fact {
	some := func(most int64) money.Amount { return money.EUR(1 + r.Int64N(most)) }
	paid := ""
	if n := len(f.Case.Payments); n > 0 {
		paid = f.Case.Payments[r.IntN(n)].ID
	}
	switch r.IntN(10) {
	case 0, 1:
		return debt.PaymentReceived{Amount: some(150000), Received: today.AddDays(-r.IntN(40))}
	case 2:
		return debt.PaymentBounced{Payment: paid}
	case 3:
		return debt.PaymentReversed{Payment: paid, Reason: "twice"}
	case 4:
		return debt.Refunded{Refund: debt.Refund{Amount: some(20000)}}
	case 5:
		return debt.Refunded{Refund: debt.Refund{Amount: some(20000), To: others[r.IntN(len(others))]}}
	case 6:
		return debt.Adjusted{Adjustment: debt.Adjustment{Kind: debt.CreditNote, Number: fmt.Sprint("R", r.IntN(9)), Amount: some(120000), Issued: today}, Note: "n"}
	case 7:
		return debt.Adjusted{Adjustment: debt.Adjustment{Kind: debt.WriteOff, Amount: some(5000)}, Note: "n"}
	case 8:
		return debt.CostIncurred{Amount: some(9000), On: today.AddDays(-r.IntN(10)), What: "letter", Document: "d"}
	}
	if f.Case.Open() {
		return debt.CaseClosed{Outcome: debt.Uncollectable, Reason: "no assets"}
	}
	return debt.CaseReopened{Reason: "assets"}
}

func TestTheRowsOfTheLedgerAreTheBalanceWhateverMoves(t *testing.T) {
	s, url := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	ids := sameDebtor(t, s, k.ID, 4)
	r := rand.New(rand.NewPCG(7, 11))
	heard, kinds := 0, map[string]int{}
	for n := range 400 {
		if n%40 == 39 {
			ok(t, s.Advance(ctx, must(s.Now(ctx))(t).AddDate(0, 0, 9)))
		}
		id := ids[r.IntN(len(ids))]
		f := must(s.File(ctx, id))(t)
		fact := ledgerMove(r, f, ids, f.Today)
		_, err := s.Record(ctx, id, fmt.Sprint(n), operator, fact)
		if err == nil {
			heard++
			kinds[fact.Kind()]++
		} else if rule(err) == "" {
			t.Fatal(err)
		}
	}
	for _, kind := range []string{"payment_received", "payment_bounced", "payment_reversed", "refunded", "adjusted", "cost_incurred", "case_closed", "case_reopened"} {
		assert.Positive(t, kinds[kind], "no %s of %d facts", kind, heard)
	}
	assert.Positive(t, one[int64](t, url, `select count(*) from ledger_entries where kind = 'transfer'`), "no credit was moved")
	for _, id := range ids {
		balanced(t, s, url, id)
	}
	verified(t, s, ids...)
	// What left the credits for another debt came in there, to the cent.
	assert.Equal(t, one[int64](t, url, `select (sum(amount) * 100)::bigint from ledger_entries where kind = 'transfer'`),
		one[int64](t, url, `select -(sum(l.amount) * 100)::bigint from ledger_entries l join event_payloads p using (case_id, seq)
			where l.kind = 'payment' and convert_from(p.payload, 'UTF8')::jsonb ->> 'from_case_id' <> ''`))
}

func TestACreditIsMovedToAnotherDebtOnceAndWhole(t *testing.T) {
	s, url := frozen(t)
	k, beta := storetest.Creditor(t, s, "Acme"), storetest.Creditor(t, s, "Beta")
	ids := sameDebtor(t, s, k.ID, 3)
	stranger := storetest.Submission(k.ID, 9, due)
	stranger.Debtor.Reference = "C-other"
	elsewhere := storetest.Case(t, s, stranger).Case.ID
	others := sameDebtor(t, s, beta.ID, 1)[0]
	must(s.Record(ctx, ids[2], "close", operator, debt.CaseClosed{Outcome: debt.Withdrawn, Reason: "r"}))(t)
	f := must(s.File(ctx, ids[0]))(t)
	must(s.Record(ctx, ids[0], "pay", operator, debt.PaymentReceived{Amount: f.Balance.Plus(money.EUR(30000)), Received: f.Today}))(t)
	move := func(to string, cents int64) error {
		_, err := s.Record(ctx, ids[0], fmt.Sprint("move", to, cents), operator, debt.Refunded{Refund: debt.Refund{Amount: money.EUR(cents), To: to}})
		return err
	}
	for _, to := range []string{ids[0], ids[2], elsewhere, others, "nothing"} {
		require.Equal(t, "case_not_of_debtor", rule(move(to, 100)), to)
	}
	require.Equal(t, "above_credit", rule(move(ids[1], 30001)))
	before := must(s.File(ctx, ids[1]))(t).Balance
	ok(t, move(ids[1], 20000))
	ok(t, move(ids[1], 20000)) // again, under the same key
	after := must(s.File(ctx, ids[1]))(t)
	assert.Equal(t, before.Cents-20000, after.Balance.Cents)
	assert.Equal(t, ids[0], after.Case.Payments[0].From)
	assert.Empty(t, after.Case.Acts, "the debtor did nothing on that debt")
	assert.Equal(t, int64(10000), must(s.Statement(ctx, ids[0], calendar.Date{}))(t).Credit.Cents)
	_, err := s.Record(ctx, ids[1], "bounce", operator, debt.PaymentBounced{Payment: after.Case.Payments[0].ID})
	assert.Equal(t, "payment_moved", rule(err))
	for _, id := range ids {
		balanced(t, s, url, id)
	}
	verified(t, s, append(ids, elsewhere, others)...)
}

func TestACostIsPaidByTheCreditOfBeforeItInTheRowsToo(t *testing.T) {
	s, url := frozen(t)
	id := sameDebtor(t, s, storetest.Creditor(t, s, "Acme").ID, 1)[0]
	f := must(s.File(ctx, id))(t)
	must(s.Record(ctx, id, "pay", operator, debt.PaymentReceived{Amount: f.Balance.Plus(money.EUR(3000)), Received: f.Today}))(t)
	ok(t, s.Advance(ctx, must(s.Now(ctx))(t).AddDate(0, 0, 2)))
	today := must(s.File(ctx, id))(t).Today
	must(s.Record(ctx, id, "cost", operator, debt.CostIncurred{Amount: money.EUR(5000), On: today, What: "burofax", Document: "d"}))(t)
	st := must(s.Statement(ctx, id, calendar.Date{}))(t)
	assert.Equal(t, money.EUR(2000), st.Credit, "10.00 above the fixed sum are claimed")
	assert.Equal(t, money.EUR(0), st.Balance)
	balanced(t, s, url, id)
	must(s.Record(ctx, id, "late", operator, debt.PaymentReceived{Amount: money.EUR(100), Received: f.Today.AddDays(-1)}))(t)
	balanced(t, s, url, id)
	assert.Equal(t, int64(-2100), one[int64](t, url, `select (sum(amount) * 100)::bigint from ledger_entries where case_id = $1 and component is null
		and (kind = 'credit' or kind = 'reversal')`, id), "the credits in the rows")
	verified(t, s, id)
}

func TestAPersonIsAskedAboutARefundOfMoneyThatBouncesOnACaseThatIsClosed(t *testing.T) {
	s, _ := frozen(t)
	id := sameDebtor(t, s, storetest.Creditor(t, s, "Acme").ID, 1)[0]
	f := must(s.File(ctx, id))(t)
	tell := func(key string, x debt.Fact) { f = must(s.Record(ctx, id, key, operator, x))(t) }
	tell("pay", debt.PaymentReceived{Amount: money.EUR(20000), Received: f.Today})
	tell("note", debt.Adjusted{Adjustment: debt.Adjustment{Kind: debt.CreditNote, Number: "R1", Amount: f.Case.Principal, Issued: f.Today}, Note: "n"})
	tell("back", debt.Refunded{Refund: debt.Refund{Amount: money.EUR(20000)}})
	require.Empty(t, tasksFor(t, s, id))
	tell("bounce", debt.PaymentBounced{Payment: f.Case.Payments[0].ID})
	assert.False(t, f.Case.Open())
	assert.Equal(t, []string{"refund_unpaid"}, tasksFor(t, s, id))
	tell("again", debt.CaseReopened{Reason: "the refund is asked back"})
	assert.Equal(t, money.EUR(20000), f.Case.OpenPrincipal())
	assert.Empty(t, tasksFor(t, s, id), "it is claimed")
	verified(t, s, id)
}

func TestCreditsThatAreMovedAtOnceBetweenTwoDebtsAreNeitherLostNorMade(t *testing.T) {
	s, url := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	ids := sameDebtor(t, s, k.ID, 2)
	f := must(s.File(ctx, ids[0]))(t)
	must(s.Record(ctx, ids[0], "pay", operator, debt.PaymentReceived{Amount: f.Balance.Plus(money.EUR(1000)), Received: f.Today}))(t)
	var wg sync.WaitGroup
	for n := range 20 {
		wg.Go(func() {
			_, err := s.Record(ctx, ids[0], fmt.Sprint("move", n), operator, debt.Refunded{Refund: debt.Refund{Amount: money.EUR(100), To: ids[1]}})
			if err != nil && rule(err) != "above_credit" {
				t.Error(err)
			}
			if _, err = s.Record(ctx, ids[1], fmt.Sprint("pay", n), operator, debt.PaymentReceived{Amount: money.EUR(10), Received: f.Today}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	assert.Equal(t, int64(0), must(s.Statement(ctx, ids[0], calendar.Date{}))(t).Credit.Cents)
	assert.Equal(t, int64(1000+200), must(s.Statement(ctx, ids[1], calendar.Date{}))(t).Received.Cents)
	for _, id := range ids {
		balanced(t, s, url, id)
	}
	verified(t, s, ids...)
}

// Complaint 10: no sum over currencies, and each debt in its own.
func TestComplaint10CurrenciesAreNeverMixed(t *testing.T) {
	s, url := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	var ids []string
	for n, principal := range []money.Amount{money.Of(200000, "USD"), money.EUR(150000)} {
		in := storetest.Submission(k.ID, n, due)
		in.Debtor.Reference, in.Debtor.TaxID, in.Debtor.Name = "C-one", "B12345674", "Talleres Quevedo"
		in.Principal = principal
		ids = append(ids, storetest.Case(t, s, in).Case.ID)
	}
	today := must(s.File(ctx, ids[0]))(t).Today
	pay := func(n int, key string, a money.Amount) error {
		_, err := s.Record(ctx, ids[n], key, operator, debt.PaymentReceived{Amount: a, Received: today})
		return err
	}
	require.Equal(t, "other_currency", rule(pay(0, "eur", money.EUR(10000))))
	require.Equal(t, "other_currency", rule(pay(1, "usd", money.Of(10000, "USD"))))
	ok(t, pay(0, "first", money.Of(10800, "USD")))  // 100.00 EUR at 1.08
	ok(t, pay(0, "second", money.Of(11200, "USD"))) // 100.00 EUR at 1.12
	ok(t, pay(1, "own", money.EUR(5000)))
	over := must(s.File(ctx, ids[0]))(t).Balance
	ok(t, pay(0, "over", over.Plus(money.Of(5000, "USD"))))
	_, err := s.Record(ctx, ids[0], "move", operator, debt.Refunded{Refund: debt.Refund{Amount: money.Of(5000, "USD"), To: ids[1]}})
	require.Equal(t, "other_currency", rule(err), "a credit in one currency pays no debt in another")
	for n, currency := range []string{"USD", "EUR"} {
		st := must(s.Statement(ctx, ids[n], calendar.Date{}))(t)
		for _, a := range []money.Amount{st.Principal, st.Balance, st.Received, st.Credit, st.Refunded, st.OwnCosts} {
			assert.Equal(t, currency, a.Currency)
		}
		for _, e := range st.Entries {
			assert.Equal(t, currency, e.Amount.Currency)
		}
		balanced(t, s, url, ids[n])
	}
	totals := must(s.Totals(ctx))(t)
	assert.Equal(t, []money.Amount{money.EUR(150000), money.Of(200000, "USD")}, totals.Principal)
	received := must(s.Statement(ctx, ids[0], calendar.Date{}))(t)
	assert.Equal(t, []money.Amount{money.EUR(5000), received.Received.Minus(received.Credit)}, totals.Recovered)
}
