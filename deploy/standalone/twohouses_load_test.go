package standalone_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// neighbour is a person with debts at both creditors, and what they do.
type neighbour struct {
	*site
	busy   sync.Mutex // one thing at a time
	random *rand.Rand
	n      int
	cases  []string
	debtor []string // parallel to cases
	paid   map[string][]string
	open   map[string]string // case → dispute
	stop   string
}

// moves are what a neighbour, their creditors or the staff may do.
var moves = []func(*neighbour, int){
	(*neighbour).payAPart, (*neighbour).payAPart, (*neighbour).payAll, (*neighbour).payAll, (*neighbour).bounce, (*neighbour).promise, (*neighbour).promise,
	(*neighbour).dispute, (*neighbour).dispute, (*neighbour).resolve, (*neighbour).resolve, (*neighbour).pause, (*neighbour).halt, (*neighbour).halt, (*neighbour).refuse,
}

// move does so many things, one after the other.
func (p *neighbour) move(n int) {
	p.busy.Lock()
	defer p.busy.Unlock()
	for range n {
		moves[p.random.IntN(len(moves))](p, p.random.IntN(len(p.cases)))
	}
}

func euros(cents int64) object {
	return object{"amount": fmt.Sprintf("%d.%02d", cents/100, cents%100), "currency": "EUR"}
}

const owedCents = 125000

func (p *neighbour) pay(i int, cents int64) {
	id := p.cases[i]
	made := p.report(p.random, id, "payments", object{"amount": euros(cents), "received_on": p.today(), "reference": fmt.Sprintf("P-%d", p.random.Uint32())}, cents)
	if made != "" {
		p.paid[id] = append(p.paid[id], made)
	}
}

func (p *neighbour) payAPart(i int) { p.pay(i, 10000+p.random.Int64N(40000)) }

func (p *neighbour) payAll(i int) { p.pay(i, 2*owedCents+10000) }

func (p *neighbour) bounce(i int) {
	id := p.cases[i]
	if n := len(p.paid[id]); n > 0 {
		p.report(p.random, id, "payments/"+p.paid[id][n-1]+"/bounce", object{"on": p.today(), "reason": "returned"}, 0)
		p.paid[id] = p.paid[id][:n-1]
	}
}

func (p *neighbour) promise(i int) {
	p.report(p.random, p.cases[i], "promises", object{"amount": euros(owedCents / 2), "pay_by": p.today().AddDays(1 + p.random.IntN(6))}, 0)
}

func (p *neighbour) dispute(i int) {
	if made := p.report(p.random, p.cases[i], "disputes", object{"reason": "goods_not_received"}, 0); made != "" {
		p.open[p.cases[i]] = made
	}
}

func (p *neighbour) resolve(i int) {
	for id, d := range p.open {
		p.report(p.random, id, "disputes/"+d+"/resolve", object{"upheld": false}, 0)
		delete(p.open, id)
		return
	}
	p.pause(i)
}

func (p *neighbour) pause(i int) {
	p.report(p.random, p.cases[i], "holds", object{"reason": "hardship", "until": p.today().AddDays(p.random.IntN(8))}, 0)
}

// halt stops a case, or lifts that stop.
func (p *neighbour) halt(i int) {
	key := fmt.Sprintf("site-%d", p.site.n.Add(1))
	if p.stop != "" {
		p.post(p.random.IntN(2), key, "/v1/stops/"+p.stop+"/lift", object{})
		p.stop = ""
		return
	}
	a := p.post(p.random.IntN(2), key, "/v1/stops", object{"scope": "case", "of": p.cases[i], "reason": "asked for"})
	var made object
	_ = json.Unmarshal(a.body, &made)
	p.stop = made.text("id")
	if p.stop == "" {
		p.t.Errorf("a stop is answered with %d: %s", a.status, a.body)
	}
}

func (p *neighbour) refuse(i int) {
	a := p.post(p.random.IntN(2), fmt.Sprintf("site-%d", p.site.n.Add(1)), "/v1/debtors/"+p.debtor[i]+"/opt-outs", object{"channel": []string{"email", "sms"}[p.random.IntN(2)], "how": "stop"})
	if a.status/100 != 2 {
		p.t.Errorf("an opt-out is answered with %d: %s", a.status, a.body)
	}
}

// moveIn submits a neighbour's debts, each to one API or the other.
func (s *site) moveIn(n int, seed uint64) *neighbour {
	p := &neighbour{site: s, random: rand.New(rand.NewPCG(seed, uint64(n))), n: n, paid: map[string][]string{}, open: map[string]string{}}
	debts := 1 + p.random.IntN(3)
	if n%10 == 0 {
		debts = 10
	}
	contacts := []object{{"channel": "email", "value": fmt.Sprintf("pagos%d@obras.example", n)}}
	if p.random.IntN(2) == 0 {
		contacts = append(contacts, object{"channel": "phone", "value": fmt.Sprintf("+346%08d", n)})
	}
	for k := range debts {
		due := s.today().AddDays(-25 + p.random.IntN(28))
		ref := fmt.Sprintf("F-%d-%d", n, k)
		a := s.post(k, ref, "/v1/debts", object{"creditor_id": s.creditors[k%2], "reference": ref, "country": "ES", "claim": "services", "capacity": "creditor",
			"principal": euros(owedCents), "issued_on": due.AddDays(-30), "due_on": due,
			"debtor": object{"reference": fmt.Sprintf("D-%d", n), "kind": "business", "name": fmt.Sprintf("Obras Lorca %d", n), "language": "es", "contacts": contacts,
				"address": object{"street": "Calle Real 5", "postal_code": "28013", "city": "Madrid", "country": "ES"}}})
		var made object
		if err := json.Unmarshal(a.body, &made); err != nil || a.status != http.StatusCreated {
			s.t.Errorf("debt %s is answered with %d: %s", ref, a.status, a.body)
			return p
		}
		p.cases = append(p.cases, made.text("case_id"))
		p.debtor = append(p.debtor, made.text("debtor.id"))
	}
	return p
}

// TestComplaint3TwoHousesUnderLoad runs the production form, twice over: two API
// processes and two workers, while people pay, promise, contest and stop at
// both APIs, as contacts fall due. Each person is an interleaving of their own
// through a real Temporal; some have ten debts.
func TestComplaint3TwoHousesUnderLoad(t *testing.T) {
	people, rounds := 10, 4
	if proving {
		people, rounds = 200, 8
	}
	if text := os.Getenv("RECOBRO_RACES"); text != "" { // so many instead
		var err error
		if people, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	s := newSite(t)
	began := time.Now()
	all := make([]*neighbour, people)
	s.each(people, func(n int) { all[n] = s.moveIn(n, seed) })
	if t.Failed() {
		return
	}
	opened := time.Since(began)
	s.reacts = func(n int) { all[n].move(1) }
	day := s.today()
	for round := range rounds {
		s.reach(day.At(10, 30, s.madrid)) // the window is open, and every jitter is over
		var timers sync.WaitGroup
		timers.Go(s.fire)
		s.each(people, func(n int) {
			all[n].move(1 + (n+round)%2)
		})
		timers.Wait()
		s.settled(day.At(10, 30, s.madrid), 4*time.Minute)
		for day = day.AddDays(2); day.Weekday() == time.Saturday || day.Weekday() == time.Sunday; {
			day = day.AddDays(1)
		}
	}
	s.audit()
	s.figures(time.Since(began), opened, people)
}

// each does something for every neighbour, a dozen at a time.
func (s *site) each(n int, do func(int)) {
	var wg sync.WaitGroup
	room := make(chan struct{}, 12)
	for i := range n {
		room <- struct{}{}
		wg.Go(func() {
			defer func() { <-room }()
			do(i)
		})
	}
	wg.Wait()
}

// figures logs what came about.
func (s *site) figures(took, opening time.Duration, people int) {
	s.t.Helper()
	var b strings.Builder
	for _, x := range [][2]string{
		{"cases", `select count(*) from cases`}, {"cases closed", `select count(*) from cases where not open`},
		{"events", `select count(*) from events`}, {"messages", `select count(*) from messages`},
		{"messages sent", `select count(*) from messages where state = 'sent'`}, {"messages failed", `select count(*) from messages where state = 'failed'`},
		{"messages of unknown outcome", `select count(*) from messages where state = 'unknown'`},
		{"messages late, flagged", `select count(*) from messages where late`},
		{"debts that went out with another", `select count(*) from message_cases`},
		{"payments", `select count(*) from events where kind = 'payment_received'`}, {"payments that bounced", `select count(*) from events where kind = 'payment_bounced'`},
	} {
		var n int
		if err := s.conn.QueryRow(s.t.Context(), x[1]).Scan(&n); err != nil {
			s.t.Fatal(err)
		}
		fmt.Fprintf(&b, "\n  %8d  %s", n, x[0])
	}
	for _, what := range slices.Sorted(maps.Keys(s.answers)) {
		fmt.Fprintf(&b, "\n  %8d  %s", s.answers[what], what)
	}
	s.t.Logf("%d people in %.0f s (%.0f s of it to open their debts); %d requests put to both APIs at once, %d answers repeated%s",
		people, took.Seconds(), opening.Seconds(), s.pairs, s.replayed, b.String())
}
