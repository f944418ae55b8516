package store_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/evidence"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
	"github.com/recobro/recobro/strategy"
)

// sql runs a statement on the database beside the store.
func sql(t *testing.T, url, statement string, args ...any) error {
	t.Helper()
	conn := must(pgx.Connect(ctx, url))(t)
	defer conn.Close(ctx)
	_, err := conn.Exec(ctx, statement, args...)
	return err
}

// one reads a single value.
func one[T any](t *testing.T, url, query string, args ...any) T {
	t.Helper()
	conn := must(pgx.Connect(ctx, url))(t)
	defer conn.Close(ctx)
	var v T
	ok(t, conn.QueryRow(ctx, query, args...).Scan(&v))
	return v
}

// frozen gives a store that stands still at start, and its database.
func frozen(t *testing.T) (*store.Store, string) {
	t.Helper()
	url := storetest.URL(t)
	s := storetest.Open(t, url)
	ok(t, s.Freeze(ctx, start))
	return s, url
}

// drive plays the open cases on until an instant: each due case acts.
func drive(t *testing.T, s *store.Store, until time.Time) {
	t.Helper()
	for range 5000 {
		at, any, err := s.NextInstant(ctx)
		ok(t, err)
		if !any || at.After(until) {
			ok(t, s.Advance(ctx, until))
			return
		}
		if now := must(s.Now(ctx))(t); at.After(now) {
			ok(t, s.Advance(ctx, at))
		}
		now := must(s.Now(ctx))(t)
		for _, id := range must(s.Due(ctx, now))(t) {
			next := must(s.Decide(ctx, id))(t)
			if next.Decision.Due(now) {
				must(s.Act(ctx, id, next.Decision, storetest.Deliver("outbox")))(t)
			}
		}
	}
	t.Fatal("the cases do not come to rest")
}

func TestCapsCountOverTwoCreditorsOfOnePerson(t *testing.T) {
	s, _ := frozen(t)
	var ids []string
	for n, name := range []string{"Acme", "Beta"} {
		k := storetest.Creditor(t, s, name)
		in := storetest.Submission(k.ID, n, due)
		in.Debtor.TaxID, in.Debtor.Name = "B12345674", "Talleres Quevedo"
		ids = append(ids, storetest.Case(t, s, in).Case.ID)
	}
	drive(t, s, start.AddDate(0, 2, 0))
	st := must(s.Strategies(ctx))(t)
	var rules strategy.ContactRules
	for _, x := range st {
		if x.Name == "es-business" {
			rules = x.Contact
		}
	}
	var days []calendar.Date
	madrid := must(time.LoadLocation("Europe/Madrid"))(t)
	per := map[string]int{}
	for _, m := range must(s.Messages(ctx, "", "", "", 100))(t) {
		if m.Purpose != strategy.Service {
			days = append(days, calendar.DateOf(m.Reserved.In(madrid)))
			per[m.Case]++
		}
	}
	if per[ids[0]] == 0 || per[ids[1]] == 0 {
		t.Fatalf("messages by case: %v", per)
	}
	for i := 1; i < len(days); i++ {
		if gap := days[i-1].Days(days[i]); gap < rules.GapDays {
			t.Errorf("%s and %s are %d days apart, want %d", days[i-1], days[i], gap, rules.GapDays)
		}
	}
	verified(t, s, ids...)
}

func TestAMergedMessageCoversSiblings(t *testing.T) {
	s, _ := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	var ids []string
	for n := range 3 {
		in := storetest.Submission(k.ID, n, due)
		in.Debtor = storetest.Submission(k.ID, 1, due).Debtor
		ids = append(ids, storetest.Case(t, s, in).Case.ID)
	}
	for _, id := range ids {
		must(s.Decide(ctx, id))(t)
	}
	want := toSend(t, s, ids[0])
	must(s.Act(ctx, ids[0], want, storetest.Deliver("outbox")))(t)
	list := must(s.Messages(ctx, "", "", "", 10))(t)
	if len(list) != 1 || len(list[0].Covers) != 2 {
		t.Fatalf("%d messages, the first covers %v", len(list), list[0].Covers)
	}
	if got := must(s.Messages(ctx, ids[2], "", "", 10))(t); len(got) != 1 || got[0].ID != list[0].ID {
		t.Errorf("the sibling shows %d messages", len(got))
	}
	woken := must(s.Unacknowledged(ctx, -time.Second, 10, 0))(t)
	if len(woken) != 2 {
		t.Errorf("to wake: %v, want the two siblings of %s", woken, ids[0])
	}
	for _, id := range ids[1:] {
		f := must(s.File(ctx, id))(t)
		if n := len(f.Case.Marks); n == 0 || f.Case.Marks[n-1].Message != list[0].ID || f.Case.Marks[n-1].State != "sent" {
			t.Errorf("marks of the sibling: %+v", f.Case.Marks)
		}
		next := must(s.Act(ctx, id, want, storetest.Deliver("outbox")))(t)
		if next.Decision.Same(want) && next.Decision.Due(must(s.Now(ctx))(t)) {
			t.Errorf("the sibling would send the same again")
		}
	}
	if n := len(must(s.Messages(ctx, "", "", "", 10))(t)); n != 1 {
		t.Errorf("%d messages in the end", n)
	}
	verified(t, s, ids...)
}

func TestAPaymentWakesSiblingsThatMoveForward(t *testing.T) {
	s, _ := frozen(t)
	k, other := storetest.Creditor(t, s, "Acme"), storetest.Creditor(t, s, "Beta")
	a := storetest.Submission(k.ID, 1, due)
	a.Debtor.TaxID = "B12345674"
	b := storetest.Submission(other.ID, 1, due)
	b.Debtor.TaxID = "B12345674"
	first, second := storetest.Case(t, s, a), storetest.Case(t, s, b)
	must(s.Decide(ctx, first.Case.ID))(t)
	before := must(s.Decide(ctx, second.Case.ID))(t)
	must(s.Record(ctx, first.Case.ID, "p", operator, payAll(t, s, first.Case.ID)))(t)
	after := must(s.File(ctx, second.Case.ID))(t)
	if !after.Next.At.Before(before.Decision.At) {
		t.Fatalf("the sibling did not wait for the other: %s, then %s", before.Decision.At, after.Next.At)
	}
	woken := must(s.Unacknowledged(ctx, -time.Second, 10, 0))(t)
	if len(woken) != 2 {
		t.Errorf("to wake: %v, want both", woken)
	}
	must(s.Decide(ctx, second.Case.ID))(t)
	if woken := must(s.Unacknowledged(ctx, -time.Second, 10, 0))(t); len(woken) != 1 || woken[0] != first.Case.ID {
		t.Errorf("to wake after the sibling decided: %v", woken)
	}
}

func TestNobodyIsNamedInStateOrDecision(t *testing.T) {
	s, url := frozen(t)
	k := storetest.Creditor(t, s, "Acme Recambios")
	in := storetest.Submission(k.ID, 1, due)
	in.Debtor.TaxID, in.Debtor.Name, in.Debtor.Street = "B12345674", "Quevedo Villegas", "Calle del Niño 9"
	in.Debtor.Contacts = append(in.Debtor.Contacts, debt.ContactPoint{Channel: "phone", Value: "+34600123456"})
	f := storetest.Case(t, s, in)
	must(s.Record(ctx, f.Case.ID, "n", operator, debt.Noted{Text: "Quevedo calls back"}))(t)
	drive(t, s, start.AddDate(0, 3, 0))
	text := one[string](t, url, `select string_agg(state::text || next::text, ' ') from cases`) +
		one[string](t, url, `select string_agg(e::text, ' ') from events e`) +
		one[string](t, url, `select string_agg(l::text, ' ') from ledger_entries l`)
	for _, secret := range []string{"Quevedo", "Villegas", "Niño", "B12345674", "talleres.example", "600123456", "Recambios"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q stands in the state, the decision or an event's row", secret)
		}
	}
	if !strings.Contains(one[string](t, url, `select string_agg(convert_from(payload, 'UTF8'), ' ') from event_payloads`), "Quevedo calls back") {
		t.Error("the note is not on the record")
	}
}

func TestVerifyDetectsAChange(t *testing.T) {
	tests := []struct {
		rule, sql string
		want      error
	}{
		{"a changed payload", `update event_payloads set payload = convert_to(replace(convert_from(payload, 'UTF8'), '500.00', '900.00'), 'UTF8')`, evidence.ErrPayload},
		{"a changed state", `update cases set state = jsonb_set(state, '{principal,amount}', '"1.00"')`, store.ErrState},
		{"a cut tail", `alter table events disable trigger all; alter table ledger_entries disable trigger all;
			delete from ledger_entries where seq > 1; delete from event_payloads where seq > 1; delete from events where seq > 1`, evidence.ErrGap},
		{"a changed actor", `alter table events disable trigger all; update events set by_role = 'agent' where seq = 2`, evidence.ErrLink},
		{"an erased payload is no change", `delete from event_payloads where seq = 2`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			s, url := frozen(t)
			k := storetest.Creditor(t, s, "Acme")
			f := storetest.Case(t, s, storetest.Submission(k.ID, 1, due))
			must(s.Record(ctx, f.Case.ID, "p", operator, debt.PaymentReceived{Amount: money.EUR(50000), Received: calendar.Day(2026, time.October, 1)}))(t)
			verified(t, s, f.Case.ID)
			ok(t, sql(t, url, tt.sql))
			if err := s.Verify(ctx, f.Case.ID); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func TestEventsAndLedgerAreAppendOnly(t *testing.T) {
	s, url := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	storetest.Case(t, s, storetest.Submission(k.ID, 1, due))
	for _, statement := range []string{
		`update events set kind = 'noted'`, `delete from events`, `truncate events cascade`,
		`update ledger_entries set amount = 0`, `delete from ledger_entries`,
	} {
		if err := sql(t, url, statement); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

func TestWakingAroundAClosing(t *testing.T) {
	s, _ := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	id := storetest.Case(t, s, storetest.Submission(k.ID, 1, due)).Case.ID
	woken := func() int { return len(must(s.Unacknowledged(ctx, -time.Second, 10, 0))(t)) }
	if woken() != 1 {
		t.Error("a new case is not to be woken")
	}
	must(s.Decide(ctx, id))(t)
	if woken() != 0 {
		t.Error("a case that decided is to be woken")
	}
	must(s.Record(ctx, id, "c", operator, debt.CaseClosed{Outcome: debt.Withdrawn, Reason: "the creditor asked"}))(t)
	if woken() != 1 {
		t.Error("a closing by a person does not wake the case")
	}
	if next := must(s.Decide(ctx, id))(t); !next.Decision.Final() || !next.Wake.IsZero() {
		t.Errorf("a closed case does %s", next.Decision.Do)
	}
	must(s.Record(ctx, id, "n", operator, debt.Noted{Text: "filed away"}))(t)
	if woken() != 0 {
		t.Error("a note on a closed case wakes it")
	}
	must(s.Record(ctx, id, "r", operator, debt.CaseReopened{Reason: "withdrawn by mistake"}))(t)
	if woken() != 1 {
		t.Error("a reopened case is not to be woken")
	}
	if next := must(s.Decide(ctx, id))(t); next.Decision.Final() {
		t.Error("a reopened case has nothing to do")
	}
	verified(t, s, id)
}

func TestTheClockFreezesAdvancesAndThaws(t *testing.T) {
	s, _ := frozen(t)
	if now := must(s.Now(ctx))(t); !now.Equal(start) {
		t.Errorf("now is %s", now)
	}
	k := storetest.Creditor(t, s, "Acme")
	f := storetest.Case(t, s, storetest.Submission(k.ID, 1, due))
	if !f.Case.Opened.Equal(start) {
		t.Errorf("opened at %s", f.Case.Opened)
	}
	later := start.Add(48 * time.Hour)
	ok(t, s.Advance(ctx, later))
	if err := s.Advance(ctx, start); rule(err) != "clock_backwards" {
		t.Errorf("going back gives %v", err)
	}
	if err := s.Freeze(ctx, start); rule(err) != "clock_backwards" {
		t.Errorf("freezing the past gives %v", err)
	}
	got := must(s.Record(ctx, f.Case.ID, "n", operator, debt.Noted{Text: "x"}))(t)
	line := must(s.Timeline(ctx, f.Case.ID, 1, 10))(t)
	if len(line) != 1 || !line[0].At.Equal(later) {
		t.Errorf("%d events after the first, of case %s: %+v", len(line), got.Case.ID, line)
	}
	next := must(s.Decide(ctx, f.Case.ID))(t)
	wait := time.Until(next.Wake)
	if want := next.Decision.At.Sub(later); (wait - want).Abs() > time.Minute {
		t.Errorf("the wake-up comes in %s, want %s", wait, want)
	}
	ok(t, s.Thaw(ctx))
	now, offset, still, err := s.ClockState(ctx)
	ok(t, err)
	if still || now.Before(later) || now.Sub(later) > time.Minute || (time.Now().Add(offset).Sub(now)).Abs() > time.Minute {
		t.Errorf("after the thaw: %s, offset %s, frozen %v", now, offset, still)
	}
	if err := s.Advance(ctx, later.AddDate(1, 0, 0)); rule(err) != "clock_runs" {
		t.Errorf("advancing a running clock gives %v", err)
	}
}

func TestForecastIsWhatHappens(t *testing.T) {
	s, _ := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	id := storetest.Case(t, s, storetest.Submission(k.ID, 1, due)).Case.ID
	until := start.AddDate(0, 3, 0)
	want := must(s.Forecast(ctx, id, until))(t)
	var sends []string
	for _, d := range want {
		if d.Do.Sends() {
			sends = append(sends, fmt.Sprint(d.Do, d.Step, d.At.UTC()))
		}
	}
	drive(t, s, until)
	var sent []string
	for _, m := range must(s.Messages(ctx, id, "", "", 100))(t) {
		act := map[string]strategy.Act{"email": strategy.SendEmail, "sms": strategy.SendSMS, "whatsapp": strategy.SendWhatsApp}[m.Channel]
		if m.Purpose == strategy.LegalNotice {
			act = strategy.IssueClaim
		}
		sent = append(sent, fmt.Sprint(act, m.Step, m.Reserved))
	}
	if len(sends) < 3 || fmt.Sprint(sends) != fmt.Sprint(sent) {
		t.Errorf("forecast\n%s\nsent\n%s", strings.Join(sends, "\n"), strings.Join(sent, "\n"))
	}
	verified(t, s, id)
}

func TestImports(t *testing.T) {
	s, _ := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	storetest.Case(t, s, storetest.Submission(k.ID, 3, due))
	rows := func() []record.ImportRow {
		var rows []record.ImportRow
		for n := range 40 {
			rows = append(rows, record.ImportRow{Row: n + 2, Submission: storetest.Submission("", n, due)})
		}
		rows[5].Errors = []record.ImportError{{Row: 7, Field: "principal", Rule: "number", Detail: "not a number"}}
		rows[6].Submission.Principal = money.EUR(-1)
		return rows
	}
	first := must(s.StartImport(ctx, k.ID, "octubre.csv", rows()))(t)
	if first.State != "running" || first.Total != 40 || first.Rejected != 1 {
		t.Errorf("at the start: %+v", first)
	}
	if again := must(s.StartImport(ctx, k.ID, "otra.csv", rows()))(t); again.ID != first.ID {
		t.Errorf("the same content again is import %s, want %s", again.ID, first.ID)
	}
	total, woken := 0, 0
	for {
		worked, wake, err := s.WorkImport(ctx, 15)
		ok(t, err)
		if worked == 0 {
			break
		}
		total, woken = total+worked, woken+len(wake)
	}
	got := must(s.Import(ctx, first.ID))(t)
	if got.State != "done" || got.Accepted != 37 || got.Known != 1 || got.Rejected != 2 || got.Finished.IsZero() {
		t.Errorf("in the end: %+v", got)
	}
	if total != 39 || woken != 37 {
		t.Errorf("%d rows worked, %d cases to wake", total, woken)
	}
	if len(got.Errors) != 2 || got.Errors[0].Row != 7 || got.Errors[1].Row != 8 || got.Errors[1].Field == "" {
		t.Errorf("errors: %+v", got.Errors)
	}
	if again := must(s.StartImport(ctx, k.ID, "octubre.csv", rows()))(t); again.ID != first.ID || again.State != "done" {
		t.Errorf("sent again when done: %+v", again)
	}
}

func TestAStopBindsAtOnceAndLifts(t *testing.T) {
	for _, scope := range []string{"installation", "creditor", "case", "channel"} {
		t.Run(scope, func(t *testing.T) {
			s, _ := frozen(t)
			k := storetest.Creditor(t, s, "Acme")
			id := storetest.Case(t, s, storetest.Submission(k.ID, 1, due)).Case.ID
			want := toSend(t, s, id)
			of := map[string]string{"creditor": k.ID, "case": id, "channel": want.Channel}[scope]
			st, woken, err := s.PlaceStop(ctx, record.Stop{Scope: scope, Of: of, Reason: "wrong letters", By: "k1"})
			ok(t, err)
			if len(woken) != 1 || woken[0] != id {
				t.Errorf("planned anew: %v", woken)
			}
			must(s.Act(ctx, id, want, storetest.Deliver("outbox")))(t)
			if n := len(must(s.Messages(ctx, id, "", "", 10))(t)); n != 0 {
				t.Errorf("%d messages under a stop", n)
			}
			must(s.LiftStop(ctx, st.ID, "k1"))(t)
			must(s.Act(ctx, id, want, storetest.Deliver("outbox")))(t)
			if n := len(must(s.Messages(ctx, id, "", "", 10))(t)); n != 1 {
				t.Errorf("%d messages after it was lifted", n)
			}
		})
	}
}

func TestADailyLimitMovesTheRestToTheNextDay(t *testing.T) {
	s, _ := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	k.Limits.DailyEmail = 2
	must(s.SaveCreditor(ctx, k))(t)
	for n := range 5 {
		storetest.Case(t, s, storetest.Submission(k.ID, n, due))
	}
	drive(t, s, start.AddDate(0, 0, 6))
	madrid := must(time.LoadLocation("Europe/Madrid"))(t)
	per := map[calendar.Date]int{}
	first := map[string]bool{}
	for _, m := range must(s.Messages(ctx, "", "", "", 100))(t) {
		per[calendar.DateOf(m.Reserved.In(madrid))]++
		first[m.Case] = true
	}
	for day, n := range per {
		if n > 2 {
			t.Errorf("%d messages on %s, want at most 2", n, day)
		}
	}
	if len(first) != 5 {
		t.Errorf("%d cases were written to, want 5: %v", len(first), per)
	}
}

func TestAnOptOutBindsThePerson(t *testing.T) {
	s, _ := frozen(t)
	var ids []string
	for n, name := range []string{"Acme", "Beta"} {
		k := storetest.Creditor(t, s, name)
		in := storetest.Submission(k.ID, n, due)
		in.Debtor.TaxID = "B12345674"
		ids = append(ids, storetest.Case(t, s, in).Case.ID)
	}
	must(s.Record(ctx, ids[0], "o", debt.Actor{Role: debt.Debtor}, debt.OptedOut{Channel: "email", How: "STOP"}))(t)
	for _, id := range ids {
		f := must(s.File(ctx, id))(t)
		if !f.Debtor.Points[0].OptedOut || f.Next.Channel == "email" {
			t.Errorf("case %s: points %+v, next by %q", id, f.Debtor.Points, f.Next.Channel)
		}
		line := must(s.Timeline(ctx, id, 1, 10))(t)
		if len(line) != 1 || line[0].Kind != "opted_out" {
			t.Errorf("case %s has %d further events", id, len(line))
		}
	}
	verified(t, s, ids...)
}

func TestADeadPointIsNotUsedAgain(t *testing.T) {
	s, id, want := live(t)
	m, _, err := s.Reserve(ctx, id, want, storetest.Deliver("smtp"))
	ok(t, err)
	f := must(s.File(ctx, id))(t)
	must(s.SetPoint(ctx, f.Debtor.ID, record.PointChange{ID: f.Debtor.Points[0].ID, Value: m.To}, operator))(t)
	must(s.Settle(ctx, m.ID, record.Delivery{State: "failed", Code: "550", DeadPoint: true}))(t)
	f = must(s.File(ctx, id))(t)
	if f.Debtor.Points[0].Valid || f.Next.Channel == "email" {
		t.Errorf("points %+v, next by %q", f.Debtor.Points, f.Next.Channel)
	}
	mails := func() (n int) {
		for _, d := range must(s.Forecast(ctx, id, start.AddDate(0, 6, 0)))(t) {
			if d.Channel == "email" {
				n++
			}
		}
		return n
	}
	if n := mails(); n != 0 {
		t.Errorf("%d e-mails are forecast to a dead address", n)
	}
	f2 := must(s.AddPoint(ctx, f.Debtor.ID, record.Point{Channel: "email", Value: "New@Talleres.example"}))(t)
	if len(f2.Points) != 2 || !f2.Points[1].Valid {
		t.Errorf("points %+v", f2.Points)
	}
	if mails() == 0 {
		t.Error("no e-mail is forecast to the new address")
	}
}

func TestTheLedgerAddsUpToTheStatement(t *testing.T) {
	s, url := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	id := storetest.Case(t, s, storetest.Submission(k.ID, 1, due)).Case.ID
	day := calendar.Day(2026, time.October, 1)
	must(s.Record(ctx, id, "1", operator, debt.PaymentReceived{Amount: money.EUR(50000), Received: day}))(t)
	must(s.Record(ctx, id, "2", operator, debt.PaymentReceived{ID: "early", Amount: money.EUR(20000), Received: day.AddDays(-5)}))(t)
	must(s.Record(ctx, id, "3", operator, debt.PaymentBounced{Payment: "early", On: day}))(t)
	st := must(s.Statement(ctx, id, day))(t)
	booked := one[int64](t, url, `select (sum(amount) * 100)::bigint from ledger_entries where component = 'principal'`)
	if booked != st.Open["principal"].Cents {
		t.Errorf("the ledger has %d of principal open, the statement %s", booked, st.Open["principal"])
	}
	if row := one[int64](t, url, `select (open_principal * 100)::bigint from cases`); row != booked {
		t.Errorf("the row has %d", row)
	}
	total := must(s.Totals(ctx))(t)
	if len(total.Recovered) != 1 || total.Recovered[0] != money.EUR(50000) || total.OpenPrincipal[0].Cents != booked {
		t.Errorf("totals: %+v", total)
	}
	verified(t, s, id)
}

func TestMigratingAMigratedRecordChangesNothing(t *testing.T) {
	url := storetest.URL(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := store.Migrate(ctx, url); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	ok(t, storetest.Open(t, url).Ping(ctx))
}

func TestListsFilter(t *testing.T) {
	s, _ := frozen(t)
	a, b := storetest.Creditor(t, s, "Acme"), storetest.Creditor(t, s, "Beta")
	for n := range 3 {
		storetest.Case(t, s, storetest.Submission(a.ID, n, due))
	}
	in := storetest.Submission(b.ID, 9, due)
	in.Debtor.Name = "María Ñúñez"
	f := storetest.Case(t, s, in)
	must(s.Record(ctx, f.Case.ID, "h", operator, debt.HoldPlaced{Hold: debt.Hold{Reason: debt.HoldHardship, Until: calendar.Day(2026, time.October, 20)}}))(t)
	yes, no := true, false
	tests := []struct {
		rule string
		f    record.Filter
		want int
	}{
		{"all", record.Filter{}, 4},
		{"a creditor's", record.Filter{Creditor: a.ID}, 3},
		{"by the beginning of a reference", record.Filter{Query: "f-0000"}, 4},
		{"a wildcard is a letter", record.Filter{Query: "%"}, 0},
		{"by a word of the name", record.Filter{Query: "ñúñ"}, 1},
		{"a name of another creditor's", record.Filter{Query: "ñúñez", Creditor: a.ID}, 0},
		{"by hold", record.Filter{Hold: "hardship"}, 1},
		{"by stage", record.Filter{Stage: "closed"}, 0},
		{"open", record.Filter{Open: &yes}, 4},
		{"closed", record.Filter{Open: &no}, 0},
		{"overdue", record.Filter{Overdue: true}, 0},
		{"with a firm", record.Filter{Firm: "none"}, 0},
		{"of a debtor", record.Filter{Debtor: f.Debtor.ID}, 1},
		{"a page", record.Filter{Limit: 2}, 2},
		{"after the last", record.Filter{After: f.Case.ID}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			if got := must(s.Cases(ctx, tt.f))(t); len(got) != tt.want {
				t.Errorf("%d cases, want %d", len(got), tt.want)
			}
		})
	}
	row := must(s.Cases(ctx, record.Filter{Hold: "hardship"}))(t)[0]
	if row.Debtor != "María Ñúñez" || row.Principal != money.EUR(125000) || row.Due != due || len(row.Holds) != 1 || row.Next.At.IsZero() {
		t.Errorf("row: %+v", row)
	}
}
