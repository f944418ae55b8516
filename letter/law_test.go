package letter

import (
	"strings"
	"testing"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
)

func TestWhatTheLawWantsInALetter(t *testing.T) {
	thirdParty := func(l *Letter) { l.Capacity = debt.AsThirdParty }
	for _, tt := range []struct {
		name, letter, country string
		change                func(*Letter)
		want                  []string
	}{
		{"ES: the claim asks to negotiate and interrupts", "extrajudicial_claim", "ES", nil,
			[]string{"Ley Orgánica 1/2025", "negociación directa", "treinta días naturales", "art. 1973"}},
		{"FR: a third party's claim has all of R124-4", "extrajudicial_claim", "FR", thirdParty,
			[]string{"Recobro Amable, Gran Vía 2, 28013 Madrid", "activité de recouvrement amiable", "Norte Suministros, S.L.",
				"Calle Mayor 1", "Montant de la facture", "Intérêts de retard", "vous met en demeure", "au plus tard le",
				"L111-8", "restent à la charge du créancier", "débiteur de mauvaise foi"}},
		{"FR: a third party's first letter quotes L111-8 too", "first_contact", "FR", thirdParty, []string{"L111-8"}},
		{"PT: the claim is an interpelação", "extrajudicial_claim", "PT", nil, []string{"artigo 805.º do Código Civil", "interpela-o formalmente"}},
		{"ES: a receipt reserves interest and earlier instalments", "payment_receipt", "ES", nil, []string{"art. 1110 del Código Civil"}},
		{"first contact tells of personal data", "first_contact", "ES", nil, []string{"arts. 13 y 14 RGPD", "aepd.es"}},
		{"a third party's first contact names the processor", "first_contact", "ES", thirdParty,
			[]string{"Recobro Amable los trata como encargado", "por encargo y en nombre del acreedor"}},
		{"a purchaser says so", "first_contact", "ES", func(l *Letter) { l.Capacity = debt.AsPurchaser },
			[]string{"titular actual de este crédito", "art. 6.1.f"}},
		{"a later contact recalls the formal letter", "reminder_2", "FR", func(l *Letter) {
			l.Notice = &Notice{"LRAR-7", calendar.Must("2026-07-01")}
		}, []string{"LRAR-7, du 1er juillet 2026"}},
		{"the final reminder announces what follows and when", "final_reminder", "ES", nil,
			[]string{"Si llegado el 18 de agosto de 2026", "reclamación extrajudicial formal"}},
		{"the offer says what is saved and until when", "negotiation_offer", "ES", nil,
			[]string{"954,00\u00a0€", "paga 106,00\u00a0€ menos", "hasta el 20 de agosto de 2026"}},
		{"interest stands apart, line by line with its article", "statement_of_account", "ES", nil,
			[]string{"29 días al 10,15\u00a0% anual sobre 1.250,00\u00a0€ = 10,00\u00a0€ (Ley 3/2004 arts. 5 y 7)", "Intereses de demora",
				"Compensación por costes de cobro"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := sample(tt.letter, Email, lower(tt.country))
			l.Capacity = debt.AsCreditor
			if tt.change != nil {
				tt.change(&l)
			}
			out := render(t, l)
			for _, want := range tt.want {
				if !strings.Contains(out.Text, want) {
					t.Errorf("it lacks %q:\n%s", want, out.Text)
				}
			}
		})
	}
}

func TestWhatALetterDoesNotSay(t *testing.T) {
	for _, tt := range []struct {
		name, letter, language string
		change                 func(*Letter)
		never                  []string
	}{
		{"FR: a creditor's own claim quotes no L111-8", "extrajudicial_claim", "fr", nil, []string{"L111-8"}},
		{"FR: a consumer sees no recovery costs", "statement_of_account", "fr", func(l *Letter) {
			l.Debtor.Kind = law.Consumer
			c := &l.Claims[0]
			c.Outstanding, c.Compensation = c.Outstanding.Minus(c.Compensation), c.Compensation.Minus(c.Compensation)
		}, []string{"frais de recouvrement", "Indemnité"}},
		{"PT: a receipt makes no Spanish reservation", "payment_receipt", "pt", nil, []string{"1110"}},
		{"before the due date nothing is late", "courtesy_reminder", "es", nil, []string{"venció", "ya han vencido", "impag"}},
		{"a final reminder announces nothing that is not planned", "final_reminder", "es", func(l *Letter) { l.Consequence = nil },
			[]string{"reclamación extrajudicial", "abogado"}},
		{"an offer of the whole claims no saving", "negotiation_offer", "es", func(l *Letter) {
			l.Offer.Amount = l.Claims[0].Outstanding
		}, []string{"menos", "dará por saldado"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := sample(tt.letter, Email, tt.language)
			l.Capacity = debt.AsCreditor
			if tt.change != nil {
				tt.change(&l)
			}
			out := render(t, l)
			for _, never := range tt.never {
				if strings.Contains(out.Text+out.HTML, never) {
					t.Errorf("it says %q:\n%s", never, out.Text)
				}
			}
		})
	}
}

func TestNoLetterThreatensOrLooksLikeACourtPaper(t *testing.T) {
	never := []string{"embargo", "juzgado", "tribunal", "huissier", "saisie", "penhora", "seizure", "bailiff", "court order",
		"moroso", "ASNEF", "denuncia", "policía", "prisión", "urgente", "inmediatamente", "sous peine", "sob pena"}
	each(t, func(t *testing.T, name, channel, language string) {
		out := render(t, sample(name, channel, language))
		text := strings.ToLower(out.Subject + " " + out.Text)
		for _, word := range never {
			if strings.Contains(text, strings.ToLower(word)) {
				t.Errorf("it says %q:\n%s", word, out.Text)
			}
		}
	})
}
