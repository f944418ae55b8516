package letter

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// unpublished is a debt of whose interest July has no rate yet.
func unpublished() ClaimLine {
	c := claim("F-2026-00123")
	c.Lines[0].Interest = money.EUR(1000)
	c.Lines[1].Missing = true
	c.Interest, c.Outstanding = money.EUR(1000), money.EUR(105000)
	later := c.Lines[1]
	later.From, later.To = calendar.Must("2026-07-30"), calendar.Must("2026-08-03")
	c.Lines = append(c.Lines, later)
	return c
}

func TestAClaimReservesTheInterestWhoseRateIsNotPublished(t *testing.T) {
	for _, language := range languages {
		l := sample("extrajudicial_claim", Email, language)
		l.Claims = []ClaimLine{unpublished()}
		golden(t, filepath.Join("testdata", language, "rate_missing.email.txt"), render(t, l).Text)
	}
}

func TestTheDayUpToWhichInterestIsCountedIsSaid(t *testing.T) {
	for _, tt := range []struct {
		name, letter string
		claim        func() ClaimLine
		want, never  string
	}{
		{"a claim says it", "extrajudicial_claim", unpublished,
			"Interest is counted up to 30 June 2026. The rate from 1 July 2026 on is not yet published", "3 August 2026 is not"},
		{"a statement says it", "statement_of_account", unpublished, "Interest is counted up to 30 June 2026.", "at 10.40%"},
		{"where no interest is counted at all, what is reserved is said", "statement_of_account", func() ClaimLine {
			c := unpublished()
			c.Lines = []law.Line{c.Lines[1]}
			c.Interest, c.Outstanding = money.EUR(0), money.EUR(104000)
			return c
		}, "The rate from 1 July 2026 on is not yet published", "Interest is counted"},
		{"where every rate is published, nothing is reserved", "extrajudicial_claim",
			func() ClaimLine { return claim("F-2026-00123") }, "at 10.40% a year", "reserved"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := sample(tt.letter, Email, "en")
			l.Claims = []ClaimLine{tt.claim()}
			out := render(t, l)
			for _, text := range []string{out.Text, out.HTML} {
				if !strings.Contains(text, tt.want) || strings.Contains(text, tt.never) {
					t.Errorf("it lacks %q or says %q:\n%s", tt.want, tt.never, text)
				}
			}
		})
	}
}

func TestFrenchLettersElideAndContract(t *testing.T) {
	for _, name := range Names() {
		for _, channel := range channels {
			if !Exists(name, channel) {
				continue
			}
			l := sample(name, channel, "fr")
			l.Creditor.Name, l.Creditor.LegalName, l.Debtor.Name = "AteliersFR", "AteliersFR SAS", "Imprimerie Est"
			l.Claims = []ClaimLine{claim("F-1"), claim("F-2")}
			out := render(t, l)
			for _, never := range []string{"de Ateliers", "de Imprimerie", "de les ", "que Ateliers"} {
				if strings.Contains(out.Subject+out.Text, never) {
					t.Errorf("%s by %s says %q:\n%s", name, channel, never, out.Text)
				}
			}
		}
	}
}

func TestALineThatRestsOnAnUncertainRateSaysSo(t *testing.T) {
	for language, mark := range map[string]string{"en": "[to be confirmed]", "es": "[por confirmar]", "fr": "[à confirmer]", "pt": "[por confirmar]"} {
		for status, marked := range map[law.Status]int{law.Verified: 0, law.Secondary: 0, law.ToConfirm: 1} {
			l := sample("extrajudicial_claim", Email, language)
			l.Claims[0].Lines[1].Status = status
			out := render(t, l)
			for _, text := range []string{out.Text, out.HTML} {
				if got := strings.Count(text, mark); got != marked {
					t.Errorf("%s, %s: the mark is there %d times:\n%s", language, status, got, text)
				}
			}
		}
	}
}
