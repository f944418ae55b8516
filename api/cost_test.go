package api

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/store"
)

// statements counts what PostgreSQL is asked.
type statements struct {
	mu      sync.Mutex
	all     int
	dockets int // loads of a person's cases
	trips   int // statements sent together go once
}

func (s *statements) count(sql string, trips int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trips += trips
	if sql != "" {
		s.all++
	}
	if strings.Contains(sql, "from cases\n\t\twhere person_id =") && strings.Contains(sql, "state, next") {
		s.dockets++
	}
}

// tally is how often until now.
type tally struct{ all, dockets, trips int }

func (s *statements) now() tally {
	s.mu.Lock()
	defer s.mu.Unlock()
	return tally{s.all, s.dockets, s.trips}
}

func (s *statements) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	s.count(q.SQL, 1)
	return ctx
}

func (s *statements) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (s *statements) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	s.count("", 1)
	return ctx
}

func (s *statements) TraceBatchQuery(_ context.Context, _ *pgx.Conn, q pgx.TraceBatchQueryData) {
	s.count(q.SQL, 0)
}

func (s *statements) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// TestAFactLoadsItsDocketOnce asks of every kind of caller that a fact which is
// reported costs one load of the person's cases: the door's, under its locks.
func TestAFactLoadsItsDocketOnce(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	heard := &statements{}
	counted, err := store.New(context.Background(), o.url, store.Options{Tracer: heard})
	require.NoError(t, err)
	t.Cleanup(counted.Close)
	o.store = counted
	o.serve(Options{})
	o.ask("GET", "/v1/clock", asked{key: "operator"}).is(200) // the connections are there
	for _, key := range []string{"creditor", "agent", "operator"} {
		before := heard.now()
		o.ask("POST", "/v1/cases/"+id+"/notes", asked{key: key, body: map[string]any{"text": "rang"}}).is(201)
		after := heard.now()
		t.Logf("a note by %s: %d statements in %d round trips", key, after.all-before.all, after.trips-before.trips)
		require.Equal(t, 1, after.dockets-before.dockets)
	}
	before := heard.now()
	o.ask("POST", "/v1/cases/"+id+"/notes", asked{key: "other", body: map[string]any{"text": "rang"}}).saysNo(404, "not_found", "")
	o.ask("POST", "/v1/cases/"+id+"/notes", asked{key: "lawyer", body: map[string]any{"text": "rang"}}).saysNo(404, "not_found", "")
	o.ask("POST", "/v1/cases/none/notes", asked{key: "operator", body: map[string]any{"text": "rang"}}).saysNo(404, "not_found", "")
	require.Equal(t, before.dockets, heard.now().dockets, "what is another's is not loaded")
}
