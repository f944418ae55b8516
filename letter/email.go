package letter

import (
	"bytes"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// subjectMax is the longest subject, in characters; longer ones are cut by
// mail programs anyway.
const subjectMax = 120

func renderEmail(l Letter) (Rendered, error) {
	p := penFor(l.Language, Email)
	t, err := templateOf(l.Language, l.Name, Email)
	if err != nil {
		return Rendered{}, err
	}
	v := newView(l, p, shorter{})
	short := newView(l, p, shorter{refs: 2})
	subject, err := fill(t, "subject", short)
	if err != nil {
		return Rendered{}, err
	}
	body, err := fill(t, "body", v)
	if err != nil {
		return Rendered{}, err
	}
	c := clerk{v: v, pen: p, t: t}
	parts := c.parts(body)
	if c.err != nil {
		return Rendered{}, c.err
	}
	subject = clip(oneLine(subject), subjectMax)
	html, err := page(l, subject, parts)
	if err != nil {
		return Rendered{}, err
	}
	out := Rendered{Subject: subject, Text: plain(parts, l.Creditor, p.colon()), HTML: html}
	if slices.ContainsFunc(parts, func(x part) bool { return x.Alt != "" }) {
		out.Code = v.code()
	}
	return out, nil
}

// plain writes the text part; colon is how the language writes one.
func plain(parts []part, c Creditor, colon string) string {
	var b strings.Builder
	for _, p := range parts {
		if p.Rows == nil {
			b.WriteString(strings.Join(p.Text, "\n") + "\n\n")
			continue
		}
		b.WriteString(p.Title + "\n")
		width := 0
		for _, r := range p.Rows {
			if n := utf8.RuneCountInString(r.Label); !r.Detail && n > width {
				width = n
			}
		}
		for _, r := range p.Rows {
			if r.Detail {
				b.WriteString("    " + r.Label + "\n")
				continue
			}
			b.WriteString("  " + r.Label + colon + strings.Repeat(" ", width-utf8.RuneCountInString(r.Label)+1) + r.Value + "\n")
		}
		b.WriteByte('\n')
	}
	if c.Signature != "" {
		b.WriteString(c.Signature + "\n\n")
	}
	if c.Footer != "" {
		b.WriteString("--\n" + c.Footer + "\n")
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// pageTemplate is the same for all languages: it holds no words.
var pageTemplate = sync.OnceValues(func() (*template.Template, error) {
	b, err := texts.ReadFile("text/page.html.tmpl")
	if err != nil {
		return nil, err
	}
	return template.New("page").Parse(string(b))
})

// page writes the HTML part.
func page(l Letter, subject string, parts []part) (string, error) {
	t, err := pageTemplate()
	if err != nil {
		return "", fmt.Errorf("read the page: %w", err)
	}
	color, ink := brand(l.Creditor.Color)
	var b bytes.Buffer
	err = t.Execute(&b, map[string]any{
		"Language": l.Language, "Subject": subject, "Name": l.Creditor.Name, "Parts": parts,
		"Color": color, "Ink": ink, "CodeID": template.URL("cid:" + CodeID),
		"Signature": split(l.Creditor.Signature), "Footer": split(l.Creditor.Footer),
	})
	if err != nil {
		return "", fmt.Errorf("write the page: %w", err)
	}
	return b.String(), nil
}

func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

// houseColor stands in for a colour that is missing or not a colour.
const houseColor = "#1f4e79"

// brand checks a creditor's colour and says in which ink, black or white, text
// on it can be read (the better contrast of WCAG 2.2).
func brand(color string) (background, ink template.CSS) {
	if len(color) != 7 || color[0] != '#' {
		color = houseColor
	}
	n, err := strconv.ParseUint(color[1:], 16, 32)
	if err != nil {
		color = houseColor
		n, _ = strconv.ParseUint(color[1:], 16, 32)
	}
	// Perceived brightness in thousandths (ITU-R BT.601): above the middle, black.
	bright := 299*(n>>16&255) + 587*(n>>8&255) + 114*(n&255)
	if bright > 128*1000 {
		return template.CSS(color), "#000000"
	}
	return template.CSS(color), "#ffffff"
}
