package law_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/recobro/recobro/law"
)

// FuzzRates holds every file of rates to be refused with the reason, or to give
// rows in order, without overlap, each with its source.
func FuzzRates(f *testing.F) {
	files, err := filepath.Glob("*/rates/*.csv")
	if err != nil || len(files) == 0 {
		f.Fatal("the rates are gone: ", err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		head, _, _ := strings.Cut(string(text), "\n")
		for _, column := range strings.Split(strings.TrimSpace(head), ",") {
			f.Add(string(text), column)
		}
	}
	f.Add("from,to,rate,status,source,note\n2026-01-01,2025-01-01,1.00,verified,x,\n", "rate")
	f.Add("effective_date,rate,status,source,note\n2200-12-31,1,,x,\n2200-12-31,1,,x,\n", "rate")
	f.Add("from,to,rate,status,source,note\n", "rate")
	f.Add("from,from,from,from\n", "from")
	f.Fuzz(func(t *testing.T, text, column string) {
		s := &law.Series{Name: "fuzzed", Column: column, Text: text}
		rows, err := s.Rows()
		if err != nil {
			if !strings.Contains(err.Error(), "fuzzed") {
				t.Fatalf("the reason does not say which series it is about: %v", err)
			}
			return
		}
		if len(rows) == 0 {
			t.Fatal("neither rows nor a reason")
		}
		for i, r := range rows {
			open := r.To.IsZero()
			if r.Source == "" || r.From.IsZero() || !open && r.To.Before(r.From) || open && i < len(rows)-1 {
				t.Fatalf("row %d: %+v", i, r)
			}
			if i > 0 && rows[i-1].To.AddDays(1) != r.From {
				t.Fatalf("row %d from %s follows one to %s", i, r.From, rows[i-1].To)
			}
		}
		if last := s.Last(); last != rows[len(rows)-1].To {
			t.Fatalf("the last day is %s", last)
		}
	})
}
