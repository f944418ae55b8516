package bank

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"github.com/recobro/recobro/money"
)

const (
	// mostDebts is how many debts of one debtor are tried together: 4,096 sets.
	mostDebts = 12
	// mostSplits is how many ways of sharing a sum are shown of one debtor: more
	// of them say that the sum is no sign.
	mostSplits = 2
)

// splits proposes to share a sum among debts of one debtor who is pointed to,
// where it is exactly what is owed on them. It is booked without a person only
// where the line names each of those debts and no other.
func (b *Book) splits(l Line, found map[int]*Candidate) []Candidate {
	debtors := map[string]bool{}
	for i, c := range found {
		if c.has("reference", "reference_damaged", "reference_cut", "invoice", "invoice_cut", "name", "account") {
			debtors[b.cases[i].Debtor] = true
		}
	}
	var out []Candidate
	for d := range debtors {
		sets := b.sets(d, l.Amount)
		if len(sets) > mostSplits {
			sets = b.named(sets, found)
		}
		for _, set := range sets {
			out = append(out, b.together(set, found))
		}
	}
	return out
}

// sets lists the sets of two debts or more of a debtor that come to a sum.
func (b *Book) sets(debtor string, sum money.Amount) [][]int {
	var open []int
	for _, i := range b.byDebtor[debtor] {
		if x := b.cases[i]; !x.Closed && x.Owed.Currency == sum.Currency && x.Owed.Cents > 0 {
			open = append(open, i)
		}
	}
	slices.SortFunc(open, func(x, y int) int { return cmp.Compare(b.cases[x].Reference, b.cases[y].Reference) })
	if len(open) < 2 {
		return nil
	}
	if len(open) > mostDebts {
		all := money.Of(0, sum.Currency)
		for _, i := range open {
			all = all.Plus(b.cases[i].Owed)
		}
		if all == sum {
			return [][]int{open}
		}
		return nil
	}
	var out [][]int
	for mask := uint(1); mask < 1<<len(open); mask++ {
		if bits.OnesCount(mask) < 2 {
			continue
		}
		var set []int
		total := money.Of(0, sum.Currency)
		for k, i := range open {
			if mask&(1<<k) != 0 {
				set, total = append(set, i), total.Plus(b.cases[i].Owed)
			}
		}
		if total == sum {
			out = append(out, set)
		}
	}
	return out
}

// named keeps the sets of which every debt is named.
func (b *Book) named(sets [][]int, found map[int]*Candidate) [][]int {
	return slices.DeleteFunc(sets, func(set []int) bool { return !allNamed(set, found) })
}

func allNamed(set []int, found map[int]*Candidate) bool {
	return !slices.ContainsFunc(set, func(i int) bool {
		return found[i] == nil || !found[i].has("reference", "reference_damaged", "invoice")
	})
}

// together makes a candidate of a set. It has each reason of its debts once, at
// its best.
func (b *Book) together(set []int, found map[int]*Candidate) Candidate {
	out := Candidate{}
	var refs []string
	for _, i := range set {
		out.Parts = append(out.Parts, Part{Case: b.cases[i].Case, Amount: b.cases[i].Owed})
		refs = append(refs, b.cases[i].Reference)
		if c := found[i]; c != nil {
			for _, r := range c.Reasons {
				if r.Code != "amount" {
					out.add(r)
				}
			}
		}
	}
	out.add(Reason{"sum_of_debts", pointsAmount, strings.Join(refs, ", ")})
	out.sure = out.Score >= sureAt && allNamed(set, found)
	return out
}

// bounce finds the earlier line that a reversal takes back: of the same sum, not
// later, and with something else in common.
func (b *Book) bounce(l Line) Match {
	var all []Candidate
	for _, x := range b.booked[l.Amount.Neg()] {
		if x.Line.Booked.After(l.Booked) || x.Line.Account != l.Account || len(x.Parts) == 0 {
			continue
		}
		c := Candidate{Parts: x.Parts, Line: x.Line.ID, sure: true}
		c.add(Reason{"amount", pointsAmount, l.Amount.Neg().String()})
		for _, s := range []struct {
			code   string
			points int
			a, b   string
		}{
			{"end_to_end", pointsEndToEnd, x.Line.EndToEnd, l.EndToEnd},
			{"reference", pointsEndToEnd, x.Line.Reference, l.Reference},
			{"account", pointsAccount, x.Line.IBAN, l.IBAN},
			{"name", pointsName, nameKey(nameWords(x.Line.Name)), nameKey(nameWords(l.Name))},
			{"text", pointsCut, tight(x.Line.Text), tight(l.Text)},
		} {
			if s.a != "" && s.a == s.b {
				c.add(Reason{s.code, s.points, s.b})
			}
		}
		c.sure = c.Score >= sureAt
		if len(c.Reasons) > 1 {
			all = append(all, c)
		}
	}
	if len(all) == 0 {
		all = b.standing(l)
	}
	m := verdict(all, false)
	if m.Verdict == Unmatched {
		m.Why = "no_payment_to_take_back"
	}
	return m
}

// standing finds payments that no line brought, on cases that a reversal points
// to: somebody reported them. Only our own reference, and no second payment of
// that sum, makes one sure.
func (b *Book) standing(l Line) []Candidate {
	var all []Candidate
	for i, c := range b.signs(l) {
		var of []Payment
		for _, p := range b.cases[i].Standing {
			if p.Amount == l.Amount.Neg() && !p.Received.After(l.Booked) {
				of = append(of, p)
			}
		}
		for _, p := range of {
			x := Candidate{Parts: []Part{{Case: b.cases[i].Case, Amount: p.Amount, Payment: p.ID}}, Score: c.Score, Reasons: slices.Clone(c.Reasons)}
			x.add(Reason{"payment", pointsAmount, p.ID})
			x.sure = len(of) == 1 && x.has("reference")
			all = append(all, x)
		}
	}
	return all
}
