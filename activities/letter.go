package activities

import (
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/ident"
	"github.com/recobro/recobro/letter"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// The days that a letter names where nothing else sets them.
const (
	lookAhead  = 120 * 24 * time.Hour // how far the consequence is looked for
	answerDays = 10                   // to pay or answer, where no consequence has a date
)

// letter puts together all that a message says; facts are those it is sent with.
func (a *Activities) letter(t *record.Turn, facts []debt.Fact) letter.Letter {
	c, party := t.Case(), t.Debtor.Party
	wanted := party.Language
	if wanted == "" {
		wanted = c.Language
	}
	l := letter.Letter{
		Name: t.Letter, Channel: t.Decision.Channel, Language: letter.Language(wanted, c.Country), Country: c.Country,
		Creditor: letter.CreditorOf(t.Creditor), Debtor: letter.Debtor{Name: party.Name, Kind: party.Kind},
		Operator: a.operator, Capacity: c.Capacity, Today: today(t),
	}
	if l.Name == "" {
		l.Name = t.Decision.Letter
	}
	l.Claims = append(l.Claims, claim(t, t.Index, l.Today))
	for _, i := range t.Covers {
		l.Claims = append(l.Claims, claim(t, i, l.Today))
	}
	if len(l.Claims) == 1 {
		l.PayReference = payReference(c)
	}
	if letter.Claims(l.Name) {
		l.Consequence, l.Deadline = consequence(t, l.Today)
		l.Notice = notice(t)
	}
	subject(t, &l, facts)
	return l
}

// payReference is by what a payment on the case is found in a bank statement. A
// letter about several debts names each by the creditor's own, since that of one
// case would put the whole sum on it.
func payReference(c *debt.Case) string {
	reference, err := ident.PaymentReference(c.ID)
	if err != nil {
		return "" // a case of another installation's making, known by its own reference alone
	}
	return reference
}

// claim is one debt with its breakdown, as of the day of the letter.
func claim(t *record.Turn, i int, day calendar.Date) letter.ClaimLine {
	c, terms := t.Person.Cases[i].Case, t.Terms[i]
	line := letter.LineOf(c, c.Statement(terms, day))
	line.Limited = c.Limited(terms.Law, day)
	return line
}

// consequence says what follows if nothing happens, as the forecast has it, and
// until when the debtor may still act.
func consequence(t *record.Turn, day calendar.Date) (*letter.Consequence, calendar.Date) {
	for _, d := range t.Person.Forecast(t.Index, t.Now, t.Now.Add(lookAhead)) {
		kind := follows(d)
		if kind == "" || d.Same(t.Decision) {
			continue
		}
		on := calendar.DateOf(d.At)
		deadline := on.AddDays(-1)
		if !deadline.After(day) {
			deadline = calendar.Date{}
		}
		return &letter.Consequence{Kind: kind, On: on}, deadline
	}
	return nil, day.AddDays(answerDays)
}

// follows names what a decision means for the debtor; empty where they would
// not notice it.
func follows(d strategy.Decision) string {
	switch {
	case d.Do == strategy.IssueClaim:
		return letter.FollowsClaim
	case d.Do == strategy.OfferHandoff:
		return letter.FollowsLawyer
	case d.Do == strategy.OpenTask && d.Letter == "call":
		return letter.FollowsCall
	case d.Do.Sends() && d.Purpose == strategy.Collection:
		return letter.FollowsReminder
	}
	return ""
}

// notice gives the formal claim that went before this letter, if one did.
func notice(t *record.Turn) *letter.Notice {
	s := situation(t)
	var last *letter.Notice
	for _, m := range s.Case.Marks {
		if m.Message == "" || m.State == "failed" {
			continue
		}
		for i := range s.Strategy.Steps {
			if st := &s.Strategy.Steps[i]; st.Name == m.Step && st.Act == "claim" {
				last = &letter.Notice{Reference: m.Message, On: calendar.DateOf(m.At.In(t.Person.Place.Zone()))}
			}
		}
	}
	return last
}

// subject adds what the letter is about: a promise, an instalment, an offer.
func subject(t *record.Turn, l *letter.Letter, facts []debt.Fact) {
	switch l.Name {
	case "promise_reminder", "promise_confirmation":
		for _, p := range t.Case().Promises {
			if p.ID == t.Decision.Target {
				l.Promise = &letter.Promise{Amount: p.Amount, PayBy: p.PayBy}
			}
		}
	case "instalment_reminder":
		if f, ok := find[debt.InstalmentReminded](facts); ok {
			l.Instalment = instalment(planOf(t), f.Instalment)
		}
	case "default_notice":
		if f, ok := find[debt.InstalmentLate](facts); ok {
			_, left, _ := t.Case().OpenInstalment(planOf(t))
			l.Instalment, l.Late = instalment(planOf(t), f.Instalment), &letter.Late{Left: left, Cure: f.Cure}
		}
	case "plan_confirmation", "plan_proposal":
		l.Plan, l.Terms = planTerms(planOf(t))
	case "dispute_proof", "dispute_answer":
		l.Dispute = dispute(t)
	case "negotiation_offer":
		l.Offer = offer(t, l, facts)
	case "settlement_offer":
		for _, o := range t.Case().Offers {
			if o.ID == t.Decision.Target {
				l.Offer = &letter.Offer{Amount: o.Amount, Until: o.Until}
			}
		}
	}
}

// dispute is the objection that the letter is about.
func dispute(t *record.Turn) *letter.Dispute {
	for _, d := range t.Case().Disputes {
		switch {
		case d.ID != t.Decision.Target:
		case d.State == debt.DisputeOpen:
			return &letter.Dispute{By: d.AnswerBy}
		default:
			return &letter.Dispute{Outcome: d.State, Left: d.Left}
		}
	}
	return nil
}

// planOf is the plan that the letter is about; an empty one where there is none.
func planOf(t *record.Turn) *debt.Plan {
	for i := range t.Case().Plans {
		if p := &t.Case().Plans[i]; p.ID == t.Decision.Target {
			return p
		}
	}
	return &debt.Plan{}
}

// planTerms are a plan's instalments and what it says beside them.
func planTerms(p *debt.Plan) ([]letter.Instalment, *letter.Terms) {
	all := make([]letter.Instalment, len(p.Instalments))
	for k := range all {
		all[k] = *instalment(p, k)
	}
	return all, &letter.Terms{Total: p.Total(), Interest: p.Interest, Charged: p.Charged, AtOnce: p.AtOnce,
		WaiveRest: p.WaiveRest, CureDays: p.CureDays, Until: p.Until}
}

func instalment(p *debt.Plan, k int) *letter.Instalment {
	if k >= len(p.Instalments) {
		return nil
	}
	in := p.Instalments[k]
	return &letter.Instalment{Amount: in.Amount, Due: in.Due, Number: k + 1, Of: len(p.Instalments)}
}

// offer gives what settles the debts that the letter names: the offers that it
// makes on each, added up; where one is in another currency, that of the first
// debt alone. Where no offer is made, the one that stands, else the whole.
func offer(t *record.Turn, l *letter.Letter, facts []debt.Fact) *letter.Offer {
	made, ok := find[debt.OfferMade](facts)
	if !ok {
		for _, o := range t.Case().Offers {
			if o.State == debt.OfferOpen && !o.Until.Before(l.Today) {
				return &letter.Offer{Amount: o.Amount, Until: o.Until}
			}
		}
		return &letter.Offer{Amount: l.Claims[0].Outstanding, Until: l.Today.AddDays(answerDays)}
	}
	sum := made.Offer.Amount
	for _, i := range t.Covers {
		own := t.Person.Next(i, t.Now).Under(t.Letter)
		x, ok := find[debt.OfferMade](strategy.Facts(&t.Person.Cases[i], own, t.Now, func() string { return "" }))
		if !ok || x.Offer.Amount.Currency != sum.Currency {
			return &letter.Offer{Amount: made.Offer.Amount, Until: made.Offer.Until}
		}
		sum = sum.Plus(x.Offer.Amount)
	}
	return &letter.Offer{Amount: sum, Until: made.Offer.Until}
}
