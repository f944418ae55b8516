package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

// problem is an answer that says no (RFC 9457). Code is stable and names the
// rule; Field is the JSON field or parameter it is about. Where several things
// are wrong, Errors lists all of them and the first stands above.
type problem struct {
	Type   string  `json:"type"`
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Detail string  `json:"detail"`
	Code   string  `json:"code"`
	Field  string  `json:"field,omitempty"`
	Errors []fault `json:"errors,omitempty"`
	wait   int     // seconds until it is worth asking again; 0: nothing is said
}

// fault is one thing that is wrong with a request.
type fault struct {
	Field  string `json:"field,omitempty"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Line   int    `json:"line,omitempty"` // of a file
}

func (p *problem) Error() string { return p.Detail }

// problems gives a problem of one or more faults, the first first.
func problems(status int, faults ...fault) *problem {
	first := faults[0]
	p := &problem{
		Type: "urn:recobro:problem:" + first.Code, Title: http.StatusText(status), Status: status,
		Detail: first.Detail, Code: first.Code, Field: first.Field,
	}
	if len(faults) > 1 || first.Line > 0 {
		p.Errors = faults
	}
	return p
}

// refuse gives a problem of one fault.
func refuse(status int, code, field, format string, args ...any) *problem {
	return problems(status, fault{Field: field, Code: code, Detail: fmt.Sprintf(format, args...)})
}

// bad is a request that cannot be read.
func bad(code, field, format string, args ...any) *problem {
	return refuse(http.StatusBadRequest, code, field, format, args...)
}

func notFound() *problem {
	return refuse(http.StatusNotFound, "not_found", "", "there is nothing here that this key may see")
}

// problemOf says what an error is to who asked. What is not theirs to mend is
// a 500 that tells nothing but that it is logged.
func problemOf(err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	if no := refusals(err); len(no) > 0 {
		return refused(no)
	}
	var e *echo.HTTPError
	switch {
	case errors.Is(err, record.ErrNotFound):
		return notFound()
	case errors.Is(err, record.ErrKeyReused):
		return refuse(http.StatusUnprocessableEntity, "idempotency_key_reused", "Idempotency-Key", "this Idempotency-Key was used for another request: give each request its own")
	case errors.Is(err, record.ErrKeyBusy):
		busy := refuse(http.StatusConflict, "idempotency_key_busy", "Idempotency-Key",
			"the first request with this Idempotency-Key is still under way: ask again, for a minute where its process may have died")
		busy.wait = 5
		return busy
	case errors.As(err, &e):
		return routeProblem(e)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return refuse(http.StatusServiceUnavailable, "took_too_long", "", "the request was not finished in time; with the same Idempotency-Key it may be sent again")
	}
	return refuse(http.StatusInternalServerError, "internal", "", "something went wrong here; it is logged under the request's id")
}

func routeProblem(e *echo.HTTPError) *problem {
	switch e.Code {
	case http.StatusNotFound:
		return refuse(e.Code, "no_such_route", "", "there is no such address: see /docs")
	case http.StatusMethodNotAllowed:
		return refuse(e.Code, "method_not_allowed", "", "this address does not take that method: see /docs")
	}
	return refuse(e.Code, "http", "", "%s", cmp.Or(http.StatusText(e.Code), "refused"))
}

// refusals lists every *debt.Refusal within err.
func refusals(err error) []*debt.Refusal {
	switch e := err.(type) {
	case nil:
		return nil
	case *debt.Refusal:
		return []*debt.Refusal{e}
	case interface{ Unwrap() []error }:
		var out []*debt.Refusal
		for _, x := range e.Unwrap() {
			out = append(out, refusals(x)...)
		}
		return out
	}
	return refusals(errors.Unwrap(err))
}

// refused is "no" as an answer: 409 where the state of things forbids it, 422
// where it is wrong in itself.
func refused(no []*debt.Refusal) *problem {
	status := http.StatusUnprocessableEntity
	faults := make([]fault, len(no))
	for i, r := range no {
		faults[i] = fault{Field: r.Field, Code: r.Rule, Detail: r.Detail}
		if r.Conflict {
			status = http.StatusConflict
		}
	}
	return problems(status, faults...)
}
