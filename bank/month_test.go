package bank

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"pgregory.net/rapid"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/ident"
	"github.com/recobro/recobro/money"
)

// month makes a portfolio and the lines of a month, of which it is known what
// they pay.
type month struct {
	r     *rand.Rand
	cases []Open
	of    map[string][]int // cases by debtor
}

func newMonth(seed uint64, debtors int) *month {
	m := &month{r: rand.New(rand.NewPCG(seed, 1)), of: map[string][]int{}}
	first := []string{"Talleres", "Panadería", "Construcciones", "Transportes", "Ferretería", "Bar", "Clínica", "Óptica", "Muebles", "Conservas"}
	second := []string{"Gómez", "Ibáñez", "del Norte", "Ñíguez", "Santa Ana", "La Espiga", "Hermanos Ruiz", "Müller", "São Bento", "El Puerto"}
	third := []string{"S.L.", "S.A.", "C.B.", "e Hijos S.L.", "y Cía.", "Lda.", ""}
	for d := range debtors {
		name := fmt.Sprintf("%s %s %s", m.pick(first), m.pick(second), m.pick(third)) // 700 names: homonyms are common
		if m.r.IntN(3) > 0 {
			name = fmt.Sprintf("%s %s%d %s", m.pick(first), m.pick(second), d, m.pick(third))
		}
		var accounts []string
		if m.r.IntN(3) == 0 {
			account, _ := ident.SpanishIBAN("2085", "8250", fmt.Sprintf("%010d", d))
			accounts = []string{account}
		}
		for range 1 + m.r.IntN(3) {
			n := len(m.cases) + 1
			cents := int64(100 * (1 + m.r.IntN(40)) * 50) // round sums, which many owe
			if m.r.IntN(2) == 0 {
				cents = int64(1000 + m.r.IntN(500_000))
			}
			debtor := fmt.Sprint("d", d)
			m.of[debtor] = append(m.of[debtor], len(m.cases))
			m.cases = append(m.cases, Open{Case: id(n), Debtor: debtor, Name: strings.TrimSpace(name), Accounts: accounts,
				Reference: fmt.Sprintf("F-2026-%05d", n), Owed: money.EUR(cents)})
		}
	}
	return m
}

func (m *month) pick(of []string) string { return of[m.r.IntN(len(of))] }

// habit is one way in which people pay: it fills a line for a case, and gives
// the cases that the line truly pays, none where it pays something else.
type habit struct {
	name string
	pay  func(m *month, i int, l *Line) []int
}

func exactly(m *month, i int, l *Line) { l.Amount = m.cases[i].Owed }

func (m *month) rf(i int) string {
	rf, err := ident.PaymentReference(m.cases[i].Case)
	if err != nil {
		panic(err)
	}
	return rf
}

// asBank writes a name as banks do: in capitals, without accents, cut off.
func asBank(name string) string { s := flat(name); return s[:min(len(s), 35)] }

var habits = []habit{
	{"our reference, a part of the sum", func(m *month, i int, l *Line) []int {
		l.Reference, l.Amount = m.rf(i), money.EUR(1+m.cases[i].Owed.Cents/3)
		return []int{i}
	}},
	{"our reference in the text", func(m *month, i int, l *Line) []int {
		exactly(m, i, l)
		l.Text, l.Name = "PAGO "+ident.Grouped(m.rf(i)), asBank(m.cases[i].Name)
		return []int{i}
	}},
	{"our reference, paid by somebody else", func(m *month, i int, l *Line) []int {
		exactly(m, i, l)
		l.Text, l.Name = m.rf(i), "GESTORIA PEREZ"
		return []int{i}
	}},
	{"our reference cut off", func(m *month, i int, l *Line) []int {
		exactly(m, i, l)
		l.Text, l.Name = m.rf(i)[:13], asBank(m.cases[i].Name)
		return []int{i}
	}},
	{"our reference with a letter mistyped", func(m *month, i int, l *Line) []int {
		exactly(m, i, l)
		rf := []byte(m.rf(i))
		rf[2] = '0' + (rf[2]-'0'+1)%10
		l.Text = string(rf)
		return []int{i}
	}},
	{"the invoice, in full", func(m *month, i int, l *Line) []int {
		exactly(m, i, l)
		l.Text, l.Name = "FRA "+m.cases[i].Reference, asBank(m.cases[i].Name)
		return []int{i}
	}},
	{"the invoice with spaces, a part of the sum", func(m *month, i int, l *Line) []int {
		l.Amount = money.EUR(1 + m.cases[i].Owed.Cents/2)
		l.Text, l.Name = strings.ReplaceAll(m.cases[i].Reference, "-", " "), asBank(m.cases[i].Name)
		return []int{i}
	}},
	{"the number of the invoice alone", func(m *month, i int, l *Line) []int {
		exactly(m, i, l)
		l.Text, l.Name = "factura "+m.cases[i].Reference[2:], asBank(m.cases[i].Name)
		return []int{i}
	}},
	{"name and sum", func(m *month, i int, l *Line) []int {
		exactly(m, i, l)
		l.Name, l.Text = asBank(m.cases[i].Name), "pago pendiente"
		return []int{i}
	}},
	{"name, sum and, where it is known, account", func(m *month, i int, l *Line) []int {
		exactly(m, i, l)
		l.Name = asBank(m.cases[i].Name)
		if a := m.cases[i].Accounts; len(a) > 0 {
			l.IBAN = a[0]
		}
		// Another debt of the same debtor and sum may as well be meant.
		for _, j := range m.of[m.cases[i].Debtor] {
			if j != i && m.cases[j].Owed == l.Amount {
				return []int{-1}
			}
		}
		return []int{i}
	}},
	{"all debts of a debtor, named", func(m *month, i int, l *Line) []int {
		all := m.of[m.cases[i].Debtor]
		l.Name = asBank(m.cases[i].Name)
		for _, j := range all {
			l.Amount = l.Amount.Plus(m.cases[j].Owed)
			l.Text += " " + m.cases[j].Reference
		}
		return all
	}},
	{"all debts of a debtor, by name", func(m *month, i int, l *Line) []int {
		all := m.of[m.cases[i].Debtor]
		l.Name = asBank(m.cases[i].Name)
		for _, j := range all {
			l.Amount = l.Amount.Plus(m.cases[j].Owed)
		}
		return all
	}},
	{"a debtor's invoice that is not here", func(m *month, i int, l *Line) []int {
		l.Amount = money.EUR(int64(1000 + m.r.IntN(500_000)))
		l.Name, l.Text = asBank(m.cases[i].Name), fmt.Sprintf("FRA F-2027-%05d", m.r.IntN(90_000)+10_000)
		if a := m.cases[i].Accounts; len(a) > 0 {
			l.IBAN = a[0]
		}
		return nil
	}},
	{"a stranger who has a debtor's name, and pays the same sum", func(m *month, i int, l *Line) []int {
		exactly(m, i, l)
		l.Name, l.Text = asBank(m.cases[i].Name), "alquiler"
		return nil
	}},
	{"a stranger", func(m *month, i int, l *Line) []int {
		l.Amount = money.EUR(int64(100 + m.r.IntN(500_000)))
		l.Name, l.Text = "VECINOS CALLE MAYOR", fmt.Sprintf("cuota %d/2026", m.r.IntN(12))
		return nil
	}},
}

// TestAMonthOfPaymentsBooksNothingWrong holds thousands of lines, of which it is
// known what they pay, against a portfolio with many homonyms and round sums.
func TestAMonthOfPaymentsBooksNothingWrong(t *testing.T) {
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "how it was paid\tlines\tsure\tdoubtful, right one first\tdoubtful, among them\tdoubtful, not among them\tunmatched")
	for _, h := range habits {
		var lines, sure, first, among, not, none int
		for seed := range uint64(3) {
			m := newMonth(seed, 700)
			b := book(t, m.cases)
			for range 150 {
				i := m.r.IntN(len(m.cases))
				l := Line{ID: "l", Account: own, Booked: calendar.Must("2026-03-10"), Amount: money.EUR(0)}
				truth := h.pay(m, i, &l)
				got := b.Match(l)
				lines++
				right := func(c Candidate) bool { return slices.Equal(paid(c), named(m, truth)) }
				switch {
				case got.Verdict == Sure:
					sure++
					if !right(got.Candidates[0]) {
						t.Errorf("%s: %s of %q %q is booked on %s, and pays %v:\n%s", h.name, l.Amount, l.Name, l.Text,
							paying(m.cases, got.Candidates[0]), truth, explained(m.cases, got))
					}
				case got.Verdict == Unmatched:
					none++
				case right(got.Candidates[0]):
					first++
				case slices.ContainsFunc(got.Candidates, right):
					among++
				default:
					not++
				}
			}
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\n", h.name, lines, sure, first, among, not, none)
		if strings.HasPrefix(h.name, "our reference") && !strings.Contains(h.name, "cut") && sure != lines {
			t.Errorf("%s: %d of %d are sure", h.name, sure, lines)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", table.String())
}

func paid(c Candidate) []string {
	var out []string
	for _, p := range c.Parts {
		out = append(out, p.Case)
	}
	slices.Sort(out)
	return out
}

func named(m *month, cases []int) []string {
	var out []string
	for _, i := range cases {
		if i >= 0 {
			out = append(out, m.cases[i].Case)
		}
	}
	slices.Sort(out)
	return out
}

// TestAnyFilesOfWholeDaysGiveEachMovementOneID draws movements, many of them
// alike, and files of whole days that overlap as they like.
func TestAnyFilesOfWholeDaysGiveEachMovementOneID(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		moves := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) move {
			return move{rapid.IntRange(1, 6).Draw(r, "day"), rapid.Int64Range(-2, 2).Draw(r, "cents"), rapid.SampledFrom([]string{"A", "B"}).Draw(r, "text")}
		}), 0, 30).Draw(r, "moves")
		slices.SortStableFunc(moves, func(a, b move) int { return a.day - b.day })
		ids, seen := map[string]bool{}, map[int]bool{}
		for range rapid.IntRange(1, 5).Draw(r, "files") {
			from := rapid.IntRange(1, 6).Draw(r, "from")
			to := rapid.IntRange(from, 6).Draw(r, "to")
			all, err := Read(written(1000, moves, from, to))
			if err != nil {
				r.Fatal(err)
			}
			for _, l := range all[0].Lines {
				ids[l.ID] = true
			}
			for i, m := range moves {
				if m.day >= from && m.day <= to {
					seen[i] = true
				}
			}
		}
		if len(ids) != len(seen) {
			r.Fatalf("%d movements have %d IDs", len(seen), len(ids))
		}
	})
}
