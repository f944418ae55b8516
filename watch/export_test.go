package watch

import "time"

// Forget has the record read anew when it is next asked.
func (s *Standing) Forget() {
	s.standing.mu.Lock()
	s.standing.at = time.Time{}
	s.standing.mu.Unlock()
	s.extent.mu.Lock()
	s.extent.at = time.Time{}
	s.extent.mu.Unlock()
}
