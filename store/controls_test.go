package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
	"github.com/recobro/recobro/strategy"
)

// off lists what a control finds, by rule.
func off(t *testing.T, s *store.Store) (rules []string) {
	t.Helper()
	for _, f := range must(s.Controls(ctx, record.ControlFilter{Limit: 200}))(t).Found {
		rules = append(rules, f.Rule)
	}
	return rules
}

// attend does what people do at their desks: it finishes every open task.
func attend(t *testing.T, s *store.Store) {
	t.Helper()
	for _, k := range must(s.Tasks(ctx, "", "open", "", 200))(t) {
		must(s.FinishTask(ctx, k.ID, "k1", "done"))(t)
	}
}

// desk is an installation with one case, and what is done with it.
type desk struct {
	*testing.T
	s   *store.Store
	url string
	id  string
}

func (d desk) tell(f debt.Fact) {
	d.Helper()
	must(d.s.Record(ctx, d.id, fmt.Sprintf("%T %v", f, must(d.s.Now(ctx))(d.T)), operator, f))(d.T)
}

// later moves the clock on while no workflow acts; on, while they do.
func (d desk) later(days int) {
	d.Helper()
	ok(d.T, d.s.Advance(ctx, must(d.s.Now(ctx))(d.T).AddDate(0, 0, days)))
}

func (d desk) on(days int) {
	d.Helper()
	drive(d.T, d.s, must(d.s.Now(ctx))(d.T).AddDate(0, 0, days))
}

func (d desk) set(sql string) {
	d.Helper()
	one[int](d.T, d.url, `with changed as (`+sql+` returning 1) select count(*) from changed`)
}

func (d desk) file() record.File { return must(d.s.File(ctx, d.id))(d.T) }

// ending gives the debt so many days to its last day.
func ending(days int) func(*debt.Submission) {
	return func(in *debt.Submission) {
		in.Claim.Due = calendar.DateOf(start).AddDays(days).AddYears(-5)
		in.Claim.Issued, in.Claim.Kind = in.Claim.Due.AddDays(-30), law.Other
	}
}

type mishap struct {
	rule  string
	debt  func(*debt.Submission)
	happy func(desk) // what goes wrong …
	mend  func(desk) // … and what puts it right
}

func mishaps() []mishap {
	stop := func(d desk) {
		_, _, err := d.s.PlaceStop(ctx, record.Stop{Scope: "case", Of: d.id, Reason: "a trial", By: "k1"})
		ok(d.T, err)
		d.on(6)
		attend(d.T, d.s)
	}
	lift := func(d desk) {
		for _, x := range must(d.s.Stops(ctx))(d.T) {
			must(d.s.LiftStop(ctx, x.ID, "k1"))(d.T)
		}
	}
	return append(promises(), []mishap{
		{strategy.ActionOverdue, nil, func(d desk) { d.later(30) }, catchUp},
		{strategy.NoContactPoint, nil, func(d desk) {
			p, no := d.file().Debtor.Points[0], false
			must(d.s.SetPoint(ctx, d.file().Debtor.ID, record.PointChange{ID: p.ID, Valid: &no}, operator))(d.T)
		}, func(d desk) {
			must(d.s.AddPoint(ctx, d.file().Debtor.ID, record.Point{Channel: "email", Value: "new@talleres.example", Valid: true}))(d.T)
		}},
		{strategy.NoNextAction, func(in *debt.Submission) { in.Principal = money.EUR(90_00) }, func(d desk) {
			d.on(200)
			attend(d.T, d.s)
		}, func(d desk) { d.tell(debt.CaseClosed{Outcome: debt.Uncollectable, Reason: "too small to sue for"}) }},
		{strategy.HoldOver, nil, func(d desk) {
			d.tell(debt.HoldPlaced{Hold: debt.Hold{Reason: debt.HoldPaused, Until: calendar.DateOf(start).AddDays(3)}})
			d.later(10)
		}, catchUp},
		{strategy.DisputeOverdue, nil, func(d desk) {
			d.tell(debt.Disputed{ID: "d-1", Reason: "defective"})
			d.on(35)
			attend(d.T, d.s)
		}, func(d desk) { d.tell(debt.DisputeResolved{Dispute: "d-1", State: debt.DisputeRejected}) }},
		{strategy.HandoffOverdue, nil, func(d desk) {
			must(d.s.SaveFirm(ctx, record.Firm{Name: "Lex", Countries: []string{"ES"}, Active: true}))(d.T)
			d.tell(debt.EscalationAsked{Reason: "the debtor sells up"})
			d.on(5)
			d.later(30)
		}, catchUp},
		{strategy.LimitationNear, ending(40), stop, lift},
		{strategy.TaskOverdue, nil, func(d desk) {
			d.tell(debt.HoldPlaced{Hold: debt.Hold{Reason: debt.HoldComplaint, Until: calendar.DateOf(start).AddDays(1)}})
			d.on(10)
		}, func(d desk) { attend(d.T, d.s) }},
		{strategy.ControlOverdue, nil, func(d desk) {
			d.tell(debt.HoldPlaced{Hold: debt.Hold{Reason: debt.HoldHardship, Until: calendar.DateOf(start).AddDays(300)}})
			d.later(120)
		}, catchUp},
		{strategy.OutcomeUnknown, nil, func(d desk) {
			d.on(10)
			d.set(`update messages set state = 'unknown' where id = (select min(id) from messages)`)
		}, func(d desk) { d.set(`update messages set state = 'sent'`) }},
	}...)
}

// catchUp lets the engine do what it has not done.
func catchUp(d desk) { d.on(0) }

// promises are the mishaps of what was agreed.
func promises() []mishap {
	return []mishap{
		{strategy.PromiseOverdue, nil, func(d desk) {
			d.tell(debt.PromiseMade{Amount: money.EUR(1250_00), PayBy: calendar.DateOf(start).AddDays(1)})
			d.on(4)
			d.later(20)
		}, catchUp},
		{strategy.PlanOverdue, nil, func(d desk) {
			day := calendar.DateOf(start)
			d.tell(debt.PlanAgreed{Plan: debt.Plan{Instalments: []debt.Instalment{
				{Due: day.AddDays(5), Amount: money.EUR(625_00)}, {Due: day.AddDays(35), Amount: money.EUR(625_00)}}}})
			for range 40 { // until the end of the plan is all that is to come
				if next := must(d.s.Decide(ctx, d.id))(d.T); next.Decision.Do == strategy.DefaultPlan && next.Decision.At.After(must(d.s.Now(ctx))(d.T)) {
					break
				}
				d.on(1)
			}
			d.later(30)
		}, catchUp},
	}
}

func TestAControlFindsEachKindOfFaultUntilItIsPutRight(t *testing.T) {
	var seen []string
	for _, m := range mishaps() {
		t.Run(m.rule, func(t *testing.T) {
			s, url := frozen(t)
			k := storetest.Creditor(t, s, "Acme")
			in := storetest.Submission(k.ID, 1, due)
			if m.debt != nil {
				m.debt(&in)
			}
			d := desk{t, s, url, storetest.Case(t, s, in).Case.ID}
			if found := off(t, s); len(found) > 0 {
				t.Fatalf("before anything is wrong: %v", found)
			}
			m.happy(d)
			if found := off(t, s); !slices.Equal(found, []string{m.rule}) {
				t.Fatalf("found %v, want %s (next %+v)", found, m.rule, d.file().Next)
			}
			one := must(s.Controls(ctx, record.ControlFilter{Rule: m.rule}))(t).Found[0]
			if today := calendar.DateOf(must(s.Now(ctx))(t)); one.Case != d.id || one.Since.IsZero() || one.Since.After(today) {
				t.Errorf("it says %+v", one)
			}
			if none := must(s.Controls(ctx, record.ControlFilter{Creditor: "another"}))(t).Found; len(none) > 0 {
				t.Errorf("another creditor is told of %+v", none)
			}
			if n := must(s.Extent(ctx))(t).Off; n[m.rule] != 1 || len(n) != len(strategy.Rules) {
				t.Errorf("counted %v", n)
			}
			m.mend(d)
			if found := off(t, s); len(found) > 0 {
				t.Errorf("put right, and still %v", found)
			}
		})
		seen = append(seen, m.rule)
	}
	for _, rule := range strategy.Rules {
		if !slices.Contains(seen, rule) {
			t.Errorf("nothing tries %s", rule)
		}
	}
}

// A year of a portfolio in which people do their tasks, answer disputes and end
// what has come to nothing.
func TestAWellKeptPortfolioIsEmptyAtEveryControl(t *testing.T) {
	s, _ := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	must(s.SaveFirm(ctx, record.Firm{Name: "Lex", Countries: []string{"ES"}, Active: true}))(t)
	ids := map[string]bool{}
	for n := range 12 {
		in := storetest.Submission(k.ID, n, due.AddDays(-n*31))
		in.Principal = money.EUR(int64(60_00 + 517_00*n))
		ids[storetest.Case(t, s, in).Case.ID] = true
	}
	n, controls := 0, 0
	for at := start; at.Before(start.AddDate(1, 0, 0)); at = at.AddDate(0, 0, 5) {
		drive(t, s, at)
		attend(t, s)
		for id := range ids {
			c := must(s.File(ctx, id))(t).Case
			if d, open := c.OpenDispute(); open {
				must(s.Record(ctx, id, d.ID+at.String(), operator, debt.DisputeResolved{Dispute: d.ID, State: debt.DisputeRejected}))(t)
			} else if n++; n%17 == 0 && c.Open() && !open {
				s.Record(ctx, id, at.String(), operator, debt.Disputed{Reason: "defective"}) // a lawyer's case may not be
			}
		}
		for _, f := range must(s.Controls(ctx, record.ControlFilter{Limit: 200}))(t).Found {
			if f.Rule != strategy.NoNextAction {
				t.Fatalf("%s: %+v, next %+v", at.Format(time.DateOnly), f, must(s.File(ctx, f.Case))(t).Next)
			}
			must(s.Record(ctx, f.Case, "end", operator, debt.CaseClosed{Outcome: debt.Uncollectable, Reason: "studied"}))(t)
		}
		if found := off(t, s); len(found) > 0 {
			t.Fatalf("%s: still %v", at.Format(time.DateOnly), found)
		}
		controls++
	}
	if controls < 70 {
		t.Errorf("only %d controls", controls)
	}
}

func TestWhatIsOffIsListedInPagesWithoutALoss(t *testing.T) {
	s, _ := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	want := map[string]bool{}
	for n := range 7 {
		want[storetest.Case(t, s, storetest.Submission(k.ID, n, due)).Case.ID] = true
	}
	ok(t, s.Advance(ctx, start.AddDate(0, 0, 30)))
	var places []string
	for after := ""; ; {
		found := must(s.Controls(ctx, record.ControlFilter{After: after, Limit: 3}))(t).Found
		for _, f := range found {
			places = append(places, f.Place())
			delete(want, f.Case)
			if !strings.HasPrefix(f.Place(), f.Case) {
				t.Error(f.Place())
			}
		}
		if len(found) < 3 {
			break
		}
		after = places[len(places)-1]
	}
	if len(places) != 7 || len(want) > 0 || !slices.IsSorted(places) {
		t.Errorf("listed %v, missing %v", places, want)
	}
}
