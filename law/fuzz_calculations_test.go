package law_test

import (
	"math/rand/v2"
	"testing"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/money"
)

// dice draw from the bytes of a fuzzed input; they show naught once used up.
type dice []byte

func (d *dice) upTo(n int) int {
	if len(*d) < 2 {
		return 0
	}
	x := int((*d)[0])<<8 | int((*d)[1])
	*d = (*d)[2:]
	return x % n
}

// day is a day from 1990 to 2100, or none.
func (d *dice) day() calendar.Date {
	if d.upTo(8) == 1 {
		return calendar.Date{}
	}
	return on("1990-01-01").AddDays(d.upTo(40543))
}

func (d *dice) eur() money.Amount { return money.EUR(int64(d.upTo(65000)) * int64(d.upTo(65000)+1)) }

func (d *dice) claim() law.Claim {
	parties := []law.Party{law.Business, law.Consumer, law.Public, ""}
	c := law.Claim{
		Kind: law.ClaimKinds[d.upTo(len(law.ClaimKinds))], Creditor: parties[d.upTo(4)], Debtor: parties[d.upTo(3)],
		Issued: d.day(), Due: d.day(), Provided: d.day(), TaxPoint: d.day(), Contracted: d.day(), Demanded: d.day(),
	}
	if d.upTo(3) == 1 {
		r := money.Rate(d.upTo(60000))
		c.ContractRate = &r
	}
	return c
}

func (d *dice) acts() (out []law.PartyAct) {
	outcomes := []string{"", "received", "refused", "left_notice", "returned_unknown", "upheld", "dismissed", "withdrawn", "lapsed", "procedural_flaw", "pending"}
	for range d.upTo(9) {
		a := law.Act{Type: law.ActTypes[d.upTo(len(law.ActTypes))], Date: d.day(), End: d.day(), Outcome: outcomes[d.upTo(len(outcomes))]}
		out = append(out, law.PartyAct{Act: a, Party: []string{"a", "b", ""}[d.upTo(3)]})
	}
	return out
}

// FuzzCalculations holds every question to an answer that names its rule, and
// sums to what went in.
func FuzzCalculations(f *testing.F) {
	f.Add([]byte("the price of three deliveries, two of them paid late"))
	f.Add([]byte{})
	mixed := rand.New(rand.NewPCG(1, 2))
	for range 200 { // short inputs leave most questions at naught
		b := make([]byte, 600)
		for i := range b {
			b[i] = byte(mixed.Uint32())
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		d := dice(in)
		j := countries.All()[d.upTo(9)]
		c, acts := d.claim(), d.acts()
		fuzzClocks(t, j, &d, c, acts)
		fuzzMoney(t, j, &d, c)
		s := law.Suit{Kind: c.Kind, Creditor: c.Creditor, Debtor: c.Debtor, Amount: d.eur(), Document: law.Documents[d.upTo(5)], CrossBorder: d.upTo(2) == 1}
		for _, r := range j.Routes(s) {
			if r.Article == "" || r.Fits == (len(r.WhyNot) > 0) {
				t.Fatalf("%+v", r)
			}
		}
		if p := j.PayBy(c, law.Delivery{Received: d.day(), Approved: d.day(), Invoiced: d.day(), GotBill: d.day()}); p.Why == "" {
			t.Fatalf("%+v", p)
		}
		asked := law.Request{Attempted: d.day(), Received: d.day(), Answered: d.day(), Met: d.day(), Proposed: d.day(), Closed: d.day(), Offered: d.day(), OfferUntil: d.day()}
		if n, ok := j.Negotiation(c, nil, asked); ok != (j.Country == "ES") || !n.InterruptedAt.IsZero() && n.LastDay.IsZero() {
			t.Fatalf("%t %+v", ok, n)
		}
		law.VATWindow(d.day(), d.upTo(2) == 1)
	})
}

func fuzzClocks(t *testing.T, j *law.Jurisdiction, d *dice, c law.Claim, acts []law.PartyAct) {
	plain := make([]law.Act, len(acts))
	for i, a := range acts {
		plain[i] = a.Act
	}
	for _, k := range j.Readings(c, plain) {
		if k.Rule == "" || k.Article == "" || k.Why == "" || len(k.Acts) != len(acts) || k.Cautious.After(k.LastDay) {
			t.Fatalf("%+v", k)
		}
		for _, flag := range k.Flags {
			if law.InWords(flag, "es") == law.InWords("no_such", "es") || law.InWords(flag, "es") == flag {
				t.Fatalf("flag %s has no words", flag)
			}
		}
	}
	owing := []law.Owing{{Party: "a", Bond: law.Bonds[d.upTo(6)]}, {Party: "b", Bond: law.Bonds[d.upTo(6)]}}
	rule := j.Periods[d.upTo(len(j.Periods))].Code
	clocks, ok := j.Several(rule, d.day(), owing, acts)
	if !ok || len(clocks) != 2 || len(clocks[1].Acts) != len(acts) || clocks[1].Rule != rule {
		t.Fatalf("%t %+v", ok, clocks)
	}
	if k, ok := j.Carriage(d.day(), d.day(), []law.WrittenClaim{{Received: d.day(), Rejected: d.day()}}); ok != (j.Country == "ES") || ok && k.Rule != "es_lctt_79" {
		t.Fatalf("%t %+v", ok, k)
	}
	if i, ok := j.ServedOn(rule, d.day(), law.Filing{Filed: d.day(), Served: d.day(), DelayByCreditor: d.upTo(2) == 1}); ok != (j.Country == "PT") || ok && (i.Why == "" || i.Article == "") {
		t.Fatalf("%t %+v", ok, i)
	}
}

func fuzzMoney(t *testing.T, j *law.Jurisdiction, d *dice, c law.Claim) {
	terms := j.InterestTerms(c)
	terms.DayCount = []law.DayCount{law.Act365, law.ActAct}[d.upTo(2)]
	o := law.Owed{Principal: d.eur(), Compensation: d.eur(), Until: d.day()}
	paid := money.EUR(0)
	for range d.upTo(6) {
		p := law.Paid{Date: d.day(), Amount: d.eur()}
		o.Payments = append(o.Payments, p)
		if !p.Date.After(o.Until) {
			paid = paid.Plus(p.Amount)
		}
	}
	r := j.Reckon(terms, o)
	sum := o.Principal.Plus(o.Compensation).Minus(paid).Plus(r.Credit)
	for _, l := range r.Lines {
		if l.Article == "" || l.To.Before(l.From) || l.Days != l.From.Days(l.To)+1 {
			t.Fatalf("%+v", l)
		}
		if !l.Missing {
			sum = sum.Plus(l.Interest)
		}
	}
	if sum != r.Total {
		t.Fatalf("%s owed by the lines, %s in total", sum, r.Total)
	}
	if out, ok := j.Judged(law.Judgment{Principal: d.eur(), Demanded: d.day(), Given: d.day(), Enforceable: d.day(), Until: d.day()}); !ok || out.Why == "" || out.Total.Cents < out.Interest.Cents {
		t.Fatalf("%t %+v", ok, out)
	}
	var debts []law.OpenDebt
	for i := range d.upTo(5) {
		debts = append(debts, law.OpenDebt{Ref: string(rune('a' + i)), Balance: d.eur(), Due: d.day(), Issued: d.day(), Secured: d.upTo(2) == 1})
	}
	deposit := law.Deposit{Amount: d.eur(), On: d.day()}
	spread, err := j.Among(debts, deposit)
	if err != nil {
		t.Fatal(err)
	}
	left := deposit.Amount.Minus(spread.Rest)
	for _, p := range spread.Portions {
		left = left.Minus(p.Amount)
	}
	if !left.IsZero() || len(spread.Portions) != len(debts) {
		t.Fatalf("%s went nowhere: %+v", left, spread)
	}
}
