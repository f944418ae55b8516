// Package api speaks HTTP: JSON under /v1, the contract at /openapi.json, and
// pages that show it at /docs. A handler decodes, asks and answers; what may
// be asked stands in openapi.yaml, which every request is checked against, and
// who may ask it in routes.go.
//
// A request goes one way: its key is looked up, its role is checked, its body
// is read and checked against the contract, what its path names is looked up
// within the key's scope, an earlier answer under its Idempotency-Key is given
// again, and only then is it handled. After a write the case's workflow is
// woken; where that fails, the worker's relay repeats it.
package api

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"

	"github.com/labstack/echo/v4"

	"github.com/recobro/recobro/letter"
)

// Options are what the API is made of: the record by its nouns, and what
// stands around it.
type Options struct {
	Door       Door
	Cases      Cases
	Findings   Findings
	Messages   Messages
	Tasks      Tasks
	Documents  Documents
	Debtors    Debtors
	Points     Points
	Creditors  Creditors
	Keys       Keys
	Porter     Porter
	Stops      Stops
	Firms      Firms
	Handoffs   Handoffs
	Imports    Imports
	Statements Statements
	BankLines  BankLines
	BankDesk   BankDesk
	Strategies Strategies
	Rates      Rates
	Guarantors Guarantors
	Solvency   Solvency // nil: what a person found out is given with a study
	Memory     Memory
	Figures    Figures

	// Waker may be nil: then the relay alone wakes cases.
	Waker  Waker
	Logger *slog.Logger
	// Version is shown by /healthz and in the contract.
	Version string
	// Checks are what /readyz asks.
	Checks []Check
	// Watch hears of every request; nil: nobody listens.
	Watch Watch
	// Rate limits each key; the zero value is DefaultRate.
	Rate Rate
	// Failures limits how often an address may send a key that opens nothing;
	// the zero value is DefaultFailures.
	Failures Rate
	// Proxies are the networks whose X-Forwarded-For is believed; none: nobody's.
	Proxies []netip.Prefix
	// Operator is who runs the collection, as receipts name them.
	Operator letter.Operator
	// Broken are errors by which Findings.Verify says that a record is not
	// whole, beside those of package evidence.
	Broken []error
	// Away reports whether an error is that the record cannot be reached; nil:
	// that is never told apart.
	Away func(error) bool
}

// Check is one thing that the API needs, as /readyz shows it.
type Check struct {
	Name string
	// Ask fails where the thing cannot be had now.
	Ask func(context.Context) error
	// Needed makes the API not ready while Ask fails. What is not needed is
	// shown as degraded: facts are taken while Temporal is away.
	Needed bool
}

// server holds what handlers ask.
type server struct {
	Options
	contract *contract
	buckets  *buckets // by key
	failures *buckets // by address
	secrets  acquainted
	waking   chan struct{} // one for each wake-up under way
	proxied  sync.Once     // says that a proxy is not trusted
}

// New returns the API. It panics where openapi.yaml and the routes do not fit,
// which a test holds.
func New(o Options) http.Handler {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return newServer(o).router()
}

func newServer(o Options) *server {
	return &server{
		Options: o, contract: loadContract(o.Version), waking: make(chan struct{}, wakesAtOnce),
		buckets: newBuckets(o.Rate.or(DefaultRate)), failures: newBuckets(o.Failures.or(DefaultFailures)),
	}
}

// router registers every route. Nothing of echo leaves this package.
func (s *server) router() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = s.extractor()
	e.Logger.SetOutput(nowhere{})
	e.HTTPErrorHandler = s.answerError
	if s.Watch != nil {
		e.Use(s.watched)
	}
	e.Use(s.around)
	for _, r := range s.routes() {
		e.Add(r.method, echoPath(r.path), s.serve(r, s.contract.operation(r)))
	}
	e.GET("/healthz", s.healthz)
	e.GET("/readyz", s.readyz)
	e.GET("/openapi.json", s.openapi)
	s.docs(e)
	return e
}

// extractor tells where a request comes from. X-Forwarded-For is believed from
// the proxies that are named, and from nobody else.
func (s *server) extractor() echo.IPExtractor {
	if len(s.Proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range s.Proxies {
		trust = append(trust, echo.TrustIPRange(&net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

// nowhere takes what echo itself would print; answers are logged by around.
type nowhere struct{}

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
