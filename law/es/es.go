// Package es holds the tables of Spanish law: common law, and the civil law of
// Catalonia and Navarre where it differs.
package es

import (
	"slices"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
)

// Law returns the common law of Spain.
func Law() *law.Jurisdiction {
	return &law.Jurisdiction{
		Code: "ES", Country: "ES", Name: "Spain, common law",
		Periods:      slices.Concat(notSaid(common()), special()),
		Acts:         acts(),
		Suspensions:  suspensions,
		Reach:        reach(law.Verified),
		WaiverFlag:   "possible_waiver_art_1935",
		Terms:        terms,
		Fixed:        fixed,
		CostRules:    costRules,
		Imputation:   imputation,
		Judgments:    judgments,
		Spreading:    spreading,
		Courts:       courts(),
		PaymentTerms: paymentTerms,
		Capital:      capital,
		VAT:          vat,
		Rulebook:     rulebook(),
		NoticeRules:  notices(),
		CourtTime:    courtTime,
		Insolvency:   insolvency,
		Attempts:     negotiations(),
		Remarks:      remarks(),
		Conduct:      conduct,
		Series:       series(),
	}
}

// Region returns the law of a region that has tables of its own; ok is false
// for any other.
func Region(code string) (j *law.Jurisdiction, ok bool) {
	switch code {
	case "CT":
		return catalonia(), true
	case "NC":
		return navarre(), true
	}
	name, ok := foral[code]
	if !ok {
		return nil, false
	}
	j = Law()
	j.Code, j.Name = "ES-"+code, "Spain, civil law of "+name
	j.Flags = []string{"region_common_periods_to_confirm"}
	return j, true
}

// Regions lists the regions that have tables of their own, by the second part
// of their ISO 3166-2:ES code.
var Regions = []string{"AR", "CT", "GA", "IB", "NC", "PV"}

// foral names the regions with a civil law that leaves the periods of money
// claims to the common law, as far as known.
var foral = map[string]string{"AR": "Aragon", "IB": "the Balearic Islands", "GA": "Galicia", "PV": "the Basque Country"}

// CommonLaw lists the regions and cities without a civil law of their own.
var CommonLaw = []string{"AN", "AS", "CN", "CB", "CL", "CM", "CE", "EX", "MD", "ML", "MC", "RI", "VC"}

// text returns a source of Spanish law.
func text(name, article, boe string) law.Source {
	return law.Source{Text: name, Article: article, URL: "https://www.boe.es/buscar/act.php?id=" + boe}
}

func cc(article string) law.Source { return text("Código Civil", article, "BOE-A-1889-4763") }
func ccCat(article string) law.Source {
	return text("Codi civil de Catalunya", article, "BOE-A-2003-2410")
}
func nav(article string) law.Source { return text("Fuero Nuevo de Navarra", article, "BOE-A-1973-330") }
func l3(article string) law.Source  { return text("Ley 3/2004", article, "BOE-A-2004-21830") }
func lctt(article string) law.Source {
	return text("Ley 15/2009", article, "BOE-A-2009-18004")
}

// years is a period of n years that never changed.
func years(n int) []law.Rule[law.Term] {
	return []law.Rule[law.Term]{{Value: law.Term{Months: 12 * n}}}
}

// suspensions: every period of limitation and caducity stood still under the
// state of alarm, regional civil law included; 82 days.
var suspensions = []law.Suspension{{
	Code: "es_covid", From: calendar.Must("2020-03-14"), Resume: calendar.Must("2020-06-04"),
	Source: text("Real Decreto 463/2020", "DA 4, and Real Decreto 537/2020 art. 10", "BOE-A-2020-3692"), Status: law.Verified,
}}
