package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
)

// readsMeasure asks an API over a large record for what people look at all day.
var readsMeasure = Measure{
	Name: "reads",
	About: "What the API answers over a record of 1,000,000 cases (20,000 in the small set), copied from the lives of the demonstration's " +
		"portfolio into the record's own tables. Each kind of request is offered alone, 50 a second whatever the answers take " +
		"(the summary one by one), at cases and words chosen at random, and timed from the instant it was due.",
	Bar: "list, search and case page: p99 below 50 ms.",
	Run: runReads,
}

// The pace at which reads are offered, and how many may be under way.
const (
	readsPerSecond = 50
	readsAtOnce    = 32
)

func runReads(ctx context.Context, s *Site) (figures []Figure, err error) {
	url, err := ownRecord(ctx, s.DatabaseURL, "reads")
	if err != nil {
		return nil, err
	}
	key, err := populate(ctx, s, url)
	if err != nil {
		return nil, err
	}
	figures, err = sizes(ctx, url)
	if err != nil {
		return figures, err
	}
	c, err := choose(ctx, url)
	if err != nil {
		return figures, err
	}
	api, err := spawn(asAPI, "DATABASE_URL="+url, "TEMPORAL_ADDRESS="+s.TemporalAddress)
	if err != nil {
		return figures, err
	}
	defer api.kill()
	for _, a := range c.asks() {
		took, err := a.offer(ctx, reader{url: api.first, key: key}, s.Size(1000, 150))
		if err != nil {
			return figures, errors.Join(fmt.Errorf("%s: %w", a.name, err), api.failed())
		}
		p50, p99 := percentile(took, 50), percentile(took, 99)
		s.Logf("%-44s p50 %7.1f ms  p99 %7.1f ms", a.name, p50, p99)
		figures = append(figures, Figure{Name: a.name + ", p50", Value: p50, Unit: "ms"})
		if a.barred {
			figures = append(figures, Below(a.name+", p99", p99, "ms", 50))
		} else {
			figures = append(figures, Figure{Name: a.name + ", p99", Value: p99, Unit: "ms"})
		}
	}
	return figures, nil
}

// monthsLived is how long the portfolio lives that is copied: after three months
// cases stand at every stage, some have been written to and some are closed.
const monthsLived = 3

// populate fills the record at a URL, and gives an operator's key to it.
func populate(ctx context.Context, s *Site, url string) (key string, err error) {
	st, err := store.New(ctx, url, store.Options{ThirdParty: true, NoJitter: true})
	if err != nil {
		return "", err
	}
	defer st.Close()
	began := time.Now()
	if err := live(ctx, st, monthsLived); err != nil {
		return "", fmt.Errorf("let the portfolio live: %w", err)
	}
	s.Logf("a portfolio has lived %d months in %s", monthsLived, time.Since(began).Round(time.Second))
	began = time.Now()
	n := s.Size(1_000_000, 20_000)
	if err := fill(ctx, url, n); err != nil {
		return "", err
	}
	s.Logf("the record was filled to %d cases in %s", n, time.Since(began).Round(time.Second))
	_, key, err = st.NewKey(ctx, record.Key{Role: debt.Operator, Label: "bench"})
	return key, err
}

// sizes tells what the record takes on disk.
func sizes(ctx context.Context, url string) ([]Figure, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("read the sizes: %w", err)
	}
	defer conn.Close(ctx)
	var cases, open, events, messages, all, indexes float64
	err = conn.QueryRow(ctx, `select count(*), count(*) filter (where open), (select count(*) from events), (select count(*) from messages),
		pg_database_size(current_database()), (select sum(pg_indexes_size(oid)) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace)
		from cases`).Scan(&cases, &open, &events, &messages, &all, &indexes)
	if err != nil {
		return nil, fmt.Errorf("read the sizes: %w", err)
	}
	return []Figure{
		{Name: "cases", Value: cases}, {Name: "of them open", Value: open}, {Name: "events", Value: events}, {Name: "messages", Value: messages},
		{Name: "disk, all", Value: all / (1 << 20), Unit: "MiB"}, {Name: "disk, indexes", Value: indexes / (1 << 20), Unit: "MiB"},
		{Name: "disk, for each case", Value: all / cases / 1024, Unit: "KiB"},
	}, nil
}

// ask is one kind of request.
type ask struct {
	name   string
	barred bool // held to the bar of 50 ms
	path   func(*rand.Rand) string
	// alone asks for one after another, a few only: it is not asked all day.
	alone bool
}

// choice is what requests are made of: cases and words of the record, chosen
// at random.
type choice struct {
	cases, debtors, references, taxes, surnames, names []string
	creditors                                          []string
	rich                                               []string // cases with messages
}

func choose(ctx context.Context, url string) (*choice, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("choose what to ask for: %w", err)
	}
	defer conn.Close(ctx)
	c := &choice{}
	for into, sql := range map[*[]string]string{
		&c.cases:      `select id from cases order by md5(id) limit 3000`,
		&c.rich:       `select distinct case_id from (select case_id from messages order by md5(id) limit 3000) m`,
		&c.references: `select reference from cases order by md5(id) limit 3000`,
		&c.debtors:    `select id from debtors order by md5(id) limit 3000`,
		&c.taxes:      `select tax_id from debtors where tax_id <> '' order by md5(id) limit 3000`,
		&c.surnames:   `select reverse(split_part(reverse(name), ' ', 1)) from debtors order by md5(id) limit 3000`,
		&c.names:      `select split_part(name, ' ', 1) from debtors where length(split_part(name, ' ', 1)) > 2 order by md5(id) limit 3000`,
		&c.creditors:  `select id from creditors`,
	} {
		rows, err := conn.Query(ctx, sql)
		if err != nil {
			return nil, fmt.Errorf("choose what to ask for: %w", err)
		}
		if *into, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
			return nil, fmt.Errorf("choose what to ask for: %w", err)
		}
		if len(*into) == 0 {
			return nil, fmt.Errorf("choose what to ask for: nothing is found by %s", sql)
		}
	}
	return c, nil
}
