package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/recobro/recobro/bank"
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/ident"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
)

// paysFor is what each line of the samples truly pays, or takes back, by the line
// of the file where it begins. What stands here nowhere is for no debt, or nobody
// can tell.
var paysFor = map[string]map[int][]string{
	"es_camt053_v08.xml": {53: {"F-2026-00101"}, 120: {"F-2026-00102"}, 193: {"F-2026-00109"}, 216: {"F-2026-00110"},
		345: {"F-2026-00102"}, 398: {"F-2026-00103"}},
	"fr_camt053_v02_prefix.xml":  {67: {"A/2026/0777"}, 300: {"F-2026-00106", "F-2026-00107", "F-2026-00108"}, 346: {"A/2026/0777"}},
	"pt_camt053_v02_plain.xml":   {63: {"PT-55-2026"}, 109: {"F-2026-00106", "F-2026-00107"}, 155: {"A/2026/0778"}},
	"es_norma43_latin1.n43":      {2: {"F-2026-00101"}, 5: {"F-2026-00108"}, 15: {"F-2026-00102"}},
	"es_norma43_cp850_short.n43": {2: {"F-2026-00103"}, 5: {"F-2026-00113"}, 6: {"F-2026-00103"}},
}

// realMonth opens the cases that the samples speak of, and gives the samples as
// those who pay these cases would have caused them: with their references.
func realMonth(t *testing.T, s *store.Store, creditor string) (references map[string]string, files map[string][]byte) {
	t.Helper()
	var rows []struct {
		Reference, Debtor, Name, Pay string
		Cents                        int64
	}
	text := must(os.ReadFile(filepath.Join("..", "bank", "testdata", "cases.json")))(t)
	ok(t, json.Unmarshal(text, &rows))
	references, files = map[string]string{}, map[string][]byte{}
	var renamed []string
	for n, r := range rows {
		in := storetest.Submission(creditor, n+1, calendar.Must("2026-02-20"))
		in.Reference, in.Principal = r.Reference, money.EUR(r.Cents)
		in.Debtor.Reference, in.Debtor.Name, in.Debtor.Contacts[0].Value = r.Debtor, r.Name, r.Debtor+"@example.org"
		f := storetest.Case(t, s, in)
		references[f.Case.ID] = r.Reference
		rf := rfOf(t, f.Case.ID)
		renamed = append(renamed, r.Pay, rf, ident.Grouped(r.Pay), ident.Grouped(rf), r.Pay[5:14], rf[5:14])
	}
	for name := range paysFor {
		content := must(os.ReadFile(filepath.Join("..", "bank", "testdata", name)))(t)
		files[name] = []byte(strings.NewReplacer(renamed...).Replace(string(content)))
	}
	return references, files
}

// TestARealMonthBooksNothingWrongAndNothingTwice imports the statements of several
// banks, in both formats: batches, reversals, references cut off, two debtors of
// one name, one transfer for three debts.
func TestARealMonthBooksNothingWrongAndNothingTwice(t *testing.T) {
	s, url := frozen(t)
	k := storetest.Creditor(t, s, "Suministros Ejemplo")
	references, files := realMonth(t, s, k.ID)
	names := []string{"es_camt053_v08.xml", "fr_camt053_v02_prefix.xml", "pt_camt053_v02_plain.xml", "es_norma43_latin1.n43", "es_norma43_cp850_short.n43"}
	var figures strings.Builder
	count := func(f record.BankFile) {
		fmt.Fprintf(&figures, "%-28s %2d lines: %d sure, %d doubtful, %d unmatched, %d other\n", f.Name, f.Total, f.Booked, f.Doubtful, f.Unmatched, f.Other)
	}
	of := map[string]string{}
	for _, name := range names {
		f := must(s.TakeStatements(ctx, record.BankFile{Creditor: k.ID, Name: name}, files[name], operator))(t)
		must1(t)(s.WorkBank(ctx, 500))
		f = must(s.BankFile(ctx, f.ID))(t)
		of[f.ID] = name
		count(f)
	}
	sure := 0
	for _, x := range linesIn(t, s, k.ID, "") {
		if x.State != "booked" {
			continue
		}
		sure++
		var got []string
		for _, p := range x.Parts {
			got = append(got, references[p.Case])
		}
		slices.Sort(got)
		if want := paysFor[of[x.File]][x.Line.At]; !slices.Equal(got, want) {
			t.Errorf("%s, line %d: %s %q is booked on %v, and pays %v: %+v", of[x.File], x.Line.At, x.Line.Amount, x.Line.Text, got, want, x.Candidates)
		}
	}
	if sure < 8 {
		t.Errorf("%d lines are sure:\n%s", sure, figures.String())
	}
	before := one[int](t, url, `select count(*) from events`)
	figures.WriteString("again:\n")
	for _, name := range names {
		other := append(slices.Clone(files[name]), '\n') // another file of the same lines
		f := take(t, s, k.ID, other)
		f.Name = name
		count(f)
		if f.Known != f.Total || f.Booked != 0 {
			t.Errorf("%s again is %+v", name, f)
		}
	}
	if after := one[int](t, url, `select count(*) from events`); after != before {
		t.Errorf("the second import made %d events", after-before)
	}
	t.Logf("\n%s", figures.String())
	for id := range references {
		ok(t, s.Verify(ctx, id))
	}
}

func TestAFileThatWasCutOffAnywhereIsRefusedWhole(t *testing.T) {
	s, url := frozen(t)
	k := storetest.Creditor(t, s, "Suministros Ejemplo")
	_, files := realMonth(t, s, k.ID)
	for name, content := range files {
		whole := strings.TrimRight(string(content), "\x1a\x00 \r\n\t")
		for n := range 15 {
			at := len(whole) * (n + 1) / 16
			_, err := s.TakeStatements(ctx, record.BankFile{Creditor: k.ID}, []byte(whole[:at]), operator)
			var m *bank.Malformed
			if !errors.As(err, &m) || m.Line == 0 || m.Field == "" || m.Detail == "" {
				t.Errorf("%s cut off at byte %d: %v", name, at, err)
			}
		}
	}
	if n := one[int](t, url, `select (select count(*) from bank_files) + (select count(*) from bank_lines)`); n != 0 {
		t.Errorf("%d rows were kept", n)
	}
}
