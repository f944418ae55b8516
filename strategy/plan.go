package strategy

import (
	"slices"
	"strconv"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
)

// Plan decides for every case of the person at once: it lets the earliest
// contact take its place among the caps and gaps before the later ones are
// dated, so that what it says of each case is what will happen. The result is
// parallel to p.Cases.
func (p *Person) Plan(now time.Time) []Decision {
	out := make([]Decision, len(p.Cases))
	if len(p.Cases) == 1 {
		out[0] = p.Next(0, now)
		return out
	}
	found := make([]bool, len(p.Cases))
	left := len(p.Cases)
	take := func(i int, d Decision) {
		if !found[i] {
			out[i], found[i] = d, true
			left--
		}
	}
	m := newPlay(p, now)
	for n := 0; left > 0 && n < maxActs*len(p.Cases); n++ {
		for i := range m.due {
			if d := m.decide(i); !found[i] && !d.Collects() {
				take(i, *d) // no other case's contact can move it
			}
		}
		if left == 0 {
			break
		}
		i := m.earliest()
		if i < 0 {
			break
		}
		m.act(i, take)
	}
	for i := range out {
		if !found[i] {
			out[i] = p.Next(i, now)
		}
	}
	return out
}

// Collects reports whether the decision is a contact that caps and gaps count
// and move.
func (d Decision) Collects() bool {
	return d.Purpose == Collection || d.Purpose == LegalNotice
}

// movable reports whether gaps and caps may put the decision off: not where
// the limitation guard claims.
func (d *Decision) movable() bool {
	return d.Collects() && d.Why[0].Code != "limitation_guard"
}

// Contact gives the contact that doing d at an instant counts as, for case id;
// ok is false where it reaches nobody. A call counts when its task is opened.
func (d Decision) Contact(id string, at time.Time) (c Contact, ok bool) {
	if !d.Do.Sends() && d.Channel != "phone" {
		return Contact{}, false
	}
	return Contact{At: at, Channel: d.Channel, Case: id, Purpose: d.Purpose}, true
}

// Covers lists the other cases, by index, that go out in the same message as
// decision d of case i at now, and the letter that covers all: the mildest due.
// They are of the same creditor, next in line for a message by the same channel
// within the days that the strategy says, and neither claimed nor contested nor
// held. What Next says of each is what is marked on it.
func (p *Person) Covers(i int, d Decision, now time.Time) (others []int, letter string) {
	if len(p.Cases) == 1 || d.Purpose != Collection || !d.Do.Sends() {
		return nil, d.Letter
	}
	b := newBoard(p)
	others, _, letter = b.covers(i, d, now)
	return others, letter
}

// covers is Covers on a board; it gives the others' own decisions as well.
func (b *board) covers(i int, d Decision, now time.Time) (others []int, own []Decision, letter string) {
	letter = d.Letter
	if d.Purpose != Collection || !d.Do.Sends() || len(b.seats) == 1 {
		return nil, nil, letter
	}
	x := &b.seats[i]
	if contested(x.c) {
		return nil, nil, letter
	}
	mildest, _ := x.st.find(d.Step)
	if mildest < 0 {
		return nil, nil, letter
	}
	first := rungOf(x.st, mildest)
	today := calendar.DateOf(now.In(b.zone))
	for j := range b.seats {
		y := &b.seats[j]
		if j == i || !y.c.Open() || y.c.Creditor != x.c.Creditor || contested(y.c) || y.s.Stopped != "" {
			continue
		}
		e := b.next(j, now)
		k, _ := y.st.find(e.Step)
		switch {
		case e.Purpose != Collection || !e.Do.Sends() || e.Channel != d.Channel || k < 0:
			continue
		case calendar.DateOf(e.At.In(b.zone)).After(today.AddDays(x.st.Contact.MergeDays)):
			continue
		case (y.st.Steps[k].Offset < 0) != (x.st.Steps[mildest].Offset < 0):
			continue // what is due and what is not yet are told apart
		case y.st.Steps[k].Offset >= 0 && !today.After(y.c.Claim.Due):
			continue // never before it is due
		}
		others, own = append(others, j), append(own, e)
		if r := rungOf(y.st, k); r.milder(first) {
			first, letter = r, e.Letter
		}
	}
	return others, own, letter
}

// Under is the decision as it is carried out by the letter that covers it,
// where several debts go out in one.
func (d Decision) Under(letter string) Decision {
	if letter != "" {
		d.Letter = letter
	}
	return d
}

// contested reports whether the debt stands under a hold or an open dispute.
func contested(c *debt.Case) bool {
	return len(c.Holds) > 0 || slices.ContainsFunc(c.Disputes, func(d debt.Dispute) bool { return d.State == "open" })
}

// rung is how firm a step is.
type rung struct{ stage, offset int }

func rungOf(s *Strategy, k int) rung { return rung{s.Steps[k].rank, s.Steps[k].Offset} }

func (r rung) milder(o rung) bool {
	return r.stage < o.stage || (r.stage == o.stage && r.offset < o.offset)
}

// maxActs bounds the acts of one case in a simulation: far more than decades
// of controls, so that a fault of ours ends in a short forecast, not in a hang.
const maxActs = 4096

// play is a person's future, played out act by act with no fact from outside.
type play struct {
	board
	cases []Situation
	now   time.Time
	due   []Decision
	fresh []bool
	ids   int
	full  bool // a creditor's daily limit is reached
}

func newPlay(p *Person, now time.Time) *play {
	m := &play{now: now, cases: slices.Clone(p.Cases)}
	for i := range m.cases {
		m.cases[i].Case = m.cases[i].Case.Clone()
		m.full = m.full || len(m.cases[i].Full) > 0
	}
	q := *p
	q.Cases = m.cases
	m.board = *newBoard(&q)
	m.due, m.fresh = make([]Decision, len(p.Cases)), make([]bool, len(p.Cases))
	return m
}

// decide gives what case i does next from here, worked out once.
func (m *play) decide(i int) *Decision {
	if !m.fresh[i] {
		m.due[i], m.fresh[i] = m.next(i, m.now), true
	}
	return &m.due[i]
}

// earliest gives the case that acts next; -1 where all are closed. Of several
// at one instant what no cap can move goes first, whoever's workflow wakes
// first; then the one that has waited longest, so that no debt starves behind
// another; then the first listed. One that lets another go first is passed over.
func (m *play) earliest() int {
	best := -1
	for i := range m.due {
		d := m.decide(i)
		if d.Final() || m.lets(i) {
			continue
		}
		if best < 0 || d.At.Before(m.due[best].At) || (d.At.Equal(m.due[best].At) && m.yields(best, i)) {
			best = i
		}
	}
	return best
}

// yields reports whether case i lets case j, due at the same instant, go first.
func (m *play) yields(i, j int) bool {
	ci, cj := m.due[i].movable(), m.due[j].movable()
	if ci != cj {
		return ci
	}
	return m.acted(j).Before(m.acted(i))
}

// lets reports whether case i leaves the person's next contact to a debt that
// waits for its creditor's daily limit and has waited longer: else the debts of
// creditors without a limit would take every contact, and that one none. It
// does so for two gaps after its own last act, and not for ever.
func (m *play) lets(i int) bool {
	if !m.full {
		return false
	}
	d, last := &m.due[i], m.acted(i)
	if last.IsZero() || !d.movable() {
		return false
	}
	gap := m.seats[i].st.Contact.GapDays
	if d.At.After(last.AddDate(0, 0, 2*gap)) {
		return false
	}
	for j := range m.due {
		if j == i {
			continue
		}
		o := m.decide(j)
		limited := func(r Reason) bool { return r.Code == "daily_limit" }
		if o.movable() && slices.ContainsFunc(o.Why, limited) && m.acted(j).Before(last) && o.At.Before(d.At.AddDate(0, 0, gap)) {
			return true
		}
	}
	return false
}

// acted tells when something was last done on case i.
func (m *play) acted(i int) (last time.Time) {
	c := m.cases[i].Case
	for k := range c.Marks {
		if c.Marks[k].At.After(last) {
			last = c.Marks[k].At
		}
	}
	return last
}

// act lets case i act, with the others that its message covers; each is told.
func (m *play) act(i int, tell func(i int, d Decision)) {
	d := m.due[i]
	if d.At.After(m.now) {
		m.now = d.At
	}
	others, own, letter := m.covers(i, d, m.now)
	tell(i, d)
	m.apply(i, d.Under(letter))
	for n, j := range others {
		e := own[n]
		if was := &m.due[j]; m.fresh[j] && was.Do == e.Do && was.Step == e.Step {
			e.Why = was.Why // what kept it until now is no longer seen from here
		}
		if e.At.After(m.now) {
			e.Why = append(slices.Clone(e.Why), Reason{Code: "merged", On: calendar.DateOf(e.At)})
			e.At = m.now
		}
		tell(j, e)
		m.apply(j, e.Under(letter))
	}
	if c, ok := d.Contact(m.cases[i].Case.ID, m.now); ok {
		m.touch(c)
		for j := range m.fresh {
			if m.fresh[j] && m.due[j].Collects() {
				m.fresh[j] = false
			}
		}
	}
}

func (m *play) apply(i int, d Decision) {
	c := m.cases[i].Case
	for _, f := range Facts(&m.cases[i], d, m.now, m.id) {
		c.Apply(debt.Event{Seq: c.Seq + 1, At: m.now, By: debt.Actor{Role: debt.Engine}, Fact: f})
		if _, ended := f.(debt.HoldEnded); ended {
			m.goBack(i)
		}
	}
	m.fresh[i] = false
}

// goBack puts a case whose hardship is over on the strategy that it had before.
func (m *play) goBack(i int) {
	s := &m.cases[i]
	if s.Back != nil && s.Case.Strategy == s.Back.Ref() {
		s.Strategy, s.Back = s.Back, nil
		m.seats[i].st, m.seats[i].seq = s.Strategy, 0
	}
}

// played are the ids of what a simulation makes up.
var played = func() (ids [256]string) {
	for i := range ids {
		ids[i] = "forecast-" + strconv.Itoa(i)
	}
	return ids
}()

func (m *play) id() string {
	m.ids++
	if m.ids < len(played) {
		return played[m.ids]
	}
	return "forecast-" + strconv.Itoa(m.ids)
}
