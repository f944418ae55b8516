package standalone_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
)

// caller is a creditor's system that reports to installations which die: each
// fact under a key of its own, again until it is answered.
type caller struct {
	t        *testing.T
	random   *rand.Rand
	client   *http.Client
	key      record.Key
	secret   string
	creditor string
	facts    []*fact // all that was ever sent
	open     []*fact // those without an answer
	debts    []*fact // those answered with a case
}

// fact is one report.
type fact struct {
	key, path string
	of        *fact // the debt that it is about; nil where it is one
	cents     int64 // of a payment
	body      object
	round     int
	status    int // of its answer; 0 where there was none
	answer    []byte
}

func (f *fact) accepted() bool { return f.status/100 == 2 }

// caseID is the case of an answered debt, or of what is about it.
func (f *fact) caseID() string {
	if f.of != nil {
		return f.of.caseID()
	}
	var made object
	_ = json.Unmarshal(f.answer, &made)
	return made.text("case_id")
}

func newCaller(t *testing.T, random *rand.Rand, s *store.Store) *caller {
	t.Helper()
	made, err := s.SaveCreditor(t.Context(), record.Creditor{Name: "Talleres Vega", Country: "ES", IBAN: "ES9121000418450200051332",
		Email: "cobros@vega.example", Phone: "+34910000000", Street: "Calle Mayor 1", PostalCode: "28013", City: "Madrid"})
	if err != nil {
		t.Fatal(err)
	}
	c := &caller{t: t, random: random, creditor: made.ID, client: &http.Client{Timeout: 20 * time.Second}}
	if c.key, c.secret, err = s.NewKey(t.Context(), record.Key{Role: debt.Operator, Label: "caller"}); err != nil {
		t.Fatal(err)
	}
	return c
}

// debtor is that of the n-th debt, reached by e-mail, by phone or by both: every
// fourth debt is a further one of the debtor before.
func debtor(n int) object {
	if n%4 == 3 {
		n--
	}
	name := fmt.Sprintf("D-%d", n)
	var contacts []object
	if n%3 != 1 {
		contacts = append(contacts, object{"channel": "email", "value": strings.ToLower(name) + "@obras.example"})
	}
	if n%3 != 0 {
		contacts = append(contacts, object{"channel": "phone", "value": fmt.Sprintf("+346%08d", n)})
	}
	return object{"reference": name, "kind": "business", "name": "Obras " + name, "language": "es", "contacts": contacts,
		"address": object{"street": "Calle Real 5", "postal_code": "28013", "city": "Madrid", "country": "ES"}}
}

// debt makes a debt that fell due three weeks before.
func (c *caller) debt(round, n int, wall time.Time) *fact {
	due := calendar.DateOf(wall).AddDays(-21)
	ref := fmt.Sprintf("F-%d", n)
	return &fact{key: ref, path: "/v1/debts", round: round, body: object{
		"creditor_id": c.creditor, "reference": ref, "country": "ES", "claim": "services", "capacity": "creditor",
		"principal": object{"amount": "1250.00", "currency": "EUR"}, "issued_on": due.AddDays(-30), "due_on": due, "debtor": debtor(n)}}
}

// about makes a payment, a promise or a note on one of the newest debts.
func (c *caller) about(round int, wall time.Time) *fact {
	newest := c.debts[max(0, len(c.debts)-24):]
	n := len(c.facts)
	f := &fact{key: fmt.Sprintf("about-%d", n), of: newest[c.random.IntN(len(newest))], round: round}
	on := "/v1/cases/" + f.of.caseID()
	today := calendar.DateOf(wall)
	switch n % 8 {
	case 0:
		f.path = on + "/promises"
		f.body = object{"amount": object{"amount": "400.00", "currency": "EUR"}, "pay_by": today.AddDays(4), "channel": "phone"}
	case 1, 2, 3:
		f.path, f.body = on+"/notes", object{"text": "Nota " + f.key}
	default:
		f.cents = int64(100 + n%100)
		f.path = on + "/payments"
		f.body = object{"amount": object{"amount": fmt.Sprintf("1.%02d", n%100), "currency": "EUR"}, "received_on": today, "reference": f.key}
	}
	return f
}

// report sends debts, facts on debts, and then what was not answered before,
// until there is nothing left or nobody there: what was made meanwhile must not
// be taken for what an older fact made.
func (c *caller) report(ctx context.Context, url string, round int, wall time.Time) {
	late := c.open
	next := len(c.facts)
	send := func(f *fact) bool {
		c.facts, c.open = append(c.facts, f), append(c.open, f)
		return c.send(ctx, url, f)
	}
	debts := 0
	for _, f := range c.facts {
		if f.of == nil {
			debts++
		}
	}
	for n := range 3 {
		if !send(c.debt(round, debts+n, wall)) {
			return
		}
	}
	for len(c.debts) > 0 && len(c.facts) < next+12 {
		if !send(c.about(round, wall)) {
			return
		}
	}
	for _, f := range late {
		if !c.send(ctx, url, f) {
			return
		}
	}
}

// send sends a fact once, and tells whether anybody was there.
func (c *caller) send(ctx context.Context, url string, f *fact) bool {
	status, text, err := c.post(ctx, url, f)
	if err != nil {
		return false
	}
	if status >= 500 || status == http.StatusTooManyRequests || strings.Contains(string(text), "idempotency_key_busy") {
		return true // no answer to the fact
	}
	f.status, f.answer = status, text
	for i, o := range c.open {
		if o == f {
			c.open = append(c.open[:i:i], c.open[i+1:]...)
			break
		}
	}
	if f.of == nil {
		if !f.accepted() {
			c.t.Errorf("debt %s was refused: %d %s", f.key, status, text)
			return true
		}
		c.debts = append(c.debts, f)
	}
	return true
}

func (c *caller) post(ctx context.Context, url string, f *fact) (int, []byte, error) {
	body, err := json.Marshal(f.body)
	if err != nil {
		return 0, nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+f.path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.secret)
	req.Header.Set("Idempotency-Key", f.key)
	req.Header.Set("Content-Type", "application/json")
	res, err := c.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res.StatusCode, text, err
}

// finish sends what was never answered until it is.
func (c *caller) finish(url string) {
	c.t.Helper()
	await(c.t, "every fact is answered", func() bool {
		for _, f := range append([]*fact(nil), c.open...) {
			if !c.send(c.t.Context(), url, f) {
				c.t.Fatalf("nobody answers %s", f.path)
			}
		}
		return len(c.open) == 0
	})
}

// repeat sends answered facts once more, and wants the answers they had.
func (c *caller) repeat(url string) {
	c.t.Helper()
	for i, f := range c.facts {
		if len(c.facts) > 400 && i%(len(c.facts)/400) != 0 {
			continue
		}
		var status int
		var text []byte
		await(c.t, "the repeated "+f.key+" is let in", func() bool {
			var err error
			if status, text, err = c.post(c.t.Context(), url, f); err != nil {
				c.t.Fatal(err)
			}
			return status != http.StatusTooManyRequests
		})
		if status != f.status || !bytes.Equal(bytes.TrimSpace(text), bytes.TrimSpace(f.answer)) {
			c.t.Errorf("%s was answered %d %s, and again %d %s", f.key, f.status, f.answer, status, text)
		}
	}
}
