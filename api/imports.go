package api

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/intake"
	"github.com/recobro/recobro/record"
)

// importLimit is the largest file of debts, with room for a form around it.
const importLimit int64 = 64<<20 + 64<<10

// startImport takes a file of debts: its rows are durable before the answer,
// and opened by the worker. A dry run only says what would become of them.
func (s *server) startImport(ctx context.Context, c *call) (answer, error) {
	f, err := s.upload(ctx, c)
	if err != nil {
		return answer{}, err
	}
	now, _, _, err := s.Figures.ClockState(ctx)
	if err != nil {
		return answer{}, fmt.Errorf("read the clock for an import: %w", err)
	}
	place, err := calendar.PlaceOf(f.owed.Country, f.owed.PostalCode, "")
	if err != nil {
		return answer{}, fmt.Errorf("where creditor %s is: %w", f.owed.ID, err)
	}
	rows, err := intake.ReadCSV(bytes.NewReader(f.content), f.owed.ID, calendar.DateOf(now.In(place.Zone())))
	if err != nil {
		return answer{}, err
	}
	if c.dry() {
		tried, err := s.Imports.TryImport(ctx, f.owed.ID, f.name, rows)
		if err != nil {
			return answer{}, err
		}
		return ok(tried)
	}
	started, err := s.Imports.StartImport(ctx, f.owed.ID, f.name, rows)
	if err != nil {
		return answer{}, err
	}
	return accepted(started)
}

// uploaded is a file that somebody sent, and whose it is.
type uploaded struct {
	content []byte
	name    string
	owed    record.Creditor
}

// upload reads a file of a creditor's.
func (s *server) upload(ctx context.Context, c *call) (uploaded, error) {
	f, asked, err := c.sent()
	if err != nil {
		return f, err
	}
	creditor, err := c.ofCreditor(asked)
	if err != nil {
		return f, err
	}
	f.owed, err = s.owed(ctx, creditor)
	return f, err
}

// sent reads a file from the body, with its name in the query, or from a form, and
// which creditor it is said to be of.
func (c *call) sent() (f uploaded, asked string, err error) {
	f, asked = uploaded{content: c.body, name: c.query("name")}, c.query("creditor_id")
	if c.form != nil {
		f.content, f.name = c.form.bytes, c.form.name
		if id := c.form.fields["creditor_id"]; id != "" {
			asked = id
		}
	}
	if !oneLine(f.name) {
		return f, asked, refuse(http.StatusUnprocessableEntity, "control_characters", "name", "name holds control characters")
	}
	return f, asked, nil
}

// showImport shows how far an import has come.
func (s *server) showImport(ctx context.Context, c *call) (answer, error) {
	i, err := s.Imports.Import(ctx, c.id())
	if err != nil {
		return answer{}, err
	}
	if c.key.Role == debt.Creditor && i.Creditor != c.key.Creditor {
		return answer{}, notFound()
	}
	i.Errors, i.Warnings = some(i.Errors), some(i.Warnings)
	return ok(i)
}
