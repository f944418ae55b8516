package letter

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

// The spaces of typography: Plain text messages know neither.
const (
	noBreak = "\u00a0"
	narrow  = "\u202f"
)

// style is how one language writes numbers and dates.
type style struct {
	group, point string
	before       bool // the euro sign stands before the number
	months       [12]string
	date         func(day int, month string, year int) string
}

var styles = map[string]style{
	"es": {".", ",", false, [12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
		"septiembre", "octubre", "noviembre", "diciembre"}, ofDate},
	"fr": {narrow, ",", false, [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
		"septembre", "octobre", "novembre", "décembre"}, frenchDate},
	"pt": {noBreak, ",", false, [12]string{"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto",
		"setembro", "outubro", "novembro", "dezembro"}, ofDate},
	"en": {",", ".", true, [12]string{"January", "February", "March", "April", "May", "June", "July", "August",
		"September", "October", "November", "December"}, bareDate},
}

func ofDate(day int, month string, year int) string {
	return fmt.Sprintf("%d de %s de %d", day, month, year)
}

func bareDate(day int, month string, year int) string {
	return fmt.Sprintf("%d %s %d", day, month, year)
}

func frenchDate(day int, month string, year int) string {
	if day == 1 {
		return fmt.Sprintf("1er %s %d", month, year)
	}
	return bareDate(day, month, year)
}

// pen writes sums and dates for one language and channel.
type pen struct {
	style
	plain bool // SMS: no typographic spaces
}

func penFor(language, channel string) pen {
	return pen{styles[language], channel == SMS}
}

func (p pen) spaces(s string) string {
	if p.plain {
		s = strings.NewReplacer(noBreak, " ", narrow, " ").Replace(s)
	}
	return s
}

// money writes an amount: the euro by its sign, other currencies by code.
func (p pen) money(a money.Amount) string {
	s := p.number(a.Decimal())
	switch {
	case a.Currency != "EUR" && a.Currency != "":
		s += noBreak + a.Currency
	case p.before && strings.HasPrefix(s, "-"):
		s = "-€" + s[1:]
	case p.before:
		s = "€" + s
	default:
		s += noBreak + "€"
	}
	return p.spaces(s)
}

// number writes a plain decimal with the language's separators.
func (p pen) number(decimal string) string {
	sign := ""
	if strings.HasPrefix(decimal, "-") {
		sign, decimal = "-", decimal[1:]
	}
	whole, frac, _ := strings.Cut(decimal, ".")
	var b strings.Builder
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(p.group)
		}
		b.WriteRune(c)
	}
	if frac == "" {
		return sign + b.String()
	}
	return sign + b.String() + p.point + frac
}

// colon is a colon, with the space that French puts before it.
func (p pen) colon() string {
	if p.group == narrow {
		return p.spaces(noBreak + ":")
	}
	return ":"
}

func (p pen) rate(r money.Rate) string {
	s := p.number(r.String())
	if p.before {
		return s + "%"
	}
	return p.spaces(s + noBreak + "%")
}

func (p pen) percent(n int) string {
	if p.before {
		return strconv.Itoa(n) + "%"
	}
	return p.spaces(strconv.Itoa(n) + noBreak + "%")
}

// day writes a date in words, "1 de octubre de 2026".
func (p pen) day(d calendar.Date) string {
	y, m, n := d.Civil()
	return p.date(n, p.months[m-1], y)
}

// short writes a date in figures, for SMS: 01/10/2026.
func (p pen) short(d calendar.Date) string {
	y, m, n := d.Civil()
	return fmt.Sprintf("%02d/%02d/%d", n, int(m), y)
}

// iban writes an account number in groups of four.
func iban(s string) string {
	s = compact(s)
	var b strings.Builder
	for i, c := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}

func compact(s string) string { return strings.ToUpper(strings.ReplaceAll(s, " ", "")) }

func lower(s string) string { return strings.ToLower(s) }

// article writes the article of a law, which law cites in English, with the
// joining words of a language.
func article(s, language string) string {
	if language == "en" {
		return s
	}
	return strings.NewReplacer(" and ", and[language], " par. ", " § ", " par.", " §").Replace(s)
}

// muteH are the beginnings of the French words in h that elide: others, and
// names such as Hamon, are taken as aspirated, which is never wrong to read.
var muteH = []string{"habi", "harm", "hebd", "héli", "herb", "hérit", "hexag", "heure", "heureu", "hist", "homm", "homo", "honn", "honor",
	"hôpi", "hopi", "horiz", "horl", "horti", "hospi", "host", "hôt", "hot", "huil", "huis", "huît", "huma", "humi", "hydr", "hygi", "hyper", "hypo"}

// of writes French "de" before a name: "d'Ateliers", "de Norte".
func of(name string) string {
	low := strings.ToLower(name)
	runes := []rune(low)
	switch {
	case len(runes) == 0:
	case strings.ContainsRune("aàâäáãeéèêëiîïíoôöóuùûüúœæ", runes[0]) && !strings.HasPrefix(low, "onz") && !strings.HasPrefix(low, "oui"):
		return "d'" + name
	case runes[0] == 'y' && len(runes) > 1 && !strings.ContainsRune("aeiouyé", runes[1]):
		return "d'" + name
	case slices.ContainsFunc(muteH, func(h string) bool { return strings.HasPrefix(low, h) }):
		return "d'" + name
	}
	return "de " + name
}
