package store_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store/storetest"
)

func TestAReservationThatCannotExpireHoldsUpNoOther(t *testing.T) {
	o := openOffice(t)
	k := storetest.Creditor(t, o.Store, "Acme")
	var sent []record.Message
	for n := range 3 {
		sent = append(sent, o.reserve(t, storetest.Case(t, o.Store, storetest.Submission(k.ID, n, due)).Case.ID))
	}
	ok(t, sql(t, o.url, `create function spoil() returns trigger language plpgsql as $$
		begin raise exception 'spoilt' using errcode = 'XX000'; end $$`))
	ok(t, sql(t, o.url, `create trigger spoil before update on messages for each row
		when (new.id = '`+sent[0].ID+`') execute function spoil()`))
	o.wall = o.wall.Add(time.Hour)
	n, err := o.ExpireReservations(ctx, time.Minute)
	if err == nil || !strings.Contains(err.Error(), sent[0].ID) {
		t.Errorf("the failure is told as %v", err)
	}
	if n != 2 {
		t.Errorf("%d reservations expired, want 2", n)
	}
	for i, want := range []string{"reserved", "unknown", "unknown"} {
		if got := must(o.Message(ctx, sent[i].ID))(t); got.State != want {
			t.Errorf("message %d is %s, want %s", i, got.State, want)
		}
	}
}

func TestMoreThanAThousandReservationsExpireAtOnce(t *testing.T) {
	o := openOffice(t)
	m := o.reserve(t, o.family(t, 1)[0])
	ok(t, sql(t, o.url, `insert into messages (id, key, case_id, creditor_id, person_id, step, occurrence, channel, purpose, letter,
			language, recipient, state, mode, reserved_at, wall_begun_at)
		select id || '-' || n, key || '-' || n, case_id, creditor_id, person_id, step, occurrence, channel, purpose, letter,
			language, recipient, state, mode, reserved_at, wall_begun_at
		from messages, generate_series(1, 1000) n where id = $1`, m.ID))
	o.wall = o.wall.Add(time.Hour)
	if n := must(o.ExpireReservations(ctx, time.Minute))(t); n != 1001 {
		t.Errorf("%d reservations expired, want 1001", n)
	}
	if left := one[int](t, o.url, `select count(*) from messages where state = 'reserved'`); left != 0 {
		t.Errorf("%d are left", left)
	}
}

// lost reserves a message for two cases whose outcome then is unknown.
func lost(t *testing.T) (o *office, ids []string, m record.Message) {
	t.Helper()
	o = openOffice(t)
	ids = o.family(t, 2)
	for _, id := range ids {
		must(o.Decide(ctx, id))(t)
	}
	m = o.reserve(t, ids[0])
	o.wall = o.wall.Add(time.Hour)
	if n := must(o.ExpireReservations(ctx, time.Minute))(t); n != 1 {
		t.Fatalf("%d reservations expired", n)
	}
	return o, ids, m
}

func TestAPersonSettlesAMessageOfUnknownOutcome(t *testing.T) {
	for _, state := range []string{"sent", "failed"} {
		t.Run(state, func(t *testing.T) {
			o, ids, m := lost(t)
			agent := debt.Actor{Role: debt.Agent, ID: "k3"}
			out := debt.MessageEnded{State: state, Note: "seen in the provider's list"}
			for range 2 { // the same key changes nothing more
				f := must(o.SettleMessage(ctx, m.ID, "settle-1", agent, out))(t)
				if f.Case.ID != ids[0] {
					t.Errorf("the answer shows case %s", f.Case.ID)
				}
			}
			got := must(o.Message(ctx, m.ID))(t)
			if got.State != state || !got.Ended.Equal(o.wall) {
				t.Errorf("the message is %s since %s", got.State, got.Ended)
			}
			for _, id := range ids {
				f := must(o.File(ctx, id))(t)
				if n := len(f.Case.Marks); n == 0 || f.Case.Marks[n-1].State != state {
					t.Errorf("case %s has the marks %+v", id, f.Case.Marks)
				}
				line := must(o.Timeline(ctx, id, 0, 100))(t)
				last := line[len(line)-1]
				settled, ended := last.Data.(debt.MessageEnded)
				if !ended || last.By != agent || settled.Note != out.Note || settled.State != state {
					t.Errorf("the last event of case %s is %+v", id, last)
				}
			}
			counted := one[int](t, o.url, `select count(*) from contacts where message_id = $1`, m.ID)
			if (counted == 1) != (state == "sent") {
				t.Errorf("%d contacts are counted for a message that is %s", counted, state)
			}
			if _, err := o.SettleMessage(ctx, m.ID, "settle-2", agent, out); rule(err) != "message_"+state {
				t.Errorf("settled once more: %v", err)
			}
			verified(t, o.Store, ids...)
		})
	}
}

func TestOnlyAnUnknownMessageIsSettledAndOnlyAsSentOrFailed(t *testing.T) {
	o, ids, m := lost(t)
	if _, err := o.SettleMessage(ctx, m.ID, "1", operator, debt.MessageEnded{State: "unknown"}); rule(err) != "message_state" {
		t.Errorf("settled as unknown: %v", err)
	}
	if _, err := o.SettleMessage(ctx, "none", "2", operator, debt.MessageEnded{State: "sent"}); !errors.Is(err, record.ErrNotFound) {
		t.Errorf("a message that is not there: %v", err)
	}
	k := must(o.File(ctx, ids[0]))(t).Case.Creditor
	other := o.reserve(t, storetest.Case(t, o.Store, storetest.Submission(k, 9, due)).Case.ID)
	if _, err := o.SettleMessage(ctx, other.ID, "3", operator, debt.MessageEnded{State: "sent"}); rule(err) != "message_reserved" {
		t.Errorf("a message on its way: %v", err)
	}
	if got := must(o.Message(ctx, m.ID))(t); got.State != "unknown" {
		t.Errorf("after refusals the message is %s", got.State)
	}
}

// TestAClosedCaseThatALetterCoveredIsNoRestore has a send tried again after a
// case that it also covers was closed. What the asker has seen is of its own
// case, whose record is longer.
func TestAClosedCaseThatALetterCoveredIsNoRestore(t *testing.T) {
	o := openOffice(t)
	ids := o.family(t, 2)
	for n := range 20 {
		must(o.Record(ctx, ids[0], strconv.Itoa(n), operator, debt.Noted{Text: "they rang"}))(t)
	}
	must(o.Decide(ctx, ids[1]))(t)
	want := o.toSend(t, ids[0])
	seen := record.WithSeen(ctx, must(o.Decide(ctx, ids[0]))(t).Seen())
	m, _, err := o.Reserve(seen, ids[0], want, storetest.Deliver("smtp"))
	ok(t, err)
	if m == nil || !slices.Equal(m.Covers, ids[1:]) {
		t.Fatalf("reserved is %+v", m)
	}
	must(o.Record(ctx, ids[1], "c", operator, debt.CaseClosed{Outcome: debt.Withdrawn, Reason: "the creditor asked"}))(t)
	_, _, err = o.Reserve(seen, ids[0], want, storetest.Deliver("smtp"))
	ok(t, err)
	if r, held, err := o.Restored(ctx); held || err != nil {
		t.Errorf("everything is held for %q, %v", r.Found, err)
	}
	if got := must(o.Message(ctx, m.ID))(t); got.State != "unknown" {
		t.Errorf("the message is %s", got.State)
	}
	verified(t, o.Store, ids...)
}

// TestOnlyThePresentAttemptAcknowledgesWhatBecameOfASend has an attempt answer
// late: nobody listens to it any more, so the case's workflow is to be told.
func TestOnlyThePresentAttemptAcknowledgesWhatBecameOfASend(t *testing.T) {
	unheard := func(o *office, id string) bool {
		return one[bool](t, o.url, `select decided_seq < last_seq or nudged from cases where id = '`+id+`'`)
	}
	t.Run("the present attempt", func(t *testing.T) {
		o := openOffice(t)
		id := o.family(t, 1)[0]
		m := o.reserve(t, id)
		must(o.Settle(ctx, m.ID, record.Delivery{State: "sent"}))(t)
		if unheard(o, id) {
			t.Error("its workflow has the answer, and is told once more")
		}
	})
	t.Run("one that another attempt came after", func(t *testing.T) {
		o := openOffice(t)
		id := o.family(t, 1)[0]
		want := o.toSend(t, id)
		m, _, err := o.Reserve(ctx, id, want, storetest.Deliver("smtp"))
		ok(t, err)
		_, _, err = o.Reserve(ctx, id, want, storetest.Deliver("smtp")) // its outcome is unknown from here on
		ok(t, err)
		if unheard(o, id) {
			t.Error("the second attempt answers for itself")
		}
		next := must(o.Settle(ctx, m.ID, record.Delivery{State: "sent"}))(t)
		if got := must(o.Message(ctx, m.ID))(t); got.State != "sent" {
			t.Errorf("the message is %s", got.State)
		}
		if !unheard(o, id) {
			t.Error("what the first attempt found out is acknowledged, and nobody was told")
		}
		if again := must(o.Decide(ctx, id))(t); again.Seq != next.Seq || unheard(o, id) {
			t.Errorf("told of event %d, the record ends at %d", again.Seq, next.Seq)
		}
		verified(t, o.Store, id)
	})
	t.Run("one that a payment came after", func(t *testing.T) {
		o := openOffice(t)
		id := o.family(t, 1)[0]
		m := o.reserve(t, id)
		must(o.Settle(ctx, m.ID, record.Delivery{State: "sent"}))(t)
		must(o.Record(ctx, id, "pay", operator, debt.Noted{Text: "they rang"}))(t)
		must(o.Settle(ctx, m.ID, record.Delivery{State: "sent"}))(t) // its answer was lost on the way
		if !unheard(o, id) {
			t.Error("what was reported between two tries is acknowledged by a message that had ended")
		}
	})
}
