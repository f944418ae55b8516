package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

// call is one request on its way, with what its path names.
type call struct {
	request *http.Request
	path    map[string]string
	key     record.Key
	idem    string // Idempotency-Key of a POST
	media   string // of the body
	body    []byte
	form    *form // of a multipart body
	lang    string
	from    string // where it comes from: an address, or a network

	// What scope looked up.
	file     record.File
	summary  bool // the caller may see the case's outline alone
	handoff  record.Handoff
	debtor   record.Debtor
	creditor record.Creditor
}

// form is a multipart body: its fields and its one file.
type form struct {
	fields      map[string]string
	name, media string
	bytes       []byte
}

// by is who calls, as the record names them: a role and a key, no person.
func (c *call) by() debt.Actor { return debt.Actor{Role: c.key.Role, ID: c.key.ID} }

// eventKey makes a write of this request happen once, even where its answer
// was lost before it could be remembered.
func (c *call) eventKey() string { return c.key.ID + "/" + c.idem }

func (c *call) id() string { return c.path["id"] }

func (c *call) query(name string) string { return c.request.URL.Query().Get(name) }

// flag reads a boolean parameter as the contract's checks do, which take 1 and
// TRUE as well; one that is not given is false.
func (c *call) flag(name string) bool {
	is, _ := strconv.ParseBool(c.query(name))
	return is
}

// dry reports whether nothing is to be written.
func (c *call) dry() bool { return c.flag("dry_run") }

// answer is what a handler says.
type answer struct {
	status int
	body   any // written as JSON
	// raw is written as it is, with its media type and, where it is a file to
	// be saved, the name.
	raw         []byte
	media, name string
	// keep is remembered under the Idempotency-Key in place of body, where
	// body holds a secret that is shown once.
	keep any
	wait int // seconds, for Retry-After
}

func ok(body any) (answer, error)       { return answer{status: http.StatusOK, body: body}, nil }
func created(body any) (answer, error)  { return answer{status: http.StatusCreated, body: body}, nil }
func accepted(body any) (answer, error) { return answer{status: http.StatusAccepted, body: body}, nil }

func (p *problem) answer() answer { return answer{status: p.Status, body: p, wait: p.wait} }

// handler answers a call whose key, role, form and scope are in order.
type handler func(context.Context, *call) (answer, error)

// serve takes a request the whole way of one route.
func (s *server) serve(r route, o *operation) echo.HandlerFunc {
	return func(ec echo.Context) error {
		c := &call{request: ec.Request(), path: map[string]string{}, lang: languageOf(ec.Request()), from: origin(ec.RealIP())}
		for i, name := range ec.ParamNames() {
			c.path[name] = ec.ParamValues()[i]
		}
		ctx := c.request.Context()
		if err := s.admit(ctx, r, c); err != nil {
			ec.Set(keyOfCaller, c.key)
			return err
		}
		ec.Set(keyOfCaller, c.key)
		if err := s.read(ec.Response(), r, o, c); err != nil {
			return err
		}
		if r.scope != nil {
			if err := r.scope(ctx, c); err != nil {
				return err
			}
		}
		if r.method != http.MethodPost || r.pure || c.dry() {
			a, err := r.handle(ctx, c)
			if err != nil {
				return err
			}
			return s.write(ec, a)
		}
		return s.once(ctx, ec, r, c)
	}
}

// read takes the request's parameters and body, and holds them against the
// contract.
func (s *server) read(w http.ResponseWriter, r route, o *operation, c *call) error {
	if r.method == http.MethodPost {
		c.idem = c.request.Header.Get("Idempotency-Key")
		switch {
		case c.idem == "":
			return bad("idempotency_key_missing", "Idempotency-Key", "every POST needs an Idempotency-Key, so that it may safely be sent again")
		case len(c.idem) > 200 || strings.ContainsFunc(c.idem, func(r rune) bool { return r < '!' || r > '~' }):
			return bad("idempotency_key_malformed", "Idempotency-Key", "an Idempotency-Key has 1 to 200 printable ASCII characters without spaces")
		}
	}
	if err := o.checkParameters(c.request, c.path); err != nil {
		return err
	}
	if o.media == nil {
		return nil
	}
	limit := bodyLimit
	if r.limit > 0 {
		limit = r.limit
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, c.request.Body, limit))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return refuse(http.StatusRequestEntityTooLarge, "body_too_large", "", "the body is larger than %d bytes", limit)
	}
	if err != nil {
		return bad("body_cut_off", "", "the body could not be read to its end")
	}
	c.body = body
	return c.checkBody(o)
}

// bodyLimit is the largest JSON body, in bytes; documents and imports have
// their own.
const bodyLimit int64 = 1 << 20

// checkBody reads a body by its media type.
func (c *call) checkBody(o *operation) error {
	if len(c.body) == 0 {
		if o.required {
			return bad("missing", "", "the body is missing")
		}
		return nil
	}
	media, params, err := mime.ParseMediaType(c.request.Header.Get("Content-Type"))
	want, known := o.media[media]
	if err != nil || !known {
		names := make([]string, 0, len(o.media))
		for m := range o.media {
			names = append(names, m)
		}
		slices.Sort(names)
		return refuse(http.StatusUnsupportedMediaType, "media_type", "Content-Type", "Content-Type must be %s", strings.Join(names, " or "))
	}
	c.media = media
	switch media {
	case "application/json":
		v, err := parse(c.body)
		if err != nil {
			return err
		}
		return o.checkBody(want, v)
	case "multipart/form-data":
		c.form, err = readForm(c.body, params["boundary"])
		return err
	}
	return nil
}

// readForm reads a multipart body with one file.
func readForm(body []byte, boundary string) (*form, error) {
	r := multipart.NewReader(bytes.NewReader(body), boundary)
	f := &form{fields: map[string]string{}}
	for {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, bad("not_multipart", "", "the body is not multipart/form-data as its boundary says")
		}
		b, err := io.ReadAll(p)
		if err != nil {
			return nil, bad("not_multipart", "", "the body is cut off")
		}
		name := p.FormName()
		switch {
		case name == "file" && f.bytes != nil, f.fields[name] != "":
			return nil, bad("parameter_repeated", name, "%s is given more than once", name)
		case name == "file":
			f.name, f.media, f.bytes = p.FileName(), p.Header.Get("Content-Type"), b
			switch {
			case !keepable(f.name), !keepable(f.media):
				return nil, bad("nul_byte", "file", "the file's name is not UTF-8 text")
			case !oneLine(f.name):
				return nil, refuse(http.StatusUnprocessableEntity, "control_characters", "file", "the file's name holds control characters")
			}
		case !keepable(string(b)):
			return nil, bad("nul_byte", name, "%s is not UTF-8 text, or holds a NUL character", name)
		default:
			f.fields[name] = string(b)
		}
	}
	if len(f.bytes) == 0 {
		return nil, bad("missing", "file", "file is missing or empty")
	}
	return f, nil
}

// hash tells whether two requests are the same. A multipart body is taken by
// its parts, since its boundary changes from one sending to the next.
func (c *call) hash() string {
	h := sha256.New()
	part := func(b []byte) { fmt.Fprintf(h, "%d:", len(b)); h.Write(b) }
	part([]byte(c.request.Method))
	part([]byte(c.request.URL.Path))
	part([]byte(c.request.URL.Query().Encode()))
	if c.form == nil {
		part(c.body)
		return hex.EncodeToString(h.Sum(nil))
	}
	names := make([]string, 0, len(c.form.fields))
	for n := range c.form.fields {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		part([]byte(n))
		part([]byte(c.form.fields[n]))
	}
	part([]byte(c.form.name))
	part(c.form.bytes)
	return hex.EncodeToString(h.Sum(nil))
}

// rememberTimeout is how long keeping an answer may take, whether or not the
// caller still waits for it.
const rememberTimeout = 5 * time.Second

// once answers a write once for its Idempotency-Key: the same request again is
// given the first answer, and nothing is done.
func (s *server) once(ctx context.Context, ec echo.Context, r route, c *call) error {
	req := record.Request{Scope: c.key.ID, Key: c.idem, Hash: c.hash()}
	before, found, err := s.Memory.Recall(ctx, req)
	if err != nil {
		return err
	}
	if found {
		ec.Response().Header().Set(replayedHeader, "true")
		return s.write(ec, answer{status: before.Status, raw: before.Body})
	}
	a, failure := s.handled(record.Making(ctx, before.Made), r, c)
	status, keep := a.status, a.body
	if a.keep != nil {
		keep = a.keep
	}
	if status >= http.StatusInternalServerError {
		status, keep = 0, nil
	}
	body, err := marshal(keep)
	if err == nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rememberTimeout)
		defer cancel()
		err = s.Memory.Remember(ctx, req, record.Answer{Status: status, Body: body})
	}
	if err != nil {
		// The write stands, and its event carries the key: a repeat changes nothing.
		s.Logger.ErrorContext(ctx, "an answer was not remembered", "error", err.Error())
	}
	if failure != nil {
		return failure
	}
	return s.write(ec, a)
}

// handled calls the handler; a refusal is an answer like any other, and a
// panic one that may be tried again.
func (s *server) handled(ctx context.Context, r route, c *call) (a answer, failure error) {
	defer func() {
		if p := recover(); p != nil {
			a, failure = answer{status: http.StatusInternalServerError}, fmt.Errorf("panic in %s %s: %v", r.method, r.path, p)
		}
	}()
	a, err := r.handle(ctx, c)
	if err != nil {
		return problemOf(err).answer(), err
	}
	return a, nil
}

// noInstant is how Go writes an instant that is none.
var noInstant = []byte(`"0001-01-01T00:00:00Z"`)

// marshal writes JSON; an instant that is none is null.
func marshal(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write the answer: %w", err)
	}
	return bytes.ReplaceAll(b, noInstant, []byte("null")), nil
}

// write sends an answer.
func (s *server) write(ec echo.Context, a answer) error {
	h := ec.Response().Header()
	switch a.status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", "Bearer")
	case http.StatusTooManyRequests:
		a.wait = max(a.wait, 1)
	}
	if a.wait > 0 {
		h.Set("Retry-After", strconv.Itoa(a.wait))
	}
	media := "application/json"
	if a.status >= http.StatusBadRequest {
		media = "application/problem+json"
	}
	if a.media != "" {
		media = a.media
	}
	if a.name != "" {
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": a.name}))
	}
	if a.raw != nil {
		return ec.Blob(a.status, media, a.raw)
	}
	b, err := marshal(a.body)
	if err != nil {
		return err
	}
	return ec.Blob(a.status, media, b)
}
