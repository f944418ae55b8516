package debt_test

import (
	"slices"
	"testing"

	"github.com/recobro/recobro/calendar"
	. "github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// withLawyer has a firm accept the case.
func withLawyer(l *life) {
	l.add(HandoffOffered{Handoff: Handoff{ID: "h1", Firm: "f1"}}, HandoffEnded{Handoff: "h1", State: "accepted"})
}

// TestEveryFactThatBearsOnLimitationReachesTheLaw tells, for each fact that a
// case may hear and each country, the act that the law is handed and what it
// does: a letter interrupts in Spain once it is received, and never in France
// or Portugal; a payment does everywhere; a hold or a dispute nowhere.
func TestEveryFactThatBearsOnLimitationReachesTheLaw(t *testing.T) {
	day := calendar.Must("2026-07-20")
	noted := func(kind, outcome string) func(*life) {
		return func(l *life) {
			l.accept(ActNoted{Act: law.Act{Type: kind, Date: day, Outcome: outcome, Ref: "doc-1"}})
		}
	}
	milestone := func(m Milestone) func(*life) {
		return func(l *life) {
			withLawyer(l)
			m.Handoff, m.On = "h1", day
			l.accept(m)
		}
	}
	const yes, no = law.Interrupts, law.NoEffect
	for _, x := range []struct {
		fact       string
		does       func(*life)
		act        string
		es, fr, pt law.Effect
	}{
		{"a payment", func(l *life) { l.pays(1000, "2026-07-20") }, "part_payment", yes, yes, yes},
		{"an acknowledgement", noted("acknowledgment", ""), "acknowledgment", yes, yes, yes},
		{"a promise by word of mouth", func(l *life) {
			l.accept(PromiseMade{Amount: money.EUR(50000), PayBy: calendar.Must("2026-07-30")})
		}, "promise_of_payment", no, no, no},
		{"an instalment plan", plans, "instalment_request", yes, yes, yes},
		{"an offer that was accepted", func(l *life) {
			l.accept(OfferMade{Offer: Offer{Amount: money.EUR(95000), Until: calendar.Must("2026-08-10")}})
			l.accept(OfferEnded{Offer: l.Offers[0].ID, State: OfferAccepted})
		}, "promise_of_payment", no, no, no},
		{"a certified letter that was received", noted("burofax_received", ""), "burofax_received", yes, no, no},
		{"a certified letter that was refused", noted("burofax_refused", ""), "burofax_refused", yes, no, no},
		{"a certified letter that was not collected", noted("burofax_left_notice", ""), "burofax_left_notice", yes, no, no},
		{"a certified letter to an unknown address", noted("burofax_returned_unknown", ""), "burofax_returned_unknown", no, no, no},
		{"a registered letter", noted("registered_letter", "received"), "registered_letter", yes, no, no},
		{"a claim by e-mail that was received", noted("email", "received"), "email", yes, no, no},
		{"a claim by e-mail of which nothing is known", noted("email", ""), "email", no, no, no},
		{"a request to negotiate", noted("negotiation_request", ""), "negotiation_request", yes, no, no},
		{"the lawyer filed", milestone(Milestone{Name: "filed"}), "", yes, no, yes},
		{"the lawyer filed a claim, and says so", milestone(Milestone{Name: "filed", Act: "court_claim"}), "court_claim", yes, yes, yes},
		{"the debtor was served", milestone(Milestone{Name: "served"}), "payment_order_served", yes, yes, yes},
		{"enforcement began", milestone(Milestone{Name: "enforcement"}), "enforcement", yes, yes, yes},
		{"a milestone of no weight", milestone(Milestone{Name: "meeting"}), "", "", "", ""},
		{"a dispute", func(l *life) { l.accept(Disputed{Reason: "not_delivered"}) }, "", "", "", ""},
		{"a hold", func(l *life) {
			l.accept(HoldPlaced{Hold: Hold{Reason: HoldHardship, Until: calendar.Must("2026-12-20")}})
		}, "", "", "", ""},
		{"a call", func(l *life) { l.accept(CallLogged{Outcome: CallRightParty}) }, "", "", "", ""},
	} {
		for country, want := range map[string]law.Effect{"ES": x.es, "FR": x.fr, "PT": x.pt} {
			t.Run(country+": "+x.fact, func(t *testing.T) {
				l := opened(t, country, law.Business, 100000, "2026-06-30").at("2026-07-20")
				before := l.Clock(l.terms.Law)
				x.does(l)
				after := l.Clock(l.terms.Law)
				if want == "" {
					if len(after.Acts) != 0 || after.LastDay != before.LastDay {
						t.Errorf("the law was handed %+v", after.Acts)
					}
					return
				}
				if len(after.Acts) != 1 || x.act != "" && after.Acts[0].Act.Type != x.act || after.Acts[0].Effect != want {
					t.Fatalf("the law was handed %+v, want one %s that %s", after.Acts, x.act, want)
				}
				if moved := after.LastDay.After(before.LastDay); moved != (want == yes) {
					t.Errorf("the last day was %s and is %s", before.LastDay, after.LastDay)
				}
				if after.Acts[0].Act.Ref == "" {
					t.Error("nothing says what the act rests on")
				}
			})
		}
	}
}

// plans has the debtor agree to two instalments.
func plans(l *life) {
	l.accept(PlanAgreed{Plan: Plan{Instalments: []Instalment{
		{Due: l.today().AddDays(10), Amount: money.EUR(50000)}, {Due: l.today().AddDays(40), Amount: money.EUR(50000)}}}})
}

func (l *life) today() calendar.Date { return calendar.DateOf(l.now) }

func TestABouncedPaymentInterruptsNothing(t *testing.T) {
	l := opened(t, "FR", law.Business, 100000, "2026-06-30").at("2026-07-20")
	before := l.Clock(l.terms.Law)
	l.pays(1000, "2026-07-20")
	l.at("2026-07-25").accept(PaymentBounced{Payment: l.Payments[0].ID})
	if after := l.Clock(l.terms.Law); after.LastDay != before.LastDay || len(after.Acts) != 0 {
		t.Errorf("the last day was %s and is %s: %+v", before.LastDay, after.LastDay, after.Acts)
	}
}

func TestAPlanByWordOfMouthMovesTheFullDateAndNotTheCautiousOne(t *testing.T) {
	l := opened(t, "FR", law.Business, 100000, "2026-06-30").at("2026-07-20")
	plans(l)
	k := l.Clock(l.terms.Law)
	if k.LastDay != calendar.Must("2031-07-20") || k.Cautious != calendar.Must("2031-06-30") || !slices.Contains(k.Flags, FlagToProve) {
		t.Fatalf("last day %s, cautious %s, flags %v", k.LastDay, k.Cautious, k.Flags)
	}
	l.at("2026-07-30").pays(50000, "2026-07-30") // the first instalment proves itself
	k = l.Clock(l.terms.Law)
	if k.LastDay != calendar.Must("2031-07-30") || k.Cautious != k.LastDay || slices.Contains(k.Flags, FlagToProve) {
		t.Errorf("after a payment: last day %s, cautious %s, flags %v", k.LastDay, k.Cautious, k.Flags)
	}
}

func TestOldRecordsOfAgreementsFoldAsTheyDid(t *testing.T) {
	l := opened(t, "ES", law.Business, 100000, "2026-06-30")
	l.add(PromiseMade{ID: "p1", Amount: money.EUR(1000), PayBy: calendar.Must("2026-07-20")},
		PlanAgreed{Plan: Plan{ID: "plan-1"}}, OfferMade{Offer: Offer{ID: "o1"}}, OfferEnded{Offer: "o1", State: OfferAccepted})
	if len(l.Acts) != 0 {
		t.Errorf("records that do not tell the day hand on %+v", l.Acts)
	}
}

// limited is a debt of 2021 on which the end of the period was told.
func limited(t *testing.T, country string) *life {
	l := opened(t, country, law.Business, 100000, "2021-06-30").at("2026-09-01")
	l.add(AlarmRaised{Alarm: "limitation_reached@" + l.Clock(l.terms.Law).Cautious.String()},
		HoldPlaced{Hold: Hold{ID: "hold-l", Reason: HoldLimited, Until: calendar.Must("2026-12-01")}})
	return l
}

func TestALimitedDebtGoesOnOnceAnActIsFoundThatKeptItAlive(t *testing.T) {
	for name, x := range map[string]struct {
		fact  Fact
		alive bool
	}{
		"an acknowledgement of before the last day": {ActNoted{Act: law.Act{Type: "acknowledgment", Date: calendar.Must("2024-03-01"), Ref: "doc-1"}}, true},
		"a payment received in time and told late":  {PaymentReceived{Amount: money.EUR(1000), Received: calendar.Must("2025-01-10")}, true},
		"an acknowledgement after the last day":     {ActNoted{Act: law.Act{Type: "acknowledgment", Date: calendar.Must("2026-08-20"), Ref: "doc-1"}}, false},
		"a payment after the last day":              {PaymentReceived{Amount: money.EUR(1000), Received: calendar.Must("2026-08-20")}, false},
		"a letter that does nothing in France":      {ActNoted{Act: law.Act{Type: "burofax_received", Date: calendar.Must("2024-03-01")}}, false},
		"a note":                                    {Noted{Text: "called"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			l := limited(t, "FR")
			l.accept(x.fact)
			if _, held := l.Hold(); held == x.alive {
				t.Errorf("held: %v; the last day is %s", held, l.Clock(l.terms.Law).LastDay)
			}
			if told := len(l.Alarms) > 0; told == x.alive {
				t.Errorf("the end of the period stays told: %v", l.Alarms)
			}
		})
	}
}

func TestALimitedDebtIsNotReleasedByAPersonsWord(t *testing.T) {
	l := limited(t, "FR")
	l.refuses(HoldEnded{Hold: "hold-l"}, "limited")
	l.refuses(PromiseMade{Amount: money.EUR(50000), PayBy: calendar.Must("2026-09-10")}, "limited")
	l.accept(CaseClosed{Outcome: Limited, Reason: "time-barred"})
	if l.Outcome != Limited {
		t.Errorf("outcome %s", l.Outcome)
	}
}

func TestBetweenTheCautiousDateAndTheLastDayAPersonDecides(t *testing.T) {
	// Services between companies: three years in one reading, five in the other.
	l := opened(t, "ES", law.Business, 100000, "2022-06-30").at("2026-01-15")
	k := l.Clock(l.terms.Law)
	if !k.Cautious.Before(calendar.Must("2026-01-15")) || k.LastDay != calendar.Must("2027-06-30") {
		t.Fatalf("cautious %s, last day %s", k.Cautious, k.LastDay)
	}
	l.add(HoldPlaced{Hold: Hold{ID: "hold-l", Reason: HoldLimited, Until: calendar.Must("2026-04-15")}})
	lifted := l.Clone()
	if _, err := lifted.Accept(HoldEnded{Hold: "hold-l"}, l.terms, l.now); err != nil {
		t.Errorf("a person may go by the longer reading: %v", err)
	}
	l.accept(CaseClosed{Outcome: Limited, Reason: "the shorter reading"})
}

func TestAPeriodThatOnlyPresumesPaymentBarsNothing(t *testing.T) {
	l := opened(t, "PT", law.Consumer, 100000, "2023-06-30").at("2026-09-01")
	k := l.Clock(l.terms.Law)
	if !Presumed(k) || Barred(k, l.today()) || !PastCautious(k, l.today()) {
		t.Fatalf("presumed %v, barred %v, past %v: %+v", Presumed(k), Barred(k, l.today()), PastCautious(k, l.today()), k)
	}
	l.accept(PromiseMade{Amount: money.EUR(50000), PayBy: calendar.Must("2026-09-10")})
	other := opened(t, "PT", law.Business, 100000, "2001-06-30").at("2026-09-01") // twenty years, and those bar
	if k := other.Clock(other.terms.Law); !Barred(k, other.today()) {
		t.Errorf("not barred: %+v", k)
	}
}

func TestAMilestoneMustBeAnActThatALawyerMayReport(t *testing.T) {
	l := opened(t, "FR", law.Business, 100000, "2026-06-30").at("2026-07-20")
	withLawyer(l)
	on := calendar.Must("2026-07-20")
	l.refuses(Milestone{Handoff: "h1", Name: "filed", On: on, Act: "burofax_received"}, "act_type_unknown")
	l.refuses(Milestone{Handoff: "h1", Name: "filed", On: on, End: on.AddDays(-1)}, "end_before_start")
	l.accept(Milestone{Handoff: "h1", Name: "closed", On: on, Act: "court_claim", End: on, Outcome: "withdrawn"})
	if k := l.Clock(l.terms.Law); k.Acts[0].Effect != law.NoEffect {
		t.Errorf("a claim that was withdrawn interrupts: %+v", k.Acts)
	}
}

// Complaint 8: a promise or a dispute holds the machine, and the limitation
// date stays where it was.
func TestComplaint8PromiseDisputeAndHoldLeaveTheLimitationDateUnchanged(t *testing.T) {
	for _, country := range []string{"ES", "FR", "PT"} {
		l := opened(t, country, law.Business, 100000, "2026-06-30").at("2026-07-10")
		before := l.Clock(l.terms.Law)
		same := func(what string) {
			t.Helper()
			if k := l.Clock(l.terms.Law); k.LastDay != before.LastDay || k.Cautious != before.Cautious {
				t.Errorf("%s: %s moved the date from %s to %s, the cautious one to %s", country, what, before.LastDay, k.LastDay, k.Cautious)
			}
		}
		l.accept(PromiseMade{Amount: money.EUR(50000), PayBy: calendar.Must("2026-07-20")})
		same("a promise")
		l.add(PromiseEnded{Promise: l.Promises[0].ID, State: PromiseBroken})
		same("a broken promise")
		l.accept(Disputed{Reason: "not_delivered"})
		same("a dispute")
		l.accept(DisputeResolved{Dispute: l.Disputes[0].ID, State: "rejected"})
		l.accept(HoldPlaced{Hold: Hold{Reason: HoldPaused, Until: calendar.Must("2026-12-31")}})
		same("a pause")
	}
}
