package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
)

var supervisor = debt.Actor{Role: debt.Supervisor, ID: "k2"}

// twoDebts opens a debt of one person to each of two creditors.
func twoDebts(t *testing.T, s *store.Store) (ids, debtors []string) {
	t.Helper()
	for n, name := range []string{"Acme", "Beta"} {
		k := storetest.Creditor(t, s, name)
		in := storetest.Submission(k.ID, n, due)
		in.Debtor.TaxID = "B12345674"
		in.Debtor.Contacts = append(in.Debtor.Contacts, debt.ContactPoint{Channel: "phone", Value: "+34600123456"})
		f := storetest.Case(t, s, in)
		ids, debtors = append(ids, f.Case.ID), append(debtors, f.Debtor.ID)
	}
	return ids, debtors
}

// point gives a debtor's contact point of a channel.
func point(t *testing.T, d record.Debtor, channel string) record.Point {
	t.Helper()
	i := slices.IndexFunc(d.Points, func(p record.Point) bool { return p.Channel == channel })
	if i < 0 {
		t.Fatalf("no %s among %+v", channel, d.Points)
	}
	return d.Points[i]
}

// kinds lists the kinds of a case's events.
func kinds(t *testing.T, s *store.Store, id string) []string {
	t.Helper()
	var out []string
	for _, e := range must(s.Timeline(ctx, id, 0, 100))(t) {
		out = append(out, e.Kind)
	}
	return out
}

func TestAnOptOutIsTakenBackForAllDebtsOfThePerson(t *testing.T) {
	s := storetest.At(t, start)
	ids, debtors := twoDebts(t, s)
	ok(t, s.OptOut(ctx, debtors[0], "email", "STOP", operator))
	before := must(s.Debtor(ctx, debtors[0]))(t)
	if p := point(t, before, "email"); !p.OptedOut || !slices.Equal(before.OptedOut, []string{"email"}) {
		t.Fatalf("after the opt-out: %+v, channels %v", p, before.OptedOut)
	}
	after := must(s.SetPoint(ctx, debtors[0], record.PointChange{ID: point(t, before, "email").ID, OptedOut: new(bool)}, supervisor))(t)
	if p := point(t, after, "email"); p.OptedOut || len(after.OptedOut) != 0 {
		t.Errorf("taken back, the point is %+v and the person refuses %v", p, after.OptedOut)
	}
	other := must(s.Debtor(ctx, debtors[1]))(t)
	if p := point(t, other, "email"); p.OptedOut || len(other.OptedOut) != 0 {
		t.Errorf("the person's other debtor still refuses: %+v, %v", p, other.OptedOut)
	}
	for _, id := range ids {
		got := kinds(t, s, id)
		if !slices.Contains(got, "opted_out") || got[len(got)-1] != "opted_in" {
			t.Errorf("case %s has the events %v", id, got)
		}
		mails := 0
		for _, d := range must(s.Forecast(ctx, id, start.AddDate(0, 3, 0)))(t) {
			if d.Channel == "email" {
				mails++
			}
		}
		if mails == 0 {
			t.Errorf("no e-mail is forecast for case %s", id)
		}
	}
	verified(t, s, ids...)
}

func TestChangingAPointLeavesThePersonsOptOutApart(t *testing.T) {
	s, url := frozen(t)
	_, debtors := twoDebts(t, s)
	ok(t, s.OptOut(ctx, debtors[0], "email", "STOP", operator))
	mail := point(t, must(s.Debtor(ctx, debtors[0]))(t), "email")
	valid := true
	d := must(s.SetPoint(ctx, debtors[0], record.PointChange{ID: mail.ID, Value: "otra@talleres.example", Valid: &valid}, supervisor))(t)
	if p := point(t, d, "email"); !p.OptedOut || p.Value != "otra@talleres.example" {
		t.Errorf("a new address undoes the opt-out: %+v", p)
	}
	if one[bool](t, url, `select opted_out from contact_points where id = $1`, mail.ID) {
		t.Error("the person's opt-out was written into the point")
	}
}

func TestAPointThatIsItselfRefusedStaysSo(t *testing.T) {
	s := storetest.At(t, start)
	_, debtors := twoDebts(t, s)
	ok(t, s.OptOut(ctx, debtors[0], "email", "STOP", operator))
	refused := true
	mine := point(t, must(s.Debtor(ctx, debtors[0]))(t), "email")
	must(s.SetPoint(ctx, debtors[0], record.PointChange{ID: mine.ID, OptedOut: &refused}, supervisor))(t)
	other := point(t, must(s.Debtor(ctx, debtors[1]))(t), "email")
	must(s.SetPoint(ctx, debtors[1], record.PointChange{ID: other.ID, OptedOut: new(bool)}, supervisor))(t)
	if p := point(t, must(s.Debtor(ctx, debtors[0]))(t), "email"); !p.OptedOut {
		t.Error("opening one address opened another that was refused by itself")
	}
	if p := point(t, must(s.Debtor(ctx, debtors[1]))(t), "email"); p.OptedOut {
		t.Error("the address that was opened is still closed")
	}
}

func TestARefusalOfSMSAloneIsShownAndTakenBack(t *testing.T) {
	s := storetest.At(t, start)
	ids, debtors := twoDebts(t, s)
	ok(t, s.OptOut(ctx, debtors[0], "sms", "STOP", operator))
	d := must(s.Debtor(ctx, debtors[0]))(t)
	if !slices.Equal(d.OptedOut, []string{"sms"}) || point(t, d, "phone").OptedOut {
		t.Errorf("shown as %v, the telephone %+v; want sms refused and calls not", d.OptedOut, point(t, d, "phone"))
	}
	if !d.Refuses(point(t, d, "phone")) || d.Refuses(point(t, d, "email")) {
		t.Error("what the telephone carries is refused in part, the e-mail not at all")
	}
	if f := must(s.File(ctx, ids[1]))(t); !slices.Equal(f.Debtor.OptedOut, []string{"sms"}) {
		t.Errorf("the case shows %v", f.Debtor.OptedOut)
	}
	d = must(s.SetPoint(ctx, debtors[0], record.PointChange{ID: point(t, d, "phone").ID, OptedOut: new(bool)}, supervisor))(t)
	if len(d.OptedOut) != 0 {
		t.Errorf("after it was taken back: %v", d.OptedOut)
	}
}

func TestAReportedOptInBindsAllDebts(t *testing.T) {
	s := storetest.At(t, start)
	ids, debtors := twoDebts(t, s)
	must(s.Record(ctx, ids[0], "out", debt.Actor{Role: debt.Debtor}, debt.OptedOut{Channel: "phone", How: "said so"}))(t)
	must(s.Record(ctx, ids[0], "in", debt.Actor{Role: debt.Debtor}, debt.OptedIn{Channel: "phone", How: "asked to be called"}))(t)
	if got := kinds(t, s, ids[1]); got[len(got)-1] != "opted_in" {
		t.Errorf("the other case has the events %v", got)
	}
	if d := must(s.Debtor(ctx, debtors[1]))(t); len(d.OptedOut) != 0 {
		t.Errorf("the person still refuses %v", d.OptedOut)
	}
	if _, err := s.Record(ctx, ids[0], "x", operator, debt.OptedIn{Channel: "pigeon"}); rule(err) != "channel_unknown" {
		t.Errorf("an unknown channel gives %v", err)
	}
	verified(t, s, ids...)
}

func TestTheTaskToCallEndsWhenTheLetterGoesOut(t *testing.T) {
	s, url := frozen(t)
	_, _, err := s.NewKey(ctx, record.Key{Role: debt.Agent})
	ok(t, err)
	k := storetest.Creditor(t, s, "Acme")
	in := storetest.Submission(k.ID, 1, due)
	in.Debtor.Contacts = append(in.Debtor.Contacts, debt.ContactPoint{Channel: "phone", Value: "+34600123456"})
	id := storetest.Case(t, s, in).Case.ID
	call := ""
	for range 20 {
		d := must(s.Decide(ctx, id))(t).Decision
		if d.At.After(must(s.Now(ctx))(t)) {
			ok(t, s.Advance(ctx, d.At))
		}
		must(s.Act(ctx, id, d, storetest.Deliver("outbox")))(t)
		if call != "" && d.Do.Sends() && d.Step+"/call" == call {
			break
		}
		if tasks := must(s.Tasks(ctx, "", "open", "", 10))(t); len(tasks) == 1 && call == "" {
			call = tasks[0].Step
		}
	}
	if call == "" {
		t.Fatal("no call was to be made")
	}
	if n := len(must(s.Tasks(ctx, "", "open", "", 10))(t)); n != 0 {
		t.Errorf("after the letter of %s went out %d tasks are still open", call, n)
	}
	if got := one[string](t, url, `select state || ' ' || result from tasks where step = $1`, call); got != "expired went_on" {
		t.Errorf("the call is %q", got)
	}
	if ended := one[time.Time](t, url, `select done_at from tasks where step = $1`, call); !ended.Equal(must(s.Now(ctx))(t)) {
		t.Errorf("the call ended at %s", ended)
	}
}

// TestNoCreditorLearnsWhoElseWasTold: an opt-out binds all debts of a person;
// who took it for another creditor, and in what words, stays there.
func TestNoCreditorLearnsWhoElseWasTold(t *testing.T) {
	s := storetest.At(t, start)
	ids, debtors := twoDebts(t, s)
	const words = "told Acme's desk: no more e-mail"
	ok(t, s.OptOut(ctx, debtors[0], "email", words, debt.Actor{Role: debt.Creditor, ID: "key-of-acme"}))
	last := func(id string) record.Entry {
		all := must(s.Timeline(ctx, id, 0, 100))(t)
		return all[len(all)-1]
	}
	if e := last(ids[0]); e.By.ID != "key-of-acme" || e.Data.(debt.OptedOut).How != words {
		t.Errorf("Acme's own case has %+v", e)
	}
	if e := last(ids[1]); e.Kind != "opted_out" || e.By != (debt.Actor{Role: debt.Engine}) || e.Data.(debt.OptedOut).How != "elsewhere" {
		t.Errorf("Beta's case has %+v", e)
	}
	verified(t, s, ids...)
}
