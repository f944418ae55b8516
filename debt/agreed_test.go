package debt_test

import (
	"testing"
	"time"

	"github.com/recobro/recobro/calendar"
	. "github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// bare is a debt of 1,000.00 that bears no interest, on a day.
func bare(t *testing.T, day string) *life {
	l := opened(t, "ES", law.Consumer, 100000, "2026-06-30")
	l.terms.Limits.ClaimInterest, l.terms.Limits.ClaimCompensation = false, false
	l.terms.Limits.PlanAnswerDays, l.terms.Limits.PlanCureDays = 14, 10
	return l.at(day)
}

func in(due string, cents int64) Instalment {
	return Instalment{Due: calendar.Must(due), Amount: money.EUR(cents)}
}

// halves is a plan of two instalments that the debtor agreed to on the telephone.
func halves(l *life) *Plan {
	l.accept(PlanAgreed{Plan: Plan{Instalments: []Instalment{in("2026-07-20", 50000), in("2026-08-20", 50000)}}})
	return &l.Plans[len(l.Plans)-1]
}

func TestWhatAPromiseComesToIsDecidedFromThePayments(t *testing.T) {
	for _, x := range []struct {
		name string
		paid map[string]int64 // by the day it came
		want PromiseState
	}{
		{"all of it in time", map[string]int64{"2026-07-20": 60000}, PromiseKept},
		{"in two parts", map[string]int64{"2026-07-12": 20000, "2026-07-22": 40000}, PromiseKept},
		{"a part of it", map[string]int64{"2026-07-20": 59999}, PromisePartly},
		{"the rest too late", map[string]int64{"2026-07-20": 30000, "2026-07-23": 30000}, PromisePartly},
		{"all of it too late", map[string]int64{"2026-07-23": 60000}, PromiseBroken},
		{"nothing", nil, PromiseBroken},
	} {
		t.Run(x.name, func(t *testing.T) {
			l := bare(t, "2026-07-10")
			l.accept(PromiseMade{Amount: money.EUR(60000), PayBy: calendar.Must("2026-07-20")})
			p := l.Promises[0]
			for day, cents := range x.paid {
				l.Apply(Event{Seq: l.Seq + 1, At: calendar.Must(day).At(12, 0, time.UTC), Fact: PaymentReceived{ID: day, Amount: money.EUR(cents), Received: calendar.Must(day)}})
			}
			if got := l.Missed(&p, calendar.Must("2026-07-10")); got != x.want {
				t.Errorf("it is %s, want %s", got, x.want)
			}
		})
	}
}

func TestMoneyThatIsToldLateMendsWhatBecameOfAPromise(t *testing.T) {
	l := bare(t, "2026-07-10")
	l.accept(PromiseMade{Amount: money.EUR(60000), PayBy: calendar.Must("2026-07-20")})
	id := l.Promises[0].ID
	l.at("2026-07-23").add(PromiseEnded{Promise: id, State: PromiseBroken})
	l.at("2026-07-25").pays(20000, "2026-07-15")
	if got := l.Promises[0].State; got != PromisePartly {
		t.Fatalf("some of it had come in time, and it is %s", got)
	}
	l.pays(40000, "2026-07-16")
	if got := l.Promises[0].State; got != PromiseKept {
		t.Fatalf("all of it had come in time, and it is %s", got)
	}
	l.accept(PaymentBounced{Payment: l.Payments[0].ID})
	if got := l.Promises[0].State; got != PromisePartly {
		t.Errorf("a part of it is gone, and it is %s", got)
	}
}

func TestWhatWasPaidBeforeAnAgreementDoesNotCountForIt(t *testing.T) {
	l := bare(t, "2026-07-10")
	l.pays(40000, "2026-07-10")
	l.now = l.now.Add(time.Hour)
	l.accept(PromiseMade{Amount: money.EUR(30000), PayBy: calendar.Must("2026-07-20")})
	p := l.Promises[0]
	if got := l.Missed(&p, p.PayBy.AddDays(-10)); got != PromiseBroken {
		t.Errorf("the promise is %s by what was paid an hour before it", got)
	}
	l.at("2026-07-11").accept(OfferMade{Offer: Offer{Amount: money.EUR(58000), Until: calendar.Must("2026-07-20")}})
	l.pays(100, "2026-07-11")
	if l.Offers[0].State == OfferPaid || l.Promises[0].State == PromiseKept {
		t.Errorf("%+v %+v", l.Offers[0], l.Promises[0])
	}
}

func TestAPromiseKeptInPartIsABrokenOneForThoseThatFollow(t *testing.T) {
	l := bare(t, "2026-07-10")
	for _, state := range []PromiseState{PromiseReplaced, PromisePartly} {
		l.accept(PromiseMade{Amount: money.EUR(60000), PayBy: calendar.Must("2026-07-20")})
		l.add(PromiseEnded{Promise: l.Promises[len(l.Promises)-1].ID, State: state})
	}
	again := PromiseMade{Amount: money.EUR(60000), PayBy: calendar.Must("2026-07-25")}
	l.accept(again)
	l.refuses(again, "promises_used_up")
}

func TestARoleMayGoAsFarAsItsLimits(t *testing.T) {
	l := bare(t, "2026-07-10")
	l.terms.Limits.DiscountToApprove, l.terms.Limits.ApprovalDays = 6, 3
	above := l.terms.Limits
	above.PromiseMaxDays, above.PromiseMinShare, above.PlanMaxInstalments, above.DiscountToApprove = 60, 5, 24, 0
	l.terms.Limits.Above = &above
	far := PromiseMade{Amount: money.EUR(60000), PayBy: calendar.Must("2026-09-08")}
	little := PromiseMade{Amount: money.EUR(5000), PayBy: calendar.Must("2026-07-20")}
	for _, by := range []Role{Agent, Engine, ""} {
		l.terms.By = by
		l.refuses(far, "promise_too_late")
		l.refuses(little, "promise_too_small")
		l.refuses(PlanAgreed{Plan: Plan{Schedule: &Schedule{Count: 13, First: calendar.Must("2026-07-20"), Every: "week"}}}, "plan_length")
	}
	for _, by := range []Role{Supervisor, Operator, Creditor} {
		l.terms.By = by
		l.accept(far)
		l.accept(little)
	}
	l.terms.By = Agent
	l.accept(OfferMade{Offer: Offer{Amount: money.EUR(95000), Until: calendar.Must("2026-07-20")}})
	if got := l.Offers[0].State; got != OfferOpen {
		t.Errorf("five percent are an agent's to give, and the offer is %s", got)
	}
	l.add(OfferEnded{Offer: l.Offers[0].ID, State: OfferLapsed})
	l.accept(OfferMade{Offer: Offer{Amount: money.EUR(94999), Until: calendar.Must("2026-07-20")}})
	if o := l.Offers[1]; o.State != OfferAwaiting || o.Approve != calendar.Must("2026-07-13") {
		t.Errorf("a cent more is not: %+v", o)
	}
	l.add(OfferEnded{Offer: l.Offers[1].ID, State: OfferLapsed})
	l.terms.By = Supervisor
	l.accept(OfferMade{Offer: Offer{Amount: money.EUR(90000), Until: calendar.Must("2026-07-20")}})
	if got := l.Offers[2].State; got != OfferOpen {
		t.Errorf("ten percent are a supervisor's to give, and the offer is %s", got)
	}
	l.refuses(OfferMade{Offer: Offer{Amount: money.EUR(89999), Until: calendar.Must("2026-07-20")}}, "discount_above_limit")
}

func TestAnOfferIsApprovedInTimeOrNotAtAll(t *testing.T) {
	l := bare(t, "2026-07-10")
	l.terms.Limits.DiscountToApprove, l.terms.Limits.ApprovalDays = 1, 3
	l.accept(OfferMade{Offer: Offer{Amount: money.EUR(92000), Until: calendar.Must("2026-07-20")}})
	id := l.Offers[0].ID
	l.refuses(OfferEnded{Offer: id, State: OfferAccepted}, "offer_awaiting_approval")
	l.pays(1000, "2026-07-10")
	l.at("2026-07-14").refuses(OfferApproved{Offer: id}, "offer_over")
	l.at("2026-07-13")
	l.pays(10000, "2026-07-13")
	l.refuses(OfferApproved{Offer: id}, "offer_above_balance")
	l.accept(PaymentBounced{Payment: l.Payments[1].ID})
	l.accept(OfferApproved{Offer: id})
	l.refuses(OfferApproved{Offer: id}, "offer_open")
	l.refuses(OfferEnded{Offer: id, State: OfferRefused}, "offer_open")
	l.accept(OfferEnded{Offer: id, State: OfferAccepted})
	if h, held := l.Hold(); !held || h.Of != id || h.Until != calendar.Must("2026-07-20") {
		t.Errorf("holds %+v", l.Holds)
	}
}

func TestASchedule(t *testing.T) {
	for _, x := range []struct {
		name     string
		schedule Schedule
		atOnce   bool
		want     []Instalment
	}{
		{"the last takes the rest to the cent", Schedule{Count: 3, First: calendar.Must("2026-07-31"), Every: "month"}, false,
			[]Instalment{in("2026-07-31", 33333), in("2026-08-31", 33333), in("2026-09-30", 33334)}},
		{"months end where they end, and the day comes back", Schedule{Count: 4, First: calendar.Must("2026-12-31"), Every: "month"}, false,
			[]Instalment{in("2026-12-31", 25000), in("2027-01-31", 25000), in("2027-02-28", 25000), in("2027-03-31", 25000)}},
		{"weeks", Schedule{Count: 2, First: calendar.Must("2026-07-13"), Every: "week"}, false, []Instalment{in("2026-07-13", 50000), in("2026-07-20", 50000)}},
		{"the first at once", Schedule{Count: 3, Every: "fortnight"}, true,
			[]Instalment{in("2026-07-10", 33333), in("2026-07-24", 33333), in("2026-08-07", 33334)}},
	} {
		t.Run(x.name, func(t *testing.T) {
			l := bare(t, "2026-07-10")
			l.accept(PlanAgreed{Plan: Plan{Schedule: &x.schedule, AtOnce: x.atOnce}})
			got := l.Plans[0].Instalments
			if len(got) != len(x.want) {
				t.Fatalf("%+v", got)
			}
			for i := range got {
				if got[i].Due != x.want[i].Due || got[i].Amount != x.want[i].Amount {
					t.Errorf("instalment %d: %s on %s, want %s on %s", i+1, got[i].Amount, got[i].Due, x.want[i].Amount, x.want[i].Due)
				}
			}
		})
	}
}

// 1,000.00 owed on 30 June, at 8 % a year, in two instalments:
//
//	30 July:   1,000.00 × 8 % × 30/365 = 6.58; 504.99 is paid, which leaves 501.59
//	30 August:   501.59 × 8 % × 31/365 = 3.41; 505.00 is paid, which leaves nothing
//
// A cent more each would leave 504.99 for the last, less than the first.
func TestThePlansInterestIsWorkedOutToTheCent(t *testing.T) {
	l := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-06-30")
	p := Plan{Schedule: &Schedule{Count: 2, First: calendar.Must("2026-07-30"), Every: "month"}, Interest: 8 * money.Percent}
	l.accept(PlanAgreed{Plan: p})
	got := l.Plans[0]
	if got.Instalments[0].Amount != money.EUR(50499) || got.Instalments[1].Amount != money.EUR(50500) || got.Charged != money.EUR(999) {
		t.Errorf("%+v, with %s of interest", got.Instalments, got.Charged)
	}
}

func TestAPlanBearsNoMoreInterestThanTheLawGivesTheDebt(t *testing.T) {
	l := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-07-10")
	of := func(rate money.Rate) PlanAgreed {
		return PlanAgreed{Plan: Plan{Schedule: &Schedule{Count: 3, First: calendar.Must("2026-07-30"), Every: "month"}, Interest: rate}}
	}
	l.refuses(of(25*money.Percent), "interest_above_law")
	l.refuses(of(-1), "interest_not_claimed")
	l.refuses(PlanAgreed{Plan: Plan{Interest: money.Percent, Instalments: []Instalment{in("2026-07-20", 50000), in("2026-08-20", 50000)}}}, "interest_needs_schedule")
	l.terms.Limits.ClaimInterest = false
	l.refuses(of(money.Percent), "interest_not_claimed")
}

func TestAPlanIsRefusedForItsReason(t *testing.T) {
	l := bare(t, "2026-07-10")
	monthly := func(count int, first string) *Schedule {
		return &Schedule{Count: count, First: calendar.Must(first), Every: "month"}
	}
	for rule, p := range map[string]Plan{
		"plan_length":                 {Schedule: monthly(1, "2026-07-20")},
		"schedule_beside_instalments": {Schedule: monthly(2, "2026-07-20"), Instalments: []Instalment{in("2026-07-20", 100)}},
		"interval_unknown":            {Schedule: &Schedule{Count: 2, First: calendar.Must("2026-07-20"), Every: "year"}},
		"date_missing":                {Schedule: &Schedule{Count: 2, Every: "week"}},
		"plan_dates":                  {Schedule: monthly(2, "2026-07-09")},
		"first_not_today":             {Schedule: monthly(2, "2026-07-11"), AtOnce: true},
		"plan_too_long":               {Schedule: monthly(12, "2026-08-11")},
		"plan_above_balance":          {Instalments: []Instalment{in("2026-07-20", 50000), in("2026-08-20", 50001)}},
		"plan_too_small":              {Instalments: []Instalment{in("2026-07-20", 44999), in("2026-08-20", 45000)}},
		"instalment_too_small":        {Instalments: []Instalment{in("2026-07-20", 2499), in("2026-08-20", 97501)}},
	} {
		l.refuses(PlanAgreed{Plan: p}, rule)
		p.By = Debtor
		l.refuses(PlanProposed{Plan: p}, rule)
	}
	l.refuses(PlanProposed{Plan: Plan{By: Lawyer, Schedule: monthly(2, "2026-07-20")}}, "proposer_unknown")
}

func TestTheRestThatAPlanGivesUpIsADiscount(t *testing.T) {
	l := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-07-10")
	two := func(cents int64) PlanAgreed {
		return PlanAgreed{Plan: Plan{WaiveRest: true, Instalments: []Instalment{in("2026-07-20", cents), in("2027-06-20", cents)}}}
	}
	l.refuses(two(48000), "rest_above_limit") // by June 2027 some 1,140.00 are owed, of which 960.00 are less than nine tenths
	l.accept(two(51800))
	p := l.Plans[0].ID
	l.at("2026-08-20").pays(103600, "2026-08-20")
	if l.Plans[0].State != PromiseKept || !l.RestWaived() {
		t.Errorf("plan %s is %+v", p, l.Plans[0])
	}
}

func TestAProposalIsConfirmedOrMakesWay(t *testing.T) {
	l := bare(t, "2026-07-10")
	of := func(by Role) PlanProposed {
		return PlanProposed{Plan: Plan{By: by, Schedule: &Schedule{Count: 4, First: calendar.Must("2026-08-01"), Every: "month"}}}
	}
	l.accept(of(Agent))
	if _, held := l.Hold(); held || l.Plans[0].Until != calendar.Must("2026-07-24") || len(l.Acts) != 0 {
		t.Errorf("%+v %+v", l.Plans[0], l.Acts)
	}
	l.accept(of(Debtor))
	if l.Plans[0].State != PromiseReplaced || l.Plans[1].State != StateProposed || len(l.Acts) != 1 || l.Acts[0].Type != "instalment_request" {
		t.Errorf("%+v %+v", l.Plans, l.Acts)
	}
	id := l.Plans[1].ID
	l.at("2026-07-25").refuses(PlanConfirmed{Plan: id, How: "reply"}, "plan_over")
	l.at("2026-07-20").accept(PlanConfirmed{Plan: id, How: "reply"})
	if h, held := l.Hold(); !held || h.Of != id || l.Plans[1].State != PromiseRunning || l.Plans[1].Confirmed != calendar.Must("2026-07-20") {
		t.Errorf("%+v %+v", l.Plans[1], l.Holds)
	}
	l.refuses(PlanConfirmed{Plan: id, How: "link"}, "plan_confirmed")
	l.refuses(PlanConfirmed{Plan: l.Plans[0].ID, How: "link"}, "plan_renegotiated")
}

func TestAConfirmationInWritingAcknowledgesTheDebt(t *testing.T) {
	for _, x := range []struct {
		country       string
		how, document string
		last, proved  string // last days of the period; the second in the hardest reading, by what is proved alone
	}{
		{"ES", "signature", "doc-1", "2031-07-20", "2029-07-20"},
		{"ES", "reply", "", "2031-07-20", "2029-05-31"},
		{"ES", "phone", "", "2031-07-20", "2029-05-31"},
		{"FR", "signature", "doc-1", "2031-07-20", "2031-07-20"},
		{"FR", "link", "", "2031-07-20", "2031-06-30"},
		{"PT", "signature", "doc-1", "2046-07-20", "2046-07-20"},
	} {
		t.Run(x.country+" "+x.how+x.document, func(t *testing.T) {
			l := opened(t, x.country, law.Business, 100000, "2026-06-30").at("2026-07-20")
			l.accept(PlanProposed{Plan: Plan{By: Agent, Schedule: &Schedule{Count: 3, First: calendar.Must("2026-08-01"), Every: "month"}}})
			l.accept(PlanConfirmed{Plan: l.Plans[0].ID, How: x.how, Document: x.document})
			k := l.Clock(l.terms.Law)
			if k.LastDay != calendar.Must(x.last) {
				t.Errorf("the last day is %s, want %s: %+v", k.LastDay, x.last, l.Acts)
			}
			if got := k.Cautious; got != calendar.Must(x.proved) {
				t.Errorf("the cautious day is %s, want %s: %+v", got, x.proved, l.Acts)
			}
		})
	}
}

func TestAConfirmationInWritingCountsForNoLessThanOneByWordOfMouth(t *testing.T) {
	for _, how := range Confirmations {
		l := opened(t, "FR", law.Business, 100000, "2021-06-30").at("2026-06-20")
		l.accept(PlanProposed{Plan: Plan{By: Agent, Schedule: &Schedule{Count: 3, First: calendar.Must("2026-07-01"), Every: "month"}}})
		l.accept(PlanConfirmed{Plan: l.Plans[0].ID, How: how})
		l.at("2026-07-15").add(HoldPlaced{Hold: Hold{ID: "hold-l", Reason: HoldLimited, Until: calendar.Must("2026-10-01")}})
		if l.Limited(l.terms.Law, l.today()) {
			t.Errorf("confirmed by %s: limited, though the plan runs: %+v", how, l.LawActs())
		}
		if k := l.Clock(l.terms.Law); k.Cautious != calendar.Must("2026-06-30") || len(l.ActsToProve()) != 1 {
			t.Errorf("confirmed by %s: the cautious day is %s, to prove %v", how, k.Cautious, l.ActsToProve())
		}
		l.accept(HoldEnded{Hold: "hold-l", Note: "the plan runs"})
	}
}

func TestAPlanWithItsFirstInstalmentAtOnceRunsOnceItIsPaid(t *testing.T) {
	l := bare(t, "2026-07-10")
	l.accept(PlanProposed{Plan: Plan{By: Agent, AtOnce: true, Schedule: &Schedule{Count: 4, Every: "month"}}})
	l.at("2026-07-14").accept(PlanConfirmed{Plan: l.Plans[0].ID, How: "link"})
	first := l.Plans[0].Instalments[0]
	if l.Plans[0].State != StateConfirmed || first.Due != calendar.Must("2026-07-14") || first.GraceEnd != calendar.Must("2026-07-17") {
		t.Fatalf("%+v", l.Plans[0])
	}
	l.at("2026-07-15").pays(24999, "2026-07-15")
	if l.Plans[0].State != StateConfirmed {
		t.Error("a cent is missing, and it runs")
	}
	l.pays(1, "2026-07-15")
	if l.Plans[0].State != PromiseRunning {
		t.Errorf("%+v", l.Plans[0])
	}
}

func TestALateInstalmentIsMadeGood(t *testing.T) {
	l := bare(t, "2026-07-10")
	p := halves(l)
	l.at("2026-07-24").add(InstalmentLate{Plan: p.ID, Notice: "m-1", Cure: calendar.Must("2026-08-03")})
	l.at("2026-07-30").pays(49999, "2026-07-30")
	if p = &l.Plans[0]; p.Instalments[0].Cured || p.Instalments[0].Notice == "" {
		t.Errorf("a part of it made it good: %+v", p.Instalments[0])
	}
	l.at("2026-07-31").pays(1, "2026-07-31")
	if p = &l.Plans[0]; !p.Instalments[0].Cured || p.Instalments[0].Notice != "" {
		t.Errorf("%+v", p.Instalments[0])
	}
	if k, left, open := l.OpenInstalment(p); !open || k != 1 || left != money.EUR(50000) {
		t.Errorf("open is instalment %d, %s", k+1, left)
	}
	l.accept(PaymentBounced{Payment: l.Payments[0].ID})
	if k, left, open := l.OpenInstalment(&l.Plans[0]); !open || k != 0 || left != money.EUR(49999) || l.Plans[0].Instalments[0].Notice != "" {
		t.Errorf("what is gone is late anew, and told anew: %+v", l.Plans[0].Instalments[0])
	}
}

func TestMoneyInTimeThatIsToldLatePutsAPlanInForceAgain(t *testing.T) {
	for _, x := range []struct {
		received string
		want     PromiseState
	}{{"2026-08-03", PromiseRunning}, {"2026-08-04", StateDefaulted}} {
		l := bare(t, "2026-07-10")
		p := halves(l)
		l.at("2026-07-24").add(InstalmentLate{Plan: p.ID, Notice: "m-1", Cure: calendar.Must("2026-08-03")})
		l.at("2026-08-04").add(PlanEnded{Plan: p.ID, State: StateDefaulted}, HoldEnded{Hold: l.Holds[0].ID, Reason: HoldPlan})
		l.at("2026-08-10").pays(50000, x.received)
		_, held := l.Hold()
		if got := l.Plans[0]; got.State != x.want || held != (x.want == PromiseRunning) || got.Instalments[0].Cured != held {
			t.Errorf("received on %s: %+v, held %t", x.received, got, held)
		}
	}
}

func TestAPlanPaidEarlyIsKeptAndABounceOfItsClosedCaseOpensIt(t *testing.T) {
	l := bare(t, "2026-07-10")
	p := halves(l)
	l.at("2026-07-15").pays(100000, "2026-07-15")
	l.add(CaseClosed{Outcome: Paid})
	if l.Plans[0].State != PromiseKept {
		t.Fatalf("%+v", l.Plans[0])
	}
	l.at("2026-07-18").accept(PaymentBounced{Payment: l.Payments[0].ID})
	if h, held := l.Hold(); !l.Open() || l.Plans[0].State != PromiseRunning || !held || h.Of != p.ID {
		t.Errorf("open %t, %+v, %+v", l.Open(), l.Plans[0], l.Holds)
	}
}

func TestClosingEndsAProposalAndWhatAwaitsApproval(t *testing.T) {
	l := bare(t, "2026-07-10")
	l.terms.Limits.DiscountToApprove = 1
	l.accept(PlanProposed{Plan: Plan{By: Debtor, Schedule: &Schedule{Count: 4, First: calendar.Must("2026-08-01"), Every: "month"}}})
	l.accept(OfferMade{Offer: Offer{Amount: money.EUR(92000), Until: calendar.Must("2026-07-20")}})
	l.accept(CaseClosed{Outcome: Withdrawn, Reason: "creditor"})
	if l.Plans[0].State != PromiseSuperseded || l.Offers[0].State != OfferLapsed {
		t.Errorf("%+v %+v", l.Plans, l.Offers)
	}
}
