package worked_test

import (
	"bytes"
	"errors"
	"io"
	"regexp"

	"go.yaml.in/yaml/v3"
)

var fenced = regexp.MustCompile("(?s)```yaml\n(.*?)```")

// failing is a test of either kind.
type failing interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// documents reads the records of a file plainly, for the second calculation.
func documents(t failing, text []byte) (out []map[string]any) {
	t.Helper()
	parts := [][]byte{text}
	if blocks := fenced.FindAllSubmatch(text, -1); blocks != nil {
		parts = nil
		for _, b := range blocks {
			parts = append(parts, b[1])
		}
	}
	for _, p := range parts {
		dec := yaml.NewDecoder(bytes.NewReader(p))
		for {
			var n yaml.Node
			err := dec.Decode(&n)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			m, ok := plainly(&n).(map[string]any)
			if !ok {
				t.Fatalf("line %d is no record", n.Line)
			}
			out = append(out, m)
		}
	}
	return out
}

// plainly gives mappings, lists and the words of scalars as they are written;
// a null is an empty word.
func plainly(n *yaml.Node) any {
	switch n.Kind {
	case yaml.DocumentNode:
		return plainly(n.Content[0])
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			m[n.Content[i].Value] = plainly(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		l := []any{}
		for _, c := range n.Content {
			l = append(l, plainly(c))
		}
		return l
	}
	if n.Tag == "!!null" {
		return ""
	}
	return n.Value
}

// list gives the mappings of a list.
func list(v any) (out []map[string]any) {
	l, _ := v.([]any)
	for _, e := range l {
		if m, ok := e.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}
