package law_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
)

func TestEveryRuleOfTheTableCanBeRunByItsCode(t *testing.T) {
	for code, want := range map[string]string{ // from 1 March 2024, a Friday
		"ES es_cc_1964": "2029-03-01", "ES es_cc_1966": "2029-03-01", "ES es_cc_1967": "2027-03-01", "ES es_cc_1964_mort": "2044-03-01",
		"ES es_cc_1968": "2025-03-01", "ES es_lctt_79": "2025-03-01", "ES es_lctt_79_wilful": "2026-03-01", "ES es_lnm_286": "2025-03-01",
		"ES es_lcch_88": "2027-03-01", "ES es_lcch_88b": "2025-03-01", "ES es_lcch_157": "2024-09-01", "ES es_lcs_23": "2026-03-01",
		"ES es_lcs_23_persons": "2029-03-01", "ES es_lgp_25": "2028-03-01", "ES es_lec_518": "2029-03-01",
		"ES-CT es_ct_121_20": "2034-03-01", "ES-CT es_ct_121_21": "2027-03-01", "ES-NC es_nc_35": "2029-03-01",
		"FR fr_cc_2224": "2029-03-01", "FR fr_ccom_l110_4": "2029-03-01", "FR fr_conso_l218_2": "2026-03-01", "FR fr_conso_r312_35": "2026-03-01",
		"FR fr_cpce_l34_2": "2025-03-01", "FR fr_ccom_l133_6": "2025-03-01", "FR fr_rent_7_1": "2027-03-01", "FR fr_cpcex_l111_4": "2034-03-01",
		"PT pt_cc_309": "2044-03-01", "PT pt_cc_310": "2029-03-01", "PT pt_cc_317": "2026-03-02", "PT pt_cc_316": "2024-09-02",
		"PT pt_lspe_10": "2024-09-02", "PT pt_lspe_10_4": "2024-09-02", "PT pt_cmr_32": "2025-03-01", "PT pt_cmr_32_wilful": "2027-03-01",
	} {
		where, rule, _ := strings.Cut(code, " ")
		k, ok := place(t, where).ClockFor(rule, on("2024-03-01"), nil)
		if !ok || k.LastDay != on(want) || k.Rule != rule {
			t.Errorf("%s: %t until %s, want %s", code, ok, k.LastDay, want)
		}
	}
}

func TestAWilfulCarriersYearIsSuspendedByAWrittenClaimToo(t *testing.T) {
	for where, rule := range map[string]string{"ES": "es_lctt_79_wilful", "PT": "pt_cmr_32_wilful"} {
		k, _ := place(t, where).ClockFor(rule, on("2024-03-01"), []law.Act{{Type: "written_claim", Date: on("2024-06-01"), End: on("2024-06-11")}})
		if k.Acts[0].Effect != law.Suspends {
			t.Errorf("%s: %s", where, k.Acts[0].Effect)
		}
	}
}

func TestTheOtherReadingsOfADebatedClaimStandBesideIt(t *testing.T) {
	for _, tt := range []struct {
		place  string
		kind   law.ClaimKind
		debtor law.Party
		want   string
	}{
		{"ES", law.Services, law.Business, "es_cc_1964 2029-03-01 , es_cc_1967 2027-01-31 art_1967_scope_debated"},
		{"ES", law.Sale, law.Consumer, "es_cc_1967 2027-03-01 "},
		{"ES-CT", law.Sale, law.Business, "es_ct_121_20 2034-03-01 , es_cc_1964 2029-03-01 region_law_debated, es_cc_1967 2027-03-01 art_1967_other_trade"},
		{"FR", law.Sale, law.Public, "fr_cc_2224 2029-03-01 , fr_1968_1 2028-12-31 public_debtor_four_years"},
		{"PT", law.Telecom, law.Consumer, "pt_lspe_10 2024-07-31 , pt_lspe_10_4 2024-07-31 filing_within_six_months"},
	} {
		var got []string
		readings := place(t, tt.place).Readings(claim(tt.kind, tt.debtor), nil)
		for _, r := range readings {
			got = append(got, strings.Join([]string{r.Rule, r.LastDay.String(), r.Flag}, " "))
			if r.Why == "" || readings[0].Cautious.After(r.LastDay) {
				t.Errorf("%s: cautious %s, %s until %s: %q", tt.place, readings[0].Cautious, r.Rule, r.LastDay, r.Why)
			}
		}
		if s := strings.Join(got, ", "); s != tt.want {
			t.Errorf("%s %s: %s, want %s", tt.place, tt.kind, s, tt.want)
		}
	}
}

// unmoved gives a first day whose period ends on a day that stands: one moved
// on from a holiday may lie behind the Saturday on which a period ends that
// began a day later (Código Civil (PT) art. 279 e).
func unmoved(j *law.Jurisdiction, rule string) (calendar.Date, law.Clock) {
	for start := on("2022-01-01"); ; start = start.AddDays(1) {
		c, _ := j.ClockFor(rule, start, nil)
		_, _, first := start.Civil()
		if _, _, last := c.LastDay.Civil(); last == first {
			return start, c
		}
	}
}

func TestNoPersonsClockIsShorterForAnActOnAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j := rapid.SampledFrom(countries.All()).Draw(t, "place")
		rule := rapid.SampledFrom(j.Periods).Draw(t, "rule").Code
		owing := []law.Owing{{Party: "a", Bond: rapid.SampledFrom(law.Bonds).Draw(t, "a")}, {Party: "b", Bond: rapid.SampledFrom(law.Bonds).Draw(t, "b")}}
		var acts []law.PartyAct
		for range rapid.IntRange(0, 5).Draw(t, "acts") {
			acts = append(acts, law.PartyAct{
				Act:   law.Act{Type: rapid.SampledFrom(law.ActTypes).Draw(t, "type"), Outcome: "received", Date: on("2022-01-01").AddDays(rapid.IntRange(0, 2500).Draw(t, "day"))},
				Party: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "party"),
			})
		}
		start, untouched := unmoved(j, rule)
		got, ok := j.Several(rule, start, owing, acts)
		if !ok {
			t.Fatal("no such rule")
		}
		for _, c := range got {
			if c.LastDay.Before(untouched.LastDay) || c.Cautious.After(c.LastDay) || len(c.Acts) != len(acts) {
				t.Fatalf("%s: until %s, cautious %s, %d of %d acts; untouched %s", c.Party, c.LastDay, c.Cautious, len(c.Acts), len(acts), untouched.LastDay)
			}
		}
	})
}
