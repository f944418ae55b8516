package letter

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
)

func TestSegmentsAreCountedAsCarriersDo(t *testing.T) {
	for _, tt := range []struct {
		name    string
		text    string
		n       int
		unicode bool
	}{
		{"160 fit one", strings.Repeat("a", 160), 1, false},
		{"161 take two of 153", strings.Repeat("a", 161), 2, false},
		{"306 take two", strings.Repeat("a", 306), 2, false},
		{"307 take three", strings.Repeat("a", 307), 3, false},
		{"the euro counts double", strings.Repeat("a", 158) + "€", 1, false},
		{"the euro over the edge", strings.Repeat("a", 159) + "€", 2, false},
		{"é è à ñ ü are GSM", "éèàñü¿¡ÇÉÑ", 1, false},
		{"á is not", "á", 1, true},
		{"ç in small letters is not", "ç", 1, true},
		{"70 of UCS-2 fit one", "á" + strings.Repeat("a", 69), 1, true},
		{"71 take two of 67", "á" + strings.Repeat("a", 70), 2, true},
		{"beyond the basic plane counts double", "😀" + strings.Repeat("a", 69), 2, true},
		{"braces count double", strings.Repeat("{", 81), 2, false},
	} {
		if n, unicode := segments(tt.text); n != tt.n || unicode != tt.unicode {
			t.Errorf("%s: %d segments, unicode %v; want %d, %v", tt.name, n, unicode, tt.n, tt.unicode)
		}
	}
}

func TestAccentsGoWhereThatSavesSegments(t *testing.T) {
	long := "último recordatorio " + strings.Repeat("x", 100)
	if got := economical(long); !strings.HasPrefix(got, "ultimo") {
		t.Errorf("two segments where one would do: %q", got)
	}
	if got := economical("último aviso"); got != "último aviso" {
		t.Errorf("an accent was lost for nothing: %q", got)
	}
	if got := economical("l’été\u00a0: 5\u202f€ – œuvre " + strings.Repeat("x", 60)); !strings.HasPrefix(got, "l'été : 5 € - oeuvre") {
		t.Errorf("punctuation is not plain: %q", got)
	}
	if got := economical(strings.Repeat("Привет ", 5) + "último"); !strings.Contains(got, "último") {
		t.Errorf("a message that stays UCS-2 lost its accents: %q", got)
	}
}

func TestAnOrdinarySMSTakesTwoSegmentsOfGSM(t *testing.T) {
	for _, language := range languages {
		for _, name := range Names() {
			if !Exists(name, SMS) {
				continue
			}
			out := render(t, sample(name, SMS, language))
			if out.Segments > 2 || out.Unicode {
				t.Errorf("%s %s: %d segments, unicode %v: %s", language, name, out.Segments, out.Unicode, out.Text)
			}
			if out.HTML != "" || out.Subject != "" {
				t.Errorf("%s %s: an SMS has neither subject nor HTML", language, name)
			}
			if strings.ContainsAny(out.Text, noBreak+narrow) {
				t.Errorf("%s %s: typographic spaces in an SMS: %q", language, name, out.Text)
			}
		}
	}
}

func TestALongSMSIsCutAndNeverOverflows(t *testing.T) {
	for _, language := range languages {
		for _, name := range Names() {
			if !Exists(name, SMS) {
				continue
			}
			l := sample(name, SMS, language)
			l.Capacity = debt.AsThirdParty
			l.Notice = &Notice{"LRAR-2026-0001", calendar.Must("2026-07-01")}
			l.Creditor.Name = "Compañía Española de Suministros Industriales y Ferretería del Noroeste Peninsular, S.A. Unipersonal"
			l.Creditor.Email = "reclamaciones.y.cobros@suministrosindustrialesdelnoroeste.example"
			l.Creditor.IBAN = "MT84MALT011000012345MTLCAST001S"
			l.Claims = nil
			for i := range 30 {
				l.Claims = append(l.Claims, plainClaim(fmt.Sprintf("FACT-2026-%06d", i), 1234567, "EUR"))
			}
			out := render(t, l)
			if out.Segments > MaxSegments {
				t.Errorf("%s %s: %d segments", language, name, out.Segments)
			}
			if n, unicode := segments(out.Text); n != out.Segments || unicode != out.Unicode {
				t.Errorf("%s %s: says %d segments, takes %d", language, name, out.Segments, n)
			}
			for _, want := range []string{"FACT-2026-000000", "+", l.Creditor.IBAN, l.Creditor.Phone, "Comp"} {
				if !strings.Contains(out.Text, want) {
					t.Errorf("%s %s: lost %q: %s", language, name, want, out.Text)
				}
			}
		}
	}
}

func TestAnSMSThatCannotFitIsRefused(t *testing.T) {
	l := sample("reminder_1", SMS, "es")
	l.Claims = []ClaimLine{plainClaim(strings.Repeat("9", 500), 100, "EUR")}
	l.PayReference = ""
	if _, err := Render(l); err == nil || !strings.Contains(err.Error(), "does not fit into 3 parts") {
		t.Errorf("got %v", err)
	}
}

func TestAWhatsAppMessageFitsItsLimit(t *testing.T) {
	for _, language := range languages {
		for _, name := range Names() {
			if !Exists(name, WhatsApp) {
				continue
			}
			l := sample(name, WhatsApp, language)
			l.Capacity = debt.AsThirdParty
			l.Claims = nil
			for i := range 40 {
				l.Claims = append(l.Claims, claim(fmt.Sprintf("FACT-2026-%06d", i)))
			}
			text := render(t, l).Text
			if n := len([]rune(text)); n > MaxWhatsApp {
				t.Errorf("%s %s: %d characters", language, name, n)
			}
			for _, want := range []string{"• ", "FACT-2026-000000", "\n+", l.Creditor.Phone} {
				if !strings.Contains(text, want) {
					t.Errorf("%s %s: lost %q:\n%s", language, name, want, text)
				}
			}
		}
	}
	l := sample("reminder_1", WhatsApp, "es")
	l.Debtor.Name = strings.Repeat("x", MaxWhatsApp)
	if _, err := Render(l); err == nil || !strings.Contains(err.Error(), "does not fit") {
		t.Errorf("a message too long gives %v", err)
	}
}

func TestSegmentsNeverFallWithMoreText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, more := rapid.String().Draw(t, "s"), rapid.String().Draw(t, "more")
		a, _ := segments(s)
		b, _ := segments(s + more)
		if b < a {
			t.Fatalf("%q takes %d, with %q %d", s, a, more, b)
		}
		short := economical(s)
		if n, _ := segments(short); n > 1 && n > a+1 {
			t.Fatalf("economical made %d of %d", n, a)
		}
	})
}
