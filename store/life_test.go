package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store/storetest"
	"github.com/recobro/recobro/strategy"
)

// report makes up what somebody may report of a case.
func report(r *rand.Rand, f record.File, today calendar.Date) debt.Fact {
	switch half := money.EUR(f.Balance.Cents / 2); r.IntN(8) {
	case 0:
		return debt.PaymentReceived{Amount: f.Balance, Received: today}
	case 1:
		return debt.PaymentReceived{Amount: money.EUR(f.Balance.Cents/3 + 1), Received: today.AddDays(-r.IntN(20))}
	case 2:
		return debt.PromiseMade{Amount: f.Balance, PayBy: today.AddDays(7)}
	case 3:
		return debt.Disputed{Reason: "goods_not_received"}
	case 4:
		return debt.HoldPlaced{Hold: debt.Hold{Reason: debt.HoldHardship, Until: today.AddDays(20)}}
	case 5:
		return debt.PlanAgreed{Plan: debt.Plan{Instalments: []debt.Instalment{
			{Due: today.AddDays(10), Amount: half}, {Due: today.AddDays(40), Amount: f.Balance.Minus(half)}}}}
	case 6:
		if n := len(f.Case.Payments); n > 0 {
			return debt.PaymentBounced{Payment: f.Case.Payments[n-1].ID, On: today}
		}
	}
	return debt.CaseClosed{Outcome: debt.Withdrawn, Reason: "the creditor asked"}
}

func TestLivesAddUpToTheCent(t *testing.T) {
	s, url := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	must(s.SaveFirm(ctx, record.Firm{Name: "Lex", Countries: []string{"ES"}, Active: true, Capacity: 2}))(t)
	r := rand.New(rand.NewPCG(1, 2))
	var ids []string
	for n := range 12 {
		in := storetest.Submission(k.ID, n, due.AddDays(-r.IntN(300)))
		in.Debtor.Reference = fmt.Sprintf("C-%d", n/2)
		in.Principal = money.EUR(10000 + r.Int64N(900000))
		ids = append(ids, storetest.Case(t, s, in).Case.ID)
	}
	heard := 0
	for at := start; at.Before(start.AddDate(0, 8, 0)); at = at.AddDate(0, 0, 5) {
		drive(t, s, at)
		id := ids[r.IntN(len(ids))]
		f := must(s.File(ctx, id))(t)
		_, err := s.Record(ctx, id, at.String(), operator, report(r, f, calendar.DateOf(at.In(f.Zone))))
		if err == nil {
			heard++
		} else if rule(err) == "" {
			t.Fatal(err)
		}
	}
	if heard < 15 {
		t.Errorf("only %d facts were accepted", heard)
	}
	verified(t, s, ids...)
	for _, id := range ids {
		f := must(s.File(ctx, id))(t)
		booked := one[int64](t, url, `select (sum(amount) * 100)::bigint from ledger_entries where case_id = $1 and component = 'principal'`, id)
		row := one[int64](t, url, `select (open_principal * 100)::bigint from cases where id = $1`, id)
		st := must(s.Statement(ctx, id, calendar.Date{}))(t)
		claimed := row
		if !f.Case.Open() { // what is left was given up
			claimed = 0
		}
		if booked != row || row != f.Case.OpenPrincipal().Cents || st.Open[law.Principal].Cents != claimed {
			t.Errorf("case %s: ledger %d, row %d, case %d, statement %d", id, booked, row, f.Case.OpenPrincipal().Cents, st.Open[law.Principal].Cents)
		}
	}
	total := must(s.Totals(ctx))(t)
	in := one[int64](t, url, `select (-coalesce(sum(amount), 0) * 100)::bigint from ledger_entries where component = 'principal' and kind in ('imputation', 'reversal')`)
	if total.Principal[0].Cents != total.OpenPrincipal[0].Cents+total.Given[0].Cents+in {
		t.Errorf("principal %s is not open %s, given up %s and %d come in", total.Principal[0], total.OpenPrincipal[0], total.Given[0], in)
	}
}

func TestPersonsUnderManyHandsNeitherLockUpNorDrift(t *testing.T) {
	s, _ := frozen(t)
	var ids []string
	for n := range 6 {
		k := storetest.Creditor(t, s, fmt.Sprint("Creditor ", n))
		in := storetest.Submission(k.ID, n, due)
		in.Debtor.TaxID = "B12345674"
		ids = append(ids, storetest.Case(t, s, in).Case.ID)
	}
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(3, uint64(n)))
			for i := range 10 {
				id := ids[r.IntN(len(ids))]
				var err error
				switch r.IntN(4) {
				case 0:
					_, err = s.Decide(ctx, id)
				case 1:
					_, err = s.Record(ctx, id, fmt.Sprint(n, "/", i), operator, debt.PaymentReceived{Amount: money.EUR(100), Received: due})
				case 2:
					var f record.File
					if f, err = s.File(ctx, id); err == nil {
						_, err = s.Act(ctx, id, f.Next, storetest.Deliver("outbox"))
					}
				case 3:
					_, _, err = s.PlaceStop(ctx, record.Stop{Scope: "case", Of: id, Reason: "a try"})
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	verified(t, s, ids...)
}

func TestAHandoffGoesFromFirmToFirm(t *testing.T) {
	s, _ := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	firms := map[string]bool{}
	for _, name := range []string{"Lex", "Ius"} {
		firms[must(s.SaveFirm(ctx, record.Firm{Name: name, Countries: []string{"ES"}, Active: true}))(t).ID] = true
	}
	id := storetest.Case(t, s, storetest.Submission(k.ID, 1, due)).Case.ID
	offered := func() record.Handoff {
		t.Helper()
		for range 60 {
			if list := must(s.Handoffs(ctx, "", "offered", "", 10))(t); len(list) == 1 {
				return list[0]
			}
			at, _, err := s.NextInstant(ctx)
			ok(t, err)
			drive(t, s, at)
		}
		t.Fatal("the case is never offered to a firm")
		return record.Handoff{}
	}
	first := offered()
	if !firms[first.Firm] || first.Case != id || first.Until.IsZero() {
		t.Errorf("offered: %+v", first)
	}
	must(s.Record(ctx, id, "no", debt.Actor{Role: debt.Lawyer}, debt.HandoffEnded{Handoff: first.ID, State: "declined", Note: "a conflict of interest"}))(t)
	second := offered()
	if second.Firm == first.Firm {
		t.Error("the firm that declined is asked again")
	}
	must(s.Record(ctx, id, "yes", debt.Actor{Role: debt.Lawyer}, debt.HandoffEnded{Handoff: second.ID, State: "accepted"}))(t)
	if got := must(s.Handoff(ctx, second.ID))(t); got.State != "accepted" || !got.Ended.IsZero() {
		t.Errorf("accepted: %+v", got)
	}
	if rows := must(s.Cases(ctx, record.Filter{Firm: second.Firm}))(t); len(rows) != 1 {
		t.Errorf("the firm sees %d cases", len(rows))
	}
	if rows := must(s.Cases(ctx, record.Filter{Firm: first.Firm}))(t); len(rows) != 0 {
		t.Errorf("the firm that declined sees %d cases", len(rows))
	}
	f := must(s.File(ctx, id))(t)
	must(s.Decide(ctx, id))(t)
	must(s.SaveFirm(ctx, record.Firm{Name: "Fas", Countries: []string{"ES"}, Active: true}))(t)
	if woken := must(s.Unacknowledged(ctx, -time.Second, 10, 0))(t); len(woken) != 1 || woken[0] != id {
		t.Errorf("a new firm wakes %v", woken)
	}
	if f.Handoff == nil || f.Handoff.ID != second.ID || f.Next.Do.Sends() {
		t.Errorf("handoff %+v, next %s", f.Handoff, f.Next.Do)
	}
	verified(t, s, id)
}

func TestAFirmWithoutRoomIsNotAsked(t *testing.T) {
	s, _ := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	must(s.SaveFirm(ctx, record.Firm{Name: "Lex", Countries: []string{"ES"}, Active: true, Capacity: 2}))(t)
	for n := range 4 {
		storetest.Case(t, s, storetest.Submission(k.ID, n, due))
	}
	for at := start; at.Before(start.AddDate(0, 10, 0)); at = at.AddDate(0, 0, 3) {
		drive(t, s, at)
		if n := len(must(s.Handoffs(ctx, "", "offered", "", 10))(t)); n > 2 {
			t.Fatalf("%d cases lie with a firm that takes two", n)
		}
	}
}

func TestStrategiesOfOperators(t *testing.T) {
	url := storetest.URL(t)
	s, other := storetest.Open(t, url), storetest.Open(t, url)
	ok(t, s.Freeze(ctx, start))
	var text string
	for _, st := range must(s.Strategies(ctx))(t) {
		if st.Name == "es-business" {
			text = fmt.Sprintf("%s@%d", st.Name, st.Version)
		}
	}
	if text == "" {
		t.Fatal("no es-business is shipped")
	}
	if _, err := s.SaveStrategy(ctx, []byte("name: x\n")); rule(err) != "strategy_invalid" {
		t.Errorf("half a strategy gives %v", err)
	}
	own := strings.Replace(ownStrategy(t), "name: es-business", "name: acme", 1)
	st := must(s.SaveStrategy(ctx, []byte(own)))(t)
	if again := must(s.SaveStrategy(ctx, []byte(own)))(t); again.Ref() != st.Ref() {
		t.Errorf("the same text again is %s", again.Ref())
	}
	if _, err := s.SaveStrategy(ctx, []byte(own+"\n# changed\n")); rule(err) != "strategy_kept" {
		t.Errorf("another text under the same version gives %v", err)
	}
	k := storetest.Creditor(t, s, "Acme")
	in := storetest.Submission(k.ID, 1, due)
	in.Strategy = "acme"
	f := storetest.Case(t, other, in) // another process
	if f.Case.Strategy != st.Ref() {
		t.Errorf("pinned to %s, want %s", f.Case.Strategy, st.Ref())
	}
	f = must(s.Record(ctx, f.Case.ID, "m", operator, debt.StrategyMoved{Strategy: "es-business"}))(t)
	if f.Case.Strategy != text {
		t.Errorf("moved to %s, want %s", f.Case.Strategy, text)
	}
	if _, err := s.Record(ctx, f.Case.ID, "m2", operator, debt.StrategyMoved{Strategy: "es-consumer"}); rule(err) != "strategy_segment" {
		t.Errorf("a consumer's strategy for a business gives %v", err)
	}
	verified(t, s, f.Case.ID)
}

func TestTextThatCannotBeKeptIsRefused(t *testing.T) {
	s, _ := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	id := storetest.Case(t, s, storetest.Submission(k.ID, 1, due)).Case.ID
	if _, err := s.Record(ctx, id, "d", operator, debt.Disputed{Reason: "a\x00b"}); rule(err) == "" {
		t.Errorf("a NUL in a reason gives %v", err)
	}
	if f := must(s.File(ctx, id))(t); f.Case.Seq != 1 {
		t.Errorf("%d events are on the record", f.Case.Seq)
	}
}

func TestTasksAreWorkedByOne(t *testing.T) {
	s, _ := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	_, _, err := s.NewKey(ctx, record.Key{Role: debt.Agent})
	ok(t, err)
	in := storetest.Submission(k.ID, 1, due)
	in.Debtor.Contacts = append(in.Debtor.Contacts, debt.ContactPoint{Channel: "phone", Value: "+34600123456"})
	id := storetest.Case(t, s, in).Case.ID
	var task record.Task
	for range 10 {
		next := must(s.Decide(ctx, id))(t).Decision
		if now := must(s.Now(ctx))(t); next.At.After(now) {
			ok(t, s.Advance(ctx, next.At))
		}
		must(s.Act(ctx, id, next, storetest.Deliver("outbox")))(t)
		if list := must(s.Tasks(ctx, k.ID, "open", "", 10))(t); next.Do == strategy.OpenTask && len(list) == 1 {
			task = list[0]
			break
		}
	}
	if task.ID == "" || task.Step == "" {
		t.Fatalf("no call is asked for: %+v", task)
	}
	must(s.ClaimTask(ctx, task.ID, "agent-1"))(t)
	if _, err := s.ClaimTask(ctx, task.ID, "agent-2"); rule(err) != "task_claimed" {
		t.Errorf("a second claim gives %v", err)
	}
	if _, err := s.FinishTask(ctx, task.ID, "agent-2", "done"); rule(err) != "task_claimed" {
		t.Errorf("another's finish gives %v", err)
	}
	must(s.Record(ctx, id, "call", debt.Actor{Role: debt.Agent, ID: "agent-1"}, debt.CallLogged{ID: "c1", Outcome: debt.CallNoAnswer, Task: task.ID}))(t)
	done := must(s.Tasks(ctx, "", "done", "", 10))(t)
	if len(done) != 1 || done[0].Result != debt.CallNoAnswer || done[0].Done.IsZero() {
		t.Errorf("after the call: %+v", done)
	}
	if _, err := s.FinishTask(ctx, task.ID, "agent-1", "x"); rule(err) != "task_done" {
		t.Errorf("finishing twice gives %v", err)
	}
	verified(t, s, id)
}

// ownStrategy is the text of the shipped es-business.
func ownStrategy(t *testing.T) string {
	t.Helper()
	return string(must(os.ReadFile("../strategy/standard/es-business.yaml"))(t))
}
