package law_test

import (
	"os"
	"strings"
	"testing"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/money"
)

func TestPaymentTermsWhereTheContractIsSilent(t *testing.T) {
	both := law.Delivery{Received: on("2026-01-10"), Invoiced: on("2026-01-15"), GotBill: on("2026-01-20"), Approved: on("2026-02-05")}
	for _, tt := range []struct {
		name, place    string
		kind           law.ClaimKind
		debtor         law.Party
		d              law.Delivery
		silent, latest string
		flags          string
		ask            bool
	}{
		{"ES L3/2004 art. 4: thirty days from receipt, at most sixty", "ES", law.Sale, law.Business, both, "2026-02-09", "2026-03-11", "", false},
		{"ES LCSP 198.4: thirty days from approval", "ES", law.Services, law.Public, both, "2026-03-07", "", "", false},
		{"ES LCTT 41: carriage, thirty days", "ES", law.Carriage, law.Business, both, "2026-02-09", "2026-03-11", "carriage_term_start", false},
		{"ES: a day that is not known is asked for", "ES", law.Sale, law.Business, law.Delivery{}, "", "", "term_start_unknown", true},
		{"ES: a consumer has no term of law", "ES", law.Sale, law.Consumer, both, "", "", "no_payment_term", true},
		{"FR L441-10: thirty days from receipt; sixty from the invoice", "FR", law.Sale, law.Business, law.Delivery{Received: on("2026-01-10"), Invoiced: on("2026-01-10")}, "2026-02-09", "2026-03-11", "month_end_reading", false},
		{"FR L441-10: or forty-five and the end of the month", "FR", law.Sale, law.Business, law.Delivery{Received: on("2026-01-10"), Invoiced: on("2026-01-18")}, "2026-02-09", "2026-03-31", "month_end_reading", false},
		{"PT DL 62/2013 art. 4: from the later of invoice and goods", "PT", law.Sale, law.Business, both, "2026-02-19", "2026-03-21", "longer_term_if_fair", false},
		{"PT: from the goods where they came later", "PT", law.Sale, law.Business, law.Delivery{Received: on("2026-01-25"), GotBill: on("2026-01-20")}, "2026-02-24", "2026-03-26", "longer_term_if_fair", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := place(t, tt.place).PayBy(claim(tt.kind, tt.debtor), tt.d)
			if got.Silent != zeroOr(tt.silent) || got.Latest != zeroOr(tt.latest) || strings.Join(got.Flags, " ") != tt.flags || got.AskPerson != tt.ask || got.Why == "" {
				t.Errorf("%s, latest %s, %v ask %t: %s; want %s, %s, %s", got.Silent, got.Latest, got.Flags, got.AskPerson, got.Why, tt.silent, tt.latest, tt.flags)
			}
		})
	}
}

func TestInterestOnInterestIsSaidForEveryClaim(t *testing.T) {
	for _, j := range countries.All() {
		for _, r := range j.Capital {
			sourced(t, j, r.Code, r.Source, r.Status)
		}
		for _, r := range j.PaymentTerms {
			sourced(t, j, r.Code, r.Source, r.Status)
		}
		for _, r := range j.VAT {
			sourced(t, j, r.Code, r.Source, r.Status)
		}
		for _, creditor := range []law.Party{"", law.Business, law.Consumer, law.Public} {
			for _, debtor := range []law.Party{law.Business, law.Consumer, law.Public} {
				c := claim(law.Sale, debtor)
				c.Creditor = creditor
				if rows := j.Capitalised(c); len(rows) != 1 {
					t.Errorf("%s: %s on %s has %d rows", j.Code, creditor, debtor, len(rows))
				}
			}
		}
	}
	for debtor, code := range map[law.Party]string{law.Business: "es_ccom_317", law.Consumer: "es_cc_1109"} {
		if rows := place(t, "ES").Capitalised(claim(law.Sale, debtor)); rows[0].Code != code {
			t.Errorf("%s: %s, want %s", debtor, rows[0].Code, code)
		}
	}
}

func TestTheConditionsOfTakingVATBack(t *testing.T) {
	sound := law.VATFacts{
		TaxPoint: on("2025-03-10"), Due: on("2025-04-10"), SmallTurnover: true, Debtor: law.Consumer,
		Base: money.EUR(50_01), Booked: true, Claimed: true, Corrected: on("2025-10-10"),
	}
	for _, tt := range []struct {
		name   string
		change func(*law.VATFacts)
		fails  string
	}{
		{"everything is met", func(*law.VATFacts) {}, ""},
		{"LIVA 80.Cuatro: recorded in time", func(f *law.VATFacts) { f.Booked = false }, "booked"},
		{"LIVA 80.Cuatro: claimed with proof", func(f *law.VATFacts) { f.Claimed = false }, "claimed"},
		{"LIVA 80.Cuatro: a consumer's base over fifty euro", func(f *law.VATFacts) { f.Base = money.EUR(50_00) }, "base"},
		{"LIVA 80.Cuatro: a business's base of any size", func(f *law.VATFacts) { f.Base, f.Debtor = money.EUR(1), law.Business }, ""},
		{"LIVA 80.Cinco: not what is secured", func(f *law.VATFacts) { f.Covered = true }, "not_covered"},
		{"LIVA 80.Cinco: not between related parties", func(f *law.VATFacts) { f.Related = true }, "not_related"},
		{"LIVA 80.Cinco: not abroad", func(f *law.VATFacts) { f.Abroad = true }, "established"},
		{"RIVA 24: not before the waiting time has passed", func(f *law.VATFacts) { f.Corrected = on("2025-09-10") }, "in_window"},
		{"RIVA 24: on the first day after it", func(f *law.VATFacts) { f.Corrected = on("2025-09-11") }, ""},
		{"RIVA 24: on the last day of the second way", func(f *law.VATFacts) { f.Corrected = on("2026-09-10") }, ""},
		{"RIVA 24: not after it", func(f *law.VATFacts) { f.Corrected = on("2026-09-11") }, "in_window"},
		{"a large turnover has no way after six months", func(f *law.VATFacts) { f.SmallTurnover = false }, "in_window"},
		{"not corrected yet", func(f *law.VATFacts) { f.Corrected = calendar.Date{} }, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := sound
			tt.change(&f)
			r, ok := place(t, "ES").RecoverVAT(f)
			var fails []string
			for _, test := range r.Tests {
				if !test.OK {
					fails = append(fails, test.Code)
				}
			}
			if s := strings.Join(fails, " "); !ok || s != tt.fails || r.OK != (tt.fails == "") {
				t.Errorf("%t %s, want %s", r.OK, s, tt.fails)
			}
			if !f.Corrected.IsZero() && r.TellBy != f.Corrected.AddMonths(1) || f.Corrected.IsZero() && !r.TellBy.IsZero() {
				t.Errorf("the agency is told by %s", r.TellBy)
			}
		})
	}
	deferred := sound
	deferred.Due = on("2026-06-30")
	if r, _ := place(t, "ES").RecoverVAT(deferred); r.Windows.OneYear.ClaimableAfter != on("2027-06-30") || strings.Join(r.Flags, " ") != "vat_deferred_price" {
		t.Errorf("a price deferred by more than a year: %+v", r)
	}
	public := sound
	public.Debtor = law.Public
	if r, _ := place(t, "ES").RecoverVAT(public); !r.AskPerson || strings.Join(r.Flags, " ") != "vat_public_debtor" {
		t.Errorf("a public body: %+v", r)
	}
	if _, ok := place(t, "FR").RecoverVAT(sound); ok {
		t.Error("France has the Spanish windows")
	}
	for _, code := range []string{"FR", "PT"} {
		if rows := place(t, code).VAT; len(rows) == 0 || rows[0].Status != law.ToConfirm {
			t.Errorf("%s: %+v", code, rows)
		}
	}
}

func TestTheTestsOfAListingInACreditBureau(t *testing.T) {
	sound := law.Listing{
		By: law.AsCreditor, Principal: money.EUR(50_00), Due: on("2021-06-30"), On: on("2026-06-30"),
		Certain: true, NoticeGiven: true, BureausNamed: true,
	}
	for _, tt := range []struct {
		name   string
		change func(*law.Listing)
		fails  string
	}{
		{"everything is met, on the last day of five years", func(*law.Listing) {}, ""},
		{"LOPD 20: five years from the due date", func(l *law.Listing) { l.On = on("2026-07-01") }, "five_years"},
		{"LOPD DA 6: fifty euro of principal", func(l *law.Listing) { l.Principal = money.EUR(49_99) }, "least"},
		{"other currencies cannot be compared", func(l *law.Listing) { l.Principal = money.Of(900_00, "USD") }, "least"},
		{"LOPD 20: nobody else reports", func(l *law.Listing) { l.By = "" }, "by_creditor"},
		{"LOPD 20: certain, due and payable", func(l *law.Listing) { l.Certain = false }, "certain"},
		{"LOPD 20: past its due date", func(l *law.Listing) { l.Due = l.On }, "due"},
		{"LOPD 20: not once paid", func(l *law.Listing) { l.Paid = true }, "unpaid"},
		{"LOPD 20: not while challenged", func(l *law.Listing) { l.Disputed = true }, "not_disputed"},
		{"LOPD 20: warned of before", func(l *law.Listing) { l.NoticeGiven = false }, "notice"},
		{"LOPD 20: by bureaus named before", func(l *law.Listing) { l.BureausNamed = false }, "named"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := sound
			tt.change(&l)
			a, ok := place(t, "ES").MayList(l)
			var fails []string
			for _, test := range a.Tests {
				if test.Reason == "" || test.Article == "" {
					t.Errorf("no reason: %+v", test)
				}
				if !test.OK {
					fails = append(fails, test.Code)
				}
			}
			if s := strings.Join(fails, " "); !ok || s != tt.fails || a.OK != (tt.fails == "") {
				t.Errorf("%t %q, want %q", a.OK, s, tt.fails)
			}
			if a.BureauTells != l.On.AddDays(30) {
				t.Errorf("the bureau tells by %s", a.BureauTells)
			}
		})
	}
	if _, ok := place(t, "PT").MayList(sound); ok {
		t.Error("Portugal has the Spanish tests")
	}
}

func TestRulesOfConductAndNotices(t *testing.T) {
	for _, tt := range []struct {
		name, place string
		c           law.Collection
		rules       string // that are among them
		not         string // that are not
		notices     string
	}{
		{
			"ES: a consumer's debt", "ES", law.Collection{Kind: law.Telecom, Debtor: law.Consumer, Capacity: law.AsCreditor, On: on("2026-01-01")},
			"es_lcd_8 es_lcd_29 es_lgdcu_96 es_l10_2025_13 eu_gdpr_opt_out", "eu_2023_2225_35", "eu_gdpr_13 es_claim_content es_lopd_20",
		},
		{
			"ES: before Ley 10/2025", "ES", law.Collection{Kind: law.Telecom, Debtor: law.Consumer, Capacity: law.AsCreditor, On: on("2025-12-27")},
			"es_lcd_8", "es_l10_2025_13", "eu_gdpr_13 es_claim_content es_lopd_20",
		},
		{
			"ES: bank credit bought, after the directive", "ES", law.Collection{Kind: law.Loan, Debtor: law.Consumer, Capacity: law.AsPurchaser, On: on("2026-11-20")},
			"eu_2023_2225_35 eu_2021_2167_10", "es_l10_2025_13", "eu_gdpr_14 eu_credit_transfer es_claim_content es_lopd_20",
		},
		{
			"FR: for others", "FR", law.Collection{Kind: law.Sale, Debtor: law.Business, Capacity: law.AsThirdParty, On: on("2026-01-01")},
			"fr_cp_222_16 fr_cp_433_13 fr_r124_mandate fr_r124_6 fr_cpcex_l111_8", "fr_conso_l121_6", "eu_gdpr_14 fr_r124_4 fr_r124_4_later",
		},
		{
			"FR: the creditor itself", "FR", law.Collection{Kind: law.Sale, Debtor: law.Consumer, Capacity: law.AsCreditor, On: on("2026-01-01")},
			"fr_conso_l121_6 fr_conso_d223_9", "fr_r124_mandate", "eu_gdpr_13 fr_claim_content",
		},
		{
			"PT: bank credit of a consumer", "PT", law.Collection{Kind: law.Loan, Debtor: law.Consumer, Capacity: law.AsThirdParty, On: on("2026-01-01")},
			"pt_bdp_7_2021 pt_persi pt_l49_2004 pt_dl103_2025", "eu_2023_2225_35", "eu_gdpr_14 pt_claim_content",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j := place(t, tt.place)
			rules := map[string]bool{}
			for _, r := range j.Rules(tt.c) {
				rules[r.Code] = true
			}
			for _, code := range strings.Fields(tt.rules) {
				if !rules[code] {
					t.Errorf("%s is missing", code)
				}
			}
			for _, code := range strings.Fields(tt.not) {
				if rules[code] {
					t.Errorf("%s does not bind here", code)
				}
			}
			var notices []string
			for _, n := range j.Notices(tt.c) {
				notices = append(notices, n.Code)
			}
			if s := strings.Join(notices, " "); s != tt.notices {
				t.Errorf("notices %s, want %s", s, tt.notices)
			}
		})
	}
	for _, j := range countries.All() {
		for _, r := range j.Rulebook {
			sourced(t, j, r.Code, r.Source, r.Status)
			if r.Rule == "" {
				t.Errorf("%s says nothing", r.Code)
			}
		}
		for _, n := range j.NoticeRules {
			sourced(t, j, n.Code, n.Source, n.Status)
			if len(n.Items) == 0 || n.When == "" {
				t.Errorf("%s says nothing", n.Code)
			}
		}
	}
}

func TestTheFrenchTextIsTheOneThatLettersCarry(t *testing.T) {
	letter, err := os.ReadFile("../letter/text/fr/words.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range place(t, "FR").NoticeRules {
		if n.Code != "fr_r124_4" {
			continue
		}
		paragraphs := strings.Split(n.Text, "\n")
		if len(paragraphs) != 2 {
			t.Fatalf("%d paragraphs of art. L111-8, want the second and the third", len(paragraphs))
		}
		for _, p := range paragraphs {
			if !strings.Contains(string(letter), "« "+p+" »") {
				t.Errorf("letters do not carry %q", p)
			}
		}
		return
	}
	t.Error("no text")
}

func TestABindingOfferLapsesAfterAMonthOrWhenItSays(t *testing.T) {
	for _, tt := range []struct {
		name                     string
		r                        law.Request
		ends, earliest, deadline string
	}{
		{"LO 1/2025 art. 17: one month", law.Request{Attempted: on("2026-01-30"), Received: on("2026-01-31"), Offered: on("2026-01-31")}, "2026-02-28", "2026-03-01", "2027-02-28"},
		{"a longer term that it names", law.Request{Attempted: on("2026-01-30"), Received: on("2026-01-31"), Offered: on("2026-01-31"), OfferUntil: on("2026-04-15")}, "2026-04-15", "2026-04-16", "2027-04-15"},
		{"a shorter term is not enough", law.Request{Attempted: on("2026-01-30"), Received: on("2026-01-31"), Offered: on("2026-01-31"), OfferUntil: on("2026-02-10")}, "2026-02-28", "2026-03-01", "2027-02-28"},
		{"refused in writing before", law.Request{Attempted: on("2026-01-30"), Received: on("2026-01-31"), Offered: on("2026-01-31"), Closed: on("2026-02-05")}, "2026-02-05", "2026-02-06", "2027-02-05"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := law.TalksOf(tt.r)
			if got.EndsAt != on(tt.ends) || got.EarliestFiling != on(tt.earliest) || got.FilingDeadline != on(tt.deadline) {
				t.Errorf("%s, %s, %s; want %s, %s, %s", got.EndsAt, got.EarliestFiling, got.FilingDeadline, tt.ends, tt.earliest, tt.deadline)
			}
		})
	}
}

func TestTalksInterruptUnderEverySpanishCivilLaw(t *testing.T) {
	for _, code := range []string{"ES", "ES-CT", "ES-NC", "ES-AR", "ES-GA", "ES-IB", "ES-PV"} {
		c := claim(law.Services, law.Consumer)
		before := place(t, code).Limitation(c, nil)
		got, ok := place(t, code).Negotiation(c, nil, law.Request{Attempted: on("2025-05-01"), Received: on("2025-05-03")})
		months := before.LastDay.Year() - before.Anchor.Year()
		if want := on("2025-06-02").AddYears(months); !ok || got.LastDay != want || got.FilingDeadline != on("2026-05-03") || got.InterruptedAt != on("2025-05-01") {
			t.Errorf("%s: until %s, to file by %s; want %s", code, got.LastDay, got.FilingDeadline, want)
		}
	}
}

func TestARequestThatCameTooLateInterruptedNothing(t *testing.T) {
	c := claim(law.Sale, law.Consumer) // three years, until 1 March 2027
	for _, tt := range []struct {
		attempted, received, interrupted, last string
	}{
		{"2027-03-01", "2027-03-05", "2027-03-01", "2030-04-04"},
		{"2027-03-02", "2027-03-05", "", "2027-03-01"},
		{"", "2027-02-26", "2027-02-26", "2030-03-28"}, // the attempt is not known: the receipt counts
		{"", "2027-03-02", "", "2027-03-01"},
	} {
		r := law.Request{Attempted: zeroOr(tt.attempted), Received: on(tt.received)}
		earlier := law.Act{Type: "letter", Date: on("2025-05-01")}
		got, ok := place(t, "ES").Negotiation(c, []law.Act{{Type: "email", Date: on("2028-01-01")}, earlier}, r)
		if !ok || got.InterruptedAt != zeroOr(tt.interrupted) || got.LastDay != on(tt.last) {
			t.Errorf("attempted %q, received %s: interrupted %q, until %s; want %q, %s", tt.attempted, tt.received, got.InterruptedAt, got.LastDay, tt.interrupted, tt.last)
		}
		if got.EarliestFiling.IsZero() {
			t.Error("a request that is late for the period still opens the way to court")
		}
	}
}

func TestOnlySpainHasARequestToNegotiate(t *testing.T) {
	for _, code := range []string{"FR", "PT"} {
		if got, ok := place(t, code).Negotiation(claim(law.Sale, law.Consumer), nil, law.Request{Attempted: on("2025-05-01"), Received: on("2025-05-03")}); ok || got != (law.Talks{}) {
			t.Errorf("%s: %t %+v", code, ok, got)
		}
	}
}

func TestTheContractsDayMovesTheStartOfCarriage(t *testing.T) {
	c := claim(law.Carriage, law.Business) // due on 1 March 2024
	for contract, want := range map[string]string{"": "2025-03-01", "2024-01-20": "2025-04-20", "2023-10-01": "2025-03-01"} {
		c.Contracted = zeroOr(contract)
		k := place(t, "ES").Limitation(c, nil)
		if flagged := strings.Contains(strings.Join(k.Flags, " "), "carriage_contract_date"); k.LastDay != on(want) || flagged != (contract == "") {
			t.Errorf("contract of %q: until %s, flags %v; want %s", contract, k.LastDay, k.Flags, want)
		}
	}
}
