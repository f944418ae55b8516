package letter

import (
	"strings"
	"testing"
)

func TestNamesCannotBreakOutOfTheirPlace(t *testing.T) {
	for _, name := range Names() {
		l := sample(name, Email, "es")
		evil := "<script>alert(1)</script>\r\nBcc: x@y.example\x00\x01pay\x01 {{.Creditor.IBAN}} \u202egnp"
		l.Debtor.Name, l.Creditor.Name, l.Creditor.LegalName = evil, evil, evil
		l.Creditor.Address, l.Creditor.Signature, l.Creditor.Footer = evil, "<script>\x00</script>", "<img src=x>\u202e"
		l.Claims[0].Reference = "F-1\"><img src=x>\nX: y"
		out := render(t, l)
		if strings.ContainsAny(out.Subject, "\r\n\x00\x01") {
			t.Errorf("%s: subject %q has control characters", name, out.Subject)
		}
		for _, never := range []string{"<script", "<img src=x", "\u202e", "\x00", "\x01", "\r"} {
			if strings.Contains(out.HTML, never) || (never[0] != '<' && strings.Contains(out.Text, never)) {
				t.Errorf("%s: %q got through", name, never)
			}
		}
		if strings.Contains(out.Text, "\nBcc:") || strings.Contains(out.Text, "\nX: y") {
			t.Errorf("%s: a name broke its line:\n%s", name, out.Text)
		}
		if !strings.Contains(out.HTML, "&lt;script&gt;") {
			t.Errorf("%s: the name is gone", name)
		}
	}
}

func TestSubjectIsOfReadableLength(t *testing.T) {
	l := sample("reminder_1", Email, "es")
	l.Creditor.Name = strings.Repeat("Compañía ", 40)
	if got := []rune(render(t, l).Subject); len(got) > subjectMax {
		t.Errorf("subject of %d characters: %s", len(got), string(got))
	}
}

func TestBrandColourIsAColourThatTextCanBeReadOn(t *testing.T) {
	for _, tt := range []struct{ color, background, ink string }{
		{"#0a5c36", "#0a5c36", "#ffffff"},
		{"#FFFF00", "#FFFF00", "#000000"},
		{"", houseColor, "#ffffff"},
		{"red", houseColor, "#ffffff"},
		{"#12345g", houseColor, "#ffffff"},
		{"#fff;x:url(", houseColor, "#ffffff"},
		{"#+12345", houseColor, "#ffffff"},
	} {
		background, ink := brand(tt.color)
		if string(background) != tt.background || string(ink) != tt.ink {
			t.Errorf("brand(%q) = %s on %s, want %s on %s", tt.color, ink, background, tt.ink, tt.background)
		}
	}
	l := sample("reminder_1", Email, "es")
	if html := render(t, l).HTML; !strings.Contains(html, "background:#0a5c36;color:#ffffff") {
		t.Errorf("the brand's colour is not used:\n%s", html)
	}
}

func TestThePageIsAccessible(t *testing.T) {
	for _, language := range languages {
		html := render(t, sample("statement_of_account", Email, language)).HTML
		for _, want := range []string{`<html lang="` + language + `">`, "<title>", `<th scope="row"`, "<caption"} {
			if !strings.Contains(html, want) {
				t.Errorf("%s: the page lacks %s", language, want)
			}
		}
		if pictures := strings.Count(html, "<img"); strings.Contains(html, "http") || pictures != strings.Count(html, `<img src="cid:`) || pictures != strings.Count(html, ` alt="`) {
			t.Errorf("%s: the page fetches something", language)
		}
	}
}
