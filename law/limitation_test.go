package law_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/law/lawtest"
)

var on = calendar.Must

// place is the law of a code such as ES-CT.
func place(t testing.TB, code string) *law.Jurisdiction {
	t.Helper()
	j := lawtest.For(code)
	if j == nil {
		t.Fatalf("no law of %s", code)
	}
	return j
}

// claim is a claim by a business, due on 1 March 2024 and known otherwise only
// by its kind and debtor.
func claim(kind law.ClaimKind, debtor law.Party) law.Claim {
	return law.Claim{Kind: kind, Creditor: law.Business, Debtor: debtor, Issued: on("2024-02-01"), Due: on("2024-03-01"), Provided: on("2024-01-31")}
}

func TestEveryKindOfClaimFindsItsPeriod(t *testing.T) {
	for _, tt := range []struct {
		place  string
		kind   law.ClaimKind
		debtor law.Party
		rule   string
		last   string
	}{
		{"ES", law.Sale, law.Business, "es_cc_1964", "2029-03-01"},
		{"ES", law.Sale, law.Consumer, "es_cc_1967", "2027-03-01"},
		{"ES", law.Services, law.Business, "es_cc_1964", "2029-03-01"},
		{"ES", law.ProfessionalFees, law.Consumer, "es_cc_1967", "2027-01-31"},
		{"ES", law.Rent, law.Consumer, "es_cc_1966", "2029-03-01"},
		{"ES", law.Utilities, law.Business, "es_cc_1966", "2029-03-01"},
		{"ES", law.Condominium, law.Consumer, "es_cc_1966", "2029-03-01"},
		{"ES", law.Loan, law.Consumer, "es_cc_1964", "2029-03-01"},
		{"ES", law.Carriage, law.Business, "es_lctt_79", "2025-03-01"},
		{"ES", law.Services, law.Public, "es_lgp_25", "2028-01-31"},
		{"ES-CT", law.Services, law.Consumer, "es_ct_121_21", "2027-03-01"},
		{"ES-CT", law.Sale, law.Consumer, "es_ct_121_21", "2027-03-01"},
		{"ES-CT", law.Telecom, law.Consumer, "es_ct_121_21", "2027-03-01"},
		{"ES-CT", law.Condominium, law.Consumer, "es_ct_121_21", "2027-03-01"},
		{"ES-CT", law.Sale, law.Business, "es_ct_121_20", "2034-03-01"},
		{"ES-CT", law.Loan, law.Consumer, "es_ct_121_20", "2034-03-01"},
		{"ES-CT", law.Services, law.Public, "es_lgp_25", "2028-01-31"},
		{"ES-NC", law.Sale, law.Business, "es_nc_35", "2029-03-01"},
		{"ES-GA", law.Sale, law.Business, "es_cc_1964", "2029-03-01"},
		{"FR", law.Sale, law.Business, "fr_ccom_l110_4", "2029-03-01"},
		{"FR", law.Sale, law.Consumer, "fr_conso_l218_2", "2026-03-01"},
		{"FR", law.Utilities, law.Consumer, "fr_conso_l218_2", "2026-03-01"},
		{"FR", law.Loan, law.Consumer, "fr_conso_r312_35", "2026-03-01"},
		{"FR", law.Telecom, law.Business, "fr_cpce_l34_2", "2025-03-01"},
		{"FR", law.Carriage, law.Business, "fr_ccom_l133_6", "2025-01-31"},
		{"FR", law.Rent, law.Consumer, "fr_rent_7_1", "2027-03-01"},
		{"FR", law.Rent, law.Business, "fr_cc_2224", "2029-03-01"},
		{"FR", law.Condominium, law.Consumer, "fr_cc_2224", "2029-03-01"},
		{"PT", law.Sale, law.Business, "pt_cc_309", "2044-03-01"},
		{"PT", law.Sale, law.Consumer, "pt_cc_317", "2026-03-02"}, // 1 March 2026 is a Sunday
		{"PT", law.ProfessionalFees, law.Business, "pt_cc_317", "2026-03-02"},
		{"PT", law.Rent, law.Consumer, "pt_cc_310", "2029-03-01"},
		{"PT", law.Subscription, law.Business, "pt_cc_310", "2029-03-01"},
		{"PT", law.Utilities, law.Business, "pt_lspe_10", "2024-07-31"},
		{"PT", law.Telecom, law.Consumer, "pt_lspe_10", "2024-07-31"},
		{"PT", law.Carriage, law.Business, "pt_cmr_32", "2025-01-31"},
	} {
		t.Run(fmt.Sprint(tt.place, " ", tt.kind, " on ", tt.debtor), func(t *testing.T) {
			k := place(t, tt.place).Limitation(claim(tt.kind, tt.debtor), nil)
			if k.Rule != tt.rule || k.LastDay != on(tt.last) {
				t.Errorf("%s until %s, want %s until %s", k.Rule, k.LastDay, tt.rule, tt.last)
			}
		})
	}
}

func TestNoClaimIsLeftWithoutAnAnswerThatNamesItsArticle(t *testing.T) {
	for _, j := range countries.All() {
		for _, kind := range law.ClaimKinds {
			for _, creditor := range []law.Party{law.Business, law.Consumer, law.Public} {
				for _, debtor := range []law.Party{law.Business, law.Consumer, law.Public} {
					c := claim(kind, debtor)
					c.Creditor = creditor
					k := j.Limitation(c, nil)
					if k.Rule == "" || k.LastDay.IsZero() || k.Status == "" || k.Cautious.After(k.LastDay) || k.PrescribedFrom != k.LastDay.AddDays(1) {
						t.Errorf("%s: %s of %s on %s: %+v", j.Code, kind, creditor, debtor, k)
					}
					terms := j.InterestTerms(c)
					if terms.Table == law.None || terms.Article == "" || terms.Why == "" || terms.Status == "" {
						t.Errorf("%s: %s of %s on %s: %+v", j.Code, kind, creditor, debtor, terms)
					}
				}
			}
		}
	}
}

func TestWhatInterruptsIsEachCountrysOwn(t *testing.T) {
	const none, stops, again, late = law.NoEffect, law.Suspends, law.Interrupts, law.Late
	for _, tt := range []struct {
		act  law.Act
		want map[string]law.Effect
	}{
		{law.Act{Type: "letter"}, map[string]law.Effect{"ES": none, "ES-CT": none, "FR": none, "PT": none}},
		{law.Act{Type: "email"}, map[string]law.Effect{"ES": none, "ES-CT": none, "FR": none, "PT": none}},
		{law.Act{Type: "call"}, map[string]law.Effect{"ES": none, "ES-CT": none, "FR": none, "PT": none}},
		{law.Act{Type: "letter", Outcome: "received"}, map[string]law.Effect{"ES": again, "ES-CT": again, "FR": none, "PT": none}},
		{law.Act{Type: "email", Outcome: "returned_unknown"}, map[string]law.Effect{"ES": none, "ES-CT": none, "FR": none, "PT": none}},
		{law.Act{Type: "registered_letter"}, map[string]law.Effect{"ES": again, "ES-CT": again, "FR": none, "PT": none}},
		{law.Act{Type: "registered_letter", Outcome: "returned_unknown"}, map[string]law.Effect{"ES": none, "ES-CT": none, "FR": none, "PT": none}},
		{law.Act{Type: "burofax_received"}, map[string]law.Effect{"ES": again, "ES-CT": again, "ES-NC": again, "FR": none, "PT": none}},
		{law.Act{Type: "burofax_refused"}, map[string]law.Effect{"ES": again, "ES-CT": again, "FR": none, "PT": none}},
		{law.Act{Type: "burofax_left_notice"}, map[string]law.Effect{"ES": again, "ES-CT": again, "FR": none, "PT": none}},
		{law.Act{Type: "burofax_returned_unknown"}, map[string]law.Effect{"ES": none, "ES-CT": none, "FR": none, "PT": none}},
		{law.Act{Type: "acknowledgment"}, map[string]law.Effect{"ES": again, "ES-CT": again, "FR": again, "PT": again}},
		{law.Act{Type: "part_payment"}, map[string]law.Effect{"ES": again, "ES-CT": again, "FR": again, "PT": again}},
		{law.Act{Type: "instalment_request"}, map[string]law.Effect{"ES": again, "ES-CT": again, "FR": again, "PT": again}},
		{law.Act{Type: "promise_of_payment"}, map[string]law.Effect{"ES": none, "ES-CT": none, "FR": none, "PT": none}},
		{law.Act{Type: "court_claim"}, map[string]law.Effect{"ES": again, "ES-CT": again, "FR": again, "PT": again}},
		{law.Act{Type: "court_claim", Outcome: "withdrawn"}, map[string]law.Effect{"ES": again, "FR": none, "PT": again}},
		{law.Act{Type: "payment_order_petition"}, map[string]law.Effect{"ES": again, "ES-CT": again, "FR": none, "PT": again}},
		{law.Act{Type: "payment_order_served"}, map[string]law.Effect{"ES": again, "ES-CT": again, "FR": again, "PT": again}},
		{law.Act{Type: "enforcement"}, map[string]law.Effect{"ES": again, "ES-CT": again, "FR": again, "PT": again}},
		{law.Act{Type: "conservatory_measure"}, map[string]law.Effect{"ES": again, "ES-CT": again, "FR": again, "PT": again}},
		{law.Act{Type: "negotiation_request"}, map[string]law.Effect{"ES": again, "ES-CT": again, "ES-NC": again, "FR": none, "PT": none}},
		{law.Act{Type: "mediation", End: on("2025-06-01")}, map[string]law.Effect{"ES": stops, "ES-CT": stops, "ES-NC": stops, "FR": stops, "PT": stops}},
		{law.Act{Type: "conciliation", End: on("2025-06-01")}, map[string]law.Effect{"ES": stops, "ES-CT": stops, "ES-NC": again, "FR": stops, "PT": stops}},
		{law.Act{Type: "small_claims_procedure_accepted", End: on("2025-06-01")}, map[string]law.Effect{"ES": none, "ES-CT": none, "FR": stops, "PT": none}},
		{law.Act{Type: "pigeon"}, map[string]law.Effect{"ES": none, "ES-CT": none, "FR": none, "PT": none}},
	} {
		for code, want := range tt.want {
			t.Run(strings.Join([]string{code, tt.act.Type, tt.act.Outcome}, " "), func(t *testing.T) {
				j, c := place(t, code), claim(law.Sale, law.Business)
				before := j.Limitation(c, nil).LastDay
				a := tt.act
				a.Date = on("2025-05-01")
				k := j.Limitation(c, []law.Act{a})
				if k.Acts[0].Effect != want {
					t.Fatalf("%s %q, want %s", k.Acts[0].Effect, k.Acts[0].Flag, want)
				}
				if moved := k.LastDay != before; moved != (want != none) {
					t.Errorf("the last day was %s and is %s", before, k.LastDay)
				}
				a.Date = before.AddDays(1)
				if a.End = (calendar.Date{}); want == none {
					return
				}
				k = j.Limitation(c, []law.Act{a})
				if k.Acts[0].Effect != late || k.LastDay != before {
					t.Errorf("after the last day: %s until %s, want late until %s", k.Acts[0].Effect, k.LastDay, before)
				}
			})
		}
	}
}

func TestEveryPlaceKnowsEveryTypeOfAct(t *testing.T) {
	types := strings.Fields(`letter registered_letter burofax_received burofax_refused burofax_left_notice burofax_returned_unknown
		email call acknowledgment part_payment instalment_request court_claim payment_order_petition payment_order_served enforcement
		conservatory_measure negotiation_request mediation conciliation small_claims_procedure_accepted written_claim promise_of_payment`)
	for _, j := range countries.All() {
		for _, kind := range law.ClaimKinds {
			for _, typ := range types {
				k := j.Limitation(claim(kind, law.Business), []law.Act{{Type: typ, Date: on("2024-04-01")}})
				if k.Acts[0].Flag == "unknown_act" || k.Acts[0].Article == "" {
					t.Errorf("%s has no row for a %s on %s", j.Code, typ, kind)
				}
			}
		}
	}
}

func TestLimitation(t *testing.T) {
	sale, fees := claim(law.Sale, law.Business), claim(law.Services, law.Business)
	shop := claim(law.Sale, law.Consumer)
	old := func(due string) law.Claim {
		c := claim(law.Other, law.Business)
		c.Due = on(due)
		return c
	}
	noService := claim(law.Utilities, law.Consumer)
	noService.Provided = calendar.Date{}
	power := claim(law.Utilities, law.Consumer)
	freight := claim(law.Carriage, law.Business)
	loan := claim(law.Loan, law.Consumer)
	for _, tt := range []struct {
		name, place string
		c           law.Claim
		acts        []law.Act
		last        string
		cautious    string // as last, where empty
		flags       string // that are among the flags
		ask         bool
	}{
		{name: "ES: born the day before the reform, the end is five years after it", place: "ES", c: old("2015-10-06"), last: "2020-12-28", flags: "ccom_944_argument"},
		{name: "ES: born on the day of the reform, five years", place: "ES", c: old("2015-10-07"), last: "2020-12-28"},
		{name: "ES: an interruption after the reform gives five years", place: "ES", c: old("2012-06-30"), acts: []law.Act{{Type: "burofax_received", Date: on("2018-02-01")}}, last: "2023-04-24"},
		{name: "ES: services of a company may be those of art. 1967, from their end", place: "ES", c: fees, last: "2029-03-01", cautious: "2027-01-31", flags: "art_1967_scope_debated"},
		{name: "ES: goods to a merchant of another trade have three years", place: "ES", c: sale, last: "2029-03-01", cautious: "2027-03-01", flags: "art_1967_other_trade"},
		{name: "ES: a registered letter counts, without its receipt not for the cautious", place: "ES", c: shop, acts: []law.Act{{Type: "registered_letter", Date: on("2025-05-01")}}, last: "2028-05-01", cautious: "2027-03-01", flags: "no_proof_of_receipt"},
		{name: "ES: a registered letter with its receipt counts for all", place: "ES", c: shop, acts: []law.Act{{Type: "registered_letter", Outcome: "received", Date: on("2025-05-01")}}, last: "2028-05-01"},
		{name: "ES: a payment after the last day asks a person", place: "ES", c: shop, acts: []law.Act{{Type: "part_payment", Date: on("2027-03-02")}}, last: "2027-03-01", flags: "possible_waiver", ask: true},
		{name: "ES: a payment on the last day is in time", place: "ES", c: shop, acts: []law.Act{{Type: "part_payment", Date: on("2027-03-01")}}, last: "2030-03-01"},
		{name: "ES: a payment before the due date interrupts nothing", place: "ES", c: shop, acts: []law.Act{{Type: "part_payment", Date: on("2024-02-20")}}, last: "2027-03-01"},
		{name: "ES: a clock that ends on the first suspended day stands still that day", place: "ES", c: old("2005-03-14"), last: "2020-06-04"},
		{name: "ES: a clock that ends the day before does not", place: "ES", c: old("2005-03-13"), last: "2020-03-13"},
		{name: "ES: days under two suspensions at once count once", place: "ES", c: old("2016-05-01"), acts: []law.Act{{Type: "mediation", Date: on("2020-05-01"), End: on("2020-06-14")}}, last: "2021-08-01"},
		{name: "ES: a suspension within another adds nothing", place: "ES", c: old("2016-05-01"), acts: []law.Act{{Type: "mediation", Date: on("2020-04-01"), End: on("2020-05-01")}}, last: "2021-07-22"},
		{name: "ES: acts count by their day, not by their order", place: "ES", c: shop, acts: []law.Act{{Type: "acknowledgment", Date: on("2029-01-01")}, {Type: "acknowledgment", Date: on("2026-06-01")}}, last: "2032-01-01"},
		{name: "ES: talks restart the clock when the thirty days have passed", place: "ES", c: shop, acts: []law.Act{{Type: "negotiation_request", Date: on("2025-05-01")}}, last: "2028-05-31"},
		{name: "ES: an act within talks does not shorten what they gave", place: "ES", c: shop, acts: []law.Act{{Type: "negotiation_request", Date: on("2025-05-01"), End: on("2025-08-01")}, {Type: "acknowledgment", Date: on("2025-06-01")}}, last: "2028-08-01"},
		{name: "ES: a court claim restarts the clock when the case ends", place: "ES", c: shop, acts: []law.Act{{Type: "court_claim", Date: on("2025-05-01"), End: on("2026-05-01"), Outcome: "upheld"}}, last: "2029-05-01", flags: "judgment_has_its_own_period", ask: true},
		{name: "ES: a court claim that lapsed is for a person to read", place: "ES", c: shop, acts: []law.Act{{Type: "court_claim", Date: on("2025-05-01"), End: on("2026-05-01"), Outcome: "lapsed"}}, last: "2029-05-01", cautious: "2027-03-01", flags: "court_claim_lapsed", ask: true},
		{name: "ES: a written claim stops the clock of carriage once", place: "ES", c: freight, acts: []law.Act{
			{Type: "written_claim", Date: on("2024-06-01"), End: on("2024-06-11")}, {Type: "written_claim", Date: on("2024-07-01"), End: on("2024-09-01")},
		}, last: "2025-03-11", flags: "carriage_contract_date"},
		{name: "ES: a mediation that still runs adds nothing yet", place: "ES", c: shop, acts: []law.Act{{Type: "mediation", Date: on("2025-05-01")}}, last: "2027-03-01", flags: "suspension_open", ask: true},
		{name: "ES-CT: a commercial sale may be under the common law", place: "ES-CT", c: sale, last: "2034-03-01", cautious: "2027-03-01", flags: "region_law_debated"},
		{name: "ES-CT: a consumer's debt is under Catalan law", place: "ES-CT", c: shop, last: "2027-03-01"},
		{name: "ES-CT: thirty years from the birth of the claim end everything", place: "ES-CT", c: old("2004-06-01"), acts: []law.Act{{Type: "acknowledgment", Date: on("2014-01-01")}, {Type: "acknowledgment", Date: on("2023-12-31")}, {Type: "acknowledgment", Date: on("2033-12-31")}}, last: "2034-06-01", cautious: "2020-12-28", flags: "es_ct_121_24"},
		{name: "ES-CT: a claim older than the Catalan code asks a person", place: "ES-CT", c: old("2003-12-31"), last: "2013-12-31", flags: "earlier_law", ask: true, cautious: "2013-12-31"},
		{name: "ES-CT: a flaw of procedure restarts from the filing", place: "ES-CT", c: shop, acts: []law.Act{{Type: "court_claim", Date: on("2025-05-01"), End: on("2026-05-01"), Outcome: "procedural_flaw"}}, last: "2028-05-01"},
		{name: "ES-NC: fees may have a shorter period in Navarre", place: "ES-NC", c: claim(law.ProfessionalFees, law.Consumer), last: "2029-03-01", cautious: "2027-01-31", flags: "navarre_special_periods", ask: true},
		{name: "ES-AR: periods of the common law are to be confirmed", place: "ES-AR", c: shop, last: "2027-03-01", flags: "region_common_periods_to_confirm"},
		{name: "FR: a court claim that was withdrawn never interrupted", place: "FR", c: sale, acts: []law.Act{{Type: "court_claim", Date: on("2025-05-01"), End: on("2026-05-01"), Outcome: "withdrawn"}}, last: "2029-03-01"},
		{name: "FR: after a mediation at least six months remain", place: "FR", c: shop, acts: []law.Act{{Type: "mediation", Date: on("2026-02-20"), End: on("2026-03-10")}}, last: "2026-09-10"},
		{name: "FR: forclusion is not stopped by an acknowledgement", place: "FR", c: loan, acts: []law.Act{{Type: "acknowledgment", Date: on("2025-05-01")}}, last: "2026-03-01", flags: "first_missed_instalment", ask: true},
		{name: "FR: forclusion is stopped by a court claim", place: "FR", c: loan, acts: []law.Act{{Type: "court_claim", Date: on("2025-05-01")}}, last: "2027-05-01", flags: "court_claim_pending"},
		{name: "FR: twenty years end what letters of acknowledgement keep alive", place: "FR", c: old("2009-03-02"), acts: []law.Act{{Type: "acknowledgment", Date: on("2014-03-01")}, {Type: "acknowledgment", Date: on("2019-03-01")}, {Type: "acknowledgment", Date: on("2024-02-28")}, {Type: "acknowledgment", Date: on("2028-12-31")}}, last: "2029-03-02", flags: "fr_cc_2232"},
		{name: "FR: a court claim goes beyond the twenty years", place: "FR", c: old("2009-03-02"), acts: []law.Act{{Type: "acknowledgment", Date: on("2014-03-01")}, {Type: "acknowledgment", Date: on("2019-03-01")}, {Type: "acknowledgment", Date: on("2024-02-28")}, {Type: "court_claim", Date: on("2028-12-31")}}, last: "2033-12-31", flags: "court_claim_pending"},
		{name: "FR: a public debtor asks a person, and the cautious day is four years from the year's end", place: "FR", c: claim(law.Services, law.Public), last: "2029-03-01", cautious: "2028-12-31", flags: "public_debtor_four_years", ask: true},
		{name: "FR: a claim older than the reform of 2008 asks a person", place: "FR", c: old("2008-06-18"), last: "2013-06-18", flags: "earlier_law", ask: true},
		{name: "PT: a service whose end is not known asks a person", place: "PT", c: noService, last: "2024-08-01", flags: "provided_unknown", ask: true},
		{name: "PT: an acknowledgement interrupts, but not the six months to file", place: "PT", c: power, acts: []law.Act{{Type: "acknowledgment", Date: on("2024-05-06")}}, last: "2024-11-06", cautious: "2024-07-31", flags: "filing_within_six_months"},
		{name: "PT: a Sunday moves to Monday, not for the cautious", place: "PT", c: shop, last: "2026-03-02", cautious: "2026-03-01", flags: "presumptive"},
		{name: "PT: Christmas Day moves over the weekend behind it", place: "PT", c: func() law.Claim { c := shop; c.Due = on("2024-12-25"); return c }(), last: "2026-12-28", cautious: "2026-12-25"},
		{name: "PT: the suspensions of the pandemic are not counted until confirmed", place: "PT", c: func() law.Claim { c := claim(law.Rent, law.Consumer); c.Due = on("2018-05-02"); return c }(), last: "2023-05-02", flags: "pt_covid_2020 pt_covid_2021"},
		{name: "PT: a court claim filed in the last five days is served too late", place: "PT", c: power, acts: []law.Act{{Type: "court_claim", Date: on("2024-07-29")}}, last: "2024-07-31", ask: true},
		{name: "PT: a court claim counts from five days after the request", place: "PT", c: claim(law.Rent, law.Consumer), acts: []law.Act{{Type: "court_claim", Date: on("2025-05-01")}}, last: "2030-05-06", flags: "court_claim_pending"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			given := slices.Clone(tt.acts)
			k := place(t, tt.place).Limitation(tt.c, tt.acts)
			if tt.cautious == "" {
				tt.cautious = tt.last
			}
			if k.LastDay != on(tt.last) || k.Cautious != on(tt.cautious) || k.AskPerson != tt.ask {
				t.Errorf("last day %s, cautious %s, ask %t; want %s, %s, %t (%v)", k.LastDay, k.Cautious, k.AskPerson, tt.last, tt.cautious, tt.ask, k.Flags)
			}
			for _, f := range strings.Fields(tt.flags) {
				if !slices.Contains(k.Flags, f) {
					t.Errorf("flags %v lack %s", k.Flags, f)
				}
			}
			if !slices.Equal(given, tt.acts) {
				t.Error("the caller's acts were changed")
			}
		})
	}
}

func TestWhatTheDebtorPaidBeforeTheDueDateIsNoInterruption(t *testing.T) {
	k := place(t, "ES").Limitation(claim(law.Sale, law.Consumer), []law.Act{{Type: "part_payment", Date: on("2024-02-20")}})
	if a := k.Acts[0]; a.Effect != law.NoEffect || a.Flag != "before_the_period" {
		t.Errorf("%s %q", a.Effect, a.Flag)
	}
}

func TestEachActSaysWhereTheClockStoodAfterIt(t *testing.T) {
	k := place(t, "ES").Limitation(claim(law.Sale, law.Consumer), []law.Act{
		{Type: "letter", Date: on("2025-01-10")}, {Type: "burofax_received", Date: on("2025-05-01"), Ref: "doc-1"}, {Type: "acknowledgment", Date: on("2028-05-02")},
	})
	var got []string
	for _, a := range k.Acts {
		got = append(got, strings.TrimSpace(fmt.Sprint(a.Act.Type, " ", a.Effect, " ", a.LastDay, " ", a.Flag)))
	}
	want := []string{
		"letter none 2027-03-01 no_proof_of_receipt", "burofax_received interrupts 2028-05-01", "acknowledgment late 2028-05-01 possible_waiver_art_1935",
	}
	if !slices.Equal(got, want) || k.Acts[1].Act.Ref != "doc-1" || k.Acts[1].Article != "Código Civil art. 1973" {
		t.Errorf("got %q, want %q", got, want)
	}
	if k.Period != "3 years" || k.Article != "Código Civil art. 1967.4" || k.Anchor != on("2025-05-01") {
		t.Errorf("%s, %s, from %s", k.Period, k.Article, k.Anchor)
	}
}

func BenchmarkLimitationWithTenActs(b *testing.B) {
	j, c := place(b, "ES"), claim(law.Services, law.Business)
	var acts []law.Act
	for i := range 10 {
		acts = append(acts, law.Act{Type: []string{"burofax_received", "email", "part_payment"}[i%3], Date: c.Due.AddDays(30 * (i + 1))})
	}
	b.ReportAllocs()
	for b.Loop() {
		j.Limitation(c, acts)
	}
}

func TestAHomeInCataloniaIsReadBothWaysWhereNobodySaidWhichLawGoverns(t *testing.T) {
	c := law.Claim{Kind: law.Rent, Creditor: law.Business, Debtor: law.Consumer, Issued: calendar.Must("2023-01-02"), Due: calendar.Must("2023-02-01"), Home: "CT"}
	k := place(t, "ES").Limitation(c, nil)
	if k.LastDay.String() != "2028-02-01" || k.Cautious.String() != "2026-02-01" || !k.AskPerson || !slices.Contains(k.Flags, "region_not_given") {
		t.Errorf("last day %s, cautious %s, asks %v, flags %v", k.LastDay, k.Cautious, k.AskPerson, k.Flags)
	}
	c.Kind = law.Loan // ten years in Catalonia: the five of the common law are the cautious ones
	if k = place(t, "ES").Limitation(c, nil); !k.AskPerson || !k.Cautious.IsZero() && k.Cautious != k.LastDay {
		t.Errorf("of a loan: last day %s, cautious %s, asks %v", k.LastDay, k.Cautious, k.AskPerson)
	}
	c.Home = ""
	if k = place(t, "ES").Limitation(c, nil); slices.Contains(k.Flags, "region_not_given") {
		t.Error("who lives elsewhere is asked about too")
	}
}
