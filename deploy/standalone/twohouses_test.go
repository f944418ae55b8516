package standalone_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/fake"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
	"github.com/recobro/recobro/worker"
)

// wallFile tells the processes of a site how far their wall clock is ahead of
// the machine's, in nanoseconds: they all have the one clock, and it can be moved.
const wallFile = "RECOBRO_TEST_WALL"

// Before any test runs, the test binary may be asked to play one of these.
var _ = enlist("site api", func(ctx context.Context, p *command.Parts) error {
	l, err := command.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("url", "http://"+l.Addr().String())
	return command.Serve(ctx, l, p.Handler())
}) && enlist("site worker", func(ctx context.Context, p *command.Parts) error {
	fmt.Println("works")
	return worker.Run(ctx, p.WorkerOptions())
})

func enlist(role string, serve func(context.Context, *command.Parts) error) bool {
	victims[role] = func(ctx context.Context) error {
		cfg, err := command.Load(command.Environ())
		if err != nil {
			return err
		}
		p, err := command.Open(ctx, cfg, command.Wiring{Logger: quiet, Version: "test"})
		if err != nil {
			return err
		}
		defer p.Close()
		p.Store, err = store.New(ctx, cfg.DatabaseURL, store.Options{Wall: movedWall(os.Getenv(wallFile))})
		if err != nil {
			return err
		}
		return serve(ctx, p)
	}
	return true
}

// movedWall is the wall clock that a file moves.
func movedWall(file string) func() time.Time {
	return func() time.Time {
		text, err := os.ReadFile(file)
		if err != nil {
			panic(err)
		}
		ahead, err := strconv.ParseInt(string(text), 10, 64)
		if err != nil {
			panic(err)
		}
		return time.Now().Add(time.Duration(ahead)).UTC()
	}
}

// site is an installation in the production form: two API processes and two
// workers, on one PostgreSQL and one Temporal, sending to stand-ins.
type site struct {
	*branch
	t         *testing.T
	record    *store.Store // read by the site's clock
	conn      *pgx.Conn
	file      string
	ahead     time.Duration
	apis      [2]string
	key       record.Key
	secret    string
	creditors [2]string
	madrid    *time.Location
	client    *http.Client
	n         atomic.Int64
	reacts    func(neighbour int) // what a neighbour does while a letter to them is under way
	reacting  atomic.Int64        // how many do

	mu       sync.Mutex
	told     []storetest.Told
	answers  map[string]int // by what was asked, and the answer's status
	replayed int
	pairs    int
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{branch: newBranch(t), t: t, file: filepath.Join(t.TempDir(), "wall"), answers: map[string]int{}, client: &http.Client{Timeout: 30 * time.Second}}
	var err error
	if s.madrid, err = time.LoadLocation("Europe/Madrid"); err != nil {
		t.Fatal(err)
	}
	s.Always(temperament)
	s.Mail = listen(t, s.pondering(s.Provider))
	s.Phone = s.Mail
	// The coming Monday: what is due then is not due by Temporal's clock, so that
	// the test says when a timer fires.
	day := calendar.DateOf(time.Now().In(s.madrid)).AddDays(1)
	for day.Weekday() != time.Monday {
		day = day.AddDays(1)
	}
	s.reach(day.At(9, 30, s.madrid))
	if s.record, err = store.New(t.Context(), s.Database, store.Options{Wall: movedWall(s.file)}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.record.Close)
	if s.conn, err = pgx.Connect(t.Context(), s.Database); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.conn.Close(context.Background()) })
	for i, name := range []string{"Talleres Vega", "Maderas Ebro"} {
		made, err := s.record.SaveCreditor(t.Context(), record.Creditor{Name: name, Country: "ES", IBAN: "ES9121000418450200051332", Email: "cobros@vega.example",
			Phone: "+34910000000", Street: "Calle Mayor 1", PostalCode: "28013", City: "Madrid", Limits: record.CreditorLimits{DailyEmail: 40 * i}})
		if err != nil {
			t.Fatal(err)
		}
		s.creditors[i] = made.ID
	}
	if s.key, s.secret, err = s.record.NewKey(t.Context(), record.Key{Role: debt.Operator, Label: "caller"}); err != nil {
		t.Fatal(err)
	}
	s.start()
	return s
}

// start starts the four processes.
func (s *site) start() {
	s.t.Helper()
	environ := []string{wallFile + "=" + s.file, "DATABASE_URL=" + s.Database, "TEMPORAL_ADDRESS=" + s.Temporal, "TEMPORAL_NAMESPACE=" + s.Namespace,
		"RECOBRO_TIME_MACHINE=false", "RECOBRO_EMAIL=sendgrid", "RECOBRO_EMAIL_FROM=cobros@example.com", "SENDGRID_API_KEY=key", "SENDGRID_BASE_URL=" + s.Mail,
		"RECOBRO_SMS=twilio", "RECOBRO_SMS_FROM=+34910000000", "TWILIO_ACCOUNT_SID=AC0123456789abcdef0123456789abcdef", "TWILIO_AUTH_TOKEN=secret",
		"TWILIO_BASE_URL=" + s.Phone, "RECOBRO_PUBLIC_URL=https://recobro.example"}
	for i := range 2 {
		for _, role := range []string{"site worker", "site api"} {
			v := spawn(s.t, role, environ...)
			line, on := <-v.line
			if !on {
				<-v.done
				s.t.Fatalf("the %s did not start: %v\n%s", role, v.err, v.stderr.String())
			}
			if url, is := strings.CutPrefix(line, "url "); is {
				s.apis[i] = url
			}
		}
	}
}

// temperament is how the providers treat a letter: most they take, of some they
// lose the answer, some they refuse, and some are to come again later.
func temperament(l fake.Letter) fake.Behaviour {
	var sum byte
	for _, c := range []byte(l.ID) {
		sum += c
	}
	switch sum % 16 {
	case 0:
		return fake.AcceptDrop
	case 1:
		return fake.AcceptFail
	case 2:
		return fake.Busy
	case 3:
		return fake.Drop
	case 4:
		return fake.Refuse(http.StatusBadRequest)
	}
	return fake.Accept
}

// recipient finds the number of the neighbour to whom a letter goes.
var recipient = regexp.MustCompile(`pagos(\d+)@|(?:\+|%2B)346(\d{8})`)

// pondering is a provider that takes a moment over each letter, now a shorter
// one, now a longer; while it takes longer, the debtor of that letter does
// something. So sends are in flight when facts come in.
func (s *site) pondering(h http.Handler) http.Handler {
	var n atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the worker is gone
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		k := n.Add(1) % 8
		if to := recipient.FindSubmatch(body); to != nil && k > 3 {
			number, _ := strconv.Atoi(string(to[1]) + string(to[2])) // the pattern has digits alone
			s.reacting.Add(1)
			go func() {
				defer s.reacting.Add(-1)
				s.reacts(number)
			}()
		}
		<-time.After(time.Duration(k) * 40 * time.Millisecond)
		h.ServeHTTP(w, r)
	})
}

// reach moves the site's clock on.
func (s *site) reach(at time.Time) {
	s.t.Helper()
	s.ahead = max(s.ahead, time.Until(at))
	next := s.file + ".next"
	if err := errors.Join(os.WriteFile(next, []byte(strconv.FormatInt(int64(s.ahead), 10)), 0o600), os.Rename(next, s.file)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) now() time.Time { return time.Now().Add(s.ahead) }

func (s *site) today() calendar.Date { return calendar.DateOf(s.now().In(s.madrid)) }

// answer is what one API said.
type answer struct {
	status   int
	body     []byte
	replayed bool
}

// post asks an API until it gives an answer that is one: not that the same
// request is under way, and not that something is wrong with the API.
func (s *site) post(api int, key, path string, body object) answer {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	for {
		req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.apis[api%2]+path, bytes.NewReader(text))
		if err != nil {
			panic(err)
		}
		req.Header.Set("Authorization", "Bearer "+s.secret)
		req.Header.Set("Idempotency-Key", key)
		req.Header.Set("Content-Type", "application/json")
		res, err := s.client.Do(req)
		if err != nil {
			s.t.Errorf("POST %s: %v", path, err)
			return answer{}
		}
		said, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		a := answer{res.StatusCode, said, res.Header.Get("Idempotency-Replayed") == "true"}
		busy := a.status == http.StatusConflict && strings.Contains(string(said), "idempotency_key_busy")
		if err == nil && !busy && a.status < 500 {
			s.mu.Lock()
			s.answers[fmt.Sprintf("%s: %d", path[strings.LastIndex(path, "/")+1:], a.status)]++
			if a.replayed {
				s.replayed++
			}
			s.mu.Unlock()
			return a
		}
		select {
		case <-s.t.Context().Done():
			return a
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// report puts a fact before one API, or before both at once, which must then
// give the same answer. It gives the id of what was made; empty where a rule
// said no.
func (s *site) report(r *rand.Rand, caseID, what string, body object, cents int64) string {
	key, path := fmt.Sprintf("site-%d", s.n.Add(1)), "/v1/cases/"+caseID+"/"+what
	var first answer
	if r.IntN(3) > 0 {
		first = s.post(r.IntN(2), key, path, body)
	} else {
		var both [2]answer
		var wg sync.WaitGroup
		for i := range both {
			wg.Go(func() { both[i] = s.post(i, key, path, body) })
		}
		wg.Wait()
		if both[0].status != both[1].status || !bytes.Equal(both[0].body, both[1].body) {
			s.t.Errorf("POST %s with one key gives %d and %d:\n%s\n%s", path, both[0].status, both[1].status, both[0].body, both[1].body)
		}
		if both[0].replayed == both[1].replayed {
			s.t.Errorf("POST %s with one key was carried out by both or by neither: %v, %v", path, both[0].replayed, both[1].replayed)
		}
		s.mu.Lock()
		s.pairs++
		s.mu.Unlock()
		first = both[0]
	}
	t := storetest.Told{Case: caseID, Ref: s.key.ID + "/" + key, Answer: storetest.No, Paid: cents}
	var made object
	if first.status/100 == 2 {
		t.Answer = storetest.Yes
		_ = json.Unmarshal(first.body, &made)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, t)
	return made.text("id")
}

// settled moves the clock on to an instant and fires the timers of all cases
// that are due, again until none is: an act may bring another one about.
func (s *site) settled(at time.Time, patience time.Duration) {
	s.t.Helper()
	s.reach(at)
	began, fired := time.Now(), time.Time{}
	for {
		ids, err := s.record.Unrest(s.t.Context(), s.now(), 1000)
		if err != nil {
			s.t.Fatal(err)
		}
		if len(ids) == 0 && s.reacting.Load() == 0 {
			return
		}
		if len(ids) > 0 && time.Since(began) > patience {
			s.t.Fatalf("after %s %d cases are not at rest; %s: %+v", patience, len(ids), ids[0], s.nextOf(ids[0]))
		}
		if time.Since(fired) > 3*time.Second {
			fired = time.Now()
			s.fire()
		}
		<-time.After(100 * time.Millisecond)
	}
}

// fire does what Temporal's timers do once their instant has come.
func (s *site) fire() {
	s.t.Helper()
	due, err := s.record.Due(s.t.Context(), s.now())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, id := range due {
		if err := s.waker.Due(s.t.Context(), id); err != nil {
			s.t.Error(err)
		}
	}
}

func (s *site) nextOf(id string) any {
	f, err := s.record.File(s.t.Context(), id)
	if err != nil {
		return err
	}
	return f.Next
}

// audit checks the record, once everything is at rest.
func (s *site) audit() {
	s.t.Helper()
	found, err := storetest.Auditor{Store: s.record, Conn: s.conn}.Findings(s.t.Context(),
		storetest.Witness{Accepted: s.Accepted(), Told: s.told, Rest: true, Now: s.now(), Blur: time.Second})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, f := range found {
		s.t.Error(f)
	}
	if v := s.Violations(); len(v) > 0 {
		s.t.Errorf("the providers object: %v", v)
	}
}
