package api

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// healthz says that the process answers.
func (s *server) healthz(c echo.Context) error {
	return s.write(c, answer{status: http.StatusOK, body: map[string]string{"status": "ok", "version": s.contract.doc.Info.Version}})
}

// checkTimeout is how long one check of /readyz may take.
const checkTimeout = 2 * time.Second

// readyz asks everything that the API needs, each apart: 503 where what is
// needed cannot be had.
func (s *server) readyz(c echo.Context) error {
	status, body := ask(c.Request().Context(), s.Checks, s.Logger)
	return s.write(c, answer{status: status, body: body, media: "application/json"})
}

// ErrUntold is wrapped by what a check says when it cannot tell: the part that
// it would have to ask is away, and has a check of its own.
var ErrUntold = errors.New("cannot be told now")

// readiness is the answer of /readyz.
type readiness struct {
	Status string            `json:"status"`
	Checks map[string]string `json:"checks"`
}

// ask asks every check, side by side. Why one fails is logged and not shown.
func ask(ctx context.Context, checks []Check, logger *slog.Logger) (status int, body readiness) {
	states := make([]string, len(checks))
	var wg sync.WaitGroup
	for i, k := range checks {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, checkTimeout)
			defer cancel()
			err := k.Ask(ctx)
			switch {
			case err == nil:
				states[i] = "ok"
			case errors.Is(err, ErrUntold):
				states[i] = "unknown"
			default:
				states[i] = "failed"
				logger.WarnContext(ctx, "a check failed", "check", k.Name, "error", err.Error())
			}
		})
	}
	wg.Wait()
	status, body = http.StatusOK, readiness{Status: "ok", Checks: map[string]string{}}
	for i, k := range checks {
		body.Checks[k.Name] = states[i]
		switch {
		case states[i] == "ok":
		case k.Needed:
			status, body.Status = http.StatusServiceUnavailable, "not_ready"
		case status == http.StatusOK:
			body.Status = "degraded"
		}
	}
	return status, body
}

// Health answers /healthz and /readyz as the API does, for a process that
// serves no API.
func Health(checks []Check, version string, logger *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	say := func(w http.ResponseWriter, status int, body any) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body) // whoever asked is gone
	}
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		say(w, http.StatusOK, map[string]string{"status": "ok", "version": version})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		status, body := ask(r.Context(), checks, logger)
		say(w, status, body)
	})
	return mux
}

// openapi gives the contract.
func (s *server) openapi(c echo.Context) error {
	return s.write(c, answer{status: http.StatusOK, raw: s.contract.json, media: "application/json"})
}

// docsFiles are the pages that show the contract: swagger-ui-dist 5.35.0
// (Apache-2.0) and what starts it, all of it here, nothing fetched elsewhere.
//
//go:embed docs
var docsFiles embed.FS

// docsPolicy lets the pages load what this server has, and nothing else.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// docs serves the pages.
func (s *server) docs(e *echo.Echo) {
	files, err := fs.Sub(docsFiles, "docs")
	if err != nil {
		panic("api: docs: " + err.Error())
	}
	static := http.StripPrefix("/docs/", http.FileServerFS(files))
	show := func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", docsPolicy)
		h.Set("Cache-Control", "no-cache")
		static.ServeHTTP(c.Response(), c.Request())
		return nil
	}
	e.GET("/docs", func(c echo.Context) error { return c.Redirect(http.StatusFound, "/docs/") })
	e.GET("/docs/*", show)
}
