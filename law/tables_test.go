package law_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
)

func TestPlaces(t *testing.T) {
	for _, tt := range []struct{ country, region, code string }{
		{"ES", "", "ES"}, {"ES", "CT", "ES-CT"}, {"ES", "ES-CT", "ES-CT"}, {"ES-CT", "", "ES-CT"}, {"ES", "NC", "ES-NC"},
		{"ES", "MD", "ES"}, {"ES", "PV", "ES-PV"}, {"FR", "", "FR"}, {"PT", "", "PT"},
		{"ES", "XX", ""}, {"FR", "CT", ""}, {"DE", "", ""}, {"", "", ""}, {"es", "", ""},
	} {
		j, ok := countries.For(tt.country, tt.region)
		if ok != (tt.code != "") || ok && j.Code != tt.code {
			t.Errorf("%s %s: %v %t, want %q", tt.country, tt.region, j, ok, tt.code)
		}
	}
}

func TestEveryRuleNamesItsSourceAndIsInOrder(t *testing.T) {
	for _, j := range countries.All() {
		codes := map[string]bool{}
		for _, p := range j.Periods {
			codes[p.Code] = true
		}
		for _, p := range j.Periods {
			sourced(t, j, p.Code, p.Source, p.Status)
			if !strings.Contains(p.Why, p.Source.Text+" "+p.Source.Article) {
				t.Errorf("%s %s: %q does not name %s", j.Code, p.Code, p.Why, p.Source)
			}
			if len(p.Lengths) == 0 {
				t.Errorf("%s %s has no length", j.Code, p.Code)
			}
			for i, l := range p.Lengths {
				if i > 0 && !l.From.Before(p.Lengths[i-1].From) {
					t.Errorf("%s %s: lengths stand newest first", j.Code, p.Code)
				}
			}
			for _, n := range p.Notes {
				if n.Flag == "" || n.Or != "" && !codes[n.Or] {
					t.Errorf("%s %s: note %+v names no flag, or a period that is not there", j.Code, p.Code, n)
				}
			}
		}
		for _, a := range j.Acts {
			sourced(t, j, a.Type, a.Source, a.Status)
		}
		for i, s := range j.Suspensions {
			sourced(t, j, s.Code, s.Source, s.Status)
			if !s.From.Before(s.Resume) || i > 0 && s.From.Before(j.Suspensions[i-1].Resume) {
				t.Errorf("%s %s: suspensions stand in order of their days, without overlap", j.Code, s.Code)
			}
		}
		for _, r := range j.Terms {
			sourced(t, j, r.Code, r.Source, r.Status)
			for _, name := range []string{r.Table, r.Floor} {
				if _, ok := j.Table(name); !ok && name != "" {
					t.Errorf("%s %s: no series %s", j.Code, r.Code, name)
				}
			}
		}
		for _, f := range j.Fixed {
			sourced(t, j, "compensation", f.Source, f.Status)
		}
		if j.Imputation[len(j.Imputation)-1] != law.Principal || len(j.Imputation) != 4 {
			t.Errorf("%s: principal comes last, after all the rest", j.Code)
		}
	}
}

func sourced(t *testing.T, j *law.Jurisdiction, code string, s law.Source, status law.Status) {
	t.Helper()
	if code == "" || s.Text == "" || s.Article == "" || !strings.HasPrefix(s.URL, "https://") {
		t.Errorf("%s %s: no source: %+v", j.Code, code, s)
	}
	if status != law.Verified && status != law.Secondary && status != law.ToConfirm {
		t.Errorf("%s %s: status %q", j.Code, code, status)
	}
}

func TestRateSeriesAreInOrderAndSourced(t *testing.T) {
	for _, j := range countries.All() {
		for _, s := range law.Tables(j) {
			rows, err := s.Rows()
			if err != nil {
				t.Error(err)
			}
			if len(rows) < 2 {
				t.Errorf("%s: %d rows", s.Name, len(rows))
			}
			if open := s.Last().IsZero(); s.Notice == "" || open != (s.Months == 0) {
				t.Errorf("%s: holds for %d months, until %q; look for %q", s.Name, s.Months, s.Last(), s.Notice)
			}
		}
	}
	for name, want := range map[string]string{"ES es_late_payment": "2026-12-31", "ES es_legal_interest": "2026-12-31", "PT pt_civil": "", "FR ecb_mro": "2026-12-31"} {
		code, table, _ := strings.Cut(name, " ")
		j, _ := countries.For(code, "")
		if s, _ := j.Table(table); s.Last().Before(zeroOr(want)) {
			t.Errorf("%s ends on %s", table, s.Last())
		}
	}
}

func zeroOr(s string) calendar.Date {
	if s == "" {
		return calendar.Date{}
	}
	return on(s)
}

func TestASeriesThatIsUnsoundIsRefused(t *testing.T) {
	const head = "from,to,rate,status,source,note\n"
	for name, text := range map[string]string{
		"overlap":          head + "2025-01-01,2025-06-30,1.00,verified,x,\n2025-06-30,2025-12-31,2.00,verified,x,\n",
		"disorder":         head + "2025-07-01,2025-12-31,1.00,verified,x,\n2025-01-01,2025-06-30,2.00,verified,x,\n",
		"gap":              head + "2025-01-01,2025-06-30,1.00,verified,x,\n2025-07-02,2025-12-31,2.00,verified,x,\n",
		"no source":        head + "2025-01-01,2025-06-30,1.00,verified,,\n",
		"ends before":      head + "2025-01-01,2024-06-30,1.00,verified,x,\n",
		"after an open":    head + "2025-01-01,,1.00,verified,x,\n2025-07-01,,2.00,verified,x,\n",
		"no rows":          head,
		"no column":        "from,to,status,source,note\n2025-01-01,,verified,x,\n",
		"not a rate":       head + "2025-01-01,,1e3,verified,x,\n",
		"not a date":       head + "01/01/2025,,1.00,verified,x,\n",
		"no such status":   head + "2025-01-01,,1.00,sure,x,\n",
		"a missing column": head + "2025-01-01,,1.00\n",
		"nothing at all":   "",
	} {
		s := &law.Series{Name: "test", Column: "rate", Text: text}
		if rows, err := s.Rows(); err == nil || !strings.Contains(err.Error(), "test") {
			t.Errorf("%s: %v, %v", name, rows, err)
		}
	}
}

// official are the publishers whose own page a verified rate was read on.
var official = []string{"boe.es", "legifrance.gouv.fr", "ecb.europa.eu", "diariodarepublica.pt", "dgtf.pt"}

func TestARateIsVerifiedOnlyWhereItWasReadInTheOfficialText(t *testing.T) {
	seen := map[law.Status]int{}
	france, _ := countries.For("FR", "")
	ecb, _ := france.Table("ecb_mro")
	levels, err := ecb.Rows()
	if err != nil {
		t.Fatal(err)
	}
	level := func(d calendar.Date) (s law.Status) {
		for _, r := range levels {
			if !r.From.After(d) {
				s = r.Status
			}
		}
		return s
	}
	for _, j := range countries.All() {
		for _, s := range law.Tables(j) {
			rows, err := s.Rows()
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				seen[r.Status]++
				if r.Status != law.Verified {
					continue
				}
				if !slices.ContainsFunc(official, func(host string) bool { return strings.Contains(r.Source, host) }) {
					t.Errorf("%s from %s is verified by %s", s.Name, r.From, r.Source)
				}
				for _, doubt := range []string{"not read", "secondary source", "general knowledge", "confirm"} {
					if strings.Contains(r.Source+r.Note, doubt) {
						t.Errorf("%s from %s is verified, and says %q", s.Name, r.From, r.Note)
					}
				}
				if s.Name == "fr_late_payment" && level(r.From) != law.Verified {
					t.Errorf("%s from %s is verified, the level of the ECB that it rests on is %s", s.Name, r.From, level(r.From))
				}
			}
		}
	}
	if seen[law.Verified] == 0 || seen[law.Secondary] == 0 || seen[law.ToConfirm] == 0 {
		t.Errorf("%v", seen)
	}
}

func TestTheNewestRuleInForceIsTaken(t *testing.T) {
	rules := []law.Rule[int]{{From: on("2020-01-01"), Value: 3}, {From: on("2010-01-01"), Value: 2}}
	for day, want := range map[string]int{"2020-01-01": 3, "2019-12-31": 2, "2010-01-01": 2, "2009-12-31": 0} {
		if got, ok := law.InForce(rules, on(day)); got.Value != want || ok != (want != 0) {
			t.Errorf("on %s: %d %t, want %d", day, got.Value, ok, want)
		}
	}
}

func TestALawyerReadsAllTablesAndWhatIsToConfirm(t *testing.T) {
	for _, j := range countries.All() {
		var b strings.Builder
		if err := j.Print(&b); err != nil {
			t.Fatal(err)
		}
		out := b.String()
		for _, p := range j.Periods {
			if !strings.Contains(out, p.Code) || !strings.Contains(out, p.Why) {
				t.Errorf("%s lacks %s", j.Code, p.Code)
			}
		}
		for _, s := range j.Series {
			if !strings.Contains(out, "Rates: "+s.Name) {
				t.Errorf("%s lacks %s", j.Code, s.Name)
			}
		}
		marked := strings.Count(out, "to confirm")
		if !strings.Contains(out, "to confirm") || marked == 0 {
			t.Errorf("%s marks nothing as to confirm", j.Code)
		}
	}
	var b strings.Builder
	if err := place(t, "FR").Print(&b); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if strings.Contains(line, "2026-07-01") && strings.Contains(line, "6.84") && !strings.Contains(line, "to confirm") {
			t.Errorf("an unverified rate is not marked: %s", line)
		}
	}
	if err := place(t, "ES").Print(full{}); err == nil {
		t.Error("a page that cannot be written is no error")
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestNoRateFileLiesBesideTheTables(t *testing.T) {
	var used []string
	for _, j := range countries.All() {
		for _, s := range j.Series {
			used = append(used, s.Text)
		}
	}
	files, err := filepath.Glob("*/rates/*.csv")
	if err != nil || len(files) != 8 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(used, string(b)) {
			t.Errorf("%s belongs to no series", f)
		}
	}
}
