package debt_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/recobro/recobro/calendar"
	. "github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/lawtest"
	"github.com/recobro/recobro/money"
)

func terms(t testing.TB, country string) Terms {
	t.Helper()
	j := lawtest.For(country)
	if j == nil {
		t.Fatalf("no law of %s", country)
	}
	place, err := calendar.PlaceOf(country, map[string]string{"ES": "28001", "FR": "75001", "PT": "1000-001"}[country], "")
	if err != nil {
		t.Fatal(err)
	}
	return Terms{Law: j, Debtor: place, Home: place, Limits: Limits{
		ClaimInterest: true, ClaimCompensation: true, Tolerance: money.EUR(100), PromiseMaxDays: 45, PromiseMinShare: 10,
		PromiseGraceDays: 2, PromisesAfterBroken: 1, PlanMaxInstalments: 12, PlanMaxMonths: 12,
		PlanMinInstalment: money.EUR(2500), PlanGraceDays: 3, MaxDiscount: 10, DisputeAnswerDays: 20,
	}}
}

// life is a case with its clock: what it accepts goes on its record.
type life struct {
	t      testing.TB
	terms  Terms
	now    time.Time
	events []Event
	*Case
}

func opened(t testing.TB, country string, kind law.Party, cents int64, due string) *life {
	l := &life{t: t, terms: terms(t, country)}
	d := calendar.Must(due)
	s := Submission{Creditor: "cr", Reference: "F-1", Country: country, Principal: money.EUR(cents),
		Claim:  law.Claim{Kind: law.Services, Issued: d.AddDays(-30), Due: d},
		Debtor: Party{Reference: "C-1", Kind: kind, Name: "N", Contacts: []ContactPoint{{Channel: "email", Value: "a@b.es"}}}}.Normal()
	l.at(d.AddDays(1).String())
	l.Case = &Case{}
	l.add(s.Opening(IDs{Case: "c1", Debtor: "d1", Person: "p1"}, "s@1", d.AddDays(1)))
	return l
}

func (l *life) at(day string) *life {
	l.now = calendar.Must(day).At(12, 0, terms(l.t, "ES").Debtor.Zone())
	return l
}

func (l *life) add(facts ...Fact) {
	for _, f := range facts {
		e := Event{Seq: l.Seq + 1, At: l.now, Fact: f}
		l.Apply(e)
		l.events = append(l.events, e)
	}
}

func (l *life) accept(f Fact) []Fact {
	l.t.Helper()
	out, err := l.Accept(f, l.terms, l.now)
	if err != nil {
		l.t.Fatalf("%s refused: %v", f.Kind(), err)
	}
	l.add(out...)
	return out
}

func (l *life) refuses(f Fact, rule string) {
	l.t.Helper()
	before, _ := json.Marshal(l.Case)
	_, err := l.Accept(f, l.terms, l.now)
	var no *Refusal
	if !errors.As(err, &no) {
		l.t.Fatalf("%s accepted, want refusal %s", f.Kind(), rule)
	}
	if no.Rule != rule {
		l.t.Errorf("%s refused by %s (%s), want %s", f.Kind(), no.Rule, no.Detail, rule)
	}
	if after, _ := json.Marshal(l.Case); string(before) != string(after) {
		l.t.Errorf("a refusal changed the case")
	}
}

func (l *life) pays(cents int64, on string) {
	l.accept(PaymentReceived{Amount: money.EUR(cents), Received: calendar.Must(on)})
}

func kinds(facts []Fact) []string {
	var out []string
	for _, f := range facts {
		out = append(out, f.Kind())
	}
	return out
}

func TestPartPaymentGoesToInterestFirst(t *testing.T) { // worked example E16
	l := opened(t, "ES", law.Business, 500000, "2026-06-30")
	l.terms.Limits.ClaimCompensation = false
	l.at("2026-08-29").pays(100000, "2026-08-29")
	got := l.Imputations[0].Parts
	want := map[law.Component]money.Amount{law.Interest: money.EUR(8548), law.Principal: money.EUR(91452)}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	s := l.Statement(l.terms, calendar.Must("2026-10-28"))
	if s.Open[law.Interest] != money.EUR(6984) || s.Open[law.Principal] != money.EUR(408548) || s.Balance != money.EUR(415532) {
		t.Errorf("open %v, balance %v", s.Open, s.Balance)
	}
}

func TestCompensationIsOwedOnceHoweverOftenItIsLookedAt(t *testing.T) {
	l := opened(t, "ES", law.Business, 1000000, "2026-01-31")
	for range 50 {
		if s := l.Statement(l.terms, calendar.Must("2026-03-31")); s.Balance != money.EUR(1020407) { // worked example E13
			t.Fatalf("balance %v", s.Balance)
		}
	}
	l.at("2026-03-31").pays(10000, "2026-03-31")
	if s := l.Statement(l.terms, calendar.Must("2026-03-31")); s.Balance != money.EUR(1010407) {
		t.Errorf("after a payment of 100.00 the balance is %v", s.Balance)
	}
}

func TestInterestStaysClaimableOncePrincipalIsPaid(t *testing.T) {
	l := opened(t, "ES", law.Business, 1000000, "2026-01-31")
	l.at("2026-03-12").pays(1000000, "2026-03-12")
	s := l.Statement(l.terms, calendar.Must("2026-03-12"))
	if s.Balance != money.EUR(4000+11123) { // 40.00 and 10000 × 10.15 % × 40/365 = 111.23
		t.Errorf("balance %v", s.Balance)
	}
	if l.Settled(l.terms, calendar.Must("2026-03-12")) {
		t.Error("the case counts as settled while interest is open")
	}
}

func TestLateReportedPaymentReimputesWhatFollowed(t *testing.T) {
	in, late := opened(t, "ES", law.Business, 500000, "2026-06-30"), opened(t, "ES", law.Business, 500000, "2026-06-30")
	in.at("2026-08-01").pays(50000, "2026-08-01")
	in.at("2026-09-01").pays(70000, "2026-09-01")
	late.at("2026-09-01").pays(70000, "2026-09-01")
	facts := late.accept(PaymentReceived{Amount: money.EUR(50000), Received: calendar.Must("2026-08-01")})
	if d := cmp.Diff([]string{"payment_received", "imputation_reversed", "payment_imputed", "payment_imputed"}, kinds(facts)); d != "" {
		t.Error(d)
	}
	day := calendar.Must("2026-10-01")
	if a, b := in.Statement(in.terms, day).Balance, late.Statement(late.terms, day).Balance; a != b {
		t.Errorf("in order %v, reported late %v", a, b)
	}
}

func TestMoneyAboveTheBalanceBecomesACredit(t *testing.T) {
	l := opened(t, "ES", law.Consumer, 10000, "2026-06-30")
	l.at("2026-07-10").pays(15000, "2026-07-10")
	s := l.Statement(l.terms, calendar.Must("2026-07-10"))
	if s.Balance.Cents != 0 || s.Credit.Cents <= 0 || s.Credit.Cents+s.Received.Cents-15000 != s.Credit.Cents {
		t.Errorf("balance %v credit %v", s.Balance, s.Credit)
	}
	if !l.Settled(l.terms, calendar.Must("2026-07-10")) {
		t.Error("paid in full and not settled")
	}
}

func TestPromise(t *testing.T) {
	made := func() *life {
		l := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-07-10")
		l.accept(PromiseMade{Amount: money.EUR(50000), PayBy: calendar.Must("2026-07-24")})
		return l
	}
	t.Run("a promise holds contact until its grace is over", func(t *testing.T) {
		l := made()
		h, ok := l.Hold()
		if !ok || h.Reason != HoldPromise || h.Until != calendar.Must("2026-07-28") { // 24 July is a Friday; two working days
			t.Errorf("hold %+v", h)
		}
	})
	t.Run("paid in time it is kept and the hold ends", func(t *testing.T) {
		l := made()
		l.at("2026-07-24").pays(50000, "2026-07-24")
		if _, held := l.Hold(); held || l.Promises[0].State != PromiseKept {
			t.Errorf("%+v", l.Promises)
		}
	})
	t.Run("a payment in time reported late turns broken into kept", func(t *testing.T) {
		l := made()
		l.at("2026-07-29")
		l.add(PromiseEnded{Promise: l.Promises[0].ID, State: PromiseBroken})
		l.at("2026-08-05").pays(50000, "2026-07-27")
		if l.Promises[0].State != PromiseKept {
			t.Errorf("%+v", l.Promises)
		}
	})
	t.Run("a part is not the whole", func(t *testing.T) {
		l := made()
		l.at("2026-07-20").pays(49999, "2026-07-20")
		if l.Promises[0].State != PromiseRunning {
			t.Errorf("%+v", l.Promises)
		}
	})
	t.Run("a new promise renegotiates the running one", func(t *testing.T) {
		l := made()
		l.accept(PromiseMade{Amount: money.EUR(60000), PayBy: calendar.Must("2026-08-03")})
		if l.Promises[0].State != PromiseReplaced || len(l.Holds) != 1 {
			t.Errorf("%+v %+v", l.Promises, l.Holds)
		}
	})
	l := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-07-10")
	l.refuses(PromiseMade{Amount: money.EUR(50000), PayBy: calendar.Must("2026-07-09")}, "promise_in_the_past")
	l.refuses(PromiseMade{Amount: money.EUR(50000), PayBy: calendar.Must("2026-12-09")}, "promise_too_late")
	l.refuses(PromiseMade{Amount: money.EUR(500), PayBy: calendar.Must("2026-07-19")}, "promise_too_small")
	l.refuses(PromiseMade{Amount: money.Of(50000, "USD"), PayBy: calendar.Must("2026-07-19")}, "other_currency")
	l.refuses(PromiseMade{Amount: money.EUR(50000)}, "date_missing")
}

func TestWhatIsImpossibleIsRefused(t *testing.T) {
	l := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-07-10")
	l.refuses(PaymentReceived{Amount: money.EUR(100), Received: calendar.Must("2026-07-11")}, "date_in_future")
	l.refuses(PaymentReceived{Amount: money.EUR(-100), Received: calendar.Must("2026-07-01")}, "amount_not_positive")
	l.refuses(PaymentReceived{Amount: money.Of(100, "USD"), Received: calendar.Must("2026-07-01")}, "other_currency")
	l.refuses(HoldPlaced{Hold: Hold{}}, "hold_reason")
	l.refuses(HoldPlaced{Hold: Hold{Reason: HoldPaused}}, "hold_needs_end")
	l.refuses(HoldPlaced{Hold: Hold{Reason: HoldPromise}}, "hold_reason")
	l.refuses(CaseClosed{Outcome: Paid, Reason: "x"}, "not_paid")
	l.refuses(CaseClosed{Outcome: "gone", Reason: "x"}, "outcome_unknown")
	l.refuses(CaseReopened{Reason: "x"}, "case_open")
	l.refuses(StepDone{}, "engine_only")
	l.refuses(PaymentBounced{Payment: "none"}, "payment_unknown")
	l.refuses(Disputed{}, "reason_missing")
	l.accept(CaseClosed{Outcome: Withdrawn, Reason: "creditor"})
	l.refuses(PromiseMade{Amount: money.EUR(50000), PayBy: calendar.Must("2026-07-19")}, "case_closed")
	l.accept(CaseReopened{Reason: "error"})
	if l.Stage != FriendlyContact {
		t.Errorf("reopened in %s", l.Stage)
	}
}

func TestDispute(t *testing.T) {
	for state, want := range map[string]func(l *life) bool{
		"rejected": func(l *life) bool { return l.Open() && len(l.Holds) == 0 },
		"partly":   func(l *life) bool { return l.Open() && l.OpenPrincipal() == money.EUR(70000) && len(l.Holds) == 0 },
		"upheld":   func(l *life) bool { return l.Outcome == Upheld },
	} {
		l := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-07-10")
		last := l.Clock(l.terms.Law).LastDay
		l.accept(Disputed{Reason: "goods_not_received"})
		if h, _ := l.Hold(); h.Reason != HoldDispute {
			t.Errorf("hold %+v", h)
		}
		if l.Clock(l.terms.Law).LastDay != last {
			t.Error("a dispute moved the limitation date")
		}
		l.accept(DisputeResolved{Dispute: l.Disputes[0].ID, State: state, Reduction: money.EUR(30000)})
		if !want(l) {
			t.Errorf("%s: %+v", state, l.Case)
		}
	}
}

func TestABouncedPaymentReopensWhatItClosed(t *testing.T) {
	l := opened(t, "ES", law.Consumer, 100000, "2026-06-30")
	l.at("2026-07-10").pays(100000, "2026-07-10")
	l.add(CaseClosed{Outcome: Paid})
	l.at("2026-07-20").accept(PaymentBounced{Payment: l.Payments[0].ID, Reason: "AC04"})
	if !l.Open() || l.OpenPrincipal() != money.EUR(100000) || len(l.Imputations) != 0 {
		t.Errorf("%+v", l.Case)
	}
	l.refuses(PaymentBounced{Payment: l.Payments[0].ID}, "payment_bounced")
}

// Whatever happens, in whatever order it is reported, the ledger adds up and
// the case is what its events make it.
func TestBalanceIsTheSumOfEntriesAfterAnySequence(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		l := opened(t, rapid.SampledFrom([]string{"ES", "FR", "PT"}).Draw(r, "country"), law.Business, rapid.Int64Range(100, 5_000_000).Draw(r, "principal"), "2025-03-31")
		day := l.Claim.Due.AddDays(1)
		for range rapid.IntRange(1, 12).Draw(r, "facts") {
			day = day.AddDays(rapid.IntRange(0, 30).Draw(r, "days"))
			l.at(day.String())
			var f Fact
			switch rapid.IntRange(0, 5).Draw(r, "kind") {
			case 0, 1:
				f = PaymentReceived{Amount: money.EUR(rapid.Int64Range(1, 2_000_000).Draw(r, "cents")), Received: day.AddDays(-rapid.IntRange(0, 40).Draw(r, "back"))}
			case 2:
				f = PromiseMade{Amount: money.EUR(rapid.Int64Range(1, 5_000_000).Draw(r, "cents")), PayBy: day.AddDays(rapid.IntRange(-2, 60).Draw(r, "by"))}
			case 3:
				if len(l.Payments) == 0 {
					continue
				}
				f = PaymentBounced{Payment: rapid.SampledFrom(l.Payments).Draw(r, "payment").ID}
			case 4:
				f = Disputed{Reason: "wrong_amount"}
			case 5:
				if len(l.Disputes) == 0 {
					continue
				}
				f = DisputeResolved{Dispute: l.Disputes[len(l.Disputes)-1].ID, State: rapid.SampledFrom([]string{"rejected", "partly"}).Draw(r, "answer"),
					Reduction: money.EUR(rapid.Int64Range(1, 1_000_000).Draw(r, "reduction"))}
			}
			out, err := l.Accept(f, l.terms, l.now)
			if err != nil {
				continue
			}
			l.add(out...)
			l.check(r, day)
		}
	})
}

func (l *life) check(r *rapid.T, day calendar.Date) {
	s := l.Statement(l.terms, day)
	entries, credit := int64(0), int64(0)
	booked := map[law.Component]int64{}
	for _, e := range s.Entries {
		booked[e.Component] += e.Amount.Cents
		if e.Kind == "credit" {
			credit -= e.Amount.Cents
			continue
		}
		entries += e.Amount.Cents
	}
	for part, a := range s.Open {
		if a.Cents < 0 {
			r.Fatalf("%s is %v", part, a)
		}
	}
	for part, sum := range booked {
		if part != "" && (sum < 0 || sum > s.Open[part].Cents) {
			r.Fatalf("%s: booked %d, open %v", part, sum, s.Open[part])
		}
	}
	imputed := int64(0)
	for _, i := range l.Imputations {
		for _, p := range i.Parts {
			imputed += p.Cents
		}
	}
	if received := l.Received().Cents; imputed+credit != received {
		r.Fatalf("received %d, imputed %d, credit %d", received, imputed, credit)
	}
	if accrued := s.Balance.Cents - entries; accrued < 0 {
		r.Fatalf("balance %d, entries %d", s.Balance.Cents, entries)
	}
	if d := cmp.Diff(l.Case, Fold(l.events)); d != "" {
		r.Fatal(d)
	}
}

func TestEveryFactReadsBackFromTheRecord(t *testing.T) {
	l := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-07-10")
	l.accept(PromiseMade{Amount: money.EUR(50000), PayBy: calendar.Must("2026-07-24")})
	l.at("2026-07-24").pays(50000, "2026-07-24")
	l.accept(Disputed{Reason: "wrong_amount"})
	for _, e := range l.events {
		b, err := json.Marshal(e.Fact)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(e.Fact.Kind(), b)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(e.Fact, got); d != "" {
			t.Errorf("%s: %s", e.Fact.Kind(), d)
		}
	}
	if _, err := Decode("nonsense", []byte("{}")); err == nil {
		t.Error("an unknown kind was read")
	}
}

func TestNothingIsOwedOnAClosedCase(t *testing.T) {
	for _, tt := range []struct {
		rule   string
		close  func(l *life)
		credit int64
	}{
		{"upheld: what came in is a credit", func(l *life) {
			l.accept(Disputed{Reason: "goods_not_received"})
			l.accept(DisputeResolved{Dispute: l.Disputes[0].ID, State: "upheld"})
		}, 5000},
		{"withdrawn: what came in stays", func(l *life) { l.accept(CaseClosed{Outcome: Withdrawn, Reason: "goodwill"}) }, 0},
		{"uncollectable: what came in stays", func(l *life) { l.accept(CaseClosed{Outcome: Uncollectable, Reason: "study"}) }, 0},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			l := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-07-10")
			l.pays(5000, "2026-07-10")
			owed := l.Statement(l.terms, calendar.Must("2026-07-10")).Balance
			tt.close(l)
			for _, day := range []string{"2026-07-10", "2027-07-10"} {
				s := l.Statement(l.terms, calendar.Must(day))
				if s.Balance.Cents != 0 || s.WrittenOff != owed || s.Credit.Cents != tt.credit {
					t.Errorf("%s: balance %v, written off %v, credit %v", day, s.Balance, s.WrittenOff, s.Credit)
				}
			}
			if s := l.Statement(l.terms, calendar.Must("2026-07-09")); s.Balance.Cents == 0 {
				t.Error("the day before nothing was owed either")
			}
			l.pays(7000, "2026-07-10")
			if s := l.Statement(l.terms, calendar.Must("2026-07-10")); s.Balance.Cents != 0 || s.Credit.Cents != max(tt.credit, 0)+7000 {
				t.Errorf("paid after the closing: balance %v, credit %v", s.Balance, s.Credit)
			}
		})
	}
}

func TestWhatWasNeverOwedBoreNoInterest(t *testing.T) {
	whole, less := opened(t, "ES", law.Business, 100000, "2026-06-30"), opened(t, "ES", law.Business, 70000, "2026-06-30")
	whole.at("2026-07-10").pays(20000, "2026-07-10")
	less.at("2026-07-10").pays(20000, "2026-07-10")
	whole.at("2026-07-20").accept(Disputed{Reason: "wrong_amount"})
	whole.accept(DisputeResolved{Dispute: whole.Disputes[0].ID, State: "partly", Reduction: money.EUR(30000)})
	day := calendar.Must("2026-09-01")
	if a, b := whole.Statement(whole.terms, day), less.Statement(less.terms, day); a.Balance != b.Balance {
		t.Errorf("reduced to 700.00 it owes %v, of 700.00 from the start %v", a.Balance, b.Balance)
	}
	if whole.Stage != Reminders {
		t.Errorf("after an answered dispute the stage is %s", whole.Stage)
	}
	all := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-07-20")
	all.accept(Disputed{Reason: "wrong_amount"})
	all.accept(DisputeResolved{Dispute: all.Disputes[0].ID, State: "partly", Reduction: money.EUR(100000)})
	if all.Outcome != Upheld {
		t.Errorf("a reduction of all leaves it %s", all.Stage)
	}
}

func TestWhatWasNeverOwedIsNotWaitedForUntilTheDueDay(t *testing.T) {
	for rule, acts := range map[string]func(l *life){
		"reduced, then paid":      func(l *life) { reduced(l, 30000); l.pays(70000, "2026-06-12") },
		"paid in part, reduced":   func(l *life) { l.pays(70000, "2026-06-12"); reduced(l, 30000) },
		"paid before, told later": func(l *life) { reduced(l, 30000); l.pays(70000, "2026-06-05") },
	} {
		l := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-06-12")
		acts(l)
		for _, day := range []string{"2026-06-12", "2026-06-30", "2026-07-20"} {
			if s := l.Statement(l.terms, calendar.Must(day)); s.Balance.Cents != 0 || !l.Settled(l.terms, calendar.Must(day)) {
				t.Errorf("%s: on %s it still owes %v", rule, day, s.Balance)
			}
		}
	}
}

// reduced has a dispute upheld in part.
func reduced(l *life, cents int64) {
	l.accept(Disputed{Reason: "wrong_amount"})
	l.accept(DisputeResolved{Dispute: l.Disputes[len(l.Disputes)-1].ID, State: "partly", Reduction: money.EUR(cents)})
}

func TestAgreementsAreForWhatIsOwed(t *testing.T) {
	l := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-07-10")
	l.refuses(PromiseMade{Amount: money.EUR(500000), PayBy: calendar.Must("2026-07-24")}, "promise_above_balance")
	half := []Instalment{{Due: calendar.Must("2026-07-20"), Amount: money.EUR(60000)}, {Due: calendar.Must("2026-08-20"), Amount: money.EUR(60000)}}
	l.refuses(PlanAgreed{Plan: Plan{Instalments: half}}, "plan_above_balance")
	l.refuses(CaseClosed{Outcome: Limited, Reason: "old"}, "not_limited")
	l.refuses(CaseClosed{Outcome: Settled, Reason: "agreed"}, "not_settled")
	l.refuses(ActNoted{Act: law.Act{Type: "zzz", Date: calendar.Must("2026-07-01")}}, "act_type_unknown")
	l.refuses(ActNoted{Act: law.Act{Type: "mediation", Date: calendar.Must("2026-07-05"), End: calendar.Must("2026-07-01")}}, "end_before_start")
	for _, kind := range law.ActTypes {
		long := ActNoted{Act: law.Act{Type: kind, Date: calendar.Must("2026-07-05"), End: calendar.Must("2026-07-08")}}
		if !law.Lasts(kind) {
			l.refuses(long, "end_none")
			continue
		}
		if _, no := l.Accept(long, l.terms, l.now); no != nil {
			t.Errorf("%s with an end: %v", kind, no)
		}
	}
}

func TestAReopenedCaseIsHeldAsItWas(t *testing.T) {
	l := opened(t, "ES", law.Consumer, 100000, "2026-06-30").at("2026-07-10")
	l.accept(Disputed{Reason: "goods_not_received"})
	l.accept(HoldPlaced{Hold: Hold{Reason: HoldDeceased}})
	l.pays(100000, "2026-07-10")
	l.add(CaseClosed{Outcome: Paid})
	l.at("2026-09-20").accept(PaymentBounced{Payment: l.Payments[0].ID})
	if !l.Open() || len(l.Holds) != 2 {
		t.Fatalf("open %v, holds %+v", l.Open(), l.Holds)
	}
	for _, h := range l.Holds {
		if h.Until.Before(calendar.Must("2026-09-20")) {
			t.Errorf("hold %+v is over already", h)
		}
	}
	l.accept(DisputeResolved{Dispute: l.Disputes[0].ID, State: "rejected"})
	if h, ok := l.Hold(); !ok || h.Reason != HoldDeceased || len(l.Holds) != 1 {
		t.Errorf("holds %+v", l.Holds)
	}
}

func TestABounceThatLeavesTheCasePaidReopensNothing(t *testing.T) {
	l := opened(t, "ES", law.Consumer, 100000, "2026-06-30")
	l.at("2026-07-10").pays(100000, "2026-07-10")
	l.pays(100000, "2026-07-10")
	l.add(CaseClosed{Outcome: Paid})
	l.at("2026-07-20").accept(PaymentBounced{Payment: l.Payments[1].ID})
	if l.Open() {
		t.Error("reopened, though paid by another payment")
	}
}

func TestABouncedInstalmentPutsThePlanItKeptInForceAgain(t *testing.T) {
	l := opened(t, "ES", law.Consumer, 100000, "2026-06-30").at("2026-07-10")
	l.accept(PlanAgreed{Plan: Plan{Instalments: []Instalment{{Due: calendar.Must("2026-07-20"), Amount: money.EUR(50000)}, {Due: calendar.Must("2026-08-20"), Amount: money.EUR(50000)}}}})
	if got := l.Plans[0].Instalments[0].GraceEnd; got != calendar.Must("2026-07-23") { // a Monday, and three working days
		t.Errorf("grace ends on %s", got)
	}
	l.at("2026-07-20").pays(100000, "2026-07-20")
	if l.Plans[0].State != PromiseKept {
		t.Fatalf("%+v", l.Plans[0])
	}
	l.at("2026-07-25").accept(PaymentBounced{Payment: l.Payments[0].ID})
	if h, held := l.Hold(); l.Plans[0].State != PromiseRunning || !held || h.Of != l.Plans[0].ID {
		t.Errorf("%+v %+v", l.Plans[0], l.Holds)
	}
}

func TestClosingEndsWhatRuns(t *testing.T) {
	l := opened(t, "ES", law.Consumer, 100000, "2026-06-30").at("2026-07-10")
	l.add(HandoffOffered{Handoff: Handoff{ID: "h1", Firm: "f1", Until: calendar.Must("2026-07-20")}})
	l.accept(OfferMade{Offer: Offer{Amount: money.EUR(95000), Until: calendar.Must("2026-07-20")}})
	l.accept(CaseClosed{Outcome: Withdrawn, Reason: "creditor"})
	if l.Offers[0].State != OfferLapsed || l.Handoffs[0].State != "lapsed" {
		t.Errorf("%+v %+v", l.Offers, l.Handoffs)
	}
}
