package bank

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// Limits of an XML file, far above what any bank writes.
const (
	maxDepth = 40      // camt.053 itself goes 15 deep
	maxNodes = 200_000 // of one entry; a batch of 10,000 transactions has some 150,000
)

// node is one element with what is in it.
type node struct {
	name string
	text string
	ccy  string // the attribute Ccy, the only one that matters
	line int
	kids []*node
}

// find gives the first element under n by its path, or nil.
func (n *node) find(path ...string) *node {
	for _, name := range path {
		if n = n.child(name); n == nil {
			return nil
		}
	}
	return n
}

func (n *node) child(name string) *node {
	if n == nil {
		return nil
	}
	for _, k := range n.kids {
		if k.name == name {
			return k
		}
	}
	return nil
}

// all gives every element of a name directly under n.
func (n *node) all(name string) []*node {
	var out []*node
	if n == nil {
		return nil
	}
	for _, k := range n.kids {
		if k.name == name {
			out = append(out, k)
		}
	}
	return out
}

// say gives the text of the first path that has any.
func (n *node) say(paths ...string) string {
	for _, p := range paths {
		if k := n.find(strings.Split(p, "/")...); k != nil && k.text != "" {
			return k.text
		}
	}
	return ""
}

// reader reads XML element by element, within limits.
type reader struct {
	d     *xml.Decoder
	space string // of the elements that count; what stands in another is passed over
	depth int
}

func newReader(content []byte) *reader {
	r := &reader{d: xml.NewDecoder(bytes.NewReader(content))}
	r.d.CharsetReader = charset
	return r
}

// charset reads the encodings that banks declare. No other is guessed.
func charset(label string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "utf-8", "utf8", "us-ascii", "ascii":
		return in, nil
	case "iso-8859-1", "latin1", "windows-1252", "cp1252":
		return charmap.Windows1252.NewDecoder().Reader(in), nil
	case "iso-8859-15":
		return charmap.ISO8859_15.NewDecoder().Reader(in), nil
	}
	return nil, fmt.Errorf("the encoding %s is not read: want UTF-8 or ISO-8859-1", label)
}

func (r *reader) line() int { n, _ := r.d.InputPos(); return n }

// next gives the next token that matters: an element's beginning or end, or
// text. A document type is refused, since entities are declared there.
func (r *reader) next() (xml.Token, error) {
	for {
		t, err := r.d.Token()
		if err != nil {
			return nil, r.broken(err)
		}
		switch x := t.(type) {
		case xml.StartElement:
			if r.depth++; r.depth > maxDepth {
				return nil, malformed(r.line(), x.Name.Local, "lies more than %d elements deep", maxDepth)
			}
		case xml.EndElement:
			r.depth--
		case xml.Directive:
			return nil, malformed(r.line(), "DOCTYPE", "is refused: a statement declares no entities")
		case xml.Comment, xml.ProcInst:
			continue
		}
		return t, nil
	}
}

// broken tells where the XML itself is wrong or ends too early.
func (r *reader) broken(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, io.EOF):
		return malformed(r.line(), "XML", "ends before the statement does: the file was cut off")
	case errors.As(err, &syntax):
		return malformed(syntax.Line, "XML", "is broken: %s", syntax.Msg)
	}
	return malformed(r.line(), "XML", "cannot be read: %s", err)
}

// skip passes over the element that has just begun.
func (r *reader) skip() error {
	for depth := r.depth; r.depth >= depth; {
		if _, err := r.next(); err != nil {
			return err
		}
	}
	return nil
}

// subtree reads the element that has just begun, with all that is in it.
func (r *reader) subtree(start xml.StartElement) (*node, error) {
	left := maxNodes
	return r.read(start, &left)
}

func (r *reader) read(start xml.StartElement, left *int) (*node, error) {
	n := &node{name: start.Name.Local, line: r.line()}
	if *left--; *left < 0 {
		return nil, malformed(n.line, n.name, "and what is around it have more than %d elements", maxNodes)
	}
	for _, a := range start.Attr {
		if a.Name.Local == "Ccy" {
			n.ccy = a.Value
		}
	}
	var text strings.Builder
	for {
		t, err := r.next()
		if err != nil {
			return nil, err
		}
		switch x := t.(type) {
		case xml.StartElement:
			if x.Name.Space != r.space {
				if err := r.skip(); err != nil {
					return nil, err
				}
				continue
			}
			k, err := r.read(x, left)
			if err != nil {
				return nil, err
			}
			n.kids = append(n.kids, k)
		case xml.CharData:
			text.Write(x)
		case xml.EndElement:
			n.text = line(text.String())
			return n, nil
		}
	}
}
