package api

import "net/http"

// awayWait is how many seconds it is worth waiting for a record that is away.
const awayWait = 2

// problemOf is problemOf for an error that may be the record's absence: nothing
// of the request is done by half, and it may be sent again.
func (s *server) problemOf(err error) *problem {
	p := problemOf(err)
	if p.Status == http.StatusInternalServerError && s.Away != nil && s.Away(err) {
		p = refuse(http.StatusServiceUnavailable, "record_away", "",
			"the record cannot be reached just now; with the same Idempotency-Key the request may be sent again in a moment")
		p.wait = awayWait
	}
	return p
}
