package law

import (
	"fmt"

	"github.com/recobro/recobro/calendar"
)

// ProofOfClaim is the row of until when creditors file their claims in an
// insolvency, from the publication of its opening.
type ProofOfClaim struct {
	Code     string
	Months   int    // zero: the court sets the day
	MostDays int    // that a court may set; zero where it sets none
	From     string // where the opening is published
	Source   Source
	Status   Status
	Why      string // names the article
}

// ProofOfClaim gives the row of the place, and the last day to file a claim in
// an insolvency that was published on a day; no day where the court sets it.
func (j *Jurisdiction) ProofOfClaim(published calendar.Date) (row ProofOfClaim, last calendar.Date) {
	row = j.Insolvency
	if row.Months > 0 && !published.IsZero() {
		last = published.AddMonths(row.Months)
	}
	return row, last
}

func (j *Jurisdiction) writeInsolvency(m *sheet) {
	r := &j.Insolvency
	term := Term{Months: r.Months}.String()
	if r.Months == 0 {
		term = fmt.Sprintf("as the court sets it, %d days at most", r.MostDays)
	}
	m.table([]string{"code", "term", "from", "why", "source", "status"},
		[][]string{{code(r.Code), term, "the publication in " + r.From, r.Why, linked(r.Source), inWords(r.Status)}})
}
