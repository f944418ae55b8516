package pt

import "github.com/recobro/recobro/law"

// conduct is the house's default; its hours lie within those that the Banco de
// Portugal leaves to collectors of bank credit.
var conduct = []law.ContactRule{{Contact: law.Contact{
	Days:     [7]bool{1: true, 2: true, 3: true, 4: true, 5: true},
	Spans:    []law.Span{{From: 9 * 60, To: 20 * 60}},
	CallsMax: 3, CallsDays: 7, MessageMax: 2, MessageDays: 7,
	Source: law.Source{
		Text: "Banco de Portugal, notice on recovery of credit",
		URL:  "https://jornaleconomico.sapo.pt/noticias/recuperacao-de-credito-tem-regras-conheca-quais-sao-440905",
	},
	Status: law.Secondary,
}}}
