package activities_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// told puts a fact on the record, and carries out what follows at once.
func (r *room) told(f debt.Fact) {
	r.t.Helper()
	require.NoError(r.t, r.file.Record("case-1", f))
}

// letters performs until so many messages of a letter went out, and gives the last.
func (r *room) letters(name string, n int) *record.Message {
	r.t.Helper()
	for range 60 {
		var found []*record.Message
		for _, m := range r.file.Messages {
			if m.Letter == name {
				found = append(found, m)
			}
		}
		if len(found) == n {
			found[n-1].Text = strings.ReplaceAll(found[n-1].Text, "\u00a0", " ")
			return found[n-1]
		}
		d := r.file.Person.Plan(r.now)[0]
		if d.At.After(r.now) {
			r.now = d.At
		}
		_, err := r.perform(r.t.Context(), d)
		require.NoError(r.t, err)
	}
	r.t.Fatalf("%s does not go out %d times", name, n)
	return nil
}

func quarters(by debt.Role) debt.Plan {
	return debt.Plan{By: by, Schedule: &debt.Schedule{Count: 4, First: calendar.Must("2026-11-02"), Every: "month"}, Interest: 5 * money.Percent}
}

func TestThePlansLetterSaysWhatWasAgreed(t *testing.T) {
	r := newRoom(t, "outbox", "ES", law.Business)
	r.told(debt.PlanProposed{Plan: quarters(debt.Agent)})
	m := r.letters("plan_proposal", 1)
	plan := r.debt().Plans[0]
	assert.Equal(t, plan.Letter, m.ID)
	assert.Equal(t, strategy.Service, m.Purpose)
	for _, words := range []string{"Plazo 1 de 4, 2 de noviembre de 2026", "Plazo 4 de 4, 2 de febrero de 2027", "intereses al 5,00 % anual",
		"a más tardar el 16 de octubre de 2026", "Al confirmarlo reconoce la deuda"} {
		assert.Contains(t, m.Text, words)
	}
	r.told(debt.PlanConfirmed{Plan: plan.ID, How: "reply"})
	m = r.letters("plan_confirmation", 1)
	assert.Contains(t, m.Text, "tendrá 10 días para ponerse al día")
	assert.Contains(t, m.Text, "se sigue debiendo", "what is owed beside the instalments")
}

func TestTheDefaultNoticeNamesWhatIsMissingAndUntilWhen(t *testing.T) {
	r := newRoom(t, "outbox", "ES", law.Business)
	r.told(debt.PlanAgreed{Plan: quarters("")})
	first := r.debt().Plans[0].Instalments[0]
	r.letters("instalment_reminder", 1)
	r.now = calendar.Must("2026-11-02").At(12, 0, r.file.Person.Place.Zone())
	r.told(debt.PaymentReceived{ID: "payment-1", Amount: money.EUR(10000), Received: calendar.Must("2026-11-02")})
	m := r.letters("default_notice", 1)
	late := r.debt().Plans[0].Instalments[0]
	left := first.Amount.Minus(money.EUR(10000))
	assert.Equal(t, m.ID, late.Notice)
	assert.Equal(t, calendar.DateOf(m.Reserved.In(r.file.Person.Place.Zone())).AddDays(10), late.Cure)
	assert.Contains(t, m.Text, "Si paga "+strings.Replace(left.Decimal(), ".", ",", 1)+" €")
	assert.Contains(t, m.Text, "vuelve a deberse de inmediato todo lo pendiente")
}

func TestANoticeThatCannotBeWrittenIsGivenByAPerson(t *testing.T) {
	r := newRoom(t, activities.Outbox, "ES", law.Business)
	r.told(debt.PlanAgreed{Plan: quarters("")})
	r.letters("plan_confirmation", 1)
	r.file.Creditor.Email, r.file.Creditor.Phone = "", ""
	for range 20 {
		if in := r.debt().Plans[0].Instalments[0]; in.Notice != "" {
			break
		}
		d := r.file.Person.Plan(r.now)[0]
		if d.At.After(r.now) {
			r.now = d.At
		}
		require.NotEqual(t, strategy.DefaultPlan, d.Do, "the plan ends, and nobody told the debtor")
		_, err := r.perform(t.Context(), d)
		require.NoError(t, err)
	}
	last := r.file.Tasks[len(r.file.Tasks)-1]
	assert.Equal(t, "default_notice", last.Kind)
	assert.Equal(t, last.ID, r.debt().Plans[0].Instalments[0].Notice)
}

func TestTheTaskToApproveAnOfferIsDueBeforeItLapses(t *testing.T) {
	r := newRoom(t, "outbox", "ES", law.Business)
	balance := r.debt().Statement(r.file.Terms[0], calendar.Must("2026-10-02")).Balance
	r.told(debt.OfferMade{Offer: debt.Offer{Amount: money.EUR(balance.Cents * 92 / 100), Until: calendar.Must("2026-10-20")}})
	_, err := r.perform(t.Context(), r.until(strategy.OpenTask))
	require.NoError(t, err)
	require.Len(t, r.file.Tasks, 1)
	assert.Equal(t, "approve_offer", r.file.Tasks[0].Kind)
	assert.Equal(t, calendar.Must("2026-10-05"), r.file.Tasks[0].Due)
	d := r.until(strategy.LapseOffer)
	assert.Equal(t, calendar.Must("2026-10-06").At(0, 0, r.file.Person.Place.Zone()), d.At)
	assert.Empty(t, r.file.Messages, "nothing goes out about an offer that was not approved")
}
