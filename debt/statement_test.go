package debt_test

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/recobro/recobro/calendar"
	. "github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// atTenPercent is a debt of companies with an agreed rate of ten percent: on
// 1,000 euro, ten euro for every 36.5 days.
func atTenPercent(t testing.TB, country string) *life {
	l := opened(t, country, law.Business, 100000, "2026-06-30")
	rate := 10 * money.Percent
	l.Claim.ContractRate = &rate
	return l
}

func TestTheStatementIsRightOnAnyDay(t *testing.T) {
	// Issued on 31 May 2026, due on 30 June. 73 days at ten percent on 1,000 euro
	// are 20.00, to 11 September; with the fixed sum of 40.00 they leave 1,060.00.
	// 200.00 are paid on that day. In Spain they go to the interest (art. 1173) and
	// then, by 40.00 and 140.00, to the fixed sum and the principal: 860.00 are left,
	// which bear 17.20 in the 73 days to 23 November. Another 500.00 on that day
	// leave 377.20, and close nothing.
	l := atTenPercent(t, "ES").at("2026-12-01")
	l.pays(20000, "2026-09-11")
	l.pays(50000, "2026-11-23")
	for _, x := range []struct {
		day                                 string
		principal, interest, fixed, balance int64
	}{
		{"2026-05-30", 0, 0, 0, 0},                       // before it was issued
		{"2026-05-31", 100000, 0, 0, 100000},             // the day of issue
		{"2026-06-30", 100000, 0, 0, 100000},             // the due date
		{"2026-07-01", 100000, 27, 4000, 104027},         // one day late: 27.397 cents
		{"2026-09-10", 100000, 1973, 4000, 105973},       // the day before the payment: 72 days, 19.726
		{"2026-09-11", 86000, 0, 0, 86000},               // with it
		{"2026-09-12", 86000, 24, 0, 86024},              // 23.56 cents
		{"2026-11-22", 86000, 1696, 0, 87696},            // 72 days: 16.964
		{"2026-11-23", 37720, 0, 0, 37720},               // with the second
		{"2027-11-23", 37720, 3772, 0, 37720 + 3772},     // a year on
		{"2036-11-23", 37720, 37751, 0, 37720 + 37751},   // ten years: 3,653 days, 377.51
		{"2126-11-23", 37720, 377448, 0, 37720 + 377448}, // a hundred: 36,524 days
	} {
		s := l.Statement(l.terms, calendar.Must(x.day))
		if s.Open[law.Principal].Cents != x.principal || s.Open[law.Interest].Cents != x.interest ||
			s.Open[law.Compensation].Cents != x.fixed || s.Balance.Cents != x.balance {
			t.Errorf("%s: %v, balance %s; want %d + %d + %d = %d", x.day, s.Open, s.Balance, x.principal, x.interest, x.fixed, x.balance)
		}
	}
}

func TestWhatWasPaidBeforeTheClaimWasIssuedIsACreditUntilThen(t *testing.T) {
	l := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-07-10")
	l.pays(30000, "2026-05-10")
	for day, want := range map[string][3]int64{ // received, credit, balance
		"2026-05-09": {0, 0, 0}, "2026-05-10": {30000, 30000, 0}, "2026-05-30": {30000, 30000, 0},
		"2026-05-31": {30000, 0, 70000}, "2026-06-30": {30000, 0, 70000},
	} {
		s := l.Statement(l.terms, calendar.Must(day))
		if got := [3]int64{s.Received.Cents, s.Credit.Cents, s.Balance.Cents}; got != want {
			t.Errorf("%s: received, credit, balance %v, want %v", day, got, want)
		}
		if before := slices.Contains(s.Flags, "before_issue"); before != (day < "2026-05-31") {
			t.Errorf("%s: flags %v", day, s.Flags)
		}
	}
}

func TestAStatementOfDaysWithoutAPublishedRateSaysSoAndCountsThemNot(t *testing.T) {
	for _, country := range []string{"ES", "FR", "PT"} {
		l := opened(t, country, law.Business, 100000, "2026-06-30")
		far := l.Statement(l.terms, calendar.Must("2031-06-30"))
		further := l.Statement(l.terms, calendar.Must("2032-06-30"))
		if !far.RateMissing || far.Estimate.Cents <= 0 || far.Balance != further.Balance || further.Estimate.Cents <= far.Estimate.Cents {
			t.Errorf("%s: balance %s, estimate %s; a year on %s, %s", country, far.Balance, far.Estimate, further.Balance, further.Estimate)
		}
	}
}

// exactly reckons the balance day by day with fractions, by none of the code
// that it is held against: payments go to interest, then to the fixed sum, then
// to the principal.
func exactly(l *life, day calendar.Date) *big.Rat {
	cents := func(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }
	principal, interest, fixed := cents(l.Principal.Cents), new(big.Rat), new(big.Rat)
	least := func(a, b *big.Rat) *big.Rat {
		if a.Cmp(b) < 0 {
			return a
		}
		return b
	}
	for d := l.Claim.Issued.AddYears(-1); !d.After(day); d = d.AddDays(1) {
		if d.After(l.Claim.Due) && principal.Sign() > 0 {
			interest = new(big.Rat).Add(interest, new(big.Rat).Mul(principal, big.NewRat(1, 3650)))
		}
		if d == l.Claim.Due.AddDays(1) && principal.Sign() > 0 {
			fixed = cents(4000)
		}
		for _, p := range l.Payments {
			if p.Received != d || !p.Bounced.IsZero() {
				continue
			}
			rest := cents(p.Amount.Cents)
			for _, part := range []**big.Rat{&interest, &fixed, &principal} {
				got := least(rest, *part)
				*part, rest = new(big.Rat).Sub(*part, got), new(big.Rat).Sub(rest, got)
			}
		}
	}
	if day.Before(l.Claim.Issued) {
		return new(big.Rat)
	}
	return principal.Add(principal, interest).Add(principal, fixed)
}

// Whatever was paid, bounced, and told in whatever order, the statement of any
// day is what a second reckoning gives, to half a cent a line; and what is told
// later moves no day before it took effect.
func TestTheStatementOfAnyDayIsThatOfASecondReckoning(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		l := atTenPercent(t, "ES")
		day := l.Claim.Due.AddDays(1)
		for range rapid.IntRange(0, 5).Draw(r, "facts") {
			day = day.AddDays(rapid.IntRange(0, 60).Draw(r, "days"))
			l.at(day.String())
			received := day.AddDays(-rapid.IntRange(0, 90).Draw(r, "back"))
			earlier := received.AddDays(-rapid.IntRange(1, 60).Draw(r, "earlier"))
			before := l.Statement(l.terms, earlier)
			l.accept(PaymentReceived{Amount: money.EUR(rapid.Int64Range(1, 60000).Draw(r, "cents")), Received: received})
			if after := l.Statement(l.terms, earlier); after.Balance != before.Balance {
				r.Fatalf("a payment of %s moved the balance of %s from %s to %s", received, earlier, before.Balance, after.Balance)
			}
			if rapid.IntRange(0, 3).Draw(r, "bounces") == 0 {
				l.accept(PaymentBounced{Payment: l.Payments[len(l.Payments)-1].ID})
			}
		}
		asOf := l.Claim.Issued.AddDays(rapid.IntRange(-40, 500).Draw(r, "as of"))
		s := l.Statement(l.terms, asOf)
		want := exactly(l, asOf)
		off := new(big.Rat).Sub(new(big.Rat).SetInt64(s.Balance.Cents), want)
		if lines := int64(len(s.Lines)); off.Abs(off).Cmp(big.NewRat(lines+1, 2)) > 0 {
			r.Fatalf("on %s the balance is %s, a second reckoning gives %s cents; %d lines", asOf, s.Balance, want.FloatString(3), lines)
		}
		sum := int64(0)
		for _, part := range s.Open {
			sum += part.Cents
		}
		if sum != s.Balance.Cents || s.Balance.Cents < 0 {
			r.Fatalf("the parts %v are not the balance %s", s.Open, s.Balance)
		}
	})
}

func TestAClosedCaseOwesNothingFromThatDayOnAndWhatItOwedBefore(t *testing.T) {
	l := atTenPercent(t, "ES").at("2026-09-11")
	open := map[string]money.Amount{}
	for _, day := range []string{"2026-06-30", "2026-08-01", "2026-09-10"} {
		open[day] = l.Statement(l.terms, calendar.Must(day)).Balance
	}
	l.accept(CaseClosed{Outcome: Uncollectable, Reason: "no assets"})
	for day, want := range open {
		if s := l.Statement(l.terms, calendar.Must(day)); s.Balance != want || s.WrittenOff.Cents != 0 {
			t.Errorf("%s, before the closing: balance %s, written off %s; it was %s", day, s.Balance, s.WrittenOff, want)
		}
	}
	for _, day := range []string{"2026-09-11", "2026-09-12", "2030-01-01"} {
		if s := l.Statement(l.terms, calendar.Must(day)); s.Balance.Cents != 0 || s.WrittenOff.Cents != 106000 {
			t.Errorf("%s: balance %s, written off %s; want 1,060.00 given up", day, s.Balance, s.WrittenOff)
		}
	}
	l.at("2026-10-01").accept(CaseReopened{Reason: "assets found"})
	if s := l.Statement(l.terms, calendar.Must("2026-11-23")); s.Balance.Cents != 100000+4000+4000 || s.WrittenOff.Cents != 0 { // 146 days
		t.Errorf("reopened it owes %s", s.Balance)
	}
}

// Complaint 6: partly paid in terms, the balance is right to the cent.
func TestComplaint6PaymentsInPartLeaveTheRightBalance(t *testing.T) {
	l := opened(t, "ES", law.Consumer, 100000, "2026-06-30")
	l.terms.Limits.ClaimInterest, l.terms.Limits.ClaimCompensation = false, false
	l.at("2026-07-10").pays(40000, "2026-07-10")
	l.at("2026-07-20").pays(10000, "2026-07-20")
	for day, want := range map[string]int64{"2026-07-09": 100000, "2026-07-10": 60000, "2026-07-19": 60000, "2026-07-20": 50000, "2027-07-20": 50000} {
		if s := l.Statement(l.terms, calendar.Must(day)); s.Balance.Cents != want {
			t.Errorf("%s: %s, want %d", day, s.Balance, want)
		}
	}
}
