package store_test

import (
	"strings"
	"testing"

	"github.com/recobro/recobro/bank"
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
)

// pays is a payment of 500 euros on a day.
func pays(on string) debt.PaymentReceived {
	return debt.PaymentReceived{Amount: money.EUR(50000), Received: calendar.Must(on), Method: "transfer"}
}

func TestAPaymentThatTheBankBroughtIsNotReportedAgain(t *testing.T) {
	s, _ := frozen(t)
	k, c := debts(t, s, 2)
	take(t, s, k.ID, norma43(movement{"260925", "04", 50000, "PAGO " + rfOf(t, c[0].Case.ID)}))
	first := linesIn(t, s, k.ID, "booked")[0]
	report := func(i int, key string, f debt.PaymentReceived) error {
		_, err := s.Record(ctx, c[i].Case.ID, key, operator, f)
		return err
	}
	for _, on := range []string{"2026-09-25", "2026-09-18"} {
		err := report(0, "a "+on, pays(on))
		if rule(err) != "known_from_bank" || !strings.Contains(err.Error(), first.Parts[0].Payment) || !strings.Contains(err.Error(), first.ID) {
			t.Fatalf("the payment of %s is refused as %q: %v", on, rule(err), err)
		}
	}
	if got := must(s.File(ctx, c[0].Case.ID))(t).Case.Received(); got != money.EUR(50000) {
		t.Fatalf("what was refused left %s", got)
	}
	ok(t, report(0, "b", pays("2026-09-17")))
	ok(t, report(1, "b", pays("2026-09-25")))
	other := pays("2026-09-25")
	other.Amount = money.EUR(49999)
	ok(t, report(0, "c", other))
	another := pays("2026-09-25")
	another.Another = true
	for range 2 { // the second time changes nothing
		ok(t, report(0, "d", another))
	}
	if got := must(s.File(ctx, c[0].Case.ID))(t).Case.Received(); got != money.EUR(50000*3+49999) {
		t.Fatalf("four payments come to %s", got)
	}
	f := must(s.Record(ctx, c[0].Case.ID, "e", operator, debt.PaymentBounced{Payment: first.Parts[0].Payment, On: calendar.Must("2026-09-25")}))(t)
	if err := report(0, "f", pays("2026-09-25")); err != nil {
		t.Fatalf("once the bank took it back: %v (%+v)", err, f.Case.Payments)
	}
	verified(t, s, c[0].Case.ID, c[1].Case.ID)
}

// TestAPaymentReportedWhileItsLineIsBookedIsAskedAbout reports the payment when
// the line was looked at already, and is not booked yet.
func TestAPaymentReportedWhileItsLineIsBookedIsAskedAbout(t *testing.T) {
	s, url := frozen(t)
	k, c := debts(t, s, 1)
	ok(t, sql(t, url, `create function cut() returns trigger language plpgsql as $$ begin raise exception 'cut off'; end $$`))
	ok(t, sql(t, url, `create trigger cut before insert on events for each row when (new.kind = 'payment_received') execute function cut()`))
	must(s.TakeStatements(ctx, record.BankFile{Creditor: k.ID}, norma43(movement{"260925", "04", 50000, rfOf(t, c[0].Case.ID)}), operator))(t)
	if _, _, err := s.WorkBank(ctx, 10); err == nil {
		t.Fatal("the booking was not cut off")
	}
	ok(t, sql(t, url, `drop trigger cut on events`))
	must(s.Record(ctx, c[0].Case.ID, "told", operator, pays("2026-09-24")))(t)
	must1(t)(s.WorkBank(ctx, 10))
	lines := linesIn(t, s, k.ID, "doubtful")
	if len(lines) != 1 || lines[0].Why != "known_from_report" || lines[0].Task == "" || len(lines[0].Parts) != 0 {
		t.Fatalf("the line is %+v", linesIn(t, s, k.ID, ""))
	}
	if got := must(s.File(ctx, c[0].Case.ID))(t).Case.Received(); got != money.EUR(50000) {
		t.Fatalf("one payment is %s", got)
	}
}

func TestTheTaskOfALineEndsWhenItIsSaidWhatTheLineIs(t *testing.T) {
	s, _ := frozen(t)
	k, c := debts(t, s, 2)
	take(t, s, k.ID, norma43(movement{"260925", "04", 10000, "TRANSFERENCIA DE TALLERES QUEVEDO"}))
	line := linesIn(t, s, k.ID, "doubtful")[0]
	_, err := s.FinishTask(ctx, line.Task, "k1", "done")
	if rule(err) != "task_of_bank_line" || !strings.Contains(err.Error(), "/v1/bank-lines/"+line.ID+"/match") {
		t.Fatalf("finished by a word: %v", err)
	}
	task := must(s.Tasks(ctx, k.ID, "open", "", 10))(t)[0]
	if _, err = s.Record(ctx, task.Case, "call", operator, debt.CallLogged{Outcome: debt.CallRightParty, Task: line.Task}); rule(err) != "task_of_bank_line" {
		t.Fatalf("finished by a call: %v", err)
	}
	_, _, err = s.MatchLine(ctx, line.ID, "k1", record.BankMatch{Parts: []bank.Part{{Case: c[1].Case.ID, Amount: money.EUR(10000)}}})
	ok(t, err)
	if open := must(s.Tasks(ctx, k.ID, "open", "", 10))(t); len(open) != 0 {
		t.Fatalf("once it is said, these are open: %+v", open)
	}
}
