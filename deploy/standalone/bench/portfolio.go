package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/api/enums/v1"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/workflows"
)

// portfolioMeasure fills an installation with open cases, and looks at what
// that takes and how fast it stops.
var portfolioMeasure = Measure{
	Name: "portfolio",
	About: "An installation as `make run` starts it, in one process, filled by CSV through its API. At each size: how fast it took the debts in, until every " +
		"case's workflow waits; memory of the whole process (worker, API and Temporal) with all cases asleep; disk; and how fast a payment in full stops what " +
		"was to be sent, at a steady rate over cases at random. The clock of a payment starts before its request: the row's next action changes in the " +
		"transaction that the API answers for; the workflow then decides, and cancels its timer, as Temporal's own history dates it.",
	Bar: "99 of 100 payments stop what was to be sent within 1 s; memory below 1.5 GiB.",
	Run: portfolio,
}

// payRate is how many payments a second come in.
const payRate = 20

func portfolio(ctx context.Context, s *Site) ([]Figure, error) {
	parts, err := s.Parts(ctx)
	if err != nil {
		return nil, err
	}
	defer parts.Close()
	var by struct{ ID string }
	if err := s.Post(ctx, "/v1/creditors", map[string]any{"name": vega.Name, "country": vega.Country, "iban": vega.IBAN, "email": vega.Email,
		"phone": vega.Phone, "address": map[string]any{"street": vega.Street, "postal_code": vega.PostalCode, "city": vega.City}}, &by); err != nil {
		return nil, err
	}
	pool, err := pgxpool.New(ctx, s.DatabaseURL)
	if err != nil {
		return nil, fmt.Errorf("look at the cases: %w", err)
	}
	defer pool.Close()
	f := &shelf{site: s, parts: parts, pool: pool, creditor: by.ID}
	if f.empty, err = s.Usage(ctx); err != nil {
		return nil, err
	}
	sizes := []int{f.site.Size(0, 1_500)}
	if s.Full {
		sizes = []int{20_000, 100_000}
	}
	var all []Figure
	for _, n := range sizes {
		some, err := f.fill(ctx, n)
		all = append(all, some...)
		if err != nil {
			return all, err
		}
		some, err = f.stops(ctx)
		all = append(all, some...)
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// shelf is an installation on its way to a size.
type shelf struct {
	site     *Site
	parts    *command.Parts
	pool     *pgxpool.Pool
	creditor string
	cases    int
	empty    Usage
}

// fill takes debts in until there have been n, and measures their sleep.
func (f *shelf) fill(ctx context.Context, n int) ([]Figure, error) {
	more := n - f.cases
	file := sheet(n, calendar.DateOf(time.Now()).AddDays(40))
	head, rows, _ := bytes.Cut(file, []byte("\n"))
	lines := bytes.SplitAfter(rows, []byte("\n"))[f.cases:]
	file = append(append(head, '\n'), bytes.Join(lines, nil)...)
	f.cases = n
	began := time.Now()
	var started record.Import
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, f.site.URL+"/v1/imports?name=bench&creditor_id="+f.creditor, bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("import %d rows: %w", more, err)
	}
	req.Header.Set("Content-Type", "text/csv")
	if err := f.site.Ask(req, &started); err != nil {
		return nil, err
	}
	answered := time.Since(began)
	if err := f.zero(ctx, "every row is a case", `select count(*) from import_rows where state = 'pending'`); err != nil {
		return nil, err
	}
	opened := time.Since(began)
	if err := f.zero(ctx, "every case has decided", `select count(*) from cases where decided_seq < last_seq or nudged`); err != nil {
		return nil, err
	}
	awake := time.Since(began)
	f.site.Logf("%d cases: opened in %s, decided in %s", n, opened.Round(time.Second), awake.Round(time.Second))
	var done record.Import
	if err := f.site.Get(ctx, "/v1/imports/"+started.ID, &done); err != nil {
		return nil, err
	}
	if done.Accepted != more {
		return nil, fmt.Errorf("%d of %d rows were taken in: %+v", done.Accepted, more, done.Errors[:min(3, len(done.Errors))])
	}
	u, err := f.asleep(ctx)
	if err != nil {
		return nil, err
	}
	at := fmt.Sprintf(" at %d cases", n)
	disk := u.Since(f.empty).Disk
	return []Figure{
		{Name: fmt.Sprintf("answer to a file of %d rows", more), Value: answered.Seconds(), Unit: "s"},
		{Name: "taken in through the API, workflows being woken meanwhile," + at, Value: float64(more) / opened.Seconds(), Unit: "rows/s"},
		{Name: "until every workflow waits" + at, Value: float64(more) / awake.Seconds(), Unit: "cases/s"},
		Below("memory of the process"+at, float64(u.Resident)/(1<<20), "MiB", 1536),
		{Name: "the most that it was" + at, Value: float64(u.Peak) / (1 << 20), Unit: "MiB"},
		{Name: "disk of a case, the record" + at, Value: float64(disk[0]) / float64(n) / 1024, Unit: "KiB"},
		{Name: "disk of a case, Temporal" + at, Value: float64(disk[1]) / float64(n) / 1024, Unit: "KiB"},
		{Name: "disk of a case, Temporal's visibility" + at, Value: float64(disk[2]) / float64(n) / 1024, Unit: "KiB"},
	}, nil
}

// zero waits until a count has come to nothing.
func (f *shelf) zero(ctx context.Context, what, count string) error {
	return until(ctx, 500*time.Millisecond, what, func() (bool, error) {
		var left int
		err := f.pool.QueryRow(ctx, count).Scan(&left)
		return left == 0, err
	})
}

// asleep waits until the installation has next to nothing to do, and reads what
// it has used.
func (f *shelf) asleep(ctx context.Context) (Usage, error) {
	const idle = 0.2 // CPU-seconds of 2
	var u Usage
	err := until(ctx, time.Millisecond, "the installation is at rest", func() (bool, error) {
		before, err := f.site.Usage(ctx)
		if err != nil {
			return false, err
		}
		time.Sleep(2 * time.Second)
		u, err = f.site.Usage(ctx)
		d := u.Since(before)
		return d.Own+d.PostgreSQL < idle, err
	})
	return u, err
}

// payment is a payment in full, and when what happened.
type payment struct {
	caseID          string
	asked, answered time.Time
}

// stops pays cases at random, at a steady rate whatever the answers take, and
// measures how fast each is stopped.
func (f *shelf) stops(ctx context.Context) ([]Figure, error) {
	n := f.site.Size(60, 20) * payRate
	paid, err := f.pay(ctx, n)
	if err != nil {
		return nil, err
	}
	var answered, decided, cancelled []float64
	var mu sync.Mutex
	at := map[string]payment{}
	var ids []string
	for _, p := range paid {
		at[p.caseID] = p
		ids = append(ids, p.caseID)
		answered = append(answered, ms(p.answered.Sub(p.asked)))
	}
	err = each(ctx, wakers, ids, func(ctx context.Context, id string) error {
		timer, decision, err := f.stopped(ctx, id)
		mu.Lock()
		defer mu.Unlock()
		cancelled, decided = append(cancelled, ms(timer.Sub(at[id].asked))), append(decided, ms(decision.Sub(at[id].asked)))
		return err
	})
	if err != nil {
		return nil, err
	}
	size := fmt.Sprintf(" at %d cases", f.cases)
	return []Figure{
		{Name: fmt.Sprintf("payment to its answer, %d a second: next action changed on the record, p50%s", payRate, size), Value: quantile(answered, 0.5), Unit: "ms"},
		Below("payment to its answer, p99"+size, quantile(answered, 0.99), "ms", 1000),
		{Name: "payment to the workflow's timer cancelled, p50" + size, Value: quantile(cancelled, 0.5), Unit: "ms"},
		Below("payment to the workflow's timer cancelled, p99"+size, quantile(cancelled, 0.99), "ms", 1000),
		{Name: "payment to the workflow's new decision, p50" + size, Value: quantile(decided, 0.5), Unit: "ms"},
		Below("payment to the workflow's new decision, p99"+size, quantile(decided, 0.99), "ms", 1000),
	}, nil
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// pay pays n open cases, each at its own instant: an answer that takes long
// holds no other payment back.
func (f *shelf) pay(ctx context.Context, n int) ([]payment, error) {
	rows, err := f.pool.Query(ctx, `select id, principal from cases where open and next_do like 'Send%' order by id`)
	if err != nil {
		return nil, fmt.Errorf("choose cases to pay: %w", err)
	}
	defer rows.Close()
	type owing struct{ id, principal string }
	var all []owing
	for rows.Next() {
		var o owing
		if err := rows.Scan(&o.id, &o.principal); err != nil {
			return nil, fmt.Errorf("choose cases to pay: %w", err)
		}
		all = append(all, o)
	}
	if err := rows.Err(); err != nil || len(all) < n {
		return nil, fmt.Errorf("choose %d cases to pay out of %d: %w", n, len(all), err)
	}
	random := rand.New(rand.NewPCG(1, uint64(f.cases))) // the same cases each time
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	paid, wrong := make([]payment, n), make([]error, n)
	today := calendar.DateOf(time.Now().UTC())
	tick := time.NewTicker(time.Second / payRate)
	defer tick.Stop()
	var wg sync.WaitGroup
	for i := range n {
		<-tick.C
		wg.Go(func() {
			p := payment{caseID: all[i].id, asked: time.Now()}
			wrong[i] = f.site.Post(ctx, "/v1/cases/"+p.caseID+"/payments", map[string]any{"received_on": today, "method": "transfer",
				"amount": map[string]any{"amount": all[i].principal, "currency": "EUR"}}, nil)
			p.answered = time.Now()
			paid[i] = p
		})
	}
	wg.Wait()
	return paid, errors.Join(wrong...)
}

// stopped reads from Temporal's history when a case's timer was cancelled, and
// when the decision that followed was known.
func (f *shelf) stopped(ctx context.Context, caseID string) (timer, decision time.Time, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	err = until(ctx, 200*time.Millisecond, "case "+caseID+" is stopped", func() (bool, error) {
		timer, decision = time.Time{}, time.Time{}
		last, err := f.afterNews(ctx, caseID)
		if err != nil {
			return false, err
		}
		timer, decision = last[enums.EVENT_TYPE_TIMER_CANCELED], last[enums.EVENT_TYPE_ACTIVITY_TASK_COMPLETED]
		return !timer.IsZero() && !decision.IsZero(), nil
	})
	return timer, decision, err
}

// afterNews gives the first instant of each kind of event since the case's
// timer last began and then was cut short by news.
func (f *shelf) afterNews(ctx context.Context, caseID string) (map[enums.EventType]time.Time, error) {
	first := map[enums.EventType]time.Time{}
	events := f.parts.Temporal.GetWorkflowHistory(ctx, workflows.ID(caseID), "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	slept, heard := false, false
	for events.HasNext() {
		e, err := events.Next()
		if err != nil {
			return nil, fmt.Errorf("read the history of case %s: %w", caseID, err)
		}
		kind := e.GetEventType()
		switch {
		case kind == enums.EVENT_TYPE_TIMER_STARTED:
			slept = true
		case slept && kind == enums.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
			heard = true
		}
		if _, known := first[kind]; heard && !known {
			first[kind] = e.GetEventTime().AsTime()
		}
	}
	return first, nil
}
