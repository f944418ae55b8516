package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/strategy"
)

// readStrategies brings the strategies of operators into the library. A version
// never changes, so one that is there already stays.
func (s *Store) readStrategies(ctx context.Context) error {
	rows, err := s.pool.Query(ctx, `select yaml from strategies order by name, version`)
	if err != nil {
		return fmt.Errorf("read the strategies: %w", err)
	}
	texts, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	if err != nil {
		return fmt.Errorf("read the strategies: %w", err)
	}
	for _, text := range texts {
		st, err := strategy.Parse(text)
		if err != nil {
			return fmt.Errorf("read the strategies: %w", err)
		}
		if have, ok := s.strategies.Get(st.Ref()); ok && have.Ref() == st.Ref() {
			continue
		}
		if err := s.strategies.Add(st); err != nil && !s.has(st.Ref()) {
			return fmt.Errorf("read the strategies: %w", err)
		}
	}
	s.read.Store(int64(len(texts)))
	return nil
}

func (s *Store) has(ref string) bool {
	_, ok := s.strategies.Get(ref)
	return ok
}

// pinnedStrategy gives the version that a case is pinned to.
func (s *Store) pinnedStrategy(ctx context.Context, ref string) (*strategy.Strategy, error) {
	if st, ok := s.strategies.Get(ref); ok {
		return st, nil
	}
	if err := s.readStrategies(ctx); err != nil {
		return nil, err
	}
	if st, ok := s.strategies.Get(ref); ok {
		return st, nil
	}
	return nil, fmt.Errorf("strategy %s is not on the record", ref)
}

// fitting gives a strategy that a case of that law and debtor may be moved to.
func (s *Store) fitting(ctx context.Context, ref, country string, debtor law.Party) (*strategy.Strategy, error) {
	if err := s.readStrategies(ctx); err != nil {
		return nil, err
	}
	st, ok := s.strategies.Get(ref)
	if !ok {
		return nil, noStrategy()
	}
	return st, fits(st, country, debtor)
}

func noStrategy() error {
	return &debt.Refusal{Field: "strategy", Rule: "strategy_unknown", Detail: "there is no such strategy for this country"}
}

// fits refuses a strategy of another country's law, and one for businesses
// where the debtor is a consumer or the other way round. A public debtor is
// treated as a business.
func fits(st *strategy.Strategy, country string, debtor law.Party) error {
	consumer := debtor == law.Consumer
	if st.Country == country && (st.Debtor == law.Consumer) == consumer {
		return nil
	}
	return &debt.Refusal{Field: "strategy", Rule: "strategy_segment",
		Detail: fmt.Sprintf("strategy %s is for %s in %s", st.Ref(), st.Debtor, st.Country)}
}

// SaveStrategy keeps a strategy written in YAML, once checked. A version that
// is kept already cannot change: the same text gives it back, another is a
// conflict. All that is wrong with a text is told at once.
func (s *Store) SaveStrategy(ctx context.Context, text []byte) (*strategy.Strategy, error) {
	st, err := strategy.Parse(text)
	var wrong strategy.Problems
	if errors.As(err, &wrong) {
		var all []error
		for _, p := range wrong {
			all = append(all, &debt.Refusal{Field: "yaml", Rule: "strategy_invalid", Detail: p.String()})
		}
		return nil, errors.Join(all...)
	}
	if err != nil {
		return nil, err
	}
	var kept []byte
	err = s.pool.QueryRow(ctx, `select yaml from strategies where name = $1 and version = $2`, st.Name, st.Version).Scan(&kept)
	switch {
	case err == nil && bytes.Equal(kept, text):
		return st, s.readStrategies(ctx)
	case err == nil, errors.Is(err, pgx.ErrNoRows) && s.has(st.Ref()):
		return nil, &debt.Refusal{Field: "version", Rule: "strategy_kept", Conflict: true,
			Detail: fmt.Sprintf("%s is kept with another text: give the change a new version", st.Ref())}
	case !errors.Is(err, pgx.ErrNoRows):
		return nil, fmt.Errorf("keep strategy %s: %w", st.Ref(), err)
	}
	if _, err := s.pool.Exec(ctx, `insert into strategies (name, version, yaml) values ($1, $2, $3) on conflict do nothing`,
		st.Name, st.Version, text); err != nil {
		return nil, fmt.Errorf("keep strategy %s: %w", st.Ref(), err)
	}
	return st, s.readStrategies(ctx)
}

// Strategies lists the shipped strategies and those that operators added, by
// name and version.
func (s *Store) Strategies(ctx context.Context) ([]*strategy.Strategy, error) {
	if err := s.readStrategies(ctx); err != nil {
		return nil, err
	}
	return s.strategies.All(), nil
}
