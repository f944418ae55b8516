package api

import (
	"context"
	"slices"

	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// findingView is one thing that is off, in words, with what to do about it.
type findingView struct {
	record.Finding
	Words string `json:"words"`
	Do    string `json:"do"`
}

// controls lists what a periodic control finds off; nothing where all is well.
func (s *server) controls(ctx context.Context, c *call) (answer, error) {
	after, limit, err := c.paging()
	if err != nil {
		return answer{}, err
	}
	creditor, err := c.ofCreditor(c.query("creditor_id"))
	if err != nil {
		return answer{}, err
	}
	rule := c.query("rule")
	if rule != "" && !slices.Contains(strategy.Rules, rule) {
		return answer{}, bad("enum", "rule", "rule must be one of %s", law.Listed(strategy.Rules))
	}
	found, err := s.Figures.Controls(ctx, record.ControlFilter{Creditor: creditor, Rule: rule, After: after, Limit: limit})
	if err != nil {
		return answer{}, err
	}
	return ok(pageOf(found.Found, limit, record.Finding.Place, func(f record.Finding) findingView {
		return findingView{Finding: f, Words: strategy.FaultWords(f.Rule, f.On, c.lang), Do: strategy.FaultAdvice(f.Rule, c.lang)}
	}))
}
