package letter

import (
	"testing"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

func TestMoneyIsWrittenAsTheLanguageDoes(t *testing.T) {
	for _, tt := range []struct {
		language, channel string
		amount            money.Amount
		want              string
	}{
		{"es", Email, money.EUR(123456), "1.234,56\u00a0€"},
		{"es", SMS, money.EUR(123456), "1.234,56 €"},
		{"fr", Email, money.EUR(123456), "1\u202f234,56\u00a0€"},
		{"fr", SMS, money.EUR(123456789), "1 234 567,89 €"},
		{"pt", Email, money.EUR(123456), "1\u00a0234,56\u00a0€"},
		{"pt", SMS, money.EUR(123456), "1 234,56 €"},
		{"en", Email, money.EUR(123456), "€1,234.56"},
		{"en", Email, money.EUR(-123456), "-€1,234.56"},
		{"es", Email, money.EUR(-5), "-0,05\u00a0€"},
		{"es", Email, money.EUR(99999), "999,99\u00a0€"},
		{"es", Email, money.Of(123456, "USD"), "1.234,56\u00a0USD"},
		{"en", SMS, money.Of(123456, "GBP"), "1,234.56 GBP"},
		{"es", Email, money.EUR(money.MaxCents), "999.999.999.999,99\u00a0€"},
	} {
		if got := penFor(tt.language, tt.channel).money(tt.amount); got != tt.want {
			t.Errorf("%s by %s in %s = %q, want %q", tt.amount, tt.channel, tt.language, got, tt.want)
		}
	}
}

func TestDatesAreWrittenAsTheLanguageDoes(t *testing.T) {
	for _, tt := range []struct{ language, date, want string }{
		{"es", "2026-10-01", "1 de octubre de 2026"},
		{"fr", "2026-10-01", "1er octobre 2026"},
		{"fr", "2026-08-02", "2 août 2026"},
		{"pt", "2026-10-01", "1 de outubro de 2026"},
		{"en", "2026-10-01", "1 October 2026"},
	} {
		p := penFor(tt.language, Email)
		if got := p.day(calendar.Must(tt.date)); got != tt.want {
			t.Errorf("%s in %s = %q, want %q", tt.date, tt.language, got, tt.want)
		}
	}
	if got := penFor("fr", SMS).short(calendar.Must("2026-10-01")); got != "01/10/2026" {
		t.Errorf("short date %q", got)
	}
}

func TestRatesAndAccountsAreWritten(t *testing.T) {
	if got := penFor("es", Email).rate(10_150_000); got != "10,15\u00a0%" {
		t.Errorf("rate %q", got)
	}
	if got := penFor("en", Email).rate(10_150_000); got != "10.15%" {
		t.Errorf("rate %q", got)
	}
	if got := iban("es91 2100 0418 4502 0005 1332"); got != "ES91 2100 0418 4502 0005 1332" {
		t.Errorf("iban %q", got)
	}
}

func TestTheLanguageOfALetter(t *testing.T) {
	for _, tt := range []struct{ wanted, country, want string }{
		{"fr", "ES", "fr"}, {"PT-pt", "ES", "pt"}, {"ca", "ES", "es"}, {"de", "FR", "fr"}, {"", "PT", "pt"}, {"de", "DE", "en"}, {"", "", "en"},
	} {
		if got := Language(tt.wanted, tt.country); got != tt.want {
			t.Errorf("Language(%q, %q) = %s, want %s", tt.wanted, tt.country, got, tt.want)
		}
	}
}

func TestFrenchDeIsElidedBeforeAVowelOrAMuteH(t *testing.T) {
	for _, tt := range []struct{ name, want string }{
		{"AteliersFR", "d'AteliersFR"}, {"Électricité Est", "d'Électricité Est"}, {"Œuvres", "d'Œuvres"},
		{"Hôtel du Nord", "d'Hôtel du Nord"}, {"Horlogerie Petit", "d'Horlogerie Petit"}, {"Yvelines Auto", "d'Yvelines Auto"},
		{"Norte", "de Norte"}, {"Hamon", "de Hamon"}, {"Yacht Club", "de Yacht Club"}, {"Onze Conseil", "de Onze Conseil"},
		{"3M", "de 3M"}, {"« Ateliers »", "de « Ateliers »"}, {"", "de "},
	} {
		if got := of(tt.name); got != tt.want {
			t.Errorf("of %q = %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestArticlesAreJoinedInTheLanguageOfTheLetter(t *testing.T) {
	for _, tt := range []struct{ language, want string }{
		{"es", "Ley 3/2004 arts. 5 y 7 § 2"}, {"fr", "Ley 3/2004 arts. 5 et 7 § 2"},
		{"pt", "Ley 3/2004 arts. 5 e 7 § 2"}, {"en", "Ley 3/2004 arts. 5 and 7 par. 2"},
	} {
		if got := article("Ley 3/2004 arts. 5 and 7 par. 2", tt.language); got != tt.want {
			t.Errorf("in %s %q, want %q", tt.language, got, tt.want)
		}
	}
}
