package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/recobro/recobro/record"
)

// What around keeps of a request in echo's context.
const (
	keyOfCaller  = "caller"  // record.Key
	keyOfFailure = "failure" // error behind an answer of 500 and above
)

// around is what every request passes: an id, headers that keep browsers
// careful, an answer even to a panic, and one line of log without personal
// data: the pattern of the route, never the path.
func (s *server) around(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := time.Now()
		h := c.Response().Header()
		h.Set(echo.HeaderXRequestID, uuid.NewString())
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Strict-Transport-Security", "max-age=31536000")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		s.noteProxy(c.Request().Context(), c.Request())
		if err := guarded(next, c); err != nil {
			s.answerError(err, c)
		}
		s.log(c, began)
		return nil
	}
}

// guarded turns a panic into an error.
func guarded(next echo.HandlerFunc, c echo.Context) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return next(c)
}

func (s *server) log(c echo.Context, began time.Time) {
	route := c.Path()
	if route == "" {
		route = "none"
	}
	a := []slog.Attr{
		slog.String("request_id", c.Response().Header().Get(echo.HeaderXRequestID)),
		slog.String("method", c.Request().Method),
		slog.String("route", route),
		slog.Int("status", c.Response().Status),
		slog.Float64("ms", float64(time.Since(began).Microseconds())/1000),
		slog.Int64("bytes", c.Response().Size),
	}
	if k, ok := c.Get(keyOfCaller).(record.Key); ok {
		a = append(a, slog.String("key", k.ID), slog.String("role", string(k.Role)))
	}
	level := slog.LevelInfo
	if err, ok := c.Get(keyOfFailure).(error); ok {
		level = slog.LevelError
		a = append(a, slog.String("error", err.Error()))
	}
	s.Logger.LogAttrs(c.Request().Context(), level, "request", a...)
}

// answerError is the one place that writes problems.
func (s *server) answerError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	p := s.problemOf(err)
	if p.Status >= http.StatusInternalServerError {
		c.Set(keyOfFailure, err)
	}
	_ = s.write(c, p.answer())
}

// Waking: how many wake-ups may be under way, and how long one may take.
const (
	wakesAtOnce = 64
	wakeTimeout = 10 * time.Second
)

// wake tells the cases' workflows that there is news, beside the request: an
// answer never waits for Temporal. What is not told now, the relay tells.
func (s *server) wake(ctx context.Context, cases ...string) {
	if s.Waker == nil || len(cases) == 0 {
		return
	}
	select {
	case s.waking <- struct{}{}:
	default:
		s.Logger.WarnContext(ctx, "wake-ups are left to the relay", "cases", len(cases))
		return
	}
	ctx = context.WithoutCancel(ctx)
	go func() {
		defer func() { <-s.waking }()
		for _, id := range cases {
			one, cancel := context.WithTimeout(ctx, wakeTimeout)
			err := s.Waker.Wake(one, id)
			cancel()
			if err != nil {
				s.Logger.WarnContext(ctx, "a wake-up is left to the relay", "case", id, "error", err.Error())
			}
		}
	}()
}
