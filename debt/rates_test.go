package debt_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/recobro/recobro/calendar"
	. "github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/lawtest"
	"github.com/recobro/recobro/money"
)

// withRate gives the terms with an operator's own Spanish rate for the first
// half of 2027.
func withRate(t *testing.T, terms Terms, rate money.Rate) Terms {
	t.Helper()
	all, err := law.WithOwn(lawtest.All(), []law.RateRow{{Series: "es_late_payment", From: calendar.Must("2027-01-01"), To: calendar.Must("2027-06-30"),
		Rate: rate, Status: law.Verified, Source: "BOE", Own: "row-1", Author: "key-1"}})
	if err != nil {
		t.Fatal(err)
	}
	terms.Law = all["ES"]
	return terms
}

func TestInterestReservedBeforeAPaymentIsOwedOnceItsRateIsPublished(t *testing.T) {
	// 1,000 euro due on 31 December 2026, of whose days nobody has published a
	// rate. 240.00 on 20 January go to the fixed sum and the principal, and 100.00
	// on 9 February: 800.00, then 700.00 are left. At 10.95 percent, thirty cents
	// a day on 1,000 euro, 20 days on 1,000, 20 on 800 and 10 on 700 are 6.00 +
	// 4.80 + 2.10 = 12.90.
	l := opened(t, "ES", law.Business, 100000, "2026-12-31").at("2027-03-01")
	l.pays(24000, "2027-01-20")
	l.pays(10000, "2027-02-09")
	for i, want := range [][]Stretch{{{calendar.Must("2027-01-01"), calendar.Must("2027-01-20")}}, {{calendar.Must("2027-01-01"), calendar.Must("2027-02-09")}}} {
		if got := l.Imputations[i].Reserved; !slices.Equal(got, want) {
			t.Errorf("payment %d reserved %v, want %v", i, got, want)
		}
	}
	look := func(what string, terms Terms, interest, balance int64, missing, corrected bool) {
		t.Helper()
		s := l.Statement(terms, calendar.Must("2027-02-19"))
		if s.Open[law.Interest].Cents != interest || s.Balance.Cents != balance || s.RateMissing != missing ||
			slices.Contains(s.Flags, "rate_corrected_since_imputation") != corrected {
			t.Errorf("%s: %v, balance %s, missing %t, flags %v; want %d, %d", what, s.Open, s.Balance, s.RateMissing, s.Flags, interest, balance)
		}
	}
	unpublished, published := l.terms, withRate(t, l.terms, 10_950_000)
	look("before it is published", unpublished, 0, 70000, true, false)
	look("once it is published", published, 1290, 71290, false, false)

	l.terms = published
	l.pays(5000, "2027-02-19")
	i := l.Imputations[2]
	if i.Accrued[law.Interest].Cents != 1290 || i.Parts[law.Principal].Cents != 3710 || len(i.Reserved) != 0 || len(i.Rates) != 1 || i.Rates[0].Own != "row-1" {
		t.Errorf("the third payment went to %+v", i)
	}
	look("once it was paid", published, 0, 66290, false, false)
	look("a rate that is corrected afterwards changes nothing that was booked", withRate(t, l.terms, 21_900_000), 0, 66290, false, true)
	look("nor does one that is withdrawn", unpublished, 0, 66290, false, true)
}

func TestLinesThatWereBookedAreShownAtTheRatesTheyWereBookedAt(t *testing.T) {
	// 1,000 euro due on 21 December 2026: 10 days at 10.40 percent are 2.85, 20 at
	// 10.95 are 6.00; a second payment books 10 days on what is left.
	l := opened(t, "ES", law.Business, 100000, "2026-12-21").at("2027-03-01")
	published := withRate(t, l.terms, 10_950_000)
	l.terms = published
	l.pays(24885, "2027-01-20")
	l.pays(10240, "2027-01-30")
	corrected := withRate(t, l.terms, 21_900_000)
	s := l.Statement(corrected, calendar.Must("2027-02-09"))
	var got []string
	for _, line := range s.Lines {
		got = append(got, line.From.String()+" "+line.Rate.String()+" "+line.Interest.String())
	}
	want := []string{"2026-12-22 10.40 2.85 EUR", "2027-01-01 10.95 6.00 EUR", "2027-01-21 10.95 2.40 EUR", "2027-01-31 21.90 4.20 EUR"}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if n := len(slices.DeleteFunc(s.Flags, func(f string) bool { return f != "rate_corrected_since_imputation" })); n != 1 || s.Open[law.Interest].Cents != 420 {
		t.Errorf("the flag stands %d times; %v", n, s.Open)
	}
}

func TestAClaimWhosePrincipalIsPaidWaitsForTheRateOfItsInterest(t *testing.T) {
	// 1,040.00 on 20 January pay the fixed sum and the principal; 20 days at the
	// last known rate are 5.70, more than the tolerance of a euro.
	l := opened(t, "ES", law.Business, 100000, "2026-12-31").at("2027-03-01")
	l.pays(104000, "2027-01-20")
	day := calendar.Must("2027-03-01")
	look := func(what string, terms Terms, settled, awaits bool, awaited, balance int64) {
		t.Helper()
		s := l.Statement(terms, day)
		if l.Settled(terms, day) != settled || l.AwaitsRate(terms, day) != awaits || s.Awaited().Cents != awaited || s.Balance.Cents != balance {
			t.Errorf("%s: settled %t, awaits %t, %s awaited, balance %s", what, l.Settled(terms, day), l.AwaitsRate(terms, day), s.Awaited(), s.Balance)
		}
	}
	look("while nobody has published it", l.terms, false, true, 570, 0)
	look("once it is published", withRate(t, l.terms, 10_950_000), false, false, 0, 600)
	look("where it is so low that the rest is within the tolerance", withRate(t, l.terms, 1_000_000), true, false, 0, 55)
	generous := l.terms
	generous.Limits.Tolerance = money.EUR(600)
	look("where even the last known one is within it", generous, true, false, 570, 0)
	var no *Refusal
	if _, err := l.Accept(CaseClosed{Outcome: Paid, Reason: "paid"}, l.terms, l.now); !errors.As(err, &no) || no.Rule != "not_paid" || !strings.Contains(no.Detail, "5.70") {
		t.Errorf("a person closes it as paid: %v", err)
	}

	early := opened(t, "FR", law.Business, 100000, "2012-12-20").at("2013-03-01")
	early.pays(100000+285, "2012-12-30")
	if s := early.Statement(early.terms, day); !s.RateMissing || s.Awaited().Cents != 0 {
		t.Errorf("days before the first rate of all are awaited: %s", s.Awaited())
	}
}

// 1,000.00 due on 31 December 2026 and 40.00, of whose days nobody has published a
// rate: the plan's 1,048.00 are 8.00 too much, until 19 days on 1,000.00 and 18 on
// 520.00 bear interest: 5.70 and 2.81 at 10.95 percent, 4.68 and 2.31 at nine.
func TestWhatWasPaidForInterestWhoseRateWasUnknownGoesToItOnceItIsKnown(t *testing.T) {
	paid := func() *life {
		l := opened(t, "ES", law.Business, 100000, "2026-12-31").at("2027-01-10")
		l.accept(PlanAgreed{Plan: Plan{Instalments: []Instalment{in("2027-01-19", 52000), in("2027-02-06", 52800)}}})
		l.at("2027-01-19").pays(52000, "2027-01-19")
		l.at("2027-02-06").pays(52800, "2027-02-06")
		return l.at("2027-03-01")
	}
	l := paid()
	look := func(what string, settled, awaits bool, balance, credit int64) {
		t.Helper()
		s := l.Statement(l.terms, l.today())
		if l.Settled(l.terms, l.today()) != settled || l.AwaitsRate(l.terms, l.today()) != awaits || s.Balance.Cents != balance || s.Credit.Cents != credit || balances(s) != "" {
			t.Errorf("%s: settled %t, awaits %t, balance %s, credit %s, %s", what, l.Settled(l.terms, l.today()), l.AwaitsRate(l.terms, l.today()), s.Balance, s.Credit, balances(s))
		}
	}
	look("while nobody has published it", false, true, 0, 800)
	if due := l.CreditsDue(l.terms, l.today()); l.Plans[0].State != PromiseKept || len(due) > 0 {
		t.Errorf("plan %s, due %v", l.Plans[0].State, kinds(due))
	}
	l.refuses(PromiseMade{Amount: money.EUR(100), PayBy: calendar.Must("2027-03-10")}, "promise_above_balance") // 8.00 of some 8.08 are here
	unpublished := l.terms
	l.terms = withRate(t, l.terms, 10_950_000)
	l.add(l.CreditsDue(l.terms, l.today())...)
	look("once it is published", true, false, 51, 0)
	if due := l.CreditsDue(l.terms, l.today()); len(due) > 0 {
		t.Errorf("it is used again and again: %v", kinds(due))
	}

	l = paid()
	l.terms = withRate(t, unpublished, 9_000_000)
	l.accept(Noted{Text: "any fact"})
	look("whatever is heard next", true, false, 0, 101)
	l.accept(CaseClosed{Outcome: Paid, Reason: "paid"})
	look("on a closed case", true, false, 0, 101)
}

func TestARateCorrectedAfterAPaymentLeavesWhatWasBookedAndWhatWasReservedApart(t *testing.T) {
	// 1,000 euro due on 21 December 2026: 10 days at 10.40 percent are 2.85, booked
	// by the payment of 20 January; the days from 1 January are reserved.
	l := opened(t, "ES", law.Business, 100000, "2026-12-21").at("2027-03-01")
	l.pays(24285, "2027-01-20")
	i := l.Imputations[0]
	if i.Accrued[law.Interest].Cents != 285 || i.Parts[law.Principal].Cents != 20000 || len(i.Rates) != 1 || i.Rates[0].From != calendar.Must("2026-07-01") {
		t.Fatalf("the payment went to %+v", i)
	}
	published := withRate(t, l.terms, 10_950_000)
	s := l.Statement(published, calendar.Must("2027-01-20"))
	if s.Open[law.Interest].Cents != 600 || len(s.Flags) != 0 { // 20 days, thirty cents each
		t.Errorf("%v, flags %v", s.Open, s.Flags)
	}
}
