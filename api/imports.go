package api

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/intake"
)

// importLimit is the largest file of debts, with room for a form around it.
const importLimit int64 = 64<<20 + 64<<10

// startImport takes a file of debts: its rows are durable before the answer,
// and opened by the worker.
func (s *server) startImport(ctx context.Context, c *call) (answer, error) {
	content, name, asked := c.body, c.query("name"), c.query("creditor_id")
	if c.form != nil {
		content, name = c.form.bytes, c.form.name
		if id := c.form.fields["creditor_id"]; id != "" {
			asked = id
		}
	}
	if !oneLine(name) {
		return answer{}, refuse(http.StatusUnprocessableEntity, "control_characters", "name", "name holds control characters")
	}
	creditor, err := c.ofCreditor(asked)
	if err != nil {
		return answer{}, err
	}
	owed, err := s.owed(ctx, creditor)
	if err != nil {
		return answer{}, err
	}
	now, _, _, err := s.Figures.ClockState(ctx)
	if err != nil {
		return answer{}, fmt.Errorf("read the clock for an import: %w", err)
	}
	place, err := calendar.PlaceOf(owed.Country, owed.PostalCode, "")
	if err != nil {
		return answer{}, fmt.Errorf("where creditor %s is: %w", owed.ID, err)
	}
	rows, err := intake.ReadCSV(bytes.NewReader(content), creditor, calendar.DateOf(now.In(place.Zone())))
	if err != nil {
		return answer{}, err
	}
	for i := range rows {
		rows[i].Submission.Claim.Creditor = owed.Kind
	}
	started, err := s.Imports.StartImport(ctx, creditor, name, rows)
	if err != nil {
		return answer{}, err
	}
	return accepted(started)
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
