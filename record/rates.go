package record

import (
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
)

// OwnRate is what an operator put on the record about a rate: a row, or that a
// row is taken away. Nothing of it changes afterwards.
type OwnRate struct {
	law.RateRow           // Own is its id, Author the id of the key that added it
	Supersedes  string    `json:"supersedes,omitempty"` // the own row in whose place it stands
	Withdrawal  bool      `json:"withdrawal"`           // it only takes that row away; days and rate are empty
	Superseded  string    `json:"superseded_by,omitempty"`
	Added       time.Time `json:"added_at"` // business instant
	WallAdded   time.Time `json:"wall_added_at"`
	// Confirmed says of a row that is to be added that a rate of nothing, or one
	// far from those beside it, is meant. It is not kept.
	Confirmed bool `json:"-"`
}

// Stands reports whether calculations use the row.
func (r OwnRate) Stands() bool { return r.Superseded == "" && !r.Withdrawal }

// Coverage is up to which day a series of rates is known. Series without an end
// are not listed.
type Coverage struct {
	Series string        `json:"series"`
	Last   calendar.Date `json:"last_day"`
	// Days are those from today to the last one; below nothing where it lies in
	// the past.
	Days   int    `json:"days_left"`
	Notice string `json:"notice"` // the official notice to look for
	// Countries are those whose law reckons by the series.
	Countries []string `json:"countries"`
}

// RatesEndSoon is how many days before a series of rates ends somebody is told:
// the notice of the next half-year is published in its last days.
const RatesEndSoon = 30

// Ends reports whether the series ends soon, or has.
func (c Coverage) Ends() bool { return c.Days < RatesEndSoon }
