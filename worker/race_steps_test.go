package worker

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store/storetest"
)

// step is one thing that happens: what, to which case, and how.
type step struct {
	do      string
	of      int
	variant int
}

// group is what happens at once; most are one step.
type group []step

// schedule is what happens to a person, and who that is: all of it follows from
// the seed.
type schedule struct {
	seed   uint64
	debts  int
	two    bool // creditors
	phone  bool
	outbox bool
	atOnce bool
	groups []group
}

// chances are how often each step comes, in all some hundred.
var chances = []struct {
	do     string
	weight int
}{
	// What the engine does: a timer fires, an activity runs, goes on, is tried
	// again, dies; the relay tells; time passes.
	{"due", 26}, {"act", 10}, {"go", 24}, {"news", 7}, {"tick", 4}, {"again", 4}, {"die", 3}, {"expire", 2}, {"lookup", 2},
	// What people report.
	{"pay", 9}, {"bounce", 6}, {"promise", 5}, {"dispute", 5}, {"resolve", 4}, {"pause", 3}, {"lift", 2},
	{"stop", 3}, {"unstop", 3}, {"refuse", 2}, {"allow", 2}, {"close", 1}, {"open", 1},
}

// scheduleOf makes the schedule of a seed.
func scheduleOf(seed uint64, atOnce bool) schedule {
	r := rand.New(rand.NewPCG(seed, 0))
	s := schedule{seed: seed, atOnce: atOnce, two: r.IntN(2) == 0, phone: r.IntN(5) > 1, outbox: r.IntN(6) == 0}
	switch n := r.IntN(20); {
	case n == 0:
		s.debts = 10
	case n < 9:
		s.debts = 1
	default:
		s.debts = 2 + n%2
	}
	for left := 10 + r.IntN(9); left > 0; {
		size := 1
		if atOnce {
			size = 1 + r.IntN(4)
		}
		var g group
		for range size {
			g = append(g, step{do: draw(r), of: r.IntN(s.debts), variant: r.IntN(8)})
		}
		s.groups = append(s.groups, g.orderly())
		left -= size
	}
	return s
}

// orderly lets no time pass while a stop is placed: what was first would no
// longer show in the instants.
func (g group) orderly() group {
	if !slices.ContainsFunc(g, func(s step) bool { return s.do == "stop" }) {
		return g
	}
	for i := range g {
		if len(g) > 1 && (g[i].do == "due" || g[i].do == "tick") {
			g[i].do = "act"
		}
	}
	return g
}

func draw(r *rand.Rand) string {
	all := 0
	for _, c := range chances {
		all += c.weight
	}
	n := r.IntN(all)
	for _, c := range chances {
		if n -= c.weight; n < 0 {
			return c.do
		}
	}
	return "due"
}

// String writes the steps as parseSteps reads them: "due 0 3; pay 1 0 & act 1 2".
func (s schedule) String() string {
	var out []string
	for _, g := range s.groups {
		var at []string
		for _, x := range g {
			at = append(at, fmt.Sprintf("%s %d %d", x.do, x.of, x.variant))
		}
		out = append(out, strings.Join(at, " & "))
	}
	return strings.Join(out, "; ")
}

func parseSteps(text string) ([]group, error) {
	var out []group
	if text == "" {
		return nil, nil
	}
	for _, part := range strings.Split(text, ";") {
		var g group
		for _, one := range strings.Split(part, "&") {
			words := strings.Fields(one)
			if len(words) != 3 {
				return nil, fmt.Errorf("step %q: want what, case and variant", one)
			}
			of, err1 := strconv.Atoi(words[1])
			variant, err2 := strconv.Atoi(words[2])
			if err := errors.Join(err1, err2); err != nil {
				return nil, fmt.Errorf("step %q: %w", one, err)
			}
			g = append(g, step{words[0], of, variant})
		}
		out = append(out, g)
	}
	return out, nil
}

// tally counts what came about.
type tally map[string]int

var tallies sync.Mutex

func (t tally) add(what string) { t.more(what, 1) }

func (t tally) more(what string, n int) {
	tallies.Lock()
	defer tallies.Unlock()
	t[what] += n
}

func (t tally) String() string {
	var b strings.Builder
	for _, what := range slices.Sorted(maps.Keys(t)) {
		fmt.Fprintf(&b, "\n  %8d  %s", t[what], what)
	}
	return b.String()
}

// do does one step. still says whether attempts stand still within.
func (w *world) do(s step, still bool) {
	f := w.meant(s)
	switch s.do {
	case "due":
		w.timer(still, s.variant)
	case "act":
		if next, idle := w.idle(f); idle && !next.Wake.After(w.now()) {
			w.begin(f, still, s.variant)
		}
	case "go", "die":
		w.mu.Lock()
		tries := slices.Clone(f.tries)
		w.mu.Unlock()
		if n := len(tries); still && n > 0 {
			w.goOn(tries[s.variant%n], s.variant, s.do == "go")
		}
	case "again":
		w.mu.Lock()
		may := f.knows && !f.next.Decision.Final() && len(f.tries) < 3
		w.mu.Unlock()
		if may {
			w.begin(f, still, s.variant)
		}
	case "news":
		w.relay()
	case "tick":
		w.reach(w.now().Add([]time.Duration{time.Second, time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour, 72 * time.Hour, 192 * time.Hour, 720 * time.Hour}[s.variant]))
	case "expire":
		_, err := w.store.ExpireReservations(w.ctx, []time.Duration{-time.Second, 2 * time.Minute}[s.variant%2])
		w.wrong("expire", err)
	case "open":
		w.mu.Lock()
		n := 100 + len(w.flows)
		w.mu.Unlock()
		if n < 112 && still {
			w.wrong("open", w.open(n, -20+s.variant*3))
		}
	default:
		w.reported(f, s)
	}
}

// meant gives the case that a step is about: the one it names, or the next that
// the step can do something to.
func (w *world) meant(s step) *flow {
	now := w.now()
	w.mu.Lock()
	defer w.mu.Unlock()
	for k := range w.flows {
		f := w.flows[(s.of+k)%len(w.flows)]
		switch s.do {
		case "act":
			if f.knows && len(f.tries) == 0 && !f.next.Decision.Final() && !f.next.Wake.After(now) {
				return f
			}
		case "go", "die", "again":
			if len(f.tries) > 0 {
				return f
			}
		case "bounce", "resolve", "lift":
			if w.reports[f.id+" "+map[string]string{"bounce": "payment_received", "resolve": "disputed", "lift": "hold_placed"}[s.do]] {
				return f
			}
		}
	}
	return w.flows[s.of%len(w.flows)]
}

// timer lets time come to the earliest instant for which a workflow waits, and
// that workflow act.
func (w *world) timer(still bool, variant int) {
	var first *flow
	var at time.Time
	w.mu.Lock()
	for _, f := range w.flows {
		if f.knows && len(f.tries) == 0 && !f.next.Decision.Final() && (first == nil || f.next.Wake.Before(at)) {
			first, at = f, f.next.Wake
		}
	}
	w.mu.Unlock()
	if first == nil || at.Sub(w.now()) > 60*24*time.Hour {
		return
	}
	w.reach(at)
	w.begin(first, still, variant)
}

// reported does the steps that people report.
func (w *world) reported(f *flow, s step) {
	switch s.do {
	case "stop", "unstop":
		w.halt(f, s)
		return
	case "lookup":
		w.lookUp(f)
		return
	}
	file, err := w.store.File(w.ctx, f.id)
	if err != nil {
		w.wrong("read case "+f.id, err)
		return
	}
	c, today := file.Case, madridDay(w.now())
	switch s.do {
	case "pay":
		w.pay(f, s.variant, file, today)
	case "bounce":
		for i := len(c.Payments) - 1; i >= 0; i-- {
			if c.Payments[i].Bounced.IsZero() {
				w.report(f, debt.PaymentBounced{Payment: c.Payments[i].ID, On: today}, s.variant == 3)
				return
			}
		}
	case "promise":
		part := file.Balance.Cents * int64(25+s.variant*10) / 100
		w.report(f, debt.PromiseMade{Amount: money.EUR(part), PayBy: today.AddDays(1 + 2*s.variant)}, s.variant == 3)
	case "dispute":
		w.report(f, debt.Disputed{Reason: "goods_not_received"}, s.variant == 3)
	case "resolve":
		if n := len(c.Disputes); n > 0 {
			x := debt.DisputeResolved{Dispute: c.Disputes[n-1].ID, State: "rejected"}
			switch s.variant {
			case 0:
				x.State = "upheld"
			case 1, 2:
				x.State, x.Reduction = "partly", money.EUR(max(c.OpenPrincipal().Cents/3, 1))
			}
			w.report(f, x, s.variant == 3)
		}
	case "pause":
		w.report(f, debt.HoldPlaced{Hold: debt.Hold{Reason: debt.HoldHardship, Until: today.AddDays(s.variant * 2)}}, s.variant == 3)
	case "lift":
		if len(c.Holds) > 0 {
			w.report(f, debt.HoldEnded{Hold: c.Holds[0].ID, Note: "go on"}, s.variant == 3)
		}
	case "refuse":
		w.report(f, debt.OptedOut{Channel: []string{"email", "sms"}[s.variant%2], How: "stop"}, s.variant == 3)
	case "allow":
		w.report(f, debt.OptedIn{Channel: []string{"email", "sms"}[s.variant%2], How: "asked"}, s.variant == 3)
	case "close":
		w.report(f, debt.CaseClosed{Outcome: debt.Withdrawn, Reason: "asked for"}, s.variant == 3)
	default:
		w.wrong("schedule", fmt.Errorf("nothing is done at %q", s.do))
	}
}

// pay reports a payment: all that is owed, more than that, or a part, of today
// or of some days ago.
func (w *world) pay(f *flow, variant int, file record.File, today calendar.Date) {
	x := debt.PaymentReceived{Amount: money.EUR(file.Case.Principal.Cents * int64(variant) / 9), Received: today}
	whole := false
	switch variant {
	case 0, 1, 2:
		x.Amount = file.Balance
		whole = !w.atOnce // what is owed may change between asking and paying
		if w.atOnce {
			x.Amount.Cents = 2*file.Case.Principal.Cents + 100_00
		}
	case 6:
		x.Received = today.AddDays(-5)
	case 7:
		x.Amount.Cents = 2*file.Case.Principal.Cents + 100_00
	}
	if x.Amount.Cents <= 0 {
		return
	}
	if whole {
		w.mu.Lock()
		w.witness.Whole[fmt.Sprintf("f-%d", w.refs+1)] = true
		w.mu.Unlock()
	}
	w.report(f, x, variant%4 == 3)
	if whole && file.Case.Open() {
		w.cancelled(f)
	}
}

// cancelled checks that what was pending is so no more, and says why, as soon as
// the payment in full is committed.
func (w *world) cancelled(f *flow) {
	var do, why string
	err := w.conn.QueryRow(w.ctx, `select next_do, next->'why'->0->>'code' from cases where id = $1`, f.id).Scan(&do, &why)
	w.wrong("read the next action", err)
	if do != "CloseCase" || (why != "paid" && why != "settled") {
		w.wrong("case "+f.id, fmt.Errorf("it is paid in full; next is %s, for %s", do, why))
	}
}

// report puts a fact before the record under a key of its own, and keeps what
// was answered. Some ask twice: at once, where things happen at once.
func (w *world) report(f *flow, x debt.Fact, twice bool) {
	w.mu.Lock()
	w.refs++
	key := fmt.Sprintf("f-%d", w.refs)
	w.mu.Unlock()
	paid := int64(0)
	if p, is := x.(debt.PaymentReceived); is {
		p.Reference, paid = key, p.Amount.Cents
		x = p
	}
	told := storetest.Told{Case: f.id, Ref: key, Answer: storetest.No, Paid: paid}
	ask := func(under string) {
		_, err := w.store.Record(w.ctx, f.id, under, debt.Actor{Role: debt.Operator, ID: "k1"}, x)
		var no *debt.Refusal
		if errors.As(err, &no) {
			return
		}
		w.wrong("report "+x.Kind(), err)
		w.mu.Lock()
		defer w.mu.Unlock()
		told.Answer = storetest.Yes // a no may have become a yes between two askings
	}
	w.asks(ask, key, twice)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reports[f.id+" "+x.Kind()] = true
	w.witness.Told = append(w.witness.Told, told)
}

// asks puts a report once, or twice under one key.
func (w *world) asks(ask func(key string), key string, twice bool) {
	again := key
	if w.broken.key != nil {
		again = w.broken.key(key)
	}
	var wg sync.WaitGroup
	wg.Go(func() { ask(key) })
	if !w.atOnce {
		wg.Wait()
	}
	if twice {
		wg.Go(func() { ask(again) })
	}
	wg.Wait()
}

// halt places an emergency stop, or lifts the last.
func (w *world) halt(f *flow, s step) {
	if s.do == "unstop" {
		w.mu.Lock()
		n := len(w.stops)
		if n == 0 {
			w.mu.Unlock()
			return
		}
		id := w.stops[n-1]
		w.stops = w.stops[:n-1]
		w.mu.Unlock()
		_, err := w.store.LiftStop(w.ctx, id, "k1")
		w.wrong("lift a stop", err)
		return
	}
	st := record.Stop{Scope: []string{"case", "creditor", "installation", "channel"}[s.variant%4], Reason: "asked for", By: "k1"}
	switch st.Scope {
	case "case":
		st.Of = f.id
	case "creditor":
		st.Of = w.creditors[s.variant/4]
	case "channel":
		st.Of = []string{"email", "sms"}[s.variant/4]
	}
	st, _, err := w.store.PlaceStop(w.ctx, st)
	w.wrong("place a stop", err)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stops = append(w.stops, st.ID)
}

// lookUp has a person find out what became of messages of unknown outcome, and
// say so truly. Nobody is asked while an attempt may still send one.
func (w *world) lookUp(f *flow) {
	all, err := w.store.Messages(w.ctx, f.id, "", "", 100)
	w.wrong("list messages", err)
	for _, m := range all {
		w.mu.Lock()
		state := "failed"
		if w.accepted[m.ID] > 0 {
			state = "sent"
		}
		under := w.atOnce || slices.ContainsFunc(w.flows, func(f *flow) bool {
			return slices.ContainsFunc(f.tries, func(a *attempt) bool { return a.sent == m.ID })
		})
		w.refs++
		key := fmt.Sprintf("f-%d", w.refs)
		w.mu.Unlock()
		if m.State != "unknown" || under {
			continue
		}
		_, err := w.store.SettleMessage(w.ctx, m.ID, key, debt.Actor{Role: debt.Supervisor, ID: "k2"}, debt.MessageEnded{State: state})
		w.wrong("settle a message", err)
	}
}

// madridDay is the day of an instant where the debtors live.
func madridDay(at time.Time) calendar.Date {
	p, err := calendar.PlaceOf("ES", "28013", "")
	if err != nil {
		panic(err)
	}
	return calendar.DateOf(at.In(p.Zone()))
}
