package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// parse reads a JSON text as it came, for the contract to check. It refuses
// what PostgreSQL could not keep: text that is not UTF-8, and NUL.
func parse(body []byte) (any, error) {
	if !utf8.Valid(body) {
		return nil, bad("not_utf8", "", "the body is not UTF-8")
	}
	if bytes.IndexByte(body, 0) >= 0 {
		return nil, bad("nul_byte", "", "the body holds a NUL byte")
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, syntaxProblem(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, bad("not_json", "", "there is more in the body than one JSON value")
	}
	if deeper(v, deepest) { // the paths of what is wrong would grow with the square of the depth
		return nil, bad("too_deep", "", "the body is nested more than %d deep", deepest)
	}
	if lone(body) {
		return nil, bad("not_utf8", "", "the body holds half of a surrogate pair, which is no character")
	}
	if at, found := repeated(json.NewDecoder(bytes.NewReader(body)), ""); found {
		return nil, bad("field_repeated", at, "%s is given more than once", at)
	}
	if at, found := nul(v, ""); found {
		return nil, bad("nul_byte", at, "%s holds a NUL character", at)
	}
	return plain(v), nil
}

func syntaxProblem(err error) error {
	var s *json.SyntaxError
	switch {
	case errors.As(err, &s):
		return bad("not_json", "", "the body is not JSON, from byte %d on", s.Offset)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return bad("not_json", "", "the body is cut off")
	}
	return bad("not_json", "", "the body is not JSON")
}

// deepest is how deep a body may be nested; the contract's own are five deep.
const deepest = 32

// deeper reports whether a value is nested deeper than most.
func deeper(v any, most int) bool {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			if most == 0 || deeper(x, most-1) {
				return true
			}
		}
	case map[string]any:
		for _, x := range v {
			if most == 0 || deeper(x, most-1) {
				return true
			}
		}
	}
	return false
}

// lone reports whether a JSON text escapes half of a surrogate pair.
func lone(body []byte) bool {
	for i := 0; i < len(body); i++ {
		if body[i] != '\\' {
			continue
		}
		i++ // what is escaped
		half, is := escaped(body, i)
		if !is || !utf16.IsSurrogate(half) {
			continue
		}
		other, is := escaped(body, i+6)
		if !is || body[i+5] != '\\' || utf16.DecodeRune(half, other) == unicode.ReplacementChar {
			return true
		}
		i += 6
	}
	return false
}

// escaped reads the four digits of an escape whose u stands at i.
func escaped(body []byte, i int) (rune, bool) {
	if i+5 > len(body) || body[i] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(body[i+1:i+5]), 16, 16)
	return rune(n), err == nil
}

// repeated finds a member that an object of a JSON text has twice: readers
// differ on which of the two counts.
func repeated(dec *json.Decoder, at string) (string, bool) {
	t, err := dec.Token()
	if err != nil {
		return "", false
	}
	seen := map[string]bool{}
	for i := 0; t == json.Delim('{') || t == json.Delim('['); i++ {
		if !dec.More() {
			_, _ = dec.Token() // the end of it
			return "", false
		}
		inner := at + "[" + strconv.Itoa(i) + "]"
		if t == json.Delim('{') {
			name, _ := dec.Token()
			k, _ := name.(string)
			if inner = join(at, namable(k)); seen[k] {
				return inner, true
			}
			seen[k] = true
		}
		if found, is := repeated(dec, inner); is {
			return found, true
		}
	}
	return "", false
}

// nul finds a text with a NUL character in it.
func nul(v any, at string) (string, bool) {
	switch v := v.(type) {
	case string:
		return at, strings.ContainsRune(v, 0)
	case []any:
		for i, x := range v {
			if at, found := nul(x, at+"["+strconv.Itoa(i)+"]"); found {
				return at, true
			}
		}
	case map[string]any:
		for k, x := range v {
			if strings.ContainsRune(k, 0) {
				return at, true
			}
			if at, found := nul(x, join(at, k)); found {
				return at, true
			}
		}
	}
	return "", false
}

// join adds a member's name to the path of its object.
func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// plain turns numbers into the float64 that the contract's checks take. No
// request holds a number that is not small and whole: money and rates are text.
func plain(v any) any {
	switch v := v.(type) {
	case json.Number:
		f, err := v.Float64()
		if err != nil {
			return string(v)
		}
		return f
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = plain(v[k])
		}
	}
	return v
}

// decode reads a body that the contract let through into a request. What a
// field's own type refuses (a day that no calendar has, a currency that is not
// one) is a problem that names the field.
func decode[T any](c *call) (T, error) {
	var in T
	if len(c.body) == 0 {
		return in, nil
	}
	dec := json.NewDecoder(bytes.NewReader(c.body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return in, locate(c.body, reflect.TypeFor[T](), "", err)
	}
	return in, nil
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

// locate says which field of a type refused its value. The error of a type's
// own UnmarshalJSON does not tell where it stood, so each field is tried alone.
func locate(raw []byte, t reflect.Type, at string, err error) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	own := reflect.PointerTo(t).Implements(unmarshaler)
	switch {
	case own:
	case t.Kind() == reflect.Struct:
		var members map[string]json.RawMessage
		if json.Unmarshal(raw, &members) != nil {
			break
		}
		if found := locateMember(members, t, at); found != nil {
			return found
		}
	case t.Kind() == reflect.Slice:
		var items []json.RawMessage
		if json.Unmarshal(raw, &items) != nil {
			break
		}
		for i, x := range items {
			if err := json.Unmarshal(x, reflect.New(t.Elem()).Interface()); err != nil {
				return locate(x, t.Elem(), at+"["+strconv.Itoa(i)+"]", err)
			}
		}
	}
	if own {
		return bad("malformed", at, "%s: %s", at, err.Error())
	}
	return bad("malformed", at, "%s has not the form that is wanted: see /docs", orBody(at))
}

func orBody(at string) string {
	if at == "" {
		return "the body"
	}
	return at
}

func locateMember(members map[string]json.RawMessage, t reflect.Type, at string) error {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			if found := locateMember(members, f.Type, at); found != nil {
				return found
			}
			continue
		}
		raw, given := members[name]
		if !given {
			continue
		}
		delete(members, name)
		if err := json.Unmarshal(raw, reflect.New(f.Type).Interface()); err != nil {
			return locate(raw, f.Type, join(at, name), err)
		}
	}
	return nil
}
