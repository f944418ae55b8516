package law

import "github.com/recobro/recobro/calendar"

// ProofOfClaim is until when creditors file their claims in an insolvency, from
// the publication of its opening.
type ProofOfClaim struct {
	Months  int    // zero: the court sets the day
	MostDay int    // days that a court may set at most; zero where it does not
	From    string // what is published
	Source  Source
	Status  Status
}

// proofsOfClaim are the rows, by country.
var proofsOfClaim = map[string]ProofOfClaim{
	"ES": {Months: 1, From: "BOE", Status: ToConfirm,
		Source: Source{Text: "RDLeg 1/2020", Article: "art. 255", URL: "https://www.boe.es/buscar/act.php?id=BOE-A-2020-4859"}},
	"FR": {Months: 2, From: "BODACC", Status: ToConfirm,
		Source: Source{Text: "Code de commerce", Article: "art. L622-24, R622-24", URL: "https://www.legifrance.gouv.fr/codes/texte_lc/LEGITEXT000005634379"}},
	"PT": {MostDay: 30, From: "Citius", Status: ToConfirm,
		Source: Source{Text: "CIRE (DL 53/2004)", Article: "art. 36.º n.º 1 j), 128.º", URL: "https://diariodarepublica.pt/dr/legislacao-consolidada/decreto-lei/2004-34529075"}},
}

// ProofOfClaim gives the row of the place, and the last day to file a claim in
// an insolvency that was published on a day; no day where the court sets it.
func (j *Jurisdiction) ProofOfClaim(published calendar.Date) (row ProofOfClaim, last calendar.Date) {
	row = proofsOfClaim[j.Country]
	if row.Months > 0 && !published.IsZero() {
		last = published.AddMonths(row.Months)
	}
	return row, last
}
