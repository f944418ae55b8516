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
		{"a credit that is moved here", func(l *life) {
			l.accept(PaymentReceived{Amount: money.EUR(1000), Received: day, From: "c2"})
		}, "", "", "", ""},
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
		{"a dispute", func(l *life) { l.accept(Disputed{Reason: "goods_not_received"}) }, "", "", "", ""},
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
	if k.LastDay != calendar.Must("2031-07-20") || k.Cautious != calendar.Must("2031-06-30") || !slices.Contains(k.Flags, law.FlagToProve) {
		t.Fatalf("last day %s, cautious %s, flags %v", k.LastDay, k.Cautious, k.Flags)
	}
	l.at("2026-07-30").pays(50000, "2026-07-30") // the first instalment proves itself
	k = l.Clock(l.terms.Law)
	if k.LastDay != calendar.Must("2031-07-30") || k.Cautious != k.LastDay || slices.Contains(k.Flags, law.FlagToProve) {
		t.Errorf("after a payment: last day %s, cautious %s, flags %v", k.LastDay, k.Cautious, k.Flags)
	}
}

func TestAnActThatNothingProvesMovesTheFullDateUntilItsDocumentIsThere(t *testing.T) {
	for _, country := range []string{"ES", "FR", "PT"} {
		for name, report := range map[string]struct {
			does func(*life)
			act  string
		}{
			"an acknowledgement": {func(l *life) {
				l.accept(ActNoted{Act: law.Act{Type: "acknowledgment", Date: l.today()}})
			}, "act-2"},
			"a claim in court that no lawyer reports": {func(l *life) {
				l.accept(ActNoted{Act: law.Act{Type: "payment_order_served", Date: l.today()}})
			}, "act-2"},
			"a payment that nobody booked": {func(l *life) {
				l.accept(ActNoted{Act: law.Act{Type: "part_payment", Date: l.today()}})
			}, "act-2"},
			"a plan by word of mouth": {plans, "plan-2"},
		} {
			t.Run(country+" "+name, func(t *testing.T) {
				l := opened(t, country, law.Business, 100000, "2026-06-30").at("2026-07-20")
				before := l.Clock(l.terms.Law)
				report.does(l)
				k := l.Clock(l.terms.Law)
				if !k.LastDay.After(before.LastDay) || k.Cautious != before.Cautious || !slices.Contains(k.Flags, law.FlagToProve) || k.Acts[0].Flag == "" {
					t.Fatalf("last day %s, cautious %s, which was %s: %v, %+v", k.LastDay, k.Cautious, before.Cautious, k.Flags, k.Acts)
				}
				if got := l.ActsToProve(); !slices.Equal(got, []string{report.act}) {
					t.Fatalf("to prove: %v", got)
				}
				l.refuses(ActProved{Act: "act-77", Document: "doc-1"}, "act_unknown")
				l.refuses(ActProved{Act: report.act}, "document_missing")
				l.accept(ActProved{Act: report.act, Document: "doc-1"})
				k = l.Clock(l.terms.Law)
				if !k.Cautious.After(before.Cautious) || slices.Contains(k.Flags, law.FlagToProve) || k.Acts[0].Act.Ref != "doc-1" || len(l.ActsToProve()) > 0 {
					t.Errorf("with its document: last day %s, cautious %s: %v, %+v", k.LastDay, k.Cautious, k.Flags, k.Acts)
				}
				l.refuses(ActProved{Act: "doc-1", Document: "doc-2"}, "act_proved")
			})
		}
	}
}

// Acts of before are what the creditor says, with a paper that is not on the
// case, or none; on records of before they did not say so, one that names no
// paper is no more than that.
func TestActsOfASubmissionAreToProve(t *testing.T) {
	day := calendar.Must("2024-03-01")
	s := Submission{Earlier: Earlier{Acts: []law.Act{{Type: "acknowledgment", Date: day}, {Type: "burofax_received", Date: day, Ref: "BF-77"}}}}
	o := s.Opening(IDs{Case: "c1"}, "s@1", day)
	if s.Earlier.Acts[0].Unproved || !o.Acts[0].Unproved || !o.Acts[1].Unproved || o.Acts[0].Ref != "earlier-1" || o.Acts[1].Ref != "BF-77" {
		t.Errorf("%+v becomes %+v", s.Earlier.Acts, o.Acts)
	}
	l := opened(t, "FR", law.Business, 100000, "2021-06-30").at("2026-08-01")
	l.Acts = []law.Act{{Type: "acknowledgment", Date: day}} // as an old record folds
	if k := l.Clock(l.terms.Law); k.LastDay != day.AddYears(5) || k.Cautious != calendar.Must("2026-06-30") {
		t.Errorf("last day %s, cautious %s", k.LastDay, k.Cautious)
	}
	l.Acts = []law.Act{{Type: "acknowledgment", Date: day, Ref: "act-3"}} // noted without a document
	if k := l.Clock(l.terms.Law); k.Cautious != calendar.Must("2026-06-30") {
		t.Errorf("cautious %s", k.Cautious)
	}
}

func TestAnActThatNothingProvesRevivesNoLimitedDebt(t *testing.T) {
	for _, country := range []string{"ES", "FR"} {
		l := limited(t, country)
		l.accept(ActNoted{Act: law.Act{Type: "acknowledgment", Date: calendar.Must("2024-03-01")}})
		if h, held := l.Hold(); !held || h.Reason != HoldLimited || len(l.Alarms) == 0 || StateOf(l.Clock(l.terms.Law), l.today()) != ClockDoubtful {
			t.Fatalf("%s: held %v by %+v, told %v", country, held, h, l.Alarms)
		}
		l.refuses(HoldEnded{Hold: "hold-l"}, law.FlagToProve)
		l.refuses(PromiseMade{Amount: money.EUR(50000), PayBy: calendar.Must("2026-09-10")}, "limited")
		act := l.ActsToProve()[0]
		l.accept(ActProved{Act: act, Document: "doc-1"})
		if _, held := l.Hold(); held || len(l.Alarms) > 0 {
			t.Errorf("%s: with its document it is held all the same: %+v", country, l.Holds)
		}
	}
}

func TestTheFirmProvesItsStepsBeforeACourt(t *testing.T) {
	l := opened(t, "FR", law.Business, 100000, "2026-06-30").at("2026-07-20")
	withLawyer(l)
	l.accept(Milestone{Handoff: "h1", Name: "served", On: l.today()})
	if k := l.Clock(l.terms.Law); k.Cautious != calendar.Must("2031-07-20") || len(l.ActsToProve()) > 0 {
		t.Errorf("cautious %s, to prove %v", k.Cautious, l.ActsToProve())
	}
}

func TestBehindAPresumedPaymentStandsThePeriodThatBars(t *testing.T) {
	l := opened(t, "PT", law.Consumer, 100000, "2003-06-30").at("2003-08-01")
	k := l.Clock(l.terms.Law)
	if k.Ordinary == nil || k.Ordinary.Rule != "pt_cc_309" || k.Ordinary.LastDay != calendar.Must("2023-06-30") {
		t.Fatalf("%+v", k.Ordinary)
	}
	for on, want := range map[string]ClockState{
		"2003-08-01": ClockRuns, "2005-06-20": ClockWithin30, "2005-07-01": ClockPresumed, "2022-12-01": ClockPresumed, "2023-01-15": ClockWithin180,
		"2023-06-30": ClockWithin30, "2023-07-01": ClockLimited,
	} {
		if got := StateOf(k, calendar.Must(on)); got != want {
			t.Errorf("on %s: %s, want %s", on, got, want)
		}
		if barred := l.Limited(l.terms.Law, calendar.Must(on)); barred != (want == ClockLimited) {
			t.Errorf("on %s: barred %v", on, barred)
		}
	}
	l.at("2023-07-10").add(HoldPlaced{Hold: Hold{ID: "hold-l", Reason: HoldLimited, Until: calendar.Must("2023-12-01")}})
	l.refuses(HoldEnded{Hold: "hold-l"}, "limited")
	l.accept(ActNoted{Act: law.Act{Type: "acknowledgment", Date: calendar.Must("2010-01-10"), Ref: "doc-1"}})
	if _, held := l.Hold(); held {
		t.Error("an acknowledgement within the twenty years does not revive the debt")
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
		"a credit that was moved here":              {PaymentReceived{Amount: money.EUR(1000), Received: calendar.Must("2025-01-10"), From: "c2"}, false},
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
	l.refuses(HoldEnded{Hold: "hold-l"}, "note_missing")
	lifted := l.Clone()
	if _, err := lifted.Accept(HoldEnded{Hold: "hold-l", Note: "the longer reading holds"}, l.terms, l.now); err != nil {
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
	l.refuses(Milestone{Handoff: "h1", Name: "filed", On: calendar.Must("2025-01-01"), Act: "court_claim"}, "before_issue")
	l.refuses(Milestone{Handoff: "h1", Name: "served", On: calendar.Must("2025-01-01")}, "before_issue")
	l.refuses(Milestone{Handoff: "h1", Name: "lunch", On: on, End: on}, "end_none")
	l.refuses(Milestone{Handoff: "h1", Name: "lunch", On: on, Outcome: "withdrawn"}, "outcome_none")
	l.accept(Milestone{Handoff: "h1", Name: "lunch", On: calendar.Must("2025-01-01")})
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
		l.accept(Disputed{Reason: "goods_not_received"})
		same("a dispute")
		l.accept(DisputeResolved{Dispute: l.Disputes[0].ID, State: "rejected"})
		l.accept(HoldPlaced{Hold: Hold{Reason: HoldPaused, Until: calendar.Must("2026-12-31")}})
		same("a pause")
	}
}
