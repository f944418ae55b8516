package api

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// Pages: how long one is where nothing is said, and at most.
const (
	pageLength = 50
	pageMost   = 200
)

// cursorLead marks a cursor as ours, so that a value from elsewhere is refused
// and not searched for.
const cursorLead = "after:"

// cursor writes what the next page begins after. It grants nothing: every page
// is asked for within the caller's scope.
func cursor(after string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(cursorLead + after))
}

// paging reads which page is asked for.
func (c *call) paging() (after string, limit int, err error) {
	limit = pageLength
	if s := c.query("limit"); s != "" {
		if limit, err = strconv.Atoi(s); err != nil || limit < 1 || limit > pageMost {
			return "", 0, bad("range", "limit", "limit must be a number from 1 to %d", pageMost)
		}
	}
	if s := c.query("cursor"); s != "" {
		b, err := base64.RawURLEncoding.DecodeString(s)
		var ours bool
		after, ours = strings.CutPrefix(string(b), cursorLead)
		if err != nil || !ours || !keepable(after) {
			return "", 0, bad("cursor", "cursor", "cursor must be a next_cursor that was given before")
		}
	}
	return after, limit, nil
}

// pageOf makes a page of what was found: as many as asked for means that there
// may be more, after the last one.
func pageOf[T, V any](found []T, limit int, id func(T) string, view func(T) V) page[V] {
	p := page[V]{Items: make([]V, len(found))}
	for i, x := range found {
		p.Items[i] = view(x)
	}
	if len(found) == limit {
		p.Next = cursor(id(found[limit-1]))
	}
	return p
}

// same shows a thing as it is.
func same[T any](x T) T { return x }
