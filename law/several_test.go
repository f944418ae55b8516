package law_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
)

func TestWhichActReachesWhom(t *testing.T) {
	const anchor = "2021-05-05"
	for _, tt := range []struct {
		name, place, rule string
		from, to          law.Bond
		act               law.Act
		effect            law.Effect
		last, cautious    string // cautious as last, where empty
		flag              string
		ask               bool
	}{
		{name: "ES 1974: a letter to one who owes the whole binds the other", place: "ES", rule: "es_cc_1964", from: law.MainDebtor, to: law.CoDebtor, act: law.Act{Type: "burofax_received"}, effect: law.Interrupts, last: "2029-06-10"},
		{name: "ES 1974: an admission by one who owes the whole binds the other", place: "ES", rule: "es_cc_1964", from: law.CoDebtor, to: law.MainDebtor, act: law.Act{Type: "acknowledgment"}, effect: law.Interrupts, last: "2029-06-10"},
		{name: "ES 1974: shares are claimed each for itself", place: "ES", rule: "es_cc_1964", from: law.MainDebtor, to: law.ShareDebtor, act: law.Act{Type: "burofax_received"}, effect: law.NoEffect, last: "2026-05-05", flag: "share_of_another"},
		{name: "ES 1975: a claim in court against the debtor counts against the guarantor", place: "ES", rule: "es_cc_1964", from: law.MainDebtor, to: law.Guarantor, act: law.Act{Type: "court_claim", End: on("2025-06-10")}, effect: law.Interrupts, last: "2030-06-10"},
		{name: "ES 1975: a letter to the debtor does not", place: "ES", rule: "es_cc_1964", from: law.MainDebtor, to: law.Guarantor, act: law.Act{Type: "burofax_received"}, effect: law.NoEffect, last: "2026-05-05", flag: "not_against_guarantor"},
		{name: "ES 1975: nor does the debtor's admission", place: "ES", rule: "es_cc_1964", from: law.MainDebtor, to: law.Guarantor, act: law.Act{Type: "acknowledgment"}, effect: law.NoEffect, last: "2026-05-05", flag: "not_against_guarantor"},
		{name: "ES: whether an act on the guarantor binds the debtor is open", place: "ES", rule: "es_cc_1964", from: law.Guarantor, to: law.MainDebtor, act: law.Act{Type: "burofax_received"}, effect: law.NoEffect, last: "2026-05-05", flag: "guarantor_act_on_debtor_open", ask: true},
		{name: "ES: a letter to the debtor reaches a joint guarantor in one reading", place: "ES", rule: "es_cc_1964", from: law.MainDebtor, to: law.JointGuarantor, act: law.Act{Type: "burofax_received"}, effect: law.Interrupts, last: "2029-06-10", cautious: "2026-05-05", flag: "joint_guarantor_debated", ask: true},
		{name: "ES: talks with one stop the clock of that one", place: "ES", rule: "es_cc_1964", from: law.MainDebtor, to: law.CoDebtor, act: law.Act{Type: "mediation", End: on("2024-07-10")}, effect: law.NoEffect, last: "2026-05-05", flag: "suspension_of_others_open", ask: true},
		{name: "ES-CT: an admission by one who owes the whole binds the other", place: "ES-CT", rule: "es_ct_121_20", from: law.MainDebtor, to: law.CoDebtor, act: law.Act{Type: "acknowledgment"}, effect: law.Interrupts, last: "2034-06-10"},
		{name: "ES-NC: a letter to the debtor does not reach the guarantor", place: "ES-NC", rule: "es_nc_35", from: law.MainDebtor, to: law.Guarantor, act: law.Act{Type: "burofax_received"}, effect: law.NoEffect, last: "2026-05-05", flag: "not_against_guarantor"},
		{name: "FR 2245: a claim in court against one counts against all", place: "FR", rule: "fr_cc_2224", from: law.MainDebtor, to: law.CoDebtor, act: law.Act{Type: "court_claim", End: on("2025-06-10")}, effect: law.Interrupts, last: "2030-06-10"},
		{name: "FR 2245: an admission by one counts against the heirs of another", place: "FR", rule: "fr_cc_2224", from: law.CoDebtor, to: law.Heir, act: law.Act{Type: "acknowledgment"}, effect: law.Interrupts, last: "2029-06-10"},
		{name: "FR 2245: one heir does not bind the others", place: "FR", rule: "fr_cc_2224", from: law.Heir, to: law.Heir, act: law.Act{Type: "acknowledgment"}, effect: law.NoEffect, last: "2026-05-05", flag: "heir_share_only"},
		{name: "FR 2246: the debtor's admission counts against the guarantor", place: "FR", rule: "fr_cc_2224", from: law.MainDebtor, to: law.Guarantor, act: law.Act{Type: "acknowledgment"}, effect: law.Interrupts, last: "2029-06-10"},
		{name: "FR: a letter reaches nobody's clock", place: "FR", rule: "fr_cc_2224", from: law.MainDebtor, to: law.CoDebtor, act: law.Act{Type: "registered_letter"}, effect: law.NoEffect, last: "2026-05-05"},
		{name: "PT 636: the guarantor is to be told", place: "PT", rule: "pt_cc_310", from: law.MainDebtor, to: law.Guarantor, act: law.Act{Type: "acknowledgment"}, effect: law.NoEffect, last: "2026-05-05", flag: "guarantor_to_be_told"},
		{name: "PT 521: each debtor has a clock of its own", place: "PT", rule: "pt_cc_310", from: law.MainDebtor, to: law.CoDebtor, act: law.Act{Type: "acknowledgment"}, effect: law.NoEffect, last: "2026-05-05", flag: "each_debtor_alone"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.act.Date = on("2024-06-10")
			owing := []law.Owing{{Party: "a", Bond: tt.from}, {Party: "b", Bond: tt.to}}
			got, ok := place(t, tt.place).Several(tt.rule, on(anchor), owing, []law.PartyAct{{Act: tt.act, Party: "a"}})
			if !ok || len(got) != 2 {
				t.Fatalf("%v %t", got, ok)
			}
			if tt.cautious == "" {
				tt.cautious = tt.last
			}
			b, e := got[1], got[1].Acts[0]
			if e.Effect != tt.effect || b.LastDay != on(tt.last) || b.Cautious != on(tt.cautious) || e.Flag != tt.flag || b.AskPerson != tt.ask || e.LastDay != b.LastDay {
				t.Errorf("%s %q until %s, cautious %s, ask %t; want %s %q until %s, %s, %t", e.Effect, e.Flag, b.LastDay, b.Cautious, b.AskPerson, tt.effect, tt.flag, tt.last, tt.cautious, tt.ask)
			}
			if e.Article == "" {
				t.Error("the act names no article")
			}
			if tt.act.Type != "registered_letter" && got[0].Acts[0].Effect == law.NoEffect {
				t.Errorf("the act does nothing to the person it was meant for: %+v", got[0].Acts[0])
			}
		})
	}
}

func TestAGuaranteeDoesNotOutliveTheDebtWithoutAPerson(t *testing.T) {
	owing := []law.Owing{{Party: "debtor", Bond: law.MainDebtor}, {Party: "guarantor", Bond: law.Guarantor}}
	acts := []law.PartyAct{
		{Act: law.Act{Type: "burofax_received", Date: on("2025-01-10")}, Party: "guarantor"},
		{Act: law.Act{Type: "burofax_received", Date: on("2022-03-01")}, Party: "debtor"},
	}
	got, _ := place(t, "ES").Several("es_cc_1964", on("2021-05-05"), owing, acts)
	debtor, guarantor := got[0], got[1]
	if debtor.LastDay != on("2027-03-01") || guarantor.LastDay != on("2030-01-10") {
		t.Fatalf("debtor until %s, guarantor until %s", debtor.LastDay, guarantor.LastDay)
	}
	if guarantor.Cautious != on("2027-03-01") || !guarantor.AskPerson || !strings.Contains(strings.Join(guarantor.Flags, " "), "debt_limited_before_guarantee") {
		t.Errorf("%+v", guarantor)
	}
	for _, c := range got {
		if len(c.Acts) != 2 || !c.Acts[0].Act.Date.Before(c.Acts[1].Act.Date) {
			t.Errorf("acts of %s are not listed by day: %+v", c.Party, c.Acts)
		}
	}
	if _, ok := place(t, "ES").Several("fr_cc_2224", on("2021-05-05"), owing, acts); ok {
		t.Error("a rule of another place was taken")
	}
}

func TestAGuarantorOfWhomNobodySaysHowTheyAreBoundIsTakenAsSimple(t *testing.T) {
	letter := []law.Act{{Type: "burofax_received", Date: on("2024-06-10")}}
	for _, tt := range []struct {
		place, rule string
		bond        law.Bond
		acts        []law.Act
		is          law.Bond
		last        string
		flag        bool
	}{
		{"ES", "es_cc_1964", "", letter, law.Guarantor, "2026-05-05", true},
		{"ES", "es_cc_1964", law.Guarantor, letter, law.Guarantor, "2026-05-05", false},
		{"ES", "es_cc_1964", law.JointGuarantor, letter, law.JointGuarantor, "2029-06-10", false},
		{"ES", "es_cc_1964", "", nil, law.Guarantor, "2026-05-05", false}, // nothing happened that could reach one and not the other
		{"FR", "fr_cc_2224", "", []law.Act{{Type: "acknowledgment", Date: on("2024-06-10")}}, law.Guarantor, "2029-06-10", false},
		{"PT", "pt_cc_310", "", []law.Act{{Type: "acknowledgment", Date: on("2024-06-10")}}, law.Guarantor, "2026-05-05", false},
	} {
		k := place(t, tt.place).Guarantees(tt.rule, on("2021-05-05"), tt.acts, []law.Bond{tt.bond})[0]
		if got := slices.Contains(k.Flags, "guarantor_bond_unknown"); got != tt.flag || got && !k.AskPerson || k.Bond != tt.is || k.LastDay != on(tt.last) {
			t.Errorf("%s, %q: %s until %s, flags %v", tt.place, tt.bond, k.Bond, k.LastDay, k.Flags)
		}
	}
}

// Services between companies: three years in one reading, so that a guarantee
// is not safe for five.
func TestAGuaranteeIsAsDoubtfulAsTheDebtItSecures(t *testing.T) {
	c := claim(law.Services, law.Business)
	j := place(t, "ES")
	k, g := j.Limitation(c, nil), j.GuaranteesOf(c, nil, []law.Bond{law.JointGuarantor})
	if len(g) != 1 || g[0].LastDay != k.LastDay || g[0].Cautious != k.Cautious || !g[0].Cautious.Before(g[0].LastDay) {
		t.Errorf("%+v, and the debt until %s, cautiously %s", g, k.LastDay, k.Cautious)
	}
	if got := j.GuaranteesOf(c, nil, nil); got != nil {
		t.Errorf("nobody guarantees: %+v", got)
	}
}

func TestEveryBondAndActHasARowOfReach(t *testing.T) {
	for _, j := range countries.All() {
		for i := range j.Reach {
			sourced(t, j, "reach", j.Reach[i].Source, j.Reach[i].Status)
		}
		for _, from := range law.Bonds {
			for _, to := range law.Bonds {
				for _, typ := range law.ActTypes {
					owing := []law.Owing{{Party: "a", Bond: from}, {Party: "b", Bond: to}}
					got, _ := j.Several(j.Periods[0].Code, on("2024-03-01"), owing, []law.PartyAct{{Act: law.Act{Type: typ, Date: on("2024-04-01"), Outcome: "received"}, Party: "a"}})
					if e := got[1].Acts[0]; e.Article == "" || e.Flag == "reach_not_in_table" && j.Country != "FR" {
						t.Errorf("%s: a %s on %s, for %s: %+v", j.Code, typ, from, to, e)
					}
				}
			}
		}
	}
}

func TestCarriageBeginsThreeMonthsAfterTheContractAtTheEarliest(t *testing.T) {
	claims := func(days ...string) (out []law.WrittenClaim) {
		for i := 0; i < len(days); i += 2 {
			out = append(out, law.WrittenClaim{Received: on(days[i]), Rejected: zeroOr(days[i+1])})
		}
		return out
	}
	for _, tt := range []struct {
		name, contract, claimable string
		claims                    []law.WrittenClaim
		anchor, last              string
		effects                   string
	}{
		{"art. 79.2: three months after the contract", "2025-01-10", "2025-02-10", nil, "2025-04-10", "2026-04-10", ""},
		{"art. 79.2: the day the price can be claimed, where later", "2025-01-10", "2025-05-20", nil, "2025-05-20", "2026-05-20", ""},
		{"months end where the day is missing", "2024-11-30", "2024-12-30", nil, "2025-02-28", "2026-02-28", ""},
		{"art. 79.3: a written claim stops the clock until it is rejected", "2025-01-10", "2025-02-10", claims("2025-06-01", "2025-07-01"), "2025-04-10", "2026-05-10", "suspends"},
		{"art. 79.3: a second claim does nothing", "2025-01-10", "2025-02-10", claims("2025-06-01", "2025-07-01", "2025-08-01", "2025-10-01"), "2025-04-10", "2026-05-10", "suspends none"},
		{"a claim after the last day does nothing", "2025-01-10", "2025-02-10", claims("2026-04-11", "2026-05-01"), "2025-04-10", "2026-04-10", "late"},
		{"a claim on the last day stops it", "2025-01-10", "2025-02-10", claims("2026-04-10", "2026-04-20"), "2025-04-10", "2026-04-20", "suspends"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k, ok := place(t, "ES").Carriage(on(tt.contract), on(tt.claimable), tt.claims)
			var effects []string
			for _, e := range k.Acts {
				effects = append(effects, string(e.Effect))
			}
			if !ok || k.Anchor != on(tt.anchor) || k.LastDay != on(tt.last) || strings.Join(effects, " ") != tt.effects {
				t.Errorf("%t: from %s until %s, %v; want %s, %s, %s", ok, k.Anchor, k.LastDay, effects, tt.anchor, tt.last, tt.effects)
			}
		})
	}
	if _, ok := place(t, "FR").Carriage(on("2025-01-10"), on("2025-02-10"), nil); ok {
		t.Error("France has the Spanish rule")
	}
	open, _ := place(t, "ES").Carriage(on("2025-01-10"), on("2025-02-10"), []law.WrittenClaim{{Received: on("2025-06-01")}})
	if !open.AskPerson || open.Acts[0].Flag != "suspension_open" {
		t.Errorf("a claim that is not rejected yet: %+v", open)
	}
}

func TestServiceInPortugalCountsAfterFiveDaysUnlessTheCreditorDelays(t *testing.T) {
	for _, tt := range []struct {
		name   string
		f      law.Filing
		deemed string
		effect law.Effect
		ask    bool
	}{
		{"art. 323.1: served within five days, on the day of service", law.Filing{Filed: on("2026-09-20"), Served: on("2026-09-23")}, "2026-09-23", law.Interrupts, false},
		{"art. 323.2: served later, when five days have passed", law.Filing{Filed: on("2026-09-20"), Served: on("2026-11-02")}, "2026-09-25", law.Interrupts, false},
		{"art. 323.2: not served yet, when five days have passed", law.Filing{Filed: on("2026-09-20")}, "2026-09-25", law.Interrupts, false},
		{"five days that end on the last day", law.Filing{Filed: on("2026-09-25")}, "2026-09-30", law.Interrupts, false},
		{"filed in time, and five days end after the last day", law.Filing{Filed: on("2026-09-26")}, "2026-10-01", law.Late, true},
		{"the creditor's delay: on the day of service", law.Filing{Filed: on("2026-09-01"), Served: on("2026-10-02"), DelayByCreditor: true}, "2026-10-02", law.Late, true},
		{"the creditor's delay, not served yet: nothing", law.Filing{Filed: on("2026-09-01"), DelayByCreditor: true}, "", law.NoEffect, false},
		{"filed after the last day", law.Filing{Filed: on("2026-10-05"), Served: on("2026-10-06")}, "2026-10-06", law.Late, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			i, ok := place(t, "PT").ServedOn("pt_lspe_10", on("2026-03-31"), tt.f)
			if !ok || i.LastDay != on("2026-09-30") || i.Deemed != zeroOr(tt.deemed) || i.Effect != tt.effect || i.AskPerson != tt.ask {
				t.Errorf("%t %+v, want %s on %s, ask %t", ok, i, tt.effect, tt.deemed, tt.ask)
			}
			if i.Article != "Código Civil art. 323" || i.Status != law.ToConfirm || i.Why == "" || i.FiledInTime == tt.f.Filed.After(i.LastDay) {
				t.Errorf("%+v", i)
			}
		})
	}
	if _, ok := place(t, "ES").ServedOn("es_cc_1964", on("2026-03-31"), law.Filing{Filed: on("2026-04-01")}); ok {
		t.Error("in Spain a claim interrupts from its filing")
	}
	if _, ok := place(t, "PT").ServedOn("es_cc_1964", calendar.Date{}, law.Filing{}); ok {
		t.Error("a rule of another place was taken")
	}
}
