package command

import (
	"net/http"

	"github.com/recobro/recobro/api"
	"github.com/recobro/recobro/store"
)

// Handler is the API over the record. It takes facts while Temporal is away:
// the relay wakes the cases later.
func (p *Parts) Handler() http.Handler {
	s := p.Store
	return api.New(p.Config.limited(api.Options{
		Door: s, Cases: s, Findings: s, Messages: s, Tasks: s, Documents: s, Debtors: s, Points: s,
		Creditors: s, Keys: s, Porter: s, Stops: s, Firms: s, Handoffs: s, Imports: s, Statements: s, BankLines: s, BankDesk: s, Strategies: s, Rates: s, Guarantors: s,
		Memory: s, Figures: s, Operator: p.Config.operator(), Broken: []error{store.ErrState}, Away: store.Away,
		Waker: p.Watch.Waker(p.Waker), Logger: p.Logger, Version: p.Version,
		Checks: p.checks(), Watch: p.Watch,
	}))
}
