package bank

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/ident"
	"github.com/recobro/recobro/money"
)

// portfolio is the open cases that the samples speak of.
func portfolio(t testing.TB) []Open {
	t.Helper()
	var rows []struct {
		Case, Reference, Debtor, Name string
		Cents                         int64
		Expected                      []int64
	}
	if err := json.Unmarshal(sample(t, "cases.json"), &rows); err != nil {
		t.Fatal(err)
	}
	var accounts map[string][]string
	if err := json.Unmarshal(sample(t, "accounts.json"), &accounts); err != nil {
		t.Fatal(err)
	}
	var out []Open
	for _, r := range rows {
		o := Open{Case: r.Case, Debtor: r.Debtor, Reference: r.Reference, Name: r.Name, Owed: money.EUR(r.Cents), Accounts: accounts[r.Debtor]}
		for _, c := range r.Expected {
			o.Expected = append(o.Expected, money.EUR(c))
		}
		out = append(out, o)
	}
	return out
}

func book(t testing.TB, cases []Open, booked ...Booked) *Book {
	t.Helper()
	return NewBook(cases, booked)
}

// lineAt gives the line of a sample that begins at a line of the file.
func lineAt(t testing.TB, file string, at int) Line {
	t.Helper()
	for _, s := range statements(t, sample(t, file)) {
		for _, l := range s.Lines {
			if l.At == at {
				return l
			}
		}
	}
	t.Fatalf("%s has no movement at line %d", file, at)
	return Line{}
}

// paying writes a candidate as the references that it pays.
func paying(cases []Open, c Candidate) string {
	var out []string
	for _, p := range c.Parts {
		for _, o := range cases {
			if o.Case == p.Case {
				out = append(out, o.Reference)
			}
		}
	}
	return strings.Join(out, "+")
}

func TestLinesOfSeveralBanksFindTheirDebts(t *testing.T) {
	es, fr, pt, latin, short := samples[0], samples[1], samples[2], samples[3], samples[4]
	cases := portfolio(t)
	b := book(t, cases)
	for _, c := range []struct {
		rule    string
		file    string
		at      int
		verdict Verdict
		first   string // what the first candidate pays
		why     string
	}{
		{"the reference in its own field", es, 53, Sure, "F-2026-00101", ""},
		{"the reference in the text, in groups of four", es, 120, Sure, "F-2026-00102", ""},
		{"a transaction of a batch, by invoice, name, account and sum", es, 193, Sure, "F-2026-00109", ""},
		{"an invoice number without its beginning, with name and sum", es, 216, Sure, "F-2026-00110", ""},
		{"a transaction of a batch that is for no debt", es, 234, Unmatched, "", "nothing_points_to_a_case"},
		{"a batch that the bank kept a fee of", es, 254, Doubtful, "F-2026-00112", "batch"},
		{"a batch without its transactions", es, 316, Unmatched, "", "nothing_points_to_a_case"},
		{"a return of a payment that was never booked", es, 345, Unmatched, "", "no_payment_to_take_back"},
		{"a part that was promised, with the invoice in a field of its own", es, 398, Sure, "F-2026-00103", ""},
		{"a fee of the bank", es, 510, Other, "", ""},
		{"an invoice number cut in two by the bank", fr, 67, Sure, "A/2026/0777", ""},
		{"two debtors of one name who owe the same", fr, 116, Doubtful, "F-2026-00104", "several_candidates"},
		{"a part payment by a name alone", fr, 158, Doubtful, "A/2026/0778", "too_few_signs"},
		{"one transfer for three debts", fr, 300, Doubtful, "F-2026-00106+F-2026-00107+F-2026-00108", "too_few_signs"},
		{"a reference cut off, with name and sum", pt, 63, Sure, "PT-55-2026", ""},
		{"one transfer for two of three debts that it names", pt, 109, Sure, "F-2026-00106+F-2026-00107", ""},
		{"a payment reference cut off at both ends, with the sum", pt, 155, Sure, "A/2026/0778", ""},
		{"a stranger", pt, 196, Unmatched, "", "nothing_points_to_a_case"},
		{"the reference in a text of Norma 43", latin, 2, Sure, "F-2026-00101", ""},
		{"an invoice number over two concepts", latin, 5, Sure, "F-2026-00108", ""},
		{"two debtors of one name in Norma 43", latin, 8, Doubtful, "F-2026-00104", "several_candidates"},
		{"cash", latin, 11, Unmatched, "", "nothing_points_to_a_case"},
		{"a batch in Norma 43", latin, 13, Unmatched, "", "nothing_points_to_a_case"},
		{"the invoice number in reference 2", short, 2, Sure, "F-2026-00103", ""},
		{"an invoice number filled with zeros, with the sum", short, 5, Doubtful, "F-2026-00113", "too_few_signs"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			l := lineAt(t, c.file, c.at)
			m := b.Match(l)
			first := ""
			if len(m.Candidates) > 0 {
				first = paying(cases, m.Candidates[0])
			}
			if m.Verdict != c.verdict || first != c.first || m.Why != c.why {
				t.Fatalf("%s of %s %q is %s (%s), first %q:\n%s", l.Amount, l.Name, l.Text, m.Verdict, m.Why, first, explained(cases, m))
			}
			total := money.EUR(0)
			for _, p := range parts(m) {
				total = total.Plus(p.Amount)
			}
			if m.Verdict == Sure && total != l.Amount {
				t.Fatalf("of %s %s is booked", l.Amount, total)
			}
		})
	}
}

func parts(m Match) []Part {
	if len(m.Candidates) == 0 {
		return nil
	}
	return m.Candidates[0].Parts
}

func explained(cases []Open, m Match) string {
	var b strings.Builder
	for _, c := range m.Candidates {
		fmt.Fprintf(&b, "  %d for %s:", c.Score, paying(cases, c))
		for _, r := range c.Reasons {
			fmt.Fprintf(&b, " %s %d (%s)", r.Code, r.Points, r.Detail)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// id gives the id of a case for a test, as random at its end as those of cases.
func id(n int) string {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	return fmt.Sprintf("01990000-0000-7000-8%03x-%012x", r.Uint64()&0xfff, r.Uint64()&0xffffffffffff)
}

func pay(t testing.TB, n int) string {
	t.Helper()
	rf, err := ident.PaymentReference(id(n))
	if err != nil {
		t.Fatal(err)
	}
	return rf
}

const known, other = "ES7000491500010512345678", "ES1101824000620201503112"

func TestWhatSufficesAndWhatDoesNot(t *testing.T) {
	march := calendar.Must("2026-03-10")
	open := func(n int, change func(*Open)) Open {
		o := Open{Case: id(n), Debtor: fmt.Sprint("d", n), Reference: fmt.Sprintf("INV-2026-%03d", n), Name: fmt.Sprintf("Casa Numero%d Vega", n), Owed: money.EUR(int64(n) * 10000)}
		if change != nil {
			change(&o)
		}
		return o
	}
	in := func(change func(*Line)) Line {
		l := Line{ID: "l", Account: own, Booked: march, Value: march, Amount: money.EUR(10000)}
		change(&l)
		return l
	}
	one := func(change func(*Open)) []Open { return []Open{open(1, change), open(2, nil), open(3, nil)} }
	rf := pay(t, 1)
	for _, c := range []struct {
		rule    string
		cases   []Open
		line    Line
		verdict Verdict
		why     string
	}{
		{"the reference alone suffices", one(nil), in(func(l *Line) { l.Reference, l.Amount = rf, money.EUR(123) }), Sure, ""},
		{"with more than is owed: the rest becomes a credit", one(nil), in(func(l *Line) { l.Reference, l.Amount = rf, money.EUR(90000) }), Sure, ""},
		{"paid by somebody else", one(nil), in(func(l *Line) { l.Text, l.Name = "x"+rf+"y", "Ana Ruiz" }), Sure, ""},
		{"the reference of a case that is closed", one(func(o *Open) { o.Closed = true }), in(func(l *Line) { l.Reference = rf }), Doubtful, "too_few_signs"},
		{"in another currency", one(nil), in(func(l *Line) { l.Reference, l.Amount = rf, money.Of(10000, "USD") }), Doubtful, "too_few_signs"},
		{"in a batch", one(nil), in(func(l *Line) { l.Text, l.Batch = rf, 3 }), Doubtful, "batch"},
		{"the references of two debts, and no sum that fits both", one(nil), in(func(l *Line) { l.Text = rf + " " + pay(t, 2) }), Doubtful, "several_references"},
		{"the reference of one and that of another with wrong check digits", one(nil), in(func(l *Line) { l.Text, l.Amount = rf+" RF00"+pay(t, 2)[4:], money.EUR(8000) }), Doubtful, "several_references"},
		{"the reference of one and the invoice of another", one(nil), in(func(l *Line) { l.Text = rf + " INV-2026-002" }), Doubtful, "several_references"},
		{"the letters of the reference without check digits", one(nil), in(func(l *Line) { l.Text, l.Amount = rf[4:], money.EUR(1) }), Doubtful, "too_few_signs"},
		{"and with the name", one(nil), in(func(l *Line) { l.Text, l.Name, l.Amount = rf[4:], "Casa Numero1 Vega", money.EUR(1) }), Doubtful, "too_few_signs"},
		{"wrong check digits, and the name", one(nil), in(func(l *Line) { l.Text, l.Name, l.Amount = "RF00"+rf[4:], "Casa Numero1 Vega", money.EUR(1) }), Doubtful, "too_few_signs"},
		{"wrong check digits, name and known account", one(seen), in(func(l *Line) {
			l.Text, l.Name, l.IBAN, l.Amount = "RF00"+rf[4:], "Casa Numero1 Vega", known, money.EUR(1)
		}), Doubtful, "too_few_signs"},
		{"a part of the reference, name and known account", one(seen), in(func(l *Line) { l.Text, l.Name, l.IBAN, l.Amount = rf[:14], "Casa Numero1 Vega", known, money.EUR(1) }), Doubtful, "too_few_signs"},
		{"the head of many references, with name and sum", one(nil), in(func(l *Line) { l.Text, l.Name = "FRA INV-2026", "Casa Numero1 Vega" }), Doubtful, "too_few_signs"},
		{"another invoice of the series, with name and sum", one(nil)[:1], in(func(l *Line) { l.Text, l.Name = "FRA INV-2026-07", "Casa Numero1 Vega" }), Doubtful, "too_few_signs"},
		{"an invoice of another series with that number, with name and sum", one(nil)[:1], in(func(l *Line) { l.Text, l.Name = "FRA X-2026-001", "Casa Numero1 Vega" }), Doubtful, "too_few_signs"},
		{"an invoice number cut off where the text ends, with name and sum", one(nil)[:1], in(func(l *Line) { l.Text, l.Name = "FRA INV-2026-0", "Casa Numero1 Vega" }), Sure, ""},
		{"and with the sum", one(nil), in(func(l *Line) { l.Text = rf[4:] }), Sure, ""},
		{"a letter of the reference mistyped, and the sum", one(nil), in(func(l *Line) { l.Text = rf[:5] + "?" + rf[6:] }), Sure, ""},
		{"the invoice number alone", one(nil), in(func(l *Line) { l.Text, l.Amount = "INV-2026-001", money.EUR(1) }), Doubtful, "too_few_signs"},
		{"the invoice number and the sum", one(nil), in(func(l *Line) { l.Text = "factura INV 2026/001" }), Sure, ""},
		{"the invoice number and the name", one(nil), in(func(l *Line) { l.Text, l.Name, l.Amount = "INV-2026-001", "VEGA CASA NUMERO1", money.EUR(1) }), Sure, ""},
		{"a number that is part of a longer one is none", one(nil), in(func(l *Line) { l.Text, l.Amount = "INV-2026-0017", money.EUR(1) }), Unmatched, "nothing_points_to_a_case"},
		{"the sum alone", one(nil), in(func(*Line) {}), Doubtful, "too_few_signs"},
		{"a sum that many owe", []Open{open(1, nil), open(2, owing), open(3, owing), open(4, owing)}, in(func(*Line) {}), Unmatched, "nothing_points_to_a_case"},
		{"name and sum", one(nil), in(func(l *Line) { l.Name = "Casa Numero1 Vega S.L." }), Doubtful, "too_few_signs"},
		{"account, name and sum", one(seen), in(func(l *Line) { l.Name, l.IBAN = "CASA NUMERO1 VEGA", known }), Sure, ""},
		{"account and name, with a part of the sum", one(seen), in(func(l *Line) { l.Name, l.IBAN, l.Amount = "CASA NUMERO1 VEGA", known, money.EUR(5000) }), Doubtful, "too_few_signs"},
		{"account and name, with a sum that was paid before", one(func(o *Open) { seen(o); o.Paid = []money.Amount{money.EUR(5000)} }),
			in(func(l *Line) { l.Name, l.IBAN, l.Amount = "CASA NUMERO1 VEGA", known, money.EUR(5000) }), Sure, ""},
		{"account and name, with more than is owed", one(func(o *Open) { seen(o); o.Paid = []money.Amount{money.EUR(50000)} }),
			in(func(l *Line) { l.Name, l.IBAN, l.Amount = "CASA NUMERO1 VEGA", known, money.EUR(50000) }), Doubtful, "too_few_signs"},
		{"an account that was never seen", one(seen), in(func(l *Line) { l.Name, l.IBAN = "CASA NUMERO1 VEGA", other }), Doubtful, "too_few_signs"},
		{"an instalment by a known account and name", one(func(o *Open) { seen(o); o.Expected = []money.Amount{money.EUR(2500)} }),
			in(func(l *Line) { l.Name, l.IBAN, l.Amount = "CASA NUMERO1 VEGA", known, money.EUR(2500) }), Sure, ""},
		{"two debts of one debtor by account and name", []Open{open(1, seen), open(2, func(o *Open) { seen(o); o.Debtor, o.Name = "d1", "Casa Numero1 Vega" })},
			in(func(l *Line) { l.Name, l.IBAN, l.Amount = "CASA NUMERO1 VEGA", known, money.EUR(5000) }), Doubtful, "several_candidates"},
		{"money out", one(nil), in(func(l *Line) { l.Reference, l.Amount = rf, money.EUR(-10000) }), Other, ""},
		{"a reversal of money out", one(nil), in(func(l *Line) { l.Reference, l.Reversal = rf, true }), Other, ""},
		{"nothing", one(nil), in(func(l *Line) { l.Reference, l.Amount = rf, money.EUR(0) }), Other, ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			m := book(t, c.cases).Match(c.line)
			if m.Verdict != c.verdict || m.Why != c.why {
				t.Fatalf("it is %s (%s):\n%s", m.Verdict, m.Why, explained(c.cases, m))
			}
			if m.Verdict == Sure && paying(c.cases, m.Candidates[0]) != "INV-2026-001" {
				t.Fatalf("it is booked elsewhere:\n%s", explained(c.cases, m))
			}
		})
	}
}

func owing(o *Open) { o.Owed = money.EUR(10000) }
func seen(o *Open)  { o.Accounts = []string{known} }

func TestAReversalFindsThePaymentThatItTakesBack(t *testing.T) {
	march := calendar.Must("2026-03-10")
	was := func(id string, change func(*Line)) Booked {
		l := Line{ID: id, Account: own, Booked: march, Amount: money.EUR(10000), EndToEnd: "E-" + id, IBAN: known, Name: "Casa Vega", Text: "pago " + id}
		if change != nil {
			change(&l)
		}
		return Booked{Line: l, Parts: []Part{{Case: id + "-case", Amount: l.Amount, Payment: id + "-payment"}}}
	}
	back := func(change func(*Line)) Line {
		l := Line{ID: "r", Account: own, Booked: march.AddDays(3), Amount: money.EUR(-10000), Reversal: true, EndToEnd: "E-a", IBAN: known, Name: "CASA VEGA"}
		if change != nil {
			change(&l)
		}
		return l
	}
	for _, c := range []struct {
		rule    string
		booked  []Booked
		line    Line
		verdict Verdict
		payment string
	}{
		{"by the payer's own id", []Booked{was("a", nil), was("b", nil)}, back(nil), Sure, "a-payment"},
		{"by account and name", []Booked{was("a", nil)}, back(func(l *Line) { l.EndToEnd = "" }), Sure, "a-payment"},
		{"two equal payments of one payer", []Booked{was("a", nil), was("b", nil)}, back(func(l *Line) { l.EndToEnd = "" }), Doubtful, "a-payment"},
		{"by the name alone", []Booked{was("a", nil)}, back(func(l *Line) { l.EndToEnd, l.IBAN = "", "" }), Doubtful, "a-payment"},
		{"of another sum", []Booked{was("a", nil)}, back(func(l *Line) { l.Amount = money.EUR(-9999) }), Unmatched, ""},
		{"of a later day", []Booked{was("a", func(l *Line) { l.Booked = march.AddDays(4) })}, back(nil), Unmatched, ""},
		{"on another account", []Booked{was("a", func(l *Line) { l.Account = other })}, back(nil), Unmatched, ""},
		{"with the sum alone in common", []Booked{was("a", nil)}, back(func(l *Line) { l.EndToEnd, l.IBAN, l.Name = "", "", "" }), Unmatched, ""},
		{"money out that is no reversal", []Booked{was("a", nil)}, back(func(l *Line) { l.Reversal = false }), Other, ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			m := book(t, nil, c.booked...).Match(c.line)
			got := ""
			if p := parts(m); len(p) > 0 {
				got = p[0].Payment
			}
			if m.Verdict != c.verdict || got != c.payment {
				t.Fatalf("it is %s, taking back %q: %+v", m.Verdict, got, m)
			}
		})
	}
}

func TestARealReturnTakesBackWhatWasBooked(t *testing.T) {
	cases := portfolio(t)
	paid := lineAt(t, samples[0], 120)
	m := book(t, cases).Match(paid)
	back := book(t, cases, Booked{Line: paid, Parts: m.Candidates[0].Parts}).Match(lineAt(t, samples[0], 345))
	if back.Verdict != Sure || back.Candidates[0].Line != paid.ID {
		t.Fatalf("the return is %+v", back)
	}
}

func TestACaseWithoutAPaymentReferenceIsFoundByOtherSigns(t *testing.T) {
	m := book(t, []Open{{Case: "case-1", Reference: "INV-2026-001", Owed: money.EUR(100)}}).Match(Line{Account: own, Amount: money.EUR(100), Text: "INV-2026-001"})
	if m.Verdict != Sure || m.Candidates[0].Parts[0].Case != "case-1" {
		t.Fatalf("got %+v", m)
	}
}

func TestManyDebtsOfOneDebtorAreNotTriedForEver(t *testing.T) {
	var cases []Open
	for n := range 40 {
		cases = append(cases, Open{Case: id(n + 1), Debtor: "d", Name: "Casa Vega", Reference: fmt.Sprintf("INV-2026-%03d", n), Owed: money.EUR(100)})
	}
	b := book(t, cases)
	whole := b.Match(Line{Account: own, Amount: money.EUR(4000), Name: "Casa Vega"})
	if len(whole.Candidates) == 0 || len(whole.Candidates[0].Parts) != 40 || whole.Verdict != Doubtful {
		t.Fatalf("all forty: %s", explained(cases, whole))
	}
	some := b.Match(Line{Account: own, Amount: money.EUR(200), Name: "Casa Vega"})
	if some.Verdict != Doubtful || len(some.Candidates) != mostCandidates || len(some.Candidates[0].Parts) != 1 {
		t.Fatalf("two of forty: %s", explained(cases, some))
	}
	twelve := book(t, cases[:12]).Match(Line{Account: own, Amount: money.EUR(200), Name: "Casa Vega"})
	if twelve.Verdict != Doubtful || len(twelve.Candidates[0].Parts) != 1 {
		t.Fatalf("two of twelve equal ones say nothing: %s", explained(cases, twelve))
	}
}

func BenchmarkMatch(b *testing.B) {
	var cases []Open
	for n := range 100_000 {
		cases = append(cases, Open{Case: id(n + 1), Debtor: fmt.Sprint(n), Name: fmt.Sprintf("Casa %d Vega %d", n%1000, n), Reference: fmt.Sprintf("INV-2026-%06d", n), Owed: money.EUR(int64(n))})
	}
	k := book(b, cases)
	l := Line{Account: own, Amount: money.EUR(5000), Name: "CASA 77 VEGA 5077", Text: "pago factura INV-2026-005077 gracias " + pay(b, 5078)}
	b.ReportAllocs()
	for b.Loop() {
		if k.Match(l).Verdict != Sure {
			b.Fatal("not found")
		}
	}
}
