package calendar

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // zones are the same on every machine
)

// Place is where a debtor lives, as far as days and hours go. It is a value
// and may be copied; the zero Place is in UTC and knows no holidays.
type Place struct {
	Country    string
	PostalCode string
	// Region is the autonomous community, the département group or the
	// autonomous region whose own holidays hold there ("ES-CT", "FR-67",
	// "PT-30"); empty where only the national days do.
	Region string
	zone   *time.Location
	days   *almanac
	local  *map[Date]bool // that its municipality keeps; nil where none are given
}

// PlaceOf returns the place of a postal code; a given IANA time zone wins over
// the one that follows from the postal code. It fails for a zone that does not
// exist and for a country without a known zone where none is given.
func PlaceOf(country, postalCode, timeZone string) (Place, error) {
	country = strings.ToUpper(strings.TrimSpace(country))
	home, zone, region := locate(country, normalCode(postalCode))
	if timeZone != "" {
		zone = timeZone
	}
	if zone == "" {
		return Place{}, fmt.Errorf("place of country %q: no time zone known, give an IANA name such as Europe/Madrid", country)
	}
	loc, err := location(zone)
	if err != nil {
		return Place{}, fmt.Errorf("place of country %q: unknown time zone, give an IANA name such as Europe/Madrid", country)
	}
	return Place{country, strings.TrimSpace(postalCode), region, loc, almanacOf(home, region), nil}, nil
}

// postalCodes are the shapes of postal codes: in Spain the first two digits are
// those of a province, in France of a department or territory.
var postalCodes = map[string]*regexp.Regexp{
	"ES": regexp.MustCompile(`^(0[1-9]|[1-4][0-9]|5[0-2])[0-9]{3}$`),
	"FR": regexp.MustCompile(`^(0[1-9]|[1-8][0-9]|9[0-578])[0-9]{3}$`),
	"PT": regexp.MustCompile(`^[1-9][0-9]{3}(-[0-9]{3})?$`),
}

// PostalCode reports whether a country may have a postal code; of one whose
// shapes are not known, any.
func PostalCode(country, code string) bool {
	shape, known := postalCodes[country]
	return !known || shape.MatchString(code)
}

// normalCode strips what people write around a postal code: spaces, a country
// prefix such as "E-" or "F-", and all after the digits of a Portuguese one.
func normalCode(s string) string {
	s = strings.ToUpper(strings.TrimSpace(s))
	s = strings.TrimLeft(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ- ")
	return strings.ReplaceAll(s, " ", "")
}

// locate gives the country whose calendar holds, the zone and the region of a
// postal code.
func locate(country, code string) (home, zone, region string) {
	if o, ok := overseasCountry[country]; ok { // RE, GP … are ISO codes of their own
		return "FR", o.zone, o.region
	}
	switch country {
	case "ES":
		return country, spanishZone(code), spanishRegion(code)
	case "FR":
		o := frenchRegion(code)
		return country, o.zone, o.region
	case "PT":
		zone, region = portugueseRegion(code)
		return country, zone, region
	}
	return country, capitals[country], ""
}

// Zone gives the place's time zone; UTC for the zero Place.
func (p Place) Zone() *time.Location {
	if p.zone == nil {
		return time.UTC
	}
	return p.zone
}

// Holiday gives the name of the public holiday that d is there, if it is one,
// in the country's language. National and regional days are known; the two
// local days of each Spanish and the one of each Portuguese municipality are
// not, except those given by WithLocal.
func (p Place) Holiday(d Date) (string, bool) {
	if d.IsZero() {
		return "", false
	}
	if p.days != nil {
		if name := p.days.name(d); name != "" {
			return name, true
		}
	}
	if p.local != nil && (*p.local)[d] {
		return p.localName(), true
	}
	return "", false
}

// WithLocal returns p with the holidays that its municipality keeps beside
// those of the tables, in place of any given before.
func (p Place) WithLocal(days ...Date) Place {
	local := make(map[Date]bool, len(days))
	for _, d := range days {
		local[d] = true
	}
	p.local = &local
	return p
}

func (p Place) localName() string {
	switch p.Country {
	case "ES":
		return "fiesta local"
	case "PT":
		return "feriado municipal"
	}
	return "jour férié local"
}

// Confirmed reports whether the region's holidays of a year are in a published
// table rather than foretold from custom. Where no yearly decree is needed it
// is always so.
func (p Place) Confirmed(year int) bool {
	if p.Country != "ES" || p.Region == "" {
		return true
	}
	return decreed()[decreeKey{p.Region, year}].confirmed
}

// Working reports whether d is neither a weekend nor a holiday there.
func (p Place) Working(d Date) bool {
	if w := d.Weekday(); w == time.Saturday || w == time.Sunday {
		return false
	}
	_, holiday := p.Holiday(d)
	return !holiday
}

// AddWorkingDays returns the n-th working day after d, or before it where n is
// negative; d itself, working or not, for n = 0.
func (p Place) AddWorkingDays(d Date, n int) Date {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		d = d.AddDays(step)
		if p.Working(d) {
			n--
		}
	}
	return d
}

// zones keeps the locations read, since reading one takes longer than all else
// that a decision does.
var zones sync.Map // name → *time.Location

func location(name string) (*time.Location, error) {
	if loc, ok := zones.Load(name); ok {
		return loc.(*time.Location), nil
	}
	if name == "Local" || !strings.Contains(name, "/") && name != "UTC" {
		return nil, fmt.Errorf("not an IANA zone: %s", name) // the machine's own zone is nobody's
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, err
	}
	zones.Store(name, loc)
	return loc, nil
}
