package letter

import (
	"embed"
	"fmt"
	"strings"
	"sync"
	"text/template"

	"github.com/recobro/recobro/calendar"
)

//go:embed text
var texts embed.FS

// languages are those that there are letters in.
var languages = []string{"es", "fr", "pt", "en"}

// A structured part of a letter stands in its text as a mark between two
// characters that no text from outside can hold, on a line of its own.
const mark = "\x01"

// write gives how dates are written: in words, or in figures for SMS.
func write(p pen, l Letter) func(calendar.Date) string {
	if l.Channel == SMS {
		return p.short
	}
	return p.day
}

// parsed keeps the templates of one language, channel and letter.
var parsed sync.Map // "es/reminder_1.email" → *template.Template

// templateOf returns the words of a letter together with those that all
// letters of its language share.
func templateOf(language, name, channel string) (*template.Template, error) {
	key := language + "/" + name + "." + channel
	if t, ok := parsed.Load(key); ok {
		return t.(*template.Template), nil
	}
	p := penFor(language, channel)
	date := write(p, Letter{Channel: channel})
	part := func(name string) func() string { return func() string { return mark + name + mark } }
	t := template.New(name).Option("missingkey=error").Funcs(template.FuncMap{
		"money": p.money, "date": date, "percent": p.percent, "rate": p.rate, "iban": iban, "compact": compact, "of": of,
		"claims": part("claims"), "pay": part("pay"), "plan": part("plan"), "applied": part("applied"),
	})
	for _, file := range []string{language + "/words.tmpl", key + ".tmpl"} {
		b, err := texts.ReadFile("text/" + file)
		if err != nil {
			return nil, fmt.Errorf("read the words: %w", err)
		}
		if _, err := t.Parse(string(b)); err != nil {
			return nil, fmt.Errorf("read the words of %s: %w", file, err)
		}
	}
	parsed.Store(key, t)
	return t, nil
}

// fill writes one template of t, by name, with v.
func fill(t *template.Template, name string, v any) (string, error) {
	var b strings.Builder
	if err := t.ExecuteTemplate(&b, name, v); err != nil {
		return "", fmt.Errorf("write the words: %w", err)
	}
	return strings.TrimSpace(b.String()), nil
}
