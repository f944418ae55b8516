package api

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"
)

// several are the texts that may have several lines, with the characters that
// break them. All other texts stand in headers, subjects and tables.
var several = map[string]string{
	"note": "\n\r\t", "text": "\n\r\t", "reason": "\n\r\t", "result": "\n\r\t", "how": "\n\r\t", "what": "\n\r\t", "content": "\n\r",
	"signature": "\n", "footer": "\n",
}

// unfit reports whether a character may not stand in a text: control
// characters, line breaks, and those that turn the direction of the writing
// round, so that a name reads as another. But names what may stand all the same.
func unfit(r rune, but string) bool {
	switch {
	case strings.ContainsRune(but, r):
		return false
	case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\u2028', r == '\u2029':
		return true
	}
	return unicode.IsControl(r)
}

// oneLine reports whether a text may stand in a header or a table.
func oneLine(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return unfit(r, "") })
}

// blank reports whether nothing of a text can be seen.
func blank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) })
}

// checkTexts holds every text of a body to be writable, and those that the
// contract wants to be there to say something.
func checkTexts(schema *openapi3.Schema, body any) error {
	faults := textFaults(schema, body, "", "")
	if len(faults) == 0 {
		return nil
	}
	slices.SortStableFunc(faults, func(a, b fault) int { return strings.Compare(a.Field, b.Field) })
	return problems(http.StatusUnprocessableEntity, faults[:min(len(faults), mostFaults)]...)
}

// textFaults walks a value and its schema, which is nil where the contract
// does not say; name is the member that holds the value, at the path to it.
func textFaults(schema *openapi3.Schema, v any, name, at string) []fault {
	var out []fault
	switch v := v.(type) {
	case string:
		if strings.ContainsFunc(v, func(r rune) bool { return unfit(r, several[name]) }) {
			out = append(out, fault{Field: at, Code: "control_characters", Detail: at + " holds control characters"})
		} else if schema != nil && schema.MinLength > 0 && blank(v) {
			out = append(out, fault{Field: at, Code: "missing", Detail: at + " is blank"})
		}
	case []any:
		var of *openapi3.Schema
		if schema != nil && schema.Items != nil {
			of = schema.Items.Value
		}
		for i, x := range v {
			out = append(out, textFaults(of, x, name, at+"["+strconv.Itoa(i)+"]")...)
		}
	case map[string]any:
		for k, x := range v {
			var of *openapi3.Schema
			if schema != nil && schema.Properties[k] != nil {
				of = schema.Properties[k].Value
			}
			out = append(out, textFaults(of, x, k, join(at, k))...)
		}
	}
	return out
}
