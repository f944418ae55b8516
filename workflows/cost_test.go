package workflows_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/workflows/workflowstest"
)

// update has the budget filled in for lives that it does not name yet.
var update = flag.Bool("update", false, "fill in what the budget of costs lacks")

const budgetFile = "testdata/cost.txt"

// The most that an automatic contact may cost within a stage, and a case of
// twelve contacts in all.
const (
	eventsOfContact  = 12
	actionsOfContact = 2
	eventsOfTwelve   = 200
)

// budget reads what each life may cost.
func budget(t *testing.T) map[string]workflowstest.Cost {
	t.Helper()
	text, err := os.ReadFile(budgetFile)
	require.NoError(t, err)
	out := map[string]workflowstest.Cost{}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
		var life string
		var c workflowstest.Cost
		_, err := fmt.Sscan(line, &life, &c.Runs, &c.Contacts, &c.Events, &c.Actions, &c.Bytes)
		require.NoError(t, err, line)
		out[life] = c
	}
	return out
}

// eventsOfTimer are those of a timer that rings, with the task that hears it.
const eventsOfTimer = 5

// fill adds the lives that the budget does not name, at what they cost today.
// On a busy machine the studio's timers may be over before they are set: those
// that are missing from the histories are added.
func fill(t *testing.T, have map[string]workflowstest.Cost) {
	t.Helper()
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "life\truns\tcontacts\tevents\tactions\tbytes\t")
	for _, g := range workflowstest.Lives() {
		c, known := have[g.Name]
		if !known {
			c = workflowstest.Of(goldenLives(t)[g.Name]...)
			if !g.OnServer {
				l := play(t, g)
				missing := max(0, l.actions()-c.Actions)
				c.Runs, c.Actions, c.Events = max(c.Runs, l.runs), c.Actions+missing, c.Events+missing*eventsOfTimer
			}
			c.Bytes += c.Bytes / 10 // ids and instants are not always of one length
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t\n", g.Name, c.Runs, c.Contacts, c.Events, c.Actions, c.Bytes)
	}
	require.NoError(t, w.Flush())
	require.NoError(t, os.WriteFile(budgetFile, []byte(text.String()), 0o644))
}

func within(t *testing.T, what string, c, most workflowstest.Cost) {
	t.Helper()
	assert.LessOrEqual(t, c.Runs, most.Runs, "%s: runs", what)
	assert.LessOrEqual(t, c.Events, most.Events, "%s: events", what)
	assert.LessOrEqual(t, c.Actions, most.Actions, "%s: actions", what)
	assert.LessOrEqual(t, c.Bytes, most.Bytes, "%s: bytes", what)
}

// Lives that are only kept, since today's code would live them otherwise, have no
// budget: they stand for running cases, and are replayed.
func TestNoGoldenLifeCostsMoreThanItsBudget(t *testing.T) {
	if *update {
		fill(t, budget(t))
	}
	most := budget(t)
	for _, l := range workflowstest.Lives() {
		b, named := most[l.Name]
		require.True(t, named, "%s names no budget for %s: go test ./workflows -run Budget -update fills it in", budgetFile, l.Name)
		runs := goldenLives(t)[l.Name]
		require.NotEmpty(t, runs, "nothing is kept of %s: make histories", l.Name)
		within(t, l.Name, workflowstest.Of(runs...), b)
		delete(most, l.Name)
	}
	assert.Empty(t, most, "%s names lives that are not played", budgetFile)
}

// TestTodaysCodeCostsNoMoreThanTheBudget plays the lives with the code of today:
// what is kept was recorded with that of its own day.
func TestTodaysCodeCostsNoMoreThanTheBudget(t *testing.T) {
	most := budget(t)
	for _, g := range workflowstest.Lives() {
		if g.OnServer {
			continue
		}
		l := play(t, g)
		assert.LessOrEqual(t, l.runs, most[g.Name].Runs, "%s: runs", g.Name)
		assert.LessOrEqual(t, l.actions(), most[g.Name].Actions, "%s: actions", g.Name)
	}
}

// actions is what the life is charged for, as workflowstest.Cost counts it; the
// first start comes with a signal.
func (l *life) actions() int { return l.runs + l.timers + l.tries + len(l.stages) + 1 + l.told }

func TestAnAutomaticContactWithinAStageCostsATimerAndAnActivity(t *testing.T) {
	met := 0
	for name, h := range histories(t) {
		c := workflowstest.Steady(h)
		if c.Events == 0 {
			continue
		}
		met++
		assert.LessOrEqual(t, c.Events, eventsOfContact, name)
		assert.LessOrEqual(t, c.Actions, actionsOfContact, name)
	}
	assert.Positive(t, met, "no contact follows another")
}

func TestACaseOfTwelveContactsEndsBelowTwoHundredEvents(t *testing.T) {
	met := 0
	var table []string
	for life, runs := range goldenLives(t) {
		c := workflowstest.Of(runs...)
		per := 0
		if c.Contacts > 0 {
			per = c.Bytes / c.Contacts
		}
		table = append(table, fmt.Sprintf("%-20s %2d runs %2d contacts %3d events %3d actions %6d bytes %5d bytes a contact", life, c.Runs, c.Contacts, c.Events, c.Actions, c.Bytes, per))
		if c.Contacts == 12 {
			met++
			assert.Less(t, c.Events, eventsOfTwelve, life)
		}
	}
	slices.Sort(table)
	t.Log("\n" + strings.Join(table, "\n"))
	assert.Positive(t, met, "no golden life has twelve contacts")
}
