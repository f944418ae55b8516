// Gen makes the demonstration portfolio from IBM's public accounts-receivable
// sample: its due dates, delays and disputes stay, while names, countries,
// amounts and what becomes of those who never paid are made up. The same input
// gives the same file.
//
//	go run ./demo/gen ibm_accounts_receivable.csv > demo/portfolio.csv
package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"hash/fnv"
	"log"
	"math"
	"os"
	"slices"
	"strconv"
	"time"
)

// invoice is one row of the sample.
type invoice struct {
	country, customer, number string
	issued, due               time.Time
	amount                    float64
	disputed                  bool
	late                      int
}

const (
	wanted    = 340 // debts in the portfolio
	daysBack  = 400 // the oldest due date, before the demonstration's first day
	daysAhead = 60
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: gen SAMPLE.csv > portfolio.csv")
	}
	all, err := read(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	slices.SortFunc(all, func(a, b invoice) int {
		if c := a.due.Compare(b.due); c != 0 {
			return c
		}
		return int(hash(a.number)) - int(hash(b.number))
	})
	last := all[len(all)-1].due
	first := last.AddDate(0, 0, -daysBack-daysAhead)
	all = slices.DeleteFunc(all, func(i invoice) bool { return i.due.Before(first) })
	chosen := make([]invoice, 0, wanted)
	for n := range wanted {
		chosen = append(chosen, all[n*len(all)/wanted])
	}
	rescale(chosen)
	out := csv.NewWriter(os.Stdout)
	_ = out.Write(header)
	for _, i := range chosen {
		_ = out.Write(i.row(last))
	}
	out.Flush()
	if err := out.Error(); err != nil {
		log.Fatal(err)
	}
}

// rescale gives each invoice an amount by the rank of its own: from 30 to
// 80,000 euro, evenly on a logarithmic scale.
func rescale(chosen []invoice) {
	order := make([]int, len(chosen))
	for n := range order {
		order[n] = n
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(chosen[a].amount, chosen[b].amount) })
	for rank, n := range order {
		chosen[n].amount = 30 * math.Exp(float64(rank)/float64(len(order)-1)*math.Log(80000.0/30))
	}
}

var header = []string{"reference", "creditor", "country", "region", "claim", "kind", "debtor", "name", "tax_id",
	"street", "postal_code", "city", "language", "email", "phone", "principal", "issued", "due", "behaviour", "late"}

func read(name string) ([]invoice, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	var out []invoice
	for _, r := range rows[1:] {
		i := invoice{country: r[0], customer: r[1], number: r[3], disputed: r[7] == "Yes"}
		if i.issued, err = time.Parse("1/2/2006", r[4]); err != nil {
			return nil, err
		}
		if i.due, err = time.Parse("1/2/2006", r[5]); err != nil {
			return nil, err
		}
		if i.amount, err = strconv.ParseFloat(r[6], 64); err != nil {
			return nil, err
		}
		if i.late, err = strconv.Atoi(r[11]); err != nil {
			return nil, err
		}
		out = append(out, i)
	}
	return out, nil
}

func hash(s string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s))
	return h.Sum32() & 0x7fffffff
}

func pick(list []string, seed string) string { return list[int(hash(seed))%len(list)] }

// row writes the invoice as a debt: days count from the demonstration's first day.
func (i invoice) row(last time.Time) []string {
	due := int(i.due.Sub(last).Hours()/24) + daysAhead
	issued := due - int(i.due.Sub(i.issued).Hours()/24)
	if issued > 0 { // what is submitted has been invoiced
		issued = 0
	}
	c := countryOf(i.country)
	kind := "business"
	cents := int64(math.Round(i.amount * 100))
	consumer := hash("kind"+i.customer)%10 < 4
	if consumer {
		kind = "consumer"
		if cents > 400_000 { // few private persons owe more
			cents = 3_000 + cents%400_000
		}
	}
	p := c.person(i.customer, kind)
	creditor := c.creditors[int(hash(i.number))%len(c.creditors)]
	claim := pick([]string{"sale", "services", "services", "sale", "subscription"}, i.number)
	return []string{"F-" + i.number, creditor, c.code, "", claim, kind, i.customer, p.name, p.taxID,
		p.street, p.postal, p.city, c.language, p.email, p.phone, fmt.Sprintf("%d.%02d", cents/100, cents%100),
		strconv.Itoa(issued), strconv.Itoa(due), i.behaviour(due), strconv.Itoa(i.late)}
}

// behaviour says what the debtor will do. Those who paid in the sample pay,
// as late as there; a share of the debtors, always the same, do otherwise.
func (i invoice) behaviour(due int) string {
	if i.disputed {
		return pick([]string{"dispute_rejected_pays", "dispute_rejected_pays", "dispute_partly", "dispute_upheld", "dispute_rejected_never"}, "d"+i.number)
	}
	switch n := hash("b"+i.customer) % 100; {
	case n < 16:
		return "never"
	case n < 32:
		return "promise_kept"
	case n < 46:
		return "promise_broken"
	case n < 54:
		return "plan"
	case n < 60:
		return "part"
	case n < 64:
		return "promise_broken_never"
	}
	if due < -60 { // an old debt: the sample's debtor had paid long ago; this one needed reminding
		return pick([]string{"pays", "pays", "pays_late", "never"}, "o"+i.number)
	}
	return "pays"
}
