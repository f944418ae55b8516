package store_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store/storetest"
)

// told is what an import says of its rows, without the ids of cases that a
// trial cannot know.
func told(i record.Import) record.Import {
	plain := func(lines []record.ImportError) []record.ImportError {
		out := []record.ImportError{}
		for _, e := range lines {
			if e.Rule == "reference_taken" {
				e.Detail = ""
			}
			out = append(out, e)
		}
		return out
	}
	return record.Import{Creditor: i.Creditor, Name: i.Name, State: i.State, Total: i.Total, Accepted: i.Accepted, Known: i.Known,
		Rejected: i.Rejected, Errors: plain(i.Errors), Warnings: plain(i.Warnings)}
}

// everything is the mixed file with debts that are limited, one of them of a
// debtor whom an earlier row names, rows that could not be read, and debtors who
// under one reference are two.
func everything(creditor string) []record.ImportRow {
	rows := mixed(creditor)
	add := func(change func(*record.ImportRow)) {
		n := len(rows)
		r := record.ImportRow{Row: n + 2, Submission: storetest.Submission(creditor, n, due)}
		change(&r)
		rows = append(rows, r)
	}
	old := func(r *record.ImportRow) {
		r.Submission.Claim.Issued, r.Submission.Claim.Due = calendar.Day(2015, time.January, 2), calendar.Day(2015, time.February, 2)
	}
	add(old)
	add(func(r *record.ImportRow) { old(r); r.Submission.Debtor = rows[0].Submission.Debtor })
	add(func(r *record.ImportRow) {
		r.Errors = []record.ImportError{{Row: r.Row, Field: "due_on", Rule: "date_invalid", Detail: "no day"}}
	})
	add(func(r *record.ImportRow) {
		r.Submission.Debtor.Reference, r.Submission.Debtor.TaxID = "C-two", "A58818501"
	})
	add(func(r *record.ImportRow) {
		r.Submission.Debtor.Reference, r.Submission.Debtor.TaxID = "C-two", "B12345674"
	})
	add(func(r *record.ImportRow) {
		r.Submission.Debtor.Reference, r.Submission.Debtor.Kind = "C-900", "consumer" // on the record as a business
	})
	return rows
}

func TestATrialSaysWhatTheImportThenDoesAndRecordsNothing(t *testing.T) {
	var p tap
	s, url := tapped(t, &p)
	k := storetest.Creditor(t, s, "Acme")
	storetest.Case(t, s, storetest.Submission(k.ID, 900, due))
	rows := everything(k.ID)
	before := named(t, url)
	tried := must(s.TryImport(ctx, k.ID, "file", rows))(t)
	if after := named(t, url); !reflect.DeepEqual(before, after) {
		t.Error("a trial leaves something on the record")
	}
	if tried.ID != "" || !tried.DryRun {
		t.Errorf("a trial has id %q, dry run %v", tried.ID, tried.DryRun)
	}
	i := must(s.StartImport(ctx, k.ID, "file", rows))(t)
	if i.State != "running" {
		t.Fatalf("after a trial the same rows are %s: they are taken for a repetition", i.State)
	}
	for worked := 1; worked > 0; {
		var err error
		worked, _, err = s.WorkImport(ctx, 100)
		ok(t, err)
	}
	done := imported(t, s, i.ID)
	if want, got := told(done), told(tried); !reflect.DeepEqual(got, want) {
		t.Errorf("the trial says\n%+v\nand the import does\n%+v", got, want)
	}
	if done.Accepted < 10 || done.Rejected < 8 || done.Known < 2 || len(done.Warnings) != 2 {
		t.Errorf("the file is too plain to show it: %+v", done)
	}
	again := must(s.TryImport(ctx, k.ID, "file", rows))(t)
	if again.ID != i.ID || !again.DryRun || !reflect.DeepEqual(told(again), told(done)) {
		t.Errorf("a trial of what was imported says %+v, which is not that import", again)
	}
}

func TestATrialOfAnUnknownCreditorIsRefused(t *testing.T) {
	s, _ := frozen(t)
	if _, err := s.TryImport(ctx, "nobody", "file", rows("nobody", 0, 1)); rule(err) != "creditor_unknown" {
		t.Errorf("it is refused as %v", err)
	}
}

// TestATrialGoesOnBeyondOneRound has a debtor who is somebody else more than a
// thousand rows later.
func TestATrialGoesOnBeyondOneRound(t *testing.T) {
	s, _ := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	file := rows(k.ID, 0, 1500)
	last := &file[len(file)-1].Submission.Debtor
	last.Reference, last.Kind = file[0].Submission.Debtor.Reference, "consumer"
	i := must(s.TryImport(ctx, k.ID, "file", file))(t)
	if i.Total != 1500 || i.Accepted != 1499 || i.Rejected != 1 || len(i.Errors) != 1 || i.Errors[0].Row != 1501 || i.Errors[0].Rule != "debtor_differs" {
		t.Errorf("the trial says %+v", i)
	}
}

// BenchmarkTrial tries 10,000 rows of debts, debtors and persons that are new.
func BenchmarkTrial(b *testing.B) {
	s := storetest.New(b)
	k := storetest.Creditor(b, s, "Acme")
	file := rows(k.ID, 0, 10_000)
	for b.Loop() {
		if i, err := s.TryImport(ctx, k.ID, "file", file); err != nil || i.Accepted != len(file) {
			b.Fatal(i.Accepted, err)
		}
	}
	b.ReportMetric(float64(len(file)*b.N)/b.Elapsed().Seconds(), "rows/s")
}
