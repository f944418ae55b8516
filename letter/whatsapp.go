package letter

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// MaxWhatsApp is the longest WhatsApp message, in characters: what Twilio takes
// as the body of one message.
const MaxWhatsApp = 1600

// rooms are the ways to list many debts, most spelt out first.
var rooms = []room{{20, 5}, {20, 2}, {20, 1}, {10, 1}, {5, 1}, {2, 1}, {1, 1}, {1, 0}}

func renderWhatsApp(l Letter) (Rendered, error) {
	t, err := templateOf(l.Language, l.Name, WhatsApp)
	if err != nil {
		return Rendered{}, err
	}
	p := penFor(l.Language, WhatsApp)
	for _, r := range rooms {
		v := newView(l, p, shorter{refs: r.listed})
		body, err := fill(t, "body", v)
		if err != nil {
			return Rendered{}, err
		}
		c := clerk{v: v, pen: p, t: t, room: r}
		text := strings.TrimSpace(plain(c.parts(body), Creditor{}, p.colon()))
		if c.err != nil {
			return Rendered{}, c.err
		}
		if utf8.RuneCountInString(text) <= MaxWhatsApp {
			return Rendered{Text: text}, nil
		}
	}
	return Rendered{}, fmt.Errorf("it does not fit into %d characters", MaxWhatsApp)
}
