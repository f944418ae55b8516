package debt_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/recobro/recobro/calendar"
	. "github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

func (l *life) credit(cents int64, number string) []Fact {
	return l.accept(Adjusted{Adjustment: Adjustment{Kind: CreditNote, Number: number, Amount: money.EUR(cents),
		Issued: calendar.DateOf(l.now)}, Note: "billed twice"})
}

func (l *life) refunds(cents int64) { l.accept(Refunded{Refund: Refund{Amount: money.EUR(cents)}}) }

// statement is that of a day.
func (l *life) statement(day string) Statement { return l.Statement(l.terms, calendar.Must(day)) }

// balances says what is wrong with the ledger of a day: the lines of each part
// are what is open of it, those of all parts the balance, and what came in is
// what it was imputed to and the credits.
func balances(s Statement) string {
	parts, came, went, credit := map[law.Component]int64{}, int64(0), int64(0), int64(0)
	for _, e := range s.Entries {
		switch {
		case e.Component != "":
			parts[e.Component] += e.Amount.Cents
			if e.Kind == "imputation" {
				went += e.Amount.Cents
			}
		case e.Kind == "payment":
			came += e.Amount.Cents
		case e.Kind == "credit":
			went += e.Amount.Cents
			credit -= e.Amount.Cents
		case e.Kind == "refund", e.Kind == "transfer":
			credit -= e.Amount.Cents
		default:
			return "an entry of kind " + e.Kind + " is of no part"
		}
		if e.Amount.Currency != s.Principal.Currency {
			return "an entry in " + e.Amount.Currency
		}
	}
	sum := int64(0)
	for _, part := range []law.Component{law.Principal, law.Interest, law.Compensation, law.Costs} {
		if parts[part] != s.Open[part].Cents {
			return "the lines of " + string(part) + " come to " + money.EUR(parts[part]).String() + ", open is " + s.Open[part].String()
		}
		if parts[part] < 0 {
			return string(part) + " is below zero"
		}
		sum += parts[part]
	}
	switch {
	case sum != s.Balance.Cents:
		return "the lines come to " + money.EUR(sum).String() + ", the balance is " + s.Balance.String()
	case came != went:
		return money.EUR(-came).String() + " came in, " + money.EUR(-went).String() + " went to the claim and to credits"
	case -came != s.Received.Cents:
		return "payments of " + money.EUR(-came).String() + ", received " + s.Received.String()
	case s.Credit.Cents < 0:
		return "a credit of " + s.Credit.String()
	}
	return ""
}

func TestACreditNoteLowersThePrincipalFromTheDueDateOn(t *testing.T) {
	// 1,000.00 due on 30 June, of which 300.00 were billed twice: 700.00 bear 14.00
	// in the 73 days to 11 September at ten percent.
	l := atTenPercent(t, "ES").at("2026-09-01")
	l.credit(30000, "R-7")
	s := l.statement("2026-09-11")
	if s.Open[law.Principal].Cents != 70000 || s.Open[law.Interest].Cents != 1400 || s.Balance.Cents != 70000+1400+4000 {
		t.Errorf("open %v, balance %s", s.Open, s.Balance)
	}
	if l.Adjustments[0].On != l.Claim.Due || l.Adjustments[0].Number != "R-7" {
		t.Errorf("%+v", l.Adjustments[0])
	}
	same := Adjustment{Kind: CreditNote, Number: "R-7", Amount: money.EUR(100), Issued: calendar.Must("2026-09-01")}
	l.refuses(Adjusted{Adjustment: same, Note: "again"}, "credit_note_known")
	for rule, change := range map[string]func(*Adjusted){
		"missing":             func(f *Adjusted) { f.Adjustment.Number = "" },
		"reason_missing":      func(f *Adjusted) { f.Note = "" },
		"above_principal":     func(f *Adjusted) { f.Adjustment.Amount = money.EUR(70001) },
		"amount_not_positive": func(f *Adjusted) { f.Adjustment.Amount = money.EUR(0) },
		"other_currency":      func(f *Adjusted) { f.Adjustment.Amount = money.Of(100, "USD") },
		"date_in_future":      func(f *Adjusted) { f.Adjustment.Issued = calendar.Must("2026-09-03") },
		"date_missing":        func(f *Adjusted) { f.Adjustment.Issued = calendar.Date{} },
		"before_issue":        func(f *Adjusted) { f.Adjustment.Issued = calendar.Must("2026-05-01") },
		"engine_only":         func(f *Adjusted) { f.Adjustment.Kind = RefundRecalled },
	} {
		f := Adjusted{Adjustment: same, Note: "x"}
		f.Adjustment.Number = "R-8"
		change(&f)
		l.refuses(f, rule)
	}
}

func TestACreditNoteForTheWholeWithdrawsTheClaimAndWhatWasPaidIsACredit(t *testing.T) {
	for rule, paid := range map[string]string{"before the due date": "2026-06-10", "late": "2026-09-11"} {
		l := atTenPercent(t, "ES").at("2026-09-11")
		l.pays(20000, paid)
		l.credit(100000, "R-1")
		s := l.statement("2026-09-11")
		if l.Outcome != Withdrawn || s.Credit.Cents != 20000 || s.Balance.Cents != 0 || s.WrittenOff.Cents != 0 {
			t.Errorf("paid %s: %s, credit %s, balance %s, written off %s", rule, l.Outcome, s.Credit, s.Balance, s.WrittenOff)
		}
		if why := balances(s); why != "" {
			t.Errorf("paid %s: %s", rule, why)
		}
		l.refunds(20000)
		if s := l.statement("2026-09-11"); s.Credit.Cents != 0 || s.Refunded.Cents != 20000 {
			t.Errorf("refunded: credit %s", s.Credit)
		}
		l.refuses(Refunded{Refund: Refund{Amount: money.EUR(1)}}, "above_credit")
	}
}

func TestACreditNoteOnAPaidDebtIsACredit(t *testing.T) {
	l := opened(t, "FR", law.Consumer, 100000, "2026-06-30").at("2026-06-20")
	l.pays(100000, "2026-06-20")
	l.add(CaseClosed{Outcome: Paid})
	l.at("2026-07-05").credit(25000, "R-1")
	s := l.statement("2026-07-05")
	if l.Open() || s.Credit.Cents != 25000 || s.Balance.Cents != 0 || balances(s) != "" {
		t.Errorf("open %v, credit %s, balance %s, %s", l.Open(), s.Credit, s.Balance, balances(s))
	}
}

func TestAPartThatIsGivenUpBoreInterestUntilThen(t *testing.T) {
	// 73 days at ten percent on 1,000.00, then 73 on 600.00: 20.00 and 12.00.
	l := atTenPercent(t, "ES").at("2026-09-11")
	l.accept(Adjusted{Adjustment: Adjustment{Kind: WriteOff, Amount: money.EUR(40000)}, Note: "agreed by telephone"})
	if s := l.at("2026-11-23").statement("2026-11-23"); s.Open[law.Interest].Cents != 3200 || s.Open[law.Principal].Cents != 60000 || balances(s) != "" {
		t.Errorf("%v %s", s.Open, balances(s))
	}
	l.refuses(Adjusted{Adjustment: Adjustment{Kind: WriteOff, Amount: money.EUR(60000)}, Note: "all"}, "above_principal")
}

func TestAPaymentBookedByMistakeNeverWas(t *testing.T) {
	never, wrongly := atTenPercent(t, "ES").at("2026-09-20"), atTenPercent(t, "ES").at("2026-09-20")
	wrongly.pays(106000, "2026-09-11")
	wrongly.add(CaseClosed{Outcome: Paid, WrittenOff: money.EUR(0)})
	for _, l := range []*life{never, wrongly} {
		l.pays(5000, "2026-09-15")
	}
	wrongly.refuses(PaymentReversed{Payment: wrongly.Payments[0].ID}, "reason_missing")
	facts := wrongly.accept(PaymentReversed{Payment: wrongly.Payments[0].ID, Reason: "another debtor's"})
	if !wrongly.Open() || !slices.Contains(kinds(facts), "case_reopened") {
		t.Fatalf("still closed: %v", kinds(facts))
	}
	for _, day := range []string{"2026-09-10", "2026-09-11", "2026-09-15", "2026-12-01"} {
		a, b := wrongly.statement(day), never.statement(day)
		if a.Balance != b.Balance || a.Received != b.Received || balances(a) != "" {
			t.Errorf("%s: %s and %s; without it %s and %s; %s", day, a.Balance, a.Received, b.Balance, b.Received, balances(a))
		}
	}
	if slices.ContainsFunc(wrongly.Acts, func(a law.Act) bool { return a.Ref == wrongly.Payments[0].ID }) {
		t.Error("it still counts as an acknowledgement")
	}
	wrongly.refuses(PaymentReversed{Payment: wrongly.Payments[0].ID, Reason: "again"}, "payment_reversed")
	wrongly.refuses(PaymentBounced{Payment: wrongly.Payments[0].ID}, "payment_reversed")
}

func TestACreditOfBeforeAPaymentThatBouncesIsUsed(t *testing.T) {
	// 1,000.00 due on 30 June, and 40.00. 72 days at ten percent to 10 September are
	// 19.73, and all is paid. 500.00 of the 5th are told on the 15th: a credit, until
	// the other payment bounces. They pay the 40.00, 67 days' 18.36, and 441.64.
	for _, why := range []string{"bounced", "reversed"} {
		l := atTenPercent(t, "ES").at("2026-09-10")
		l.pays(105973, "2026-09-10")
		l.add(CaseClosed{Outcome: Paid, WrittenOff: money.EUR(0)})
		l.at("2026-09-15").pays(50000, "2026-09-05")
		if s := l.statement("2026-09-15"); s.Credit.Cents != 50000 || l.Open() {
			t.Fatalf("credit %s, open %t", s.Credit, l.Open())
		}
		var f Fact = PaymentBounced{Payment: l.Payments[0].ID}
		if why == "reversed" {
			f = PaymentReversed{Payment: l.Payments[0].ID, Reason: "another debtor's"}
		}
		l.at("2026-09-20").accept(f)
		s := l.statement("2026-09-05")
		if !l.Open() || s.Credit.Cents != 0 || s.Balance.Cents != 100000-44164 || balances(s) != "" {
			t.Errorf("%s: open %t, credit %s, balance %s, %s", why, l.Open(), s.Credit, s.Balance, balances(s))
		}
	}
}

func TestACreditOfBeforeAPaymentThatBouncesKeepsWhatItPaysClosedAndLosesNothingElse(t *testing.T) {
	// The same, with 1,100.00 of the 5th: enough, but for what its 67 days bear.
	l := atTenPercent(t, "ES").at("2026-09-10")
	l.pays(105973, "2026-09-10")
	l.add(CaseClosed{Outcome: Paid, WrittenOff: money.EUR(0)})
	l.at("2026-09-15").pays(110000, "2026-09-05")
	l.at("2026-09-20").accept(PaymentBounced{Payment: l.Payments[0].ID})
	if s := l.statement("2026-09-20"); l.Open() || s.Credit.Cents != 110000-105836 || s.WrittenOff.Cents != 0 || balances(s) != "" {
		t.Errorf("open %t, credit %s, given up %s, %s", l.Open(), s.Credit, s.WrittenOff, balances(s))
	}
	// What came after a debt was given up is the debtor's, whatever else bounces.
	l = atTenPercent(t, "ES").at("2026-09-11")
	l.accept(CaseClosed{Outcome: Uncollectable, Reason: "no assets"})
	l.pays(7000, "2026-09-11")
	l.at("2026-09-12").pays(3000, "2026-09-12")
	l.at("2026-09-14").accept(PaymentBounced{Payment: l.Payments[1].ID})
	if s := l.statement("2026-09-14"); s.Credit.Cents != 7000 || s.WrittenOff.Cents != 106000 {
		t.Errorf("credit %s, given up %s", s.Credit, s.WrittenOff)
	}
}

func TestARefundOfMoneyThatBouncesOnACaseThatStaysClosedIsToldApart(t *testing.T) {
	for outcome, x := range map[Outcome]struct{ refunded, up int64 }{
		Withdrawn: {20000, 20000}, Upheld: {20000, 40000}, Uncollectable: {0, 20000}, // of an upheld one the payment, too, had gone to the debt
	} {
		l := atTenPercent(t, "ES").at("2026-09-11")
		l.pays(20000, "2026-09-11")
		switch outcome {
		case Withdrawn:
			l.credit(100000, "R-1")
		case Upheld:
			l.accept(Disputed{Reason: "not_ordered"})
			l.accept(DisputeResolved{Dispute: l.Disputes[0].ID, State: DisputeWon})
		default:
			l.accept(CaseClosed{Outcome: outcome, Reason: "no assets"})
		}
		if x.refunded > 0 {
			l.refunds(x.refunded)
		}
		facts := l.at("2026-09-20").accept(PaymentBounced{Payment: l.Payments[0].ID})
		up, told := facts[len(facts)-1].(BalanceGivenUp)
		s := l.statement("2026-09-20")
		if !told || up.Refunded.Cents != x.refunded || up.Amount.Cents != x.up || l.Open() || s.Balance.Cents != 0 {
			t.Errorf("%s: %v, %+v, balance %s", outcome, kinds(facts), up, s.Balance)
		}
	}
}

func TestACreditPaysACostThatIsClaimedAfterIt(t *testing.T) {
	// Ten days at ten percent are 2.74: of 1,050.00 there are 7.26 too many, the
	// interest being paid, until a cost of 45.00 is 5.00 above the fixed sum.
	l := atTenPercent(t, "ES").at("2026-07-10")
	l.terms.Limits.Tolerance = money.EUR(0)
	l.pays(105000, "2026-07-10")
	f := CostIncurred{Amount: money.EUR(4500), On: calendar.Must("2026-07-12"), What: "burofax", Document: "d"}
	l.at("2026-07-13").accept(f)
	for day, want := range map[string]int64{"2026-07-09": 0, "2026-07-10": 726, "2026-07-11": 726, "2026-07-12": 226, "2026-07-13": 226} {
		s := l.statement(day)
		if s.Credit.Cents != want || s.Open[law.Costs].Cents != 0 || balances(s) != "" {
			t.Errorf("%s: credit %s, costs %s, %s", day, s.Credit, s.Open[law.Costs], balances(s))
		}
	}
	if i := l.Imputations[0]; i.Credit().Cents != 726 || i.Surplus.Cents != 226 {
		t.Errorf("a credit of %s on its day, of which %s is left", i.Credit(), i.Surplus)
	}
	f.Amount = money.EUR(400) // of which 2.26 are here
	l.accept(f)
	if s := l.statement("2026-07-13"); s.Credit.Cents != 0 || s.Balance.Cents != 174 || balances(s) != "" {
		t.Errorf("credit %s, balance %s, %s", s.Credit, s.Balance, balances(s))
	}
	l.accept(PaymentBounced{Payment: l.Payments[0].ID})
	if s := l.statement("2026-07-12"); s.Open[law.Costs].Cents != 900 || s.Credit.Cents != 0 || balances(s) != "" {
		t.Errorf("once it bounced: %v, %s", s.Open, balances(s))
	}
}

func TestARefundOfMoneyThatBouncesIsOwedAgainAndBearsNoInterest(t *testing.T) {
	l := atTenPercent(t, "ES").at("2026-06-20")
	l.pays(150000, "2026-06-20")
	l.refunds(50000)
	if s := l.statement("2026-06-20"); s.Credit.Cents != 0 || s.Refunded.Cents != 50000 || s.Balance.Cents != 0 {
		t.Fatalf("credit %s, balance %s", s.Credit, s.Balance)
	}
	l.at("2026-07-05").accept(PaymentBounced{Payment: l.Payments[0].ID})
	// 1,500.00 are owed; 73 days bear interest on the 1,000.00 of the invoice alone.
	s := l.statement("2026-09-11")
	if s.Open[law.Principal].Cents != 150000 || s.Open[law.Interest].Cents != 2000 || s.Received.Cents != 0 || balances(s) != "" {
		t.Errorf("%v, received %s, %s", s.Open, s.Received, balances(s))
	}
}

func TestAPaymentOnAClosedCaseChangesNothingOfWhatItsClosingGaveUp(t *testing.T) {
	l := atTenPercent(t, "ES").at("2026-09-11")
	l.accept(CaseClosed{Outcome: Uncollectable, Reason: "no assets"})
	l.at("2026-11-23").pays(7000, "2026-11-23")
	s := l.statement("2026-11-23")
	if s.WrittenOff.Cents != 106000 || s.Credit.Cents != 7000 || len(s.Flags) != len(l.statement("2026-09-10").Flags) {
		t.Errorf("written off %s, credit %s, flags %v", s.WrittenOff, s.Credit, s.Flags)
	}
	l.at("2026-12-01").accept(CaseReopened{Reason: "assets found"})
	// 146 days at ten percent are 40.00; the payment goes to them and to 30.00 of the fixed sum.
	if s := l.statement("2026-11-23"); s.Balance.Cents != 100000+1000 || s.Credit.Cents != 0 || balances(s) != "" {
		t.Errorf("reopened: %v, credit %s, %s", s.Open, s.Credit, balances(s))
	}
}

func TestCostsAreClaimedOnlyWhereTheLawAllowsIt(t *testing.T) {
	for _, x := range []struct {
		rule, country string
		kind          law.Party
		change        func(*life, *CostIncurred)
		claimed       int64
		why           string
	}{
		{"ES: between businesses what exceeds the fixed sum of 40.00", "ES", law.Business, nil, 5600, CostClaimed},
		{"FR: between businesses likewise", "FR", law.Business, nil, 5600, CostClaimed},
		{"PT: between businesses likewise", "PT", law.Business, nil, 5600, CostClaimed},
		{"FR: a consumer never sees them", "FR", law.Consumer, nil, 0, CostNotByLaw},
		{"ES: a consumer neither", "ES", law.Consumer, nil, 0, CostNotByLaw},
		{"PT: a consumer neither", "PT", law.Consumer, nil, 0, CostNotByLaw},
		{"ES: nor who is owed by a contract from before the law", "ES", law.Business, func(l *life, _ *CostIncurred) { l.Claim.Contracted = calendar.Must("2002-08-08") }, 0, CostNotByLaw},
		{"FR: nor where another collects", "FR", law.Business, func(l *life, _ *CostIncurred) { l.Capacity = AsThirdParty }, 0, CostNotByLaw},
		{"without proof they are the creditor's", "ES", law.Business, func(_ *life, f *CostIncurred) { f.Document = "" }, 0, CostUnproved},
		{"a court decides on its own", "ES", law.Business, func(_ *life, f *CostIncurred) { f.Court = true }, 0, CostOfCourt},
		{"not before there was a delay", "ES", law.Business, func(_ *life, f *CostIncurred) { f.On = calendar.Must("2026-06-30") }, 0, CostBeforeDue},
		{"not where the strategy claims none", "ES", law.Business, func(l *life, _ *CostIncurred) { l.terms.Limits.ClaimCompensation = false }, 0, CostNotStrategy},
		{"not on a closed case", "ES", law.Business, func(l *life, _ *CostIncurred) { l.add(CaseClosed{Outcome: Withdrawn}) }, 0, CostAfterEnd},
		{"the fixed sum covers the first 40.00", "ES", law.Business, func(_ *life, f *CostIncurred) { f.Amount = money.EUR(4000) }, 0, CostBelowFixed},
	} {
		t.Run(x.rule, func(t *testing.T) {
			l := opened(t, x.country, x.kind, 100000, "2026-06-30").at("2026-07-20")
			f := CostIncurred{Amount: money.EUR(9600), On: calendar.Must("2026-07-10"), What: "burofax", Document: "doc-1"}
			if x.change != nil {
				x.change(l, &f)
			}
			before := l.statement("2026-07-20")
			out := l.accept(f)[0].(CostIncurred)
			s := l.statement("2026-07-20")
			own := f.Amount.Cents - x.claimed
			if out.Claimed.Cents != x.claimed || out.Why != x.why || s.Open[law.Costs].Cents != x.claimed || s.OwnCosts.Cents != own {
				t.Errorf("claimed %s since %s, open %s, own %s", out.Claimed, out.Why, s.Open[law.Costs], s.OwnCosts)
			}
			if s.Balance.Cents != before.Balance.Cents+x.claimed || balances(s) != "" {
				t.Errorf("the balance went from %s to %s; %s", before.Balance, s.Balance, balances(s))
			}
		})
	}
}

func TestCostsCountTogetherTowardTheFixedSumAndArePaidFirst(t *testing.T) {
	l := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-07-20")
	for _, cents := range []int64{3000, 3000, 3000} { // 40.00 are covered: 0, 20.00, 30.00
		l.accept(CostIncurred{Amount: money.EUR(cents), On: calendar.Must("2026-07-10"), What: "letter", Document: "d"})
	}
	if s := l.statement("2026-07-20"); s.Open[law.Costs].Cents != 5000 || s.OwnCosts.Cents != 4000 {
		t.Fatalf("claimed %s, own %s", s.Open[law.Costs], s.OwnCosts)
	}
	l.pays(5000, "2026-07-20")
	if got := l.Imputations[0].Parts; len(got) != 1 || got[law.Costs].Cents != 5000 {
		t.Errorf("paid to %v", got)
	}
	// A cost of before the payment that is told later takes the payment's place.
	l.accept(CostIncurred{Amount: money.EUR(1000), On: calendar.Must("2026-07-15"), What: "letter", Document: "d"})
	l.accept(CostIncurred{Amount: money.EUR(1000), On: calendar.Must("2026-07-20"), What: "letter"})
	if s := l.statement("2026-07-20"); s.Open[law.Costs].Cents != 1000 || balances(s) != "" {
		t.Errorf("open %v; %s", s.Open, balances(s))
	}
}

// Complaint 7: interest and fees lost, repeated, or not lawful in form.
func TestComplaint7InterestAndFeesAreNeitherLostNorRepeated(t *testing.T) {
	t.Run("the principal is paid on day 40, and the interest stays owed", func(t *testing.T) {
		l := atTenPercent(t, "ES").at("2026-08-09")
		l.terms.Limits.ClaimCompensation = false
		l.pays(100000, "2026-08-09") // 40 days at ten percent: 10.96
		s := l.at("2026-12-31").statement("2026-12-31")
		// The payment covers the interest first (art. 1173): 10.96 of principal stay.
		if s.Open[law.Principal].Cents != 1096 || s.Balance.Cents != 1096+s.Open[law.Interest].Cents || s.Open[law.Interest].Cents != 43 {
			t.Errorf("open %v", s.Open) // 10.96 at ten percent over 144 days: 43.2 cents
		}
	})
	t.Run("fifty looks at the fee make one fee", func(t *testing.T) {
		l := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-07-10")
		for range 50 {
			l.pays(100, "2026-07-10")
			if s := l.statement("2026-07-10"); s.Open[law.Compensation].Cents > 4000 {
				t.Fatalf("the fixed sum is %s", s.Open[law.Compensation])
			}
		}
		fees := int64(0)
		for _, e := range l.statement("2026-07-10").Entries {
			if e.Kind == "compensation" {
				fees += e.Amount.Cents
			}
		}
		if fees != 4000 {
			t.Errorf("fees of %d cents", fees)
		}
	})
	t.Run("interest over two half-years is that of a hand calculation", func(t *testing.T) {
		// ES, 10,000.00 due on 31 March 2025: 91 days to 30 June at 11.15 % and 92 to
		// 30 September at 10.15 %: 277.99 and 255.84.
		l := opened(t, "ES", law.Business, 1000000, "2025-03-31")
		if s := l.statement("2025-09-30"); s.Open[law.Interest].Cents != 27799+25584 {
			t.Errorf("interest %s: %v", s.Open[law.Interest], s.Lines)
		}
	})
}

// Whatever comes in whatever order, the lines of the ledger are its balance on
// any day, nothing is below zero, and money is neither lost nor made.
func TestTheLinesOfTheLedgerAreItsBalanceOnAnyDay(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		country := rapid.SampledFrom([]string{"ES", "FR", "PT"}).Draw(r, "country")
		l := opened(t, country, rapid.SampledFrom([]law.Party{law.Business, law.Consumer}).Draw(r, "debtor"), rapid.Int64Range(100, 2_000_000).Draw(r, "principal"), "2025-03-31")
		day := l.Claim.Due.AddDays(rapid.IntRange(-20, 20).Draw(r, "start"))
		for range rapid.IntRange(1, 14).Draw(r, "facts") {
			day = day.AddDays(rapid.IntRange(0, 30).Draw(r, "days"))
			l.at(day.String())
			f := anyMove(r, l, day)
			if f == nil {
				continue
			}
			out, err := l.Accept(f, l.terms, l.now)
			if err != nil {
				continue
			}
			l.add(out...)
			for _, on := range []calendar.Date{day, day.AddDays(rapid.IntRange(-60, 60).Draw(r, "as of"))} {
				s := l.Statement(l.terms, on)
				why := balances(s)
				if l.Outcome == Upheld { // what was paid is a credit beside the lines
					why = ""
				}
				if why != "" {
					r.Fatalf("after %s, as of %s: %s", f.Kind(), on, why)
				}
				if !l.Open() && !on.Before(day) && s.Balance.Cents != 0 {
					r.Fatalf("after %s the closed case owes %s", f.Kind(), s.Balance)
				}
			}
		}
	})
}

// anyMove draws a fact that moves money; nil where there is nothing to move.
func anyMove(r *rapid.T, l *life, day calendar.Date) Fact {
	cents := func(most int64) money.Amount { return money.EUR(rapid.Int64Range(1, most).Draw(r, "cents")) }
	paid := func() string { return rapid.SampledFrom(l.Payments).Draw(r, "payment").ID }
	kind := rapid.IntRange(0, 10).Draw(r, "kind")
	switch {
	case kind < 3 || len(l.Payments) == 0 && kind < 6:
		return PaymentReceived{Amount: cents(2_500_000), Received: day.AddDays(-rapid.IntRange(0, 40).Draw(r, "back"))}
	case kind == 3:
		return PaymentBounced{Payment: paid()}
	case kind == 4:
		return PaymentReversed{Payment: paid(), Reason: "twice"}
	case kind == 5:
		return Refunded{Refund: Refund{Amount: cents(500_000)}}
	case kind == 6:
		return Adjusted{Adjustment: Adjustment{Kind: CreditNote, Number: rapid.StringN(1, 3, 3).Draw(r, "number"), Amount: cents(2_000_000), Issued: day}, Note: "n"}
	case kind == 7:
		return Adjusted{Adjustment: Adjustment{Kind: WriteOff, Amount: cents(100_000)}, Note: "n"}
	case kind == 8:
		return CostIncurred{Amount: cents(20_000), On: day.AddDays(-rapid.IntRange(0, 20).Draw(r, "back")), What: "x", Document: "d"}
	case kind == 9 && l.Open():
		return CaseClosed{Outcome: rapid.SampledFrom([]Outcome{Paid, Settled, Withdrawn, Uncollectable}).Draw(r, "outcome"), Reason: "r"}
	case kind == 9:
		return CaseReopened{Reason: "r"}
	}
	return nil
}

func TestAPaymentInAnotherCurrencyIsBookedAtARateThatIsStated(t *testing.T) {
	l := opened(t, "ES", law.Business, 200000, "2026-06-30").at("2026-07-10")
	at := func(rate string, cents int64) PaymentReceived {
		return PaymentReceived{Amount: money.EUR(cents), Received: calendar.Must("2026-07-10"),
			Converted: &Conversion{Amount: money.Of(10000, "USD"), Rate: rate, On: calendar.Must("2026-07-09"), Source: "ECB"}}
	}
	l.accept(at("0.91235", 9124)) // 91.235 is 91.24
	l.accept(at("0.9", 9000))
	if got := l.Payments[0].Converted; got == nil || got.Rate != "0.91235" || l.statement("2026-07-10").Received.Cents != 18124 {
		t.Errorf("%+v", l.Payments)
	}
	for _, rate := range []string{"", "0", "-1", "1/2", "1e9", "1,08", "."} {
		l.refuses(at(rate, 9124), "rate_malformed")
	}
	for rule, change := range map[string]func(*Conversion){
		"conversion_differs":   func(c *Conversion) { c.Rate = "0.91234" },
		"amount_not_converted": func(c *Conversion) { c.Amount = money.EUR(10000) },
		"date_missing":         func(c *Conversion) { c.On = calendar.Date{} },
		"missing":              func(c *Conversion) { c.Source = "" },
	} {
		f := at("0.91235", 9124)
		change(f.Converted)
		l.refuses(f, rule)
	}
}

func TestAnOldCostStaysTheCreditorsOwn(t *testing.T) {
	f, err := Decode("cost_incurred", []byte(`{"handoff":"h1","amount":{"amount":"96.00","currency":"EUR"},"on":"2026-07-10","what":"court fee"}`))
	if err != nil {
		t.Fatal(err)
	}
	l := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-07-20")
	before := l.statement("2026-07-20")
	l.add(f)
	if s := l.statement("2026-07-20"); s.Balance != before.Balance || len(l.Costs) != 0 {
		t.Errorf("the balance went from %s to %s", before.Balance, s.Balance)
	}
}
