package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
)

// eventful opens a case that has rows in every table that follows from events,
// but for a handoff.
func eventful(t *testing.T) (s *store.Store, url, id string) {
	t.Helper()
	s, url = frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	id = storetest.Case(t, s, storetest.Submission(k.ID, 1, due)).Case.ID
	must(s.Act(ctx, id, toSend(t, s, id), storetest.Deliver("outbox")))(t)
	today := calendar.DateOf(must(s.Now(ctx))(t))
	for n, f := range []debt.Fact{
		debt.PaymentReceived{ID: "pay-1", Amount: money.EUR(10000), Received: today},
		debt.PromiseMade{ID: "pro-1", Amount: money.EUR(50000), PayBy: today.AddDays(5)},
		debt.HoldPlaced{Hold: debt.Hold{ID: "hold-1", Reason: debt.HoldPaused, Until: today.AddDays(20)}},
		debt.Disputed{ID: "dis-1", Reason: "goods_not_received"},
	} {
		must(s.Record(ctx, id, string(rune('a'+n)), operator, f))(t)
	}
	verified(t, s, id)
	return s, url, id
}

// TestVerifyNamesWhatARowSaysOtherwise changes one thing at a time that events
// add up to.
func TestVerifyNamesWhatARowSaysOtherwise(t *testing.T) {
	s, url, id := eventful(t)
	const free = `alter table ledger_entries disable trigger all; `
	for name, x := range map[string]struct{ change, says string }{
		"its stage":              {`update cases set stage = 'negotiation'`, `cases.stage is "negotiation", its events say "friendly_contact"`},
		"what is open":           {`update cases set open_principal = 7.5`, `cases.open_principal is "7.50", its events say "`},
		"what was claimed":       {`update cases set principal = 7.5`, `cases.principal is "7.50", its events say "`},
		"its strategy":           {`update cases set strategy = 'es-business@9'`, `cases.strategy is "es-business@9"`},
		"its holds":              {`update cases set holds = '{}'`, `cases.holds is "", its events say "`},
		"its reference":          {`update cases set reference = 'X'`, `cases.reference is "X"`},
		"its due date":           {`update cases set due_on = '2020-02-29'`, `cases.due_on is "2020-02-29"`},
		"its law":                {`update cases set region = 'CT'`, `cases.region is "CT", its events say ""`},
		"when it was opened":     {`update cases set opened_at = opened_at - interval '1 day'`, `cases.opened_at is `},
		"its last event":         {`update cases set last_at = last_at + interval '1 us'`, `cases.last_at is `},
		"what it does next":      {`update cases set next_do = 'CloseCase'`, `cases.next_do is "CloseCase", its events say "`},
		"when it does it":        {`update cases set next_at = next_at + interval '1 minute'`, `cases.next_at is `},
		"a part of its state":    {`update cases set state = jsonb_set(state, '{principal,amount}', '"1.00"')`, `cases.state.principal is {"amount":"1.00"`},
		"a sum on the ledger":    {free + `update ledger_entries set amount = amount + 1 where kind = 'payment'`, `.amount is "-99.00", its events say "-100.00"`},
		"a day on the ledger":    {free + `update ledger_entries set effective = '2020-02-29' where kind = 'payment'`, `.effective is "2020-02-29"`},
		"a line that is gone":    {free + `delete from ledger_entries where kind = 'principal'`, `ledger_entries 1/0 is missing`},
		"a line too many":        {`insert into ledger_entries select case_id, seq, 9, effective, kind, component, amount, currency, payment from ledger_entries where kind = 'payment'`, `/9 is there, no event makes it`},
		"a promise's state":      {`update promises set state = 'broken', ended_at = made_at`, `promises pro-1.state is "broken", its events say "running"`},
		"when a promise ended":   {`update promises set state = 'kept', ended_at = made_at`, `promises pro-1.ended_at is 2026`},
		"a promise's day":        {`update promises set pay_by = '2026-10-02'`, `promises pro-1.pay_by is "2026-10-02"`},
		"a promise that is gone": {`delete from promises`, `promises pro-1 is missing`},
		"a hold's end":           {`update holds set until = '2026-10-02' where reason = 'paused'`, `.until is "2026-10-02"`},
		"a hold that ended":      {`update holds set ended_at = placed_at where reason = 'paused'`, `.ended_at is 2026`},
		"when a hold was placed": {`update holds set placed_at = placed_at + interval '1 s' where reason = 'paused'`, `.placed_at is `},
		"a dispute's state":      {`update disputes set state = 'upheld', ended_at = opened_at`, `disputes dis-1.state is "upheld", its events say "open"`},
		"a dispute's reason":     {`update disputes set reason = 'paid'`, `disputes dis-1.reason is "paid"`},
		"a message's state":      {`update messages set state = 'failed'`, `.state is "failed", its events say "sent"`},
		"a handoff of nobody's": {`insert into firms (id, name, countries, active) values ('f', 'Lex', '{ES}', true) on conflict do nothing;
			insert into handoffs select 'h-9', id, creditor_id, 'f', 'offered', opened_at, '2026-12-01' from cases`, `handoffs h-9 is there, no event makes it`},
	} {
		t.Run(name, func(t *testing.T) {
			undo := copied(t, url)
			ok(t, sql(t, url, x.change))
			err := s.Verify(ctx, id)
			if !errors.Is(err, store.ErrState) || !strings.Contains(err.Error(), x.says) || !strings.Contains(err.Error(), id) {
				t.Errorf("got %v, want it to say %s", err, x.says)
			}
			undo()
			verified(t, s, id)
		})
	}
}

// copied keeps what a change of one case's rows may touch, and gives what puts
// it back.
func copied(t *testing.T, url string) func() {
	t.Helper()
	tables := []string{"messages", "cases", "ledger_entries", "promises", "holds", "disputes", "handoffs"}
	for _, name := range tables {
		ok(t, sql(t, url, `create table kept_`+name+` as select * from `+name))
	}
	return func() {
		for _, name := range tables {
			ok(t, sql(t, url, `set session_replication_role = replica; delete from `+name))
			columns := one[string](t, url, `select string_agg(quote_ident(column_name), ', ') from information_schema.columns
				where table_name = '`+name+`' and is_generated = 'NEVER'`)
			ok(t, sql(t, url, `set session_replication_role = replica; insert into `+name+` (`+columns+`) select `+columns+` from kept_`+name+`; drop table kept_`+name))
		}
	}
}

func TestVerifyNamesAnOpenTaskOfAClosedCase(t *testing.T) {
	s, url, id := eventful(t)
	must(s.Record(ctx, id, "close", operator, debt.CaseClosed{Outcome: debt.Withdrawn, Reason: "the creditor asked"}))(t)
	verified(t, s, id)
	ok(t, sql(t, url, `insert into tasks (id, case_id, creditor_id, kind, state, opened_at) select 't', id, creditor_id, 'call', 'open', opened_at from cases`))
	if err := s.Verify(ctx, id); !errors.Is(err, store.ErrState) || !strings.Contains(err.Error(), "tasks: 1 are open") {
		t.Errorf("got %v", err)
	}
}

// TestWhatWasGivenUpIsOwedAgainOnce closes a case whose balance is given up, and
// reopens it; paid in full, it is closed and reopened once more.
func TestWhatWasGivenUpIsOwedAgainOnce(t *testing.T) {
	s, url, id := eventful(t)
	round := func(key string) {
		must(s.Record(ctx, id, "close "+key, operator, debt.CaseClosed{Outcome: debt.Withdrawn, Reason: "asked"}))(t)
		verified(t, s, id)
		must(s.Record(ctx, id, "reopen "+key, operator, debt.CaseReopened{Reason: "a mistake"}))(t)
		verified(t, s, id)
	}
	round("1")
	today := calendar.DateOf(must(s.Now(ctx))(t))
	must(s.Record(ctx, id, "pay", operator, debt.PaymentReceived{ID: "pay-2", Amount: money.EUR(500000), Received: today}))(t)
	round("2")
	for kind, want := range map[string]int{"write_off": 1, "reversal": 1} {
		if n := one[int](t, url, `select count(*) from ledger_entries where component is null and payment = '' and kind = '`+kind+`'`); n != want {
			t.Errorf("%d lines are a %s, want %d", n, kind, want)
		}
	}
}
