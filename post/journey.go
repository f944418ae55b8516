package post

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/mail"
	"net/url"
	"strings"
	"sync/atomic"
	"unicode"

	"github.com/recobro/recobro/record"
)

// journey is the way of one request to a provider and back. It is the
// transport of a client made for this request alone, since the providers'
// libraries know neither contexts nor where a request failed.
type journey struct {
	ctx  context.Context
	next http.RoundTripper
	base *url.URL // goes in the place of the library's own *.twilio.com

	left   atomic.Bool // a connection was there: bytes may have gone out
	status int         // of the answer; 0: none
}

// largest is as much of an answer as is read, in bytes.
const largest = 1 << 20

// RoundTrip sends the request with the journey's context. It reads the answer
// whole and closes it, which the libraries do not do with errors, so that the
// connection can be used again.
func (j *journey) RoundTrip(req *http.Request) (*http.Response, error) {
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { j.left.Store(true) }}
	req = req.Clone(httptrace.WithClientTrace(j.ctx, trace))
	if host := req.URL.Hostname(); j.base != nil && (host == "twilio.com" || strings.HasSuffix(host, ".twilio.com")) {
		req.URL.Scheme, req.URL.Host = j.base.Scheme, j.base.Host
		req.URL.Path = strings.TrimSuffix(j.base.Path, "/") + req.URL.Path
		req.Host = ""
	}
	res, err := j.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	j.status = res.StatusCode
	body, err := io.ReadAll(io.LimitReader(res.Body, largest))
	closeErr := res.Body.Close()
	// what was cut short is for the reader to stumble over: the status stands
	res.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), &stumble{errors.Join(err, closeErr)}))
	return res, nil
}

// stumble is the end of an answer: its error, or io.EOF.
type stumble struct{ err error }

func (s *stumble) Read([]byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	return 0, io.EOF
}

// client gives a client for this journey, which follows no redirect: a
// redirect of a POST would send it twice.
func (j *journey) client() *http.Client {
	return &http.Client{Transport: j, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// outcome judges a journey without an answer: it failed for certain only where
// there never was a connection to write to.
func (j *journey) outcome(err error) record.Delivery {
	if !j.left.Load() {
		return record.Delivery{State: failed, Code: NotConnected, Retry: true}
	}
	return record.Delivery{State: unknown, Code: silence(err)}
}

// silence names how an answer failed to come.
func silence(err error) string {
	var timeout net.Error
	if errors.Is(err, context.DeadlineExceeded) || (errors.As(err, &timeout) && timeout.Timeout()) {
		return TimedOut
	}
	return Lost
}

// sender gives the message's sender, or the channel's.
func sender(m record.Message, c Channel) string {
	if m.From != "" {
		return m.From
	}
	return c.From
}

// oneLine turns control characters into spaces: a subject that breaks its line
// would begin another header.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

// addresses reads sender, recipient and reply address of an e-mail; reply is
// nil where there is none.
func addresses(m record.Message, c Channel) (from, to, reply *mail.Address, code string) {
	s := sender(m, c)
	if s == "" {
		return nil, nil, nil, Unaddressed
	}
	var errs [3]error
	from, errs[0] = mail.ParseAddress(s)
	to, errs[1] = mail.ParseAddress(m.To)
	if m.ReplyTo != "" {
		reply, errs[2] = mail.ParseAddress(m.ReplyTo)
	}
	if errors.Join(errs[:]...) != nil {
		return nil, nil, nil, Malformed
	}
	return from, to, reply, ""
}
