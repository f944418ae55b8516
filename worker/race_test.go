package worker

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// raceBegins is a Thursday, at ten in Madrid.
var raceBegins = time.Date(2026, time.October, 1, 8, 0, 0, 0, time.UTC)

// track is a record on a real PostgreSQL on which one world after the other is
// played. Its wall clock is moved by hand, and ticks a microsecond whenever it
// is read, so that no two instants on the record are one.
type track struct {
	store     *store.Store
	conn      *pgx.Conn // what audits read by, and what clears the record
	wall      atomic.Int64
	creditors [2]string
	broken    fault
}

// fault is what is wrong on purpose with a track, to see whether it is found.
type fault struct {
	name  string
	sql   string // run on the database once
	sends func(*world) activities.Sends
	key   func(string) string // what becomes of a caller's key when it asks again
	finds string              // what is said of it
}

func newTrack(t testing.TB, broken fault) *track {
	t.Helper()
	url := storetest.URL(t)
	l := &track{broken: broken}
	l.wall.Store(raceBegins.UnixMicro())
	var err error
	l.store, err = store.New(t.Context(), url, store.Options{Wall: l.now, NoJitter: true})
	require.NoError(t, err)
	t.Cleanup(l.store.Close)
	l.conn, err = pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.conn.Close(context.Background()) })
	storetest.Prolong(t, l.store, 2030)
	l.creditors[0] = storetest.Creditor(t, l.store, "Acme").ID
	limited := storetest.Creditor(t, l.store, "Beta")
	limited.Limits.DailyEmail = 1
	limited, err = l.store.SaveCreditor(t.Context(), limited)
	require.NoError(t, err)
	l.creditors[1] = limited.ID
	if broken.sql != "" {
		_, err = l.conn.Exec(t.Context(), broken.sql)
		require.NoError(t, err)
	}
	return l
}

func (l *track) now() time.Time { return time.UnixMicro(l.wall.Add(1)).UTC() }

// reach moves the wall clock on to an instant; it never goes back.
func (l *track) reach(at time.Time) {
	for us := at.UnixMicro(); ; {
		is := l.wall.Load()
		if us <= is || l.wall.CompareAndSwap(is, us) {
			return
		}
	}
}

// cleared are the tables that a world writes to.
var cleared = []string{"stops", "contacts", "message_cases", "messages", "tasks", "holds", "disputes", "promises", "ledger_entries", "event_payloads",
	"events", "cases", "opt_outs", "contact_points", "debtors", "person_keys", "persons"}

// clear empties the record for the next world: nothing but a test may.
func (l *track) clear(ctx context.Context) error {
	var b pgx.Batch
	b.Queue(`set local session_replication_role = replica`)
	for _, table := range cleared {
		b.Queue(`delete from ` + table)
	}
	l.wall.Store(raceBegins.UnixMicro())
	return l.conn.SendBatch(ctx, &b).Close()
}

// world is one person with their debts, the workflows of these, and the
// providers, as one schedule goes over them.
type world struct {
	*track
	schedule
	ctx   context.Context
	acts  *activities.Activities
	sends activities.Sends

	mu       sync.Mutex
	flows    []*flow
	accepted map[string]int
	witness  storetest.Witness
	stops    []string
	reports  map[string]bool // "case kind" of what was reported
	refs     int
	orphans  bool // an attempt ran on whose answer nobody hears
	trouble  []string
	tally    tally
}

// flow is a case's workflow: what it was last told, and its attempts to act.
type flow struct {
	id    string
	next  record.Next
	knows bool // that next is what it was told last
	tries []*attempt
}

// attempt is one run of an activity. In a sequence it stands still before it
// calls its provider, and before it records the answer, until it is told to go on.
type attempt struct {
	flow   *flow
	turn   activities.Turn
	answer int // what the provider will do
	still  bool
	resume chan bool   // false: its process dies
	stands chan string // where it stands still; "" when it has ended
	next   record.Next
	err    error
	sent   string // message
}

type attemptKey struct{}

func newWorld(ctx context.Context, l *track, s schedule) (*world, error) {
	w := &world{track: l, schedule: s, ctx: ctx, accepted: map[string]int{}, reports: map[string]bool{}, tally: tally{}}
	w.witness.Whole = map[string]bool{}
	w.sends = l.store
	if l.broken.sends != nil {
		w.sends = l.broken.sends(w)
	}
	w.acts = activities.New(activities.Deps{Cases: l.store, Sends: w.sends, Post: w})
	if err := l.clear(ctx); err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(s.seed, 1))
	for n := range s.debts {
		if err := w.open(n, -25+random.IntN(28)); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// open submits debt n, which fell or falls due so many days from now, and
// starts its workflow.
func (w *world) open(n, days int) error {
	of := w.creditors[0]
	if w.two && n%2 == 1 {
		of = w.creditors[1]
	}
	in := storetest.Submission(of, n, madridDay(w.now()).AddDays(days))
	in.Principal = money.EUR(int64(80000 + 13*n))
	in.Debtor = debt.Party{Reference: "C-1", Kind: law.Business, Name: "Talleres Quevedo", TaxID: "B12345674", Language: "es", Street: "Gran Vía 10",
		PostalCode: "28013", City: "Madrid", Country: "ES", Contacts: []debt.ContactPoint{{Channel: "email", Value: "pagos@talleres.example"}}}
	if w.phone {
		in.Debtor.Contacts = append(in.Debtor.Contacts, debt.ContactPoint{Channel: "phone", Value: "+34612345678"})
	}
	f, err := w.store.Open(w.ctx, in, debt.Actor{Role: debt.Operator, ID: "k1"})
	if err != nil {
		return fmt.Errorf("open debt %d: %w", n, err)
	}
	fl := &flow{id: f.Case.ID}
	w.mu.Lock()
	w.flows = append(w.flows, fl)
	w.mu.Unlock()
	return w.decide(fl)
}

// wrong keeps an error that no step may bring about.
func (w *world) wrong(doing string, err error) {
	if err == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trouble = append(w.trouble, doing+": "+err.Error())
}

// decide is a workflow's first act, and what it does after news.
func (w *world) decide(f *flow) error {
	next, err := w.acts.Decide(w.ctx, activities.Turn{Case: f.id})
	if err != nil {
		return err
	}
	w.hears(f, next)
	return nil
}

// hears tells a workflow what comes next.
func (w *world) hears(f *flow, next record.Next) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f.next, f.knows = next, true
}

// Mode is how a channel's messages go out.
func (w *world) Mode(channel string) string {
	if w.outbox && channel == "email" {
		return "outbox"
	}
	return "sendgrid"
}

// Send is the provider, in the midst of an attempt.
func (w *world) Send(ctx context.Context, m record.Message) record.Delivery {
	a := ctx.Value(attemptKey{}).(*attempt)
	a.sent = m.ID
	a.stand("call")
	d := w.provider(m.ID, a.answer)
	a.stand("record")
	return d
}

// stand lets an attempt stand still; where its process dies, it goes no further.
func (a *attempt) stand(where string) {
	if !a.still {
		for range a.answer % 4 {
			runtime.Gosched()
		}
		return
	}
	a.stands <- where
	if !<-a.resume {
		runtime.Goexit()
	}
}

// deliveries are what providers do: whether they take the message, and what is
// known of it afterwards.
var deliveries = []struct {
	takes bool
	says  record.Delivery
}{
	{true, record.Delivery{State: "sent", Provider: "p"}},
	{true, record.Delivery{State: "unknown", Code: "timeout"}},
	{false, record.Delivery{State: "failed", Code: "550"}},
	{false, record.Delivery{State: "failed", Code: "503", Retry: true}},
	{true, record.Delivery{State: "sent", Provider: "p"}},
	{false, record.Delivery{State: "unknown", Code: "reset"}},
	{false, record.Delivery{State: "failed", Code: "bounce", DeadPoint: true}},
	{false, record.Delivery{State: "failed", Code: "21610", OptedOut: true}},
}

func (w *world) provider(id string, n int) record.Delivery {
	d := deliveries[n%len(deliveries)]
	w.mu.Lock()
	defer w.mu.Unlock()
	if d.takes {
		w.accepted[id]++
	}
	return d.says
}

// begin starts an attempt of a workflow to carry out what it was told, or to do
// so again, and lets it run until it first stands still, or to its end.
func (w *world) begin(f *flow, still bool, answer int) {
	w.mu.Lock()
	a := &attempt{flow: f, turn: activities.Turn{Case: f.id, Want: f.next.Decision}, still: still, answer: answer,
		resume: make(chan bool), stands: make(chan string)}
	f.tries = append(f.tries, a)
	w.mu.Unlock()
	if !still {
		w.carry(a)
		w.ended(a)
		return
	}
	due := w.voices(a)
	go func() {
		defer close(a.stands)
		w.carry(a)
	}()
	w.watch(a)
	if a.sent != "" {
		w.wrong("message "+a.sent, w.oneVoice(a.sent, due))
	}
}

// voices lists the other debts, owed to the same creditor, of which the record
// says that a collection letter by the same channel is due: one letter is to
// speak for all of them. What is due and what is not yet are told apart.
func (w *world) voices(a *attempt) []string {
	if d := a.turn.Want; !d.Do.Sends() || d.Purpose != "collection" || d.Step == "courtesy" {
		return nil
	}
	rows, err := w.conn.Query(w.ctx, `select c.id from cases c join cases own on own.id = $1 and own.creditor_id = c.creditor_id
		where c.id <> $1 and c.open and c.next_do = own.next_do and c.next->>'purpose' = 'collection' and c.next->>'channel' = $2
			and c.next->>'step' <> 'courtesy' and c.next_at <= $3 order by c.id`, a.turn.Case, a.turn.Want.Channel, w.now())
	w.wrong("list what is due", err)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	w.wrong("list what is due", err)
	return ids
}

// oneVoice checks that a message speaks for every debt that was due with it.
func (w *world) oneVoice(message string, due []string) error {
	for _, id := range due {
		var covered bool
		err := w.conn.QueryRow(w.ctx, `select exists (select from message_cases where message_id = $1 and case_id = $2)`, message, id).Scan(&covered)
		if err != nil {
			return err
		}
		if !covered {
			return fmt.Errorf("it leaves out case %s of the same creditor, for which a letter was due as well", id)
		}
	}
	w.tally.more("debts that had to go out with another", len(due))
	return nil
}

// carry runs the activity that bears the decision's name.
func (w *world) carry(a *attempt) {
	a.err = errDied
	ctx := context.WithValue(w.ctx, attemptKey{}, a)
	act := reflect.ValueOf(w.acts).MethodByName(string(a.turn.Want.Do))
	out := act.Call([]reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(a.turn)})
	a.next, _ = out[0].Interface().(record.Next)
	a.err, _ = out[1].Interface().(error)
}

var errDied = errors.New("its process died")

// watch waits until an attempt stands still or has ended.
func (w *world) watch(a *attempt) {
	if _, on := <-a.stands; !on {
		w.ended(a)
	}
}

// goOn lets an attempt that stands still go on, or die.
func (w *world) goOn(a *attempt, answer int, lives bool) {
	a.answer = answer
	if !lives {
		w.tally.add("attempts that died")
	}
	a.resume <- lives
	w.watch(a)
}

// ended takes an attempt from its workflow, which hears the newest alone.
func (w *world) ended(a *attempt) {
	w.mu.Lock()
	f := a.flow
	newest := len(f.tries) > 0 && f.tries[len(f.tries)-1] == a
	f.tries = slices.DeleteFunc(f.tries, func(x *attempt) bool { return x == a })
	w.mu.Unlock()
	var no *debt.Refusal
	switch {
	case errors.Is(a.err, errDied): // Temporal will have it tried again
	case errors.As(a.err, &no):
		w.mu.Lock()
		f.knows = false
		w.mu.Unlock()
	case a.err != nil:
		w.wrong(string(a.turn.Want.Do), a.err)
	case newest:
		w.hears(f, a.next)
	default:
		w.mu.Lock()
		w.orphans = true
		w.mu.Unlock()
	}
	if a.turn.Want.Do.Sends() && a.sent == "" && a.err == nil && w.Mode(a.turn.Want.Channel) != "outbox" {
		w.tally.add("sends that the door kept back")
	}
}

// idle reports whether a workflow waits for its timer, and gives its instant.
func (w *world) idle(f *flow) (record.Next, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return f.next, f.knows && len(f.tries) == 0 && !f.next.Decision.Final()
}

// rest lets everything run until nothing is left to do at this instant: what
// stands still goes on, what died expires, what was not heard is told.
func (w *world) rest() {
	for _, f := range w.flows {
		for len(f.tries) > 0 {
			w.goOn(f.tries[0], 0, true)
		}
	}
	w.reach(w.now().Add(3 * time.Minute))
	if _, err := w.store.ExpireReservations(w.ctx, 2*time.Minute); err != nil {
		w.wrong("expire", err)
	}
	for range 60 * len(w.flows) {
		busy := w.relay()
		for _, f := range w.flows {
			next, idle := w.idle(f)
			switch {
			case !f.knows:
				w.wrong("decide", w.decide(f))
				busy = true
			case idle && !next.Wake.After(w.now()):
				w.begin(f, false, 0)
				busy = true
			}
		}
		if !busy && !w.sweep() {
			w.awake()
			return
		}
	}
	w.wrong("rest", errors.New("the cases do not come to rest"))
}

// relay tells the workflows that are to be woken, and reports whether any was.
func (w *world) relay() bool {
	ids, err := w.store.Unacknowledged(w.ctx, 0, 1000, 0)
	w.wrong("find cases to wake", err)
	told := false
	for _, f := range w.flows {
		if !slices.Contains(ids, f.id) || len(f.tries) > 0 {
			continue
		}
		w.wrong("decide", w.decide(f))
		told = true
	}
	return told
}

// sweep wakes what is overdue although it was acknowledged: that happens only
// where an attempt ran on that its workflow had given up.
func (w *world) sweep() bool {
	ids, err := w.store.Overdue(w.ctx, 0, 1000, 0)
	w.wrong("find overdue cases", err)
	for _, f := range w.flows {
		if !slices.Contains(ids, f.id) {
			continue
		}
		if !w.orphans {
			w.wrong("case "+f.id, errors.New("it is due, and nobody told its workflow"))
		}
		w.tally.add("cases that only the sweep woke")
		w.wrong("decide", w.decide(f))
	}
	return len(ids) > 0
}

// awake checks that no workflow sleeps longer than the record says.
func (w *world) awake() {
	for _, f := range w.flows {
		var at *time.Time
		err := w.conn.QueryRow(w.ctx, `select next_at from cases where id = $1`, f.id).Scan(&at)
		w.wrong("read the next action", err)
		if at != nil && !w.orphans && (f.next.Decision.Final() || f.next.Wake.After(*at)) {
			w.wrong("case "+f.id, fmt.Errorf("the record says %s, its workflow sleeps until %s", at.UTC(), f.next.Wake))
		}
	}
}

// findings plays the schedule, lets the world come to rest and audits it.
func (w *world) findings() ([]string, error) {
	for _, group := range w.groups {
		if len(group) == 1 {
			w.do(group[0], !w.atOnce)
			continue
		}
		var wg sync.WaitGroup
		for _, s := range group {
			wg.Go(func() { w.do(s, false) })
		}
		wg.Wait()
	}
	w.rest()
	if w.atOnce {
		w.witness.Blur = time.Second
	}
	w.witness.Accepted, w.witness.Rest, w.witness.Now = w.accepted, true, w.now()
	found, err := storetest.Auditor{Store: w.store, Conn: w.conn}.Findings(w.ctx, w.witness)
	if err == nil {
		err = w.count()
	}
	return append(found, w.trouble...), err
}

// count adds what the world came to.
func (w *world) count() error {
	for what, sql := range map[string]string{
		"messages":                             `select count(*) from messages`,
		"messages late, flagged":               `select count(*) from messages where late`,
		"messages of unknown outcome":          `select count(*) from messages where state = 'unknown'`,
		"messages that failed":                 `select count(*) from messages where state = 'failed'`,
		"debts that went out with another":     `select count(*) from message_cases`,
		"payments":                             `select count(*) from events where kind = 'payment_received'`,
		"payments that bounced":                `select count(*) from events where kind = 'payment_bounced'`,
		"cases closed":                         `select count(*) from cases where not open`,
		"cases reopened":                       `select count(*) from events where kind = 'case_reopened'`,
		"promises":                             `select count(*) from events where kind = 'promise_made'`,
		"disputes":                             `select count(*) from events where kind = 'disputed'`,
		"emergency stops":                      `select count(*) from stops`,
		"channels refused":                     `select count(*) from events where kind = 'opted_out'`,
		"pending sends cancelled by a payment": `select count(*) from cases where not open and next->'why'->0->>'what' = 'paid'`,
	} {
		var n int
		if err := w.conn.QueryRow(w.ctx, sql).Scan(&n); err != nil {
			return err
		}
		w.tally.more(what, n)
	}
	return nil
}
