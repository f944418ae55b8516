package workflows

import (
	"strings"

	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// minutes is how an instant is shown to operators.
const minutes = "2006-01-02 15:04"

// summary says in one line what is done when, for Temporal's UI:
// "SendEmail reminder_1, 2026-12-03 09:00".
func summary(d strategy.Decision) string {
	words := []string{string(d.Do)}
	switch {
	case d.Step != "":
		words = append(words, d.Step)
	case d.Letter != "":
		words = append(words, d.Letter)
	case d.Do == strategy.ChangeStage:
		words = append(words, string(d.Stage))
	case d.Outcome != "":
		words = append(words, string(d.Outcome))
	}
	if d.At.IsZero() {
		return strings.Join(words, " ")
	}
	return strings.Join(words, " ") + ", " + d.At.Format(minutes)
}

// details say where the case stands and what it waits for.
func details(n record.Next) string {
	if n.Decision.Final() {
		return "Stage: " + string(n.Stage) + "\n\nNothing more is done."
	}
	s := "Stage: " + string(n.Stage) + "\n\nNext: " + summary(n.Decision)
	for _, w := range n.Decision.Why {
		s += "\n\nWhy: " + w.Code
		if w.What != "" {
			s += " (" + w.What + ")"
		}
	}
	return s
}
