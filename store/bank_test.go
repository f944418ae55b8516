package store_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/bank"
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/ident"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
)

// movement is one of a statement of Norma 43 that a test makes.
type movement struct {
	day   string // YYMMDD
	code  string // common concept
	cents int64
	text  string
}

// norma43 writes a statement of an account with nothing on it before.
func norma43(moves ...movement) []byte { return norma43Of("0200051332", moves...) }

func norma43Of(account string, moves ...movement) []byte {
	sum, count, total := int64(0), [2]int{}, [2]int64{}
	rows := []string{fmt.Sprintf("1121000418%s2609012610312%014d9783%-26s   ", account, 0, "OWNER")}
	for _, m := range moves {
		side, abs := 1, m.cents
		if m.cents < 0 {
			side, abs = 0, -m.cents
		}
		sum, count[side], total[side] = sum+m.cents, count[side]+1, total[side]+abs
		rows = append(rows, fmt.Sprintf("22    0418%s%s%s007%d%014d%010d%012d%16s", m.day, m.day, m.code, side+1, abs, 0, 0, ""),
			fmt.Sprintf("2301%-76s", m.text))
	}
	sign := 2
	if sum < 0 {
		sign = 1
	}
	rows = append(rows, fmt.Sprintf("3321000418%s%05d%014d%05d%014d%d%014d978    ", account, count[0], total[0], count[1], total[1], sign, max(sum, -sum)))
	rows = append(rows, fmt.Sprintf("88999999999999999999%06d%54s", len(rows), ""))
	return []byte(strings.Join(rows, "\r\n") + "\r\n")
}

func rfOf(t *testing.T, caseID string) string {
	t.Helper()
	return must(ident.PaymentReference(caseID))(t)
}

// take puts a file on the record and works its lines.
func take(t *testing.T, s *store.Store, creditor string, content []byte) record.BankFile {
	t.Helper()
	f := must(s.TakeStatements(ctx, record.BankFile{Creditor: creditor, Name: "september"}, content, operator))(t)
	_, _, err := s.WorkBank(ctx, 1000)
	ok(t, err)
	return must(s.BankFile(ctx, f.ID))(t)
}

// linesIn gives the lines of a creditor in a state, in order.
func linesIn(t *testing.T, s *store.Store, creditor, state string) []record.BankLine {
	t.Helper()
	return must(s.BankLines(ctx, creditor, state, "", 500))(t)
}

// debts opens n cases of one creditor.
func debts(t *testing.T, s *store.Store, n int) (record.Creditor, []record.File) {
	t.Helper()
	k := storetest.Creditor(t, s, "Acme")
	var out []record.File
	for i := range n {
		out = append(out, storetest.Case(t, s, storetest.Submission(k.ID, i+1, due)))
	}
	return k, out
}

const payments = `select count(*) from events where kind = 'payment_received'`

func TestAStatementIsBookedWhereItIsSure(t *testing.T) {
	s, url := frozen(t)
	k, c := debts(t, s, 3)
	content := norma43(
		movement{"260925", "04", 50000, "TRANSFERENCIA DE ALGUIEN " + ident.Grouped(rfOf(t, c[0].Case.ID))},
		movement{"260925", "04", 125000, "pago factura F-00002"},
		movement{"260926", "04", 3333, "hola"},
		movement{"260926", "04", 10000, "TRANSFERENCIA DE TALLERES QUEVEDO"},
		movement{"260928", "14", -50000, "DEVOLUCION AC04 " + rfOf(t, c[0].Case.ID)},
		movement{"260930", "17", -125, "COMISION"})
	f := take(t, s, k.ID, content)
	f.ID, f.SHA256 = "", ""
	f.Created = start
	want := record.BankFile{Creditor: k.ID, Name: "september", Format: bank.Norma43, Accounts: []string{"ES9121000418450200051332"},
		Total: 6, Booked: 3, Doubtful: 1, Unmatched: 1, Other: 1, Created: start}
	if fmt.Sprintf("%+v", f) != fmt.Sprintf("%+v", want) {
		for _, x := range linesIn(t, s, k.ID, "") {
			t.Logf("%s %q (reference %q) is %s (%s): %+v", x.Line.Amount, x.Line.Text, x.Line.Reference, x.State, x.Why, x.Candidates)
		}
		t.Fatalf("got  %+v\nwant %+v", f, want)
	}
	first := must(s.File(ctx, c[0].Case.ID))(t).Case
	if len(first.Payments) != 1 || first.Payments[0].Amount != money.EUR(50000) || first.Payments[0].Received.String() != "2026-09-25" ||
		first.Payments[0].Bounced.String() != "2026-09-28" {
		t.Errorf("the payment that was returned stands as %+v", first.Payments)
	}
	if second := must(s.File(ctx, c[1].Case.ID))(t).Case; second.Received() != money.EUR(125000) {
		t.Errorf("the second case received %s", second.Received())
	}
	line := linesIn(t, s, k.ID, "doubtful")[0]
	if line.Why != "several_candidates" || len(line.Candidates) < 2 {
		t.Errorf("three debtors of one name are %+v", line)
	}
	if tasks := must(s.Tasks(ctx, k.ID, "open", "", 10))(t); len(tasks) != 1 || tasks[0].ID != line.Task || tasks[0].Kind != "match_payment" {
		t.Errorf("the tasks are %+v", tasks)
	}
	verified(t, s, c[0].Case.ID, c[1].Case.ID, c[2].Case.ID)

	before := one[int](t, url, `select count(*) from events`)
	if again := take(t, s, k.ID, content); again.Total != 6 || again.Known != 0 || again.Booked != 3 {
		t.Errorf("the same file again is %+v", again)
	}
	more := norma43(movement{"260926", "04", 3333, "hola"}, movement{"260928", "14", -50000, "DEVOLUCION AC04 " + rfOf(t, c[0].Case.ID)},
		movement{"261001", "04", 100, "adios"})
	if later := take(t, s, k.ID, more); later.Total != 3 || later.Known != 2 || later.Unmatched != 1 {
		t.Errorf("a file that overlaps is %+v", later)
	}
	if after := one[int](t, url, `select count(*) from events`); after != before {
		t.Errorf("files that bring nothing new made %d events", after-before)
	}
}

func TestABookingThatIsCutOffIsTakenUpAgainAndMadeOnce(t *testing.T) {
	for _, c := range []struct{ rule, table, when string }{
		{"before the payment is written", "events", "before insert on events for each row when (new.kind = 'payment_received')"},
		{"after the payment, before the line knows of it", "bank_parts", "before update on bank_parts for each row"},
		{"after all payments, before the line is done", "bank_lines", "before update on bank_lines for each row when (new.state = 'booked')"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			s, url := frozen(t)
			k, cases := debts(t, s, 2)
			ok(t, sql(t, url, `create function cut() returns trigger language plpgsql as $$ begin raise exception 'cut off'; end $$`))
			ok(t, sql(t, url, `create trigger cut `+c.when+` execute function cut()`))
			f := must(s.TakeStatements(ctx, record.BankFile{Creditor: k.ID}, norma43(
				movement{"260925", "04", 50000, rfOf(t, cases[0].Case.ID)}, movement{"260925", "04", 777, "hola"}), operator))(t)
			if _, _, err := s.WorkBank(ctx, 100); err == nil || !strings.Contains(err.Error(), "cut off") {
				t.Fatalf("the failure is told as %v", err)
			}
			if now := must(s.BankFile(ctx, f.ID))(t); now.Pending != 1 || now.Unmatched != 1 {
				t.Fatalf("the line that failed, and the one after it, are %+v", now)
			}
			ok(t, sql(t, url, `drop trigger cut on `+c.table))
			_, wake, err := s.WorkBank(ctx, 100)
			ok(t, err)
			if now := must(s.BankFile(ctx, f.ID))(t); now.Booked != 1 || now.Pending != 0 {
				t.Fatalf("taken up again the file is %+v", now)
			}
			if n := one[int](t, url, payments); n != 1 {
				t.Fatalf("%d payments were booked", n)
			}
			if c.table != "bank_lines" && (len(wake) != 1 || wake[0] != cases[0].Case.ID) {
				t.Fatalf("to wake: %v", wake)
			}
			verified(t, s, cases[0].Case.ID)
		})
	}
}

func TestManyWhoWorkAtOnceBookEachLineOnce(t *testing.T) {
	s, url := frozen(t)
	k, cases := debts(t, s, 3)
	var moves []movement
	for i := range 24 {
		moves = append(moves, movement{"260925", "04", int64(100 + i), rfOf(t, cases[i%3].Case.ID)})
	}
	must(s.TakeStatements(ctx, record.BankFile{Creditor: k.ID}, norma43(moves...), operator))(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 4 {
				if _, _, err := s.WorkBank(ctx, 7); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for len(linesIn(t, s, k.ID, "pending")) > 0 {
		must1(t)(s.WorkBank(ctx, 100))
	}
	if n := one[int](t, url, payments); n != 24 {
		t.Fatalf("24 lines made %d payments", n)
	}
	if n := len(linesIn(t, s, k.ID, "booked")); n != 24 {
		t.Fatalf("%d lines are booked", n)
	}
}

// must1 ends the test at the error of a round of work.
func must1(t *testing.T) func(int, []string, error) {
	return func(_ int, _ []string, err error) {
		t.Helper()
		ok(t, err)
	}
}

func TestOneTransferForThreeDebtsIsProposedAsASplit(t *testing.T) {
	s, _ := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	var ids []string
	total := money.EUR(0)
	for n := range 3 {
		in := storetest.Submission(k.ID, n+1, due)
		in.Debtor.Reference, in.Debtor.Name, in.Principal = "C-1", "Conservas Ribera Alta", money.EUR(int64(10000*(n+1)))
		in.Debtor.Contacts[0].Value = "pagos@ribera.example"
		f := storetest.Case(t, s, in)
		ids = append(ids, f.Case.ID)
		total = total.Plus(must(s.Statement(ctx, f.Case.ID, due.AddDays(5)))(t).Balance)
	}
	take(t, s, k.ID, norma43(movement{"260925", "04", total.Cents, "TRANSFERENCIA DE CONSERVAS RIBERA ALTA"}))
	lines := linesIn(t, s, k.ID, "doubtful")
	if len(lines) != 1 || len(lines[0].Candidates) == 0 || len(lines[0].Candidates[0].Parts) != 3 {
		t.Fatalf("the transfer of %s is %+v", total, lines)
	}
	x, wake, err := s.MatchLine(ctx, lines[0].ID, "", record.BankMatch{Parts: lines[0].Candidates[0].Parts})
	ok(t, err)
	if x.State != "booked" || len(wake) != 3 {
		t.Fatalf("confirmed it is %+v, to wake %v", x, wake)
	}
	for _, id := range ids {
		if f := must(s.File(ctx, id))(t); len(f.Case.Payments) != 1 {
			t.Errorf("case %s has %d payments", id, len(f.Case.Payments))
		}
	}
	verified(t, s, ids...)
}

func TestAPersonSaysWhatALineIs(t *testing.T) {
	s, url := frozen(t)
	k, c := debts(t, s, 2)
	stranger := storetest.Case(t, s, storetest.Submission(storetest.Creditor(t, s, "Other").ID, 9, due))
	take(t, s, k.ID, norma43(movement{"260925", "04", 10000, "hola"}, movement{"260926", "04", 500, "adios"}, movement{"260926", "17", -125, "COMISION"}))
	open := linesIn(t, s, k.ID, "unmatched")
	line, aside, fee := open[0].ID, open[1].ID, linesIn(t, s, k.ID, "other")[0].ID
	part := func(id string, cents int64) bank.Part { return bank.Part{Case: id, Amount: money.EUR(cents)} }
	for _, x := range []struct {
		rule, line, want string
		in               record.BankMatch
	}{
		{"nothing", line, "missing", record.BankMatch{}},
		{"too little", line, "sum_differs", record.BankMatch{Parts: []bank.Part{part(c[0].Case.ID, 9999)}}},
		{"a negative part", line, "not_positive", record.BankMatch{Parts: []bank.Part{part(c[0].Case.ID, 10001), part(c[1].Case.ID, -1)}}},
		{"another currency", line, "currency_differs", record.BankMatch{Parts: []bank.Part{{Case: c[0].Case.ID, Amount: money.Of(10000, "USD")}}}},
		{"another creditor's case", line, "case_unknown", record.BankMatch{Parts: []bank.Part{part(stranger.Case.ID, 10000)}}},
		{"a payment where none is taken back", line, "payment_of_reversal", record.BankMatch{Parts: []bank.Part{{Case: c[0].Case.ID, Amount: money.EUR(10000), Payment: "p"}}}},
		{"aside and shared", line, "set_aside_has_parts", record.BankMatch{SetAside: true, Parts: []bank.Part{part(c[0].Case.ID, 10000)}}},
		{"a fee", fee, "not_money_in", record.BankMatch{Parts: []bank.Part{part(c[0].Case.ID, 125)}}},
	} {
		if _, _, err := s.MatchLine(ctx, x.line, "k1", x.in); rule(err) != x.want {
			t.Errorf("%s: refused as %q (%v), want %q", x.rule, rule(err), err, x.want)
		}
	}
	shared := record.BankMatch{Parts: []bank.Part{part(c[0].Case.ID, 4000), part(c[1].Case.ID, 6000)}, Note: "by telephone"}
	for range 2 { // the second time changes nothing
		x, _, err := s.MatchLine(ctx, line, "k1", shared)
		ok(t, err)
		if x.State != "booked" || x.Decided != "k1" || x.Note != "by telephone" || len(x.Parts) != 2 || !x.Parts[1].Booked {
			t.Fatalf("shared it is %+v", x)
		}
	}
	if _, _, err := s.MatchLine(ctx, line, "k1", record.BankMatch{Parts: []bank.Part{part(c[0].Case.ID, 10000)}}); rule(err) != "line_booked" {
		t.Errorf("booked otherwise: %v", err)
	}
	if x, _, err := s.MatchLine(ctx, aside, "k1", record.BankMatch{SetAside: true}); err != nil || x.State != "set_aside" {
		t.Errorf("set aside: %+v, %v", x, err)
	}
	if n := one[int](t, url, payments); n != 2 {
		t.Errorf("%d payments were booked", n)
	}
	if _, _, err := s.MatchLine(ctx, "nobody", "k1", shared); !errors.Is(err, record.ErrNotFound) {
		t.Errorf("a line that is not there: %v", err)
	}
}

func TestALineThatItsCaseRefusesGoesToAPerson(t *testing.T) {
	s, url := frozen(t)
	k, c := debts(t, s, 1)
	f := take(t, s, k.ID, norma43(movement{"261020", "04", 10000, rfOf(t, c[0].Case.ID)})) // a day that has not come
	lines := linesIn(t, s, k.ID, "doubtful")
	if f.Doubtful != 1 || len(lines) != 1 || !strings.HasPrefix(lines[0].Why, "refused_") || lines[0].Task == "" || len(lines[0].Parts) != 0 {
		t.Fatalf("%+v: %+v", f, lines)
	}
	if n := one[int](t, url, payments); n != 0 {
		t.Fatalf("%d payments were booked", n)
	}
	_, _, err := s.MatchLine(ctx, lines[0].ID, "k1", record.BankMatch{Parts: []bank.Part{{Case: c[0].Case.ID, Amount: money.EUR(10000)}}})
	var no *debt.Refusal
	if !errors.As(err, &no) || must(s.BankLine(ctx, lines[0].ID))(t).State != "doubtful" {
		t.Fatalf("a person is told %v", err)
	}
	ok(t, s.Freeze(ctx, start.AddDate(0, 1, 0)))
	x, _, err := s.MatchLine(ctx, lines[0].ID, "k1", record.BankMatch{Parts: []bank.Part{{Case: c[0].Case.ID, Amount: money.EUR(10000)}}})
	if err != nil || x.State != "booked" {
		t.Fatalf("once the day has come: %+v, %v", x, err)
	}
}

func TestMoneyToMatchIsAskedAboutWhetherItsCaseIsOpenOrNot(t *testing.T) {
	s, _ := frozen(t)
	k, c := debts(t, s, 2)
	closed := func(i int) {
		must(s.Record(ctx, c[i].Case.ID, "", operator, debt.CaseClosed{Outcome: debt.Withdrawn, Reason: "an error"}))(t)
	}
	closed(0)
	take(t, s, k.ID, norma43(movement{"260925", "04", 50000, "PAGO " + rfOf(t, c[0].Case.ID)},
		movement{"260926", "04", 10000, "TRANSFERENCIA DE TALLERES QUEVEDO"}))
	closed(1)
	if open := must(s.Tasks(ctx, k.ID, "open", "", 10))(t); len(open) != 2 {
		t.Errorf("of two lines that a person has to match these are asked about: %+v", open)
	}
	for _, x := range c {
		ok(t, s.Verify(ctx, x.Case.ID))
	}
	for _, x := range linesIn(t, s, k.ID, "doubtful") {
		_, _, err := s.MatchLine(ctx, x.ID, "", record.BankMatch{SetAside: true})
		ok(t, err)
	}
	if open := must(s.Tasks(ctx, k.ID, "open", "", 10))(t); len(open) > 0 {
		t.Errorf("lines that were set aside are still asked about: %+v", open)
	}
}

func TestWhatCannotBeReadLeavesNothing(t *testing.T) {
	s, url := frozen(t)
	k, c := debts(t, s, 1)
	content := norma43(movement{"260925", "04", 10000, rfOf(t, c[0].Case.ID)})
	var m *bank.Malformed
	if _, err := s.TakeStatements(ctx, record.BankFile{Creditor: k.ID}, content[:len(content)-90], operator); !errors.As(err, &m) || m.Line == 0 {
		t.Errorf("a file cut off: %v", err)
	}
	if _, err := s.TakeStatements(ctx, record.BankFile{Creditor: "nobody"}, content, operator); rule(err) != "creditor_unknown" {
		t.Errorf("no creditor: %v", err)
	}
	if n := one[int](t, url, `select count(*) from bank_files`); n != 0 {
		t.Fatalf("%d files are kept", n)
	}
	take(t, s, k.ID, content)
	other := storetest.Creditor(t, s, "Other")
	if _, err := s.TakeStatements(ctx, record.BankFile{Creditor: other.ID}, norma43(movement{"260925", "04", 1, "x"}), operator); rule(err) != "account_of_another" {
		t.Errorf("an account of another: %v", err)
	}
}

// camt writes a statement in camt.053 with one payment of a day.
func camt(day, cents, text string) []byte {
	bal := func(code, sum string) string {
		return `<Bal><Tp><CdOrPrtry><Cd>` + code + `</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">` + sum + `</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>` + day + `</Dt></Dt></Bal>`
	}
	return []byte(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr/><Stmt><Id>1</Id>
		<Acct><Id><IBAN>ES9121000418450200051332</IBAN></Id><Ccy>EUR</Ccy></Acct>` + bal("OPBD", "0") + bal("CLBD", cents) + `
		<Ntry><Amt Ccy="EUR">` + cents + `</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>` + day + `</Dt></BookgDt>
		<AcctSvcrRef>X1</AcctSvcrRef><NtryDtls><TxDtls><RmtInf><Ustrd>` + text + `</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
		</Stmt></BkToCstmrStmt></Document>`)
}

func TestAMovementThatComesInBothFormatsIsBookedOnce(t *testing.T) {
	s, url := frozen(t)
	k, c := debts(t, s, 1)
	rf := rfOf(t, c[0].Case.ID)
	take(t, s, k.ID, norma43(movement{"260925", "04", 50000, rf}))
	again := take(t, s, k.ID, camt("2026-09-25", "500.00", rf))
	lines := linesIn(t, s, k.ID, "doubtful")
	if again.Doubtful != 1 || len(lines) != 1 || lines[0].Why != "known_from_other_format" || lines[0].Task == "" {
		t.Fatalf("%+v: %+v", again, lines)
	}
	next := take(t, s, k.ID, camt("2026-09-26", "500.00", rf))
	if n := one[int](t, url, payments); next.Booked != 1 || n != 2 {
		t.Fatalf("the payment of another day is %+v; %d payments", next, n)
	}
}

// TestTheCasesThatALinePointsToAreFoundByIndex keeps the search from reading a
// whole portfolio for each line.
func TestAPaymentThatWasReportedIsNotBookedAgain(t *testing.T) {
	s, _ := frozen(t)
	k, c := debts(t, s, 3)
	told := func(i int, on string) string {
		f := must(s.Record(ctx, c[i].Case.ID, "told "+on, operator, debt.PaymentReceived{Amount: money.EUR(50000), Received: calendar.Must(on), Method: "transfer"}))(t)
		return f.Made.(debt.PaymentReceived).ID
	}
	told(0, "2026-09-23")
	told(1, "2026-09-10")
	returned := told(2, "2026-09-24")
	must(s.Record(ctx, c[2].Case.ID, "returned", operator, debt.PaymentBounced{Payment: returned, On: calendar.Must("2026-09-24")}))(t)
	var moves []movement
	for _, x := range c {
		moves = append(moves, movement{"260925", "04", 50000, "PAGO " + rfOf(t, x.Case.ID)})
	}
	moves = append(moves, movement{"260926", "04", 50000, "PAGO " + rfOf(t, c[1].Case.ID)}) // the same again, a day later
	f := take(t, s, k.ID, norma43(moves...))
	lines := linesIn(t, s, k.ID, "doubtful")
	if f.Booked != 3 || len(lines) != 1 || lines[0].Why != "known_from_report" || lines[0].Candidates[0].Parts[0].Case != c[0].Case.ID || lines[0].Task == "" {
		t.Fatalf("%+v, in doubt: %+v", f, lines)
	}
	if got := must(s.File(ctx, c[0].Case.ID))(t).Case.Received(); got != money.EUR(50000) {
		t.Errorf("one payment, reported and on the statement, is %s", got)
	}
	x, _, err := s.MatchLine(ctx, lines[0].ID, "k1", record.BankMatch{Parts: lines[0].Candidates[0].Parts})
	if err != nil || x.State != "booked" {
		t.Errorf("a person who says that it is another: %+v, %v", x, err)
	}
}

func TestTheCasesThatALinePointsToAreFoundByIndex(t *testing.T) {
	s, url := frozen(t)
	debts(t, s, 3)
	const rest = `debtor_id, person_id, submission_hash, country, region, stage, outcome, due_on, currency, principal, strategy, holds,
		state, head, last_seq, decided_seq, nudged, wall_woken_at, next_do, next_at, next, opened_at, closed_at, last_at`
	ok(t, sql(t, url, `insert into cases (id, creditor_id, reference, open_principal, `+rest+`)
		select gen_random_uuid()::text, creditor_id, 'X-' || n, n, `+rest+` from cases cross join generate_series(1, 20000) n where reference = 'F-00001'`))
	ok(t, sql(t, url, `analyze cases`))
	for _, condition := range []string{
		`left(right(id, 16), 11) = any(array['abc-0123456'])`,
		`right(id, 10) = any(array['0123456789'])`,
		`creditor_id = 'x' and tight_reference(reference) = any(array['F00002', 'F00003'])`,
		`creditor_id = 'x' and tight_reference(reference) ~>=~ 'F0000' and tight_reference(reference) ~<~ ('F0000' || '~')`,
		`creditor_id = 'x' and reverse(tight_reference(reference)) ~>=~ '2000' and reverse(tight_reference(reference)) ~<~ ('2000' || '~')`,
		`creditor_id = 'x' and open and currency = 'EUR' and open_principal = 123.45`,
	} {
		plan := planned(t, url, `select id from cases where `+condition)
		if strings.Contains(plan, "Seq Scan") {
			t.Errorf("%s reads every case: %s", condition, plan)
		}
	}
}

// planned says how PostgreSQL would answer a query.
func planned(t *testing.T, url, query string) string {
	t.Helper()
	conn := must(pgx.Connect(ctx, url))(t)
	defer conn.Close(ctx)
	rows := must(conn.Query(ctx, "explain "+query))(t)
	return strings.Join(must(pgx.CollectRows(rows, pgx.RowTo[string]))(t), "\n")
}

// BenchmarkWorkBank looks at lines of which each names its case, books them, and
// finds them among 60,000 cases of the creditor that are alike.
func BenchmarkWorkBank(b *testing.B) {
	url := storetest.URL(b)
	s := storetest.Open(b, url)
	if err := s.Freeze(ctx, start); err != nil {
		b.Fatal(err)
	}
	k := storetest.Creditor(b, s, "Acme")
	const n = 50
	ids := make([]string, n)
	for i := range n {
		ids[i] = storetest.Case(b, s, storetest.Submission(k.ID, i+1, due)).Case.ID
	}
	alike(b, url, 60000)
	moves := make([]movement, b.N)
	for i := range moves {
		rf, err := ident.PaymentReference(ids[i%n])
		if err != nil {
			b.Fatal(err)
		}
		moves[i] = movement{"260925", "04", int64(100 + i), "TRANSFERENCIA DE TALLERES QUEVEDO " + rf}
	}
	f, err := s.TakeStatements(ctx, record.BankFile{Creditor: k.ID}, norma43(moves...), operator)
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for worked := 0; worked < b.N; {
		n, _, err := s.WorkBank(ctx, 500)
		if err != nil {
			b.Fatal(err)
		}
		worked += n
	}
	b.StopTimer()
	if f, err = s.BankFile(ctx, f.ID); err != nil || f.Booked != b.N {
		b.Fatalf("%+v, %v", f, err)
	}
}

// alike adds n cases that differ from the first in who owes them alone.
func alike(b *testing.B, url string, n int) {
	b.Helper()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(ctx)
	for _, text := range []string{
		fmt.Sprintf(`create temp table more as select gen_random_uuid()::text as id, n from generate_series(1, %d) n`, n),
		`insert into persons (id, country, postal_code, zone, created_at) select 'z-' || n, 'ES', '28013', 'Europe/Madrid', '2026-01-01' from more`,
		`insert into debtors (id, creditor_id, person_id, reference, kind, name, country, postal_code, created_at)
			select 'z-' || n, (select min(id) from creditors), 'z-' || n, 'X-' || n, 'business', 'Talleres Quevedo ' || n, 'ES', '28013', '2026-01-01' from more`,
		`insert into cases (id, creditor_id, debtor_id, person_id, reference, submission_hash, country, region, stage, due_on, currency, principal,
				open_principal, strategy, holds, state, head, last_seq, decided_seq, next_do, next_at, next, opened_at)
			select m.id, creditor_id, 'z-' || n, 'z-' || n, 'X-' || n, submission_hash, country, region, stage, due_on, currency, principal, open_principal,
				strategy, holds, state || jsonb_build_object('id', m.id, 'debtor', 'z-' || n, 'person', 'z-' || n, 'reference', 'X-' || n),
				head, last_seq, decided_seq, next_do, next_at, next, opened_at
			from (select * from cases order by id limit 1) c, more m`,
		`analyze`,
	} {
		if _, err := conn.Exec(ctx, text); err != nil {
			b.Fatal(err)
		}
	}
}
