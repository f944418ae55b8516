package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
)

// World plays everyone outside the engine: debtors, creditors, agents and
// lawyers. Their facts go through the same door as everybody's.
type World struct {
	store   *store.Store
	start   calendar.Date
	debtors []*debtor
	seeds   map[string]string // a case's reference by its id: what chance goes by
	office  *time.Location    // where agents and lawyers work
	round   time.Time         // their next daily round
	Refused int               // moves that the rules said no to
}

// creditorActor and the others are who brings the facts.
var (
	byCreditor = debt.Actor{Role: debt.Creditor, ID: "demo"}
	byAgent    = debt.Actor{Role: debt.Agent, ID: "demo"}
	byLawyer   = debt.Actor{Role: debt.Lawyer, ID: "demo"}
	byOperator = debt.Actor{Role: debt.Operator, ID: "demo"}
)

// Load puts the portfolio on the record, for a demonstration that began on
// start; what is there already stays as it is.
func Load(ctx context.Context, s *store.Store, start calendar.Date) (*World, error) {
	rows, err := read()
	if err != nil {
		return nil, err
	}
	office, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		return nil, err
	}
	w := &World{store: s, start: start, office: office, seeds: map[string]string{}}
	ids, err := w.offices(ctx)
	if err != nil {
		return nil, err
	}
	if err := w.rates(ctx); err != nil {
		return nil, err
	}
	now, err := s.Now(ctx)
	if err != nil {
		return nil, err
	}
	today := calendar.DateOf(now.In(office))
	for _, r := range rows {
		f, err := s.Open(ctx, r.on(start, ids[r.creditor]), byCreditor)
		if err != nil {
			return nil, fmt.Errorf("submit %s: %w", r.submission.Reference, err)
		}
		d := &debtor{row: r, caseID: f.Case.ID, start: start, zone: f.Zone}
		d.plan(f.Case, today)
		w.debtors = append(w.debtors, d)
		w.seeds[f.Case.ID] = r.submission.Reference
	}
	w.round = w.nextRound(now)
	return w, nil
}

// offices makes the creditors, law firms and an agent's key, once.
func (w *World) offices(ctx context.Context) (map[string]string, error) {
	have, err := w.store.Creditors(ctx, "", 200)
	if err != nil {
		return nil, err
	}
	ids := map[string]string{}
	for alias, c := range creditors {
		i := slices.IndexFunc(have, func(x record.Creditor) bool { return x.Name == c.Name })
		if i < 0 {
			made, err := w.store.SaveCreditor(ctx, c)
			if err != nil {
				return nil, fmt.Errorf("make creditor %s: %w", c.Name, err)
			}
			ids[alias] = made.ID
			continue
		}
		ids[alias] = have[i].ID
	}
	known, err := w.store.Firms(ctx)
	if err != nil {
		return nil, err
	}
	for _, f := range firms {
		if !slices.ContainsFunc(known, func(x record.Firm) bool { return x.Name == f.Name }) {
			if _, err := w.store.SaveFirm(ctx, f); err != nil {
				return nil, fmt.Errorf("make firm %s: %w", f.Name, err)
			}
		}
	}
	keys, err := w.store.Keys(ctx, "")
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(keys, func(k record.Key) bool { return k.Role == debt.Agent && k.Label == "demo" }) {
		if _, _, err := w.store.NewKey(ctx, record.Key{Role: debt.Agent, Label: "demo"}); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// rates takes in, once, what the notices of the half-years to come might say: the
// operator would, and a paid debt stays open until the last of its interest is known.
func (w *World) rates(ctx context.Context) error {
	have, err := w.store.OwnRates(ctx, "")
	if err != nil {
		return err
	}
	for _, row := range law.Prolonged(countries.All(), w.start.AddYears(3)) {
		if slices.ContainsFunc(have, func(r record.OwnRate) bool { return r.Series == row.Series && r.From == row.From }) {
			continue
		}
		row.Author = "demo"
		if _, err := w.store.AddRate(ctx, record.OwnRate{RateRow: row}); err != nil {
			return err
		}
	}
	return nil
}

// nextRound is the next working morning on which agents and lawyers look at
// what lies before them.
func (w *World) nextRound(after time.Time) time.Time {
	day := calendar.DateOf(after.In(w.office))
	for {
		at := day.At(10, 15, w.office)
		if at.After(after) && day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
			return at
		}
		day = day.AddDays(1)
	}
}

// Play records what happened outside up to an instant, and says when the next
// thing will happen. It is the time machine's hook.
func (w *World) Play(ctx context.Context, _, to time.Time) (time.Time, error) {
	due := slices.DeleteFunc(slices.Clone(w.debtors), func(d *debtor) bool { return d.next.IsZero() || d.next.After(to) })
	slices.SortStableFunc(due, func(a, b *debtor) int { return a.next.Compare(b.next) })
	for _, d := range due {
		if err := w.act(ctx, d); err != nil {
			return time.Time{}, fmt.Errorf("play the debtor of case %s: %w", d.caseID, err)
		}
	}
	if !w.round.After(to) {
		if err := w.morning(ctx, to); err != nil {
			return time.Time{}, fmt.Errorf("play the morning of %s: %w", to.Format(time.DateOnly), err)
		}
		w.round = w.nextRound(to)
	}
	next := w.round
	for _, d := range w.debtors {
		if !d.next.IsZero() && d.next.Before(next) {
			next = d.next
		}
	}
	return next, nil
}

func (w *World) act(ctx context.Context, d *debtor) error {
	f, err := w.store.File(ctx, d.caseID)
	if err != nil {
		return err
	}
	today := calendar.DateOf(d.next.In(d.zone))
	m, ok := d.moves(f.Case)
	if !ok || !f.Case.Open() || m.on.After(today) {
		d.plan(f.Case, today.AddDays(1))
		return nil
	}
	m = m.at(today)
	if m.what == "payment" && f.Balance.Cents <= 0 {
		d.done, d.next = true, time.Time{}
		return nil
	}
	by := byCreditor
	if m.what == "promise" || m.what == "plan" || m.what == "dispute" {
		by = byAgent
	}
	f, err = w.record(ctx, d.caseID, m.key(f.Case), by, m.factOn(today, f.Balance))
	if err != nil {
		return err
	}
	if f.Case == nil { // refused: the debtor pays later, if ever
		d.behaviour = map[string]string{"promise_kept": "pays_late", "promise_broken": "pays_late", "plan": "pays_late"}[d.behaviour]
		if f, err = w.store.File(ctx, d.caseID); err != nil {
			return err
		}
	}
	d.plan(f.Case, today.AddDays(1))
	return nil
}

// at moves what was to be done on an earlier day to the present.
func (m move) at(today calendar.Date) move {
	m.on = today
	return m
}

// factOn gives the fact as it happens on a day.
func (m move) factOn(today calendar.Date, balance money.Amount) debt.Fact {
	f := m.fact(balance)
	if p, ok := f.(debt.PaymentReceived); ok {
		p.Received = today
		return p
	}
	return f
}

// record puts a fact on the record; a refusal is counted and leaves File.Case nil.
func (w *World) record(ctx context.Context, caseID, key string, by debt.Actor, f debt.Fact) (record.File, error) {
	out, err := w.store.Record(ctx, caseID, key, by, f)
	var no *debt.Refusal
	if errors.As(err, &no) {
		w.Refused++
		return record.File{}, nil
	}
	return out, err
}

// morning plays agents at their calls and lawyers at their desks.
func (w *World) morning(ctx context.Context, now time.Time) error {
	if err := w.calls(ctx); err != nil {
		return err
	}
	offered, err := w.store.Handoffs(ctx, "", "offered", "", 200)
	if err != nil {
		return err
	}
	for _, h := range offered {
		if now.Sub(h.Offered) < 36*time.Hour {
			continue
		}
		answer := debt.HandoffEnded{Handoff: h.ID, State: "accepted"}
		if chance(20, w.seeds[h.Case]) == 0 {
			answer = debt.HandoffEnded{Handoff: h.ID, State: "declined", Note: "conflict of interest"}
		}
		if _, err := w.record(ctx, h.Case, "demo-answer-"+h.ID, byLawyer, answer); err != nil {
			return err
		}
	}
	return w.courts(ctx, now)
}

// courts plays what comes of a case that a lawyer has had for seven months:
// one in three is paid, one in four proves uncollectable.
func (w *World) courts(ctx context.Context, now time.Time) error {
	accepted, err := w.store.Handoffs(ctx, "", "accepted", "", 500)
	if err != nil {
		return err
	}
	for _, h := range accepted {
		if now.Sub(h.Offered) < 210*24*time.Hour {
			continue
		}
		n := chance(12, "court"+w.seeds[h.Case])
		if n >= 7 {
			continue
		}
		f, err := w.store.File(ctx, h.Case)
		if err != nil || !f.Case.Open() {
			if err != nil {
				return err
			}
			continue
		}
		var fact debt.Fact = debt.PaymentReceived{Amount: f.Balance, Received: calendar.DateOf(now.In(w.office)), Method: "court"}
		by := byLawyer
		if n >= 4 {
			fact, by = debt.CaseClosed{Outcome: debt.Uncollectable, Reason: "enforcement without result"}, byOperator
		} else if f.Balance.Cents <= 0 || len(f.Case.Payments) > 3 {
			continue
		}
		if _, err := w.record(ctx, h.Case, fmt.Sprintf("demo-court-%d", len(f.Case.Payments)), by, fact); err != nil {
			return err
		}
	}
	return nil
}

// calls plays the agents: most calls reach nobody.
func (w *World) calls(ctx context.Context) error {
	open, err := w.store.Tasks(ctx, "", "open", "", 500)
	if err != nil {
		return err
	}
	for _, t := range open {
		if t.Kind != "call" {
			continue
		}
		outcome := []string{debt.CallNoAnswer, debt.CallNoAnswer, debt.CallVoicemail, debt.CallNoAnswer, debt.CallRightParty}[chance(5, w.seeds[t.Case]+t.Step)]
		if _, err := w.record(ctx, t.Case, "demo-call-"+t.ID, byAgent, debt.CallLogged{Outcome: outcome, Task: t.ID}); err != nil {
			return err
		}
	}
	return nil
}
