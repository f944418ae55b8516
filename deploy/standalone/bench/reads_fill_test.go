package bench

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
)

// TestACopiedRecordIsWhole fills a record and holds copies to what holds of
// every case: its chain verifies, its row is the sum of its events, and no row
// points to nothing.
func TestACopiedRecordIsWhole(t *testing.T) {
	url := storetest.URL(t)
	s, err := store.New(t.Context(), url, store.Options{ThirdParty: true, NoJitter: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if err := live(t.Context(), s, 1); err != nil {
		t.Fatal(err)
	}
	const want = 1000
	if err := fill(t.Context(), url, want); err != nil {
		t.Fatal(err)
	}
	all := 0
	for after := ""; ; {
		rows, err := s.Cases(t.Context(), record.Filter{After: after, Limit: 500})
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) == 0 {
			break
		}
		for i, r := range rows {
			if i%10 != 0 {
				continue
			}
			if err := s.Verify(t.Context(), r.ID); err != nil {
				t.Error(err)
			}
			if _, err := s.File(t.Context(), r.ID); err != nil {
				t.Error(err)
			}
		}
		all, after = all+len(rows), rows[len(rows)-1].ID
	}
	if all < want {
		t.Errorf("%d cases, want %d", all, want)
	}
	dangling(t, url)
}

// dangling looks along every foreign key, which COPY did not check.
func dangling(t *testing.T, url string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), `select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint where contype = 'f'`)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct{ Table, Definition string }])
	if err != nil || len(keys) < 20 {
		t.Fatalf("%d foreign keys, %v", len(keys), err)
	}
	for _, k := range keys {
		// Adding the same key once more checks every row.
		if _, err := conn.Exec(t.Context(), "alter table "+k.Table+" add "+k.Definition); err != nil {
			t.Errorf("%s %s: %v", k.Table, k.Definition, err)
		}
	}
}
