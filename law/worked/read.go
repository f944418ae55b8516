package worked

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Read reads the records of a file: the fenced yaml blocks of Markdown, or a
// YAML stream where the text has no such block. A record with a problem is left
// out, and so is what follows it in its block where the YAML itself is broken.
func Read(file string, text []byte) ([]Record, []Problem) {
	text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	r := &reader{file: file, lines: bytes.Count(text, []byte("\n")) + 1}
	for _, b := range r.blocks(text) {
		r.stream(b)
	}
	if len(r.records) == 0 && len(r.problems) == 0 {
		r.problems = append(r.problems, Problem{File: file, What: "no records: want fenced yaml blocks or a YAML stream"})
	}
	return r.records, r.problems
}

// reader gathers what a file holds.
type reader struct {
	file     string
	lines    int // of the file
	offset   int // lines before the block that is read
	records  []Record
	problems []Problem
}

// wrong notes a problem. YAML breaks lines at some letters that editors do not,
// so that its count may run past the end of the file.
func (r *reader) wrong(line int, format string, args ...any) {
	r.problems = append(r.problems, Problem{File: r.file, Line: min(line, r.lines), What: fmt.Sprintf(format, args...)})
}

// block is a piece of YAML and the number of lines before it.
type block struct {
	text   []byte
	before int
}

var fence = regexp.MustCompile("^ {0,3}(```+|~~~+)[ \t]*([A-Za-z]*)")

// blocks cuts a file into its pieces of YAML.
func (r *reader) blocks(text []byte) []block {
	lines := bytes.SplitAfter(text, []byte("\n"))
	var out []block
	markdown := false
	open, start := "", 0
	var inside []byte
	for i, line := range lines {
		m := fence.FindSubmatch(line)
		switch {
		case open == "" && m != nil:
			open, start, inside = string(m[1]), i+1, nil
			if lang := strings.ToLower(string(m[2])); lang == "yaml" || lang == "yml" {
				markdown, inside = true, []byte{}
			}
		case open != "" && closes(line, open):
			if inside != nil {
				out = append(out, block{inside, start})
			}
			open = ""
		case open != "" && inside != nil:
			inside = append(inside, line...)
		}
	}
	if !markdown {
		return []block{{text, 0}}
	}
	if open != "" && inside != nil {
		r.wrong(start, "the block that begins here is not closed")
	}
	return out
}

// closes reports whether line ends a block that was opened by the fence open.
func closes(line []byte, open string) bool {
	s := strings.TrimSpace(string(line))
	return len(s) >= len(open) && strings.Trim(s, open[:1]) == ""
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

// stream reads the records of one block, one for each YAML document.
func (r *reader) stream(b block) {
	r.offset = b.before
	dec := yaml.NewDecoder(bytes.NewReader(b.text))
	for {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			line, what := b.before+1, strings.TrimPrefix(err.Error(), "yaml: ")
			if m := yamlLine.FindStringSubmatch(what); m != nil {
				n, _ := strconv.Atoi(m[1]) // digits, by the pattern; a count too long for int reads as the block's first line
				line, what = b.before+max(n, 1), strings.Replace(what, m[0], "", 1)
			}
			r.wrong(line, "%s", what)
			return
		}
		if len(doc.Content) == 1 {
			r.record(doc.Content[0])
		}
	}
}

// record reads one document; it is kept only if nothing in it is wrong.
func (r *reader) record(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return // an empty document between two separators
	}
	before := len(r.problems)
	f := r.fields(n, "a record")
	if f == nil {
		return
	}
	rec := Record{File: r.file, Line: f.line()}
	rec.ID, rec.Title = f.text("id"), f.text("title")
	for _, name := range []string{"arithmetic", "confidence", "anchor_meaning", "start_meaning"} {
		f.text(name)
	}
	rec.Kind = f.word("kind", need)
	k, ok := kinds[rec.Kind]
	if !ok {
		if rec.Kind != "" {
			f.wrong("kind", "unknown kind %q: want one of %s", rec.Kind, kindNames())
		}
		return
	}
	g := &given{fields: f}
	rec.run = k.given(g)
	g.expected(k.expected)
	f.done()
	rec.want = g.want
	if len(rec.want) == 0 && len(r.problems) == before {
		f.wrong("expected", "the record expects nothing")
	}
	if len(r.problems) == before {
		r.records = append(r.records, rec)
	}
}
