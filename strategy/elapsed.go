package strategy

import "time"

// Moment is one contact of a time that has passed unseen: what the case did, as
// far as its record tells.
type Moment struct {
	Case      int        // index among the person's cases
	Situation *Situation // as it stood then; only until the next moment
	Decision  Decision   // under the letter that covers it
	At        time.Time
	Covers    []Moment // other cases in the same message
}

// Elapsed plays the person's cases from one instant until another, with no fact
// from outside, and tells each contact as it comes: every message, and every
// call that a task was opened for. A case that was offered to a law firm on the
// way tells no more: what the firm answered decides what came after.
func (p *Person) Elapsed(from, until time.Time, tell func(Moment)) {
	m := newPlay(p, from)
	offered := make([]bool, len(p.Cases))
	moment := func(i int, d Decision, letter string) Moment {
		return Moment{Case: i, Situation: &m.cases[i], Decision: d.Under(letter), At: m.now}
	}
	for n := 0; n < maxActs*len(p.Cases); n++ {
		k := m.earliest()
		if k < 0 || m.due[k].At.After(until) {
			return
		}
		d := m.due[k]
		if d.At.After(m.now) {
			m.now = d.At
		}
		offered[k] = offered[k] || d.Do == OfferHandoff
		if _, reaches := d.Contact("", m.now); reaches && !offered[k] {
			others, own, letter := m.covers(k, d, m.now)
			told := moment(k, d, letter)
			for j, o := range others {
				told.Covers = append(told.Covers, moment(o, own[j], letter))
			}
			tell(told)
		}
		m.act(k, func(int, Decision) {})
	}
}
