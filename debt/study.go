package debt

import (
	"slices"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// Findings of a study.
const (
	Collectable    = "collectable"
	NotCollectable = "uncollectable"
)

// SolvencyResults lists what a check of a debtor's means may say.
var SolvencyResults = []string{"solvent", "doubtful", "insolvent", "unknown"}

// Solvency is what is known of a debtor's means, and from whom.
type Solvency struct {
	Source    string        `json:"source,omitempty"` // manual, or the name of who was asked
	On        calendar.Date `json:"on,omitzero"`
	Result    string        `json:"result"` // one of SolvencyResults
	Reference string        `json:"reference,omitempty"`
}

// History is what the record knows of a debtor with the same creditor, beside the
// debt that is studied. Sums are in its currency, and leave out other ones.
type History struct {
	Debts    int           `json:"debts"`
	Open     int           `json:"open"`
	Volume   money.Amount  `json:"volume"`          // of their principals
	Paid     money.Amount  `json:"paid"`            // that came in for them
	Share    int           `json:"paid_share"`      // of the volume, in percent; zero without any
	DaysLate int           `json:"days_late"`       // from due to paid, on average over those that were
	Since    calendar.Date `json:"since,omitzero"`  // when the first was opened
	Promises int           `json:"promises"`        // of all debts, this one too
	Broken   int           `json:"promises_broken"` // of them
	Agreed   int           `json:"plans"`           // instalment plans of this debt
	Guarded  int           `json:"guarantors"`      // who answer for this debt too
}

// Study is a look at whether a debt is worth pursuing.
type Study struct {
	ID       string        `json:"id"`
	On       calendar.Date `json:"on"`
	Finding  string        `json:"finding"`  // collectable or uncollectable: a person's
	Suggests string        `json:"suggests"` // the engine's, by Reasons
	Reasons  []string      `json:"reasons"`  // codes
	Review   calendar.Date `json:"review_on"`
	History  History       `json:"history"`
	Solvency Solvency      `json:"solvency"`
	Close    bool          `json:"close,omitempty"` // it closed the case
}

// StudyMade is a study put on the record.
type StudyMade struct {
	Study Study  `json:"study"`
	Note  string `json:"note,omitempty"`
}

// Kind is the fact's name on the record.
func (StudyMade) Kind() string { return "study_made" }

// Days until a study is looked at again: where none is said, and at most.
const (
	reviewAfter = 180
	reviewMost  = 5 * 366
)

// studied completes a study, and closes the case where it says so.
func (h hearing) studied(f StudyMade) ([]Fact, *Refusal) {
	s := &f.Study
	if !h.Open() && h.Outcome != Uncollectable {
		return nil, conflict("case_closed", "case %s is closed as %s", h.ID, h.Outcome)
	}
	if s.Solvency.Result == "" {
		s.Solvency.Result = "unknown"
	}
	switch {
	case s.Finding != Collectable && s.Finding != NotCollectable:
		return nil, wrong("finding", "study_finding", "finding must be collectable or uncollectable")
	case !slices.Contains(SolvencyResults, s.Solvency.Result):
		return nil, wrong("solvency.result", "solvency_result", "result must be one of %s", law.Listed(SolvencyResults))
	case s.Solvency.On.After(h.latestToday()):
		return nil, wrong("solvency.on", "date_in_future", "on %s lies in the future: today is %s", s.Solvency.On, h.today)
	case s.Close && s.Finding != NotCollectable:
		return nil, wrong("close", "study_close", "only a debt that is found uncollectable is closed by its study")
	case s.Close && !h.Open():
		return nil, conflict("case_closed", "case %s is closed as %s", h.ID, h.Outcome)
	}
	if s.Review.IsZero() {
		s.Review = h.today.AddDays(reviewAfter)
	}
	if !s.Review.After(h.today) || h.today.Days(s.Review) > reviewMost {
		return nil, wrong("review_on", "review_range", "review_on must lie from tomorrow to five years ahead")
	}
	s.ID, s.On = h.id("study"), h.today
	s.History.Agreed = len(h.Plans)
	s.Suggests, s.Reasons = h.suggest(s)
	if !s.Close {
		return []Fact{f}, nil
	}
	out, no := h.closed(CaseClosed{Outcome: Uncollectable, Reason: "study_negative"})
	return append([]Fact{f}, out...), no
}

// suggest weighs what a study found: a guarantor answers whatever the debtor's
// means, and an insolvent debtor does not whatever they paid before; of the rest
// what speaks for it has to be no less than what speaks against.
func (h hearing) suggest(s *Study) (finding string, reasons []string) {
	x := &s.History
	reasons = []string{}
	score := 0
	weigh := func(is bool, points int, code string) {
		if is {
			score += points
			reasons = append(reasons, code)
		}
	}
	weigh(h.limited(), -100, "limited")
	weigh(x.Guarded > 0, 20, "guaranteed")
	weigh(s.Solvency.Result == "insolvent", -10, "insolvent")
	weigh(s.Solvency.Result == "doubtful", -1, "means_doubtful")
	weigh(s.Solvency.Result == "solvent", 2, "solvent")
	weigh(x.Debts > 0 && x.Share >= 50, 1, "paid_before")
	weigh(x.Debts > 1 && x.Share < 10, -1, "never_paid")
	weigh(x.DaysLate > 180, -1, "paid_very_late")
	weigh(x.Broken > 1 && 2*x.Broken > x.Promises, -1, "promises_broken")
	weigh(h.Received().Cents > 0, 1, "paid_in_part")
	weigh(x.Debts == 0, 0, "no_history")
	if score < 0 {
		return NotCollectable, reasons
	}
	return Collectable, reasons
}
