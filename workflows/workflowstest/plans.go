package workflowstest

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/recobro/recobro/activities/activitiestest"
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/workflows"
)

// Scene is where a life is played: a real server, or the SDK's environment.
type Scene interface {
	// File is the record of the case.
	File() *activitiestest.File
	// Tell signals the case's workflow, which starts if it does not run. Before
	// it says that the decision is due, it moves the clock to that instant.
	Tell(signal string) error
	// Cancel asks for the workflow's cancellation.
	Cancel() error
}

func told(signal string) func(Scene) error {
	return func(s Scene) error { return s.Tell(signal) }
}

func cancelled(s Scene) error { return s.Cancel() }

// only is the one case of a life.
func only(f *activitiestest.File) *debt.Case { return f.Person.Cases[0].Case }

func fact(x debt.Fact) func(Scene) error {
	return func(s Scene) error {
		f := s.File()
		if err := f.Record(only(f).ID, x); err != nil {
			return fmt.Errorf("record %s: %w", x.Kind(), err)
		}
		return s.Tell(workflows.News)
	}
}

// owed is the balance of the case today.
func owed(s Scene) (balance money.Amount, today calendar.Date) {
	f := s.File()
	today = calendar.DateOf(f.Now().In(f.Person.Place.Zone()))
	return only(f).Statement(f.Terms[0], today).Balance, today
}

func pays(s Scene, sum money.Amount) error {
	_, today := owed(s)
	id := "payment-" + strconv.Itoa(1+len(only(s.File()).Payments))
	return fact(debt.PaymentReceived{ID: id, Amount: sum, Received: today})(s)
}

func paid(s Scene) error {
	balance, _ := owed(s)
	return pays(s, balance)
}

func paidHalf(s Scene) error {
	balance, _ := owed(s)
	return pays(s, money.EUR(balance.Cents/2+1))
}

func paidOffer(s Scene) error { return pays(s, only(s.File()).Offers[0].Amount) }

// bounced has the bank take the last payment back.
func bounced(s Scene) error {
	all := only(s.File()).Payments
	_, today := owed(s)
	return fact(debt.PaymentBounced{Payment: all[len(all)-1].ID, On: today, Reason: "account_closed"})(s)
}

func promised(payBy string) func(Scene) error {
	return func(s Scene) error {
		balance, _ := owed(s)
		return fact(debt.PromiseMade{ID: "promise-1", Amount: balance, PayBy: calendar.Must(payBy)})(s)
	}
}

// instalments agrees to pay the balance in equal parts on the days.
func instalments(days ...string) func(Scene) error {
	return func(s Scene) error {
		balance, _ := owed(s)
		var p debt.Plan
		left := balance.Cents
		for i, day := range days {
			part := left / int64(len(days)-i)
			left -= part
			p.Instalments = append(p.Instalments, debt.Instalment{Due: calendar.Must(day), Amount: money.EUR(part)})
		}
		return fact(debt.PlanAgreed{Plan: p})(s)
	}
}

// offered offers to settle for so many per cent less than is owed.
func offered(percent int64, until string) func(Scene) error {
	return func(s Scene) error {
		balance, _ := owed(s)
		sum := money.EUR(balance.Cents * (100 - percent) / 100)
		return fact(debt.OfferMade{Offer: debt.Offer{Amount: sum, Until: calendar.Must(until)}})(s)
	}
}

func accepted(s Scene) error {
	return fact(debt.OfferEnded{Offer: only(s.File()).Offers[0].ID, State: debt.OfferAccepted})(s)
}

// hold places a hold; the record chooses its end where until is empty.
func hold(why debt.HoldReason, until string) func(Scene) error {
	h := debt.Hold{Reason: why}
	if until != "" {
		h.Until = calendar.Must(until)
	}
	return fact(debt.HoldPlaced{Hold: h})
}

// lift ends the hold for that reason, unless it has ended by itself.
func lift(why debt.HoldReason) func(Scene) error {
	return func(s Scene) error {
		for _, h := range only(s.File()).Holds {
			if h.Reason == why {
				return fact(debt.HoldEnded{Hold: h.ID, Note: "go on"})(s)
			}
		}
		return s.Tell(workflows.News)
	}
}

func closed(out debt.Outcome) func(Scene) error {
	return fact(debt.CaseClosed{Outcome: out, Reason: "creditor"})
}

// stopped places an emergency stop of that scope, or lifts it where empty.
func stopped(scope string) func(Scene) error {
	return func(s Scene) error {
		s.File().Change(func(f *activitiestest.File) { f.Person.Cases[0].Stopped = scope })
		return s.Tell(workflows.News)
	}
}

// answered has the firm that was asked last answer.
func answered(state string) func(Scene) error {
	return func(s Scene) error {
		all := s.File().Handoffs
		if len(all) == 0 {
			return errors.New("the case was not offered to a firm yet")
		}
		return fact(debt.HandoffEnded{Handoff: all[len(all)-1].ID, State: state, Note: "no capacity"})(s)
	}
}

func called(outcome string) func(Scene) error {
	return fact(debt.CallLogged{ID: "call-1", Outcome: outcome})
}

// refusing has every act refused from now on, or carried out again.
func refusing(on bool) func(Scene) error {
	return func(s Scene) error {
		down := func(doing string) error {
			if !on || doing == "Decide" || doing == "Record" {
				return nil
			}
			if x, ok := s.(*studio); ok {
				x.sleeps() // what is refused is tried again after a pause, which is real
			}
			return &debt.Refusal{Rule: "broken", Detail: "refused while recording"}
		}
		s.File().Change(func(f *activitiestest.File) { f.Down = down })
		return s.Tell(workflows.News)
	}
}

// takes is a provider that takes everything.
func takes(n int) record.Delivery {
	return record.Delivery{State: "sent", Provider: "provider-" + strconv.Itoa(n)}
}

// throttles is a provider that is busy for the first two messages.
func throttles(n int) record.Delivery {
	if n <= 2 {
		return record.Delivery{State: "failed", Code: "429", Retry: true}
	}
	return takes(n)
}

// turnsAway is a provider that refuses the second message for good.
func turnsAway(n int) record.Delivery {
	if n == 2 {
		return record.Delivery{State: "failed", Code: "550", DeadPoint: true}
	}
	return takes(n)
}
