package law_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/money"
)

func percent(s string) *money.Rate {
	r, err := money.ParseRate(s)
	if err != nil {
		panic(err)
	}
	return &r
}

func TestInterestTerms(t *testing.T) {
	for _, tt := range []struct {
		name, place      string
		creditor, debtor law.Party
		contract         string
		demanded         string
		table, from      string // no first day: not before a demand
		flags            string
		ask              bool
	}{
		{name: "ES: businesses owe from the day after the due date", place: "ES", creditor: law.Business, debtor: law.Business, table: "es_late_payment", from: "2024-03-02"},
		{name: "ES: public bodies too", place: "ES", creditor: law.Business, debtor: law.Public, table: "es_late_payment", from: "2024-03-02"},
		{name: "ES: businesses may agree a rate", place: "ES", creditor: law.Business, debtor: law.Business, contract: "9", table: "contract", from: "2024-03-02"},
		{name: "ES: an agreed rate seventy percent below the legal one is presumed unfair", place: "ES", creditor: law.Business, debtor: law.Business, contract: "3.74", table: "contract", from: "2024-03-02", flags: "contract_rate_presumed_unfair"},
		{name: "ES: consumers owe nothing before a demand", place: "ES", creditor: law.Business, debtor: law.Consumer, table: "es_legal_interest"},
		{name: "ES: consumers owe from the day after the demand", place: "ES", creditor: law.Business, debtor: law.Consumer, demanded: "2024-06-10", table: "es_legal_interest", from: "2024-06-11"},
		{name: "ES: a demand before the due date waits for it", place: "ES", creditor: law.Business, debtor: law.Consumer, demanded: "2024-02-10", table: "es_legal_interest", from: "2024-03-02"},
		{name: "ES: a clause against a consumer is for a person to read", place: "ES", creditor: law.Business, debtor: law.Consumer, contract: "12", demanded: "2024-06-10", table: "contract", from: "2024-06-11", flags: "contract_rate_to_read", ask: true},
		{name: "ES: private persons owe legal interest", place: "ES", creditor: law.Consumer, debtor: law.Business, demanded: "2024-06-10", table: "es_legal_interest", from: "2024-06-11"},
		{name: "ES-CT: interest is the State's law", place: "ES-CT", creditor: law.Business, debtor: law.Business, table: "es_late_payment", from: "2024-03-02"},
		{name: "FR: businesses owe without reminder", place: "FR", creditor: law.Business, debtor: law.Business, table: "fr_late_payment", from: "2024-03-02"},
		{name: "FR: consumers owe to a business the rate for professionals from the demand", place: "FR", creditor: law.Business, debtor: law.Consumer, demanded: "2024-06-10", table: "fr_legal_interest_pro", from: "2024-06-11"},
		{name: "FR: consumers owe nothing before a demand", place: "FR", creditor: law.Business, debtor: law.Consumer, table: "fr_legal_interest_pro"},
		{name: "FR: a private person gets the rate for private persons", place: "FR", creditor: law.Consumer, debtor: law.Consumer, demanded: "2024-06-10", table: "fr_legal_interest_consumer", from: "2024-06-11"},
		{name: "FR: an agreed rate against a consumer is read by a person, and not applied", place: "FR", creditor: law.Business, debtor: law.Consumer, contract: "12", demanded: "2024-06-10", table: "fr_legal_interest_pro", from: "2024-06-11", flags: "contract_rate_to_read", ask: true},
		{name: "FR: public buyers owe the ECB rate", place: "FR", creditor: law.Business, debtor: law.Public, table: "ecb_mro", from: "2024-03-02"},
		{name: "PT: commercial transactions", place: "PT", creditor: law.Business, debtor: law.Business, table: "pt_commercial", from: "2024-03-02"},
		{name: "PT: the commercial rate against a consumer asks a person", place: "PT", creditor: law.Business, debtor: law.Consumer, table: "pt_commercial_par3", from: "2024-03-02", flags: "commercial_rate_v_consumer_debated", ask: true},
		{name: "PT: civil debts bear four percent from the due date", place: "PT", creditor: law.Consumer, debtor: law.Business, table: "pt_civil", from: "2024-03-02"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := claim(law.Services, tt.debtor)
			c.Creditor = tt.creditor
			var from calendar.Date
			if tt.contract != "" {
				c.ContractRate = percent(tt.contract)
			}
			if tt.demanded != "" {
				c.Demanded = on(tt.demanded)
			}
			if tt.from != "" {
				from = on(tt.from)
			}
			got := place(t, tt.place).InterestTerms(c)
			if got.Table != tt.table || got.From != from || got.AskPerson != tt.ask || strings.Join(got.Flags, " ") != tt.flags {
				t.Errorf("%s from %s, ask %t, flags %v; want %s from %s, %t, %s", got.Table, got.From, got.AskPerson, got.Flags, tt.table, from, tt.ask, tt.flags)
			}
			if !strings.Contains(got.Why, got.Article) {
				t.Errorf("%q does not name %s", got.Why, got.Article)
			}
		})
	}
}

func TestAccrue(t *testing.T) {
	type want struct {
		from, to string
		rate     string
		cents    int64
		missing  bool
	}
	for _, tt := range []struct {
		name, place, due string
		creditor, debtor law.Party // a business, where not said
		contract         string
		from, to         string
		lines            []want
	}{
		{
			name: "no day before the first that bears interest", place: "ES", due: "2026-01-31", debtor: law.Business, from: "2025-01-01", to: "2026-02-01",
			lines: []want{{"2026-02-01", "2026-02-01", "10.15", 278, false}},
		},
		{name: "none up to the due date", place: "ES", due: "2026-01-31", debtor: law.Business, from: "2025-01-01", to: "2026-01-31"},
		{name: "none before a demand", place: "ES", due: "2026-01-31", debtor: law.Consumer, from: "2026-02-01", to: "2026-05-01"},
		{
			name: "days after the last published rate are marked, at the last known one", place: "ES", due: "2026-12-30", debtor: law.Business, from: "2026-12-31", to: "2027-01-10",
			lines: []want{{"2026-12-31", "2026-12-31", "10.40", 285, false}, {"2027-01-01", "2027-01-10", "10.40", 2849, true}},
		},
		{
			name: "days before the first published rate are marked", place: "FR", due: "2012-12-30", debtor: law.Business, from: "2012-12-31", to: "2013-01-01",
			lines: []want{{"2012-12-31", "2012-12-31", "10.75", 295, true}, {"2013-01-01", "2013-01-01", "10.75", 295, false}},
		},
		{
			name: "a rate that is open never runs out", place: "PT", due: "2039-12-31", creditor: law.Consumer, debtor: law.Consumer, from: "2040-01-01", to: "2040-12-31",
			lines: []want{{"2040-01-01", "2040-12-31", "4.00", 40110, false}},
		},
		{
			name: "an agreed rate needs no table", place: "ES", due: "2026-12-30", debtor: law.Business, contract: "9", from: "2026-12-31", to: "2027-01-10",
			lines: []want{{"2026-12-31", "2027-01-10", "9.00", 2712, false}},
		},
		{
			name: "FR: an agreed rate below three times the legal one is lifted to it", place: "FR", due: "2025-12-30", debtor: law.Business, contract: "5", from: "2025-12-31", to: "2026-01-01",
			lines: []want{{"2025-12-31", "2025-12-31", "8.28", 227, false}, {"2026-01-01", "2026-01-01", "7.86", 215, false}},
		},
		{
			name: "FR: an agreed rate above the floor stands as one line", place: "FR", due: "2025-12-30", debtor: law.Business, contract: "9", from: "2025-12-31", to: "2026-07-31",
			lines: []want{{"2025-12-31", "2026-07-31", "9.00", 52521, false}},
		},
		{
			name: "FR: the floor of days without a legal rate is an estimate", place: "FR", due: "2026-12-30", debtor: law.Business, contract: "5", from: "2026-12-31", to: "2027-01-01",
			lines: []want{{"2026-12-31", "2026-12-31", "8.25", 226, false}, {"2027-01-01", "2027-01-01", "8.25", 226, true}},
		},
		{
			name: "FR: a public buyer keeps the rate of the first half-year", place: "FR", due: "2025-06-20", debtor: law.Public, from: "2025-06-21", to: "2026-02-20",
			lines: []want{{"2025-06-21", "2026-02-20", "11.15", 74842, false}},
		},
		{
			name: "FR: a public buyer of a half-year to come", place: "FR", due: "2027-01-31", debtor: law.Public, from: "2027-02-01", to: "2027-02-01",
			lines: []want{{"2027-02-01", "2027-02-01", "10.65", 292, true}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j := place(t, tt.place)
			c := law.Claim{Kind: law.Services, Creditor: tt.creditor, Debtor: tt.debtor, Due: on(tt.due)}
			if tt.contract != "" {
				c.ContractRate = percent(tt.contract)
			}
			got := j.Accrue(j.InterestTerms(c), money.EUR(10_000_00), on(tt.from), on(tt.to))
			if len(got) != len(tt.lines) {
				t.Fatalf("%d lines, want %d: %+v", len(got), len(tt.lines), got)
			}
			for i, w := range tt.lines {
				l := got[i]
				if l.From != on(w.from) || l.To != on(w.to) || l.Rate != *percent(w.rate) || l.Interest != money.EUR(w.cents) || l.Missing != w.missing {
					t.Errorf("line %d: %s to %s at %s: %s, missing %t; want %+v", i, l.From, l.To, l.Rate, l.Interest, l.Missing, w)
				}
			}
		})
	}
}

func TestInterestLinesCoverEveryDayOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j := rapid.SampledFrom(countries.All()).Draw(t, "place")
		c, _ := anything(t)
		c.Demanded = c.Due
		if rapid.Bool().Draw(t, "agreed") {
			c.ContractRate = percent("6.5")
		}
		terms := j.InterestTerms(c)
		from := c.Due.AddDays(rapid.IntRange(-100, 1000).Draw(t, "from"))
		to := from.AddDays(rapid.IntRange(-10, 6000).Draw(t, "days"))
		next := from
		if next.Before(terms.From) {
			next = terms.From
		}
		lines := j.Accrue(terms, money.EUR(123_456_78), from, to)
		for _, l := range lines {
			if l.From != next || l.Days != l.From.Days(l.To)+1 || l.Days < 1 || l.To.After(to) {
				t.Fatalf("line %+v, want one from %s", l, next)
			}
			if l.Interest != money.Simple(l.Base, l.Rate, l.Days, law.YearDays) {
				t.Fatalf("line %+v does not add up", l)
			}
			next = l.To.AddDays(1)
		}
		if len(lines) > 0 && next != to.AddDays(1) || len(lines) == 0 && !next.After(to) {
			t.Fatalf("the days from %s to %s bear no line", next, to)
		}
	})
}

func TestCompensationIsFortyEurosBetweenBusinessesOnly(t *testing.T) {
	for _, tt := range []struct {
		place            string
		creditor, debtor law.Party
		cents            int64
		article          string
	}{
		{"ES", law.Business, law.Business, 4000, "Ley 3/2004 art. 8"},
		{"ES", law.Business, law.Public, 4000, "Ley 3/2004 art. 8"},
		{"ES", law.Business, law.Consumer, 0, ""},
		{"ES", law.Consumer, law.Business, 0, ""},
		{"ES-CT", law.Business, law.Business, 4000, "Ley 3/2004 art. 8"},
		{"FR", law.Business, law.Business, 4000, "Code de commerce arts. L441-10 and D441-5"},
		{"FR", law.Business, law.Consumer, 0, ""},
		{"PT", law.Business, law.Business, 4000, "DL 62/2013 art. 7"},
		{"PT", law.Business, law.Consumer, 0, ""},
	} {
		c := claim(law.Services, tt.debtor)
		c.Creditor = tt.creditor
		got, source := place(t, tt.place).Compensation(c)
		if got.Cents != tt.cents || source.String() != strings.TrimSpace(tt.article) && tt.cents > 0 {
			t.Errorf("%s, %s on %s: %s by %s, want %d cents by %s", tt.place, tt.creditor, tt.debtor, got, source, tt.cents, tt.article)
		}
	}
}

func TestTheLawOnLatePaymentDoesNotReachContractsFromBeforeIt(t *testing.T) {
	for _, tt := range []struct {
		name, contracted, due string
		debtor                law.Party
		table, from, flags    string
		ask                   bool
		cents                 int64
	}{
		{"a contract of its first day", "2002-08-09", "2015-03-01", law.Business, "es_late_payment", "2015-03-02", "", false, 4000},
		{"one of the day before", "2002-08-08", "2015-03-01", law.Business, "es_legal_interest", "2015-03-02", "before_late_payment_law", true, 0},
		{"so with a public body", "2002-08-08", "2015-03-01", law.Public, "es_legal_interest", "2015-03-02", "before_late_payment_law", true, 0},
		{"where the contract's day is not known, the invoice's says it", "", "2002-08-30", law.Business, "es_legal_interest", "2002-08-31", "before_late_payment_law", true, 0},
		{"an invoice after it, of a contract whose day is not known", "", "2002-09-30", law.Business, "es_late_payment", "2002-10-01", "", false, 0},
		{"consumers are under the code before and after", "2002-08-08", "2015-03-01", law.Consumer, "es_legal_interest", "", "", false, 0},
		{"the fixed sum came later", "2010-01-01", "2013-02-23", law.Business, "es_late_payment", "2013-02-24", "", false, 0},
		{"and on its first day", "2010-01-01", "2013-02-24", law.Business, "es_late_payment", "2013-02-25", "", false, 4000},
	} {
		c := law.Claim{Kind: law.Services, Debtor: tt.debtor, Due: on(tt.due), Issued: on(tt.due).AddDays(-30)}
		if tt.contracted != "" {
			c.Contracted = on(tt.contracted)
		}
		got := place(t, "ES").InterestTerms(c)
		sum, _ := place(t, "ES").Compensation(c)
		costs, _ := place(t, "ES").CostRule(c, law.AsCreditor)
		if wanted := tt.table == "es_late_payment"; costs.Claim != wanted {
			t.Errorf("%s: costs of collecting by %s", tt.name, costs.Code)
		}
		if got.Table != tt.table || got.From.String() != tt.from || strings.Join(got.Flags, " ") != tt.flags || got.AskPerson != tt.ask || sum.Cents != tt.cents {
			t.Errorf("%s: %s from %s, flags %v, ask %t, %s", tt.name, got.Table, got.From, got.Flags, got.AskPerson, sum)
		}
	}
	for code, first := range map[string]string{"FR": "2013-01-01", "PT": "2013-07-01"} {
		c := claim(law.Sale, law.Business)
		for due, want := range map[calendar.Date]int64{on(first): 4000, on(first).AddDays(-1): 0} {
			if c.Due = due; c.Due.Before(c.Issued) {
				c.Issued = c.Due
			}
			if sum, _ := place(t, code).Compensation(c); sum.Cents != want {
				t.Errorf("%s, due on %s: %s", code, due, sum)
			}
			if costs, ok := place(t, code).CostRule(c, law.AsCreditor); !ok || costs.Claim != (want > 0) {
				t.Errorf("%s, due on %s: costs of collecting by %s", code, due, costs.Code)
			}
		}
	}
}

func TestAPaymentIsImputedInTheOrderOfEachCountry(t *testing.T) {
	for code, want := range map[string][]law.Component{
		"ES":    {law.Costs, law.Interest, law.Compensation, law.Principal},
		"ES-CT": {law.Costs, law.Interest, law.Compensation, law.Principal},
		"FR":    {law.Costs, law.Interest, law.Compensation, law.Principal},
		"PT":    {law.Costs, law.Compensation, law.Interest, law.Principal},
	} {
		if got := place(t, code).Order(); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", code, got, want)
		}
	}
}

func TestNobodyIsContactedAtNightOrOnSunday(t *testing.T) {
	spans := map[string][]law.Span{
		"ES": {{From: 540, To: 1200}}, "FR": {{From: 600, To: 780}, {From: 840, To: 1200}}, "PT": {{From: 540, To: 1200}},
	}
	calls := map[string]int{"ES": 3, "FR": 2, "PT": 3}
	for _, j := range countries.All() {
		for _, debtor := range []law.Party{law.Business, law.Consumer, law.Public} {
			c := j.Contact(debtor)
			if c.Days != [7]bool{false, true, true, true, true, true, false} || !slices.Equal(c.Spans, spans[j.Country]) {
				t.Errorf("%s, %s: %v %v", j.Code, debtor, c.Days, c.Spans)
			}
			if c.CallsMax != calls[j.Country] || c.CallsDays != 7 || c.MessageMax != 2 || c.MessageDays != 7 || c.Source.Text == "" || c.Status == "" {
				t.Errorf("%s, %s: %+v", j.Code, debtor, c)
			}
			c.Spans[0] = law.Span{} // the caller's copy
			if j.Contact(debtor).Spans[0] == c.Spans[0] {
				t.Errorf("%s: a caller may change the table", j.Code)
			}
		}
	}
}

func TestTalks(t *testing.T) {
	for _, tt := range []struct {
		name                     string
		r                        law.Request
		ends, earliest, deadline string
	}{
		{"an answer keeps the talks open", law.Request{Attempted: on("2026-05-04"), Received: on("2026-05-06"), Answered: on("2026-06-05")}, "", "", ""},
		{"an answer on the thirty-first day comes too late", law.Request{Received: on("2026-05-06"), Answered: on("2026-06-06")}, "2026-06-05", "2026-06-06", "2027-05-06"},
		{"thirty days after a proposal", law.Request{Received: on("2026-05-06"), Answered: on("2026-05-10"), Proposed: on("2026-05-20")}, "2026-06-19", "2026-06-20", "2027-06-19"},
		{"three months after the first meeting", law.Request{Received: on("2026-05-06"), Met: on("2026-05-31")}, "2026-08-31", "2026-09-01", "2027-08-31"},
		{"a written end", law.Request{Received: on("2026-05-06"), Answered: on("2026-05-10"), Closed: on("2026-05-12")}, "2026-05-12", "2026-05-13", "2027-05-12"},
		{"a request that never arrived opens no way to court", law.Request{Attempted: on("2026-05-04")}, "", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := law.TalksOf(tt.r)
			if got.EndsAt.String() != tt.ends || got.EarliestFiling.String() != tt.earliest || got.FilingDeadline.String() != tt.deadline {
				t.Errorf("got %s, %s, %s; want %s, %s, %s", got.EndsAt, got.EarliestFiling, got.FilingDeadline, tt.ends, tt.earliest, tt.deadline)
			}
		})
	}
}

func BenchmarkTenYearsOfInterest(b *testing.B) {
	j := place(b, "ES")
	c := claim(law.Services, law.Business)
	c.Due = on("2015-12-31")
	terms := j.InterestTerms(c)
	b.ReportAllocs()
	for b.Loop() {
		j.Accrue(terms, money.EUR(10_000_00), on("2016-01-01"), on("2025-12-31"))
	}
}
