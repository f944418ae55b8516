package law_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/money"
)

func TestOnePaymentOverSeveralDebts(t *testing.T) {
	debt := func(ref, balance, due string) law.OpenDebt {
		return law.OpenDebt{Ref: ref, Balance: eur(t, balance), Due: zeroOr(due)}
	}
	rated := func(d law.OpenDebt, rate string, secured bool) law.OpenDebt {
		d.Secured = secured
		if rate != "" {
			d.Rate = percent(rate)
		}
		return d
	}
	a, b, c := debt("a", "100", "2026-01-10"), debt("b", "300", "2026-03-10"), debt("c", "200", "2026-09-10")
	for _, tt := range []struct {
		name, place string
		debts       []law.OpenDebt
		p           law.Deposit // 150 on 1 June 2026, where it has no amount
		want        string
		rest        string
		flags       string
	}{
		{name: "ES 1174: equal debts share in proportion", place: "ES", debts: []law.OpenDebt{a, b}, want: "a 37.50, b 112.50"},
		{name: "ES 1174: the most onerous first", place: "ES", debts: []law.OpenDebt{rated(a, "3", false), rated(b, "8", false)}, want: "b 150.00, a 0.00"},
		{name: "ES 1174: of the same rate, the secured one weighs more", place: "ES", debts: []law.OpenDebt{rated(a, "3", true), rated(b, "3", false)}, want: "a 100.00, b 50.00"},
		{name: "ES: rate against security is for a person", place: "ES", debts: []law.OpenDebt{rated(a, "3", true), rated(b, "8", false)}, want: "b 150.00, a 0.00", flags: "most_onerous_open"},
		{name: "ES: a rate that is not known is for a person", place: "ES", debts: []law.OpenDebt{rated(a, "3", false), b}, want: "a 100.00, b 50.00", flags: "most_onerous_open"},
		{name: "ES 1172: the debtor's choice goes first", place: "ES", debts: []law.OpenDebt{a, b}, p: law.Deposit{Designated: "b"}, want: "b 150.00, a 0.00"},
		{name: "ES 1172: what the choice leaves goes by the law", place: "ES", debts: []law.OpenDebt{a, b}, p: law.Deposit{Designated: "a"}, want: "a 100.00, b 50.00"},
		{name: "ES 1172: an accepted receipt chooses", place: "ES", debts: []law.OpenDebt{a, b}, p: law.Deposit{Receipt: "a"}, want: "a 100.00, b 50.00"},
		{name: "ES 1174: only debts that are due, the rest waits for a person", place: "ES", debts: []law.OpenDebt{a, c}, want: "a 100.00, c 0.00", rest: "50.00", flags: "rest_not_due_open"},
		{name: "a choice of a debt not due is for a person", place: "ES", debts: []law.OpenDebt{a, c}, p: law.Deposit{Designated: "c"}, want: "c 150.00, a 0.00", flags: "chosen_debt_not_due"},
		{name: "FR 1342-10: due before not due", place: "FR", debts: []law.OpenDebt{c, a}, want: "a 100.00, c 50.00"},
		{name: "FR 1342-10: then the one with most interest to clear", place: "FR", debts: []law.OpenDebt{rated(a, "3", false), rated(b, "8", false)}, want: "b 150.00, a 0.00"},
		{name: "FR 1342-10: then the oldest", place: "FR", debts: []law.OpenDebt{b, a}, want: "a 100.00, b 50.00"},
		{name: "FR 1342-10: then in proportion", place: "FR", debts: []law.OpenDebt{debt("x", "100", "2026-01-10"), debt("y", "200", "2026-01-10")}, want: "x 50.00, y 100.00"},
		{name: "FR: a receipt is no choice of the law's", place: "FR", debts: []law.OpenDebt{a, b}, p: law.Deposit{Receipt: "b"}, want: "a 100.00, b 50.00", flags: "receipt_choice_open"},
		{name: "PT 784: the least secured first", place: "PT", debts: []law.OpenDebt{rated(a, "3", true), rated(b, "3", false)}, want: "b 150.00, a 0.00"},
		{name: "PT 784: then the most onerous", place: "PT", debts: []law.OpenDebt{rated(a, "3", false), rated(b, "8", false)}, want: "b 150.00, a 0.00"},
		{name: "PT 784: then the first due", place: "PT", debts: []law.OpenDebt{b, a}, want: "a 100.00, b 50.00"},
		{name: "more than all debts leaves a rest", place: "FR", debts: []law.OpenDebt{a}, want: "a 100.00", rest: "50.00"},
		{name: "cents that do not divide are given out", place: "ES", debts: []law.OpenDebt{debt("x", "10", ""), debt("y", "10", ""), debt("z", "10", "")}, p: law.Deposit{Amount: eur(t, "10")}, want: "x 3.34, y 3.33, z 3.33"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.p.Amount == (money.Amount{}) {
				tt.p.Amount = eur(t, "150")
			}
			tt.p.On = on("2026-06-01")
			if tt.rest == "" {
				tt.rest = "0.00"
			}
			got, err := place(t, tt.place).Among(tt.debts, tt.p)
			if err != nil {
				t.Fatal(err)
			}
			var parts []string
			for _, p := range got.Portions {
				parts = append(parts, p.Ref+" "+p.Amount.Decimal())
				if p.Why == "" || p.Article == "" || p.Status == "" {
					t.Errorf("a portion without a reason: %+v", p)
				}
			}
			if s := strings.Join(parts, ", "); s != tt.want || got.Rest.Decimal() != tt.rest || strings.Join(got.Flags, " ") != tt.flags || got.AskPerson != (tt.flags != "") {
				t.Errorf("%s rest %s %v, want %s rest %s %s", s, got.Rest, got.Flags, tt.want, tt.rest, tt.flags)
			}
		})
	}
}

func TestAPaymentThatCannotBeSpreadIsRefused(t *testing.T) {
	a := law.OpenDebt{Ref: "a", Balance: eur(t, "100")}
	for name, tt := range map[string]struct {
		debts []law.OpenDebt
		p     law.Deposit
	}{
		"twice":        {[]law.OpenDebt{a, a}, law.Deposit{Amount: eur(t, "1")}},
		"no such debt": {[]law.OpenDebt{a}, law.Deposit{Amount: eur(t, "1"), Designated: "b"}},
		"no such name": {[]law.OpenDebt{a}, law.Deposit{Amount: eur(t, "1"), Receipt: "b"}},
		"currencies":   {[]law.OpenDebt{a}, law.Deposit{Amount: money.Of(1, "USD")}},
		"negative":     {[]law.OpenDebt{a}, law.Deposit{Amount: eur(t, "-1")}},
		"credit":       {[]law.OpenDebt{{Ref: "a", Balance: eur(t, "-1")}}, law.Deposit{Amount: eur(t, "1")}},
	} {
		if got, err := place(t, "ES").Among(tt.debts, tt.p); err == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestASpreadSumsToThePayment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j := rapid.SampledFrom(countries.All()).Draw(t, "place")
		var debts []law.OpenDebt
		for i := range rapid.IntRange(1, 6).Draw(t, "debts") {
			d := law.OpenDebt{Ref: string(rune('a' + i)), Balance: money.EUR(rapid.Int64Range(0, 1000_00).Draw(t, "balance")),
				Due: on("2026-01-01").AddDays(rapid.IntRange(0, 3).Draw(t, "due")), Secured: rapid.Bool().Draw(t, "secured")}
			if rapid.Bool().Draw(t, "rated") {
				r := money.Rate(rapid.Int64Range(0, 2).Draw(t, "rate"))
				d.Rate = &r
			}
			debts = append(debts, d)
		}
		p := law.Deposit{Amount: money.EUR(rapid.Int64Range(0, 4000_00).Draw(t, "payment")), On: on("2026-01-02")}
		got, err := j.Among(debts, p)
		if err != nil || len(got.Portions) != len(debts) {
			t.Fatalf("%d portions of %d: %v", len(got.Portions), len(debts), err)
		}
		sum := got.Rest
		for _, portion := range got.Portions {
			sum = sum.Plus(portion.Amount)
			for _, d := range debts {
				if d.Ref == portion.Ref && (portion.Amount.Cents > d.Balance.Cents || portion.Amount.Cents < 0) {
					t.Fatalf("%+v of %s", portion, d.Balance)
				}
			}
		}
		if sum != p.Amount || got.Rest.Cents < 0 {
			t.Fatalf("%s of %s, rest %s", sum, p.Amount, got.Rest)
		}
	})
}
