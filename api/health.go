package api

import (
	"context"
	"embed"
	"io/fs"
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
// needed cannot be had. Why is logged and not shown.
func (s *server) readyz(c echo.Context) error {
	states := make([]string, len(s.Checks))
	var wg sync.WaitGroup
	for i, k := range s.Checks {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(c.Request().Context(), checkTimeout)
			defer cancel()
			states[i] = "ok"
			if err := k.Ask(ctx); err != nil {
				states[i] = "failed"
				s.Logger.WarnContext(ctx, "a check failed", "check", k.Name, "error", err.Error())
			}
		})
	}
	wg.Wait()
	status, word := http.StatusOK, "ok"
	checks := map[string]string{}
	for i, k := range s.Checks {
		checks[k.Name] = states[i]
		switch {
		case states[i] == "ok":
		case k.Needed:
			status, word = http.StatusServiceUnavailable, "not_ready"
		case status == http.StatusOK:
			word = "degraded"
		}
	}
	body := map[string]any{"status": word, "checks": checks}
	return s.write(c, answer{status: status, body: body, media: "application/json"})
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
