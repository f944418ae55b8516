package activities

import (
	"context"
	"fmt"
	"strings"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// taskDays are how many working days people have for a task, by its kind;
// where a kind is not listed, otherDays.
var taskDays = map[string]int{
	"limitation_claim":   1, // the guard cannot act by itself: the period runs out
	"limitation_reached": 2,
	"limitation_30":      2,
	"no_channel":         5,
	"default_notice":     2, // the days to make it good run from the notice
	"study":              10,
	"limitation_180":     10,
}

const otherDays = 5

// OpenTask opens a task for a person: a call, or something that the engine may
// not decide.
func (a *Activities) OpenTask(ctx context.Context, in Turn) (record.Next, error) {
	return a.act(ctx, in, openTask)
}

// ReviewHold asks a person to look at a hold that is over, and carries the hold
// on until they have.
func (a *Activities) ReviewHold(ctx context.Context, in Turn) (record.Next, error) {
	return a.act(ctx, in, openTask)
}

// RaiseAlarm warns people that the limitation period is running out.
func (a *Activities) RaiseAlarm(ctx context.Context, in Turn) (record.Next, error) {
	return a.act(ctx, in, openTask)
}

// openTask adds the task that the decision's facts refer to.
func openTask(t *record.Turn, done *record.Done) error {
	id := ""
	if f, ok := find[debt.StepDone](done.Facts); ok {
		id = f.Ref
	} else if f, ok := find[debt.AlarmRaised](done.Facts); ok {
		id = f.Task
	}
	if id == "" {
		return fmt.Errorf("no task follows from %s", t.Decision.Do)
	}
	done.Tasks = append(done.Tasks, record.Task{
		ID: id, Case: t.Case().ID, Creditor: t.Case().Creditor, Kind: t.Decision.Letter, Step: t.Decision.Step,
		Due: taskDue(t), State: "open", Opened: t.Now,
	})
	return nil
}

// taskDue is the last day for the task: working days where the debtor lives for
// a call, where the creditor is for the rest.
func taskDue(t *record.Turn) calendar.Date {
	kind, day := t.Decision.Letter, today(t)
	if kind == "call" {
		return t.Person.Place.AddWorkingDays(day, max(callDays(situation(t).Strategy, t.Decision.Step), 1))
	}
	if kind == "approve_offer" {
		return t.Decision.Why[0].On // then the offer lapses
	}
	if last := t.Decision.Why[0].On; kind == "proof_of_claim" && !last.IsZero() {
		return before(last.AddDays(-proofLead), t.Terms[t.Index].Home.AddWorkingDays(day, 1), last)
	}
	n, ok := taskDays[kind]
	if !ok {
		n = otherDays
	}
	return t.Terms[t.Index].Home.AddWorkingDays(day, n)
}

// callDays gives the deadline of the call that belongs to a step; the mark of
// the call carries the step's name in its own.
func callDays(s *strategy.Strategy, mark string) int {
	days, longest := 0, -1
	for i := range s.Steps {
		st := &s.Steps[i]
		if st.Act == "call" && len(st.Name) > longest && strings.HasPrefix(mark, st.Name) {
			days, longest = st.CallDays, len(st.Name)
		}
	}
	return days
}

// proofLead is how many days before the last day a claim in an insolvency is to
// be filed.
const proofLead = 7

// before is day, or first where that is later, but never after last.
func before(day, first, last calendar.Date) calendar.Date {
	if first.After(day) {
		day = first
	}
	if day.After(last) {
		return last
	}
	return day
}
