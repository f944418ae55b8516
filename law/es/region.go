package es

import (
	"slices"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
)

// debated: whether the region's civil law governs commercial contracts.
func debated(or string) law.Note {
	return law.Note{When: law.When{Creditors: business, Debtors: business}, Flag: "region_law_debated", Or: or}
}

// catalanHome is es_ct_121_21 as the other reading of the common law.
const catalanHome = "es_ct_121_21_home"

// notSaid adds to periods of the common law that the debtor lives in Catalonia, of
// whose law nobody said that it governs or does not. Its three years count for
// the cautious day; its ten, where the common law has five, for a person alone.
func notSaid(rows []law.Period) []law.Period {
	three := slices.Concat(periodic, []law.ClaimKind{law.Condominium, law.Services, law.ProfessionalFees})
	for i := range rows {
		if p := &rows[i]; p.Code == "es_cc_1964" || p.Code == "es_cc_1966" || p.Code == "es_cc_1967" {
			p.Notes = append(slices.Clone(p.Notes),
				law.Note{When: law.When{Home: "CT"}, Flag: "region_not_given", Ask: true},
				law.Note{When: law.When{Home: "CT", Kinds: three}, Flag: "region_not_given", Or: catalanHome, Ask: true})
		}
	}
	for _, p := range catalan() {
		if p.Code == "es_ct_121_21" {
			p.Code, p.ByName = catalanHome, true
			rows = append(rows, p)
		}
	}
	return rows
}

// byName returns the common-law periods as rows that are only the other
// reading of a debated case.
func byName() []law.Period {
	rows := slices.Concat(common(), special())
	out := rows[:0]
	for _, p := range rows {
		if p.Code == "es_lgp_25" || p.Code == "es_lctt_79" || p.Code == catalanHome {
			continue // state law, or Catalan: listed with the region's own
		}
		p.ByName = true
		out = append(out, p)
	}
	return out
}

// catalonia is the first book of the Civil Code of Catalonia.
func catalonia() *law.Jurisdiction {
	j := Law()
	j.Code, j.Name = "ES-CT", "Spain, Catalan civil law"
	j.Periods = slices.Concat(catalan(), byName())
	j.Acts = catalanActs()
	j.Remarks = catalanRemarks()
	j.Reach = reach(law.ToConfirm) // whether the region follows the common law here is to be confirmed
	j.WaiverFlag = "possible_waiver_art_121_10"
	j.LongStop = &law.LongStop{Code: "es_ct_121_24", Years: 30, Source: ccCat("art. 121-24"), Status: law.Verified}
	return j
}

func catalan() []law.Period {
	// The first book came into force on 1 January 2004.
	since := func(years int) []law.Rule[law.Term] {
		return []law.Rule[law.Term]{{From: calendar.Must("2004-01-01"), Value: law.Term{Months: 12 * years}}}
	}
	three := law.Period{
		Code: "es_ct_121_21", Lengths: since(3), Start: law.FromDue, Source: ccCat("art. 121-21"), Status: law.Verified,
		Notes: []law.Note{debated("es_cc_1964")},
	}
	every, works, sales := three, three, three
	every.Kinds = append(slices.Clone(periodic), law.Condominium)
	every.Why = "A payment due every year or more often: three years from each due date (Codi civil de Catalunya art. 121-21)."
	works.Kinds = []law.ClaimKind{law.Services, law.ProfessionalFees}
	works.Why = "The price of services and works: three years from the due date (Codi civil de Catalunya art. 121-21)."
	sales.When = law.When{Kinds: []law.ClaimKind{law.Sale}, Creditors: business, Debtors: consumers}
	sales.Why = "The price of a sale to a consumer: three years from the due date (Codi civil de Catalunya art. 121-21)."
	return []law.Period{publicDebtor(), carriage(), works, every, sales, {
		Code: "es_ct_121_20", Lengths: since(10), Start: law.FromDue, Source: ccCat("art. 121-20"), Status: law.Verified,
		Notes: []law.Note{
			debated("es_cc_1964"),
			{
				When: law.When{Kinds: []law.ClaimKind{law.Sale}, Creditors: business, Debtors: business},
				Flag: "art_1967_other_trade", Or: "es_cc_1967",
			},
			{When: law.When{Kinds: []law.ClaimKind{law.Loan}}, Flag: "loan_interest_art_121_21"},
		},
		Why: "A claim without a shorter period of its own: ten years from the due date (Codi civil de Catalunya art. 121-20).",
	}}
}

// catalanActs: the act must reach the debtor in time (121-12), and a court
// claim dismissed for a flaw of procedure restarts the period from its filing
// (121-14 b).
func catalanActs() []law.ActRule {
	court := courtActs(ccCat("arts. 121-11 and 121-14"))
	for i := range court {
		if court[i].Court {
			court[i].AtStart = []string{"procedural_flaw"}
			court[i].Doubt = []string{"dismissed", "withdrawn", "lapsed"}
		}
	}
	return slices.Concat(execution(), letters(ccCat("arts. 121-11 and 121-12")), debtorActs(ccCat("art. 121-11")), court, talks(), []law.ActRule{
		{Type: "mediation", Effect: law.Suspends, Source: ccCat("art. 121-18"), Status: law.Verified},
		{Type: "conciliation", Effect: law.Suspends, Source: ccCat("art. 121-18"), Status: law.ToConfirm},
	})
}

// navarre is the Fuero Nuevo as it stands since the reform of 2019.
func navarre() *law.Jurisdiction {
	j := Law()
	j.Code, j.Name = "ES-NC", "Spain, civil law of Navarre"
	j.Periods = slices.Concat([]law.Period{publicDebtor(), carriage(), {
		Code: "es_nc_35", Start: law.FromDue, Source: nav("ley 35"), Status: law.Verified,
		Lengths: []law.Rule[law.Term]{{From: calendar.Must("2019-10-16"), Value: law.Term{Months: 60}}},
		Notes: []law.Note{
			{When: law.When{Kinds: []law.ClaimKind{law.ProfessionalFees}}, Flag: "navarre_special_periods", Or: "es_cc_1967", Ask: true},
			{
				When: law.When{Kinds: []law.ClaimKind{law.Sale}, Creditors: business, Debtors: consumers},
				Flag: "navarre_special_periods", Or: "es_cc_1967", Ask: true,
			},
			debated("es_cc_1964"),
		},
		Why: "A personal claim under the civil law of Navarre: five years from the due date (Fuero Nuevo de Navarra ley 35).",
	}}, byName())
	j.Reach = reach(law.ToConfirm)
	j.Remarks = navarreseRemarks()
	j.Acts = slices.Concat(execution(), letters(nav("ley 36")), debtorActs(nav("ley 36")), courtActs(nav("ley 36")), talks(), []law.ActRule{
		{Type: "mediation", Effect: law.Suspends, Source: nav("ley 36"), Status: law.Verified},
		{Type: "conciliation", Effect: law.Interrupts, Source: nav("ley 36"), Status: law.Verified},
	})
	return j
}
