package debt_test

import (
	"slices"
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
