package letter

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// FuzzRender holds letters about hostile names to stay letters: the subject is
// one line, and the page has the elements that it has for a harmless name.
func FuzzRender(f *testing.F) {
	for i, s := range []string{"Talleres López", "<script>alert(1)</script>", "x\r\nBcc: a@b.example", "{{.Creditor.IBAN}} ${x} '; drop table cases;--",
		"\u202egnp.exe", "&lt;b&gt;", "a\x00b\xff", strings.Repeat("é\u0301", 300), "\"onmouseover=alert(1) x=\"", "</td></table></html>", "<!--", "javascript:alert(1)"} {
		f.Add(s, s, "F-2026-00123", uint16(i*17))
		f.Add("Norte", "Ana", s, uint16(i*31))
	}
	f.Fuzz(func(t *testing.T, creditor, debtor, reference string, pick uint16) {
		names := Names()
		n := int(pick)
		name, language := names[n%len(names)], languages[n/len(names)%len(languages)]
		for _, channel := range channels {
			if !Exists(name, channel) {
				continue
			}
			l := sample(name, channel, language)
			want := render(t, l)
			l.Creditor.Name, l.Creditor.LegalName, l.Creditor.Address = creditor, creditor, creditor
			l.Creditor.Signature, l.Creditor.Footer, l.Creditor.Color = creditor, creditor, creditor
			l.Debtor.Name, l.Operator.Address = debtor, debtor
			l.Claims[0].Reference, l.PayReference = reference, reference
			got, err := Render(l)
			if err != nil {
				continue // a name of which nothing can be seen is refused with its reason
			}
			checkRendered(t, l, want, got)
		}
	})
}

func checkRendered(t *testing.T, l Letter, want, got Rendered) {
	t.Helper()
	if strings.ContainsFunc(got.Subject, unicode.IsControl) || utf8.RuneCountInString(got.Subject) > subjectMax {
		t.Fatalf("subject %q", got.Subject)
	}
	all := got.Subject + got.Text + got.HTML
	if !utf8.ValidString(all) {
		t.Fatalf("not UTF-8: %q", all)
	}
	if strings.ContainsFunc(all, func(r rune) bool { return unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r) }) {
		t.Fatalf("control characters got through: %q", all)
	}
	if a, b := elements(t, want.HTML), elements(t, got.HTML); l.Channel == Email && !within(b, a) {
		t.Fatalf("the page has elements of its own: %v, not %v\n%s", b, a, got.HTML)
	}
}

// elements counts a page's elements by name, and its attributes by element.
func elements(t *testing.T, page string) map[string]int {
	t.Helper()
	found := map[string]int{}
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return found
		case html.StartTagToken, html.SelfClosingTagToken:
			tag := z.Token()
			found[tag.Data]++
			for _, a := range tag.Attr {
				found[tag.Data+" "+a.Key]++
			}
		case html.CommentToken:
			found["comment"]++
		}
	}
}

// within reports whether a page has no more of anything than the other, but
// for line breaks and rows, which follow the number of lines and texts.
func within(got, want map[string]int) bool {
	for name, n := range got {
		if want[name] == 0 || n > want[name] && !strings.HasPrefix(name, "br") && !strings.HasPrefix(name, "p") {
			return false
		}
	}
	return true
}
