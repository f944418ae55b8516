package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/record"
)

// desk is a record in which cases wait to be woken, and a Temporal that hears.
type desk struct {
	mu       sync.Mutex
	unheard  []string // not acknowledged
	overdue  []string
	open     []string
	imports  [][]string // cases that each round of an import opens
	paid     []string   // cases that lines of bank statements pay
	reserved int
	down     error

	woken   []string
	at      []time.Time
	hears   bool // being woken acknowledges
	busiest int
	busy    int
}

func (d *desk) Unacknowledged(_ context.Context, age time.Duration, limit, skip int) ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if age != relayAge {
		return nil, fmt.Errorf("asked for cases older than %s", age)
	}
	return slices.Clone(d.unheard[min(skip, len(d.unheard)):min(skip+limit, len(d.unheard))]), d.down
}

func (d *desk) Overdue(_ context.Context, _ time.Duration, limit, skip int) ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.overdue[min(skip, len(d.overdue)):min(skip+limit, len(d.overdue))]), d.down
}

func (d *desk) OpenCases(_ context.Context, after string, limit int) ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := slices.IndexFunc(d.open, func(id string) bool { return id > after })
	if i < 0 {
		return nil, d.down
	}
	return slices.Clone(d.open[i:min(i+limit, len(d.open))]), d.down
}

func (d *desk) ExpireReservations(context.Context, time.Duration) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.reserved
	d.reserved = 0
	return n, d.down
}

func (d *desk) Coverage(context.Context) ([]record.Coverage, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return nil, d.down
}

func (d *desk) WorkImport(context.Context, int) (int, []string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.imports) == 0 {
		return 0, nil, d.down
	}
	wake := d.imports[0]
	d.imports = d.imports[1:]
	return max(len(wake), 1), wake, d.down
}

func (d *desk) WorkBank(context.Context, int) (int, []string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	wake := d.paid
	d.paid = nil
	return len(wake), wake, d.down
}

func (d *desk) Wake(_ context.Context, id string) error {
	d.mu.Lock()
	d.woken, d.at = append(d.woken, id), append(d.at, time.Now())
	if d.hears {
		d.unheard = slices.DeleteFunc(d.unheard, func(x string) bool { return x == id })
		d.overdue = slices.DeleteFunc(d.overdue, func(x string) bool { return x == id })
	}
	d.busy++
	d.busiest = max(d.busiest, d.busy)
	d.mu.Unlock()
	time.Sleep(time.Millisecond)
	d.mu.Lock()
	d.busy--
	d.mu.Unlock()
	return nil
}

func (d *desk) Remind(ctx context.Context, id string) error { return d.Wake(ctx, id) }

func (d *desk) Due(context.Context, string) error { return errors.New("the relay tells of news alone") }

// runRelay runs a relay over d for so long, on a clock of its own.
func runRelay(t *testing.T, d *desk, lasting time.Duration, meanwhile func()) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), lasting)
		defer cancel()
		r := &relay{store: d, waker: d, log: slog.New(slog.DiscardHandler)}
		if meanwhile != nil {
			go meanwhile()
		}
		r.run(ctx)
	})
}

func TestTheRelayWakesWhatWasNotAcknowledged(t *testing.T) {
	d := &desk{unheard: []string{"a", "b"}, hears: true}
	runRelay(t, d, time.Minute, nil)
	slices.Sort(d.woken)
	assert.Equal(t, []string{"a", "b"}, d.woken)
}

func TestACaseThatDoesNotAnswerIsToldLessAndLess(t *testing.T) {
	d := &desk{unheard: []string{"a"}}
	runRelay(t, d, 5*time.Minute, nil)
	require.Greater(t, len(d.at), 5)
	assert.Less(t, len(d.at), 12)
	for i := 2; i < len(d.at); i++ {
		assert.GreaterOrEqual(t, d.at[i].Sub(d.at[i-1]), d.at[i-1].Sub(d.at[i-2])-relayEvery)
	}
}

func TestOverdueCasesAreWoken(t *testing.T) {
	d := &desk{overdue: []string{"a"}, hears: true}
	runRelay(t, d, 2*time.Minute, nil)
	assert.Equal(t, []string{"a"}, d.woken)
}

func TestImportsAndStatementsAreWorkedOffAndTheirCasesWoken(t *testing.T) {
	d := &desk{imports: [][]string{{"a", "b"}, nil, {"c"}}, paid: []string{"d"}, reserved: 2}
	runRelay(t, d, 40*time.Second, nil)
	slices.Sort(d.woken)
	assert.Equal(t, []string{"a", "b", "c", "d"}, d.woken)
	assert.Empty(t, d.imports, "a round that opens nothing new does not end it")
	assert.Zero(t, d.reserved)
}

func TestManyCasesThatDoNotAnswerKeepNoOtherFromBeingTold(t *testing.T) {
	d := &desk{}
	for i := range 3*remindPage + 7 {
		d.unheard = append(d.unheard, fmt.Sprintf("unheard-%03d", i))
		d.overdue = append(d.overdue, fmt.Sprintf("overdue-%03d", i))
	}
	want := slices.Concat(d.overdue, d.unheard)
	runRelay(t, d, time.Minute, nil)
	slices.Sort(d.woken)
	assert.Equal(t, want, slices.Compact(d.woken))
}

func TestTheRelayOutlivesAnOutage(t *testing.T) {
	d := &desk{unheard: []string{"a"}, hears: true, down: errors.New("connection refused")}
	runRelay(t, d, 10*time.Minute, func() {
		time.Sleep(5 * time.Minute)
		d.mu.Lock()
		defer d.mu.Unlock()
		d.down = nil
	})
	assert.Equal(t, []string{"a"}, d.woken)
}

func TestRecoverWakesEveryOpenCaseAFewAtOnce(t *testing.T) {
	d := &desk{}
	for i := range 2*page + 7 {
		d.open = append(d.open, fmt.Sprintf("case-%05d", i))
	}
	synctest.Test(t, func(t *testing.T) {
		n, err := Recover(t.Context(), d, d)
		require.NoError(t, err)
		assert.Equal(t, len(d.open), n)
	})
	slices.Sort(d.woken)
	assert.Equal(t, d.open, d.woken)
	assert.LessOrEqual(t, d.busiest, atOnce)
	assert.Greater(t, d.busiest, 1)
}

func TestOneFailureDoesNotKeepTheOthersFromBeingTold(t *testing.T) {
	var mu sync.Mutex
	var told []string
	err := each(t.Context(), []string{"a", "b", "c", "d", "e", "f"}, func(_ context.Context, id string) error {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, id)
		if id != "f" {
			return errors.New("no " + id)
		}
		return nil
	})
	assert.Len(t, told, 6)
	assert.ErrorContains(t, err, "and 2 more")
}
