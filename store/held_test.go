package store_test

import (
	"slices"
	"testing"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store/storetest"
	"github.com/recobro/recobro/strategy"
)

func openDesk(t *testing.T) desk {
	t.Helper()
	s, url := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	return desk{t, s, url, storetest.Case(t, s, storetest.Submission(k.ID, 1, due)).Case.ID}
}

func (d desk) sent() int {
	d.Helper()
	return len(must(d.s.Messages(ctx, d.id, "", "", 200))(d.T))
}

func TestAWrongPersonIsWrittenToByNobody(t *testing.T) {
	d := openDesk(t)
	k := d.file().Debtor.Creditor
	other := storetest.Submission(k, 2, due)
	other.Debtor.Reference = d.file().Debtor.Party.Reference // another debt of the same debtor
	other.Debtor.Contacts, other.Debtor.Name = storetest.Submission(k, 1, due).Debtor.Contacts, d.file().Debtor.Party.Name
	second := storetest.Case(t, d.s, other).Case.ID
	d.tell(debt.HoldPlaced{Hold: debt.Hold{Reason: debt.HoldWrongPerson}})
	if p := d.file().Debtor.Points[0]; p.Valid {
		t.Errorf("the point still holds: %+v", p)
	}
	d.on(60)
	if n := len(must(d.s.Messages(ctx, second, "", "", 10))(t)); n+d.sent() > 0 {
		t.Errorf("%d messages went to somebody else", n+d.sent())
	}
	verified(t, d.s, d.id, second)
}

func TestARepresentativeTakesTheDebtorsPlace(t *testing.T) {
	d := openDesk(t)
	d.tell(debt.HoldPlaced{Hold: debt.Hold{Reason: debt.HoldRepresented, Until: calendar.DateOf(start).AddDays(300)}})
	d.on(40)
	if d.sent() > 0 {
		t.Error("a represented debtor was written to")
	}
	if kinds := tasksFor(t, d.s, d.id); !slices.Contains(kinds, "representative") {
		t.Errorf("asked for %v", kinds)
	}
	must(d.s.AddPoint(ctx, d.file().Debtor.ID, record.Point{Channel: "email", Value: "abogada@despacho.example", Valid: true, Representative: true}))(t)
	d.on(20)
	f := d.file()
	if d.sent() == 0 {
		t.Fatalf("the representative is not written to: next %+v", f.Next)
	}
	if own := record.Whom(f.Debtor.Points, false); len(own) != 1 || own[0].Value == "abogada@despacho.example" {
		t.Errorf("the debtor's own points are %+v", own)
	}
	d.tell(debt.HoldEnded{Hold: f.Case.Holds[0].ID})
	must(d.s.SetPoint(ctx, f.Debtor.ID, record.PointChange{ID: record.Whom(f.Debtor.Points, false)[0].ID, Valid: new(bool)}, operator))(t)
	before := d.sent()
	d.on(40)
	if d.sent() != before {
		t.Error("the representative is written to though there is none any more")
	}
	verified(t, d.s, d.id)
}

const gentleYAML = `
name: gentle
version: 1
country: ES
debtor: business
contact: {days: [mon, tue, wed, thu, fri], hours: ["09:00-20:00"], gap_days: 21, message_max: 1, message_days: 21, calls_max: 1, calls_days: 21}
steps:
  - {name: gentle, stage: negotiation, offset: 1, letter: reminder_1, channels: [email]}
  - {name: claim, stage: extrajudicial_claim, offset: 200, act: claim, letter: extrajudicial_claim, channels: [email]}
  - {name: handoff, stage: legal_handoff, offset: 300, act: handoff}
promises: {max_days: 60}
disputes: {answer_days: 14}
guard: {days: 90}
handoff: {accept_days: 10}
control_days: 60
`

const usualYAML = `
name: usual
version: 1
country: ES
debtor: business
contact: {days: [mon, tue, wed, thu, fri], hours: ["09:00-20:00"], gap_days: 7, message_max: 1, message_days: 7, calls_max: 1, calls_days: 7}
steps:
  - {name: firm, stage: negotiation, offset: 1, letter: reminder_2, channels: [email]}
  - {name: claim, stage: extrajudicial_claim, offset: 200, act: claim, letter: extrajudicial_claim, channels: [email]}
  - {name: handoff, stage: legal_handoff, offset: 300, act: handoff}
promises: {max_days: 60}
disputes: {answer_days: 14}
hardship: {strategy: gentle}
guard: {days: 90}
handoff: {accept_days: 10}
control_days: 60
`

func TestHardshipIsOnItsOwnStrategyAndGoesBackByItself(t *testing.T) {
	d := openDesk(t)
	d.tell(debt.HoldPlaced{Hold: debt.Hold{Reason: debt.HoldHardship, Until: calendar.DateOf(start).AddDays(5)}})
	if c := d.file().Case; c.Strategy != "es-business@1" || c.Holds[0].Strategy != "" {
		t.Errorf("without a strategy of its own the case is on %s, %+v", c.Strategy, c.Holds)
	}
	d.on(7)
	for _, y := range []string{gentleYAML, usualYAML} {
		must(d.s.SaveStrategy(ctx, []byte(y)))(t)
	}
	d.tell(debt.StrategyMoved{Strategy: "usual"})
	until := calendar.DateOf(must(d.s.Now(ctx))(t)).AddDays(30)
	d.tell(debt.HoldPlaced{Hold: debt.Hold{Reason: debt.HoldHardship, Until: until}})
	if c := d.file().Case; c.Strategy != "gentle@1" || c.Holds[0].Back != "usual@1" {
		t.Fatalf("the case is on %s, %+v", c.Strategy, c.Holds)
	}
	foreseen := must(d.s.Forecast(ctx, d.id, must(d.s.Now(ctx))(t).AddDate(0, 0, 60)))(t)
	var said, did []string
	for _, x := range foreseen {
		said = append(said, string(x.Do)+" "+x.Step)
	}
	d.on(60)
	for _, e := range must(d.s.Timeline(ctx, d.id, 0, 200))(t) {
		if m, is := e.Data.(debt.MessageReserved); is && e.Seq > d.file().Case.Seq-20 {
			did = append(did, m.Mark.Step)
		}
	}
	if c := d.file().Case; c.Strategy != "usual@1" || len(c.Holds) != 0 {
		t.Errorf("hardship is over, and the case is on %s, %+v", c.Strategy, c.Holds)
	}
	if !slices.Contains(said, "SendEmail gentle") || !slices.Contains(said, "SendEmail firm") || !slices.Contains(did, "gentle") || !slices.Contains(did, "firm") {
		t.Errorf("forecast %v, sent %v", said, did)
	}
	verified(t, d.s, d.id)
}

func TestAStudyThatClosesACaseComesBackOnItsDay(t *testing.T) {
	d := openDesk(t)
	k := d.file().Debtor.Creditor
	earlier := storetest.Submission(k, 7, due.AddDays(-100))
	earlier.Debtor = storetest.Submission(k, 1, due).Debtor
	paid := storetest.Case(t, d.s, earlier).Case.ID
	must(d.s.Record(ctx, paid, "p", operator, debt.PaymentReceived{Amount: money.EUR(2000_00), Received: calendar.DateOf(start)}))(t)
	d.on(2)
	review := calendar.DateOf(start).AddDays(90)
	d.tell(debt.StudyMade{Study: debt.Study{Finding: debt.NotCollectable, Review: review, Close: true, Solvency: debt.Solvency{Result: "insolvent", Source: "manual"}}})
	c := d.file().Case
	if c.Outcome != debt.Uncollectable {
		t.Fatalf("closed as %q", c.Outcome)
	}
	if h := c.Studies[0].History; h.Debts != 1 || h.Share != 100 || h.DaysLate < 100 || h.Since.IsZero() || h.Volume != money.EUR(1250_00) {
		t.Errorf("its history is %+v", h)
	}
	tasks := must(d.s.Tasks(ctx, "", "open", "", 10))(t)
	if len(tasks) != 1 || tasks[0].Kind != "look_again" || tasks[0].Due != review || len(off(t, d.s)) > 0 {
		t.Fatalf("tasks %+v, off %v", tasks, off(t, d.s))
	}
	d.on(95)
	if found := off(t, d.s); !slices.Equal(found, []string{strategy.TaskOverdue}) {
		t.Errorf("on its day the closed case is listed as %v", found)
	}
	d.tell(debt.StudyMade{Study: debt.Study{Finding: debt.Collectable}})
	d.tell(debt.CaseReopened{Reason: "an heir pays"})
	if tasks := must(d.s.Tasks(ctx, "", "open", "", 10))(t); len(tasks) > 0 {
		t.Errorf("reopened, and still to be looked at: %+v", tasks)
	}
	verified(t, d.s, d.id, paid)
}

func TestWhoWasRightIsToldByAPersonOnceTheCaseIsClosed(t *testing.T) {
	d := openDesk(t)
	d.tell(debt.Disputed{ID: "d-1", Reason: "not_ordered"})
	d.tell(debt.DisputeResolved{Dispute: "d-1", State: debt.DisputeWon})
	if kinds := tasksFor(t, d.s, d.id); !slices.Equal(kinds, []string{"dispute_answer"}) {
		t.Errorf("tasks %v", kinds)
	}
	verified(t, d.s, d.id)
}
