package law_test

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/money"
)

// record is one worked example: what is given, and what must come out.
type record struct {
	ID, Kind, Title, Arithmetic string
	Jurisdiction, Rule          string
	Anchor                      day
	AnchorMeaning               string `yaml:"anchor_meaning"`
	Events                      []struct {
		Type, Effect, Flag string
		Date               day
	}
	Request struct{ Attempted, Received, Answered day }

	Table        string
	Principal    cents
	Compensation cents
	DueDate      day `yaml:"due_date"`
	Until        day
	Order        []law.Component
	Payments     []struct {
		Date        day
		Amount      cents
		ToInterest  cents `yaml:"to_interest"`
		ToPrincipal cents `yaml:"to_principal"`
	}
	Lines []struct {
		From, To       day
		Days           int
		Rate           rate
		Base, Interest cents
	}

	TaxPoint      day  `yaml:"tax_point"`
	SmallTurnover bool `yaml:"small_turnover"`

	Expected struct {
		LastDay        day `yaml:"last_day"`
		PrescribedFrom day `yaml:"prescribed_from"`
		InterruptedAt  day `yaml:"interrupted_at"`
		EndsAt         day `yaml:"ends_at"`
		EarliestFiling day `yaml:"earliest_filing"`
		FilingDeadline day `yaml:"filing_deadline"`

		Interest, Principal, Compensation, Total cents

		Option6m window `yaml:"option_6m"`
		Option1y window `yaml:"option_1y"`
	}
}

type window struct {
	ClaimableAfter day `yaml:"claimable_after"`
	WindowLastDay  day `yaml:"window_last_day"`
}

type day struct{ calendar.Date }

func (d *day) UnmarshalYAML(n *yaml.Node) (err error) {
	if n.Tag == "!!null" {
		return nil
	}
	d.Date, err = calendar.Parse(n.Value)
	return err
}

type cents struct{ money.Amount }

func (c *cents) UnmarshalYAML(n *yaml.Node) (err error) {
	c.Amount, err = money.Parse(n.Value, "EUR")
	return err
}

type rate struct{ money.Rate }

func (r *rate) UnmarshalYAML(n *yaml.Node) (err error) {
	r.Rate, err = money.ParseRate(n.Value)
	return err
}

func records(t *testing.T) []record {
	t.Helper()
	f, err := os.Open("testdata/examples.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	dec := yaml.NewDecoder(f)
	dec.KnownFields(true)
	var out []record
	for {
		var r record
		err := dec.Decode(&r)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("record %d: %v", len(out)+1, err)
		}
		out = append(out, r)
	}
}

func TestTheWorkedExamplesComeOutToTheCentAndTheDay(t *testing.T) {
	checks := map[string]func(*testing.T, record){
		"limitation": limitationRecord, "masc": negotiationRecord, "interest": interestRecord, "vat_window": vatRecord,
	}
	all := records(t)
	if len(all) != 18 {
		t.Fatalf("%d records, want the 18 worked examples", len(all))
	}
	for _, r := range all {
		t.Run(r.ID+" "+r.Title, func(t *testing.T) { checks[r.Kind](t, r) })
	}
}

// place returns the law that has the rule: Catalan rules are of ES-CT.
func (r record) place() *law.Jurisdiction {
	region := ""
	if strings.HasPrefix(r.Rule, "es_ct_") {
		region = "CT"
	}
	j, _ := countries.For(r.Jurisdiction, region)
	return j
}

func limitationRecord(t *testing.T, r record) {
	var acts []law.Act
	for _, e := range r.Events {
		acts = append(acts, law.Act{Type: e.Type, Date: e.Date.Date})
	}
	k, ok := r.place().ClockFor(r.Rule, r.Anchor.Date, acts)
	if !ok {
		t.Fatalf("no rule %s in %s", r.Rule, r.Jurisdiction)
	}
	if k.LastDay != r.Expected.LastDay.Date || k.PrescribedFrom != r.Expected.PrescribedFrom.Date {
		t.Errorf("last day %s, prescribed from %s; want %s and %s", k.LastDay, k.PrescribedFrom, r.Expected.LastDay, r.Expected.PrescribedFrom)
	}
	for i, e := range r.Events {
		if got := k.Acts[i]; string(got.Effect) != e.Effect || got.Flag != e.Flag {
			t.Errorf("%s: %s %q, want %s %q", e.Type, got.Effect, got.Flag, e.Effect, e.Flag)
		}
	}
}

func negotiationRecord(t *testing.T, r record) {
	c := law.Claim{Kind: law.Other, Creditor: law.Business, Debtor: law.Business, Due: r.Anchor.Date}
	got := r.place().Negotiation(c, nil, law.Request{
		Attempted: r.Request.Attempted.Date, Received: r.Request.Received.Date, Answered: r.Request.Answered.Date,
	})
	want := law.Talks{
		InterruptedAt: r.Expected.InterruptedAt.Date, EndsAt: r.Expected.EndsAt.Date,
		EarliestFiling: r.Expected.EarliestFiling.Date, FilingDeadline: r.Expected.FilingDeadline.Date,
		LastDay: r.Expected.LastDay.Date,
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func interestRecord(t *testing.T, r record) {
	j := r.place()
	c := law.Claim{Kind: law.Sale, Creditor: law.Business, Debtor: law.Business, Due: r.DueDate.Date}
	terms := j.InterestTerms(c)
	if terms.Table != r.Table {
		t.Fatalf("table %s, want %s", terms.Table, r.Table)
	}
	principal, interest := r.Principal.Amount, money.EUR(0)
	from := r.DueDate.AddDays(1)
	var lines []law.Line
	accrue := func(to calendar.Date) {
		for _, l := range j.Accrue(terms, principal, from, to) {
			lines = append(lines, l)
			interest = interest.Plus(l.Interest)
		}
		from = to.AddDays(1)
	}
	for _, p := range r.Payments {
		accrue(p.Date.Date)
		toInterest := money.Min(interest, p.Amount.Amount)
		toPrincipal := p.Amount.Minus(toInterest)
		if toInterest != p.ToInterest.Amount || toPrincipal != p.ToPrincipal.Amount {
			t.Errorf("payment: %s to interest, %s to principal; want %s and %s", toInterest, toPrincipal, p.ToInterest, p.ToPrincipal)
		}
		interest, principal = interest.Minus(toInterest), principal.Minus(toPrincipal)
	}
	accrue(r.Until.Date)
	if len(lines) != len(r.Lines) {
		t.Fatalf("%d lines, want %d: %+v", len(lines), len(r.Lines), lines)
	}
	for i, w := range r.Lines {
		l := lines[i]
		if l.From != w.From.Date || l.To != w.To.Date || l.Days != w.Days || l.Rate != w.Rate.Rate || l.Base != w.Base.Amount || l.Interest != w.Interest.Amount || l.Missing {
			t.Errorf("line %d is %+v, want %+v", i, l, w)
		}
	}
	if interest != r.Expected.Interest.Amount || principal != r.Expected.Principal.Amount {
		t.Errorf("interest %s, principal %s; want %s and %s", interest, principal, r.Expected.Interest, r.Expected.Principal)
	}
	if fixed, _ := j.Compensation(c); !r.Compensation.IsZero() && fixed != r.Expected.Compensation.Amount {
		t.Errorf("compensation %s, want %s", fixed, r.Expected.Compensation)
	}
	if sum := interest.Plus(principal).Plus(r.Compensation.Amount); sum != r.Expected.Total.Amount {
		t.Errorf("total %s, want %s", sum, r.Expected.Total)
	}
}

func vatRecord(t *testing.T, r record) {
	w := law.VATWindow(r.TaxPoint.Date, r.SmallTurnover)
	option := func(o window) law.VATOption {
		return law.VATOption{ClaimableAfter: o.ClaimableAfter.Date, WindowLastDay: o.WindowLastDay.Date}
	}
	if w.SixMonths == nil || *w.SixMonths != option(r.Expected.Option6m) || w.OneYear != option(r.Expected.Option1y) {
		t.Errorf("got %+v, want %+v", w, r.Expected)
	}
	if law.VATWindow(r.TaxPoint.Date, false).SixMonths != nil {
		t.Error("a creditor of large turnover has no six-month option")
	}
}
