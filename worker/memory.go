package worker

import "time"

// memory remembers who was told when, so that nobody is told again at once:
// each time the pause until the next is twice as long, up to a longest.
type memory struct {
	first, longest time.Duration
	told           map[string]telling
}

type telling struct {
	at    time.Time
	pause time.Duration
}

func newMemory(first, longest time.Duration) *memory {
	return &memory{first: first, longest: longest, told: map[string]telling{}}
}

// pick gives those of ids that are to be told now, and remembers that they are;
// those told before only where again is set. Whoever has not been asked for in
// a while is forgotten.
func (m *memory) pick(ids []string, now time.Time, again bool) []string {
	var pick []string
	for _, id := range ids {
		t, known := m.told[id]
		switch {
		case !known:
			m.told[id] = telling{at: now, pause: m.first}
		case again && now.Sub(t.at) >= t.pause:
			m.told[id] = telling{at: now, pause: min(2*t.pause, m.longest)}
		default:
			continue
		}
		pick = append(pick, id)
	}
	for id, t := range m.told {
		if now.Sub(t.at) > 2*m.longest {
			delete(m.told, id)
		}
	}
	return pick
}
