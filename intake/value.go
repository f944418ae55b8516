package intake

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

// conventions are what the file as a whole shows of how it writes numbers and
// dates.
type conventions struct {
	point, comma bool // proved to be a decimal mark by some amount
	american     bool // some date has the month before the day
}

// fault is what is wrong with a cell.
type fault struct{ rule, detail string }

func wrong(rule, format string, args ...any) *fault {
	return &fault{rule, fmt.Sprintf(format, args...)}
}

// figure is an amount as a cell writes it.
type figure struct {
	sign     string
	digits   string // of the whole part and, after a point, the decimals
	currency string // empty where the cell has none
	mark     byte   // the mark proved to be the decimal one, or 0
	doubtful byte   // the one mark of an ambiguous cell, or 0
}

var symbols = map[string]string{"€": "EUR", "£": "GBP", "$": "USD"}

// readFigure takes an amount apart.
func readFigure(s string) (figure, *fault) {
	f := figure{}
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "-") {
		f.sign, s = "-", strings.TrimSpace(s[1:])
	}
	s, f.currency = cutCurrency(s)
	if strings.HasPrefix(s, "-") && f.sign == "" {
		f.sign, s = "-", strings.TrimSpace(s[1:])
	}
	var whole strings.Builder // digits and marks, spaces and apostrophes taken for thousands
	spaced := false
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9', r == '.', r == ',':
			whole.WriteRune(r)
		case strings.ContainsRune(" \u00a0\u202f\u2009'’", r):
			spaced = true
			whole.WriteByte(' ')
		default:
			return f, wrong("amount_invalid", "%s is not an amount: want one such as 1234.56 or 1.234,56", show(s))
		}
	}
	return f.marks(whole.String(), spaced, s)
}

// cutCurrency takes a currency's symbol or code off either end.
func cutCurrency(s string) (string, string) {
	for symbol, code := range symbols {
		if rest, ok := strings.CutSuffix(s, symbol); ok {
			return strings.TrimSpace(rest), code
		}
		if rest, ok := strings.CutPrefix(s, symbol); ok {
			return strings.TrimSpace(rest), code
		}
	}
	if len(s) > 3 {
		if code := strings.ToUpper(s[len(s)-3:]); money.Known(code) {
			return strings.TrimSpace(s[:len(s)-3]), code
		}
		if code := strings.ToUpper(s[:3]); money.Known(code) {
			return strings.TrimSpace(s[3:]), code
		}
	}
	return s, ""
}

// marks tells the decimal mark from those of the thousands.
func (f figure) marks(s string, spaced bool, shown string) (figure, *fault) {
	bad := wrong("amount_invalid", "%s is not an amount: want one such as 1234.56 or 1.234,56", show(shown))
	points, commas := strings.Count(s, "."), strings.Count(s, ",")
	last := strings.LastIndexAny(s, ".,")
	group := byte(' ')
	switch {
	case last < 0: // digits and spaces alone
	case points > 0 && commas > 0:
		f.mark = s[last]
		group = '.' + ',' - f.mark
		if strings.Count(s, string(f.mark)) > 1 || spaced {
			return f, bad
		}
	case points+commas > 1:
		group = s[last]
		f.mark = '.' + ',' - group
		last = -1
		if spaced {
			return f, bad
		}
	case len(s)-last-1 == 3 && last >= 1 && last <= 3 && s[0] != '0' && !spaced:
		f.doubtful = s[last]
		f.digits = s
		return f, nil
	default:
		f.mark = s[last]
	}
	whole, decimals := s, ""
	if last >= 0 {
		whole, decimals = s[:last], s[last+1:]
		if len(decimals) == 0 || len(decimals) > 2 {
			return f, wrong("amount_decimals", "%s has %d decimals: want at most two", show(shown), len(decimals))
		}
	}
	groups := strings.Split(whole, string(group))
	for i, g := range groups {
		if g == "" || strings.Trim(g, "0123456789") != "" || (len(groups) > 1 && ((i > 0 && len(g) != 3) || len(g) > 3)) {
			return f, bad
		}
	}
	f.digits = strings.Join(groups, "")
	if decimals != "" {
		f.digits += "." + decimals
	}
	return f, nil
}

// amount reads an amount by what the file proves of its marks.
func (c conventions) amount(s string) (digits, currency string, _ *fault) {
	f, bad := readFigure(s)
	if bad != nil {
		return "", "", bad
	}
	if f.doubtful == 0 {
		return f.sign + f.digits, f.currency, nil
	}
	decimal := byte(0)
	switch {
	case c.point && !c.comma:
		decimal = '.'
	case c.comma && !c.point:
		decimal = ','
	}
	switch decimal {
	case 0:
		return "", "", wrong("amount_ambiguous", "%s may mean thousands or three decimals: write it with two decimals", show(s))
	case f.doubtful:
		return "", "", wrong("amount_decimals", "%s has three decimals by the marks that the file uses: want at most two", show(s))
	}
	return f.sign + strings.ReplaceAll(f.digits, string(f.doubtful), ""), f.currency, nil
}

// rate reads a percentage: its one mark is always that of the decimals.
func rate(s string) (*money.Rate, *fault) {
	plain := strings.Replace(strings.TrimSpace(strings.TrimSuffix(s, "%")), ",", ".", 1)
	r, err := money.ParseRate(plain)
	if err != nil {
		return nil, wrong("rate_invalid", "%s is not a percentage a year, such as 8,25", show(s))
	}
	return &r, nil
}

var (
	isoDay   = regexp.MustCompile(`^(\d{4})-(\d\d)-(\d\d)$`)
	civilDay = regexp.MustCompile(`^(\d{1,2})([/.-])(\d{1,2})([/.-])(\d{4})$`)
	shortDay = regexp.MustCompile(`^\d{1,2}[/.-]\d{1,2}[/.-]\d{2}$`)
	midnight = regexp.MustCompile(`[T ]0?0:00(:00(\.0+)?)?Z?$`)
)

// day reads a date.
func (c conventions) day(s string) (calendar.Date, *fault) {
	plain := midnight.ReplaceAllString(s, "")
	if isoDay.MatchString(plain) {
		return realDay(plain, s)
	}
	m := civilDay.FindStringSubmatch(plain)
	switch {
	case m != nil && m[2] == m[4]:
		if c.american && atMost12(m[1]) && atMost12(m[3]) {
			return calendar.Date{}, wrong("date_ambiguous", "%s may be read in two ways, since other dates of the file have the month first: write 2026-10-31", show(s))
		}
		return realDay(m[5]+"-"+two(m[3])+"-"+two(m[1]), s)
	case shortDay.MatchString(plain):
		return calendar.Date{}, wrong("date_short_year", "%s has a year of two digits: write it with four", show(s))
	}
	return calendar.Date{}, wrong("date_invalid", "%s is not a date: want 2026-10-31 or 31/10/2026", show(s))
}

func realDay(iso, shown string) (calendar.Date, *fault) {
	d, err := calendar.Parse(iso)
	if err != nil {
		return d, wrong("date_invalid", "%s is not a day of the calendar between 1900 and 2200", show(shown))
	}
	return d, nil
}

func two(s string) string { return "00"[len(s):] + s }

func atMost12(s string) bool { return len(s) == 1 || s <= "12" }

// monthFirst reports whether s can only be a date with the month before the day.
func monthFirst(s string) bool {
	m := civilDay.FindStringSubmatch(midnight.ReplaceAllString(s, ""))
	return m != nil && atMost12(m[1]) && !atMost12(m[3])
}
