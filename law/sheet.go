package law

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
)

// sheet is a piece of the tables as people read it: lines with the marks of
// Markdown, and tables between them. It is written as Markdown or as plain text.
type sheet struct{ blocks []block }

// block is lines, or a table.
type block struct {
	lines string
	head  []string
	rows  [][]string
	brief bool // rows are short: as text each takes a line
}

// put adds lines as they are.
func (m *sheet) put(lines string) {
	if n := len(m.blocks); n > 0 && m.blocks[n-1].head == nil {
		m.blocks[n-1].lines += lines
		return
	}
	m.blocks = append(m.blocks, block{lines: lines})
}

func (m *sheet) line(format string, a ...any) { m.put(fmt.Sprintf(format+"\n", a...)) }

// table adds rows under a head.
func (m *sheet) table(head []string, rows [][]string) { m.add(block{head: head, rows: rows}) }

// list adds short rows under a head.
func (m *sheet) list(head []string, rows [][]string) {
	m.add(block{head: head, rows: rows, brief: true})
}

func (m *sheet) add(b block) {
	if len(b.rows) == 0 {
		m.line("The tables hold nothing on this: the engine asks a person.")
		return
	}
	m.blocks = append(m.blocks, b)
}

// markdown gives the sheet as it was put down, tables as Markdown has them.
func (m *sheet) markdown() string {
	var out strings.Builder
	for _, b := range m.blocks {
		if out.WriteString(b.lines); b.head == nil {
			continue
		}
		fmt.Fprintf(&out, "| %s |\n|%s\n", strings.Join(b.head, " | "), strings.Repeat("---|", len(b.head)))
		for _, r := range b.rows {
			cells := make([]string, len(r))
			for i, c := range r {
				c = strings.ReplaceAll(strings.ReplaceAll(c, "|", "\\|"), "\n", " ")
				cells[i] = cmp.Or(strings.TrimSpace(c), "–")
			}
			fmt.Fprintf(&out, "| %s |\n", strings.Join(cells, " | "))
		}
	}
	return out.String()
}

// text gives the sheet without marks. A row is its first cell and, below it, the
// others by their names; a short one is a line.
func (m *sheet) text() string {
	var out strings.Builder
	for _, b := range m.blocks {
		out.WriteString(plain(b.lines))
		for _, r := range b.rows {
			if b.brief {
				row := ""
				for _, c := range r {
					row += fmt.Sprintf("%-10s  ", plain(c))
				}
				out.WriteString(strings.TrimRight(row, " ") + "\n")
				continue
			}
			for i, c := range r {
				switch c = plain(strings.TrimSpace(c)); {
				case i == 0:
					out.WriteString(c + "\n")
				case c != "":
					fmt.Fprintf(&out, "    %s: %s\n", b.head[i], c)
				}
			}
		}
	}
	return out.String()
}

var (
	link    = regexp.MustCompile(`\[([^][]+)\]\((https?://[^)]*)\)`)
	heading = regexp.MustCompile(`(?m)^#+ `)
)

// plain takes the marks of Markdown away; an address stands behind what it is of.
func plain(s string) string {
	s = heading.ReplaceAllString(link.ReplaceAllString(s, "$1 <$2>"), "")
	return strings.NewReplacer("**", "", "`", "").Replace(s)
}
