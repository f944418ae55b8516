package strategy

import "time"

// Forecast simulates the person's cases from now until the given instant, with
// no new fact from outside, and returns what case i does, in order. A call that
// is not answered, a promise that is not kept and a firm that is silent are
// what it assumes.
func (p *Person) Forecast(i int, now, until time.Time) []Decision {
	m := newPlay(p, now)
	out := make([]Decision, 0, 32)
	tell := func(j int, d Decision) {
		if j == i {
			out = append(out, d)
		}
	}
	for n := 0; n < maxActs*len(p.Cases); n++ {
		k := m.earliest()
		if k < 0 || m.due[k].At.After(until) || m.decide(i).Final() {
			break
		}
		m.act(k, tell)
	}
	return out
}
