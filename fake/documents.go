package fake

import (
	"bytes"
	"compress/gzip"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// vendors holds the vendors' OpenAPI documents, reduced to the paths used and
// what these refer to: twilio/sendgrid-oai and twilio/twilio-oai, both under
// the MIT licence that lies beside them.
//
//go:embed testdata/*.json.gz
var vendors embed.FS

// documents find the operation of a request.
type documents []routers.Router

func load() (documents, error) {
	var out documents
	for _, name := range []string{"testdata/tsg_mail_v3.json.gz", "testdata/twilio_api_v2010.json.gz"} {
		packed, err := vendors.ReadFile(name)
		if err != nil {
			return nil, err
		}
		unzip, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil, fmt.Errorf("unpack %s: %w", name, err)
		}
		content, err := io.ReadAll(unzip)
		if err != nil {
			return nil, fmt.Errorf("unpack %s: %w", name, err)
		}
		doc, err := openapi3.NewLoader().LoadFromData(content)
		if err != nil {
			return nil, fmt.Errorf("load %s: %w", name, err)
		}
		// SendGrid's says 3.1 and uses nothing beyond 3.0; read as 3.0 its schemas
		// are compiled once instead of at every request.
		doc.OpenAPI = "3.0.3"
		doc.Servers = openapi3.Servers{{URL: "/"}}
		for _, item := range doc.Paths.Map() {
			item.Servers = nil
		}
		router, err := gorillamux.NewRouter(doc)
		if err != nil {
			return nil, fmt.Errorf("route %s: %w", name, err)
		}
		out = append(out, router)
	}
	return out, nil
}

// input prepares a request for a check; body is what it carries.
func (d documents) input(r *http.Request, body []byte) (*openapi3filter.RequestValidationInput, error) {
	for _, router := range d {
		route, params, err := router.FindRoute(r)
		if err != nil {
			continue
		}
		again := r.Clone(context.WithoutCancel(r.Context()))
		again.Body = io.NopCloser(bytes.NewReader(body))
		return &openapi3filter.RequestValidationInput{Request: again, PathParams: params, Route: route,
			Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, MultiError: true}}, nil
	}
	return nil, errors.New("no vendor's document has this path")
}

// request checks a request against its vendor's document.
func (d documents) request(r *http.Request, body []byte) error {
	in, err := d.input(r, body)
	if err != nil {
		return err
	}
	return openapi3filter.ValidateRequest(context.WithoutCancel(r.Context()), in)
}

// response checks an answer. Statuses that a document leaves out, as Twilio's
// leaves out all errors, are passed over.
func (d documents) response(r *http.Request, status int, header http.Header, body []byte) error {
	in, err := d.input(r, nil)
	if err != nil {
		return err
	}
	if in.Route.Operation.Responses.Status(status) == nil {
		return nil
	}
	return openapi3filter.ValidateResponse(context.WithoutCancel(r.Context()), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: status, Header: header, Body: io.NopCloser(bytes.NewReader(body)), Options: in.Options,
	})
}
