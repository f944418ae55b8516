package store_test

import (
	"context"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
	"github.com/recobro/recobro/strategy"
)

// at is an office on a database that is there already.
func at(t *testing.T, databaseURL string, wall time.Time) *office {
	t.Helper()
	o := &office{url: databaseURL, wall: wall}
	o.Store = must(store.New(ctx, databaseURL, store.Options{Wall: func() time.Time { return o.wall }}))(t)
	t.Cleanup(o.Close)
	return o
}

// copied is a copy of an office's record, as a dump of it that was read in
// elsewhere; the office's store is closed for it and opened again.
func (o *office) copied(t *testing.T) string {
	t.Helper()
	o.Close()
	u := must(url.Parse(o.url))(t)
	from, to := strings.TrimPrefix(u.Path, "/"), strings.TrimPrefix(u.Path, "/")+"_copy"
	u.Path = "/postgres"
	admin := must(pgx.Connect(ctx, u.String()))(t)
	t.Cleanup(func() {
		_, err := admin.Exec(context.WithoutCancel(ctx), "drop database "+to+" with (force)")
		ok(t, err)
		ok(t, admin.Close(ctx))
	})
	must(admin.Exec(ctx, fmt.Sprintf("create database %s template %s strategy file_copy", to, from)))(t)
	o.Store = must(store.New(ctx, o.url, store.Options{Wall: func() time.Time { return o.wall }}))(t)
	t.Cleanup(o.Close)
	u.Path = "/" + to
	return u.String()
}

// mixed opens debts of several persons: alone, and several of one person.
func (o *office) mixed(t *testing.T) []string {
	t.Helper()
	k := storetest.Creditor(t, o.Store, "Acme")
	var ids []string
	for n := range 7 {
		in := storetest.Submission(k.ID, n, due.AddDays(-4*n))
		if n%3 == 1 { // of the person before
			in.Debtor = storetest.Submission(k.ID, n-1, due).Debtor
		}
		if n%2 == 0 {
			in.Debtor.Contacts = append(in.Debtor.Contacts, debt.ContactPoint{Channel: "phone", Value: fmt.Sprintf("+3460000000%d", n)})
		}
		ids = append(ids, storetest.Case(t, o.Store, in).Case.ID)
	}
	return ids
}

// lives lets cases act at their instants until then, their messages going to a
// provider that takes them all; it gives their keys.
func (o *office) lives(t *testing.T, ids []string, until time.Time) (keys []string) {
	t.Helper()
	for range 3000 {
		var first strategy.Decision
		of := ""
		for _, id := range ids {
			if d := must(o.Decide(ctx, id))(t).Decision; !d.Final() && (of == "" || d.At.Before(first.At)) {
				first, of = d, id
			}
		}
		if of == "" || first.At.After(until) {
			o.wall = until
			return keys
		}
		if first.At.After(o.wall) {
			o.wall = first.At
		}
		if !first.Do.Sends() {
			must(o.Act(ctx, of, first, storetest.Deliver("outbox")))(t)
			continue
		}
		m, _, err := o.Reserve(ctx, of, first, storetest.Deliver("smtp"))
		ok(t, err)
		if m == nil {
			t.Fatalf("case %s does not send %s, which is due", of, first.Step)
		}
		keys = append(keys, m.Key)
		must(o.Settle(ctx, m.ID, record.Delivery{State: "sent"}))(t)
	}
	t.Fatal("the cases do not come to an end")
	return nil
}

func smtp(string) string { return "smtp" }

func (o *office) messages(t *testing.T) []record.Message {
	t.Helper()
	return must(o.Messages(ctx, "", "", "", 1000))(t)
}

// restored wants the record to be held, and tells of it.
func (o *office) restored(t *testing.T) record.Restored {
	t.Helper()
	r, held, err := o.Restored(ctx)
	ok(t, err)
	if !held {
		t.Fatal("the record was restored, and is not held")
	}
	return r
}

func TestWhatIsShownNextIsHeldAsSoonAsARestoreIsNoticed(t *testing.T) {
	o := openOffice(t)
	ids := o.mixed(t)
	c := at(t, o.copied(t), o.wall.AddDate(0, 0, 10))
	c.restored(t)
	shown := map[string]strategy.Decision{} // before any workflow was told
	for _, r := range must(c.Cases(ctx, record.Filter{}))(t) {
		shown[r.ID] = r.Next
	}
	sends := 0
	for _, id := range ids {
		file := must(c.File(ctx, id))(t)
		want := must(c.Decide(ctx, id))(t).Decision
		if !same(file.Next, want) || !same(shown[id], want) {
			t.Errorf("case %s does %+v; its page shows %+v, the list %+v", id, want, file.Next, shown[id])
		}
		if must(o.File(ctx, id))(t).Next.Do.Sends() {
			sends++
		}
	}
	if sends == 0 {
		t.Error("no case of the original was about to send")
	}
}

// same reports whether two decisions say the same.
func same(a, b strategy.Decision) bool { return reflect.DeepEqual(a, b) }

func TestACopyOfTheRecordSendsNothingUntilItIsReconciled(t *testing.T) {
	o := openOffice(t)
	ids := o.mixed(t)
	c := at(t, o.copied(t), o.wall.AddDate(0, 0, 10))
	r := c.restored(t)
	if r.Found != "another database" || r.Open != len(ids) || r.Due == 0 || !r.Since.Equal(c.wall) || !r.Last.Equal(start) {
		t.Errorf("it says %+v", r)
	}
	for _, id := range ids {
		want := must(o.Forecast(ctx, id, start.AddDate(0, 0, 10)))(t)[0]
		for range 5 {
			d := must(c.Decide(ctx, id))(t).Decision
			if d.Do.Sends() || d.Do == strategy.OfferHandoff || d.Channel != "" {
				t.Errorf("case %s would %s by %s", id, d.Do, d.Channel)
			}
			must(c.Act(ctx, id, d, storetest.Deliver("outbox")))(t)
		}
		if m, _, err := c.Reserve(ctx, id, want, storetest.Deliver("smtp")); err != nil || m != nil {
			t.Errorf("what the case wanted before is reserved: %v, %v", m, err)
		}
		must(c.Record(ctx, id, "", operator, debt.PaymentReceived{Amount: money.EUR(100), Received: due}))(t)
	}
	f := must(c.File(ctx, ids[0]))(t)
	if why := f.Next.Sentence("en"); !strings.Contains(why, "restored to an earlier point") {
		t.Errorf("it says %q", why)
	}
	if stops := must(c.Stops(ctx))(t); len(stops) != 1 || stops[0].Reason != "restored" || stops[0].ID != r.Stop {
		t.Errorf("the stops are %+v", stops)
	}
	if _, err := c.LiftStop(ctx, r.Stop, "k1"); rule(err) != "record_restored" {
		t.Errorf("lifting it as any stop gives %v", err)
	}
	if got := c.messages(t); len(got) != 0 {
		t.Errorf("%d messages", len(got))
	}
	if len(o.lives(t, ids, start.AddDate(0, 0, 10))) == 0 {
		t.Error("the record itself goes on, and would have sent something meanwhile")
	}
}

// TestAfterALiftNothingIsSentThatWasSentBefore lets an installation live on from
// the copy that its record is later restored from: what was sent meanwhile and
// is not on the copy, and all that the copy sends after the lift, differ.
func TestAfterALiftNothingIsSentThatWasSentBefore(t *testing.T) {
	for _, x := range []struct{ copied, restored int }{{0, 1}, {0, 8}, {8, 20}, {8, 29}} {
		t.Run(fmt.Sprintf("a copy of day %d restored on day %d", x.copied, x.restored), func(t *testing.T) {
			o := openOffice(t)
			ids := o.mixed(t)
			before := o.lives(t, ids, start.AddDate(0, 0, x.copied))
			copied := o.copied(t)
			lost := o.lives(t, ids, start.AddDate(0, 0, x.restored))
			c := at(t, copied, o.wall)
			r := c.restored(t)
			out, wake, err := c.Reconcile(ctx, record.Lift{By: operator, Note: "disk lost", Mode: smtp})
			ok(t, err)
			if out.Cases != len(ids) || out.Messages != len(lost) || len(wake) != len(ids) {
				t.Errorf("%d cases and %d messages, %d to wake; want %d, %d", out.Cases, out.Messages, len(wake), len(ids), len(lost))
			}
			var presumed []string
			for _, m := range c.messages(t) {
				if m.State == "unknown" && m.Code == "restored" {
					presumed = append(presumed, m.Key)
					if m.To == "" || m.Reserved.Before(r.Last) || m.Reserved.After(o.wall) {
						t.Errorf("message %s to %q at %s", m.Key, m.To, m.Reserved)
					}
				}
			}
			slices.Sort(presumed)
			if slices.Sort(lost); !slices.Equal(presumed, lost) {
				t.Errorf("what may have been sent is\n%v, and what was is\n%v", presumed, lost)
			}
			after := c.lives(t, ids, c.wall.AddDate(0, 3, 0))
			seen := map[string]bool{}
			for _, k := range slices.Concat(before, lost, after) {
				if seen[k] {
					t.Errorf("%s was sent twice", k)
				}
				seen[k] = true
			}
			t.Logf("%d messages on the copy, %d lost with the record, %d after the lift", len(before), len(lost), len(after))
			if len(lost) == 0 || len(after) == 0 {
				t.Error("this shows nothing")
			}
			c.gaps(t, ids)
			verified(t, c.Store, ids...)
		})
	}
}

// gaps checks that no person had two messages within the seven days that the
// strategies keep.
func (o *office) gaps(t *testing.T, ids []string) {
	t.Helper()
	last := map[string]time.Time{}
	all := o.messages(t)
	slices.SortFunc(all, func(a, b record.Message) int { return a.Reserved.Compare(b.Reserved) })
	for _, m := range all {
		person := must(o.File(ctx, m.Case))(t).Case.Person
		if before, is := last[person]; is && m.Reserved.Sub(before) < 6*24*time.Hour {
			t.Errorf("%s at %s follows a message of %s to the same person", m.Key, m.Reserved, before)
		}
		last[person] = m.Reserved
	}
}

func TestALiftThatAssumesNothingGoesOnFromWhereTheRecordStands(t *testing.T) {
	o := openOffice(t)
	ids := o.mixed(t)
	copied := o.copied(t)
	lost := o.lives(t, ids, start.AddDate(0, 0, 3))
	c := at(t, copied, o.wall)
	out, _, err := c.Reconcile(ctx, record.Lift{Assume: record.AssumeNothing, By: operator, Note: "a rehearsal", Mode: smtp})
	ok(t, err)
	if out.Cases != len(ids) || out.Messages != 0 {
		t.Errorf("%+v", out)
	}
	again := c.lives(t, ids, c.wall.AddDate(0, 0, 3))
	if len(lost) == 0 || !slices.Contains(again, lost[0]) {
		t.Errorf("it sends %v, which was not assumed to be sent: %v", again, lost)
	}
	entries := must(c.Timeline(ctx, ids[0], 0, 100))(t)
	i := slices.IndexFunc(entries, func(e record.Entry) bool { return e.Kind == "reconciled" })
	if i < 0 {
		t.Fatal("no event says so")
	}
	if f := entries[i].Data.(debt.Reconciled); f.Assume != "nothing" || f.Note != "a rehearsal" || entries[i].By != operator {
		t.Errorf("the event is %+v by %+v", f, entries[i].By)
	}
}

// TestALiftThatIsCutOffGoesOn cuts a lift off at its second, third … message.
func TestALiftThatIsCutOffGoesOn(t *testing.T) {
	o := openOffice(t)
	ids := o.mixed(t)
	copied := o.copied(t)
	lost := o.lives(t, ids, start.AddDate(0, 0, 21))
	c := at(t, copied, o.wall)
	c.restored(t)
	total := 0
	for n := 2; ; n++ {
		cut, cancel := context.WithCancel(ctx)
		asked := 0
		out, _, err := c.Reconcile(cut, record.Lift{By: operator, Mode: func(string) string {
			if asked++; asked == n {
				cancel()
			}
			return "smtp"
		}})
		cancel()
		total += out.Messages
		if err == nil {
			break
		}
		r := c.restored(t)
		if r.Assume != record.AssumeSent || !r.Until.Equal(r.Since) {
			t.Fatalf("cut off it is %+v", r)
		}
		for _, other := range []record.Lift{{Assume: record.AssumeNothing}, {Until: r.Since.Add(-time.Hour)}} {
			other.Mode = smtp
			if _, _, err := c.Reconcile(ctx, other); rule(err) != "lift_under_way" {
				t.Fatalf("going on in another way gives %v", err)
			}
		}
		if n > 100 {
			t.Fatal("it never ends")
		}
	}
	if total != len(lost) || len(c.messages(t)) != len(lost) {
		t.Errorf("%d messages were put on the record, %d are there; want %d", total, len(c.messages(t)), len(lost))
	}
	for _, id := range ids {
		n := 0
		for _, e := range must(c.Timeline(ctx, id, 0, 1000))(t) {
			if e.Kind == "reconciled" {
				n++
			}
		}
		if n != 1 {
			t.Errorf("case %s was reconciled %d times", id, n)
		}
	}
	verified(t, c.Store, ids...)
	if _, _, err := c.Reconcile(ctx, record.Lift{Mode: smtp}); rule(err) != "not_restored" {
		t.Errorf("once lifted, lifting gives %v", err)
	}
}

func TestAnInstantThatALiftCannotMeanIsRefused(t *testing.T) {
	o := openOffice(t)
	o.mixed(t)
	c := at(t, o.copied(t), o.wall.Add(time.Hour))
	c.restored(t)
	for name, l := range map[string]record.Lift{
		"before the record's last instant": {Until: start.Add(-time.Second)},
		"still to come":                    {Until: c.wall.Add(time.Second)},
		"something else assumed":           {Assume: "everything"},
	} {
		l.Mode = smtp
		if _, _, err := c.Reconcile(ctx, l); rule(err) == "" {
			t.Errorf("%s gives %v", name, err)
		}
	}
	if r := c.restored(t); r.Assume != "" {
		t.Errorf("a lift that was refused was begun: %+v", r)
	}
}
