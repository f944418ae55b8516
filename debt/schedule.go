package debt

import (
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// Schedule is how a plan's instalments are worked out: so many, of one size,
// from a day on, at an interval. The last takes what is left, to the cent.
type Schedule struct {
	Count int           `json:"count"`
	First calendar.Date `json:"first_on,omitzero"` // of the first instalment; of one at once it is today
	Every string        `json:"every"`             // one of Intervals
}

// Intervals are how far apart instalments may lie. Months are counted from the
// first: from 31 January they fall on the last day of each shorter month.
var Intervals = []string{"week", "fortnight", "month"}

// day is the day of instalment k, counted from zero.
func (s *Schedule) day(k int) calendar.Date {
	switch s.Every {
	case "week":
		return s.First.AddDays(7 * k)
	case "fortnight":
		return s.First.AddDays(14 * k)
	}
	return s.First.AddMonths(k)
}

// fill works the instalments out, where the plan says how.
func (h hearing) fill(p *Plan) *Refusal {
	s := p.Schedule
	if s == nil {
		if p.Interest > 0 {
			return wrong("interest", "interest_needs_schedule", "interest is worked out with the instalments: give a schedule")
		}
		return nil
	}
	switch known := s.Every == "week" || s.Every == "fortnight" || s.Every == "month"; {
	case len(p.Instalments) > 0:
		return wrong("schedule", "schedule_beside_instalments", "give either instalments or a schedule")
	case !known:
		return wrong("schedule.every", "interval_unknown", "every must be one of %s", law.Listed(Intervals))
	case s.Count < 2 || s.Count > h.t.Limits.PlanMaxInstalments:
		return wrong("schedule.count", "plan_length", "a plan has 2 to %d instalments", h.t.Limits.PlanMaxInstalments)
	}
	given := *s
	p.Schedule = &given
	if p.AtOnce && given.First.IsZero() {
		given.First = h.today
	}
	if given.First.IsZero() {
		return wrong("schedule.first_on", "date_missing", "first_on is missing")
	}
	debts := h.burden()
	amount := debts.level(p)
	if amount <= 0 {
		return wrong("schedule", "nothing_owed", "nothing is owed on case %s", h.ID)
	}
	paid, charged := debts.pay(p, amount)
	currency := h.Principal.Currency
	p.Charged = money.Of(charged, currency)
	for k, cents := range paid {
		p.Instalments = append(p.Instalments, Instalment{Due: given.day(k), Amount: money.Of(cents, currency)})
	}
	return nil
}

// burden is what is owed as a plan begins: the principal, which alone bears
// interest, and the rest, which is paid first.
type burden struct {
	principal, rest int64 // in cents
	from            calendar.Date
}

func (h hearing) burden() burden {
	s := h.Statement(h.t, h.today)
	principal := s.Open[law.Principal].Cents
	return burden{principal, s.Balance.Cents - principal, h.today}
}

// pay plays the plan with instalments of so many cents. The last takes what is
// left; the second result is the interest in all of them.
func (b burden) pay(p *Plan, cents int64) (paid []int64, charged int64) {
	principal, rest, day := b.principal, b.rest, b.from
	for k := range p.Schedule.Count {
		due := p.Schedule.day(k)
		interest := money.Simple(money.Of(principal, ""), p.Interest, day.Days(due), law.YearDays).Cents
		charged, rest, day = charged+interest, rest+interest, due
		sum := cents
		if k == p.Schedule.Count-1 {
			sum = principal + rest
		}
		paid = append(paid, sum)
		toRest := min(sum, rest)
		rest, principal = rest-toRest, principal-(sum-toRest)
	}
	return paid, charged
}

// level is the size of the instalments: the largest at which the last one, which
// takes what is left, is not smaller than a whole one by more than the rounding.
func (b burden) level(p *Plan) int64 {
	n := int64(p.Schedule.Count)
	low, high := (b.principal+b.rest)/n, b.principal+b.rest
	for low < high { // the last instalment falls as the others rise
		middle := (low + high + 1) / 2
		if paid, _ := b.pay(p, middle); paid[n-1] >= middle {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low
}

// planInterest refuses interest that the creditor does not claim, or above the
// rate that the law gives this claim on any day of the plan.
func (h hearing) planInterest(p *Plan) *Refusal {
	if p.Interest == 0 {
		return nil
	}
	if p.Interest < 0 || !h.t.Limits.ClaimInterest {
		return wrong("interest", "interest_not_claimed", "the creditor claims no interest on this debt")
	}
	most, none := money.Rate(0), true
	last := h.today.AddMonths(max(h.t.Limits.PlanMaxMonths, 1))
	for _, l := range h.t.Law.Accrue(h.t.Law.InterestTerms(h.Claim), h.Principal, h.today.AddDays(1), last) {
		if none || l.Rate < most {
			most, none = l.Rate, false
		}
	}
	if p.Interest > most {
		return wrong("interest", "interest_above_law", "a plan bears at most the rate of the law for this debt, %s %%", most)
	}
	return nil
}
