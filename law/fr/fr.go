// Package fr holds the tables of French law.
package fr

import (
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
)

// Law returns the law of France.
func Law() *law.Jurisdiction {
	return &law.Jurisdiction{
		Code: "FR", Country: "FR", Name: "France",
		Periods:      periods(),
		Acts:         acts(),
		Grace:        grace,
		Reach:        reach,
		LongStop:     &law.LongStop{Code: "fr_cc_2232", Years: 20, Court: true, Source: cc("art. 2232"), Status: law.Verified},
		WaiverFlag:   "possible_waiver_art_2251",
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
		Attempts:     attempts,
		Remarks:      remarks(),
		Conduct:      conduct,
		Series:       series,
	}
}

// grace: acts due under the state of emergency could be done up to two months
// after it.
var grace = &law.Grace{
	Code: "fr_covid_2020", From: calendar.Must("2020-03-12"), To: calendar.Must("2020-06-23"), Until: calendar.Must("2020-08-23"),
	Source: law.Source{Text: "Ordonnance 2020-306", Article: "art. 2", URL: "https://www.legifrance.gouv.fr/loda/id/JORFTEXT000041755644"}, Status: law.ToConfirm,
}

const legifrance = "https://www.legifrance.gouv.fr/codes/texte_lc/"

func cc(article string) law.Source {
	return law.Source{Text: "Code civil", Article: article, URL: legifrance + "LEGITEXT000006070721"}
}

func ccom(article string) law.Source {
	return law.Source{Text: "Code de commerce", Article: article, URL: legifrance + "LEGITEXT000005634379"}
}

func ccons(article string) law.Source {
	return law.Source{Text: "Code de la consommation", Article: article, URL: legifrance + "LEGITEXT000006069565"}
}

// years is a period of n years that never changed.
func years(n int) []law.Rule[law.Term] {
	return []law.Rule[law.Term]{{Value: law.Term{Months: 12 * n}}}
}

// since2008 is a period of n years of the reform of limitation, Loi 2008-561;
// what came before it is not in the table.
func since2008(n int) []law.Rule[law.Term] {
	return []law.Rule[law.Term]{{From: calendar.Must("2008-06-19"), Value: law.Term{Months: 12 * n}}}
}
