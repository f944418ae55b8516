package standalone_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.temporal.io/api/enums/v1"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/deploy/standalone"
	"github.com/recobro/recobro/store/storetest"
	"github.com/recobro/recobro/workflows"
)

// here is the installation that all tests share: a start costs seconds.
var here *house

// house is an installation under test.
type house struct {
	*standalone.Installation
	environ map[string]string
}

func TestMain(m *testing.M) {
	if os.Getenv(asServer) != "" {
		os.Exit(serve())
	}
	if os.Getenv(asPlayer) != "" {
		os.Exit(playLives())
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "rcb-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	here = &house{environ: map[string]string{
		"RECOBRO_DATA": folder, "RECOBRO_LISTEN": "127.0.0.1:0", "RECOBRO_TEMPORAL_PORT": "0",
		"RECOBRO_TIME_MACHINE": "true", "RECOBRO_POSTGRES_REPOSITORY": "off",
	}}
	// PostgreSQL's own user passes through the folder.
	if err := errors.Join(os.Chmod(folder, 0o755), here.start()); err != nil {
		fmt.Fprintln(os.Stderr, "start the installation:", err)
		return 1
	}
	code := m.Run()
	if err := here.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stop the installation:", err)
		return 1
	}
	return code
}

func (h *house) start() error {
	s, err := standalone.Load(h.environ)
	if err != nil {
		return err
	}
	h.Installation, err = standalone.Start(context.Background(), s)
	return err
}

// object is a JSON object of an answer.
type object map[string]any

// at follows keys into an answer: "next_action.do".
func (o object) at(path string) any {
	var v any = map[string]any(o)
	for _, k := range strings.Split(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[k]
	}
	return v
}

func (o object) text(path string) string {
	s, _ := o.at(path).(string)
	return s
}

// list gives the objects of a list.
func (o object) list(path string) []object {
	all, _ := o.at(path).([]any)
	out := make([]object, len(all))
	for i, v := range all {
		m, _ := v.(map[string]any)
		out[i] = m
	}
	return out
}

// keys counts the Idempotency-Keys given out.
var keys atomic.Int64

// ask asks the API, once.
func (h *house) ask(ctx context.Context, method, path string, body any) (status int, answer []byte, err error) {
	var send io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, nil, err
		}
		send = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, h.URL+path, send)
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+h.Key)
	req.Header.Set("Idempotency-Key", fmt.Sprintf("e2e-%d", keys.Add(1)))
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	answer, err = io.ReadAll(res.Body)
	return res.StatusCode, answer, err
}

// call asks the API and wants that status.
func (h *house) call(t *testing.T, want int, method, path string, body any) object {
	t.Helper()
	status, text, err := h.ask(t.Context(), method, path, body)
	if err != nil {
		t.Fatal(err)
	}
	if status != want {
		t.Fatalf("%s %s answers %d, want %d: %s", method, path, status, want, text)
	}
	var out object
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatalf("%s %s answers %q: %v", method, path, text, err)
	}
	return out
}

func (h *house) get(t *testing.T, path string) object {
	t.Helper()
	return h.call(t, http.StatusOK, http.MethodGet, path, nil)
}

func (h *house) post(t *testing.T, path string, body any) object {
	t.Helper()
	return h.call(t, http.StatusCreated, http.MethodPost, path, body)
}

// today is the business day in Madrid.
func (h *house) today(t *testing.T) calendar.Date {
	t.Helper()
	now, err := h.Parts.Store.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	return calendar.DateOf(now.In(madrid))
}

// advance moves the whole installation to an instant.
func (h *house) advance(t *testing.T, to time.Time) {
	t.Helper()
	if err := h.Parts.Machine().Advance(t.Context(), to, nil); err != nil {
		t.Fatal(err)
	}
}

// days moves the whole installation so many days on.
func (h *house) days(t *testing.T, n int) {
	t.Helper()
	now, err := h.Parts.Store.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h.advance(t, now.AddDate(0, 0, n))
}

func (h *house) creditor(t *testing.T) string {
	t.Helper()
	return h.post(t, "/v1/creditors", object{
		"name": "Talleres Vega " + t.Name(), "country": "ES", "iban": "ES9121000418450200051332",
		"email": "cobros@vega.example", "phone": "+34910000000",
		"address": object{"street": "Calle Mayor 1", "postal_code": "28013", "city": "Madrid"},
	}).text("id")
}

// debt submits one, due so many days ago, of a business of its own.
func (h *house) debt(t *testing.T, amount string, ago int) object {
	t.Helper()
	due := h.today(t).AddDays(-ago)
	return h.post(t, "/v1/debts", submission(h.creditor(t), t.Name(), amount, due))
}

// submission is a debt of a business in Santander.
func submission(creditor, reference, amount string, due calendar.Date) object {
	return object{
		"creditor_id": creditor, "reference": reference, "country": "ES", "claim": "services", "capacity": "creditor",
		"principal": object{"amount": amount, "currency": "EUR"}, "issued_on": due.AddDays(-30), "due_on": due,
		"debtor": object{
			"reference": reference, "kind": "business", "name": "Obras " + reference, "language": "es",
			"address":  object{"street": "Calle Real 5", "postal_code": "39001", "city": "Santander", "country": "ES"},
			"contacts": []object{{"channel": "email", "value": strings.ToLower(reference) + "@obras.example"}},
		},
	}
}

func (h *house) messages(t *testing.T, caseID string) []object {
	t.Helper()
	return h.get(t, "/v1/messages?limit=200&case_id="+caseID).list("items")
}

// events gives a case's events, in order.
func (h *house) events(t *testing.T, caseID string) []object {
	t.Helper()
	return h.get(t, "/v1/cases/"+caseID+"/timeline?limit=200").list("events")
}

func instant(t *testing.T, o object, path string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, o.text(path))
	if err != nil {
		t.Fatalf("%s: %v in %v", path, err, o)
	}
	return at
}

// await asks until it is so: what a real timer brings comes when it comes.
func await(t *testing.T, what string, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-ctx.Done():
			t.Fatalf("waited in vain: %s", what)
		case <-tick.C:
		}
	}
}

// ended reports whether a case's workflow has completed.
func (h *house) ended(t *testing.T, caseID string) bool {
	t.Helper()
	d, err := h.Parts.Temporal.DescribeWorkflowExecution(t.Context(), workflows.ID(caseID), "")
	if err != nil {
		t.Fatal(err)
	}
	return d.GetWorkflowExecutionInfo().GetStatus() == enums.WORKFLOW_EXECUTION_STATUS_COMPLETED
}

// TestOneCaseWithRealTimers moves the clock to three seconds before the first
// contact and then lets real time pass: the workflow's own timer fires.
func TestOneCaseWithRealTimers(t *testing.T) {
	here.advance(t, here.today(t).AddDays(2).UTC()) // from here on the clock is not the wall's: people are not spread over the morning
	d := here.debt(t, "1250.00", 45)
	id, first := d.text("case_id"), instant(t, d, "next_action.on")
	here.advance(t, first.Add(-3*time.Second))
	if sent := here.messages(t, id); len(sent) != 0 {
		t.Fatalf("sent before its time: %v", sent)
	}
	await(t, "the first contact, by its own timer", func() bool { return len(here.messages(t, id)) == 1 })
	m := here.messages(t, id)[0]
	if m.text("letter") != "first_contact" || m.text("state") != "sent" || m.text("mode") != "outbox" {
		t.Errorf("the message is %v", m)
	}
	if at := instant(t, m, "reserved_at"); at.Before(first.Truncate(time.Second)) {
		t.Errorf("sent at %s, before %s", at, first)
	}
	after := here.get(t, "/v1/cases/"+id)
	if on := instant(t, after, "next_action.on"); !on.After(first) {
		t.Errorf("the next action, on %s, does not lie after the first", on)
	}
	if n := here.fromTimerToTimer(t, id); n > 12 {
		t.Errorf("a contact costs %d events in Temporal's history, more than 12", n)
	}
	if err := here.Parts.Store.Verify(t.Context(), id); err != nil {
		t.Error(err)
	}
}

// fromTimerToTimer counts the events of a contact: from the first timer that
// fired to the one that waits for the next.
func (h *house) fromTimerToTimer(t *testing.T, caseID string) int {
	t.Helper()
	count := 0
	await(t, "the timer of the next contact", func() bool {
		count = 0
		events := h.Parts.Temporal.GetWorkflowHistory(t.Context(), workflows.ID(caseID), "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		for events.HasNext() {
			e, err := events.Next()
			if err != nil {
				t.Fatal(err)
			}
			if e.GetEventType() == enums.EVENT_TYPE_TIMER_FIRED || count > 0 {
				count++
			}
			if count > 0 && e.GetEventType() == enums.EVENT_TYPE_TIMER_STARTED {
				return true
			}
		}
		return false
	})
	return count
}

func TestForecastIsWhatHappens(t *testing.T) {
	d := here.debt(t, "3400.00", 20)
	id := d.text("case_id")
	// What is sent before the forecast is asked for is no part of it.
	var told []object
	sent := -1
	for n := 0; sent != n; n = len(here.messages(t, id)) {
		sent = len(here.messages(t, id))
		told = here.get(t, "/v1/cases/"+id+"/forecast").list("steps")
	}
	end := here.today(t).AddDays(60).UTC()
	here.advance(t, end)
	var want, got []string
	for _, s := range told {
		if on := instant(t, s, "on"); s.text("do") == "send" && !on.After(end) {
			want = append(want, s.text("letter")+" by "+s.text("channel")+" at "+on.UTC().Format(time.RFC3339))
		}
	}
	for _, m := range here.messages(t, id)[sent:] {
		got = append(got, m.text("letter")+" by "+m.text("channel")+" at "+instant(t, m, "reserved_at").UTC().Format(time.RFC3339))
	}
	slices.Sort(want)
	slices.Sort(got)
	if len(want) < 4 {
		t.Errorf("only %d messages are forecast for sixty days", len(want))
	}
	if !slices.Equal(want, got) {
		t.Errorf("forecast:\n  %s\nhappened:\n  %s", strings.Join(want, "\n  "), strings.Join(got, "\n  "))
	}
}

func TestAPaymentInFullEndsTheCaseAndItsWorkflow(t *testing.T) {
	storetest.Prolong(t, here.Parts.Store, 2040) // the clock may have gone past the last rate that is published
	d := here.debt(t, "900.00", 30)
	id := d.text("case_id")
	here.days(t, 10)
	owed := here.get(t, "/v1/cases/"+id).at("balance")
	sent := len(here.messages(t, id))
	here.post(t, "/v1/cases/"+id+"/payments", object{"amount": owed, "received_on": here.today(t), "method": "transfer"})
	await(t, "the case closed and its workflow ended", func() bool {
		return here.get(t, "/v1/cases/"+id).text("stage") == "closed" && here.ended(t, id)
	})
	if outcome := here.get(t, "/v1/cases/"+id).text("outcome"); outcome != "paid" {
		t.Errorf("the outcome is %q", outcome)
	}
	here.days(t, 60)
	for _, m := range here.messages(t, id)[sent:] {
		if m.text("purpose") == "collection" {
			t.Errorf("collected after the payment: %v", m)
		}
	}
}

func TestABrokenPromiseResumesTheLadder(t *testing.T) {
	d := here.debt(t, "700.00", 25)
	id := d.text("case_id")
	here.days(t, 5)
	before := len(here.messages(t, id))
	pay := here.today(t).AddDays(7)
	here.post(t, "/v1/cases/"+id+"/promises", object{
		"amount": here.get(t, "/v1/cases/"+id).at("balance"), "pay_by": pay, "channel": "phone",
	})
	here.advance(t, pay.UTC())
	for _, m := range here.messages(t, id)[before:] {
		if m.text("purpose") == "collection" {
			t.Errorf("collected while the promise ran: %v", m)
		}
	}
	here.days(t, 40)
	events := here.events(t, id)
	broken := slices.IndexFunc(events, func(e object) bool {
		return e.text("kind") == "promise_ended" && e.text("data.state") == "broken"
	})
	if broken < 0 {
		t.Fatalf("the promise was never broken: %v", events)
	}
	if !slices.ContainsFunc(events[broken:], func(e object) bool { return e.text("kind") == "message_reserved" }) {
		t.Errorf("nothing was sent after it was broken: %v", events[broken:])
	}
}

func TestADisputeHoldsContactUntilItIsRejected(t *testing.T) {
	d := here.debt(t, "2100.00", 25)
	id := d.text("case_id")
	here.days(t, 3)
	of := here.post(t, "/v1/cases/"+id+"/disputes", object{"reason": "goods_not_received", "note": "Nada ha llegado."})
	before := len(here.messages(t, id))
	here.days(t, 20)
	for _, m := range here.messages(t, id)[before:] {
		if m.text("purpose") == "collection" {
			t.Errorf("collected under a dispute: %v", m)
		}
	}
	disputes := of.list("disputes")
	if len(disputes) != 1 {
		t.Fatalf("disputes are %v", disputes)
	}
	before = len(here.messages(t, id))
	here.post(t, "/v1/cases/"+id+"/disputes/"+disputes[0].text("id")+"/resolve", object{"upheld": false, "note": "Albarán firmado."})
	here.days(t, 20)
	if len(here.messages(t, id)) == before {
		t.Error("the case did not go on after the dispute was rejected")
	}
}

// TestFromSubmissionToTheLawyer walks the whole corridor: nobody answers.
func TestFromSubmissionToTheLawyer(t *testing.T) {
	here.post(t, "/v1/firms", object{"name": "Abogados Ruiz", "email": "casos@ruiz.example", "countries": []string{"ES"}})
	d := here.debt(t, "12000.00", 0)
	id := d.text("case_id")
	here.days(t, 200)
	var stages []string
	for _, e := range here.events(t, id) {
		if e.text("kind") == "stage_changed" {
			stages = append(stages, e.text("data.to"))
		}
	}
	want := []string{"friendly_contact", "reminders", "negotiation", "extrajudicial_claim", "legal_handoff"}
	if !slices.Equal(stages, want) {
		t.Errorf("the case went through %v, want %v", stages, want)
	}
	offered := here.get(t, "/v1/handoffs?limit=50").list("items")
	at := slices.IndexFunc(offered, func(h object) bool { return h.text("case_id") == id })
	if at < 0 {
		t.Fatalf("the case was offered to no firm: %v", offered)
	}
	if err := here.Parts.Store.Verify(t.Context(), id); err != nil {
		t.Error(err)
	}
}
