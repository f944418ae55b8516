package api

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/evidence"
	"github.com/recobro/recobro/record"
)

func (s *server) listCases(ctx context.Context, c *call) (answer, error) {
	after, limit, err := c.paging()
	if err != nil {
		return answer{}, err
	}
	creditor, err := c.ofCreditor(c.query("creditor_id"))
	if err != nil {
		return answer{}, err
	}
	f := record.Filter{
		Creditor: creditor, Debtor: c.query("debtor_id"), Stage: c.query("stage"), Country: c.query("country"),
		Outcome: c.query("outcome"), Hold: c.query("hold"), Query: c.query("query"), Overdue: c.flag("overdue"),
		After: after, Limit: limit,
	}
	if c.query("open") != "" {
		is := c.flag("open")
		f.Open = &is
	}
	rows, err := s.Cases.Cases(ctx, f)
	if err != nil {
		return answer{}, err
	}
	return ok(pageOf(rows, limit, func(r record.Row) string { return r.ID }, func(r record.Row) rowView { return rowOf(r, c.reader()) }))
}

func (s *server) showCase(_ context.Context, c *call) (answer, error) {
	if c.summary {
		return ok(outlineOf(c.file, c.reader()))
	}
	return ok(viewOf(c.file, c.reader()))
}

// events are a page of a case's timeline.
type events struct {
	Events []entryView `json:"events"`
	Next   string      `json:"next_cursor,omitempty"`
}

func (s *server) timeline(ctx context.Context, c *call) (answer, error) {
	after, limit, err := c.paging()
	if err != nil {
		return answer{}, err
	}
	var seq int64
	if after != "" {
		if seq, err = strconv.ParseInt(after, 10, 64); err != nil {
			return answer{}, bad("cursor", "cursor", "cursor must be a next_cursor of this timeline")
		}
	}
	all, err := s.Cases.Timeline(ctx, c.id(), seq, limit)
	if err != nil {
		return answer{}, err
	}
	p := pageOf(all, limit, func(e record.Entry) string { return strconv.FormatInt(e.Seq, 10) }, entryOf)
	return ok(events{p.Items, p.Next})
}

func entryOf(e record.Entry) entryView {
	return entryView{Seq: e.Seq, Kind: e.Kind, At: e.At, By: e.By, Data: e.Data, Hash: e.Hash}
}

// day reads a parameter that is a day.
func (c *call) day(name string) (calendar.Date, error) {
	v := c.query(name)
	if v == "" {
		return calendar.Date{}, nil
	}
	d, err := calendar.Parse(v)
	if err != nil {
		return d, bad("malformed", name, "%s: %v", name, err)
	}
	return d, nil
}

func (s *server) statement(ctx context.Context, c *call) (answer, error) {
	asOf, err := c.day("as_of")
	if err != nil {
		return answer{}, err
	}
	st, err := s.Findings.Statement(ctx, c.id(), asOf)
	if err != nil {
		return answer{}, err
	}
	return ok(statementView(st))
}

// Forecasts: how far one reaches where nothing is said, and at most.
const (
	forecastYears = 2
	forecastMost  = 5
)

func (s *server) forecast(ctx context.Context, c *call) (answer, error) {
	last, err := c.day("until")
	if err != nil {
		return answer{}, err
	}
	now, _, _, err := s.Figures.ClockState(ctx)
	if err != nil {
		return answer{}, err
	}
	zone := zoneOf(c.file)
	today := calendar.DateOf(now.In(zone))
	switch {
	case last.IsZero():
		last = today.AddYears(forecastYears)
	case last.Before(today):
		return answer{}, bad("range", "until", "until lies in the past: today is %s", today)
	case last.After(today.AddYears(forecastMost)):
		return answer{}, bad("range", "until", "until may lie at most %d years ahead", forecastMost)
	}
	steps, err := s.Findings.Forecast(ctx, c.id(), last.AddDays(1).At(0, 0, zone))
	if err != nil {
		return answer{}, err
	}
	return ok(struct {
		Until calendar.Date `json:"until"`
		Steps []action      `json:"steps"`
	}{last, actionsOf(steps, c.file, c.reader())})
}

// verdict says whether the record of a case is whole.
type verdict struct {
	Case    string    `json:"case_id"`
	Intact  bool      `json:"intact"`
	Problem string    `json:"problem,omitempty"`
	Events  int64     `json:"events"`
	Head    string    `json:"head"`
	At      time.Time `json:"verified_at"`
}

// evidence checks the chain of a case's events, and says what is wrong with it.
func (s *server) evidence(ctx context.Context, c *call) (answer, error) {
	v := verdict{Case: c.id(), Intact: true, Events: c.file.Case.Seq}
	now, _, _, err := s.Figures.ClockState(ctx)
	if err != nil {
		return answer{}, err
	}
	v.At = now.UTC()
	if err := s.Findings.Verify(ctx, c.id()); err != nil {
		if !s.broken(err) {
			return answer{}, err
		}
		v.Intact, v.Problem = false, err.Error()
		return ok(v)
	}
	last, err := s.Cases.Timeline(ctx, c.id(), v.Events-1, 1)
	if err != nil {
		return answer{}, err
	}
	if len(last) == 1 {
		v.Head = last[0].Hash
	}
	return ok(v)
}

// broken reports whether an error of Verify speaks of the record, and not of
// the way to it.
func (s *server) broken(err error) bool {
	for _, b := range append([]error{evidence.ErrGap, evidence.ErrLink, evidence.ErrPayload}, s.Broken...) {
		if errors.Is(err, b) {
			return true
		}
	}
	return false
}
