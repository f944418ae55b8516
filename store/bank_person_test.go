package store_test

import (
	"strings"
	"testing"

	"github.com/recobro/recobro/bank"
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store/storetest"
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

func TestALineThatWasMatchedWronglyIsTakenBack(t *testing.T) {
	s, url := frozen(t)
	k, c := debts(t, s, 3)
	take(t, s, k.ID, norma43(movement{"260925", "04", 50000, rfOf(t, c[0].Case.ID)}, movement{"260926", "04", 900, "hola"}))
	line := linesIn(t, s, k.ID, "booked")[0]
	if _, _, err := s.UndoLine(ctx, line.ID, "k1", ""); rule(err) != "missing" {
		t.Errorf("without a reason: %v", err)
	}
	if _, _, err := s.UndoLine(ctx, linesIn(t, s, k.ID, "unmatched")[0].ID, "k1", "x"); rule(err) != "line_unmatched" {
		t.Errorf("a line that is not booked: %v", err)
	}
	for range 2 { // the second time changes nothing
		x, _, err := s.UndoLine(ctx, line.ID, "k1", "another debtor of that name")
		ok(t, err)
		if x.State != "doubtful" || x.Why != "undone" || len(x.Parts) != 0 || x.Note != "another debtor of that name" || x.Task == "" {
			t.Fatalf("taken back it is %+v", x)
		}
	}
	first := must(s.File(ctx, c[0].Case.ID))(t).Case
	if first.Received() != money.EUR(0) || len(first.Payments) != 1 || !first.Payments[0].Reversed {
		t.Fatalf("the first case has %+v", first.Payments)
	}
	if n := one[int](t, url, `select count(*) from events where kind = 'payment_bounced'`); n != 0 {
		t.Fatalf("the bank is said to have taken back %d", n)
	}
	x, wake, err := s.MatchLine(ctx, line.ID, "k1", record.BankMatch{Parts: []bank.Part{
		{Case: c[2].Case.ID, Amount: money.EUR(20000)}, {Case: c[1].Case.ID, Amount: money.EUR(10000)}, {Case: c[0].Case.ID, Amount: money.EUR(20000)}}})
	ok(t, err)
	if x.State != "booked" || len(x.Parts) != 3 || len(wake) != 3 {
		t.Fatalf("matched anew it is %+v", x)
	}
	for i, want := range []int64{20000, 10000, 20000} {
		if got := must(s.File(ctx, c[i].Case.ID))(t).Case.Received(); got != money.EUR(want) {
			t.Errorf("case %d received %s", i, got)
		}
	}
	if open := must(s.Tasks(ctx, k.ID, "open", "", 10))(t); len(open) != 0 {
		t.Errorf("these are open: %+v", open)
	}
	must(s.Record(ctx, c[1].Case.ID, "b", operator, debt.PaymentBounced{Payment: partOf(x, c[1].Case.ID).Payment}))(t)
	if _, _, err := s.UndoLine(ctx, line.ID, "k1", "x"); rule(err) != "payment_taken_back" {
		t.Errorf("once the bank took a part of it back: %v", err)
	}
	verified(t, s, c[0].Case.ID, c[1].Case.ID, c[2].Case.ID)
}

// partOf gives the part of a line that is for a case.
func partOf(x record.BankLine, caseID string) record.BankPart {
	for _, p := range x.Parts {
		if p.Case == caseID {
			return p
		}
	}
	return record.BankPart{}
}

func TestAnUndoingThatIsCutOffIsTakenUpAgain(t *testing.T) {
	s, url := frozen(t)
	k, c := debts(t, s, 1)
	take(t, s, k.ID, norma43(movement{"260925", "04", 50000, rfOf(t, c[0].Case.ID)}))
	line := linesIn(t, s, k.ID, "booked")[0]
	ok(t, sql(t, url, `create function cut() returns trigger language plpgsql as $$ begin raise exception 'cut off'; end $$`))
	ok(t, sql(t, url, `create trigger cut before delete on bank_parts for each row execute function cut()`))
	if _, _, err := s.UndoLine(ctx, line.ID, "k1", "a mistake"); err == nil {
		t.Fatal("it was not cut off")
	}
	if _, _, err := s.MatchLine(ctx, line.ID, "k1", record.BankMatch{SetAside: true}); rule(err) != "line_undoing" {
		t.Errorf("meanwhile: %v", err)
	}
	ok(t, sql(t, url, `drop trigger cut on bank_parts`))
	must1(t)(s.WorkBank(ctx, 10))
	if x := must(s.BankLine(ctx, line.ID))(t); x.State != "doubtful" || x.Why != "undone" || len(x.Parts) != 0 {
		t.Fatalf("taken up again it is %+v", x)
	}
	if n := one[int](t, url, `select count(*) from events where kind = 'payment_reversed'`); n != 1 {
		t.Fatalf("it was taken back %d times", n)
	}
	verified(t, s, c[0].Case.ID)
}

func TestALineThatFailsHoldsUpNoOtherAndIsAPersonsInTheEnd(t *testing.T) {
	s, url := frozen(t)
	k, c := debts(t, s, 2)
	ok(t, sql(t, url, `create function cut() returns trigger language plpgsql as $$ begin raise exception 'the disk is full'; end $$`))
	ok(t, sql(t, url, `create trigger cut before insert on events for each row when (new.kind = 'payment_received' and new.case_id = '`+c[0].Case.ID+`') execute function cut()`))
	must(s.TakeStatements(ctx, record.BankFile{Creditor: k.ID}, norma43(movement{"260925", "04", 50000, rfOf(t, c[0].Case.ID)},
		movement{"260926", "04", 70000, rfOf(t, c[1].Case.ID)}, movement{"260927", "04", 600, "hola"}), operator))(t)
	round := func() (int, error) {
		n, _, err := s.WorkBank(ctx, 1)
		return n, err
	}
	if _, err := round(); err == nil {
		t.Fatal("the first line did not fail")
	}
	for range 2 {
		if n, err := round(); n != 1 || err != nil {
			t.Fatalf("the lines after it are held up: %d, %v", n, err)
		}
	}
	if _, err := round(); err == nil {
		t.Fatal("it is not tried again")
	}
	if n, err := round(); n != 0 || err != nil {
		t.Fatalf("it is not left alone: %d, %v", n, err)
	}
	for range 4 {
		ok(t, sql(t, url, `update bank_lines set retry_at = null`))
		if _, err := round(); err == nil {
			t.Fatal("it does not fail any more")
		}
	}
	lines := linesIn(t, s, k.ID, "doubtful")
	if len(lines) != 1 || lines[0].Why != "failed" || !strings.Contains(lines[0].Failure, "the disk is full") || lines[0].Task == "" || len(lines[0].Parts) != 0 {
		t.Fatalf("after six tries the lines are %+v", linesIn(t, s, k.ID, ""))
	}
	ok(t, sql(t, url, `drop trigger cut on events`))
	x, _, err := s.MatchLine(ctx, lines[0].ID, "k1", record.BankMatch{Parts: lines[0].Candidates[0].Parts})
	if err != nil || x.State != "booked" || x.Failure != "" {
		t.Fatalf("by a person it is %+v, %v", x, err)
	}
	if n := one[int](t, url, payments); n != 2 {
		t.Fatalf("%d payments were booked", n)
	}
}

// TestABookingThatStoodWhenItsLineWasGivenUpIsNotMadeTwice fails between the
// payment and the line, until a person is asked.
func TestABookingThatStoodWhenItsLineWasGivenUpIsNotMadeTwice(t *testing.T) {
	s, url := frozen(t)
	k, c := debts(t, s, 1)
	ok(t, sql(t, url, `create function cut() returns trigger language plpgsql as $$ begin if pg_trigger_depth() = 1 and new.n > 0 and old.booked is false
		and current_query() like 'update bank_parts set%' then raise exception 'cut off'; end if; return new; end $$`))
	ok(t, sql(t, url, `create trigger cut before update on bank_parts for each row execute function cut()`))
	must(s.TakeStatements(ctx, record.BankFile{Creditor: k.ID}, norma43(movement{"260925", "04", 50000, rfOf(t, c[0].Case.ID)}), operator))(t)
	for range 6 {
		ok(t, sql(t, url, `update bank_lines set retry_at = null`))
		if _, _, err := s.WorkBank(ctx, 1); err == nil {
			t.Fatal("it was not cut off")
		}
	}
	lines := linesIn(t, s, k.ID, "booked")
	if len(lines) != 1 || len(lines[0].Parts) != 1 || lines[0].Parts[0].Payment == "" || !lines[0].Parts[0].Booked {
		t.Fatalf("the line is %+v", linesIn(t, s, k.ID, ""))
	}
	if n := one[int](t, url, payments); n != 1 {
		t.Fatalf("%d payments were booked", n)
	}
}

func TestAnAccountOfTheOperatorPaysTheDebtsOfAllCreditors(t *testing.T) {
	s, url := frozen(t)
	k, c := debts(t, s, 1)
	other := must(s.SaveCreditor(ctx, record.Creditor{Name: "Other", Country: "ES", IBAN: "ES7000491500010512345678", Email: "a@other.example"}))(t)
	in := storetest.Submission(other.ID, 7, due)
	in.Debtor.Name = "Panadería La Espiga"
	d := storetest.Case(t, s, in)
	content := norma43Of("0001234567", movement{"260925", "04", 50000, rfOf(t, c[0].Case.ID)},
		movement{"260925", "04", 70000, rfOf(t, d.Case.ID)}, movement{"260926", "04", 1234, "TRANSFERENCIA DE PANADERIA LA ESPIGA"})
	f := take(t, s, "", content)
	if f.Booked != 2 || f.Doubtful != 1 || f.Creditor != "" || len(f.Strange) != 1 {
		t.Fatalf("the statement is %+v: %+v", f, linesIn(t, s, "", ""))
	}
	for id, want := range map[string]int64{c[0].Case.ID: 50000, d.Case.ID: 70000} {
		if got := must(s.File(ctx, id))(t).Case.Received(); got != money.EUR(want) {
			t.Errorf("case %s received %s", id, got)
		}
	}
	if tasks := must(s.Tasks(ctx, other.ID, "open", "", 10))(t); len(tasks) != 1 {
		t.Errorf("the doubtful line is asked about at its case's creditor: %+v", tasks)
	}
	if lines := linesIn(t, s, k.ID, ""); len(lines) != 0 {
		t.Errorf("a creditor is shown %d lines of the operator's account", len(lines))
	}
	before := one[int](t, url, `select count(*) from events`)
	if again := take(t, s, "", content); again.ID != f.ID || again.Booked != 2 {
		t.Errorf("the same file again is %+v", again)
	}
	if after := one[int](t, url, `select count(*) from events`); after != before {
		t.Errorf("it made %d events", after-before)
	}
	move := movement{"260928", "04", 1, "x"}
	for what, content := range map[string][]byte{
		"a creditor brings the operator's account":     norma43Of("0001234567", move),
		"a creditor brings the account of another one": []byte(strings.ReplaceAll(string(norma43Of("0512345678", move)), "21000418", "00491500")),
	} {
		if _, err := s.TakeStatements(ctx, record.BankFile{Creditor: k.ID}, content, operator); rule(err) != "account_of_another" {
			t.Errorf("%s: %v", what, err)
		}
	}
	verified(t, s, c[0].Case.ID, d.Case.ID)
}

func TestAFileIsGivenBackAsItCame(t *testing.T) {
	s, _ := frozen(t)
	k, _ := debts(t, s, 1)
	content := norma43(movement{"260925", "04", 1, "hola"})
	f := take(t, s, k.ID, content)
	if got := must(s.BankFileBytes(ctx, f.ID))(t); string(got) != string(content) {
		t.Fatalf("it is %q", got)
	}
}

func TestAReturnFindsAPaymentThatSomebodyReported(t *testing.T) {
	s, _ := frozen(t)
	k, c := debts(t, s, 2)
	for i := range 2 {
		must(s.Record(ctx, c[i].Case.ID, "told", operator, pays("2026-09-20")))(t)
	}
	take(t, s, k.ID, norma43(movement{"260925", "14", -50000, "DEVOLUCION AC04 " + rfOf(t, c[0].Case.ID)},
		movement{"260926", "14", -50000, "DEVOLUCION AC04 F-00002"}, movement{"260927", "14", -777, "DEVOLUCION AC04"}))
	if first := must(s.File(ctx, c[0].Case.ID))(t).Case; first.Payments[0].Bounced != calendar.Must("2026-09-25") {
		t.Errorf("by our reference: %+v", first.Payments)
	}
	asked := linesIn(t, s, k.ID, "doubtful")
	if len(asked) != 1 || asked[0].Task == "" || asked[0].Candidates[0].Parts[0].Payment == "" {
		t.Errorf("by the invoice alone a person is asked: %+v", asked)
	}
	if left := linesIn(t, s, k.ID, "unmatched"); len(left) != 1 || left[0].Why != "no_payment_to_take_back" {
		t.Errorf("the return of nothing that is known: %+v", left)
	}
}

func TestAReturnThatCameBeforeItsPaymentWasMatchedTakesItBack(t *testing.T) {
	s, _ := frozen(t)
	k, c := debts(t, s, 1)
	take(t, s, k.ID, norma43(movement{"260925", "04", 12300, "ANA RUIZ e2e: X-17"}, movement{"260928", "14", -12300, "DEVOLUCION AC04 e2e: X-17"}))
	line := linesIn(t, s, k.ID, "unmatched")[0]
	_, _, err := s.MatchLine(ctx, line.ID, "k1", record.BankMatch{Parts: []bank.Part{{Case: c[0].Case.ID, Amount: money.EUR(12300)}}})
	ok(t, err)
	must1(t)(s.WorkBank(ctx, 10))
	if p := must(s.File(ctx, c[0].Case.ID))(t).Case.Payments; len(p) != 1 || p[0].Bounced != calendar.Must("2026-09-28") {
		t.Fatalf("the payment is %+v: %+v", p, linesIn(t, s, k.ID, ""))
	}
}
