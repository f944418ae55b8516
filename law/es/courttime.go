package es

import (
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
)

// courtTime: periods in days skip days without court time, August and the days
// around Christmas among them. A writ may still come until 15:00 of the next
// day of court time.
var courtTime = law.CourtTime{
	Working: true, Source: lec("art. 133"), Status: law.Verified, Home: home,
	Lodging: &law.Lodging{Code: "es_lec_135_5", Hour: 15, Source: lec("art. 135.5"), Status: law.Verified},
	Recess: []law.Recess{
		{FromMonth: time.August, FromDay: 1, ToMonth: time.August, ToDay: 31, Source: lec("art. 130.2"), Status: law.ToConfirm},
		{FromMonth: time.December, FromDay: 24, ToMonth: time.January, ToDay: 6, Source: lec("art. 130.2"), Status: law.ToConfirm},
	},
}

// home is Spain with its national holidays.
var home = func() calendar.Place {
	p, err := calendar.PlaceOf("ES", "", "Europe/Madrid")
	if err != nil {
		panic(err) // zone and country are written here
	}
	return p
}()
