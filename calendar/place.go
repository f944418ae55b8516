package calendar

import "time"

// Place is where a debtor lives, as far as days and hours go.
type Place struct {
	Country    string
	PostalCode string
	zone       *time.Location
}

// PlaceOf returns the place of a postal code; a given IANA time zone wins over
// the one that follows from the postal code.
func PlaceOf(country, postalCode, timeZone string) (Place, error) { panic("x") }

// Zone gives the place's time zone.
func (p Place) Zone() *time.Location { return p.zone }

// Holiday gives the name of the public holiday that d is there, if it is one.
func (p Place) Holiday(d Date) (string, bool) { panic("x") }

// Working reports whether d is neither a weekend nor a holiday there.
func (p Place) Working(d Date) bool { panic("x") }

// AddWorkingDays returns the n-th working day after d.
func (p Place) AddWorkingDays(d Date, n int) Date { panic("x") }
