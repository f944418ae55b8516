package api

import (
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// openapiYAML is the contract as it is written.
//
//go:embed openapi.yaml
var openapiYAML []byte

// contract is what may be asked and answered: OpenAPI 3.0.3, since the checks
// compile schemas of 3.1 at every request.
type contract struct {
	doc  *openapi3.T
	json []byte
}

// loadContract reads the contract; it is a part of the program, so that one
// that cannot be read is a panic.
func loadContract(version string) *contract {
	doc, err := openapi3.NewLoader().LoadFromData(openapiYAML)
	if err != nil {
		panic("api: read openapi.yaml: " + err.Error())
	}
	doc.Info.Version = cmp.Or(version, doc.Info.Version)
	b, err := doc.MarshalJSON()
	if err != nil {
		panic("api: write openapi.json: " + err.Error())
	}
	return &contract{doc: doc, json: b}
}

// operation is one route's part of the contract.
type operation struct {
	route      *routers.Route
	parameters map[string]bool // of the query
	media      map[string]*openapi3.MediaType
	required   bool // a body must come
}

// operation finds the contract of a route; a route without one is a panic.
func (k *contract) operation(r route) *operation {
	item := k.doc.Paths.Value(r.path)
	if item == nil || item.GetOperation(r.method) == nil {
		panic(fmt.Sprintf("api: %s %s is not in openapi.yaml", r.method, r.path))
	}
	op := item.GetOperation(r.method)
	o := &operation{
		route:      &routers.Route{Spec: k.doc, Path: r.path, PathItem: item, Method: r.method, Operation: op},
		parameters: map[string]bool{},
	}
	for _, p := range slices.Concat(item.Parameters, op.Parameters) {
		if p.Value.In == openapi3.ParameterInQuery {
			o.parameters[p.Value.Name] = true
		}
	}
	if op.RequestBody != nil {
		o.media, o.required = op.RequestBody.Value.Content, op.RequestBody.Value.Required
	}
	return o
}

// options make the checks tell all that is wrong, and never what was sent: a
// submitted value may be personal data, and answers get logged by callers.
var options = func() *openapi3filter.Options {
	o := &openapi3filter.Options{
		MultiError: true, ExcludeRequestBody: true, SkipSettingDefaults: true,
		AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
	}
	o.WithCustomSchemaErrorFunc(says)
	return o
}()

// checkParameters holds path, query and headers against the contract. A query
// parameter that is not known is refused: dryrun=true for dry_run=true would
// otherwise open a case.
func (o *operation) checkParameters(r *http.Request, path map[string]string) error {
	var faults []fault
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil { // what cannot be read would be left out, and dry_run=true%; with it
		return bad("query_malformed", "?", "the query is not name=value&name=value with %%-escapes")
	}
	for name, values := range query {
		switch {
		case !o.parameters[name]:
			faults = append(faults, fault{Field: namable(name), Code: "parameter_unknown", Detail: "there is no such parameter here"})
		case len(values) > 1:
			faults = append(faults, fault{Field: name, Code: "parameter_repeated", Detail: name + " is given more than once"})
		case !keepable(values[0]):
			faults = append(faults, fault{Field: name, Code: "nul_byte", Detail: name + " is not UTF-8 text, or holds a NUL character"})
		}
	}
	for _, v := range path {
		if !keepable(v) {
			return notFound()
		}
	}
	err = openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request: r, PathParams: path, QueryParams: query, Route: o.route, Options: options,
	})
	return told(append(faults, faultsOf(err, "")...))
}

// keepable reports whether a text can be kept by PostgreSQL.
func keepable(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// checkBody holds a JSON body against the contract.
func (o *operation) checkBody(media *openapi3.MediaType, body any) error {
	if media.Schema == nil {
		return nil
	}
	err := media.Schema.Value.VisitJSON(body, openapi3.VisitAsRequest(), openapi3.MultiErrors(), openapi3.SetSchemaErrorMessageCustomizer(says))
	if err := told(faultsOf(err, "")); err != nil {
		return err
	}
	return checkTexts(media.Schema.Value, body)
}

// mostFaults is how many faults one answer lists.
const mostFaults = 50

func told(faults []fault) error {
	if len(faults) == 0 {
		return nil
	}
	slices.SortStableFunc(faults, func(a, b fault) int { return strings.Compare(a.Field, b.Field) })
	return problems(http.StatusBadRequest, faults[:min(len(faults), mostFaults)]...)
}

// faultsOf turns what the checks found into faults, each with its field.
func faultsOf(err error, field string) []fault {
	switch e := err.(type) {
	case nil:
		return nil
	case openapi3.MultiError:
		var out []fault
		for _, x := range e {
			out = append(out, faultsOf(x, field)...)
		}
		return out
	case *openapi3filter.RequestError:
		if e.Parameter != nil {
			field = e.Parameter.Name
		}
		if errors.Is(e.Err, openapi3filter.ErrInvalidRequired) {
			return []fault{{Field: field, Code: "missing", Detail: field + " is missing"}}
		}
		if found := faultsOf(e.Err, field); len(found) > 0 {
			return found
		}
	case *openapi3.SchemaError:
		at := pointer(e, field)
		return []fault{{Field: at, Code: codeOf(e), Detail: orBody(at) + " " + says(e)}}
	}
	return []fault{{Field: field, Code: "malformed", Detail: orBody(field) + " has not the form that is wanted: see /docs"}}
}

// pointer writes where a value stands as debt.Submission's own checks do:
// debtor.contacts[0].value.
func pointer(e *openapi3.SchemaError, at string) string {
	for _, key := range e.JSONPointer() {
		if _, err := strconv.Atoi(key); err == nil {
			at += "[" + key + "]"
			continue
		}
		at = join(at, key)
	}
	if e.SchemaField == "properties" {
		at = join(at, unknownMember(e))
	}
	return at
}

// unknownMember gives the name of a member that the schema does not have.
func unknownMember(e *openapi3.SchemaError) string {
	quoted := strings.TrimSuffix(strings.TrimPrefix(e.Reason, "property "), " is unsupported")
	name, err := strconv.Unquote(quoted)
	if err != nil {
		return "?"
	}
	return namable(name)
}

// namable gives the name of what the contract does not know as an answer may
// repeat it: "?" for one that is none, or goes on and on.
func namable(name string) string {
	if name == "" || len(name) > 100 || !keepable(name) || !oneLine(name) {
		return "?"
	}
	return name
}

func codeOf(e *openapi3.SchemaError) string {
	switch e.SchemaField {
	case "properties":
		return "field_unknown"
	case "required":
		return "missing"
	case "type", "nullable":
		return "wrong_type"
	case "enum":
		return "not_one_of"
	case "minLength", "maxLength", "minItems", "maxItems", "maxProperties":
		return "length"
	case "minimum", "maximum":
		return "range"
	case "uniqueItems":
		return "repeated"
	}
	return "malformed"
}

// says tells what is wrong from the schema alone, without the value.
func says(e *openapi3.SchemaError) string {
	s := e.Schema
	switch e.SchemaField {
	case "properties":
		return "is not a field here"
	case "required":
		return "is missing"
	case "type":
		if s.Type != nil {
			return "must be of type " + strings.Join(*s.Type, " or ")
		}
	case "nullable":
		return "must not be null"
	case "enum":
		words := make([]string, len(s.Enum))
		for i, w := range s.Enum {
			words[i] = fmt.Sprint(w)
		}
		return "must be one of " + strings.Join(words, ", ")
	case "minLength":
		return fmt.Sprintf("must have at least %d characters", s.MinLength)
	case "maxLength":
		return fmt.Sprintf("must have at most %d characters", *s.MaxLength)
	case "minItems":
		return fmt.Sprintf("must have at least %d entries", s.MinItems)
	case "maxItems":
		return fmt.Sprintf("must have at most %d entries", *s.MaxItems)
	case "minimum":
		return fmt.Sprintf("must be at least %v", *s.Min)
	case "maximum":
		return fmt.Sprintf("must be at most %v", *s.Max)
	case "uniqueItems":
		return "must name each once"
	case "format":
		return "must be a " + s.Format
	}
	if s.Title != "" {
		return "must be " + s.Title
	}
	return "has not the form that is wanted"
}
