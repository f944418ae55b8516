package storetest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/store"
)

// Auditor reads a record and tells what on it should not be. It works the rules
// out again from the events, rows and witnesses, by none of the code that wrote
// them; only for the hash chain it asks the store.
type Auditor struct {
	Store *store.Store
	// URL is the record's database; Conn is used instead where it is set.
	URL  string
	Conn *pgx.Conn
}

// Findings tells what is wrong with the record as w saw it come about; none
// where every rule was kept.
func (x Auditor) Findings(ctx context.Context, w Witness) ([]string, error) {
	var a *archive
	var err error
	if x.Conn != nil {
		a, err = archiveOn(ctx, x.Conn)
	} else {
		a, err = readArchive(ctx, x.URL)
	}
	if err != nil {
		return nil, err
	}
	f := &findings{archive: a, Witness: w}
	for _, m := range a.sendings {
		f.begun(m)
		f.flagged(m)
		f.marked(m)
	}
	f.taken()
	f.spaced()
	f.limited()
	for _, l := range a.sorted() {
		f.booked(l)
		f.alive(l)
		if err := x.Store.Verify(ctx, l.id); err != nil {
			f.say("%v", err)
		}
	}
	f.heard()
	return f.out, nil
}

// findings are what an audit has found so far.
type findings struct {
	*archive
	Witness
	out []string
}

func (f *findings) say(format string, args ...any) {
	f.out = append(f.out, fmt.Sprintf(format, args...))
}

// standing is what stands on a case at some event, as far as it forbids contact.
type standing struct {
	closed            bool
	owed, paid        int64
	whole             map[string]bool // payments that were all that was owed, and stand
	holds             map[string]debt.HoldReason
	disputes, promise map[string]bool
}

// before folds the events before seq.
func (f *findings) before(l *life, seq int64) *standing {
	s := &standing{owed: l.principal, whole: map[string]bool{}, holds: map[string]debt.HoldReason{}, disputes: map[string]bool{}, promise: map[string]bool{}}
	amounts := map[string]int64{}
	for _, e := range l.events {
		if e.seq >= seq {
			break
		}
		switch x := e.fact.(type) {
		case debt.PaymentReceived:
			amounts[x.ID] = x.Amount.Cents
			s.paid += x.Amount.Cents
			if f.Whole[x.Reference] {
				s.whole[x.ID] = true
			}
		case debt.PaymentBounced:
			s.paid -= amounts[x.Payment]
			clear(s.whole) // less has been paid than was counted on
		case debt.PaymentReversed:
			s.paid -= amounts[x.Payment]
			clear(s.whole)
		case debt.Adjusted:
			s.owed -= x.Adjustment.Amount.Cents
		case debt.Disputed:
			s.disputes[x.ID] = true
		case debt.DisputeResolved:
			delete(s.disputes, x.Dispute)
		case debt.PromiseMade:
			s.promise[x.ID] = true
		case debt.PromiseEnded:
			delete(s.promise, x.Promise)
		case debt.HoldPlaced:
			s.holds[x.Hold.ID] = x.Hold.Reason
		case debt.HoldEnded:
			delete(s.holds, x.Hold)
		case debt.CaseClosed:
			s.closed = true
			clear(s.holds)
		case debt.CaseReopened:
			s.closed = false
		}
	}
	return s
}

// paidInFull reports whether more was paid than any law of ours lets a debt grow
// to within two years, or what the engine itself said was all.
func (s *standing) paidInFull() bool { return s.paid > s.owed*3/2+100_00 || len(s.whole) > 0 }

// begun checks that no message was begun once what forbids it was on the record
// of any of its cases.
func (f *findings) begun(m *sending) {
	for _, id := range m.cases {
		l := f.lives[id]
		e, _, _ := l.begins(m.id)
		if e == nil {
			f.say("message %s went out for case %s, whose record does not know it", m.key, id)
			continue
		}
		if l.creditor != m.creditor || l.person != m.person {
			f.say("message %s covers case %s of another creditor or person", m.key, id)
		}
		s := f.before(l, e.seq)
		why := ""
		switch {
		case s.closed:
			why = "the case was closed"
		case s.paidInFull():
			why = "it was paid in full"
		case m.purpose == "service":
		case len(s.disputes) > 0:
			why = "the debt was disputed"
		case len(s.promise) > 0:
			why = "a promise ran"
		case len(s.holds) > 0:
			why = fmt.Sprintf("it was held: %v", s.holds)
		}
		if why != "" {
			f.say("message %s was begun on case %s (event %d) although %s", m.key, id, e.seq, why)
		}
	}
	if f.refuses(m.person, m.channel, m.begun) {
		f.say("message %s was begun at %s although its channel was refused", m.key, m.begun.Format(clockFace))
	}
	for _, h := range f.halts {
		if f.binds(h, m) && h.placed.Before(m.begun) && (h.lifted.IsZero() || m.begun.Before(h.lifted)) {
			f.say("message %s was begun at %s although everything of %s %s was stopped at %s", m.key, m.begun.Format(clockFace), h.scope, h.of, h.placed.Format(clockFace))
		}
	}
}

const clockFace = "2006-01-02 15:04:05.000000"

// binds reports whether a stop bears on a message.
func (f *findings) binds(h halt, m *sending) bool {
	switch h.scope {
	case "creditor":
		return m.creditor == h.of
	case "channel":
		return m.channel == h.of
	case "case":
		for _, id := range m.cases {
			if id == h.of {
				return true
			}
		}
		return false
	}
	return true
}

// refuses reports whether a person refused a channel at an instant, by the
// events of all their cases.
func (f *findings) refuses(person, channel string, at time.Time) bool {
	var last time.Time
	refused := false
	for _, l := range f.lives {
		if l.person != person {
			continue
		}
		for _, e := range l.events {
			if !e.at.Before(at) || e.at.Before(last) {
				continue
			}
			switch x := e.fact.(type) {
			case debt.OptedOut:
				if x.Channel == channel {
					last, refused = e.at, true
				}
			case debt.OptedIn:
				if x.Channel == channel {
					last, refused = e.at, false
				}
			}
		}
	}
	return refused
}

// flagged checks that a message which was in flight when a fact or a stop was
// committed that would have kept it back says so, and no other does.
func (f *findings) flagged(m *sending) {
	over, why := false, ""
	var first, last time.Time
	for _, id := range m.cases {
		begun, ended, _ := f.lives[id].begins(m.id)
		if begun == nil {
			continue
		}
		first = begun.at
		if ended != nil {
			last = ended.at
		}
		for _, e := range f.lives[id].events {
			if e.seq > begun.seq && (ended == nil || e.seq < ended.seq) && keepsBack(e.fact) {
				over, why = true, fmt.Sprintf("%s on case %s at %s", e.fact.Kind(), id, e.at.Format(clockFace))
			}
		}
		if ended != nil && ended.fact.(debt.MessageEnded).Late != m.late {
			f.say("message %s is late %v, but event %d of case %s says otherwise", m.key, m.late, ended.seq, id)
		}
	}
	for _, h := range f.halts {
		switch {
		case !f.binds(h, m) || !h.placed.After(first):
		case !last.IsZero() && h.placed.Sub(last).Abs() < f.Blur:
			// A stop waits for acts, not for answers: of two at one moment
			// their instants do not say which was committed first.
			over = over || m.late
		case last.IsZero() || h.placed.Before(last):
			over, why = true, fmt.Sprintf("a stop of %s at %s", h.scope, h.placed.Format(clockFace))
		}
	}
	if !first.Equal(m.begun) {
		f.say("message %s was begun at %s, but its event says %s", m.key, m.begun.Format(clockFace), first.Format(clockFace))
	}
	if over != m.late {
		f.say("message %s, begun at %s, is late %v, but while it was in flight came %q", m.key, m.begun.Format(clockFace), m.late, why)
	}
}

// keepsBack reports whether a message is not begun once the fact is known.
func keepsBack(f debt.Fact) bool {
	switch f.(type) {
	case debt.PaymentReceived, debt.Disputed, debt.OptedOut, debt.HoldPlaced, debt.PromiseMade, debt.PlanAgreed, debt.CaseClosed, debt.Adjusted:
		return true
	}
	return false
}

// marked checks that a message's row, its events and its contact agree.
func (f *findings) marked(m *sending) {
	for _, id := range m.cases {
		state, begun := "", 0
		for _, e := range f.lives[id].events {
			switch x := e.fact.(type) {
			case debt.MessageReserved:
				if x.Mark.Message == m.id {
					state, begun = "reserved", begun+1
				}
			case debt.MessageEnded:
				if x.Message == m.id {
					state = x.State
				}
			}
		}
		if state != m.state || begun != 1 {
			f.say("message %s is %s, but case %s has it begun %d times and %q", m.key, m.state, id, begun, state)
		}
	}
	if want := 1; m.state == "failed" && m.counted != 0 || m.state != "failed" && m.counted != want {
		f.say("message %s is %s and counts as %d contacts", m.key, m.state, m.counted)
	}
	if f.Rest && m.state == "reserved" {
		f.say("message %s is still under way", m.key)
	}
}

// taken compares what providers took with the record: nothing twice, nothing
// that the record does not know, and no step of a debt twice.
func (f *findings) taken() {
	known := map[string]bool{}
	steps := map[string]string{}
	for _, m := range f.sendings {
		known[m.id] = true
		n := f.Accepted[m.id]
		switch {
		case n > 1:
			f.say("message %s was taken %d times", m.key, n)
		case n == 1 && m.state == "failed":
			f.say("message %s was taken, but is recorded as failed", m.key)
		case n == 0 && m.state == "sent" && m.mode != "outbox":
			f.say("message %s is recorded as sent, but nobody took it", m.key)
		}
		if n == 0 && m.mode != "outbox" {
			continue
		}
		for _, id := range m.cases {
			step := stepOf(f.lives[id], m, id)
			if before := steps[step]; before != "" {
				f.say("step %s went out twice: by message %s and by %s", step, before, m.key)
			}
			steps[step] = m.key
		}
	}
	for id := range f.Accepted {
		if !known[id] {
			f.say("a provider took message %s, which is not on the record", id)
		}
	}
}

// stepOf names what a message was for one of its cases: the step, and beside
// the ladder what it was about; whichever the channel.
func stepOf(l *life, m *sending, id string) string {
	_, _, mark := l.begins(m.id)
	if id == m.owner { // case/step:target/occurrence/channel
		return id + "/" + strings.Split(m.key, "/")[1]
	}
	return id + "/" + mark.Step
}

// spaced checks the hours, gaps and caps of each person over all their debts.
// A message that failed reached nobody.
func (f *findings) spaced() {
	byPerson := map[string][]*sending{}
	for _, m := range f.sendings {
		if m.state != "failed" {
			byPerson[m.person] = append(byPerson[m.person], m)
		}
	}
	for person, all := range byPerson {
		for i, m := range all {
			if m.purpose == "service" {
				continue
			}
			rules := f.rules[f.lives[m.owner].strategy]
			day, inCap := f.day(person, m.begun), 0
			local := m.begun.In(f.zones[person])
			if wd := local.Weekday(); wd == time.Saturday || wd == time.Sunday {
				f.say("message %s was begun on a %s", m.key, wd)
			}
			if at := local.Format("15:04"); !within(rules.Hours, at) {
				f.say("message %s was begun at %s; the hours are %v", m.key, at, rules.Hours)
			}
			for _, o := range all[:i] {
				then := f.day(person, o.begun)
				if o.purpose != "service" && day.Before(then.AddDays(rules.GapDays)) {
					f.say("message %s of %s comes less than %d days after %s of %s", m.key, day, rules.GapDays, o.key, then)
				}
				if day.Before(then.AddDays(rules.MessageDays)) {
					inCap++
				}
			}
			if inCap >= rules.MessageMax {
				f.say("message %s of %s is number %d within %d days", m.key, day, inCap+1, rules.MessageDays)
			}
		}
	}
}

func within(hours []string, at string) bool {
	for _, span := range hours {
		if from, to, ok := strings.Cut(span, "-"); ok && at >= from && at < to {
			return true
		}
	}
	return false
}

// limited checks the daily limits of creditors.
func (f *findings) limited() {
	count := map[string]int{}
	for _, m := range f.sendings {
		of := m.creditor + "/" + m.channel
		if most := f.limits[of]; most > 0 && m.state != "failed" {
			day := of + " on " + f.day(m.person, m.begun).String()
			if count[day]++; count[day] == most+1 && m.purpose != "service" {
				f.say("more than %d messages of creditor/channel %s", most, day)
			}
		}
	}
}

// booked checks that the ledger is what was paid, and adds up.
func (f *findings) booked(l *life) {
	standing, paid, bounced := map[string]int64{}, int64(0), int64(0)
	live := map[string]debt.Imputation{}
	principal, costs, refunded := l.principal, int64(0), int64(0)
	for _, e := range l.events {
		switch x := e.fact.(type) {
		case debt.PaymentReceived:
			standing[x.ID] = x.Amount.Cents
			paid += x.Amount.Cents
		case debt.PaymentBounced:
			bounced += standing[x.Payment]
			delete(standing, x.Payment)
		case debt.PaymentReversed:
			bounced += standing[x.Payment]
			delete(standing, x.Payment)
		case debt.Refunded:
			refunded += x.Refund.Amount.Cents
		case debt.CostIncurred:
			costs += x.Claimed.Cents
		case debt.PaymentImputed:
			if _, twice := live[x.Imputation.Payment]; twice {
				f.say("case %s: payment %s is imputed twice", l.id, x.Imputation.Payment)
			}
			live[x.Imputation.Payment] = x.Imputation
		case debt.ImputationReversed:
			delete(live, x.Imputation.Payment)
		case debt.Adjusted:
			principal -= x.Adjustment.Amount.Cents
		}
	}
	want := map[string]int64{"": refunded, string(law.Principal): principal, string(law.Costs): costs}
	for id, cents := range standing {
		i, imputed := live[id]
		sum := i.Surplus.Cents
		for part, a := range i.Parts {
			sum += a.Cents
			want[string(part)] -= a.Cents
		}
		for part, a := range i.Accrued {
			want[string(part)] += a.Cents
		}
		for _, x := range i.Costs {
			sum += x.Amount.Cents
			want[string(law.Costs)] -= x.Amount.Cents
		}
		want[""] -= i.Surplus.Cents
		if !imputed || sum != cents {
			f.say("case %s: payment %s of %d cents is imputed to %d", l.id, id, cents, sum)
		}
	}
	if len(live) != len(standing) {
		f.say("case %s: %d payments stand, %d are imputed", l.id, len(standing), len(live))
	}
	f.balanced(l, want, [2]int64{paid, bounced})
}

// balanced compares the rows of the ledger with what the events make of it.
func (f *findings) balanced(l *life, want map[string]int64, moved [2]int64) {
	have, in, back := map[string]int64{}, int64(0), int64(0)
	for _, p := range l.ledger {
		switch {
		case p.kind == "payment":
			in -= p.cents
		case p.kind == "bounce", p.kind == "payment_reversal":
			back += p.cents
		case p.kind == "own_costs": // the creditor's
		case p.component != "" || p.payment != "":
			have[p.component] += p.cents
		}
	}
	if in != moved[0] || back != moved[1] {
		f.say("case %s: the ledger has %d cents in and %d back; the events %d and %d", l.id, in, back, moved[0], moved[1])
	}
	for part, cents := range have {
		if cents != want[part] {
			f.say("case %s: %q in the ledger sums to %d cents, by the events to %d", l.id, part, cents, want[part])
		}
		if cents < 0 && part != "" {
			f.say("case %s: %q is owed %d cents", l.id, part, cents)
		}
	}
	if l.openPrincipal != have[string(law.Principal)] {
		f.say("case %s: the row has %d cents of principal open, the ledger %d", l.id, l.openPrincipal, have[string(law.Principal)])
	}
}

// alive checks that a case has a next action, that what was paid in full is
// closed, and that its instants do not run backwards.
func (f *findings) alive(l *life) {
	var at time.Time
	for _, e := range l.events {
		if e.at.Before(at) {
			f.say("case %s: event %d lies before the one before it", l.id, e.seq)
		}
		at = e.at
	}
	if l.open && (l.nextAt == nil || l.nextDo == "" || l.nextDo == "Nothing") {
		f.say("case %s is open and has no next action", l.id)
	}
	if !f.Rest {
		return
	}
	if l.decided < l.last || l.nudged {
		f.say("case %s has %d events, of which its workflow was told %d (marked %v)", l.id, l.last, l.decided, l.nudged)
	}
	if l.open && l.nextAt != nil && !l.nextAt.After(f.Now) {
		f.say("case %s rests, but %s was due at %s", l.id, l.nextDo, l.nextAt.UTC().Format(clockFace))
	}
	if l.open && f.before(l, l.last+1).paidInFull() {
		f.say("case %s is paid in full and still open; next is %s", l.id, l.nextDo)
	}
}

// heard checks that every fact that was answered with yes is on the record
// once, and none that was refused.
func (f *findings) heard() {
	keys, own := map[string]int{}, map[string]int{}
	paid := map[string]int64{}
	for _, l := range f.lives {
		for _, e := range l.events {
			keys[l.id+" "+e.key]++
			own[l.id+" "+ownRef(e.fact)]++
			if x, ok := e.fact.(debt.PaymentReceived); ok {
				paid[l.id] += x.Amount.Cents
			}
		}
	}
	told := map[string]int64{}
	unsure := map[string]bool{}
	seen := map[string]bool{}
	for _, t := range f.Told {
		n := max(keys[t.Case+" "+t.Ref], own[t.Case+" "+t.Ref])
		switch {
		case t.Answer == Yes && n != 1:
			f.say("%s of case %s was answered with yes and is on the record %d times", t.Ref, t.Case, n)
		case t.Answer == No && n != 0:
			f.say("%s of case %s was refused and is on the record", t.Ref, t.Case)
		case n > 1:
			f.say("%s of case %s is on the record %d times", t.Ref, t.Case, n)
		}
		if t.Answer == Yes && !seen[t.Case+" "+t.Ref] {
			told[t.Case] += t.Paid
		}
		seen[t.Case+" "+t.Ref] = true
		unsure[t.Case] = unsure[t.Case] || t.Answer == NoAnswer && t.Paid > 0
	}
	for id, cents := range paid {
		if cents != told[id] && !unsure[id] {
			f.say("case %s has payments of %d cents; those who paid were told of %d", id, cents, told[id])
		}
	}
}

// ownRef is what a fact itself names its report by.
func ownRef(f debt.Fact) string {
	switch x := f.(type) {
	case debt.PaymentReceived:
		return x.Reference
	case debt.PaymentBounced:
		return x.Reason
	case debt.PaymentReversed:
		return x.Reason
	case debt.Refunded:
		return x.Reference
	case debt.PromiseMade:
		return x.Note
	case debt.Disputed:
		return x.Note
	case debt.HoldPlaced:
		return x.Note
	}
	return ""
}
