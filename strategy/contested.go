package strategy

import "github.com/recobro/recobro/debt"

// The letters of a dispute: who says to have paid is asked for proof, and who was
// answered is told so in writing.
const (
	proofLetter  = "dispute_proof"
	answerLetter = "dispute_answer"
)

// overdueTask is the task that puts a dispute which nobody answered in time
// before a supervisor.
const overdueTask = "dispute_overdue"

// disputes has the debtor told what a dispute still has to tell them.
func (l *look) disputes() {
	for i := range l.c.Disputes {
		d := &l.c.Disputes[i]
		if d.Letter != debt.LetterDue && (d.Letter == "" || !l.lost(d.Letter)) {
			continue
		}
		letter := answerLetter
		if d.State == debt.DisputeOpen {
			letter = proofLetter
		}
		l.notify(letter, d.ID, notice{on: l.today, by: byMessage[:1], cause: Reason{Code: letter, What: d.State}})
	}
}

// reviewOf is the task that a hold whose day is over is looked at by.
func reviewOf(h *debt.Hold) string {
	if h.Reason == debt.HoldDispute {
		return overdueTask
	}
	return "review_hold"
}

// escalate puts the dispute of a hold that is carried on before a supervisor.
func (f *minutes) escalate(of string) {
	for i := range f.c.Disputes {
		if d := &f.c.Disputes[i]; d.ID == of && d.State == debt.DisputeOpen && d.AnswerFrom != debt.Supervisor {
			f.add(debt.DisputeEscalated{Dispute: of})
		}
	}
}
