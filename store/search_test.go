package store_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
)

// TestFewMatchesAndManyAreFoundAlike searches twice for the same: while few bear
// a name or a reference's beginning, and when thousands do, which is done in
// another way.
func TestFewMatchesAndManyAreFoundAlike(t *testing.T) {
	url := storetest.URL(t)
	s := storetest.Open(t, url)
	a, b := storetest.Creditor(t, s, "Vega"), storetest.Creditor(t, s, "Arlanza")
	due := calendar.Day(2026, 3, 1)
	cases := map[string]string{} // by what they are called here
	open := func(name, creditor, reference, debtor, taxID string, n int) {
		in := storetest.Submission(creditor, n, due)
		in.Reference, in.Debtor.Name, in.Debtor.TaxID = reference, debtor, taxID
		cases[name] = storetest.Case(t, s, in).Case.ID
	}
	open("first", a.ID, "F-100%", "Talleres Quevedo", "B58818501", 1)
	open("second", a.ID, "f-100_2", "Quevedo y Hermanos", "", 2)
	open("third", b.ID, "G-7", "Señor Quevedós", "", 3)
	open("fourth", b.ID, "F-9", "Góngora", "B12345674", 4)
	searches := []struct {
		query, creditor string
		want            []string
	}{
		{"quevedo", "", []string{"first", "second"}},
		{"queve", "", []string{"first", "second", "third"}},
		{"queve", b.ID, []string{"third"}},
		{"hermanos quevedo", "", []string{"second"}},
		{"F-100", "", []string{"first", "second"}},
		{"f-100%", "", []string{"first"}},
		{"F-", a.ID, []string{"first", "second"}},
		{"F-", "", []string{"first", "second", "fourth"}},
		{"b58818501", "", []string{"first"}},
		{"B12345674", a.ID, nil},
		{cases["third"], "", []string{"third"}},
		{cases["third"], a.ID, nil},
		{" góngora ", "", []string{"fourth"}},
		{"nobody", "", nil},
		{"%", "", nil},
		{"---", "", nil},
	}
	look := func(when string) {
		t.Helper()
		for _, c := range searches {
			var want []string
			for _, name := range c.want {
				want = append(want, cases[name])
			}
			slices.Sort(want)
			if got := found(t, s, record.Filter{Query: c.query, Creditor: c.creditor}); !slices.Equal(got, want) {
				t.Errorf("%s: %q of creditor %q finds %v, want %v", when, c.query, c.creditor, got, want)
			}
			if len(want) < 2 {
				continue
			}
			if got := found(t, s, record.Filter{Query: c.query, Creditor: c.creditor, After: want[0], Limit: 1}); !slices.Equal(got, want[1:2]) {
				t.Errorf("%s: %q after the first finds %v, want %v", when, c.query, got, want[1:2])
			}
		}
	}
	look("few")
	before := len(must(s.Debtors(t.Context(), a.ID, "quevedo", "", 1000))(t))
	crowd(t, url, a.ID, b.ID)
	look("many")
	for _, c := range []struct {
		query string
		want  int
	}{{"quevedo", before}, {"hermanos quevedo", 1}, {"b58818501", 1}, {"C-1", 1}} {
		n := 0
		for _, d := range must(s.Debtors(t.Context(), a.ID, c.query, "", 1000))(t) {
			if d.Party.Reference[:2] == "C-" { // not of the crowd
				n++
			}
		}
		if n != c.want {
			t.Errorf("among many, %d debtors are found by %q, want %d", n, c.query, c.want)
		}
	}
}

func found(t *testing.T, s *store.Store, f record.Filter) []string {
	t.Helper()
	var ids []string
	for _, r := range must(s.Cases(t.Context(), f))(t) {
		ids = append(ids, r.ID)
	}
	return ids
}

// crowd adds thousands of debtors, without cases, to two creditors: all bear
// the names that are searched for. They sort behind the others.
func crowd(t *testing.T, url string, creditors ...string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, id := range creditors {
		if _, err := conn.Exec(t.Context(), fmt.Sprintf(`insert into debtors (id, creditor_id, person_id, reference, kind, name, created_at)
			select 'z-%[1]s-' || n, '%[1]s', (select min(id) from persons), 'X-' || n, 'business', 'Quevedo Quevedós Góngora Hermanos F 100 2 B58818501 ' || n, '2026-01-01'
			from generate_series(1, 5100) n`, id)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestACreditorFindsTheirFewAmongTheManyOfAnother has thousands of another
// creditor's cases bear the same name and the same beginning of a reference.
func TestACreditorFindsTheirFewAmongTheManyOfAnother(t *testing.T) {
	url := storetest.URL(t)
	s := storetest.Open(t, url)
	many, few := storetest.Creditor(t, s, "Vega"), storetest.Creditor(t, s, "Arlanza")
	var own, debtors []string
	for n := range 3 {
		in := storetest.Submission(few.ID, n, calendar.Day(2026, 3, 1))
		in.Reference, in.Debtor.Name = fmt.Sprint("F-", n), fmt.Sprint("Talleres Quevedo ", n)
		f := storetest.Case(t, s, in)
		own, debtors = append(own, f.Case.ID), append(debtors, f.Debtor.ID)
	}
	slices.Sort(own)
	slices.Sort(debtors)
	const crowd = 5100
	among(t, url, many.ID, crowd)
	for query, want := range map[string][]string{"quevedo": own, "talleres que": own, "f-": own, "F-5099": nil, "vega": nil} {
		if got := found(t, s, record.Filter{Query: query, Creditor: few.ID, Limit: 1000}); !slices.Equal(got, want) {
			t.Errorf("%q finds %v, want %v", query, got, want)
		}
	}
	var got []string
	for _, d := range must(s.Debtors(t.Context(), few.ID, "quevedo", "", 1000))(t) {
		got = append(got, d.ID)
	}
	if !slices.Equal(got, debtors) {
		t.Errorf("the debtors found are %v, want %v", got, debtors)
	}
	if got := found(t, s, record.Filter{Query: "F-5099", Creditor: many.ID}); !slices.Equal(got, []string{"z-5099"}) {
		t.Errorf("the other creditor finds %v", got)
	}
	if got := found(t, s, record.Filter{Query: "quevedo", After: "z-", Limit: 1000}); len(got) != 1000 {
		t.Errorf("staff find %d of %d", len(got), crowd)
	}
}
