package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
)

// Watch hears of every request.
type Watch interface {
	// Request is told of a request as it comes in: its method, the pattern of
	// its route, and the case that it names, or nothing. What it returns is told
	// of the answer: the status, and whether it was given before under the same
	// Idempotency-Key.
	Request(ctx context.Context, method, route, caseID string) (context.Context, func(status int, replayed bool))
}

// replayedHeader marks an answer that was given before.
const replayedHeader = "Idempotency-Replayed"

// watched tells the watch of a request and its answer. What a client chose
// freely, such as the path, is not told: it could name somebody.
func (s *server) watched(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx, answered := s.Watch.Request(c.Request().Context(), methodOf(c.Request()), routeOf(c), caseOf(c))
		c.SetRequest(c.Request().WithContext(ctx))
		err := next(c)
		answered(c.Response().Status, c.Response().Header().Get(replayedHeader) != "")
		return err
	}
}

// methodOf names the method of a request, where it is one of HTTP's own.
func methodOf(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}

// routeOf gives the pattern of the route that answers.
func routeOf(c echo.Context) string {
	if c.Path() == "" {
		return "none"
	}
	return c.Path()
}

// caseOf gives the case that the path names, if it is the id of one.
func caseOf(c echo.Context) string {
	if !strings.HasPrefix(c.Path(), "/v1/cases/:id") {
		return ""
	}
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return ""
	}
	return id.String()
}
