package record

import (
	"time"

	"github.com/recobro/recobro/debt"
)

// Waiting is how many wait for the same thing, and for how long the first of
// them has.
type Waiting struct {
	Count  int
	Oldest time.Duration
}

// Standing is how an installation stands at one instant, as those see it who
// watch over it: counts and ages, which name nobody. Ages of what the business
// waits for are by the business clock, of what a process has yet to do by the wall.
type Standing struct {
	Overdue        Waiting        // open cases whose next action should have been taken long ago
	Aimless        int            // open cases without a next action: never one
	Unknown        Waiting        // messages whose outcome a person must find out
	Reserved       Waiting        // sends begun and not ended
	Unacknowledged Waiting        // cases with facts that no decision has seen
	ImportRows     int            // rows of imports that wait to be opened
	Offered        int            // handoffs before a law firm
	Lapsing        int            // of them, those that lapse within two days
	Accepted       int            // handoffs that a law firm has
	Stops          map[string]int // emergency stops that stand, by scope
	Restored       bool           // the record was restored, and nothing goes out until that is lifted
	Offset         time.Duration  // the business clock's lead over the wall
	Frozen         bool           // the business clock stands still
	Rates          []Coverage     // up to which day the series of rates are known
}

// Extent is how large an installation is, which changes slowly and takes
// longer to count.
type Extent struct {
	Stages map[debt.Stage]int // all cases by their stage
	Tasks  map[string]int     // open tasks by their kind
	Off    map[string]int     // what a periodic control finds off, by its rule
}

// Connections are the record's connections to its database, of one process.
type Connections struct {
	Most, Open, Busy int
	Waits            int64         // how often one had to be waited for
	Waited           time.Duration // and how long, in all
}

// Soundings are how a record stands to the program and the machine that ask.
type Soundings struct {
	Schema, Newest int64         // the last migration of the record, and of the program
	Ahead          time.Duration // of this machine's clock to that of PostgreSQL's machine
	// Now is the business instant, Last that of the last event of young cases,
	// zero where there is none, and Rates how long rates of interest are known; all
	// empty where the schema is another version's.
	Now, Last time.Time
	Rates     []Coverage
	Countries []string // that have cases
}
