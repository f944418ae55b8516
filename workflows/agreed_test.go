package workflows_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
)

// bySupervisor lets what is reported from here on go as far as a supervisor may.
func (l *life) bySupervisor() {
	for i := range l.file.Terms {
		l.file.Terms[i].By = debt.Supervisor
	}
}

// pay reports a payment on the day that it comes.
func (l *life) pay(day string, cents int64) {
	id := fmt.Sprintf("payment-%d", len(l.plans)+1)
	l.at(day, reports(debt.PaymentReceived{ID: id, Amount: money.EUR(cents), Received: calendar.Must(day)}))
}

// sent lists the letters of a name, by the day they went out.
func (l *life) sent(letter string) []string {
	var out []string
	for _, m := range l.file.Messages {
		if m.Letter == letter {
			out = append(out, calendar.DateOf(m.Reserved.In(l.file.Person.Place.Zone())).String())
		}
	}
	return out
}

// letter gives the only message of a letter.
func (l *life) letter(name string) *record.Message {
	l.t.Helper()
	i := slices.IndexFunc(l.file.Messages, func(m *record.Message) bool { return m.Letter == name })
	require.GreaterOrEqual(l.t, i, 0, "no %s was sent", name)
	return l.file.Messages[i]
}

// owes holds the statement of each day against a sum worked out by hand.
func (l *life) owes(want map[string]int64) {
	l.t.Helper()
	for day, cents := range want {
		got := l.debt().Statement(l.file.Terms[0], calendar.Must(day)).Balance
		assert.Equal(l.t, money.EUR(cents), got, "as of %s", day)
	}
}

// The hand calculation: 1,250.00 fell due on 1 September 2025, at 10.15 % a year
// from the day after; 40.00 are owed for recovery costs. A payment goes to the
// interest, then to the compensation, then to the principal.
//
//	22 Sep  1,250.00 × 21/365 × 10.15 % =  7.30        1,250.00 + 7.30 + 40.00 = 1,297.30
//	        in twelve parts of 108.10, the last of 108.20
//	 1 Oct  1,250.00 ×  9/365 × 10.15 % =  3.13, paid 108.10: principal 1,192.33
//	 3 Nov  1,192.33 × 33/365 × 10.15 % = 10.94, paid 108.10: principal 1,095.17
//	 8 Dec  1,095.17 × 35/365 × 10.15 % = 10.66                     1,105.83
//	12 Dec  1,095.17 × 39/365 × 10.15 % = 11.88, paid 108.10: principal   998.95
//	 2 Jan    998.95 × 19/365 and 2/365 = 5.28 + 0.56, paid 108.10:       896.69
//	 2 Feb    896.69 × 31/365 × 10.15 % =  7.73, paid 108.10:             796.32
//	 2 Mar    796.32 × 28/365 × 10.15 % =  6.20, paid 108.10:             694.42
//	20 Apr    694.42 × 49/365 × 10.15 % =  9.46                           703.88
//	 3 May    694.42 × 62/365 × 10.15 % = 11.97                           706.39
//	 4 May    694.42 × 63/365 × 10.15 % = 12.17, paid 706.59: nothing is left
func TestAPlanOfTwelveInstalmentsWithTwoLateAndOneCured(t *testing.T) {
	l := newLife(t, "ES", law.Business, "2025-08-20", "2025-09-01")
	l.bySupervisor()
	l.at("2025-09-22", reports(debt.PlanAgreed{Plan: debt.Plan{Schedule: &debt.Schedule{Count: 12, First: calendar.Must("2025-10-01"), Every: "month"}}}))
	for _, day := range []string{"2025-10-01", "2025-11-03", "2025-12-12", "2026-01-02", "2026-02-02", "2026-03-02"} {
		l.pay(day, 10810)
	}
	l.pay("2026-05-04", 70659)
	require.NoError(t, l.run())

	p := l.debt().Plans[0]
	require.Len(t, p.Instalments, 12)
	assert.Equal(t, []money.Amount{money.EUR(10810), money.EUR(10820)}, []money.Amount{p.Instalments[0].Amount, p.Instalments[11].Amount})
	assert.Equal(t, debt.StateDefaulted, p.State)
	for k, in := range p.Instalments {
		assert.Equal(t, k == 2, in.Cured, "instalment %d", k+1)
	}
	assert.Equal(t, calendar.Must("2026-04-19"), p.Instalments[6].Cure)
	assert.Equal(t, []string{"2025-09-22"}, l.sent("plan_confirmation"))
	assert.Equal(t, []string{"2025-12-05", "2026-04-09"}, l.sent("default_notice"), "1 December and 1 April, with their three working days over")
	assert.Contains(t, l.letter("plan_confirmation").Text, "10 días para ponerse al día")
	l.owes(map[string]int64{"2025-09-22": 129730, "2025-10-01": 119233, "2025-12-08": 110583, "2025-12-12": 99895,
		"2026-03-02": 69442, "2026-04-20": 70388, "2026-05-03": 70639})
	assert.Equal(t, debt.Paid, l.debt().Outcome)

	collected := func(from, to string) (n int) {
		for _, m := range l.file.Messages {
			day := calendar.DateOf(m.Reserved.In(l.file.Person.Place.Zone()))
			if m.Purpose == "collection" && !day.Before(calendar.Must(from)) && day.Before(calendar.Must(to)) {
				n++
			}
		}
		return n
	}
	assert.Zero(t, collected("2025-09-22", "2026-04-20"), "collected while the plan was in force")
	assert.Positive(t, collected("2026-04-20", "2026-05-04"), "contact is resumed once the plan has ended")
}

// The hand calculation: 22 September as above, 1,297.30; ten percent less are
// 1,167.57. 500.00 come on 1 October, of which 3.13 + 7.30 are interest, 40.00
// compensation and 449.57 principal: 800.43 are left of it.
//
//	10 Oct  800.43 ×  9/365 × 10.15 % = 2.00      802.43: the whole debt, less what was paid
//	20 Oct  800.43 × 19/365 × 10.15 % = 4.23      804.66
func TestASettlementThatIsMissedRevivesTheWholeDebt(t *testing.T) {
	l := newLife(t, "ES", law.Business, "2025-08-20", "2025-09-01")
	l.bySupervisor()
	l.at("2025-09-22", reports(debt.OfferMade{Offer: debt.Offer{Amount: money.EUR(116757), Until: calendar.Must("2025-10-09")}}))
	l.at("2025-09-23", func(l *life) {
		reports(debt.OfferEnded{Offer: l.debt().Offers[0].ID, State: debt.OfferAccepted})(l)
	})
	l.pay("2025-10-01", 50000)
	l.pay("2025-10-20", 80466)
	require.NoError(t, l.run())

	c := l.debt()
	assert.Equal(t, debt.OfferLapsed, c.Offers[0].State)
	assert.Equal(t, debt.Paid, c.Outcome, "the whole of it was paid, and nothing given up")
	assert.Equal(t, []string{"2025-09-22"}, l.sent("settlement_offer"))
	said := l.letter("settlement_offer").Text
	for _, words := range []string{"1167,57 €", "9 de octubre de 2025", "vuelve a deberse toda la deuda, menos lo que haya pagado hasta entonces"} {
		assert.Contains(t, strings.ReplaceAll(strings.ReplaceAll(said, "\u00a0", " "), "1.167,57", "1167,57"), words)
	}
	l.owes(map[string]int64{"2025-09-22": 129730, "2025-10-01": 80043, "2025-10-10": 80243, "2025-10-19": 80444})
	for _, m := range l.file.Messages {
		day := calendar.DateOf(m.Reserved.In(l.file.Person.Place.Zone()))
		held := !day.Before(calendar.Must("2025-09-22")) && day.Before(calendar.Must("2025-10-10"))
		assert.False(t, held && m.Purpose == "collection", "%s went out on %s, while the offer stood", m.Letter, day)
	}
	assert.NotEmpty(t, slices.DeleteFunc(slices.Clone(l.file.Messages), func(m *record.Message) bool {
		return calendar.DateOf(m.Reserved.In(l.file.Person.Place.Zone())).Before(calendar.Must("2025-10-10"))
	}), "contact goes on once the offer has lapsed")
}
