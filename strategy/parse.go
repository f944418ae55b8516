package strategy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Problem is one thing wrong with a strategy.
type Problem struct {
	Line   int    // in the file, from 1; 0 where it is about the whole
	Reason string // what is wrong and what would be right
}

// String gives the problem with its line.
func (p Problem) String() string {
	if p.Line == 0 {
		return p.Reason
	}
	return fmt.Sprintf("line %d: %s", p.Line, p.Reason)
}

// Problems are all that is wrong with a strategy, by line.
type Problems []Problem

// Error gives all problems in one line.
func (p Problems) Error() string {
	said := make([]string, len(p))
	for i := range p {
		said[i] = p[i].String()
	}
	return "strategy: " + strings.Join(said, "; ")
}

// Parse reads a strategy and refuses one that is wrong in itself or looser
// than the law of its country; the error is of type Problems and lists all.
func Parse(text []byte) (*Strategy, error) {
	s, problems := read(text)
	if len(problems) > 0 {
		return nil, problems
	}
	return s, nil
}

// Check lists all that is wrong with a strategy; nothing for one that loads.
func Check(text []byte) []Problem {
	_, problems := read(text)
	return problems
}

// maxText bounds a strategy's file; the shipped ones are a tenth of it.
const maxText = 64 << 10

func read(text []byte) (*Strategy, Problems) {
	if len(text) > maxText {
		return nil, Problems{{Reason: fmt.Sprintf("the file is larger than %d KiB", maxText>>10)}}
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, told(err)
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, Problems{{Line: 1, Reason: "a strategy is a mapping of name, version, country, debtor, contact, steps …"}}
	}
	s := new(Strategy)
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	var problems Problems
	if err := dec.Decode(s); err != nil {
		problems = told(err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		problems = append(problems, Problem{Reason: "a file holds one strategy"})
	}
	v := inspection{s: s, root: doc.Content[0], problems: problems}
	v.all()
	sort.SliceStable(v.problems, func(i, j int) bool { return v.problems[i].Line < v.problems[j].Line })
	return s, v.problems
}

var atLine = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)$`)

// told turns the decoder's errors into problems with their lines.
func told(err error) Problems {
	lines := []string{err.Error()}
	var many *yaml.TypeError
	if errors.As(err, &many) {
		lines = lines[:0]
		lines = append(lines, many.Errors...)
	}
	var out Problems
	for _, l := range lines {
		p := Problem{Reason: strings.TrimPrefix(l, "yaml: ")}
		if m := atLine.FindStringSubmatch(l); m != nil {
			p.Line, _ = strconv.Atoi(m[1])
			p.Reason = m[2]
		}
		p.Reason = typeWords.Replace(unknownField.ReplaceAllString(p.Reason, "$1 is not a known key here"))
		out = append(out, p)
	}
	return out
}

var unknownField = regexp.MustCompile(`^field (.*) not found in type .*$`)

// typeWords take the program's own names out of the decoder's messages.
var typeWords = strings.NewReplacer(
	"cannot unmarshal", "cannot read", "!!str ", "text ", "!!int ", "number ", "!!seq", "a list",
	"!!map", "a mapping", "!!bool ", "", "!!float ", "number ", "into int64", "as a whole number",
	"into int", "as a whole number", "into string", "as text", "into []string", "as a list",
	"into []strategy.Step", "as a list of steps", "into bool", "as true or false",
)
