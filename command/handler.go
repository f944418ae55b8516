package command

import (
	"context"
	"net/http"

	"go.temporal.io/sdk/client"

	"github.com/recobro/recobro/api"
	"github.com/recobro/recobro/store"
)

// Handler is the API over the record. It takes facts while Temporal is away:
// the relay wakes the cases later.
func (p *Parts) Handler() http.Handler {
	s := p.Store
	return api.New(api.Options{
		Door: s, Cases: s, Findings: s, Messages: s, Tasks: s, Documents: s, Debtors: s, Points: s,
		Creditors: s, Keys: s, Porter: s, Stops: s, Firms: s, Handoffs: s, Imports: s, Strategies: s,
		Memory: s, Figures: s, Broken: []error{store.ErrState},
		Waker: p.Waker, Logger: p.Logger, Version: p.Version,
		Checks: []api.Check{
			{Name: "record", Ask: s.Ping, Needed: true},
			{Name: "temporal", Ask: func(ctx context.Context) error {
				_, err := p.Temporal.CheckHealth(ctx, &client.CheckHealthRequest{})
				return err
			}},
		},
	})
}
