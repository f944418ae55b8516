package strategy_test

import (
	"slices"
	"testing"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/strategy"
)

// at reads an instant as the clock shows it in Madrid.
func at(t testing.TB, s string) time.Time {
	t.Helper()
	x, err := time.ParseInLocation("2006-01-02 15:04", s, placeOf(t, "ES", "28001", "").Zone())
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// rule is one row: a case as it stands at an instant, and what it does next.
type rule struct {
	name string
	life life
	// with puts something on the record first, at the opening.
	with func(t *testing.T, p *strategy.Person)
	now  string // Madrid time
	do   strategy.Act
	step string
	at   string // Madrid time
	why  string // a code that must be among the reasons
}

var madrid = life{strategy: "es-business", due: "2026-10-01", opened: "2026-10-05T06:00:00Z"}

func mark(step, state, at string) func(*testing.T, *strategy.Person) {
	return func(t *testing.T, p *strategy.Person) { addMark(t, p, step, "email", state, at) }
}

func addMark(t *testing.T, p *strategy.Person, step, channel, state, when string) {
	t.Helper()
	c := p.Cases[0].Case
	put(c, at(t, when), debt.MessageReserved{Mark: debt.Mark{
		Step: step, Occurrence: 1, Channel: channel, Message: "m-" + step + channel, At: at(t, when), State: state,
	}})
}

func hold(reason debt.HoldReason, until string) func(*testing.T, *strategy.Person) {
	return func(t *testing.T, p *strategy.Person) {
		put(p.Cases[0].Case, p.Cases[0].Case.Opened, debt.HoldPlaced{Hold: debt.Hold{ID: "hold-1", Reason: reason, Until: on(until)}})
	}
}

func contact(channel, when string, purpose strategy.Purpose) func(*testing.T, *strategy.Person) {
	return func(t *testing.T, p *strategy.Person) {
		p.Contacts = append(p.Contacts, strategy.Contact{At: at(t, when), Channel: channel, Case: "another", Purpose: purpose})
	}
}

func called(when string) func(*testing.T, *strategy.Person) {
	return func(t *testing.T, p *strategy.Person) {
		p.Contacts = append(p.Contacts, strategy.Contact{At: at(t, when), Channel: "phone", Case: "case-1", Purpose: strategy.Collection})
	}
}

func both(fs ...func(*testing.T, *strategy.Person)) func(*testing.T, *strategy.Person) {
	return func(t *testing.T, p *strategy.Person) {
		for _, f := range fs {
			f(t, p)
		}
	}
}

func unreachable(_ *testing.T, p *strategy.Person) { p.Cases[0].Reach = nil }

func agents(_ *testing.T, p *strategy.Person) { p.Cases[0].Agents = true }

func TestNext(t *testing.T) {
	early := life{strategy: "es-business", due: "2026-10-01", opened: "2026-09-20T06:00:00Z"}
	for _, r := range slices.Concat(windowRules(), ladderRules(early), holdRules(), agreedRules()) {
		t.Run(r.name, func(t *testing.T) { r.check(t) })
	}
}

func (r rule) check(t *testing.T) {
	p := person(placeOf(t, "ES", "28001", ""), r.life.situation(t, "case-1"))
	if r.with != nil {
		r.with(t, p)
	}
	now := at(t, r.now)
	d := p.Next(0, now)
	if d.Do != r.do || d.Step != r.step || !d.At.Equal(at(t, r.at)) {
		t.Fatalf("next is %s %q at %s, want %s %q at %s; because %s",
			d.Do, d.Step, d.At.In(p.Place.Zone()), r.do, r.step, r.at, d.Sentence("en"))
	}
	if !slices.ContainsFunc(d.Why, func(w strategy.Reason) bool { return w.Code == r.why }) {
		t.Errorf("the reasons are %+v, want %s among them", d.Why, r.why)
	}
	if again := p.Next(0, d.At); !again.Same(d) || !again.At.Equal(d.At) {
		t.Errorf("at its instant it is %s %q at %s", again.Do, again.Step, again.At)
	}
}

func windowRules() []rule {
	const first = "first_contact"
	email := strategy.SendEmail
	return []rule{
		{"before the hours it waits for them to open", madrid, nil, "2026-10-05 08:10", email, first, "2026-10-05 09:00", "due_passed"},
		{"within the hours it goes at once", madrid, nil, "2026-10-05 15:10", email, first, "2026-10-05 15:10", "due_passed"},
		{"a minute before they end it still goes", madrid, nil, "2026-10-05 19:59", email, first, "2026-10-05 19:59", "due_passed"},
		{"once they ended it goes on the next day", madrid, nil, "2026-10-05 20:00", email, first, "2026-10-06 09:00", "quiet_hours"},
		{"on a Saturday it waits for Monday", madrid, nil, "2026-10-10 10:00", email, first, "2026-10-13 09:00", "weekend"},
		{"a holiday puts it off", madrid, nil, "2026-10-12 10:00", email, first, "2026-10-13 09:00", "holiday"},
		{"a contact about another debt keeps its gap", madrid, contact("sms", "2026-10-02 12:00", strategy.Collection),
			"2026-10-05 10:00", email, first, "2026-10-09 09:00", "other_case"},
		{"a service message makes no gap", madrid, contact("sms", "2026-10-02 12:00", strategy.Service),
			"2026-10-05 10:00", email, first, "2026-10-05 10:00", "due_passed"},
		{"but it counts for the cap", madrid, both(contact("sms", "2026-10-02 12:00", strategy.Service), contact("email", "2026-10-05 09:00", strategy.Service)),
			"2026-10-05 10:00", email, first, "2026-10-09 09:00", "cap"},
		{"a call about another debt keeps its gap too", madrid, contact("phone", "2026-10-02 12:00", strategy.Collection),
			"2026-10-05 10:00", email, first, "2026-10-09 09:00", "other_case"},
		{"calls about this debt count for the calls alone", madrid, both(called("2026-10-02 12:00"), called("2026-10-02 13:00"), called("2026-10-05 09:00")),
			"2026-10-05 10:00", email, first, "2026-10-05 10:00", "due_passed"},
		{"three calls in a week are enough", madrid, both(agents, called("2026-10-01 12:00"), called("2026-10-02 12:00"), called("2026-10-05 09:00")),
			"2026-10-05 10:00", strategy.OpenTask, first + "/call", "2026-10-08 09:00", "cap"},
		{"who was spoken to is left alone for a week", madrid, func(t *testing.T, p *strategy.Person) {
			put(p.Cases[0].Case, at(t, "2026-10-05 09:00"), debt.CallLogged{Outcome: debt.CallRightParty})
		}, "2026-10-05 10:00", email, first, "2026-10-13 09:00", "conversation_pause"},
		{"the creditor's daily limit moves it to the next day", madrid, func(_ *testing.T, p *strategy.Person) {
			p.Cases[0].Full = map[string]calendar.Date{"email": on("2026-10-05")}
		}, "2026-10-05 10:00", email, first, "2026-10-06 09:00", "daily_limit"},
		{"people are spread over the opening", madrid, func(_ *testing.T, p *strategy.Person) { p.Jitter = 17 * time.Minute },
			"2026-10-05 09:05", email, first, "2026-10-05 09:17", "due_passed"},
		{"and never beyond it", madrid, func(_ *testing.T, p *strategy.Person) { p.Jitter = 11*time.Hour + 5*time.Minute },
			"2026-10-05 08:00", email, first, "2026-10-05 09:05", "due_passed"},
	}
}

func ladderRules(early life) []rule {
	const first = "first_contact"
	small := madrid
	small.cents = 9900
	task := strategy.OpenTask
	return []rule{
		{"before the due date a courtesy", early, nil, "2026-09-20 09:00", strategy.SendEmail, "courtesy", "2026-09-24 09:00", "before_due"},
		{"late, but still before it", early, nil, "2026-09-30 19:00", strategy.SendEmail, "courtesy", "2026-09-30 19:00", "before_due"},
		{"too late for it, the case waits for the due date", early, nil, "2026-09-30 20:00", strategy.ChangeStage, "", "2026-10-02 00:00", "due_passed"},
		{"on the due date itself nothing is sent", early, nil, "2026-10-01 10:00", strategy.ChangeStage, "", "2026-10-02 00:00", "due_passed"},
		{"the call comes first where there are agents", madrid, agents, "2026-10-05 10:00", task, first + "/call", "2026-10-05 10:00", "due_passed"},
		{"not where no number is known", life{strategy: "es-business", due: "2026-10-01", opened: "2026-10-05T06:00:00Z", reach: []string{"email"}},
			agents, "2026-10-05 10:00", strategy.SendEmail, first, "2026-10-05 10:00", "due_passed"},
		{"a call not answered is followed by the letter two working days later", madrid, both(agents, mark(first+"/call", "done", "2026-10-08 10:00")),
			"2026-10-08 11:00", strategy.SendEmail, first, "2026-10-13 09:00", "call_unanswered"},
		{"a call answered needs no letter", madrid, both(agents, mark(first+"/call", "done", "2026-10-05 10:00"), func(t *testing.T, p *strategy.Person) {
			put(p.Cases[0].Case, at(t, "2026-10-06 10:00"), debt.CallLogged{Outcome: debt.CallRightParty})
		}), "2026-10-06 11:00", strategy.SendEmail, "reminder_1", "2026-10-13 09:00", "conversation_pause"},
		{"a step sent is followed by the next, as far off as the offsets are", madrid, mark(first, "sent", "2026-10-05 10:00"),
			"2026-10-05 10:01", strategy.SendEmail, "reminder_1", "2026-10-13 09:00", "spacing"},
		{"an unknown outcome counts as sent", madrid, mark(first, "unknown", "2026-10-05 10:00"),
			"2026-10-05 10:01", strategy.SendEmail, "reminder_1", "2026-10-13 09:00", "spacing"},
		{"a message that failed goes by the next channel", madrid, mark(first, "failed", "2026-10-05 10:00"),
			"2026-10-05 10:01", strategy.SendSMS, first, "2026-10-05 10:01", "due_passed"},
		{"where every channel failed a person is told", madrid, func(t *testing.T, p *strategy.Person) {
			addMark(t, p, first, "email", "failed", "2026-10-05 10:00")
			addMark(t, p, first, "sms", "failed", "2026-10-05 10:02")
		}, "2026-10-05 10:03", task, first, "2026-10-05 10:03", "no_channel"},
		{"then the ladder goes on", madrid, func(t *testing.T, p *strategy.Person) {
			addMark(t, p, first, "email", "failed", "2026-10-05 10:00")
			addMark(t, p, first, "", "done", "2026-10-05 10:02")
		}, "2026-10-05 10:03", strategy.SendEmail, "reminder_1", "2026-10-13 09:00", "spacing"},
		{"a channel under an emergency stop is waited for", madrid, func(_ *testing.T, p *strategy.Person) {
			p.Cases[0].StoppedChannels = []string{"email", "sms", "whatsapp"}
		}, "2026-10-05 10:00", strategy.Control, "", "2026-12-04 00:00", "channel_stopped"},
		{"another channel is used meanwhile", madrid, func(_ *testing.T, p *strategy.Person) { p.Cases[0].StoppedChannels = []string{"email"} },
			"2026-10-05 10:00", strategy.SendSMS, first, "2026-10-05 10:00", "due_passed"},
		{"an emergency stop over the case stops all contact", madrid, func(_ *testing.T, p *strategy.Person) { p.Cases[0].Stopped = "creditor" },
			"2026-10-05 10:00", strategy.Control, "", "2026-12-04 00:00", "stopped"},
		{"a person's word takes the case straight to the lawyer", madrid, func(t *testing.T, p *strategy.Person) {
			put(p.Cases[0].Case, p.Cases[0].Case.Opened, debt.EscalationAsked{Reason: "the debtor is selling out"})
		}, "2026-10-05 10:00", strategy.OfferHandoff, "legal_handoff", "2026-10-05 10:00", "escalated"},
		{"a small debt is studied, not handed over", small, mark("extrajudicial_claim", "sent", "2026-12-03 09:00"),
			"2027-01-01 10:00", task, "study", "2027-01-07 00:00", "study"},
		{"a case moved to another strategy goes on from its stage", madrid, func(t *testing.T, p *strategy.Person) {
			put(p.Cases[0].Case, p.Cases[0].Case.Opened, debt.StageChanged{From: debt.FriendlyContact, To: debt.Negotiation})
		}, "2026-12-01 10:00", strategy.SendEmail, "negotiation_offer", "2026-12-01 10:00", "step_offset"},
		{"a negotiation call is for large debts", life{strategy: "es-business", due: "2026-10-01", opened: "2026-10-05T06:00:00Z", cents: 500000},
			both(agents, mark("final_reminder", "sent", "2026-11-02 10:00")), "2026-11-02 10:01", task, "negotiation_call/call", "2026-11-09 09:00", "step_offset"},
		{"smaller ones go on to the offer", madrid, both(agents, mark("final_reminder", "sent", "2026-11-02 10:00")),
			"2026-11-02 10:01", strategy.SendEmail, "negotiation_offer", "2026-11-10 09:00", "spacing"},
	}
}

func holdRules() []rule {
	review := strategy.ReviewHold
	return []rule{
		{"a pause ends by itself when its day is over", madrid, hold(debt.HoldPaused, "2026-10-20"), "2026-10-05 10:00", strategy.EndHold, "", "2026-10-21 00:00", "hold_until"},
		{"hardship too", madrid, hold(debt.HoldHardship, "2026-10-20"), "2026-10-05 10:00", strategy.EndHold, "", "2026-10-21 00:00", "hold_until"},
		{"a complaint is looked at by a person", madrid, hold(debt.HoldComplaint, "2026-10-20"), "2026-10-05 10:00", review, "review_hold", "2026-10-21 00:00", "hold_until"},
		{"a representative who cannot be reached is looked for at once", madrid, both(hold(debt.HoldRepresented, "2026-10-20"), unreachable), "2026-10-05 10:00", strategy.OpenTask, "representative@hold-1", "2026-10-05 10:00", "representative"},
		{"a representative is written to by the ladder", madrid, hold(debt.HoldRepresented, "2026-10-20"), "2026-10-05 10:00", strategy.SendEmail, "first_contact", "2026-10-05 10:00", "due_passed"},
		{"of who died the heirs are looked for at once", madrid, hold(debt.HoldDeceased, "2026-10-20"), "2026-10-05 10:00", strategy.OpenTask, "heirs@hold-1", "2026-10-05 10:00", "heirs"},
		{"in an insolvency the claim is filed by a person", madrid, hold(debt.HoldInsolvency, "2026-10-20"), "2026-10-05 10:00", strategy.OpenTask, "proof_of_claim@hold-1", "2026-10-05 10:00", "proof_of_claim"},
		{"then the insolvency is looked at", madrid, both(hold(debt.HoldInsolvency, "2026-10-20"), mark("proof_of_claim@hold-1", "done", "2026-10-05 09:00")), "2026-10-05 10:00", review, "review_hold", "2026-10-21 00:00", "hold_until"},
		{"a hold past its day is looked at now", madrid, hold(debt.HoldDispute, "2026-10-02"), "2026-10-05 10:00", review, "review_hold", "2026-10-05 10:00", "hold_until"},
	}
}

func promise(payBy string) func(*testing.T, *strategy.Person) {
	return func(t *testing.T, p *strategy.Person) {
		tell(t, p, 0, at(t, "2026-10-05 09:30"), debt.PromiseMade{ID: "promise-1", Amount: p.Cases[0].Case.Principal, PayBy: on(payBy)})
	}
}

func plan(t *testing.T, p *strategy.Person) {
	tell(t, p, 0, at(t, "2026-10-05 09:30"), debt.PlanAgreed{Plan: debt.Plan{Instalments: []debt.Instalment{
		{Due: on("2026-10-15"), Amount: money.EUR(62500)}, {Due: on("2026-11-16"), Amount: money.EUR(67500)},
	}}})
}

// wrote has all that was agreed put in writing.
func wrote(t *testing.T, p *strategy.Person) {
	c := p.Cases[0].Case
	for _, x := range c.Plans {
		put(c, at(t, "2026-10-05 09:31"), debt.PutInWriting{Of: x.ID, Letter: "m-plan"})
	}
	for _, x := range c.Offers {
		put(c, at(t, "2026-10-05 09:31"), debt.PutInWriting{Of: x.ID, Letter: "m-offer"})
	}
}

func paid(cents int64, day string) func(*testing.T, *strategy.Person) {
	return func(t *testing.T, p *strategy.Person) {
		tell(t, p, 0, at(t, day+" 18:00"), debt.PaymentReceived{ID: "payment-" + day, Amount: money.EUR(cents), Received: on(day)})
	}
}

// noticed tells of the first instalment as late, by a message that was sent or failed.
func noticed(state string) func(*testing.T, *strategy.Person) {
	return func(t *testing.T, p *strategy.Person) {
		addMark(t, p, "default_notice", "email", state, "2026-10-21 09:00")
		put(p.Cases[0].Case, at(t, "2026-10-21 09:00"), debt.InstalmentLate{Plan: p.Cases[0].Case.Plans[0].ID, Notice: "m-default_noticeemail", Cure: on("2026-10-31")})
	}
}

func reaches(channels ...string) func(*testing.T, *strategy.Person) {
	return func(_ *testing.T, p *strategy.Person) { p.Cases[0].Reach = channels }
}

// propose puts forward six instalments from a day on.
func propose(first string, atOnce bool) func(*testing.T, *strategy.Person) {
	return func(t *testing.T, p *strategy.Person) {
		tell(t, p, 0, at(t, "2026-10-05 09:30"), debt.PlanProposed{Plan: debt.Plan{By: debt.Debtor, AtOnce: atOnce,
			Schedule: &debt.Schedule{Count: 6, First: on(first), Every: "month"}}})
	}
}

func confirm(t *testing.T, p *strategy.Person) {
	tell(t, p, 0, at(t, "2026-10-05 09:40"), debt.PlanConfirmed{Plan: p.Cases[0].Case.Plans[0].ID, How: "reply"})
}

// offered settles for so many percent of the principal, by an agent's word.
func offered(percent int64) func(*testing.T, *strategy.Person) {
	return func(t *testing.T, p *strategy.Person) {
		sum := p.Cases[0].Case.Principal.Cents * percent / 100
		tell(t, p, 0, at(t, "2026-10-05 09:30"), debt.OfferMade{Offer: debt.Offer{Amount: money.EUR(sum), Until: on("2026-10-19")}})
	}
}

func agreedRules() []rule {
	email := strategy.SendEmail
	reminded := func(_ *testing.T, p *strategy.Person) { p.Cases[0].Case.Promises[0].Reminded = true }
	return []rule{
		{"a promise is reminded of two days before", madrid, promise("2026-10-16"), "2026-10-05 10:00", email, "promise_reminder", "2026-10-14 09:00", "promise_reminder"},
		{"not on the day it was made", madrid, promise("2026-10-06"), "2026-10-05 10:00", email, "promise_reminder", "2026-10-06 09:00", "promise_reminder"},
		{"nor after its day", madrid, promise("2026-10-06"), "2026-10-07 10:00", strategy.BreakPromise, "", "2026-10-09 00:00", "promise_due"},
		{"caps do not stop the reminder", madrid, both(promise("2026-10-16"), contact("email", "2026-10-13 09:00", strategy.Collection), contact("sms", "2026-10-13 10:00", strategy.Collection)),
			"2026-10-13 11:00", email, "promise_reminder", "2026-10-14 09:00", "promise_reminder"},
		{"an emergency stop does stop it", madrid, both(promise("2026-10-16"), func(_ *testing.T, p *strategy.Person) { p.Cases[0].Stopped = "case" }),
			"2026-10-05 10:00", strategy.BreakPromise, "", "2026-10-21 00:00", "promise_due"},
		{"a promise is broken at midnight after its grace", madrid, both(promise("2026-10-16"), reminded),
			"2026-10-14 10:00", strategy.BreakPromise, "", "2026-10-21 00:00", "promise_due"},
		{"a promise kept closes the case that it pays", madrid, both(promise("2026-10-16"), paid(140000, "2026-10-05")),
			"2026-10-05 19:00", strategy.CloseCase, "", "2026-10-05 19:00", "paid"},
		{"a plan is put in writing at once", madrid, plan, "2026-10-05 10:00", email, "plan_confirmation", "2026-10-05 10:00", "plan_confirmation"},
		{"by a person where e-mail does not reach", madrid, both(plan, reaches("sms", "phone")), "2026-10-05 10:00", strategy.OpenTask, "plan_confirmation", "2026-10-05 10:00", "plan_confirmation"},
		{"again where the message failed", madrid, both(plan, func(t *testing.T, p *strategy.Person) {
			addMark(t, p, "plan_confirmation", "email", "failed", "2026-10-05 09:35")
			put(p.Cases[0].Case, at(t, "2026-10-05 09:35"), debt.PutInWriting{Of: p.Cases[0].Case.Plans[0].ID, Letter: "m-plan_confirmationemail"})
		}), "2026-10-05 10:00", strategy.OpenTask, "plan_confirmation", "2026-10-05 10:00", "plan_confirmation"},
		{"an instalment is reminded of three days before", madrid, both(plan, wrote), "2026-10-05 10:00", email, "instalment_reminder", "2026-10-13 09:00", "instalment_reminder"},
		{"a late instalment is told after its grace", madrid, both(plan, wrote), "2026-10-16 10:00", email, "default_notice", "2026-10-21 09:00", "instalment_due"},
		{"by SMS where e-mail does not reach", madrid, both(plan, wrote, reaches("sms")), "2026-10-16 10:00", strategy.SendSMS, "default_notice", "2026-10-21 09:00", "instalment_due"},
		{"by a person where nothing does", madrid, both(plan, wrote, reaches()), "2026-10-16 10:00", strategy.OpenTask, "default_notice", "2026-10-21 00:00", "instalment_due"},
		{"an emergency stop puts the notice off, and the default with it", madrid, both(plan, wrote, func(_ *testing.T, p *strategy.Person) { p.Cases[0].Stopped = "case" }),
			"2026-10-25 10:00", strategy.Control, "", "2026-12-04 00:00", "control"},
		{"a plan defaults once the days to make it good are over", madrid, both(plan, wrote, noticed("sent")), "2026-10-22 10:00", strategy.DefaultPlan, "", "2026-11-01 00:00", "instalment_cure"},
		{"a notice that failed is no notice", madrid, both(plan, wrote, noticed("failed")), "2026-10-22 10:00", strategy.SendSMS, "default_notice", "2026-10-22 10:00", "instalment_due"},
		{"a plan of before there were notices defaults after the grace", madrid, both(plan, wrote, func(_ *testing.T, p *strategy.Person) { p.Cases[0].Case.Plans[0].CureDays = 0 }),
			"2026-10-16 10:00", strategy.DefaultPlan, "", "2026-10-21 00:00", "instalment_due"},
		{"a paid instalment turns to the next", madrid, both(plan, wrote, paid(62500, "2026-10-14")), "2026-10-16 10:00", email, "instalment_reminder", "2026-11-13 09:00", "instalment_reminder"},
		{"a part of it does not", madrid, both(plan, wrote, paid(62400, "2026-10-14")), "2026-10-16 10:00", email, "default_notice", "2026-10-21 09:00", "instalment_due"},
		{"a late instalment that is made good turns to the next", madrid, both(plan, wrote, noticed("sent"), paid(62500, "2026-10-30")), "2026-11-01 10:00", email, "instalment_reminder", "2026-11-13 09:00", "instalment_reminder"},
		{"a proposal is put in writing", madrid, propose("2026-10-20", false), "2026-10-05 10:00", email, "plan_proposal", "2026-10-05 10:00", "plan_proposal"},
		{"and lapses when it is not confirmed by its day", madrid, both(propose("2026-10-20", false), wrote), "2026-10-05 10:00", strategy.LapseOffer, "", "2026-10-20 00:00", "proposal_until"},
		{"a plan that never began ends without notice", madrid, both(propose("2026-10-05", true), wrote, confirm, wrote), "2026-10-05 10:00", strategy.DefaultPlan, "", "2026-10-09 00:00", "instalment_due"},
		{"an offer is put in writing", madrid, offered(100), "2026-10-05 10:00", email, "settlement_offer", "2026-10-05 10:00", "settlement_offer"},
		{"by SMS too, since it is short", madrid, both(offered(100), reaches("sms")), "2026-10-05 10:00", strategy.SendSMS, "settlement_offer", "2026-10-05 10:00", "settlement_offer"},
		{"a supervisor is asked about more than an agent may give", madrid, offered(94), "2026-10-05 10:00", strategy.OpenTask, "approve_offer:offer-2", "2026-10-05 10:00", "offer_to_approve"},
		{"and the offer lapses where none says yes", madrid, both(offered(94), func(t *testing.T, p *strategy.Person) {
			addMark(t, p, "approve_offer:offer-2", "", "done", "2026-10-05 09:31")
		}),
			"2026-10-05 10:00", strategy.LapseOffer, "", "2026-10-09 00:00", "offer_to_approve"},
		{"an offer lapses, and nothing harsher goes out meanwhile", madrid, both(offered(100), wrote), "2026-10-05 10:00", strategy.LapseOffer, "", "2026-10-20 00:00", "offer_until"},
		{"an accepted offer that is paid settles the case", madrid, func(t *testing.T, p *strategy.Person) {
			tell(t, p, 0, at(t, "2026-10-05 09:30"), debt.OfferMade{Offer: debt.Offer{Amount: money.EUR(123000), Until: on("2026-10-19")}})
			tell(t, p, 0, at(t, "2026-10-05 09:40"), debt.OfferEnded{Offer: p.Cases[0].Case.Offers[0].ID, State: debt.OfferAccepted})
			paid(123000, "2026-10-05")(t, p)
		}, "2026-10-05 19:00", strategy.CloseCase, "", "2026-10-05 19:00", "settled"},
	}
}

func TestClosedCaseDoesNothing(t *testing.T) {
	p := person(placeOf(t, "ES", "28001", ""), madrid.situation(t, "case-1"))
	put(p.Cases[0].Case, at(t, "2026-10-05 10:00"), debt.CaseClosed{Outcome: debt.Withdrawn})
	if d := p.Next(0, at(t, "2026-10-05 10:00")); !d.Final() || d.Outcome != debt.Withdrawn || d.Due(at(t, "2030-01-01 00:00")) {
		t.Errorf("a closed case goes on with %+v", d)
	}
	if f := p.Forecast(0, at(t, "2026-10-05 10:00"), at(t, "2030-01-01 00:00")); len(f) != 0 {
		t.Errorf("a closed case is forecast to do %+v", f)
	}
}

func TestHandoffGoesFromFirmToFirmAndThenToAPerson(t *testing.T) {
	p := person(placeOf(t, "ES", "28001", ""), madrid.situation(t, "case-1"))
	put(p.Cases[0].Case, at(t, "2026-10-05 08:00"), debt.EscalationAsked{Reason: "insolvency is near"})
	var got []string
	for _, d := range play(t, p, at(t, "2026-10-05 10:00"), at(t, "2026-12-01 00:00")) {
		got = append(got, string(d.Do)+" "+d.Decision.At.In(p.Place.Zone()).Format("2006-01-02 15:04"))
	}
	want := []string{
		"OfferHandoff 2026-10-05 10:00", "LapseHandoff 2026-10-16 00:00",
		"OfferHandoff 2026-10-16 09:00", "LapseHandoff 2026-10-27 00:00", "OpenTask 2026-10-27 00:00",
	}
	if !slices.Equal(got, want) {
		t.Errorf("went %v, want %v", got, want)
	}
	if h := p.Cases[0].Case.Handoffs; len(h) != 2 || h[0].Firm != "firm-1" || h[1].Firm != "firm-2" {
		t.Errorf("firms asked: %+v", h)
	}
}

func TestWithALawyerAllAutomaticContactEnds(t *testing.T) {
	l := madrid
	l.strategy = "fr-business"
	p := person(placeOf(t, "FR", "75001", ""), l.situation(t, "case-1"))
	c := p.Cases[0].Case
	put(c, at(t, "2026-10-05 08:00"), debt.EscalationAsked{Reason: "asked"})
	play(t, p, at(t, "2026-10-05 10:00"), at(t, "2026-10-06 10:00"))
	put(c, at(t, "2026-10-06 10:00"), debt.HandoffEnded{Handoff: c.Handoffs[0].ID, State: "accepted"})
	kinds := map[strategy.Act]int{}
	for _, d := range p.Forecast(0, at(t, "2026-10-06 10:00"), at(t, "2031-12-01 00:00")) {
		kinds[d.Do]++
	}
	if kinds[strategy.Control] < 20 || kinds[strategy.RaiseAlarm] < 3 {
		t.Errorf("want controls and alarms to go on: %v", kinds)
	}
	for act, n := range kinds {
		if act != strategy.Control && act != strategy.RaiseAlarm && act != strategy.ReviewHold {
			t.Errorf("%d × %s with a lawyer on the case", n, act)
		}
	}
}
