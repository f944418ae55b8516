package intake

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// decode gives the file as UTF-8 without a byte order mark. What is not UTF-8
// is taken for Windows-1252, which spreadsheets write in Western Europe.
func decode(content []byte) (string, error) {
	switch {
	case bytes.HasPrefix(content, []byte("\xef\xbb\xbf")):
		content = content[3:]
	case bytes.HasPrefix(content, []byte("\xff\xfe")), bytes.HasPrefix(content, []byte("\xfe\xff")):
		wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(content)
		if err != nil {
			return "", refused("file", "encoding", "the file begins as UTF-16 and goes on otherwise: save it as UTF-8")
		}
		content = wide
	}
	first, _, _ := bytes.Cut(content, []byte("\n"))
	if bytes.ContainsFunc(first, func(r rune) bool { return r < ' ' && r != '\t' && r != '\r' }) {
		return "", refused("file", "no_text", "the file is no text: a workbook, perhaps, or UTF-16 without its mark; save the sheet as CSV in UTF-8")
	}
	if utf8.Valid(content) {
		return string(content), nil
	}
	narrow, err := charmap.Windows1252.NewDecoder().Bytes(content)
	if err != nil {
		return "", refused("file", "encoding", "the file is neither UTF-8 nor Windows-1252: save it as UTF-8")
	}
	return string(narrow), nil
}

// line is one row of the file; row counts as the spreadsheet does.
type line struct {
	row   int
	cells []string
	wrong string // what is wrong with its quotation marks
}

// split parts the text into rows and cells; the first one is the header, and
// rows without content are left out.
func (l Limits) split(text string) ([]line, error) {
	s := &splitter{text: text}
	if first, _, _ := strings.Cut(text, "\n"); strings.HasPrefix(strings.ToLower(first), "sep=") {
		s.pos = min(len(first)+1, len(text)) // a hint that spreadsheets do not show as a row; the header decides
	}
	s.comma = separator(text[s.pos:])
	var lines []line
	for s.pos < len(s.text) {
		next, err := s.next()
		if err != nil {
			return nil, err
		}
		if next.wrong == "" && empty(next.cells) {
			continue
		}
		if lines = append(lines, next); len(lines) > l.Rows+1 {
			return nil, refused("file", "too_many_rows", "the file has more than %d rows: send it in parts", l.Rows)
		}
	}
	switch {
	case len(lines) == 0:
		return nil, refused("file", "file_empty", "the file is empty")
	case lines[0].wrong != "":
		return nil, refused("file", "header", "the header %s", lines[0].wrong)
	case len(lines) == 1:
		return nil, refused("file", "file_empty", "the file has a header and no rows")
	}
	return lines, nil
}

func empty(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// separator is whichever of semicolon, comma and tab stands most often in the
// header, outside quotation marks.
func separator(text string) byte {
	count := map[byte]int{}
	quoted, begun := false, false
	for i := range len(text) {
		c := text[i]
		if c == '\n' && !quoted && begun {
			break
		}
		if c == '"' {
			quoted = !quoted
		} else if !quoted {
			count[c]++
		}
		begun = begun || (c != '\n' && c != '\r')
	}
	best := byte(';')
	for _, c := range []byte{',', '\t'} {
		if count[c] > count[best] {
			best = c
		}
	}
	return best
}

// splitter goes through the text. A cell is quoted only where it begins with a
// quotation mark; elsewhere the mark is a letter like any other.
type splitter struct {
	text  string
	comma byte
	pos   int
	row   int
}

// next reads one row.
func (s *splitter) next() (line, error) {
	s.row++
	out := line{row: s.row}
	for {
		cell, wrong, err := s.cell()
		if err != nil {
			return out, err
		}
		if wrong != "" {
			out.wrong = wrong
			s.skip()
			return out, nil
		}
		out.cells = append(out.cells, cell)
		if s.pos >= len(s.text) {
			return out, nil
		}
		end := s.text[s.pos]
		s.pos++
		if end != s.comma {
			if end == '\r' && s.pos < len(s.text) && s.text[s.pos] == '\n' {
				s.pos++
			}
			return out, nil
		}
	}
}

// cell reads up to the next separator, line end or end of the text.
func (s *splitter) cell() (cell, wrong string, err error) {
	if s.pos < len(s.text) && s.text[s.pos] == '"' {
		return s.quoted()
	}
	start := s.pos
	for s.pos < len(s.text) && !s.ends(s.text[s.pos]) {
		s.pos++
	}
	return s.text[start:s.pos], "", nil
}

func (s *splitter) ends(c byte) bool { return c == s.comma || c == '\n' || c == '\r' }

// quoted reads a cell in quotation marks. A mark that is never closed, or one
// astray in a cell of several lines, leaves open where the rows after it
// begin, so the whole file is refused.
func (s *splitter) quoted() (cell, wrong string, err error) {
	start := s.pos
	var b strings.Builder
	for i := start + 1; i < len(s.text); i++ {
		if s.text[i] != '"' {
			b.WriteByte(s.text[i])
			continue
		}
		switch {
		case i+1 < len(s.text) && s.text[i+1] == '"':
			b.WriteByte('"')
			i++
		case i+1 == len(s.text) || s.ends(s.text[i+1]):
			s.pos = i + 1
			return b.String(), "", nil
		case strings.ContainsAny(s.text[start:i], "\r\n"):
			return "", "", refused("file", "quotation_marks",
				"row %d: a quotation mark is opened and not closed in its cell, so the rows after it cannot be told apart", s.row)
		default:
			return "", "has a quotation mark inside a quoted cell: double it", nil
		}
	}
	return "", "", refused("file", "quotation_marks",
		"row %d: a quotation mark is opened and never closed, so the rows after it cannot be told apart", s.row)
}

// skip goes to the next line.
func (s *splitter) skip() {
	if i := strings.IndexByte(s.text[s.pos:], '\n'); i >= 0 {
		s.pos += i + 1
		return
	}
	s.pos = len(s.text)
}
