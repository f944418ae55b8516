package law_test

import (
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/money"
)

func eur(t testing.TB, s string) money.Amount {
	t.Helper()
	a, err := money.Parse(s, "EUR")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// late are the terms of a debt between businesses, due on a day.
func late(t testing.TB, code, due string) (*law.Jurisdiction, law.InterestTerms) {
	t.Helper()
	c := claim(law.Services, law.Business)
	c.Due = on(due)
	j := place(t, code)
	return j, j.InterestTerms(c)
}

func TestPaymentsAreImputedInTheOrderOfTheCountry(t *testing.T) {
	for _, tt := range []struct {
		name, place                               string
		order                                     []law.Component
		costs, interest, compensation, principal  string // where the payment of 100 goes
		openCompensation, openInterest, openTotal string
	}{
		// 10000 x 10.15 % x 59 / 365 = 164.0685 by 31 March.
		{"ES 1173: costs, interest, compensation, principal", "ES", nil, "30.00", "70.00", "0.00", "0.00", "40.00", "94.07", "10134.07"},
		{"PT 785: costs, compensation, interest, principal", "PT", nil, "30.00", "30.00", "40.00", "0.00", "0.00", "134.07", "10134.07"},
		{"an order of one's own", "ES", []law.Component{law.Principal, law.Interest}, "0.00", "0.00", "0.00", "100.00", "40.00", "164.07", "10134.07"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j, terms := late(t, tt.place, "2026-01-31")
			r := j.Reckon(terms, law.Owed{
				Principal: eur(t, "10000"), Compensation: eur(t, "40"), Costs: eur(t, "30"), Order: tt.order,
				Payments: []law.Paid{{Date: on("2026-03-31"), Amount: eur(t, "100")}}, Until: on("2026-03-31"),
			})
			p := r.Payments[0]
			for what, pair := range map[string][2]string{
				"costs": {p.ToCosts.Decimal(), tt.costs}, "interest": {p.ToInterest.Decimal(), tt.interest},
				"compensation": {p.ToCompensation.Decimal(), tt.compensation}, "principal": {p.ToPrincipal.Decimal(), tt.principal},
				"open compensation": {r.Compensation.Decimal(), tt.openCompensation}, "open interest": {r.Interest.Decimal(), tt.openInterest},
				"total": {r.Total.Decimal(), tt.openTotal},
			} {
				if pair[0] != pair[1] {
					t.Errorf("%s %s, want %s", what, pair[0], pair[1])
				}
			}
		})
	}
}

func TestPaymentsOverTimeLeaveWhatIsOpenToTheCent(t *testing.T) {
	j, terms := late(t, "ES", "2026-06-30")
	r := j.Reckon(terms, law.Owed{Principal: eur(t, "5000"), Until: on("2026-12-31"), Payments: []law.Paid{
		{Date: on("2027-01-01"), Amount: eur(t, "5")},
		{Date: on("2026-10-28"), Amount: eur(t, "5000")}, // 69.84 interest, 4085.48 principal, 844.68 too much
		{Date: on("2026-08-29"), Amount: eur(t, "1000")}, // 85.48 interest, 914.52 principal
	}})
	if len(r.Payments) != 2 || r.Payments[0].ToPrincipal != eur(t, "914.52") || r.Payments[1].ToPrincipal != eur(t, "4085.48") || r.Credit != eur(t, "844.68") {
		t.Errorf("%+v", r)
	}
	if !r.Total.IsZero() || len(r.Lines) != 2 || strings.Join(r.Flags, " ") != "payment_after_until" {
		t.Errorf("%s open, %d lines, flags %v", r.Total, len(r.Lines), r.Flags)
	}
}

func TestDaysWithoutARateAreInNoTotal(t *testing.T) {
	j, terms := late(t, "ES", "2026-12-01")
	r := j.Reckon(terms, law.Owed{Principal: eur(t, "3650"), Until: on("2027-01-10")})
	// 3650 x 10.40 % / 365 = 1.04 a day: thirty days in December, ten in January.
	if !r.RateMissing || r.Interest != eur(t, "31.20") || r.Estimate != eur(t, "10.40") || r.Total != eur(t, "3681.20") {
		t.Errorf("%+v", r)
	}
}

func TestACurrencyWithoutARateBearsNothingAndAsks(t *testing.T) {
	j, terms := late(t, "ES", "2026-06-30")
	r := j.Reckon(terms, law.Owed{Principal: money.Of(500000, "USD"), Until: on("2026-12-31")})
	if len(r.Lines) != 0 || !r.AskPerson || strings.Join(r.Flags, " ") != "currency_without_rate" || r.Total != money.Of(500000, "USD") {
		t.Errorf("%+v", r)
	}
	agreed := terms
	agreed.Table, agreed.Rate = law.Contract, percent("8")
	if r := j.Reckon(agreed, law.Owed{Principal: money.Of(500000, "USD"), Until: on("2026-12-31")}); r.Interest != money.Of(20164, "USD") {
		t.Errorf("an agreed rate: %+v", r) // 5000 x 8 % x 184 / 365 = 201.6438
	}
}

func TestALeapYearHas366DaysUnderActAct(t *testing.T) {
	j := place(t, "PT")
	terms := law.InterestTerms{Table: "pt_civil", From: on("2023-12-01"), Article: "art. 559", Status: law.Verified, DayCount: law.ActAct}
	for _, tt := range []struct {
		name, from, to string
		want           string // the lines: last day, days, year, interest
	}{
		// 36500 and 36600 make a day's interest at 4 % easy to see: 3650 x 4 % = 146 a year.
		{"a whole leap year bears a year's interest", "2024-01-01", "2024-12-31", "2024-12-31 366 366 146.00"},
		{"a common year", "2025-01-01", "2025-12-31", "2025-12-31 365 0 146.00"},
		{"two common years are one line", "2025-01-01", "2026-12-31", "2026-12-31 730 0 292.00"},
		{"a line ends where the length of the year changes", "2023-12-01", "2024-01-31", "2023-12-31 31 0 12.40; 2024-01-31 31 366 12.37"},
		{"and begins again after it", "2024-12-01", "2025-01-31", "2024-12-31 31 366 12.37; 2025-01-31 31 0 12.40"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, l := range j.Accrue(terms, eur(t, "3650"), on(tt.from), on(tt.to)) {
				got = append(got, strings.Join([]string{l.To.String(), num(l.Days), num(l.YearDays), l.Interest.Decimal()}, " "))
			}
			if s := strings.Join(got, "; "); s != tt.want {
				t.Errorf("%s, want %s", s, tt.want)
			}
		})
	}
}

func num(n int) string { return strconv.Itoa(n) }

func TestImputationSumsToThePayments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j := rapid.SampledFrom(countries.All()).Draw(t, "place")
		c, _ := anything(t)
		c.Demanded = c.Due
		terms := j.InterestTerms(c)
		until := c.Due.AddDays(rapid.IntRange(0, 4000).Draw(t, "until"))
		o := law.Owed{Principal: money.EUR(rapid.Int64Range(1, 5_000_00).Draw(t, "principal")), Compensation: money.EUR(4000), Costs: money.EUR(1234), Until: until}
		var paid int64
		for range rapid.IntRange(0, 6).Draw(t, "payments") {
			p := law.Paid{Date: c.Due.AddDays(rapid.IntRange(-100, 1000).Draw(t, "day")), Amount: money.EUR(rapid.Int64Range(1, 3_000_00).Draw(t, "sum"))}
			if !p.Date.After(until) {
				paid += p.Amount.Cents
			}
			o.Payments = append(o.Payments, p)
		}
		r := j.Reckon(terms, o)
		var parts, surplus, interest int64
		for _, p := range r.Payments {
			sum := p.ToCosts.Plus(p.ToInterest).Plus(p.ToCompensation).Plus(p.ToPrincipal)
			if sum.Plus(p.Surplus) != p.Amount {
				t.Fatalf("%+v", p)
			}
			parts += sum.Cents
			surplus += p.Surplus.Cents
		}
		for _, l := range r.Lines {
			if !l.Missing {
				interest += l.Interest.Cents
			}
		}
		if parts+surplus != paid || surplus != r.Credit.Cents {
			t.Fatalf("%d imputed and %d too much of %d paid", parts, surplus, paid)
		}
		if owed := o.Principal.Cents + 4000 + 1234 + interest; owed-parts != r.Total.Cents {
			t.Fatalf("%d owed less %d paid is not %s", owed, parts, r.Total)
		}
	})
}

func TestInterestAfterAJudgment(t *testing.T) {
	for _, tt := range []struct {
		name, place string
		in          law.Judgment
		want        string // the lines: first and last day, rate, interest
		flags       string
		ask         bool
	}{
		// ES 576: 10000 x 3.25 % x 31 / 365 = 27.6027; x 5.25 % x 30 / 365 = 43.1507.
		{
			"ES 576: two points more from the day after the judgment", "ES",
			law.Judgment{Demanded: on("2026-02-28"), Given: on("2026-03-31"), Until: on("2026-04-30")},
			"2026-03-01 2026-03-31 3.25 27.60; 2026-04-01 2026-04-30 5.25 43.15", "", false,
		},
		{
			"ES: a judgment after the last day changes nothing yet", "ES",
			law.Judgment{Demanded: on("2026-02-28"), Given: on("2026-05-31"), Until: on("2026-03-31")},
			"2026-03-01 2026-03-31 3.25 27.60", "", false,
		},
		{
			"ES: the rate of late payment goes on, and a person is asked", "ES",
			law.Judgment{Table: "es_late_payment", Demanded: on("2026-02-28"), Given: on("2026-03-31"), Until: on("2026-03-31")},
			"2026-03-01 2026-03-31 10.15 86.21", "late_payment_rate_after_judgment", true,
		},
		// FR: 10000 x 2.62 % x 90 / 365 … is the legal rate; five points more from 2 June.
		{
			"FR L313-3: five points more two months after it can be enforced", "FR",
			law.Judgment{Table: "fr_legal_interest_pro", Demanded: on("2026-03-31"), Given: on("2026-03-31"), Enforceable: on("2026-04-01"), Until: on("2026-06-11")},
			"2026-04-01 2026-06-01 2.62 44.50; 2026-06-02 2026-06-11 7.62 20.88", "", false,
		},
		{
			"FR: the day it can be enforced is asked for", "FR",
			law.Judgment{Demanded: on("2026-03-31"), Given: on("2026-03-31"), Until: on("2026-04-10")},
			"2026-04-01 2026-04-10 2.62 7.18", "enforceable_day_unknown", true,
		},
		{
			"PT: the rate goes on, and what a judgment adds is asked for", "PT",
			law.Judgment{Table: "pt_civil", Demanded: on("2026-02-28"), Given: on("2026-03-31"), Until: on("2026-04-30")},
			"2026-03-01 2026-03-31 4.00 33.97; 2026-04-01 2026-04-30 4.00 32.88", "five_points_after_final_judgment", true,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.in.Principal = eur(t, "10000")
			got, ok := place(t, tt.place).Judged(tt.in)
			var lines []string
			sum := eur(t, "0")
			for _, l := range got.Lines {
				lines = append(lines, strings.Join([]string{l.From.String(), l.To.String(), l.Rate.String(), l.Interest.Decimal()}, " "))
				sum = sum.Plus(l.Interest)
			}
			if s := strings.Join(lines, "; "); !ok || s != tt.want || strings.Join(got.Flags, " ") != tt.flags || got.AskPerson != tt.ask {
				t.Errorf("%t %s %v ask %t, want %s %s %t", ok, s, got.Flags, got.AskPerson, tt.want, tt.flags, tt.ask)
			}
			if got.Interest != sum || got.Total != sum.Plus(tt.in.Principal) || !strings.Contains(got.Why, "art") || got.Article == "" {
				t.Errorf("%+v", got)
			}
		})
	}
	if _, ok := place(t, "ES").Judged(law.Judgment{Table: "fr_late_payment", Principal: eur(t, "1")}); ok {
		t.Error("a series of another place was taken")
	}
	got, _ := place(t, "ES").Judged(law.Judgment{Principal: money.Of(100, "USD"), Demanded: on("2026-02-28"), Given: on("2026-03-31"), Until: on("2026-04-30")})
	if len(got.Lines) != 0 || !got.AskPerson {
		t.Errorf("a currency without a rate: %+v", got)
	}
	for _, j := range countries.All() {
		for _, r := range j.Judgments {
			sourced(t, j, r.Code, r.Source, r.Status)
			for _, name := range append([]string{r.Table}, r.Before...) {
				if _, ok := j.Table(name); !ok && name != "" {
					t.Errorf("%s %s: no series %s", j.Code, r.Code, name)
				}
			}
		}
	}
}

func TestFortyEuroAreOwedForEachInvoice(t *testing.T) {
	got, s := place(t, "ES").CompensationFor(claim(law.Sale, law.Business), 3)
	if got != eur(t, "120") || s.Article != "art. 8" {
		t.Errorf("%s by %s", got, s)
	}
	if got, _ := place(t, "ES").CompensationFor(claim(law.Sale, law.Consumer), 3); !got.IsZero() {
		t.Errorf("a consumer owes %s", got)
	}
}

func BenchmarkTenYearsOfInterestWithFivePayments(b *testing.B) {
	j, terms := late(b, "ES", "2015-12-31")
	o := law.Owed{Principal: money.EUR(10_000_00), Compensation: money.EUR(4000), Until: on("2025-12-31")}
	for _, d := range []string{"2016-05-03", "2018-02-11", "2020-06-30", "2022-09-09", "2024-12-24"} {
		o.Payments = append(o.Payments, law.Paid{Date: calendar.Must(d), Amount: money.EUR(700_00)})
	}
	b.ReportAllocs()
	for b.Loop() {
		j.Reckon(terms, o)
	}
}

func TestAPaymentOfNothingIsLeftOutAndAsked(t *testing.T) {
	j, terms := late(t, "ES", "2026-06-30")
	r := j.Reckon(terms, law.Owed{Principal: eur(t, "100"), Until: on("2026-06-30"), Payments: []law.Paid{{Date: on("2026-05-01"), Amount: eur(t, "-5")}, {Date: on("2026-05-02"), Amount: eur(t, "0")}}})
	if len(r.Payments) != 0 || !r.AskPerson || strings.Join(r.Flags, " ") != "payment_not_positive" || r.Total != eur(t, "100") {
		t.Errorf("%+v", r)
	}
}

func TestDefaultInterestOnAConsumersLoanNamesItsCeiling(t *testing.T) {
	for kind, want := range map[law.ClaimKind]string{law.Loan: "consumer_loan_default_ceiling", law.Services: ""} {
		if terms := place(t, "ES").InterestTerms(claim(kind, law.Consumer)); strings.Join(terms.Flags, " ") != want {
			t.Errorf("%s: %v", kind, terms.Flags)
		}
	}
}
