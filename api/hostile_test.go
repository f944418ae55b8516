package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// hostile are texts that mean something to a database, a template, a page, a
// mail header, a spreadsheet, a terminal or a path.
var hostile = map[string]string{
	"SQL":                "x'); drop table cases;--",
	"a template":         "{{.Creditor.IBAN}} ${7*7} #{7*7} <%= 7*7 %>",
	"a script":           "<script>alert(1)</script><img src=x onerror=alert(1)>",
	"a formula":          "=HYPERLINK(\"http://evil.example\",A1)",
	"a format":           "%s%n%d %00 \\u0000",
	"a path":             "../../../../etc/passwd",
	"a header":           "x\r\nBcc: all@evil.example",
	"a turned text":      "invoice\u202egnp.exe",
	"an escape":          "x\x1b[2J",
	"a NUL":              "x\x00y",
	"combining marks":    "e" + strings.Repeat("\u0301", 80),
	"nothing to be seen": "\u200b\u200b",
	"a long text":        strings.Repeat("x", 20_000),
}

// plant puts a text into every free text of a body that the schema knows, and
// gives the paths where it stands.
func plant(schema *openapi3.Schema, body any, at, text string) []string {
	var planted []string
	switch b := body.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
			p, path := schema.Properties[name].Value, join(at, name)
			inner, given := b[name]
			switch {
			case p.Type.Is("string") && len(p.Enum) == 0 && p.Format == "" && p.Pattern == "":
				b[name] = text
				planted = append(planted, path)
			case given:
				planted = append(planted, plant(p, inner, path, text)...)
			}
		}
	case []any:
		for i, x := range b {
			if schema.Items != nil {
				planted = append(planted, plant(schema.Items.Value, x, fmt.Sprintf("%s[%d]", at, i), text)...)
			}
		}
	}
	return planted
}

// example gives a copy of the contract's own body of a route.
func (f furnished) example(r route) any {
	body, _ := f.body(r)
	b, err := json.Marshal(body)
	require.NoError(f.t, err)
	var copied any
	require.NoError(f.t, json.Unmarshal(b, &copied))
	return copied
}

// restore puts back what the contract's example has at a path, which may have
// nothing there.
func restore(body, from any, path string) {
	name, rest, more := strings.Cut(strings.NewReplacer("[", ".", "]", "").Replace(path), ".")
	if list, ok := body.([]any); ok {
		var i int
		of, _ := from.([]any)
		if _, err := fmt.Sscan(name, &i); err == nil && i < min(len(list), len(of)) {
			restore(list[i], of[i], rest)
		}
		return
	}
	b, _ := body.(map[string]any)
	of, _ := from.(map[string]any)
	switch {
	case b == nil:
	case more:
		restore(b[name], of[name], rest)
	case of[name] == nil:
		delete(b, name)
	default:
		b[name] = of[name]
	}
}

// harden sends a body until it holds nothing any more that is refused by its
// field, and gives the last answer with what is left of the text.
func (f furnished) harden(r route, schema *openapi3.Schema, text, what string) (reply, []string) {
	f.t.Helper()
	body := f.example(r)
	left := plant(schema, body, "", text)
	key := "operator"
	if r.path == "/v1/debts" {
		key = "creditor" // or it would have to name one
	}
	for range 20 {
		got := f.ask(r.method, f.path(r), asked{key: key, body: body})
		require.Less(f.t, got.Code, 500, "%s: %s: %s", what, got.what, got.Body.String())
		if got.Code < 300 {
			return got, left
		}
		var p problem
		require.NoError(f.t, json.Unmarshal(got.Body.Bytes(), &p))
		before := len(left)
		for _, x := range append(p.Errors, fault{Field: p.Field}) {
			if i := slices.Index(left, x.Field); i >= 0 {
				restore(body, f.example(r), x.Field)
				left = slices.Delete(left, i, i+1)
			}
		}
		if len(left) == before {
			return got, nil // the state of things forbids it, or the example's own day
		}
	}
	require.Fail(f.t, "it is refused again and again", what)
	return reply{}, nil
}

func TestHostileTextsInEveryFieldAreRefusedByTheFieldOrKeptAsText(t *testing.T) {
	f := furnish(t)
	kept := map[string]int{}
	for _, r := range f.server.routes() {
		media := f.server.contract.operation(r).media["application/json"]
		if media == nil {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(hostile)) {
			text := hostile[name]
			got, left := f.harden(r, media.Schema.Value, text, name+" in "+r.method+" "+r.path)
			for _, path := range left {
				kept[name]++
				inner := strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
				if strings.ContainsAny(text, "\x00\x1b\u202e") || strings.Contains(text, "\r\n") && !strings.Contains(several[inner[len(inner)-1]], "\r") {
					require.Fail(t, "control characters are kept", "%s at %s of %s %s", name, path, r.method, r.path)
				}
			}
			require.NotContains(t, got.Body.String(), "<script", "JSON escapes it")
		}
	}
	t.Logf("kept as text: %v", kept)
	for _, name := range []string{"SQL", "a template", "a script", "a formula", "a format", "a path"} {
		require.Greater(t, kept[name], 15, "%s is a text like any other", name)
	}
	for _, name := range []string{"a NUL", "an escape", "a turned text"} {
		require.Zero(t, kept[name], name)
	}
	require.Equal(t, 1, f.sql(`select count(*) from cases where id = $1`, f.ids["cases"]), "the tables stand")
	require.Equal(t, true, f.ask("GET", "/v1/cases/"+f.ids["cases"]+"/evidence", asked{key: "operator"}).is(200).at("intact"))
	require.NotContains(t, f.log.String(), "drop table")
}
