package strategy_test

import (
	"slices"
	"testing"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/strategy"
)

// tasksOf lists the days on which a person is asked, by the kind of the task.
func tasksOf(p *strategy.Person, all []done) map[string][]string {
	out := map[string][]string{}
	for _, d := range all {
		if d.Do == strategy.OpenTask || d.Do == strategy.RaiseAlarm {
			out[d.Letter] = append(out[d.Letter], calendar.DateOf(d.At.In(p.Place.Zone())).String())
		}
	}
	return out
}

// state puts a case into a state in which the ladder rests.
var states = map[string]func(t *testing.T, p *strategy.Person, now time.Time){
	"on hold": func(t *testing.T, p *strategy.Person, now time.Time) {
		put(p.Cases[0].Case, now, debt.HoldPlaced{Hold: debt.Hold{ID: "hold-1", Reason: debt.HoldComplaint, Until: on("2027-06-01")}})
	},
	"in a plan": func(t *testing.T, p *strategy.Person, now time.Time) {
		in := []debt.Instalment{{Due: on("2027-03-01"), Amount: money.EUR(60000), GraceEnd: on("2027-03-04")},
			{Due: on("2027-04-01"), Amount: money.EUR(60000), GraceEnd: on("2027-04-04")}}
		put(p.Cases[0].Case, now, debt.PlanAgreed{Plan: debt.Plan{ID: "plan-1", Instalments: in, From: calendar.DateOf(now)}},
			debt.HoldPlaced{Hold: debt.Hold{ID: "hold-1", Reason: debt.HoldPlan, Until: on("2027-04-04"), Of: "plan-1"}})
	},
	"waiting on a promise": func(t *testing.T, p *strategy.Person, now time.Time) {
		put(p.Cases[0].Case, now, debt.PromiseMade{ID: "promise-1", Amount: money.EUR(125000), PayBy: on("2027-03-01"), GraceEnd: on("2027-03-03")},
			debt.HoldPlaced{Hold: debt.Hold{ID: "hold-1", Reason: debt.HoldPromise, Until: on("2027-03-03"), Of: "promise-1"}})
	},
	"with a lawyer": func(t *testing.T, p *strategy.Person, now time.Time) {
		put(p.Cases[0].Case, now, debt.HandoffOffered{Handoff: debt.Handoff{ID: "h1", Firm: "firm-1"}}, debt.HandoffEnded{Handoff: "h1", State: "accepted"})
	},
	"under an emergency stop": func(t *testing.T, p *strategy.Person, now time.Time) { p.Cases[0].Stopped = "creditor" },
}

func TestTheGuardWarnsAndActsInWhateverStateACaseRests(t *testing.T) {
	for _, c := range []struct {
		strategy, country, code string
		kind                    law.ClaimKind
	}{
		{"es-business", "ES", "28001", law.Other}, {"fr-business", "FR", "75001", law.Sale}, {"pt-business", "PT", "1000-001", law.Rent},
	} {
		for name, rest := range states {
			t.Run(c.country+" "+name, func(t *testing.T) {
				p, now := old(t, c.strategy, c.country, c.code, "2021-10-01", "2026-03-02T07:00:00Z", c.kind)
				rest(t, p, now)
				asked := tasksOf(p, play(t, p, now, now.AddDate(0, 8, 0)))
				for letter, day := range map[string]string{
					"limitation_180": "2026-04-04", "limitation_90": "2026-07-03", "limitation_30": "2026-09-01", "limitation_reached": "2026-10-02",
				} {
					if !slices.Equal(asked[letter], []string{day}) {
						t.Errorf("%s on %v, want %s", letter, asked[letter], day)
					}
				}
				byItself := p.Cases[0].Stopped != "" || len(p.Cases[0].Case.Handoffs) > 0 // then the warnings are all
				if got := asked["limitation_claim"]; !byItself && !slices.Equal(got, []string{"2026-07-03"}) {
					t.Errorf("a person is asked to claim on %v, want 2026-07-03", got)
				}
			})
		}
	}
}

func TestAWarningOfACaseWithALawyerSaysSo(t *testing.T) {
	p, now := old(t, "fr-business", "FR", "75001", "2021-10-01", "2026-03-02T07:00:00Z", law.Sale)
	states["with a lawyer"](t, p, now)
	d := p.Next(0, on("2026-07-03").At(0, 0, p.Place.Zone()))
	if d.Do != strategy.RaiseAlarm || !slices.ContainsFunc(d.Why, func(r strategy.Reason) bool { return r.Code == "with_lawyer" }) {
		t.Errorf("%s %s: %+v", d.Do, d.Letter, d.Why)
	}
}

// In Spain an e-mail claims, and proves nothing: so long as no receipt is on
// the record a person is asked for one, in time.
func TestAClaimWithoutProofOfReceiptIsFollowedByATask(t *testing.T) {
	p, now := old(t, "es-business", "ES", "28001", "2021-10-01", "2026-06-22T06:00:00Z", law.Other)
	asked := tasksOf(p, play(t, p, now, now.AddDate(0, 3, 0)))
	if got := asked["limitation_claim"]; !slices.Equal(got, []string{"2026-07-13"}) {
		t.Fatalf("a person is asked for the proof on %v, want ten days after the claim of 2026-07-03", got)
	}
	t.Run("not where the receipt came", func(t *testing.T) {
		p, now := old(t, "es-business", "ES", "28001", "2021-10-01", "2026-06-22T06:00:00Z", law.Other)
		play(t, p, now, on("2026-07-06").At(12, 0, p.Place.Zone()))
		now = on("2026-07-07").At(12, 0, p.Place.Zone())
		tell(t, p, 0, now, debt.ActNoted{Act: law.Act{Type: "burofax_received", Date: on("2026-07-06"), Ref: "doc-1"}})
		if got := tasksOf(p, play(t, p, now, now.AddDate(0, 6, 0))); len(got["limitation_claim"]) > 0 || len(got["limitation_30"]) > 0 {
			t.Errorf("people are asked all the same: %v", got)
		}
	})
	t.Run("of a claim made years ago at the guard's day", func(t *testing.T) {
		p, _ := old(t, "es-business", "ES", "28001", "2021-10-01", "2021-10-10T06:00:00Z", law.Other)
		for _, st := range p.Cases[0].Strategy.Steps {
			p.Cases[0].Case.Marks = append(p.Cases[0].Case.Marks, debt.Mark{Step: st.Name, Occurrence: 1, Channel: "email", At: at(t, "2022-01-10 09:00"), State: "sent"})
		}
		put(p.Cases[0].Case, at(t, "2022-02-10 09:00"), debt.StepDone{Mark: debt.Mark{Step: "handoff_none", At: at(t, "2022-02-10 09:00"), State: "done"}})
		now := at(t, "2026-03-02 09:00")
		if got := tasksOf(p, play(t, p, now, now.AddDate(0, 6, 0)))["limitation_claim"]; !slices.Equal(got, []string{"2026-07-03"}) {
			t.Errorf("a person is asked on %v, want 2026-07-03", got)
		}
	})
}

func TestADebtLimitedFromTheStartIsNeverClaimed(t *testing.T) {
	for _, c := range []struct {
		name, strategy, country, code, due string
		kind                               law.ClaimKind
	}{
		{"ES: goods to a consumer", "es-consumer", "ES", "28001", "2020-10-01", law.Sale},
		{"FR: goods to a consumer", "fr-consumer", "FR", "75001", "2023-10-01", law.Sale},
		{"FR: consumer credit, of caducity", "fr-consumer", "FR", "75001", "2023-10-01", law.Loan},
		{"PT: water and power, of caducity for the filing", "pt-consumer", "PT", "1000-001", "2026-01-02", law.Utilities},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, now := old(t, c.strategy, c.country, c.code, c.due, "2026-11-02T09:00:00Z", c.kind)
			if d := p.Next(0, now); d.Do != strategy.RaiseAlarm || d.Letter != "limitation_reached" || !d.At.Equal(now) {
				t.Errorf("first it does %s %s at %s", d.Do, d.Letter, d.At)
			}
			reviews := 0
			for _, d := range play(t, p, now, now.AddDate(2, 0, 0)) {
				if d.Do.Sends() || d.Channel == "phone" || d.Do == strategy.OfferHandoff || d.Do == strategy.CloseCase {
					t.Errorf("%s %s on %s", d.Do, d.Step, d.At)
				}
				if d.Do == strategy.ReviewHold {
					reviews++
				}
			}
			if reviews < 4 {
				t.Errorf("a person was asked again %d times in two years", reviews)
			}
		})
	}
}

func TestAPresumptivePeriodWarnsAndStopsNothing(t *testing.T) {
	p, now := old(t, "pt-consumer", "PT", "1000-001", "2024-10-01", "2026-11-02T09:00:00Z", law.Sale)
	all := play(t, p, now, now.AddDate(0, 3, 0))
	if got := tasksOf(p, all)["limitation_reached"]; !slices.Equal(got, []string{"2026-11-02"}) {
		t.Errorf("told on %v", got)
	}
	if !slices.ContainsFunc(all, func(d done) bool { return d.Do.Sends() && d.Purpose == strategy.Collection }) {
		t.Error("nothing was sent, though the debt is owed until the debtor pleads payment")
	}
}

func TestAPromiseIsNotRemindedOfOnceTheDebtIsLimited(t *testing.T) {
	p, now := old(t, "fr-consumer", "FR", "75001", "2024-10-05", "2026-09-21T06:00:00Z", law.Sale)
	tell(t, p, 0, now, debt.PromiseMade{Amount: money.EUR(125000), PayBy: on("2026-10-20")})
	for _, d := range play(t, p, now, now.AddDate(0, 2, 0)) {
		if d.Do.Sends() && d.At.After(on("2026-10-06").At(0, 0, p.Place.Zone())) {
			t.Errorf("%s went out on %s, after the last day", d.Letter, d.At)
		}
	}
}

func TestWhoGoesByTheLongerReadingIsGuardedByIt(t *testing.T) {
	// Services between companies, due on 1 October 2022: three years in one
	// reading, five in the other.
	p, now := old(t, "es-business", "ES", "28001", "2022-10-01", "2026-02-02T09:00:00Z", law.Services)
	first := play(t, p, now, now.AddDate(0, 0, 1))
	if len(first) != 1 || first[0].Letter != "limitation_reached" {
		t.Fatalf("%+v", first)
	}
	tell(t, p, 0, now.AddDate(0, 0, 2), debt.HoldEnded{Hold: p.Cases[0].Case.Holds[0].ID, Note: "five years"})
	all := play(t, p, now.AddDate(0, 0, 2), on("2027-12-01").At(0, 0, p.Place.Zone()))
	asked := tasksOf(p, all)
	for letter, day := range map[string]string{"limitation_180": "2027-04-04", "limitation_30": "2027-09-01", "limitation_reached": "2027-10-02"} {
		if !slices.Equal(asked[letter], []string{day}) {
			t.Errorf("%s on %v, want %s", letter, asked[letter], day)
		}
	}
	sent := 0
	for _, d := range all {
		if !d.Do.Sends() {
			continue
		}
		if sent++; d.At.After(on("2027-10-02").At(0, 0, p.Place.Zone())) {
			t.Errorf("%s went out on %s, after the last day of the longer reading", d.Step, d.At)
		}
	}
	if sent == 0 || !p.Cases[0].Case.Open() {
		t.Errorf("%d messages under the longer reading", sent)
	}
	if h, held := p.Cases[0].Case.Hold(); !held || h.Reason != debt.HoldLimited {
		t.Errorf("in the end the hold is %+v", h)
	}
}

// An acknowledgement that nothing proves moves the full day: the debt is guarded
// by the cautious one, and held from then on until its document is there.
func TestAnActThatNothingProvesBringsNoContact(t *testing.T) {
	told := debt.ActNoted{Act: law.Act{Type: "acknowledgment", Date: on("2025-06-01")}}
	t.Run("of a debt that was told to be limited", func(t *testing.T) {
		p, now := old(t, "fr-consumer", "FR", "75001", "2023-10-01", "2026-11-02T09:00:00Z", law.Sale)
		play(t, p, now, now.Add(time.Hour))
		tell(t, p, 0, now.AddDate(0, 0, 1), told)
		heldAndSilent(t, p, now.AddDate(0, 0, 1))
	})
	t.Run("of one that nobody has looked at yet", func(t *testing.T) {
		p, now := old(t, "fr-consumer", "FR", "75001", "2023-10-01", "2026-11-02T09:00:00Z", law.Sale)
		tell(t, p, 0, now, told)
		if d := p.Next(0, now); d.Do != strategy.RaiseAlarm || d.Letter != "limitation_reached" {
			t.Errorf("first it does %s %s", d.Do, d.Letter)
		}
		heldAndSilent(t, p, now)
	})
	t.Run("of one whose hold a person lifted on an old record", func(t *testing.T) {
		p, now := old(t, "fr-consumer", "FR", "75001", "2023-10-01", "2026-11-02T09:00:00Z", law.Sale)
		tell(t, p, 0, now, told)
		play(t, p, now, now.Add(time.Hour))
		put(p.Cases[0].Case, now.Add(2*time.Hour), debt.HoldEnded{Hold: p.Cases[0].Case.Holds[0].ID, Reason: debt.HoldLimited})
		heldAndSilent(t, p, now.Add(2*time.Hour))
	})
	t.Run("of one that is to end soon", func(t *testing.T) {
		p, now := old(t, "fr-consumer", "FR", "75001", "2024-12-01", "2026-11-02T09:00:00Z", law.Sale)
		tell(t, p, 0, now, debt.ActNoted{Act: law.Act{Type: "acknowledgment", Date: on("2026-11-01")}})
		for _, d := range play(t, p, now, now.AddDate(1, 0, 0)) {
			if d.Do.Sends() && d.At.After(on("2026-12-02").At(0, 0, p.Place.Zone())) {
				t.Errorf("%s went out on %s, after the cautious day", d.Step, d.At)
			}
		}
	})
}

// heldAndSilent plays a year, in which people are asked and nothing is sent, and
// then puts the document behind the act.
func heldAndSilent(t *testing.T, p *strategy.Person, now time.Time) {
	t.Helper()
	for _, d := range play(t, p, now, now.AddDate(0, 3, 0)) {
		if d.Do.Sends() || d.Channel == "phone" || d.Do == strategy.OfferHandoff {
			t.Errorf("%s %s on %s", d.Do, d.Step, d.At)
		}
	}
	c := p.Cases[0].Case
	if h, held := c.Hold(); !held || h.Reason != debt.HoldLimited {
		t.Fatalf("held %+v", h)
	}
	now = now.AddDate(0, 3, 0)
	tell(t, p, 0, now, debt.ActProved{Act: c.ActsToProve()[0], Document: "doc-1"})
	if _, held := c.Hold(); held {
		t.Error("with the document it is held all the same")
	}
	if all := play(t, p, now, now.AddDate(0, 1, 0)); !slices.ContainsFunc(all, func(d done) bool { return d.Do.Sends() }) {
		t.Error("with the document nothing goes out")
	}
}

func TestBehindAPresumptionThePeriodThatBarsIsGuarded(t *testing.T) {
	p, now := old(t, "pt-consumer", "PT", "1000-001", "2006-12-01", "2026-03-02T09:00:00Z", law.Sale) // until 1 December 2026
	all := play(t, p, now, on("2027-03-01").At(0, 0, p.Place.Zone()))
	asked := tasksOf(p, all)
	for letter, days := range map[string][]string{
		"limitation_180": {"2026-06-04"}, "limitation_90": {"2026-09-02"}, "limitation_30": {"2026-11-01"}, "limitation_reached": {"2026-03-02", "2026-12-02", "2026-12-03"}, // 1 December is a holiday
	} {
		if !slices.Equal(asked[letter], days) {
			t.Errorf("%s on %v, want %v", letter, asked[letter], days)
		}
	}
	for _, d := range all {
		if d.Do.Sends() && d.At.After(on("2026-12-02").At(0, 0, p.Place.Zone())) {
			t.Errorf("%s went out on %s, after the twenty years", d.Step, d.At)
		}
	}
	if h, held := p.Cases[0].Case.Hold(); !held || h.Reason != debt.HoldLimited {
		t.Errorf("held %+v", h)
	}
}

// A claim in court that was dismissed carries the twenty years on in one reading:
// past the cautious day, where a person lets the case go on, its last day, of
// 6 March 2027, is guarded as the first was.
func TestBehindAPresumptionTheLastDayIsGuardedPastTheCautiousOne(t *testing.T) {
	p, now := old(t, "pt-consumer", "PT", "1000-001", "2006-12-01", "2026-03-02T09:00:00Z", law.Sale)
	put(p.Cases[0].Case, now, debt.ActNoted{Act: law.Act{Type: "court_claim", Date: on("2007-03-01"), Outcome: "dismissed", Ref: "h1"}})
	lifted := on("2026-12-10").At(9, 0, p.Place.Zone())
	first := play(t, p, now, lifted)
	if got := tasksOf(p, first)["limitation_reached"]; !slices.Equal(got, []string{"2026-03-02", "2026-12-02"}) {
		t.Fatalf("told on %v", got)
	}
	if got := tasksOf(p, first)["limitation_90"]; !slices.Contains(got, "2026-12-06") {
		t.Errorf("while it is held people are warned on %v", got)
	}
	tell(t, p, 0, lifted, debt.HoldEnded{Hold: p.Cases[0].Case.Holds[0].ID, Note: "the claim interrupted"})
	all := play(t, p, lifted, on("2027-06-01").At(0, 0, p.Place.Zone()))
	asked := tasksOf(p, all)
	for letter, day := range map[string]string{"limitation_30": "2027-02-04", "limitation_reached": "2027-03-07"} {
		if !slices.Equal(asked[letter], []string{day}) {
			t.Errorf("%s on %v, want %s", letter, asked[letter], day)
		}
	}
	for _, d := range all {
		if d.Do.Sends() && d.At.After(on("2027-03-07").At(0, 0, p.Place.Zone())) {
			t.Errorf("%s went out on %s, after the last day", d.Step, d.At)
		}
	}
	if h, held := p.Cases[0].Case.Hold(); !held || h.Reason != debt.HoldLimited {
		t.Errorf("held %+v", h)
	}
}

// Of several holds the reason is the one that keeps the case quiet.
func TestTheGuardNamesTheHoldThatKeepsACaseQuiet(t *testing.T) {
	p, now := old(t, "fr-business", "FR", "75001", "2021-10-01", "2026-07-02T07:00:00Z", law.Sale)
	put(p.Cases[0].Case, now, debt.HoldPlaced{Hold: debt.Hold{ID: "hold-1", Reason: debt.HoldRepresented}},
		debt.HoldPlaced{Hold: debt.Hold{ID: "hold-2", Reason: debt.HoldPromise, Until: on("2027-06-01"), Of: "promise-1"}})
	p.Cases[0].Reach = []string{"email"}
	var why []strategy.Reason
	for _, d := range play(t, p, now, now.AddDate(0, 0, 5)) {
		if d.Letter == "limitation_claim" {
			why = d.Why
		}
	}
	if i := slices.IndexFunc(why, func(r strategy.Reason) bool { return r.Code == "hold" }); i < 0 || why[i].What != string(debt.HoldPromise) {
		t.Errorf("asked for %+v", why)
	}
}

func TestADebtRevivedAndLimitedAgainIsStoppedAgain(t *testing.T) {
	p, now := old(t, "fr-consumer", "FR", "75001", "2023-10-01", "2026-11-02T09:00:00Z", law.Sale)
	play(t, p, now, now.Add(time.Hour))
	now = now.AddDate(0, 0, 1)
	tell(t, p, 0, now, debt.PaymentReceived{Amount: money.EUR(1000), Received: on("2025-09-20")})
	if _, held := p.Cases[0].Case.Hold(); held {
		t.Fatal("a payment received in time and told late does not release the case")
	}
	if d := p.Next(0, now); d.Letter == "limitation_reached" {
		t.Fatalf("%+v", d)
	}
	now = now.AddDate(0, 0, 1)
	tell(t, p, 0, now, debt.PaymentBounced{Payment: p.Cases[0].Case.Payments[0].ID})
	all := play(t, p, now, now.AddDate(0, 6, 0))
	if all[0].Letter != "limitation_reached" {
		t.Errorf("first it does %s %s", all[0].Do, all[0].Letter)
	}
	for _, d := range all {
		if d.Do.Sends() {
			t.Errorf("%s went out on %s", d.Step, d.At)
		}
	}
}

// Complaint 8: neither a dispute nor a plan moves the limitation date, and the
// guard does not sleep under them.
func TestComplaint8NoStateOfACaseStopsTheLimitationClock(t *testing.T) {
	for name, rest := range states {
		p, now := old(t, "fr-business", "FR", "75001", "2021-10-01", "2026-03-02T07:00:00Z", law.Sale)
		before := p.Cases[0].Case.Clock(p.Cases[0].Law)
		rest(t, p, now)
		if after := p.Cases[0].Case.Clock(p.Cases[0].Law); after.LastDay != before.LastDay || after.Cautious != before.Cautious {
			t.Errorf("%s: the last day was %s and is %s", name, before.LastDay, after.LastDay)
		}
	}
}

// Complaint 4: old debts that are taken up are not met by silence: what is
// limited or soon will be is said at once.
func TestComplaint4OldDebtsSayAtOnceWhereTheirLimitationStands(t *testing.T) {
	for _, c := range []struct{ due, letter string }{
		{"2021-10-01", "limitation_reached"}, {"2021-11-20", "limitation_30"}, {"2022-01-20", "limitation_90"}, {"2022-04-20", "limitation_180"},
	} {
		p, now := old(t, "fr-business", "FR", "75001", c.due, "2026-11-02T23:30:00Z", law.Sale)
		all := p.Forecast(0, now, now.AddDate(0, 0, 1))
		if !slices.ContainsFunc(all, func(d strategy.Decision) bool { return d.Do == strategy.RaiseAlarm && d.Letter == c.letter }) {
			t.Errorf("due %s: the first day brings %+v, want %s", c.due, all, c.letter)
		}
	}
}

func TestWhatTheDebtorDoesAfterTheLastDayIsReadByAPerson(t *testing.T) {
	for what, fact := range map[string]debt.Fact{
		"a payment":          debt.PaymentReceived{Amount: money.EUR(1000), Received: on("2026-11-03")},
		"an acknowledgement": debt.ActNoted{Act: law.Act{Type: "acknowledgment", Date: on("2026-11-03"), Ref: "doc-1"}},
		"a letter of ours":   debt.ActNoted{Act: law.Act{Type: "registered_letter", Date: on("2026-11-03")}},
	} {
		p, now := old(t, "fr-consumer", "FR", "75001", "2023-10-01", "2026-11-02T09:00:00Z", law.Sale)
		play(t, p, now, now.Add(time.Hour))
		now = on("2026-11-04").At(9, 0, p.Place.Zone())
		tell(t, p, 0, now, fact)
		all := play(t, p, now, now.AddDate(0, 6, 0))
		want := []string{"2026-11-04"}
		if what == "a letter of ours" {
			want = nil
		}
		if got := tasksOf(p, all)["limitation_waiver"]; !slices.Equal(got, want) {
			t.Errorf("%s: a person is asked on %v, want %v", what, got, want)
		}
		if _, held := p.Cases[0].Case.Hold(); !held {
			t.Errorf("%s lets the case go on", what)
		}
	}
}

func TestALimitedDebtWhoseHoldAnOldRecordLiftedIsHeldAgain(t *testing.T) {
	p, now := old(t, "fr-consumer", "FR", "75001", "2023-10-01", "2026-11-02T09:00:00Z", law.Sale)
	play(t, p, now, now.Add(time.Hour))
	put(p.Cases[0].Case, now.Add(2*time.Hour), debt.HoldEnded{Hold: p.Cases[0].Case.Holds[0].ID, Reason: debt.HoldLimited})
	now = now.Add(2 * time.Hour)
	for i, d := range play(t, p, now, now.AddDate(0, 6, 0)) {
		if i == 0 && d.Letter != "limitation_reached" || d.Do.Sends() {
			t.Errorf("act %d is %s %s", i+1, d.Do, d.Letter)
		}
	}
	if h, held := p.Cases[0].Case.Hold(); !held || h.Reason != debt.HoldLimited {
		t.Errorf("held %+v", h)
	}
}

// Goods between companies, due on 20 December 2021: until 20 December 2024 in
// the reading hardest on the creditor, until 20 December 2026 otherwise.
func TestTheFullDayIsWarnedOfWhileTheCautiousOneHoldsTheCase(t *testing.T) {
	p, now := old(t, "es-business", "ES", "28001", "2021-12-20", "2024-11-04T09:00:00Z", law.Sale)
	end := on("2027-03-01").At(0, 0, p.Place.Zone())
	foreseen := map[string]bool{}
	for _, d := range p.Forecast(0, now, end) {
		if d.Do == strategy.RaiseAlarm {
			foreseen[d.Letter+"@"+d.Target] = true
		}
	}
	all := play(t, p, now, end)
	asked := tasksOf(p, all)
	for letter, days := range map[string][]string{
		"limitation_180": {"2026-06-23"}, "limitation_90": {"2026-09-21"}, "limitation_30": {"2024-11-20", "2026-11-20"}, "limitation_reached": {"2024-12-21", "2026-12-21"},
	} {
		got := asked[letter]
		if letter != "limitation_30" && letter != "limitation_reached" && len(got) > 1 {
			got = got[len(got)-1:] // the cautious day's own came first
		}
		if !slices.Equal(got, days) {
			t.Errorf("%s on %v, want %v", letter, asked[letter], days)
		}
		if !foreseen[letter+"@2026-12-20"] {
			t.Errorf("%s of the full day is not foreseen: %v", letter, foreseen)
		}
	}
	c := p.Cases[0].Case
	alarms := slices.Clone(c.Alarms)
	if slices.Sort(alarms); len(slices.Compact(alarms)) != len(c.Alarms) {
		t.Errorf("an alarm was raised twice: %v", c.Alarms)
	}
	for _, d := range all {
		if d.At.After(on("2024-12-22").At(0, 0, p.Place.Zone())) && (d.Do.Sends() || d.Channel == "phone" || d.Do == strategy.OfferHandoff || d.Letter == "limitation_claim") {
			t.Errorf("%s %s on %s, though the case is held", d.Do, d.Letter, d.At)
		}
		if d.Letter == "limitation_reached" && d.Target == "2024-12-20" {
			if want := "in the reading hardest on the creditor the limitation period ended on 20 December 2024; the last day otherwise is 20 December 2026"; d.Sentence("en") != want {
				t.Errorf("it says %q, want %q", d.Sentence("en"), want)
			}
		}
	}
	if h, held := c.Hold(); !held || h.Reason != debt.HoldLimited {
		t.Errorf("held %+v", h)
	}
}

// A debt that is over in every reading when it comes is told of once, by the day
// that its state names.
func TestADebtThatIsOverInEveryReadingIsToldOfOnce(t *testing.T) {
	const due, both = "2018-12-20", "limitation_reached"
	p, now := old(t, "es-business", "ES", "28001", due, "2026-11-02T09:00:00Z", law.Sale)
	k := p.Cases[0].Case.Clock(p.Cases[0].Law)
	if !k.Cautious.Before(k.LastDay) {
		t.Fatalf("cautious %s, full %s", k.Cautious, k.LastDay)
	}
	d := p.Next(0, now)
	if d.Letter != both || d.Target != k.LastDay.String() || d.Why[0] != (strategy.Reason{Code: both, On: k.LastDay}) {
		t.Errorf("first it does %+v", d)
	}
	told, _ := old(t, "es-business", "ES", "28001", due, "2026-11-02T09:00:00Z", law.Sale)
	put(told.Cases[0].Case, now, debt.AlarmRaised{Alarm: both + "@" + k.Cautious.String()},
		debt.HoldPlaced{Hold: debt.Hold{ID: "hold-l", Reason: debt.HoldLimited, Until: on("2027-02-01")}})
	if got := tasksOf(told, play(t, told, now, now.AddDate(1, 0, 0)))[both]; len(got) > 0 {
		t.Errorf("a record that told the cautious day is told again on %v", got)
	}
	if got := tasksOf(p, play(t, p, now, now.AddDate(1, 0, 0)))[both]; !slices.Equal(got, []string{"2026-11-02"}) {
		t.Errorf("told on %v", got)
	}
}
