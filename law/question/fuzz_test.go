package question_test

import (
	"testing"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/law/question"
	"github.com/recobro/recobro/money"
)

// first and span are the days that are fuzzed: 1990 to 2100.
var (
	first = calendar.Day(1990, 1, 1)
	span  = first.Days(calendar.Day(2101, 1, 1))
)

// FuzzAnswers holds every answer to name the rule that it rests on, or to ask a
// person; its sums to add up; and no question to bring the engine down.
func FuzzAnswers(f *testing.F) {
	f.Add(uint(0), uint(0), uint(0), uint(13_000), uint(1500), uint(900), int64(125_000), int64(10_150_000))
	f.Add(uint(2), uint(4), uint(1), uint(9_000), uint(40), uint(30), int64(1), int64(0))
	f.Add(uint(7), uint(7), uint(2), uint(0), uint(40_000), uint(12_000), int64(99_999_999_999_999), int64(100_000_000))
	f.Add(uint(8), uint(10), uint(0), uint(40_000), uint(0), uint(0), int64(33), int64(8_000_000))
	places, parties := countries.All(), []law.Party{law.Business, law.Consumer, law.Public}
	f.Fuzz(func(t *testing.T, place, kind, who, due, act, lasts uint, cents, rate int64) {
		at := func(n uint) calendar.Date { return first.AddDays(int(n % uint(span))) }
		j := places[place%uint(len(places))]
		p := question.Place{Country: j.Country}
		if len(j.Code) > 2 {
			p.Region = j.Code[3:]
		}
		c := question.Claim{Kind: law.ClaimKinds[kind%uint(len(law.ClaimKinds))], Debtor: parties[who%3], Creditor: parties[who/3%3], Due: at(due)}
		q := question.Limitation{Place: p, Claim: c, Acts: []law.Act{
			{Type: law.ActTypes[act%uint(len(law.ActTypes))], Date: at(due + act), End: at(due + act).AddDays(int(lasts % 4000))},
			{Type: law.ActTypes[lasts%uint(len(law.ActTypes))], Date: at(due + lasts)},
		}}
		if !law.Lasts(q.Acts[0].Type) {
			q.Acts[0].End = calendar.Date{}
		}
		k, err := q.Answer(countries.For, "es")
		switch {
		case err != nil:
			t.Fatalf("%+v: %v", q, err)
		case k.Rule == "" && !k.AskPerson, k.Rule != "" && (k.Article == "" || k.Why == ""), len(k.FlagsInWords) != len(k.Flags):
			t.Fatalf("%+v: no rule and nobody is asked: %+v", q, k)
		case k.Rule != "" && (k.PrescribedFrom != k.LastDay.AddDays(1) || k.Cautious.After(k.LastDay)):
			t.Fatalf("%+v: %+v", q, k)
		}
		agreed := money.Rate(uint64(rate) % 100_000_001)
		if rate != 0 {
			c.ContractRate = &agreed
		}
		c.Demanded = at(due + lasts)
		i := question.Interest{Place: p, Claim: c, Principal: money.EUR(1 + int64(uint64(cents)%money.MaxCents)), Until: at(due + act)}
		i.Payments = []question.Payment{{Amount: money.EUR(1 + int64(uint64(cents)/3%money.MaxCents)), Received: i.Until.AddDays(-int(lasts % 3000))}}
		a, err := i.Answer(countries.For, "pt")
		switch {
		case err != nil:
			t.Fatalf("%+v: %v", i, err)
		case a.Terms.Article == "" && !a.AskPerson, a.Terms.Table == "":
			t.Fatalf("%+v: no terms and nobody is asked: %+v", i, a)
		case a.Total != a.Principal.Plus(a.Interest).Plus(a.Compensation).Plus(a.Costs):
			t.Fatalf("%+v: %+v", i, a)
		}
	})
}
