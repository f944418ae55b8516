// Package pt holds the tables of Portuguese law.
package pt

import (
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
)

// Law returns the law of Portugal.
func Law() *law.Jurisdiction {
	return &law.Jurisdiction{
		Code: "PT", Country: "PT", Name: "Portugal",
		Periods:      periods(),
		Acts:         acts(),
		Suspensions:  suspensions,
		Reach:        reach,
		WaiverFlag:   "possible_waiver_art_302",
		Move:         move,
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
		Remarks:      remarks(),
		Conduct:      conduct,
		Series:       series,
	}
}

// home is Portugal with its national holidays; those of a municipality are
// not counted.
var home = func() calendar.Place {
	p, err := calendar.PlaceOf("PT", "", "Europe/Lisbon")
	if err != nil {
		panic(err) // zone and country are written here
	}
	return p
}()

// move: a period that ends on a Sunday or holiday ends on the next working
// day; a Saturday does not move it.
//
// Source: Código Civil (PT), art. 279 e) with 296.
func move(d calendar.Date) calendar.Date {
	if _, holiday := home.Holiday(d); holiday || d.Weekday() == time.Sunday {
		return home.AddWorkingDays(d, 1)
	}
	return d
}

func cc(article string) law.Source {
	return law.Source{Text: "Código Civil", Article: article, URL: "https://diariodarepublica.pt/dr/legislacao-consolidada/decreto-lei/1966-34509075"}
}

func lspe(article string) law.Source {
	return law.Source{Text: "Lei 23/96", Article: article, URL: "https://dre.tretas.org/dre/234522"}
}

func dl62(article string) law.Source {
	return law.Source{Text: "DL 62/2013", Article: article, URL: "https://diariodarepublica.pt"}
}

// suspensions of 2020 and 2021: not counted until somebody confirms them.
var suspensions = []law.Suspension{
	{
		Code: "pt_covid_2020", From: calendar.Must("2020-03-09"), Resume: calendar.Must("2020-06-03"), Off: true,
		Source: law.Source{Text: "Lei 1-A/2020", Article: "art. 7, and Lei 16/2020", URL: "https://diariodarepublica.pt"}, Status: law.ToConfirm,
	},
	{
		Code: "pt_covid_2021", From: calendar.Must("2021-01-22"), Resume: calendar.Must("2021-04-06"), Off: true,
		Source: law.Source{Text: "Lei 4-B/2021", Article: "art. 6-B, and Lei 13-B/2021", URL: "https://diariodarepublica.pt"}, Status: law.ToConfirm,
	},
}

// months is a period of n months that never changed.
func months(n int) []law.Rule[law.Term] {
	return []law.Rule[law.Term]{{Value: law.Term{Months: n}}}
}
