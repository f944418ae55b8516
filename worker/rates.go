package worker

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/recobro/recobro/record"
)

// Rates tells up to which day the rates of interest are known, by the business
// clock.
type Rates interface {
	Coverage(ctx context.Context) ([]record.Coverage, error)
}

// ratesEvery is how often the rates are looked at: often enough that a worker
// which runs but an hour a day says it.
const ratesEvery = 5 * time.Minute

// almanac says in the log which series of rates end soon, or have ended, once
// on each business day.
type almanac struct {
	store Rates
	log   *slog.Logger
	said  string // the business day on which it was last said
}

// once looks at the rates and tells how many series end.
func (a *almanac) once(ctx context.Context) (int, error) {
	all, err := a.store.Coverage(ctx)
	if err != nil {
		return 0, err
	}
	var ending []string
	today := ""
	for _, c := range all {
		if c.Ends() {
			today = c.Last.AddDays(-c.Days).String()
			ending = append(ending, fmt.Sprintf("%s: the last day with a rate is %s; look for: %s", c.Series, c.Last, c.Notice))
		}
	}
	if len(ending) > 0 && a.said != today {
		a.said = today
		a.log.Warn("rates of interest end: add the next rows with POST /v1/rates, or upgrade", "today", today, "series", ending)
	}
	return len(ending), nil
}
