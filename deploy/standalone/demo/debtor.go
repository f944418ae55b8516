package demo

import (
	"fmt"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
)

// debtor plays one debt's debtor, and the creditor who answers a dispute. What
// it does next follows from the case alone, so that a demonstration cut off in
// the middle goes on as if it had not been.
type debtor struct {
	row
	caseID string
	start  calendar.Date
	zone   *time.Location
	done   bool      // nothing more comes from this side
	next   time.Time // when it does something; zero where done
}

// move is what a debtor does on a day.
type move struct {
	on   calendar.Date
	what string
	fact func(balance money.Amount) debt.Fact
}

// firstMove is the day on which the debtor of the sample paid; of a debt that
// is old already, some days after it is first asked for.
func (d *debtor) firstMove() calendar.Date {
	day := d.start.AddDays(d.due + d.late)
	if d.due+d.late > 2 {
		return day
	}
	return d.start.AddDays(3 + d.late + chance(50, d.submission.Reference))
}

func pay(on calendar.Date, percent int64) move {
	return move{on: on, what: "payment", fact: func(balance money.Amount) debt.Fact {
		sum := money.Of((balance.Cents*percent+99)/100, balance.Currency)
		return debt.PaymentReceived{Amount: sum, Received: on, Method: "transfer"}
	}}
}

func paySum(on calendar.Date, sum money.Amount) move {
	return move{on: on, what: "payment", fact: func(money.Amount) debt.Fact {
		return debt.PaymentReceived{Amount: sum, Received: on, Method: "transfer"}
	}}
}

func promise(on calendar.Date) move {
	return move{on: on, what: "promise", fact: func(balance money.Amount) debt.Fact {
		return debt.PromiseMade{Amount: balance, PayBy: on.AddDays(12), Channel: "phone"}
	}}
}

// moves says what the debtor does next on case c; ok is false where nothing.
func (d *debtor) moves(c *debt.Case) (m move, ok bool) {
	first := d.firstMove()
	switch d.behaviour {
	case "pays":
		return d.paysAll(c, first)
	case "pays_late":
		return d.paysAll(c, first.AddDays(75))
	case "part":
		if len(c.Payments) == 0 {
			return pay(first, 40), true
		}
		return d.paysAll(c, first.AddDays(120))
	case "promise_kept", "promise_broken", "promise_broken_never":
		return d.promises(c, first)
	case "plan":
		return d.plans(c, first)
	case "dispute_rejected_pays", "dispute_rejected_never", "dispute_partly", "dispute_upheld":
		return d.disputes(c, first)
	}
	return move{}, false
}

// paysAll pays what is owed on a day, and a rest that was left three weeks on.
func (d *debtor) paysAll(c *debt.Case, on calendar.Date) (move, bool) {
	if n := len(c.Payments); n > 0 && !c.Payments[n-1].Received.Before(on) {
		on = c.Payments[n-1].Received.AddDays(21)
	}
	return pay(on, 100), len(c.Payments) < 4
}

func (d *debtor) promises(c *debt.Case, first calendar.Date) (move, bool) {
	if d.start.AddDays(d.due).After(first) { // nobody promises before a debt is due
		first = d.start.AddDays(d.due + 5)
	}
	if len(c.Promises) == 0 {
		return promise(first), true
	}
	p := c.Promises[len(c.Promises)-1]
	switch {
	case d.behaviour == "promise_kept" && p.State == debt.PromiseRunning:
		return paySum(p.PayBy, p.Amount), true
	case d.behaviour == "promise_kept":
		return d.paysAll(c, p.PayBy.AddDays(20))
	case d.behaviour == "promise_broken":
		return d.paysAll(c, p.GraceEnd.AddDays(25))
	}
	return move{}, false
}

// plans agrees on four monthly instalments, and pays them; one debtor in three
// stops after the second.
func (d *debtor) plans(c *debt.Case, first calendar.Date) (move, bool) {
	if len(c.Plans) == 0 {
		return move{on: first, what: "plan", fact: func(balance money.Amount) debt.Fact {
			var p debt.Plan
			for i, sum := range balance.Shares(1, 1, 1, 1) {
				p.Instalments = append(p.Instalments, debt.Instalment{Due: first.AddDays(10).AddMonths(i), Amount: sum})
			}
			return debt.PlanAgreed{Plan: p}
		}}, true
	}
	p := c.Plans[0]
	n := len(c.Payments)
	if n >= len(p.Instalments) {
		return d.paysAll(c, c.Payments[n-1].Received.AddDays(15))
	}
	if n >= 2 && chance(3, "plan"+d.submission.Reference) == 0 {
		return move{}, false
	}
	return paySum(p.Instalments[n].Due, p.Instalments[n].Amount), true
}

// disputes contests the debt, is answered by the creditor two weeks on, and
// then pays or does not.
func (d *debtor) disputes(c *debt.Case, first calendar.Date) (move, bool) {
	if len(c.Disputes) == 0 {
		return move{on: first, what: "dispute", fact: func(money.Amount) debt.Fact {
			reasons := []string{"goods_not_received", "wrong_amount", "defective"}
			return debt.Disputed{Reason: reasons[chance(3, d.submission.Reference)]}
		}}, true
	}
	x := c.Disputes[0]
	opened := calendar.DateOf(x.Opened.In(d.zone))
	if x.State == "open" {
		return move{on: opened.AddDays(14), what: "answer", fact: func(money.Amount) debt.Fact { return d.answer(c, x.ID) }}, true
	}
	if d.behaviour == "dispute_rejected_never" {
		return move{}, false
	}
	return d.paysAll(c, opened.AddDays(30))
}

func (d *debtor) answer(c *debt.Case, id string) debt.Fact {
	switch d.behaviour {
	case "dispute_upheld":
		return debt.DisputeResolved{Dispute: id, State: "upheld"}
	case "dispute_partly":
		return debt.DisputeResolved{Dispute: id, State: "partly", Reduction: money.Of(c.OpenPrincipal().Cents/4, c.Principal.Currency)}
	}
	return debt.DisputeResolved{Dispute: id, State: "rejected"}
}

// plan sets when the debtor does something next, given the case and the day on
// which it may do so at the earliest.
func (d *debtor) plan(c *debt.Case, earliest calendar.Date) {
	d.next = time.Time{}
	m, ok := d.moves(c)
	if d.done || !ok || !c.Open() {
		return
	}
	if m.on.Before(earliest) {
		m.on = earliest
	}
	d.next = m.on.At(11, chance(240, d.submission.Debtor.Reference+d.submission.Reference)%60, d.zone)
}

// key makes a move safe to repeat: it counts what is on the record already.
func (m move) key(c *debt.Case) string {
	return fmt.Sprintf("demo-%s-%d-%d-%d-%d", m.what, len(c.Payments), len(c.Promises), len(c.Plans), len(c.Disputes))
}
