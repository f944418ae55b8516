package store_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
	"github.com/recobro/recobro/strategy"
)

// office is a store whose wall clock is handed in, so that business time is
// wall time and messages may go out, and its database.
type office struct {
	*store.Store
	url  string
	wall time.Time
}

func openOffice(t *testing.T) *office {
	t.Helper()
	o := &office{url: storetest.URL(t), wall: start}
	var err error
	o.Store, err = store.New(ctx, o.url, store.Options{Wall: func() time.Time { return o.wall }})
	ok(t, err)
	t.Cleanup(o.Close)
	return o
}

// toSend does what comes before the next send of a case, and gives that, due.
func (o *office) toSend(t *testing.T, id string) strategy.Decision {
	t.Helper()
	for range 20 {
		d := must(o.Decide(ctx, id))(t).Decision
		if d.At.After(o.wall) {
			o.wall = d.At
		}
		if d.Do.Sends() {
			return d
		}
		must(o.Act(ctx, id, d, storetest.Deliver("outbox")))(t)
	}
	t.Fatal("no send within twenty acts")
	return strategy.Decision{}
}

// reserve reserves the next send of a case.
func (o *office) reserve(t *testing.T, id string) record.Message {
	t.Helper()
	m, _, err := o.Reserve(ctx, id, o.toSend(t, id), storetest.Deliver("smtp"))
	ok(t, err)
	if m == nil {
		t.Fatal("nothing was reserved")
	}
	return *m
}

// family opens debts of one debtor to one creditor, which go out together.
func (o *office) family(t *testing.T, n int) []string {
	t.Helper()
	k := storetest.Creditor(t, o.Store, "Acme")
	var ids []string
	for i := range n {
		in := storetest.Submission(k.ID, i, due)
		in.Debtor = storetest.Submission(k.ID, 1, due).Debtor
		ids = append(ids, storetest.Case(t, o.Store, in).Case.ID)
	}
	return ids
}

// somebodyWaits returns once a transaction waits for a lock.
func (o *office) somebodyWaits(t *testing.T) {
	t.Helper()
	conn := must(pgx.Connect(ctx, o.url))(t)
	defer conn.Close(ctx)
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		var waiting int
		ok(t, conn.QueryRow(ctx, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).Scan(&waiting))
		if waiting > 0 {
			return
		}
	}
	t.Fatal("nobody waits for a lock")
}

func TestASendThatIsReservedWhileAStopIsPlacedIsFlagged(t *testing.T) {
	o := openOffice(t)
	id := o.family(t, 1)[0]
	want := o.toSend(t, id)
	placed := make(chan error, 1)
	m, _, err := o.Reserve(ctx, id, want, func(turn *record.Turn) (record.Done, error) {
		go func() { // the act has read that there is no stop
			_, _, err := o.PlaceStop(ctx, record.Stop{Scope: "installation", Reason: "wrong letters", By: "k1"})
			placed <- err
		}()
		o.somebodyWaits(t)
		return storetest.Deliver("smtp")(turn)
	})
	ok(t, err)
	ok(t, <-placed)
	if m == nil {
		t.Fatal("nothing was reserved")
	}
	if got := must(o.Message(ctx, m.ID))(t); !got.Late {
		t.Errorf("message %s goes out after the stop and is not flagged: %+v", m.ID, got)
	}
	must(o.Settle(ctx, m.ID, record.Delivery{State: "sent"}))(t)
	if f := must(o.File(ctx, id))(t); f.Next.Do.Sends() && f.Next.Due(o.wall) {
		t.Errorf("under the stop %s is due", f.Next.Do)
	}
	verified(t, o.Store, id)
}

func TestAStopOverACaseFlagsTheMessageThatCoversIt(t *testing.T) {
	o := openOffice(t)
	ids := o.family(t, 2)
	for _, id := range ids {
		must(o.Decide(ctx, id))(t)
	}
	m := o.reserve(t, ids[0])
	if got := must(o.Message(ctx, m.ID))(t); len(got.Covers) != 1 || got.Covers[0] != ids[1] {
		t.Fatalf("the message covers %v", got.Covers)
	}
	_, woken, err := o.PlaceStop(ctx, record.Stop{Scope: "case", Of: ids[1], Reason: "asked by a court", By: "k1"})
	ok(t, err)
	if got := must(o.Message(ctx, m.ID))(t); !got.Late {
		t.Error("the message in which the case goes out is not flagged")
	}
	if len(woken) == 0 {
		t.Error("no case is planned anew")
	}
}

func TestAStopFlagsWhatIsInFlightWithinItsScopeAlone(t *testing.T) {
	for scope, of := range map[string]func(m record.Message) (within, without string){
		"creditor": func(m record.Message) (string, string) { return m.Creditor, "" },
		"case":     func(m record.Message) (string, string) { return m.Case, "" },
		"channel":  func(m record.Message) (string, string) { return m.Channel, "whatsapp" },
	} {
		t.Run(scope, func(t *testing.T) {
			o := openOffice(t)
			m := o.reserve(t, o.family(t, 1)[0])
			within, without := of(m)
			if without == "" {
				other := storetest.Creditor(t, o.Store, "Beta")
				without = other.ID
				if scope == "case" {
					without = storetest.Case(t, o.Store, storetest.Submission(other.ID, 7, due)).Case.ID
				}
			}
			for _, x := range []struct {
				of   string
				late bool
			}{{without, false}, {within, true}} {
				_, _, err := o.PlaceStop(ctx, record.Stop{Scope: scope, Of: x.of, Reason: "r"})
				ok(t, err)
				if got := must(o.Message(ctx, m.ID))(t); got.Late != x.late {
					t.Errorf("a stop over %s leaves the message late=%v, want %v", x.of, got.Late, x.late)
				}
			}
		})
	}
}
