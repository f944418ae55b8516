package store_test

import (
	"strings"
	"testing"

	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
)

// poison lets the database fail, as no row's fault, at whatever is inserted
// under a reference.
func poison(t *testing.T, url, reference string) {
	t.Helper()
	ok(t, sql(t, url, `create function spoil() returns trigger language plpgsql as $$
		begin raise exception 'spoilt' using errcode = 'XX000'; end $$`))
	ok(t, sql(t, url, `create trigger spoil before insert on cases for each row
		when (new.reference = '`+reference+`') execute function spoil()`))
}

// rows are n rows of an import, from row 2 on as a spreadsheet counts, each
// with a debt that no other has.
func rows(creditor string, first, n int) []record.ImportRow {
	var out []record.ImportRow
	for i := range n {
		out = append(out, record.ImportRow{Row: i + 2, Submission: storetest.Submission(creditor, first+i, due)})
	}
	return out
}

func imported(t *testing.T, s *store.Store, id string) record.Import {
	t.Helper()
	return must(s.Import(ctx, id))(t)
}

func TestARowThatFailsForNoReasonOfItsOwnHoldsUpNoOther(t *testing.T) {
	s, url := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	poison(t, url, "F-00001")
	first := must(s.StartImport(ctx, k.ID, "first", rows(k.ID, 0, 3)))(t)
	second := must(s.StartImport(ctx, k.ID, "second", rows(k.ID, 10, 2)))(t)
	worked, woken, err := s.WorkImport(ctx, 100)
	if err == nil || !strings.Contains(err.Error(), "row 3") || !strings.Contains(err.Error(), "spoilt") {
		t.Errorf("the failure is told as %v", err)
	}
	if worked != 4 || len(woken) != 4 {
		t.Errorf("%d rows worked, %d cases to wake; want 4 and 4", worked, len(woken))
	}
	if i := imported(t, s, first.ID); i.State != "running" || i.Accepted != 2 || i.Rejected != 0 {
		t.Errorf("after one round the first import is %+v", i)
	}
	if i := imported(t, s, second.ID); i.State != "done" || i.Accepted != 2 || i.Finished.IsZero() {
		t.Errorf("after one round the second import is %+v", i)
	}
	for range 4 {
		if i := imported(t, s, first.ID); i.State != "running" {
			t.Fatalf("given up too soon: %+v", i)
		}
		if _, _, err := s.WorkImport(ctx, 100); err == nil {
			t.Error("a further failure is not told")
		}
	}
	i := imported(t, s, first.ID)
	if i.State != "done" || i.Finished.IsZero() || i.Rejected != 1 || len(i.Errors) != 1 {
		t.Fatalf("after five rounds the import is %+v", i)
	}
	if no := i.Errors[0]; no.Row != 3 || no.Rule != "internal" || strings.Contains(no.Detail, "spoilt") {
		t.Errorf("the row is rejected as %+v", no)
	}
	if worked, _, err := s.WorkImport(ctx, 100); worked != 0 || err != nil {
		t.Errorf("a row that was rejected is worked again: %d, %v", worked, err)
	}
}

func TestARowIsOpenedOnceTheFaultIsGone(t *testing.T) {
	s, url := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	poison(t, url, "F-00001")
	i := must(s.StartImport(ctx, k.ID, "x", rows(k.ID, 0, 3)))(t)
	if _, _, err := s.WorkImport(ctx, 100); err == nil {
		t.Error("the failure is not told")
	}
	ok(t, sql(t, url, `drop trigger spoil on cases`))
	if worked, _, err := s.WorkImport(ctx, 100); worked != 1 || err != nil {
		t.Errorf("%d rows worked, %v", worked, err)
	}
	if got := imported(t, s, i.ID); got.State != "done" || got.Accepted != 3 || got.Rejected != 0 {
		t.Errorf("the import is %+v", got)
	}
}

func TestImportsTakeTurns(t *testing.T) {
	s, _ := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	large := must(s.StartImport(ctx, k.ID, "large", rows(k.ID, 0, 20)))(t)
	small := must(s.StartImport(ctx, k.ID, "small", rows(k.ID, 50, 2)))(t)
	if worked, _, err := s.WorkImport(ctx, 4); worked != 4 || err != nil {
		t.Fatalf("%d rows worked, %v", worked, err)
	}
	if i := imported(t, s, small.ID); i.Accepted != 2 || i.State != "done" {
		t.Errorf("the small import waits for the large one: %+v", i)
	}
	if i := imported(t, s, large.ID); i.Accepted != 2 {
		t.Errorf("the large import has come to %+v", i)
	}
}

func TestFailingRowsDoNotStandBeforeOthers(t *testing.T) {
	s, url := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	poison(t, url, "F-00000")
	i := must(s.StartImport(ctx, k.ID, "x", rows(k.ID, 0, 4)))(t)
	for range 4 {
		s.WorkImport(ctx, 1) // the first fails, and the others have their turn before it has another
	}
	if got := imported(t, s, i.ID); got.Accepted != 3 {
		t.Errorf("after four rounds of one row the import is %+v", got)
	}
}
