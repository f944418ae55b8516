package worked_test

import (
	"encoding/csv"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// row is a row of a file of rates, as the second calculation reads it.
type row struct {
	from, to string // to is empty for a row that is still open
	rate     *big.Rat
}

var rateFiles = map[string][2]string{
	"es_late_payment": {"../es/rates/es_late_payment.csv", "rate"}, "es_legal_interest": {"../es/rates/es_legal_interest.csv", "rate"},
	"es_procedural_interest": {"../es/rates/es_legal_interest.csv", "procedural_rate"},
	"fr_late_payment":        {"../fr/rates/fr_late_payment.csv", "rate"}, "fr_legal_interest_pro": {"../fr/rates/fr_legal_interest_pro.csv", "rate"},
	"fr_legal_interest_consumer": {"../fr/rates/fr_legal_interest_consumer.csv", "rate"}, "ecb_mro": {"../fr/rates/ecb_mro.csv", "rate"},
	"pt_commercial": {"../pt/rates/pt_commercial.csv", "rate"}, "pt_commercial_par3": {"../pt/rates/pt_commercial.csv", "rate_par3"},
	"pt_civil": {"../pt/rates/pt_civil.csv", "rate"},
}

func rat(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		panic("no number: " + s)
	}
	return r
}

func rows(t *testing.T, table string) (out []row) {
	t.Helper()
	where, ok := rateFiles[table]
	if !ok {
		t.Fatalf("no file of rates for %s", table)
	}
	f, err := os.Open(where[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	from, to, rate := max(slices.Index(all[0], "from"), slices.Index(all[0], "effective_date")), slices.Index(all[0], "to"), slices.Index(all[0], where[1])
	for _, rec := range all[1:] {
		r := row{from: rec[from], rate: rat(rec[rate])}
		if to >= 0 {
			r.to = rec[to]
		}
		out = append(out, r)
	}
	return out
}

// at is the row of a day, or the nearest one where the table has not begun or
// has ended.
func at(all []row, day string) (r row, missing bool) {
	for _, r := range all {
		if r.from <= day && (r.to == "" || day <= r.to) {
			return r, false
		}
	}
	if day < all[0].from {
		return all[0], true
	}
	return all[len(all)-1], true
}

// cents rounds half up.
func cents(r *big.Rat) *big.Rat {
	n := new(big.Rat).Mul(r, rat("100"))
	n.Add(n, rat("1/2"))
	whole := new(big.Int).Div(n.Num(), n.Denom())
	return new(big.Rat).SetFrac(whole, big.NewInt(100))
}

// bearing is what one day bears: the rate, and the mark of the line it is on.
type bearing func(day time.Time) (rate *big.Rat, mark string, missing bool)

// growth counts interest day by day; each line gathers the days of one mark.
type growth struct {
	bear     bearing
	yearwise bool // days of a leap year are parts of 366
	open     map[string]*big.Rat
	lines    []map[string]string
	estimate *big.Rat
	missing  bool

	mark    string
	days    int
	from    time.Time
	sum     *big.Rat
	current [2]string // rate and base of the line
	lacking bool
}

func (g *growth) day(d time.Time) {
	base := g.open["principal"]
	if base.Sign() == 0 {
		return
	}
	rate, mark, missing := g.bear(d)
	year := int64(365)
	if g.yearwise {
		mark += d.Format("2006")
		if time.Date(d.Year(), 2, 29, 0, 0, 0, 0, time.UTC).Day() == 29 {
			year = 366
		}
	}
	if mark != g.mark || g.days == 0 {
		g.close(next(d, -1))
		g.mark, g.from, g.sum = mark, d, new(big.Rat)
		g.current, g.lacking = [2]string{rate.FloatString(2), base.FloatString(2)}, missing
	}
	g.days++
	one := new(big.Rat).Mul(base, rate)
	g.sum.Add(g.sum, one.Quo(one, new(big.Rat).SetInt64(100*year)))
}

// close ends the line that is counted.
func (g *growth) close(to time.Time) {
	if g.days == 0 {
		return
	}
	c := cents(g.sum)
	g.lines = append(g.lines, map[string]string{
		"from": shown(g.from), "to": shown(to), "days": big.NewInt(int64(g.days)).String(), "rate": g.current[0], "base": g.current[1],
		"interest": c.FloatString(2), "rate_missing": map[bool]string{true: "true", false: "false"}[g.lacking],
	})
	if g.lacking {
		g.missing = true
		g.estimate.Add(g.estimate, c)
	} else {
		g.open["interest"].Add(g.open["interest"], c)
	}
	g.days = 0
}

// bears says which rate a record is about, by its table and parties.
func bears(t *testing.T, r map[string]any) bearing {
	table := word(r, "table")
	switch {
	case table == "contract" && word(r, "jurisdiction") == "FR" && word(r, "debtor") == "": // L441-10 II: three times the legal rate at least
		all, agreed := rows(t, "fr_legal_interest_pro"), rat(word(r, "rate"))
		return func(d time.Time) (*big.Rat, string, bool) {
			legal, _ := at(all, shown(d))
			if floor := new(big.Rat).Mul(legal.rate, rat("3")); floor.Cmp(agreed) > 0 {
				return floor, legal.from, false
			}
			return agreed, "agreed", false
		}
	case table == "contract":
		agreed := rat(word(r, "rate"))
		return func(time.Time) (*big.Rat, string, bool) { return agreed, "agreed", false }
	case table == "ecb_mro": // a French public buyer: of the half-year in which interest begins, + 8
		begin := next(on(word(r, "due_date")), 1)
		half := begin.Format("2006") + map[bool]string{true: "-01-01", false: "-07-01"}[begin.Month() < 7]
		level := rat("0")
		for _, x := range rows(t, table) {
			if x.from <= half {
				level = x.rate
			}
		}
		level = new(big.Rat).Add(level, rat("8"))
		return func(time.Time) (*big.Rat, string, bool) { return level, "fixed", false }
	}
	all := rows(t, table)
	return func(d time.Time) (*big.Rat, string, bool) {
		r, missing := at(all, shown(d))
		if missing {
			return r.rate, "missing", true
		}
		return r.rate, r.from, false
	}
}

func amount(m map[string]any, name string) *big.Rat {
	if s := word(m, name); s != "" {
		return rat(s)
	}
	return new(big.Rat)
}

// orders: arts. 1173 CC (ES), 1343-1 C. civ. (FR) and 785 CC (PT).
var orders = map[string][]string{
	"ES": {"costs", "interest", "compensation", "principal"}, "FR": {"costs", "interest", "compensation", "principal"},
	"PT": {"costs", "compensation", "interest", "principal"},
}

func confirmInterest(t *testing.T, r map[string]any) {
	g := &growth{bear: bears(t, r), yearwise: word(r, "day_count") == "act/act", estimate: new(big.Rat), open: map[string]*big.Rat{
		"principal": amount(r, "principal"), "compensation": amount(r, "compensation"), "interest": new(big.Rat), "costs": amount(r, "costs"),
	}}
	order := orders[word(r, "jurisdiction")]
	if o, ok := r["order"].([]any); ok {
		order = nil
		for _, part := range o {
			order = append(order, part.(string))
		}
	}
	credit := new(big.Rat)
	due, until := on(word(r, "due_date")), on(word(r, "until"))
	payments := list(r["payments"])
	pay := func(p map[string]any, d time.Time) {
		g.close(d)
		rest, got := amount(p, "amount"), map[string]string{}
		for _, part := range order {
			take := new(big.Rat).Set(g.open[part])
			if take.Cmp(rest) > 0 {
				take.Set(rest)
			}
			g.open[part].Sub(g.open[part], take)
			rest.Sub(rest, take)
			got["to_"+part] = take.FloatString(2)
		}
		got["surplus"] = rest.FloatString(2)
		credit.Add(credit, rest)
		got["date"], got["amount"] = word(p, "date"), word(p, "amount")
		confirm(t, p, got)
	}
	for len(payments) > 0 && !on(word(payments[0], "date")).After(due) {
		pay(payments[0], due)
		payments = payments[1:]
	}
	for d := next(due, 1); !d.After(until); d = next(d, 1) {
		g.day(d)
		for len(payments) > 0 && on(word(payments[0], "date")).Equal(d) {
			pay(payments[0], d)
			payments = payments[1:]
		}
	}
	g.close(until)
	if len(payments) > 0 {
		t.Errorf("payments that no day saw: %v", payments)
	}
	g.confirm(t, r, credit)
}

// confirm compares what came of the count with the record.
func (g *growth) confirm(t *testing.T, r map[string]any, credit *big.Rat) {
	t.Helper()
	total := new(big.Rat)
	got := map[string]string{
		"credit": credit.FloatString(2), "estimate": g.estimate.FloatString(2), "rate_missing": map[bool]string{true: "true", false: "false"}[g.missing],
	}
	for part, sum := range g.open {
		got[part] = sum.FloatString(2)
		total.Add(total, sum)
	}
	got["total"] = total.FloatString(2)
	confirm(t, expected(r), got)
	if _, ok := r["lines"]; !ok {
		return
	}
	lines := list(r["lines"])
	if len(lines) != len(g.lines) {
		t.Fatalf("the record has %d lines, the second calculation %d: %v", len(lines), len(g.lines), g.lines)
	}
	for i, l := range lines {
		confirm(t, l, g.lines[i])
	}
}

// confirmJudgment: arts. 1108 CC and 576 LEC.
func confirmJudgment(t *testing.T, r map[string]any) {
	legal, procedural := rows(t, "es_legal_interest"), rows(t, "es_procedural_interest")
	judgment := on(word(r, "judgment_date"))
	g := &growth{estimate: new(big.Rat), open: map[string]*big.Rat{"principal": amount(r, "principal"), "interest": new(big.Rat)}}
	g.bear = func(d time.Time) (*big.Rat, string, bool) {
		all, mark := legal, "legal"
		if d.After(judgment) {
			all, mark = procedural, "procedural"
		}
		x, missing := at(all, shown(d))
		return x.rate, mark + x.from, missing
	}
	until := on(word(r, "until"))
	for d := next(on(word(r, "demand_date")), 1); !d.After(until); d = next(d, 1) {
		g.day(d)
	}
	g.close(until)
	g.confirm(t, r, new(big.Rat))
}

// confirmDebts spreads a payment by arts. 1174 CC (ES), 1342-10 C. civ. (FR)
// and 784 CC (PT).
func confirmDebts(t *testing.T, r map[string]any) {
	rest, got := amount(r, "payment"), map[string]string{}
	debts, place, paid := list(r["debts"]), word(r, "jurisdiction"), word(r, "paid_on")
	undue := func(d map[string]any) bool { return paid != "" && word(d, "due") > paid }
	give := func(d map[string]any, sum *big.Rat) {
		if sum.Cmp(rest) > 0 {
			sum = new(big.Rat).Set(rest)
		}
		got[word(d, "ref")] = sum.FloatString(2)
		rest.Sub(rest, sum)
	}
	for _, d := range debts {
		if word(r, "designated") == word(d, "ref") {
			give(d, amount(d, "balance"))
		}
	}
	key := func(d map[string]any) string { // what comes first sorts first
		k := map[bool]string{true: "1", false: "0"}[undue(d)]
		secured := map[bool]string{true: "1", false: "0"}[word(d, "secured") == "true"]
		onerous := new(big.Rat).Sub(rat("9999"), amount(d, "rate")).FloatString(6)
		switch place {
		case "FR":
			return k + onerous + word(d, "issued") + word(d, "due")
		case "PT":
			return k + secured + onerous + word(d, "due") + word(d, "issued")
		}
		return k + onerous
	}
	slices.SortStableFunc(debts, func(a, b map[string]any) int { return strings.Compare(key(a), key(b)) })
	for len(debts) > 0 {
		equal := 1
		for equal < len(debts) && key(debts[equal]) == key(debts[0]) {
			equal++
		}
		share(debts[:equal], place == "ES" && undue(debts[0]), rest, got)
		debts = debts[equal:]
	}
	got["rest"] = rest.FloatString(2)
	confirm(t, expected(r), got)
}

// share gives debts of one rank their part, to the cent; odd cents go to the
// largest remainders.
func share(debts []map[string]any, nothing bool, rest *big.Rat, got map[string]string) {
	all, open := new(big.Rat), []map[string]any{}
	for _, d := range debts {
		if got[word(d, "ref")] == "" {
			open = append(open, d)
			all.Add(all, amount(d, "balance"))
		}
	}
	pot := new(big.Rat).Set(rest)
	if pot.Cmp(all) > 0 {
		pot.Set(all)
	}
	if nothing {
		pot.SetInt64(0)
	}
	rest.Sub(rest, pot)
	odd := new(big.Rat).Set(pot)
	remainder := map[string]*big.Rat{}
	parts := map[string]*big.Rat{}
	for _, d := range open {
		exact := new(big.Rat)
		if all.Sign() > 0 {
			exact.Quo(new(big.Rat).Mul(new(big.Rat).Mul(pot, amount(d, "balance")), rat("100")), all)
		}
		floor := new(big.Rat).SetInt(new(big.Int).Div(exact.Num(), exact.Denom()))
		ref := word(d, "ref")
		remainder[ref] = new(big.Rat).Sub(exact, floor)
		parts[ref] = floor.Quo(floor, rat("100"))
		odd.Sub(odd, parts[ref])
	}
	slices.SortStableFunc(open, func(a, b map[string]any) int { return remainder[word(b, "ref")].Cmp(remainder[word(a, "ref")]) })
	for i, d := range open {
		if odd.Cmp(rat("0.01")) >= 0 {
			parts[word(d, "ref")].Add(parts[word(open[i], "ref")], rat("0.01"))
			odd.Sub(odd, rat("0.01"))
		}
		got[word(d, "ref")] = parts[word(d, "ref")].FloatString(2)
	}
}
